//! The causes that the program may name, each with the gate whose business it is.
//!
//! The list is part of the contract with scripts and tickets: names stay, additions are welcome.

use crate::gate::Gate;

/// Every cause with its gate; `none` and `inconclusive` belong to no gate.
pub const CAUSES: &[(&str, Option<Gate>)] = &[
    ("device-unreachable", Some(Gate::Device)),
    ("device-gave-up", Some(Gate::Device)),
    ("name-not-found", Some(Gate::Resolve)),
    ("dns-unreachable", Some(Gate::Resolve)),
    ("device-dns-wrong", Some(Gate::Resolve)),
    ("port-blocked", Some(Gate::Connect)),
    ("connection-refused", Some(Gate::Connect)),
    ("host-unreachable", Some(Gate::Connect)),
    ("connection-lost", Some(Gate::Connect)),
    ("not-smtp", Some(Gate::Greet)),
    ("smtp-inspection", Some(Gate::Greet)),
    ("server-busy", Some(Gate::Greet)),
    ("wrong-port-for-encryption", Some(Gate::Greet)),
    ("helo-rejected", Some(Gate::Greet)),
    ("protocol-error", Some(Gate::Greet)),
    ("starttls-not-offered", Some(Gate::Encrypt)),
    ("starttls-required", Some(Gate::Encrypt)),
    ("device-tls-too-old", Some(Gate::Encrypt)),
    ("server-tls-too-old", Some(Gate::Encrypt)),
    ("no-common-cipher", Some(Gate::Encrypt)),
    ("tls-handshake-failed", Some(Gate::Encrypt)),
    ("smtp-receive-tls-required", Some(Gate::Encrypt)),
    ("smtp-receive-tls-failed", Some(Gate::Encrypt)),
    ("certificate-untrusted", Some(Gate::Certificate)),
    ("certificate-expired", Some(Gate::Certificate)),
    ("certificate-not-yet-valid", Some(Gate::Certificate)),
    ("certificate-name-mismatch", Some(Gate::Certificate)),
    ("certificate-weak", Some(Gate::Certificate)),
    ("device-clock-wrong", Some(Gate::Certificate)),
    ("tls-intercepted", Some(Gate::Certificate)),
    ("auth-required", Some(Gate::Authenticate)),
    ("auth-not-offered", Some(Gate::Authenticate)),
    ("auth-mechanism-mismatch", Some(Gate::Authenticate)),
    ("credentials-rejected", Some(Gate::Authenticate)),
    ("smtp-auth-disabled-tenant", Some(Gate::Authenticate)),
    ("smtp-auth-disabled-mailbox", Some(Gate::Authenticate)),
    ("basic-auth-blocked", Some(Gate::Authenticate)),
    ("app-password-required", Some(Gate::Authenticate)),
    ("account-locked", Some(Gate::Authenticate)),
    ("send-as-denied", Some(Gate::Sender)),
    ("sender-rejected", Some(Gate::Sender)),
    ("sender-unauthenticated", Some(Gate::Sender)),
    ("sender-blocked", Some(Gate::Sender)),
    ("relay-denied", Some(Gate::Sender)),
    ("direct-send-rejected", Some(Gate::Sender)),
    ("ip-reputation", Some(Gate::Sender)),
    ("no-reverse-dns", Some(Gate::Sender)),
    ("rate-limited", Some(Gate::Sender)),
    ("recipient-rejected", Some(Gate::Recipient)),
    ("mailbox-full", Some(Gate::Recipient)),
    ("too-many-recipients", Some(Gate::Recipient)),
    ("message-too-large", Some(Gate::Content)),
    ("message-malformed", Some(Gate::Content)),
    ("content-rejected", Some(Gate::Content)),
    ("policy-rejected", Some(Gate::Content)),
    ("greylisted", Some(Gate::Deliver)),
    ("delivery-delayed", Some(Gate::Deliver)),
    ("mail-loop", Some(Gate::Deliver)),
    ("server-fault", Some(Gate::Deliver)),
    ("quarantined-or-filtered", Some(Gate::Deliver)),
    ("none", None),
    ("inconclusive", None),
];

/// What is said of a text that cannot be placed; no cause, and no entry of the knowledge files.
pub const UNKNOWN: &str = "unknown";
/// No failure is shown.
pub const NONE: &str = "none";
/// A failure is shown, and what is known does not decide between its causes.
pub const INCONCLUSIVE: &str = "inconclusive";

/// Whether the contract has this cause.
pub fn is_cause(id: &str) -> bool {
    CAUSES.iter().any(|(known, _)| *known == id)
}

/// Whether this is a fault with a gate, not `none`, `inconclusive` or `unknown`.
pub fn is_fault(id: &str) -> bool {
    gate_of(id).is_some()
}

/// The gate whose business the cause is.
pub fn gate_of(id: &str) -> Option<Gate> {
    CAUSES
        .iter()
        .find(|(known, _)| *known == id)
        .and_then(|(_, gate)| *gate)
}

/// A cause's id as words: `relay-denied` gives `Relay denied`.
pub fn words_of(id: &str) -> String {
    let mut words = id.replace('-', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_cause_stands_twice_and_the_gates_are_in_order() {
        let ids: HashSet<&str> = CAUSES.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids.len(), CAUSES.len());
        let gates: Vec<Gate> = CAUSES.iter().filter_map(|(_, gate)| *gate).collect();
        assert!(gates.is_sorted());
    }

    #[test]
    fn a_cause_belongs_to_the_gate_whose_business_it_is() {
        assert_eq!(gate_of("ip-reputation"), Some(Gate::Sender));
        assert_eq!(gate_of(NONE), None);
        assert!(is_cause(INCONCLUSIVE) && !is_fault(INCONCLUSIVE) && !is_cause(UNKNOWN));
    }

    #[test]
    fn an_id_reads_as_words() {
        assert_eq!(words_of("wrong-port-for-encryption"), "Wrong port for encryption");
    }
}

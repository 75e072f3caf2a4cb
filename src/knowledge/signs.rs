//! Which signs a fact sets off.

use super::schema::Sign;
#[cfg(test)]
use super::schema::{Cause, Weight};
use crate::evidence::Actor;

impl Sign {
    /// Whether a fact of this kind, said of this actor, sets the sign off. `holds` answers for one
    /// condition of the case, without its `!`.
    pub fn applies(&self, kind: &str, actor: Actor, holds: impl Fn(&str) -> bool) -> bool {
        let rest = kind.strip_prefix(self.on.as_str());
        let named = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
        let said = self.by.is_empty() || self.by.contains(&actor);
        named
            && said
            && self
                .when
                .iter()
                .all(|condition| match condition.strip_prefix('!') {
                    Some(condition) => !holds(condition),
                    None => holds(condition),
                })
    }
}

#[cfg(test)]
impl Cause {
    /// What a fact says about this cause; an exclusion outranks all, then the heaviest word counts.
    pub fn weight(&self, kind: &str, actor: Actor, holds: impl Fn(&str) -> bool) -> Option<Weight> {
        let mut weights: Vec<Weight> = self
            .signs
            .iter()
            .filter(|sign| sign.applies(kind, actor, &holds))
            .map(|sign| sign.weight)
            .collect();
        weights.sort_unstable();
        match weights.first() {
            Some(Weight::Excludes) => Some(Weight::Excludes),
            _ => weights.last().copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use Actor::{Device, Laptop};

    /// What a fact says about a cause in a case for which exactly these conditions hold.
    fn weight(cause: &str, kind: &str, actor: Actor, conditions: &[&str]) -> Option<Weight> {
        let knowledge = Knowledge::embedded();
        let holds = |condition: &str| conditions.contains(&condition);
        knowledge.cause(cause).unwrap().weight(kind, actor, holds)
    }

    const SENDING: &[&str] = &[
        "method=submission",
        "encryption=starttls",
        "auth=password",
        "validates=unknown",
    ];
    const RECEIVING: &[&str] = &[
        "method=receive",
        "encryption=starttls",
        "auth=none",
        "validates=unknown",
    ];

    #[test]
    fn a_sign_matches_whole_words_only() {
        let sign = |on: &str| Sign {
            on: on.into(),
            by: vec![],
            when: vec![],
            weight: Weight::Hints,
        };
        let applies = |on, kind| sign(on).applies(kind, Device, |_| true);
        assert!(applies("tls-failed", "tls-failed:alert:unknown_ca"));
        assert!(applies("tls-failed:alert", "tls-failed:alert:unknown_ca"));
        assert!(!applies("certificate", "certificate-problem:expired"));
        assert!(!applies("tls-failed:alert:unknown_ca", "tls-failed"));
    }

    #[test]
    fn what_the_laptop_can_do_does_not_clear_the_device() {
        let established = |cause, actor| weight(cause, "tls-established", actor, SENDING);
        assert_eq!(established("device-tls-too-old", Laptop), None);
        assert_eq!(established("device-tls-too-old", Device), Some(Weight::Excludes));
        assert_eq!(established("server-tls-too-old", Laptop), Some(Weight::Excludes));
        let logged_in = |actor| weight("credentials-rejected", "accepted:auth", actor, SENDING);
        assert_eq!(logged_in(Device), Some(Weight::Excludes));
        assert_eq!(logged_in(Laptop), Some(Weight::Against));
    }

    #[test]
    fn an_open_port_clears_the_firewall() {
        let excluded = Some(Weight::Excludes);
        for cause in ["port-blocked", "connection-refused", "host-unreachable"] {
            assert_eq!(weight(cause, "connected", Laptop, SENDING), excluded, "{cause}");
        }
    }

    #[test]
    fn alerts_are_read_by_who_sent_them() {
        let proves = Some(Weight::Proves);
        let failed = "tls-failed:alert:protocol_version";
        assert_eq!(weight("device-tls-too-old", failed, Device, SENDING), proves);
        let alert = |cause, name| weight(cause, name, Device, SENDING);
        assert_eq!(
            alert("server-tls-too-old", "device-alert:protocol_version"),
            proves
        );
        assert_eq!(alert("certificate-untrusted", "device-alert:unknown_ca"), proves);
        let excluded = Some(Weight::Excludes);
        assert_eq!(alert("device-tls-too-old", "device-alert:unknown_ca"), excluded);
    }

    #[test]
    fn a_failed_negotiation_with_a_receiving_copier_is_its_own_cause() {
        for failed in ["tls-failed:broken-off", "tls-failed:alert:handshake_failure"] {
            let own = weight("smtp-receive-tls-failed", failed, Laptop, RECEIVING);
            assert_eq!(own, Some(Weight::Proves), "{failed}");
            assert_eq!(weight("smtp-receive-tls-failed", failed, Laptop, SENDING), None);
            let plain = weight("tls-handshake-failed", failed, Laptop, RECEIVING);
            assert_eq!(plain, None, "{failed}");
        }
        let behind = weight(
            "device-tls-too-old",
            "tls-failed:alert:protocol_version",
            Laptop,
            RECEIVING,
        );
        assert_eq!(behind, Some(Weight::Supports));
    }

    #[test]
    fn a_certificate_that_nobody_checks_is_not_the_cause() {
        let expired = |validates| {
            let case = ["method=submission", "encryption=starttls", validates];
            weight(
                "certificate-expired",
                "certificate-problem:expired",
                Laptop,
                &case,
            )
        };
        assert_eq!(expired("validates=no"), Some(Weight::Excludes));
        assert_eq!(expired("validates=unknown"), Some(Weight::Supports));
        assert_eq!(expired("validates=yes"), Some(Weight::Proves));
    }

    #[test]
    fn a_stripped_starttls_is_the_firewall_s_doing_and_not_the_server_s() {
        let stripped = "rewritten:start-tls-stripped";
        assert_eq!(
            weight("smtp-inspection", stripped, Laptop, SENDING),
            Some(Weight::Proves)
        );
        assert_eq!(
            weight("starttls-not-offered", stripped, Laptop, SENDING),
            Some(Weight::Excludes)
        );
        let offered = weight("starttls-not-offered", "starttls-not-offered", Laptop, SENDING);
        assert_eq!(offered, Some(Weight::Proves));
    }

    #[test]
    fn a_login_hidden_behind_tls_asks_for_encryption() {
        let case = ["method=submission", "encryption=none", "auth=password"];
        let supports = weight("starttls-required", "auth-not-offered:plain", Laptop, &case);
        assert_eq!(supports, Some(Weight::Supports));
        let inside = weight("auth-not-offered", "auth-not-offered:encrypted", Laptop, SENDING);
        assert_eq!(inside, Some(Weight::Proves));
    }

    #[test]
    fn port_and_encryption_are_judged_together() {
        let wrong = |kind, case: &[&str]| weight("wrong-port-for-encryption", kind, Laptop, case);
        let proves = Some(Weight::Proves);
        assert_eq!(wrong("wrong-port-type:implicit-tls", SENDING), proves);
        assert_eq!(wrong("wrong-port-type:plain", SENDING), None);
        assert_eq!(wrong("wrong-port-type:plain", &["encryption=tls"]), proves);
        let silent = weight("connection-lost", "wrong-port-type:implicit-tls", Laptop, SENDING);
        assert_eq!(silent, Some(Weight::Excludes));
    }

    #[test]
    fn only_an_accepted_message_clears_the_site_s_address() {
        let clears = |kind| weight("ip-reputation", kind, Laptop, &["method=direct-send"]);
        assert_eq!(clears("accepted:ehlo"), None);
        assert_eq!(clears("accepted:rcpt"), None);
        assert_eq!(clears("accepted:end-of-data"), Some(Weight::Excludes));
    }
}

//! What the settings alone say: port, encryption and login against each other and against the ways of
//! sending that the service is known to offer. It counts only while nothing was measured or recorded.

use super::derive::basis_of;
use super::situation::{self, port};
use crate::case::{Auth, Case, Encryption, Method};
use crate::evidence::{Actor, Basis, Evidence, Fact, Unfit};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{Endpoint, Mark, Provider};

/// Settings that do not fit.
pub fn evidence(case: &Case, knowledge: &Knowledge) -> Vec<Evidence> {
    if case.mail.server.is_empty() || situation::method(case) == Method::Receive {
        return Vec::new();
    }
    let provider = knowledge.provider_of(&case.mail.server);
    let ways = provider
        .map(|provider| ways_at(provider, case))
        .unwrap_or_default();
    let mut found: Vec<Evidence> = kind_of_port(case).into_iter().collect();
    if let Some(provider) = provider.filter(|_| !ways.is_empty()) {
        found.extend(of_service(case, provider, &ways));
    }
    found
}

/// Port and encryption against the custom of the ports (RFC 8314, section 7.3; RFC 3207).
fn kind_of_port(case: &Case) -> Option<Evidence> {
    let port = port(case);
    let implicit = case.mail.encryption == Encryption::Tls;
    let speaks_tls = match port {
        465 => true,
        25 | 587 => false,
        _ => return None,
    };
    let kind = if speaks_tls {
        "TLS from the first byte"
    } else {
        "plain text with STARTTLS"
    };
    (implicit != speaks_tls).then(|| {
        unfit(
            Unfit::PortAndEncryption,
            Mark::Inferred,
            format!("By custom port {port} begins with {kind}, and the encryption is set to another kind"),
        )
    })
}

/// The settings against what the service offers at this host.
fn of_service(case: &Case, provider: &Provider, ways: &[&Endpoint]) -> Vec<Evidence> {
    let port = port(case);
    let (name, server) = (&provider.name, &case.mail.server);
    let mut found = Vec::new();
    let here: Vec<&&Endpoint> = ways.iter().filter(|way| way.port == port).collect();
    if here.is_empty() {
        let ports: Vec<String> = ways.iter().map(|way| way.port.to_string()).collect();
        let text = format!(
            "{name} offers {server} on port {}, not on port {port}",
            ports.join(", ")
        );
        found.push(unfit(Unfit::PortAndEncryption, Mark::Confirmed, text));
        return found;
    }
    let login = case.mail.auth != Auth::None;
    if login && here.iter().all(|way| !way.login) {
        let text = format!("{name} has no login at {server} port {port}, and one is set");
        found.push(unfit(Unfit::LoginNotThere, Mark::Confirmed, text));
    }
    let must = |way: &&&Endpoint| matches!(way.encryption, Encryption::StartTls | Encryption::Tls);
    if case.mail.encryption == Encryption::None && here.iter().all(must) {
        let text = format!("{name} demands encryption at {server} port {port}, and none is set");
        found.push(unfit(Unfit::EncryptionNeeded, Mark::Confirmed, text));
    }
    if !login && here.iter().all(|way| way.login) {
        let text = format!("{name} demands a login at {server} port {port}, and none is set");
        found.push(unfit(Unfit::LoginNeeded, Mark::Confirmed, text));
    }
    found
}

/// The ways of sending that lead to this host: those that name it, else those that every customer has at a
/// host of his own.
fn ways_at<'k>(provider: &'k Provider, case: &Case) -> Vec<&'k Endpoint> {
    let host = case.mail.server.trim_end_matches('.');
    let named: Vec<&Endpoint> = provider
        .endpoints
        .iter()
        .filter(|way| way.host.eq_ignore_ascii_case(host))
        .collect();
    if !named.is_empty() {
        return named;
    }
    let listed = provider
        .hosts
        .iter()
        .any(|known| known.eq_ignore_ascii_case(host));
    provider
        .endpoints
        .iter()
        .filter(|way| !listed && way.host.contains(' '))
        .collect()
}

fn unfit(unfit: Unfit, mark: Mark, text: String) -> Evidence {
    let gate = match unfit {
        Unfit::PortAndEncryption => Gate::Greet,
        Unfit::EncryptionNeeded => Gate::Encrypt,
        Unfit::LoginNotThere | Unfit::LoginNeeded => Gate::Authenticate,
    };
    let basis = match basis_of(mark) {
        Basis::KnownConfirmed => Basis::KnownConfirmed,
        _ => Basis::KnownInferred,
    };
    Evidence::observed(
        gate,
        Actor::Service,
        "settings",
        Fact::SettingUnfit { unfit },
        text,
    )
    .on(basis)
}

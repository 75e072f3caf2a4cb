//! Warnings while typing: plain sentences, each at the field that it is about.

use crate::case::{Auth, Case, Encryption, Method};
use crate::gui::text::tr;
use crate::knowledge::Knowledge;
use crate::wire::tls::TlsVersion;

/// A field of the Mail settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Server.
    Server,
    /// Port.
    Port,
    /// Encryption.
    Encryption,
    /// Login.
    Auth,
    /// Sender.
    From,
    /// Recipients.
    To,
}

/// All warnings for these settings.
pub fn warnings(case: &Case, knowledge: &Knowledge) -> Vec<(Field, String)> {
    let mut all = Vec::new();
    server(case, &mut all);
    port(case, &mut all);
    tls(case, knowledge, &mut all);
    login(case, &mut all);
    addresses(case, &mut all);
    all
}

/// The sentences for one field.
pub fn of(all: &[(Field, String)], field: Field) -> Vec<String> {
    all.iter()
        .filter(|(at, _)| *at == field)
        .map(|(_, text)| text.clone())
        .collect()
}

/// The server is a bare name.
fn server(case: &Case, all: &mut Vec<(Field, String)>) {
    let server = case.mail.server.trim();
    if server.contains("://") || server.contains('/') || server.contains('@') {
        all.push((Field::Server, tr!("check-only-the-servers-name-or-address")));
    } else if server.contains(char::is_whitespace) {
        all.push((Field::Server, tr!("check-there-is-a-space-inside-the")));
    }
}

/// Port and encryption fit (RFC 8314, section 7.3; RFC 3207).
fn port(case: &Case, all: &mut Vec<(Field, String)>) {
    let starttls = matches!(
        case.mail.encryption,
        Encryption::StartTls | Encryption::StartTlsIfAvailable
    );
    match (case.mail.port, case.mail.encryption) {
        (465, _) if starttls => all.push((Field::Port, tr!("check-port-465-speaks-tls-from-the"))),
        (port @ (25 | 587), Encryption::Tls) => all.push((
            Field::Port,
            tr!("check-port-begins-in-plain-text", port = port.to_string()),
        )),
        (465, Encryption::None) => all.push((Field::Port, tr!("check-port-465-speaks-tls-from-the-2"))),
        _ => {}
    }
    if case.mail.method == Method::DirectSend && !matches!(case.mail.port, 0 | 25) {
        all.push((Field::Port, tr!("check-mail-to-the-recipients-own-server")));
    }
}

/// The device can do what the service demands.
fn tls(case: &Case, knowledge: &Knowledge, all: &mut Vec<(Field, String)>) {
    if case.mail.encryption == Encryption::None {
        return;
    }
    let version = |text: &Option<String>| text.as_deref().and_then(TlsVersion::parse);
    let Some(provider) = knowledge.provider_of(case.mail.server.trim()) else {
        return;
    };
    if let (Some(device), Some(least)) = (version(&case.device.max_tls), version(&provider.min_tls))
        && device < least
    {
        all.push((
            Field::Encryption,
            tr!(
                "check-service-takes-newer-tls",
                service = provider.name.as_str(),
                least = least.to_string(),
                device = device.to_string()
            ),
        ));
    }
}

/// The login fits the way of sending.
fn login(case: &Case, all: &mut Vec<(Field, String)>) {
    let mail = &case.mail;
    if mail.auth != Auth::None && mail.encryption == Encryption::None {
        all.push((Field::Auth, tr!("check-without-encryption-anyone-on-the-way")));
    }
    match (mail.method, &mail.auth) {
        (Method::Submission, Auth::None) => all.push((
            Field::Auth,
            tr!("check-sending-through-a-submission-server-needs"),
        )),
        (Method::DirectSend, Auth::Password { .. } | Auth::OAuth { .. }) => {
            all.push((Field::Auth, tr!("check-the-recipients-own-server-takes-no")));
        }
        _ => {}
    }
}

/// Addresses look like addresses, and the sender belongs to the login.
fn addresses(case: &Case, all: &mut Vec<(Field, String)>) {
    let mail = &case.mail;
    if !mail.from.is_empty() && domain(&mail.from).is_none() {
        all.push((Field::From, tr!("check-this-is-no-e-mail-address")));
    }
    for to in mail.to.iter().filter(|to| domain(to).is_none()) {
        all.push((Field::To, tr!("check-is-no-e-mail-address", to = to)));
    }
    if let (Some(user), Some(from)) = (mail.auth.user().and_then(domain), domain(&mail.from))
        && !user.eq_ignore_ascii_case(from)
    {
        all.push((
            Field::From,
            tr!(
                "check-the-login-belongs-to-many-services",
                user = user,
                from = from
            ),
        ));
    }
}

/// The domain of an address that has the shape of one.
fn domain(address: &str) -> Option<&str> {
    let (user, domain) = address.trim().rsplit_once('@')?;
    let shape =
        !user.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    (shape && !address.trim().contains(char::is_whitespace)).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields that a case is warned at.
    fn fields(change: impl FnOnce(&mut Case)) -> Vec<Field> {
        let mut case = Case::default();
        case.mail.server = "smtp.example.test".into();
        change(&mut case);
        let all = warnings(&case, &Knowledge::default());
        all.into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn implicit_tls_and_starttls_have_ports_of_their_own() {
        assert_eq!(fields(|c| c.mail.port = 465), [Field::Port]);
        assert_eq!(fields(|c| c.mail.port = 587), []);
        let tls = |port| {
            fields(move |c| {
                c.mail.port = port;
                c.mail.encryption = Encryption::Tls;
            })
        };
        assert_eq!((tls(587), tls(465)), (vec![Field::Port], vec![]));
    }

    #[test]
    fn a_sender_outside_the_login_s_domain_is_told() {
        let with = |from: &str| {
            let from = from.to_owned();
            fields(move |c| {
                c.mail.auth = Auth::Password {
                    user: "scan@contoso.test".into(),
                };
                c.mail.from = from;
            })
        };
        assert_eq!(with("copier@fabrikam.test"), [Field::From]);
        assert_eq!(with("copier@Contoso.test"), []);
        assert_eq!(with("copier"), [Field::From]);
    }
}

//! Limits and detours of the network, and where an access token comes from.

use crate::case::Application;
use crate::knowledge::Knowledge;
use crate::probe::ResolveOverride;
use crate::probe::sign_in::SignIn;
use crate::wire::tls::certificate::Roots;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Limits and detours of the network.
#[derive(Debug, Clone, Args)]
pub struct NetworkArgs {
    /// Limit of each network step; with less than 10, of each reply of the mail dialogue too, which else may take 30
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds)]
    pub timeout: f64,
    /// Reach HOST:PORT at another address, as curl does; may be repeated
    #[arg(long, value_name = "HOST:PORT:ADDR[:PORT]", value_parser = resolve_override)]
    pub resolve: Vec<ResolveOverride>,
    /// Name server to ask instead of the system's
    #[arg(long, value_name = "ADDR:PORT")]
    pub dns: Option<SocketAddr>,
    /// Extra trust root, a PEM file
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

impl NetworkArgs {
    /// Whether the extra trust root can be used, before anything is sent.
    pub fn check_root(&self) -> Result<(), String> {
        let Some(path) = &self.ca else { return Ok(()) };
        std::fs::read(path)
            .map_err(|problem| problem.to_string())
            .and_then(|pem| Roots::with_pem(&pem).map(drop))
            .map_err(|problem| {
                format!(
                    "{}: {problem}; --ca wants a PEM file with a certificate",
                    path.display()
                )
            })
    }
}

/// Where an access token comes from.
#[derive(Debug, Clone, Default, Args)]
pub struct SignInArgs {
    /// Client id of the application that is registered for the device
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Organisation at the authority; `organizations` where not given
    #[arg(long, value_name = "T")]
    pub tenant: Option<String>,
    /// Permissions to ask for; those for sending mail where not given
    #[arg(long, value_name = "S")]
    pub scope: Option<String>,
    /// Where the device code is asked for; the mail service's own authority where not given
    #[arg(long, value_name = "URL")]
    pub device_endpoint: Option<String>,
    /// Where the token is asked for
    #[arg(long, value_name = "URL")]
    pub token_endpoint: Option<String>,
}

impl SignInArgs {
    /// Lays what was typed over the application of a case.
    pub fn lay_over(&self, application: &mut Application) {
        for (field, typed) in [
            (&mut application.client_id, &self.client_id),
            (&mut application.tenant, &self.tenant),
            (&mut application.device_endpoint, &self.device_endpoint),
            (&mut application.token_endpoint, &self.token_endpoint),
            (&mut application.scope, &self.scope),
        ] {
            if let Some(typed) = typed {
                field.clone_from(typed);
            }
        }
    }
}

/// The sign-in for a mail server; what the application leaves open comes from the knowledge.
pub fn sign_in_for(server: &str, application: &Application, knowledge: &Knowledge) -> Result<SignIn, String> {
    let known = knowledge.authority_for(server);
    let sign_in = SignIn::of(application, known);
    if application.client_id.trim().is_empty() {
        return Err("a sign-in needs the client id of a registered application; give --client-id".to_owned());
    }
    if [&sign_in.device_endpoint, &sign_in.token_endpoint, &sign_in.scope]
        .iter()
        .any(|field| field.is_empty())
    {
        return Err(format!(
            "the authority for {server:?} is not known; give --device-endpoint, --token-endpoint and --scope"
        ));
    }
    sign_in.check()?;
    Ok(sign_in)
}

/// Seconds, more than nothing and at most an hour.
pub(super) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value <= 3600.0 => Ok(value),
        _ => Err("give seconds between 0 and 3600".to_owned()),
    }
}

/// `HOST:PORT:ADDR[:PORT]`; an IPv6 address stands in brackets.
fn resolve_override(text: &str) -> Result<ResolveOverride, String> {
    let wrong = || "give HOST:PORT:ADDR or HOST:PORT:ADDR:PORT, an IPv6 address in brackets".to_owned();
    let mut parts = text.splitn(3, ':');
    let host = parts
        .next()
        .filter(|host| !host.is_empty())
        .ok_or_else(wrong)?
        .to_lowercase();
    let port = parts
        .next()
        .and_then(|port| port.parse().ok())
        .ok_or_else(wrong)?;
    let rest = parts.next().ok_or_else(wrong)?;
    if let Ok(address) = rest.trim_matches(['[', ']']).parse() {
        return Ok(ResolveOverride {
            host,
            port,
            address,
            to_port: None,
        });
    }
    let socket: SocketAddr = rest.parse().map_err(|_| wrong())?;
    Ok(ResolveOverride {
        host,
        port,
        address: socket.ip(),
        to_port: Some(socket.port()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detour_may_name_a_port_and_an_ipv6_address() {
        let plain = resolve_override("mail.example.test:587:192.0.2.7").unwrap();
        assert_eq!((plain.port, plain.to_port), (587, None));
        let ported = resolve_override("mail.example.test:587:127.0.0.1:2587").unwrap();
        assert_eq!(ported.to_port, Some(2587));
        let six = resolve_override("mail.example.test:25:[::1]:2525").unwrap();
        assert_eq!(
            (six.address.to_string().as_str(), six.to_port),
            ("::1", Some(2525))
        );
        assert!(resolve_override("mail.example.test").is_err());
    }
}

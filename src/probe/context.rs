//! What comes to the probes from outside: names, trust roots, the clock, limits, knowledge.

use super::pace::Pace;
use super::{Request, ResolveOverride};
use crate::knowledge::Knowledge;
use crate::wire::smtp::auth;
use crate::wire::tls::certificate::Roots;
use crate::wire::tls::client;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use jiff::Timestamp;
use rustls::ClientConfig;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Connections that may stand at once to one service; some services refuse a fourth.
const AT_ONCE: usize = 3;

/// The usual limit of a network step. Who sets a shorter one wants a quick end.
const USUAL_LIMIT: Duration = Duration::from_secs(10);
/// How long a reply of a dialogue is waited for with the usual limit: servers pause before they greet, ask DNS for the
/// client's name, or ask another server for the recipient, and RFC 5321, section 4.5.3.2, allows minutes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything a probe needs besides its target. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Context {
    /// Limit of each network step.
    pub timeout: Duration,
    /// What the trade knows.
    pub knowledge: Arc<Knowledge>,
    /// Stops everything.
    pub cancel: CancellationToken,
    /// The clock.
    pub clock: fn() -> Timestamp,
    /// Roots that count as public.
    pub roots: Arc<Roots>,
    /// Why the extra trust root could not be used.
    pub roots_problem: Option<String>,
    /// Places for connections to the service.
    pub slots: Arc<Semaphore>,
    /// What the run has learned of the service's greeting.
    pub greetings: Arc<Pace>,
    /// What the run has learned of the service's answers to TLS hellos.
    pub hellos: Arc<Pace>,
    /// What no dialogue may show, long enough not to stand in a server's text by chance.
    pub masks: Arc<[String]>,
    pub(super) patience: Duration,
    helo: Option<String>,
    overrides: Arc<[ResolveOverride]>,
    dns: Option<SocketAddr>,
    resolver: Arc<OnceLock<Result<TokioResolver, String>>>,
    tls: Arc<OnceLock<Result<Arc<ClientConfig>, String>>>,
}

impl Context {
    /// Limit of a reply in a dialogue, once the connection stands.
    pub const fn patience(&self) -> Duration {
        self.patience
    }

    /// A context as the request asks for it.
    pub fn new(request: &Request, knowledge: Arc<Knowledge>, cancel: CancellationToken) -> Self {
        let (roots, roots_problem) = match &request.ca {
            None => (Roots::mozilla(), None),
            Some(path) => match std::fs::read(path)
                .map_err(|error| error.to_string())
                .and_then(|pem| Roots::with_pem(&pem))
            {
                Ok(roots) => (roots, None),
                Err(problem) => (Roots::mozilla(), Some(format!("{}: {problem}", path.display()))),
            },
        };
        Self {
            timeout: request.timeout,
            patience: if request.timeout < USUAL_LIMIT {
                request.timeout
            } else {
                request.timeout.max(PATIENCE)
            },
            knowledge,
            cancel,
            clock: Timestamp::now,
            roots: Arc::new(roots),
            roots_problem,
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            greetings: Arc::default(),
            hellos: Arc::default(),
            masks: masks(request),
            helo: request.helo.clone(),
            overrides: request.resolve.clone().into(),
            dns: request.dns,
            resolver: Arc::default(),
            tls: Arc::default(),
        }
    }

    /// The configuration of the TLS client, made on first use.
    pub fn tls(&self) -> Result<Arc<ClientConfig>, String> {
        self.tls
            .get_or_init(|| client::config().map_err(|error| error.to_string()))
            .clone()
    }

    /// The name to say in EHLO: as asked for, else this computer's address on that connection
    /// (RFC 5321, section 4.1.3), which is right without knowing a name that DNS knows.
    pub fn helo(&self, local: Option<IpAddr>) -> String {
        match (&self.helo, local) {
            (Some(name), _) => name.clone(),
            (None, Some(IpAddr::V6(address))) => format!("[IPv6:{address}]"),
            (None, Some(IpAddr::V4(address))) => format!("[{address}]"),
            (None, None) => "[127.0.0.1]".to_owned(),
        }
    }

    /// The addresses of a host for a port, as `--resolve`, the literal itself, or DNS give them.
    pub async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, NameFault> {
        let wanted = host.trim_end_matches('.');
        if let Some(other) = self.leads(wanted, port) {
            return Ok(vec![other]);
        }
        if let Ok(address) = wanted.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let addresses = self.look_up(wanted).await?;
        Ok(addresses
            .into_iter()
            .map(|address| SocketAddr::new(address, port))
            .collect())
    }

    /// Where `--resolve` leads a host and port, if anywhere.
    pub fn leads(&self, host: &str, port: u16) -> Option<SocketAddr> {
        let leads = |o: &&ResolveOverride| o.port == port && o.host.eq_ignore_ascii_case(host);
        let other = self.overrides.iter().find(leads)?;
        Some(SocketAddr::new(other.address, other.to_port.unwrap_or(port)))
    }

    /// The addresses for another port of the same host. None where the chosen port was led elsewhere and
    /// this one was not, because then they are not the same host.
    pub fn other_port(&self, host: &str, chosen: &[SocketAddr], port: u16) -> Vec<SocketAddr> {
        let host = host.trim_end_matches('.');
        let mut led = self
            .overrides
            .iter()
            .filter(|o| o.host.eq_ignore_ascii_case(host))
            .peekable();
        if led.peek().is_none() {
            return chosen
                .iter()
                .map(|address| SocketAddr::new(address.ip(), port))
                .collect();
        }
        led.filter(|o| o.port == port)
            .map(|o| SocketAddr::new(o.address, o.to_port.unwrap_or(port)))
            .collect()
    }

    /// The resolver, made on first use.
    pub fn resolver(&self) -> Result<&TokioResolver, String> {
        self.resolver
            .get_or_init(|| build_resolver(self.dns, self.timeout))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Whether a name and port were led elsewhere on purpose.
    pub fn is_led(&self, host: &str, port: u16) -> bool {
        self.leads(host, port).is_some()
    }

    /// The name server that is asked: the one that was given, else the system's first.
    pub fn name_server(&self) -> Option<SocketAddr> {
        self.dns.or_else(|| {
            let (config, _) = hickory_resolver::system_conf::read_system_conf().ok()?;
            let first = config.name_servers().first()?;
            let port = first.connections.first().map_or(53, |connection| connection.port);
            Some(SocketAddr::new(first.ip, port))
        })
    }

    /// A resolver that asks one certain name server.
    pub fn resolver_at(server: SocketAddr, limit: Duration) -> Result<TokioResolver, String> {
        build_resolver(Some(server), limit)
    }

    /// Asks one certain name server for all addresses of a name, within a limit of its own.
    pub async fn look_up_at(
        &self,
        server: SocketAddr,
        name: &str,
        limit: Duration,
    ) -> Result<Vec<IpAddr>, NameFault> {
        let resolver = build_resolver(Some(server), limit).map_err(NameFault::Unreachable)?;
        addresses_of(&resolver, name, limit).await
    }

    /// Asks DNS for all addresses of a name, IPv6 and IPv4 in turn.
    async fn look_up(&self, name: &str) -> Result<Vec<IpAddr>, NameFault> {
        let resolver = self.resolver().map_err(NameFault::Unreachable)?;
        addresses_of(resolver, name, self.timeout).await
    }
}

/// All addresses that a resolver finds for a name within a limit.
async fn addresses_of(
    resolver: &TokioResolver,
    name: &str,
    limit: Duration,
) -> Result<Vec<IpAddr>, NameFault> {
    match timeout(limit, resolver.lookup_ip(name)).await {
        Err(_) => Err(NameFault::Unreachable(
            "no answer within the time limit".to_owned(),
        )),
        Ok(Ok(found)) => {
            let all = in_turn(found.iter());
            if all.is_empty() {
                Err(NameFault::NotFound)
            } else {
                Ok(all)
            }
        }
        Ok(Err(NetError::Dns(DnsError::NoRecordsFound(none)))) => {
            use hickory_resolver::proto::op::ResponseCode;
            match none.response_code {
                ResponseCode::NoError | ResponseCode::NXDomain => Err(NameFault::NotFound),
                other => Err(NameFault::Unreachable(format!(
                    "the name server answered {other}"
                ))),
            }
        }
        Ok(Err(error)) => Err(NameFault::Unreachable(error.to_string())),
    }
}

/// The system's resolver, or one that asks the name server given.
fn build_resolver(dns: Option<SocketAddr>, limit: Duration) -> Result<TokioResolver, String> {
    let mut builder = match dns {
        None => TokioResolver::builder_tokio().map_err(|error| error.to_string())?,
        Some(server) => {
            let mut config = NameServerConfig::udp_and_tcp(server.ip());
            for connection in &mut config.connections {
                connection.port = server.port();
            }
            let config = ResolverConfig::from_name_servers(vec![config]);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    let options = builder.options_mut();
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    options.timeout = (limit / 3).min(Duration::from_secs(4));
    options.attempts = 2;
    if dns.is_some() {
        options.use_hosts_file = ResolveHosts::Never;
    }
    builder.build().map_err(|error| error.to_string())
}

/// The forms of the password to hide from the first line on: a server may know it from another time. A short
/// or common word is hidden only once it was sent, because in a greeting it would be a word like any other.
fn masks(request: &Request) -> Arc<[String]> {
    let secret = request.secret.as_ref();
    let user = request.case.mail.auth.user().unwrap_or_default();
    secret
        .map(|secret| auth::masks(user, secret))
        .unwrap_or_default()
        .into_iter()
        .filter(|mask| mask.len() >= TELLING)
        .collect()
}

/// Shortest text that does not stand in a greeting by chance.
const TELLING: usize = 8;

/// Why a name has no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameFault {
    /// The name does not exist or has no address.
    NotFound,
    /// No name server gave an answer.
    Unreachable(String),
}

impl std::fmt::Display for NameFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("the name does not exist or has no address"),
            Self::Unreachable(detail) => write!(f, "no answer from DNS: {detail}"),
        }
    }
}

/// Addresses with the families taking turns, IPv6 first (RFC 8305, section 4).
fn in_turn(all: impl Iterator<Item = IpAddr>) -> Vec<IpAddr> {
    let (six, four): (Vec<IpAddr>, Vec<IpAddr>) = all.partition(IpAddr::is_ipv6);
    let mut turns = Vec::with_capacity(six.len() + four.len());
    let (mut six, mut four) = (six.into_iter(), four.into_iter());
    loop {
        match (six.next(), four.next()) {
            (None, None) => return turns,
            (a, b) => turns.extend(a.into_iter().chain(b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;

    fn context(change: impl FnOnce(&mut Request)) -> Context {
        let mut request = Request::new(Case::default());
        request.timeout = Duration::from_millis(300);
        change(&mut request);
        Context::new(&request, Arc::default(), CancellationToken::new())
    }

    #[tokio::test]
    async fn an_override_comes_first_and_may_change_the_port() {
        let context = context(|request| {
            request.resolve = vec![ResolveOverride {
                host: "mx.example.test".into(),
                port: 587,
                address: "127.0.0.1".parse().unwrap(),
                to_port: Some(2587),
            }];
        });
        assert_eq!(
            context.addresses("MX.example.test.", 587).await,
            Ok(vec!["127.0.0.1:2587".parse().unwrap()])
        );
    }

    #[tokio::test]
    async fn an_address_is_its_own_answer() {
        let context = context(|_| {});
        assert_eq!(
            context.addresses("[::1]", 25).await,
            Ok(vec!["[::1]:25".parse().unwrap()])
        );
    }

    #[tokio::test]
    async fn a_name_server_that_never_answers_is_unreachable() {
        let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let context = context(|request| request.dns = Some(silent.local_addr().unwrap()));
        assert!(matches!(
            context.addresses("mx.example.test", 25).await,
            Err(NameFault::Unreachable(_))
        ));
    }

    #[tokio::test]
    async fn a_name_server_that_denies_the_name_means_not_found() {
        let server = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let context = context(|request| request.dns = Some(server.local_addr().unwrap()));
        let deny = async {
            let mut query = [0; 512];
            loop {
                let (count, from) = server.recv_from(&mut query).await.unwrap();
                // The query itself, turned into a response with NXDOMAIN and without the EDNS record.
                let mut answer = query[..count].to_vec();
                answer[2] |= 0x80;
                answer[3] = 0x83;
                server.send_to(&answer, from).await.unwrap();
            }
        };
        tokio::select! {
            result = context.addresses("mx.example.test", 25) => assert_eq!(result, Err(NameFault::NotFound)),
            () = deny => unreachable!(),
        }
    }

    #[test]
    fn replies_have_their_time_unless_a_quick_end_is_wanted() {
        let patience = |seconds| {
            context(|request| request.timeout = Duration::from_secs(seconds))
                .patience()
                .as_secs()
        };
        assert_eq!([1, 9, 10, 60].map(patience), [1, 9, 30, 60]);
    }

    #[test]
    fn families_take_turns() {
        let all = ["192.0.2.1", "192.0.2.2", "2001:db8::1"].map(|a| a.parse::<IpAddr>().unwrap());
        let turns: Vec<String> = in_turn(all.into_iter()).iter().map(ToString::to_string).collect();
        assert_eq!(turns, ["2001:db8::1", "192.0.2.1", "192.0.2.2"]);
    }
}

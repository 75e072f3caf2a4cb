//! Questions to DNS by record type, behind a trait, so that what decides can be tested without a network.

use crate::probe::context::Context;
use hickory_proto::op::{Message, Query};
use hickory_proto::rr::{Name, RData, RecordType};
use hickory_resolver::TokioResolver;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// What DNS says to one question.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// Records of the type, at least one.
    Found(Vec<RData>),
    /// The name does not exist, or has no such record.
    Nothing,
    /// No answer, or a refusal.
    Failed(String),
}

impl Answer {
    /// The addresses among the records.
    pub fn addresses(&self) -> Vec<IpAddr> {
        self.records()
            .iter()
            .filter_map(|data| match data {
                RData::A(a) => Some(IpAddr::V4(a.0)),
                RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
                _ => None,
            })
            .collect()
    }

    /// The texts among the records, the strings of each put together (RFC 7208, section 3.3).
    pub fn texts(&self) -> Vec<String> {
        self.records()
            .iter()
            .filter_map(|data| match data {
                RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
                _ => None,
            })
            .collect()
    }

    /// The mail hosts among the records, most preferred first.
    pub fn mail_hosts(&self) -> Vec<String> {
        let mut hosts: Vec<(u16, String)> = self
            .records()
            .iter()
            .filter_map(|data| match data {
                RData::MX(mx) => Some((mx.preference, plain(&mx.exchange.to_string()))),
                _ => None,
            })
            .collect();
        hosts.sort();
        hosts.into_iter().map(|(_, host)| host).collect()
    }

    /// The names that the records point to.
    pub fn pointers(&self) -> Vec<String> {
        self.records()
            .iter()
            .filter_map(|data| match data {
                RData::PTR(name) => Some(plain(&name.0.to_string())),
                RData::CNAME(name) => Some(plain(&name.0.to_string())),
                _ => None,
            })
            .collect()
    }

    fn records(&self) -> &[RData] {
        match self {
            Self::Found(records) => records,
            Self::Nothing | Self::Failed(_) => &[],
        }
    }
}

/// Whom questions are put to.
pub(super) trait Names: Sync {
    /// Asks for the records of a name and type.
    fn ask(&self, name: &str, kind: RecordType) -> impl Future<Output = Answer> + Send;
}

/// The run's own resolver, with a limit for each question.
#[derive(Debug, Clone)]
pub(super) struct Resolver {
    context: Context,
    limit: Duration,
    /// One certain name server instead of the run's own.
    other: Option<TokioResolver>,
}

impl Resolver {
    /// The resolver of this context.
    pub fn new(context: &Context, limit: Duration) -> Self {
        Self {
            context: context.clone(),
            limit,
            other: None,
        }
    }

    /// A resolver that asks one certain name server.
    pub fn at(context: &Context, server: SocketAddr, limit: Duration) -> Option<Self> {
        Some(Self {
            context: context.clone(),
            limit,
            other: Some(Context::resolver_at(server, limit).ok()?),
        })
    }

    /// Whether the name server vouches for an answer (the AD bit of RFC 4035, section 3.2.3, asked for as RFC
    /// 6840, section 5.7, has it); nothing where it does not answer.
    pub async fn vouched(&self, name: &str, kind: RecordType) -> Option<bool> {
        let server = self.context.name_server()?;
        let mut question = Message::query();
        question.metadata.recursion_desired = true;
        question.metadata.authentic_data = true;
        let whole = format!("{}.", name.trim_end_matches('.'));
        question.add_query(Query::query(Name::from_ascii(whole).ok()?, kind));
        let bytes = question.to_vec().ok()?;
        let ask = async {
            let any: SocketAddr = if server.is_ipv4() {
                (Ipv4Addr::UNSPECIFIED, 0).into()
            } else {
                (Ipv6Addr::UNSPECIFIED, 0).into()
            };
            let socket = UdpSocket::bind(any).await.ok()?;
            // Connected, so that only this server's answer is taken.
            socket.connect(server).await.ok()?;
            socket.send(&bytes).await.ok()?;
            let mut portion = [0; 4096];
            let count = socket.recv(&mut portion).await.ok()?;
            let answer = Message::from_vec(portion.get(..count)?).ok()?;
            (answer.metadata.id == question.metadata.id).then_some(answer.metadata.authentic_data)
        };
        timeout(self.limit, ask).await.ok()?
    }

    /// The limit of each question.
    pub const fn limit(&self) -> Duration {
        self.limit
    }
}

impl Names for Resolver {
    async fn ask(&self, name: &str, kind: RecordType) -> Answer {
        let resolver = match self.other.as_ref().map_or_else(|| self.context.resolver(), Ok) {
            Ok(resolver) => resolver,
            Err(problem) => return Answer::Failed(problem),
        };
        // Whole names, so that no search domain of this computer is tried.
        let whole = format!("{}.", name.trim_end_matches('.'));
        match timeout(self.limit, resolver.lookup(whole.as_str(), kind)).await {
            Err(_) => Answer::Failed("no answer within the time limit".to_owned()),
            Ok(Ok(found)) => {
                let records: Vec<RData> = found
                    .answers()
                    .iter()
                    .filter(|record| record.record_type() == kind)
                    .map(|record| record.data.clone())
                    .take(MAX_RECORDS)
                    .collect();
                if records.is_empty() {
                    Answer::Nothing
                } else {
                    Answer::Found(records)
                }
            }
            Ok(Err(NetError::Dns(DnsError::NoRecordsFound(none)))) => match none.response_code {
                ResponseCode::NoError | ResponseCode::NXDomain => Answer::Nothing,
                other => Answer::Failed(format!("the name server answered {other}")),
            },
            Ok(Err(error)) => Answer::Failed(error.to_string()),
        }
    }
}

/// Records of one answer that are looked at.
const MAX_RECORDS: usize = 64;

/// A name without the dot at its end, in lower case.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// A zone in memory, written as `name TYPE data`.
#[cfg(test)]
pub(super) mod memory {
    use super::{Answer, Names, RData, RecordType};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Records, and how often they were asked for.
    #[derive(Debug, Default)]
    pub struct Zone {
        records: Vec<(String, RData)>,
        pub asked: AtomicUsize,
    }

    impl Zone {
        pub fn of(lines: &[&str]) -> Self {
            let records = lines
                .iter()
                .map(|line| {
                    let mut parts = line.splitn(3, ' ');
                    let name = parts.next().unwrap().to_owned();
                    let kind: RecordType = parts.next().unwrap().parse().unwrap();
                    (name, RData::try_from_str(kind, parts.next().unwrap()).unwrap())
                })
                .collect();
            Self {
                records,
                asked: AtomicUsize::new(0),
            }
        }
    }

    impl Names for Zone {
        async fn ask(&self, name: &str, kind: RecordType) -> Answer {
            self.asked.fetch_add(1, Ordering::Relaxed);
            if name.starts_with("broken.") {
                return Answer::Failed("SERVFAIL".to_owned());
            }
            let found: Vec<RData> = self
                .records
                .iter()
                .filter(|(owner, data)| owner.eq_ignore_ascii_case(name) && data.record_type() == kind)
                .map(|(_, data)| data.clone())
                .collect();
            if found.is_empty() {
                Answer::Nothing
            } else {
                Answer::Found(found)
            }
        }
    }
}

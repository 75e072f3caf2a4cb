//! The lab's name server, over UDP and TCP: it answers from a scenario's records and knows nothing else.

use super::LabError;
use super::scenario::{Dns, DnsMode};
use super::tasks::Tasks;
use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// What the name server knows.
#[derive(Debug)]
pub struct Zone {
    mode: DnsMode,
    vouches: bool,
    records: Vec<(Name, RData)>,
}

impl Zone {
    /// Reads the scenario's records and adds the addresses of the services.
    pub fn new(dns: &Dns, services: &[(String, IpAddr)]) -> Result<Self, LabError> {
        let mut records = Vec::new();
        for line in &dns.records {
            records.push(parse_record(line)?);
        }
        for (name, address) in services {
            if name.parse::<IpAddr>().is_ok() || dns.unknown.contains(name) {
                continue;
            }
            let data = match address {
                IpAddr::V4(v4) => RData::A((*v4).into()),
                IpAddr::V6(v6) => RData::AAAA((*v6).into()),
            };
            records.push((parse_name(name)?, data));
        }
        Ok(Self {
            mode: dns.mode,
            vouches: dns.vouches,
            records,
        })
    }

    /// The answer to one message; `None` where none is given.
    pub fn answer(&self, question: &[u8]) -> Option<Vec<u8>> {
        let query = Message::from_vec(question).ok()?;
        if query.metadata.message_type != MessageType::Query {
            return None;
        }
        let mut answer = Message::response(query.metadata.id, OpCode::Query);
        answer.metadata.recursion_desired = query.metadata.recursion_desired;
        answer.metadata.recursion_available = true;
        answer.metadata.authentic_data = self.vouches;
        answer.add_queries(query.queries.iter().take(1).cloned());
        answer.metadata.response_code = match self.mode {
            DnsMode::Silent => return None,
            DnsMode::ServFail => ResponseCode::ServFail,
            DnsMode::Refused => ResponseCode::Refused,
            DnsMode::Answer => match query.queries.first() {
                Some(asked) => {
                    let (found, exists) = self.find(asked.name(), asked.query_type());
                    answer.add_answers(found);
                    if exists {
                        ResponseCode::NoError
                    } else {
                        ResponseCode::NXDomain
                    }
                }
                None => ResponseCode::FormErr,
            },
        };
        answer.to_vec().ok()
    }

    /// Records of a name and type, aliases followed, and whether the name exists at all.
    fn find(&self, name: &Name, kind: RecordType) -> (Vec<Record>, bool) {
        let mut found = Vec::new();
        let mut name = name.clone();
        let mut exists = false;
        for _ in 0..MAX_ALIASES {
            let here: Vec<_> = self.records.iter().filter(|(owner, _)| *owner == name).collect();
            exists |= !here.is_empty() || self.records.iter().any(|(owner, _)| name.zone_of(owner));
            for (owner, data) in &here {
                let is_alias = data.record_type() == RecordType::CNAME;
                if data.record_type() == kind || kind == RecordType::ANY || is_alias {
                    found.push(Record::from_rdata(owner.clone(), TTL, data.clone()));
                }
            }
            let alias = here.iter().find_map(|(_, data)| match data {
                RData::CNAME(target) => Some(target.0.clone()),
                _ => None,
            });
            match alias {
                Some(target) if kind != RecordType::CNAME => name = target,
                _ => break,
            }
        }
        (found, exists)
    }
}

/// Starts the name server on `host`.
pub async fn start(zone: Zone, host: IpAddr, tasks: &Tasks) -> Result<SocketAddr, LabError> {
    let (udp, tcp) = bind(host).await?;
    let address = udp.local_addr().map_err(LabError::listen)?;
    let zone = Arc::new(zone);
    tasks.spawn(serve_udp(udp, Arc::clone(&zone)));
    tasks.spawn(serve_tcp(tcp, zone, tasks.clone()));
    Ok(address)
}

/// The same free port over UDP and TCP.
async fn bind(host: IpAddr) -> Result<(UdpSocket, TcpListener), LabError> {
    let mut last = None;
    for _ in 0..BIND_TRIES {
        let tcp = TcpListener::bind((host, 0)).await.map_err(LabError::listen)?;
        let port = tcp.local_addr().map_err(LabError::listen)?.port();
        match UdpSocket::bind((host, port)).await {
            Ok(udp) => return Ok((udp, tcp)),
            Err(error) => last = Some(error),
        }
    }
    Err(LabError::listen(
        last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into()),
    ))
}

/// Answers datagrams.
async fn serve_udp(socket: UdpSocket, zone: Arc<Zone>) {
    let mut buffer = [0; 4096];
    loop {
        let Ok((length, client)) = socket.recv_from(&mut buffer).await else {
            continue;
        };
        if let Some(answer) = buffer.get(..length).and_then(|question| zone.answer(question)) {
            let _ = socket.send_to(&answer, client).await;
        }
    }
}

/// Answers connections, a few at a time.
async fn serve_tcp(listener: TcpListener, zone: Arc<Zone>, tasks: Tasks) {
    let slots = Arc::new(Semaphore::new(MAX_CLIENTS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
            continue;
        };
        let zone = Arc::clone(&zone);
        tasks.spawn(async move {
            let _ = timeout(PATIENCE, serve_client(stream, &zone)).await;
            drop(slot);
        });
    }
}

/// Messages with a length in front (RFC 1035, section 4.2.2).
async fn serve_client(mut stream: TcpStream, zone: &Zone) -> std::io::Result<()> {
    loop {
        let length = stream.read_u16().await?;
        let mut question = vec![0; usize::from(length)];
        stream.read_exact(&mut question).await?;
        if let Some(answer) = zone.answer(&question)
            && let Ok(length) = u16::try_from(answer.len())
        {
            stream.write_u16(length).await?;
            stream.write_all(&answer).await?;
        }
    }
}

/// One record, `name TYPE data`.
fn parse_record(line: &str) -> Result<(Name, RData), LabError> {
    let bad = |problem: String| LabError::Record {
        line: line.to_owned(),
        problem,
    };
    let mut parts = line.trim().splitn(3, char::is_whitespace);
    let (Some(name), Some(kind), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(bad("a record is written as `name TYPE data`".to_owned()));
    };
    let kind: RecordType = kind
        .parse()
        .map_err(|_| bad(format!("{kind} is no record type")))?;
    let data = RData::try_from_str(kind, data.trim()).map_err(|error| bad(error.to_string()))?;
    Ok((parse_name(name)?, rooted(data)))
}

/// Names in record data are whole, with or without the dot at the end.
fn rooted(mut data: RData) -> RData {
    match &mut data {
        RData::MX(mx) => mx.exchange.set_fqdn(true),
        RData::CNAME(name) => name.0.set_fqdn(true),
        RData::PTR(name) => name.0.set_fqdn(true),
        RData::NS(name) => name.0.set_fqdn(true),
        _ => {}
    }
    data
}

/// A whole name.
fn parse_name(text: &str) -> Result<Name, LabError> {
    let mut name = Name::from_ascii(text).map_err(|error| LabError::Record {
        line: text.to_owned(),
        problem: error.to_string(),
    })?;
    name.set_fqdn(true);
    Ok(name.to_lowercase())
}

/// Seconds an answer may be kept.
const TTL: u32 = 5;
/// Aliases followed.
const MAX_ALIASES: usize = 8;
/// Connections at one time.
const MAX_CLIENTS: usize = 16;
/// Tries to find a port that is free over UDP and TCP.
const BIND_TRIES: usize = 16;
/// Longest connection.
const PATIENCE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_proto::op::Query;

    /// Asks a zone for one name and type: code and number of answers.
    fn ask(zone: &Zone, name: &str, kind: RecordType) -> Option<(ResponseCode, Vec<String>)> {
        let mut query = Message::query();
        query.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
        let answer = Message::from_vec(&zone.answer(&query.to_vec().unwrap())?).unwrap();
        assert_eq!(answer.metadata.id, query.metadata.id);
        let data = answer.answers.iter().map(|r| r.data.to_string()).collect();
        Some((answer.metadata.response_code, data))
    }

    /// A zone with one service and the given records.
    fn zone(mode: DnsMode, records: &[&str]) -> Zone {
        let dns = Dns {
            also: Vec::new(),
            mode,
            records: records.iter().map(|r| (*r).to_owned()).collect(),
            unknown: vec!["gone.example.test".to_owned()],
            vouches: false,
        };
        let services = ["smtp.example.test", "gone.example.test", "192.0.2.40"]
            .map(|name| (name.to_owned(), IpAddr::from([127, 0, 0, 1])));
        Zone::new(&dns, &services).unwrap()
    }

    #[test]
    fn a_service_has_an_address_and_a_misspelt_name_has_none() {
        let zone = zone(DnsMode::Answer, &[]);
        let (code, data) = ask(&zone, "SMTP.example.test.", RecordType::A).unwrap();
        assert_eq!(
            (code, data),
            (ResponseCode::NoError, vec!["127.0.0.1".to_owned()])
        );
        let (code, _) = ask(&zone, "smpt.example.test.", RecordType::A).unwrap();
        assert_eq!(code, ResponseCode::NXDomain);
        let (code, _) = ask(&zone, "gone.example.test.", RecordType::A).unwrap();
        assert_eq!(code, ResponseCode::NXDomain);
    }

    #[test]
    fn a_name_without_the_wanted_type_exists_all_the_same() {
        let zone = zone(DnsMode::Answer, &[]);
        let (code, data) = ask(&zone, "smtp.example.test.", RecordType::AAAA).unwrap();
        assert_eq!((code, data.len()), (ResponseCode::NoError, 0));
        let (code, _) = ask(&zone, "example.test.", RecordType::A).unwrap();
        assert_eq!(code, ResponseCode::NoError);
    }

    #[test]
    fn aliases_are_followed_and_texts_keep_their_blanks() {
        let zone = zone(
            DnsMode::Answer,
            &[
                "mail.example.test CNAME smtp.example.test",
                "example.test MX 10 smtp.example.test",
                "example.test TXT \"v=spf1 ip4:203.0.113.9 -all\"",
            ],
        );
        let (_, data) = ask(&zone, "mail.example.test.", RecordType::A).unwrap();
        assert_eq!(data, ["smtp.example.test.", "127.0.0.1"]);
        let (_, data) = ask(&zone, "example.test.", RecordType::MX).unwrap();
        assert_eq!(data, ["10 smtp.example.test."]);
        let (_, data) = ask(&zone, "example.test.", RecordType::TXT).unwrap();
        assert_eq!(data, ["v=spf1 ip4:203.0.113.9 -all"]);
    }

    #[test]
    fn a_silent_server_says_nothing_and_a_failing_one_says_so() {
        assert_eq!(ask(&zone(DnsMode::Silent, &[]), "a.test.", RecordType::A), None);
        let (code, _) = ask(&zone(DnsMode::ServFail, &[]), "a.test.", RecordType::A).unwrap();
        assert_eq!(code, ResponseCode::ServFail);
    }

    #[test]
    fn bytes_that_are_no_question_get_no_answer() {
        let zone = zone(DnsMode::Answer, &[]);
        assert_eq!(zone.answer(b""), None);
        assert_eq!(zone.answer(&[0xff; 600]), None);
    }
}

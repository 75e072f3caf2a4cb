//! SNMP: a handful of GETs and a few short walks; as a v3 user where one is given, else v2c, and v1 where that
//! stays unanswered.

use super::user::SnmpUser;
use async_snmp::{Auth, Client, DesSaltState, Error, ErrorStatus, Oid, Retry, UdpHandle, Value};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long v2c may stay unanswered before v1 is asked beside it.
const HEAD_START: Duration = Duration::from_millis(450);
/// How long the v3 user may stay unanswered before the community is asked beside it.
const USER_HEAD_START: Duration = Duration::from_millis(1300);
/// How long one request waits before it is sent again.
const RESEND: Duration = Duration::from_millis(700);
/// Rows that a walk takes at most.
const MAX_ROWS: usize = 24;

/// A value that the device gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// OCTET STRING.
    Bytes(Vec<u8>),
    /// OBJECT IDENTIFIER, dotted, without leading dot.
    Oid(String),
    /// Any number.
    Number(i64),
}

/// What the device answered, by dotted OID; what it does not have is not there.
pub type Objects = BTreeMap<String, Object>;

/// A device that answered.
pub struct Agent {
    client: Client<UdpHandle>,
    /// `v3`, `v2c` or `v1`.
    pub version: &'static str,
    /// What went wrong on the way, in words.
    pub problems: Vec<String>,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Agent {
    /// Asks for the first objects: as the v3 user where there is one, else or beside it by v2c and, where that
    /// stays silent, by v1, until the deadline. The error says why nothing came.
    pub async fn find(
        target: SocketAddr,
        community: &str,
        user: Option<&SnmpUser>,
        deadline: Instant,
        first: &[&str],
    ) -> Result<(Self, Objects), String> {
        Box::pin(Self::search(target, community, user, deadline, first)).await
    }

    async fn search(
        target: SocketAddr,
        community: &str,
        user: Option<&SnmpUser>,
        deadline: Instant,
        first: &[&str],
    ) -> Result<(Self, Objects), String> {
        let by_community = Self::by_community(target, community, deadline, first);
        let Some(user) = user else {
            return by_community.await;
        };
        let named = async { Self::open(target, user.credentials()?, "v3", first).await };
        let older = async {
            tokio::time::sleep(USER_HEAD_START).await;
            Self::by_community(target, community, deadline, first).await
        };
        tokio::pin!(named, older);
        tokio::select! {
            answer = &mut named => match answer {
                Ok(found) => Ok(found),
                Err(problem) => match by_community.await {
                    Ok((mut agent, objects)) => {
                        agent.problems.push(format!("SNMP v3 as {}: {problem}", user.name));
                        Ok((agent, objects))
                    }
                    Err(second) => Err(format!("v3 as {}: {problem}; {second}", user.name)),
                },
            },
            answer = &mut older => match answer {
                Ok((mut agent, objects)) => {
                    agent.problems.push(format!("SNMP v3 as {}: no answer", user.name));
                    Ok((agent, objects))
                }
                Err(second) => match timeout_at(deadline, named).await {
                    Ok(answer) => {
                        answer.map_err(|problem| format!("v3 as {}: {problem}; {second}", user.name))
                    }
                    Err(_) => Err(format!("v3 as {}: no answer in time; {second}", user.name)),
                },
            },
        }
    }

    async fn by_community(
        target: SocketAddr,
        community: &str,
        deadline: Instant,
        first: &[&str],
    ) -> Result<(Self, Objects), String> {
        let newer = Self::open(target, Auth::v2c(community.to_owned()), "v2c", first);
        let older = async {
            tokio::time::sleep(HEAD_START).await;
            Self::open(target, Auth::v1(community.to_owned()), "v1", first).await
        };
        tokio::pin!(newer, older);
        let either = async {
            tokio::select! {
                answer = &mut newer => match answer {
                    Ok(found) => Ok(found),
                    Err(problem) => older.await.map_err(|second| format!("v2c: {problem}; v1: {second}")),
                },
                answer = &mut older => match answer {
                    Ok(found) => Ok(found),
                    Err(problem) => newer.await.map_err(|second| format!("v2c: {second}; v1: {problem}")),
                },
            }
        };
        match timeout_at(deadline, either).await {
            Ok(answer) => answer,
            Err(_) => Err("v2c and v1: no answer in time".to_owned()),
        }
    }

    async fn open(
        target: SocketAddr,
        auth: impl Into<Auth>,
        version: &'static str,
        first: &[&str],
    ) -> Result<(Self, Objects), String> {
        // DES wants salts that never repeat under one key; a run asks a few dozen times and keeps nothing.
        let salts =
            DesSaltState::install(|_| Ok::<(), std::convert::Infallible>(())).map_err(|e| e.to_string())?;
        let client = Client::builder(target, auth)
            .des_salt_state(salts)
            .strict_source(true)
            .request_timeout(RESEND)
            .retry(Retry::fixed(3, Duration::ZERO).map_err(|e| e.to_string())?)
            .connect()
            .await
            .map_err(|e| e.to_string())?;
        let mut agent = Self {
            client,
            version,
            problems: Vec::new(),
        };
        let mut objects = Objects::new();
        agent
            .try_get(first, &mut objects)
            .await
            .map_err(|e| e.to_string())?;
        Ok((agent, objects))
    }

    /// Gets objects by exact OID into `objects`; what is not there is left out, what fails is noted.
    pub async fn get(&mut self, oids: &[&str], objects: &mut Objects) {
        if let Err(error) = self.try_get(oids, objects).await {
            self.problems.push(format!("SNMP {}: {error}", self.version));
        }
    }

    /// SNMP v1 refuses a whole request for one missing object: it is taken out and the rest asked again.
    async fn try_get(&mut self, oids: &[&str], objects: &mut Objects) -> Result<(), Box<Error>> {
        let oids: Vec<Oid> = oids.iter().filter_map(|oid| Oid::parse(oid).ok()).collect();
        for chunk in oids.chunks(10) {
            let mut left = chunk.to_vec();
            while !left.is_empty() {
                match self.client.get_many(&left).await {
                    Ok(answer) => {
                        for binding in answer.varbinds {
                            if left.contains(&binding.oid)
                                && let Some(object) = object(&binding.value)
                            {
                                objects.insert(binding.oid.to_string(), object);
                            }
                        }
                        break;
                    }
                    Err(error) => match refused_index(&error) {
                        Some(index) if index >= 1 && index <= left.len() => {
                            left.remove(index - 1);
                        }
                        Some(_) => break,
                        None => return Err(error),
                    },
                }
            }
        }
        Ok(())
    }

    /// Walks a column, a few rows at most; an answer that does not move on ends it and is noted.
    pub async fn walk(&mut self, column: &str, objects: &mut Objects) {
        let Ok(root) = Oid::parse(column) else { return };
        let mut at = root.clone();
        for _ in 0..MAX_ROWS {
            let binding = match self.client.get_next(&at).await {
                Ok(answer) => answer.varbinds.into_iter().next(),
                Err(error) => {
                    if refused_index(&error).is_none() {
                        self.problems
                            .push(format!("SNMP {} walk of {column}: {error}", self.version));
                    }
                    return;
                }
            };
            let Some(binding) = binding else { return };
            if !binding.oid.starts_with(&root) || binding.value.is_exception() {
                return;
            }
            if binding.oid.arcs() <= at.arcs() {
                self.problems
                    .push(format!("SNMP {} walk of {column} goes in a circle", self.version));
                return;
            }
            if let Some(object) = object(&binding.value) {
                objects.insert(binding.oid.to_string(), object);
            }
            at = binding.oid;
        }
    }
}

/// The position of the object that the device does not have, where that is what the error says.
fn refused_index(error: &Error) -> Option<usize> {
    match error {
        Error::Snmp { status, index, .. } => match status {
            ErrorStatus::NoSuchName | ErrorStatus::GenErr | ErrorStatus::NoAccess => {
                usize::try_from(*index).ok()
            }
            _ => Some(0),
        },
        Error::Exchange { source, .. } => refused_index(source),
        Error::SharedOperation { source, .. } => refused_index(source),
        _ => None,
    }
}

/// The objects of variable bindings as they stand in an answer (RFC 3416, section 3), and what is behind them.
#[cfg(any(test, feature = "fuzzing"))]
pub fn read(bytes: &[u8]) -> (Objects, &[u8]) {
    let mut decoder = async_snmp::ber::Decoder::from_slice(bytes);
    let (mut objects, mut end) = (Objects::new(), 0);
    while let Ok(binding) = async_snmp::VarBind::decode(&mut decoder) {
        if let Some(object) = object(&binding.value) {
            objects.insert(binding.oid.to_string(), object);
        }
        end = decoder.offset();
    }
    (objects, bytes.get(end..).unwrap_or_default())
}

/// Our own shape of a value; exceptions and oddities are `None`.
fn object(value: &Value) -> Option<Object> {
    if let Some(oid) = value.as_oid() {
        return Some(Object::Oid(oid.to_string().trim_start_matches('.').to_owned()));
    }
    if let Some(bytes) = value.as_bytes() {
        return Some(Object::Bytes(bytes.get(..4096).unwrap_or(bytes).to_vec()));
    }
    if let Some(number) = value.as_i32() {
        return Some(Object::Number(i64::from(number)));
    }
    value.as_u32().map(|number| Object::Number(i64::from(number)))
}

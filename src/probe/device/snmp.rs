//! SNMP: a handful of GETs and a few short walks; as a v3 user where one is given, else v2c, and v1 where that
//! stays unanswered.

use super::user::SnmpUser;
use async_snmp::v3::{PersistedDesSaltState, ReportStatus};
use async_snmp::{Auth, Client, DesSaltState, Error, ErrorStatus, Oid, Retry, UdpHandle, Value};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout, timeout_at};

/// How long v2c may stay unanswered before v1 is asked beside it.
const HEAD_START: Duration = Duration::from_millis(450);
/// How long the v3 user may stay unanswered before the community is asked beside it.
const USER_HEAD_START: Duration = Duration::from_millis(1300);
/// How long a signed question may stay unanswered; the agent has answered by then where it is there at all.
const SIGNED_LIMIT: Duration = Duration::from_millis(900);
/// How long one request waits before it is sent again.
const RESEND: Duration = Duration::from_millis(700);
/// What it means when the signature was taken and the rest could not be read.
const OTHER_KEY: &str =
    "refused: the password for signing is right; the password or the method for encryption is wrong";
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

/// Why nothing came.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// In words.
    pub words: String,
    /// Whether the device did answer, with a refusal.
    pub refused: bool,
    /// Whether the refusal came after the v3 user's signature was found right.
    signature_taken: bool,
}

impl Failure {
    const fn silent(words: String) -> Self {
        Self {
            words,
            refused: false,
            signature_taken: false,
        }
    }

    fn refusal(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            refused: true,
            signature_taken: false,
        }
    }

    /// This failure with what else was tried.
    fn and(self, user: &SnmpUser, second: &Self) -> Self {
        Self {
            words: format!("v3 as {}: {}; {}", user.name, self.words, second.words),
            refused: self.refused || second.refused,
            signature_taken: false,
        }
    }
}

/// A device that answered.
pub struct Agent {
    client: Client<UdpHandle>,
    /// Whether it said that this asker may not read.
    denied: bool,
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
    ) -> Result<(Self, Objects), Failure> {
        Box::pin(Self::search(target, community, user, deadline, first)).await
    }

    async fn search(
        target: SocketAddr,
        community: &str,
        user: Option<&SnmpUser>,
        deadline: Instant,
        first: &[&str],
    ) -> Result<(Self, Objects), Failure> {
        let by_community = Self::by_community(target, community, deadline, first);
        let Some(user) = user else {
            return by_community.await;
        };
        let named = async {
            let credentials = user.credentials().map_err(Failure::silent)?;
            Self::open(target, credentials, "v3", first).await
        };
        // Some agents, net-snmp among them, leave what they cannot decrypt unanswered. A question that is signed
        // alone then tells a wrong key from a network that swallows everything.
        let answered_signed: OnceLock<bool> = OnceLock::new();
        let signed = async {
            let Some(credentials) = user.signed_only().and_then(|user| user.credentials().ok()) else {
                return;
            };
            let asked = Self::open(target, credentials, "v3", first);
            match timeout(SIGNED_LIMIT, asked).await {
                Ok(Ok(_)) => drop(answered_signed.set(true)),
                Ok(Err(problem)) if problem.refused => drop(answered_signed.set(problem.signature_taken)),
                _ => {}
            }
        };
        let older = async {
            tokio::time::sleep(USER_HEAD_START).await;
            tokio::join!(Self::by_community(target, community, deadline, first), signed).0
        };
        let judged = |silence: Failure| match answered_signed.get() {
            Some(true) if !silence.refused => Failure::refusal(OTHER_KEY),
            Some(false) if !silence.refused => Failure::refusal(
                "the device is there, but says nothing to what is encrypted: the password or the method for encryption may be wrong",
            ),
            _ => silence,
        };
        tokio::pin!(named, older);
        let noted = |(mut agent, objects): (Self, Objects), problem: &str| {
            let note = format!("SNMP v3 as {}: {problem}", user.name);
            agent.problems.push(note);
            (agent, objects)
        };
        tokio::select! {
            answer = &mut named => match answer {
                Ok(found) => Ok(found),
                Err(problem) => match by_community.await {
                    Ok(found) => Ok(noted(found, &judged(problem).words)),
                    Err(second) => Err(judged(problem).and(user, &second)),
                },
            },
            answer = &mut older => match answer {
                Ok(found) => {
                    let silence = judged(Failure::silent("no answer".to_owned()));
                    Ok(noted(found, &silence.words))
                }
                Err(second) => {
                    let late = |_| Err(Failure::silent("no answer in time".to_owned()));
                    let answer = timeout_at(deadline, named).await.unwrap_or_else(late);
                    answer.map_err(|problem| judged(problem).and(user, &second))
                }
            },
        }
    }

    async fn by_community(
        target: SocketAddr,
        community: &str,
        deadline: Instant,
        first: &[&str],
    ) -> Result<(Self, Objects), Failure> {
        let newer = Self::open(target, Auth::v2c(community.to_owned()), "v2c", first);
        let older = async {
            tokio::time::sleep(HEAD_START).await;
            Self::open(target, Auth::v1(community.to_owned()), "v1", first).await
        };
        tokio::pin!(newer, older);
        let both = |newer: &Failure, older: &Failure| Failure {
            words: format!("v2c: {}; v1: {}", newer.words, older.words),
            refused: newer.refused || older.refused,
            signature_taken: false,
        };
        let either = async {
            tokio::select! {
                answer = &mut newer => match answer {
                    Ok(found) => Ok(found),
                    Err(problem) => older.await.map_err(|second| both(&problem, &second)),
                },
                answer = &mut older => match answer {
                    Ok(found) => Ok(found),
                    Err(problem) => newer.await.map_err(|second| both(&second, &problem)),
                },
            }
        };
        match timeout_at(deadline, either).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::silent("v2c and v1: no answer in time".to_owned())),
        }
    }

    async fn open(
        target: SocketAddr,
        auth: impl Into<Auth>,
        version: &'static str,
        first: &[&str],
    ) -> Result<(Self, Objects), Failure> {
        let silent = |error: &dyn std::fmt::Display| Failure::silent(error.to_string());
        let client = Client::builder(target, auth)
            .des_salt_state(salts().map_err(|error| silent(&error))?)
            // A refusal cannot be signed, as the two sides share no key; without this it would look like silence.
            .allow_unauthenticated_v3_time_correction(true)
            .strict_source(true)
            .request_timeout(RESEND)
            .retry(Retry::fixed(3, Duration::ZERO).map_err(|error| silent(&error))?)
            .connect()
            .await
            .map_err(|error| failure(&error))?;
        let mut agent = Self {
            client,
            denied: false,
            version,
            problems: Vec::new(),
        };
        let mut objects = Objects::new();
        agent
            .try_get(first, &mut objects)
            .await
            .map_err(|error| failure(&error))?;
        if agent.denied && objects.is_empty() {
            return Err(Failure {
                signature_taken: true,
                ..Failure::refusal("refused: this asker may not read the objects (access or security level)")
            });
        }
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
                        _ if denies(&error) => {
                            self.denied = true;
                            break;
                        }
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

/// The salts of DES, which must not repeat under one key (RFC 3414, section 8.1.1.1): one row of them for the
/// process, begun at the second of its start, as nothing is kept from run to run.
fn salts() -> Result<DesSaltState, String> {
    static SALTS: OnceLock<DesSaltState> = OnceLock::new();
    if let Some(salts) = SALTS.get() {
        return Ok(salts.clone());
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let second = now.map_or(1, |now| now.as_secs() & 0x3fff_ffff);
    let begun = u32::try_from(second)
        .map_err(|error| error.to_string())
        .and_then(|second| PersistedDesSaltState::new(second.max(1)).map_err(|error| error.to_string()))?;
    let fresh =
        DesSaltState::restart(begun, |_| Ok::<(), Infallible>(())).map_err(|error| error.to_string())?;
    Ok(SALTS.get_or_init(|| fresh).clone())
}

/// What an error means for whoever asked.
fn failure(error: &Error) -> Failure {
    match error {
        Error::Exchange { source, .. } => failure(source),
        Error::SharedOperation { source, .. } => failure(source),
        Error::Report { status, .. } => match &**status {
            ReportStatus::UnknownUserName { .. } => {
                Failure::refusal("refused: the device has no such SNMP v3 user")
            }
            ReportStatus::WrongDigest { .. } => {
                Failure::refusal("refused: the password or the method for signing is wrong")
            }
            // The signature is looked at first (RFC 3414, section 3.2, steps 6 and 8).
            ReportStatus::DecryptionError { .. } => Failure::refusal(OTHER_KEY),
            ReportStatus::UnsupportedSecurityLevel { .. } => {
                Failure::refusal("refused: this user signs or encrypts in another way on the device")
            }
            ReportStatus::NotInTimeWindow { .. } => {
                Failure::refusal("refused: the device takes the question for too old")
            }
            other => Failure::refusal(&format!("refused: {other}")),
        },
        other => Failure::silent(other.to_string()),
    }
}

/// Whether the device says that this asker may not read.
fn denies(error: &Error) -> bool {
    match error {
        Error::Snmp { status, .. } => {
            matches!(status, ErrorStatus::AuthorizationError | ErrorStatus::NoAccess)
        }
        Error::Exchange { source, .. } => denies(source),
        Error::SharedOperation { source, .. } => denies(source),
        _ => false,
    }
}

/// The position of the object that the device does not have, where that is what the error says.
fn refused_index(error: &Error) -> Option<usize> {
    match error {
        Error::Snmp { status, index, .. } => match status {
            ErrorStatus::NoSuchName | ErrorStatus::GenErr => usize::try_from(*index).ok(),
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

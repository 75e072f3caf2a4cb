//! What one press of Scan showed, as it happens. [`Observation::evidence`] says what it means for the device,
//! [`super::Hearing`] gathers the observations of a whole session.

use crate::evidence::{Actor, CertificateFacts, ConnectFailure, Loss, MessageFlaw, Stage, TlsFailure};
use crate::wire::reply::Reply;
use crate::wire::tls::TlsVersion;
use crate::wire::tls::client_hello::ClientHello;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

/// One thing seen, with its time and its connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// When, by this computer's clock.
    pub at: Timestamp,
    /// Connections are numbered from 1; 0 stands for the listener itself.
    pub connection: u64,
    /// The client; the listener's own address for `Listening`.
    pub peer: SocketAddr,
    /// Who the client is: the device, or the sending mail server where a copier's reception is played.
    pub client: Actor,
    /// What.
    pub seen: Seen,
}

/// Whose certificate the client was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// One made on the spot, which nobody can trust.
    SelfMade,
    /// The one that was given to the listener.
    Given,
    /// The real server's, through the tap.
    Server,
}

/// One of the two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Who connected to us.
    Client,
    /// The real server behind the tap.
    Server,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "seen", rename_all = "kebab-case")]
pub enum Seen {
    /// A port is open and waits.
    Listening {
        /// TLS from the first byte.
        implicit_tls: bool,
    },
    /// A port could not be opened.
    CannotListen {
        /// What is wrong, and the way on.
        problem: String,
    },
    /// A client connected.
    Connected {
        /// TLS from the first byte.
        implicit_tls: bool,
    },
    /// Too many clients at once: this one was turned away.
    TurnedAway,
    /// Tap: the connection to the real server stands.
    ServerConnected {
        /// Its address.
        server: SocketAddr,
    },
    /// Tap: there is no connection to the real server.
    ServerUnreachable {
        /// Port tried.
        port: u16,
        /// Why.
        failure: ConnectFailure,
        /// In the system's words.
        problem: String,
    },
    /// EHLO or HELO.
    Ehlo {
        /// The name given.
        name: String,
        /// EHLO rather than HELO.
        extended: bool,
        /// Inside TLS.
        encrypted: bool,
    },
    /// Tap: the extensions that the real server lists.
    Extensions {
        /// Keywords with their parameters.
        keywords: Vec<String>,
    },
    /// Tap: the client went no further than the real server's list, which lacks STARTTLS.
    StartTlsMissing,
    /// STARTTLS was asked for.
    StartTls,
    /// The ClientHello.
    Hello(Box<ClientHello>),
    /// A hello in the form of SSL 2.0.
    OldHello(Box<ClientHello>),
    /// TLS came at once on the port where SMTP in plain text begins.
    TlsAtOnce,
    /// What came where TLS was expected is not TLS.
    NotTls,
    /// Tap: the real server's ServerHello.
    ServerHello {
        /// Version chosen.
        version: Option<TlsVersion>,
        /// Suite chosen.
        suite: String,
    },
    /// Tap: the real server's certificate; readable up to TLS 1.2.
    ServerCertificate(Box<CertificateFacts>),
    /// Tap: an alert that can be read.
    Alert {
        /// Who sent it.
        by: Side,
        /// Level 2; a warning does not end the handshake.
        fatal: bool,
        /// Name.
        name: String,
    },
    /// A TLS session stands.
    TlsEstablished {
        /// Version.
        version: Option<TlsVersion>,
        /// Suite.
        suite: String,
        /// Whose certificate the client accepted.
        shown: Shown,
    },
    /// No TLS session.
    TlsFailed {
        /// Why; an alert is one that the client sent.
        failure: TlsFailure,
        /// In words.
        problem: String,
        /// Whose certificate the client was shown.
        shown: Shown,
    },
    /// A login; the password was thrown away unread.
    Login {
        /// Mechanism.
        mechanism: String,
        /// User name.
        user: Option<String>,
        /// Inside TLS.
        encrypted: bool,
    },
    /// MAIL FROM.
    From {
        /// Address.
        address: String,
        /// SIZE stated, in bytes.
        size: Option<u64>,
        /// Inside TLS.
        encrypted: bool,
        /// Whether encryption was offered to the client before.
        tls_offered: bool,
    },
    /// RCPT TO.
    To {
        /// Address.
        address: String,
    },
    /// A whole message.
    Message(Box<MessageFacts>),
    /// The persona refused a command.
    Refused {
        /// At which step.
        stage: Stage,
        /// The reply.
        reply: Reply,
        /// Whether the persona stands for a real service, which would have said the same.
        as_service: bool,
    },
    /// Tap: a reply of the real server.
    Reply {
        /// To which step.
        stage: Stage,
        /// The reply.
        reply: Reply,
    },
    /// Tap: the real server ended the dialogue although it had raised no objection.
    ServerLeft {
        /// The last step seen.
        stage: Stage,
        /// How.
        how: Loss,
    },
    /// What the panel of the copier that is played would show now.
    Panel {
        /// Its words.
        status: String,
    },
    /// A line that is no SMTP command, or a wrong one at its place.
    Odd {
        /// The line, cleaned and cut.
        line: String,
    },
    /// The connection is over.
    Ended {
        /// The last step seen.
        stage: Stage,
        /// True where the client said QUIT.
        quit: bool,
        /// True where every reply before was positive.
        all_positive: bool,
        /// True where we, or behind the tap the real server, ended it.
        by_us: bool,
        /// True where a whole message went through.
        delivered: bool,
    },
}

/// One part of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Content type, such as `application/pdf`; empty where none is given.
    pub kind: String,
    /// Transfer encoding, such as `base64`.
    pub encoding: String,
    /// Bytes of its body on the wire.
    pub bytes: u64,
}

/// What is told of a message; nothing of its content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageFacts {
    /// Bytes on the wire, without dots added.
    pub bytes: u64,
    /// Date header as sent.
    pub date: Option<String>,
    /// The Date header against our clock in seconds; positive where the device is ahead.
    pub skew_seconds: Option<i64>,
    /// X-Mailer or User-Agent.
    pub mailer: Option<String>,
    /// From header.
    pub from: Option<String>,
    /// The parts in their order; the first is the message itself.
    pub parts: Vec<Part>,
    /// Breaches of form.
    pub flaws: Vec<MessageFlaw>,
    /// Bytes of the longest line, without its end.
    pub longest_line: u64,
    /// Where it was saved.
    pub saved: Option<PathBuf>,
}

//! Network captures: mail dialogues and TLS handshakes of every connection, as Wireshark's tshark counts them.

mod assemble;
mod beside;
mod conversation;
mod flow;
mod fragments;
mod link;
mod list;
mod neighbours;
mod network;
mod packets;
mod signals;
mod smtp;
mod streams;
mod tell;
mod tls;
mod tunnels;

use crate::logs::ahead;
use crate::logs::collect::Collector;
use beside::Beside;
use network::Network;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Read;
use streams::Streams;

pub use list::list;
pub use smtp::{Dialogue, reply_parts};

/// A capture as the contract's `analyze --json` shows it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CaptureSummary {
    /// Frames read.
    pub packets: u64,
    /// TCP connections.
    pub streams: u64,
    /// Every ClientHello.
    pub client_hellos: Vec<ClientHelloSeen>,
    /// Every ServerHello (and HelloRetryRequest).
    pub server_hellos: Vec<ServerHelloSeen>,
    /// Alerts that can be read without keys.
    pub alerts: Vec<AlertSeen>,
    /// Mail dialogues.
    pub smtp: Vec<SmtpSeen>,
}

/// A ClientHello.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientHelloSeen {
    /// Connection, from 0.
    pub stream: u64,
    /// Who sent it.
    pub client: String,
    /// To whom.
    pub server: String,
    /// Highest version offered, such as `TLS1.0`.
    pub highest: String,
    /// Versions named in the hello, newest first.
    pub offered: Vec<String>,
    /// Server name asked for.
    pub sni: Option<String>,
}

/// A ServerHello.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerHelloSeen {
    /// Connection, from 0.
    pub stream: u64,
    /// Version chosen.
    pub version: String,
    /// Cipher suite chosen.
    pub cipher: String,
}

/// A readable alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertSeen {
    /// Connection, from 0.
    pub stream: u64,
    /// `client` or `server`.
    pub from: &'static str,
    /// `warning` or `fatal`.
    pub level: &'static str,
    /// Name of the alert, such as `protocol_version`.
    pub description: String,
}

/// A mail dialogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SmtpSeen {
    /// Connection, from 0.
    pub stream: u64,
    /// Commands by verb.
    pub commands: BTreeMap<String, u64>,
    /// Replies by code; one of several lines counts once.
    pub replies: BTreeMap<String, u64>,
}

/// Whether a file begins like a capture; gives its format's name.
pub fn format_of(head: &[u8]) -> Option<&'static str> {
    match head {
        [0x0a, 0x0d, 0x0d, 0x0a, _, _, _, _, 0x1a, 0x2b, 0x3c, 0x4d, ..]
        | [0x0a, 0x0d, 0x0d, 0x0a, _, _, _, _, 0x4d, 0x3c, 0x2b, 0x1a, ..] => Some("pcapng capture"),
        [0xa1, 0xb2, 0xc3, 0xd4, ..]
        | [0xd4, 0xc3, 0xb2, 0xa1, ..]
        | [0xa1, 0xb2, 0x3c, 0x4d, ..]
        | [0x4d, 0x3c, 0xb2, 0xa1, ..] => Some("pcap capture"),
        _ => None,
    }
}

/// Reads a capture; evidence goes to `out`, the second value says what was wrong with the file.
pub fn read<R: Read + Send>(source: R, out: &mut Collector) -> (CaptureSummary, Option<String>) {
    let mut summary = CaptureSummary::default();
    let mut network = Network::default();
    let mut streams = Streams::default();
    let mut beside = Beside::default();
    let outcome = ahead::with(source, |source| {
        packets::each(source, |frame| {
            summary.packets += 1;
            if let Some(segment) = network.segment(frame.link, frame.data) {
                if segment.syn
                    && segment.acknowledged.is_none()
                    && streams::MAIL_PORTS.contains(&segment.destination.port())
                {
                    beside.sender(segment.source.ip());
                }
                streams.segment(&segment, frame.micros, &mut summary, out);
            } else if let Some(signal) = signals::read(frame.link, frame.data) {
                beside.take(signal, frame.micros);
            }
        })
    });
    beside.tell(out);
    streams.finish(&mut summary, out);
    summary.smtp.sort_by_key(|dialogue| dialogue.stream);
    let link = network
        .unknown_link
        .map(|link| format!("frames of link type {link} are not understood"));
    (summary, outcome.problem.or(link))
}

//! What the two ends of one connection say: text, mail dialogue, TLS, and the passage from one to the other.

use super::smtp::Dialogue;
use super::tls::{self, TlsEvent, TlsReader};
use super::{AlertSeen, CaptureSummary, ClientHelloSeen, ServerHelloSeen};
use crate::wire::tls::TlsVersion;
use std::net::SocketAddr;

/// Entries kept of each list in the summary; a capture with more is cut there.
const LISTED: usize = 200_000;

/// One end of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Who opened it.
    Client,
    /// Who was called.
    Server,
}

/// How one direction is read.
#[derive(Debug, Default)]
enum Mode {
    /// As text; the bytes at hand are too few to tell it from TLS.
    #[default]
    Text,
    Tls(Box<TlsReader>),
}

#[derive(Debug, Default)]
struct Side {
    mode: Mode,
    held: Vec<u8>,
    bytes: u64,
    hello_form_checked: bool,
}

/// What was seen of TLS on a connection.
#[derive(Debug, Default)]
pub struct TlsSeen {
    /// Highest version that the client offered.
    pub offered: Option<TlsVersion>,
    /// Cipher suites that the client offered, in its order.
    pub suites: Vec<u16>,
    /// Version and suite that the server chose.
    pub chosen: Option<(TlsVersion, String)>,
    /// Readable alerts: sender, whether fatal, name.
    pub alerts: Vec<(End, bool, String)>,
    /// The server's certificate, DER.
    pub certificate: Option<Vec<u8>>,
    client_data: u32,
    server_data: u32,
    client_sealed: bool,
    server_sealed: bool,
    /// The end that sent the ClientHello, where it is the other one than who opened the connection.
    swapped: bool,
}

impl TlsSeen {
    /// Whether the handshake came to its end: both sides sent encrypted data of the application.
    pub fn stands(&self) -> bool {
        match &self.chosen {
            Some((TlsVersion::Tls13, _)) => self.client_data >= 2 && self.server_data >= 1,
            Some(_) => self.client_sealed && self.server_sealed,
            None => false,
        }
    }

    /// Whether any TLS was spoken by this end.
    pub fn spoken_by(&self, end: End) -> bool {
        match end {
            End::Client => self.offered.is_some() || self.client_data > 0 || self.client_sealed,
            End::Server => {
                self.chosen.is_some()
                    || self.server_data > 0
                    || self.alerts.iter().any(|(from, ..)| *from == End::Server)
            }
        }
    }
}

/// Both directions of one connection.
#[derive(Debug)]
pub struct Conversation {
    client: Side,
    server: Side,
    /// The mail dialogue, as far as it is one.
    pub smtp: Dialogue,
    /// TLS.
    pub tls: TlsSeen,
    /// Number of plain-text bytes that each end sent before TLS.
    pub plain: [u64; 2],
    /// Whether the recording lacks bytes, so that what was not seen proves nothing.
    pub lossy: bool,
}

/// Which connection this is, for the summary.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// Number of the stream.
    pub stream: u64,
    /// Who opened it.
    pub client: SocketAddr,
    /// Who was called.
    pub server: SocketAddr,
}

impl Conversation {
    /// A connection; `from_the_start` where its beginning was recorded.
    pub fn new(from_the_start: bool) -> Self {
        Self {
            client: Side::default(),
            server: Side::default(),
            smtp: Dialogue::new(from_the_start),
            tls: TlsSeen::default(),
            plain: [0, 0],
            lossy: false,
        }
    }

    /// Bytes that this end sent.
    pub fn bytes(&self, end: End) -> u64 {
        match end {
            End::Client => self.client.bytes,
            End::Server => self.server.bytes,
        }
    }

    /// Takes the next bytes of one end in.
    pub fn data(
        &mut self,
        end: End,
        bytes: &[u8],
        micros: Option<i64>,
        label: Label,
        summary: &mut CaptureSummary,
    ) {
        let other_is_tls = match end {
            End::Client => matches!(self.server.mode, Mode::Tls(_)),
            End::Server => matches!(self.client.mode, Mode::Tls(_)),
        };
        let side = match end {
            End::Client => &mut self.client,
            End::Server => &mut self.server,
        };
        side.bytes += bytes.len() as u64;
        let joined;
        let mut bytes = bytes;
        if !side.held.is_empty() {
            let mut held = std::mem::take(&mut side.held);
            held.extend_from_slice(bytes);
            joined = held;
            bytes = &joined;
        }
        if matches!(side.mode, Mode::Text) {
            if tls::may_become_record(bytes) {
                side.held = bytes.to_vec();
                return;
            }
            if !side.hello_form_checked {
                side.hello_form_checked = true;
                if let Some((version, length)) = tls::ssl2_hello(bytes) {
                    side.mode = Mode::Tls(Box::default());
                    let hello = TlsEvent::ClientHello {
                        offered: vec![version],
                        suites: Vec::new(),
                        sni: None,
                    };
                    note(&mut self.tls, end, hello, label, summary);
                    self.data(
                        end,
                        bytes.get(length..).unwrap_or_default(),
                        micros,
                        label,
                        summary,
                    );
                    return;
                }
            }
            let is_first = side.bytes == bytes.len() as u64;
            if tls::is_hello(bytes)
                || (other_is_tls && tls::is_record(bytes))
                || (is_first && tls::is_plain_alert(bytes))
            {
                side.mode = Mode::Tls(Box::default());
            }
        }
        match &mut side.mode {
            Mode::Tls(reader) => {
                let seen = &mut self.tls;
                reader.push(bytes, &mut |event| note(seen, end, event, label, summary));
            }
            Mode::Text => match end {
                End::Client => {
                    self.plain[0] += bytes.len() as u64;
                    self.smtp.client(bytes);
                }
                End::Server => {
                    self.plain[1] += bytes.len() as u64;
                    self.smtp.server(bytes, micros);
                    // Behind an accepted STARTTLS a hello may come in any form.
                    if self.smtp.unanswered().is_none() {
                        self.client.hello_form_checked = false;
                    }
                }
            },
        }
    }

    /// Bytes of one end are missing.
    pub fn gap(&mut self, end: End, bytes: u64) {
        self.lossy = true;
        let side = match end {
            End::Client => &mut self.client,
            End::Server => &mut self.server,
        };
        side.held.clear();
        match (&mut side.mode, end) {
            (Mode::Tls(reader), _) => reader.gap(),
            (Mode::Text, End::Client) => self.smtp.client_gap(bytes),
            (Mode::Text, End::Server) => self.smtp.server_gap(),
        }
    }
}

/// Notes what a TLS record says, in the connection and in the summary.
fn note(seen: &mut TlsSeen, end: End, event: TlsEvent, label: Label, summary: &mut CaptureSummary) {
    match event {
        TlsEvent::ClientHello { offered, suites, sni } => {
            if !suites.is_empty() {
                seen.suites = suites;
            }
            seen.swapped = end == End::Server;
            let highest = offered.first().copied().unwrap_or_default();
            seen.offered = seen.offered.max(tls::known(highest));
            let (client, server) = if seen.swapped {
                (label.server, label.client)
            } else {
                (label.client, label.server)
            };
            push(
                &mut summary.client_hellos,
                ClientHelloSeen {
                    stream: label.stream,
                    client: client.to_string(),
                    server: server.to_string(),
                    highest: tls::version_name(highest),
                    offered: offered.into_iter().map(tls::version_name).collect(),
                    sni,
                },
            );
        }
        TlsEvent::ServerHello {
            version,
            cipher,
            retry,
        } => {
            if let Some(version) = tls::known(version).filter(|_| !retry) {
                seen.chosen = Some((version, cipher.clone()));
            }
            let version = tls::version_name(version);
            push(
                &mut summary.server_hellos,
                ServerHelloSeen {
                    stream: label.stream,
                    version,
                    cipher,
                },
            );
        }
        TlsEvent::Alert { level, code } => {
            let from = if seen.swapped { other(end) } else { end };
            let description = tls::alert_words(code);
            if seen.alerts.len() < 20 {
                seen.alerts.push((from, level == "fatal", description.clone()));
            }
            push(
                &mut summary.alerts,
                AlertSeen {
                    stream: label.stream,
                    from: if from == End::Client { "client" } else { "server" },
                    level,
                    description,
                },
            );
        }
        TlsEvent::Certificate(der) if end == End::Server => seen.certificate = Some(der),
        TlsEvent::Certificate(_) | TlsEvent::EncryptedAlert => {}
        TlsEvent::ChangeCipher => match end {
            End::Client => seen.client_sealed = true,
            End::Server => seen.server_sealed = true,
        },
        TlsEvent::Data => match end {
            End::Client => seen.client_data = seen.client_data.saturating_add(1),
            End::Server => seen.server_data = seen.server_data.saturating_add(1),
        },
    }
}

const fn other(end: End) -> End {
    match end {
        End::Client => End::Server,
        End::Server => End::Client,
    }
}

fn push<T>(list: &mut Vec<T>, entry: T) {
    if list.len() < LISTED {
        list.push(entry);
    }
}

//! Recordings of a scenario: connections, told packet by packet, as a capture file.

use super::LabError;
use super::behaviour::OldTls;
use super::smtp::old_tls::{self, Hello};
use crate::wire::tls::TlsVersion;
use crate::wire::tls::hello::HelloSpec;
use etherparse::PacketBuilder;
use jiff::Timestamp;
use serde::Deserialize;
use std::net::SocketAddrV4;

/// One recorded TCP connection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// When it was asked for.
    pub at: Timestamp,
    /// The client's end.
    pub client: SocketAddrV4,
    /// The server's end.
    pub server: SocketAddrV4,
    /// What was said after the connection stood, a tenth of a second apart.
    pub said: Vec<Said>,
}

/// A packet.
#[derive(Debug, Clone, Deserialize)]
pub enum Said {
    /// A line of the client.
    C(String),
    /// A line of the server.
    S(String),
    /// The client's hello, up to this version.
    Hello(String),
    /// The server's answer of this version, then sealed records both ways.
    Agreed(String),
    /// A fatal alert of the client.
    ClientAlert(String),
    /// A fatal alert of the server.
    ServerAlert(String),
    /// The client closes.
    ClientCloses,
    /// The server closes.
    ServerCloses,
    /// The server resets.
    ServerResets,
}

/// A capture file with these connections.
pub fn file(connections: &[Connection]) -> Result<Vec<u8>, LabError> {
    let mut packets = Vec::new();
    for connection in connections {
        Recorder::new(connection).record(&mut packets)?;
    }
    packets.sort_by_key(|(at, _)| *at);
    // Little-endian, microseconds, Ethernet.
    let mut file = vec![
        0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0,
    ];
    for (at, frame) in packets {
        let seconds = u32::try_from(at / 1_000_000).unwrap_or_default();
        let micros = u32::try_from(at % 1_000_000).unwrap_or_default();
        let length = u32::try_from(frame.len()).unwrap_or_default();
        for field in [seconds, micros, length, length] {
            file.extend(field.to_le_bytes());
        }
        file.extend(frame);
    }
    Ok(file)
}

struct Recorder<'a> {
    connection: &'a Connection,
    /// Next sequence numbers of client and server.
    next: [u32; 2],
    at: i64,
}

/// Who sends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Client,
    Server,
}

impl<'a> Recorder<'a> {
    fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            next: [1_000, 9_000],
            at: connection.at.as_microsecond(),
        }
    }

    fn record(mut self, out: &mut Vec<(i64, Vec<u8>)>) -> Result<(), LabError> {
        self.packet(End::Client, "S", &[], out)?;
        self.packet(End::Server, "SA", &[], out)?;
        self.packet(End::Client, "A", &[], out)?;
        for said in &self.connection.said {
            match said {
                Said::C(line) => self.packet(End::Client, "A", format!("{line}\r\n").as_bytes(), out)?,
                Said::S(line) => self.packet(End::Server, "A", format!("{line}\r\n").as_bytes(), out)?,
                Said::Hello(version) => {
                    let hello = HelloSpec::capped(named(version)?, "mail.example").record(&[7; 96]);
                    self.packet(End::Client, "A", &hello, out)?;
                }
                Said::Agreed(version) => {
                    let hello = Hello {
                        version: named(version)?.wire(),
                        suites: vec![0xc02f],
                    };
                    let server = OldTls {
                        min: version.clone(),
                        max: version.clone(),
                        suites: hello.suites.clone(),
                    };
                    self.packet(End::Server, "A", &old_tls::answer(&hello, &server), out)?;
                    let [major, minor] = hello.version.to_be_bytes();
                    let changes = [20, major, minor, 0, 1, 1];
                    let sealed = [&[23, major, minor, 0, 40][..], &[5; 40]].concat();
                    for end in [End::Client, End::Server] {
                        self.packet(end, "A", &changes, out)?;
                        self.packet(end, "A", &sealed, out)?;
                    }
                }
                Said::ClientAlert(name) => {
                    self.packet(End::Client, "A", &old_tls::alert(name, 0x0303), out)?;
                }
                Said::ServerAlert(name) => {
                    self.packet(End::Server, "A", &old_tls::alert(name, 0x0303), out)?;
                }
                Said::ClientCloses => self.packet(End::Client, "FA", &[], out)?,
                Said::ServerCloses => self.packet(End::Server, "FA", &[], out)?,
                Said::ServerResets => self.packet(End::Server, "RA", &[], out)?,
            }
        }
        Ok(())
    }

    fn packet(
        &mut self,
        end: End,
        flags: &str,
        payload: &[u8],
        out: &mut Vec<(i64, Vec<u8>)>,
    ) -> Result<(), LabError> {
        let (client, server) = (self.connection.client, self.connection.server);
        let (from, to) = if end == End::Client {
            (client, server)
        } else {
            (server, client)
        };
        let [own, other] = match end {
            End::Client => self.next,
            End::Server => [self.next[1], self.next[0]],
        };
        let mut packet = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
            .ipv4(from.ip().octets(), to.ip().octets(), 64)
            .tcp(from.port(), to.port(), own, 5000);
        for flag in flags.chars() {
            packet = match flag {
                'S' => packet.syn(),
                'A' => packet.ack(other),
                'R' => packet.rst(),
                _ => packet.fin(),
            };
        }
        let mut frame = Vec::new();
        packet
            .write(&mut frame, payload)
            .map_err(|error| LabError::Write(error.to_string()))?;
        let length = u32::try_from(payload.len()).unwrap_or_default() + u32::from(flags.contains(['S', 'F']));
        let next = if end == End::Client {
            &mut self.next[0]
        } else {
            &mut self.next[1]
        };
        *next = next.wrapping_add(length);
        out.push((self.at, frame));
        self.at += 100_000;
        Ok(())
    }
}

/// The version of an id such as `TLS1.0`.
fn named(id: &str) -> Result<TlsVersion, LabError> {
    TlsVersion::SCANNED
        .into_iter()
        .find(|version| version.id() == id)
        .ok_or_else(|| LabError::Write(format!("no TLS version is called {id}")))
}

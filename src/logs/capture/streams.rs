//! The TCP connections of a capture: who speaks to whom, how they begin and end.

use super::assemble::{Direction, Piece};
use super::conversation::{Conversation, End, Label};
use super::flow::{Flow, Stalled};
use super::network::Segment;
use super::{CaptureSummary, SmtpSeen, tell};
use crate::logs::collect::Collector;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;

/// Connections that are followed at the same time; the oldest gives way.
const LIVE: usize = 8192;
/// Ended connections that may still get late segments; the one that ended first is told.
const ENDED: usize = 256;
/// Connections whose ends are remembered, so that their late segments are not taken for new ones.
const KNOWN: usize = 1_000_000;
/// Ports that belong to mail sending.
pub const MAIL_PORTS: [u16; 4] = [25, 465, 587, 2525];

/// A connection and what is known of its beginning and end.
#[derive(Debug)]
pub struct Stream {
    /// Number and ends.
    pub label: Label,
    /// What was said.
    pub talk: Conversation,
    /// The opening was recorded.
    pub syn: bool,
    /// It was answered.
    pub answered: bool,
    /// Who ended it, and whether by a reset.
    pub ended: Option<(End, bool)>,
    /// Time of the first and the last segment.
    pub times: [Option<i64>; 2],
    /// Which ends said that they are through.
    closed: [bool; 2],
    /// Segments from the client.
    pub from_client: u64,
    /// Segments from the server.
    pub from_server: u64,
    to_server: Direction,
    to_client: Direction,
    /// What became of the data of client and server.
    flows: [Flow; 2],
}

impl Stream {
    /// Whether this connection is about sending mail.
    pub fn is_mail(&self) -> bool {
        self.mail_port() || self.talk.smtp.is_smtp(false)
    }

    /// Whether both ends are through with it.
    fn is_over(&self) -> bool {
        self.closed == [true, true]
    }

    /// Why the data of an end did not arrive, where it did not.
    pub fn stalled(&self, end: End) -> Option<Stalled> {
        let [client, server] = &self.flows;
        match end {
            End::Client => client.stalled(),
            End::Server => server.stalled(),
        }
    }

    /// Whether the server's port is one of mail.
    pub fn mail_port(&self) -> bool {
        MAIL_PORTS.contains(&self.label.server.port())
    }
}

/// The key of a connection: a keyed hash of both ends in a fixed order, so that a million of them stay small.
type Key = u64;

struct Known {
    /// Position among the live ones, counted from the first ever.
    number: u64,
    /// Sequence number of the opening, by which a reuse of the ports is known.
    opening: Option<u32>,
}

/// All connections.
#[derive(Default)]
pub struct Streams {
    known: HashMap<Key, Known>,
    hasher: RandomState,
    /// Nothing stands in the place of one that was told.
    live: VecDeque<Option<Box<Stream>>>,
    /// Number of the first live one.
    first: u64,
    ended: VecDeque<u64>,
    /// The ends and the number of the connection that spoke last: mostly it goes on speaking.
    last: Option<([SocketAddr; 2], u64)>,
}

impl Streams {
    /// Takes a segment in.
    pub fn segment(
        &mut self,
        segment: &Segment<'_>,
        micros: Option<i64>,
        summary: &mut CaptureSummary,
        out: &mut Collector,
    ) {
        let ends = if segment.source <= segment.destination {
            [segment.source, segment.destination]
        } else {
            [segment.destination, segment.source]
        };
        let opening = segment.syn && segment.acknowledged.is_none();
        let number = match self.last {
            Some((last, number)) if last == ends && !opening => number,
            _ => self.number(ends, segment, opening, summary, out),
        };
        self.last = Some((ends, number));
        let Some(stream) = self.slot(number).and_then(Option::as_mut) else {
            return;
        };
        let was_over = stream.is_over();
        stream.take(segment, micros, summary);
        if !was_over && stream.is_over() {
            self.ended.push_back(number);
            if self.ended.len() > ENDED
                && let Some(oldest) = self.ended.pop_front()
                && let Some(stream) = self.slot(oldest).and_then(Option::take)
            {
                close(*stream, summary, out);
            }
        }
    }

    /// The number of the connection that a segment belongs to, which it may open.
    fn number(
        &mut self,
        ends: [SocketAddr; 2],
        segment: &Segment<'_>,
        opening: bool,
        summary: &mut CaptureSummary,
        out: &mut Collector,
    ) -> u64 {
        let key = self.hasher.hash_one(ends);
        match self.known.get_mut(&key) {
            Some(known) if !(opening && known.opening.is_some_and(|first| first != segment.sequence)) => {
                if opening {
                    known.opening = Some(segment.sequence);
                }
                known.number
            }
            _ => self.open(key, segment, opening, summary, out),
        }
    }

    /// Ends all connections.
    pub fn finish(&mut self, summary: &mut CaptureSummary, out: &mut Collector) {
        while !self.live.is_empty() {
            self.close_first(summary, out);
        }
    }

    fn slot(&mut self, number: u64) -> Option<&mut Option<Box<Stream>>> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.live.get_mut(index)
    }

    fn close_first(&mut self, summary: &mut CaptureSummary, out: &mut Collector) {
        if let Some(oldest) = self.live.pop_front() {
            self.first += 1;
            if let Some(stream) = oldest {
                close(*stream, summary, out);
            }
        }
    }

    fn open(
        &mut self,
        key: Key,
        segment: &Segment<'_>,
        opening: bool,
        summary: &mut CaptureSummary,
        out: &mut Collector,
    ) -> u64 {
        if self.live.len() >= LIVE {
            self.close_first(summary, out);
        }
        if self.known.len() >= KNOWN {
            let first = self.first;
            self.known.retain(|_, known| known.number >= first);
        }
        let number = summary.streams;
        summary.streams += 1;
        let from_client = opening || (!segment.syn && looks_like_client(segment));
        let (client, server) = if from_client {
            (segment.source, segment.destination)
        } else {
            (segment.destination, segment.source)
        };
        self.known.insert(
            key,
            Known {
                number,
                opening: opening.then_some(segment.sequence),
            },
        );
        self.live.push_back(Some(Box::new(Stream {
            label: Label {
                stream: number,
                client,
                server,
            },
            talk: Conversation::new(segment.syn),
            syn: opening,
            answered: false,
            ended: None,
            closed: [false, false],
            times: [None, None],
            from_client: 0,
            from_server: 0,
            to_server: Direction::default(),
            to_client: Direction::default(),
            flows: [Flow::default(), Flow::default()],
        })));
        number
    }
}

impl Stream {
    fn take(&mut self, segment: &Segment<'_>, micros: Option<i64>, summary: &mut CaptureSummary) {
        let end = if segment.source == self.label.client {
            End::Client
        } else {
            End::Server
        };
        if self.times[0].is_none() {
            self.times[0] = micros;
        }
        self.times[1] = micros.or(self.times[1]);
        if end == End::Client {
            self.from_client += 1;
        } else {
            self.from_server += 1;
            self.answered |=
                segment.syn || !segment.data.is_empty() || (!segment.reset && segment.acknowledged.is_some());
        }
        let (direction, talk, label) = match end {
            End::Client => (&mut self.to_server, &mut self.talk, self.label),
            End::Server => (&mut self.to_client, &mut self.talk, self.label),
        };
        let [client, server] = &mut self.flows;
        let (own, others) = match end {
            End::Client => (client, server),
            End::Server => (server, client),
        };
        own.sends(segment.sequence, segment.data.len() + segment.cut);
        own.closes(micros);
        if let Some(up_to) = segment.acknowledged.filter(|_| !segment.reset) {
            others.acknowledges(up_to, segment.window, micros);
        }
        let mut sequence = segment.sequence;
        if segment.syn {
            direction.open(segment.sequence);
            sequence = sequence.wrapping_add(1);
        }
        if !segment.reset {
            direction.push(sequence, &segment.data, segment.cut, &mut |piece| match piece {
                Piece::Data(bytes) => talk.data(end, bytes, micros, label, summary),
                Piece::Gap(bytes) => talk.gap(end, bytes),
            });
        }
        if segment.reset {
            self.closed = [true, true];
        } else if segment.fin {
            match end {
                End::Client => self.closed[0] = true,
                End::Server => self.closed[1] = true,
            }
        }
        if (segment.fin || segment.reset) && self.ended.is_none() {
            self.ended = Some((end, segment.reset));
        }
    }
}

/// Gives out what still waits, and tells what the connection showed.
fn close(mut stream: Stream, summary: &mut CaptureSummary, out: &mut Collector) {
    let (label, last) = (stream.label, stream.times[1]);
    let talk = &mut stream.talk;
    for (end, direction) in [
        (End::Server, &mut stream.to_client),
        (End::Client, &mut stream.to_server),
    ] {
        direction.finish(&mut |piece| match piece {
            Piece::Data(bytes) => talk.data(end, bytes, last, label, summary),
            Piece::Gap(bytes) => talk.gap(end, bytes),
        });
    }
    // A client that speaks TLS on the port of implicit TLS holds no mail dialogue, whatever it hears.
    let deaf =
        label.server.port() == 465 && stream.talk.plain[0] == 0 && stream.talk.tls.spoken_by(End::Client);
    if !deaf && stream.talk.smtp.is_smtp(stream.mail_port()) && summary.smtp.len() < 200_000 {
        summary.smtp.push(SmtpSeen {
            stream: label.stream,
            commands: stream.talk.smtp.commands.clone(),
            replies: stream
                .talk
                .smtp
                .replies
                .iter()
                .map(|(code, count)| (code.to_string(), *count))
                .collect(),
        });
    }
    tell::stream(&stream, out);
}

/// Where the opening is not recorded: mail ports and lower ports belong to servers.
fn looks_like_client(segment: &Segment<'_>) -> bool {
    let (from, to) = (segment.source.port(), segment.destination.port());
    match (MAIL_PORTS.contains(&from), MAIL_PORTS.contains(&to)) {
        (true, false) => false,
        (false, true) => true,
        _ => to <= from,
    }
}

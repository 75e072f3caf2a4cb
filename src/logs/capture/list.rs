//! A capture as rows for people: one for every TCP segment.

use super::network::{Network, Segment};
use super::packets;
use crate::wire::reply::clean;
use jiff::Timestamp;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Read;
use std::net::SocketAddr;

/// Letters of a segment's text that are shown.
const SHOWN: usize = 300;
/// Connections told apart; later ones are listed without a number of their own.
const STREAMS: usize = 500_000;

/// Hands every segment to `take` with the number of its connection; `take` says whether to go on. Gives
/// what was wrong with the file.
pub fn list(source: impl Read + Send, mut take: impl FnMut(u64, &str) -> bool) -> Option<String> {
    let mut network = Network::default();
    let mut known: HashMap<(SocketAddr, SocketAddr), (u64, u32)> = HashMap::new();
    let mut count = 0u64;
    let mut text = String::new();
    let mut wanted = true;
    let outcome = packets::each(source, |frame| {
        if !wanted {
            return;
        }
        let Some(segment) = network.segment(frame.link, frame.data) else {
            return;
        };
        let (a, b) = (segment.source, segment.destination);
        let key = if a <= b { (a, b) } else { (b, a) };
        let opening = segment.syn && segment.acknowledged.is_none();
        let is_new = match known.get(&key) {
            Some((_, first)) => opening && *first != segment.sequence,
            None => true,
        };
        if is_new && known.len() < STREAMS {
            known.insert(key, (count, segment.sequence));
            count += 1;
        }
        let stream = known.get(&key).map_or(count, |(stream, _)| *stream);
        text.clear();
        line(&segment, frame.micros, stream, &mut text);
        wanted = take(stream, &text);
    });
    outcome.problem
}

fn line(segment: &Segment<'_>, micros: Option<i64>, stream: u64, text: &mut String) {
    if let Some(at) = micros.and_then(|micros| Timestamp::from_microsecond(micros).ok()) {
        let _ = write!(text, "{at:.6} ");
    }
    let _ = write!(
        text,
        "stream {stream}: {} → {}",
        segment.source, segment.destination
    );
    for (set, word) in [
        (segment.syn, " SYN"),
        (segment.fin, " FIN"),
        (segment.reset, " RST"),
        (segment.acknowledged.is_some(), " ACK"),
    ] {
        if set {
            text.push_str(word);
        }
    }
    let data = segment.data.as_ref();
    if data.is_empty() {
        return;
    }
    let _ = write!(text, " {} bytes", data.len());
    if super::tls::is_record(data) {
        text.push_str(", TLS record");
    } else if data
        .iter()
        .take(SHOWN)
        .all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
    {
        let shown = clean(data.get(..data.len().min(SHOWN)).unwrap_or_default());
        let _ = write!(text, ": {}", shown.replace(['\r', '\n', '\t'], " ").trim());
    }
}

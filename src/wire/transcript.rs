//! Every line sent and received, with its time; secrets are masked before they get here.

use serde::Serialize;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// This program.
    Client,
    /// The peer.
    Server,
    /// A remark of this program's, such as the TLS version negotiated.
    Note,
}

/// One line of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Since the conversation began.
    #[serde(serialize_with = "millis")]
    pub after: Duration,
    /// Who spoke.
    pub speaker: Speaker,
    /// Whether inside TLS.
    pub encrypted: bool,
    /// The text, without line end, secrets masked.
    pub text: String,
}

/// Milliseconds with three digits.
fn millis<S: serde::Serializer>(value: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(value.as_secs_f64() * 1000.0)
}

/// Lines kept of one conversation at most; what a flooding peer says beyond is counted only.
const MAX_LINES: usize = 4000;

/// A transcript that the conversation writes and others may read at any time.
#[derive(Debug, Clone)]
pub struct Transcript {
    began: Instant,
    lines: Arc<Mutex<Vec<Line>>>,
}

impl Default for Transcript {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            lines: Arc::default(),
        }
    }
}

impl Transcript {
    /// Adds a line.
    pub fn add(&self, speaker: Speaker, encrypted: bool, text: impl Into<String>) {
        let mut text = text.into();
        if text.len() > 2000 {
            text = text.chars().take(500).chain("…".chars()).collect();
        }
        if let Ok(mut lines) = self.lines.lock()
            && lines.len() < MAX_LINES
        {
            lines.push(Line {
                after: self.began.elapsed(),
                speaker,
                encrypted,
                text,
            });
        }
    }

    /// A copy of what was said so far.
    pub fn lines(&self) -> Vec<Line> {
        self.lines.lock().map(|lines| lines.clone()).unwrap_or_default()
    }
}

/// A line in the style that everybody in this trade reads: ` -> ` sent, `<-  ` received, `~` inside TLS.
impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let arrow = match (self.speaker, self.encrypted) {
            (Speaker::Client, false) => " ->",
            (Speaker::Client, true) => " ~>",
            (Speaker::Server, false) => "<- ",
            (Speaker::Server, true) => "<~ ",
            (Speaker::Note, _) => "===",
        };
        write!(
            f,
            "{:>8.1} ms {arrow} {}",
            self.after.as_secs_f64() * 1000.0,
            self.text
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_bounded_in_lines_and_in_length() {
        let transcript = Transcript::default();
        for _ in 0..MAX_LINES + 10 {
            transcript.add(Speaker::Server, false, "x".repeat(3000));
        }
        let lines = transcript.lines();
        assert_eq!(lines.len(), MAX_LINES);
        assert!(lines.iter().all(|line| line.text.chars().count() == 501));
    }
}

//! A mail dialogue in a text: both sides' lines become evidence with the line's number.

use super::find;
use crate::evidence::{Actor, Client, Evidence, Fact, Stage};
use crate::gate::Gate;
use crate::logs::capture::Dialogue;
use crate::logs::collect::Collector;
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// A dialogue, fed line by line.
#[derive(Debug)]
pub struct Talk {
    dialogue: Dialogue,
    encrypted: bool,
    lines: u64,
    last_line: u64,
    /// Time of the last line that had one.
    pub at: Option<Timestamp>,
    /// Whose dialogue it is, where the file holds those of several.
    pub client: Option<Client>,
    /// Whether the server that writes the log is the client of it.
    pub outgoing: bool,
    /// The envelope sender, in lower case, as long as there is one; of several nobody knows whose the dialogue is.
    senders: BTreeSet<String>,
}

/// Dialogues that are followed at the same time, by the names that a log gives its sessions.
#[derive(Debug, Default)]
pub struct Sessions {
    talks: HashMap<String, Talk>,
    order: VecDeque<String>,
}

impl Sessions {
    /// Most sessions followed at the same time.
    const MOST: usize = 2000;

    /// The session of this name; beyond the bound the oldest is told as far as it went.
    pub fn of(&mut self, name: &str, out: &mut Collector) -> &mut Talk {
        if !self.talks.contains_key(name) {
            if self.order.len() >= Self::MOST
                && let Some(oldest) = self.order.pop_front()
                && let Some(talk) = self.talks.remove(&oldest)
            {
                talk.tell(false, out);
            }
            self.order.push_back(name.to_owned());
        }
        self.talks.entry(name.to_owned()).or_default()
    }

    /// Tells a session that ended; `ended` as for [`Talk::tell`].
    pub fn end(&mut self, name: &str, ended: bool, out: &mut Collector) {
        if let Some(talk) = self.talks.remove(name) {
            self.order.retain(|other| other != name);
            talk.tell(ended, out);
        }
    }

    /// Tells all that are left.
    pub fn finish(&mut self, out: &mut Collector) {
        for name in std::mem::take(&mut self.order) {
            if let Some(talk) = self.talks.remove(&name) {
                talk.tell(false, out);
            }
        }
    }
}

impl Default for Talk {
    fn default() -> Self {
        Self {
            dialogue: Dialogue::new(false),
            encrypted: false,
            lines: 0,
            last_line: 0,
            at: None,
            client: None,
            outgoing: false,
            senders: BTreeSet::new(),
        }
    }
}

impl Talk {
    /// A line that the client sent.
    pub fn client(&mut self, text: &str, number: u64) {
        self.note(number);
        if let Some(sender) = sender(text).filter(|_| self.senders.len() < 2) {
            self.senders.insert(sender);
        }
        // A log may leave out how a reply of several lines went on; once the client speaks, it is over.
        self.dialogue.server_gap();
        self.dialogue.client(text.as_bytes());
        self.dialogue.client(b"\n");
    }

    /// A line that the server sent.
    pub fn server(&mut self, text: &str, number: u64) {
        self.note(number);
        self.dialogue.server(text.as_bytes(), i64::try_from(number).ok());
        self.dialogue.server(b"\n", i64::try_from(number).ok());
    }

    /// From here on the dialogue is inside TLS.
    pub fn encrypted(&mut self) {
        self.encrypted = true;
    }

    /// The one envelope sender of the dialogue, in lower case.
    pub fn sender(&self) -> Option<&str> {
        self.senders
            .first()
            .filter(|_| self.senders.len() == 1)
            .map(String::as_str)
    }

    /// Whether anything was said.
    pub fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// Whether the server has answered anything yet.
    pub fn has_replies(&self) -> bool {
        !self.dialogue.replies.is_empty()
    }

    /// Whether the client waits for its turn to send the parts of a login.
    pub fn expects_secret(&self) -> bool {
        self.dialogue.expects_secret()
    }

    /// Whether STARTTLS waits for its answer.
    pub fn expects_tls(&self) -> bool {
        self.dialogue.unanswered() == Some(Stage::StartTls)
    }

    /// Whether the message itself is being sent.
    pub fn in_message(&self) -> bool {
        self.dialogue.in_message()
    }

    /// Tells what was said. `ended`: the text is known to hold the dialogue to its end.
    pub fn tell(self, ended: bool, out: &mut Collector) {
        if self.outgoing {
            let of_sender = || {
                self.sender().map(|sender| Client {
                    identity: Some(sender.to_owned()),
                    ..Client::default()
                })
            };
            out.speaks_of_onward(self.client.clone().or_else(of_sender));
        } else {
            out.speaks_of(self.client.clone());
        }
        let at = self.at;
        let mut refused = false;
        for exchange in &self.dialogue.exchanges {
            let line = exchange
                .mark
                .and_then(|line| u64::try_from(line).ok())
                .unwrap_or(self.last_line);
            let (stage, reply) = (exchange.stage, exchange.reply.clone());
            // A question within the login is no answer to it.
            if stage == Stage::Auth && reply.code / 100 == 3 {
                continue;
            }
            let words = format!("at {} the server answered {reply}", stage.title());
            let fact = if !reply.is_positive() {
                refused = true;
                Fact::Refused { stage, reply }
            } else if stage == Stage::Later {
                continue;
            } else {
                Fact::Accepted { stage, reply }
            };
            push(stage.gate(), fact, words, line, at, out);
        }
        // What the next server offers, and how such a dialogue ends, says nothing of the device.
        if self.outgoing {
            return;
        }
        if let Some(reply) = self
            .dialogue
            .answer(Stage::Ehlo)
            .filter(|reply| reply.is_positive())
        {
            let fact = Fact::Extensions {
                keywords: reply.lines.iter().skip(1).cloned().collect(),
                encrypted: self.encrypted,
                public_address: None,
            };
            push(
                Gate::Greet,
                fact,
                "the server listed its extensions",
                self.last_line,
                at,
                out,
            );
        }
        let reached = self
            .dialogue
            .exchanges
            .iter()
            .filter(|exchange| exchange.reply.is_positive())
            .map(|exchange| exchange.stage)
            .filter(|stage| *stage != Stage::Later)
            .max();
        if let (true, false, Some(stage)) = (ended, refused, reached)
            && stage < Stage::Rcpt
            && stage > Stage::Greeting
        {
            let words = format!(
                "the dialogue ends behind {} though every reply was positive",
                stage.title()
            );
            push(
                Gate::Device,
                Fact::DeviceGaveUp { stage },
                words,
                self.last_line,
                at,
                out,
            );
        }
    }

    fn note(&mut self, number: u64) {
        self.lines += 1;
        self.last_line = number;
    }
}

/// The envelope sender that a `MAIL` command names, in lower case; none for a bounce's empty one.
pub fn sender(command: &str) -> Option<String> {
    let (verb, rest) = command.trim_start().split_at_checked(4)?;
    let (_, behind) = rest.split_once('<')?;
    let (address, _) = behind.split_once('>')?;
    (verb.eq_ignore_ascii_case("MAIL") && !address.is_empty() && address.len() <= 320)
        .then(|| address.to_ascii_lowercase())
}

/// One piece of evidence from a line; secrets are taken out of its words.
pub fn push(
    gate: Gate,
    fact: Fact,
    summary: impl AsRef<str>,
    line: u64,
    at: Option<Timestamp>,
    out: &mut Collector,
) {
    let mut evidence = Evidence::observed(
        gate,
        Actor::Device,
        &out.line_source(line),
        fact,
        find::hushed(summary.as_ref()),
    );
    evidence.at = at;
    out.push(evidence);
}

/// A line that tells of a fault in words.
pub fn push_words(text: &str, stage: Option<Stage>, line: u64, at: Option<Timestamp>, out: &mut Collector) {
    let text: String = find::hushed(text.trim()).chars().take(1000).collect();
    let gate = stage.map_or(Gate::Device, Stage::gate);
    let fact = Fact::LogLine {
        stage,
        text: text.clone(),
    };
    push(gate, fact, text, line, at, out);
}

//! A tapped SMTP dialogue in plain text, both directions. Passwords are dropped unread.

use crate::evidence::Stage;
use crate::listen::dialogue::path;
use crate::listen::login::{Login, Next};
use crate::listen::message::MessageStream;
use crate::listen::observation::Seen;
use crate::wire::reply::{Reply, ReplyReader, clean, limits};
use jiff::Timestamp;
use std::collections::VecDeque;

/// Commands that may wait for their replies; more is no SMTP.
const MAX_PENDING: usize = 1000;
/// Odd lines that are told.
const MAX_ODD: usize = 20;
/// Observations of one connection; an endless dialogue is passed on and no longer told.
const MAX_TOLD: usize = 5000;

/// What a reply is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Hello { extended: bool },
    StartTls,
    Login,
    Data,
    Step(Stage),
    Other,
}

/// The dialogue so far.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Smtp {
    line: Vec<u8>,
    overlong: bool,
    replies: ReplyReader,
    awaited: VecDeque<Awaited>,
    message: Option<MessageStream>,
    /// Bytes of a BDAT chunk that are still to come (RFC 3030), and whether it is the last.
    chunk: Option<(u64, bool)>,
    login: Option<Login>,
    tls_offered: bool,
    listed: bool,
    begun: bool,
    tls: bool,
    lost: bool,
    odd: usize,
    told: usize,
    /// The last step seen.
    pub stage: Stage,
    /// Whether every reply was positive.
    pub all_positive: bool,
    /// Whether the client said QUIT.
    pub quit: bool,
    /// Whether a message was accepted at its end.
    pub delivered: bool,
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            line: Vec::new(),
            overlong: false,
            replies: ReplyReader::default(),
            awaited: VecDeque::from([Awaited::Step(Stage::Greeting)]),
            message: None,
            chunk: None,
            login: None,
            tls_offered: false,
            listed: false,
            begun: false,
            tls: false,
            lost: false,
            odd: 0,
            told: 0,
            stage: Stage::Connect,
            all_positive: true,
            quit: false,
            delivered: false,
        }
    }
}

impl Smtp {
    /// Whether the client has said nothing yet.
    pub const fn is_fresh(&self) -> bool {
        !self.begun
    }

    /// Whether the server has agreed to STARTTLS: what comes now is TLS.
    pub const fn tls_begins(&self) -> bool {
        self.tls
    }

    /// Whether the client went no further than a list of extensions that lacks STARTTLS.
    pub fn stopped_without_starttls(&self) -> bool {
        self.stage == Stage::Ehlo && self.listed && !self.tls_offered
    }

    /// Bytes of the client.
    pub fn client(&mut self, bytes: &[u8], out: &mut Vec<Seen>) {
        self.begun = true;
        let mut rest = bytes;
        while !rest.is_empty() && !self.lost {
            if let Some(message) = &mut self.message {
                let (taken, done) = message.take(rest);
                rest = rest.get(taken..).unwrap_or_default();
                if done {
                    let facts = message.facts(Timestamp::now());
                    self.message = None;
                    self.tell(Seen::Message(Box::new(facts)), out);
                    self.wait(Awaited::Step(Stage::EndOfData));
                }
            } else if let Some((left, last)) = self.chunk {
                let taken = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                rest = rest.get(taken..).unwrap_or_default();
                let left = left.saturating_sub(u64::try_from(taken).unwrap_or(0));
                self.chunk = (left > 0).then_some((left, last));
                if left == 0 {
                    self.wait(if last {
                        Awaited::Step(Stage::EndOfData)
                    } else {
                        Awaited::Other
                    });
                }
            } else {
                let end = memchr::memchr(b'\n', rest);
                let (part, after) = rest.split_at(end.map_or(rest.len(), |at| at + 1));
                rest = after;
                let room = limits::LINE.saturating_sub(self.line.len());
                self.overlong |= part.len() > room;
                self.line
                    .extend_from_slice(part.get(..room.min(part.len())).unwrap_or_default());
                if end.is_some() {
                    let line = std::mem::take(&mut self.line);
                    let overlong = std::mem::take(&mut self.overlong);
                    self.line_of_client(line.trim_ascii_end(), overlong, out);
                }
            }
        }
    }

    /// Bytes of the server.
    pub fn server(&mut self, bytes: &[u8], out: &mut Vec<Seen>) {
        if self.lost {
            return;
        }
        self.replies.push(bytes);
        while !self.tls {
            match self.replies.next_reply() {
                Ok(Some(reply)) => self.reply(reply, out),
                Ok(None) => return,
                Err(problem) => {
                    // No SMTP any more: passed on, but no longer followed.
                    self.lost = true;
                    self.all_positive = false;
                    let line = format!("the real server does not speak SMTP: {problem}");
                    self.tell(
                        Seen::Odd {
                            line: clean(line.as_bytes()).chars().take(200).collect(),
                        },
                        out,
                    );
                    return;
                }
            }
        }
    }

    fn tell(&mut self, seen: Seen, out: &mut Vec<Seen>) {
        self.told += 1;
        if self.told <= MAX_TOLD {
            out.push(seen);
        }
    }

    fn wait(&mut self, what: Awaited) {
        if self.awaited.len() >= MAX_PENDING {
            self.lost = true;
        }
        self.awaited.push_back(what);
    }

    fn line_of_client(&mut self, line: &[u8], overlong: bool, out: &mut Vec<Seen>) {
        if let Some(login) = &mut self.login {
            // An answer in a login: only the user name leaves it.
            if let Next::Done(user) = login.answer(&String::from_utf8_lossy(line)) {
                let mechanism = mechanism(login);
                self.tell(
                    Seen::Login {
                        mechanism,
                        user,
                        encrypted: false,
                    },
                    out,
                );
            }
            return;
        }
        let text = clean(line);
        let (verb, rest) = text.split_once([' ', ':']).unwrap_or((text.as_str(), ""));
        let rest = rest.trim();
        match verb.to_ascii_uppercase().as_str() {
            verb @ ("EHLO" | "HELO") => {
                let extended = verb == "EHLO";
                self.stage = Stage::Ehlo;
                let name = rest.chars().take(255).collect();
                self.tell(
                    Seen::Ehlo {
                        name,
                        extended,
                        encrypted: false,
                    },
                    out,
                );
                self.wait(Awaited::Hello { extended });
            }
            "STARTTLS" => {
                self.stage = Stage::StartTls;
                self.tell(Seen::StartTls, out);
                self.wait(Awaited::StartTls);
            }
            "AUTH" => {
                self.stage = Stage::Auth;
                let (login, next) = Login::begin(rest);
                if let Next::Done(_) | Next::Unknown = next {
                    let user = if let Next::Done(user) = next { user } else { None };
                    let mechanism = mechanism(&login);
                    self.tell(
                        Seen::Login {
                            mechanism,
                            user,
                            encrypted: false,
                        },
                        out,
                    );
                }
                self.login = Some(login);
                self.wait(Awaited::Login);
            }
            "MAIL" => {
                self.stage = Stage::Mail;
                let (address, parameters) = path(rest);
                let size = parameters
                    .split_whitespace()
                    .find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
                let tls_offered = self.tls_offered;
                self.tell(
                    Seen::From {
                        address,
                        size,
                        encrypted: false,
                        tls_offered,
                    },
                    out,
                );
                self.wait(Awaited::Step(Stage::Mail));
            }
            "RCPT" => {
                self.stage = Stage::Rcpt;
                let address = path(rest).0;
                self.tell(Seen::To { address }, out);
                self.wait(Awaited::Step(Stage::Rcpt));
            }
            "DATA" => {
                self.stage = Stage::Data;
                self.wait(Awaited::Data);
            }
            "BDAT" => {
                self.stage = Stage::Data;
                let mut words = rest.split_whitespace();
                let size = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
                let last = words.next().is_some_and(|word| word.eq_ignore_ascii_case("LAST"));
                self.chunk = Some((size, last)).filter(|(size, _)| *size > 0);
                if size == 0 {
                    self.wait(if last {
                        Awaited::Step(Stage::EndOfData)
                    } else {
                        Awaited::Other
                    });
                }
            }
            "QUIT" => {
                self.quit = true;
                self.wait(Awaited::Other);
            }
            "RSET" | "NOOP" | "VRFY" | "EXPN" | "HELP" | "ETRN" => self.wait(Awaited::Other),
            _ => {
                self.odd += 1;
                if self.odd <= MAX_ODD {
                    let tail = if overlong { " …" } else { "" };
                    let line = text.chars().take(120).collect::<String>() + tail;
                    self.tell(Seen::Odd { line }, out);
                }
                self.wait(Awaited::Other);
            }
        }
    }

    fn reply(&mut self, reply: Reply, out: &mut Vec<Seen>) {
        let positive = reply.is_positive();
        // Within a login the server asks for more; the command's own reply is still to come.
        if reply.code == 334 && self.awaited.front() == Some(&Awaited::Login) {
            return;
        }
        let awaited = self.awaited.pop_front();
        self.all_positive &= positive;
        let stage = match awaited {
            Some(Awaited::Step(stage)) => stage,
            Some(Awaited::Hello { .. }) => Stage::Ehlo,
            Some(Awaited::StartTls) => Stage::StartTls,
            Some(Awaited::Login) => Stage::Auth,
            Some(Awaited::Data) => Stage::Data,
            Some(Awaited::Other) if positive => return,
            // Nobody asked: the server says why it leaves.
            Some(Awaited::Other) | None => self.stage,
        };
        self.stage = stage;
        match awaited {
            Some(Awaited::Hello { extended: true }) if positive => {
                let keywords: Vec<String> = reply.lines.iter().skip(1).take(100).cloned().collect();
                self.listed = true;
                self.tls_offered = keywords
                    .iter()
                    .any(|line| line.trim().eq_ignore_ascii_case("STARTTLS"));
                self.tell(Seen::Extensions { keywords }, out);
            }
            Some(Awaited::StartTls) => self.tls = positive,
            Some(Awaited::Login) => self.login = None,
            Some(Awaited::Data) if reply.code == 354 => self.message = Some(MessageStream::default()),
            Some(Awaited::Step(Stage::EndOfData)) => self.delivered |= positive,
            _ => {}
        }
        self.tell(Seen::Reply { stage, reply }, out);
    }
}

/// The mechanism's name, cleaned and cut.
fn mechanism(login: &Login) -> String {
    clean(login.mechanism().as_bytes()).chars().take(40).collect()
}

#[cfg(test)]
mod tests;

//! The SMTP dialogue as the persona leads it (RFC 5321), from the greeting to the end.

mod handshake;
mod mail;

pub(super) use mail::path;

use super::Limits;
use super::login::{Login, Next};
use super::observation::{Seen, Shown};
use super::stream::{LineRead, Stream};
use super::teller::Teller;
use crate::evidence::{Actor, Stage, TlsFailure};
use crate::knowledge::schema::Persona;
use crate::wire::reply::{Reply, clean};
use rustls::ServerConfig;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Wrong lines that are put up with.
const MAX_ODD: usize = 20;
/// Commands of one connection that are put up with, so that an endless dialogue costs no endless record.
const MAX_COMMANDS: usize = 5000;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub persona: Persona,
    pub host: String,
    pub tls: Arc<ServerConfig>,
    pub shown: Shown,
    pub limits: Limits,
    pub save: Option<PathBuf>,
}

impl Shared {
    /// Whom the clients of this persona are.
    pub(super) const fn client(&self) -> Actor {
        if self.persona.receiving {
            Actor::Service
        } else {
            Actor::Device
        }
    }
}

/// One connection.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Dialogue {
    shared: Arc<Shared>,
    stream: Stream,
    teller: Teller,
    here: SocketAddr,
    stage: Stage,
    all_positive: bool,
    greeted: bool,
    extended: bool,
    tls_offered: bool,
    logged_in: bool,
    has_sender: bool,
    recipients: usize,
    delivered: bool,
    odd: usize,
    commands: usize,
}

/// Whether the dialogue goes on.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    On,
    /// The client said QUIT.
    Quit,
    /// We end it.
    Stop,
    /// The client ended it.
    Lost,
}

impl Dialogue {
    /// A dialogue over a fresh connection to the address `here`.
    pub(super) fn new(shared: Arc<Shared>, stream: Stream, teller: Teller, here: SocketAddr) -> Self {
        Self {
            shared,
            stream,
            teller,
            here,
            stage: Stage::Connect,
            all_positive: true,
            greeted: false,
            extended: false,
            tls_offered: false,
            logged_in: false,
            has_sender: false,
            recipients: 0,
            delivered: false,
            odd: 0,
            commands: 0,
        }
    }

    /// Leads the dialogue to its end.
    pub(super) async fn run(mut self, implicit_tls: bool) {
        self.tell(Seen::Connected { implicit_tls }).await;
        let mut step = Step::On;
        if implicit_tls {
            step = self.encrypt().await;
            if self.stream.encrypted() {
                self.tell(Seen::TlsAtOnce).await;
            }
        }
        if step == Step::On {
            let greeting = self.fill(&self.shared.persona.greeting);
            step = self.reply(Stage::Greeting, &format!("220 {greeting}")).await;
        }
        while step == Step::On {
            step = match self.stream.line().await {
                LineRead::Line(line) => self.command(&String::from_utf8_lossy(&line)).await,
                LineRead::Tls => self.tls_at_once().await,
                LineRead::TooLong => {
                    let line = "a line without an end".to_owned();
                    self.tell(Seen::Odd { line }).await;
                    self.reply(self.stage, "500 5.5.2 Line too long").await;
                    Step::Stop
                }
                LineRead::TimedOut => {
                    self.reply(self.stage, "421 4.4.2 Timeout").await;
                    Step::Stop
                }
                LineRead::Closed => Step::Lost,
                LineRead::Alert(alert) => {
                    self.tell(Seen::TlsFailed {
                        failure: TlsFailure::Alert(alert),
                        problem: "after the handshake".to_owned(),
                        shown: self.shared.shown,
                    })
                    .await;
                    self.stage = Stage::Handshake;
                    Step::Lost
                }
            };
        }
        self.stream.close().await;
        self.tell(Seen::Ended {
            stage: self.stage,
            quit: step == Step::Quit,
            all_positive: self.all_positive,
            by_us: step == Step::Stop,
            delivered: self.delivered,
        })
        .await;
    }

    async fn command(&mut self, line: &str) -> Step {
        self.commands += 1;
        if self.commands > MAX_COMMANDS {
            self.refuse(self.stage, "421 4.7.0 Too many commands").await;
            return Step::Stop;
        }
        let (verb, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
        let rest = rest.trim();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello(rest, true).await,
            "HELO" => self.hello(rest, false).await,
            "STARTTLS" if self.stream.encrypted() => {
                self.refuse(self.stage, "503 5.5.1 TLS stands already").await
            }
            "STARTTLS" if self.shared.persona.starttls => {
                self.tell(Seen::StartTls).await;
                let text = self.shared.persona.wording.starttls.clone();
                match self.reply(Stage::StartTls, &text).await {
                    Step::On => self.encrypt().await,
                    other => other,
                }
            }
            "STARTTLS" => {
                self.tell(Seen::StartTls).await;
                self.refuse(Stage::StartTls, "502 Command not implemented").await
            }
            "AUTH" => self.login(rest).await,
            "MAIL" => self.mail(rest).await,
            "RCPT" => self.rcpt(rest).await,
            "DATA" => self.data().await,
            "RSET" => {
                self.has_sender = false;
                self.recipients = 0;
                self.reply(self.stage, "250 2.0.0 Reset").await
            }
            "NOOP" => self.reply(self.stage, "250 2.0.0 OK").await,
            "VRFY" => self.reply(self.stage, "252 2.5.0 Cannot say").await,
            "QUIT" => {
                let text = self.shared.persona.wording.quit.clone();
                self.reply(self.stage, &text).await;
                Step::Quit
            }
            _ => {
                self.odd += 1;
                let line = clean(line.as_bytes()).chars().take(120).collect();
                self.tell(Seen::Odd { line }).await;
                let step = self.refuse(self.stage, "500 5.5.1 Unknown command").await;
                if self.odd > MAX_ODD { Step::Stop } else { step }
            }
        }
    }

    async fn hello(&mut self, name: &str, extended: bool) -> Step {
        self.stage = Stage::Ehlo;
        let encrypted = self.stream.encrypted();
        // A device that says HELO after EHLO has seen the list all the same.
        if extended || !self.extended {
            let name = clean(name.as_bytes()).chars().take(255).collect();
            self.tell(Seen::Ehlo {
                name,
                extended,
                encrypted,
            })
            .await;
        }
        let persona = &self.shared.persona;
        if let Some(text) = persona.nameless_refusal.clone().filter(|_| name.is_empty()) {
            return self.refuse(Stage::Ehlo, &text).await;
        }
        self.greeted = true;
        self.extended |= extended;
        self.has_sender = false;
        self.recipients = 0;
        let mut lines = vec![self.fill(&persona.hello)];
        if extended {
            lines.extend(persona.size.map(|size| format!("SIZE {size}")));
            if persona.starttls && !encrypted {
                lines.push("STARTTLS".to_owned());
                self.tls_offered = true;
            }
            lines.extend(persona.keywords.iter().cloned());
            if self.login_offered() {
                lines.push(format!("AUTH {}", persona.mechanisms.join(" ")));
            }
        }
        let last = lines.len() - 1;
        let text: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(index, line)| format!("250{}{line}", if index == last { ' ' } else { '-' }))
            .collect();
        self.reply(Stage::Ehlo, &text.join("\r\n")).await
    }

    fn login_offered(&self) -> bool {
        let persona = &self.shared.persona;
        !persona.mechanisms.is_empty() && (self.stream.encrypted() || persona.login_in_plain)
    }

    async fn login(&mut self, arguments: &str) -> Step {
        self.stage = Stage::Auth;
        let encrypted = self.stream.encrypted();
        let (mut login, mut next) = Login::begin(arguments);
        let mechanism: String = clean(login.mechanism().as_bytes()).chars().take(40).collect();
        let offered = self.shared.persona.mechanisms.contains(&mechanism);
        if !self.login_offered() || !offered || next == Next::Unknown {
            self.tell(Seen::Login {
                mechanism,
                user: None,
                encrypted,
            })
            .await;
            let text = if self.login_offered() {
                "504 5.7.4 Unrecognized authentication type"
            } else {
                "503 5.5.1 No login is offered here"
            };
            return self.refuse(Stage::Auth, text).await;
        }
        loop {
            match next {
                Next::Prompt(text) => {
                    if self.reply(Stage::Auth, &format!("334 {text}")).await != Step::On {
                        return Step::Lost;
                    }
                    next = match self.stream.line().await {
                        LineRead::Line(line) if line == b"*" => {
                            return self.refuse(Stage::Auth, "501 5.7.0 Login given up").await;
                        }
                        LineRead::Line(line) => login.answer(&String::from_utf8_lossy(&line)),
                        _ => return Step::Lost,
                    };
                }
                Next::Done(user) => {
                    self.tell(Seen::Login {
                        mechanism,
                        user,
                        encrypted,
                    })
                    .await;
                    self.logged_in = true;
                    let text = self.shared.persona.wording.login.clone();
                    return self.reply(Stage::Auth, &text).await;
                }
                Next::Unknown => return Step::Stop,
            }
        }
    }

    /// Fills the placeholders of the persona's texts.
    fn fill(&self, text: &str) -> String {
        text.replace("{host}", &self.shared.host)
            .replace("{address}", &self.here.ip().to_string())
            .replace("{client}", &self.teller.peer().ip().to_string())
    }

    async fn refuse(&mut self, stage: Stage, text: &str) -> Step {
        self.all_positive = false;
        let (code, words) = text.split_once(' ').unwrap_or((text, ""));
        self.tell(Seen::Refused {
            stage,
            reply: Reply::new(code.parse().unwrap_or(500), vec![words.to_owned()]),
            as_service: self.shared.persona.service.is_some() || self.shared.persona.receiving,
        })
        .await;
        self.reply(stage, text).await
    }

    async fn reply(&mut self, stage: Stage, text: &str) -> Step {
        self.stage = stage;
        match self.stream.send(text).await {
            Ok(()) => Step::On,
            Err(_) => Step::Lost,
        }
    }

    async fn tell(&self, seen: Seen) {
        self.teller.tell(seen).await;
    }
}

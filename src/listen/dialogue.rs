//! The SMTP dialogue as the persona leads it (RFC 5321), from the greeting to the end.

use super::Limits;
use super::hello::Flight;
use super::login::{Login, Next};
use super::message::MessageStream;
use super::observation::{Observation, Seen};
use super::stream::{LineRead, Stream};
use crate::evidence::{Loss, Stage, TlsFailure};
use crate::knowledge::schema::Persona;
use crate::wire::tls::TlsVersion;
use jiff::Timestamp;
use rustls::ServerConfig;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub persona: Persona,
    pub host: String,
    pub tls: Arc<ServerConfig>,
    pub limits: Limits,
    pub save: Option<PathBuf>,
    pub sender: Sender<Observation>,
}

/// One connection.
pub(super) struct Dialogue {
    shared: Arc<Shared>,
    stream: Stream,
    number: u64,
    peer: SocketAddr,
    stage: Stage,
    all_positive: bool,
    logged_in: bool,
    has_sender: bool,
    recipients: usize,
    odd: usize,
}

/// Whether the dialogue goes on.
#[derive(PartialEq, Eq)]
enum Step {
    On,
    /// The device said QUIT.
    Quit,
    /// We end it.
    Stop,
    /// The device ended it.
    Lost,
}

impl Dialogue {
    pub(super) fn new(shared: Arc<Shared>, stream: Stream, number: u64, peer: SocketAddr) -> Self {
        Self {
            shared,
            stream,
            number,
            peer,
            stage: Stage::Connect,
            all_positive: true,
            logged_in: false,
            has_sender: false,
            recipients: 0,
            odd: 0,
        }
    }

    /// Leads the dialogue to its end.
    pub(super) async fn run(mut self, implicit_tls: bool) {
        self.tell(Seen::Connected { implicit_tls }).await;
        let mut step = Step::On;
        if implicit_tls {
            step = self.encrypt().await;
        }
        if step == Step::On {
            let greeting = self.shared.persona.greeting.replace("{host}", &self.shared.host);
            step = self.reply(Stage::Greeting, &format!("220 {greeting}")).await;
        }
        while step == Step::On {
            step = match self.stream.line().await {
                LineRead::Line(line) => self.command(&String::from_utf8_lossy(&line)).await,
                LineRead::TooLong => {
                    self.reply(self.stage, "500 5.5.2 Line too long").await;
                    Step::Stop
                }
                LineRead::TimedOut => {
                    self.reply(self.stage, "421 4.4.2 Timeout").await;
                    Step::Stop
                }
                LineRead::Closed => Step::Lost,
                LineRead::Alert(alert) => {
                    let problem = "after the handshake".to_owned();
                    self.tell(Seen::TlsFailed {
                        failure: TlsFailure::Alert(alert),
                        problem,
                    })
                    .await;
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
        })
        .await;
    }

    async fn command(&mut self, line: &str) -> Step {
        let (verb, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
        let rest = rest.trim();
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello(rest, true).await,
            "HELO" => self.hello(rest, false).await,
            "STARTTLS" if self.shared.persona.starttls && !self.stream.encrypted() => {
                self.stage = Stage::StartTls;
                self.tell(Seen::StartTls).await;
                match self.reply(Stage::StartTls, "220 2.0.0 Ready to start TLS").await {
                    Step::On => self.encrypt().await,
                    other => other,
                }
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
                self.reply(self.stage, "221 2.0.0 Goodbye").await;
                Step::Quit
            }
            _ => {
                self.odd += 1;
                let line = line.chars().filter(|c| !c.is_control()).take(120).collect();
                self.tell(Seen::Odd { line }).await;
                let step = self.refuse(self.stage, "500 5.5.1 Unknown command").await;
                if self.odd > 20 { Step::Stop } else { step }
            }
        }
    }

    async fn hello(&mut self, name: &str, extended: bool) -> Step {
        self.stage = Stage::Ehlo;
        let encrypted = self.stream.encrypted();
        let clean = name.chars().filter(|c| !c.is_control()).take(255).collect();
        self.tell(Seen::Ehlo {
            name: clean,
            extended,
            encrypted,
        })
        .await;
        let persona = &self.shared.persona;
        let mut lines = vec![self.shared.host.clone()];
        if extended {
            lines.push("8BITMIME".to_owned());
            lines.push("ENHANCEDSTATUSCODES".to_owned());
            if let Some(size) = persona.size {
                lines.push(format!("SIZE {size}"));
            }
            if persona.starttls && !encrypted {
                lines.push("STARTTLS".to_owned());
            }
            if !persona.mechanisms.is_empty() && (encrypted || persona.login_in_plain) {
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

    async fn encrypt(&mut self) -> Step {
        self.stage = Stage::Handshake;
        let highest;
        match self.stream.flight().await {
            Flight::Hello(hello) => {
                highest = hello.highest;
                self.tell(Seen::Hello(hello)).await;
            }
            Flight::OldForm(version) => {
                highest = version;
                self.tell(Seen::OldHello { highest }).await;
            }
            Flight::Other => {
                self.tell(Seen::NotTls).await;
                return Step::Stop;
            }
            Flight::Incomplete => {
                let problem = "the device sends no whole ClientHello".to_owned();
                let failure = TlsFailure::BrokenOff(Loss::Closed);
                self.tell(Seen::TlsFailed { failure, problem }).await;
                return Step::Lost;
            }
        }
        match self.stream.encrypt(Arc::clone(&self.shared.tls)).await {
            Ok(()) => {
                let (version, suite) = self.stream.session().unwrap_or_default();
                self.tell(Seen::TlsEstablished {
                    version: TlsVersion::from_wire(version),
                    suite,
                })
                .await;
                self.has_sender = false;
                self.recipients = 0;
                Step::On
            }
            Err(failure) => {
                let said = matches!(failure.failure, TlsFailure::Alert(_) | TlsFailure::BrokenOff(_));
                let too_old = highest.is_some_and(|version| version < TlsVersion::Tls12);
                let why = if too_old && !said {
                    TlsFailure::NoCommonVersion
                } else {
                    failure.failure
                };
                self.tell(Seen::TlsFailed {
                    failure: why,
                    problem: failure.problem,
                })
                .await;
                if said { Step::Lost } else { Step::Stop }
            }
        }
    }

    async fn login(&mut self, arguments: &str) -> Step {
        self.stage = Stage::Auth;
        let persona = &self.shared.persona;
        if persona.mechanisms.is_empty() || !(self.stream.encrypted() || persona.login_in_plain) {
            return self
                .refuse(Stage::Auth, "504 5.7.4 Authentication not offered here")
                .await;
        }
        let (mut login, mut next) = Login::begin(arguments);
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
                    let mechanism = login.mechanism().to_owned();
                    let encrypted = self.stream.encrypted();
                    self.tell(Seen::Login {
                        mechanism,
                        user,
                        encrypted,
                    })
                    .await;
                    self.logged_in = true;
                    return self.reply(Stage::Auth, "235 2.7.0 Accepted").await;
                }
                Next::Unknown => {
                    let encrypted = self.stream.encrypted();
                    let mechanism = login.mechanism().chars().take(40).collect();
                    self.tell(Seen::Login {
                        mechanism,
                        user: None,
                        encrypted,
                    })
                    .await;
                    return self.refuse(Stage::Auth, "504 5.5.4 Mechanism not known").await;
                }
            }
        }
    }

    /// Refuses mail commands where the persona wants TLS or a login first.
    async fn gate(&mut self, stage: Stage) -> Option<Step> {
        let persona = self.shared.persona.clone();
        if let Some(text) = persona.plain_refusal.filter(|_| !self.stream.encrypted()) {
            let step = self.refuse(stage, &text).await;
            return Some(if persona.close_after_refusal {
                Step::Stop
            } else {
                step
            });
        }
        match persona.login_demand.filter(|_| !self.logged_in) {
            Some(text) => Some(self.refuse(stage, &text).await),
            None => None,
        }
    }

    async fn mail(&mut self, rest: &str) -> Step {
        self.stage = Stage::Mail;
        if let Some(step) = self.gate(Stage::Mail).await {
            return step;
        }
        let (address, parameters) = path(rest);
        let size = parameters
            .split_whitespace()
            .find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
        self.has_sender = true;
        self.recipients = 0;
        self.tell(Seen::From { address, size }).await;
        self.reply(Stage::Mail, "250 2.1.0 Sender ok").await
    }

    async fn rcpt(&mut self, rest: &str) -> Step {
        if !self.has_sender {
            return self.refuse(self.stage, "503 5.5.1 MAIL first").await;
        }
        self.stage = Stage::Rcpt;
        self.recipients += 1;
        if self.recipients > 1000 {
            return self.refuse(Stage::Rcpt, "452 4.5.3 Too many recipients").await;
        }
        let (address, _) = path(rest);
        self.tell(Seen::To { address }).await;
        self.reply(Stage::Rcpt, "250 2.1.5 Recipient ok").await
    }

    async fn data(&mut self) -> Step {
        if self.recipients == 0 {
            return self.refuse(self.stage, "503 5.5.1 RCPT first").await;
        }
        self.stage = Stage::Data;
        if self
            .reply(Stage::Data, "354 End with a dot on a line by itself")
            .await
            != Step::On
        {
            return Step::Lost;
        }
        let mut message = MessageStream::new();
        let mut saved = self.file();
        loop {
            let (taken, done) = message.take(self.stream.bytes());
            self.stream.used(taken);
            if let Some((file, _)) = &mut saved
                && message.bytes() <= self.shared.limits.saved
            {
                // At most 16 KB into the page cache: not worth a thread.
                let _ = file.write_all(message.fresh());
            }
            if done {
                break;
            }
            if message.bytes() > self.shared.limits.message {
                self.refuse(Stage::Data, "552 5.3.4 Message too big for the listener")
                    .await;
                return Step::Stop;
            }
            match self.stream.fill().await {
                None => {}
                Some(LineRead::TimedOut) => return Step::Stop,
                Some(_) => return Step::Lost,
            }
        }
        let mut facts = message.facts(Timestamp::now());
        if let Some((mut file, path)) = saved {
            let _ = file.flush();
            facts.saved = Some(path);
        }
        self.stage = Stage::EndOfData;
        self.has_sender = false;
        self.recipients = 0;
        self.tell(Seen::Message(Box::new(facts))).await;
        self.reply(Stage::EndOfData, "250 2.6.0 Taken and thrown away")
            .await
    }

    /// A file for the message, where messages are saved.
    fn file(&self) -> Option<(std::fs::File, PathBuf)> {
        let folder = self.shared.save.as_ref()?;
        let name = format!("scan-{}-{}.eml", Timestamp::now().as_millisecond(), self.number);
        let path = folder.join(name);
        let file = std::fs::File::create_new(&path).ok()?;
        Some((file, path))
    }

    async fn refuse(&mut self, stage: Stage, text: &str) -> Step {
        self.all_positive = false;
        self.tell(Seen::Refused {
            stage,
            reply: text.to_owned(),
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
        let _ = self
            .shared
            .sender
            .send(Observation {
                at: Timestamp::now(),
                connection: self.number,
                peer: self.peer,
                seen,
            })
            .await;
    }
}

/// The address of `FROM:<a@b> SIZE=1` or `TO: a@b`, as devices write it, and what follows.
fn path(rest: &str) -> (String, &str) {
    let after = rest.split_once(':').map_or(rest, |(_, after)| after).trim();
    let (address, parameters) = match after.strip_prefix('<') {
        Some(inner) => inner.split_once('>').unwrap_or((inner, "")),
        None => after.split_once(' ').unwrap_or((after, "")),
    };
    let address = address.chars().filter(|c| !c.is_control()).take(320).collect();
    (address, parameters)
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn paths_are_read_as_devices_write_them() {
        assert_eq!(
            path("FROM:<a@example.test> SIZE=12"),
            ("a@example.test".into(), " SIZE=12")
        );
        assert_eq!(path("TO: a@example.test"), ("a@example.test".into(), ""));
        assert_eq!(path("FROM:<>"), (String::new(), ""));
    }
}

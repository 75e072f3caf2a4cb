//! The server's side of the dialogue as a pure machine: a line in, a reply and what to do next out.

use super::rules::{Moment, find};
use crate::lab::behaviour::{Account, At, Rule, Server, Then, Tls};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smtp_proto::{AUTH_LOGIN, AUTH_PLAIN, AUTH_XOAUTH2, Error, Request};

/// What the server does with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Reply lines without line ends.
    pub reply: Vec<String>,
    /// What comes next.
    pub next: Next,
}

/// What comes after a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another line.
    Line,
    /// The message, up to the dot.
    Message,
    /// The TLS handshake.
    Handshake,
    /// The end.
    Close,
    /// A reset.
    Reset,
    /// Silence.
    Silence,
}

/// One client's dialogue.
#[derive(Debug)]
pub struct Dialogue<'a> {
    server: &'a Server,
    inside_tls: bool,
    helo: Option<String>,
    login: Login,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
    commands: u32,
}

/// How far a login is.
#[derive(Debug)]
enum Login {
    /// None is going on.
    Idle,
    /// `LOGIN` waits for the user name.
    User,
    /// `LOGIN` waits for the password.
    Password(String),
    /// `PLAIN` waits for its one answer.
    Plain,
    /// `XOAUTH2` waits for its one answer.
    Token,
}

impl<'a> Dialogue<'a> {
    /// Begins; with implicit TLS it is inside already.
    pub const fn new(server: &'a Server, inside_tls: bool) -> Self {
        Self {
            server,
            inside_tls,
            helo: None,
            login: Login::Idle,
            user: None,
            from: None,
            to: Vec::new(),
            commands: 0,
        }
    }

    /// Starts anew inside TLS (RFC 3207, section 4.2).
    pub fn enter_tls(&mut self) {
        let commands = self.commands;
        *self = Self::new(self.server, true);
        self.commands = commands;
    }

    /// Answers one line, with its line end.
    pub fn line(&mut self, line: &[u8]) -> Step {
        self.commands = self.commands.saturating_add(1);
        if self.server.tired_after.is_some_and(|limit| self.commands > limit) {
            return say("421 4.7.0 {host} Error: too many commands")
                .ending(Next::Close)
                .filled(self);
        }
        let step = if matches!(self.login, Login::Idle) {
            match Request::parse(&mut line.iter()) {
                Ok(request) => self.request(request.into_owned()),
                Err(error) => say(complaint(&error)),
            }
        } else {
            self.login_answer(line)
        };
        step.filled(self)
    }

    /// Answers the end of a message; `size` counts all its bytes, `head` is the beginning.
    pub fn message(&mut self, size: u64, head: &[u8]) -> Step {
        let text = String::from_utf8_lossy(head);
        let moment = Moment {
            size: Some(size),
            text: Some(&text),
            ..self.moment(At::EndOfData)
        };
        let step = ruled(find(&self.server.rules, &moment)).unwrap_or_else(|| say("250 2.0.0 Ok: queued"));
        self.from = None;
        self.to.clear();
        step.filled(self)
    }

    /// Answers a command.
    fn request(&mut self, request: Request<String>) -> Step {
        match request {
            Request::Ehlo { host } | Request::Lhlo { host } => self.hello(At::Ehlo, host),
            Request::Helo { host } => self.hello(At::Helo, host),
            Request::StartTls => self.start_tls(),
            Request::Auth {
                mechanism,
                initial_response,
            } => self.auth(mechanism, &initial_response),
            Request::Mail { from } => self.mail(from.address, from.size),
            Request::Rcpt { to } => self.rcpt(to.address),
            Request::Data => self.data(),
            Request::Rset => {
                self.from = None;
                self.to.clear();
                say("250 2.0.0 Ok")
            }
            Request::Noop { .. } => say("250 2.0.0 Ok"),
            Request::Quit => say("221 2.0.0 Bye").ending(Next::Close),
            Request::Vrfy { .. } => say("252 2.0.0 Send some mail, I will try my best"),
            _ => say("502 5.5.1 Error: command not implemented"),
        }
    }

    /// EHLO and HELO.
    fn hello(&mut self, at: At, host: String) -> Step {
        self.helo = Some(host);
        if let Some(step) = self.rule(at) {
            return step;
        }
        let mut texts = vec![self.server.hello.clone()];
        if at == At::Ehlo {
            texts.extend(self.keywords().iter().cloned());
        }
        let last = texts.len().saturating_sub(1);
        let line = |(n, text): (usize, &String)| format!("250{}{text}", if n == last { ' ' } else { '-' });
        Step {
            reply: texts.iter().enumerate().map(line).collect(),
            next: Next::Line,
        }
    }

    /// STARTTLS.
    fn start_tls(&mut self) -> Step {
        if let Some(step) = self.rule(At::StartTls) {
            return step;
        }
        if self.server.tls != Tls::StartTls || self.inside_tls {
            return say("502 5.5.1 Error: command not implemented");
        }
        let mut step = say("220 2.0.0 Ready to start TLS").ending(Next::Handshake);
        // In one write with the reply, as an attacker on the way would have it.
        step.reply.extend(self.server.injected.clone());
        step
    }

    /// AUTH.
    fn auth(&mut self, mechanism: u64, initial: &str) -> Step {
        if self.helo.is_none() {
            return say("503 5.5.2 Send hello first");
        }
        let name = match mechanism {
            AUTH_LOGIN => "LOGIN",
            AUTH_PLAIN => "PLAIN",
            AUTH_XOAUTH2 => "XOAUTH2",
            _ => "another",
        };
        let offered = |keyword: &String| {
            let mut words = keyword.split([' ', '=']);
            words.next() == Some("AUTH") && words.any(|word| word == name)
        };
        if !self.keywords().iter().any(|keyword| keyword.starts_with("AUTH")) {
            // Only a rule about plain text may say more, such as *encryption first*.
            let rules = self.server.rules.iter().filter(|rule| rule.tls == Some(false));
            return ruled(find(rules, &self.moment(At::Auth)))
                .unwrap_or_else(|| say("503 5.5.1 Error: authentication not enabled"));
        }
        if !self.keywords().iter().any(offered) {
            return say("504 5.7.4 Unrecognized authentication type");
        }
        let (waiting, prompt) = match mechanism {
            AUTH_LOGIN => (Login::User, "334 VXNlcm5hbWU6"),
            AUTH_PLAIN => (Login::Plain, "334 "),
            _ => (Login::Token, "334 "),
        };
        self.login = waiting;
        if initial.is_empty() {
            say(prompt)
        } else {
            self.login_answer(initial.as_bytes())
        }
    }

    /// An answer within a login.
    fn login_answer(&mut self, line: &[u8]) -> Step {
        let text = line.trim_ascii();
        let login = std::mem::replace(&mut self.login, Login::Idle);
        if text == b"*" {
            return say("501 5.7.0 Authentication aborted");
        }
        let Ok(bytes) = STANDARD.decode(text) else {
            return say("501 5.5.2 Cannot decode the answer");
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match login {
            Login::User => {
                self.login = Login::Password(text);
                say("334 UGFzc3dvcmQ6")
            }
            Login::Password(user) => self.log_in(user, &text),
            Login::Plain | Login::Idle => {
                let mut parts = text.split('\0').skip(1);
                let user = parts.next().unwrap_or_default().to_owned();
                self.log_in(user, parts.next().unwrap_or_default())
            }
            Login::Token => {
                let part = |name: &str| text.split('\u{1}').find_map(|part| part.strip_prefix(name));
                let user = part("user=").unwrap_or_default().to_owned();
                self.log_in(user, part("auth=Bearer ").unwrap_or_default())
            }
        }
    }

    /// A login with name and password.
    fn log_in(&mut self, user: String, password: &str) -> Step {
        let moment = Moment {
            user: Some(&user),
            password: Some(password),
            ..self.moment(At::Auth)
        };
        if let Some(step) = ruled(find(&self.server.rules, &moment)) {
            return step;
        }
        let fits = |account: &Account| account.user == user && account.password == password;
        if self.server.accounts.iter().any(fits) {
            self.user = Some(user);
            return say("235 2.7.0 Authentication successful");
        }
        Step {
            reply: self.server.login_refused.clone(),
            next: Next::Line,
        }
    }

    /// MAIL FROM.
    fn mail(&mut self, from: String, size: usize) -> Step {
        if self.helo.is_none() {
            return say("503 5.5.2 Send hello first");
        }
        if self.from.is_some() {
            return say("503 5.5.1 Error: nested MAIL command");
        }
        let moment = Moment {
            from: Some(&from),
            size: u64::try_from(size).ok(),
            ..self.moment(At::Mail)
        };
        if let Some(step) = ruled(find(&self.server.rules, &moment)) {
            return step;
        }
        self.from = Some(from);
        say("250 2.1.0 Sender OK")
    }

    /// RCPT TO.
    fn rcpt(&mut self, to: String) -> Step {
        if self.from.is_none() {
            return say("503 5.5.1 Error: need MAIL command");
        }
        let moment = Moment {
            to: Some(&to),
            recipients: self.to.len() + 1,
            ..self.moment(At::Rcpt)
        };
        if let Some(step) = ruled(find(&self.server.rules, &moment)) {
            return step;
        }
        if self.to.len() >= MAX_RECIPIENTS {
            return say("452 4.5.3 Too many recipients");
        }
        self.to.push(to);
        say("250 2.1.5 Recipient OK")
    }

    /// DATA.
    fn data(&mut self) -> Step {
        if self.to.is_empty() {
            return say("503 5.5.1 Error: need RCPT command");
        }
        self.rule(At::Data)
            .unwrap_or_else(|| say("354 Start mail input; end with <CRLF>.<CRLF>").ending(Next::Message))
    }

    /// The keywords listed now.
    fn keywords(&self) -> &[String] {
        if self.inside_tls {
            &self.server.ehlo_tls
        } else {
            &self.server.ehlo
        }
    }

    /// The first rule that fits now, as a step.
    fn rule(&self, at: At) -> Option<Step> {
        ruled(find(&self.server.rules, &self.moment(at)))
    }

    /// All that rules may look at.
    fn moment(&self, at: At) -> Moment<'_> {
        Moment {
            at,
            helo: self.helo.as_deref(),
            inside_tls: self.inside_tls,
            logged_in: self.user.is_some(),
            user: self.user.as_deref(),
            password: None,
            from: self.from.as_deref(),
            to: self.to.last().map(String::as_str),
            recipients: self.to.len(),
            size: None,
            text: None,
        }
    }
}

impl Step {
    /// The same reply with another end.
    const fn ending(mut self, next: Next) -> Self {
        self.next = next;
        self
    }

    /// Placeholders filled in; a reply that begins with 421 closes.
    fn filled(mut self, dialogue: &Dialogue<'_>) -> Self {
        let or_empty = |text: Option<&String>| text.cloned().unwrap_or_default();
        for line in &mut self.reply {
            *line = dialogue
                .server
                .fill(line)
                .replace("{from}", &or_empty(dialogue.from.as_ref()))
                .replace("{to}", &or_empty(dialogue.to.last()))
                .replace("{helo}", &or_empty(dialogue.helo.as_ref()));
        }
        if self.next == Next::Line && self.reply.iter().any(|line| line.starts_with("421")) {
            self.next = Next::Close;
        }
        self
    }
}

/// A reply of one line, after which another line is read.
fn say(line: &str) -> Step {
    Step {
        reply: vec![line.to_owned()],
        next: Next::Line,
    }
}

/// A rule's reply.
fn ruled(rule: Option<&Rule>) -> Option<Step> {
    let rule = rule?;
    let next = match rule.then {
        Then::GoOn => Next::Line,
        Then::Close => Next::Close,
        Then::Reset => Next::Reset,
        Then::FallSilent => Next::Silence,
    };
    Some(Step {
        reply: rule.reply.clone(),
        next,
    })
}

/// What is said to a line that cannot be read.
const fn complaint(error: &Error) -> &'static str {
    match error {
        Error::UnknownCommand => "500 5.5.1 Error: command not recognized",
        Error::InvalidSenderAddress => "501 5.1.7 Bad sender address syntax",
        Error::InvalidRecipientAddress => "501 5.1.3 Bad recipient address syntax",
        Error::ResponseTooLong => "500 5.5.2 Error: line too long",
        Error::UnsupportedParameter { .. } => "555 5.5.4 Unsupported parameter",
        _ => "501 5.5.4 Syntax error in parameters",
    }
}

/// Most recipients in one transaction (RFC 5321, section 4.5.3.1.8, asks for at least so many).
const MAX_RECIPIENTS: usize = 100;

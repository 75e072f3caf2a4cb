//! The server's side of the dialogue as a pure machine: a line in, a reply and what to do next out.

use super::login::{CHALLENGE, Login, Progress};
use super::rules::{Moment, find};
use crate::lab::behaviour::{Account, At, Rule, Server, Then, Tls};
use crate::wire::smtp::auth::cram_digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smtp_proto::{Error, Request};

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
    login: Option<Login>,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
    commands: u32,
}

impl<'a> Dialogue<'a> {
    /// Begins; with implicit TLS it is inside already.
    pub const fn new(server: &'a Server, inside_tls: bool) -> Self {
        Self {
            server,
            inside_tls,
            helo: None,
            login: None,
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
        let step = match self.login.take() {
            Some(login) => self.progress(login.answer(line)),
            None => match Request::parse(&mut line.iter()) {
                Ok(request) => self.request(request.into_owned()),
                Err(error) => say(complaint(&error)),
            },
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
        if !self.keywords().iter().any(|keyword| keyword.starts_with("AUTH")) {
            // Only a rule about plain text may say more, such as *encryption first*.
            let rules = self.server.rules.iter().filter(|rule| rule.tls == Some(false));
            return ruled(find(rules, &self.moment(At::Auth)))
                .unwrap_or_else(|| say("503 5.5.1 Error: authentication not enabled"));
        }
        let Some(login) = Login::begin(mechanism).filter(|login| self.offers(login.mechanism())) else {
            return say("504 5.7.4 Unrecognized authentication type");
        };
        if initial.is_empty() {
            self.progress(Progress::Challenge(login))
        } else {
            self.progress(login.answer(initial.as_bytes()))
        }
    }

    /// Whether a login mechanism is listed now.
    fn offers(&self, mechanism: &str) -> bool {
        self.keywords().iter().any(|keyword| {
            let mut words = keyword.split([' ', '=']);
            words.next().is_some_and(|word| word.eq_ignore_ascii_case("AUTH"))
                && words.any(|word| word.eq_ignore_ascii_case(mechanism))
        })
    }

    /// Goes on with a login.
    fn progress(&mut self, progress: Progress) -> Step {
        match progress {
            Progress::Challenge(login) => {
                let step = say(&login.prompt());
                self.login = Some(login);
                step
            }
            Progress::Complete { user, password } => self.log_in(user, &password),
            Progress::Proof { user, digest } => {
                let signs = |account: &&Account| {
                    account.user == user
                        && cram_digest(account.password.as_bytes(), CHALLENGE.as_bytes()) == digest
                };
                let account = self.server.accounts.iter().find(signs);
                let password = account
                    .map(|account| account.password.clone())
                    .unwrap_or_default();
                self.log_in(user, &password)
            }
            Progress::Acknowledged => self.refuse_login(),
            Progress::Aborted => say("501 5.7.0 Authentication aborted"),
            Progress::Unreadable => say("501 5.5.2 Cannot decode the answer"),
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
        if let Some(reason) = &self.server.token_challenge {
            let challenge = format!("334 {}", STANDARD.encode(reason));
            self.login = Some(Login::Acknowledged);
            return say(&challenge);
        }
        self.refuse_login()
    }

    /// What everybody hears who may not log in.
    fn refuse_login(&self) -> Step {
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
        let step = ruled(find(&self.server.rules, &moment));
        let step = step.unwrap_or_else(|| say("250 2.1.0 Sender OK"));
        if step.accepts() {
            self.from = Some(from);
        }
        step
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
            if step.accepts() {
                self.to.push(to);
            }
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
    /// Whether it says yes.
    fn accepts(&self) -> bool {
        self.reply.last().is_some_and(|line| line.starts_with('2'))
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{Library, behaviour::Behaviour};

    /// A server like one of the library.
    fn server(like: &str, own: &Behaviour) -> Server {
        let library = Library::embedded().unwrap();
        Server::build("mail.contoso.com", Some(&library.services[like]), own)
    }

    /// Says lines and gives the last reply's first line.
    fn last(dialogue: &mut Dialogue<'_>, lines: &[&str]) -> String {
        let mut reply = Vec::new();
        for line in lines {
            reply = dialogue.line(format!("{line}\r\n").as_bytes()).reply;
        }
        reply.first().cloned().unwrap_or_default()
    }

    #[test]
    fn a_stranger_is_not_relayed_and_a_known_user_is() {
        let server = server("postfix-submission", &Behaviour::default());
        let mut dialogue = Dialogue::new(&server, true);
        let envelope = [
            "EHLO x",
            "MAIL FROM:<scan@contoso.com>",
            "RCPT TO:<it@contoso.com>",
        ];
        assert!(last(&mut dialogue, &envelope).starts_with("554 5.7.1"));
        let mut dialogue = Dialogue::new(&server, true);
        let login = ["EHLO x", "AUTH PLAIN AHNjYW5uZXIAbGFiLVBhNTV3b3Jk"];
        assert!(last(&mut dialogue, &login).starts_with("235"));
        assert!(last(&mut dialogue, &envelope[1..]).starts_with("250"));
    }

    #[test]
    fn commands_out_of_order_or_unknown_are_told() {
        let server = server("postfix-relay", &Behaviour::default());
        let mut dialogue = Dialogue::new(&server, false);
        for (line, code) in [
            ("MAIL FROM:<a@contoso.com>", "503"),
            ("EHLO x", "250"),
            ("RCPT TO:<b@contoso.com>", "503"),
            ("DATA", "503"),
            ("AUTH PLAIN", "503"),
            ("JUMP", "500"),
            ("MAIL FROM:nobody", "501"),
            ("NOOP", "250"),
        ] {
            let reply = last(&mut dialogue, &[line]);
            assert!(reply.starts_with(code), "{line}: {reply}");
        }
    }

    #[test]
    fn a_tired_server_says_421_and_hangs_up() {
        let own = Behaviour {
            tired_after: Some(2),
            ..Behaviour::default()
        };
        let server = server("postfix-relay", &own);
        let mut dialogue = Dialogue::new(&server, false);
        last(&mut dialogue, &["EHLO x", "NOOP"]);
        let step = dialogue.line(b"NOOP\r\n");
        assert_eq!(
            step.reply,
            ["421 4.7.0 mail.contoso.com Error: too many commands"]
        );
        assert_eq!(step.next, Next::Close);
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_client_says_it_gets_a_reply(lines in proptest::collection::vec(line(), 1..12)) {
            let own = Behaviour { ehlo_tls: Some(vec!["AUTH PLAIN LOGIN".to_owned()]), ..Behaviour::default() };
            let server = Server::build("mail.contoso.com", None, &own);
            let mut dialogue = Dialogue::new(&server, true);
            for line in lines {
                let step = dialogue.line(&line);
                let coded = |text: &String| text.len() > 3 && text.bytes().take(3).all(|b| b.is_ascii_digit());
                proptest::prop_assert!(!step.reply.is_empty() && step.reply.iter().all(coded), "{:?}", step);
            }
        }
    }

    /// A line that is a command, nearly one, or nothing of the kind.
    fn line() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
        use proptest::prelude::*;
        let verb = prop::sample::select(vec![
            "EHLO ",
            "HELO ",
            "MAIL FROM:<",
            "RCPT TO:<",
            "AUTH LOGIN ",
            "AUTH PLAIN ",
            "DATA",
            "STARTTLS",
            "BDAT ",
            "RSET",
            "",
        ]);
        (verb, prop::collection::vec(any::<u8>(), 0..40)).prop_map(|(verb, tail)| {
            let tail = tail.into_iter().filter(|&byte| byte != b'\n');
            verb.bytes().chain(tail).chain(*b"\r\n").collect()
        })
    }
}

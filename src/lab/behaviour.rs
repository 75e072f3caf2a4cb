//! How a simulated mail server behaves, as data.

use serde::Deserialize;

/// A mail server's manner. Whatever is left out comes from the behaviour it is like, then from [`Server::default`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Behaviour {
    /// What happens when a client connects.
    pub greeting: Option<Greeting>,
    /// Milliseconds before the greeting.
    pub greet_after_ms: Option<u64>,
    /// Text of the first line of the EHLO reply.
    pub hello: Option<String>,
    /// Keywords listed before TLS.
    pub ehlo: Option<Vec<String>>,
    /// Keywords listed inside TLS.
    pub ehlo_tls: Option<Vec<String>>,
    /// When TLS begins.
    pub tls: Option<Tls>,
    /// How the handshake goes.
    pub handshake: Option<Handshake>,
    /// How hellos below TLS 1.2 are answered where the handshake is a modern one: an alert where nothing is said,
    /// else a ServerHello, as services do that refuse old TLS only inside the session.
    pub old_hellos: Option<OldTls>,
    /// The certificate.
    pub certificate: Option<Certificate>,
    /// Plain lines sent right behind the reply to STARTTLS.
    pub injected: Option<Vec<String>>,
    /// Who may log in.
    pub accounts: Option<Vec<Account>>,
    /// What everybody else hears.
    pub login_refused: Option<Vec<String>>,
    /// The reason put into a challenge before a token is refused (RFC 7628, section 3.2.2).
    pub token_challenge: Option<String>,
    /// Replies that differ from the usual ones; the first that fits counts. They stand before those of the behaviour it is like.
    pub rules: Vec<Rule>,
    /// Commands after which the server says 421 and hangs up.
    pub tired_after: Option<u32>,
    /// How replies are put on the wire.
    pub pace: Option<Pace>,
}

/// A behaviour with every gap filled.
#[derive(Debug, Clone)]
pub struct Server {
    /// The name it has in its own replies.
    pub host: String,
    /// What happens when a client connects.
    pub greeting: Greeting,
    /// Milliseconds before the greeting.
    pub greet_after_ms: u64,
    /// Text of the first line of the EHLO reply.
    pub hello: String,
    /// Keywords listed before TLS.
    pub ehlo: Vec<String>,
    /// Keywords listed inside TLS.
    pub ehlo_tls: Vec<String>,
    /// When TLS begins.
    pub tls: Tls,
    /// How the handshake goes.
    pub handshake: Handshake,
    /// How hellos below TLS 1.2 are answered where the handshake is a modern one.
    pub old_hellos: Option<OldTls>,
    /// The certificate.
    pub certificate: Certificate,
    /// Plain lines sent right behind the reply to STARTTLS.
    pub injected: Vec<String>,
    /// Who may log in.
    pub accounts: Vec<Account>,
    /// What everybody else hears.
    pub login_refused: Vec<String>,
    /// The reason put into a challenge before a token is refused.
    pub token_challenge: Option<String>,
    /// Replies that differ from the usual ones.
    pub rules: Vec<Rule>,
    /// Commands after which the server says 421 and hangs up.
    pub tired_after: Option<u32>,
    /// How replies are put on the wire.
    pub pace: Pace,
}

/// What happens when a client connects.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub enum Greeting {
    /// These lines, as they stand.
    Say(Vec<String>),
    /// Nothing is said, and what the client says is not answered.
    Silent,
    /// The connection is closed.
    Close,
    /// The connection is reset.
    Reset,
}

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Tls {
    /// Never; STARTTLS is an unknown command.
    Never,
    /// After STARTTLS. Whether it is listed is for the keywords to say.
    StartTls,
    /// With the first byte.
    Implicit,
}

/// How the handshake goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub enum Handshake {
    /// With a present-day library, in one of these versions (`1.2`, `1.3`).
    Modern(Vec<String>),
    /// By hand, as an old server answers: a ServerHello where version and suite fit, an alert where not. It never comes to an end.
    Old(OldTls),
    /// This alert answers every hello.
    Alert(String),
    /// The connection is closed after the hello.
    Cut,
    /// The connection is reset after the hello.
    Reset,
    /// Nothing answers the hello.
    Stall,
}

/// What a server of another age takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OldTls {
    /// Oldest version, `SSL3.0` to `TLS1.2`.
    pub min: String,
    /// Newest version.
    pub max: String,
    /// Cipher suites by number, best first.
    pub suites: Vec<u16>,
}

/// The certificate that a server shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub enum Certificate {
    /// From the lab's authority, for the server's names, in time.
    Valid,
    /// Ended so many days ago.
    Expired(u16),
    /// Begins in so many days.
    NotYetValid(u16),
    /// For these names instead of the server's.
    Named(Vec<String>),
    /// Signed by itself.
    SelfSigned,
    /// From an authority of this name that nobody knows.
    IssuedBy(String),
    /// From an intermediate authority whose certificate the server does not send.
    WithoutIntermediate,
    /// From an intermediate authority whose own certificate ended so many days ago.
    IntermediateExpired(u16),
}

/// A login.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// User name.
    pub user: String,
    /// Lab password or token, no secret.
    pub password: String,
}

/// A reply that differs from the usual one. All conditions that are given must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// At which step.
    pub at: At,
    /// Envelope sender: exact, `*@domain`, or either after `!`.
    #[serde(default)]
    pub from: Option<String>,
    /// Present envelope recipient, in the same form.
    #[serde(default)]
    pub to: Option<String>,
    /// User name, in the same form.
    #[serde(default)]
    pub user: Option<String>,
    /// Password, exact.
    #[serde(default)]
    pub password: Option<String>,
    /// EHLO name, in the same form.
    #[serde(default)]
    pub helo: Option<String>,
    /// Inside TLS or not.
    #[serde(default)]
    pub tls: Option<bool>,
    /// Logged in or not.
    #[serde(default)]
    pub logged_in: Option<bool>,
    /// More than so many bytes: declared at MAIL, received at the end of DATA.
    #[serde(default)]
    pub over: Option<u64>,
    /// More than so many recipients.
    #[serde(default)]
    pub recipients_over: Option<usize>,
    /// The beginning of the message contains this, in any case of letters.
    #[serde(default)]
    pub text: Option<String>,
    /// Reply lines without line ends; none are sent where empty.
    #[serde(default)]
    pub reply: Vec<String>,
    /// What the server does next.
    #[serde(default)]
    pub then: Then,
}

/// A step of the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum At {
    /// EHLO.
    Ehlo,
    /// HELO.
    Helo,
    /// STARTTLS.
    StartTls,
    /// AUTH, once user name and password are known.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The dot that ends the message.
    EndOfData,
    /// Any of EHLO, AUTH, MAIL, RCPT and DATA.
    Any,
}

/// What the server does after a reply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Then {
    /// Goes on. A reply that begins with 421 closes all the same.
    #[default]
    GoOn,
    /// Closes.
    Close,
    /// Resets the connection.
    Reset,
    /// Says nothing any more.
    FallSilent,
}

/// How replies are put on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Pace {
    /// Each in one piece.
    Whole,
    /// Each byte in a segment of its own.
    ByteByByte,
    /// Each byte after so many milliseconds.
    Drip(u64),
}

impl Default for Server {
    /// A well-behaved server with a modern library and no login.
    fn default() -> Self {
        Self {
            host: String::new(),
            greeting: Greeting::Say(vec!["220 {host} ESMTP ready".to_owned()]),
            greet_after_ms: 0,
            hello: "{host}".to_owned(),
            ehlo: words(&[
                "PIPELINING",
                "SIZE 52428800",
                "STARTTLS",
                "8BITMIME",
                "ENHANCEDSTATUSCODES",
            ]),
            ehlo_tls: words(&["PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES"]),
            tls: Tls::StartTls,
            handshake: Handshake::Modern(words(&["1.2", "1.3"])),
            old_hellos: None,
            certificate: Certificate::Valid,
            injected: Vec::new(),
            accounts: Vec::new(),
            login_refused: words(&["535 5.7.8 Error: authentication failed"]),
            token_challenge: None,
            rules: Vec::new(),
            tired_after: None,
            pace: Pace::Whole,
        }
    }
}

impl Server {
    /// Lays `own` over `base` over the default.
    pub fn build(host: &str, base: Option<&Behaviour>, own: &Behaviour) -> Self {
        let mut server = Self {
            host: host.to_owned(),
            ..Self::default()
        };
        for layer in base.into_iter().chain([own]) {
            server.lay(layer);
        }
        server
    }

    /// Takes over what the layer states.
    fn lay(&mut self, layer: &Behaviour) {
        take(&mut self.greeting, layer.greeting.as_ref());
        take(&mut self.greet_after_ms, layer.greet_after_ms.as_ref());
        take(&mut self.hello, layer.hello.as_ref());
        take(&mut self.ehlo_tls, layer.ehlo_tls.as_ref());
        take(&mut self.ehlo, layer.ehlo.as_ref());
        take(&mut self.tls, layer.tls.as_ref());
        take(&mut self.handshake, layer.handshake.as_ref());
        if layer.old_hellos.is_some() {
            self.old_hellos.clone_from(&layer.old_hellos);
        }
        take(&mut self.certificate, layer.certificate.as_ref());
        take(&mut self.injected, layer.injected.as_ref());
        take(&mut self.accounts, layer.accounts.as_ref());
        take(&mut self.login_refused, layer.login_refused.as_ref());
        take(&mut self.pace, layer.pace.as_ref());
        self.token_challenge = layer.token_challenge.clone().or(self.token_challenge.take());
        self.tired_after = layer.tired_after.or(self.tired_after);
        self.rules.splice(0..0, layer.rules.iter().cloned());
    }

    /// Fills `{host}` in.
    pub fn fill(&self, text: &str) -> String {
        text.replace("{host}", &self.host)
    }
}

/// Takes a stated value over.
fn take<T: Clone>(field: &mut T, stated: Option<&T>) {
    if let Some(value) = stated {
        field.clone_from(value);
    }
}

/// Owned words.
fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_changed_in_plain_text_stays_as_it_is_inside_tls() {
        let own = Behaviour {
            ehlo: Some(words(&["SIZE 1"])),
            ..Behaviour::default()
        };
        let server = Server::build("mx.example.test", None, &own);
        assert_eq!(server.ehlo, ["SIZE 1"]);
        assert_eq!(server.ehlo_tls, Server::default().ehlo_tls);
    }

    #[test]
    fn a_scenario_changes_one_thing_and_keeps_the_rest_of_its_model() {
        let base = Behaviour {
            hello: Some("{host} Hello [203.0.113.9]".to_owned()),
            tls: Some(Tls::Implicit),
            ..Behaviour::default()
        };
        let own = Behaviour {
            tls: Some(Tls::Never),
            ..Behaviour::default()
        };
        let server = Server::build("mx.example.test", Some(&base), &own);
        assert_eq!(server.tls, Tls::Never);
        assert_eq!(server.fill(&server.hello), "mx.example.test Hello [203.0.113.9]");
    }
}

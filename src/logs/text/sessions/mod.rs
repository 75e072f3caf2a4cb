//! Logs in which a mail server writes both sides of its dialogues, many sessions interleaved (`forms.rs` says whose).
//! Each line names its session; the client's address stands in the line or where the session begins.

mod forms;

use super::mta::Mta;
use super::talk::{Sessions, Talk};
use super::{Format, Line, find, when};
use crate::evidence::Client;
use crate::logs::collect::Collector;
use forms::entry;
use jiff::Timestamp;
use std::net::IpAddr;

/// What a line of such a log is.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'a> {
    /// The session, as the log names it.
    session: &'a str,
    /// The client, where the line names one.
    client: Option<IpAddr>,
    what: What<'a>,
}

/// What happens in a session.
#[derive(Debug, PartialEq, Eq)]
enum What<'a> {
    /// It begins; outgoing, this server is the client.
    Begins {
        /// Whether this server opened the connection.
        outgoing: bool,
    },
    /// This server wrote a line.
    Sent(&'a str),
    /// The other end wrote a line.
    Received(&'a str),
    /// The server named in the line wrote it, whichever end that is.
    Server(&'a str),
    /// The client wrote a line, whichever end that is.
    Client(&'a str),
    /// A command and its reply.
    Both(&'a str, &'a str),
    /// Anything else that is said of the session.
    Other,
    /// It ends.
    Ends,
}

/// Whether a line is one side's words in such a log.
pub fn is_said(text: &str) -> bool {
    entry(text).is_some_and(|entry| !matches!(entry.what, What::Begins { .. } | What::Other | What::Ends))
}

/// Reads such a log.
pub struct Dialogues {
    written: Option<Timestamp>,
    sessions: Sessions,
    /// Reads what is told in words.
    words: Mta,
}

impl Dialogues {
    /// A reader; `written` is the file's own time, for stamps without a year.
    pub fn new(written: Option<Timestamp>) -> Self {
        Self {
            written,
            sessions: Sessions::default(),
            words: Mta::new(written, false),
        }
    }
}

impl Format for Dialogues {
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool {
        let Some(entry) = entry(line.text) else {
            return false;
        };
        let talk = self.sessions.of(entry.session, out);
        talk.at = when::of_line(line.text, self.written).or(talk.at);
        if let Some(address) = entry.client.filter(|_| talk.client.is_none() && !talk.outgoing) {
            talk.client = Some(Client::at(address));
        }
        self.words.session.clone_from(&talk.client);
        match entry.what {
            What::Begins { outgoing } => {
                talk.outgoing = outgoing;
                if outgoing {
                    talk.client = None;
                }
            }
            What::Server(text) => say(talk, true, text, line.number),
            What::Client(text) => say(talk, false, text, line.number),
            What::Both(command, reply) => {
                say(talk, false, command, line.number);
                say(talk, true, reply, line.number);
            }
            What::Sent(text) => say(talk, !talk.outgoing, text, line.number),
            What::Received(text) => say(talk, talk.outgoing, text, line.number),
            What::Other => {
                // What the dialogue shows anyway is not told once more in words.
                let told = find::reply(line.text).is_some() && talk.has_replies();
                return !told && self.words.line(line, out);
            }
            What::Ends => {
                let silent = !talk.has_replies();
                self.sessions.end(entry.session, true, out);
                if silent {
                    self.words.line(line, out);
                }
            }
        }
        true
    }

    fn finish(&mut self, out: &mut Collector) {
        self.sessions.finish(out);
    }
}

/// Takes one side's words in; what several lines were is one in some logs.
fn say(talk: &mut Talk, server: bool, text: &str, number: u64) {
    let parts = text.split("[nl]").flat_map(|part| part.split("\\r\\n"));
    for part in parts.filter(|part| !part.is_empty()) {
        if server {
            talk.server(part, number);
        } else {
            talk.client(part, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Fact;

    /// Address of the client and what the server refused, of each refusal.
    fn refusals(text: &str) -> Vec<String> {
        let mut out = Collector::new("smtp.log");
        let mut reader = Dialogues::new(None);
        for (text, number) in text.lines().zip(1..) {
            reader.line(Line { text, number }, &mut out);
        }
        reader.finish(&mut out);
        let all = out.finish();
        all.iter()
            .filter(|item| matches!(item.fact, Fact::Refused { .. }))
            .map(|item| {
                let client = item.client.as_ref().and_then(|client| client.address);
                format!(
                    "{} {}",
                    client.map_or("-".into(), |address| address.to_string()),
                    item.summary
                )
            })
            .collect()
    }

    #[test]
    fn hmailserver_tells_sessions_and_clients_apart() {
        let log = "\"SMTPD\"\t43\t81\t\"2026-11-20 08:15:01.112\"\t\"192.0.2.77\"\t\"SENT: 220 mail.example.test ESMTP\"\n\
            \"SMTPD\"\t43\t81\t\"2026-11-20 08:15:01.120\"\t\"192.0.2.77\"\t\"RECEIVED: EHLO mfp\"\n\
            \"SMTPD\"\t43\t82\t\"2026-11-20 08:15:01.120\"\t\"198.51.100.9\"\t\"RECEIVED: AUTH LOGIN\"\n\
            \"SMTPD\"\t43\t81\t\"2026-11-20 08:15:01.121\"\t\"192.0.2.77\"\t\"SENT: 250-mail.example.test[nl]250-AUTH LOGIN[nl]250 HELP\"\n\
            \"SMTPD\"\t43\t82\t\"2026-11-20 08:15:01.122\"\t\"198.51.100.9\"\t\"SENT: 535 Authentication failed.\"\n\
            \"SMTPD\"\t43\t81\t\"2026-11-20 08:15:01.130\"\t\"192.0.2.77\"\t\"RECEIVED: MAIL FROM:<scan@example.test>\"\n\
            \"SMTPD\"\t43\t81\t\"2026-11-20 08:15:01.131\"\t\"192.0.2.77\"\t\"SENT: 530 SMTP authentication is required.\"\n";
        assert_eq!(
            refusals(log),
            [
                "192.0.2.77 at MAIL FROM the server answered 530 SMTP authentication is required.",
                "198.51.100.9 at AUTH the server answered 535 Authentication failed.",
            ]
        );
    }

    #[test]
    fn what_mdaemon_sends_on_is_no_refusal_of_a_client() {
        let log = "Fri 2026-11-20 08:15:01.003: [6:1] Accepting SMTP connection from 192.0.2.77:34306 to 192.0.2.10:25\n\
            Fri 2026-11-20 08:15:01.004: [6:1] --> 220 mail.example.test ESMTP MDaemon\n\
            Fri 2026-11-20 08:15:01.005: [6:1] <-- EHLO mfp\n\
            Fri 2026-11-20 08:15:01.006: [6:1] --> 250 mail.example.test Hello mfp\n\
            Fri 2026-11-20 08:15:01.007: [6:1] <-- MAIL FROM:<scan@example.test>\n\
            Fri 2026-11-20 08:15:01.008: [6:1] --> 550 5.7.1 Sender not accepted\n\
            Fri 2026-11-20 08:15:02.001: [7:1] Attempting SMTP connection to 203.0.113.9:25\n\
            Fri 2026-11-20 08:15:02.002: [7:1] <-- 220 mx.elsewhere.test\n\
            Fri 2026-11-20 08:15:02.003: [7:1] --> EHLO mail.example.test\n\
            Fri 2026-11-20 08:15:02.004: [7:1] <-- 554 5.7.1 blocked\n";
        assert_eq!(
            refusals(log),
            [
                "192.0.2.77 at MAIL FROM the server answered 550 5.7.1 Sender not accepted",
                "- in the mail server's onward delivery: at EHLO the server answered 554 5.7.1 blocked",
            ]
        );
    }

    #[test]
    fn haraka_smartermail_and_mailenable_are_read() {
        let haraka = "2026-11-20T08:15:01.444Z [NOTICE] [AB4B262D-1E18-4E06-9BC2-89A61AA477D3] [core] connect ip=192.0.2.77 port=51011\n\
            2026-11-20T08:15:01.446Z [PROTOCOL] [AB4B262D-1E18-4E06-9BC2-89A61AA477D3] [core] S: 220 mail.example.test\n\
            2026-11-20T08:15:01.446Z [PROTOCOL] [AB4B262D-1E18-4E06-9BC2-89A61AA477D3] [core] C: EHLO mfp state=1\n\
            2026-11-20T08:15:01.447Z [PROTOCOL] [AB4B262D-1E18-4E06-9BC2-89A61AA477D3] [core] S: 250 SIZE 0\n\
            2026-11-20T08:15:01.450Z [PROTOCOL] [AB4B262D-1E18-4E06-9BC2-89A61AA477D3.1] [core] C: MAIL FROM:<scan@example.test> state=1\n\
            2026-11-20T08:15:01.452Z [PROTOCOL] [AB4B262D-1E18-4E06-9BC2-89A61AA477D3.1] [core] S: 550 I cannot deliver mail\n\
            2026-11-20T08:15:01.454Z [NOTICE] [AB4B262D-1E18-4E06-9BC2-89A61AA477D3] [core] disconnect ip=192.0.2.77 lr=\"550 I cannot deliver mail\" time=0.01\n";
        assert_eq!(
            refusals(haraka),
            ["192.0.2.77 at MAIL FROM the server answered 550 I cannot deliver mail"]
        );
        let smarter = "[2026.11.20] 08:15:01.100 [192.0.2.77][573] connected at 11/20/2026 8:15:01 AM\n\
            [2026.11.20] 08:15:01.111 [192.0.2.77][573] rsp: 220 mail.example.test\n\
            [2026.11.20] 08:15:01.112 [192.0.2.77][573] cmd: EHLO mfp\n\
            [2026.11.20] 08:15:01.113 [192.0.2.77][573] rsp: 250 OK\n\
            [2026.11.20] 08:15:01.114 [192.0.2.77][573] cmd: MAIL FROM:<scan@example.test>\n\
            [2026.11.20] 08:15:01.115 [192.0.2.77][573] rsp: 550 Authentication is required for relay\n";
        assert_eq!(
            refusals(smarter),
            ["192.0.2.77 at MAIL FROM the server answered 550 Authentication is required for relay"]
        );
        let enable = "11/20/26 08:15:01\tSMTP-IN\tA.MAI\t1234\t192.0.2.77\tEHLO\tEHLO mfp\t250 mail.example.test\t70\t10\n\
            11/20/26 08:15:01\tSMTP-IN\tA.MAI\t1234\t192.0.2.77\tMAIL\tMAIL FROM:<scan@example.test>\t503 This mail server requires authentication\t70\t10\n";
        assert_eq!(
            refusals(enable),
            ["192.0.2.77 at MAIL FROM the server answered 503 This mail server requires authentication"]
        );
    }

    #[test]
    fn postal_mailhog_aiosmtpd_axigen_and_recordio_are_read() {
        let postal = "smtp_1 | [9] [2026-11-20T08:15:01.648] DEBUG -- : [XYK4AU]    Connection opened from ::ffff:192.0.2.77\n\
            smtp_1 | [9] [2026-11-20T08:15:01.655] DEBUG -- : [XYK4AU] <= EHLO mfp\n\
            smtp_1 | [9] [2026-11-20T08:15:01.676] DEBUG -- : [XYK4AU] => 250 AUTH CRAM-MD5 PLAIN LOGIN\n\
            smtp_1 | [9] [2026-11-20T08:15:01.875] DEBUG -- : [XYK4AU] <= AUTH PLAIN\n\
            smtp_1 | [9] [2026-11-20T08:15:01.895] DEBUG -- : [XYK4AU] => 535 Denied\n";
        assert_eq!(
            refusals(postal),
            ["192.0.2.77 at AUTH the server answered 535 Denied"]
        );
        let mailhog = "[SMTP 192.0.2.77:51010] Starting session\n\
            [SMTP 192.0.2.77:51010] Sent 35 bytes: '220 mailhog.example ESMTP MailHog\\r\\n'\n\
            [SMTP 192.0.2.77:51010] Received 16 bytes: 'EHLO mfp\\r\\n'\n\
            [SMTP 192.0.2.77:51010] Sent 38 bytes: '250-Hello mfp\\r\\n250 AUTH PLAIN\\r\\n'\n\
            [SMTP 192.0.2.77:51010] Received 10 bytes: 'STARTTLS\\r\\n'\n\
            [SMTP 192.0.2.77:51010] Sent 29 bytes: '500 Unrecognised command\\r\\n'\n";
        assert_eq!(
            refusals(mailhog),
            ["192.0.2.77 at STARTTLS the server answered 500 Unrecognised command"]
        );
        let python = "INFO:mail.log:('192.0.2.77', 38012) handling connection\n\
            DEBUG:mail.log:('192.0.2.77', 38012) << b'220 relay Python SMTP 1.4.6'\n\
            INFO:mail.log:('192.0.2.77', 38012) >> b'EHLO mfp'\n\
            DEBUG:mail.log:('192.0.2.77', 38012) << b'250 STARTTLS'\n\
            INFO:mail.log:('192.0.2.77', 38012) >> b'MAIL FROM:<scan@example.test>'\n\
            DEBUG:mail.log:('192.0.2.77', 38012) << b'530 5.7.0 Must issue a STARTTLS command first'\n\
            INFO:mail.log:('192.0.2.77', 38012) connection lost\n";
        assert_eq!(
            refusals(python),
            ["192.0.2.77 at MAIL FROM the server answered 530 5.7.0 Must issue a STARTTLS command first"]
        );
        let axigen = "2026-11-20 08:15:01 +0100 08 mail SMTP-IN:0000001A: [192.0.2.1:25] connection accepted from [192.0.2.77:51010]\n\
            2026-11-20 08:15:01 +0100 16 mail SMTP-IN:0000001A: << AUTH LOGIN\n\
            2026-11-20 08:15:01 +0100 16 mail SMTP-IN:0000001A: >> 535 Authentication failed\n";
        assert_eq!(
            refusals(axigen),
            ["192.0.2.77 at AUTH the server answered 535 Authentication failed"]
        );
        let recordio = "@400000006560c1f51a2b3c4d 12345 < MAIL FROM:<scan@example.test>\n\
            @400000006560c1f51a2b3c4d 12345 > 250 ok \n\
            @400000006560c1f51a2b3c4d 12345 < RCPT TO:<it@other.test>\n\
            @400000006560c1f51a2b3c4d 12345 > 553 sorry, that domain isn't allowed +\n";
        assert_eq!(
            refusals(recordio),
            ["- at RCPT TO the server answered 553 sorry, that domain isn't allowed"]
        );
    }

    #[test]
    fn other_logs_have_no_such_form() {
        for text in [
            "Nov 20 08:15:01 mail postfix/smtpd[2]: connect from unknown[192.0.2.77]",
            "2026-11-20T08:15:01.102Z,EX\\In,08DD,0,192.0.2.1:25,192.0.2.7:1,>,220 hi,",
            "[12:30] [S] x",
            "C: EHLO copier",
        ] {
            assert!(!is_said(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]:. \t\"a-zA-Z0-9<>-]{0,200}") {
            let _ = entry(&text);
        }
    }
}

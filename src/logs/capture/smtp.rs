//! An SMTP dialogue read from both directions of a connection (RFC 5321; BDAT: RFC 3030).

use crate::evidence::Stage;
use crate::wire::reply::{Reply, clean};
use std::collections::{BTreeMap, VecDeque};

/// Commands that are counted.
const COMMANDS: [&str; 22] = [
    "EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP",
    "STARTTLS", "AUTH", "ETRN", "TURN", "SEND", "SAML", "SOML", "XCLIENT", "XFORWARD",
];
/// Commands that only SMTP has.
const TELLING: [&str; 7] = ["EHLO", "HELO", "LHLO", "MAIL", "RCPT", "STARTTLS", "BDAT"];
/// Longest line that is kept.
const LONGEST_LINE: usize = 8 * 1024;
/// Most refusals kept of one dialogue.
const REFUSALS: usize = 50;
/// Lines without meaning after which a stream is taken for something else.
const PATIENCE: u32 = 60;

/// One reply with the step it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The step.
    pub stage: Stage,
    /// The reply.
    pub reply: Reply,
    /// Whether the recording lacks the end of it.
    pub cut: bool,
    /// Where it stands, as handed in: microseconds since 1970 in a capture, the line in a transcript.
    pub mark: Option<i64>,
}

/// The dialogue so far.
#[derive(Debug)]
pub struct Dialogue {
    /// Commands by verb.
    pub commands: BTreeMap<String, u64>,
    /// Replies by code; a reply of several lines counts once.
    pub replies: BTreeMap<u16, u64>,
    /// All refusals (up to a limit) and the last positive reply of each step.
    pub exchanges: Vec<Exchange>,
    /// The last step that the client took.
    pub last_step: Stage,
    pending: VecDeque<Stage>,
    client: Client,
    client_line: Vec<u8>,
    server_line: Vec<u8>,
    reply: Vec<String>,
    reply_code: u16,
    waits_for_secret: bool,
    odd_lines: u32,
    from_the_start: bool,
}

/// What the client's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    Commands,
    /// The message behind DATA: length, first and last byte of the line so far.
    Message {
        length: usize,
        first: u8,
        last: u8,
    },
    /// Bytes of a BDAT chunk still to come.
    Chunk(u64),
}

const MESSAGE: Client = Client::Message {
    length: 0,
    first: 0,
    last: 0,
};

impl Dialogue {
    /// A dialogue; `from_the_start` where the connection's beginning was recorded.
    pub fn new(from_the_start: bool) -> Self {
        Self {
            commands: BTreeMap::new(),
            replies: BTreeMap::new(),
            exchanges: Vec::new(),
            last_step: Stage::Connect,
            pending: VecDeque::from([Stage::Greeting]),
            client: Client::Commands,
            client_line: Vec::new(),
            server_line: Vec::new(),
            reply: Vec::new(),
            reply_code: 0,
            waits_for_secret: false,
            odd_lines: 0,
            from_the_start,
        }
    }

    /// Whether the words are those of SMTP; on a mail port a reply is enough.
    pub fn is_smtp(&self, mail_port: bool) -> bool {
        TELLING.iter().any(|verb| self.commands.contains_key(*verb))
            || (mail_port && !self.replies.is_empty())
            || self.exchanges.first().is_some_and(|first| {
                first.stage == Stage::Greeting && first.reply.text().to_ascii_uppercase().contains("SMTP")
            })
    }

    /// The server's answer to the last step of this kind.
    pub fn answer(&self, stage: Stage) -> Option<&Reply> {
        self.exchanges
            .iter()
            .rev()
            .find(|exchange| exchange.stage == stage)
            .map(|exchange| &exchange.reply)
    }

    /// Steps that wait for an answer.
    pub fn unanswered(&self) -> Option<Stage> {
        self.pending.front().copied()
    }

    /// Whether the client's next line is a part of its login.
    pub fn expects_secret(&self) -> bool {
        self.waits_for_secret
    }

    /// Whether the client is sending the message.
    pub fn in_message(&self) -> bool {
        matches!(self.client, Client::Message { .. })
    }

    /// Takes the client's next bytes in.
    pub fn client(&mut self, mut data: &[u8]) {
        if self.odd_lines > PATIENCE {
            return;
        }
        while !data.is_empty() {
            data = match self.client {
                Client::Commands => self.command_line(data),
                Client::Message { .. } => self.message(data),
                Client::Chunk(left) => {
                    let taken = usize::try_from(left).unwrap_or(usize::MAX).min(data.len());
                    self.chunk(left, taken as u64);
                    data.get(taken..).unwrap_or_default()
                }
            };
        }
    }

    /// Takes the server's next bytes in.
    pub fn server(&mut self, mut data: &[u8], mark: Option<i64>) {
        if self.odd_lines > PATIENCE {
            return;
        }
        while let Some(end) = memchr::memchr(b'\n', data) {
            let (head, tail) = data.split_at(end + 1);
            keep(&mut self.server_line, head);
            data = tail;
            let line = std::mem::take(&mut self.server_line);
            self.reply_line(&line, mark);
        }
        keep(&mut self.server_line, data);
    }

    /// So many bytes of the client are missing.
    pub fn client_gap(&mut self, bytes: u64) {
        self.client_line.clear();
        if let Client::Chunk(left) = self.client {
            self.chunk(left, bytes.min(left));
        }
    }

    /// Bytes of the server are missing. A reply that had begun counts; how it went on is not known.
    pub fn server_gap(&mut self) {
        let begun = std::mem::take(&mut self.server_line);
        if let Some((code, _, text)) = reply_parts(&clean(&begun)) {
            if self.reply.is_empty() {
                self.reply_code = code;
            }
            self.reply.push(text);
        }
        if !self.reply.is_empty() {
            let reply = Reply::new(self.reply_code, std::mem::take(&mut self.reply));
            self.replied(reply, None, true);
        }
    }

    fn chunk(&mut self, left: u64, taken: u64) {
        self.client = match left.saturating_sub(taken) {
            0 => Client::Commands,
            rest => Client::Chunk(rest),
        };
    }

    fn command_line<'a>(&mut self, data: &'a [u8]) -> &'a [u8] {
        let Some(end) = memchr::memchr(b'\n', data) else {
            keep(&mut self.client_line, data);
            return &[];
        };
        let (head, tail) = data.split_at(end + 1);
        keep(&mut self.client_line, head);
        let line = std::mem::take(&mut self.client_line);
        self.command(&clean(&line));
        tail
    }

    fn command(&mut self, line: &str) {
        if !self.from_the_start && self.replies.is_empty() && self.commands.is_empty() {
            // The recording begins in the middle: the greeting was before it.
            self.pending.clear();
        }
        if std::mem::take(&mut self.waits_for_secret) {
            self.pending.push_back(Stage::Auth);
            return;
        }
        let verb = line
            .split_ascii_whitespace()
            .next()
            .unwrap_or("")
            .to_ascii_uppercase();
        let stage = match verb.as_str() {
            "EHLO" | "HELO" | "LHLO" => Stage::Ehlo,
            "STARTTLS" => Stage::StartTls,
            "AUTH" => Stage::Auth,
            "MAIL" | "SEND" | "SAML" | "SOML" => Stage::Mail,
            "RCPT" => Stage::Rcpt,
            "DATA" => Stage::Data,
            "BDAT" => Stage::EndOfData,
            _ => Stage::Later,
        };
        self.pending.push_back(stage);
        if self.pending.len() > 10_000 {
            self.pending.pop_front();
        }
        if !COMMANDS.contains(&verb.as_str()) {
            self.odd_lines += 1;
            return;
        }
        if stage != Stage::Later {
            self.last_step = stage;
        }
        self.client = match verb.as_str() {
            "DATA" => MESSAGE,
            "BDAT" => line
                .split_ascii_whitespace()
                .nth(1)
                .and_then(|size| size.parse().ok())
                .filter(|size| *size > 0)
                .map_or(Client::Commands, Client::Chunk),
            _ => Client::Commands,
        };
        *self.commands.entry(verb).or_default() += 1;
    }

    /// Skips the message as far as the line that is just a dot.
    fn message<'a>(&mut self, data: &'a [u8]) -> &'a [u8] {
        let Client::Message {
            mut length,
            mut first,
            mut last,
        } = self.client
        else {
            return data;
        };
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', data) {
            let part = data.get(from..end).unwrap_or_default();
            if length == 0 {
                first = part.first().copied().unwrap_or(0);
            }
            last = part.last().copied().unwrap_or(last);
            length += part.len();
            from = end + 1;
            if first == b'.' && (length == 1 || (length == 2 && last == b'\r')) {
                self.pending.push_back(Stage::EndOfData);
                self.last_step = Stage::EndOfData;
                self.client = Client::Commands;
                return data.get(from..).unwrap_or_default();
            }
            (length, first, last) = (0, 0, 0);
        }
        let part = data.get(from..).unwrap_or_default();
        if length == 0 {
            first = part.first().copied().unwrap_or(0);
        }
        self.client = Client::Message {
            length: length + part.len(),
            first,
            last: part.last().copied().unwrap_or(last),
        };
        &[]
    }

    fn reply_line(&mut self, line: &[u8], mark: Option<i64>) {
        let Some((code, last, text)) = reply_parts(&clean(line)) else {
            self.odd_lines += 1;
            return;
        };
        if self.reply.is_empty() {
            self.reply_code = code;
        }
        if self.reply.len() < crate::wire::reply::limits::LINES {
            self.reply.push(text);
        }
        if last {
            let reply = Reply::new(self.reply_code, std::mem::take(&mut self.reply));
            self.replied(reply, mark, false);
        }
    }

    fn replied(&mut self, reply: Reply, mark: Option<i64>, cut: bool) {
        *self.replies.entry(reply.code).or_default() += 1;
        let first = self.replies.values().sum::<u64>() == 1;
        let stage = match self.pending.pop_front() {
            Some(stage) => stage,
            // Logs leave out what a client answers to a challenge.
            None if std::mem::take(&mut self.waits_for_secret) => Stage::Auth,
            None if first => Stage::Greeting,
            None => Stage::Later,
        };
        if stage == Stage::Auth && reply.code == 334 {
            self.waits_for_secret = true;
        }
        if stage == Stage::Data && reply.code >= 400 && matches!(self.client, Client::Message { .. }) {
            self.client = Client::Commands;
        }
        if reply.is_positive() {
            self.exchanges
                .retain(|old| old.stage != stage || !old.reply.is_positive());
        } else if self.exchanges.len() > REFUSALS {
            return;
        }
        self.exchanges.push(Exchange {
            stage,
            reply,
            cut,
            mark,
        });
    }
}

/// Adds bytes to a line; what is too long is cut off.
fn keep(line: &mut Vec<u8>, bytes: &[u8]) {
    let room = LONGEST_LINE.saturating_sub(line.len()).min(bytes.len());
    line.extend_from_slice(bytes.get(..room).unwrap_or_default());
}

/// Code, whether it is the last line, text.
pub fn reply_parts(line: &str) -> Option<(u16, bool, String)> {
    let head = line.get(..3)?;
    if !head.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let code: u16 = head.parse().ok().filter(|code| (200..600).contains(code))?;
    let last = match line.as_bytes().get(3) {
        None | Some(b' ') => true,
        Some(b'-') => false,
        Some(_) => return None,
    };
    Some((code, last, line.get(4..).unwrap_or("").to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays lines: `C` from the client, `S` from the server.
    fn play(script: &[(char, &str)]) -> Dialogue {
        let mut dialogue = Dialogue::new(true);
        for (who, text) in script {
            match who {
                'C' => dialogue.client(text.as_bytes()),
                _ => dialogue.server(text.as_bytes(), None),
            }
        }
        dialogue
    }

    #[test]
    fn each_reply_finds_its_command_also_when_they_were_sent_together() {
        let dialogue = play(&[
            ('S', "220 mx.example.test ESMTP\r\n"),
            ('C', "EHLO copier\r\n"),
            ('S', "250-mx.example.test\r\n250 PIPELINING\r\n"),
            (
                'C',
                "MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nDATA\r\n",
            ),
            ('S', "250 ok\r\n550 5.1.1 no such user\r\n554 no recipients\r\n"),
            ('C', "QUIT\r\n"),
        ]);
        assert_eq!(dialogue.answer(Stage::Rcpt).unwrap().code, 550);
        assert_eq!(dialogue.answer(Stage::Data).unwrap().code, 554);
        assert_eq!(dialogue.commands["QUIT"], 1);
        assert_eq!(dialogue.replies[&250], 2);
    }

    #[test]
    fn words_of_the_message_and_of_the_login_are_no_commands() {
        let dialogue = play(&[
            ('S', "220 hi\r\n"),
            ('C', "AUTH LOGIN\r\n"),
            ('S', "334 VXNlcm5hbWU6\r\n"),
            ('C', "HELP\r\n"),
            ('S', "334 UGFzc3dvcmQ6\r\n"),
            ('C', "QUIT\r\n"),
            ('S', "235 ok\r\n"),
            ('C', "DATA\r\n"),
            ('S', "354 go\r\n"),
            ('C', "RSET\r\n..\r\n.x\r\n"),
            ('C', "."),
            ('C', "\r\nNOOP\r\n"),
            ('S', "250 queued\r\n250 ok\r\n"),
        ]);
        let verbs: Vec<&str> = dialogue.commands.keys().map(String::as_str).collect();
        assert_eq!(verbs, ["AUTH", "DATA", "NOOP"]);
        assert_eq!(dialogue.answer(Stage::EndOfData).unwrap().text(), "queued");
        assert_eq!(dialogue.answer(Stage::Auth).unwrap().code, 235);
    }

    #[test]
    fn chunks_are_counted_by_their_size_and_a_gap_inside_does_no_harm() {
        let mut dialogue = play(&[('C', "EHLO copier\r\nBDAT 10\r\nQUIT"), ('C', "\r\n")]);
        dialogue.client_gap(4);
        dialogue.client(b"BDAT 3 LAST\r\nabcQUIT\r\n");
        assert_eq!(dialogue.commands["BDAT"], 2);
        assert_eq!(dialogue.commands["QUIT"], 1);
    }

    #[test]
    fn another_protocol_is_not_taken_for_mail() {
        let dialogue = play(&[
            ('S', "220 files\r\n"),
            ('C', "USER x\r\n"),
            ('S', "331 password\r\n"),
        ]);
        assert!(!dialogue.is_smtp(false));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            parts in proptest::collection::vec((proptest::bool::ANY, "[ -~\r\n]{0,40}|BDAT [0-9]{1,25}\r\n|DATA\r\n"), 0..12),
        ) {
            let mut dialogue = Dialogue::new(false);
            for (client, part) in parts {
                if client { dialogue.client(part.as_bytes()) } else { dialogue.server(part.as_bytes(), None) }
            }
        }
    }
}

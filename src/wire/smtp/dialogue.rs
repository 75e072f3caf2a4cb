//! The SMTP dialogue itself: sends lines, awaits replies, writes both into the transcript.

use super::auth::Login;
use super::body::DotStuffer;
use super::command::{Outgoing, ehlo, helo};
use super::ehlo::Ehlo;
use crate::wire::failure::{Loss, TlsFailure};
use crate::wire::reply::{Reply, ReplyError, ReplyReader, clean};
use crate::wire::transcript::{Speaker, Transcript};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::{Instant, timeout_at};

/// Within this time the reply to EHLO follows a greeting that came late.
const SOON: Duration = Duration::from_secs(2);

/// Why a step of the dialogue brought no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection broke off.
    Lost(Loss),
    /// What came was no reply.
    Reply(ReplyError),
    /// The TLS layer ended it, such as by an alert after the handshake.
    Tls(TlsFailure),
}

/// A dialogue over a stream, plain or inside TLS.
#[derive(Debug)]
pub struct Dialogue<S> {
    stream: S,
    reader: ReplyReader,
    transcript: Transcript,
    encrypted: bool,
    limit: Duration,
    masks: Vec<String>,
    heard: bool,
    longest: Duration,
    greeted_again: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Dialogue<S> {
    /// A dialogue whose steps may each take `limit`.
    pub fn new(stream: S, transcript: Transcript, encrypted: bool, limit: Duration) -> Self {
        Self {
            stream,
            reader: ReplyReader::default(),
            transcript,
            encrypted,
            limit,
            masks: Vec::new(),
            heard: false,
            longest: Duration::ZERO,
            greeted_again: false,
        }
    }

    /// The same dialogue, which shows none of these texts, whatever the server says and when.
    #[must_use]
    pub fn hiding(mut self, masks: &[String]) -> Self {
        self.masks = masks.to_vec();
        self
    }

    /// Whether this dialogue is inside TLS.
    pub const fn encrypted(&self) -> bool {
        self.encrypted
    }

    /// Whether any byte has come from the server.
    pub const fn heard(&self) -> bool {
        self.heard
    }

    /// The longest that a reply took to come since this was asked last.
    pub const fn take_longest(&mut self) -> Duration {
        std::mem::replace(&mut self.longest, Duration::ZERO)
    }

    /// Whether a second greeting came where the reply to EHLO was due.
    pub const fn greeted_again(&self) -> bool {
        self.greeted_again
    }

    /// The stream below, for the TLS handshake; what came in and was not read is thrown away.
    pub fn into_stream(self) -> S {
        self.stream
    }

    /// Hangs up without a word.
    pub async fn hang_up(&mut self) {
        let _ = timeout_at(Instant::now() + self.limit, self.stream.shutdown()).await;
    }

    /// Changes the limit of the steps to come.
    pub const fn set_limit(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// The next reply. The limit is for the whole reply, so that a slow drip of bytes ends too.
    pub async fn reply(&mut self) -> Result<Reply, Fault> {
        let began = Instant::now();
        let deadline = began + self.limit;
        let mut portion = vec![0; 4096];
        loop {
            match self.reader.next_reply() {
                Ok(Some(reply)) => {
                    self.longest = self.longest.max(began.elapsed());
                    let reply = self.masked(reply);
                    self.show(&reply);
                    return Ok(reply);
                }
                Ok(None) => {}
                Err(error) => {
                    let error = match error {
                        ReplyError::NotAReply(text) => ReplyError::NotAReply(head(&self.mask(text), 80)),
                        other => other,
                    };
                    self.transcript
                        .add(Speaker::Server, self.encrypted, broken(&error));
                    return Err(Fault::Reply(error));
                }
            }
            match timeout_at(deadline, self.stream.read(&mut portion)).await {
                Err(_) => return Err(self.broken_off(Fault::Lost(Loss::TimedOut))),
                Ok(Ok(0)) => return Err(self.broken_off(Fault::Lost(Loss::Closed))),
                Ok(Ok(count)) => {
                    self.heard = true;
                    self.reader.push(portion.get(..count).unwrap_or_default());
                }
                Ok(Err(error)) => return Err(self.broken_off(read_fault(&error))),
            }
        }
    }

    /// Sends lines in one write, without waiting for a reply.
    pub async fn send(&mut self, lines: &[Outgoing]) -> Result<(), Fault> {
        let mut bytes = String::new();
        for line in lines {
            bytes.push_str(line.wire());
            bytes.push_str("\r\n");
            self.transcript.add(Speaker::Client, self.encrypted, line.shown());
        }
        self.write(bytes.as_bytes()).await
    }

    /// Sends one line and awaits its reply.
    pub async fn say(&mut self, line: Outgoing) -> Result<Reply, Fault> {
        self.send(&[line]).await?;
        self.reply().await
    }

    /// EHLO; HELO where the server does not know EHLO (RFC 5321, section 3.2). The extensions come with
    /// the reply where it was positive.
    pub async fn hello(&mut self, name: &str) -> Result<(Reply, Option<Ehlo>), Fault> {
        let mut reply = self.say(ehlo(name)).await?;
        if reply.code == 220
            && let Some(answer) = self.behind_a_greeting().await?
        {
            reply = answer;
        }
        if reply.is_positive() {
            let extensions = Ehlo::read(&reply);
            return Ok((reply, Some(extensions)));
        }
        if !matches!(reply.code, 500 | 502) {
            return Ok((reply, None));
        }
        self.plain_hello(name).await
    }

    /// What follows a second greeting: 220 is no reply to EHLO (RFC 5321, section 4.3.2), but some servers greet in two
    /// replies, or once more inside TLS. None where nothing follows soon.
    async fn behind_a_greeting(&mut self) -> Result<Option<Reply>, Fault> {
        let limit = self.limit;
        self.limit = limit.min(SOON);
        let next = self.reply().await;
        self.limit = limit;
        match next {
            Ok(answer) => {
                self.greeted_again = true;
                Ok(Some(answer))
            }
            Err(Fault::Lost(Loss::TimedOut)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// HELO alone, as devices do that know no extensions; the list that comes with a positive reply is empty.
    pub async fn plain_hello(&mut self, name: &str) -> Result<(Reply, Option<Ehlo>), Fault> {
        let reply = self.say(helo(name)).await?;
        let hello = reply.is_positive().then(|| Ehlo {
            hello: reply.lines.first().cloned().unwrap_or_default(),
            keywords: Vec::new(),
        });
        Ok((reply, hello))
    }

    /// STARTTLS (RFC 3207): the reply, and how many bytes of plain text came behind it and were discarded.
    pub async fn start_tls(&mut self) -> Result<(Reply, usize), Fault> {
        let reply = self.say(Outgoing::line("STARTTLS")).await?;
        let mut injected = 0;
        if reply.code == 220 {
            injected = self.reader.discard();
            // No peer can speak before our hello, so what is there already is not TLS.
            let mut portion = vec![0; 4096];
            injected += ready(&mut self.stream, &mut portion).await;
        }
        if injected > 0 {
            let text = format!("{injected} bytes of plain text behind the reply were thrown away");
            self.transcript.add(Speaker::Note, self.encrypted, text);
        }
        Ok((reply, injected))
    }

    /// A login; the last reply decides.
    pub async fn log_in(&mut self, mut login: Login<'_>) -> Result<Reply, Fault> {
        self.log_in_by(&mut login).await
    }

    /// A login that is looked at afterwards; the last reply decides.
    pub async fn log_in_by(&mut self, login: &mut Login<'_>) -> Result<Reply, Fault> {
        self.masks = login.masks();
        let command = login.command();
        let mut reply = self.say(command).await?;
        while reply.code == 334 {
            let Some(answer) = login.next(&reply) else {
                // The cancel of RFC 4954, section 4.
                let reply = self.say(Outgoing::line("*")).await?;
                if reply.code == 334 {
                    return Err(Fault::Reply(ReplyError::NotAReply("334 without end".into())));
                }
                return Ok(reply);
            };
            if let Some(reason) = login.reason() {
                let text = self.mask(format!("the challenge says: {reason}"));
                self.transcript.add(Speaker::Note, self.encrypted, text);
            }
            reply = self.say(answer).await?;
        }
        Ok(reply)
    }

    /// A portion of the message, dot-stuffed.
    pub async fn write_body(&mut self, stuffer: &mut DotStuffer, bytes: &[u8]) -> Result<(), Fault> {
        self.write(&stuffer.portion(bytes)).await
    }

    /// The end of the message and the reply to it.
    pub async fn end_body(&mut self, stuffer: &DotStuffer, size: u64) -> Result<Reply, Fault> {
        let text = format!("message of {size} bytes sent");
        self.transcript.add(Speaker::Note, self.encrypted, text);
        self.transcript.add(Speaker::Client, self.encrypted, ".");
        self.write(stuffer.end()).await?;
        self.reply().await
    }

    /// Writes within the limit.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let deadline = Instant::now() + self.limit;
        let work = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match timeout_at(deadline, work).await {
            Err(_) => Err(self.lost(Fault::Lost(Loss::TimedOut))),
            Ok(Ok(())) => Ok(()),
            // The server may have said why before it closed; that reply is read by the next step.
            Ok(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Ok(Err(error)) => Err(self.lost(read_fault(&error))),
        }
    }

    /// How the wait for a reply ended. Bytes that no reply begins with say more than the silence behind them.
    fn broken_off(&self, fault: Fault) -> Fault {
        let pending = self.reader.pending();
        let fault = match fault {
            Fault::Lost(_) if !may_begin_a_reply(pending) => {
                let text = head(&self.mask(clean(pending)), 80);
                Fault::Reply(ReplyError::NotAReply(text))
            }
            other => other,
        };
        self.lost(fault)
    }

    /// Notes in the transcript how the dialogue ended.
    fn lost(&self, fault: Fault) -> Fault {
        let pending = self.reader.pending();
        if !pending.is_empty() {
            let text = head(&self.mask(clean(pending)), 200);
            self.transcript.add(Speaker::Server, self.encrypted, text);
        }
        let text = match &fault {
            Fault::Lost(Loss::TimedOut) => "no answer within the time limit".to_owned(),
            Fault::Lost(Loss::Closed) => "the server closed the connection".to_owned(),
            Fault::Lost(Loss::Reset) => "the connection was reset".to_owned(),
            Fault::Tls(failure) => format!("TLS ended the dialogue: {failure}"),
            Fault::Reply(error) => error.to_string(),
        };
        self.transcript.add(Speaker::Note, self.encrypted, text);
        fault
    }

    /// The lines of a reply, as they came.
    fn show(&self, reply: &Reply) {
        let last = reply.lines.len().saturating_sub(1);
        for (index, line) in reply.lines.iter().enumerate() {
            let separator = if index == last { ' ' } else { '-' };
            self.transcript.add(
                Speaker::Server,
                self.encrypted,
                format!("{}{separator}{line}", reply.code),
            );
        }
    }

    /// A reply in which no form of the secret is left, should the server echo it.
    fn masked(&self, mut reply: Reply) -> Reply {
        if !self.masks.is_empty() {
            for line in &mut reply.lines {
                *line = self.mask(std::mem::take(line));
            }
        }
        reply
    }

    /// Text in which no form of the secret is left.
    fn mask(&self, text: String) -> String {
        hide(&self.masks, text)
    }
}

/// Whether these bytes, which end in no line feed, may be the beginning of a reply (RFC 5321, section 4.2).
pub fn may_begin_a_reply(bytes: &[u8]) -> bool {
    bytes.iter().take(3).all(u8::is_ascii_digit)
        && bytes
            .get(3)
            .is_none_or(|byte| matches!(byte, b' ' | b'-' | b'\r'))
}

/// Text in which none of these is left.
pub fn hide(masks: &[String], text: String) -> String {
    masks
        .iter()
        .fold(text, |text, mask| text.replace(mask.as_str(), "[secret]"))
}

/// The beginning of a text. Cut only what is masked already: a cut secret is not recognised.
fn head(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// Bytes that can be read without waiting.
async fn ready<S: AsyncRead + Unpin>(stream: &mut S, portion: &mut [u8]) -> usize {
    poll_fn(|context| {
        let mut buffer = ReadBuf::new(portion);
        Poll::Ready(match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
            Poll::Ready(Ok(())) => buffer.filled().len(),
            Poll::Ready(Err(_)) | Poll::Pending => 0,
        })
    })
    .await
}

/// What an error of the stream means for the dialogue.
fn read_fault(error: &io::Error) -> Fault {
    if let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return Fault::Tls(crate::wire::tls::failure::of_library(tls));
    }
    Fault::Lost(match error.kind() {
        io::ErrorKind::TimedOut => Loss::TimedOut,
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => Loss::Closed,
        _ => Loss::Reset,
    })
}

/// The text for the transcript of what was no reply.
fn broken(error: &ReplyError) -> String {
    match error {
        ReplyError::NotAReply(text) => text.clone(),
        other => format!("({other})"),
    }
}

#[cfg(test)]
#[path = "dialogue_tests.rs"]
mod tests;

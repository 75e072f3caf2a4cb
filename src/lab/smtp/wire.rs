//! Bytes in and out of a simulated server, all of it bounded in size and time.

use crate::lab::behaviour::Pace;
use std::io::{Error, ErrorKind, Result};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{sleep, timeout};

/// Reads lines and messages; what is left over of one read is kept for the next.
#[derive(Debug, Default)]
pub struct Reader {
    buffer: Vec<u8>,
}

/// A message as far as a server needs to know it.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    /// All its bytes, without the final dot.
    pub size: u64,
    /// Its beginning.
    pub head: Vec<u8>,
}

impl Reader {
    /// One line with its end; `None` where the client is gone.
    pub async fn line<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<Option<Vec<u8>>> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.buffer) {
                let rest = self.buffer.split_off(end + 1);
                return Ok(Some(std::mem::replace(&mut self.buffer, rest)));
            }
            if self.buffer.len() > MAX_LINE {
                return Err(Error::new(ErrorKind::InvalidData, "line too long"));
            }
            if !self.fill(stream).await? {
                return Ok(None);
            }
        }
    }

    /// A message up to the line with just a dot; `None` where the client is gone before.
    pub async fn message<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<Option<Message>> {
        let mut message = Message {
            size: 0,
            head: Vec::new(),
        };
        let mut end = EndOfData::LineStart;
        loop {
            let mut used = 0;
            for &byte in &self.buffer {
                used += 1;
                message.size += 1;
                if message.head.len() < HEAD {
                    message.head.push(byte);
                }
                end = end.after(byte);
                if end == EndOfData::Found {
                    break;
                }
            }
            self.buffer.drain(..used);
            if end == EndOfData::Found {
                message.size = message.size.saturating_sub(3);
                return Ok(Some(message));
            }
            if message.size > MAX_MESSAGE {
                return Err(Error::new(ErrorKind::InvalidData, "message too long"));
            }
            if !self.fill(stream).await? {
                return Ok(None);
            }
        }
    }

    /// Throws away what came in plain text behind STARTTLS (RFC 3207, section 6).
    pub fn forget(&mut self) {
        self.buffer.clear();
    }

    /// Reads once; false at the end of the stream.
    async fn fill<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<bool> {
        self.buffer.reserve(CHUNK);
        let read = timeout(PATIENCE, stream.read_buf(&mut self.buffer))
            .await
            .map_err(|_| Error::from(ErrorKind::TimedOut))??;
        Ok(read > 0)
    }
}

/// How much of the end of a message was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EndOfData {
    LineStart,
    Inside,
    Dot,
    DotReturn,
    Found,
}

impl EndOfData {
    /// The state after one more byte.
    const fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::LineStart, b'.') => Self::Dot,
            (Self::Dot, b'\r') => Self::DotReturn,
            (Self::Dot | Self::DotReturn, b'\n') => Self::Found,
            (_, b'\n') => Self::LineStart,
            _ => Self::Inside,
        }
    }
}

/// Sends lines, each with its end.
pub async fn send<S: AsyncWrite + Unpin>(stream: &mut S, lines: &[String], pace: Pace) -> Result<()> {
    let mut text = lines.join("\r\n");
    if text.is_empty() {
        return Ok(());
    }
    text.push_str("\r\n");
    match pace {
        Pace::Whole => stream.write_all(text.as_bytes()).await?,
        Pace::ByteByByte => {
            for byte in text.bytes() {
                stream.write_all(&[byte]).await?;
                stream.flush().await?;
                tokio::task::yield_now().await;
            }
        }
        Pace::Drip(millis) => {
            for byte in text.bytes() {
                stream.write_all(&[byte]).await?;
                stream.flush().await?;
                sleep(Duration::from_millis(millis)).await;
            }
        }
    }
    stream.flush().await
}

/// Reads and forgets, until the client goes or the patience ends.
pub async fn ignore<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut chunk = [0; 1024];
    while let Ok(Ok(1..)) = timeout(PATIENCE, stream.read(&mut chunk)).await {}
}

/// Longest wait for a client's next bytes.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// Longest command line: far more than RFC 5321, section 4.5.3.1.4, asks for.
const MAX_LINE: usize = 8 * 1024;
/// Room made for one read.
const CHUNK: usize = 16 * 1024;
/// Longest message taken.
const MAX_MESSAGE: u64 = 64 << 20;
/// How much of a message rules can look at.
const HEAD: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_dot_is_found_wherever_the_segments_end() {
        let whole = b"Subject: x\r\n\r\n..a dot.\r\n.b\r\n.\r\nQUIT\r\n";
        for cut in 0..whole.len() {
            let mut stream = in_two_portions(&whole[..cut], &whole[cut..]);
            let mut reader = Reader::default();
            let message = reader.message(&mut stream).await.unwrap().unwrap();
            assert_eq!(message.size, 28, "{cut}");
            let line = reader.line(&mut stream).await.unwrap().unwrap();
            assert_eq!(line, b"QUIT\r\n");
        }
    }

    #[tokio::test]
    async fn a_line_without_end_is_given_up() {
        let long = vec![b'x'; MAX_LINE * 3];
        let mut stream = in_two_portions(&long, b"");
        let error = Reader::default().line(&mut stream).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }

    /// A stream that gives two portions.
    fn in_two_portions<'a>(first: &'a [u8], second: &'a [u8]) -> impl AsyncRead + Unpin + 'a {
        first.chain(second)
    }
}

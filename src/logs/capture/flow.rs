//! What became of the data that one end sent: whether the other end acknowledged it, and whether it took any more.

/// Repetitions of data that nobody acknowledges from which on they are told: TCP itself goes on for minutes.
const TELLING: u32 = 3;
/// Microseconds that a window must stay closed to be told.
const LONG_CLOSED: i64 = 10_000_000;

/// One direction: what one end sent and the other acknowledged.
#[derive(Debug, Default)]
pub struct Flow {
    /// Sequence number behind the last byte sent.
    sent: Option<u32>,
    /// Sequence number up to which the other end has everything.
    taken: Option<u32>,
    again: u32,
    largest: usize,
    /// When the receiver's window closed, in microseconds.
    closed_at: Option<i64>,
    closed_for: i64,
}

/// Why data did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stalled {
    /// The same bytes were sent again and again, and never acknowledged.
    Unacknowledged {
        /// How often again.
        times: u32,
        /// Bytes of the largest such segment.
        bytes: usize,
    },
    /// The receiver takes no more: its window stays at zero.
    WindowClosed {
        /// Seconds.
        seconds: i64,
    },
}

impl Flow {
    /// A segment of the sender with so many bytes of data.
    pub fn sends(&mut self, sequence: u32, bytes: usize) {
        if bytes == 0 {
            return;
        }
        let end = sequence.wrapping_add(u32::try_from(bytes).unwrap_or(0));
        if self.sent.is_none_or(|sent| is_behind(end, sent)) {
            self.sent = Some(end);
        } else if self.taken.is_none_or(|taken| is_behind(end, taken)) {
            self.again = self.again.saturating_add(1);
            self.largest = self.largest.max(bytes);
        }
    }

    /// The receiver has everything up to here, and takes so much more.
    pub fn acknowledges(&mut self, up_to: u32, window: u16, micros: Option<i64>) {
        if self.taken.is_none_or(|taken| is_behind(up_to, taken)) {
            self.taken = Some(up_to);
            (self.again, self.largest) = (0, 0);
        }
        if window > 0 {
            self.closed_at = None;
        } else if self.closed_at.is_none() {
            self.closed_at = micros;
        }
        self.closes(micros);
    }

    /// Notes how long the window has been closed by now.
    pub fn closes(&mut self, micros: Option<i64>) {
        self.closed_for = self
            .closed_at
            .zip(micros)
            .map_or(0, |(since, now)| now.saturating_sub(since));
    }

    /// Why the data did not arrive, where it did not.
    pub fn stalled(&self) -> Option<Stalled> {
        if self.closed_for >= LONG_CLOSED {
            let seconds = self.closed_for / 1_000_000;
            return Some(Stalled::WindowClosed { seconds });
        }
        let open = self
            .sent
            .is_some_and(|sent| self.taken.is_none_or(|taken| is_behind(sent, taken)));
        (open && self.again >= TELLING).then_some(Stalled::Unacknowledged {
            times: self.again,
            bytes: self.largest,
        })
    }
}

/// Whether one sequence number is behind another, round the end of their numbers (RFC 9293, section 3.4).
const fn is_behind(one: u32, other: u32) -> bool {
    one.wrapping_sub(other).cast_signed() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_sent_again_and_again_without_an_answer_is_stalled() {
        let mut flow = Flow::default();
        flow.sends(u32::MAX - 10, 100);
        flow.acknowledges(89, 8192, Some(0));
        for times in 0..5 {
            assert_eq!(flow.stalled().is_some(), times >= 4, "{times}");
            flow.sends(89, 1460);
        }
        let lost = Stalled::Unacknowledged {
            times: 4,
            bytes: 1460,
        };
        assert_eq!(flow.stalled(), Some(lost));
        flow.acknowledges(1549, 8192, Some(1));
        assert_eq!(flow.stalled(), None);
    }

    #[test]
    fn a_window_that_stays_closed_is_told_with_its_time_and_one_that_opens_is_not() {
        let mut flow = Flow::default();
        flow.sends(0, 1000);
        flow.acknowledges(1000, 0, Some(0));
        flow.acknowledges(1000, 0, Some(40_000_000));
        assert_eq!(flow.stalled(), Some(Stalled::WindowClosed { seconds: 40 }));
        flow.acknowledges(1000, 100, Some(41_000_000));
        assert_eq!(flow.stalled(), None);
    }

    #[test]
    fn a_keep_alive_is_no_loss() {
        let mut flow = Flow::default();
        flow.sends(0, 1000);
        flow.acknowledges(1000, 8192, Some(0));
        for _ in 0..9 {
            flow.sends(999, 1);
        }
        assert_eq!(flow.stalled(), None);
    }
}

//! How the service keeps pace with its clients: what one connection has learned of its silence spares the others.

use super::context::Context;
use crate::evidence::{Loss, TlsFailure};
use crate::wire::tls::client::{self, Broken, Session};
use rustls::ClientConfig;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// What the connections of one run have learned about one kind of answer, such as the greeting.
#[derive(Debug, Default)]
pub struct Pace {
    answered: AtomicBool,
    late: AtomicBool,
    silent: AtomicBool,
}

impl Pace {
    /// An answer came, whatever it was, after this time.
    pub fn answered(&self, after: Duration, usual: Duration) {
        self.answered.store(true, Ordering::Relaxed);
        if after > usual {
            self.late.store(true, Ordering::Relaxed);
        }
    }

    /// Nothing came, with all patience.
    pub fn silent(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    /// Whether an answer came to anybody.
    pub fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// Whether the service answers others in the usual time, so that a silence is meant for this question.
    pub fn is_prompt(&self) -> bool {
        self.has_answered() && !self.late.load(Ordering::Relaxed)
    }

    /// Whether somebody waited with all patience and nobody was ever answered, so that there is nothing to wait for.
    pub fn is_mute(&self) -> bool {
        self.silent.load(Ordering::Relaxed) && !self.has_answered()
    }
}

impl Context {
    /// Waits for the answer to a hello: the usual limit where the service answers other hellos within it, else with the
    /// patience of a dialogue, because a loaded server or a device with a small processor computes for long. None where
    /// nothing came.
    pub async fn answer_to_hello<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let began = Instant::now();
        let mut answer = pin!(answer);
        let heard = match timeout(self.timeout, &mut answer).await {
            Ok(heard) => Some(heard),
            Err(_) if self.hellos.is_prompt() => return None,
            Err(_) => timeout(self.patience().saturating_sub(self.timeout), answer)
                .await
                .ok(),
        };
        match heard {
            Some(_) => self.hellos.answered(began.elapsed(), self.timeout),
            None => self.hellos.silent(),
        }
        heard
    }

    /// Shakes hands, and waits as [`Self::answer_to_hello`] does.
    pub async fn shake_hands<S>(
        &self,
        stream: S,
        host: &str,
        config: Arc<ClientConfig>,
    ) -> Result<Session<S>, Broken>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        // The wait around it is the one that counts, so the handshake's own limit lies behind that.
        let limit = self.patience().saturating_mul(2);
        self.answer_to_hello(client::connect(stream, host, config, limit))
            .await
            .unwrap_or_else(|| Err(TlsFailure::BrokenOff(Loss::TimedOut).into()))
    }

    /// Shakes hands for the conversation that decides. Where it waits while another connection of this run was
    /// answered, the server may serve one client at a time, so `alone` ends what holds it; gives whether that was done.
    pub async fn shake_hands_first<S>(
        &self,
        stream: S,
        host: &str,
        config: Arc<ClientConfig>,
        alone: &CancellationToken,
    ) -> (Result<Session<S>, Broken>, bool)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let began = Instant::now();
        let limit = self.patience().saturating_mul(2);
        let mut shaking = pin!(client::connect(stream, host, config, limit));
        let mut crowded = false;
        let mut shaken = timeout(self.timeout, &mut shaking).await.ok();
        if shaken.is_none() {
            crowded = self.hellos.has_answered();
            let more = if crowded {
                alone.cancel();
                self.timeout
            } else {
                self.patience().saturating_sub(self.timeout)
            };
            shaken = timeout(more, shaking).await.ok();
        }
        match shaken {
            Some(_) if crowded => {}
            Some(_) => self.hellos.answered(began.elapsed(), self.timeout),
            None => self.hellos.silent(),
        }
        let lost = || Err(TlsFailure::BrokenOff(Loss::TimedOut).into());
        (shaken.unwrap_or_else(lost), crowded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;
    use crate::probe::Request;
    use tokio::time::sleep;

    const USUAL: Duration = Duration::from_millis(300);

    /// The patience is three times the usual limit, as it is in a run.
    fn context() -> Context {
        let mut context = Context::new(
            &Request::new(Case::default()),
            Arc::default(),
            CancellationToken::new(),
        );
        context.timeout = USUAL;
        context.patience = USUAL * 3;
        context
    }

    #[tokio::test]
    async fn a_slow_answer_is_waited_for_as_long_as_a_slow_reply() {
        let context = context();
        assert!(context.answer_to_hello(sleep(USUAL * 2)).await.is_some());
        assert!(!context.hellos.is_prompt());
        let began = Instant::now();
        assert_eq!(context.answer_to_hello(sleep(USUAL * 20)).await, None);
        assert!(began.elapsed() >= context.patience());
        assert!(!context.hellos.is_mute());
    }

    #[tokio::test]
    async fn who_answers_others_promptly_is_given_the_usual_limit() {
        let context = context();
        context.hellos.answered(Duration::ZERO, USUAL);
        let began = Instant::now();
        assert_eq!(context.answer_to_hello(sleep(USUAL * 20)).await, None);
        assert!(began.elapsed() < USUAL * 2);
    }

    #[tokio::test]
    async fn only_who_was_never_heard_is_mute() {
        let context = context();
        assert!(!context.hellos.is_mute());
        assert_eq!(context.answer_to_hello(sleep(USUAL * 20)).await, None);
        assert!(context.hellos.is_mute());
        context.answer_to_hello(async {}).await;
        assert!(!context.hellos.is_mute());
    }
}

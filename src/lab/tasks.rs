//! The lab's background work: all of it ends when the world does.

use std::future::Future;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Tasks that end together.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Runs something until it ends or the world does.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tracker
            .spawn(self.stop.clone().run_until_cancelled_owned(work));
    }

    /// Asks all to end.
    pub fn cancel(&self) {
        self.stop.cancel();
    }

    /// Asks all to end and waits for it.
    pub async fn end(&self) {
        self.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

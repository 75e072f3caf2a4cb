//! The way of events out of the engine.

use super::Event;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

/// Where events go, and the call that wakes whoever listens.
#[derive(Clone)]
pub struct Outlet {
    events: SyncSender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Outlet {
    /// An outlet into a channel.
    pub fn new(events: SyncSender<Event>, wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { events, wake }
    }

    /// Tells an event. Nobody listening any more is no fault.
    pub fn tell(&self, event: Event) {
        let _ = self.events.send(event);
        (self.wake)();
    }
}

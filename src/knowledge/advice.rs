//! What stands between a copier and a listening computer, told for the computer in hand.

use super::Knowledge;
use super::schema::{ListenAdvice, ListenObstacle};
use std::net::SocketAddr;

/// One piece of advice with the listener's own values in it, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What to do.
    pub title: String,
    /// How.
    pub detail: String,
    /// A command to copy.
    pub command: Option<String>,
    /// A command that takes it back.
    pub undo: Option<String>,
}

impl Knowledge {
    /// Advice about an obstacle at an address and port of a computer with this operating system, in the
    /// words of `std::env::consts::OS`. Nothing where nothing is known of the system.
    pub fn listen_advice(&self, os: &str, about: ListenObstacle, door: SocketAddr) -> Vec<Advice> {
        let program = std::env::current_exe().unwrap_or_default();
        let program = program.display().to_string();
        let fill = |text: &String| {
            text.replace("{port}", &door.port().to_string())
                .replace("{address}", &door.ip().to_string())
                .replace("{program}", &program)
        };
        self.listen_advice
            .iter()
            .filter(|advice| advice.os == os && advice.about == about)
            .map(|advice: &ListenAdvice| Advice {
                title: fill(&advice.title),
                detail: fill(&advice.detail),
                command: advice.command.as_ref().map(fill),
                undo: advice.undo.as_ref().map(fill),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_that_is_served_has_advice_for_every_obstacle() {
        let knowledge = Knowledge::embedded();
        let door: SocketAddr = "192.0.2.7:2525".parse().unwrap();
        for os in ["windows", "macos", "linux"] {
            for about in [
                ListenObstacle::Firewall,
                ListenObstacle::PrivilegedPort,
                ListenObstacle::PortInUse,
            ] {
                let advice = knowledge.listen_advice(os, about, door);
                assert!(!advice.is_empty(), "{os} {about:?}");
                let text = format!("{advice:?}");
                assert!(!text.contains('{') || !text.contains("{port}"), "{text}");
            }
        }
        assert!(
            knowledge
                .listen_advice("plan9", ListenObstacle::Firewall, door)
                .is_empty()
        );
    }
}

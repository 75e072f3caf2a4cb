//! The login with a mechanism of the device, once in all.

use super::{Copier, End};
use crate::case::Auth;
use crate::evidence::{Basis, Fact, Stage};
use crate::gate::Gate;
use crate::probe::conversation::{Talk, note_fault, note_reply};
use crate::probe::desk::Notes;
use crate::wire::smtp::auth::{Login, Mechanism};
use tokio::sync::oneshot;

impl Copier<'_> {
    /// The login with a mechanism of the device.
    pub(super) async fn log_in(
        &self,
        talk: &mut Talk,
        notes: &mut Notes,
        logged_in: oneshot::Receiver<bool>,
    ) -> Result<String, End> {
        let token = matches!(self.target.auth, Auth::OAuth { .. });
        let offered = talk.ehlo.mechanisms();
        let ours: Vec<String> = Mechanism::wanted(token)
            .iter()
            .map(|m| m.name().to_owned())
            .collect();
        let limit = self.limits.mechanisms.as_ref().filter(|_| !token);
        let wanted = limit.map_or(&ours, |known| &known.value);
        if offered.is_empty() {
            return Err(End::Stopped(if self.limits.says_helo_only() {
                "HELO shows no extensions, so the device never sees a login".to_owned()
            } else {
                "no login is offered".to_owned()
            }));
        }
        let common: Vec<&String> = wanted.iter().filter(|name| offered.contains(name)).collect();
        notes.rest_on(limit.map_or(Basis::Observed, |known| known.basis));
        if common.is_empty() {
            let text = format!(
                "no mechanism in common: the server offers {}, the device has {}",
                offered.join(", "),
                wanted.join(", ")
            );
            let wanted = wanted.clone();
            notes.add(
                Gate::Authenticate,
                Fact::AuthMechanismMismatch { offered, wanted },
                format!("With the device's login mechanisms: {text}"),
            );
            return Err(End::Stopped(text));
        }
        let speaks = |name: &str| {
            Mechanism::wanted(token)
                .iter()
                .copied()
                .find(|m| m.name() == name)
        };
        let Some(mechanism) = common.iter().find_map(|name| speaks(name)) else {
            let name = common.first().map_or("", |name| name.as_str());
            return Err(End::Shown(format!(
                "the server offers {name} as the device needs it; this program does not speak it"
            )));
        };
        let Some(secret) = self.request.secret.as_ref().filter(|secret| !secret.is_empty()) else {
            return Err(End::Shown(format!(
                "{} would do, but no password was given, so no login was tried",
                mechanism.name()
            )));
        };
        let user = self.target.auth.user().unwrap_or_default();
        let (host, known) = (&self.target.host, &self.request.refused);
        // Where the other conversation tried none, what earlier runs of the session heard counts.
        let refused = match logged_in.await {
            Ok(accepted) => !accepted,
            Err(_) => known.has(host, user, secret),
        };
        if refused {
            return Err(End::Stopped(
                "the same login was refused without the device's limits, and a refused login is not tried twice"
                    .to_owned(),
            ));
        }
        match talk.dialogue.log_in(Login::new(mechanism, user, secret)).await {
            Ok(reply) if note_reply(notes, Stage::Auth, &reply) => {
                Ok(format!("login by {} accepted", mechanism.name()))
            }
            Ok(reply) => {
                if reply.code >= 500 {
                    known.remember(host, user, secret);
                }
                Err(End::Stopped(format!("login by {}: {reply}", mechanism.name())))
            }
            Err(fault) => Err(End::Stopped(note_fault(notes, Stage::Auth, fault))),
        }
    }
}

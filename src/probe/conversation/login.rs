//! The login: tried once, with the mechanism the server offers.

use super::{Held, ProbeId, Status, Talk, note_fault, note_reply, note_slow};
use crate::case::{Auth, Method};
use crate::evidence::{Fact, Rewriting, Stage};
use crate::gate::Gate;
use crate::probe::desk::Notes;
use crate::probe::token;
use crate::secret::Secret;
use crate::wire::reply::Reply;
use crate::wire::smtp::auth::{Login, Mechanism};
use crate::wire::smtp::hide;

impl Held<'_> {
    /// Logs in where the case sets a login; gives the dialogue where the envelope is worth trying.
    pub(super) async fn log_in(&mut self, mut talk: Talk) -> Option<Talk> {
        if !self.target.wants_login() {
            let why = "No login is set";
            self.desk.skip(&[ProbeId::Authenticate], why).await;
            return Some(talk);
        }
        if !self.desk.plans(ProbeId::Authenticate) {
            return self.without_login(talk).await;
        }
        let mut notes = self.start(ProbeId::Authenticate).await;
        let mut as_set = true;
        if !talk.ehlo.offers_auth() {
            let inside = talk.dialogue.encrypted();
            self.note_no_login(&mut notes, inside);
            if inside || !talk.ehlo.has("STARTTLS") {
                let text = "The server offers no login";
                self.finish(notes, Status::Failed, text).await;
                return self.without_login(talk).await;
            }
            // The device would stop here; this computer looks whether TLS is all that is missing.
            match self.look_inside(talk, &mut notes).await {
                Some(better) if better.ehlo.offers_auth() => talk = better,
                Some(other) => {
                    self.note_no_login(&mut notes, true);
                    let text = "The server offers no login, neither in plain text nor inside TLS";
                    self.finish(notes, Status::Failed, text).await;
                    return self.without_login(other).await;
                }
                None => {
                    let text = "The server offers no login in plain text, and TLS did not come about";
                    self.finish(notes, Status::Failed, text).await;
                    return None;
                }
            }
            as_set = false;
        }
        self.try_once(talk, notes, as_set).await
    }

    /// The attempt itself.
    async fn try_once(&mut self, mut talk: Talk, mut notes: Notes, as_set: bool) -> Option<Talk> {
        let token = matches!(self.target.auth, Auth::OAuth { .. });
        let offered = talk.ehlo.mechanisms();
        let Some(mechanism) = Mechanism::choose(&offered, token) else {
            let wanted = Mechanism::wanted(token)
                .iter()
                .map(|m| m.name().to_owned())
                .collect::<Vec<_>>();
            let text = format!(
                "No mechanism in common: offered {}, wanted {}",
                offered.join(", "),
                wanted.join(", ")
            );
            notes.add(
                Gate::Authenticate,
                Fact::AuthMechanismMismatch { offered, wanted },
                text.clone(),
            );
            self.finish(notes, Status::Failed, text).await;
            return self.without_login(talk).await;
        };
        let user = self.target.auth.user().unwrap_or_default();
        let Some(secret) = self.request.secret.as_ref().filter(|s| !s.is_empty()) else {
            let text = format!(
                "{} is offered; no password was given, so no login was tried",
                mechanism.name()
            );
            notes.note(Gate::Authenticate, text.clone());
            let status = if as_set { Status::Skipped } else { Status::Failed };
            self.finish(notes, status, text).await;
            return self.without_login(talk).await;
        };
        if self.exposed && !talk.dialogue.encrypted() {
            let text = "No login was tried: the password would go in plain text where TLS should have stood";
            notes.note(Gate::Authenticate, text);
            self.finish(notes, Status::Skipped, text).await;
            return self.without_login(talk).await;
        }
        if self.not_again(user, secret) {
            let text = "This login was refused before; it is not repeated by itself, so that the account is not locked";
            notes.note(Gate::Authenticate, text);
            self.finish(notes, Status::Skipped, text).await;
            return self.without_login(talk).await;
        }
        if token {
            self.note_token(&mut notes, user, secret);
        }
        let mut login = Login::new(mechanism, user, secret);
        let heard = talk.dialogue.log_in_by(&mut login).await;
        note_slow(&mut notes, Stage::Auth, talk.dialogue.take_longest());
        if let Some(reason) = login.reason() {
            note_reason(&mut notes, &hide(&login.masks(), reason.to_owned()));
        }
        if let Some(told) = self.login.take() {
            let _ = told.send(heard.as_ref().is_ok_and(Reply::is_positive));
        }
        match heard {
            Ok(reply) => {
                let accepted = note_reply(&mut notes, Stage::Auth, &reply);
                if reply.code >= 500 {
                    self.request.refused.remember(&self.target.host, user, secret);
                }
                let status = if accepted && as_set {
                    Status::Passed
                } else {
                    Status::Failed
                };
                let text = if as_set {
                    reply.to_string()
                } else {
                    format!("Login is offered only inside TLS; tried there: {reply}")
                };
                self.finish(notes, status, text).await;
                if accepted {
                    return Some(talk);
                }
                self.quit(talk).await;
            }
            Err(fault) => {
                let text = note_fault(&mut notes, Stage::Auth, fault);
                self.finish(notes, Status::Failed, text).await;
            }
        }
        None
    }

    /// Whether this login was refused before and nobody has asked for it anew: a part of a run that only needs
    /// the login on its way does not try it again.
    fn not_again(&self, user: &str, secret: &Secret) -> bool {
        let only = &self.request.only;
        !only.is_empty()
            && !only.contains(&ProbeId::Authenticate)
            && self.request.refused.has(&self.target.host, user, secret)
    }

    /// Writes down what an access token says of itself.
    fn note_token(&self, notes: &mut Notes, user: &str, secret: &Secret) {
        let authority = self.context.knowledge.authority_for(&self.target.host);
        for (state, detail) in token::judge(secret, user, authority, (self.context.clock)()).findings {
            let fact = Fact::AccessToken {
                state,
                detail: detail.clone(),
            };
            notes.add(Gate::Authenticate, fact, detail);
        }
    }

    /// Goes on only where the way of sending may do without a login.
    async fn without_login(&mut self, talk: Talk) -> Option<Talk> {
        if matches!(self.target.method, Method::Submission | Method::Unknown) {
            let why = "Not tried without a login";
            self.desk.skip(&[ProbeId::Envelope, ProbeId::Message], why).await;
            self.quit(talk).await;
            return None;
        }
        Some(talk)
    }

    /// Writes down that no login is offered, or that it must have been taken out.
    fn note_no_login(&self, notes: &mut Notes, encrypted: bool) {
        let place = if encrypted { "inside TLS" } else { "in plain text" };
        notes.add(
            Gate::Authenticate,
            Fact::AuthNotOffered { encrypted },
            format!("No login is offered {place}"),
        );
        let provider = self.context.knowledge.provider_of(&self.target.host);
        let always = provider.filter(|provider| {
            let here = |port| port == self.target.port;
            provider.always_auth && provider.endpoints.iter().any(|e| e.login && here(e.port))
        });
        if let Some(provider) = always.filter(|_| encrypted) {
            notes.add(
                Gate::Greet,
                Fact::Rewritten {
                    sign: Rewriting::AuthStripped,
                },
                format!("{} always offers a login inside TLS here", provider.name),
            );
        }
    }
}

/// Writes down the reason of a challenge to a token (RFC 7628, section 3.2.2), or its text where it is none.
fn note_reason(notes: &mut Notes, reason: &str) {
    let parsed: Option<serde_json::Value> = serde_json::from_str(reason).ok();
    let field = |name: &str| {
        let value = parsed.as_ref()?.get(name)?;
        value
            .as_str()
            .map(str::to_owned)
            .or_else(|| value.as_u64().map(|number| number.to_string()))
    };
    let (Some(status), scope) = (field("status"), field("scope")) else {
        notes.note(
            Gate::Authenticate,
            format!("The challenge to the token says: {reason}"),
        );
        return;
    };
    let wanted = scope
        .as_deref()
        .map(|scope| format!("; it names the permission {scope}"))
        .unwrap_or_default();
    let text = format!("The server does not take the token (status {status}){wanted}");
    notes.add(Gate::Authenticate, Fact::TokenRefused { status, scope }, text);
}

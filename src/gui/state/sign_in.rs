//! Signing in for an access token: where, as which application, and how it goes.

use super::asked::Phase;
use crate::knowledge::schema::Authority;
use crate::probe::sign_in::{NoToken, Prompt, SignIn};
use crate::probe::token::TokenReading;
use crate::session::RunId;
use std::time::{Duration, Instant};

/// All about signing in. Nothing of it is kept in a case, and no token is kept at all.
#[derive(Debug, Clone, Default)]
pub struct SigningIn {
    /// Client id of the application that is registered for the copier.
    pub client_id: String,
    /// Organisation at the authority; its usual one where empty.
    pub tenant: String,
    /// Where the code is asked for, where the authority is not known.
    pub device_endpoint: String,
    /// Where the token is asked for, where the authority is not known.
    pub token_endpoint: String,
    /// Permissions to ask for, where the authority is not known.
    pub scope: String,
    /// How far the trial is.
    pub phase: Phase,
    /// Number of the trial; what comes with another is too late.
    pub run: RunId,
    /// What a person has to do now, and since when.
    pub prompt: Option<(Prompt, Instant)>,
    /// How the last trial ended.
    pub outcome: Option<Result<TokenReading, NoToken>>,
}

impl SigningIn {
    /// What was handed over with a case, such as by the lab.
    pub fn of(given: &SignIn) -> Self {
        Self {
            client_id: given.client_id.clone(),
            device_endpoint: given.device_endpoint.clone(),
            token_endpoint: given.token_endpoint.clone(),
            scope: given.scope.clone(),
            ..Self::default()
        }
    }

    /// Whether a trial goes on.
    pub fn running(&self) -> bool {
        self.phase == Phase::Pending
    }

    /// Where to sign in, as typed; what was left empty comes from the authority. Nothing where no application was
    /// named or an address cannot be asked.
    pub fn ready(&self, authority: Option<&Authority>) -> Option<SignIn> {
        let tenant = Some(self.tenant.trim()).filter(|tenant| !tenant.is_empty());
        let mut at = authority.map_or_else(
            || SignIn {
                device_endpoint: String::new(),
                token_endpoint: String::new(),
                client_id: String::new(),
                scope: String::new(),
            },
            |known| SignIn::at(known, tenant, ""),
        );
        for (field, typed) in [
            (&mut at.client_id, &self.client_id),
            (&mut at.device_endpoint, &self.device_endpoint),
            (&mut at.token_endpoint, &self.token_endpoint),
            (&mut at.scope, &self.scope),
        ] {
            if !typed.trim().is_empty() {
                typed.trim().clone_into(field);
            }
        }
        at.check().is_ok().then_some(at)
    }

    /// Time that is left to enter the code; none where nobody is asked.
    pub fn left(&self) -> Option<Duration> {
        let (prompt, since) = self.prompt.as_ref()?;
        Some(Duration::from_secs(prompt.seconds).saturating_sub(since.elapsed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_ready_before_an_application_is_named_and_every_address_can_be_asked() {
        let mut one = SigningIn::default();
        assert_eq!(one.ready(None), None);
        one.client_id = " app ".into();
        assert_eq!(one.ready(None), None);
        one.device_endpoint = "https://login.example.test/code".into();
        one.token_endpoint = "ftp://login.example.test/token".into();
        assert_eq!(one.ready(None), None);
        one.token_endpoint = "https://login.example.test/token".into();
        assert_eq!(one.ready(None).map(|at| at.client_id), Some("app".to_owned()));
    }
}

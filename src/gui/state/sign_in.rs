//! Signing in for an access token: where, as which application, and how it goes.

use super::asked::Phase;
use crate::case::Application;
use crate::knowledge::schema::Authority;
use crate::probe::sign_in::{NoToken, Prompt, SignIn};
use crate::probe::token::TokenReading;
use crate::session::RunId;
use std::time::{Duration, Instant};

/// How a sign-in goes. As which application stands in the case; no token is kept at all.
#[derive(Debug, Clone, Default)]
pub struct SigningIn {
    /// How far the trial is.
    pub phase: Phase,
    /// Number of the trial; what comes with another is too late.
    pub run: RunId,
    /// What a person has to do now, and since when.
    pub prompt: Option<(Prompt, Instant)>,
    /// How the last trial ended.
    pub outcome: Option<Result<TokenReading, NoToken>>,
}

/// The application of a sign-in that was handed over with a case, such as by the lab.
pub fn application(given: &SignIn) -> Application {
    Application {
        client_id: given.client_id.clone(),
        tenant: String::new(),
        device_endpoint: given.device_endpoint.clone(),
        token_endpoint: given.token_endpoint.clone(),
        scope: given.scope.clone(),
    }
}

/// Where to sign in, as typed; what was left empty comes from the authority. Nothing where no application was
/// named or an address cannot be asked.
pub fn ready(application: &Application, authority: Option<&Authority>) -> Option<SignIn> {
    let at = SignIn::of(application, authority);
    at.check().is_ok().then_some(at)
}

impl SigningIn {
    /// Whether a trial goes on.
    pub fn running(&self) -> bool {
        self.phase == Phase::Pending
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
        let mut one = Application::default();
        assert_eq!(ready(&one, None), None);
        one.client_id = " app ".into();
        assert_eq!(ready(&one, None), None);
        one.device_endpoint = "https://login.example.test/code".into();
        one.token_endpoint = "ftp://login.example.test/token".into();
        assert_eq!(ready(&one, None), None);
        one.token_endpoint = "https://login.example.test/token".into();
        assert_eq!(ready(&one, None).map(|at| at.client_id), Some("app".to_owned()));
    }
}

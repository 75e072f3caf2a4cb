//! Where the password comes from: the environment, standard input or a prompt; never an argument.

use super::Failure;
use crate::case::Case;
use crate::secret::Secret;
use std::io::{BufRead, IsTerminal};

/// The variable that may hold it.
const VARIABLE: &str = "SCANMEDIC_PASSWORD";

/// The password for the case's login, where there is a login and somebody who can give it.
pub fn obtain(case: &Case, from_stdin: bool, offline: bool) -> Result<Option<Secret>, Failure> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        let secret = Secret::new(line.trim_end_matches(['\r', '\n']));
        return Ok(Some(secret).filter(|secret| !secret.is_empty()));
    }
    let Some(user) = case.mail.auth.user() else {
        return Ok(None);
    };
    if let Ok(password) = std::env::var(VARIABLE)
        && !password.is_empty()
    {
        return Ok(Some(Secret::new(password)));
    }
    if offline || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(None);
    }
    let typed = rpassword::prompt_password(format!("Password for {user} (empty: do not log in): "))?;
    Ok(Some(Secret::new(typed)).filter(|secret| !secret.is_empty()))
}

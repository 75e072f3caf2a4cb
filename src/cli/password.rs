//! Where the password comes from: the environment, standard input or a prompt; never an argument.

use super::Failure;
use super::args::DeviceArgs;
use crate::case::Case;
use crate::probe::DevicePorts;
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

/// Where and how the device is asked: the SNMP v3 passwords come from the environment, standard input or a prompt.
/// An empty one means that there is none; without one for signing there is none for encryption either.
pub fn device_ports(args: &DeviceArgs) -> Result<DevicePorts, Failure> {
    let Some(user) = &args.snmp_user else {
        return Ok(args.ports(None, None));
    };
    let auth = snmp_password(
        args,
        SNMP_AUTH_VARIABLE,
        &format!("SNMP v3 password of {user} for signing"),
    )?;
    let privacy = match &auth {
        Some(_) => snmp_password(
            args,
            SNMP_PRIV_VARIABLE,
            &format!("SNMP v3 password of {user} for encryption"),
        )?,
        None => None,
    };
    Ok(args.ports(auth, privacy))
}

/// The variables that may hold the passwords of an SNMP v3 user.
const SNMP_AUTH_VARIABLE: &str = "SCANMEDIC_SNMP_AUTH_PASSWORD";
const SNMP_PRIV_VARIABLE: &str = "SCANMEDIC_SNMP_PRIV_PASSWORD";

fn snmp_password(args: &DeviceArgs, variable: &str, what: &str) -> Result<Option<Secret>, Failure> {
    let text = if args.snmp_passwords_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else if let Ok(password) = std::env::var(variable) {
        password
    } else if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        rpassword::prompt_password(format!("{what} (empty: none): "))?
    } else {
        String::new()
    };
    Ok(Some(Secret::new(text)).filter(|secret| !secret.is_empty()))
}

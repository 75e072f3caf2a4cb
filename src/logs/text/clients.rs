//! Of which client a line of a mail server's log speaks: Postfix, sendmail, Exim, Dovecot, OpenSMTPD, Stalwart, Kerio.
//!
//! A line names its client by address, or belongs to a process or a message (queue id) of which an earlier line
//! named it. Where a delivery to another server is told, the address in the line is that server's.

use crate::evidence::Client;
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::net::IpAddr;

/// Most processes and messages remembered at one time.
const REMEMBERED: usize = 4096;
/// Exim's words before a client.
const EXIM: [&str; 6] = [
    " H=",
    "SMTP call from",
    "SMTP connection from",
    "authenticator failed for",
    "TLS error on connection from",
    "connection from H=",
];
/// Exim's signs of a delivery.
const DELIVERIES: [&str; 4] = [" => ", " -> ", " ** ", " == "];
/// Postfix's programs that deliver.
const DELIVERERS: [&str; 8] = [
    "/smtp[",
    "/lmtp[",
    "/local[",
    "/virtual[",
    "/pipe[",
    "/error[",
    "/retry[",
    "/bounce[",
];
/// What stands before a user name or an envelope sender.
const IDENTITIES: [&str; 8] = [
    "sasl_username=",
    "set_id=",
    " from=<",
    ", from=<",
    " F=<",
    " <= ",
    " user=",
    "authid=",
];

/// What stands before the client's address in logs of other servers.
const NAMED: [&str; 11] = [
    "remoteIp = ",
    "remote.ip=",
    "remote_ip=",
    "remote-ip=",
    "client_ip=",
    "client-ip=",
    "clientIp=",
    " smtp connected address=",
    " from IP address ",
    "SMTP login from ",
    ", ip: ",
];

/// What earlier lines told.
#[derive(Debug, Default)]
pub struct Clients {
    known: HashMap<u64, Client>,
    order: VecDeque<u64>,
}

impl Clients {
    /// The client of whom a line speaks.
    pub fn of(&mut self, text: &str) -> Option<Client> {
        let (program, message) = program_of(text);
        // One process of OpenSMTPD serves all clients and numbers their sessions.
        let session = session_id(message);
        let keys = [
            session.or_else(|| receives(program).then_some(program)).map(hash),
            queue_id(message).map(hash),
        ];
        let told = address(text, program, message);
        let named = told.is_some();
        let mut client = match told {
            Some((name, address)) => Client {
                name,
                ..Client::at(address)
            },
            None => keys
                .iter()
                .rev()
                .flatten()
                .find_map(|key| self.known.get(key))?
                .clone(),
        };
        let who = identity(message);
        let is_new = named || who.is_some();
        client.identity = who.or_else(|| {
            let before = keys.iter().flatten().filter_map(|key| self.known.get(key));
            before
                .filter(|before| before.address == client.address && !message.starts_with("connect from"))
                .find_map(|before| before.identity.clone())
        });
        if is_new {
            for key in keys.into_iter().flatten() {
                self.remember(key, client.clone());
            }
        }
        Some(client)
    }

    fn remember(&mut self, key: u64, client: Client) {
        if self.known.insert(key, client).is_none() {
            self.order.push_back(key);
            if self.order.len() > REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
    }
}

/// Whether a line tells of the server's own delivery of a message that it has taken.
pub fn is_onward(text: &str) -> bool {
    let (program, message) = program_of(text);
    DELIVERERS.iter().any(|name| program.contains(name))
        || (message.contains("to=<") && message.contains(", stat="))
        || (program.is_empty()
            && (DELIVERIES.iter().any(|arrow| text.contains(arrow)) && text.contains(" R=")
                || text.contains("from remote mail server")))
}

/// Program with process number, such as `postfix/smtpd[2001]`, and what it says; the whole line where there is none.
fn program_of(text: &str) -> (&str, &str) {
    let Some((head, message)) = text.split_once("]: ") else {
        return ("", text);
    };
    let program = head.rsplit(' ').next().unwrap_or(head);
    let number = program.rsplit_once('[').map_or("", |(_, number)| number);
    if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        (program, message)
    } else {
        ("", text)
    }
}

/// Whether a program takes mail in.
fn receives(program: &str) -> bool {
    [
        "smtpd[",
        "postscreen[",
        "sm-mta[",
        "sendmail[",
        "submission-login[",
    ]
    .iter()
    .any(|word| program.contains(word))
}

/// Name and address of the client that a line itself names.
fn address(text: &str, program: &str, message: &str) -> Option<(Option<String>, IpAddr)> {
    if receives(program) {
        // Sendmail tells a delivery by the same program.
        return if message.contains("to=<") && message.contains("stat=") {
            None
        } else {
            bracketed(message)
                .or_else(|| remote(message))
                .or_else(|| named(message))
        };
    }
    let of_exim =
        EXIM.iter().any(|words| text.contains(words)) && !DELIVERIES.iter().any(|arrow| text.contains(arrow));
    of_exim
        .then(|| bracketed(text))
        .flatten()
        .or_else(|| remote(text))
        .or_else(|| named(text))
}

/// The address behind words that name it as the client's.
fn named(text: &str) -> Option<(Option<String>, IpAddr)> {
    NAMED.iter().find_map(|words| {
        let (_, behind) = text.split_once(words)?;
        let behind = behind.trim_start_matches(['"', '\'', '[']);
        let end = behind
            .find(|c: char| !c.is_ascii_hexdigit() && c != '.' && c != ':')
            .unwrap_or(behind.len());
        let address = behind.get(..end)?.trim_end_matches(['.', ':']);
        Some((None, address.parse().ok()?))
    })
}

/// The session of OpenSMTPD that a line is about: sixteen hexadecimal digits before what happens in it.
fn session_id(message: &str) -> Option<&str> {
    let (id, rest) = message.split_once(' ')?;
    let is_id = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && (rest.starts_with("smtp ") || rest.starts_with("mta "))).then_some(id)
}

/// The first address in square brackets, with the name before it; not the server's own (`I=[…]`).
fn bracketed(text: &str) -> Option<(Option<String>, IpAddr)> {
    let mut rest = text;
    loop {
        let (before, behind) = rest.split_once('[')?;
        let (inside, after) = behind.split_once(']')?;
        let inside = inside.strip_prefix("IPv6:").unwrap_or(inside);
        if let Ok(address) = inside.parse()
            && !before.ends_with("I=")
        {
            let name = before
                .trim_end()
                .rsplit([' ', '=', ','])
                .next()
                .map(|name| name.trim_matches(['(', ')']))
                .filter(|name| name.contains('.') && *name != "unknown")
                .map(str::to_ascii_lowercase);
            return Some((name, address));
        }
        rest = after;
    }
}

/// Dovecot's remote address.
fn remote(text: &str) -> Option<(Option<String>, IpAddr)> {
    let (_, behind) = text.split_once("rip=")?;
    let end = behind.find([',', ' ']).unwrap_or(behind.len());
    Some((None, behind.get(..end)?.parse().ok()?))
}

/// The number of the message that a line is about.
fn queue_id(message: &str) -> Option<&str> {
    let postfix = message.split_once(':').map(|(id, _)| id).filter(|id| {
        (6..=20).contains(&id.len())
            && *id != "NOQUEUE"
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && id.bytes().any(|byte| byte.is_ascii_digit())
    });
    postfix.or_else(|| {
        message.split(' ').take(4).find(|word| {
            word.len() >= 16
                && word.split('-').count() == 3
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    })
}

/// User name or envelope sender, in lower case.
fn identity(message: &str) -> Option<String> {
    IDENTITIES.iter().find_map(|words| {
        let (_, behind) = message.split_once(words)?;
        let end = behind.find([',', ' ', '>', ')', ';']).unwrap_or(behind.len());
        let who = behind.get(..end)?.trim_matches(['<', '>', '"']);
        (!who.is_empty() && who.len() <= 320).then(|| who.to_ascii_lowercase())
    })
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Address and identity that each line is told of.
    fn told(lines: &[&str]) -> Vec<String> {
        let mut clients = Clients::default();
        let one = |line: &&str| match clients.of(line) {
            Some(client) => format!(
                "{} {}",
                client
                    .address
                    .map_or("-".to_owned(), |address| address.to_string()),
                client.identity.as_deref().unwrap_or("-")
            ),
            None => "nobody".to_owned(),
        };
        lines.iter().map(one).collect()
    }

    #[test]
    fn lines_of_postfix_belong_to_the_client_of_their_process_and_of_their_message() {
        assert_eq!(
            told(&[
                "Nov 26 09:11:01 mail postfix/smtpd[2]: connect from mfp.example.test[192.0.2.77]",
                "Nov 26 09:11:01 mail postfix/smtpd[3]: connect from unknown[198.51.100.5]",
                "Nov 26 09:11:01 mail postfix/smtpd[2]: warning: TLS library problem: error:0A000102:SSL routines::unsupported protocol:statem.c:1657:",
                "Nov 26 09:11:02 mail postfix/smtpd[3]: 4XyZ12AbCdz1c: client=unknown[198.51.100.5], sasl_method=LOGIN, sasl_username=Clerk",
                "Nov 26 09:11:03 mail postfix/qmgr[9]: 4XyZ12AbCdz1c: from=<clerk@example.test>, size=1, nrcpt=1 (queue active)",
                "Nov 26 09:11:04 mail postfix/smtp[8]: 4XyZ12AbCdz1c: to=<a@example.test>, relay=mx.example.test[203.0.113.9]:25, dsn=5.2.2, status=bounced (host mx[203.0.113.9] said: 552 full)",
                "Nov 26 09:11:05 mail postfix/smtp[8]: connect to mx.example.test[203.0.113.9]:25: Connection timed out",
            ]),
            [
                "192.0.2.77 -",
                "198.51.100.5 -",
                "192.0.2.77 -",
                "198.51.100.5 clerk",
                "198.51.100.5 clerk@example.test",
                "198.51.100.5 clerk@example.test",
                "nobody",
            ]
        );
    }

    #[test]
    fn exim_and_sendmail_name_the_client_and_not_the_next_server() {
        assert_eq!(
            told(&[
                "2026-11-20 08:15:05 H=(mfp-2f) [192.0.2.77]:3755 I=[192.0.2.11]:25 F=<scan@example.test> rejected RCPT <a@example.test>: relay not permitted",
                "2026-11-20 08:15:06 1abcDE-000abc-00 <= Scan@example.test H=(mfp) [192.0.2.78] P=esmtpsa",
                "2026-11-20 08:15:07 1abcDE-000abc-00 ** a@example.test H=mx.example.test [203.0.113.9]: 550 no",
                "Nov 20 08:15:01 relay sm-mta[7]: ruleset=check_rcpt, arg1=<a@example.test>, relay=mfp.example.test [192.0.2.77], reject=550 5.7.1 Relaying denied",
                "Nov 20 08:15:02 relay sm-mta[8]: 4AK8F9mk016664: to=<a@example.test>, relay=mx.example.test. [203.0.113.9], dsn=5.1.1, stat=User unknown",
            ]),
            [
                "192.0.2.77 scan@example.test",
                "192.0.2.78 scan@example.test",
                "192.0.2.78 scan@example.test",
                "192.0.2.77 -",
                "nobody",
            ]
        );
    }

    #[test]
    fn other_servers_name_their_client_by_session_or_in_words() {
        assert_eq!(
            told(&[
                "Nov 20 08:15:01 mail smtpd[123]: 8a1b2c3d4e5f6071 smtp connected address=192.0.2.77 host=mfp.example.test",
                "Nov 20 08:15:01 mail smtpd[123]: 8a1b2c3d4e5f6072 smtp connected address=192.0.2.78 host=pc.example.test",
                "Nov 20 08:15:02 mail smtpd[123]: 8a1b2c3d4e5f6071 smtp failed-command command=\"RCPT TO:<a@example.test>\" result=\"550 Invalid recipient\"",
                "2026-11-20T08:15:01Z INFO Authentication failed (auth.failed) localPort = 587, remoteIp = 192.0.2.79, remotePort = 50388",
                "[20/Nov/2026 08:15:02] SMTP: User a doesn't exist. Attempt from IP address 192.0.2.80.",
                "[20/Nov/2026 08:15:03] Failed SMTP login from 192.0.2.81 with SASL method LOGIN.",
            ]),
            [
                "192.0.2.77 -",
                "192.0.2.78 -",
                "192.0.2.77 -",
                "192.0.2.79 -",
                "192.0.2.80 -",
                "192.0.2.81 -"
            ]
        );
    }

    #[test]
    fn a_copiers_own_log_speaks_of_no_client() {
        assert_eq!(
            told(&["smtpc: connect to [203.0.113.9] failed: timeout", "550 5.7.1 no"]),
            ["nobody", "nobody"]
        );
    }
}

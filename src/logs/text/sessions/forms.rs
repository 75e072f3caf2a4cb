//! The forms of such logs, one function each: hMailServer, MDaemon, Haraka, SmarterMail, MailEnable, Postal, MailHog,
//! aiosmtpd, Axigen, recordio.

use super::{Entry, What};
use std::net::IpAddr;

/// What a line tells, where it has one of the forms.
pub(super) fn entry(text: &str) -> Option<Entry<'_>> {
    let text = text.trim_end();
    hmailserver(text)
        .or_else(|| mdaemon(text))
        .or_else(|| haraka(text))
        .or_else(|| smartermail(text))
        .or_else(|| mailenable(text))
        .or_else(|| postal(text))
        .or_else(|| mailhog(text))
        .or_else(|| aiosmtpd(text))
        .or_else(|| axigen(text))
        .or_else(|| recordio(text))
}

/// `"SMTPD" 4312 81 "2026-11-20 08:15:01.112" "192.0.2.77" "SENT: 220 …"`, between tabs.
fn hmailserver(text: &str) -> Option<Entry<'_>> {
    let mut fields = text.split('\t').map(|field| field.trim().trim_matches('"'));
    let outgoing = match fields.next()? {
        "SMTPD" => false,
        "SMTPC" => true,
        _ => return None,
    };
    let (_, session, _, address, said) = (
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
        fields.next()?,
    );
    let what = match (said.split_once(": ")?, outgoing) {
        (("SENT", said), false) | (("RECEIVED", said), true) => What::Server(said),
        (("SENT", said), true) | (("RECEIVED", said), false) => What::Client(said),
        _ => What::Other,
    };
    Some(Entry {
        session,
        client: address.parse().ok().filter(|_| !outgoing),
        what,
    })
}

/// `Fri 2026-11-20 08:15:01.004: [6144:1] --> 220 …`: what MDaemon sends and receives.
fn mdaemon(text: &str) -> Option<Entry<'_>> {
    let (_, rest) = text.split_once(" [").or_else(|| text.split_once('['))?;
    let (session, said) = rest.split_once("] ")?;
    let (number, part) = session.split_once(':')?;
    let digits = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(number) || !digits(part) {
        return None;
    }
    let mut client = None;
    let what = if let Some(said) = said.strip_prefix("--> ") {
        What::Sent(said)
    } else if let Some(said) = said.strip_prefix("<-- ") {
        What::Received(said)
    } else if said.starts_with("Accepting SMTP connection from") {
        client = said.split_whitespace().nth(4).and_then(address);
        What::Begins { outgoing: false }
    } else if said.starts_with("Attempting SMTP connection to") {
        What::Begins { outgoing: true }
    } else if said.starts_with("SMTP session ") {
        What::Ends
    } else {
        What::Other
    };
    Some(Entry {
        session,
        client,
        what,
    })
}

/// `2026-11-20T08:15:01.445Z [PROTOCOL] [UUID.1] [core] S: 220 …`.
fn haraka(text: &str) -> Option<Entry<'_>> {
    let (_, rest) = text.split_once("] [")?;
    let (id, rest) = rest.split_once("] [")?;
    let (part, said) = rest.split_once("] ")?;
    // A message of a session has a number behind the session's own.
    let session = id.get(..36).filter(|id| id.split('-').count() == 5)?;
    let mut client = None;
    let what = if let Some(said) = said.strip_prefix("S: ") {
        What::Server(said)
    } else if let Some(said) = said.strip_prefix("C: ") {
        What::Client(said.split(" state=").next().unwrap_or(said))
    } else if let Some(rest) = said.strip_prefix("connect ip=") {
        client = rest.split(' ').next().and_then(address);
        What::Begins { outgoing: false }
    } else if said.starts_with("disconnect ") && part == "core" {
        What::Ends
    } else {
        What::Other
    };
    // What Haraka sends on is a dialogue of its own.
    let session = if part == "outbound" { id } else { session };
    Some(Entry {
        session,
        client,
        what,
    })
}

/// `[2026.11.20] 08:15:01.111 [192.0.2.77][57341208] rsp: 250 …`; also without the date.
fn smartermail(text: &str) -> Option<Entry<'_>> {
    const MARKS: [&str; 4] = ["] rsp: ", "] cmd: ", "] connected at", "] disconnected at"];
    let at = MARKS.iter().find_map(|mark| text.find(mark))?;
    let (head, said) = text.split_at_checked(at)?;
    let (before, session) = head.rsplit_once("][")?;
    let client = before.rsplit_once('[').and_then(|(_, inside)| address(inside))?;
    let what = if let Some(said) = said.strip_prefix("] rsp: ") {
        What::Server(said)
    } else if let Some(said) = said.strip_prefix("] cmd: ") {
        What::Client(said)
    } else if said.starts_with("] disconnected") {
        What::Ends
    } else {
        What::Begins { outgoing: false }
    };
    Some(Entry {
        session,
        client: Some(client),
        what,
    })
}

/// `11/20/26 08:15:01 SMTP-IN … 1234 192.0.2.77 RCPT RCPT TO:<…> 550 …`, between tabs.
fn mailenable(text: &str) -> Option<Entry<'_>> {
    let mut fields = text.split('\t').skip_while(|field| *field != "SMTP-IN").skip(2);
    let (session, client) = (fields.next()?, address(fields.next()?)?);
    let (_, command, reply) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Entry {
        session,
        client: Some(client),
        what: What::Both(command.trim(), reply.trim()),
    })
}

/// `… DEBUG -- : [XYK4AU] => 250 …` of Postal: `=>` is the server.
fn postal(text: &str) -> Option<Entry<'_>> {
    let (_, rest) = text.split_once(" -- : [")?;
    let (session, said) = rest.split_once(']')?;
    let said = said.trim_start();
    let mut client = None;
    let what = if let Some(said) = said.strip_prefix("=> ") {
        What::Server(said)
    } else if let Some(said) = said.strip_prefix("<= ") {
        What::Client(said)
    } else if let Some(from) = said.strip_prefix("Connection opened from ") {
        client = address(from);
        What::Begins { outgoing: false }
    } else if said.starts_with("Connection closed") {
        What::Ends
    } else {
        What::Other
    };
    Some(Entry {
        session,
        client,
        what,
    })
}

/// `[SMTP 192.0.2.77:51010] Sent 35 bytes: '220 …\r\n'` of MailHog.
fn mailhog(text: &str) -> Option<Entry<'_>> {
    let (_, rest) = text.split_once("[SMTP ")?;
    let (session, said) = rest.split_once("] ")?;
    let client = address(session)?;
    let words = || Some(said.split_once(" bytes: '")?.1.trim_end_matches('\''));
    let what = match said.split(' ').next()? {
        "Sent" => What::Server(words()?),
        "Received" => What::Client(words()?),
        "Starting" => What::Begins { outgoing: false },
        "Connection" => What::Ends,
        _ => What::Other,
    };
    Some(Entry {
        session,
        client: Some(client),
        what,
    })
}

/// `DEBUG:mail.log:('192.0.2.77', 38012) << b'220 …'` of aiosmtpd: `<<` is the server.
fn aiosmtpd(text: &str) -> Option<Entry<'_>> {
    let (_, rest) = text.split_once("('")?;
    let (session, said) = rest.split_once(')')?;
    let (client, port) = session.split_once("', ")?;
    port.split(',').next()?.parse::<u16>().ok()?;
    let quoted = |said: &'_ str| said.len() > 1 && said.ends_with(['\'', '"']);
    let said = said.trim_start();
    let what = match said.split_once(" b") {
        Some(("<<", said)) if quoted(said) => What::Server(said.get(1..said.len() - 1)?),
        Some((">>", said)) if quoted(said) => What::Client(said.get(1..said.len() - 1)?),
        _ if said.starts_with("handling connection") => What::Begins { outgoing: false },
        _ if said.starts_with("connection lost") => What::Ends,
        _ => What::Other,
    };
    Some(Entry {
        session,
        client: Some(address(client)?),
        what,
    })
}

/// `… SMTP-IN:0000001A: >> 220 …` of Axigen: `>>` is the server.
fn axigen(text: &str) -> Option<Entry<'_>> {
    let (_, rest) = text.split_once(" SMTP-IN:")?;
    let (session, said) = rest.split_once(": ")?;
    let mut client = None;
    let what = if let Some(said) = said.strip_prefix(">> ") {
        What::Server(said)
    } else if let Some(said) = said.strip_prefix("<< ") {
        What::Client(said)
    } else if let Some((_, from)) = said.split_once("connection accepted from ") {
        client = from.split(' ').next().and_then(address);
        What::Begins { outgoing: false }
    } else if said.starts_with("closing session") {
        What::Ends
    } else {
        What::Other
    };
    Some(Entry {
        session,
        client,
        what,
    })
}

/// `@40000000655f… 12345 > 220 …` of recordio, which qmail's servers run under: `>` is the server.
fn recordio(text: &str) -> Option<Entry<'_>> {
    let (stamp, rest) = text.split_once(' ')?;
    let (session, rest) = rest.split_once(' ')?;
    let (direction, said) = rest.split_once(' ')?;
    let process = !session.is_empty() && session.bytes().all(|byte| byte.is_ascii_digit());
    // A plus at the end says that the line goes on.
    let said = said.trim_end_matches('+').trim_end();
    let what = match direction {
        "<" => What::Client(said),
        ">" => What::Server(said),
        _ => return None,
    };
    (process && stamp.starts_with("@40000000")).then_some(Entry {
        session,
        client: None,
        what,
    })
}

/// An address, with or without brackets and port; one of IPv4 in the clothes of IPv6 as what it is.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches(['[', ']']);
    let address: Option<IpAddr> = text.parse().ok().or_else(|| {
        let (address, port) = text.rsplit_once(':')?;
        port.parse::<u16>().ok()?;
        address.trim_matches(['[', ']']).parse().ok()
    });
    Some(address?.to_canonical())
}

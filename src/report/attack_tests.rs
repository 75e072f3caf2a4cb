//! Names are planted wherever a case, its evidence and its notes hold text, plain and in disguise; none may be
//! left in any format of a report that is passed on.

use super::*;
use crate::case::{Auth, Note, Outcome, Results, SideBySide, Verification};
use crate::report::samples;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whom and what a report must not name.
#[derive(Debug, Clone)]
struct Planted {
    local: String,
    other: String,
    firm: String,
    ending: &'static str,
    machine: String,
    site: Ipv4Addr,
    inside: Ipv4Addr,
    six: Ipv6Addr,
    serial: String,
    password: String,
}

fn planted() -> impl Strategy<Value = Planted> {
    (
        ("q[a-z]{4,8}z", "w[a-z]{4,8}x", "k[a-z]{5,9}q", "mfp-[a-z]{3,6}x"),
        prop::sample::select(vec!["com", "de", "co.uk", "museum"]),
        (11_u8..120, any::<u8>(), any::<u8>(), 1_u8..255),
        (any::<u8>(), 1_u8..255),
        any::<u64>(),
        "[A-Z]{2}[0-9]{7}",
        "[a-z]{4}[0-9]{4}[A-Z]{4}",
    )
        .prop_map(|(names, ending, site, inside, six, serial, password)| Planted {
            local: names.0,
            other: names.1,
            firm: names.2,
            machine: names.3,
            ending,
            site: Ipv4Addr::new(site.0, site.1, site.2, site.3),
            inside: Ipv4Addr::new(10, 77, inside.0, inside.1),
            six: Ipv6Addr::from((0x2001_0db8_u128 << 96) | u128::from(six) | 1 << 40),
            serial,
            password,
        })
}

impl Planted {
    fn domain(&self) -> String {
        format!("{}.{}", self.firm, self.ending)
    }

    fn user(&self) -> String {
        format!("{}@{}", self.local, self.domain())
    }

    /// Every sentence in which the names hide.
    fn sentences(&self) -> Vec<String> {
        let (user, domain) = (self.user(), self.domain());
        let other = format!("{}@{domain}", self.other);
        let coded = STANDARD.encode(&user);
        let plain = STANDARD.encode(format!("\0{user}\0{}", self.password));
        let token = STANDARD.encode(format!("user={user}\u{1}auth=Bearer {}\u{1}\u{1}", self.password));
        let [a, b, c, d] = self.site.octets();
        let nibbles: Vec<String> = format!("{:032x}", u128::from(self.six))
            .chars()
            .rev()
            .map(String::from)
            .collect();
        let hex = other.bytes().fold(String::new(), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        });
        vec![
            format!("MAIL FROM:<{user}> SIZE=1000"),
            format!(
                "550 5.7.60 {other} is not allowed to send as {}",
                user.to_uppercase()
            ),
            format!("mailbox {} of tenant {}.onmicrosoft.com", self.local, self.firm),
            format!(
                "https://portal.example.test/x?login={}%40{domain}&y=1",
                self.other
            ),
            format!(
                "334 VXNlcm5hbWU6\n{coded}\n334 UGFzc3dvcmQ6\n{}\n235 ok",
                STANDARD.encode(&self.password)
            ),
            format!("AUTH PLAIN {plain}"),
            format!("AUTH XOAUTH2 {token}"),
            format!("the login {} was taken", coded.trim_end_matches('=')),
            format!("blob {hex} end"),
            format!("password: {}", self.password),
            format!("EHLO {}", self.machine),
            format!("EHLO {}.{domain}", self.machine),
            format!(
                "{}-{}.mail.protection.outlook.com answers",
                self.firm,
                self.ending.replace('.', "-")
            ),
            format!(
                "client host [{}] blocked, also {d}.{c}.{b}.{a}.zen.spamhaus.org",
                self.site
            ),
            format!("PTR of {d}.{c}.{b}.{a}.in-addr.arpa is {a}-{b}-{c}-{d}.dsl.{domain}"),
            format!(
                "from [{}] and [IPv6:{}]:25 by {}",
                self.inside,
                self.six,
                self.six.to_string().to_uppercase()
            ),
            format!("{}.ip6.arpa", nibbles.join(".")),
            format!("Serial number: {}; again {}", self.serial, self.serial),
            format!("From: \"Doris {}\" <{user}>", self.other),
            format!("Message-ID: <{}.1@{}.{domain}>", self.local, self.machine),
            format!(
                "[AM0PR01CA0042.eurprd01.prod.exchangelabs.com 2026-11-22T08:00:01.072Z {:016X}]",
                u128::from(self.six) & 0xffff_ffff
            ),
        ]
    }

    /// What must not be left, lower case.
    fn secrets(&self) -> Vec<String> {
        let [a, b, c, d] = self.site.octets();
        let user = self.user();
        let mut all = vec![
            self.local.clone(),
            self.other.clone(),
            self.firm.clone(),
            self.machine.clone(),
            self.serial.clone(),
            self.password.clone(),
            self.site.to_string(),
            self.inside.to_string(),
            self.six.to_string(),
            format!("{d}.{c}.{b}.{a}"),
            format!("{a}-{b}-{c}-{d}"),
            STANDARD.encode(&self.password),
        ];
        // Base64 of a name is another text at each of three places in a login.
        for before in ["", "\0", "user="] {
            let coded = STANDARD.encode(format!("{before}{user}"));
            all.push(
                coded
                    .chars()
                    .skip(4)
                    .take(coded.len().saturating_sub(10))
                    .collect(),
            );
        }
        all.iter().map(|word| word.to_lowercase()).collect()
    }
}

/// A case with everything planted in everything, and its record.
fn plant(names: &Planted, knowledge: &Knowledge) -> (Case, Record) {
    let (mut case, mut record) = samples::xerox(knowledge);
    let lines = names.sentences();
    let all = lines.join(" | ");
    case.title = format!("Copier {} of {}", names.machine, names.domain());
    case.device.address = Some(names.inside.to_string());
    case.device.dns_servers = vec![IpAddr::V4(names.inside)];
    case.site.public_address = Some(IpAddr::V4(names.site));
    case.mail.server = format!("mail.{}", names.domain());
    case.mail.from = names.user();
    case.mail.to = vec![format!("{}@{}", names.other, names.domain())];
    case.mail.auth = Auth::Password { user: names.user() };
    case.symptom = Some(all.clone());
    case.work.notes.push(Note {
        at: String::new(),
        text: all.clone(),
    });
    case.work.implemented = Some("2026-11-27T10:00:00Z".into());
    for (number, line) in lines.iter().enumerate() {
        let mut row = record.evidence[0].clone();
        row.id = format!("p{number}");
        row.summary.clone_from(line);
        row.source = format!("/home/{}/{}.txt line 4", names.local, names.firm);
        record.evidence.push(row);
    }
    record.verdict.headline.clone_from(&all);
    for link in &mut record.chain {
        link.headline.clone_from(&all);
    }
    if let Some(step) = record.remedy.as_mut().and_then(|remedy| remedy.steps.first_mut()) {
        step.detail.clone_from(&all);
        step.command = Some(format!("Set-CASMailbox -Identity {}", names.user()));
        step.undo = Some(format!("Get-CASMailbox -Identity {}", names.local));
    }
    record.probes.push(crate::session::ProbeReport {
        id: crate::probe::ProbeId::Greet,
        status: crate::probe::Status::Passed,
        elapsed_ms: 1,
        summary: all.clone(),
        transcript: lines
            .iter()
            .flat_map(|line| line.lines())
            .map(str::to_owned)
            .collect(),
    });
    record.more.insert(
        "contradictions".into(),
        serde_json::json!([{ "about": all, "one": ["e1"], "other": ["e2"], "advice": all }]),
    );
    case.keep(Results {
        cause: record.verdict.cause.clone(),
        headline: all.clone(),
        ..Results::default()
    });
    case.verification = Some(Verification {
        outcome: Outcome::Failed,
        cause: record.verdict.cause.clone(),
        headline: all.clone(),
        test: all.clone(),
        missing: Some(all.clone()),
        rows: vec![SideBySide {
            what: "x".into(),
            before: all.clone(),
            after: "y".into(),
        }],
        changes: vec![SideBySide {
            what: "x".into(),
            before: "y".into(),
            after: all,
        }],
        ..Verification::default()
    });
    (case, record)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_was_planted_is_left_in_any_format(names in planted()) {
        let knowledge = Knowledge::embedded();
        let (case, record) = plant(&names, &knowledge);
        let order = Order::new(&case, &record, &knowledge);
        let mut texts: Vec<(&str, String)> = [(Format::Markdown, "md"), (Format::Html, "html"), (Format::Json, "json")]
            .into_iter()
            .map(|(format, name)| (name, String::from_utf8(order.render(format).unwrap()).unwrap()))
            .collect();
        let document = order.redacted(&order.redactor());
        texts.push(("pdf", pdf::plain_text(&document)));
        for (format, text) in &texts {
            let text = text.to_lowercase().replace('\\', "");
            for secret in names.secrets() {
                let place = text.find(&secret).map(|at| {
                    let from = text.floor_char_boundary(at.saturating_sub(60));
                    let to = text.ceil_char_boundary((at + 60).min(text.len()));
                    &text[from..to]
                });
                prop_assert!(place.is_none(), "{format}: {secret} in {place:?}");
            }
        }
    }
}

//! The copier itself: what it is, whether it is there, what its clock says.
//!
//! SNMP, IPP and the web page are asked at once. Nothing is sent to port 9100, and nothing to port
//! 631 but Get-Printer-Attributes, because stray bytes there come out as paper.

mod book;
mod clock;
mod collect;
mod decide;
pub(super) mod http;
mod ipp;
mod old_page;
mod reach;
mod snmp;
mod state;
mod text;
mod user;
mod web;

pub use crate::case::Controller;
pub use book::unreadable;
pub use reach::{facts, probe, span};
pub use user::{SnmpAuth, SnmpPrivacy, SnmpUser};
pub(crate) use user::{library_auth, library_privacy};

use super::DevicePorts;
use crate::knowledge::Knowledge;
use book::Book;
use decide::Sightings;
use jiff::Zoned;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// What is left of the limit for saying why SNMP did not answer.
const LAST_WORDS: Duration = Duration::from_millis(100);
/// Among what answered: SNMP, with a refusal.
const REFUSED: &str = "SNMP (refused)";
/// How long the other protocols may still take once SNMP has told everything.
const GRACE: Duration = Duration::from_millis(200);

/// What kind of thing answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A printer, copier or multifunction device.
    Printer,
    /// A printer of labels; it cannot scan.
    LabelPrinter,
    /// It answers SNMP and is something else.
    NotAPrinter,
    /// It answers, if only with a refusal, but nothing says what it is.
    Unidentified,
    /// Nothing answered.
    #[default]
    Unreachable,
}

/// What a device is, as `identify --json` gives it; `None` where unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Maker as on the badge; always `None` for what is no printer.
    pub vendor: Option<String>,
    /// Model, without the maker's name.
    pub model: Option<String>,
    /// Firmware of the main controller, as the device writes it.
    pub firmware: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// The device's clock against ours in seconds; positive where the device is ahead.
    pub clock_skew_s: Option<i64>,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Who built it, where that is another maker than the badge names.
    pub family: Option<String>,
    /// What drives it, as far as it shows.
    #[serde(serialize_with = "controller_word")]
    pub controller: Controller,
    /// True where a Fiery print server drives it.
    pub fiery: bool,
    /// How long it has been running, in seconds.
    pub uptime_s: Option<i64>,
    /// What its panel shows at the moment: alerts, lines of the display, conditions of the printer.
    pub panel: Vec<String>,
    /// What of that, or of the maker's own objects, speaks of mail.
    pub mail_state: Vec<String>,
    /// Field to where it came from.
    pub sources: BTreeMap<String, String>,
    /// Field to everything that was said of it, the most trusted first.
    pub candidates: BTreeMap<String, Vec<Sighting>>,
    /// Sources that disagree, in words.
    pub contradictions: Vec<String>,
    /// Protocols that answered, such as `SNMP v2c`.
    pub answered: Vec<String>,
    /// Protocols that failed, and why.
    pub problems: Vec<String>,
}

/// One source's word on a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sighting {
    /// What it says.
    pub value: String,
    /// Where it was read.
    pub source: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field over by reference"
)]
fn controller_word<S: serde::Serializer>(controller: &Controller, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match controller {
        Controller::BuiltIn => "built-in",
        Controller::Fiery => "fiery",
        Controller::Unknown => "unknown",
    })
}

impl Identity {
    /// Sets one of the text fields with its source.
    fn set(&mut self, field: &'static str, value: String, source: String) {
        let slot = match field {
            "vendor" => &mut self.vendor,
            "model" => &mut self.model,
            "firmware" => &mut self.firmware,
            _ => &mut self.serial,
        };
        *slot = Some(value);
        self.sources.insert(field.to_owned(), source);
    }

    fn set_clock(&mut self, skew: i64, source: String) {
        self.clock_skew_s = Some(skew);
        self.sources.insert("clock_skew_s".to_owned(), source);
    }

    /// Whether nothing more is to be hoped for from slower protocols.
    fn complete(&self) -> bool {
        self.kind == Kind::NotAPrinter
            || (self.vendor.is_some() && self.model.is_some() && self.firmware.is_some())
    }
}

/// Asks a device what it is: SNMP, IPP and the web page at once, within `limit` in all.
pub async fn identify(
    address: &str,
    ports: &DevicePorts,
    limit: Duration,
    knowledge: &Knowledge,
) -> Identity {
    let deadline = Instant::now() + limit;
    let ip = match resolve(address, deadline).await {
        Ok(ip) => ip,
        Err(problem) => {
            return Identity {
                problems: vec![problem],
                ..Identity::default()
            };
        }
    };
    let book = Book::new(knowledge);
    let mut sightings = Sightings::default();
    let (mut answered, mut problems, mut refused) = (Vec::new(), Vec::new(), false);

    let snmp = timeout_at(
        deadline,
        by_snmp(SocketAddr::new(ip, ports.snmp), ports, deadline, &book),
    );
    let ipp = timeout_at(deadline, ipp::ask(SocketAddr::new(ip, ports.ipp), address));
    let page = timeout_at(deadline, web::look(ip, ports.http, address));
    tokio::pin!(snmp, ipp, page);
    let (mut snmp_open, mut ipp_open, mut page_open) = (true, true, true);
    let mut end = deadline;
    while snmp_open || ipp_open || page_open {
        tokio::select! {
            () = tokio::time::sleep_until(end) => break,
            result = &mut snmp, if snmp_open => {
                snmp_open = false;
                match result {
                    Ok(Ok((objects, version, notes))) => {
                        answered.push(format!("SNMP {version}"));
                        problems.extend(notes);
                        sightings.snmp = Some(objects);
                    }
                    Ok(Err(failure)) => {
                        refused |= failure.refused;
                        problems.push(format!("SNMP: {}", failure.words));
                    }
                    Err(_) => problems.push("SNMP: no answer in time".to_owned()),
                }
            }
            result = &mut ipp, if ipp_open => {
                ipp_open = false;
                match result {
                    Ok(Ok(attributes)) => {
                        answered.push("IPP".to_owned());
                        sightings.ipp = Some(attributes);
                    }
                    Ok(Err(problem)) => problems.push(format!("IPP: {problem}")),
                    Err(_) => problems.push("IPP: no answer in time".to_owned()),
                }
            }
            result = &mut page, if page_open => {
                page_open = false;
                match result {
                    Ok(Ok((text, port))) => {
                        answered.push(format!("HTTP {port}"));
                        sightings.web = Some(text);
                    }
                    Ok(Err(problem)) => problems.push(format!("web page: {problem}")),
                    Err(_) => problems.push("web page: no answer in time".to_owned()),
                }
            }
        }
        let told = !snmp_open && sightings.snmp.is_some();
        if told && sightings.decide(&book, &Zoned::now()).complete() {
            end = end.min(Instant::now() + GRACE);
        }
    }
    if end == deadline {
        for (open, protocol) in [(snmp_open, "SNMP"), (ipp_open, "IPP"), (page_open, "web page")] {
            if open {
                problems.push(format!("{protocol}: no answer in time"));
            }
        }
    }
    let mut identity = sightings.decide(&book, &Zoned::now());
    if refused {
        answered.push(REFUSED.to_owned());
        if identity.kind == Kind::Unreachable {
            identity.kind = Kind::Unidentified;
        }
    }
    identity.answered = answered;
    identity.problems = problems;
    identity
}

/// The device's address; the name server has as long as all else.
async fn resolve(address: &str, deadline: Instant) -> Result<IpAddr, String> {
    let address = address.trim().trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = address.parse() {
        return Ok(ip);
    }
    match timeout_at(deadline, tokio::net::lookup_host((address, 0))).await {
        Ok(Ok(mut found)) => found
            .next()
            .map(|socket| socket.ip())
            .ok_or_else(|| format!("{address} has no address")),
        Ok(Err(error)) => Err(format!("{address} cannot be resolved: {error}")),
        Err(_) => Err(format!(
            "{address} cannot be resolved: no name server answered in time"
        )),
    }
}

/// Two rounds of GETs and, where it is still open whether this is a printer, two short walks.
async fn by_snmp(
    target: SocketAddr,
    ports: &DevicePorts,
    deadline: Instant,
    book: &Book<'_>,
) -> Result<(snmp::Objects, &'static str, Vec<String>), snmp::Failure> {
    let type_1 = format!("{}.1", decide::HR_TYPE);
    let descr_1 = format!("{}.1", decide::HR_DESCR);
    let [id_1, id_2] = decide::DEVICE_IDS;
    let first = [
        decide::SYS_DESCR,
        decide::SYS_OBJECT_ID,
        decide::HR_DATE,
        &type_1,
        &descr_1,
        decide::PRINTER_NAME,
        decide::PRINTER_SERIAL,
        decide::PAGE_COUNT,
        id_1,
        id_2,
    ];
    let (mut agent, objects) = snmp::Agent::find(
        target,
        &ports.community,
        ports.user.as_ref(),
        deadline.checked_sub(LAST_WORDS).unwrap_or(deadline),
        &first,
    )
    .await?;
    let mut sightings = Sightings {
        snmp: Some(objects),
        ..Sightings::default()
    };
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    for _ in 0..2 {
        let mut wanted = sightings.wanted(book);
        wanted.retain(|oid| asked.insert(oid));
        let objects = sightings.snmp.get_or_insert_default();
        let (columns, single): (Vec<&str>, Vec<&str>) = wanted.iter().partition(|oid| oid.ends_with(".*"));
        agent.get(&single, objects).await;
        for column in columns {
            agent.walk(column.trim_end_matches(".*"), objects).await;
        }
        let makers = sightings.makers(book);
        if makers.brand.is_some() || makers.family.is_some() {
            continue;
        }
        let objects = sightings.snmp.get_or_insert_default();
        agent.walk(decide::PRINTER_SERIALS, objects).await;
        agent.walk(decide::HR_TYPE, objects).await;
        agent.walk(decide::HR_DESCR, objects).await;
    }
    let makers = sightings.makers(book);
    if makers.printer {
        let mail: Vec<&str> = book
            .mail_oids(makers.brand.map(|brand| brand.vendor.as_str()))
            .collect();
        let objects = sightings.snmp.get_or_insert_default();
        agent.get(&[state::UP_TIME], objects).await;
        for column in [state::ALERTS, state::CONSOLE, state::ERROR_STATE]
            .into_iter()
            .chain(mail)
        {
            agent.walk(column, objects).await;
        }
    }
    Ok((sightings.snmp.unwrap_or_default(), agent.version, agent.problems))
}

/// Gives bytes to every reader of what a device answers by HTTP and IPP, and of the texts in it.
#[cfg(any(test, feature = "fuzzing"))]
pub fn read_foreign(bytes: &[u8]) {
    let _ = http::parse(bytes);
    let _ = ipp::read(bytes);
    if let Some(text) = text::readable(bytes) {
        let _ = text::device_id(&text);
        let _ = text::plain(&text);
    }
    let now = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    let _ = clock::date_and_time(bytes, &now);
    let words = String::from_utf8_lossy(bytes);
    let _ = (clock::page_date(&words, &now), clock::iso(&words, &now));
}

/// Takes bytes for the variable bindings of an SNMP answer, and for what they leave over for one by IPP, and
/// decides what device this is.
#[cfg(any(test, feature = "fuzzing"))]
pub fn decide_foreign(bytes: &[u8], knowledge: &Knowledge) {
    let (objects, rest) = snmp::read(bytes);
    let sightings = Sightings {
        snmp: Some(objects),
        ipp: ipp::read(rest).ok(),
        web: Some(String::from_utf8_lossy(rest).into_owned()),
    };
    let book = Book::new(knowledge);
    let _ = sightings.wanted(&book);
    let now = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    let _ = sightings.decide(&book, &now);
}

#[cfg(test)]
mod tests;

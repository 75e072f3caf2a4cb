//! How the device is at the moment: its clock, how long it runs, what drives it, what its panel shows.

use super::book::Book;
use super::clock::{self, Reading};
use super::decide::{HR_DATE, HR_DESCR, SYS_DESCR, SYS_OBJECT_ID, Sightings};
use super::snmp::Object;
use super::{Controller, Identity};
use jiff::Zoned;

/// sysUpTime (RFC 3418), in hundredths of a second.
pub const UP_TIME: &str = "1.3.6.1.2.1.1.3.0";
/// prtAlertDescription (RFC 3805).
pub const ALERTS: &str = "1.3.6.1.2.1.43.18.1.1.8";
/// prtConsoleDisplayBufferText (RFC 3805): the lines of the panel.
pub const CONSOLE: &str = "1.3.6.1.2.1.43.16.5.1.2";
/// hrPrinterDetectedErrorState (RFC 2790).
pub const ERROR_STATE: &str = "1.3.6.1.2.1.25.3.5.1.2";

/// The bits of hrPrinterDetectedErrorState, most significant first.
const ERRORS: [&str; 15] = [
    "low on paper",
    "out of paper",
    "low on toner",
    "out of toner",
    "a door is open",
    "jammed",
    "offline",
    "service requested",
    "an input tray is missing",
    "an output tray is missing",
    "a marker supply is missing",
    "output nearly full",
    "output full",
    "input tray empty",
    "overdue for maintenance",
];

/// Lines of panel and alerts that are kept.
const MAX_LINES: usize = 16;

/// The clock, from the source that says most: one with a zone before one without, SNMP before IPP before the page.
pub fn clock(sightings: &Sightings, now: &Zoned, identity: &mut Identity) {
    let octets = |object: Option<&Object>| match object {
        Some(Object::Bytes(octets)) => clock::date_and_time(octets, now),
        _ => None,
    };
    let snmp = octets(sightings.snmp.as_ref().and_then(|objects| objects.get(HR_DATE)));
    let page = sightings.web.as_deref();
    let ipp = sightings.attribute("printer-current-time");
    let sources: [(Option<Reading>, &str); 3] = [
        (snmp, "SNMP hrSystemDate"),
        (
            ipp.and_then(|time| clock::iso(time, now)),
            "IPP printer-current-time",
        ),
        (
            page.and_then(|page| clock::page_date(page, now)),
            "web page's Date header",
        ),
    ];
    let best = sources
        .iter()
        .filter_map(|(reading, source)| Some(((*reading)?, *source)))
        .rev()
        .max_by_key(|(reading, _)| reading.zone);
    if let Some((reading, source)) = best {
        let source = if reading.zone {
            source.to_owned()
        } else {
            format!("{source} (local time, its zone is not told)")
        };
        identity.set_clock(reading.seconds, source);
    }
}

/// Everything but the clock.
pub fn read(sightings: &Sightings, book: &Book<'_>, identity: &mut Identity) {
    identity.uptime_s = match sightings.snmp.as_ref().and_then(|objects| objects.get(UP_TIME)) {
        Some(Object::Number(hundredths)) => Some(hundredths / 100),
        _ => None,
    };
    controller(sightings, book, identity);
    let mut panel: Vec<String> = Vec::new();
    for column in [ALERTS, CONSOLE] {
        for (_, text) in sightings.below(column) {
            if !panel.contains(&text) {
                panel.push(text);
            }
        }
    }
    panel.extend(errors(sightings).map(|word| format!("printer: {word}")));
    panel.truncate(MAX_LINES);
    identity.mail_state = book.about_mail(&panel);
    for oid in book.mail_oids(identity.vendor.as_deref()) {
        let texts = sightings.below(oid).into_iter().map(|(_, text)| text);
        identity.mail_state.extend(texts.chain(sightings.text(oid)));
    }
    identity.mail_state.dedup();
    identity.panel = panel;
}

/// A Fiery shows itself in its texts or by its maker's number; a controller of the maker's own by its firmware.
fn controller(sightings: &Sightings, book: &Book<'_>, identity: &mut Identity) {
    let texts = [
        (sightings.text(SYS_DESCR), "SNMP sysDescr"),
        (sightings.device_name(), "SNMP hrDeviceDescr"),
        (sightings.text(&format!("{HR_DESCR}.1")), "SNMP hrDeviceDescr"),
        (
            sightings.attribute("printer-make-and-model").map(str::to_owned),
            "IPP printer-make-and-model",
        ),
        (sightings.text(SYS_OBJECT_ID), "SNMP sysObjectID"),
        (sightings.web.clone(), "web page"),
    ];
    let sign = texts
        .iter()
        .find(|(text, _)| text.as_deref().is_some_and(|text| book.is_fiery(text)));
    identity.fiery = sign.is_some();
    let (controller, source) = match sign {
        Some((_, source)) => (Controller::Fiery, *source),
        None if identity
            .sources
            .get("firmware")
            .is_some_and(|s| s.starts_with("SNMP")) =>
        {
            (Controller::BuiltIn, "the maker's own firmware over SNMP")
        }
        None => return,
    };
    identity.controller = controller;
    identity
        .sources
        .insert("controller".to_owned(), source.to_owned());
}

/// The conditions that hrPrinterDetectedErrorState sets.
fn errors(sightings: &Sightings) -> impl Iterator<Item = &'static str> {
    let objects = sightings.snmp.iter().flatten();
    let mut state: Vec<u8> = Vec::new();
    for (oid, object) in objects {
        if let Object::Bytes(octets) = object
            && oid
                .strip_prefix(ERROR_STATE)
                .is_some_and(|rest| rest.starts_with('.'))
        {
            state.clone_from(octets);
            break;
        }
    }
    ERRORS.into_iter().enumerate().filter_map(move |(bit, word)| {
        let octet = state.get(bit / 8)?;
        (octet & (0x80 >> (bit % 8)) != 0).then_some(word)
    })
}

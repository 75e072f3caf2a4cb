//! From what a device said on all protocols to what it is. No network here.

use super::book::{Book, Named, model_name, read};
use super::collect::{Collected, clean, take_id};
use super::snmp::{Object, Objects};
use super::text::{DeviceId, device_id, plain, readable};
use super::{Identity, Kind, ipp, state};
use crate::knowledge::schema::{DeviceClass, Identify, TextKind};
use jiff::Zoned;

pub(super) const SYS_DESCR: &str = "1.3.6.1.2.1.1.1.0";
pub(super) const SYS_OBJECT_ID: &str = "1.3.6.1.2.1.1.2.0";
pub(super) const HR_DATE: &str = "1.3.6.1.2.1.25.1.2.0";
pub(super) const HR_TYPE: &str = "1.3.6.1.2.1.25.3.2.1.2";
pub(super) const HR_DESCR: &str = "1.3.6.1.2.1.25.3.2.1.3";
pub(super) const HR_PRINTER: &str = "1.3.6.1.2.1.25.3.1.5";
const PRINTER_MIB: &str = "1.3.6.1.2.1.43.";
pub(super) const PRINTER_NAME: &str = "1.3.6.1.2.1.43.5.1.1.16.1";
pub(super) const PRINTER_SERIAL: &str = "1.3.6.1.2.1.43.5.1.1.17.1";
pub(super) const PRINTER_SERIALS: &str = "1.3.6.1.2.1.43.5.1.1.17";
pub(super) const PAGE_COUNT: &str = "1.3.6.1.2.1.43.10.2.1.4.1.1";
/// 1284 ids that makers share: HP's branch (copied by many network cards) and the Port Monitor MIB.
pub(super) const DEVICE_IDS: [&str; 2] = ["1.3.6.1.4.1.11.2.3.9.1.1.7.0", "1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1"];

/// Everything the device said.
#[derive(Debug, Default)]
pub struct Sightings {
    /// SNMP objects; `None` where SNMP stayed silent.
    pub snmp: Option<Objects>,
    /// IPP attributes; `None` where IPP gave none.
    pub ipp: Option<ipp::Attributes>,
    /// Header, title and challenge of the web page; `None` where there was no page.
    pub web: Option<String>,
}

/// Which entries of the book speak of the device.
#[derive(Debug, Clone, Copy, Default)]
pub struct Makers<'k> {
    /// The badge.
    pub brand: Option<&'k Identify>,
    /// Who built it, by sysObjectID.
    pub family: Option<&'k Identify>,
    /// Whether it is a printer at all.
    pub printer: bool,
}

impl Sightings {
    /// The text of an SNMP object.
    pub fn text(&self, oid: &str) -> Option<String> {
        match self.snmp.as_ref()?.get(oid)? {
            Object::Bytes(bytes) => readable(bytes),
            Object::Oid(oid) => Some(oid.clone()),
            Object::Number(number) => Some(number.to_string()),
        }
    }

    /// The objects below a prefix, as text, with their OIDs.
    pub(super) fn below(&self, prefix: &str) -> Vec<(String, String)> {
        let inside = |oid: &&String| oid.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
        let objects = self.snmp.iter().flat_map(|objects| objects.keys());
        objects
            .filter(inside)
            .filter_map(|oid| Some((oid.clone(), self.text(oid)?)))
            .collect()
    }

    /// hrDeviceDescr of the row that is a printer, or of the first row where no type is told.
    pub(super) fn device_name(&self) -> Option<String> {
        let types = self.below(HR_TYPE);
        if types.is_empty() {
            return self.text(&format!("{HR_DESCR}.1"));
        }
        let (oid, _) = types.iter().find(|(_, kind)| kind == HR_PRINTER)?;
        self.text(&format!("{HR_DESCR}{}", oid.strip_prefix(HR_TYPE)?))
    }

    /// Whether any object of the Printer-MIB answered.
    pub fn has_printer_mib(&self) -> bool {
        self.snmp
            .iter()
            .any(|objects| objects.keys().any(|oid| oid.starts_with(PRINTER_MIB)))
    }

    fn device_ids(&self) -> Vec<(&'static str, DeviceId)> {
        DEVICE_IDS
            .iter()
            .filter_map(|oid| Some((*oid, device_id(&self.text(oid)?)?)))
            .collect()
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.ipp.as_ref()?.get(name)?.first().map(String::as_str)
    }

    /// Who made it, and whether it is a printer.
    pub fn makers<'k>(&self, book: &Book<'k>) -> Makers<'k> {
        let description = self.text(SYS_DESCR);
        let family = self
            .text(SYS_OBJECT_ID)
            .and_then(|oid| book.by_object_id(oid.trim_start_matches('.')));
        let otherwise = description
            .as_deref()
            .is_some_and(|text| book.says_otherwise(text));
        let told = description
            .as_deref()
            .filter(|_| !otherwise)
            .and_then(|text| book.by_description(text));
        let by_words = told.filter(|entry| !entry.borrowed_description);
        let other = otherwise || family.is_some_and(|entry| entry.class == DeviceClass::NotAPrinter);
        let family = family.filter(|_| !other);
        let printer_mib = self.has_printer_mib();
        let typed = self.below(HR_TYPE).iter().any(|(_, kind)| kind == HR_PRINTER);
        let owned = self.owner(book);
        let strong = printer_mib || by_words.is_some();
        let named = self.named(book);
        let web = self.web.as_deref().and_then(|page| book.by_web(page));
        let weak = typed
            || family.is_some()
            || told.is_some()
            || owned.is_some()
            || self.attribute("printer-make-and-model").is_some()
            || web.is_some();
        let printer = strong || (weak && !other);
        let enterprise = self
            .text(SYS_OBJECT_ID)
            .filter(|_| printer && !other)
            .and_then(|oid| book.by_enterprise(oid.trim_start_matches('.')));
        let brand = match (by_words, family) {
            (Some(words), _) => Some(words),
            (None, Some(family)) if told.is_some_and(|told| told.vendor == family.vendor) => {
                named.or(Some(family))
            }
            (None, Some(family)) => Some(family),
            (None, None) => named
                .or(owned)
                .or(told)
                .or(enterprise)
                .or(web.map(|(entry, _)| entry)),
        };
        Makers {
            brand: brand.filter(|_| printer),
            family,
            printer,
        }
    }

    /// The maker whose own OIDs answered, where exactly its branch did.
    fn owner<'k>(&self, book: &Book<'k>) -> Option<&'k Identify> {
        book.makers().find(|entry| {
            entry
                .model_oids
                .iter()
                .filter(|oid| !DEVICE_IDS.contains(&oid.as_str()))
                .any(|oid| self.text(oid).is_some())
        })
    }

    /// The maker that hrDeviceDescr, a 1284 id or IPP names.
    fn named<'k>(&self, book: &Book<'k>) -> Option<&'k Identify> {
        let ids = self.device_ids().into_iter().filter_map(|(_, id)| id.maker);
        let ipp_id = self.attribute("printer-device-id").and_then(device_id);
        let ipp_id = ipp_id.and_then(|id| id.maker);
        let model = self.attribute("printer-make-and-model").map(str::to_owned);
        self.device_name()
            .into_iter()
            .chain(ids)
            .chain(model)
            .chain(ipp_id)
            .find_map(|text| book.by_name(&text))
    }

    /// The OIDs worth asking in the second round.
    pub fn wanted<'k>(&self, book: &Book<'k>) -> Vec<&'k str> {
        let makers = self.makers(book);
        let mut wanted: Vec<&str> = Vec::new();
        let known: Vec<&Identify> = [makers.brand, makers.family].into_iter().flatten().collect();
        if known.is_empty() {
            wanted.extend(
                book.makers()
                    .flat_map(|entry| entry.model_oids.iter())
                    .map(String::as_str),
            );
        }
        for entry in known {
            let lists = [&entry.model_oids, &entry.firmware_oids, &entry.serial_oids];
            wanted.extend(lists.into_iter().flatten().map(String::as_str));
        }
        let mut seen = std::collections::BTreeSet::new();
        wanted.retain(|oid| seen.insert(*oid) && self.text(oid).is_none());
        wanted
    }

    /// What the device is.
    pub fn decide(&self, book: &Book<'_>, now: &Zoned) -> Identity {
        let makers = self.makers(book);
        let mut identity = Identity {
            kind: self.kind(makers),
            ..Identity::default()
        };
        state::clock(self, now, &mut identity);
        if !makers.printer {
            return identity;
        }
        self.vendor(makers, book, &mut identity);
        let mut found = Collected::default();
        self.read_description(makers, book, &mut found);
        self.read_objects(makers, &mut found);
        self.read_others(makers, book, &mut found);
        found.settle(&mut identity);
        self.remarks(makers, book, &mut identity);
        state::read(self, book, &mut identity);
        identity
    }

    fn kind(&self, makers: Makers<'_>) -> Kind {
        let class = makers.brand.or(makers.family).map(|entry| entry.class);
        match (makers.printer, class) {
            (true, Some(DeviceClass::LabelPrinter)) => Kind::LabelPrinter,
            (true, _) => Kind::Printer,
            (false, _) if self.snmp.as_ref().is_some_and(|objects| !objects.is_empty()) => Kind::NotAPrinter,
            (false, _) if self.snmp.is_some() || self.web.is_some() || self.ipp.is_some() => {
                Kind::Unidentified
            }
            (false, _) => Kind::Unreachable,
        }
    }

    /// The badge. A maker that the book does not have is taken from a 1284 id or from the printer's name.
    fn vendor(&self, makers: Makers<'_>, book: &Book<'_>, identity: &mut Identity) {
        let Some(brand) = makers.brand else {
            let ids = self.device_ids();
            if let Some((oid, maker)) = ids.into_iter().find_map(|(oid, id)| Some((oid, id.maker?))) {
                identity.set("vendor", maker, format!("SNMP {oid} (1284 id)"));
                return;
            }
            let names = [
                (self.device_name(), "SNMP hrDeviceDescr"),
                (self.text(SYS_DESCR), "SNMP sysDescr"),
                (
                    self.attribute("printer-make-and-model").map(str::to_owned),
                    "IPP printer-make-and-model",
                ),
            ];
            let first = names
                .into_iter()
                .find_map(|(name, source)| Some((book.unheard_of(&name?)?, source)));
            if let Some((maker, source)) = first {
                identity.set("vendor", maker, format!("{source} (its first word)"));
            }
            return;
        };
        let starts =
            |text: Option<String>| text.is_some_and(|text| plain(&text).starts_with(&plain(&brand.vendor)));
        let source = if starts(self.text(SYS_DESCR)) {
            "SNMP sysDescr"
        } else if makers.family.is_some_and(|family| family.vendor == brand.vendor) {
            "SNMP sysObjectID"
        } else if starts(self.device_name()) {
            "SNMP hrDeviceDescr"
        } else if self.text(SYS_OBJECT_ID).is_some_and(|oid| {
            book.by_enterprise(oid.trim_start_matches('.'))
                .is_some_and(|e| e.vendor == brand.vendor)
        }) {
            "SNMP sysObjectID (the maker's number)"
        } else if self.snmp.is_some() {
            "SNMP"
        } else if self.ipp.is_some() {
            "IPP"
        } else {
            "web page"
        };
        identity.set("vendor", brand.vendor.clone(), source.to_owned());
        if let Some(family) = makers.family
            && family.vendor != brand.vendor
        {
            identity.family = Some(family.vendor.clone());
        }
    }

    fn read_description(&self, makers: Makers<'_>, book: &Book<'_>, found: &mut Collected) {
        let Some(text) = self.text(SYS_DESCR) else { return };
        let mut named = Named::default();
        for entry in [makers.brand, makers.family].into_iter().flatten() {
            named = named.or(read(entry, TextKind::Description, &text));
        }
        let borrowed = book
            .by_description(&text)
            .is_some_and(|entry| entry.borrowed_description);
        if !borrowed && let Some(shared) = book.shared() {
            named = named.or(read(shared, TextKind::Description, &text));
            if named.model.is_none()
                && let Some(brand) = makers.brand
                && book
                    .by_name(&text)
                    .is_some_and(|entry| entry.vendor == brand.vendor)
                && model_name(Some(brand), &text).is_some()
            {
                let front = text.split([';', '/', ',']).next().unwrap_or(&text);
                named.model = Some(front.trim().to_owned())
                    .filter(|front| front.contains(|c: char| c.is_ascii_digit()));
            }
        }
        let source = "SNMP sysDescr";
        found.model(clean(makers, named.model), 0, source);
        found.firmware(named.firmware, 0, source);
        found.firmware(named.card, 9, "SNMP sysDescr (the network card's own)");
        found.serial(named.serial, source);
        found.model(
            clean(makers, named.guess),
            9,
            "SNMP sysDescr (a name that may be typed in)",
        );
    }

    fn read_objects(&self, makers: Makers<'_>, found: &mut Collected) {
        for entry in [makers.brand, makers.family].into_iter().flatten() {
            for oid in &entry.model_oids {
                let Some(text) = self.text(oid) else { continue };
                if let Some(id) = device_id(&text) {
                    take_id(makers, id, &format!("SNMP {oid} (1284 id)"), found);
                } else {
                    let model = read(entry, TextKind::Model, &text).model.or(Some(text));
                    found.model(clean(makers, model), 1, &format!("SNMP {oid}"));
                }
            }
            for oid in &entry.firmware_oids {
                let texts = match oid.strip_suffix(".*") {
                    Some(column) => self.below(column),
                    None => self
                        .text(oid)
                        .map(|text| (oid.clone(), text))
                        .into_iter()
                        .collect(),
                };
                for (oid, text) in texts {
                    let version = read(entry, TextKind::Firmware, &text).firmware.or(Some(text));
                    found.firmware(version, 1, &format!("SNMP {oid}"));
                }
            }
            for oid in &entry.serial_oids {
                found.serial(self.text(oid), &format!("SNMP {oid}"));
            }
        }
        if let Some(text) = self.device_name() {
            let mut named = Named::default();
            for entry in [makers.brand, makers.family].into_iter().flatten() {
                named = named.or(read(entry, TextKind::DeviceName, &text));
            }
            let model = named.model.or_else(|| {
                let with_digit = text.contains(|c: char| c.is_ascii_digit());
                with_digit.then(|| text.clone())
            });
            found.model(clean(makers, model), 2, "SNMP hrDeviceDescr");
            found.firmware(named.firmware, 2, "SNMP hrDeviceDescr");
        }
        for (oid, id) in self.device_ids() {
            take_id(makers, id, &format!("SNMP {oid} (1284 id)"), found);
        }
        found.serial(self.text(PRINTER_SERIAL), "SNMP prtGeneralSerialNumber");
        for (_, serial) in self.below(PRINTER_SERIALS) {
            found.serial(Some(serial), "SNMP prtGeneralSerialNumber");
        }
        let name = self
            .text(PRINTER_NAME)
            .filter(|name| name.contains(|c: char| c.is_ascii_digit()));
        // The owner may have typed it, so it outranks nothing and contradicts nothing.
        found.model(clean(makers, name), 9, "SNMP prtGeneralPrinterName");
    }

    fn read_others(&self, makers: Makers<'_>, book: &Book<'_>, found: &mut Collected) {
        if let Some(id) = self.attribute("printer-device-id").and_then(device_id) {
            take_id(makers, id, "IPP printer-device-id", found);
        }
        let model = self.attribute("printer-make-and-model").map(|text| {
            let entry = makers.brand.map(|entry| read(entry, TextKind::Model, text).model);
            entry.flatten().unwrap_or_else(|| text.to_owned())
        });
        found.model(clean(makers, model), 4, "IPP printer-make-and-model");
        for name in ["printer-firmware-string-version", "printer-firmware-version"] {
            found.firmware(self.attribute(name).map(str::to_owned), 4, &format!("IPP {name}"));
        }
        found.serial(
            self.attribute("printer-serial-number").map(str::to_owned),
            "IPP printer-serial-number",
        );
        if let Some((_, named)) = self.web.as_deref().and_then(|page| book.by_web(page)) {
            found.model(clean(makers, named.model), 7, "web page");
            found.firmware(named.firmware, 7, "web page");
            found.serial(named.serial, "web page");
        }
    }

    fn remarks(&self, makers: Makers<'_>, book: &Book<'_>, identity: &mut Identity) {
        let description = self.text(SYS_DESCR).unwrap_or_default();
        if let (Some(brand), Some(told)) = (makers.brand, book.by_description(&description))
            && told.borrowed_description
            && told.vendor != brand.vendor
        {
            identity.contradictions.push(format!(
                "vendor: sysDescr has the words of {}'s network cards, the other objects are {}'s",
                told.vendor, brand.vendor
            ));
        }
        let Some(brand) = makers.brand else { return };
        let ours = |other: &Identify| {
            other.vendor == brand.vendor || makers.family.is_some_and(|family| family.vendor == other.vendor)
        };
        let ipp = self.attribute("printer-make-and-model").map(str::to_owned);
        for (text, source) in [(ipp, "IPP"), (self.device_name(), "SNMP hrDeviceDescr")] {
            if let Some(other) = text
                .and_then(|text| book.by_name(&text))
                .filter(|other| !ours(other))
            {
                identity.contradictions.push(format!(
                    "vendor: {} says {}, {source} says {}",
                    identity.sources.get("vendor").map_or("SNMP", String::as_str),
                    brand.vendor,
                    other.vendor
                ));
            }
        }
        let web = self.web.as_deref().and_then(|page| book.by_web(page));
        if let Some((other, _)) = web.filter(|(other, _)| self.snmp.is_some() && !ours(other)) {
            identity.contradictions.push(format!(
                "vendor: SNMP says {}, the web page says {}",
                brand.vendor, other.vendor
            ));
        }
    }
}

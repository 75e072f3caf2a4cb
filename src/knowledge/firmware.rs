//! What a firmware version says: when it was built, what it can do for e-mail, where to go from it.

pub mod model;
mod package;
mod plan;
mod rules;
mod steps;
pub mod version;

pub use package::PackageReading;
pub use plan::UpdatePlan;
pub use steps::Step;

use super::Knowledge;
use super::schema::{Firmware, Mark};
use crate::case::Controller;
use crate::wire::tls::TlsVersion;
use jiff::civil::Date;
use model::{ModelName, plain};
use rules::{contradiction, newer_releases, shape, tls_rule};
use serde::Serialize;
use steps::{controller_id, fill};
use version::{Unjudged, XeroxVersion};

/// The reading of a device's firmware, as `firmware --json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirmwareReading {
    /// Maker, where the model or the version gives it away.
    pub vendor: Option<String>,
    /// Model as the catalogue writes it.
    pub model: Option<String>,
    /// The version as given.
    pub version: String,
    /// Software family, such as `073`.
    pub family: Option<String>,
    /// `built-in`, `fiery` or `unknown`.
    pub controller: &'static str,
    /// Day of the build.
    pub released: Option<Date>,
    /// Whether it is a SPAR (fix) release.
    pub spar: Option<bool>,
    /// Whether it sends e-mail with TLS 1.2.
    pub tls12_email: Answer,
    /// Whether an update is needed for that.
    pub update_needed: Answer,
    /// How sure that is: `confirmed`, `reported`, `inferred` or `unknown`.
    pub mark: &'static str,
    /// Why, for a person.
    pub why: String,
    /// A release for this model that is newer than the installed one.
    pub recommended: Option<String>,
    /// The newest release known for this model, where it is newer still.
    pub newest_seen: Option<String>,
    /// What a person should know besides, such as a model that does not fit the version.
    pub notes: Vec<String>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// Where the facts come from.
    pub source: String,
}

/// Yes, no, or an honest unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It can.
    Yes,
    /// It cannot.
    No,
    /// Not known; measure it.
    Unknown,
}

impl Knowledge {
    /// Reads a firmware version; the controller is taken from the model's text.
    pub fn firmware(&self, model: &str, version: &str) -> FirmwareReading {
        self.firmware_on(model, version, Controller::Unknown)
    }

    /// As [`Self::firmware`], with the controller that a case states; the text outranks *unknown*.
    pub fn firmware_on(&self, model: &str, version: &str, controller: Controller) -> FirmwareReading {
        let mut name = ModelName::read(self, model);
        if controller != Controller::Unknown {
            name.controller = controller;
        }
        let table = self.firmware_of(name.vendor.as_deref());
        let parsed = table.map_or(Err(Unjudged::OtherShape), |table| {
            XeroxVersion::parse(version, table)
        });
        match (table, parsed) {
            (Some(table), Ok(parsed)) => judged(table, &name, model, version, &parsed),
            (table, Err(why)) => self.unjudged(table, &name, model, version, &why),
            (None, Ok(_)) => self.unjudged(None, &name, model, version, &Unjudged::OtherShape),
        }
    }

    /// The highest TLS version that a firmware offers for e-mail, how sure that is, and why.
    /// Nothing where it is not known, or where version and model contradict each other.
    pub fn device_tls_limit(
        &self,
        vendor: Option<&str>,
        model: Option<&str>,
        version: &str,
    ) -> Option<(TlsVersion, Mark, String)> {
        let name = ModelName::read(self, model.unwrap_or_default());
        let vendor = vendor.map(str::to_owned).or_else(|| name.vendor.clone());
        let table = self.firmware_of(vendor.as_deref())?;
        let parsed = XeroxVersion::parse(version, table).ok()?;
        if contradiction(table, &name, &parsed).is_some() {
            return None;
        }
        let rule = tls_rule(table, &parsed)?;
        let max = TlsVersion::parse(rule.max.as_deref()?)?;
        let why = format!("{version} was built on {}: {}", parsed.date, rule.why);
        Some((max, rule.mark, why))
    }

    /// The firmware table of a maker; where the maker is unknown, the version's shape decides.
    fn firmware_of(&self, vendor: Option<&str>) -> Option<&Firmware> {
        match vendor {
            Some(vendor) => self
                .firmware
                .iter()
                .find(|table| plain(vendor).starts_with(&plain(&table.vendor))),
            None => self.firmware.first(),
        }
    }

    /// What is known of the maker's firmware, each with its mark.
    fn firmware_notes_for(&self, name: &ModelName, model: &str) -> Vec<String> {
        let typed = plain(model);
        let about = |note: &&super::schema::FirmwareNote| {
            let vendor = name
                .vendor
                .as_deref()
                .is_some_and(|vendor| plain(vendor).starts_with(&plain(&note.vendor)));
            let fits = |known: &String| {
                let number = known.split_once(' ').map_or(known.as_str(), |(_, number)| number);
                typed.ends_with(&plain(known)) || typed.ends_with(&plain(number))
            };
            vendor && (note.models.is_empty() || note.models.iter().any(fits))
        };
        self.firmware_notes
            .iter()
            .filter(about)
            .map(|note| match note.mark {
                Mark::Confirmed => note.text.clone(),
                Mark::Reported => format!("{} (Reported: {}.)", note.text, note.source),
                Mark::Inferred | Mark::Unknown => format!("{} (Commonly so; not confirmed.)", note.text),
            })
            .collect()
    }

    /// The reading of a version that says nothing by itself.
    fn unjudged(
        &self,
        table: Option<&Firmware>,
        name: &ModelName,
        model: &str,
        version: &str,
        why: &Unjudged,
    ) -> FirmwareReading {
        let shape = table.and_then(|table| shape(table, version));
        let steps = table.or_else(|| self.firmware.first());
        let steps = steps.map_or(&[][..], |table| table.find_out_steps.as_slice());
        let why = match (&shape, name.vendor.as_deref()) {
            (Some(shape), _) => {
                format!("This is the numbering of {shape}; it says nothing of TLS for e-mail.")
            }
            (None, Some(vendor)) if table.is_none() => {
                format!(
                    "No list of {vendor} versions with TLS 1.2 for e-mail is known; the device has to show it."
                )
            }
            _ => format!("The version is not judged: {why}."),
        };
        FirmwareReading {
            vendor: name
                .vendor
                .clone()
                .or_else(|| shape.as_ref().and(table).map(|t| t.vendor.clone())),
            model: name.catalogue.clone(),
            version: version.trim().to_owned(),
            family: None,
            controller: controller_id(name.controller),
            released: shape.as_ref().and_then(|_| version::stamp(version)),
            spar: None,
            tls12_email: Answer::Unknown,
            update_needed: Answer::Unknown,
            mark: mark_id(Mark::Unknown),
            why,
            recommended: None,
            newest_seen: None,
            notes: self.firmware_notes_for(name, model),
            steps: fill(steps, name, model, version, None),
            source: table.map_or_else(|| NO_SOURCE.to_owned(), |table| table.source.clone()),
        }
    }
}

/// The reading of a dated version.
fn judged(
    table: &Firmware,
    name: &ModelName,
    model: &str,
    version: &str,
    parsed: &XeroxVersion,
) -> FirmwareReading {
    let rule = tls_rule(table, parsed);
    let max = rule
        .and_then(|rule| rule.max.as_deref())
        .and_then(TlsVersion::parse);
    let answer = match max {
        Some(max) if max >= TlsVersion::Tls12 => Answer::Yes,
        Some(_) => Answer::No,
        None => Answer::Unknown,
    };
    let mismatch = contradiction(table, name, parsed);
    let newer = newer_releases(table, parsed, mismatch.is_some());
    let recommended = newer
        .iter()
        .find(|(_, mark)| answer != Answer::Yes || *mark == Mark::Confirmed)
        .map(|(version, _)| version.clone());
    let newest_seen = newer
        .into_iter()
        .map(|(version, _)| version)
        .next_back()
        .filter(|newest| recommended.as_ref() != Some(newest));
    let steps = match (answer, &recommended) {
        (Answer::Yes, _) => table.able_steps.clone(),
        (Answer::No, Some(_)) => table.update_steps.clone(),
        (_, None) => table.find_out_steps.clone(),
        // First measure, then decide on the update.
        (Answer::Unknown, Some(_)) => {
            let measure = table.find_out_steps.iter().take(1);
            measure.chain(&table.update_steps).cloned().collect()
        }
    };
    FirmwareReading {
        vendor: Some(table.vendor.clone()),
        model: name.catalogue.clone(),
        version: version.trim().to_owned(),
        family: Some(parsed.family.clone()),
        controller: controller_id(name.controller),
        released: Some(parsed.date),
        spar: parsed.spar(table),
        tls12_email: answer,
        update_needed: match answer {
            Answer::Yes => Answer::No,
            Answer::No => Answer::Yes,
            Answer::Unknown => Answer::Unknown,
        },
        mark: mark_id(rule.map_or(Mark::Unknown, |rule| rule.mark)),
        why: rule.map(|rule| sentence(&rule.why)).unwrap_or_default(),
        steps: fill(&steps, name, model, version, recommended.as_deref()),
        recommended,
        newest_seen,
        notes: mismatch
            .into_iter()
            .chain(
                parsed.patch.as_ref().map(|patch| {
                    format!("The suffix {patch} names a patch that was applied to this release.")
                }),
            )
            .collect(),
        source: table.source.clone(),
    }
}

/// What stands as source where no table speaks of the maker.
const NO_SOURCE: &str = "no version list of this maker is known";

/// A clause as a sentence of its own.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// The mark's word in JSON.
const fn mark_id(mark: Mark) -> &'static str {
    match mark {
        Mark::Confirmed => "confirmed",
        Mark::Reported => "reported",
        Mark::Inferred => "inferred",
        Mark::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knowledge() -> Knowledge {
        Knowledge::embedded()
    }

    fn read(model: &str, version: &str) -> FirmwareReading {
        knowledge().firmware(model, version)
    }

    #[test]
    fn an_old_workcentre_cannot_and_is_told_where_to_go() {
        let reading = read("Xerox WorkCentre 7845", "072.040.004.09100");
        assert_eq!(reading.tls12_email, Answer::No);
        assert_eq!(reading.released.unwrap().to_string(), "2014-04-01");
        assert_eq!(reading.recommended.as_deref(), Some("073.040.019.14200"));
        assert_eq!(reading.newest_seen.as_deref(), Some("075.040.013.29000"));
        assert!(reading.steps.len() > 5);
        assert!(
            reading
                .steps
                .iter()
                .any(|step| step.detail.contains("073.040.019.14200"))
        );
    }

    #[test]
    fn the_build_that_brought_tls_1_2_needs_no_update_for_it() {
        let reading = read("wc 7845", "073.040.197.28500");
        assert_eq!((reading.tls12_email, reading.spar), (Answer::Yes, Some(true)));
        assert_eq!(reading.recommended.as_deref(), Some("073.040.019.14200"));
        assert_eq!(reading.steps.len(), 1);
        let reading = read("wc 7845", "073.040.019.14200");
        assert_eq!((reading.spar, reading.recommended), (Some(false), None));
    }

    #[test]
    fn a_late_072_build_cannot_be_told_from_its_number() {
        let reading = read("WorkCentre 7845", "072.040.196.34301");
        assert_eq!((reading.tls12_email, reading.mark), (Answer::Unknown, "unknown"));
        assert!(
            reading.steps[0].detail.contains("Listen"),
            "{:?}",
            reading.steps[0]
        );
        assert!(
            knowledge()
                .device_tls_limit(Some("Xerox"), None, "072.040.196.34301")
                .is_none()
        );
        assert_eq!(
            read("ColorQube 8700", "072.162.004.09100").tls12_email,
            Answer::Unknown
        );
    }

    #[test]
    fn a_model_that_does_not_fit_the_version_is_said_so() {
        let reading = read("WorkCentre 7970", "073.040.035.24100");
        assert!(
            reading.notes[0].contains("WorkCentre 7845"),
            "{:?}",
            reading.notes
        );
        assert_eq!(reading.recommended, None);
        assert_eq!(read("WorkCentre 7970", "073.999.035.24100").notes.len(), 1);
        assert!(read("WorkCentre 3655", "072.060.004.09100").notes.is_empty());
        assert!(read("WorkCentre 7970", "073.xxx.035.24100").notes.is_empty());
        let limit = knowledge().device_tls_limit(None, Some("WorkCentre 7970"), "073.040.035.24100");
        assert_eq!(limit, None);
    }

    #[test]
    fn the_limit_comes_with_its_mark_and_reason() {
        let (max, mark, why) = knowledge()
            .device_tls_limit(Some("Xerox"), Some("WorkCentre 7845"), "072.040.004.09100")
            .unwrap();
        assert_eq!((max, mark), (TlsVersion::Tls10, Mark::Confirmed));
        assert!(why.contains("2014-04-01"));
        assert!(
            knowledge()
                .device_tls_limit(Some("Canon"), None, "072.040.004.09100")
                .is_none()
        );
    }

    #[test]
    fn the_controller_chooses_the_package() {
        let packages = |model| {
            let steps = read(model, "072.040.004.09100").steps;
            steps.iter().filter(|step| step.title.contains("Fiery")).count()
        };
        assert_eq!(packages("WorkCentre 7845 with EFI Fiery Controller"), 1);
        assert_eq!(packages("WorkCentre 7845, built-in controller"), 0);
    }

    #[test]
    fn other_shapes_and_makers_are_shown_and_not_judged() {
        let reading = read("Xerox WorkCentre 6515", "65.31.81");
        assert_eq!(
            (reading.tls12_email, reading.family.as_deref()),
            (Answer::Unknown, None)
        );
        assert_eq!(reading.vendor.as_deref(), Some("Xerox"));
        let reading = read("WorkCentre 7845", "NC 073.049.14200");
        assert!(reading.why.contains("network controller"), "{}", reading.why);
        let reading = read("Canon iR 2270", "12.04");
        assert_eq!(reading.vendor.as_deref(), Some("Canon"));
        assert!(!reading.steps.is_empty());
        assert!(reading.why.contains("Canon"));
    }

    #[test]
    fn a_date_stamp_is_read_and_nothing_more_is_made_of_it() {
        let reading = read("Xerox WorkCentre 6505", "ESS 201104251224");
        assert_eq!(reading.released.unwrap().to_string(), "2011-04-25");
        assert_eq!((reading.tls12_email, reading.family), (Answer::Unknown, None));
        assert_eq!(read("Xerox WorkCentre 6505", "ESS 201113251224").released, None);
        assert_eq!(read("Xerox WorkCentre 3325", "51.004.05.000").released, None);
    }

    #[test]
    fn what_is_known_of_another_maker_is_told_with_its_mark() {
        let notes = |model| read(model, "1.0").notes.join(" ");
        assert!(notes("Canon Maxify MB2755").contains("ISRG Root X1"));
        assert!(!notes("Canon iR-ADV C5535").contains("ISRG Root X1"));
        assert!(notes("Ricoh MP C3003").contains("Reported"));
        assert!(notes("Konica Minolta bizhub C226").contains("not confirmed"));
    }

    #[test]
    fn the_json_has_the_contract_s_keys() {
        let json = serde_json::to_value(read("WorkCentre 7845", "073.040.019.14200")).unwrap();
        for key in [
            "vendor",
            "family",
            "controller",
            "released",
            "spar",
            "tls12_email",
            "recommended",
            "steps",
            "source",
        ] {
            assert!(json.get(key).is_some(), "{key}");
        }
        assert_eq!(json["released"], "2019-05-22");
        assert_eq!(json["tls12_email"], "yes");
    }

    proptest::proptest! {
        #[test]
        fn no_input_makes_the_reading_panic(model in ".{0,40}", version in ".{0,40}") {
            thread_local!(static ALL: Knowledge = knowledge());
            ALL.with(|all| {
                let _ = all.firmware(&model, &version);
                let _ = all.device_tls_limit(None, Some(&model), &version);
            });
        }
    }
}

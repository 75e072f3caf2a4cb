//! Finds the model a person means, however it is typed.

use super::super::Knowledge;
use super::super::schema::Firmware;
use crate::case::Controller;

/// Everything that the text of a model name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelName {
    /// Maker, where the name gives it away.
    pub vendor: Option<String>,
    /// Model as the catalogue of firmware products writes it.
    pub catalogue: Option<String>,
    /// Product codes under which the model's packages are published.
    pub products: Vec<String>,
    /// Which controller the text speaks of.
    pub controller: Controller,
}

impl ModelName {
    /// Reads a model name: case, blanks and hyphens do not matter, the maker may be left out.
    pub fn read(knowledge: &Knowledge, text: &str) -> Self {
        let controller = controller(text);
        let name = bare_name(text);
        for firmware in &knowledge.firmware {
            let found = firmware
                .products
                .iter()
                .flat_map(|product| product.models.iter().map(move |model| (product, model)))
                .filter(|(_, model)| same_model(firmware, &name, model))
                .collect::<Vec<_>>();
            if let Some((_, model)) = found.first() {
                return Self {
                    vendor: Some(firmware.vendor.clone()),
                    catalogue: Some((*model).clone()),
                    products: found.iter().map(|(product, _)| product.code.clone()).collect(),
                    controller,
                };
            }
        }
        Self {
            vendor: vendor(knowledge, &name),
            catalogue: None,
            products: Vec::new(),
            controller,
        }
    }
}

/// Small letters and digits only.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Which controller a device description names.
fn controller(text: &str) -> Controller {
    let text = text.to_ascii_lowercase();
    if text.contains("fiery") || text.contains("efi ") {
        Controller::Fiery
    } else if plain(&text).contains("builtin") {
        Controller::BuiltIn
    } else {
        Controller::Unknown
    }
}

/// The name without what devices add behind it.
fn bare_name(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    let cut = [
        ";",
        ",",
        "(",
        " with ",
        " efi",
        " fiery",
        " multifunction",
        " built-in",
        " built in",
    ]
    .iter()
    .filter_map(|tail| text.find(tail))
    .min()
    .unwrap_or(text.len());
    text.get(..cut).map(plain).unwrap_or_default()
}

/// Whether a typed name means this model of the catalogue.
fn same_model(firmware: &Firmware, typed: &str, model: &str) -> bool {
    let vendor = plain(&firmware.vendor);
    let typed = typed.strip_prefix(vendor.as_str()).unwrap_or(typed);
    let family = model.split(' ').next().unwrap_or_default();
    let number = plain(model.get(family.len()..).unwrap_or_default());
    let short = firmware
        .abbreviations
        .iter()
        .filter(|(_, full)| full == family)
        .map(|(short, _)| plain(short));
    [plain(family), String::new()]
        .into_iter()
        .chain(short)
        .any(|front| {
            typed
                .strip_prefix(front.as_str())
                .and_then(|rest| rest.strip_prefix(number.as_str()))
                .is_some_and(|rest| !number.is_empty() && is_suffix(rest))
        })
}

/// What may follow a model's number: nothing, the `i` of the second series, or a mark such as `v1`.
fn is_suffix(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_ascii_digit()) && rest.len() <= 4
}

/// The maker, from its own name or from a family name that no other maker uses.
fn vendor(knowledge: &Knowledge, typed: &str) -> Option<String> {
    if typed.is_empty() {
        return None;
    }
    let named = knowledge
        .devices
        .iter()
        .find(|device| typed.starts_with(&plain(&device.vendor)));
    let by_family = || {
        let mut fitting = knowledge
            .devices
            .iter()
            .filter(|device| device.models.iter().any(|model| shares_family(typed, model)));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    };
    named.or_else(by_family).map(|device| device.vendor.clone())
}

/// Whether a typed name is this model or begins with the same family name.
fn shares_family(typed: &str, model: &str) -> bool {
    let family = model.split(' ').next().map(plain).unwrap_or_default();
    let telling = family.len() >= 5 && family.chars().all(|c| c.is_ascii_alphabetic());
    typed == plain(model) || (telling && typed.starts_with(&family))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ModelName {
        ModelName::read(&Knowledge::embedded(), text)
    }

    #[test]
    fn one_model_has_many_spellings() {
        for text in [
            "Xerox WorkCentre 7845",
            "WC 7845",
            "workcentre7845",
            "Work-Centre 7845i",
            "xerox wc-7845",
            "7845",
            "Xerox WorkCentre 7845 v1 Multifunction System",
        ] {
            let name = read(text);
            assert_eq!(name.catalogue.as_deref(), Some("WorkCentre 7845"), "{text}");
            assert_eq!(name.products, ["040"], "{text}");
        }
    }

    #[test]
    fn a_longer_number_is_another_model() {
        assert_eq!(read("WorkCentre 78451").catalogue, None);
        assert_eq!(read("WorkCentre").catalogue, None);
    }

    #[test]
    fn the_description_tells_the_controller() {
        let name = read("Xerox WorkCentre 7855 with EFI Fiery Controller;");
        assert_eq!(name.catalogue.as_deref(), Some("WorkCentre 7855"));
        assert_eq!(name.controller, Controller::Fiery);
        assert_eq!(
            read("WorkCentre 7855, built-in controller").controller,
            Controller::BuiltIn
        );
        assert_eq!(read("WorkCentre 7855").controller, Controller::Unknown);
    }

    #[test]
    fn other_makers_are_known_by_name_or_family() {
        assert_eq!(read("Canon iR 2270").vendor.as_deref(), Some("Canon"));
        assert_eq!(read("bizhub C364").vendor.as_deref(), Some("Konica Minolta"));
        assert_eq!(read("").vendor, None);
        assert_eq!(read("Frobnicator 12").vendor, None);
    }
}

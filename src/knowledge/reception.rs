//! Whose mail server a copier is, by its maker or by its greeting.

use super::Knowledge;
use super::regexes::compiled;
use super::schema::{Device, Reception};

impl Knowledge {
    /// What is known of a maker's devices, asked by any badge that stands on them.
    pub fn device_of(&self, vendor: &str) -> Option<&Device> {
        let vendor = vendor.trim();
        let named = |device: &&Device| device.vendor.eq_ignore_ascii_case(vendor);
        let badged = |device: &&Device| {
            device
                .badges
                .iter()
                .any(|badge| badge.eq_ignore_ascii_case(vendor))
        };
        self.devices
            .iter()
            .find(named)
            .or_else(|| self.devices.iter().find(badged))
    }

    /// The maker's words for reception: of the stated maker, else of the one whose greeting this is.
    pub fn reception_of(&self, vendor: Option<&str>, greeting: &str) -> Option<&Reception> {
        let known = || self.devices.iter().filter_map(|device| device.reception.as_ref());
        let greets = |reception: &&Reception| {
            reception
                .greetings
                .iter()
                .filter_map(|pattern| compiled(pattern))
                .any(|regex| regex.is_match(greeting.as_bytes()))
        };
        match vendor.map(str::trim).filter(|vendor| !vendor.is_empty()) {
            Some(vendor) => self.device_of(vendor)?.reception.as_ref(),
            None => known().find(greets),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_tells_the_maker_and_a_stated_maker_outranks_it() {
        let knowledge = Knowledge::embedded();
        let maker = |vendor, greeting| {
            knowledge
                .reception_of(vendor, greeting)
                .map(|reception| reception.vendor.as_str())
        };
        assert_eq!(maker(None, "220 CanonLab ESMTP Ready"), Some("Canon"));
        assert_eq!(maker(None, "220 [192.0.2.40] ESMTP Ready"), Some("Canon"));
        assert_eq!(
            maker(None, "220 Service ready KMBT0123AB smtpd"),
            Some("Konica Minolta")
        );
        assert_eq!(
            maker(None, "220 Simple Mail Tranfer Service Ready"),
            Some("Brother")
        );
        assert_eq!(maker(None, "220 mail.contoso.com ESMTP Postfix"), None);
        assert_eq!(maker(None, "220 DP-8060"), Some("Panasonic"));
        assert_eq!(
            maker(Some("Ricoh"), "220 [192.0.2.40] ESMTP Ready"),
            Some("Ricoh")
        );
        assert_eq!(maker(Some("Lanier"), "220 mfp ready"), Some("Ricoh"));
        assert_eq!(maker(Some("Nobody"), "220 [192.0.2.40] ESMTP Ready"), None);
    }

    #[test]
    fn every_greeting_is_a_regular_expression() {
        for reception in Knowledge::embedded()
            .devices
            .iter()
            .filter_map(|d| d.reception.clone())
        {
            assert!(
                !reception.greetings.is_empty() || !reception.notes.is_empty(),
                "{}",
                reception.vendor
            );
            for pattern in reception.greetings {
                assert!(compiled(&pattern).is_some(), "{pattern}");
            }
        }
    }
}

//! What certain models can do at most when they send mail.

use super::Knowledge;
use super::schema::MailLimit;

impl Knowledge {
    /// The limits that are known of this model; none where the model is not named.
    pub fn mail_limits(&self, vendor: Option<&str>, model: Option<&str>) -> Vec<&MailLimit> {
        let Some(model) = model.map(plain).filter(|model| !model.is_empty()) else {
            return Vec::new();
        };
        let vendor = vendor.map(plain).filter(|vendor| !vendor.is_empty());
        self.devices
            .iter()
            .filter(|device| {
                let own = plain(&device.vendor);
                vendor
                    .as_ref()
                    .is_none_or(|vendor| vendor.contains(&own) || own.contains(vendor))
            })
            .flat_map(|device| &device.limits)
            .filter(|limit| limit.models.iter().any(|name| names(&model, &plain(name))))
            .collect()
    }
}

/// Whether a text names the model; a further digit behind it would make it another one.
fn names(text: &str, model: &str) -> bool {
    text.match_indices(model).any(|(at, found)| {
        let behind = text.get(at + found.len()..).and_then(|rest| rest.chars().next());
        !model.is_empty() && behind.is_none_or(|next| !next.is_ascii_digit())
    })
}

/// Letters and digits, lower case.
fn plain(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_known_however_it_is_written_and_no_other_is_taken_for_it() {
        let knowledge = Knowledge::embedded();
        let mechanisms = |vendor: Option<&str>, model| {
            let limits = knowledge.mail_limits(vendor, Some(model));
            limits.first().map(|limit| limit.mechanisms.len())
        };
        assert_eq!(mechanisms(Some("Fuji Xerox"), "DocuCentre-IV C2260"), Some(2));
        assert_eq!(mechanisms(None, "FUJI XEROX DocuCentre IV C2260"), Some(2));
        assert_eq!(mechanisms(Some("Xerox"), "WorkCentre 6015N"), Some(3));
        assert_eq!(mechanisms(Some("Xerox"), "WorkCentre 60150"), None);
        assert_eq!(mechanisms(Some("Canon"), "WorkCentre 6015"), None);
        assert_eq!(mechanisms(Some("Xerox"), ""), None);
    }
}

//! Products that stand between a copier and its mail service: by their greeting, by their authority's name.

use super::Knowledge;
use super::schema::Mark;
use serde::Deserialize;

/// A product that answers in a mail service's place, or that opens TLS on the way.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interference {
    /// Stable id, such as `fortigate`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Whether it is never the mail server itself, so that its greeting alone says that it stands on the way.
    pub on_path: bool,
    /// Fragments of its greeting, lower case.
    #[serde(default)]
    pub greetings: Vec<String>,
    /// Fragments of the issuer's name in the certificates that it makes, lower case.
    #[serde(default)]
    pub issuers: Vec<String>,
    /// What to do about it.
    pub advice: String,
    /// How sure the greetings are.
    pub mark: Mark,
    /// How sure the issuers' names are.
    #[serde(default)]
    pub issuers_mark: Mark,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

impl Knowledge {
    /// The product that greets so. At a service that is known to greet otherwise any product counts, elsewhere
    /// only one that never is the mail server itself.
    pub fn greeting_of_product(&self, greeting: &str, host: &str) -> Option<&Interference> {
        let greeting = greeting.to_lowercase();
        let foreign = self.provider_of(host).is_some_and(|provider| {
            !provider.greeting.is_empty() && !provider.greeting.iter().any(|own| greeting.contains(own))
        });
        let says = |product: &&Interference| product.greetings.iter().any(|words| greeting.contains(words));
        self.interference
            .iter()
            .find(|product| (product.on_path || foreign) && says(product))
    }

    /// The product whose authority has this name (a distinguished name).
    pub fn issuer_of_product(&self, issuer: &str) -> Option<&Interference> {
        let issuer = issuer.to_lowercase();
        self.interference
            .iter()
            .find(|product| product.issuers.iter().any(|words| issuer.contains(words)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_known_by_its_greeting_and_by_its_authority() {
        let knowledge = Knowledge::embedded();
        let greets = |text, host| knowledge.greeting_of_product(text, host).map(|p| p.id.as_str());
        assert_eq!(
            greets("avast! SMTP proxy ready", "mail.contoso.com"),
            Some("avast")
        );
        assert_eq!(
            greets("smtp.example.test ESMTP SonicWall (9.1)", "smtp.office365.com"),
            Some("sonicwall")
        );
        // The same box may be a site's own mail gateway.
        assert_eq!(
            greets("smtp.example.test ESMTP SonicWall (9.1)", "mail.contoso.com"),
            None
        );
        let service = "FR0P281CA0012.outlook.office365.com Microsoft ESMTP MAIL Service ready";
        assert_eq!(greets(service, "smtp.office365.com"), None);
        let issued = |name| knowledge.issuer_of_product(name).map(|p| p.id.as_str());
        assert_eq!(issued("C=US, O=Fortinet, CN=FG100FTK20012345"), Some("fortigate"));
        assert_eq!(issued("C=US, O=DigiCert Inc, CN=DigiCert Global Root G2"), None);
    }
}

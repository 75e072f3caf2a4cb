//! What the firmware table says of a version: abilities, newer releases, contradictions.

use super::super::schema::{Firmware, Mark, TlsRule};
use super::model::ModelName;
use super::version::{ANY_PRODUCT, XeroxVersion};
use jiff::civil::Date;

/// The first rule that speaks of this build.
pub fn tls_rule<'a>(table: &'a Firmware, version: &XeroxVersion) -> Option<&'a TlsRule> {
    let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Date>().ok());
    table.tls_email.iter().find(|rule| {
        rule.families.contains(&version.family)
            && (rule.products.is_empty() || rule.products.contains(&version.product))
            && day(&rule.from).is_none_or(|from| version.date >= from)
            && day(&rule.before).is_none_or(|before| version.date < before)
    })
}

/// Releases for the same product that were built later, in the table's order.
pub fn newer_releases(table: &Firmware, installed: &XeroxVersion, unsure: bool) -> Vec<(String, Mark)> {
    if unsure {
        return Vec::new();
    }
    table
        .releases
        .iter()
        .filter(|release| release.product == installed.product)
        .filter(|release| {
            XeroxVersion::parse(&release.version, table).is_ok_and(|release| release.newer_than(installed))
        })
        .map(|release| (release.version.clone(), release.mark))
        .collect()
}

/// A sentence where the version's product code belongs to other models than the one named.
pub fn contradiction(table: &Firmware, name: &ModelName, version: &XeroxVersion) -> Option<String> {
    let model = name.catalogue.as_deref()?;
    let (code, family) = (&version.product, &version.family);
    let named = table.products.iter().filter(|product| product.code == *code);
    let owner = named
        .clone()
        .find(|product| product.families.contains(family))
        .map(|product| product.models.join(", "));
    let fits = match &owner {
        Some(owner) => owner.split(", ").any(|other| other == model),
        None => {
            code == ANY_PRODUCT
                || named
                    .clone()
                    .any(|product| product.models.iter().any(|m| m == model))
        }
    };
    let owner = owner.unwrap_or_else(|| "no model that is known".to_owned());
    (!fits).then(|| {
        format!(
            "Product code {code} in family {family} belongs to {owner}, not to {model}: \
             check the model and the version before any update."
        )
    })
}

/// Which devices show numbers of this shape.
pub fn shape(table: &Firmware, version: &str) -> Option<String> {
    table
        .shapes
        .iter()
        .find(|shape| {
            regex::Regex::new(&format!("^(?:{})$", shape.pattern))
                .is_ok_and(|pattern| pattern.is_match(version.trim()))
        })
        .map(|shape| shape.name.clone())
}

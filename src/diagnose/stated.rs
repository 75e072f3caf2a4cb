//! What the case itself says, as evidence: limits typed in, what the firmware is known to do, the symptom.

use super::derive::basis_of;
use crate::case::Case;
use crate::evidence::{Actor, Basis, Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::wire::tls::TlsVersion;

/// Evidence from the case, before any probe or file.
pub fn evidence(case: &Case, knowledge: &Knowledge) -> Vec<Evidence> {
    let mut found = Vec::new();
    if let Some(max) = case.device.max_tls.as_deref().and_then(TlsVersion::parse) {
        found.push(
            Evidence::observed(
                Gate::Encrypt,
                Actor::Device,
                "case",
                Fact::DeviceTlsLimit { max },
                format!("The case says that the device offers {max} at most"),
            )
            .on(Basis::Stated),
        );
    }
    if let Some(firmware) = case
        .device
        .firmware
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        let vendor = case.device.vendor.as_deref();
        let model = case.device.model.as_deref();
        if let Some((max, mark, why)) = knowledge.device_tls_limit(vendor, model, firmware) {
            found.push(
                Evidence::observed(
                    Gate::Encrypt,
                    Actor::Device,
                    "firmware",
                    Fact::DeviceTlsLimit { max },
                    why,
                )
                .on(basis_of(mark)),
            );
        }
    }
    if let Some(symptom) = case.symptom.as_deref().filter(|text| !text.trim().is_empty()) {
        found.push(
            Evidence::observed(
                Gate::Device,
                Actor::Device,
                "symptom",
                Fact::Symptom {
                    text: symptom.to_owned(),
                },
                format!("Seen on the device: {symptom}"),
            )
            .on(Basis::Stated),
        );
    }
    found
}

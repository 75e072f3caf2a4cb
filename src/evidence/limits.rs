//! What bounds the device's side of the dialogue, out of the best evidence for each.

use super::{Actor, Basis, Evidence, Fact};
use crate::wire::tls::TlsVersion;

/// The evidence without what newer knowledge of the device has overtaken: a firmware that the device itself
/// names is the one it runs; the one in the case may be an older note.
pub fn current(evidence: &[Evidence]) -> impl Iterator<Item = &Evidence> {
    let shown = evidence
        .iter()
        .any(|item| item.basis == Basis::Observed && matches!(item.fact, Fact::DeviceFirmware { .. }));
    evidence
        .iter()
        .filter(move |item| !(shown && item.source == "firmware"))
}

/// Something that is known of the device, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<T> {
    /// What.
    pub value: T,
    /// How it is known.
    pub basis: Basis,
}

/// How the device introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greets {
    /// The name it gives, where known.
    pub name: Option<String>,
    /// EHLO rather than HELO.
    pub extended: bool,
}

/// What the device can do at most, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceLimits {
    /// Highest TLS version.
    pub tls: Option<Known<TlsVersion>>,
    /// Cipher suites in its own order.
    pub suites: Option<Known<Vec<u16>>>,
    /// Login mechanisms, upper case.
    pub mechanisms: Option<Known<Vec<String>>>,
    /// How it introduces itself.
    pub greets: Option<Known<Greets>>,
}

impl DeviceLimits {
    /// The limits that the evidence shows: what was seen counts more than what is known of the model, that
    /// more than what a person says; of equals the newest counts.
    pub fn of(evidence: &[Evidence]) -> Self {
        let mut by_weight: Vec<&Evidence> = current(evidence)
            .filter(|item| item.actor == Actor::Device)
            .collect();
        by_weight.sort_by_key(|item| (item.basis.rank(), item.at));
        let mut limits = Self::default();
        for item in by_weight {
            limits.take(item);
        }
        limits
    }

    /// Lets one piece of evidence take the place of what was known before.
    fn take(&mut self, item: &Evidence) {
        let basis = item.basis;
        match &item.fact {
            // A session that stands shows what the device can do, though perhaps not the most.
            Fact::DeviceTlsLimit { max: value } | Fact::TlsEstablished { version: value, .. } => {
                let value = *value;
                self.tls = Some(Known { value, basis });
            }
            Fact::DeviceSuites { suites } if !suites.is_empty() => {
                let value = suites.clone();
                self.suites = Some(Known { value, basis });
            }
            Fact::DeviceMechanisms { mechanisms } if !mechanisms.is_empty() => {
                let value = mechanisms.clone();
                self.mechanisms = Some(Known { value, basis });
            }
            Fact::DeviceHello { name, extended } => {
                let old = self.greets.take();
                // A device that was seen to say EHLO knows it, though it may fall back to HELO.
                let knew = old
                    .as_ref()
                    .is_some_and(|old| old.basis == basis && old.value.extended);
                let value = Greets {
                    name: name.clone().or_else(|| old.and_then(|old| old.value.name)),
                    extended: *extended || knew,
                };
                self.greets = Some(Known { value, basis });
            }
            _ => {}
        }
    }

    /// Whether the device is known to greet with HELO alone.
    pub fn says_helo_only(&self) -> bool {
        self.greets.as_ref().is_some_and(|greets| !greets.value.extended)
    }

    /// The weaker of the bases on which the encryption limits rest; *observed* where there are none.
    pub fn encryption_basis(&self) -> Basis {
        let of_tls = self.tls.as_ref().map(|known| known.basis);
        let of_suites = self.suites.as_ref().map(|known| known.basis);
        let all = [of_tls, of_suites].into_iter().flatten();
        all.min_by_key(|basis| basis.rank()).unwrap_or(Basis::Observed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Gate;

    fn of_device(fact: Fact, basis: Basis) -> Evidence {
        Evidence::observed(Gate::Encrypt, Actor::Device, "test", fact, "").on(basis)
    }

    #[test]
    fn what_was_seen_outranks_what_is_known_and_what_is_said() {
        let limit = |max, basis| of_device(Fact::DeviceTlsLimit { max }, basis);
        let limits = DeviceLimits::of(&[
            limit(TlsVersion::Tls10, Basis::Observed),
            limit(TlsVersion::Tls13, Basis::Stated),
            limit(TlsVersion::Tls12, Basis::KnownConfirmed),
        ]);
        let known = limits.tls.unwrap();
        assert_eq!((known.value, known.basis), (TlsVersion::Tls10, Basis::Observed));
    }

    #[test]
    fn a_helo_that_was_seen_keeps_the_name_that_was_said() {
        let hello = |name: Option<&str>, extended, basis| {
            let name = name.map(str::to_owned);
            of_device(Fact::DeviceHello { name, extended }, basis)
        };
        let limits = DeviceLimits::of(&[
            hello(None, false, Basis::Observed),
            hello(Some("mfp"), true, Basis::Stated),
        ]);
        assert!(limits.says_helo_only());
        assert_eq!(limits.greets.unwrap().value.name.as_deref(), Some("mfp"));
    }

    #[test]
    fn a_fall_back_to_helo_does_not_make_a_device_that_says_helo_only() {
        let hello = |extended| {
            let name = Some("mfp".to_owned());
            of_device(Fact::DeviceHello { name, extended }, Basis::Observed)
        };
        assert!(!DeviceLimits::of(&[hello(true), hello(false)]).says_helo_only());
        assert!(DeviceLimits::of(&[hello(false)]).says_helo_only());
    }

    #[test]
    fn a_run_with_two_limits_is_as_sure_as_the_weaker_one() {
        let limits = DeviceLimits::of(&[
            of_device(
                Fact::DeviceTlsLimit {
                    max: TlsVersion::Tls12,
                },
                Basis::Observed,
            ),
            of_device(Fact::DeviceSuites { suites: vec![0x002f] }, Basis::KnownInferred),
        ]);
        assert_eq!(limits.encryption_basis(), Basis::KnownInferred);
    }
}

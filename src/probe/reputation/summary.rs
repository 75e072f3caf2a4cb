//! The few words that stand in the probe's row.

use super::Finding;
use crate::evidence::{Fact, SpfResult};
use std::net::IpAddr;

/// The row's few words.
pub(super) fn words(site: Option<(IpAddr, &[Finding])>, domain: Option<&str>) -> String {
    let Some((address, findings)) = site else {
        return match domain {
            Some(domain) => format!("The site's public address is not known; asked about {domain} only"),
            None => "Neither the site's public address nor a sender's domain is known".to_owned(),
        };
    };
    let mut words = Vec::new();
    for (fact, _) in findings {
        match fact {
            Fact::Listed {
                zone, policy_only, ..
            } => {
                let kind = if *policy_only { " (policy entry)" } else { "" };
                words.push(format!("listed at {zone}{kind}"));
            }
            Fact::BlocklistRefused { zone, .. } => words.push(format!("{zone} refuses to answer")),
            Fact::NoReverseDns { .. } => words.push("no reverse DNS".to_owned()),
            Fact::Spf { result, .. } => {
                words.push(format!("SPF {}", spf_word(*result)));
            }
            _ => {}
        }
    }
    if words.is_empty() {
        words.push("nothing conspicuous".to_owned());
    }
    format!("{address}: {}", words.join(", "))
}

/// The standard's word for a result.
pub(super) const fn spf_word(result: SpfResult) -> &'static str {
    match result {
        SpfResult::None => "none",
        SpfResult::Neutral => "neutral",
        SpfResult::Pass => "pass",
        SpfResult::Fail => "fail",
        SpfResult::SoftFail => "softfail",
        SpfResult::TempError => "temperror",
        SpfResult::PermError => "permerror",
        SpfResult::Undecided => "undecided",
    }
}

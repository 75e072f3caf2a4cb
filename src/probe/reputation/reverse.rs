//! Reverse DNS of the site's public address, and whether the name leads back.

use super::names::{Answer, Names};
use super::{Finding, blocklist};
use crate::evidence::Fact;
use hickory_proto::rr::RecordType;
use std::net::IpAddr;

/// Names of one address that are followed (RFC 8601, section 3, asks for such a bound).
const MAX_NAMES: usize = 4;

/// The address's name, and whether that leads back (RFC 8601, section 3).
pub(super) async fn ask(names: &impl Names, address: IpAddr) -> Vec<Finding> {
    let answer = names.ask(&reverse_name(address), RecordType::PTR).await;
    if let Answer::Failed(_) = answer {
        return Vec::new();
    }
    let pointers = answer.pointers();
    let Some(first) = pointers.first() else {
        let text = format!("The site's public address {address} has no reverse DNS name");
        return vec![(Fact::NoReverseDns { address }, text)];
    };
    let kind = if address.is_ipv4() {
        RecordType::A
    } else {
        RecordType::AAAA
    };
    let mut confirmed = None;
    for name in pointers.iter().take(MAX_NAMES) {
        let answer = names.ask(name, kind).await;
        if matches!(answer, Answer::Failed(_)) {
            return Vec::new();
        }
        if answer.addresses().contains(&address) {
            confirmed = Some(name);
            break;
        }
    }
    let name = confirmed.unwrap_or(first).clone();
    let text = match confirmed {
        Some(name) => format!("{address} has the reverse DNS name {name}, which leads back to it"),
        None => format!("{address} has the reverse DNS name {name}, which does not lead back to it"),
    };
    let fact = Fact::ReverseDns {
        address,
        name,
        confirmed: confirmed.is_some(),
    };
    vec![(fact, text)]
}

/// The name under which an address's name stands (RFC 1035, section 3.5; RFC 3596, section 2.5).
pub(super) fn reverse_name(address: IpAddr) -> String {
    let zone = if address.is_ipv4() {
        "in-addr.arpa"
    } else {
        "ip6.arpa"
    };
    blocklist::query_name(address, zone)
}

#[cfg(test)]
mod tests {
    use super::super::names::memory::Zone;
    use super::*;

    #[tokio::test]
    async fn a_name_counts_only_when_it_leads_back() {
        let address: IpAddr = "203.0.113.9".parse().unwrap();
        let kinds = async |lines: &[&str]| ask(&Zone::of(lines), address).await[0].0.kind();
        let named = "9.113.0.203.in-addr.arpa PTR mail.contoso.test";
        assert_eq!(
            kinds(&[named, "mail.contoso.test A 203.0.113.9"]).await,
            "reverse-dns:confirmed"
        );
        assert_eq!(
            kinds(&[named, "mail.contoso.test A 203.0.113.8"]).await,
            "reverse-dns:unconfirmed"
        );
        assert_eq!(kinds(&[]).await, "no-reverse-dns");
    }

    #[tokio::test]
    async fn a_name_that_cannot_be_looked_up_is_not_called_false() {
        let zone = Zone::of(&["9.113.0.203.in-addr.arpa PTR broken.contoso.test"]);
        assert!(ask(&zone, "203.0.113.9".parse().unwrap()).await.is_empty());
    }

    #[test]
    fn both_families_have_their_tree() {
        let six = reverse_name("2001:db8::1".parse().unwrap());
        assert!(
            six.starts_with("1.0.0.") && six.ends_with(".8.b.d.0.1.0.0.2.ip6.arpa"),
            "{six}"
        );
    }
}

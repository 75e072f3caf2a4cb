//! What block lists, reverse DNS and SPF say of a fault: they point, and only the service's own words prove.

use super::Link;
use super::situation::Situation;
use super::term::Term;
use crate::case::{Auth, Method};
use crate::certainty::Certainty;
use crate::evidence::{Actor, Evidence, Fact, Harm, SpfResult, Stage};
use crate::gate::Gate;

/// A weak pointer, log-odds.
const HINTS: f64 = 1.5;
/// A pointer that meets a refusal without words of its own.
const SUPPORTS: f64 = 4.0;
/// What speaks against a cause.
const AGAINST: f64 = -2.0;

/// Terms for mail that goes out under the site's own address. `spoken` is what is known without them: where
/// the service said why it refuses, its word stands; where it did not, a listing makes the refusal readable.
pub fn terms(situation: &Situation<'_>, evidence: &[Evidence], spoken: &[Term]) -> Vec<Term> {
    if !matches!(situation.method, Method::DirectSend | Method::Relay) {
        return Vec::new();
    }
    let refusal = wordless_refusal(evidence, spoken);
    let strict = evidence
        .iter()
        .any(|item| matches!(&item.fact, Fact::Dmarc { policy: Some(policy), .. } if policy != "none"));
    let mut terms = Vec::new();
    for (position, item) in evidence.iter().enumerate() {
        let Some((cause, weight)) = pointer(&item.fact, situation.method, strict, refusal.is_some()) else {
            continue;
        };
        let supports = weight >= SUPPORTS;
        terms.push(Term {
            cause: cause.to_owned(),
            evidence: position,
            with: refusal.filter(|_| supports).into_iter().collect(),
            weight,
            key: format!("reputation {cause}"),
            cap: if supports {
                Certainty::Likely
            } else {
                Certainty::Possible
            },
            gate: Gate::Sender,
            actor: Actor::Service,
            excludes: false,
        });
    }
    terms
}

/// The cause that a fact points to, and how strongly.
fn pointer(fact: &Fact, method: Method, strict: bool, refused: bool) -> Option<(&'static str, f64)> {
    let supports = |yes: bool| if yes && refused { SUPPORTS } else { HINTS };
    let cause = cause_of(fact);
    match fact {
        Fact::Listed { policy_only, .. } => {
            // Policy entries are made against direct sending; a relay knows its own clients.
            cause.zip(Some(supports(!policy_only || method == Method::DirectSend)))
        }
        Fact::NoReverseDns { .. } | Fact::ReverseDns { confirmed: false, .. } => cause.zip(Some(HINTS)),
        Fact::ReverseDns { confirmed: true, .. } => Some(("no-reverse-dns", AGAINST)),
        Fact::Spf { result, .. } => match result {
            SpfResult::Fail => cause.zip(Some(supports(true))),
            SpfResult::SoftFail | SpfResult::None | SpfResult::Neutral | SpfResult::PermError if strict => {
                Some(("sender-unauthenticated", supports(true)))
            }
            SpfResult::SoftFail | SpfResult::PermError => cause.zip(Some(HINTS)),
            SpfResult::Pass => Some(("sender-unauthenticated", AGAINST)),
            SpfResult::None | SpfResult::Neutral | SpfResult::TempError | SpfResult::Undecided => None,
        },
        // Whether an old mail host goes on answering is not known; with a refusal it is worth a look.
        Fact::OtherMailHost { .. } if refused => Some(("relay-denied", HINTS)),
        Fact::MtaSts {
            mode: Some(mode),
            covers: false,
            ..
        } if mode == "enforce" && method == Method::Relay => Some(("delivery-delayed", HINTS)),
        // Receivers may refuse a domain to which no answer could be sent (RFC 7505, section 4.2).
        Fact::MailHosts {
            hosts,
            has_address: false,
            ..
        } if hosts.is_empty() => Some(("sender-rejected", HINTS)),
        _ => None,
    }
}

/// The cause for which an unfavourable fact speaks.
fn cause_of(fact: &Fact) -> Option<&'static str> {
    match fact {
        Fact::Listed { .. } => Some("ip-reputation"),
        Fact::NoReverseDns { .. } | Fact::ReverseDns { confirmed: false, .. } => Some("no-reverse-dns"),
        Fact::Spf {
            result: SpfResult::Fail | SpfResult::SoftFail | SpfResult::PermError,
            ..
        } => Some("sender-unauthenticated"),
        _ => None,
    }
}

/// A refusal of the sender, the recipient or the message whose words say nothing for sure.
fn wordless_refusal(evidence: &[Evidence], spoken: &[Term]) -> Option<usize> {
    evidence.iter().enumerate().find_map(|(position, item)| {
        let judged = matches!(
            item.fact,
            Fact::Refused {
                stage: Stage::Greeting | Stage::Mail | Stage::Rcpt | Stage::Data | Stage::EndOfData,
                ..
            }
        );
        let said = spoken
            .iter()
            .any(|term| term.evidence == position && term.weight > 0.0 && term.cap > Certainty::Possible);
        (judged && !said).then_some(position)
    })
}

/// Unfavourable facts that do no harm here: behind a login, or because the message was accepted all the same.
pub fn harmless(situation: &Situation<'_>, evidence: &[Evidence], links: &[Link]) -> Vec<(usize, Harm)> {
    let logs_in = situation.method == Method::Submission && situation.case.mail.auth != Auth::None;
    let own_address = matches!(situation.method, Method::DirectSend | Method::Relay);
    let accepted = evidence.iter().any(|item| {
        matches!(
            item.fact,
            Fact::Accepted {
                stage: Stage::EndOfData,
                ..
            }
        )
    });
    let taken = evidence.iter().any(|item| {
        matches!(
            item.fact,
            Fact::Accepted {
                stage: Stage::Rcpt | Stage::EndOfData,
                ..
            }
        )
    });
    let harm = |fact: &Fact| match fact {
        Fact::Listed {
            policy_only: true, ..
        } if logs_in => Some(Harm::NormalForOffice),
        _ if logs_in => Some(Harm::LoginVouches),
        // An accepted message may still be put aside by the sender's own policy.
        Fact::Spf { .. } => None,
        _ if own_address && accepted => Some(Harm::AcceptedAnyway),
        _ => None,
    };
    evidence
        .iter()
        .enumerate()
        .filter_map(|(position, item)| {
            if own_address && matches!(item.fact, Fact::BlocklistRefused { .. }) {
                return Some((position, Harm::NoListing));
            }
            if matches!(item.fact, Fact::MtaSts { .. } | Fact::Dane { .. }) {
                return Some((position, Harm::BindsServers));
            }
            if own_address && taken && matches!(item.fact, Fact::OtherMailHost { .. }) {
                return Some((position, Harm::OtherHostWorks));
            }
            let cause = cause_of(&item.fact)?;
            if links.iter().any(|link| link.cause == cause) {
                return None;
            }
            harm(&item.fact).map(|harm| (position, harm))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::diagnose;
    use super::*;
    use crate::case::Case;
    use crate::evidence::number;
    use crate::knowledge::Knowledge;
    use crate::wire::reply::Reply;

    fn listed(policy_only: bool) -> Evidence {
        let fact = Fact::Listed {
            address: "203.0.113.9".parse().unwrap(),
            zone: "zen.spamhaus.org".into(),
            code: "127.0.0.4".parse().unwrap(),
            meaning: "XBL".into(),
            policy_only,
        };
        Evidence::observed(
            Gate::Sender,
            Actor::Service,
            "reputation",
            fact,
            "203.0.113.9 is listed",
        )
    }

    fn spf(result: SpfResult) -> Evidence {
        let fact = Fact::Spf {
            domain: "contoso.com".into(),
            address: "203.0.113.9".parse().unwrap(),
            result,
            lookups: 0,
            void: 0,
            path: Vec::new(),
        };
        Evidence::observed(Gate::Sender, Actor::Service, "reputation", fact, "SPF")
    }

    fn said(stage: Stage, code: u16, text: &str) -> Evidence {
        let reply = Reply::new(code, vec![text.to_owned()]);
        let fact = if code < 400 {
            Fact::Accepted { stage, reply }
        } else {
            Fact::Refused { stage, reply }
        };
        Evidence::observed(stage.gate(), Actor::Laptop, "message", fact, text)
    }

    fn diagnosed(method: Method, mut evidence: Vec<Evidence>) -> super::super::Diagnosis {
        let mut case = Case::default();
        case.mail.server = "mx.contoso.com".into();
        case.mail.method = method;
        if method == Method::Submission {
            case.mail.auth = Auth::Password {
                user: "scan@contoso.com".into(),
            };
        }
        number(&mut evidence);
        diagnose(&case, evidence, &Knowledge::embedded())
    }

    #[test]
    fn a_listing_alone_is_no_fault() {
        let found = diagnosed(Method::DirectSend, vec![listed(false)]);
        assert_eq!(found.verdict.cause, "inconclusive");
        let found = diagnosed(
            Method::DirectSend,
            vec![said(Stage::EndOfData, 250, "queued"), listed(false)],
        );
        assert!(found.chain.is_empty() && found.harmless.len() == 1, "{found:#?}");
        assert!(found.ruled_out.iter().any(|out| out.cause == "ip-reputation"));
    }

    #[test]
    fn a_listing_makes_a_wordless_refusal_readable() {
        let refused = said(Stage::EndOfData, 554, "Transaction failed");
        let without = diagnosed(Method::DirectSend, vec![refused.clone()]);
        assert_ne!(without.verdict.cause, "ip-reputation");
        let with = diagnosed(Method::DirectSend, vec![refused, listed(false)]);
        assert_eq!(with.verdict.cause, "ip-reputation");
        assert_eq!(with.verdict.certainty, Certainty::Likely);
    }

    #[test]
    fn the_services_own_words_outrank_a_listing() {
        let why = "5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources";
        let found = diagnosed(
            Method::DirectSend,
            vec![said(Stage::Rcpt, 550, why), listed(false)],
        );
        let chain: Vec<_> = found.chain.iter().map(|link| link.cause.as_str()).collect();
        assert_eq!(chain, ["direct-send-rejected"]);
    }

    #[test]
    fn behind_a_login_neither_listing_nor_spf_matters() {
        let facts = vec![listed(true), listed(false), spf(SpfResult::Fail)];
        let found = diagnosed(Method::Submission, facts);
        assert_eq!(found.harmless.len(), 3);
        assert!(found.candidates.is_empty(), "{:#?}", found.candidates);
    }

    #[test]
    fn a_failing_spf_record_explains_a_wordless_refusal_and_a_passing_one_does_not() {
        let refused = said(Stage::EndOfData, 554, "Transaction failed");
        let fails = diagnosed(Method::DirectSend, vec![refused.clone(), spf(SpfResult::Fail)]);
        assert_eq!(fails.verdict.cause, "sender-unauthenticated");
        let passes = diagnosed(Method::DirectSend, vec![refused, spf(SpfResult::Pass)]);
        assert_ne!(passes.verdict.cause, "sender-unauthenticated");
    }

    fn of(fact: Fact, text: &str) -> Evidence {
        Evidence::observed(Gate::Sender, Actor::Service, "reputation", fact, text)
    }

    #[test]
    fn what_binds_mail_servers_does_no_harm_to_a_copier() {
        let policy = Fact::MtaSts {
            domain: "contoso.com".into(),
            mode: Some("enforce".into()),
            covers: false,
            problem: None,
        };
        let dane = Fact::Dane {
            host: "mx.contoso.com".into(),
            records: 2,
            authenticated: Some(true),
        };
        let evidence = vec![of(policy.clone(), "MTA-STS"), of(dane, "DANE")];
        let found = diagnosed(Method::Submission, evidence);
        assert_eq!(found.harmless.len(), 2);
        assert!(found.candidates.is_empty());
        let relayed = diagnosed(Method::Relay, vec![of(policy, "MTA-STS")]);
        assert_eq!(
            relayed.candidates[0].cause, "delivery-delayed",
            "it may explain a relay's delay"
        );
        assert!(relayed.chain.is_empty(), "a hint is no fault");
    }

    #[test]
    fn an_old_mail_host_counts_only_beside_a_refusal() {
        let differs = || {
            let fact = Fact::OtherMailHost {
                server: "contoso-com.mail.protection.outlook.com".into(),
                domain: "contoso.com".into(),
                hosts: vec!["contoso-com.i-v1.mx.microsoft".into()],
            };
            of(fact, "another mail host")
        };
        let refused = diagnosed(
            Method::DirectSend,
            vec![said(Stage::Rcpt, 550, "Transaction failed"), differs()],
        );
        assert!(
            refused.candidates.iter().any(|c| c.cause == "relay-denied"),
            "{:#?}",
            refused.candidates
        );
        let taken = diagnosed(
            Method::DirectSend,
            vec![said(Stage::EndOfData, 250, "queued"), differs()],
        );
        assert!(
            taken.harmless.iter().any(|h| h.why.contains("present one")),
            "{:#?}",
            taken.harmless
        );
    }
}

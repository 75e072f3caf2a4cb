//! What everybody may know: the hosts and the words that the knowledge files hold. What stands there tells of no customer.

use super::patterns::{self, owned_part};
use crate::knowledge::built_in;
use crate::packed::Packed;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Hosts and words of the knowledge.
#[derive(Debug, Default)]
pub struct Public {
    /// Domains of providers, makers and block lists.
    owners: HashSet<String>,
    /// Words of the language and of the trade.
    words: HashSet<String>,
}

/// Second labels of the names that examples use; they stand for customers.
const EXAMPLES: [&str; 4] = ["contoso", "fabrikam", "northwind", "example"];

/// Words of the report's own sentences that the knowledge may not hold.
const OWN: [&str; 30] = [
    "report",
    "summary",
    "appendix",
    "overview",
    "impact",
    "recommendation",
    "resolution",
    "status",
    "customer",
    "client",
    "technician",
    "evidence",
    "candidate",
    "transcript",
    "confirmed",
    "likely",
    "possible",
    "passed",
    "failed",
    "unknown",
    "public",
    "private",
    "address",
    "domain",
    "serial",
    "tenant",
    "organisation",
    "person",
    "trace",
    "hidden",
];

static PUBLIC: LazyLock<Public> = LazyLock::new(|| {
    let mut public = Public::default();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for text in built_in::files().map(Packed::text) {
        let text = text.as_str();
        for host in patterns::all(&patterns::HOST, text, 0) {
            let host = host.to_lowercase();
            let file = host.rsplit('.').next().is_some_and(patterns::is_file_ending);
            if let Some(owner) = owned_part(&host).filter(|_| !file) {
                let reserved = |end: &str| ["test", "invalid"].contains(&end);
                let example = owner.rsplit('.').next().is_some_and(reserved)
                    || owner.split('.').any(|label| EXAMPLES.contains(&label));
                if !example {
                    public.owners.insert(owner);
                }
            }
        }
        let plain = patterns::each(&patterns::MAIL, text, |_| " ".to_owned());
        let plain = patterns::each(&patterns::HOST, &plain, |_| " ".to_owned());
        for word in patterns::all(&patterns::WORD, &plain, 0) {
            *seen.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    public.words = seen
        .into_iter()
        .filter(|(word, times)| *times > 1 && !EXAMPLES.contains(&word.as_str()))
        .map(|(word, _)| word)
        .chain(OWN.iter().map(|word| (*word).to_owned()))
        .collect();
    public
});

/// Whether a host belongs to somebody whom the knowledge names.
pub fn is_public_host(host: &str) -> bool {
    owned_part(host).is_some_and(|owner| PUBLIC.owners.contains(&owner)) || PUBLIC.owners.contains(host)
}

/// Whether a word is one of the language or of the trade.
pub fn is_common_word(word: &str) -> bool {
    PUBLIC.words.contains(word)
}

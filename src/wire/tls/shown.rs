//! A certificate as people ask for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is wrong with a certificate, judged at the time of the probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateProblem {
    /// No chain to a public root or to a root of this computer.
    Untrusted,
    /// The chain ends in a root that only this computer trusts.
    Intercepted,
    /// The time of validity is over.
    Expired,
    /// The time of validity has not begun.
    NotYetValid,
    /// None of its names is the server's name.
    NameMismatch,
    /// Its key or signature is too weak for today's clients.
    Weak,
}

/// The facts of a certificate that people ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// Subject distinguished name.
    pub subject: String,
    /// Issuer distinguished name.
    pub issuer: String,
    /// DNS names and addresses of the subject alternative name.
    pub names: Vec<String>,
    /// Start of validity.
    pub not_before: Option<Timestamp>,
    /// End of validity.
    pub not_after: Option<Timestamp>,
    /// Whether a chain leads to a public root, to the name, at this time.
    pub trusted: bool,
    /// What is wrong with it, most serious first.
    pub problems: Vec<CertificateProblem>,
    /// Key algorithm and size in bits, such as `RSA 2048`.
    pub key: String,
}

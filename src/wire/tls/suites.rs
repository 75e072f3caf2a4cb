//! Cipher suites by name, and the families that old copiers need.

use serde::{Serialize, Serializer};

/// A family of cipher suites that devices of a certain age depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuiteFamily {
    /// RSA key exchange with AES-CBC: the only suites of many copiers that know TLS up to 1.2.
    RsaCbc,
    /// RSA key exchange, whatever the cipher (RFC 5246, section 7.4.7.1).
    RsaKeyExchange,
    /// CBC ciphers, whatever the key exchange.
    Cbc,
    /// Triple DES.
    TripleDes,
    /// RC4, forbidden by RFC 7465.
    Rc4,
}

impl SuiteFamily {
    /// All families, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::RsaCbc,
        Self::RsaKeyExchange,
        Self::Cbc,
        Self::TripleDes,
        Self::Rc4,
    ];

    /// The word in JSON and in kinds of fact.
    pub const fn id(self) -> &'static str {
        match self {
            Self::RsaCbc => "rsa-cbc",
            Self::RsaKeyExchange => "rsa-key-exchange",
            Self::Cbc => "cbc",
            Self::TripleDes => "3des",
            Self::Rc4 => "rc4",
        }
    }

    /// In words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::RsaCbc => "RSA key exchange with AES-CBC",
            Self::RsaKeyExchange => "RSA key exchange",
            Self::Cbc => "CBC ciphers",
            Self::TripleDes => "3DES",
            Self::Rc4 => "RC4",
        }
    }

    /// Its suites, the strongest first (IANA's register of TLS parameters).
    pub const fn suites(self) -> &'static [u16] {
        match self {
            Self::RsaCbc => &[0x003d, 0x003c, 0x0035, 0x002f],
            Self::RsaKeyExchange => &[
                0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0x0084, 0x0041, 0x000a, 0x0005, 0x0004,
            ],
            Self::Cbc => &[
                0xc024, 0xc028, 0xc023, 0xc027, 0xc00a, 0xc014, 0xc009, 0xc013, 0x006b, 0x0067, 0x0039,
                0x0033, 0x003d, 0x003c, 0x0035, 0x002f, 0x0084, 0x0041, 0xc008, 0xc012, 0x0016, 0x000a,
            ],
            Self::TripleDes => &[0xc008, 0xc012, 0x0016, 0x000a],
            Self::Rc4 => &[0xc007, 0xc011, 0x0005, 0x0004],
        }
    }
}

impl Serialize for SuiteFamily {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// The name of a cipher suite as IANA lists it, such as `TLS_RSA_WITH_AES_128_CBC_SHA`.
pub fn suite_name(suite: u16) -> String {
    tls_parser::TlsCipherSuite::from_id(suite)
        .map_or_else(|| format!("{suite:#06x}"), |known| known.name.to_owned())
}

/// The suite of an IANA name, or of a number such as `0x002f`.
pub fn suite_named(text: &str) -> Option<u16> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => tls_parser::TlsCipherSuite::from_name(&text.to_ascii_uppercase()).map(|known| known.id.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_have_their_names_and_are_found_by_them() {
        assert_eq!(suite_name(0x002f), "TLS_RSA_WITH_AES_128_CBC_SHA");
        assert_eq!(suite_name(0xfefe), "0xfefe");
        assert_eq!(suite_named("tls_rsa_with_aes_128_cbc_sha"), Some(0x002f));
        assert_eq!(suite_named(" 0xc02f "), Some(0xc02f));
        assert_eq!(suite_named("AES"), None);
    }

    #[test]
    fn every_suite_of_a_family_is_of_that_family_by_its_name() {
        for family in SuiteFamily::ALL {
            for &suite in family.suites() {
                let name = suite_name(suite);
                let fits = match family {
                    SuiteFamily::RsaCbc => name.starts_with("TLS_RSA_WITH_AES") && name.contains("_CBC_"),
                    SuiteFamily::RsaKeyExchange => name.starts_with("TLS_RSA_WITH_"),
                    SuiteFamily::Cbc => name.contains("_CBC_"),
                    SuiteFamily::TripleDes => name.contains("3DES"),
                    SuiteFamily::Rc4 => name.contains("RC4"),
                };
                assert!(fits, "{} is no suite of {}", name, family.title());
            }
        }
    }
}

//! Why a true fact does no harm in a case.

/// Why a true fact does no harm in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// The device sends without encryption.
    NotEncrypted,
    /// Servers that deliver mail to a copier do not check it.
    DeliveryDoesNotCheck,
    /// The device does not check it.
    NotChecked,
    /// What came was thrown away.
    Discarded,
    /// A firewall masks words, and everything works all the same.
    Cosmetic,
    /// The login vouches for the sender, whatever the address.
    LoginVouches,
    /// A policy entry, normal for an office line, of a site that logs in.
    NormalForOffice,
    /// The message was accepted all the same.
    AcceptedAnyway,
    /// A block list would not answer, which says nothing of the address.
    NoListing,
    /// It binds mail servers that deliver to the domain, not a copier.
    BindsServers,
    /// The host is another than the domain's present one, and it takes the mail all the same.
    OtherHostWorks,
}

impl Harm {
    /// One sentence.
    pub const fn why(self) -> &'static str {
        match self {
            Self::NotEncrypted => {
                "The device is set to send without encryption, so it does not matter for this send"
            }
            Self::DeliveryDoesNotCheck => {
                "Mail servers that deliver to a copier encrypt where they can and do not check its certificate"
            }
            Self::NotChecked => "The device does not check the server's certificate",
            Self::Cosmetic => {
                "A firewall on the way masks some words of the dialogue, and mail gets through all the same"
            }
            Self::LoginVouches => {
                "The device logs in, and the login vouches for the sender whatever the site's address is"
            }
            Self::NormalForOffice => {
                "Such an entry is normal for an office line and no sign of spam; the device logs in, so it does not matter"
            }
            Self::BindsServers => {
                "It binds mail servers that deliver to this domain; a copier does not look at it, a relay in between may"
            }
            Self::OtherHostWorks => {
                "The host that is set took the mail; enter the present one before it is withdrawn"
            }
            Self::NoListing => "A list that refuses to answer does not list anybody",
            Self::AcceptedAnyway => "The message was accepted at its end all the same",
            Self::Discarded => {
                "What came in plain text behind the STARTTLS reply was discarded, as RFC 3207 asks"
            }
        }
    }
}

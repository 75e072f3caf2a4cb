//! A cause's way out in a client's words: what is to be done, why it helps, what it takes, what to keep in mind.

use crate::gate::Gate;

/// The way out of one cause, without a technical word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plain {
    /// What is to be done.
    pub fix: &'static str,
    /// Why it helps.
    pub why: &'static str,
    /// What it takes, and what people notice of it.
    pub effort: &'static str,
    /// What keeps it from coming back.
    pub advice: &'static str,
}

const SETTING: &str =
    "A change of settings on the copier, commonly a matter of minutes. Printing and copying go on meanwhile.";
const ADMIN: &str = "A change by the administrator of the mail service. It costs the users nothing, but can take up to a day to spread.";
const NETWORK: &str = "A change by whoever looks after the network or the internet connection.";

/// The words for a cause; those of its gate where it has none of its own.
pub fn words(cause: &str, gate: Gate) -> Plain {
    match cause {
        "device-tls-too-old" => Plain {
            fix: "Update the copier's internal software to a release that knows present-day encryption. Where the maker has none, use one of the interim ways listed in the appendix.",
            why: "The mail service turns away the old encryption. After the update both sides have one in common, and the scan gets past this point.",
            effort: "The copier is commonly out of use for 20 to 60 minutes during the update. Its settings are written down and saved beforehand.",
            advice: "Have the copier's software looked after regularly; mail services raise their demands every few years.",
        },
        "server-tls-too-old" | "no-common-cipher" | "tls-handshake-failed" | "smtp-receive-tls-failed" => {
            Plain {
                fix: "Bring the older of the two sides up to date, so that the copier and the mail server have one way of encrypting in common.",
                why: "An encrypted connection needs a method that both sides know. With one in common it is set up without further ado.",
                effort: "An update or a change of settings on one side; the copier may be out of use for a short time.",
                advice: "Look at the encryption of copier and mail server again whenever either of them is updated.",
            }
        }
        "smtp-receive-tls-required" => Plain {
            fix: "Let the sending server encrypt its mail to the copier, or set the copier to accept both encrypted and unencrypted mail.",
            why: "Either way the two sides then agree on how the mail is handed over, and the copier has no reason left to hang up.",
            effort: "One setting, on the sending server or on the copier. No part is replaced, and printing goes on meanwhile.",
            advice: "Prefer the encrypted way where the sending server can do it, and keep a note of this setting with the copier's papers.",
        },
        "starttls-not-offered" | "starttls-required" | "wrong-port-for-encryption" => Plain {
            fix: "Set the copier's encryption and its way into the mail service to a pair that belongs together.",
            why: "The mail service expects encryption to begin in one particular way. With matching settings both sides begin it at the same moment.",
            effort: SETTING,
            advice: "Keep a copy of the working mail settings, so that they can be put back after a repair or an update.",
        },
        "certificate-untrusted"
        | "certificate-expired"
        | "certificate-not-yet-valid"
        | "certificate-name-mismatch"
        | "certificate-weak"
        | "tls-intercepted" => Plain {
            fix: "Put right the mail server's proof of identity as the copier sees it: renew it, address the server by its proper name, or leave it untouched on its way through security products.",
            why: "The copier refuses to hand documents to a server whose identity it cannot check. With a valid proof it has no reason to refuse.",
            effort: "Work for whoever looks after the mail server or the firewall; a few settings on the copier at most.",
            advice: "Note the date on which the server's certificate runs out, and renew it ahead of time.",
        },
        "device-clock-wrong" => Plain {
            fix: "Set the copier's date and time, and let it fetch them from a time service from now on.",
            why: "A proof of identity is valid between two dates. A copier that lives in the wrong year takes a valid one for invalid.",
            effort: SETTING,
            advice: "If the clock is wrong again after the copier was switched off, its battery needs to be replaced.",
        },
        "smtp-auth-disabled-tenant" | "smtp-auth-disabled-mailbox" | "basic-auth-blocked" => Plain {
            fix: "Have the administrator of the mail service allow the copier's mailbox to send from a device.",
            why: "The mail service knows the account and turns it away only because this way of sending is switched off for it. Once it is on, the login counts.",
            effort: ADMIN,
            advice: "Give the copier a mailbox of its own, with this one right, so that nobody else's account has to be opened up.",
        },
        "auth-required"
        | "auth-not-offered"
        | "auth-mechanism-mismatch"
        | "credentials-rejected"
        | "app-password-required"
        | "account-locked" => Plain {
            fix: "Give the copier a login that the mail service accepts: the right account, the right password and the right kind of login.",
            why: "The mail service lets only known senders in. With a valid login the copier is one of them.",
            effort: SETTING,
            advice: "Whenever the password of this account changes, enter the new one on the copier the same day.",
        },
        "ip-reputation"
        | "no-reverse-dns"
        | "direct-send-rejected"
        | "relay-denied"
        | "sender-unauthenticated" => Plain {
            fix: "Let the copier send through a mail account with a login. Where that is not possible, use a fixed internet address with a good name that is registered with the mail service.",
            why: "Today the mail service judges by the internet address from which the scan comes. With a login it knows the sender, and the address no longer decides.",
            effort: "A mailbox for the copier and a change of its mail settings. Removal from a block list, if it is asked for, can take days and is no lasting cure by itself.",
            advice: "Keep to sending with a login even if the address is taken off the list. Have the computers at the site checked once: an address often gets a bad name because of an infected machine behind it.",
        },
        "send-as-denied" | "sender-rejected" | "sender-blocked" | "rate-limited" => Plain {
            fix: "Set the copier to a sender address that its account may use, and have the mail service lift what bars it.",
            why: "The mail service accepts the connection and objects to the sender alone. With a permitted sender nothing is left to object to.",
            effort: ADMIN,
            advice: "Keep one address for this copier and change it in both places at once, on the copier and in the mail service.",
        },
        "message-too-large" => Plain {
            fix: "Scan with a lower resolution or in several parts, or send large scans to a folder instead of by e-mail.",
            why: "The way of sending works; only documents beyond the limit are turned away.",
            effort: SETTING,
            advice: "Choose a resolution for everyday scans that stays well below the limit.",
        },
        "port-blocked" | "smtp-inspection" | "connection-lost" | "host-unreachable" | "dns-unreachable" => {
            Plain {
                fix: "Let the copier's connection to the mail service pass through the site's firewall and internet connection unhindered.",
                why: "Copier and mail service are willing; something between them stands in the way. Without it they reach each other.",
                effort: NETWORK,
                advice: "Keep the permission narrow: this copier, to this mail service only.",
            }
        }
        _ => by_gate(gate),
    }
}

fn by_gate(gate: Gate) -> Plain {
    match gate {
        Gate::Device | Gate::Resolve | Gate::Connect | Gate::Greet => Plain {
            fix: "Correct the copier's network and mail settings, so that it finds and reaches the right mail server.",
            why: "A scan can only be handed over once the copier stands in front of the right server.",
            effort: SETTING,
            advice: "Keep a copy of the working settings, so that they can be put back after a repair or an update.",
        },
        Gate::Encrypt | Gate::Certificate | Gate::Authenticate | Gate::Sender => Plain {
            fix: "Bring the copier's mail settings and the mail service's demands together, as the appendix describes.",
            why: "The mail service names what it objects to. With that settled it accepts the scan.",
            effort: ADMIN,
            advice: "Keep a copy of the working settings, so that they can be put back after a repair or an update.",
        },
        Gate::Recipient => Plain {
            fix: "Correct the recipient's address on the copier, or have the recipient's mailbox put in order.",
            why: "The way of sending works; only this recipient is turned away.",
            effort: SETTING,
            advice: "Go through the copier's address book once a year and remove people who have left.",
        },
        Gate::Content | Gate::Deliver => Plain {
            fix: "Have the receiving side accept and deliver the copier's messages, as the appendix describes.",
            why: "The copier does its part up to the hand-over; what holds the scan up comes after that.",
            effort: ADMIN,
            advice: "Register the copier's address as a known sender on the receiving side.",
        },
    }
}

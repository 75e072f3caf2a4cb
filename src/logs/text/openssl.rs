//! What `openssl s_client` prints (OpenSSL manual, s_client(1)); its two outputs mix, so each line is
//! read for itself. "Verification: OK" is also printed where no certificate came.

use super::talk::{push, push_words};
use super::{Format, Line, find, transcript};
use crate::evidence::{ConnectFailure, Fact, Stage, TlsFailure};
use crate::gate::Gate;
use crate::logs::collect::Collector;
use crate::wire::reply::Reply;

/// Beginnings of lines that belong to this program.
const SIGNS: [&str; 12] = [
    "CONNECTED(",
    "SSL-Session:",
    "New, TLSv",
    "New, SSLv",
    "New, (NONE)",
    "SSL handshake has read",
    "No client certificate CA names sent",
    "Verify return code:",
    "Verification: ",
    "Verification error:",
    "connect:errno=",
    "Didn't find STARTTLS in server response",
];

/// Whether a line is one of the program's.
pub fn is_sign(text: &str) -> bool {
    let text = text.trim();
    SIGNS.iter().any(|sign| text.starts_with(sign))
}

/// Reads such an output.
#[derive(Default)]
pub struct OpenSsl;

impl Format for OpenSsl {
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool {
        let text = line.text.trim();
        let mut say = |gate, fact, words: &str| push(gate, fact, words, line.number, None, out);
        if let Some(rest) = text.strip_prefix("New, ") {
            if let Some((version, suite)) = rest.split_once(", Cipher is ")
                && let Some(version) = transcript::version(version)
            {
                let fact = Fact::TlsEstablished {
                    version,
                    suite: suite.to_owned(),
                };
                say(Gate::Encrypt, fact, &format!("{version} with {suite} was agreed"));
            }
            return true;
        }
        if let Some(alert) = alert(text) {
            let failure = TlsFailure::Alert(alert.clone());
            say(
                Gate::Encrypt,
                Fact::TlsFailed { failure },
                &format!("the server answered with the TLS alert {alert}"),
            );
            return true;
        }
        if text.contains("wrong version number") || text.contains("packet length too long") {
            let failure = TlsFailure::NotTls;
            say(
                Gate::Encrypt,
                Fact::TlsFailed { failure },
                "what came was not TLS",
            );
            return true;
        }
        if text.starts_with("connect:errno=111") || text.contains("Connection refused") {
            let fact = Fact::ConnectFailed {
                port: 0,
                failure: ConnectFailure::Refused,
            };
            say(Gate::Connect, fact, "the connection was refused");
            return true;
        }
        if let Some(rest) = text
            .strip_prefix("Verify return code: ")
            .or_else(|| text.strip_prefix("Verification error: "))
        {
            if !rest.starts_with("0 ") {
                push_words(text, Some(Stage::Handshake), line.number, None, out);
            }
            return true;
        }
        if text.starts_with("Didn't find STARTTLS") {
            say(
                Gate::Encrypt,
                Fact::StartTlsNotOffered,
                "the server does not list STARTTLS",
            );
            return true;
        }
        if text.starts_with("subject=") || text.starts_with("issuer=") || text.contains("NotAfter:") {
            let fact = Fact::Note {
                text: text.to_owned(),
            };
            say(Gate::Certificate, fact, text);
            return true;
        }
        if let Some((code, _, words)) = crate::logs::capture::reply_parts(text) {
            let reply = Reply::new(code, vec![find::hushed(&words)]);
            if !reply.is_positive() {
                let stage = find::stage(text).unwrap_or(Stage::Later);
                let summary = format!("the server answered {reply}");
                say(stage.gate(), Fact::Refused { stage, reply }, &summary);
            }
            return true;
        }
        if text.starts_with("verify error:") || (text.contains(":error:") || text.starts_with("error:")) {
            push_words(text, Some(Stage::Handshake), line.number, None, out);
            return true;
        }
        is_sign(text)
    }
}

/// The alert that OpenSSL names by number, in the RFC's word.
fn alert(text: &str) -> Option<String> {
    let number = text.split("SSL alert number ").nth(1)?;
    let code: u8 = number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    Some(crate::wire::tls::alert_name(code).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<String> {
        let mut out = Collector::new("s.txt");
        for (index, text) in text.lines().enumerate() {
            OpenSsl.line(
                Line {
                    text,
                    number: index as u64 + 1,
                },
                &mut out,
            );
        }
        out.finish().iter().map(|evidence| evidence.fact.kind()).collect()
    }

    #[test]
    fn a_refused_version_and_a_good_session_are_told_apart() {
        let refused = "CONNECTED(00000003)\n80:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:ssl/record/rec_layer_s3.c:1586:SSL alert number 70\nNew, (NONE), Cipher is (NONE)\nVerification: OK\n";
        assert_eq!(kinds(refused), ["tls-failed:alert:protocol_version"]);
        let good = "CONNECTED(00000003)\nNew, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\nVerify return code: 18 (self-signed certificate)\n";
        assert_eq!(kinds(good), ["tls-established", "log-line"]);
    }
}

//! The TLS handshake of a client: its hello is told before TLS judges it.

use super::{Dialogue, Step};
use crate::evidence::{Loss, Stage, TlsFailure};
use crate::listen::observation::Seen;
use crate::wire::tls::TlsVersion;
use crate::wire::tls::client_hello::Flight;
use std::sync::Arc;

impl Dialogue {
    /// TLS came on a port where SMTP begins in plain text: the hello is told, then the connection ends.
    pub(super) async fn tls_at_once(&mut self) -> Step {
        self.tell(Seen::TlsAtOnce).await;
        match self.stream.flight().await {
            Flight::Hello(hello) => self.tell(Seen::Hello(hello)).await,
            Flight::OldForm(hello) => self.tell(Seen::OldHello(hello)).await,
            Flight::Other | Flight::Incomplete => {}
        }
        self.stage = Stage::Handshake;
        Step::Stop
    }

    /// Leads the handshake; SMTP begins anew behind it (RFC 3207, section 4.2).
    pub(super) async fn encrypt(&mut self) -> Step {
        self.stage = Stage::Handshake;
        let shown = self.shared.shown;
        let mut old_form = false;
        let highest = match self.stream.flight().await {
            Flight::Hello(hello) => {
                let highest = hello.highest;
                self.tell(Seen::Hello(hello)).await;
                highest
            }
            Flight::OldForm(hello) => {
                let highest = hello.highest;
                old_form = true;
                self.tell(Seen::OldHello(hello)).await;
                highest
            }
            Flight::Other => {
                self.tell(Seen::NotTls).await;
                self.panel_tls_failed().await;
                return Step::Stop;
            }
            Flight::Incomplete => {
                self.tell(Seen::TlsFailed {
                    failure: TlsFailure::BrokenOff(Loss::Closed),
                    problem: "the device sends no whole ClientHello".to_owned(),
                    shown,
                })
                .await;
                self.panel_tls_failed().await;
                return Step::Lost;
            }
        };
        let too_old = highest.is_some_and(|version| version < TlsVersion::Tls12);
        if old_form || too_old {
            // The TLS library knows no version below 1.2 and no hello of SSL 2.0, so the refusal is ours.
            self.stream.refuse_version(highest).await;
            let offered = highest.map_or_else(|| "SSL 2.0".to_owned(), |version| version.to_string());
            let (failure, problem) = if too_old || highest.is_none() {
                let problem = format!(
                    "this listener takes TLS 1.2 and 1.3, the device offers {offered} at most; \
                    it was answered with the alert protocol_version"
                );
                (TlsFailure::NoCommonVersion, problem)
            } else {
                let problem = format!(
                    "the hello is in the form of SSL 2.0, which today's servers do not take, \
                    though it names {offered}; it was answered with the alert protocol_version"
                );
                (
                    TlsFailure::Other("a hello in the form of SSL 2.0".to_owned()),
                    problem,
                )
            };
            self.tell(Seen::TlsFailed {
                failure,
                problem,
                shown,
            })
            .await;
            self.panel_tls_failed().await;
            return Step::Stop;
        }
        match self.stream.encrypt(Arc::clone(&self.shared.tls)).await {
            Ok(()) => {
                let (version, suite) = self.stream.session().unwrap_or_default();
                self.tell(Seen::TlsEstablished {
                    version: TlsVersion::from_wire(version),
                    suite,
                    shown,
                })
                .await;
                self.greeted = false;
                self.has_sender = false;
                self.recipients = 0;
                Step::On
            }
            Err(failed) => {
                let by_client = matches!(failed.failure, TlsFailure::Alert(_) | TlsFailure::BrokenOff(_));
                self.tell(Seen::TlsFailed {
                    failure: failed.failure,
                    problem: failed.problem,
                    shown,
                })
                .await;
                self.panel_tls_failed().await;
                if by_client { Step::Lost } else { Step::Stop }
            }
        }
    }

    /// What the panel of a copier with this setting would show.
    async fn panel_tls_failed(&self) {
        if let Some(status) = self.shared.persona.panel_tls_failed.clone() {
            self.tell(Seen::Panel { status }).await;
        }
    }
}

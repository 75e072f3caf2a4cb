//! MAIL FROM and RCPT TO, together where the server takes them so (RFC 2920), then RSET and QUIT.

use super::{Held, ProbeId, Status, Talk, note_fault, note_reply, note_slow, part};
use crate::case::Method;
use crate::evidence::{Fact, Stage};
use crate::gate::Gate;
use crate::probe::SendMode;
use crate::probe::desk::Notes;
use crate::wire::smtp::command::{Outgoing, encoded_size, mail, rcpt};
use crate::wire::transcript::Transcript;

/// How far the envelope came.
#[derive(Default)]
pub(in crate::probe) struct Progress {
    /// Whether the sender was accepted.
    pub mail: bool,
    /// Recipients accepted.
    pub accepted: usize,
    /// Recipients refused.
    pub refused: usize,
    /// The first refusal or fault, in words.
    pub problem: Option<String>,
    lost: bool,
    quit: bool,
}

impl Held<'_> {
    /// Tries the envelope; gives the dialogue, and whether it stands ready for DATA.
    pub(super) async fn envelope(&mut self, mut talk: Talk) -> Option<(Talk, bool)> {
        if !self.desk.plans(ProbeId::Envelope) {
            return Some((talk, false));
        }
        let mut notes = self.start(ProbeId::Envelope).await;
        if self.target.from.is_empty() && self.target.to.is_empty() {
            let why = "The case names neither sender nor recipient";
            notes.note(Gate::Sender, why);
            self.finish(notes, Status::Skipped, why).await;
            return Some((talk, false));
        }
        let size = self.note_size(&mut notes, &talk);
        let goes_on = self.request.send == SendMode::Message && self.desk.plans(ProbeId::Message);
        let receive = self.target.method == Method::Receive && talk.ehlo.has("STARTTLS");
        let lines = self.lines(size, &talk);
        let encrypted = talk.dialogue.encrypted();
        // With encryption set, plain mail commands are tried beside it, to see whether the copier takes them.
        let tls_offered_before = self.target.method == Method::Receive && encrypted;
        let (progress, plain) = tokio::join!(
            exchange(&mut talk, &mut notes, lines, !goes_on),
            self.in_plain(tls_offered_before)
        );
        if receive && !encrypted && progress.mail {
            note_plain(&mut notes);
        }
        if let Some(reply) = plain {
            if reply.is_positive() {
                note_plain(&mut notes);
            } else {
                let text = format!("MAIL FROM in plain text, beside the encrypted test: {reply}");
                notes.add(Gate::Encrypt, Fact::PlainTextRefused { reply }, text);
            }
        }
        let passed = progress.mail && progress.refused == 0 && progress.problem.is_none();
        let status = if passed { Status::Passed } else { Status::Failed };
        let summary = progress.problem.clone().unwrap_or_else(|| {
            format!(
                "Sender accepted, {} of {} recipients accepted",
                progress.accepted,
                self.target.to.len()
            )
        });
        self.finish(notes, status, summary).await;
        if progress.lost {
            return None;
        }
        if progress.quit {
            part(talk, self.slot.take());
            return None;
        }
        let ready = goes_on && progress.mail && progress.accepted > 0;
        if !ready {
            let _ = talk.dialogue.say(Outgoing::line("RSET")).await;
        }
        Some((talk, ready))
    }

    /// Compares the size of the scan with the limit stated; gives the size to name in MAIL.
    fn note_size(&self, notes: &mut Notes, talk: &Talk) -> Option<u64> {
        let needed = encoded_size(self.target.size?);
        if let Some(limit) = talk.ehlo.size()
            && needed > limit
        {
            notes.add(
                Gate::Content,
                Fact::SizeOverLimit { needed, limit },
                format!("The scan takes {needed} bytes as mail; the server takes {limit} at most"),
            );
        }
        talk.ehlo.has("SIZE").then_some(needed)
    }

    /// MAIL and one RCPT a recipient.
    fn lines(&self, size: Option<u64>, talk: &Talk) -> Vec<Outgoing> {
        let size = size.filter(|_| talk.ehlo.has("SIZE"));
        let mut lines = vec![mail(&self.target.from, size)];
        lines.extend(self.target.to.iter().map(|to| rcpt(to)));
        lines
    }

    /// The reply to MAIL FROM in plain text on a second connection, where the server offers STARTTLS.
    async fn in_plain(&self, wanted: bool) -> Option<crate::wire::reply::Reply> {
        if !wanted {
            return None;
        }
        let slot = self.context.slots.clone().acquire_owned().await.ok();
        let mut talk = self.greet_again(Transcript::default()).await?;
        if !talk.ehlo.has("STARTTLS") {
            return None;
        }
        let reply = talk.dialogue.say(mail(&self.target.from, None)).await.ok();
        if talk.dialogue.send(&[Outgoing::line("QUIT")]).await.is_ok() {
            part(talk, slot);
        }
        reply
    }
}

/// Sends the lines and reads their replies. With PIPELINING all go at once, and where nothing follows,
/// RSET and QUIT with them.
pub(in crate::probe) async fn exchange(
    talk: &mut Talk,
    notes: &mut Notes,
    lines: Vec<Outgoing>,
    ends: bool,
) -> Progress {
    let mut progress = Progress::default();
    let count = lines.len();
    let together = talk.ehlo.has("PIPELINING");
    if together {
        let mut all = lines.clone();
        if ends {
            all.extend([Outgoing::line("RSET"), Outgoing::line("QUIT")]);
        }
        if let Err(fault) = talk.dialogue.send(&all).await {
            progress.problem = Some(note_fault(notes, Stage::Mail, fault));
            progress.lost = true;
            return progress;
        }
    }
    for (index, line) in lines.into_iter().enumerate() {
        let stage = if index == 0 { Stage::Mail } else { Stage::Rcpt };
        if stage == Stage::Rcpt && !progress.mail && !together {
            break;
        }
        let reply = if together {
            talk.dialogue.reply().await
        } else {
            talk.dialogue.say(line).await
        };
        note_slow(notes, stage, talk.dialogue.take_longest());
        match reply {
            Err(fault) => {
                // After a refusal, a server that hangs up has said why already.
                if progress.problem.is_none() {
                    progress.problem = Some(note_fault(notes, stage, fault));
                }
                progress.lost = true;
                return progress;
            }
            // Without a sender, the recipients' replies are only its consequence.
            Ok(_) if stage == Stage::Rcpt && !progress.mail => {}
            Ok(reply) => {
                let positive = note_reply(notes, stage, &reply);
                match (stage, positive) {
                    (Stage::Mail, true) => progress.mail = true,
                    (_, true) => progress.accepted += 1,
                    (_, false) => {
                        progress.refused += usize::from(stage == Stage::Rcpt);
                        progress
                            .problem
                            .get_or_insert_with(|| format!("{}: {reply}", stage.title()));
                    }
                }
                if reply.code == 421 {
                    progress.lost = true;
                    return progress;
                }
            }
        }
    }
    if together && ends {
        progress.quit = true;
    }
    if count == 1 && progress.mail {
        notes.note(Gate::Recipient, "The case names no recipient, so none was tried");
    }
    progress
}

/// Writes down that mail commands are taken without TLS.
fn note_plain(notes: &mut Notes) {
    notes.add(
        Gate::Encrypt,
        Fact::PlainTextAccepted,
        "STARTTLS is offered, and mail is taken in plain text as well",
    );
}

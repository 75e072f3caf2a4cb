//! A whole marked message: DATA, header, text, a PDF of the scan's size, the dot, and the reply to it.

use super::{Held, ProbeId, Status, Talk, note_fault, note_reply, note_slow};
use crate::evidence::Stage;
use crate::probe::desk::Notes;
use crate::probe::test_message::TestMessage;
use crate::wire::smtp::Fault;
use crate::wire::smtp::body::DotStuffer;
use crate::wire::smtp::command::Outgoing;
use std::time::Duration;

/// A server may look through a message before it answers (RFC 5321, section 4.5.3.2.6, gives it ten minutes).
const PATIENCE: u32 = 3;

impl Held<'_> {
    /// Sends the message after an accepted envelope.
    pub(super) async fn message(&mut self, mut talk: Talk) {
        let mut notes = self.start(ProbeId::Message).await;
        let (status, summary) = match self.data(&mut talk, &mut notes).await {
            Ok((true, text)) => (Status::Passed, text),
            Ok((false, text)) => (Status::Failed, text),
            Err((stage, fault)) => {
                let fault = note_fault(&mut notes, stage, fault);
                let left = match stage {
                    Stage::EndOfData => "Whether the message left is not known",
                    _ => "No message left",
                };
                let text = format!("{left}; {fault}");
                self.finish(notes, Status::Failed, text).await;
                return;
            }
        };
        self.finish(notes, status, summary).await;
        self.quit(talk).await;
    }

    /// DATA up to the reply to the dot; whether it was positive, and the reply.
    async fn data(&self, talk: &mut Talk, notes: &mut Notes) -> Result<(bool, String), (Stage, Fault)> {
        let at = |stage: Stage| move |fault: Fault| (stage, fault);
        let reply = talk
            .dialogue
            .say(Outgoing::line("DATA"))
            .await
            .map_err(at(Stage::Data))?;
        note_slow(notes, Stage::Data, talk.dialogue.take_longest());
        if reply.code != 354 {
            note_reply(notes, Stage::Data, &reply);
            return Ok((false, format!("No message left; DATA: {reply}")));
        }
        let mut message = TestMessage::new(self.target, (self.context.clock)());
        let mut stuffer = DotStuffer::default();
        let mut sent: u64 = 0;
        while let Some(portion) = message.next_portion() {
            sent += u64::try_from(portion.len()).unwrap_or(0);
            talk.dialogue
                .write_body(&mut stuffer, &portion)
                .await
                .map_err(at(Stage::EndOfData))?;
        }
        talk.dialogue.set_limit(
            self.context
                .patience()
                .saturating_mul(PATIENCE)
                .max(Duration::from_secs(1)),
        );
        let reply = talk
            .dialogue
            .end_body(&stuffer, sent)
            .await
            .map_err(at(Stage::EndOfData))?;
        note_slow(notes, Stage::EndOfData, talk.dialogue.take_longest());
        let accepted = note_reply(notes, Stage::EndOfData, &reply);
        let text = if accepted {
            format!("A test message of {sent} bytes left: {reply}")
        } else {
            format!("No message left; its {sent} bytes were sent and refused: {reply}")
        };
        Ok((accepted, text))
    }
}

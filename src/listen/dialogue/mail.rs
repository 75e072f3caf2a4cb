//! Sender, recipients and the message.

use super::{Dialogue, Step};
use crate::evidence::{MessageFlaw, Stage};
use crate::listen::message::MessageStream;
use crate::listen::observation::Seen;
use crate::listen::stream::LineRead;
use jiff::Timestamp;
use std::io::Write as _;
use std::path::PathBuf;

/// Recipients of one message.
const MAX_RECIPIENTS: usize = 1000;

impl Dialogue {
    /// Refuses mail commands where the persona wants a greeting, TLS or a login first.
    async fn gate(&mut self, stage: Stage) -> Option<Step> {
        let persona = &self.shared.persona;
        if let Some(text) = persona.hello_demand.clone().filter(|_| !self.greeted) {
            return Some(self.refuse(stage, &text).await);
        }
        if let Some(text) = persona.plain_refusal.clone().filter(|_| !self.stream.encrypted()) {
            let close = persona.close_after_refusal;
            let status = persona.panel_plain_refused.clone();
            let step = self.refuse(stage, &text).await;
            if let Some(status) = status {
                self.tell(Seen::Panel { status }).await;
            }
            return Some(if close { Step::Stop } else { step });
        }
        match persona.login_demand.clone().filter(|_| !self.logged_in) {
            Some(text) => Some(self.refuse(stage, &text).await),
            None => None,
        }
    }

    pub(super) async fn mail(&mut self, rest: &str) -> Step {
        self.stage = Stage::Mail;
        let (address, parameters) = path(rest);
        let size = parameters
            .split_whitespace()
            .find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok());
        self.tell(Seen::From {
            address,
            size,
            encrypted: self.stream.encrypted(),
            tls_offered: self.tls_offered,
        })
        .await;
        if let Some(step) = self.gate(Stage::Mail).await {
            return step;
        }
        if let Some((size, limit)) = size
            .zip(self.shared.persona.size)
            .filter(|(size, limit)| size > limit)
        {
            let text = format!("552 5.3.4 Message size {size} exceeds fixed limit {limit}");
            return self.refuse(Stage::Mail, &text).await;
        }
        self.has_sender = true;
        self.recipients = 0;
        let text = self.shared.persona.wording.mail.clone();
        self.reply(Stage::Mail, &text).await
    }

    pub(super) async fn rcpt(&mut self, rest: &str) -> Step {
        if !self.has_sender {
            return self.refuse(self.stage, "503 5.5.1 MAIL first").await;
        }
        self.stage = Stage::Rcpt;
        self.recipients += 1;
        if self.recipients > MAX_RECIPIENTS {
            return self.refuse(Stage::Rcpt, "452 4.5.3 Too many recipients").await;
        }
        let (address, _) = path(rest);
        self.tell(Seen::To { address }).await;
        let text = self.shared.persona.wording.rcpt.clone();
        self.reply(Stage::Rcpt, &text).await
    }

    pub(super) async fn data(&mut self) -> Step {
        if self.recipients == 0 {
            return self.refuse(self.stage, "503 5.5.1 RCPT first").await;
        }
        self.stage = Stage::Data;
        let text = self.shared.persona.wording.data.clone();
        if self.reply(Stage::Data, &text).await != Step::On {
            return Step::Lost;
        }
        let mut message = MessageStream::default();
        let mut saved = self.file();
        loop {
            let (taken, done) = message.take(self.stream.bytes());
            self.stream.used(taken);
            if let Some((file, _)) = &mut saved
                && message.bytes() <= self.shared.limits.saved
            {
                // At most 16 KB into the page cache: not worth a thread.
                let _ = file.write_all(message.fresh());
            }
            if done {
                break;
            }
            if message.bytes() > self.shared.limits.message {
                self.refuse(Stage::Data, "552 5.3.4 Message too big for the listener")
                    .await;
                return Step::Stop;
            }
            match self.stream.fill().await {
                None => {}
                Some(LineRead::TimedOut) => return Step::Stop,
                Some(_) => return Step::Lost,
            }
        }
        let mut facts = message.facts(Timestamp::now());
        if let Some((mut file, path)) = saved {
            let _ = file.flush();
            facts.saved = Some(path);
        }
        self.stage = Stage::EndOfData;
        self.has_sender = false;
        self.recipients = 0;
        self.delivered = true;
        let bare = facts.flaws.contains(&MessageFlaw::BareLf);
        self.tell(Seen::Message(Box::new(facts))).await;
        let persona = &self.shared.persona;
        if let Some(text) = persona.bare_lf_refusal.clone().filter(|_| bare) {
            return self.refuse(Stage::EndOfData, &text).await;
        }
        let text = persona.wording.taken.clone();
        self.reply(Stage::EndOfData, &text).await
    }

    /// A file for the message, where messages are saved.
    fn file(&self) -> Option<(std::fs::File, PathBuf)> {
        let folder = self.shared.save.as_ref()?;
        let name = format!(
            "scan-{}-{}.eml",
            Timestamp::now().as_millisecond(),
            self.teller.number()
        );
        let path = folder.join(name);
        let file = std::fs::File::create_new(&path).ok()?;
        Some((file, path))
    }
}

/// The address of `FROM:<a@b> SIZE=1` or `TO: a@b`, as devices write it, and what follows.
pub(in crate::listen) fn path(rest: &str) -> (String, &str) {
    let after = rest.split_once(':').map_or(rest, |(_, after)| after).trim();
    let (address, parameters) = match after.strip_prefix('<') {
        Some(inner) => inner.split_once('>').unwrap_or((inner, "")),
        None => after.split_once(' ').unwrap_or((after, "")),
    };
    let address = crate::wire::reply::clean(address.as_bytes());
    let address = address.chars().filter(|c| !c.is_control()).take(320).collect();
    (address, parameters)
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn paths_are_read_as_devices_write_them() {
        assert_eq!(
            path("FROM:<a@example.test> SIZE=12"),
            ("a@example.test".into(), " SIZE=12")
        );
        assert_eq!(path("TO: a@example.test"), ("a@example.test".into(), ""));
        assert_eq!(path("FROM:<>"), (String::new(), ""));
    }

    proptest::proptest! {
        #[test]
        fn no_line_makes_it_panic(rest in ".{0,80}") {
            let (address, _) = path(&rest);
            proptest::prop_assert!(!address.contains(char::is_control));
        }
    }
}

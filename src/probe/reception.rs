//! The copier as the mail server: how its reception is set, what encrypting costs, and what its maker calls that.
//!
//! Two short conversations, one after the other: one stays in plain text up to MAIL FROM, one goes through STARTTLS.

use super::context::Context;
use super::desk::{Desk, Notes};
use super::net::{self, Wire};
use super::target::Target;
use super::{ProbeId, SendMode, Status};
use crate::case::Encryption;
use crate::evidence::{Fact, ReceptionSetting, Stage};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{Reception, ReceptionMoment};
use crate::wire::reply::Reply;
use crate::wire::smtp::command::{Outgoing, mail};
use crate::wire::smtp::dialogue::{Dialogue, Fault};
use crate::wire::smtp::ehlo::Ehlo;
use crate::wire::tls::client;
use crate::wire::transcript::Transcript;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What the two conversations showed.
#[derive(Debug, Default, Clone)]
struct Shown {
    greeting: String,
    starttls: bool,
    /// The reply to MAIL FROM in plain text.
    plain: Option<Reply>,
    /// From the connect to the EHLO reply in plain text.
    ready: Option<Duration>,
    /// From the connect to the EHLO reply inside TLS.
    ready_encrypted: Option<Duration>,
    /// Version and suite of the session.
    session: Option<String>,
    /// Why there is no session.
    no_session: Option<String>,
}

/// Asks the copier's own mail server.
pub async fn probe(
    context: &Context,
    desk: &Desk,
    target: &Target,
    addresses: &[SocketAddr],
    vendor: Option<&str>,
    send: SendMode,
) {
    let mut notes = desk.start(ProbeId::Reception).await;
    let slot = context.slots.clone().acquire_owned().await.ok();
    let transcript = Transcript::default();
    let shown = ask(context, target, addresses, send, &transcript).await;
    drop(slot);
    notes.take_lines(&transcript, 0);
    let (status, summary) = match shown {
        Ok(shown) => (
            Status::Passed,
            write(&shown, vendor, &context.knowledge, &mut notes),
        ),
        Err(problem) => {
            let maker = context.knowledge.reception_of(vendor, "");
            for text in maker.iter().flat_map(|maker| maker.told(ReceptionMoment::Closed)) {
                notes.note(Gate::Connect, text);
            }
            (Status::Failed, problem)
        }
    };
    desk.finish(notes, status, summary).await;
}

async fn ask(
    context: &Context,
    target: &Target,
    addresses: &[SocketAddr],
    send: SendMode,
    transcript: &Transcript,
) -> Result<Shown, String> {
    let mut shown = Shown::default();
    let began = Instant::now();
    let (mut plain, ehlo) = greet(context, addresses, transcript, &mut shown).await?;
    shown.ready = Some(began.elapsed());
    shown.starttls = ehlo.has("STARTTLS");
    if send >= SendMode::Envelope && !target.from.is_empty() {
        shown.plain = plain.say(mail(&target.from, None)).await.ok();
    }
    let _ = plain.say(Outgoing::line("QUIT")).await;
    plain.hang_up().await;
    if shown.starttls {
        match encrypted(context, target, addresses, transcript, &mut shown).await {
            Ok(ready) => shown.ready_encrypted = Some(ready),
            Err(problem) => shown.no_session = Some(problem),
        }
    }
    Ok(shown)
}

/// The greeting and the EHLO reply; a 421 in its place means that the service is off.
async fn greet(
    context: &Context,
    addresses: &[SocketAddr],
    transcript: &Transcript,
    shown: &mut Shown,
) -> Result<(Dialogue<Wire>, Ehlo), String> {
    let (stream, _) = net::connect(addresses, context.timeout)
        .await
        .map_err(|failure| format!("No connection: {failure:?}"))?;
    let helo = context.helo(None);
    let mut talk = Dialogue::new(stream, transcript.clone(), false, context.timeout);
    let greeting = talk
        .reply()
        .await
        .map_err(|fault| words("The greeting", &fault))?;
    shown.greeting = greeting.to_string();
    if !greeting.is_positive() {
        return Err(format!("The copier refuses at once: {greeting}"));
    }
    match talk.hello(&helo).await.map_err(|fault| words("EHLO", &fault))? {
        (_, Some(ehlo)) => Ok((talk, ehlo)),
        (reply, None) => Err(format!("EHLO is refused: {reply}")),
    }
}

/// A second conversation through STARTTLS; gives the time from the connect to the EHLO reply inside TLS.
async fn encrypted(
    context: &Context,
    target: &Target,
    addresses: &[SocketAddr],
    transcript: &Transcript,
    shown: &mut Shown,
) -> Result<Duration, String> {
    let began = Instant::now();
    let (mut talk, _) = greet(context, addresses, transcript, &mut Shown::default()).await?;
    let (reply, _) = talk
        .start_tls()
        .await
        .map_err(|fault| words("STARTTLS", &fault))?;
    if reply.code != 220 {
        return Err(format!("STARTTLS is refused: {reply}"));
    }
    let config = context.tls()?;
    let session = client::connect(talk.into_stream(), &target.host, config, context.timeout)
        .await
        .map_err(|broken| broken.failure.to_string())?;
    shown.session = Some(format!("{}, {}", session.version, session.suite));
    let mut talk = Dialogue::new(session.stream, transcript.clone(), true, context.timeout);
    let (reply, ehlo) = talk
        .hello(&context.helo(None))
        .await
        .map_err(|fault| words("EHLO inside TLS", &fault))?;
    let ready = began.elapsed();
    if ehlo.is_none() {
        return Err(format!("EHLO inside TLS is refused: {reply}"));
    }
    let _ = talk.say(Outgoing::line("QUIT")).await;
    talk.hang_up().await;
    Ok(ready)
}

fn words(step: &str, fault: &Fault) -> String {
    match fault {
        Fault::Lost(how) => format!("{step}: {}", crate::wire::tls::answer::loss_words(*how)),
        Fault::Reply(error) => format!("{step}: {error}"),
        Fault::Tls(failure) => format!("{step}: {failure}"),
    }
}

/// What the setting must be, from what was shown.
const fn setting(starttls: bool, plain: Option<u16>) -> ReceptionSetting {
    match (starttls, plain) {
        (false, _) => ReceptionSetting::Off,
        (true, Some(200..=299)) => ReceptionSetting::Optional,
        (true, Some(530)) => ReceptionSetting::Required,
        (true, _) => ReceptionSetting::Offered,
    }
}

/// Writes the fact, its reading in the maker's words, and the remarks; gives the row's summary.
fn write(shown: &Shown, vendor: Option<&str>, knowledge: &Knowledge, notes: &mut Notes) -> String {
    let setting = setting(shown.starttls, shown.plain.as_ref().map(|reply| reply.code));
    let maker = knowledge.reception_of(vendor, &shown.greeting);
    let told = tell(setting, shown, maker);
    let known = known(setting, shown, maker);
    let millis = |time: Option<Duration>| time.and_then(|time| u64::try_from(time.as_millis()).ok());
    let fact = Fact::Reception {
        setting,
        ready_ms: millis(shown.ready),
        ready_encrypted_ms: millis(shown.ready_encrypted),
    };
    notes.add(Gate::Encrypt, fact, told.join(". "));
    for text in known {
        notes.note(Gate::Encrypt, text);
    }
    if let Some(reply) = shown
        .plain
        .as_ref()
        .filter(|reply| !reply.is_positive() && setting == ReceptionSetting::Off)
    {
        let text = format!("MAIL FROM in plain text: {reply}");
        let reply = reply.clone();
        notes.add(
            Gate::Sender,
            Fact::Refused {
                stage: Stage::Mail,
                reply,
            },
            text,
        );
    }
    told.into_iter().next().unwrap_or_default()
}

/// The sentences: the setting in the maker's words, what its panel shows, who has to change what, what it costs.
fn tell(setting: ReceptionSetting, shown: &Shown, maker: Option<&Reception>) -> Vec<String> {
    let mut all = Vec::new();
    let what = match setting {
        ReceptionSetting::Off => "offers no encryption for reception and takes plain text",
        ReceptionSetting::Optional => "offers STARTTLS for reception and takes plain text too",
        ReceptionSetting::Required => "takes mail only after STARTTLS",
        ReceptionSetting::Offered => {
            "offers STARTTLS for reception; whether plain text is taken was not seen"
        }
    };
    let named = maker.and_then(|maker| {
        let value = maker.value(setting)?;
        let default = if value == maker.default {
            ", as delivered"
        } else {
            ""
        };
        Some(format!(
            " ({}: {} = {value}{default})",
            maker.vendor, maker.setting
        ))
    });
    all.push(format!("The copier {what}{}", named.unwrap_or_default()));
    if let Some(reply) = &shown.plain {
        all.push(format!("MAIL FROM in plain text draws {reply}"));
    }
    if setting == ReceptionSetting::Required {
        all.push(
            "The refusal comes from the copier: look for it in the queue and log of the sending server, which has to use STARTTLS".to_owned(),
        );
    }
    if let Some(session) = &shown.session {
        all.push(format!("Encrypted with {session}"));
    }
    if let Some(problem) = &shown.no_session {
        all.push(format!("No TLS session came about: {problem}"));
    }
    if let Some(line) = maker.and_then(|maker| maker.panel(setting, shown.no_session.is_some())) {
        all.push(format!("The copier's status then reads {line}"));
    }
    if let (Some(plain), Some(encrypted)) = (shown.ready, shown.ready_encrypted) {
        let (plain, encrypted) = (plain.as_millis(), encrypted.as_millis());
        all.push(format!(
            "Ready for mail after {plain} ms in plain text and {encrypted} ms encrypted: encryption costs {} ms a connection",
            encrypted.saturating_sub(plain)
        ));
    }
    if let Some(maker) =
        maker.filter(|maker| !maker.certificate.is_empty() && setting == ReceptionSetting::Off)
    {
        all.push(maker.certificate.clone());
    }
    all
}

/// What else is known of such devices' reception, where it fits what was met.
fn known(setting: ReceptionSetting, shown: &Shown, maker: Option<&Reception>) -> Vec<String> {
    let refused = shown.plain.as_ref().is_some_and(|reply| !reply.is_positive());
    let refused = refused && setting != ReceptionSetting::Required;
    let moments = refused
        .then_some(ReceptionMoment::Refused)
        .into_iter()
        .chain([ReceptionMoment::Open]);
    moments
        .flat_map(|moment| maker.into_iter().flat_map(move |maker| maker.told(moment)))
        .collect()
}

/// Whether the probe makes sense: the copier is the server, and it speaks plain text first.
pub const fn sensible(target: &Target) -> bool {
    matches!(target.method, crate::case::Method::Receive) && !matches!(target.encryption, Encryption::Tls)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canon() -> (Knowledge, Shown) {
        let shown = Shown {
            greeting: "220 [192.0.2.40] ESMTP Ready".to_owned(),
            starttls: true,
            ready: Some(Duration::from_millis(12)),
            ready_encrypted: Some(Duration::from_millis(90)),
            ..Shown::default()
        };
        (Knowledge::embedded(), shown)
    }

    #[test]
    fn what_the_conversations_show_names_one_of_the_settings() {
        assert_eq!(setting(false, Some(250)), ReceptionSetting::Off);
        assert_eq!(setting(true, Some(250)), ReceptionSetting::Optional);
        assert_eq!(setting(true, Some(530)), ReceptionSetting::Required);
        assert_eq!(setting(true, None), ReceptionSetting::Offered);
    }

    #[test]
    fn a_canon_is_told_in_canon_s_words_with_the_panel_s_line_and_the_price() {
        let (knowledge, shown) = canon();
        let maker = knowledge.reception_of(None, &shown.greeting);
        let text = tell(ReceptionSetting::Required, &shown, maker).join(". ");
        for words in [
            "Allow SSL (SMTP Receive) = SSL",
            "SSL Error (SMTP RX Reject)",
            "sending server",
            "encryption costs 78 ms",
        ] {
            assert!(text.contains(words), "{words:?} is not in {text}");
        }
        let broken = Shown {
            no_session: Some("no common cipher suite".to_owned()),
            ..shown.clone()
        };
        let text = tell(ReceptionSetting::Optional, &broken, maker).join(". ");
        assert!(
            text.contains("= On") && text.contains("SSL Error (SMTP Receive)"),
            "{text}"
        );
        let text = tell(ReceptionSetting::Off, &shown, maker).join(". ");
        assert!(text.contains("= Off, as delivered"), "{text}");
    }

    #[test]
    fn what_is_known_of_other_makers_is_told_where_it_fits_and_as_sure_as_it_is() {
        let (knowledge, mut shown) = canon();
        shown.greeting = "220 mfp ESMTP".to_owned();
        let told = |shown: &Shown, setting| {
            known(setting, shown, knowledge.reception_of(Some("Ricoh"), "")).join(". ")
        };
        let well = told(&shown, ReceptionSetting::Optional);
        assert!(well.contains("Ricoh, from its manual: "), "{well}");
        assert!(!well.contains("Access Limit Entry"), "{well}");
        shown.plain = Some(Reply::new(550, vec!["not allowed".to_owned()]));
        let refused = told(&shown, ReceptionSetting::Off);
        assert!(refused.contains("Access Limit Entry"), "{refused}");
        let closed = |vendor| {
            let maker = knowledge.reception_of(Some(vendor), "").unwrap();
            maker.told(ReceptionMoment::Closed).collect::<Vec<_>>().join(". ")
        };
        assert!(closed("Savin").contains("Reception Protocol"));
        assert!(closed("Konica Minolta").contains("as others report"));
        assert!(closed("Kyocera").contains("commonly"));
    }

    #[test]
    fn a_maker_whose_words_are_not_known_gets_none_put_into_its_mouth() {
        let (knowledge, mut shown) = canon();
        shown.greeting = "220 nobody ESMTP".to_owned();
        let maker = knowledge.reception_of(Some("Nobody"), &shown.greeting);
        let text = tell(ReceptionSetting::Required, &shown, maker).join(". ");
        assert!(!text.contains("Allow SSL"), "{text}");
    }
}

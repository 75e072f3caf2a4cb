//! The scenes, in their order: each begins where the one before ended.

use crate::canned;
use crate::film::{Looks, Scene};
use egui::Context;
use scanmedic::gate::Gate;
use scanmedic::gui::action::Action;
use scanmedic::gui::perform::{perform, take};
use scanmedic::gui::state::report::Destination;
use scanmedic::gui::state::{Dialog, Fold, Leaving, Phase, Screen, State, Step};
use scanmedic::gui::text::Language;
use scanmedic::lab::{Library, copier};
use scanmedic::probe::ProbeId;
use scanmedic::probe::sign_in::Prompt;
use scanmedic::session::Event;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The port that the film listens on.
const PORT: u16 = 22_525;
/// Lines of the long log.
const LINES: usize = 200_000;

/// A scene in every look.
fn scene(
    name: &'static str,
    begin: impl FnOnce(&mut State) + 'static,
    stands: impl Fn(&State) -> bool + 'static,
) -> Scene {
    Scene {
        name,
        begin: Box::new(move |_: &Context, state: &mut State| begin(state)),
        stands: Box::new(stands),
        looks: Looks::All,
    }
}

/// A scene in one look: small and light.
fn small(
    name: &'static str,
    begin: impl FnOnce(&mut State) + 'static,
    stands: impl Fn(&State) -> bool + 'static,
) -> Scene {
    Scene {
        looks: Looks::Small,
        ..scene(name, begin, stands)
    }
}

/// A scene whose whole page is shot.
fn tall(
    name: &'static str,
    begin: impl FnOnce(&mut State) + 'static,
    stands: impl Fn(&State) -> bool + 'static,
) -> Scene {
    Scene {
        looks: Looks::Tall,
        ..scene(name, begin, stands)
    }
}

/// A step, with what the case holds.
fn step(name: &'static str, step: Step) -> Scene {
    scene(name, move |state| go(state, step), |_| true)
}

fn go(state: &mut State, step: Step) {
    state.dialog = None;
    perform(state, Action::Go(step));
    state.focus_first = false;
}

/// All scenes.
pub fn all() -> Vec<Scene> {
    let mut all = vec![scene("start", |_| {}, |_| true)];
    all.extend(empty());
    all.extend(practice());
    all.extend(listening());
    all.extend(files());
    all.extend(signing_in());
    all.extend(whole_pages());
    all.extend(other_states());
    all.extend(dialogs());
    all.extend(languages());
    all
}

/// A new case, before anything was done.
fn empty() -> Vec<Scene> {
    let mut all = vec![small("empty-device", |s| perform(s, Action::New), |_| true)];
    for (name, step) in [
        ("empty-mail", Step::Mail),
        ("empty-probes", Step::Probes),
        ("empty-evidence", Step::Evidence),
        ("empty-diagnosis", Step::Diagnosis),
        ("empty-fix", Step::Fix),
        ("empty-verify", Step::Verify),
    ] {
        all.push(small(name, move |state| go(state, step), |_| true));
    }
    all
}

/// The old-firmware story on the lab, from the list to the report.
fn practice() -> Vec<Scene> {
    let played = |state: &State| state.practice.playing.is_some();
    let found = |state: &State| state.finding.phase == Phase::Known && !state.run.running();
    vec![
        scene(
            "practice",
            |state| {
                state.stored = state.case.clone();
                perform(state, Action::Practise);
            },
            |state| state.practice.listed == Phase::Known,
        ),
        scene(
            "ready",
            |s| perform(s, Action::Play("xerox-tls10".into())),
            played,
        ),
        step("device", Step::Device),
        step("mail", Step::Mail),
        scene("probes", |s| perform(s, Action::Run(Vec::new())), found),
        scene(
            "probes-open",
            |state| {
                state.open.insert(ProbeId::Certificate);
                state.open.insert(ProbeId::TlsVersions);
            },
            |_| true,
        ),
        step("diagnosis", Step::Diagnosis),
        scene(
            "diagnosis-gate",
            |s| perform(s, Action::Gate(Gate::Encrypt)),
            |_| true,
        ),
        step("evidence", Step::Evidence),
        step("fix", Step::Fix),
        scene(
            "fix-all",
            |s| perform(s, Action::Fold(Fold::Plan, true)),
            |_| true,
        ),
        step("verify", Step::Verify),
    ]
}

/// The copier is listened to; the lab plays it.
fn listening() -> Vec<Scene> {
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let ended = |state: &State| state.listening.hearing.heard_a_whole_dialogue();
    vec![
        scene(
            "listen",
            move |state| {
                perform(state, Action::Listen);
                state.listening.port = PORT.to_string();
                state.listening.address = Some(here);
            },
            |state| state.listening.places.phase == Phase::Known,
        ),
        scene(
            "listen-waiting",
            |state| perform(state, Action::ListenStart),
            |state| state.listening.door().is_some(),
        ),
        scene(
            "listen-heard",
            move |_| press_scan("old-tls", SocketAddr::new(here, PORT)),
            ended,
        ),
        small("listen-advice", |s| perform(s, Action::ListenAdvice), |_| true),
        small(
            "listen-stopped",
            |state| perform(state, Action::ListenStop),
            |state| !state.listening.running(),
        ),
    ]
}

/// Somebody presses Scan on a copier of the lab.
fn press_scan(name: &'static str, target: SocketAddr) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        if let Ok(library) = Library::embedded()
            && let Some(copier) = library.copiers.get(name)
        {
            runtime.block_on(copier::press_scan(copier, target, "scanmedic.invalid"));
        }
        std::io::Result::Ok(())
    });
}

/// A sign-in with a code: in a run, then tried by itself, taken and refused.
fn signing_in() -> Vec<Scene> {
    let plays = |id: &'static str| {
        move |state: &mut State| {
            state.stored = state.case.clone();
            perform(state, Action::Play(id.into()));
        }
    };
    let played = |id: &'static str| {
        move |state: &State| state.practice.playing.as_ref().is_some_and(|now| now.id == id)
    };
    let (taken, blocked) = ("oauth-device-code", "oauth-device-code-blocked");
    let tried = |state: &State| state.signing_in.outcome.is_some();
    vec![
        small("sign-in-ready", plays(taken), played(taken)),
        scene(
            "sign-in-run",
            |state| {
                perform(state, Action::Run(Vec::new()));
                state.outbox.clear();
                let prompt = Prompt {
                    page: "https://login.example.test/device".into(),
                    code: "K7QD-M2XR".into(),
                    seconds: 900,
                };
                take(state, Event::EnterCode(state.run.id, Box::new(prompt)));
            },
            |_| true,
        ),
        tall(
            "sign-in-done",
            |state| {
                take(state, Event::Cancelled(state.run.id));
                go(state, Step::Mail);
                perform(state, Action::SignIn);
            },
            tried,
        ),
        small("sign-in-blocked-ready", plays(blocked), played(blocked)),
        tall(
            "sign-in-refused",
            |state| {
                go(state, Step::Mail);
                perform(state, Action::SignIn);
            },
            tried,
        ),
    ]
}

/// Pages that are longer than a window, whole.
fn whole_pages() -> Vec<Scene> {
    vec![
        tall(
            "whole-device",
            |state| {
                state.stored = state.case.clone();
                whole_case(state);
                state.snmp.user = "tech".into();
                go(state, Step::Device);
            },
            |_| true,
        ),
        tall("whole-probes", |state| go(state, Step::Probes), |_| true),
        tall("whole-diagnosis", |state| go(state, Step::Diagnosis), |_| true),
        tall(
            "whole-fix",
            |state| {
                go(state, Step::Fix);
                perform(state, Action::Fold(Fold::Plan, true));
                perform(state, Action::Fold(Fold::Way(0), true));
            },
            |_| true,
        ),
        tall(
            "whole-verify",
            |state| {
                go(state, Step::Verify);
                state.report.redaction.addresses = false;
                state.report.house.name = "Copier Care".into();
                state.report.house.colour = "#0b5c3b".into();
                perform(state, Action::Report(Destination::Screen));
            },
            |state| state.report.preview.phase == Phase::Known,
        ),
    ]
}

/// Evidence files: a story told by a log, and a long log.
fn files() -> Vec<Scene> {
    let log = std::env::temp_dir().join("scanmedic-screens-smtp.log");
    let (written, shown) = (log.clone(), log);
    let read = |state: &State| state.finding.phase == Phase::Known && !state.run.running();
    vec![
        scene(
            "evidence-many",
            move |state| {
                let _ = write_log(&written);
                state.set_case(canned::case(), None);
                state.stored = state.case.clone();
                state.case.files = vec![written];
                go(state, Step::Evidence);
                perform(state, Action::Read);
            },
            read,
        ),
        scene(
            "evidence-file",
            move |state| perform(state, Action::Sheet(Some(shown))),
            |state| {
                let opened = state.table.opened.as_ref();
                opened.is_some_and(|opened| opened.rows.state().whole)
            },
        ),
        scene(
            "evidence-search",
            |state| {
                "refused".clone_into(&mut state.table.search);
                perform(state, Action::Find);
            },
            |state| {
                let hits = state
                    .table
                    .opened
                    .as_ref()
                    .and_then(|opened| opened.hits.as_ref());
                hits.is_some_and(|hits| hits.progress().done)
            },
        ),
    ]
}

/// A mail server's log in which one delivery in five hundred is refused.
fn write_log(path: &std::path::Path) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for line in 0..LINES {
        let (hour, minute, second) = (line / 3600 / 12 % 24, line / 60 % 60, line % 60);
        let stamp = format!(
            "Nov 22 {hour:02}:{minute:02}:{second:02} mail postfix/smtp[2211]: {line:08X}: to=<it@contoso.com>"
        );
        if line % 500 == 499 {
            writeln!(
                file,
                "{stamp}, relay=mx.contoso.com[203.0.113.25]:25, delay=30, dsn=4.4.1, status=deferred (connect to mx.contoso.com[203.0.113.25]:25: Connection refused)"
            )?;
        } else {
            writeln!(
                file,
                "{stamp}, relay=mx.contoso.com[203.0.113.25]:25, delay=0.4, dsn=2.0.0, status=sent (250 2.0.0 OK)"
            )?;
        }
    }
    file.flush()
}

/// Running, failed, unsaved, and a case that was put aside.
fn other_states() -> Vec<Scene> {
    vec![
        scene(
            "running",
            |state| {
                let file = std::env::temp_dir().join("front-office.case.ron");
                let knowledge = std::mem::replace(&mut state.knowledge, Arc::new(canned::knowledge()));
                state.set_case(canned::case(), Some(file));
                state.knowledge = knowledge;
                perform(state, Action::Run(Vec::new()));
                state.outbox.clear();
                for event in canned::first(state.run.id, 7) {
                    take(state, event);
                }
                state.stored = state.case.clone();
                state.saving = Phase::Known;
            },
            |_| true,
        ),
        small(
            "failed",
            |state| {
                let problem = "auditfile.txt.gz: cannot be read: No such file or directory".to_owned();
                take(state, Event::Failed(state.run.id, problem));
            },
            |_| true,
        ),
        small("failed-diagnosis", |s| go(s, Step::Diagnosis), |_| true),
        small(
            "notice",
            |state| {
                go(state, Step::Probes);
                perform(state, Action::Copy("x".into(), "Transcript".into()));
                state.outbox.clear();
            },
            |_| true,
        ),
        small(
            "start-again",
            |state| {
                state.rescued = Some(Box::new(canned::case()));
                state.recent = [
                    "/home/tech/cases/front-office.case.ron",
                    "/srv/customers/contoso/2026/warehouse-copier.case.ron",
                ]
                .map(Into::into)
                .to_vec();
                state.screen = Screen::Start;
            },
            |_| true,
        ),
    ]
}

/// What stands over the wizard.
fn dialogs() -> Vec<Scene> {
    let ask = |dialog: Dialog| move |state: &mut State| perform(state, Action::Ask(Some(dialog)));
    vec![
        small("help", |s| go(s, Step::Mail), |_| true),
        scene("help-open", ask(Dialog::Help), |_| true),
        scene("settings", ask(Dialog::Settings), |_| true),
        small("unsaved", ask(Dialog::Unsaved(Leaving::Close)), |_| true),
        small("send-message", ask(Dialog::SendMessage), |_| true),
    ]
}

/// German, and English with every word 40 % longer, over every step of a whole case.
fn languages() -> Vec<Scene> {
    let german = [
        "german-device",
        "german-mail",
        "german-probes",
        "german-evidence",
        "german-diagnosis",
        "german-fix",
        "german-verify",
    ];
    let long = [
        "long-device",
        "long-mail",
        "long-probes",
        "long-evidence",
        "long-diagnosis",
        "long-fix",
        "long-verify",
    ];
    let mut all = language(Language::German, german, "german-start", "german-listen");
    all.extend(language(Language::Stretched, long, "long-start", "long-listen"));
    all
}

/// Every step in one language.
fn language(
    language: Language,
    names: [&'static str; 7],
    start: &'static str,
    listen: &'static str,
) -> Vec<Scene> {
    let mut all = Vec::new();
    for (step, name) in Step::ALL.into_iter().zip(names) {
        let begin = move |state: &mut State| {
            if step == Step::Device {
                whole_case(state);
            }
            state.language = language;
            go(state, step);
        };
        all.push(small(name, begin, |_| true));
    }
    all.push(small(start, |state| state.screen = Screen::Start, |_| true));
    all.push(small(
        listen,
        |state| perform(state, Action::Listen),
        |state| state.listening.places.phase == Phase::Known,
    ));
    all
}

/// A case that has been through a run.
fn whole_case(state: &mut State) {
    state.dialog = None;
    state.set_case(canned::case(), None);
    perform(state, Action::Run(Vec::new()));
    state.outbox.clear();
    for event in canned::whole(state.run.id) {
        take(state, event);
    }
    state.stored = state.case.clone();
}

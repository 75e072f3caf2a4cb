//! What stands behind the wizard: the engine, the lab, and threads for what is slow.

use super::perform::{answer, take};
use super::player::Player;
use super::report;
use super::state::State;
use super::state::effect::{Answer, Effect, Pick};
use super::state::practice::Order;
use crate::case::Case;
use crate::gui::text::tr;
use crate::knowledge::Knowledge;
use crate::report::brand::Logo;
use crate::session::{Command, Event, Rows, Session};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// Under this name the system keeps the program's settings.
pub const ID: &str = "scanmedic";

/// Engine, lab and helpers; none of their work is done on the thread that asks.
pub struct Behind {
    session: Session,
    events: Receiver<Event>,
    answers: (SyncSender<Answer>, Receiver<Answer>),
    player: Option<Player>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Behind {
    /// Starts the engine. `wake` is called, from any thread, when there is something to [`Self::hear`].
    pub fn start(knowledge: Arc<Knowledge>, wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let call = Arc::clone(&wake);
        let (session, events) = Session::start(knowledge, move || call());
        Self {
            session,
            events,
            answers: sync_channel(16),
            player: None,
            wake,
        }
    }

    /// Takes in all that was told since.
    pub fn hear(&self, state: &mut State) {
        while let Ok(event) = self.events.try_recv() {
            take(state, event);
        }
        while let Ok(result) = self.answers.1.try_recv() {
            answer(state, result);
        }
    }

    /// Carries out what waits in the outbox, and gives back what only a window can do.
    pub fn carry_out(&mut self, state: &mut State) -> Vec<Effect> {
        let mut rest = Vec::new();
        for effect in std::mem::take(&mut state.outbox) {
            match effect {
                Effect::Send(command) => self.session.send(command),
                Effect::Lab(order) => self.lab(order, state),
                Effect::Pick(pick) => self.aside(move || picked(pick, choose)),
                Effect::Load(path) => self.aside(move || {
                    let case = Case::load(&path).map(Box::new).map_err(|e| e.to_string());
                    Answer::Loaded(path, case)
                }),
                Effect::Save(path, case) => self.aside(move || {
                    let done = case.save(&path).map_err(|e| e.to_string());
                    Answer::Saved(path, case, done)
                }),
                Effect::Aside(case) => {
                    let Some(file) = aside_file() else { continue };
                    std::thread::spawn(move || put_aside(&file, case.as_deref()));
                }
                Effect::Places(device) => self.aside(move || Answer::Places(crate::listen::places(device))),
                Effect::Rows(name, path) => {
                    let (knowledge, wake) = (Arc::clone(&state.knowledge), Arc::clone(&self.wake));
                    self.aside(move || {
                        let rows = Rows::open(&path, knowledge, move || wake());
                        Answer::Rows(name, rows.map_err(|problem| problem.to_string()))
                    });
                }
                Effect::KeepHearing(path, hearing) => self.aside(move || {
                    let kept = hearing.save(&path).map_err(|problem| problem.to_string());
                    Answer::HearingKept(path, kept)
                }),
                Effect::Logo(path) => self.aside(move || {
                    let logo = Logo::load(&path).map_err(|problem| problem.to_string());
                    Answer::Logo(path, logo)
                }),
                Effect::Report(job) => {
                    let knowledge = Arc::clone(&state.knowledge);
                    self.aside(move || Answer::Report(report::make(*job, &knowledge)));
                }
                window @ (Effect::Copy(_) | Effect::Close) => rest.push(window),
            }
        }
        rest
    }

    /// Ends the engine and the lab.
    pub fn end(&mut self) {
        self.session.send(Command::Shutdown);
        self.player = None;
    }

    /// Asks the lab, which is started the first time.
    fn lab(&mut self, order: Order, state: &mut State) {
        if self.player.is_none() {
            match Player::start(self.answers.0.clone(), Arc::clone(&self.wake)) {
                Ok(player) => self.player = Some(player),
                Err(problem) => {
                    let problem = tr!(
                        "behind-the-lab-cannot-start-a-thread",
                        problem = problem.to_string()
                    );
                    return answer(state, Answer::Scenarios(Err(problem)));
                }
            }
        }
        if let Some(player) = &self.player {
            player.order(order);
        }
    }

    /// Does something slow on a thread of its own and wakes the window with the answer.
    fn aside(&self, work: impl FnOnce() -> Answer + Send + 'static) {
        let (sender, wake) = (self.answers.0.clone(), Arc::clone(&self.wake));
        std::thread::spawn(move || {
            if sender.send(work()).is_ok() {
                wake();
            }
        });
    }
}

/// Where a case that was never saved is put aside.
pub fn aside_file() -> Option<PathBuf> {
    eframe::storage_dir(ID).map(|folder| folder.join("unsaved.case.ron"))
}

/// Writes the case there, or clears it away. It is a safety net: that it failed is not worth a word.
pub fn put_aside(file: &std::path::Path, case: Option<&Case>) {
    if let Some(case) = case {
        let _ = file.parent().map(std::fs::create_dir_all);
        let _ = case.save(file);
    } else {
        let _ = std::fs::remove_file(file);
    }
}

/// Sooner than this nobody has seen a dialog, let alone left it.
const UNSEEN: Duration = Duration::from_millis(300);

/// What was chosen. Where this system has no dialog for files, as a bare desktop without a portal has none, the
/// answer comes at once and empty; then the wizard asks for the path itself.
fn picked(pick: Pick, choose: impl Fn(Pick) -> Vec<PathBuf>) -> Answer {
    let began = Instant::now();
    let paths = choose(pick);
    if paths.is_empty() && began.elapsed() < UNSEEN {
        Answer::NoPicker(pick)
    } else {
        Answer::Picked(pick, paths)
    }
}

/// Lets a person choose files; waits, so it runs on a thread of its own.
fn choose(pick: Pick) -> Vec<PathBuf> {
    let dialog = rfd::FileDialog::new();
    let cases = |dialog: rfd::FileDialog| dialog.add_filter(tr!("behind-scanmedic-case"), &["ron"]);
    match pick {
        Pick::Case => cases(dialog)
            .set_title(tr!("common-open-a-case"))
            .pick_file()
            .into_iter()
            .collect(),
        Pick::SaveAs => cases(dialog)
            .set_title(tr!("behind-save-the-case"))
            .set_file_name("copier.case.ron")
            .save_file()
            .into_iter()
            .collect(),
        Pick::Report => dialog
            .set_title(tr!("behind-save-report"))
            .add_filter("HTML, PDF, Markdown, JSON", &["html", "pdf", "md", "json"])
            .set_file_name("report.html")
            .save_file()
            .into_iter()
            .collect(),
        Pick::Logo => dialog
            .set_title(tr!("behind-choose-logo"))
            .add_filter("PNG, JPEG", &["png", "jpg", "jpeg"])
            .pick_file()
            .into_iter()
            .collect(),
        Pick::Bundle => dialog
            .set_title(tr!("behind-pack"))
            .add_filter("ZIP", &["zip"])
            .set_file_name("copier.zip")
            .save_file()
            .into_iter()
            .collect(),
        Pick::Hearing => dialog
            .set_title(tr!("behind-keep-hearing"))
            .set_file_name("copier-heard.jsonl")
            .save_file()
            .into_iter()
            .collect(),
        Pick::Evidence => dialog
            .set_title(tr!("behind-add-evidence"))
            .pick_files()
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_answer_at_once_means_that_there_is_no_dialog() {
        assert!(matches!(
            picked(Pick::Case, |_| Vec::new()),
            Answer::NoPicker(Pick::Case)
        ));
        let left = |_| {
            std::thread::sleep(UNSEEN);
            Vec::new()
        };
        assert!(matches!(picked(Pick::Case, left), Answer::Picked(_, paths) if paths.is_empty()));
        let chosen = |_| vec![PathBuf::from("a.ron")];
        assert!(matches!(picked(Pick::Case, chosen), Answer::Picked(_, paths) if paths.len() == 1));
    }
}

//! The evidence table over real files: a long log scrolls, is searched, and a sentence leads to its line.

use crate::live::Live;
use egui_kittest::kittest::Queryable as _;
use scanmedic::gui::action::Action;
use scanmedic::gui::perform::perform;
use scanmedic::gui::state::Step;
use std::io::Write as _;

/// Lines of the log.
const LINES: u64 = 8_000;

/// A mail server's log in which the last delivery alone is refused.
fn log(folder: &std::path::Path) -> std::path::PathBuf {
    let path = folder.join("mail.log");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("a file"));
    for line in 0..LINES {
        let (minute, second) = (line / 60 % 60, line % 60);
        let stamp = format!(
            "Nov 22 08:{minute:02}:{second:02} mail postfix/smtp[2211]: {line:08X}: to=<it@contoso.test>, relay=mx.contoso.test[203.0.113.25]:25"
        );
        let end = if line == LINES - 1 {
            "dsn=4.4.1, status=deferred (connect to mx.contoso.test[203.0.113.25]:25: Connection refused)"
        } else {
            "dsn=2.0.0, status=sent (250 2.0.0 OK)"
        };
        writeln!(file, "{stamp}, {end}").expect("written");
    }
    path
}

#[test]
fn a_sentence_leads_to_its_line_in_a_long_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = log(folder.path());
    let mut live = Live::start();
    perform(live.harness.state_mut(), Action::New);
    perform(live.harness.state_mut(), Action::Go(Step::Evidence));
    perform(live.harness.state_mut(), Action::Files(vec![path.clone()]));
    perform(live.harness.state_mut(), Action::Read);
    live.until("the file is read", |h| h.state().finding.value.is_some());
    let found = live.harness.state().finding.value.as_ref().expect("a finding");
    let last = format!("mail.log, line {LINES}");
    let item = found.diagnosis.evidence.iter().find(|item| item.source == last);
    let id = item.expect("the refusal is evidence").id.clone();
    perform(live.harness.state_mut(), Action::ShowEvidence(id));
    live.harness.run_steps(3);
    live.reach("Show the line in its file");
    live.until("the line is found and marked", |h| {
        let opened = h.state().table.opened.as_ref();
        opened.is_some_and(|opened| opened.marked == Some(LINES - 1))
    });
    live.until("its words are in sight", |h| {
        h.query_by_label("Line 8 000").is_some()
    });
    // Only what is in sight exists.
    let rows = live
        .harness
        .query_all_by_role(egui::accesskit::Role::ListItem)
        .count();
    assert!((5..60).contains(&rows), "{rows} rows");
}

/// A file as a file manager drops it.
#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_dropped_file_is_evidence_on_every_screen_and_a_dropped_case_is_opened() {
    let drop = |live: &mut Live, path: &std::path::Path| {
        let file = std::sync::Arc::new(Dropped(path.to_owned()));
        live.harness.input_mut().dropped_files.push(file);
        live.harness.run_steps(2);
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = log(folder.path());
    let mut live = Live::start();
    perform(live.harness.state_mut(), Action::New);
    perform(live.harness.state_mut(), Action::Go(Step::Mail));
    live.harness.run_steps(2);
    drop(&mut live, &path);
    assert_eq!(
        live.harness.state().case.files.as_slice(),
        std::slice::from_ref(&path)
    );
    assert!(live.harness.query_all_by_label("mail.log").next().is_some());
    let case = folder.path().join("front.case.ron");
    std::fs::write(&case, "(version: 1, title: \"Front office\")").expect("a case");
    let mut live = Live::start();
    drop(&mut live, &case);
    live.until("the case is open", |h| h.state().case.title == "Front office");
}

#[test]
fn a_search_narrows_the_rows_of_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = log(folder.path());
    let mut live = Live::start();
    perform(live.harness.state_mut(), Action::New);
    perform(live.harness.state_mut(), Action::Go(Step::Evidence));
    perform(live.harness.state_mut(), Action::Files(vec![path.clone()]));
    perform(live.harness.state_mut(), Action::Sheet(Some(path)));
    live.until("the file is open", |h| h.state().table.opened.is_some());
    live.until("all rows are found", |h| {
        h.query_by_label_contains("8 000 of 8 000").is_some()
    });
    "refused".clone_into(&mut live.harness.state_mut().table.search);
    perform(live.harness.state_mut(), Action::Find);
    live.until("the search is over", |h| {
        h.query_by_label_contains("1 of 8 000").is_some()
    });
}

//! Whether what is said with nine tenths is right nine times in ten.
//!
//! Every scenario of the lab is played once; its evidence is then looked at whole, in parts (without each source, up
//! to each probe, the device's side alone, this computer's side alone, halves) and among a log of other clients. A claim is right where the
//! named cause is in the scenario's own chain. `cargo test --test calibration -- --nocapture` prints the table.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a test that cannot go on shall stop, and this one prints a table"
)]

use scanmedic::case::Case;
use scanmedic::certainty::Certainty;
use scanmedic::diagnose::diagnose;
use scanmedic::evidence::{Actor, Basis, Evidence, number};
use scanmedic::knowledge::Knowledge;
use scanmedic::lab::{Library, Scenario, World};
use scanmedic::session::{Command, Event, Session};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Scenarios played at one time: most of a run is waiting.
const AT_ONCE: usize = 4;
/// Lower ends of the bins.
const BINS: [f64; 6] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
/// How many times another half of the evidence is thrown away.
const HALVES: usize = 8;
/// A bin with fewer claims than this says nothing.
const ENOUGH: usize = 20;

/// Something that was said of a scenario.
struct Claim {
    scenario: String,
    part: String,
    cause: String,
    confidence: f64,
    certainty: Certainty,
    right: bool,
    whole: bool,
}

#[test]
fn what_is_said_with_nine_tenths_is_right_nine_times_in_ten() {
    let library = Library::embedded().unwrap();
    let knowledge = Arc::new(Knowledge::embedded());
    let strangers = strangers(&library, &knowledge);
    let next = AtomicUsize::new(0);
    let claims = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(scenario) = library.scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (case, evidence) = played(scenario, &knowledge);
                    let said = claims_of(scenario, &case, (&evidence, &strangers), &knowledge);
                    claims.lock().unwrap().extend(said);
                }
            });
        }
    });
    let claims = claims.into_inner().unwrap();
    let rows: Vec<(f64, usize, f64, f64)> = BINS
        .iter()
        .enumerate()
        .map(|(at, from)| {
            let to = BINS.get(at + 1).copied().unwrap_or(1.1);
            let inside: Vec<&Claim> = claims
                .iter()
                .filter(|c| c.confidence >= *from && c.confidence < to)
                .collect();
            let count = inside.len().max(1) as f64;
            let said = inside.iter().map(|c| c.confidence).sum::<f64>() / count;
            let right = inside.iter().filter(|c| c.right).count() as f64 / count;
            (*from, inside.len(), said, right)
        })
        .collect();
    println!("from   claims   said   right");
    for (from, count, said, right) in &rows {
        println!("{from:.2}   {count:6}   {said:.2}   {right:.2}");
    }
    for claim in claims.iter().filter(|claim| !claim.right) {
        println!(
            "not right: {} ({}): {} {:.2} {}",
            claim.scenario,
            claim.part,
            claim.cause,
            claim.confidence,
            claim.certainty.id()
        );
    }
    let whole: Vec<&Claim> = claims.iter().filter(|claim| claim.whole).collect();
    assert!(
        whole.iter().all(|claim| claim.right),
        "a whole scenario is read wrongly"
    );
    for (from, count, said, right) in rows {
        assert!(
            count < ENOUGH || right >= said - 0.1,
            "from {from}: said {said:.2}, right {right:.2} of {count}"
        );
    }
    let sure: Vec<&Claim> = claims
        .iter()
        .filter(|claim| claim.certainty == Certainty::Confirmed)
        .collect();
    let false_sure = sure.iter().filter(|claim| !claim.right).count();
    println!(
        "confirmed: {} claims, {false_sure} of them not in the chain",
        sure.len()
    );
    // Where the case itself was cut away, a fault of the server may be true and yet not stop that device.
    assert!(
        false_sure * 200 <= sure.len(),
        "{false_sure} of {} are called confirmed and wrong",
        sure.len()
    );
}

/// Plays a scenario; gives its case and all evidence of the run.
fn played(scenario: &Scenario, knowledge: &Arc<Knowledge>) -> (Case, Vec<Evidence>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::start(scenario)).unwrap();
    let (session, events) = Session::start(Arc::clone(knowledge), || {});
    session.send(Command::Diagnose {
        run: 1,
        request: Box::new(world.request.clone()),
        offline: world.offline(),
        folder: world.folder().to_path_buf(),
    });
    let finding = events
        .into_iter()
        .find_map(|event| match event {
            Event::Diagnosed(_, finding) => Some(finding),
            Event::Failed(_, problem) => panic!("{}: {problem}", scenario.id),
            _ => None,
        })
        .unwrap();
    let case = world.request.case.clone();
    runtime.block_on(world.stop());
    (case, finding.diagnosis.evidence)
}

/// What a busy server's log tells of everybody but the copier.
fn strangers(library: &Library, knowledge: &Knowledge) -> Vec<Evidence> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("strangers.log");
    let alone = library
        .scenarios
        .iter()
        .find(|one| one.id == "strangers-alone")
        .unwrap();
    std::fs::write(&path, &alone.files[0].text).unwrap();
    let read = scanmedic::logs::read(&path, knowledge).unwrap().evidence;
    assert!(read.len() > 5);
    read
}

/// What is said of the whole evidence and of its parts.
fn claims_of(
    scenario: &Scenario,
    case: &Case,
    (evidence, strangers): (&[Evidence], &[Evidence]),
    knowledge: &Knowledge,
) -> Vec<Claim> {
    let mut sources: Vec<&str> = Vec::new();
    for item in evidence {
        let source = origin(item);
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    let mut parts: Vec<(String, Vec<Evidence>)> = vec![(String::new(), evidence.to_vec())];
    let part = |keep: &dyn Fn(&Evidence) -> bool| -> Vec<Evidence> {
        evidence.iter().filter(|item| keep(item)).cloned().collect()
    };
    for (at, source) in sources.iter().enumerate() {
        parts.push((format!("without {source}"), part(&|item| origin(item) != *source)));
        let up_to = &sources[..=at];
        parts.push((
            format!("up to {source}"),
            part(&|item| up_to.contains(&origin(item))),
        ));
    }
    let measured = |item: &Evidence| item.actor != Actor::Device && item.basis == Basis::Observed;
    parts.push(("the device's side".to_owned(), part(&|item| !measured(item))));
    parts.push(("this computer's side".to_owned(), part(&measured)));
    for half in 0..HALVES {
        let kept = |at: usize| (at.wrapping_mul(2_654_435_761) >> (half + 7)) & 1 == half & 1;
        let some = evidence.iter().enumerate().filter(|(at, _)| kept(*at));
        parts.push((
            format!("half {half}"),
            some.map(|(_, item)| item.clone()).collect(),
        ));
    }
    parts.push(("with strangers".to_owned(), [strangers, evidence].concat()));
    parts.push(("before strangers".to_owned(), [evidence, strangers].concat()));
    let chain = scenario.expect.chain();
    // What is over, because a later scan got through, was true before that.
    let over = |cause: &String| scenario.expect.cause == "none" && scenario.expect.ruled_out.contains(cause);
    let mut claims: Vec<Claim> = Vec::new();
    for (name, mut some) in parts {
        number(&mut some);
        let verdict = diagnose(case, some, knowledge).verdict;
        if verdict.cause == "inconclusive" {
            continue;
        }
        let named = verdict.cause == scenario.expect.cause || chain.contains(&verdict.cause);
        let right = named || over(&verdict.cause);
        claims.push(Claim {
            scenario: scenario.id.clone(),
            whole: name.is_empty(),
            part: name,
            cause: verdict.cause,
            confidence: verdict.confidence,
            certainty: verdict.certainty,
            right,
        });
    }
    claims
}

/// The probe, or the file without its line.
fn origin(item: &Evidence) -> &str {
    item.source.split(", ").next().unwrap_or(&item.source)
}

//! How long it takes to load all knowledge, and to reason over ten thousand pieces of evidence.
//!
//! `cargo bench --bench reasoning` prints medians.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on shall stop, and prints"
)]

use scanmedic::case::{Auth, Case};
use scanmedic::diagnose::{diagnose, stated};
use scanmedic::evidence::{Actor, Evidence, Fact, Stage, number};
use scanmedic::knowledge::Knowledge;
use scanmedic::wire::reply::Reply;
use std::time::{Duration, Instant};

fn main() {
    report("load all knowledge", 41, || drop(Knowledge::embedded().ready()));
    let knowledge = Knowledge::embedded();
    report("load, and the first reply read", 21, || {
        let fresh = Knowledge::embedded();
        let began = Instant::now();
        fresh.read_reply("550 5.7.1 Unable to relay", None, None).unwrap();
        println!("    of which reading: {:.2} ms", millis(began.elapsed()));
    });
    let (case, evidence) = many(10_000);
    report("diagnosis over 10,000 pieces of evidence", 21, || {
        let found = diagnose(&case, evidence.clone(), &knowledge);
        assert_eq!(found.verdict.cause, "credentials-rejected");
    });
}

/// Runs something some times and prints the median.
fn report(what: &str, times: usize, mut work: impl FnMut()) {
    let mut took: Vec<Duration> = (0..times)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    took.sort_unstable();
    let median = took.get(times / 2).copied().unwrap_or_default();
    println!("{what}: {:.2} ms (median of {times})", millis(median));
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// A log of refusals, as many as asked for, of twenty different texts.
fn many(count: usize) -> (Case, Vec<Evidence>) {
    let mut case = Case::default();
    case.mail.server = "mail.contoso.com".into();
    case.mail.auth = Auth::Password {
        user: "scan@contoso.com".into(),
    };
    let mut evidence = stated::evidence(&case, &Knowledge::default());
    evidence.extend((0..count).map(|at| {
        let reply = Reply::new(
            535,
            vec![format!("5.7.8 Error: authentication failed, try {}", at % 20)],
        );
        let fact = Fact::Refused {
            stage: Stage::Auth,
            reply,
        };
        let source = format!("mail.log, line {at}");
        Evidence::observed(Stage::Auth.gate(), Actor::Device, &source, fact, "535")
    }));
    number(&mut evidence);
    (case, evidence)
}

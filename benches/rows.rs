//! How long it takes until the first rows of a file can be drawn, as the wizard's table asks for them.
//!
//! `cargo bench --bench rows -- FILE …` prints the median for each file, with how many rows were there.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on shall stop, and prints"
)]

use scanmedic::knowledge::Knowledge;
use scanmedic::logs::rows::Rows;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// Rows that a window shows.
const SHOWN: usize = 40;

fn main() {
    let knowledge = Arc::new(Knowledge::embedded());
    for path in std::env::args_os()
        .skip(1)
        .filter(|word| word != "--bench")
        .map(PathBuf::from)
    {
        let mut took: Vec<(Duration, usize)> = (0..9).map(|_| first_rows(&path, &knowledge)).collect();
        took.sort_unstable();
        let (median, rows) = took[took.len() / 2];
        println!(
            "{}: {rows} rows after {:.1} ms (median of {}, longest {:.1} ms)",
            path.display(),
            median.as_secs_f64() * 1000.0,
            took.len(),
            took[took.len() - 1].0.as_secs_f64() * 1000.0,
        );
    }
}

/// The time from opening a file until all rows of the first page that are known are at hand.
fn first_rows(path: &Path, knowledge: &Arc<Knowledge>) -> (Duration, usize) {
    let began = Instant::now();
    let (wake, woken) = mpsc::channel();
    let rows = Rows::open(path, Arc::clone(knowledge), move || {
        let _ = wake.send(());
    })
    .unwrap();
    loop {
        // As a window: drawn anew when there is more to show.
        woken.recv_timeout(Duration::from_mins(1)).unwrap();
        let page = rows.view(0, SHOWN);
        if !page.is_empty() && page.iter().all(Option::is_some) {
            return (began.elapsed(), page.len());
        }
    }
}

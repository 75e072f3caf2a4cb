//! Temporary: the file part of `analyze --json`.
#![allow(clippy::print_stdout)]
fn main() {
    let path = std::env::args()
        .skip(1)
        .find(|a| a != "analyze" && a != "--json")
        .unwrap_or_default();
    let quiet = std::env::args().any(|a| a == "--quiet");
    let knowledge = scanmedic::knowledge::Knowledge::embedded().unwrap_or_default();
    match scanmedic::logs::read(std::path::Path::new(&path), &knowledge) {
        Ok(reading) => {
            let evidence = if quiet { Vec::new() } else { reading.evidence };
            let json = serde_json::json!({"files":[{"path":reading.report.path,"format":reading.report.format,"records":reading.report.records,
                "skipped":reading.report.skipped,"problem":reading.report.problem,"evidence":evidence,"capture":reading.capture}],"diagnosis":{}});
            println!("{json}");
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(2);
        }
    }
}

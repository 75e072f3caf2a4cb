//! Scoring aid.
#![allow(clippy::print_stdout, clippy::unwrap_used)]
use std::io::Read;
fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).unwrap();
    let knowledge = scanmedic::knowledge::Knowledge::embedded().unwrap();
    let one = |t: &str| {
        serde_json::to_string(&scanmedic::knowledge::explain::explain(&knowledge, t, None)).unwrap()
    };
    if std::env::args().any(|a| a == "--batch") {
        for line in text.lines() {
            let t: String = serde_json::from_str(line).unwrap();
            println!("{}", one(&t));
        }
    } else {
        println!("{}", one(&text));
    }
}

//! The commands that touch no network: explain, analyze, knowledge check.

use super::diagnose::carry_out;
use super::{Failure, Outcome, exit, print, print_json, print_text};
use crate::case::Case;
use crate::evidence::Evidence;
use crate::knowledge::{Knowledge, built_in, check, explain};
use crate::logs::CaptureSummary;
use crate::probe::Request;
use crate::session::Finding;
use serde::Serialize;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A text on standard input is read up to here; a bounce has some kilobytes.
const MAX_TEXT: u64 = 4 << 20;

/// `scanmedic explain`.
pub fn explain(words: &[String], vendor: Option<&str>, knowledge: &Knowledge, json: bool) -> Outcome {
    let mut text = words.join(" ");
    if text == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAX_TEXT).read_to_end(&mut bytes)?;
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    let explanation = explain::explain(knowledge, &text, vendor);
    if json {
        print_json(&explanation)?;
    } else {
        print_text(&print::explanation(&explanation));
    }
    Ok(match explanation.cause.as_str() {
        "none" => exit::NO_FAULT,
        "unknown" | "inconclusive" => exit::INCONCLUSIVE,
        _ => exit::FAULT,
    })
}

/// The contract's answer of `analyze`; borrowed, because a large capture makes a long one.
#[derive(Serialize)]
struct Answer<'a> {
    files: Vec<FileAnswer<'a>>,
    diagnosis: &'a Finding,
}

#[derive(Serialize)]
struct FileAnswer<'a> {
    path: String,
    format: &'a str,
    records: u64,
    skipped: u64,
    problem: Option<&'a str>,
    evidence: &'a [Evidence],
    capture: Option<&'a CaptureSummary>,
}

/// `scanmedic analyze`.
pub fn analyze(files: &[PathBuf], knowledge: Arc<Knowledge>, json: bool, verbose: bool) -> Outcome {
    let here = std::env::current_dir()?;
    let case = Case {
        files: files.iter().map(|file| here.join(file)).collect(),
        ..Case::default()
    };
    let finding = carry_out(Request::new(case), true, PathBuf::new(), knowledge, false)?;
    let Some((finding, readings)) = finding else {
        return Ok(exit::INTERRUPTED);
    };
    if json {
        let files = readings
            .iter()
            .zip(files)
            .map(|(reading, path)| FileAnswer {
                path: path.display().to_string(),
                format: &reading.report.format,
                records: reading.report.records,
                skipped: reading.report.skipped,
                problem: reading.report.problem.as_deref(),
                evidence: &reading.evidence,
                capture: reading.capture.as_ref(),
            })
            .collect();
        print_json(&Answer {
            files,
            diagnosis: &finding,
        })?;
    } else {
        print_text(&print::finding(&finding, verbose));
    }
    Ok(finding.exit_code())
}

/// `scanmedic knowledge check`.
pub fn check(folder: Option<&Path>, json: bool) -> Outcome {
    let mut files: Vec<(String, String)> = built_in::files()
        .map(|file| (file.name.to_owned(), file.text()))
        .collect();
    if let Some(folder) = folder {
        files.extend(folder_files(folder)?);
    }
    let findings = check::check(&files);
    if json {
        let list: Vec<_> = findings
            .iter()
            .map(|f| json!({ "file": f.file, "line": f.line, "column": f.column, "problem": f.problem }))
            .collect();
        print_json(&json!({ "files": files.len(), "findings": list }))?;
    } else {
        let mut text = String::new();
        for finding in &findings {
            let _ = writeln!(
                text,
                "{}:{}:{}: {}",
                finding.file, finding.line, finding.column, finding.problem
            );
        }
        let _ = writeln!(text, "{} files checked, {} findings", files.len(), findings.len());
        print_text(&text);
    }
    Ok(if findings.is_empty() {
        exit::NO_FAULT
    } else {
        exit::FAULT
    })
}

/// The knowledge files of a folder, by name.
fn folder_files(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let unreadable =
        |problem: std::io::Error| Failure(format!("{}: cannot be read: {problem}", folder.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|ending| ending == "ron") {
            let text = std::fs::read_to_string(&path).map_err(unreadable)?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    Ok(files)
}

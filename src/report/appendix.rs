//! The technical appendix: verdict and sum, both lanes, chain, evidence, tests, steps, files.

use super::document::{Block, Table, Tone, heading};
use super::model::Report;
use super::{disputed, proof, records, side, steps};
use crate::case::{Auth, Case};
use crate::session::Record;

/// The appendix's blocks.
pub fn blocks(report: &Report<'_>) -> Vec<Block> {
    let record = report.record;
    let mut out = vec![Block::Part("Technical appendix".to_owned())];
    verdict(&mut out, report);
    heading(&mut out, "Send path");
    out.push(Block::SendPath(record.gates.clone()));
    chain(&mut out, report);
    proof::blocks(&mut out, report);
    heading(&mut out, "Device and mail settings");
    out.push(Block::Table(settings(report.case)));
    side::blocks(&mut out, record);
    sum(&mut out, record);
    disputed::blocks(&mut out, record);
    if let Some(next) = &record.next_test {
        heading(&mut out, "Next test");
        out.push(Block::Text(format!("{}: {}", next.probe, next.why)));
    }
    steps::blocks(&mut out, report);
    others(&mut out, record);
    records::evidence(&mut out, &record.evidence);
    records::certificates(&mut out, &record.evidence);
    records::names(&mut out, &record.evidence);
    records::probes(&mut out, record);
    records::transcripts(&mut out, record);
    records::files(&mut out, record);
    heading(&mut out, "Made with");
    out.push(Block::Note(format!(
        "ScanMedic {}, finding schema {}, {} ms for the whole run. Times are UTC.",
        env!("CARGO_PKG_VERSION"),
        record.schema,
        record.elapsed_ms
    )));
    out
}

fn verdict(out: &mut Vec<Block>, report: &Report<'_>) {
    let verdict = &report.record.verdict;
    let tone = match verdict.cause.as_str() {
        "none" => Tone::Good,
        "inconclusive" => Tone::Attention,
        _ => Tone::Fault,
    };
    let label = format!(
        "{} · {} · {:.0} %",
        verdict.cause,
        verdict.certainty.id(),
        verdict.confidence * 100.0
    );
    out.push(Block::Callout {
        tone,
        label,
        text: verdict.headline.clone(),
    });
}

fn chain(out: &mut Vec<Block>, report: &Report<'_>) {
    if report.faults.is_empty() {
        return;
    }
    heading(out, "Chain of faults");
    let links = &report.record.chain;
    for (number, (fault, link)) in report.faults.iter().zip(links).enumerate() {
        out.push(Block::Text(format!(
            "{}. {} ({}, gate {}, {}; evidence {})",
            number + 1,
            fault.headline,
            fault.cause,
            fault.gate,
            fault.certainty,
            or_dash(&link.evidence.join(", "))
        )));
        if !fault.explanation.is_empty() {
            out.push(Block::Note(fault.explanation.clone()));
        }
    }
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

fn settings(case: &Case) -> Table {
    let mut table = Table::new(&[("Setting", 0.28), ("Value", 0.72)]);
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            table.rows.push(vec![name.to_owned(), value]);
        }
    };
    let device = &case.device;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    row("Vendor", text(&device.vendor));
    row("Model", text(&device.model));
    row("Firmware", text(&device.firmware));
    row("Controller", format!("{:?}", device.controller).to_lowercase());
    row("Address of the device", text(&device.address));
    row("Highest TLS, as stated", text(&device.max_tls));
    row(
        "Checks certificates",
        device
            .validates_certificates
            .map(|on| if on { "yes" } else { "no" }.to_owned())
            .unwrap_or_default(),
    );
    row(
        "Name servers",
        device
            .dns_servers
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    );
    row(
        "Public address of the site",
        case.site
            .public_address
            .map(|ip| ip.to_string())
            .unwrap_or_default(),
    );
    let mail = &case.mail;
    let port = if mail.port == 0 {
        "usual port".to_owned()
    } else {
        format!("port {}", mail.port)
    };
    if !mail.server.is_empty() {
        row("Mail server", format!("{}, {port}", mail.server));
    }
    row("Encryption", mail.encryption.id().to_owned());
    row(
        "Login",
        match &mail.auth {
            Auth::None => "none".to_owned(),
            Auth::Password { user } => format!("password, {user}"),
            Auth::OAuth { user } => format!("OAuth, {user}"),
        },
    );
    row("From", mail.from.clone());
    row("To", mail.to.join(", "));
    row("Way of sending", mail.method.id().to_owned());
    row(
        "Size of the scan",
        mail.size.map(|size| format!("{size} bytes")).unwrap_or_default(),
    );
    row("Symptom", case.symptom.clone().unwrap_or_default());
    table
}

/// Why the verdict weighs what it weighs.
fn sum(out: &mut Vec<Block>, record: &Record) {
    let Some(candidate) = record.candidates.iter().find(|c| c.cause == record.verdict.cause) else {
        return;
    };
    heading(out, "Sum of the verdict");
    let mut table = Table::new(&[("Term", 0.14), ("Log-odds", 0.14), ("What it says", 0.72)]);
    for reason in &candidate.reasons {
        table.rows.push(vec![
            reason.evidence.clone(),
            format!("{:+.1}", reason.weight),
            reason.summary.clone(),
        ]);
    }
    out.push(Block::Table(table));
    out.push(Block::Note(format!(
        "Every cause starts at log-odds −3. With the terms above this one comes to {:.0} %. Certainty ({}) is judged apart from the sum: it asks whether the fault was seen.",
        candidate.confidence * 100.0,
        candidate.certainty
    )));
}

fn others(out: &mut Vec<Block>, diagnosis: &Record) {
    if !diagnosis.ruled_out.is_empty() {
        heading(out, "Ruled out");
        let mut table = Table::new(&[("Cause", 0.28), ("Why", 0.54), ("Evidence", 0.18)]);
        for item in &diagnosis.ruled_out {
            table.rows.push(vec![
                item.cause.clone(),
                item.why.clone(),
                item.because.join(", "),
            ]);
        }
        out.push(Block::Table(table));
    }
    if !diagnosis.harmless.is_empty() {
        heading(out, "Harmless here");
        let mut table = Table::new(&[("Fact", 0.5), ("Why it does no harm", 0.38), ("Evidence", 0.12)]);
        for item in &diagnosis.harmless {
            table.rows.push(vec![
                item.fact.clone(),
                item.why.clone(),
                item.evidence.join(", "),
            ]);
        }
        out.push(Block::Table(table));
    }
}

//! Findings as text for a terminal.

use crate::certainty::Certainty;
use crate::diagnose::methods::{MethodAdvice, MethodVerdict};
use crate::diagnose::{DeviceState, Diagnosis, LaptopState, PRIOR};
use crate::evidence::PortKind;
use crate::gate::Gate;
use crate::knowledge::explain::Explanation;
use crate::knowledge::firmware::FirmwareReading;
use crate::probe::ProbeId;
use crate::session::{Finding, TlsScan};
use std::fmt::Write;

/// A whole finding: sentence, send path, reasons, what comes next, what to do.
pub fn finding(finding: &Finding, verbose: bool) -> String {
    let diagnosis = &finding.diagnosis;
    let mut out = String::new();
    let verdict = &diagnosis.verdict;
    let _ = writeln!(out, "{}", verdict.headline);
    let _ = writeln!(
        out,
        "  {} · {} · {}\n",
        verdict.cause,
        verdict.certainty.id(),
        percent(verdict.confidence)
    );
    send_path(&mut out, diagnosis);
    if let Some(message) = finding.probes.iter().find(|probe| probe.id == ProbeId::Message) {
        let _ = writeln!(out, "Test message\n  {}\n", message.summary);
    }
    tables(&mut out, finding);
    reasons(&mut out, diagnosis);
    if let Some((_, behind)) = diagnosis.chain.split_first()
        && !behind.is_empty()
    {
        let _ = writeln!(out, "Next behind it");
        for link in behind {
            let _ = writeln!(
                out,
                "  {} ({}, {})",
                link.headline,
                link.cause,
                link.certainty.id()
            );
        }
        out.push('\n');
    }
    candidates(&mut out, diagnosis);
    if verbose {
        sums(&mut out, diagnosis);
    }
    if !diagnosis.ruled_out.is_empty() {
        let names: Vec<&str> = diagnosis.ruled_out.iter().map(|r| r.cause.as_str()).collect();
        let _ = writeln!(out, "Ruled out\n  {}\n", names.join(", "));
    }
    for harmless in &diagnosis.harmless {
        let _ = writeln!(out, "Harmless here: {} ({})\n", harmless.fact, harmless.why);
    }
    for date in &diagnosis.dates {
        let _ = writeln!(
            out,
            "Date: {} · {} (as of {})\n",
            date.date, date.what, date.as_of
        );
    }
    for contradiction in &diagnosis.contradictions {
        let _ = writeln!(
            out,
            "Does not agree: {} ({} against {})\n  {}\n",
            contradiction.about,
            contradiction.one.join(", "),
            contradiction.other.join(", "),
            contradiction.advice
        );
    }
    questions(&mut out, diagnosis);
    if let Some(next) = &diagnosis.next_test {
        let _ = writeln!(out, "Next test: {}\n  {}\n", next.probe, next.why);
    }
    remedy(&mut out, finding);
    methods(&mut out, &diagnosis.methods);
    for file in &finding.files {
        let problem = file
            .problem
            .as_ref()
            .map(|p| format!(" · {p}"))
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "File {}: {}, {} records, {} passed over{problem}",
            file.path, file.format, file.records, file.skipped
        );
    }
    let _ = writeln!(out, "Took {} ms", finding.elapsed_ms);
    out
}

/// The ports, and the send with and without the device's limits.
fn tables(out: &mut String, finding: &Finding) {
    if !finding.ports.is_empty() {
        let _ = writeln!(out, "Mail ports of the server");
        for row in &finding.ports {
            let mark = if row.chosen { "*" } else { " " };
            let speaks = row.speaks.map_or("", PortKind::words);
            let _ = writeln!(out, "  {mark}{:<5} {:<12} {speaks}", row.port, row.state);
        }
        if let Some(text) = crate::session::tables::reading(&finding.ports) {
            let _ = writeln!(out, "  {text}");
        }
        out.push('\n');
    }
    if !finding.side_by_side.is_empty() {
        let _ = writeln!(out, "Side by side");
        for row in &finding.side_by_side {
            let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            let _ = writeln!(out, "  {}", row.step);
            if row.laptop.is_some() {
                let _ = writeln!(out, "    this computer  {}", or_dash(&row.laptop));
            }
            let _ = writeln!(out, "    as the copier  {}", or_dash(&row.copier));
        }
        out.push('\n');
    }
}

/// Both lanes as a table.
fn send_path(out: &mut String, diagnosis: &Diagnosis) {
    let _ = writeln!(out, "{:<13} {:<15} This computer", "Gate", "Copier");
    for state in diagnosis
        .gates
        .iter()
        .filter(|state| shown(state.gate, diagnosis))
    {
        let _ = writeln!(
            out,
            "{:<13} {:<15} {}",
            state.gate.title(),
            device_word(state.device),
            laptop_word(state.laptop)
        );
    }
    out.push('\n');
}

/// The device gate only says something where the device was asked or seen.
fn shown(gate: Gate, diagnosis: &Diagnosis) -> bool {
    gate != Gate::Device
        || diagnosis.gates.iter().any(|s| {
            s.gate == Gate::Device && (s.laptop != LaptopState::NotTested || s.device != DeviceState::Unknown)
        })
}

const fn device_word(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Passed => "passed",
        DeviceState::Failed => "FAILED",
        DeviceState::PredictedPass => "will pass",
        DeviceState::PredictedFail => "WILL FAIL",
        DeviceState::Unknown => "?",
    }
}

const fn laptop_word(state: LaptopState) -> &'static str {
    match state {
        LaptopState::Passed => "passed",
        LaptopState::Failed => "FAILED",
        LaptopState::NotTested => "-",
        LaptopState::Unknown => "?",
    }
}

/// The evidence that carries the verdict.
fn reasons(out: &mut String, diagnosis: &Diagnosis) {
    let Some(candidate) = diagnosis
        .candidates
        .iter()
        .find(|c| c.cause == diagnosis.verdict.cause)
    else {
        return;
    };
    let heading = if diagnosis.verdict.certainty == Certainty::Confirmed {
        "Why we are sure"
    } else {
        "Why"
    };
    let _ = writeln!(out, "{heading}");
    for item in diagnosis
        .evidence
        .iter()
        .filter(|item| candidate.supporting.contains(&item.id))
    {
        let _ = writeln!(out, "  {:<4} {:<16} {}", item.id, item.source, item.summary);
    }
    for item in diagnosis
        .evidence
        .iter()
        .filter(|item| candidate.contradicting.contains(&item.id))
    {
        let _ = writeln!(
            out,
            "  {:<4} {:<16} against it: {}",
            item.id, item.source, item.summary
        );
    }
    out.push('\n');
}

/// Other readings, where the verdict is open.
fn candidates(out: &mut String, diagnosis: &Diagnosis) {
    let others: Vec<_> = diagnosis
        .candidates
        .iter()
        .filter(|c| diagnosis.chain.iter().all(|link| link.cause != c.cause) && c.confidence >= 0.1)
        .take(5)
        .collect();
    if others.is_empty() || diagnosis.verdict.certainty == Certainty::Confirmed {
        return;
    }
    let _ = writeln!(out, "Also possible");
    for candidate in others {
        let _ = writeln!(out, "  {} ({})", candidate.cause, percent(candidate.confidence));
    }
    out.push('\n');
}

/// Questions that are open, with the words in which to answer them.
fn questions(out: &mut String, diagnosis: &Diagnosis) {
    let open: Vec<_> = diagnosis
        .questions
        .iter()
        .filter(|q| q.answer.is_none())
        .collect();
    if open.is_empty() {
        return;
    }
    let _ = writeln!(out, "Questions to the person at the device");
    for question in open {
        let _ = writeln!(out, "  {} ({})", question.text, question.why);
        for choice in &question.options {
            let _ = writeln!(
                out,
                "    --answer {}={:<15} {}",
                question.id, choice.value, choice.text
            );
        }
    }
    out.push('\n');
}

/// Every candidate's sum in log-odds, term by term.
fn sums(out: &mut String, diagnosis: &Diagnosis) {
    for candidate in diagnosis.candidates.iter().take(8) {
        let terms: f64 = candidate.reasons.iter().map(|reason| reason.weight).sum();
        let _ = writeln!(out, "The sum for {}", candidate.cause);
        let _ = writeln!(out, "  {PRIOR:+6.2}       before any evidence");
        for reason in &candidate.reasons {
            let _ = writeln!(
                out,
                "  {:+6.2}  {:<4} {}",
                reason.weight, reason.evidence, reason.summary
            );
        }
        let _ = writeln!(
            out,
            "  {:+6.2}       {} as {}\n",
            PRIOR + terms,
            percent(candidate.confidence),
            candidate.certainty.id()
        );
    }
}

fn remedy(out: &mut String, finding: &Finding) {
    let Some(remedy) = &finding.remedy else { return };
    let _ = writeln!(out, "What to do");
    for (number, step) in remedy.steps.iter().enumerate() {
        let _ = writeln!(out, "  {}. {}", number + 1, step.title);
        if !step.detail.is_empty() {
            let _ = writeln!(out, "     {}", step.detail);
        }
        if let Some(place) = &step.place {
            let _ = writeln!(out, "     where: {place}");
        }
        if let Some(command) = &step.command {
            let _ = writeln!(out, "     command: {command}");
        }
    }
    let _ = writeln!(out, "  To verify: {}\n", remedy.verify);
}

/// Which way of sending can work here. Where one works already, the others are named and no more.
fn methods(out: &mut String, methods: &[MethodAdvice]) {
    let Some(best) = methods.first() else { return };
    let brief = best.verdict == MethodVerdict::Works;
    let _ = writeln!(out, "Ways of sending at this site");
    for advice in methods {
        let now = if advice.present { " (set now)" } else { "" };
        let _ = writeln!(out, "  {:<9} {}{now}", advice.verdict.id(), advice.name);
        if brief && !advice.present {
            continue;
        }
        for ground in &advice.because {
            let _ = writeln!(out, "            {}{}", ground.says, seen(&ground.evidence));
        }
        if advice.verdict == MethodVerdict::Cannot {
            continue;
        }
        for ground in &advice.first {
            let _ = writeln!(
                out,
                "            first: {}{}",
                ground.says,
                seen(&ground.evidence)
            );
        }
        let port = advice
            .port
            .map(|port| format!(", port {port}"))
            .unwrap_or_default();
        let encryption = advice
            .encryption
            .map(|word| format!(", encryption {word}"))
            .unwrap_or_default();
        let _ = writeln!(out, "            enter: {}{port}{encryption}", advice.host);
        for (word, lines) in [
            ("needs", &advice.needs),
            ("limit", &advice.limits),
            ("date", &advice.dates),
        ] {
            for line in lines {
                let _ = writeln!(out, "            {word}: {line}");
            }
        }
    }
    out.push('\n');
}

/// The ids of what shows it.
fn seen(evidence: &[String]) -> String {
    if evidence.is_empty() {
        return String::new();
    }
    format!(" [{}]", evidence.join(", "))
}

/// What a text means.
pub fn explanation(explanation: &Explanation) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", explanation.headline);
    let gate = explanation
        .gate
        .map(|gate| format!(" · gate {gate}"))
        .unwrap_or_default();
    let service = explanation
        .service
        .as_ref()
        .map(|s| format!(" · {s}"))
        .unwrap_or_default();
    let _ = writeln!(
        out,
        "  {} · {}{gate}{service}",
        explanation.cause,
        explanation.certainty.id()
    );
    if let Some(remedy) = &explanation.remedy {
        let _ = writeln!(out, "\nWhat to do\n  {remedy}");
    }
    let others: Vec<_> = explanation
        .candidates
        .iter()
        .filter(|c| c.cause != explanation.cause)
        .collect();
    if !others.is_empty() {
        let _ = writeln!(out, "\nAlso possible");
        for other in others {
            let _ = writeln!(
                out,
                "  {} ({}): {}",
                other.cause,
                other.certainty.id(),
                other.headline
            );
        }
    }
    out
}

/// What a firmware version is.
pub fn firmware(reading: &FirmwareReading) -> String {
    let mut out = String::new();
    let unknown = || "unknown".to_owned();
    let _ = writeln!(out, "Version      {}", reading.version);
    let _ = writeln!(
        out,
        "Vendor       {}",
        reading.vendor.clone().unwrap_or_else(unknown)
    );
    let _ = writeln!(
        out,
        "Model        {}",
        reading.model.clone().unwrap_or_else(unknown)
    );
    let _ = writeln!(
        out,
        "Family       {}",
        reading.family.clone().unwrap_or_else(unknown)
    );
    let _ = writeln!(
        out,
        "Built        {}",
        reading.released.map_or_else(unknown, |date| date.to_string())
    );
    let tls = serde_json::to_value(reading.tls12_email).ok();
    let tls = tls
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .unwrap_or("unknown");
    let _ = writeln!(out, "TLS 1.2      {tls} ({})", reading.mark);
    let _ = writeln!(out, "\n{}", reading.why);
    for note in &reading.notes {
        let _ = writeln!(out, "{note}");
    }
    if let Some(version) = &reading.recommended {
        let _ = writeln!(out, "Recommended  {version}");
    }
    for (number, step) in reading.steps.iter().enumerate() {
        let _ = writeln!(out, "  {}. {}\n     {}", number + 1, step.title, step.detail);
        if let Some(place) = &step.place {
            let _ = writeln!(out, "     where: {place}");
        }
    }
    out
}

/// What a device is.
pub fn identity(identity: &serde_json::Value) -> String {
    let mut out = String::new();
    for field in ["vendor", "model", "firmware", "serial", "clock_skew_s", "kind"] {
        let value = match identity.get(field) {
            None | Some(serde_json::Value::Null) => "unknown".to_owned(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        let source = identity
            .pointer(&format!("/sources/{field}"))
            .and_then(serde_json::Value::as_str);
        let _ = writeln!(out, "{field:<13} {value:<40} {}", source.unwrap_or(""));
    }
    out
}

/// What a server's TLS is.
pub fn tls(target: &str, scan: &TlsScan) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{target}");
    if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(scan) {
        if let Some(serde_json::Value::Object(versions)) = fields.get("versions") {
            for (version, answer) in versions {
                let _ = writeln!(out, "  {version:<8} {}", answer.as_str().unwrap_or_default());
            }
        }
        if let Some(serde_json::Value::Object(families)) = fields.get("ciphers") {
            let _ = writeln!(out, "  cipher suites up to TLS 1.2, a family alone");
            for (family, answer) in families {
                let _ = writeln!(out, "    {family:<17} {}", answer.as_str().unwrap_or_default());
            }
        }
        for field in ["problem", "cipher", "alert"] {
            if let Some(value) = fields.get(field).and_then(serde_json::Value::as_str) {
                let _ = writeln!(out, "  {field:<8} {value}");
            }
        }
        if let Some(serde_json::Value::Object(certificate)) = fields.get("certificate") {
            let _ = writeln!(out, "  certificate");
            for (name, value) in certificate {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let _ = writeln!(out, "    {name:<12} {text}");
            }
        }
    }
    out
}

fn percent(confidence: f64) -> String {
    format!("{:.0} %", confidence * 100.0)
}

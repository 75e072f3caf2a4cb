//! `scanmedic lab` and `scanmedic demo`: show what can be played, play a scenario until it is
//! interrupted, or play it, diagnose it over the session, and end it.

use super::args::WriteArgs;
use super::diagnose::carry_out;
use super::{Failure, Outcome, exit, print, print_json, print_text, write};
use crate::case::Case;
use crate::knowledge::Knowledge;
use crate::lab::copier::{self, End};
use crate::lab::scenario::Listen;
use crate::lab::{DEFAULT, LabError, Library, Scenario, World};
use crate::session::{Finding, Record};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// `scanmedic lab --list`.
pub fn show(json: bool) -> Outcome {
    if json {
        let library = Library::embedded()?;
        let rows: Vec<_> = library
            .scenarios
            .iter()
            .map(|scenario| serde_json::json!({ "id": scenario.id, "title": scenario.title, "story": scenario.story }))
            .collect();
        print_json(&rows)?;
    } else {
        let mut text = Vec::new();
        list(&mut text)?;
        print_text(&String::from_utf8_lossy(&text));
    }
    Ok(exit::NO_FAULT)
}

/// `scanmedic lab SCENARIO`.
pub fn play(id: &str) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(run(id, &mut io::stdout()))?;
    Ok(exit::INTERRUPTED)
}

/// `scanmedic lab --copier NAME --at ADDR:PORT`: a simulated copier sends a page to a listener or a server.
pub fn press_scan(name: &str, at: SocketAddr, host: &str, json: bool) -> Outcome {
    let library = Library::embedded()?;
    let Some(copier) = library.copiers.get(name) else {
        let known: Vec<&str> = library.copiers.keys().map(String::as_str).collect();
        return Err(Failure(format!(
            "the lab has no copier {name:?}; there are {}",
            known.join(", ")
        )));
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let sent = runtime.block_on(copier::press_scan(copier, at, host));
    let delivered = sent.end == End::Delivered;
    if json {
        print_json(
            &serde_json::json!({ "delivered": delivered, "end": sent.end.words(), "transcript": sent.lines }),
        )?;
    } else {
        print_text(&format!("{}: {}\n", copier.model, sent.end.words()));
    }
    Ok(if delivered { exit::NO_FAULT } else { exit::FAULT })
}

/// How a demonstration is shown and kept.
pub struct Show<'a> {
    /// Reports to write.
    pub write: &'a WriteArgs,
    /// Where the case is kept.
    pub save: Option<&'a Path>,
    /// JSON instead of text.
    pub json: bool,
    /// A line for each probe.
    pub verbose: bool,
}

/// `scanmedic demo`: the lab plays, the probes meet it, the lab ends.
pub fn demo(id: Option<&str>, show: &Show<'_>, knowledge: &Arc<Knowledge>) -> Outcome {
    write::check(show.write)?;
    let library = Library::embedded()?;
    let scenario = library.scenario(id.unwrap_or(DEFAULT))?;
    let runtime = runtime()?;
    let Some((case, finding)) = fault(scenario, show, &runtime, knowledge)? else {
        return Ok(exit::INTERRUPTED);
    };
    if let Some(path) = show.save {
        case.save(path)?;
    }
    if !show.write.report.is_empty() {
        write::write(show.write, &case, &Record::of(&finding)?, knowledge)?;
    }
    if show.json {
        print_json(&finding)?;
    } else {
        print_text(&print::finding(&finding, show.verbose));
    }
    Ok(finding.exit_code())
}

/// The lab's own runtime.
pub fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}

/// Plays a scenario and diagnoses it: the case with what was found in it, and the finding; nothing where it
/// was interrupted.
pub fn fault(
    scenario: &Scenario,
    show: &Show<'_>,
    runtime: &Runtime,
    knowledge: &Arc<Knowledge>,
) -> Result<Option<(Case, Finding)>, Failure> {
    let world = runtime.block_on(World::start(scenario))?;
    if !show.json {
        print_text(&format!(
            "{}: {}\n{}\n\n",
            scenario.id, scenario.title, scenario.story
        ));
    }
    let request = world.request.clone();
    let (mut case, send) = (request.case.clone(), request.send);
    let folder = world.folder().to_path_buf();
    let offline = world.offline();
    let tell = show.verbose && !show.json;
    let heard = carry_out(request, offline, folder, Arc::clone(knowledge), tell);
    runtime.block_on(world.stop());
    let Some((finding, _)) = heard? else {
        return Ok(None);
    };
    case.keep(finding.results(&case, send, offline));
    // The files of the lab are gone with it.
    case.files.clear();
    Ok(Some((case, finding)))
}

/// Writes every scenario's id and title, in the order of the send path.
pub fn list(out: &mut dyn Write) -> Result<(), LabRunError> {
    let library = Library::embedded()?;
    let width = library.scenarios.iter().map(|s| s.id.len()).max().unwrap_or(0);
    for scenario in &library.scenarios {
        writeln!(out, "{:width$}  {}", scenario.id, scenario.title)?;
    }
    Ok(())
}

/// Plays one scenario: writes how to reach it, then waits for Ctrl-C.
pub async fn run(id: &str, out: &mut (dyn Write + Send)) -> Result<(), LabRunError> {
    let world = World::start(Library::embedded()?.scenario(id)?).await?;
    describe(&world, out)?;
    tokio::signal::ctrl_c().await?;
    world.stop().await;
    Ok(())
}

/// Writes what stands where, and a command line that diagnoses it.
pub fn describe(world: &World, out: &mut dyn Write) -> io::Result<()> {
    let scenario = &world.scenario;
    writeln!(out, "{}: {}\n\n{}\n", scenario.id, scenario.title, scenario.story)?;
    for door in &world.doors {
        let state = match door.listen {
            Listen::Answer => "",
            Listen::Refused => " (refuses connections)",
            Listen::Dropped => " (answers nothing)",
        };
        writeln!(
            out,
            "{}:{} stands at {}{state}",
            door.name, door.port, door.address
        )?;
    }
    if let Some(dns) = world.request.dns {
        writeln!(out, "Name server: {dns}")?;
    }
    if let Some(ca) = &world.request.ca {
        writeln!(out, "Certificate authority: {}", ca.display())?;
    }
    writeln!(out, "Case file: {}", world.case_file.display())?;
    if let Some(password) = &scenario.password {
        writeln!(out, "Lab password (no secret): {password}")?;
    }
    writeln!(
        out,
        "\nDiagnose it from another window:\n\n{}\n",
        world.command_line()
    )?;
    writeln!(out, "Ctrl-C ends the lab.")
}

/// Why a scenario could not be shown or played.
#[derive(Debug, thiserror::Error)]
pub enum LabRunError {
    /// The lab itself.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// Writing, or waiting for the interruption.
    #[error(transparent)]
    Io(#[from] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_the_scenario_that_demo_plays() {
        let mut out = Vec::new();
        list(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.lines().any(|line| line.starts_with(crate::lab::DEFAULT)),
            "{text}"
        );
    }

    #[tokio::test]
    async fn a_class_is_told_where_to_connect_and_what_to_type() {
        let library = Library::embedded().unwrap();
        let world = World::start(library.scenario("port-25-blocked").unwrap())
            .await
            .unwrap();
        let mut out = Vec::new();
        describe(&world, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.contains("smtp.office365.com:25 stands at 127.0.0.1:"),
            "{text}"
        );
        assert!(text.contains("(answers nothing)"), "{text}");
        assert!(text.contains("scanmedic diagnose "), "{text}");
        assert!(
            text.contains(" --resolve smtp.office365.com:587:127.0.0.1:"),
            "{text}"
        );
        world.stop().await;
    }
}

//! What the wizard's window costs: `frames bare|first|busy`. `benches/window.sh` runs and compares them.
//!
//! `bare` and `first` print the milliseconds from the time in `STARTED` (nanoseconds since the epoch) to the
//! end of the first picture, of an empty window of the same toolkit and of the wizard. `busy` shows a log of
//! a million lines, scrolls it while probes run on the lab, and prints the longest picture.

#![allow(clippy::print_stdout, reason = "its output is the measurement")]

use egui::Context;
use scanmedic::gui::action::Action;
use scanmedic::gui::perform::perform;
use scanmedic::gui::state::{Phase, State, Step};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Lines of the long log.
const LINES: usize = 1_000_000;
/// How long the busy window is watched.
const WATCHED: Duration = Duration::from_secs(5);
/// Pictures at the start that are not counted: fonts are laid out for the first time.
const WARM: usize = 10;

fn main() -> Result<(), String> {
    match std::env::args().nth(1).as_deref() {
        Some("bare") => bare(),
        Some("first") => {
            let mut pictures = 0;
            scanmedic::gui::direct(Box::new(move |ctx, _, _| {
                pictures += 1;
                if pictures == 2 {
                    tell_and_close(ctx);
                }
                ctx.request_repaint();
            }))
        }
        Some("busy") => busy(),
        _ => Err("say bare, first or busy".to_owned()),
    }
}

/// Milliseconds since `STARTED`; then the window closes.
fn tell_and_close(ctx: &Context) {
    let started = std::env::var("STARTED")
        .ok()
        .and_then(|text| text.parse::<u128>().ok());
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    let milliseconds = started.map(|started| now.saturating_sub(started) / 1_000_000);
    println!("{}", milliseconds.unwrap_or_default());
    ctx.send_viewport_cmd(egui::ViewportCommand::Close);
}

/// An empty window.
struct Bare(u32);

impl eframe::App for Bare {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.0 += 1;
        if self.0 == 2 {
            tell_and_close(ctx);
        }
        ctx.request_repaint();
    }

    fn ui(&mut self, _ui: &mut egui::Ui, _frame: &mut eframe::Frame) {}
}

/// Opens an empty window of the wizard's size.
fn bare() -> Result<(), String> {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size([1280.0, 800.0]),
        renderer: eframe::Renderer::Glow,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native("bare", options, Box::new(|_| Ok(Box::new(Bare(0)))))
        .map_err(|problem| problem.to_string())
}

/// How far the busy window is.
enum Stage {
    Practice,
    Playing,
    File,
    Watched(Instant),
}

/// A run of probes, again and again, beside a long log that scrolls.
fn busy() -> Result<(), String> {
    let log = std::env::temp_dir().join("scanmedic-frames.log");
    write_log(&log).map_err(|problem| format!("{}: {problem}", log.display()))?;
    let mut stage = Stage::Practice;
    let mut times: Vec<f32> = Vec::new();
    let mut runs = 0;
    scanmedic::gui::direct(Box::new(
        move |ctx: &Context, state: &mut State, cpu: Option<f32>| {
            ctx.request_repaint();
            match stage {
                Stage::Practice => {
                    perform(state, Action::Practise);
                    stage = Stage::Playing;
                }
                Stage::Playing
                    if state.practice.listed == Phase::Known && state.practice.starting.is_none() =>
                {
                    if state.practice.playing.is_some() {
                        state.case.files.push(log.clone());
                        perform(state, Action::Go(Step::Evidence));
                        perform(state, Action::Sheet(Some(log.clone())));
                        stage = Stage::File;
                    } else {
                        perform(state, Action::Play("xerox-tls10".into()));
                    }
                }
                Stage::Playing => {}
                Stage::File => {
                    let opened = state.table.opened.as_ref();
                    if opened.is_some_and(|opened| opened.rows.state().whole) {
                        state.case.files.clear();
                        stage = Stage::Watched(Instant::now());
                    }
                }
                Stage::Watched(since) => {
                    times.extend(cpu);
                    if !state.run.running() {
                        runs += 1;
                        perform(state, Action::Run(Vec::new()));
                        perform(state, Action::Go(Step::Evidence));
                    }
                    if let Some(opened) = &mut state.table.opened {
                        opened.scroll.top += 997.3;
                        if opened.scroll.top > 990_000.0 {
                            opened.scroll.top = 0.0;
                        }
                    }
                    if since.elapsed() > WATCHED {
                        let mut counted: Vec<f32> =
                            times.iter().skip(WARM).map(|time| time * 1000.0).collect();
                        counted.sort_by(f32::total_cmp);
                        let at = |share: usize| {
                            counted
                                .get(counted.len() * share / 100)
                                .copied()
                                .unwrap_or_default()
                        };
                        println!(
                            "{} pictures during {runs} runs: median {:.1} ms, 99 of 100 within {:.1} ms, longest {:.1} ms",
                            counted.len(),
                            at(50),
                            at(99),
                            counted.last().copied().unwrap_or_default()
                        );
                        ctx.send_viewport_cmd(egui::ViewportCommand::Close);
                        stage = Stage::Practice;
                    }
                }
            }
        },
    ))
}

/// A mail server's log of a million lines.
fn write_log(path: &std::path::Path) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for line in 0..LINES {
        writeln!(
            file,
            "Nov 22 {:02}:{:02}:{:02} mail postfix/smtp[2211]: {line:08X}: to=<it@contoso.com>, relay=mx.contoso.com[203.0.113.25]:25, delay=0.4, dsn=2.0.0, status=sent (250 2.0.0 OK)",
            line / 3600 % 24,
            line / 60 % 60,
            line % 60
        )?;
    }
    file.flush()
}

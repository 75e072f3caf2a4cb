//! The window: owns the engine, carries out what the wizard asks for, never waits.

use super::behind::{Behind, ID, aside_file, put_aside};
use super::perform::{autosave, may_close, recent};
use super::state::State;
use super::state::effect::Effect;
use super::text::{Language, tr};
use super::{draw, theme};
use crate::case::Case;
use crate::knowledge::Knowledge;
use eframe::{CreationContext, NativeOptions};
use egui::{Context, ThemePreference, Ui, ViewportBuilder, ViewportCommand};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Seconds of quiet after which a changed case is written to its file.
const QUIET: f64 = 1.0;

/// Keys of name, colour and logo file for reports, and who makes them.
const HOUSE: [&str; 4] = ["house-name", "house-colour", "house-logo", "technician"];
/// Key of the recent cases in the kept settings.
const RECENT: &str = "recent";
/// Key of the colours in the kept settings.
const THEME: &str = "theme";
/// Key of the language in the kept settings.
const LANGUAGE: &str = "language";
/// Key of the size in the kept settings.
const SIZE: &str = "size";

/// Opens the wizard, with a case where one is given, and returns when it is closed.
pub fn run(case: Option<PathBuf>) -> Result<(), String> {
    open(move |state| {
        if let Some(path) = case {
            state.outbox.push(Effect::Load(path));
        }
    })
}

/// Tells a problem to somebody who has no console to read it from: on Windows the system's own message box does,
/// which needs no OpenGL.
pub fn tell(problem: &str) {
    #[cfg(windows)]
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("ScanMedic")
        .set_description(problem)
        .show();
    #[cfg(not(windows))]
    let _ = problem;
}

/// What may look at every picture of the window and change what comes next, such as a tool that takes pictures.
/// It is also told how many seconds the picture before took on the processor.
pub type Director = Box<dyn FnMut(&Context, &mut State, Option<f32>)>;

/// Opens the wizard in a state of the caller's making.
pub fn open(prepare: impl FnOnce(&mut State) + 'static) -> Result<(), String> {
    window(prepare, None)
}

/// Opens the wizard under a director. Nothing is kept of it: no recent cases, no colours, no size.
pub fn direct(director: Director) -> Result<(), String> {
    window(|_| {}, Some(director))
}

/// Opens the window and returns when it is closed.
fn window(prepare: impl FnOnce(&mut State) + 'static, director: Option<Director>) -> Result<(), String> {
    let loading = std::thread::spawn(|| {
        let rescued = aside_file().and_then(|file| Case::load(&file).ok());
        (Knowledge::embedded().ready(), rescued)
    });
    let viewport = ViewportBuilder::default()
        .with_title("ScanMedic")
        .with_app_id(ID)
        .with_icon(icon())
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([1024.0, 640.0]);
    let options = NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        ..NativeOptions::default()
    };
    let create = move |cc: &CreationContext<'_>| {
        let (knowledge, rescued) = loading.join().map_err(|_| tr!("wizard-knowledge-unreadable"))?;
        theme::install(&cc.egui_ctx);
        let mut app = App::new(&cc.egui_ctx, Arc::new(knowledge));
        app.director = director;
        if let Some(storage) = cc.storage.filter(|_| app.director.is_none()) {
            app.state.rescued = rescued.map(Box::new);
            app.recall(&cc.egui_ctx, storage);
        }
        prepare(&mut app.state);
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native(ID, options, Box::new(create))
        .map_err(|error| tr!("wizard-no-window", error = error.to_string()))
}

/// The icon of the window and of the task bar.
fn icon() -> egui::IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon/scanmedic-64.png"))
        .unwrap_or_default()
}

/// The wizard and the engine behind it.
struct App {
    state: State,
    behind: Behind,
    /// Set when a wake-up is on its way, so that a flood of events asks for one picture only.
    woken: Arc<AtomicBool>,
    /// The size of everything, 1 for normal.
    zoom: f32,
    /// The window may close without another question.
    closing: bool,
    /// Looks at every picture.
    director: Option<Director>,
}

impl App {
    /// Starts the engine.
    fn new(ctx: &Context, knowledge: Arc<Knowledge>) -> Self {
        let woken = Arc::new(AtomicBool::new(false));
        let wake = {
            let (ctx, woken) = (ctx.clone(), Arc::clone(&woken));
            move || {
                if !woken.swap(true, Ordering::AcqRel) {
                    ctx.request_repaint();
                }
            }
        };
        Self {
            behind: Behind::start(Arc::clone(&knowledge), Arc::new(wake)),
            state: State {
                language: system_language(),
                ..State::new(knowledge)
            },
            woken,
            zoom: 1.0,
            closing: false,
            director: None,
        }
    }

    /// Takes up the colours and the size of the last time.
    fn recall(&mut self, ctx: &Context, storage: &dyn eframe::Storage) {
        self.state.theme = match storage.get_string(THEME).as_deref() {
            Some("light") => ThemePreference::Light,
            Some("dark") => ThemePreference::Dark,
            _ => ThemePreference::System,
        };
        let kept = storage.get_string(LANGUAGE);
        if let Some(language) = kept.as_deref().and_then(Language::from_tag) {
            self.state.language = language;
        }
        self.state.recent = storage
            .get_string(RECENT)
            .map(|text| recent::from_text(&text))
            .unwrap_or_default();
        let [name, colour, logo, technician] = HOUSE.map(|key| storage.get_string(key).unwrap_or_default());
        self.state.report.house.name = name;
        self.state.report.house.colour = colour;
        self.state.report.technician = technician;
        if !logo.is_empty() {
            self.state.outbox.push(Effect::Logo(logo.into()));
        }
        let size = storage.get_string(SIZE).and_then(|text| text.parse::<f32>().ok());
        if let Some(size) = size.filter(|size| (0.5..=3.0).contains(size)) {
            ctx.set_zoom_factor(size);
        }
        self.zoom = ctx.zoom_factor();
    }

    /// Carries out what waits in the outbox.
    fn carry_out(&mut self, ctx: &Context) {
        for effect in self.behind.carry_out(&mut self.state) {
            match effect {
                Effect::Copy(text) => ctx.copy_text(text),
                Effect::Close => {
                    self.closing = true;
                    ctx.send_viewport_cmd(ViewportCommand::Close);
                }
                _ => {}
            }
        }
    }

    /// Writes a changed case to its file after a moment of quiet.
    fn keep(&mut self, ctx: &Context) {
        let waiting = if self.state.path.is_none() {
            recent::unsaved(&self.state) && self.state.aside.as_deref() != Some(&self.state.case)
        } else {
            self.state.dirty()
        };
        if !waiting {
            self.state.changed_at = None;
            recent::put_aside(&mut self.state);
            return;
        }
        let now = ctx.input(|i| i.time);
        let since = *self.state.changed_at.get_or_insert(now);
        if now - since >= QUIET {
            self.state.changed_at = None;
            autosave(&mut self.state);
            recent::put_aside(&mut self.state);
        } else {
            ctx.request_repaint_after(Duration::from_secs_f64(QUIET - (now - since) + 0.01));
        }
    }
}

/// The language that the system's locale asks for, where it is one of ours.
fn system_language() -> Language {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .and_then(|locale| Language::from_tag(&locale))
        .unwrap_or_default()
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        self.woken.store(false, Ordering::Release);
        self.behind.hear(&mut self.state);
        if ctx.input(|i| i.viewport().close_requested()) && !self.closing && !may_close(&mut self.state) {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        }
        if let Some(director) = &mut self.director {
            director(ctx, &mut self.state, frame.info().cpu_usage);
        } else {
            self.keep(ctx);
        }
        self.carry_out(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        draw(ui, &mut self.state);
        self.zoom = ui.ctx().zoom_factor();
        self.carry_out(&ui.ctx().clone());
    }

    /// Colours and size; the window's place is kept by eframe. Nothing of a case goes here.
    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        if self.director.is_some() {
            return;
        }
        let theme = match self.state.theme {
            ThemePreference::System => "system",
            ThemePreference::Light => "light",
            ThemePreference::Dark => "dark",
        };
        storage.set_string(RECENT, recent::to_text(&self.state.recent));
        let report = &self.state.report;
        let logo = report
            .house
            .logo
            .as_ref()
            .map(|(path, _)| path.display().to_string());
        let house = &report.house;
        let values = [
            house.name.clone(),
            house.colour.clone(),
            logo.unwrap_or_default(),
            report.technician.clone(),
        ];
        for (key, value) in HOUSE.into_iter().zip(values) {
            storage.set_string(key, value);
        }
        storage.set_string(THEME, theme.to_owned());
        storage.set_string(LANGUAGE, self.state.language.tag().to_owned());
        storage.set_string(SIZE, self.zoom.to_string());
    }

    /// egui's memory holds text that was typed; it is not written to disk.
    fn persist_egui_memory(&self) -> bool {
        false
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.behind.end();
        if let Some(file) = aside_file().filter(|_| self.state.rescued.is_none() && self.director.is_none()) {
            put_aside(&file, None);
        }
    }
}

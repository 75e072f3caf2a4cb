//! Takes the pictures: brings a scene about, waits until it stands, and shoots it in every size and colour.

use egui::{ColorImage, Context, Theme, ViewportCommand, vec2};
use scanmedic::gui::state::State;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A scene that does not stand by then never will.
const PATIENCE: Duration = Duration::from_mins(1);
/// Frames that a changed window gets to come to rest.
const REST: u8 = 4;

/// Sets a shot up.
type Begin = Box<dyn FnOnce(&Context, &mut State)>;

/// One picture's subject.
pub struct Scene {
    /// Name of its files.
    pub name: &'static str,
    /// Brings it about.
    pub begin: Begin,
    /// Whether it stands.
    pub stands: Box<dyn Fn(&State) -> bool>,
    /// In which sizes and colours.
    pub looks: Looks,
}

/// In which sizes and colours a scene is shot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// Both sizes, light and dark.
    All,
    /// Small and light.
    Small,
    /// A whole page at once, light and dark.
    Tall,
}

/// How it ended: the number of pictures, or what went wrong.
pub type Outcome = Arc<Mutex<Option<Result<usize, String>>>>;

/// A size and a colour.
#[derive(Clone, Copy)]
struct Look {
    size: [f32; 2],
    theme: Theme,
}

/// All scenes, and how far the film is.
pub struct Film {
    scenes: std::vec::IntoIter<Scene>,
    wanted: Vec<String>,
    folder: PathBuf,
    outcome: Outcome,
    taken: usize,
    now: Option<Take>,
}

/// The scene that is being filmed.
struct Take {
    scene: Scene,
    began: Instant,
    looks: Vec<Look>,
    rest: u8,
    shot: Option<Receiver<Arc<ColorImage>>>,
}

impl Film {
    /// A film of these scenes into this folder.
    pub fn new(scenes: Vec<Scene>, wanted: Vec<String>, folder: PathBuf) -> (Self, Outcome) {
        let outcome = Outcome::default();
        let film = Self {
            scenes: scenes.into_iter(),
            wanted,
            folder,
            outcome: Arc::clone(&outcome),
            taken: 0,
            now: None,
        };
        (film, outcome)
    }

    /// The director of the window.
    pub fn into_director(mut self) -> impl FnMut(&Context, &mut State, Option<f32>) {
        move |ctx, state, _| {
            if let Err(problem) = self.go_on(ctx, state) {
                self.end(ctx, Err(problem));
            }
            ctx.request_repaint();
        }
    }

    /// Ends the film.
    fn end(&mut self, ctx: &Context, outcome: Result<usize, String>) {
        if let Ok(mut told) = self.outcome.lock() {
            told.get_or_insert(outcome);
        }
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }

    /// One frame further.
    fn go_on(&mut self, ctx: &Context, state: &mut State) -> Result<(), String> {
        let Some(take) = &mut self.now else {
            match self.scenes.next() {
                Some(scene) => self.now = Some(Take::begin(scene, &self.wanted, ctx, state)),
                None => self.end(ctx, Ok(self.taken)),
            }
            return Ok(());
        };
        if take.began.elapsed() > PATIENCE {
            return Err(format!(
                "{}: the scene does not come about: {:?} {:?}",
                take.scene.name, state.notice, state.run.phase
            ));
        }
        if let Some(shot) = &take.shot {
            let Ok(image) = shot.try_recv() else { return Ok(()) };
            let look = take.looks.remove(0);
            write(&self.folder.join(file_name(take.scene.name, look)), &image)?;
            self.taken += 1;
            take.shot = None;
            take.rest = 0;
            take.began = Instant::now();
            return Ok(());
        }
        let Some(look) = take.looks.first().copied() else {
            if (take.scene.stands)(state) {
                self.now = None;
            }
            return Ok(());
        };
        if !(take.scene.stands)(state) {
            take.rest = 0;
            return Ok(());
        }
        state.theme = look.theme.into();
        let [width, height] = look.size;
        if take.rest == 0 {
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(vec2(width, height)));
        }
        let there = (ctx.content_rect().size() - vec2(width, height)).length() < 1.0;
        take.rest = if there { take.rest + 1 } else { 1 };
        if take.rest > REST {
            let (sender, receiver) = channel();
            ctx.request_screenshot(move |image| {
                let _ = sender.send(image);
            });
            take.shot = Some(receiver);
        }
        Ok(())
    }
}

impl Take {
    /// Begins a scene. One that is not wanted is played all the same, because others build on it.
    fn begin(mut scene: Scene, wanted: &[String], ctx: &Context, state: &mut State) -> Self {
        let begin = std::mem::replace(&mut scene.begin, Box::new(|_, _| {}));
        begin(ctx, state);
        let skip = !wanted.is_empty() && !wanted.iter().any(|word| scene.name.contains(word.as_str()));
        let look = |size, theme| Look { size, theme };
        let (large, small) = ([1280.0, 800.0], [1024.0, 640.0]);
        let mut looks = vec![look(large, Theme::Light), look(large, Theme::Dark)];
        looks.extend([look(small, Theme::Light), look(small, Theme::Dark)]);
        match scene.looks {
            Looks::All => {}
            Looks::Small => looks = vec![look(small, Theme::Light)],
            Looks::Tall => {
                let tall = [1280.0, 1600.0];
                looks = vec![look(tall, Theme::Light), look(tall, Theme::Dark)];
            }
        }
        if skip {
            looks.clear();
        }
        Self {
            scene,
            began: Instant::now(),
            looks,
            rest: 0,
            shot: None,
        }
    }
}

/// `diagnosis-1280x800-dark.png`
fn file_name(name: &str, look: Look) -> String {
    let [width, height] = look.size;
    let theme = if look.theme == Theme::Dark {
        "dark"
    } else {
        "light"
    };
    format!("{name}-{width}x{height}-{theme}.png")
}

/// Writes a picture; one with hardly a colour in it was not drawn.
fn write(path: &Path, image: &ColorImage) -> Result<(), String> {
    let failed = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
    let colours: std::collections::HashSet<_> = image.pixels.iter().collect();
    if colours.len() < 20 {
        return Err(failed(&format!(
            "the picture is blank: {} colours",
            colours.len()
        )));
    }
    let bytes: Vec<u8> = image
        .pixels
        .iter()
        .flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()])
        .collect();
    let file = std::fs::File::create(path).map_err(|problem| failed(&problem))?;
    let [width, height] = image.size.map(|side| u32::try_from(side).unwrap_or_default());
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&bytes))
        .map_err(|problem| failed(&problem))
}

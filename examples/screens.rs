//! Pictures of the wizard: `cargo run --example screens -- DIR [WORD…]`.
//!
//! Drives the real window (engine, lab and all) through every step and every important state and writes a
//! PNG of each, light and dark, at 1280x800 and 1024x640. With words, only the scenes whose name holds
//! one of them. Ends with an error where a scene cannot be reached or drawn.

#![allow(clippy::print_stderr, reason = "it is a tool of the command line")]

#[path = "../tests/canned/mod.rs"]
mod canned;
#[path = "screens/film.rs"]
mod film;
#[path = "screens/scenes.rs"]
mod scenes;

use std::path::PathBuf;

fn main() -> Result<(), String> {
    let mut words = std::env::args().skip(1);
    let folder = words
        .next()
        .map(PathBuf::from)
        .ok_or("say where the pictures go: screens DIR [WORD…]")?;
    std::fs::create_dir_all(&folder).map_err(|problem| format!("{}: {problem}", folder.display()))?;
    let wanted: Vec<String> = words.collect();
    let scenes = scenes::all();
    let (reel, outcome) = film::Film::new(scenes, wanted, folder);
    scanmedic::gui::direct(Box::new(reel.into_director()))?;
    let told = outcome.lock().map_err(|_| "the film broke off")?.take();
    match told {
        Some(Ok(count)) => {
            eprintln!("{count} pictures");
            Ok(())
        }
        Some(Err(problem)) => Err(problem),
        None => Err("the window was closed before the last picture".to_owned()),
    }
}

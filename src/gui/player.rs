//! The thread that plays the lab: one world at a time, on a runtime of its own.

use super::state::effect::Answer;
use super::state::practice::{Item, Order, Stage};
use crate::gui::text::tr;
use crate::lab::{LabError, Library, World};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Orders that may wait.
const ORDERS: usize = 16;

/// The lab behind the wizard. Dropping it ends what is played.
#[derive(Debug)]
pub struct Player {
    orders: SyncSender<Order>,
}

impl Player {
    /// Starts the thread; `wake` is called after every answer.
    pub fn start(answers: SyncSender<Answer>, wake: Arc<dyn Fn() + Send + Sync>) -> std::io::Result<Self> {
        let (orders, heard) = sync_channel(ORDERS);
        std::thread::Builder::new()
            .name("lab".to_owned())
            .spawn(move || {
                let tell = move |answer| {
                    let _ = answers.send(answer);
                    wake();
                };
                play(&heard, &tell);
            })?;
        Ok(Self { orders })
    }

    /// Asks for something; never waits.
    pub fn order(&self, order: Order) {
        let _ = self.orders.try_send(order);
    }
}

/// Does what is ordered until nobody can order any more.
fn play(orders: &Receiver<Order>, tell: &dyn Fn(Answer)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("lab")
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(problem) => {
            return tell(Answer::Scenarios(Err(tr!(
                "player-the-lab-cannot-start",
                problem = problem.to_string()
            ))));
        }
    };
    let library = Library::embedded();
    let mut playing: Option<(u64, World)> = None;
    while let Ok(order) = orders.recv() {
        match order {
            Order::List => tell(Answer::Scenarios(list(&library))),
            Order::Play(number, id) => {
                if let Some((_, world)) = playing.take() {
                    runtime.block_on(world.stop());
                }
                let started = match &library {
                    Ok(library) => runtime.block_on(start(library, &id)),
                    Err(problem) => Err(problem.to_string()),
                };
                let stage = started.map(|world| {
                    let stage = stage(&world);
                    playing = Some((number, world));
                    Box::new(stage)
                });
                tell(Answer::Played(number, stage));
            }
            Order::End(number) => {
                if let Some((_, world)) = playing.take_if(|(playing, _)| *playing == number) {
                    runtime.block_on(world.stop());
                }
            }
        }
    }
    drop(playing);
    runtime.shutdown_background();
}

/// All that can be played.
fn list(library: &Result<Library, LabError>) -> Result<Vec<Item>, String> {
    let library = library.as_ref().map_err(ToString::to_string)?;
    let item = |scenario: &crate::lab::Scenario| Item {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        story: scenario.story.clone(),
        gate: scenario.expect.gate,
    };
    Ok(library.scenarios.iter().map(item).collect())
}

/// Starts a world.
async fn start(library: &Library, id: &str) -> Result<World, String> {
    let scenario = library.scenario(id).map_err(|problem| problem.to_string())?;
    World::start(scenario)
        .await
        .map_err(|problem| problem.to_string())
}

/// What the wizard needs to know of it.
fn stage(world: &World) -> Stage {
    Stage {
        id: world.scenario.id.clone(),
        title: world.scenario.title.clone(),
        story: world.scenario.story.clone(),
        request: world.request.clone(),
        folder: world.folder().to_path_buf(),
        offline: world.offline(),
    }
}

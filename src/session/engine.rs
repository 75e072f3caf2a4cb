//! The engine's loop: takes commands, starts and stops runs, passes their events on.

use super::outlet::Outlet;
use super::{Command, Event, ListenOptions, RunId, run};
use crate::knowledge::Knowledge;
use crate::probe::RefusedLogins;
use crate::probe::context::Context;
use crate::probe::tls_scan;
use std::sync::Arc;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

/// Runs until a shutdown is asked for or nobody can ask any more.
pub fn run(commands: Receiver<Command>, outlet: &Outlet, knowledge: &Arc<Knowledge>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("probe")
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            runtime.block_on(serve(commands, outlet, knowledge));
            runtime.shutdown_background();
        }
        Err(problem) => outlet.tell(Event::Failed(0, format!("the engine cannot start: {problem}"))),
    }
}

async fn serve(mut commands: Receiver<Command>, outlet: &Outlet, knowledge: &Arc<Knowledge>) {
    let mut present = CancellationToken::new();
    let mut heed_interrupt = false;
    let refused = RefusedLogins::default();
    let kept = run::Kept::default();
    loop {
        let command = tokio::select! {
            command = commands.recv() => command,
            _ = tokio::signal::ctrl_c(), if heed_interrupt => Some(Command::Cancel),
        };
        match command {
            None | Some(Command::Shutdown) => {
                present.cancel();
                return;
            }
            Some(Command::Cancel) => present.cancel(),
            Some(Command::StopOnInterrupt) => heed_interrupt = true,
            Some(Command::Diagnose {
                run,
                mut request,
                offline,
                folder,
            }) => {
                request.refused = refused.clone();
                present.cancel();
                present = CancellationToken::new();
                let work = run::Work {
                    run,
                    request: *request,
                    offline,
                    folder,
                    heard: Vec::new(),
                    kept: kept.clone(),
                };
                let run = work.run;
                let work = run::diagnose(work, outlet.clone(), Arc::clone(knowledge), present.clone());
                begin(run, outlet, work);
            }
            Some(Command::Verify {
                run,
                request,
                folder,
                heard,
                arrived,
            }) => {
                present.cancel();
                present = CancellationToken::new();
                let work = run::Work {
                    run,
                    request: *request,
                    offline: false,
                    folder,
                    heard,
                    kept: kept.clone(),
                };
                let run = work.run;
                let knowledge = Arc::clone(knowledge);
                let work = run::verify(work, arrived, outlet.clone(), knowledge, present.clone());
                begin(run, outlet, work);
            }
            Some(Command::ScanTls {
                run,
                host,
                port,
                starttls,
                ciphers,
                request,
            }) => {
                present.cancel();
                present = CancellationToken::new();
                let context = Context::new(&request, Arc::clone(knowledge), present.clone());
                let (told, cancel) = (outlet.clone(), present.clone());
                begin(run, outlet, async move {
                    tokio::select! {
                        scan = tls_scan::scan(&host, port, starttls, ciphers, &context) => {
                            told.tell(Event::TlsScanned(run, Box::new(scan)));
                        }
                        () = cancel.cancelled() => told.tell(Event::Cancelled(run)),
                    }
                });
            }
            Some(Command::SignIn { run, request }) => {
                present.cancel();
                present = CancellationToken::new();
                let (told, knowledge) = (outlet.clone(), Arc::clone(knowledge));
                let work = run::sign_in(run, *request, told, knowledge, present.clone());
                begin(run, outlet, work);
            }
            Some(Command::Listen { run, options }) => {
                present.cancel();
                present = CancellationToken::new();
                let (told, knowledge) = (outlet.clone(), Arc::clone(knowledge));
                begin(
                    run,
                    outlet,
                    listen(run, *options, told, knowledge, present.clone()),
                );
            }
            Some(Command::Identify { run, address, ports }) => {
                let (told, knowledge) = (outlet.clone(), Arc::clone(knowledge));
                begin(run, outlet, identify(run, address, ports, told, knowledge));
            }
        }
    }
}

/// Does a piece of work on its own. A fault of the program in it ends that run alone, and is told.
fn begin(run: RunId, outlet: &Outlet, work: impl Future<Output = ()> + Send + 'static) {
    let (outlet, work) = (outlet.clone(), tokio::spawn(work));
    tokio::spawn(async move {
        if work.await.is_err_and(|fault| fault.is_panic()) {
            let why = "a fault of the program itself ended this run; the case is as it was, and other runs go on. \
                       Please report what was being done";
            outlet.tell(Event::Failed(run, why.to_owned()));
        }
    });
}

/// Listens and passes on what is heard; ends as *cancelled*, or as *failed* where no port could be opened.
async fn listen(
    run: RunId,
    options: ListenOptions,
    outlet: Outlet,
    knowledge: Arc<Knowledge>,
    cancel: CancellationToken,
) {
    let (sender, mut heard) = tokio::sync::mpsc::channel(256);
    let passing_on = async {
        while let Some(observation) = heard.recv().await {
            outlet.tell(Event::Heard(run, Box::new(observation)));
        }
    };
    let (ended, ()) = tokio::join!(
        crate::listen::listen(options, &knowledge, sender, cancel),
        passing_on
    );
    match ended {
        Ok(()) => outlet.tell(Event::Cancelled(run)),
        Err(problem) => outlet.tell(Event::Failed(run, problem.to_string())),
    }
}

async fn identify(
    run: RunId,
    address: String,
    ports: crate::probe::DevicePorts,
    outlet: Outlet,
    knowledge: Arc<Knowledge>,
) {
    let limit = std::time::Duration::from_secs(3);
    let asking = crate::probe::device::identify(&address, &ports, limit, &knowledge);
    let identity = Box::pin(asking).await;
    match serde_json::to_value(&identity) {
        Ok(value) => outlet.tell(Event::Identified(run, Box::new(value))),
        Err(problem) => outlet.tell(Event::Failed(run, problem.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fault_of_the_program_ends_its_own_run_alone() {
        let (events, heard) = std::sync::mpsc::sync_channel(4);
        let outlet = Outlet::new(events, Arc::new(|| {}));
        begin(7, &outlet, async { panic!("on purpose") });
        let told = tokio::task::spawn_blocking(move || heard.recv()).await;
        assert!(matches!(told, Ok(Ok(Event::Failed(7, why))) if why.contains("the case is as it was")));
    }
}

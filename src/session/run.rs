//! One run: what the case says, what its files say, what the probes find, and what follows.

use super::finding::{Finding, ProbeReport, SCHEMA, millis};
use super::judge::Trial;
use super::outlet::Outlet;
use super::{Copier, Event, Observation, Record, RunId, Verified, tables};
use crate::case::Case;
use crate::diagnose::{self, learn, stated};
use crate::evidence::{self, Actor, DeviceLimits, Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::logs::{self, Reading};
use crate::probe::context::Context;
use crate::probe::sign_in::{self, NoToken, SignIn};
use crate::probe::{self, Outcome, Update};
use crate::remedy;
use crate::secret::Secret;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// What to do.
pub struct Work {
    /// Number of the run.
    pub run: RunId,
    /// Case and options.
    pub request: probe::Request,
    /// Files only.
    pub offline: bool,
    /// Folder against which the case's files are taken.
    pub folder: PathBuf,
    /// What the copier was heard to do.
    pub heard: Vec<Observation>,
    /// What the session's last run brought.
    pub kept: Kept,
}

/// How a run ends that finds nothing.
enum End {
    Cancelled,
    Failed(String),
}

impl End {
    fn tell(self, run: RunId, outlet: &Outlet) {
        outlet.tell(match self {
            Self::Cancelled => Event::Cancelled(run),
            Self::Failed(message) => Event::Failed(run, message),
        });
    }
}

/// What the last diagnosing run of a session brought.
#[derive(Debug, Clone, Default)]
pub struct Kept(Arc<Mutex<Option<LastRun>>>);

/// A run's case and outcomes.
#[derive(Debug)]
struct LastRun {
    case: Case,
    outcomes: Vec<Outcome>,
}

impl Kept {
    /// The outcomes of a run, and where it repeats a part of the last one, those of that one for every probe
    /// that this run did not have. They are kept for the next.
    fn merge(&self, again: bool, case: &Case, new: Vec<Outcome>) -> Vec<Outcome> {
        let Ok(mut kept) = self.0.lock() else {
            return new;
        };
        let same = |old: &Case| old.mail == case.mail && old.device == case.device;
        let mut all: Vec<Outcome> = match kept.take() {
            Some(last) if again && same(&last.case) => last.outcomes,
            _ => Vec::new(),
        };
        all.retain(|old| !new.iter().any(|one| one.probe == old.probe));
        all.extend(new);
        all.sort_by_key(|outcome| outcome.probe);
        *kept = Some(LastRun {
            case: case.clone(),
            outcomes: all.clone(),
        });
        all
    }
}

/// Does the run and tells its events; the last one is *diagnosed*, *cancelled* or *failed*.
pub async fn diagnose(work: Work, outlet: Outlet, knowledge: Arc<Knowledge>, cancel: CancellationToken) {
    let run = work.run;
    match investigate(work, &outlet, &knowledge, &cancel).await {
        Ok(finding) => outlet.tell(Event::Diagnosed(run, Box::new(finding))),
        Err(end) => end.tell(run, &outlet),
    }
}

/// Repeats the test that failed and judges it; the last event is *verified*, *cancelled* or *failed*.
pub async fn verify(
    work: Work,
    arrived: Option<bool>,
    outlet: Outlet,
    knowledge: Arc<Knowledge>,
    cancel: CancellationToken,
) {
    let run = work.run;
    let case = work.request.case.clone();
    let send = work.request.send;
    let Some(fault) = case.fault().cloned() else {
        let message = "the case has no fault on record that a test could be repeated for; diagnose it first and save it";
        return End::Failed(message.to_owned()).tell(run, &outlet);
    };
    let copier = Copier::heard(&work.heard);
    let finding = match investigate(work, &outlet, &knowledge, &cancel).await {
        Ok(finding) => finding,
        Err(end) => return end.tell(run, &outlet),
    };
    let after = match Record::of(&finding) {
        Ok(after) => after,
        Err(problem) => return End::Failed(problem.to_string()).tell(run, &outlet),
    };
    let trial = Trial {
        case: &case,
        fault: &fault,
        after: &after,
        send,
        copier: copier.as_ref(),
        arrived,
    };
    let verification = trial.judge(&knowledge);
    outlet.tell(Event::Verified(
        run,
        Box::new(Verified {
            verification,
            finding,
        }),
    ));
}

/// Reads, probes, diagnoses, plans.
async fn investigate(
    work: Work,
    outlet: &Outlet,
    knowledge: &Arc<Knowledge>,
    cancel: &CancellationToken,
) -> Result<Finding, End> {
    let began = Instant::now();
    let Work {
        run,
        mut request,
        offline,
        folder,
        heard,
        kept,
    } = work;
    let mut found = stated::evidence(&request.case, knowledge);
    found.extend(heard.iter().flat_map(Observation::evidence));
    let readings = read_files(run, &request.case, &folder, outlet, knowledge, cancel)
        .await
        .map_err(End::Failed)?;
    if cancel.is_cancelled() {
        return Err(End::Cancelled);
    }
    let reports = readings.iter().map(|reading| reading.report.clone()).collect();
    found.extend(logs::timeline::of(&readings));
    found = diagnose::whose::told_apart(&request.case, found);
    drop(readings);
    found.append(&mut request.heard);
    request.case = learn::from_device(&request.case, &found);
    request.limits = DeviceLimits::of(&found);
    let (case, again) = (request.case.clone(), request.again);
    if let Some(sign_in) = request.sign_in.take().filter(|_| !offline) {
        let context = Context::new(&request, Arc::clone(knowledge), cancel.clone());
        match token(run, &sign_in, &context, outlet).await {
            None => return Err(End::Cancelled),
            Some(Ok(token)) => request.secret = Some(token),
            Some(Err(why)) => {
                let why = explained(why, knowledge);
                found.push(no_token(&why));
                outlet.tell(Event::NotSignedIn(run, Box::new(why)));
            }
        }
    }
    let outcomes = if offline || cancel.is_cancelled() {
        Vec::new()
    } else {
        probes(run, request, outlet, knowledge, cancel).await
    };
    if cancel.is_cancelled() {
        return Err(End::Cancelled);
    }
    let outcomes = if offline {
        outcomes
    } else {
        kept.merge(again, &case, outcomes)
    };
    found.extend(
        outcomes
            .iter()
            .flat_map(|outcome| outcome.evidence.iter().cloned()),
    );
    evidence::number(&mut found);
    let diagnosis = diagnose::diagnose(&case, found, knowledge);
    let remedy = remedy::plan(&case, &diagnosis, knowledge);
    Ok(Finding {
        schema: SCHEMA,
        files: reports,
        ports: tables::ports(&case, &diagnosis.evidence),
        side_by_side: tables::side_by_side(&outcomes),
        diagnosis,
        remedy,
        probes: outcomes.iter().map(ProbeReport::from).collect(),
        elapsed_ms: millis(began.elapsed()),
    })
}

/// Gets a token and tells what it is; the last event is *signed in*, *not signed in* or *cancelled*.
pub async fn sign_in(
    run: RunId,
    mut request: probe::Request,
    outlet: Outlet,
    knowledge: Arc<Knowledge>,
    cancel: CancellationToken,
) {
    let Some(sign_in) = request.sign_in.take() else {
        return outlet.tell(Event::Failed(run, "nothing says where to sign in".to_owned()));
    };
    let context = Context::new(&request, Arc::clone(&knowledge), cancel);
    let mail = &request.case.mail;
    match token(run, &sign_in, &context, &outlet).await {
        None => outlet.tell(Event::Cancelled(run)),
        Some(Err(why)) => {
            let why = explained(why, &knowledge);
            outlet.tell(Event::NotSignedIn(run, Box::new(why)));
        }
        Some(Ok(token)) => {
            let user = mail.auth.user().unwrap_or_default();
            let authority = knowledge.authority_for(&mail.server);
            let reading = probe::token::judge(&token, user, authority, (context.clock)());
            outlet.tell(Event::SignedIn(run, Box::new(reading)));
        }
    }
}

/// A token by way of a person with a browser; none where the run is stopped meanwhile.
async fn token(
    run: RunId,
    sign_in: &SignIn,
    context: &Context,
    outlet: &Outlet,
) -> Option<Result<Secret, NoToken>> {
    let show = |prompt| outlet.tell(Event::EnterCode(run, Box::new(prompt)));
    tokio::select! {
        biased;
        () = context.cancel.cancelled() => None,
        ended = sign_in::fetch(sign_in, context, show) => Some(ended),
    }
}

/// With what the authority's words are known to mean.
fn explained(mut why: NoToken, knowledge: &Knowledge) -> NoToken {
    if let Some(says) = knowledge.authority_error(&why.description) {
        why.description = format!("{} ({says})", why.description);
    }
    why
}

/// That the authority gave no token.
fn no_token(why: &NoToken) -> Evidence {
    let fact = Fact::SignInFailed {
        error: why.error.clone(),
        description: why.description.clone(),
    };
    let text = format!("No access token: {}", why.sentence());
    Evidence::observed(Gate::Authenticate, Actor::Service, "sign-in", fact, text).at(jiff::Timestamp::now())
}

/// Pause between two words about how far a long file is read.
const READING: Duration = Duration::from_millis(100);

/// Reads the case's files; tells how far a long one is, and each as soon as it is read. A missing one ends the
/// run; so does a stop, in the middle of a file too.
async fn read_files(
    run: RunId,
    case: &Case,
    folder: &Path,
    outlet: &Outlet,
    knowledge: &Arc<Knowledge>,
    cancel: &CancellationToken,
) -> Result<Vec<Arc<Reading>>, String> {
    let paths: Vec<PathBuf> = case.files.iter().map(|file| folder.join(file)).collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let (knowledge, outlet, cancel) = (Arc::clone(knowledge), outlet.clone(), cancel.clone());
    tokio::task::spawn_blocking(move || {
        paths
            .iter()
            .take_while(|_| !cancel.is_cancelled())
            .map(|path| {
                let mut told = Instant::now();
                let mut watch = |read: u64, total: u64| {
                    if told.elapsed() >= READING {
                        told = Instant::now();
                        outlet.tell(Event::Reading(run, path.clone(), read, total));
                    }
                    !cancel.is_cancelled()
                };
                let reading = logs::read_watched(path, &knowledge, &mut watch);
                let reading = Arc::new(reading.map_err(|problem| problem.to_string())?);
                outlet.tell(Event::FileRead(run, Arc::clone(&reading)));
                Ok(reading)
            })
            .collect()
    })
    .await
    .map_err(|problem| format!("reading the evidence files was cut short: {problem}"))?
}

/// Runs the probes and passes on what they tell.
async fn probes(
    run: RunId,
    request: probe::Request,
    outlet: &Outlet,
    knowledge: &Arc<Knowledge>,
    cancel: &CancellationToken,
) -> Vec<Outcome> {
    let (updates, mut heard) = tokio::sync::mpsc::channel::<Update>(256);
    let passing_on = async {
        while let Some(update) = heard.recv().await {
            outlet.tell(Event::Probe(run, update));
        }
    };
    let running = probe::plan::run(request, Arc::clone(knowledge), updates, cancel.clone());
    let (outcomes, ()) = tokio::join!(running, passing_on);
    outcomes
}

//! Work that takes longer than a request.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use archive::CaseId;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast;
use tracing::{Span, debug, info, info_span, warn};
use utoipa::ToSchema;

use crate::access::{Person, Sight};
use crate::clock;
use crate::problem::Problem;
use crate::telemetry::instruments;

/// Finished jobs that are remembered.
const REMEMBERED: usize = 100;
/// Events that a slow listener may lag behind before it is told to look again.
const LAG: usize = 256;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum JobKind {
    /// Takes files in and looks at what they are.
    Import,
    /// Assesses a case and keeps it open.
    Assessment,
    /// Assesses a case with another registration, to be compared.
    Variant,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// It waits.
    Queued,
    /// It runs.
    Running,
    /// It is done.
    Done,
    /// It failed.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

impl JobKind {
    /// The word for it in logs and numbers.
    fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Assessment => "assessment",
            Self::Variant => "variant",
        }
    }
}

impl JobState {
    /// The word for it in logs and numbers.
    fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Work that takes longer than a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Job {
    /// Its name.
    pub id: String,
    /// What it does.
    pub kind: JobKind,
    /// The case it is about, once there is one.
    pub case: Option<String>,
    /// The account that began it.
    #[serde(skip)]
    pub owner: String,
    /// How far it is.
    pub state: JobState,
    /// What it is doing, in words.
    pub stage: String,
    /// How much of it is done, from 0 to 1, where that can be told.
    pub fraction: Option<f64>,
    /// Why it failed.
    pub error: Option<Problem>,
    /// What came of it.
    #[schema(value_type = Option<Object>)]
    pub result: Option<Value>,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub started: DateTime<Utc>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended: Option<DateTime<Utc>>,
}

impl Job {
    /// Whether somebody may know of it: who may see the case it is about, and before there is one who began it.
    pub fn is_told_to(&self, person: &Person, sight: &Sight) -> bool {
        let case = self.case.as_deref().and_then(|case| CaseId::new(case).ok());
        match case {
            Some(case) => sight.includes(&case),
            None => self.owner == person.actor(),
        }
    }
}

/// Something that listeners are told.
#[derive(Clone, Debug)]
pub enum Event {
    /// A job changed.
    Job(Box<Job>),
    /// A case changed.
    Case(String),
}

struct Known {
    job: Job,
    cancelled: Arc<AtomicBool>,
}

/// All jobs, and who wants to know of them.
pub struct Jobs {
    known: Mutex<BTreeMap<u64, Known>>,
    events: broadcast::Sender<Event>,
}

/// A job from the side of who does it. When the last copy of it goes and nobody has ended it, it has failed.
#[derive(Clone)]
pub struct Work(Arc<Doing>);

/// What all copies of the work on a job share.
struct Doing {
    jobs: Arc<Jobs>,
    number: u64,
    cancelled: Arc<AtomicBool>,
    /// How long it took, and of what, for those who look after the program.
    span: Span,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { known: Mutex::default(), events: broadcast::channel(LAG).0 }
    }
}

impl Jobs {
    /// Begins a job.
    pub fn begin(self: &Arc<Self>, kind: JobKind, case: Option<&CaseId>, owner: &str) -> (Job, Work) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let number = known.last_key_value().map_or(1, |(last, _)| last + 1);
        let job = Job {
            id: number.to_string(),
            kind,
            case: case.map(CaseId::to_string),
            owner: owner.to_owned(),
            state: JobState::Queued,
            stage: "waiting".to_owned(),
            fraction: None,
            error: None,
            result: None,
            started: clock::now(),
            ended: None,
        };
        let cancelled = Arc::new(AtomicBool::new(false));
        known.insert(number, Known { job: job.clone(), cancelled: cancelled.clone() });
        forget_old(&mut known);
        drop(known);
        self.tell(Event::Job(Box::new(job.clone())));
        let span = info_span!(parent: None, "job", otel.name = format!("job {}", kind.as_str()), job.id = number);
        (job, Work(Arc::new(Doing { jobs: self.clone(), number, cancelled, span })))
    }

    /// All jobs that are remembered.
    pub fn all(&self) -> Vec<Job> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().map(|known| known.job.clone()).collect()
    }

    /// One job.
    pub fn get(&self, id: &str) -> Option<Job> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&id.parse().ok()?).map(|known| known.job.clone())
    }

    /// Asks a job to stop; it does at its next step. Nothing where there is none.
    pub fn cancel(&self, id: &str) -> Option<Job> {
        let number = id.parse().ok()?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&number)?.cancelled.store(true, Ordering::Relaxed);
        drop(known);
        self.change(number, |job| {
            if matches!(job.state, JobState::Queued | JobState::Running) {
                job.stage = "stopping".to_owned();
            }
        });
        self.get(id)
    }

    /// Whether a job that changes a case is under way.
    pub fn is_busy(&self, case: &CaseId) -> bool {
        let is_open = |job: &Job| matches!(job.state, JobState::Queued | JobState::Running);
        let changes = |job: &Job| job.kind != JobKind::Variant && job.case.as_deref() == Some(case.as_str());
        self.all().iter().any(|job| changes(job) && is_open(job))
    }

    /// Asks the work on variants of a case to stop.
    pub fn cancel_variants(&self, case: &CaseId) {
        let is_variant = |job: &Job| job.kind == JobKind::Variant && job.case.as_deref() == Some(case.as_str());
        for job in self.all().iter().filter(|job| is_variant(job) && job.ended.is_none()) {
            self.cancel(&job.id);
        }
    }

    /// What happens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Tells all listeners.
    pub fn tell(&self, event: Event) {
        // Nobody listening is no fault.
        let _ = self.events.send(event);
    }

    fn change(&self, number: u64, change: impl FnOnce(&mut Job)) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(own) = known.get_mut(&number) else { return };
        change(&mut own.job);
        let job = own.job.clone();
        drop(known);
        self.tell(Event::Job(Box::new(job)));
    }
}

fn forget_old(known: &mut BTreeMap<u64, Known>) {
    while known.len() > REMEMBERED {
        let ended = known.iter().find(|(_, known)| known.job.ended.is_some()).map(|(number, _)| *number);
        let Some(number) = ended else { return };
        known.remove(&number);
    }
}

impl Work {
    /// Says what is being done.
    pub fn stage(&self, stage: &str, fraction: Option<f64>) {
        debug!(parent: &self.0.span, stage, "a job goes on");
        self.0.jobs.change(self.0.number, |job| {
            job.state = JobState::Running;
            job.stage = stage.to_owned();
            job.fraction = fraction;
        });
    }

    /// Says which case it is about.
    pub fn about(&self, case: &CaseId) {
        self.0.jobs.change(self.0.number, |job| job.case = Some(case.to_string()));
    }

    /// Whether somebody wants it to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    /// Ends it.
    pub fn end(&self, outcome: Result<Value, Problem>) {
        self.0.end(outcome);
    }
}

impl Doing {
    fn end(&self, outcome: Result<Value, Problem>) {
        let is_cancelled = self.cancelled.load(Ordering::Relaxed);
        self.jobs.change(self.number, |job| {
            job.ended = Some(clock::now());
            job.fraction = None;
            match outcome {
                Ok(result) => {
                    job.state = JobState::Done;
                    job.stage = "done".to_owned();
                    job.result = Some(result);
                }
                Err(_) if is_cancelled => {
                    job.state = JobState::Cancelled;
                    job.stage = "stopped".to_owned();
                }
                Err(problem) => {
                    job.state = JobState::Failed;
                    job.stage = "failed".to_owned();
                    job.error = Some(problem);
                }
            }
        });
        if let Some(job) = self.jobs.get(&self.number.to_string()) {
            self.span.in_scope(|| tell(&job));
        }
    }
}

/// Writes down how a job ended.
fn tell(job: &Job) {
    let took = job.ended.map_or(TimeDelta::zero(), |ended| ended - job.started);
    let (kind, state, duration_ms) = (job.kind.as_str(), job.state.as_str(), took.num_milliseconds());
    instruments().job_ended(kind, state, took.to_std().unwrap_or_default());
    let case = job.case.as_deref();
    match &job.error {
        Some(Problem { status, code, message, .. }) => {
            // What is wrong with files and settings that somebody sent may quote them.
            let why = (*status >= 500).then_some(message.as_str());
            warn!(kind, state, duration_ms, case, code, why, "a job failed");
        }
        None => info!(kind, state, duration_ms, case, "a job ended"),
    }
}

impl Drop for Doing {
    fn drop(&mut self) {
        let job = self.jobs.get(&self.number.to_string());
        if job.is_some_and(|job| job.ended.is_none()) {
            // A panic took whoever did it away; without this everybody would wait for ever.
            let message = "the work was broken off by a fault of the program";
            self.end(Err(Problem::internal("working on a job", message)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_followed_from_its_beginning_to_its_end() {
        let jobs = Arc::new(Jobs::default());
        let mut events = jobs.listen();
        let (job, work) = jobs.begin(JobKind::Import, None, "local");
        work.stage("reading", Some(0.5));
        work.end(Ok(Value::Bool(true)));
        let states: Vec<JobState> = std::iter::from_fn(|| match events.try_recv() {
            Ok(Event::Job(job)) => Some(job.state),
            _ => None,
        })
        .collect();
        assert_eq!(states, [JobState::Queued, JobState::Running, JobState::Done]);
        assert!(jobs.get(&job.id).unwrap().ended.is_some());
    }

    #[test]
    fn what_fails_after_it_was_cancelled_was_cancelled() {
        let jobs = Arc::new(Jobs::default());
        let (job, work) = jobs.begin(JobKind::Import, None, "local");
        jobs.cancel(&job.id).unwrap();
        assert!(work.is_cancelled());
        work.end(Err(Problem::internal("testing", "it stopped")));
        assert_eq!(jobs.get(&job.id).unwrap().state, JobState::Cancelled);
        assert!(jobs.cancel("77").is_none());
    }

    #[test]
    fn only_what_has_ended_is_forgotten() {
        let jobs = Arc::new(Jobs::default());
        let (first, _work) = jobs.begin(JobKind::Import, None, "local");
        for _ in 0..2 * REMEMBERED {
            jobs.begin(JobKind::Import, None, "local").1.end(Ok(Value::Null));
        }
        assert!(jobs.get(&first.id).is_some());
        assert_eq!(jobs.all().len(), REMEMBERED);
    }

    #[test]
    fn a_job_whose_work_panics_has_failed() {
        let jobs = Arc::new(Jobs::default());
        let (job, work) = jobs.begin(JobKind::Assessment, None, "local");
        let mut events = jobs.listen();
        let copy = work.clone();
        let worked = std::thread::spawn(move || {
            work.stage("reading", None);
            panic!("a fault of the program");
        });
        assert!(worked.join().is_err());
        assert_eq!(jobs.get(&job.id).unwrap().state, JobState::Running, "a copy of the work is still held");
        drop(copy);
        let job = jobs.get(&job.id).unwrap();
        assert!(job.state == JobState::Failed && job.ended.is_some() && job.error.is_some());
        let told = std::iter::from_fn(|| events.try_recv().ok()).last();
        assert!(matches!(told, Some(Event::Job(job)) if job.state == JobState::Failed));
    }
}

//! An open case: its objects and what was measured, kept by a thread of its own that answers one question after the other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use archive::{CaseId, CaseObjects, ObjectsState, StoredCase, sha256};
use assessment::{Alignments, Inputs, Review, Stage, Watch, review};
use axum::http::StatusCode;
use case::{Case, Objects, Settings};
use dicom::Folder;
use guidelines::Knowledge;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::contents::Contents;
use crate::jobs::{Event, Jobs, Work};
use crate::overview;
use crate::problem::Problem;
use crate::routes::SIGNED_REPORTS;

/// Cases that are kept open at once; the one that was asked for longest ago is closed for a new one.
const MOST_OPEN: usize = 4;
/// How far reading has come is told after so many files.
const TOLD_EVERY: usize = 64;
const DOING: &str = "assessing the case";
const LOOKING: &str = "looking at what came in";

/// A question to an open case.
type Question = Box<dyn for<'q, 'r> FnOnce(&'q mut Review<'r>) + Send>;

enum Ask {
    Question(Question),
    Assess(Box<Settings>, Work),
}

/// An open case.
#[derive(Clone)]
pub struct Desk {
    asks: Sender<Ask>,
    /// Whether the case was assessed and can be asked.
    is_ready: Arc<AtomicBool>,
}

impl Desk {
    fn is_ready(&self) -> bool {
        self.is_ready.load(Ordering::Relaxed)
    }
}

/// What lies on a desk: a case as its settings say, or with another registration in the place of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    case: CaseId,
    registration: Option<String>,
}

impl Place {
    fn of(case: &CaseId) -> Self {
        Self { case: case.clone(), registration: None }
    }
}

/// All open cases, the one that was asked for last at the end.
pub struct Desks {
    open: Mutex<Vec<(Place, Desk)>>,
    knowledge: &'static Knowledge,
    jobs: Arc<Jobs>,
}

impl Desks {
    /// No case is open.
    pub fn new(knowledge: &'static Knowledge, jobs: Arc<Jobs>) -> Self {
        Self { open: Mutex::default(), knowledge, jobs }
    }

    /// What is known about medicine.
    pub fn knowledge(&self) -> &'static Knowledge {
        self.knowledge
    }

    /// Whether a case is open and can be asked.
    pub fn is_open(&self, id: &CaseId) -> bool {
        self.lock().iter().any(|(own, desk)| *own == Place::of(id) && desk.is_ready())
    }

    /// The registrations with which a case can be asked beside that of its settings.
    pub fn variants(&self, id: &CaseId) -> Vec<String> {
        let open = self.lock();
        let ready = open.iter().filter(|(own, desk)| own.case == *id && desk.is_ready());
        ready.filter_map(|(own, _)| own.registration.clone()).collect()
    }

    /// Assesses a case with another registration, to switch between the two at once. Nothing is kept on disk.
    pub fn assess_variant(&self, case: &StoredCase, settings: Settings, registration: &str, work: Work) {
        let place = Place { registration: Some(registration.to_owned()), ..Place::of(case.id()) };
        self.send(case, place, Ask::Assess(Box::new(settings), work));
    }

    /// Assesses a case with settings, and keeps it open. One that is open already keeps its objects and what was found between its
    /// images.
    pub fn assess(&self, case: &StoredCase, settings: Settings, work: Work) {
        // Variants are of the former settings.
        self.lock().retain(|(own, _)| own.case != *case.id() || own.registration.is_none());
        self.send(case, Place::of(case.id()), Ask::Assess(Box::new(settings), work));
    }

    fn send(&self, case: &StoredCase, place: Place, ask: Ask) {
        let unsent = match self.find(&place) {
            Some(desk) => desk.asks.send(ask).err().map(|error| error.0),
            None => Some(ask),
        };
        if let Some(ask) = unsent {
            let desk = self.begin(case, place);
            // A thread that has just begun listens.
            let _ = desk.asks.send(ask);
        }
    }

    /// Asks an open case.
    ///
    /// # Errors
    /// When the case is not open.
    pub async fn ask<T: Send + 'static>(
        &self,
        id: &CaseId,
        question: impl for<'q, 'r> FnOnce(&'q mut Review<'r>) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.ask_with(id, None, question).await
    }

    /// Asks a case that is open with another registration.
    ///
    /// # Errors
    /// When it is not open so.
    pub async fn ask_with<T: Send + 'static>(
        &self,
        id: &CaseId,
        registration: Option<String>,
        question: impl for<'q, 'r> FnOnce(&'q mut Review<'r>) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Place { registration, ..Place::of(id) };
        let desk = self.find(&place).ok_or_else(|| not_open(id))?;
        let (answer, answered) = oneshot::channel();
        let question: Question = Box::new(move |review| {
            // Who asked may have gone.
            let _ = answer.send(question(review));
        });
        desk.asks.send(Ask::Question(question)).map_err(|_| not_open(id))?;
        answered.await.map_err(|_| not_open(id))
    }

    /// Asks an open case, unless it follows other settings than those that are named by their hash.
    ///
    /// # Errors
    /// When the case is not open, or follows other settings.
    pub async fn ask_of<T: Send + 'static>(
        &self,
        id: &CaseId,
        settings: Option<String>,
        question: impl for<'q, 'r> FnOnce(&'q mut Review<'r>) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let about = id.clone();
        let answer = self.ask(id, move |review| {
            let is_other = settings.is_some_and(|wanted| wanted != of_settings(review.settings()));
            if is_other { Err(other_settings(&about)) } else { Ok(question(review)) }
        });
        answer.await?
    }

    /// Closes a case: its objects changed, or it is gone.
    pub fn close(&self, id: &CaseId) {
        self.lock().retain(|(own, _)| own.case != *id);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Place, Desk)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An open case, which becomes the one that was asked for last.
    fn find(&self, place: &Place) -> Option<Desk> {
        let mut open = self.lock();
        let index = open.iter().position(|(own, _)| own == place)?;
        let found = open.remove(index);
        let desk = found.1.clone();
        open.push(found);
        Some(desk)
    }

    fn begin(&self, case: &StoredCase, place: Place) -> Desk {
        let (asks, asked) = channel();
        let desk = Desk { asks, is_ready: Arc::default() };
        let keeps_results = place.registration.is_none();
        let mut open = self.lock();
        open.retain(|(own, _)| *own != place);
        while open.len() >= MOST_OPEN {
            // Variants go before cases, which took longer to read.
            let variant = open.iter().position(|(own, _)| own.registration.is_some());
            open.remove(variant.unwrap_or(0));
        }
        open.push((place, desk.clone()));
        drop(open);
        let (case, jobs) = (case.clone(), self.jobs.clone());
        let is_ready = desk.is_ready.clone();
        let runtime = Handle::current();
        let session = Session { case, runtime, knowledge: self.knowledge, jobs, keeps_results, is_ready };
        thread::spawn(move || session.run(&asked));
        desk
    }
}

/// The hash by which settings are named.
pub fn of_settings(settings: &Settings) -> String {
    sha256(settings.to_toml())
}

fn other_settings(id: &CaseId) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "other-settings",
        "asking an open case",
        "somebody tried other settings out since, so the answer would not be of those that were meant",
    )
    .about(format!("case {id}"))
    .hint("Try the settings again, then ask again.")
}

fn not_open(id: &CaseId) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "not-open",
        "asking an open case",
        "the case is not open, so nothing is measured now",
    )
    .about(format!("case {id}"))
    .hint("Assess the case; it stays open afterwards.")
}

/// What the thread of a case works with.
struct Session {
    case: StoredCase,
    /// Where what is asked of the archive is waited for.
    runtime: Handle,
    knowledge: &'static Knowledge,
    jobs: Arc<Jobs>,
    /// Whether its assessments are those of the case.
    keeps_results: bool,
    /// Told to who lists the open cases.
    is_ready: Arc<AtomicBool>,
}

impl Session {
    fn run(self, asked: &Receiver<Ask>) {
        let mut alignments = Alignments::default();
        let mut folder: Option<(Folder, ObjectsState)> = None;
        let mut next = None;
        loop {
            // Whoever asks a case that could not be assessed is told so by the end of the channel of the answer.
            let (settings, work) = match next.take() {
                Some(assess) => assess,
                None => match asked.recv() {
                    Ok(Ask::Assess(settings, work)) => (settings, work),
                    Ok(Ask::Question(_)) => continue,
                    Err(_) => return,
                },
            };
            match self.assess(&mut folder, &mut alignments, (&settings, &work), asked) {
                Ok(Some(again)) => next = Some(again),
                Ok(None) => return,
                Err(problem) => work.end(Err(problem.about(format!("case {}", self.case.id())))),
            }
        }
    }

    /// Assesses, keeps the results, and answers until it is to assess again; nothing when nobody can ask any longer.
    fn assess(
        &self,
        folder: &mut Option<(Folder, ObjectsState)>,
        alignments: &mut Alignments,
        (settings, work): (&Settings, &Work),
        asked: &Receiver<Ask>,
    ) -> Result<Option<(Box<Settings>, Work)>, Problem> {
        let (folder, state) = match folder {
            Some(read) => read,
            None => folder.insert(self.runtime.block_on(self.read(work))?),
        };
        work.stage("ordering the objects into courses", None);
        let mut case = order(folder, settings)?;
        work.stage("reading the images", None);
        let images = assessment::images(&folder.objects, &case, settings);
        folder.load_images(images.map_err(broken)?, &mut case.findings);
        let watch = Watched { work };
        let inputs =
            Inputs { knowledge: self.knowledge, objects: &folder.objects, case: &case, settings, watch: &watch };
        let outcome = review(inputs, alignments, |mut review| {
            let kept = if self.keeps_results {
                work.stage("writing the report and the DICOM objects", None);
                self.keep((&folder.objects, state), (&case, settings), &review)
            } else {
                Ok(())
            };
            review.let_go_of_exports();
            self.is_ready.store(true, Ordering::Relaxed);
            work.end(kept.map(|()| json!({ "case": self.case.id().as_str() })));
            self.jobs.tell(Event::Case(self.case.id().to_string()));
            let next = answer(&mut review, asked);
            self.is_ready.store(false, Ordering::Relaxed);
            next
        });
        outcome.map_err(broken)
    }

    async fn read(&self, work: &Work) -> Result<(Folder, ObjectsState), Problem> {
        let objects = self.case.objects().await?;
        let state = objects.state().clone();
        Ok((read(objects, work), state))
    }

    /// Keeps everything that an assessment leaves, in the place of what was left before.
    fn keep(
        &self,
        (objects, state): (&Objects, &ObjectsState),
        (case, settings): (&Case, &Settings),
        review: &Review<'_>,
    ) -> Result<(), Problem> {
        let results = self.case.begin_results()?;
        overview::write(&results, objects, (case, settings), review)?;
        self.runtime.block_on(async {
            // The signed reports are those of their signature, and go with it.
            results.finish(state, &SIGNED_REPORTS).await?;
            Contents::of(objects, case).keep(&self.case, state).await
        })
    }
}

/// Reads the objects of a case.
fn read(objects: CaseObjects, work: &Work) -> Folder {
    const STAGE: &str = "reading the objects";
    work.stage(STAGE, Some(0.0));
    let progress = |read: usize, all: usize| {
        if read.is_multiple_of(TOLD_EVERY) {
            work.stage(STAGE, Some(read as f64 / all.max(1) as f64));
        }
    };
    objects.read(&progress)
}

/// Answers questions until the case is to be assessed again.
fn answer(review: &mut Review<'_>, asked: &Receiver<Ask>) -> Option<(Box<Settings>, Work)> {
    loop {
        match asked.recv().ok()? {
            Ask::Question(question) => question(review),
            Ask::Assess(settings, work) => return Some((settings, work)),
        }
    }
}

fn order(folder: &Folder, settings: &Settings) -> Result<Case, Problem> {
    assessment::order(&folder.objects, settings).map_err(broken)
}

fn broken(error: assessment::AssessmentError) -> Problem {
    Problem::internal(DOING, error.to_string())
}

/// Looks at objects that came in: what they are, and what is to be said of them.
pub async fn look_at(case: &StoredCase, work: &Work) -> Result<Value, Problem> {
    let settings = case.settings().await?.settings;
    let (objects, watched) = (case.objects().await?, work.clone());
    let state = objects.state().clone();
    let looked_at = tokio::task::spawn_blocking(move || {
        let folder = read(objects, &watched);
        let ordered = order(&folder, &settings)?;
        Ok::<_, Problem>(Contents::of(&folder.objects, &ordered))
    });
    let contents = looked_at.await.map_err(|_| Problem::internal(LOOKING, "it was broken off"))??;
    match contents.keep(case, &state).await {
        // Whoever brought the other objects looks at all of them.
        Err(problem) if problem.code == "other-objects" => {}
        kept => kept?,
    }
    Ok(json!({ "case": case.id().as_str(), "findings": contents.findings() }))
}

/// A job that watches the pipeline.
struct Watched<'a> {
    work: &'a Work,
}

impl Watch for Watched<'_> {
    fn at(&self, stage: Stage) {
        let (words, fraction) = match stage {
            Stage::Aligning => ("finding the way between the courses".to_owned(), None),
            Stage::Measuring { done, all } => {
                (format!("measuring the structures ({done} of {all})"), Some(done as f64 / all.max(1) as f64))
            }
            Stage::Judging => ("comparing with the limits".to_owned(), None),
            Stage::Accumulating => ("adding the courses on one grid".to_owned(), None),
            Stage::Budgeting => ("working out what may still be given".to_owned(), None),
        };
        self.work.stage(&words, fraction);
    }

    fn is_cancelled(&self) -> bool {
        self.work.is_cancelled()
    }
}

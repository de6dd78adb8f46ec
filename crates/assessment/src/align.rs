//! The way from the current frame to the frame of every dose.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use case::settings::RegistrationSettings;
use case::{Case, Findings, Objects, RegistrationKind, Settings};
use geometry::{FrameOfReference, FrameTransform, Point, Volume};
use serde_json::{Map, Value};

use crate::automatic::{self, Request};
use crate::by_hand::{self, BY_HAND};
use crate::given;
use crate::model::{ExportedRegistration, RegistrationSummary};

/// The maps found, by the frame they lead to, with what is to be said about them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alignment {
    /// Takes points of the current frame to each frame of a dose.
    pub to_frame: BTreeMap<FrameOfReference, FrameTransform>,
    pub summaries: Vec<RegistrationSummary>,
    pub exported: Vec<ExportedRegistration>,
    /// Whether a map between different frames takes part that nobody accepted.
    pub provisional: bool,
    /// Other maps to the same frames, to tell how much depends on the choice.
    pub others: Vec<OtherMap>,
    /// Frames that no map can be trusted to lead to: what lies there enters by its maxima.
    pub bounded: BTreeSet<FrameOfReference>,
    /// Where the map to a frame folds, in the current frame, and how far about.
    pub folds: BTreeMap<FrameOfReference, Vec<(Point, f64)>>,
    /// By how much a map may be off, in the current frame.
    pub doubts: BTreeMap<FrameOfReference, Doubt>,
    /// Whether other maps might have been found had a person accepted what was given, or not.
    pub rests_on_acceptance: bool,
}

/// The kind of a registration where no map can be trusted.
pub(crate) const NO_MAP: &str = "none";

/// A map that was not chosen.
#[derive(Clone, Debug)]
pub(crate) struct OtherMap {
    /// `rigid`, `regional` or `deformable`.
    pub kind: &'static str,
    pub map: FrameTransform,
    /// Measures of its quality, where it was judged.
    pub quality: Map<String, Value>,
}

/// By how much a map may be off at a place of the current frame.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    /// Distance between registrations each way.
    pub inconsistency_mm: Volume<f32>,
}

/// A known map between two frames.
struct Edge<'a> {
    map: FrameTransform,
    object: &'a str,
    kind: RegistrationKind,
}

/// Finds a way to every frame in which a dose lies.
pub(crate) fn align(objects: &Objects, case: &Case, settings: &Settings, findings: &mut Findings) -> Alignment {
    let mut alignment = Alignment::default();
    let Some(current) = case.current() else { return alignment };
    let choice = settings.registration.clone().unwrap_or_default();
    let edges = edges(objects, &choice, findings);
    // What a person entered lies in the current frame and needs no map of its own.
    for course in case.courses.iter().filter(|course| course.incomplete.is_none()) {
        for dose in course.doses() {
            let frame = &dose.frame;
            if alignment.to_frame.contains_key(frame) || alignment.bounded.contains(frame) {
                continue;
            }
            if *frame == current.frame {
                alignment.to_frame.insert(frame.clone(), FrameTransform::identity(frame.clone()));
                if course.role == case::Role::Prior {
                    alignment.summaries.push(same_frame(frame, &course.id));
                }
                continue;
            }
            let request = Request { objects, case, course, frame, choice: &choice };
            let given =
                by_hand::by_hand(&request).or_else(|| way(&edges, &current.frame, frame, &course.id, findings));
            match given {
                Some(found) => match given::check(&request, found, findings) {
                    Checked::Stands { given, by_person } => {
                        alignment.rests_on_acceptance |= by_person;
                        alignment.take(*given, &request);
                    }
                    Checked::Replaced => {
                        alignment.rests_on_acceptance = true;
                        alignment.register(&request, findings);
                    }
                },
                None => alignment.register(&request, findings),
            }
        }
    }
    // Bounds that a person entered lie in the current frame, also where no dose does.
    let identity = || FrameTransform::identity(current.frame.clone());
    alignment.to_frame.entry(current.frame.clone()).or_insert_with(identity);
    alignment
}

impl Alignment {
    /// Puts the name and the reason of a person to the maps that were asked for; until then what rests on them is provisional.
    pub fn accept(&mut self, choice: &RegistrationSettings, findings: &mut Findings) {
        for summary in &mut self.summaries {
            accept(summary, choice);
        }
        let is_open =
            |summary: &RegistrationSummary| summary.fixed_frame != summary.moving_frame && !summary.accepted;
        self.provisional = self.summaries.iter().any(is_open);
        note_provisional(self, findings);
    }

    /// Takes a map to another frame over.
    fn take(&mut self, mut found: Found, request: &Request<'_>) {
        by_hand::measure(request, &found.map, &mut found.summary);
        self.summaries.push(found.summary);
        for mut exported in found.exported {
            // A course may have doses in several frames, each with a registration of its own.
            let numbered = format!("{}_", exported.name);
            let is_alike =
                |other: &&ExportedRegistration| other.name == exported.name || other.name.starts_with(&numbered);
            let n_alike = self.exported.iter().filter(is_alike).count();
            if n_alike > 0 {
                exported.name = format!("{}_{}", exported.name, n_alike + 1);
            }
            self.exported.push(exported);
        }
        self.others.extend(found.others);
        self.doubts.extend(found.doubt.map(|doubt| (found.map.to.clone(), doubt)));
        let folds = found.map.transform.folds_mm();
        if !folds.is_empty() {
            self.folds.insert(found.map.to.clone(), folds);
        }
        self.to_frame.insert(found.map.to.clone(), found.map);
    }

    /// Registers the images; where that cannot be trusted, the course enters by its maxima.
    fn register(&mut self, request: &Request<'_>, findings: &mut Findings) {
        match automatic::register(request, findings) {
            Automatic::Found(found) => self.take(*found, request),
            Automatic::Bounded(summary) => {
                self.summaries.push(*summary);
                self.bounded.insert(request.frame.clone());
            }
            Automatic::Nothing => findings.refuse(
                "H38",
                &request.course.label,
                "the course lies in another frame of reference than the current one and nothing leads from one to \
                 the other: add a registration object, or both planning images",
            ),
        }
    }
}

/// What came of looking at a map that was given.
pub(crate) enum Checked {
    /// It is used.
    Stands {
        /// The map.
        given: Box<Found>,
        /// Whether a person decides that it is, against the images.
        by_person: bool,
    },
    /// The images contradict it, and it is not used.
    Replaced,
}

/// What came of registering images.
pub(crate) enum Automatic {
    /// A map.
    Found(Box<Found>),
    /// No map that can be trusted.
    Bounded(Box<RegistrationSummary>),
    /// There are no images.
    Nothing,
}

/// A map with what is said of it.
pub(crate) struct Found {
    pub map: FrameTransform,
    pub summary: RegistrationSummary,
    pub exported: Vec<ExportedRegistration>,
    pub others: Vec<OtherMap>,
    pub doubt: Option<Doubt>,
}

impl Found {
    pub fn new(map: FrameTransform, summary: RegistrationSummary) -> Self {
        Self { map, summary, exported: Vec::new(), others: Vec::new(), doubt: None }
    }
}

pub(crate) fn summary(map: &FrameTransform, kind: &'static str, course: &str) -> RegistrationSummary {
    RegistrationSummary {
        fixed_frame: map.from.to_string(),
        moving_frame: map.to.to_string(),
        course: course.to_owned(),
        kind,
        objects: Vec::new(),
        accepted: false,
        accepted_by: None,
        reason: None,
        quality: Map::new(),
        moving_from_fixed: map.transform.as_affine().map(|affine| affine.to_row_major()),
    }
}

fn same_frame(frame: &FrameOfReference, course: &str) -> RegistrationSummary {
    summary(&FrameTransform::identity(frame.clone()), "same-frame", course)
}

/// All usable maps of registration objects, both ways; vector fields first, so that they are preferred.
fn edges<'a>(objects: &'a Objects, choice: &RegistrationSettings, findings: &mut Findings) -> Vec<Edge<'a>> {
    let wanted = choice.choice.as_deref();
    let mut edges = Vec::new();
    for registration in &objects.registrations {
        for problem in &registration.problems {
            let code = if problem.contains("left and right") { "H07" } else { "H40" };
            let message = format!("a registration object is not usable: {problem}");
            findings.refuse(code, &registration.header.uid, message);
        }
        let kind = match registration.kind {
            RegistrationKind::Rigid => "dicom-rigid",
            RegistrationKind::Deformable => "dicom-deformable",
        };
        if wanted.is_some_and(|wanted| wanted != kind && wanted != registration.header.uid) {
            continue;
        }
        check_folds(registration, findings);
        for map in &registration.transforms {
            let object = registration.header.uid.as_str();
            edges.push(Edge { map: map.clone(), object, kind: registration.kind });
            edges.push(Edge { map: map.inverse(), object, kind: registration.kind });
        }
    }
    let known = ["same-frame", "dicom-rigid", "dicom-deformable", "rigid", "regional", "deformable", BY_HAND];
    if let Some(wanted) = wanted.filter(|wanted| edges.is_empty() && !known.contains(wanted)) {
        findings.refuse("H40", wanted, "case.toml names a registration object that the folder does not hold");
    }
    edges.sort_by_key(|edge| edge.kind == RegistrationKind::Rigid);
    edges
}

/// A map whose Jacobian is not positive tears or folds the patient; in an organ it is refused, elsewhere warned of (H41).
fn check_folds(registration: &case::Registration, findings: &mut Findings) {
    for map in &registration.transforms {
        let n_folds = map.transform.folds_mm().len();
        if n_folds > 0 {
            let message = format!(
                "the deformation folds in {n_folds} cells of its grid: organs in which it does are not measured; look at the \
                 mapped dose elsewhere"
            );
            findings.warn("H41", &registration.header.uid, message);
        }
    }
}

/// The shortest chain of known maps from one frame to another.
fn way(
    edges: &[Edge<'_>],
    from: &FrameOfReference,
    to: &FrameOfReference,
    course: &str,
    findings: &mut Findings,
) -> Option<Found> {
    let chain = shortest(edges, from, to)?;
    warn_of_rivals(edges, &chain, findings);
    let mut map = chain[0].map.clone();
    for edge in &chain[1..] {
        map = map.then(&edge.map).ok()?;
    }
    let deformable = chain.iter().any(|edge| edge.kind == RegistrationKind::Deformable);
    let mut summary = summary(&map, if deformable { "dicom-deformable" } else { "dicom-rigid" }, course);
    summary.objects = chain.iter().map(|edge| edge.object.to_owned()).collect();
    Some(Found::new(map, summary))
}

fn shortest<'a, 'b>(
    edges: &'b [Edge<'a>],
    from: &FrameOfReference,
    to: &FrameOfReference,
) -> Option<Vec<&'b Edge<'a>>> {
    let mut seen: BTreeSet<&FrameOfReference> = BTreeSet::from([from]);
    let mut queue: VecDeque<(&FrameOfReference, Vec<&Edge<'a>>)> = VecDeque::from([(from, Vec::new())]);
    while let Some((frame, chain)) = queue.pop_front() {
        if frame == to {
            return Some(chain);
        }
        for edge in edges.iter().filter(|edge| edge.map.from == *frame) {
            if seen.insert(&edge.map.to) {
                queue.push_back((&edge.map.to, chain.iter().copied().chain([edge]).collect()));
            }
        }
    }
    None
}

/// Several objects between the same frames: the choice among them was a guess that must be seen.
fn warn_of_rivals(edges: &[Edge<'_>], chain: &[&Edge<'_>], findings: &mut Findings) {
    for chosen in chain {
        let rivals = edges.iter().any(|edge| {
            edge.map.from == chosen.map.from && edge.map.to == chosen.map.to && edge.object != chosen.object
        });
        if rivals {
            findings.warn(
                "H40",
                chosen.object,
                "several registration objects join the same frames; a deformable one is preferred, then the first by \
                 UID: name the one to use in case.toml ([registration] use)",
            );
        }
    }
}

/// The name and the reason that a person put to the registration, where both are given.
pub(crate) fn acceptance(choice: &RegistrationSettings) -> Option<(&String, &String)> {
    let named = choice.accepted_by.as_ref().zip(choice.reason.as_ref());
    named.filter(|(who, why)| !who.trim().is_empty() && !why.trim().is_empty())
}

/// A registration counts as accepted when a person put a name and a reason to it, and it is the one that was asked for.
fn accept(summary: &mut RegistrationSummary, choice: &RegistrationSettings) {
    let asked = choice.choice.as_ref();
    let is_asked_for = asked.is_none_or(|asked| asked == summary.kind || summary.objects.contains(asked));
    // Where no map is used there is nothing to accept.
    if let Some((who, why)) = acceptance(choice).filter(|_| is_asked_for && summary.kind != NO_MAP) {
        summary.accepted = true;
        summary.accepted_by = Some(who.clone());
        summary.reason = Some(why.clone());
    }
}

fn note_provisional(alignment: &Alignment, findings: &mut Findings) {
    let is_given = |kind: &str| kind.starts_with("dicom") || kind == BY_HAND;
    for summary in alignment.summaries.iter().filter(|summary| is_given(summary.kind) && !summary.accepted) {
        let from = if summary.kind == BY_HAND { "made" } else { "from the folder" };
        findings.warn(
            "H39",
            &summary.course,
            format!(
                "the {} registration {from} was not yet accepted by a person: all cumulative numbers are \
                 provisional until case.toml says who accepts it and why",
                summary.kind
            ),
        );
    }
}

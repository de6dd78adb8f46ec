//! The way from the current frame to the frame of every dose.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use case::settings::RegistrationSettings;
use case::{Case, Findings, Objects, RegistrationKind, Settings};
use geometry::{FrameOfReference, FrameTransform, Transform, Volume};
use registration::{Quality, register_rigid};
use serde_json::{Map, Value, json};

use crate::model::{ExportedRegistration, RegistrationSummary};

/// The maps found, by the frame they lead to, with what is to be said about them.
#[derive(Debug, Default)]
pub(crate) struct Alignment {
    /// Takes points of the current frame to each frame of a dose.
    pub to_frame: BTreeMap<FrameOfReference, FrameTransform>,
    pub summaries: Vec<RegistrationSummary>,
    pub exported: Vec<ExportedRegistration>,
    /// Whether a map between different frames takes part that nobody accepted.
    pub provisional: bool,
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
    for course in &case.courses {
        for dose in course.doses() {
            let frame = &dose.frame;
            if alignment.to_frame.contains_key(frame) {
                continue;
            }
            let found = if *frame == current.frame {
                Some(same_frame(frame, &course.id))
            } else {
                way(&edges, &current.frame, frame, &course.id, findings)
                    .or_else(|| automatic(objects, case, &course.id, frame, &choice, findings))
            };
            let Some(mut found) = found else {
                findings.refuse(
                    "H38",
                    &course.label,
                    "the course lies in another frame of reference than the current one and nothing leads from one to \
                     the other: add a registration object, or both planning CTs",
                );
                continue;
            };
            accept(&mut found, &choice);
            let differs = found.map.from != found.map.to;
            alignment.provisional |= differs && !found.summary.accepted;
            if differs || course.role == case::Role::Prior {
                alignment.summaries.push(found.summary);
            }
            alignment.exported.extend(found.exported);
            alignment.to_frame.insert(frame.clone(), found.map);
        }
    }
    note_provisional(&alignment, findings);
    alignment
}

struct Found {
    map: FrameTransform,
    summary: RegistrationSummary,
    exported: Option<ExportedRegistration>,
}

fn summary(map: &FrameTransform, kind: &'static str, course: &str) -> RegistrationSummary {
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

fn same_frame(frame: &FrameOfReference, course: &str) -> Found {
    let map = FrameTransform::identity(frame.clone());
    let summary = summary(&map, "same-frame", course);
    Found { map, summary, exported: None }
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
    let known = ["same-frame", "dicom-rigid", "dicom-deformable", "rigid"];
    if let Some(wanted) = wanted.filter(|wanted| edges.is_empty() && !known.contains(wanted)) {
        findings.refuse("H40", wanted, "case.toml names a registration object that the folder does not hold");
    }
    edges.sort_by_key(|edge| edge.kind == RegistrationKind::Rigid);
    edges
}

/// A map whose Jacobian is not positive tears or folds the patient (H41).
fn check_folds(registration: &case::Registration, findings: &mut Findings) {
    for map in &registration.transforms {
        if let Transform::Deformation(field) = &map.transform {
            let n_folds =
                field.jacobian_determinants().into_iter().filter(|determinant| *determinant <= 0.0).count();
            if n_folds > 0 {
                let message =
                    format!("the deformation folds at {n_folds} points of its grid: look at the mapped dose");
                findings.warn("H41", &registration.header.uid, message);
            }
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
    Some(Found { map, summary, exported: None })
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

/// Registers the planning CTs, unless a person asked for a registration object.
fn automatic(
    objects: &Objects,
    case: &Case,
    course: &str,
    frame: &FrameOfReference,
    choice: &RegistrationSettings,
    findings: &mut Findings,
) -> Option<Found> {
    if choice.choice.as_deref().is_some_and(|wanted| wanted != "rigid") {
        findings.refuse(
            "H40",
            course,
            "the registration that case.toml asks for does not join the frames of the courses: check which frames it \
             names",
        );
        return None;
    }
    if !objects.registrations.is_empty() && choice.choice.is_none() {
        findings.warn(
            "H40",
            course,
            "the registration objects in the folder do not join the frames of the courses; the CTs are registered \
             instead",
        );
    }
    let voxels = |index: Option<usize>| objects.images[index?].voxels.as_ref();
    let fixed = voxels(case.current()?.image)?;
    let moving = voxels(case.courses.iter().find(|candidate| candidate.frame == *frame)?.image)?;
    register(fixed, moving, (&case.current()?.frame, frame), course, findings)
}

fn register(
    fixed: &Volume<f32>,
    moving: &Volume<f32>,
    (fixed_frame, moving_frame): (&FrameOfReference, &FrameOfReference),
    course: &str,
    findings: &mut Findings,
) -> Option<Found> {
    let result = match register_rigid(fixed, moving) {
        Ok(result) => result,
        Err(error) => {
            findings.refuse(
                "H39",
                course,
                format!("registering the planning CTs: {error}; give a registration object"),
            );
            return None;
        }
    };
    if let Some(reason) = result.quality.distrust() {
        findings.refuse(
            "H39",
            course,
            format!("the automatic rigid registration of the planning CTs is not trusted: {reason}; give a registration \
                     object"),
        );
        return None;
    }
    findings.warn(
        "H39",
        course,
        "the courses were joined by an automatic rigid registration of their CTs, which cannot follow deformation: look \
         at the overlay and accept it in case.toml ([registration]), or give a registration object",
    );
    let map = FrameTransform {
        from: fixed_frame.clone(),
        to: moving_frame.clone(),
        transform: Transform::Affine(result.moving_from_fixed.clone()),
    };
    let mut summary = summary(&map, "rigid", course);
    summary.quality = quality(&result.quality);
    let exported = ExportedRegistration {
        name: format!("rigid_{course}"),
        fixed: fixed_frame.clone(),
        moving: moving_frame.clone(),
        fixed_from_moving: result.moving_from_fixed.inverse(),
    };
    Some(Found { map, summary, exported: Some(exported) })
}

fn quality(quality: &Quality) -> Map<String, Value> {
    let measures = [
        ("normalized_cross_correlation", quality.normalized_cross_correlation),
        ("overlap_percent", quality.overlap_percent),
        ("inverse_consistency_mm", quality.inverse_consistency_mm),
    ];
    measures.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect()
}

/// A registration counts as accepted when a person put a name and a reason to it.
fn accept(found: &mut Found, choice: &RegistrationSettings) {
    let named = choice.accepted_by.as_ref().zip(choice.reason.as_ref());
    if let Some((who, why)) = named.filter(|(who, why)| !who.trim().is_empty() && !why.trim().is_empty()) {
        found.summary.accepted = true;
        found.summary.accepted_by = Some(who.clone());
        found.summary.reason = Some(why.clone());
    }
}

fn note_provisional(alignment: &Alignment, findings: &mut Findings) {
    for summary in
        alignment.summaries.iter().filter(|summary| summary.kind.starts_with("dicom") && !summary.accepted)
    {
        findings.warn(
            "H39",
            &summary.course,
            format!(
                "the {} registration from the folder was not yet accepted by a person: all cumulative numbers are \
                 provisional until case.toml says who accepts it and why",
                summary.kind
            ),
        );
    }
}

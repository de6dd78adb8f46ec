//! Registering the planning images, and judging maps by them.

use std::sync::Arc;

use case::settings::RegistrationSettings;
use case::{Case, Course, Findings, Image, Objects};
use geometry::{Affine, FrameOfReference, FrameTransform, Point, Transform};
use registration::measure::{Tolerance, objections, verdict};
use registration::{
    DeformableRegistration, Measure, Modality, RigidOptions, RigidRegistration, Scan, Verdict, register_rigid,
};
use serde_json::{Map, Value, json};

use crate::align::{Automatic, Doubt, Found, NO_MAP, OtherMap, summary};
use crate::guidance::{Guidance, shape};
use crate::model::{ExportedMap, ExportedRegistration, RegistrationSummary};

/// How far around an organ a regional map looks where `case.toml` does not say.
const REGIONAL_MARGIN_MM: f64 = 20.0;

/// Which course is to be reached, and what a person asked for.
pub(crate) struct Request<'a> {
    pub objects: &'a Objects,
    pub case: &'a Case,
    pub course: &'a Course,
    pub frame: &'a FrameOfReference,
    pub choice: &'a RegistrationSettings,
}

impl<'a> Request<'a> {
    /// The fixed and the moving image, where both are there.
    pub fn scans(&self) -> Option<[Scan<'a>; 2]> {
        let image = |course: &Course| Some(&self.objects.images[course.image?]);
        let fixed = image(self.case.current()?)?;
        let moving = image(self.case.courses.iter().find(|candidate| candidate.frame == *self.frame)?)?;
        Some([scan(fixed)?, scan(moving)?])
    }

    fn current_frame(&self) -> Option<&'a FrameOfReference> {
        Some(&self.case.current()?.frame)
    }

    pub(crate) fn map(&self, transform: Transform) -> Option<FrameTransform> {
        Some(FrameTransform { from: self.current_frame()?.clone(), to: self.frame.clone(), transform })
    }
}

fn scan(image: &Image) -> Option<Scan<'_>> {
    let modality = match image.header.kind.as_str() {
        "CT" => Modality::Ct,
        "MR" => Modality::Mr,
        "PT" | "PET" => Modality::Pet,
        _ => return None,
    };
    Some(Scan { voxels: image.voxels.as_ref()?, modality })
}

/// A registration that was made, whichever of its maps is used.
struct Registered {
    rigid: RigidRegistration,
    deformable: Option<DeformableRegistration>,
    /// Why there is no deformation where one was wanted.
    failure: Option<registration::RegistrationError>,
}

impl Registered {
    fn rigid_measures(&self) -> Vec<Measure> {
        self.rigid.measures()
    }

    fn deformable_measures(&self) -> Option<Vec<Measure>> {
        let deformable = self.deformable.as_ref()?;
        Some([deformable.measures(), self.rigid.identity_measures()].concat())
    }
}

/// Registers the planning images, unless a person asked for a registration object.
pub(crate) fn register(request: &Request<'_>, findings: &mut Findings) -> Automatic {
    let course = &request.course.id;
    let wanted = request.choice.choice.as_deref();
    if wanted.is_some_and(|wanted| !["rigid", "regional", "deformable"].contains(&wanted)) {
        findings.refuse(
            "H40",
            course,
            "the registration that case.toml asks for does not join the frames of the courses: check which frames it \
             names",
        );
        return Automatic::Nothing;
    }
    if !request.objects.registrations.is_empty() && wanted.is_none() {
        findings.warn(
            "H40",
            course,
            "no registration object in the folder that can be used joins the frames of the courses; the images are registered \
             instead",
        );
    }
    let Some([fixed, moving]) = request.scans() else { return Automatic::Nothing };
    let are_ct = [fixed, moving].iter().all(|scan| scan.modality == Modality::Ct);
    let deforms = wanted != Some("rigid") && wanted != Some("regional") && are_ct;
    if !deforms && (wanted == Some("deformable") || request.choice.is_guided()) {
        findings.refuse(
            "H40",
            course,
            "case.toml asks for a deformable registration or guides one, but only two CTs can be deformed onto each other, and not \
             where a rigid one is asked for",
        );
        return Automatic::Nothing;
    }
    let guidance = match Guidance::of(request) {
        Ok(guidance) => guidance,
        Err(name) => {
            findings.refuse(
                "H40",
                course,
                format!(
                    "case.toml wants the registration to be guided by {name}, which is not drawn as a body in the course it is \
                     looked for in"
                ),
            );
            return Automatic::Nothing;
        }
    };
    match registered(&fixed, &moving, deforms, &guidance) {
        Ok(registered) => choose(request, registered, [fixed, moving], findings),
        Err(error) => bounded(request, &format!("registering the planning images: {error}"), Vec::new(), findings),
    }
}

fn registered(
    fixed: &Scan<'_>,
    moving: &Scan<'_>,
    deforms: bool,
    guidance: &Guidance,
) -> Result<Registered, registration::RegistrationError> {
    let rigid = register_rigid(fixed, moving, &RigidOptions::default())?;
    // What does not fit rigidly at all is another place or another patient, and is not to be made to fit.
    let is_hopeless = verdict(&rigid.identity_measures()) == Verdict::Unusable;
    let (deformable, failure) = match (deforms && !is_hopeless).then(|| guidance.deformed(fixed, moving, &rigid)) {
        Some(Ok(deformable)) => (Some(deformable), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    Ok(Registered { rigid, deformable, failure })
}

/// The most that can be trusted: the deformation, else the rigid map, else none.
fn choose(
    request: &Request<'_>,
    registered: Registered,
    scans: [Scan<'_>; 2],
    findings: &mut Findings,
) -> Automatic {
    let rigid_measures = registered.rigid_measures();
    if request.choice.choice.as_deref() == Some("regional") {
        return regional(request, &registered.rigid, scans, findings);
    }
    if let (Some(deformable), Some(measures)) = (&registered.deformable, registered.deformable_measures()) {
        if verdict(&measures) < Verdict::Unusable {
            warn_of_use(request, "deformable", &measures, findings);
            return deformed(request, deformable, &registered.rigid, &measures);
        }
        let why = objections(&measures).unwrap_or_default();
        let message = format!(
            "the deformable registration of the planning images is unusable ({why}); the rigid one is asked instead"
        );
        findings.warn("H39", &request.course.id, message);
    }
    if let Some(error) = &registered.failure {
        let message = format!(
            "the planning images cannot be deformed onto each other ({error}); the rigid map is asked instead"
        );
        findings.warn("H39", &request.course.id, message);
    }
    if verdict(&rigid_measures) == Verdict::Unusable {
        let why = objections(&rigid_measures).unwrap_or_default();
        let message = format!("the rigid registration of the planning images is unusable: {why}");
        return bounded(request, &message, rigid_measures, findings);
    }
    warn_of_use(request, "rigid", &rigid_measures, findings);
    rigidly(request, "rigid", &registered.rigid, &rigid_measures)
}

/// A rigid map for the surroundings of the organ that `case.toml` names.
fn regional(
    request: &Request<'_>,
    whole: &RigidRegistration,
    [fixed, moving]: [Scan<'_>; 2],
    findings: &mut Findings,
) -> Automatic {
    let around = request.choice.around.as_deref();
    let organ = request.case.current().zip(around).and_then(|(current, name)| shape(request, current, name));
    let Some(organ) = organ else {
        findings.refuse(
            "H40",
            &request.course.id,
            "case.toml asks for a regional registration, but [registration] around names no structure of the current course \
             that can be used",
        );
        return Automatic::Nothing;
    };
    let margin = request.choice.margin_mm.unwrap_or(REGIONAL_MARGIN_MM);
    let near = |point: &Point| organ.distance_mm(point) <= margin;
    let start = Some(&whole.moving_from_fixed);
    let options = RigidOptions { start, within: Some(&near), ..RigidOptions::default() };
    match register_rigid(&fixed, &moving, &options) {
        Ok(found) if verdict(&found.measures()) < Verdict::Unusable => {
            let measures = found.measures();
            warn_of_use(request, "regional", &measures, findings);
            let organ = around.unwrap_or_default();
            let message = format!(
                "the registration was made for the surroundings of {organ} ({margin} mm) alone: numbers of other organs are \
                 not to be relied on"
            );
            findings.warn("H39", &request.course.id, message);
            rigidly(request, "regional", &found, &measures)
        }
        Ok(found) => {
            let measures = found.measures();
            let why = objections(&measures).unwrap_or_default();
            bounded(request, &format!("the regional registration is unusable: {why}"), measures, findings)
        }
        Err(error) => bounded(request, &format!("registering the surroundings: {error}"), Vec::new(), findings),
    }
}

fn deformed(
    request: &Request<'_>,
    deformable: &DeformableRegistration,
    rigid: &RigidRegistration,
    measures: &[Measure],
) -> Automatic {
    let field = Arc::new(deformable.field.clone());
    let Some(map) = request.map(Transform::Deformation(field.clone())) else { return Automatic::Nothing };
    let mut found = Found::new(map.clone(), summary(&map, "deformable", &request.course.id));
    found.summary.quality = told(measures);
    found.exported = vec![exported(request, "deformable", ExportedMap::Deformable(field))]
        .into_iter()
        .chain([exported_rigid(request, "rigid", &rigid.moving_from_fixed)])
        .flatten()
        .collect();
    found.others = other(request, "rigid", Transform::Affine(rigid.moving_from_fixed.clone()), &rigid.measures());
    found.doubt = Some(Doubt { inconsistency_mm: deformable.inconsistency_mm.clone() });
    Automatic::Found(Box::new(found))
}

fn rigidly(
    request: &Request<'_>,
    kind: &'static str,
    rigid: &RigidRegistration,
    measures: &[Measure],
) -> Automatic {
    let Some(map) = request.map(Transform::Affine(rigid.moving_from_fixed.clone())) else {
        return Automatic::Nothing;
    };
    let mut found = Found::new(map.clone(), summary(&map, kind, &request.course.id));
    found.summary.quality = told(measures);
    found.exported = exported_rigid(request, kind, &rigid.moving_from_fixed).into_iter().collect();
    // What a coarse deformation would change tells how far a rigid map may be trusted.
    if let Some(field) = rigid.coarse_deformation() {
        found.others = other(request, "deformable", Transform::Deformation(Arc::new(field.clone())), &[]);
    }
    Automatic::Found(Box::new(found))
}

pub(crate) fn other(
    request: &Request<'_>,
    kind: &'static str,
    transform: Transform,
    measures: &[Measure],
) -> Vec<OtherMap> {
    request.map(transform).map(|map| OtherMap { kind, map, quality: told(measures) }).into_iter().collect()
}

fn exported_rigid(request: &Request<'_>, kind: &str, moving_from_fixed: &Affine) -> Option<ExportedRegistration> {
    exported(request, kind, ExportedMap::Rigid { fixed_from_moving: moving_from_fixed.inverse() })
}

fn exported(request: &Request<'_>, kind: &str, map: ExportedMap) -> Option<ExportedRegistration> {
    Some(ExportedRegistration {
        name: format!("{kind}_{}", request.course.id),
        fixed: request.current_frame()?.clone(),
        moving: request.frame.clone(),
        map,
    })
}

/// No map can be trusted: the course enters by its maxima, and that is said.
fn bounded(request: &Request<'_>, why: &str, measures: Vec<Measure>, findings: &mut Findings) -> Automatic {
    findings.warn(
        "H39",
        &request.course.id,
        format!(
            "{why}. No map is used: each organ is charged with the largest dose that the course gave to it wherever that was, \
             so cumulative doses are upper bounds (sum of maxima); give a registration object, or contour the organs in both \
             courses"
        ),
    );
    let Some(map) = request.map(Transform::Affine(Affine::identity())) else { return Automatic::Nothing };
    let mut summary = summary(&map, NO_MAP, &request.course.id);
    summary.moving_from_fixed = None;
    summary.quality = told(&measures);
    Automatic::Bounded(Box::new(summary))
}

fn warn_of_use(request: &Request<'_>, kind: &str, measures: &[Measure], findings: &mut Findings) {
    let care = objections(measures).map(|why| format!("; it is usable with care: {why}")).unwrap_or_default();
    let limit = if kind == "deformable" { "" } else { ", which cannot follow deformation" };
    findings.warn(
        "H39",
        &request.course.id,
        format!(
            "the courses were joined by an automatic {kind} registration of their images{limit}{care}: look at the overlay and \
             accept it in case.toml ([registration]), or give a registration object"
        ),
    );
}

/// Measures as they stand in the assessment: each by its name, and what they come to where any of them is judged.
pub(crate) fn told(measures: &[Measure]) -> Map<String, Value> {
    let mut told: Map<String, Value> = measures
        .iter()
        .map(|measure| (measure.name.to_owned(), json!(measure.value.is_finite().then_some(measure.value))))
        .collect();
    if measures.iter().any(|measure| measure.tolerance != Tolerance::Told) {
        told.insert("verdict".to_owned(), json!(verdict(measures).name()));
        told.insert("objections".to_owned(), json!(objections(measures)));
    }
    told
}

impl RegistrationSummary {
    /// `usable`, `usable-with-care` or `unusable`, where the images were asked.
    pub fn verdict(&self) -> Option<&str> {
        self.quality.get("verdict")?.as_str()
    }
}

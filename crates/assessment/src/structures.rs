//! Every structure of the current course: what it is, and what each course gave to it.

use case::{Case, Findings, InterpretedType, Objects, Roi, Role, Settings};
use dose::{Dvh, MappedSamples, Metrics, OrganDoses, measure, sampling_step};
use geometry::{EndCap, Point, Samples, Solid};
use guidelines::{Evidence, Knowledge, Match, OrganKind, Side};
use radiobiology::{AlphaBeta, Recovery};
use serde_json::Map;

use crate::align::Alignment;
use crate::conversion::Conversions;
use crate::model::{Coverage, DvhCurve, StructureCourse, StructureSummary};

/// Points of a curve in plots and in `dvh.csv`.
const CURVE_POINTS: usize = 201;

/// A structure with its body and its samples, beside its summary.
pub(crate) struct Measured<'a> {
    pub roi: &'a Roi,
    pub organ: Option<&'a guidelines::Organ>,
    pub is_prv: bool,
    pub side: Option<Side>,
    pub solid: Option<Solid>,
    pub samples: Samples,
    pub mapped: MappedSamples,
    pub extent_mm: Option<(Point, Point)>,
    pub alpha_beta: Option<AlphaBeta>,
    pub recovery: Recovery,
    pub doses: Option<OrganDoses>,
    pub summary: StructureSummary,
}

/// What measuring needs to know of the case.
pub(crate) struct Context<'a> {
    pub objects: &'a Objects,
    pub case: &'a Case,
    pub settings: &'a Settings,
    pub knowledge: &'a Knowledge,
    pub alignment: &'a Alignment,
}

/// Names and shapes of all structures, without doses.
pub(crate) fn prepare<'a>(context: &Context<'a>, findings: &mut Findings) -> Vec<Measured<'a>> {
    let Some(current) = context.case.current() else { return Vec::new() };
    let Some(index) = current.structure_set else {
        findings.refuse(
            "H04",
            &current.label,
            "the current course has no structure set, so no organ can be measured: add the RTSTRUCT object",
        );
        return Vec::new();
    };
    let thickness = current.image.and_then(|image| {
        let grid = context.objects.images[image].grid.as_ref().ok()?;
        Some(grid.spacing_mm()[2])
    });
    let spacing = current
        .doses()
        .flat_map(|dose| dose.voxels.grid().spacing_mm())
        .filter(|spacing| *spacing > 0.0)
        .fold(f64::INFINITY, f64::min);
    for entry in &context.settings.structures {
        if !context.objects.structure_sets[index].rois.iter().any(|roi| roi.name == entry.name) {
            let message =
                "case.toml names a structure that the current course does not hold: the line has no effect";
            findings.warn("H48", &entry.name, message);
        }
    }
    context.objects.structure_sets[index]
        .rois
        .iter()
        .filter(|roi| !matches!(roi.interpreted_type, InterpretedType::Support(_)))
        .map(|roi| prepare_one(context, roi, (thickness, spacing), findings))
        .collect()
}

fn prepare_one<'a>(
    context: &Context<'a>,
    roi: &'a Roi,
    (thickness, spacing): (Option<f64>, f64),
    findings: &mut Findings,
) -> Measured<'a> {
    let named = name(context, roi, findings);
    let solid = solid(roi, thickness, findings);
    let samples = match &solid {
        Some(solid) if spacing.is_finite() => solid.samples(sampling_step(solid, spacing)),
        _ => Samples::default(),
    };
    let volume_cc = solid.as_ref().map(Solid::volume_cc).filter(|volume| *volume > 0.0);
    if let Some(volume) = volume_cc {
        warn_if_small(context, roi, volume, findings);
    }
    let summary = StructureSummary {
        name: roi.name.clone(),
        standard_name: named.standard_name,
        kind: named.kind,
        alpha_beta_gy: named.alpha_beta.map(AlphaBeta::gy),
        alpha_beta_source: named.alpha_beta_source,
        alpha_beta_evidence: named.alpha_beta_evidence,
        recovery: named.recovery.fraction(),
        volume_cc,
        courses: Vec::new(),
        cumulative_eqd2: Metrics { volume_cc, ..Metrics::default() },
        cumulative_eqd2_without_recovery: None,
        cumulative_eqd2_at_least: None,
        coverage: Coverage { percent: None },
        uncertainty: Map::new(),
        curves: Vec::new(),
    };
    Measured {
        roi,
        organ: named.organ,
        is_prv: named.is_prv,
        side: named.side,
        extent_mm: extent(&samples),
        mapped: MappedSamples::new(&samples, context.alignment.to_frame.values()),
        solid,
        samples,
        alpha_beta: named.alpha_beta,
        recovery: named.recovery,
        doses: None,
        summary,
    }
}

/// What a name and the settings say about a structure.
struct Named<'a> {
    organ: Option<&'a guidelines::Organ>,
    is_prv: bool,
    side: Option<Side>,
    standard_name: Option<String>,
    kind: Option<OrganKind>,
    alpha_beta: Option<AlphaBeta>,
    alpha_beta_source: Option<String>,
    alpha_beta_evidence: Option<Evidence>,
    recovery: Recovery,
}

fn name<'a>(context: &Context<'a>, roi: &Roi, findings: &mut Findings) -> Named<'a> {
    let decided = context.settings.structure(&roi.name);
    let asked = decided.standard_name.as_deref().unwrap_or(&roi.name);
    let mut named = Named {
        organ: None,
        is_prv: false,
        side: None,
        standard_name: None,
        kind: None,
        alpha_beta: None,
        alpha_beta_source: None,
        alpha_beta_evidence: None,
        recovery: Recovery::NONE,
    };
    let is_outline = roi.interpreted_type == InterpretedType::External && decided.standard_name.is_none();
    match context.knowledge.match_name(if is_outline { "External" } else { asked }) {
        Match::Found { organ, side, prv, standard_name } => {
            named.organ = Some(organ);
            named.is_prv = prv;
            named.side = side;
            named.kind = Some(organ.kind);
            if decided.standard_name.is_none() && standard_name != roi.name {
                findings.note("H32", &roi.name, format!("the name is taken to mean {standard_name}"));
            }
            named.standard_name = Some(standard_name);
            named.alpha_beta = organ.alpha_beta_gy.and_then(|gy| AlphaBeta::new(gy).ok());
            named.alpha_beta_source = organ.alpha_beta_source.clone();
            named.alpha_beta_evidence = organ.alpha_beta_evidence;
        }
        Match::Ambiguous(candidates) => findings.refuse(
            "H32",
            &roi.name,
            format!(
                "the name may mean {}: say which in case.toml ([[structure]] standard_name); until then it is not \
                 judged",
                candidates.join(" or ")
            ),
        ),
        Match::Unknown => named.kind = kind_by_type(&roi.interpreted_type),
    }
    settle_alpha_beta(context, roi, decided.alpha_beta_gy, &mut named, findings);
    if let Some(fraction) = decided.recovery {
        named.recovery = Recovery::new(fraction).unwrap_or(Recovery::NONE);
    }
    check_recovery(context, roi, &mut named, findings);
    named
}

fn kind_by_type(interpreted_type: &InterpretedType) -> Option<OrganKind> {
    match interpreted_type {
        InterpretedType::Target => Some(OrganKind::Target),
        InterpretedType::External => Some(OrganKind::External),
        _ => None,
    }
}

fn settle_alpha_beta(
    context: &Context<'_>,
    roi: &Roi,
    stated: Option<f64>,
    named: &mut Named<'_>,
    findings: &mut Findings,
) {
    let range = &context.knowledge.models.alpha_beta;
    if let Some(alpha_beta) = stated.and_then(|gy| AlphaBeta::new(gy).ok()) {
        let library = named.alpha_beta;
        if !(range.usual_low_gy..=range.usual_high_gy).contains(&alpha_beta.gy()) {
            findings.warn("H34", &roi.name, format!("{alpha_beta} lies outside the usual range of tissues"));
        }
        if let Some(library) = library.filter(|library| *library != alpha_beta) {
            findings.warn(
                "H34",
                &roi.name,
                format!("{alpha_beta} is used instead of the {library} of the knowledge base"),
            );
        }
        named.alpha_beta = Some(alpha_beta);
        named.alpha_beta_source = Some("case.toml".to_owned());
        named.alpha_beta_evidence = None;
    }
    if named.alpha_beta.is_none() && named.kind != Some(OrganKind::External) {
        let message = "no α/β is known for the structure, so it is given absorbed doses only: state alpha_beta_gy in \
                       case.toml";
        findings.note("H34", &roi.name, message);
    }
}

/// A recovery is never silent, and it needs an interval (H36).
fn check_recovery(context: &Context<'_>, roi: &Roi, named: &mut Named<'_>, findings: &mut Findings) {
    if named.recovery.is_none() {
        return;
    }
    if context.case.prior().any(|course| course.interval_days.is_none()) {
        let message = "a recovery was asked for, but the interval to a prior course is unknown: give its dates in \
                       case.toml; the structure is not judged";
        findings.refuse("H36", &roi.name, message);
        named.alpha_beta = None;
        return;
    }
    let percent = 100.0 * named.recovery.fraction();
    findings.warn(
        "H36",
        &roi.name,
        format!("{percent} % of the prior EQD2 is taken as recovered, as case.toml says; both numbers are shown"),
    );
}

/// The body of a structure, or the reason why there is none (H28).
fn solid(roi: &Roi, thickness: Option<f64>, findings: &mut Findings) -> Option<Solid> {
    if let Some(problem) = roi.breaking_problem() {
        let message = format!("the structure is not measured: {problem}; draw it again");
        findings.refuse("H28", &roi.name, message);
        return None;
    }
    if let Some(problem) = roi.problems.first() {
        let message = format!("{} contours without area were left out ({problem})", roi.problems.len());
        findings.warn("H28", &roi.name, message);
    }
    if roi.contours.is_empty() {
        findings.warn("H28", &roi.name, "the structure has no contours and is not measured");
        return None;
    }
    match Solid::from_contours(&roi.contours, EndCap::HalfSlice, thickness) {
        Ok(solid) if solid.volume_cc() == 0.0 => {
            let message = "the structure is drawn on a single plane of unknown thickness and is not measured";
            findings.warn("H28", &roi.name, message);
            None
        }
        Ok(solid) => {
            note_shape(roi, &solid, findings);
            Some(solid)
        }
        Err(error) => {
            findings.refuse("H28", &roi.name, format!("the structure is not measured: {error}; draw it again"));
            None
        }
    }
}

fn note_shape(roi: &Roi, solid: &Solid, findings: &mut Findings) {
    if solid.crossing_cuts() > 0 {
        let message = format!(
            "the contours cross themselves on {} planes; every region enclosed an odd number of times counts",
            solid.crossing_cuts()
        );
        findings.warn("H26", &roi.name, message);
    }
    if !solid.gaps_mm().is_empty() {
        let message = format!("{} gaps between the contours are not filled", solid.gaps_mm().len());
        findings.warn("H27", &roi.name, message);
    }
}

fn warn_if_small(context: &Context<'_>, roi: &Roi, volume_cc: f64, findings: &mut Findings) {
    let voxel_cc = context
        .case
        .courses
        .iter()
        .flat_map(|course| course.doses())
        .map(|dose| dose.voxels.grid().spacing_mm().iter().product::<f64>() / 1000.0)
        .fold(0.0, f64::max);
    let n_voxels = volume_cc / voxel_cc;
    if voxel_cc > 0.0 && n_voxels < context.knowledge.models.small_structure.least_voxels {
        let message =
            format!("the structure is as small as {n_voxels:.1} voxels of a dose grid: its doses are uncertain");
        findings.warn("H31", &roi.name, message);
    }
}

fn extent(samples: &Samples) -> Option<(Point, Point)> {
    let first = samples.positions_mm.first()?;
    let bounds = samples.positions_mm.iter().fold((*first, *first), |(low, high), position| {
        (Point::from(low.coords.inf(&position.coords)), Point::from(high.coords.sup(&position.coords)))
    });
    Some(bounds)
}

/// Measures one structure with its own α/β and fills in its summary.
pub(crate) fn fill_in(
    context: &Context<'_>,
    measured: &mut Measured<'_>,
    conversions: &Conversions,
    findings: &mut Findings,
) -> Result<(), dose::DoseError> {
    let Some(current) = context.case.current() else { return Ok(()) };
    if measured.samples.is_empty() {
        return Ok(());
    }
    // Without an α/β of its own, a structure is converted with any and keeps its absorbed doses only.
    let alpha_beta = measured.alpha_beta.or_else(|| AlphaBeta::new(1.0).ok());
    let Some(alpha_beta) = alpha_beta else { return Ok(()) };
    let maps = &context.alignment.to_frame;
    let Some(courses) = conversions.courses(context.case, maps, alpha_beta, measured.recovery) else {
        return Ok(());
    };
    let doses = measure(&measured.samples, &measured.mapped, &current.frame, &courses, alpha_beta)?;
    warn_of_coverage(measured, &doses, findings);
    warn_of_large_fractions(context, measured, &doses, findings);
    summarise(context, measured, &doses);
    measured.doses = Some(doses);
    Ok(())
}

fn warn_of_coverage(measured: &Measured<'_>, doses: &OrganDoses, findings: &mut Findings) {
    if doses.covered_by_all.is_continued() {
        let percent = doses.covered_by_all.continued_percent;
        let message = format!(
            "{percent:.1} % of the structure lies up to one voxel beyond a dose grid; there the outermost value was continued"
        );
        findings.warn("H29", &measured.roi.name, message);
    }
    if doses.covered_by_all.is_whole() {
        return;
    }
    let percent = doses.covered_by_all.percent;
    let message = format!(
        "only {percent:.1} % of the structure lies inside all dose grids (or inside the registration): its doses are \
         given as lower bounds, not as values; export the dose on a larger grid"
    );
    match measured.summary.kind {
        Some(OrganKind::External) => findings.warn("H29", &measured.roi.name, message),
        _ => findings.refuse("H29", &measured.roi.name, message),
    }
}

fn warn_of_large_fractions(
    context: &Context<'_>,
    measured: &Measured<'_>,
    doses: &OrganDoses,
    findings: &mut Findings,
) {
    let caution = context.knowledge.models.linear_quadratic.caution_above_gy_per_fraction;
    if doses.max_gy_per_fraction > caution && measured.alpha_beta.is_some() {
        findings.warn(
            "H35",
            &measured.roi.name,
            format!(
                "up to {:.1} Gy per fraction: above {caution} Gy the linear-quadratic model (LQ) used here tends to \
                 overestimate the effect",
                doses.max_gy_per_fraction
            ),
        );
    }
}

fn summarise(context: &Context<'_>, measured: &mut Measured<'_>, doses: &OrganDoses) {
    let volumes = &measured.samples.volumes_cc;
    let volume_cc = measured.samples.volume_cc();
    let row = |values: &[f64], whole: bool| -> Metrics {
        match Dvh::new(values, volumes).filter(|_| whole) {
            Some(dvh) => Metrics::of(&dvh),
            None => Metrics::volume_only(volume_cc),
        }
    };
    let has_eqd2 = measured.alpha_beta.is_some();
    let summary = &mut measured.summary;
    summary.coverage = Coverage { percent: Some(doses.covered_by_all.percent) };
    summary.courses = context
        .case
        .courses
        .iter()
        .enumerate()
        .map(|(index, course)| {
            let covered = doses.covered[index];
            StructureCourse {
                id: course.id.clone(),
                absorbed: row(&doses.absorbed[index], covered.is_whole()),
                eqd2: row(&doses.eqd2[index], covered.is_whole() && has_eqd2),
                covered_percent: Some(covered.percent),
            }
        })
        .collect();
    let whole = doses.covered_by_all.is_whole();
    let counted = doses.cumulative_recovered.as_ref().unwrap_or(&doses.cumulative);
    summary.cumulative_eqd2 = row(counted, whole && has_eqd2);
    let with_recovery = doses.cumulative_recovered.is_some();
    summary.cumulative_eqd2_without_recovery = with_recovery.then(|| row(&doses.cumulative, whole && has_eqd2));
    summary.cumulative_eqd2_at_least = (!whole && has_eqd2).then(|| row(counted, true));
    if whole && has_eqd2 {
        summary.curves = curves(context, doses, counted, volumes);
    }
}

fn curves(context: &Context<'_>, doses: &OrganDoses, counted: &[f64], volumes: &[f64]) -> Vec<DvhCurve> {
    let curve = |what: &str, values: &[f64]| {
        let dvh = Dvh::new(values, volumes)?;
        Some(DvhCurve { what: what.to_owned(), points: dvh.curve(CURVE_POINTS) })
    };
    let of_courses =
        context.case.courses.iter().zip(&doses.eqd2).filter_map(|(course, eqd2)| curve(&course.id, eqd2));
    of_courses.chain(curve("cumulative", counted)).collect()
}

/// Left organs must lie to the left of right ones and of the middle of the body (H07).
pub(crate) fn check_sides(structures: &[Measured<'_>], findings: &mut Findings) {
    let centre_x = |measured: &Measured<'_>| {
        let volume = measured.samples.volume_cc();
        let pairs = measured.samples.positions_mm.iter().zip(&measured.samples.volumes_cc);
        (volume > 0.0).then(|| pairs.map(|(position, part)| position.x * part).sum::<f64>() / volume)
    };
    let body =
        structures.iter().find(|measured| measured.summary.kind == Some(OrganKind::External)).and_then(centre_x);
    let Some(middle) = body else { return };
    for measured in structures {
        let Some(x) = centre_x(measured) else { continue };
        let wrong = match measured.side {
            Some(Side::Left) => x < middle,
            Some(Side::Right) => x > middle,
            _ => false,
        };
        if wrong {
            let message =
                "the name says one side of the body and the contours lie on the other: check name and orientation";
            findings.warn("H07", &measured.roi.name, message);
        }
    }
}

/// Two structures that are taken for the same organ are both judged, and that must be seen.
pub(crate) fn check_doublets(structures: &[Measured<'_>], findings: &mut Findings) {
    for (index, measured) in structures.iter().enumerate() {
        let is_oar = measured.summary.kind == Some(OrganKind::Oar);
        let name = &measured.summary.standard_name;
        if is_oar && structures[..index].iter().any(|other| other.summary.standard_name == *name) {
            let message = format!(
                "another structure is taken to mean {} too; both are judged",
                name.as_deref().unwrap_or("")
            );
            findings.warn("H32", &measured.roi.name, message);
        }
    }
}

/// The interval that counts for limits: the shortest one.
pub(crate) fn shortest_interval(case: &Case) -> Option<i64> {
    let prior = || case.courses.iter().filter(|course| course.role == Role::Prior);
    let intervals: Option<Vec<i64>> = prior().map(|course| course.interval_days).collect();
    intervals?.into_iter().min()
}

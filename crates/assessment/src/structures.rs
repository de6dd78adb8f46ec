//! Every structure of the current course: what it is, and what each course gave to it.

use std::sync::Arc;

use case::settings::ConfirmedName;
use case::{Case, Findings, InterpretedType, Objects, Roi, Role, Settings};
use dose::levels::Setting;
use dose::{Dvh, Estimated, MeasuredOrgan, Metrics, OrganBody, OrganDoses, OrganSamples, SampledDose};
use geometry::{FrameOfReference, Grid, Point, Solid, SolidOptions};
use guidelines::{Evidence, Knowledge, Match, OrganKind, Side};
use radiobiology::{AlphaBeta, Recovery, Tissue};
use rayon::prelude::*;
use serde_json::Map;

use crate::align::Alignment;
use crate::body::{self, solid, warn_if_unsettled, warn_of_coverage, warn_of_image_ends};
use crate::conversion::courses_or_maxima;
use crate::model::{Coverage, DvhCurve, StructureCourse, StructureSummary};
use crate::record;
use crate::recovery;
use crate::repair::{self, SettledRepair};
use crate::sum_of_maxima::Maxima;
use crate::target_state::target_state;
use crate::uncertainty::{self, OrganEnsemble};
use crate::watch::Watch;

/// Points of a curve in plots and in `dvh.csv`.
const CURVE_POINTS: usize = 201;

/// Distance of the places at which a body is searched for folds; vector fields are coarser.
const FOLD_STEP_MM: f64 = 2.0;

/// A structure with its body and its samples, beside its summary.
pub(crate) struct Measured<'a> {
    pub roi: &'a Roi,
    pub organ: Option<&'a guidelines::Organ>,
    pub is_prv: bool,
    pub side: Option<Side>,
    pub solid: Option<Solid>,
    pub samples: Option<OrganSamples>,
    pub alpha_beta: Option<AlphaBeta>,
    /// What has recovered of each course.
    pub recoveries: Vec<Recovery>,
    /// How fast it repairs, where that counts.
    pub repair: Option<SettledRepair>,
    pub doses: Option<MeasuredOrgan>,
    /// Whether a course enters by its maxima, so that cumulative doses are upper bounds.
    pub is_bounded: bool,
    /// Plausible other maps and parameters, where the dose is a number.
    pub ensemble: Option<OrganEnsemble>,
    pub summary: StructureSummary,
}

impl Measured<'_> {
    /// The organ as a tissue, with the α/β that is asked for.
    pub fn tissue(&self, alpha_beta: AlphaBeta) -> Tissue {
        Tissue { alpha_beta, repair: self.repair.as_ref().map(|repair| repair.kinetics) }
    }
}

/// What measuring needs to know of the case.
pub(crate) struct Context<'a> {
    pub objects: &'a Objects,
    pub case: &'a Case,
    /// Shared, since a review follows other settings than those that it began with.
    pub settings: Arc<Settings>,
    pub knowledge: &'a Knowledge,
    pub alignment: &'a Alignment,
    pub watch: &'a dyn Watch,
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
    let image = current.image.and_then(|image| context.objects.images[image].grid.as_ref().ok());
    record::check_names(context, findings);
    repair::check(context, findings);
    for entry in &context.settings.structures {
        if !context.objects.structure_sets[index].rois.iter().any(|roi| roi.name == entry.name) {
            let message =
                "case.toml names a structure that the current course does not hold: the line has no effect";
            findings.warn("H48", &entry.name, message);
        }
    }
    let rois = context.objects.structure_sets[index].rois.par_iter();
    let prepared: Vec<(Measured<'a>, Findings)> = rois
        .filter(|roi| !matches!(roi.interpreted_type, InterpretedType::Support(_)))
        .map(|roi| {
            let mut own = Findings::new();
            (prepare_one(context, roi, image, &mut own), own)
        })
        .collect();
    let gather = |(measured, own)| {
        findings.extend(own);
        measured
    };
    prepared.into_iter().map(gather).collect()
}

fn prepare_one<'a>(
    context: &Context<'a>,
    roi: &'a Roi,
    image: Option<&Grid>,
    findings: &mut Findings,
) -> Measured<'a> {
    let named = name(context, roi, findings);
    let options = SolidOptions {
        slice_thickness_mm: image.map(|grid| grid.spacing_mm()[2]),
        ..context.settings.solid_options(&roi.name)
    };
    let solid = solid(roi, options, findings);
    let volume_cc = solid.as_ref().map(Solid::volume_cc).filter(|volume| *volume > 0.0);
    if let (Some(solid), Some(image)) = (&solid, image) {
        warn_of_image_ends(roi, solid, image, findings);
    }
    if let Some(volume) = volume_cc {
        warn_if_small(context, roi, volume, findings);
    }
    let summary = StructureSummary {
        name: roi.name.clone(),
        standard_name: named.standard_name,
        kind: named.kind,
        target_state: target_state(context, roi, named.kind),
        alpha_beta_gy: named.alpha_beta.map(AlphaBeta::gy),
        alpha_beta_source: named.alpha_beta_source,
        alpha_beta_evidence: named.alpha_beta_evidence,
        recovery: largest(&named.recoveries),
        repair: named.repair.clone(),
        recovery_model: context.settings.structure(&roi.name).recovery_model,
        volume_cc,
        courses: Vec::new(),
        cumulative_eqd2: Metrics { volume_cc, ..Metrics::default() },
        cumulative_eqd2_error: Metrics::default(),
        cumulative_eqd2_without_recovery: None,
        cumulative_eqd2_at_least: None,
        cumulative_eqd2_at_most: None,
        coverage: Coverage { percent: None },
        uncertainty: Map::new(),
        curves: Vec::new(),
        band: None,
    };
    Measured {
        roi,
        organ: named.organ,
        is_prv: named.is_prv,
        side: named.side,
        solid,
        samples: None,
        alpha_beta: named.alpha_beta,
        recoveries: named.recoveries,
        repair: named.repair,
        doses: None,
        is_bounded: false,
        ensemble: None,
        summary,
    }
}

fn largest(recoveries: &[Recovery]) -> f64 {
    recoveries.iter().map(|recovery| recovery.fraction()).fold(0.0, f64::max)
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
    recoveries: Vec<Recovery>,
    repair: Option<SettledRepair>,
}

fn name<'a>(context: &Context<'a>, roi: &Roi, findings: &mut Findings) -> Named<'a> {
    let decided = context.settings.structure(&roi.name);
    // What was said for this patient counts before what holds for the centre.
    let confirmed = confirmed(context, roi, findings).filter(|_| decided.standard_name.is_none());
    let confirmed_name = confirmed.map(|confirmed| &confirmed.standard_name);
    let stated = decided.standard_name.as_ref().or(confirmed_name);
    let asked = stated.unwrap_or(&roi.name);
    let mut named = Named {
        organ: None,
        is_prv: false,
        side: None,
        standard_name: None,
        kind: None,
        alpha_beta: None,
        alpha_beta_source: None,
        alpha_beta_evidence: None,
        recoveries: recovery::none(context.case),
        repair: None,
    };
    let is_outline = roi.interpreted_type == InterpretedType::External && decided.standard_name.is_none();
    match context.knowledge.match_name(if is_outline { "External" } else { asked }) {
        Match::Found { organ, side, prv, standard_name, by_likeness } => {
            named.organ = Some(organ);
            named.is_prv = prv;
            named.side = side;
            named.kind = Some(organ.kind);
            if by_likeness {
                let message = format!(
                    "no known name, but very much like one: taken to mean {standard_name}; confirm it in case.toml ([[structure]] standard_name)"
                );
                findings.warn("H32", &roi.name, message);
            } else if let Some(ConfirmedName { centres, by, date, .. }) = confirmed {
                let centres = centres.join(" and ");
                let message = format!("the name means {standard_name}, as {by} confirmed for {centres} on {date}");
                findings.note("H32", &roi.name, message);
            } else if decided.standard_name.is_none() && standard_name != roi.name {
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
        Match::Unknown => {
            named.kind = kind_by_type(&roi.interpreted_type);
            if stated.is_some() {
                let message =
                    format!("it is stated to mean \"{asked}\", which is no name that is known: it is not judged");
                findings.warn("H32", &roi.name, message);
            }
        }
    }
    settle_alpha_beta(context, roi, decided.alpha_beta_gy, &mut named, findings);
    match recovery::settle(context, roi, named.organ, findings) {
        Some(recoveries) => named.recoveries = recoveries,
        None => named.alpha_beta = None,
    }
    if named.alpha_beta.is_some() && named.kind != Some(OrganKind::External) {
        named.repair = repair::settle(context, roi, named.organ, findings);
    }
    named
}

/// What was confirmed of a name for the centre that drew the current structures.
fn confirmed<'c>(context: &'c Context<'_>, roi: &Roi, findings: &mut Findings) -> Option<&'c ConfirmedName> {
    let confirmed = context.settings.confirmed_name(&roi.name)?;
    let set = &context.objects.structure_sets[context.case.current()?.structure_set?];
    if confirmed.holds_for(set) {
        return Some(confirmed);
    }
    let centres = confirmed.centres.join(" and ");
    let message =
        format!("what the name means was confirmed for {centres}, where it was not drawn: that is not used");
    findings.warn("H32", &roi.name, message);
    None
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

fn warn_if_small(context: &Context<'_>, roi: &Roi, volume_cc: f64, findings: &mut Findings) {
    let voxel_cc = context
        .case
        .courses
        .iter()
        .filter(|course| course.incomplete.is_none())
        .flat_map(|course| course.doses())
        .map(|dose| dose.voxels.grid().spacing_mm().iter().product::<f64>() / 1000.0)
        .fold(0.0, f64::max);
    if voxel_cc > 0.0 {
        let least_voxels = context.knowledge.models.small_structure.least_voxels;
        body::warn_if_small(&roi.name, volume_cc / voxel_cc, least_voxels, findings);
    }
}

/// Measures one structure with its own α/β and fills in its summary.
pub(crate) fn fill_in(
    context: &Context<'_>,
    measured: &mut Measured<'_>,
    findings: &mut Findings,
) -> Result<(), dose::DoseError> {
    let (Some(current), Some(solid)) = (context.case.current(), &measured.solid) else { return Ok(()) };
    // Without an α/β of its own, a structure is converted with any and keeps its absorbed doses only.
    let alpha_beta = measured.alpha_beta.or_else(|| AlphaBeta::new(1.0).ok());
    let Some(alpha_beta) = alpha_beta else { return Ok(()) };
    let tissue = measured.tissue(alpha_beta);
    let maps = &context.alignment.to_frame;
    if let Some(frame) = folded_in(context, solid) {
        let message = format!(
            "the deformation to frame {frame} folds within the structure, so no dose of it is known there: give another \
             registration"
        );
        findings.refuse("H41", &measured.roi.name, message);
        return Ok(());
    }
    let maxima = Maxima::of(context, measured);
    let Some(courses) = courses_or_maxima(context.case, maps, Some(&maxima)) else { return Ok(()) };
    let setting = Setting { current: &current.frame, maps, courses: &courses };
    let Some(samples) = OrganSamples::settle(&OrganBody::of(solid), &setting, &tissue)? else { return Ok(()) };
    let doses = samples.measure(&tissue, &measured.recoveries);
    let is_outline = measured.summary.kind == Some(OrganKind::External);
    warn_of_coverage(&measured.roi.name, doses.doses.covered_by_all, is_outline, findings);
    if !samples.is_settled() && doses.doses.covered_by_all.is_whole() {
        warn_if_unsettled(&measured.roi.name, findings);
    }
    warn_of_large_fractions(context, measured, &doses.doses, findings);
    summarise(context, measured, &doses, &maxima);
    if !maxima.is_empty() {
        measured.is_bounded = true;
        measured.summary.uncertainty.insert("sum_of_maxima".to_owned(), maxima.told());
    }
    (measured.samples, measured.doses) = (Some(samples), Some(doses));
    measured.ensemble = uncertainty::draw(context, measured, &maxima);
    uncertainty::tell(context, measured);
    Ok(())
}

/// What is said of a structure that hangs on what a follower of settings may change.
pub(crate) fn said(context: &Context<'_>, measured: &Measured<'_>) -> Findings {
    let mut findings = Findings::new();
    name(context, measured.roi, &mut findings);
    if let Some(doses) = &measured.doses {
        warn_of_large_fractions(context, measured, &doses.doses, &mut findings);
    }
    findings
}

/// Measures one structure with other settings from the samples that it has.
pub(crate) fn settle_again(context: &Context<'_>, measured: &mut Measured<'_>) {
    let named = name(context, measured.roi, &mut Findings::new());
    measured.alpha_beta = named.alpha_beta;
    measured.repair = named.repair.clone();
    measured.recoveries = named.recoveries;
    let summary = &mut measured.summary;
    summary.alpha_beta_gy = named.alpha_beta.map(AlphaBeta::gy);
    summary.alpha_beta_source = named.alpha_beta_source;
    summary.alpha_beta_evidence = named.alpha_beta_evidence;
    summary.recovery = largest(&measured.recoveries);
    summary.recovery_model = context.settings.structure(&measured.roi.name).recovery_model;
    summary.repair = named.repair;
    let alpha_beta = measured.alpha_beta.or_else(|| AlphaBeta::new(1.0).ok());
    let (Some(samples), Some(alpha_beta)) = (&measured.samples, alpha_beta) else { return };
    let doses = samples.measure(&measured.tissue(alpha_beta), &measured.recoveries);
    let maxima = Maxima::of(context, measured);
    measured.summary.forget_doses();
    summarise(context, measured, &doses, &maxima);
    if !maxima.is_empty() {
        measured.summary.uncertainty.insert("sum_of_maxima".to_owned(), maxima.told());
    }
    measured.doses = Some(doses);
    uncertainty::draw_again(context, measured, &maxima);
    uncertainty::tell_bands(context, measured);
}

/// A frame to which the map folds within a body, or within a cell of it, where there is one.
fn folded_in<'a>(context: &Context<'a>, solid: &Solid) -> Option<&'a FrameOfReference> {
    let mut folds = context.alignment.folds.iter().filter(|(_, folds)| !folds.is_empty()).peekable();
    folds.peek()?;
    let samples = solid.samples(FOLD_STEP_MM);
    let is_near = |(middle, reach): &(Point, f64)| {
        samples.positions_mm.iter().any(|position| (position - middle).norm() <= *reach)
    };
    folds.find(|(_, folds)| folds.par_iter().any(is_near)).map(|(frame, _)| frame)
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

fn summarise(context: &Context<'_>, measured: &mut Measured<'_>, organ: &MeasuredOrgan, maxima: &Maxima) {
    let doses = &organ.doses;
    let has_eqd2 = measured.alpha_beta.is_some();
    let whole = doses.covered_by_all.is_whole();
    let summary = &mut measured.summary;
    let unknown = Metrics { volume_cc: summary.volume_cc, ..Metrics::default() };
    let row = |estimated: Option<&Estimated>| estimated.map_or(unknown.clone(), Estimated::metrics);
    let error = |estimated: Option<&Estimated>| estimated.map(Estimated::metric_errors).unwrap_or_default();
    let cumulative = organ.estimated(|doses| Some(doses.counted())).filter(|_| has_eqd2);
    summary.coverage = Coverage { percent: Some(doses.covered_by_all.percent) };
    summary.curves = Vec::new();
    for (index, course) in context.case.courses.iter().enumerate() {
        let covered = doses.covered[index];
        if maxima.holds(&course.id) || !course.is_planned() {
            // The largest dose is no dose of the structure, and a course without a plan has none.
            summary.courses.push(StructureCourse::unknown(&course.id, summary.volume_cc));
            continue;
        }
        let absorbed = organ.estimated(|doses| doses.absorbed.get(index)).filter(|_| covered.is_whole());
        let eqd2 = organ.estimated(|doses| doses.eqd2.get(index)).filter(|_| covered.is_whole() && has_eqd2);
        if let Some(eqd2) = eqd2.as_ref().filter(|_| whole) {
            summary.curves.push(curve(&course.id, &eqd2.dvh));
        }
        summary.courses.push(StructureCourse {
            id: course.id.clone(),
            absorbed: row(absorbed.as_ref()),
            absorbed_error: error(absorbed.as_ref()),
            eqd2: row(eqd2.as_ref()),
            eqd2_error: error(eqd2.as_ref()),
            covered_percent: Some(covered.percent),
            recovery: measured.recoveries[index].fraction(),
        });
    }
    if !maxima.is_empty() {
        summary.cumulative_eqd2 = unknown;
        // An upper bound takes nothing as recovered.
        let bound = organ.estimated(|doses| Some(&doses.cumulative)).filter(|_| whole && has_eqd2);
        summary.cumulative_eqd2_at_most = bound.as_ref().map(Estimated::metrics);
        let nothing_recovered = recovery::none(context.case);
        let lower = lower_bound(context, &measured.roi.name, organ, &nothing_recovered).filter(|_| has_eqd2);
        summary.cumulative_eqd2_at_least = lower.as_ref().map(Metrics::of);
        let all = (nothing_recovered.as_slice(), context.case.courses.len());
        if let Some([low, high]) = record::mean_bounds(context, &measured.roi.name, organ, all) {
            // The mean is known more closely than any part.
            let closer = |row: &mut Option<Metrics>, pick: fn(f64, f64) -> f64, bound: f64| {
                if let Some(row) = row {
                    row.mean_gy = row.mean_gy.map(|mean| pick(mean, bound));
                }
            };
            closer(&mut summary.cumulative_eqd2_at_most, f64::min, high);
            closer(&mut summary.cumulative_eqd2_at_least, f64::max, low);
        }
        return;
    }
    let known = cumulative.as_ref().filter(|_| whole);
    summary.curves.extend(known.map(|estimated| curve("cumulative", &estimated.dvh)));
    summary.cumulative_eqd2 = row(known);
    summary.cumulative_eqd2_error = error(known);
    if doses.cumulative_recovered.is_some() {
        let without = organ.estimated(|doses| Some(&doses.cumulative)).filter(|_| whole && has_eqd2);
        summary.cumulative_eqd2_without_recovery = Some(row(without.as_ref()));
    }
    summary.cumulative_eqd2_at_least = cumulative.as_ref().filter(|_| !whole).map(Estimated::metrics);
}

/// The histogram of what is known for certain where a course enters by its maxima: the doses of the other courses, and what was
/// stated of every part of the structure.
pub(crate) fn lower_bound(
    context: &Context<'_>,
    structure: &str,
    organ: &MeasuredOrgan,
    recoveries: &[Recovery],
) -> Option<Dvh> {
    let tissue = &organ.doses.tissue;
    let mut sum = SampledDose::zero(organ.volumes_cc.len());
    for ((course, eqd2), recovery) in context.case.courses.iter().zip(&organ.doses.eqd2).zip(recoveries) {
        let is_known = course.doses().all(|dose| !context.alignment.bounded.contains(&dose.frame));
        match &course.incomplete {
            Some(entered) => {
                let terms = course.doses().next()?.fractionation().eqd2_terms(tissue);
                let gy = recovery.remaining() * terms.eqd2_gy(record::lower_bound_gy(entered, structure));
                sum.values_gy.iter_mut().for_each(|value| *value += gy);
            }
            None if is_known => sum.add(recovery.remaining(), eqd2),
            None => {}
        }
    }
    Dvh::of(&sum, &organ.volumes_cc)
}

fn curve(what: &str, dvh: &Dvh) -> DvhCurve {
    DvhCurve { what: what.to_owned(), points: dvh.curve(CURVE_POINTS) }
}

/// Left organs must lie to the left of right ones and of the middle of the body (H07).
pub(crate) fn check_sides(structures: &[Measured<'_>], findings: &mut Findings) {
    let centre_x = |measured: &Measured<'_>| {
        let samples = measured.samples.as_ref()?;
        let volume: f64 = samples.volumes_cc().iter().sum();
        let pairs = samples.positions_mm().iter().zip(samples.volumes_cc());
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

//! The pipeline.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use case::{Case, Findings, Objects, Settings};
use geometry::{Grid, Point};
use guidelines::{Classification, JudgedConstraint, Knowledge, OrganKind, spread};
use radiobiology::Schedule;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::align::Alignment;
use crate::alignments::Alignments;
use crate::budget::{Budget, budget};
use crate::clinical;
use crate::consequence::tell_consequences;
use crate::conversion::Conversions;
use crate::export::{bases, exported_doses, planning_grid};
use crate::judge::{classify_case, cord_scores, judge_all, not_drawn, said_instead};
use crate::model::{
    Assessment, CourseSummary, ExportedDose, ExportedRegions, PlanSummary, Provenance, ProvenanceInput, SCHEMA,
    SaidInstead,
};
use crate::overlay::{Overlay, overlays};
use crate::planner::{planner_doses, planner_regions};
use crate::response::{ResponseValue, responses};
use crate::review::Review;
use crate::structures::{Context, Measured, check_doublets, check_sides, fill_in, prepare};
use crate::views::{Scene, View, views};
use crate::watch::{Cancelled, Stage, Unwatched, Watch};

/// Why an assessment could not be computed at all.
#[derive(Debug, thiserror::Error)]
pub enum AssessmentError {
    /// The knowledge base is broken.
    #[error("{0}")]
    Knowledge(&'static guidelines::KnowledgeError),
    /// Doses were about to be added that must not be.
    #[error("accumulating the doses of the courses: {0}")]
    Dose(#[from] dose::DoseError),
    /// Whoever watched did not want it any longer.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Orders the objects into courses, with the models of the RBE of the knowledge base to choose from.
///
/// # Errors
/// When the knowledge base is broken.
pub fn order(objects: &Objects, settings: &Settings) -> Result<Case, AssessmentError> {
    let knowledge = Knowledge::builtin().map_err(AssessmentError::Knowledge)?;
    Ok(order_with(knowledge, objects, settings))
}

/// The images of a case, and of the other candidates for its current course, in their order among the objects: they must be loaded
/// where they are to be registered or shown.
///
/// # Errors
/// When the knowledge base is broken.
pub fn images(objects: &Objects, case: &Case, settings: &Settings) -> Result<BTreeSet<usize>, AssessmentError> {
    let of_case = |case: &Case| -> Vec<usize> { case.courses.iter().filter_map(|course| course.image).collect() };
    let mut images = BTreeSet::from_iter(of_case(case));
    for candidate in &settings.candidates {
        images.extend(of_case(&order(objects, &settings.with_candidate(&candidate.name))?));
    }
    Ok(images)
}

fn order_with(knowledge: &Knowledge, objects: &Objects, settings: &Settings) -> Case {
    case::order(objects, settings, &knowledge.rbe_models())
}

/// What an assessment is made from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    /// What is known about medicine.
    pub knowledge: &'a Knowledge,
    /// All objects; the images of the courses must be loaded where they are to be registered or shown.
    pub objects: &'a Objects,
    /// The objects in courses.
    pub case: &'a Case,
    /// What a person decided.
    pub settings: &'a Settings,
    /// Who is told how far it has come.
    pub watch: &'a dyn Watch,
}

/// Runs the pipeline on an ordered case, and on the other candidates for the current course, where the settings name some.
///
/// The images of the courses must be loaded where they are to be registered or shown. When something was refused
/// that the cumulative dose needs, the assessment holds courses and findings, and no numbers.
///
/// # Errors
/// When the knowledge base is broken, or doses of different basis were about to be added.
pub fn assess(objects: &Objects, case: &Case, settings: &Settings) -> Result<Assessment, AssessmentError> {
    assess_with(Knowledge::builtin().map_err(AssessmentError::Knowledge)?, objects, case, settings)
}

/// As [`assess`], with another knowledge base than that of the program, such as one with the limits of a centre.
///
/// # Errors
/// As [`assess`].
pub fn assess_with(
    knowledge: &Knowledge,
    objects: &Objects,
    case: &Case,
    settings: &Settings,
) -> Result<Assessment, AssessmentError> {
    let inputs = Inputs { knowledge, objects, case, settings, watch: &Unwatched };
    review(inputs, &mut Alignments::default(), |review| review.into_assessment())
}

/// Runs the pipeline and hands what it has measured to `body`, which may ask for more or change what can be followed at once.
///
/// `alignments` keeps what was found between the images: another run on the same objects need not register them again.
///
/// # Errors
/// As [`assess`], and when the watch has cancelled it.
pub fn review<R>(
    inputs: Inputs<'_>,
    alignments: &mut Alignments,
    body: impl FnOnce(Review<'_>) -> R,
) -> Result<R, AssessmentError> {
    let mut others = Vec::new();
    let assessed = inputs.settings.candidate().map(|candidate| candidate.name.clone());
    if let [_, _, ..] = inputs.settings.candidates.as_slice() {
        for candidate in
            inputs.settings.candidates.iter().filter(|candidate| Some(&candidate.name) != assessed.as_ref())
        {
            let settings = inputs.settings.with_candidate(&candidate.name);
            let case = order_with(inputs.knowledge, inputs.objects, &settings);
            let inputs = Inputs { case: &case, settings: &settings, ..inputs };
            others.push(assess_one(inputs, alignments, |review| review.into_assessment())?);
        }
    }
    assess_one(inputs, alignments, |mut review| {
        if !others.is_empty() {
            review.compare(&others);
        }
        body(review)
    })
}

fn assess_one<R>(
    inputs: Inputs<'_>,
    alignments: &mut Alignments,
    body: impl FnOnce(Review<'_>) -> R,
) -> Result<R, AssessmentError> {
    let Inputs { knowledge, objects, case, settings, watch } = inputs;
    let mut findings = case.findings.clone();
    let n_own = knowledge.constraints.iter().filter(|constraint| constraint.is_own).count();
    if n_own > 0 {
        let message = format!(
            "{n_own} limits are from a file of this centre and not from the knowledge base of the program: nobody else checked them"
        );
        findings.warn("H33", "limits", message);
    }
    clinical::check(knowledge, settings, &mut findings);
    let alignment = if findings.has_refusal() {
        Alignment::default()
    } else {
        watch.step(Stage::Aligning)?;
        alignments.of(objects, case, settings, &mut findings)
    };
    let settings = Arc::new(settings.clone());
    let context = Context { objects, case, settings, knowledge, alignment: &alignment, watch };
    let computed = if findings.has_refusal() || case.current().is_none() {
        Computed::refused(&context)
    } else {
        compute(&context, &mut findings)?
    };
    let Computed { results, structures, conversions } = computed;
    let mut assessment = Assessment {
        schema: SCHEMA,
        provisional: alignment.provisional,
        refused: results.refused,
        courses: courses(case, &context.settings),
        registrations: alignment.summaries.clone(),
        structures: results.structures,
        limit_spreads: spread(&results.constraints),
        no_limits: results.no_limits,
        not_drawn: results.not_drawn,
        constraints: results.constraints,
        scores: results.scores,
        classification: results.classification,
        findings: findings.into_sorted(),
        provenance: provenance(objects, &context.settings, knowledge),
        patient: case.patient.clone(),
        date: context.settings.case.assessment_date,
        signed: None,
        views: results.views,
        overlays: results.overlays,
        view_basis: results.view_basis,
        doses: results.doses,
        regions: results.regions,
        budget: results.budget,
        dose_responses: results.dose_responses,
        clinical: None,
        comparison: None,
        exported_registrations: alignment.exported.clone(),
    };
    assessment.clinical = Some(clinical::clinical(knowledge, &context.settings, case, &assessment));
    Ok(body(Review::new(context, structures, conversions, assessment)))
}

/// What was measured, with what it was measured from.
struct Computed<'a> {
    results: Results,
    structures: Vec<Measured<'a>>,
    conversions: Conversions,
}

impl Computed<'_> {
    fn refused(context: &Context<'_>) -> Self {
        Self { results: Results::refused(context), structures: Vec::new(), conversions: Conversions::default() }
    }
}

struct Results {
    refused: bool,
    structures: Vec<crate::model::StructureSummary>,
    constraints: Vec<JudgedConstraint>,
    no_limits: Vec<SaidInstead>,
    not_drawn: Vec<String>,
    scores: Vec<guidelines::CordScore>,
    classification: Classification,
    views: Vec<View>,
    overlays: Vec<Overlay>,
    view_basis: String,
    doses: Vec<ExportedDose>,
    regions: Vec<ExportedRegions>,
    budget: Option<Budget>,
    dose_responses: Vec<ResponseValue>,
}

impl Results {
    fn refused(context: &Context<'_>) -> Self {
        let stated = context.settings.irradiated_volume.isodose_percent;
        Self {
            refused: true,
            structures: Vec::new(),
            constraints: Vec::new(),
            no_limits: Vec::new(),
            not_drawn: Vec::new(),
            scores: Vec::new(),
            classification: Classification {
                kind: None,
                rule: "not classified: the computation was refused".to_owned(),
                overlap_cc: None,
                isodose_percent: stated.unwrap_or(context.knowledge.irradiated_volume.default_isodose_percent),
                answers: Vec::new(),
                source: "andratschke2022",
            },
            views: Vec::new(),
            overlays: Vec::new(),
            view_basis: String::new(),
            doses: Vec::new(),
            regions: Vec::new(),
            budget: None,
            dose_responses: Vec::new(),
        }
    }
}

fn compute<'a>(context: &Context<'a>, findings: &mut Findings) -> Result<Computed<'a>, AssessmentError> {
    let watch = context.watch;
    let mut structures = prepare(context, findings);
    if structures.is_empty() {
        return Ok(Computed::refused(context));
    }
    let n_structures = structures.len();
    let n_measured = AtomicUsize::new(0);
    let measure = |measured: &mut Measured<'_>| -> Result<Findings, AssessmentError> {
        watch.step(Stage::Measuring { done: n_measured.load(Ordering::Relaxed), all: n_structures })?;
        let mut own = Findings::new();
        fill_in(context, measured, &mut own)?;
        n_measured.fetch_add(1, Ordering::Relaxed);
        Ok(own)
    };
    let found: Vec<Result<Findings, AssessmentError>> = structures.par_iter_mut().map(measure).collect();
    for own in found {
        findings.extend(own?);
    }
    check_sides(&structures, findings);
    check_doublets(&structures, findings);
    watch.step(Stage::Judging)?;
    let constraints = judge_all(context, &structures);
    let no_limits = said_instead(context, &structures);
    let not_drawn = not_drawn(context, &structures);
    let scores = cord_scores(context, &structures);
    let classification = classify_case(context, &constraints, findings);
    watch.step(Stage::Accumulating)?;
    let grid = planning_grid(context, &structures);
    let bases = bases(&structures);
    let mut conversions = Conversions::default();
    let doses = exported_doses(context, (&structures, &bases), &mut conversions, findings)?;
    tell_consequences(context, &mut conversions, &mut structures, findings);
    watch.step(Stage::Budgeting)?;
    let budget = budget(context, &structures, &mut conversions, findings)?;
    let shown = doses.iter().find(|exported| !exported.is_background).or(doses.first());
    let for_planning = budget.as_ref().map(|budget| planner_doses(context, budget, &doses)).unwrap_or_default();
    let centre = place_of_concern(&structures, &constraints).or(grid.as_ref().map(Grid::centre_mm));
    let pictures = shown.zip(centre).map(|(dose, centre)| picture(context, &dose.dose, &structures, centre));
    let overlays = grid.as_ref().zip(centre).map(|(grid, centre)| overlays(context, grid, &centre));
    let results = Results {
        refused: false,
        view_basis: shown
            .map(|exported| {
                let is_bound = crate::record::entered(context.case).next().is_some();
                let bound = if is_bound { ", an upper bound: a course is known by its record only" } else { "" };
                let whose = if exported.is_background { "the prior courses" } else { "all courses" };
                format!("EQD2 ({}) of {whose}, no recovery{bound}", exported.alpha_beta)
            })
            .unwrap_or_default(),
        dose_responses: responses(context, &structures),
        structures: structures.iter().map(|measured| measured.summary.clone()).collect(),
        constraints,
        no_limits,
        not_drawn,
        scores,
        classification,
        views: pictures.unwrap_or_default(),
        overlays: overlays.unwrap_or_default(),
        regions: budget.iter().flat_map(|budget| planner_regions(context, budget)).collect(),
        doses: doses.into_iter().map(|exported| exported.dose).chain(for_planning).collect(),
        budget,
    };
    Ok(Computed { results, structures, conversions })
}

fn picture(context: &Context<'_>, dose: &ExportedDose, structures: &[Measured<'_>], centre: Point) -> Vec<View> {
    let image = context.case.current().and_then(|current| current.image);
    let image = image.and_then(|index| context.objects.images[index].voxels.as_ref());
    views(&Scene { image, dose: &dose.voxels, structures, centre })
}

/// The hottest point of the organ that comes closest to (or goes furthest beyond) a cumulative limit.
fn place_of_concern(structures: &[Measured<'_>], constraints: &[JudgedConstraint]) -> Option<Point> {
    let nearest = constraints
        .iter()
        .filter(|constraint| constraint.scope == guidelines::DoseScope::Cumulative)
        .filter_map(|constraint| {
            let used =
                constraint.value_gy.or(constraint.at_least_gy).or(constraint.at_most_gy)? / constraint.limit_gy?;
            Some((used, constraint.structure.as_str()))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name);
    let by_name = |name: &str| structures.iter().find(|measured| measured.roi.name == name);
    let target = || structures.iter().find(|measured| measured.summary.kind == Some(OrganKind::Target));
    let measured = nearest.and_then(by_name).or_else(target)?;
    let cumulative = &measured.doses.as_ref()?.doses.cumulative.values_gy;
    let samples = measured.samples.as_ref()?;
    let inside = (0..cumulative.len()).filter(|&index| samples.volumes_cc()[index] > 0.0);
    let hottest = inside.max_by(|&a, &b| cumulative[a].total_cmp(&cumulative[b]))?;
    Some(samples.positions_mm()[hottest])
}

fn courses(case: &Case, settings: &Settings) -> Vec<CourseSummary> {
    let summary = |course: &case::Course| CourseSummary {
        known_by_record: course.incomplete.is_some(),
        note: course.incomplete.as_ref().and_then(|entered| entered.note.clone()),
        id: course.id.clone(),
        label: course.label.clone(),
        role: course.role,
        start_date: course.start_date,
        end_date: course.end_date,
        is_to_come: course
            .start_date
            .zip(settings.case.assessment_date)
            .is_some_and(|(start, today)| course.role == case::Role::Current && start > today),
        interval_days: if course.role == case::Role::Current { Some(0) } else { course.interval_days },
        plans: course.plans.iter().map(|own| plan(settings, own)).collect(),
    };
    case.courses.iter().map(summary).collect()
}

fn plan(settings: &Settings, plan: &case::CoursePlan) -> PlanSummary {
    let decided = settings.plan(&plan.uid, &plan.label);
    let several = decided.schedule() != Schedule::OncePerDay;
    PlanSummary {
        rbe_model: decided.rbe_model,
        fractions_per_day: decided.fractions_per_day.filter(|_| several),
        hours_between: decided.hours_between.filter(|_| several),
        fraction_doses: plan.fraction_doses,
        label: plan.label.clone(),
        modality: plan.modality,
        fractions_planned: plan.fractions_planned,
        fractions_delivered: plan.fractions_delivered,
        dose_type: plan.dose_type.clone(),
        rbe_applied: match plan.rbe {
            radiobiology::Rbe::Factor(factor) => Some(factor),
            _ => None,
        },
        rbe_included: plan.rbe == radiobiology::Rbe::Included,
        prescription_gy: plan.prescription_gy,
    }
}

fn provenance(objects: &Objects, settings: &Settings, knowledge: &Knowledge) -> Provenance {
    let inputs = objects
        .inputs
        .iter()
        .map(|input| ProvenanceInput { sha256: input.sha256.clone(), kind: input.kind.clone() })
        .collect();
    Provenance {
        rert: env!("CARGO_PKG_VERSION"),
        inputs,
        settings_sha256: sha256(&settings.to_toml()),
        knowledge_sha256: sha256(&knowledge.text),
        knowledge_history: knowledge.history.clone(),
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

//! The pipeline.

use case::{Candidate, Case, Findings, Objects, Settings};
use geometry::{FrameOfReference, Grid, Point};
use guidelines::{Classification, JudgedConstraint, Knowledge, OrganKind, spread};
use radiobiology::Schedule;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::align::{Alignment, align};
use crate::budget::{Budget, budget};
use crate::clinical;
use crate::comparison::Comparison;
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
use crate::structures::{Context, Measured, check_doublets, check_sides, fill_in, prepare};
use crate::views::{Scene, View, views};

/// Why an assessment could not be computed at all.
#[derive(Debug, thiserror::Error)]
pub enum AssessmentError {
    /// The knowledge base is broken.
    #[error("{0}")]
    Knowledge(&'static guidelines::KnowledgeError),
    /// Doses were about to be added that must not be.
    #[error("accumulating the doses of the courses: {0}")]
    Dose(#[from] dose::DoseError),
}

/// Orders the objects into courses, with the models of the RBE of the knowledge base to choose from.
///
/// # Errors
/// When the knowledge base is broken.
pub fn order(objects: &Objects, settings: &Settings) -> Result<Case, AssessmentError> {
    let knowledge = Knowledge::builtin().map_err(AssessmentError::Knowledge)?;
    Ok(order_with(knowledge, objects, settings))
}

fn order_with(knowledge: &Knowledge, objects: &Objects, settings: &Settings) -> Case {
    case::order(objects, settings, &knowledge.rbe_models())
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
    let mut aligned = Aligned::default();
    let mut assessment = assess_one(knowledge, objects, case, settings, &mut aligned)?;
    if let [_, _, ..] = settings.candidates.as_slice() {
        let assessed = settings.candidate().map(|candidate| candidate.name.as_str());
        let mut others = Vec::new();
        for candidate in settings.candidates.iter().filter(|candidate| Some(candidate.name.as_str()) != assessed) {
            let own = settings.with_candidate(&candidate.name);
            let other = order_with(knowledge, objects, &own);
            others.push(assess_one(knowledge, objects, &other, &own, &mut aligned)?);
        }
        let mut left = others.iter();
        let is_assessed = |candidate: &Candidate| Some(candidate.name.as_str()) == assessed;
        let all = settings.candidates.iter();
        let in_order: Vec<&Assessment> = all
            .filter_map(|candidate| if is_assessed(candidate) { Some(&assessment) } else { left.next() })
            .collect();
        let comparison = Comparison::of(knowledge, settings, &in_order);
        assessment.comparison = Some(comparison);
    }
    Ok(assessment)
}

/// The alignment of the last case: candidates that share frames and images share it.
#[derive(Default)]
struct Aligned {
    found: Option<(Vec<Place>, Alignment, Findings)>,
}

/// What the alignment of a course depends on.
#[derive(PartialEq)]
struct Place {
    frames: Vec<FrameOfReference>,
    image: Option<usize>,
    structure_set: Option<usize>,
}

impl Aligned {
    fn of(&mut self, objects: &Objects, case: &Case, settings: &Settings) -> &(Vec<Place>, Alignment, Findings) {
        let place = |course: &case::Course| Place {
            frames: std::iter::once(&course.frame)
                .chain(course.doses().map(|dose| &dose.frame))
                .cloned()
                .collect(),
            image: course.image,
            structure_set: course.structure_set,
        };
        let places: Vec<Place> = case.courses.iter().map(place).collect();
        let found = self.found.take().filter(|(known, ..)| *known == places);
        self.found.insert(found.unwrap_or_else(|| {
            let mut findings = Findings::new();
            let alignment = align(objects, case, settings, &mut findings);
            (places, alignment, findings)
        }))
    }
}

fn assess_one(
    knowledge: &Knowledge,
    objects: &Objects,
    case: &Case,
    settings: &Settings,
    aligned: &mut Aligned,
) -> Result<Assessment, AssessmentError> {
    let mut findings = case.findings.clone();
    let n_own = knowledge.constraints.iter().filter(|constraint| constraint.is_own).count();
    if n_own > 0 {
        let message = format!(
            "{n_own} limits are from a file of this centre and not from the knowledge base of the program: nobody else checked them"
        );
        findings.warn("H33", "limits", message);
    }
    clinical::check(knowledge, settings, &mut findings);
    let nothing = Alignment::default();
    let alignment = if findings.has_refusal() {
        &nothing
    } else {
        let (_, alignment, of_alignment) = aligned.of(objects, case, settings);
        findings.extend(of_alignment.clone());
        alignment
    };
    let context = Context { objects, case, settings, knowledge, alignment };
    let results = if findings.has_refusal() || case.current().is_none() {
        Results::refused(&context)
    } else {
        compute(&context, &mut findings)?
    };
    let mut assessment = Assessment {
        schema: SCHEMA,
        provisional: alignment.provisional,
        refused: results.refused,
        courses: courses(case, settings),
        registrations: alignment.summaries.clone(),
        structures: results.structures,
        limit_spreads: spread(&results.constraints),
        no_limits: results.no_limits,
        not_drawn: results.not_drawn,
        constraints: results.constraints,
        scores: results.scores,
        classification: results.classification,
        findings: findings.into_sorted(),
        provenance: provenance(objects, settings, knowledge),
        patient: case.patient.clone(),
        date: settings.case.assessment_date,
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
    assessment.clinical = Some(clinical::clinical(knowledge, settings, case, &assessment));
    Ok(assessment)
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

fn compute(context: &Context<'_>, findings: &mut Findings) -> Result<Results, AssessmentError> {
    let mut structures = prepare(context, findings);
    if structures.is_empty() {
        return Ok(Results::refused(context));
    }
    let measure = |measured: &mut Measured<'_>| {
        let mut own = Findings::new();
        fill_in(context, measured, &mut own).map(|()| own)
    };
    let found: Vec<Result<Findings, dose::DoseError>> = structures.par_iter_mut().map(measure).collect();
    for own in found {
        findings.extend(own?);
    }
    check_sides(&structures, findings);
    check_doublets(&structures, findings);
    let constraints = judge_all(context, &structures);
    let no_limits = said_instead(context, &structures);
    let not_drawn = not_drawn(context, &structures);
    let scores = cord_scores(context, &structures);
    let classification = classify_case(context, &constraints, findings);
    let grid = planning_grid(context, &structures);
    let bases = bases(&structures);
    let mut conversions = Conversions::default();
    let doses = exported_doses(context, (&structures, &bases), &mut conversions, findings)?;
    tell_consequences(context, &mut conversions, &mut structures, findings);
    let budget = budget(context, &structures, &mut conversions, findings)?;
    let shown = doses.iter().find(|exported| !exported.is_background).or(doses.first());
    let for_planning = budget.as_ref().map(|budget| planner_doses(context, budget, &doses)).unwrap_or_default();
    let centre = place_of_concern(&structures, &constraints).or(grid.as_ref().map(Grid::centre_mm));
    let pictures = shown.zip(centre).map(|(dose, centre)| picture(context, &dose.dose, &structures, centre));
    let overlays = grid.as_ref().zip(centre).map(|(grid, centre)| overlays(context, grid, &centre));
    Ok(Results {
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
        structures: structures.into_iter().map(|measured| measured.summary).collect(),
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
    })
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

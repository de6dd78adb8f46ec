//! A record for a registry: what an assessment holds without identity, and what a person adds.

use case::settings::RegistrySettings;
use case::{Modality, Role, Settings};
use chrono::NaiveDate;
use dose::Metrics;
use guidelines::OrganKind;
use guidelines::outcomes::{QuestionnaireResult, ToxicityResult};
use serde::Serialize;

use crate::model::Assessment;

/// Name and version of the JSON form.
pub const REGISTRY_SCHEMA: &str = "rert-registry/1";

/// The whole record. It holds no name, birth date, ID or UID, and names structures only by their standard name.
#[derive(Clone, Debug, Serialize)]
pub struct RegistryRecord {
    /// Name and version of the form.
    pub schema: &'static str,
    /// As a person states it; never derived from the identity.
    pub pseudonym: Option<String>,
    /// Whether the current course is reirradiation by the ESTRO–EORTC types; nothing while a question is open.
    pub involves_reirradiation: Option<bool>,
    /// The type.
    pub rert_type: Option<&'static str>,
    /// The rule that decided.
    pub rert_rule: String,
    /// What a person adds.
    pub stated: RegistrySettings,
    /// Whether it rests on a registration that nobody accepted.
    pub provisional: bool,
    /// Whether the cumulative dose was refused.
    pub refused: bool,
    /// Courses in time, the current one last.
    pub courses: Vec<RegistryCourse>,
    /// How prior courses were brought into the current frame.
    pub registrations: Vec<RegistryRegistration>,
    /// Organs at risk that have a standard name.
    pub organs: Vec<RegistryOrgan>,
    /// Scores that were computed.
    pub scores: Vec<RegistryScore>,
    /// Harm by CTCAE version 5.
    pub ctcae: Vec<ToxicityResult>,
    /// Questionnaires.
    pub patient_reported_outcomes: Vec<QuestionnaireResult>,
    /// Version of the program.
    pub rert: &'static str,
    /// Hash of the knowledge base, which is the version of its models.
    pub knowledge_sha256: String,
}

/// A course.
#[derive(Clone, Debug, Serialize)]
pub struct RegistryCourse {
    /// `C1`, `C2`, …
    pub course_index: String,
    /// Prior or current.
    pub course_role: Role,
    /// First day.
    pub start_date: Option<NaiveDate>,
    /// Last day.
    pub end_date: Option<NaiveDate>,
    /// Days to the current course.
    pub interval_days: Option<i64>,
    /// Whether no dose of it came as DICOM.
    pub known_by_record: bool,
    /// Plans.
    pub plans: Vec<RegistryPlan>,
}

/// A plan.
#[derive(Clone, Debug, Serialize)]
pub struct RegistryPlan {
    /// What irradiates.
    pub modality: Modality,
    /// Prescription.
    pub prescription_gy: Option<f64>,
    /// Fractions delivered.
    pub fractions_delivered: u32,
    /// Fractions planned.
    pub fractions_planned: u32,
    /// Constant RBE that was applied.
    pub rbe_applied: Option<f64>,
    /// Whether the exported dose held it.
    pub rbe_included: bool,
    /// Model by which it follows the LETd.
    pub rbe_model: Option<String>,
    /// Fractions a day, where there were several.
    pub fractions_per_day: Option<u32>,
}

/// A registration.
#[derive(Clone, Debug, Serialize)]
pub struct RegistryRegistration {
    /// Course.
    pub course: String,
    /// How it was made.
    pub method: String,
    /// Whether a person accepted it.
    pub accepted: bool,
    /// Measures of its quality.
    pub quality: serde_json::Map<String, serde_json::Value>,
}

/// Cumulative measures of an organ with their basis.
#[derive(Clone, Debug, Serialize)]
pub struct RegistryOrgan {
    /// Standard name.
    pub organ: String,
    /// What the measures are.
    pub quantity: &'static str,
    /// α/β.
    pub alpha_beta_gy: f64,
    /// Where it is from.
    pub alpha_beta_source: Option<String>,
    /// Recovery that was assumed.
    pub recovery: f64,
    /// Its model.
    pub recovery_model: Option<String>,
    /// Kinetics of repair, where plans had several fractions a day.
    pub repair: Option<crate::SettledRepair>,
    /// Measures; empty where only bounds are known.
    pub cumulative: Metrics,
    /// Lower bounds.
    pub at_least: Option<Metrics>,
    /// Upper bounds.
    pub at_most: Option<Metrics>,
}

/// A score with its result.
#[derive(Clone, Debug, Serialize)]
pub struct RegistryScore {
    /// Stable name.
    pub id: String,
    /// Points or ratio.
    pub value: Option<f64>,
    /// Group.
    pub class: Option<String>,
}

/// The record of an assessment.
pub fn registry_record(assessment: &Assessment, settings: &Settings) -> RegistryRecord {
    let kind = assessment.classification.kind;
    let clinical = assessment.clinical.as_ref();
    RegistryRecord {
        schema: REGISTRY_SCHEMA,
        pseudonym: settings.registry.pseudonym.clone(),
        involves_reirradiation: kind.map(|kind| kind.starts_with("type-")),
        rert_type: kind,
        rert_rule: assessment.classification.rule.clone(),
        stated: RegistrySettings { pseudonym: None, ..settings.registry.clone() },
        provisional: assessment.provisional,
        refused: assessment.refused,
        courses: assessment.courses.iter().map(course).collect(),
        registrations: assessment.registrations.iter().map(registration).collect(),
        organs: assessment.structures.iter().filter_map(organ).collect(),
        scores: scores(assessment),
        ctcae: clinical.map(|clinical| harm(&clinical.toxicities)).unwrap_or_default(),
        patient_reported_outcomes: clinical.map(|clinical| clinical.questionnaires.clone()).unwrap_or_default(),
        rert: assessment.provenance.rert,
        knowledge_sha256: assessment.provenance.knowledge_sha256.clone(),
    }
}

fn course(course: &crate::model::CourseSummary) -> RegistryCourse {
    let plan = |plan: &crate::model::PlanSummary| RegistryPlan {
        modality: plan.modality,
        prescription_gy: plan.prescription_gy,
        fractions_delivered: plan.fractions_delivered,
        fractions_planned: plan.fractions_planned,
        rbe_applied: plan.rbe_applied,
        rbe_included: plan.rbe_included,
        rbe_model: plan.rbe_model.clone(),
        fractions_per_day: plan.fractions_per_day,
    };
    RegistryCourse {
        course_index: course.id.clone(),
        course_role: course.role,
        start_date: course.start_date,
        end_date: course.end_date,
        interval_days: course.interval_days,
        known_by_record: course.known_by_record,
        plans: course.plans.iter().map(plan).collect(),
    }
}

fn registration(summary: &crate::model::RegistrationSummary) -> RegistryRegistration {
    RegistryRegistration {
        course: summary.course.clone(),
        method: summary.kind.to_owned(),
        accepted: summary.accepted,
        quality: summary.quality.clone(),
    }
}

/// Terms of CTCAE only, without the words that somebody typed.
fn harm(seen: &[ToxicityResult]) -> Vec<ToxicityResult> {
    let known = seen.iter().filter(|harm| harm.problem.is_none());
    known.map(|harm| ToxicityResult { attribution: None, ..harm.clone() }).collect()
}

/// A measure without its basis is not exported, and a name that somebody typed may hold anything.
fn organ(structure: &crate::model::StructureSummary) -> Option<RegistryOrgan> {
    let organ = structure.standard_name.clone().filter(|_| structure.kind == Some(OrganKind::Oar))?;
    Some(RegistryOrgan {
        organ,
        quantity: "EQD2",
        alpha_beta_gy: structure.alpha_beta_gy?,
        alpha_beta_source: structure.alpha_beta_source.clone(),
        recovery: structure.recovery,
        recovery_model: structure.recovery_model.clone(),
        repair: structure.repair.clone(),
        cumulative: structure.cumulative_eqd2.clone(),
        at_least: structure.cumulative_eqd2_at_least.clone(),
        at_most: structure.cumulative_eqd2_at_most.clone(),
    })
}

fn scores(assessment: &Assessment) -> Vec<RegistryScore> {
    let of_site = assessment.clinical.iter().flat_map(|clinical| &clinical.scores);
    let computed = of_site.filter_map(|score| match &score.state {
        guidelines::selection::ScoreState::Computed { value, class, .. } => {
            Some(RegistryScore { id: score.id.clone(), value: *value, class: class.clone() })
        }
        _ => None,
    });
    let cord = assessment.scores.iter().map(|score| RegistryScore {
        id: score.id.clone(),
        value: Some(score.points),
        class: Some(score.group.clone()),
    });
    computed.chain(cord).collect()
}

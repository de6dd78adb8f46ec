//! What a report of the case holds already, item by item.

use std::collections::BTreeMap;

use case::{Case, Role, Settings};
use guidelines::OrganKind;
use guidelines::reporting::FilledFrom;

use super::Clinical;
use crate::TargetState;
use crate::model::{Assessment, CourseSummary};

/// Items by their id, with who filled them.
type Known = BTreeMap<String, (FilledFrom, String)>;

/// Items that the objects, the computation or another statement fill. An identity is named and not repeated.
pub(super) fn known(settings: &Settings, case: &Case, assessment: &Assessment, clinical: &Clinical) -> Known {
    let mut known = Known::new();
    let mut fill = |ids: &[&str], from: FilledFrom, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            ids.iter().for_each(|id| {
                known.entry((*id).to_owned()).or_insert((from, value.clone()));
            });
        }
    };
    recurrence(settings, &mut fill);
    patient(case, clinical, &mut fill);
    residual_harm(case, clinical, &mut fill);
    settings_of_registry(settings, &mut fill);
    courses(assessment, &mut fill);
    prior_courses(settings, case, assessment, &mut fill);
    doses(assessment, &mut fill);
    if !assessment.refused {
        let plans = || assessment.courses.iter().flat_map(|course| &course.plans);
        let repair = if plans().any(|plan| plan.fractions_per_day.is_some()) { ", incomplete repair" } else { "" };
        let rbe = if plans().any(|plan| plan.rbe_model.is_some()) { ", RBE by LETd" } else { "" };
        let model = format!("linear-quadratic{repair}{rbe}");
        fill(&["cumulative-dose.radiobiological-model"], FilledFrom::Computed, Some(model));
    }
    let drugs = settings.drugs.iter().map(|given| {
        let end = given.end.map_or("going on".to_owned(), |end| format!("to {end}"));
        format!("{} from {} {end}", given.drug, given.start)
    });
    let drugs: Vec<String> = drugs.collect();
    fill(
        &["systemic-therapy.systemic-agent", "systemic-therapy.systemic-timing"],
        FilledFrom::Person,
        Some(drugs.join("; ")),
    );
    let harm =
        clinical.toxicities.iter().filter(|harm| harm.problem.is_none()).map(|harm| {
            format!("{} grade {} on {}", harm.term.as_deref().unwrap_or(&harm.id), harm.grade, harm.date)
        });
    let harm: Vec<String> = harm.collect();
    fill(&["ctcae-toxicity", "follow-up.toxicity"], FilledFrom::Person, Some(harm.join("; ")));
    let filled = clinical.questionnaires.iter().map(|filled| format!("{} on {}", filled.title, filled.date));
    fill(&["follow-up.pro-instrument"], FilledFrom::Person, Some(filled.collect::<Vec<_>>().join("; ")));
    known
}

fn patient(case: &Case, clinical: &Clinical, fill: &mut impl FnMut(&[&str], FilledFrom, Option<String>)) {
    let has_age = case.patient.birth_date.is_some();
    let has_sex = !case.patient.sex.is_empty();
    let head = || Some("in the head of the report".to_owned());
    fill(&["patient.age"], FilledFrom::Dicom, has_age.then(head).flatten());
    fill(&["patient.sex"], FilledFrom::Dicom, has_sex.then(head).flatten());
    fill(&["demographics"], FilledFrom::Dicom, (has_age && has_sex).then(head).flatten());
    let status = [("ecog", "ECOG"), ("kps_percent", "Karnofsky")].into_iter().find_map(|(id, scale)| {
        let answer = clinical.answers.iter().find(|used| used.id == id)?;
        Some(format!("{scale} {}", answer.answer.words()))
    });
    fill(&["performance-status", "patient.performance-status"], FilledFrom::Person, status);
}

/// What is treated and where it lies towards the earlier high dose: both are for a person to state.
fn recurrence(settings: &Settings, fill: &mut impl FnMut(&[&str], FilledFrom, Option<String>)) {
    let stated =
        |id: &str| settings.reporting.get(id).or_else(|| settings.reporting.get(&format!("tumour.{id}"))).cloned();
    let of_registry = settings.registry.rert_reason.map(|relation| {
        match relation {
            case::FieldRelation::InField => "in field",
            case::FieldRelation::OutOfField => "out of field",
            case::FieldRelation::Marginal => "marginal",
        }
        .to_owned()
    });
    let relation = stated("relation-to-prior-dose").or(of_registry);
    let both = stated("nature-of-disease").zip(relation).map(|(nature, relation)| format!("{nature}, {relation}"));
    fill(&["recurrence-classification"], FilledFrom::Person, both);
}

/// Harm that was seen after a prior course and before the current one.
fn residual_harm(case: &Case, clinical: &Clinical, fill: &mut impl FnMut(&[&str], FilledFrom, Option<String>)) {
    let Some(start) = case.current().and_then(|course| course.start_date) else { return };
    let first = case.prior().filter_map(|course| course.start_date).min();
    let is_left = |harm: &&guidelines::outcomes::ToxicityResult| {
        harm.problem.is_none() && harm.date <= start && first.is_some_and(|first| harm.date >= first)
    };
    let told =
        clinical.toxicities.iter().filter(is_left).map(|harm| {
            format!("{} grade {} on {}", harm.term.as_deref().unwrap_or(&harm.id), harm.grade, harm.date)
        });
    fill(&["patient.residual-toxicity"], FilledFrom::Person, Some(told.collect::<Vec<_>>().join("; ")));
}

/// What stands under `[registry]` is not asked for twice.
fn settings_of_registry(settings: &Settings, fill: &mut impl FnMut(&[&str], FilledFrom, Option<String>)) {
    let stated = |id: &str| settings.reporting.contains_key(id);
    let intent = settings.registry.intent.map(|intent| match intent {
        case::Intent::Curative => "curative".to_owned(),
        case::Intent::Palliative => "palliative".to_owned(),
    });
    // A person's own words for the report go before the code for a registry.
    if !stated("intent") && !stated("indication.intent") {
        fill(&["indication.intent"], FilledFrom::Person, intent);
    }
    if !stated("mdt-decision") && !stated("indication.mdt-decision") {
        fill(&["indication.mdt-decision"], FilledFrom::Person, settings.registry.mdt_decision.clone());
    }
}

/// Radiation, completion, doses of organs and drugs of the prior courses.
fn prior_courses(
    settings: &Settings,
    case: &Case,
    assessment: &Assessment,
    fill: &mut impl FnMut(&[&str], FilledFrom, Option<String>),
) {
    let prior = || assessment.courses.iter().filter(|course| course.role == Role::Prior);
    let radiation = prior().flat_map(|course| &course.plans).map(|plan| {
        let rbe = match (plan.rbe_applied, plan.rbe_included, &plan.rbe_model) {
            (_, _, Some(model)) => format!(", RBE by the model {model}"),
            (Some(rbe), ..) => format!(", RBE {rbe} applied"),
            (None, true, _) => ", RBE included in the dose".to_owned(),
            (None, false, _) => String::new(),
        };
        format!("{}: {}{rbe}", plan.label, plan.modality.as_str())
    });
    let radiation: Vec<String> = radiation.collect();
    fill(&["previous-course.prior-particle-rbe"], FilledFrom::Dicom, Some(radiation.join("; ")));
    let is_known = |plan: &case::CoursePlan| {
        let stated = settings.plan(&plan.uid, &plan.label);
        stated.fractions_delivered.is_some() || stated.end_date.is_some()
    };
    let completed = case.prior().flat_map(|course| &course.plans).filter(|plan| is_known(plan)).map(|plan| {
        format!("{}: {} of {} fractions", plan.label, plan.fractions_delivered, plan.fractions_planned)
    });
    let completed: Vec<String> = completed.collect();
    fill(&["previous-course.prior-completion"], FilledFrom::Person, Some(completed.join("; ")));
    let n = assessment.structures.iter().filter(|own| own.kind == Some(OrganKind::Oar)).count();
    let organs = (n > 0 && !assessment.refused).then(|| "course by course, in the table of organs".to_owned());
    fill(&["previous-course.prior-oar-doses"], FilledFrom::Computed, organs);
    let during = settings.drugs.iter().filter(|given| {
        case.prior().any(|course| {
            let last = course.end_date.or(course.start_date);
            course
                .start_date
                .zip(last)
                .is_some_and(|(first, last)| given.start <= last && given.end.is_none_or(|end| end >= first))
        })
    });
    let during: Vec<&str> = during.map(|given| given.drug.as_str()).collect();
    fill(&["previous-course.prior-systemic"], FilledFrom::Person, Some(during.join("; ")));
    let image = case.current().and_then(|course| course.image).is_some();
    fill(
        &["planning.planning-imaging"],
        FilledFrom::Dicom,
        image.then(|| "planning CT of the current course".to_owned()),
    );
}

fn prescriptions(course: &CourseSummary) -> Vec<String> {
    let one = |plan: &crate::model::PlanSummary| {
        let dose = plan.prescription_gy.map_or("dose not known".to_owned(), |gy| format!("{gy} Gy"));
        let (delivered, planned) = (plan.fractions_delivered, plan.fractions_planned);
        let fractions = if course.is_to_come {
            format!("{planned} planned fractions")
        } else {
            format!("{delivered} of {planned} fractions")
        };
        format!("{}: {dose} in {fractions}, {}", course.id, plan.modality.as_str())
    };
    course.plans.iter().map(one).collect()
}

fn courses(assessment: &Assessment, fill: &mut impl FnMut(&[&str], FilledFrom, Option<String>)) {
    let of_role = |role: Role| assessment.courses.iter().filter(move |course| course.role == role);
    let joined = |role: Role, of: &dyn Fn(&CourseSummary) -> Vec<String>| -> Option<String> {
        Some(of_role(role).flat_map(of).collect::<Vec<_>>().join("; "))
    };
    let dates = |course: &CourseSummary| -> Vec<String> {
        let start = course.start_date.map(|start| format!("{}: from {start}", course.id));
        start
            .map(|start| course.end_date.map_or(start.clone(), |end| format!("{start} to {end}")))
            .into_iter()
            .collect()
    };
    fill(&["planning.dose-fractionation"], FilledFrom::Dicom, joined(Role::Current, &prescriptions));
    let of_all: Vec<String> = assessment.courses.iter().flat_map(prescriptions).collect();
    fill(&["technique-and-dose"], FilledFrom::Dicom, Some(of_all.join("; ")));
    fill(
        &["previous-course.prior-prescription", "previous-course.prior-technique"],
        FilledFrom::Dicom,
        joined(Role::Prior, &prescriptions),
    );
    fill(&["previous-course.dates"], FilledFrom::Dicom, joined(Role::Prior, &dates));
    let interval = |course: &CourseSummary| -> Vec<String> {
        let start = assessment.courses.iter().find(|own| own.role == Role::Current).and_then(|own| own.start_date);
        let from = course.end_date.map(|end| format!("last day {end}"));
        let from =
            from.or_else(|| course.start_date.map(|start| format!("first day {start}, the last is not known")));
        let days = course.interval_days.zip(from).zip(start);
        days.map(|((days, from), until)| format!("{}: {days} days, from its {from} to {until}", course.id))
            .into_iter()
            .collect()
    };
    fill(&["interval", "previous-course.interval"], FilledFrom::Dicom, joined(Role::Prior, &interval));
    let n = of_role(Role::Prior).count();
    fill(&["type.n-prior-courses"], FilledFrom::Dicom, (n > 0).then(|| n.to_string()));
    let source = |course: &CourseSummary| {
        vec![format!("{}: {}", course.id, if course.known_by_record { "record only" } else { "DICOM" })]
    };
    fill(&["cumulative-dose.prior-dose-source"], FilledFrom::Dicom, joined(Role::Prior, &source));
}

fn doses(assessment: &Assessment, fill: &mut impl FnMut(&[&str], FilledFrom, Option<String>)) {
    let structures = assessment.structures.iter();
    let of_kind = |kind: OrganKind| structures.clone().filter(move |structure| structure.kind == Some(kind));
    let targets = of_kind(OrganKind::Target)
        .filter(|target| target.target_state != Some(TargetState::Earlier))
        .filter_map(|target| Some(format!("{} {:.1} cc", target.name, target.volume_cc?)));
    fill(&["target-volume"], FilledFrom::Dicom, Some(targets.collect::<Vec<_>>().join("; ")));
    let is_known = |organ: &&crate::model::StructureSummary| {
        organ.cumulative_eqd2.mean_gy.is_some() || organ.cumulative_eqd2_at_most.is_some()
    };
    let n = of_kind(OrganKind::Oar).filter(is_known).count();
    let organs = (n > 0).then(|| format!("{n} organs, in the tables of organs and limits"));
    fill(&["cumulative-oar-dose", "cumulative-dose.cumulative-metrics"], FilledFrom::Computed, organs.clone());
    fill(
        &["cumulative-dose.alpha-beta"],
        FilledFrom::Computed,
        organs.as_ref().map(|_| "organ by organ, in the table of organs".to_owned()),
    );
    let recovered = assessment.structures.iter().any(|structure| structure.recovery > 0.0);
    let recovery = if recovered { "as stated by structure" } else { "none" };
    fill(
        &["cumulative-dose.recovery-assumption"],
        FilledFrom::Computed,
        organs.as_ref().map(|_| recovery.to_owned()),
    );
    let maps: Vec<String> = assessment
        .registrations
        .iter()
        .map(|map| format!("{}{}", map.kind, if map.accepted { ", accepted" } else { ", not accepted yet" }))
        .collect();
    fill(&["cumulative-dose.registration-method"], FilledFrom::Computed, Some(maps.join("; ")));
    let method = (n > 0 && !maps.is_empty()).then(|| {
        format!(
            "EQD2 converted on each native grid, mapped ({}), added at the points of each organ",
            maps.join("; ")
        )
    });
    fill(&["summation-method", "cumulative-dose.summation-method"], FilledFrom::Computed, method);
    let kind = assessment.classification.kind.map(|kind| format!("{kind}: {}", assessment.classification.rule));
    fill(&["type.rert-type"], FilledFrom::Computed, kind);
    let overlap = assessment.classification.overlap_cc.map(|cc| format!("{cc:.1} cc"));
    fill(&["cumulative-dose.overlap-volume"], FilledFrom::Computed, overlap);
}

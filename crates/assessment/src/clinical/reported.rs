//! What a report of the case holds already, item by item.

use std::collections::BTreeMap;

use case::{Case, Role, Settings};
use guidelines::OrganKind;
use guidelines::reporting::FilledFrom;

use super::Clinical;
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
    patient(case, clinical, &mut fill);
    courses(assessment, &mut fill);
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

fn prescriptions(course: &CourseSummary) -> Vec<String> {
    let one = |plan: &crate::model::PlanSummary| {
        let dose = plan.prescription_gy.map_or("dose not known".to_owned(), |gy| format!("{gy} Gy"));
        format!(
            "{dose} in {} of {} fractions, {}",
            plan.fractions_delivered,
            plan.fractions_planned,
            plan.modality.as_str()
        )
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
    fill(
        &["technique-and-dose", "planning.dose-fractionation"],
        FilledFrom::Dicom,
        joined(Role::Current, &prescriptions),
    );
    fill(
        &["previous-course.prior-prescription", "previous-course.prior-technique"],
        FilledFrom::Dicom,
        joined(Role::Prior, &prescriptions),
    );
    fill(&["previous-course.dates"], FilledFrom::Dicom, joined(Role::Prior, &dates));
    let interval = |course: &CourseSummary| -> Vec<String> {
        course.interval_days.map(|days| format!("{}: {days} days", course.id)).into_iter().collect()
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
    fill(&["recurrence-classification", "type.rert-type"], FilledFrom::Computed, kind);
    let overlap = assessment.classification.overlap_cc.map(|cc| format!("{cc:.1} cc"));
    fill(&["cumulative-dose.overlap-volume"], FilledFrom::Computed, overlap);
}

//! Two plans for the current course side by side.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod support;

use assessment::Assessment;
use assessment::comparison::{ComparedLimit, Comparison};
use case::Severity;
use dicom_core::VR;
use guidelines::DoseScope;
use phantom::{ObjectKind, SyntheticPatient};
use support::*;

/// The patient with a second plan for the current course, of three quarters of the dose.
fn with_two_plans() -> SyntheticPatient {
    with(|patient| {
        let scaling: f64 = text(dose(patient, 2), tags::DOSE_GRID_SCALING).trim().parse().unwrap();
        let mut second = twin_object(patient, ObjectKind::Plan, 2, "2.25.4900");
        put(&mut second.object, tags::RT_PLAN_LABEL, VR::SH, "GENTLE");
        let mut its_dose = twin_object(patient, ObjectKind::Dose, 2, "2.25.4901");
        put(&mut its_dose.object, tags::DOSE_GRID_SCALING, VR::DS, &format!("{:.9e}", scaling * 0.75));
        each_item(&mut its_dose.object, REFERENCED_RT_PLAN_SEQUENCE, |item| {
            put(item, tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, "2.25.4900");
        });
        patient.files.extend([second, its_dose]);
    })
}

fn candidates() -> String {
    let first = order(&patient(), "").courses[1].plans[0].label.clone();
    format!(
        "[[candidate]]\nname = \"as planned\"\nplans = [\"{first}\"]\n[[candidate]]\nname = \"gentle\"\nplans = [\"GENTLE\"]\n"
    )
}

fn cumulative_maximum(comparison: &Comparison) -> &ComparedLimit {
    let is_it = |limit: &&ComparedLimit| {
        let known = limit.values.iter().all(|value| value.as_ref().is_some_and(|value| value.value_gy.is_some()));
        limit.structure == "cord" && limit.scope == DoseScope::Cumulative && known
    };
    comparison.limits.iter().find(is_it).unwrap()
}

fn value(result: &Assessment, limit: &ComparedLimit) -> f64 {
    let same = |found: &&guidelines::JudgedConstraint| found.id == limit.id && found.structure == limit.structure;
    result.constraints.iter().find(same).unwrap().value_gy.unwrap()
}

#[test]
fn candidates_are_assessed_as_if_each_stood_alone() {
    let both = with_two_plans();
    let result = assess(&both, &candidates());
    let comparison = result.comparison.as_ref().unwrap();
    assert_eq!(comparison.assessed, "as planned");
    let limit = cumulative_maximum(comparison);
    let values: Vec<_> = limit.values.iter().map(|value| value.as_ref().unwrap()).collect();
    // The first is the patient without the second plan; the whole assessment is about it.
    let alone = assess(&patient(), "");
    assert_eq!(values[0].value_gy, Some(value(&alone, limit)));
    assert_eq!(value(&result, limit), value(&alone, limit));
    // The second is what an assessment of it alone says, from the command of another candidate.
    let other = assess(&both, &format!("[case]\ncandidate = \"gentle\"\n{}", candidates()));
    assert_eq!(values[1].value_gy, Some(value(&other, limit)));
    assert_eq!(other.comparison.as_ref().unwrap().assessed, "gentle");
    assert!(values[1].value_gy < values[0].value_gy);
    // The part of the budget is that of the rest which the prior courses leave.
    let rows = &result.budget.as_ref().unwrap().limits;
    let row = rows.iter().find(|row| row.id == limit.id && row.structure == "cord").unwrap();
    let prior = row.prior_gy.unwrap();
    let used = 100.0 * (values[0].value_gy.unwrap() - prior) / (row.limit_gy - prior);
    assert!((values[0].budget_used_percent.unwrap() - used).abs() < 1e-9, "{used} {:?}", values[0]);
    // Three quarters of the dose to the target.
    let target = comparison.targets.iter().find(|target| target.structure == "PTV30").unwrap();
    let dose = |index: usize| target.values[index].as_ref().unwrap().current_d95_percent_gy.unwrap();
    assert!((dose(1) / dose(0) - 0.75).abs() < 1e-4);
}

#[test]
fn h43_differences_of_probabilities_carry_the_warning_and_an_example_of_a_rule() {
    let chosen = "[comparison]\nresponses = [\"vargo2021-local-control-3y\"]\n";
    let text = format!("{chosen}[budget]\ntarget = \"PTV30\"\n{}", candidates());
    let result = assess(&with_two_plans(), &text);
    let comparison = result.comparison.as_ref().unwrap();
    assert!(comparison.warning.contains("not calibrated for reirradiation"));
    assert!(!comparison.responses.is_empty());
    let control = comparison.responses.iter().find(|found| found.response.id.starts_with("vargo2021")).unwrap();
    let points: Vec<_> = control.values.iter().map(|point| point.unwrap()).collect();
    assert_eq!(control.response.structure, "PTV30");
    assert!(points[1].probability < points[0].probability, "less dose controls less");
    let difference = 100.0 * (points[1].probability - points[0].probability);
    assert!((points[1].difference_percent.unwrap() - difference).abs() < 1e-9);
    let excluded = ["milano2021-optic-neuropathy", "miften2021-liver-enzymes"];
    assert!(comparison.responses.iter().all(|found| !excluded.contains(&found.response.id.as_str())));
    assert_eq!(comparison.rules.len(), 3);
    assert!(comparison.rules.iter().all(|rule| rule.outcomes[0].is_none()), "the first is compared with nothing");
}

#[test]
fn control_of_a_tumour_is_not_computed_where_several_targets_are_drawn_and_none_is_said_to_be_treated() {
    let text = format!("[comparison]\nresponses = [\"vargo2021-local-control-3y\"]\n{}", candidates());
    let result = assess(&with_two_plans(), &text);
    let comparison = result.comparison.as_ref().unwrap();
    let controls: Vec<_> =
        comparison.responses.iter().filter(|found| found.response.id.starts_with("vargo2021")).collect();
    let drawn: Vec<&str> = controls.iter().map(|control| control.response.structure.as_str()).collect();
    assert_eq!(drawn, ["GTV_re", "PTV30"]);
    for control in controls {
        assert!(control.values.iter().all(Option::is_none));
        assert!(control.response.reason.as_ref().unwrap().contains("which one is treated"));
    }
}

#[test]
fn candidates_that_cannot_be_meant_are_refused() {
    let both = with_two_plans();
    let unknown = order(&both, "[[candidate]]\nname = \"a\"\nplans = [\"NOBODY\"]");
    assert!(has(unknown.findings.as_slice(), "H48", Severity::Refuse));
    for broken in [
        "[[candidate]]\nname = \"a\"\nplans = []",
        "[[candidate]]\nname = \"a\"\nplans = [\"x\"]\n[[candidate]]\nname = \"a\"\nplans = [\"y\"]",
        "[case]\ncandidate = \"b\"\n[[candidate]]\nname = \"a\"\nplans = [\"x\"]",
        "[case]\ncurrent_course = \"C1\"\n[[candidate]]\nname = \"a\"\nplans = [\"x\"]",
    ] {
        assert!(case::Settings::from_toml(broken).is_err(), "{broken}");
    }
    // Without candidates the two plans may have been given in one session.
    assert!(has(order(&both, "").findings.as_slice(), "H25", Severity::Refuse));
    assert!(!order(&both, &candidates()).findings.has_refusal());
}

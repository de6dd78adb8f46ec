//! How plans were given: fractions of one day, doses of single fractions, an RBE that follows the LETd, a course without a plan.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod support;

use assessment::{Assessment, StructureSummary};
use case::{Case, FractionDoses, Severity};
use dicom_core::VR;
use guidelines::{Knowledge, Verdict};
use phantom::{ObjectKind, SyntheticPatient};
use radiobiology::{AlphaBeta, NumberOfFractions};
use support::*;

fn label(course: usize) -> String {
    order(&patient(), "").courses[course - 1].plans[0].label.clone()
}

/// Largest absorbed dose and EQD2 of a course in a structure.
fn maxima(structure: &StructureSummary, course: usize) -> [f64; 2] {
    let of_course = &structure.courses[course - 1];
    [of_course.absorbed.max_gy.unwrap(), of_course.eqd2.max_gy.unwrap()]
}

#[test]
fn thames1985_several_fractions_a_day_raise_the_eqd2_of_organs_whose_repair_is_known() {
    let settings = |hours: f64| {
        format!(
            "[[plan]]\nplan = \"{}\"\nfractions_per_day = 2\nhours_between = {hours:.1}\n[budget]\nfractions = [5]",
            label(1)
        )
    };
    let result = assess(&patient(), &settings(6.0));
    let cord = structure(&result, "cord");
    let [absorbed, eqd2] = maxima(cord, 1);
    // a/b 2 Gy, half-time 4.1 h: the quadratic part, all that lies beyond 2 D / 4, grows by h₂ = 2^(-6/4.1).
    let once_a_day = maxima(structure(&assess(&patient(), ""), "cord"), 1)[1];
    let expected = once_a_day + (once_a_day - absorbed / 2.0) * 0.5_f64.powf(6.0 / 4.1);
    assert!((eqd2 / expected - 1.0).abs() < 1e-4, "{eqd2} instead of {expected}");
    assert_eq!(cord.repair.as_ref().unwrap().id.as_deref(), Some("bender2012-cord"));
    // Bands and budget count it too: the most plausible draw is the measured value, and the prior dose is the same number.
    let band = &cord.uncertainty["cumulative_eqd2"]["max_gy"];
    let cumulative = cord.cumulative_eqd2.max_gy.unwrap();
    assert!(band["low"].as_f64().unwrap() < cumulative && cumulative < band["high"].as_f64().unwrap(), "{band}");
    let is_maximum = |limit: &&assessment::LimitBudget| {
        limit.structure == "cord"
            && limit.metric == "Dmax"
            && limit.alpha_beta_gy == 2.0
            && limit.prior_gy != Some(0.0)
    };
    let budget = result.budget.as_ref().unwrap();
    let row = budget.limits.iter().find(is_maximum).unwrap();
    assert!((row.prior_gy.unwrap() / eqd2 - 1.0).abs() < 2e-3, "{row:?} {eqd2}");
    // What is not known is said, and only there.
    let assumed: Vec<&str> = of_code(&result, "H35").filter(|text| text.contains("no half-time")).collect();
    assert!(!assumed.is_empty());
    let of_cord = |finding: &&case::Finding| finding.subject == "cord" && finding.message.contains("no half-time");
    assert!(!result.findings.iter().any(|finding| of_cord(&finding)));
    assert!(!of_code(&result, "H25").any(|text| text.contains("repair is far from complete")));
    let close = assess(&patient(), &settings(4.0));
    assert!(of_code(&close, "H25").any(|text| text.contains("repair is far from complete")));
    assert!(maxima(structure(&close, "cord"), 1)[1] > eqd2);
}

fn of_code<'a>(result: &'a Assessment, code: &'a str) -> impl Iterator<Item = &'a str> {
    result.findings.iter().filter(move |finding| finding.code == code).map(|finding| finding.message.as_str())
}

#[test]
fn a_stated_half_time_wins_and_lines_that_need_each_other_are_checked() {
    let broken = ["fractions_per_day = 2", "hours_between = 6.0", "fractions_per_day = 5\nhours_between = 6.0"];
    for lines in broken {
        assert!(case::Settings::from_toml(&format!("[[plan]]\nplan = \"a\"\n{lines}")).is_err(), "{lines}");
    }
    let whole = "[[plan]]\nplan = \"a\"\nfractions_per_day = 3\nhours_between = 6.0";
    assert!(case::Settings::from_toml(whole).is_ok());
    assert!(case::Settings::from_toml("[[plan]]\nplan = \"a\"\nrbe_model = \"wedenberg\"").is_err());
}

/// The dose of the current plan, five fractions, in other words: its type, what its values are multiplied with, and copies of it.
fn current_dose(kind: &str, factor: f64, copies: usize) -> SyntheticPatient {
    with(|patient| {
        let scaling: f64 = text(dose(patient, 2), tags::DOSE_GRID_SCALING).trim().parse().unwrap();
        for number in 0..copies {
            // Fractions differ a little from each other.
            let own = scaling * factor * (1.0 + 0.01 * number as f64);
            let mut twin = twin_object(patient, ObjectKind::Dose, 2, &format!("2.25.47{number}"));
            put(&mut twin.object, tags::DOSE_GRID_SCALING, VR::DS, &format!("{own:.9e}"));
            put(&mut twin.object, tags::DOSE_SUMMATION_TYPE, VR::CS, kind);
            patient.files.push(twin);
        }
        let uid = text(dose(patient, 2), tags::SOP_INSTANCE_UID);
        patient.files.retain(|file| text(&file.object, tags::SOP_INSTANCE_UID) != uid);
    })
}

fn fractions_and_maxima(case: &Case) -> (Vec<u32>, f64) {
    let doses: Vec<_> = case.current().unwrap().doses().collect();
    let highest = |dose: &&case::PlannedDose| dose.voxels.values().iter().copied().fold(0.0, f64::max);
    (doses.iter().map(|dose| dose.fractions.get()).collect(), doses.iter().map(highest).sum())
}

#[test]
fn h16_a_dose_of_each_fraction_is_used_as_it_is_and_a_missing_one_is_refused() {
    let (planned, whole) = fractions_and_maxima(&order(&patient(), ""));
    let n = planned[0] as usize;
    for kind in ["FRACTION", "FRACTION_SESSION"] {
        let ordered = order(&current_dose(kind, 1.0 / n as f64, n), "");
        let (fractions, sum) = fractions_and_maxima(&ordered);
        assert_eq!(fractions, vec![1; n], "{kind}: {:#?}", ordered.findings);
        let mean_factor = 1.0 + 0.01 * (n as f64 - 1.0) / 2.0;
        assert!((sum / (whole * mean_factor) - 1.0).abs() < 1e-4, "{sum} {whole}");
        assert_eq!(ordered.current().unwrap().plans[0].fraction_doses, FractionDoses::EachFraction);
        assert!(has(ordered.findings.as_slice(), "H16", Severity::Note));
    }
    assert_found(&current_dose("FRACTION_SESSION", 1.0 / n as f64, n - 1), "", "H16", Severity::Refuse);
    // A sum of all fractions in each of them cannot be meant.
    assert_found(&current_dose("FRACTION", 1.0, n), "", "H16", Severity::Refuse);
}

#[test]
fn h16_a_fraction_group_may_mean_all_of_its_fractions() {
    let (planned, whole) = fractions_and_maxima(&order(&patient(), ""));
    let n = f64::from(planned[0]);
    let all = order(&current_dose("FRACTION", 1.0, 1), "");
    assert!((fractions_and_maxima(&all).1 / whole - 1.0).abs() < 1e-6);
    assert_eq!(all.current().unwrap().plans[0].fraction_doses, FractionDoses::TotalOverFractions);
    let one = order(&current_dose("FRACTION", 1.0 / n, 1), "");
    assert!((fractions_and_maxima(&one).1 / whole - 1.0).abs() < 1e-6);
    assert_eq!(one.current().unwrap().plans[0].fraction_doses, FractionDoses::OneFractionTimesN);
    // Between the two nobody but a person can tell.
    let doubtful = current_dose("FRACTION", 0.45 * 30.0 / whole, 1);
    let found = order(&doubtful, "");
    let is_refused = has(found.findings.as_slice(), "H16", Severity::Refuse);
    let stated = |holds: &str| {
        let ordered = order(&doubtful, &format!("[[dose]]\ndose = \"2.25.470\"\nholds = \"{holds}\""));
        assert!(!has(ordered.findings.as_slice(), "H16", Severity::Refuse));
        fractions_and_maxima(&ordered).1
    };
    assert!((stated("one-fraction") / stated("all-fractions") - n).abs() < 1e-6);
    assert!(is_refused, "{:#?}", found.findings);
}

/// The current dose as that of protons, with a LETd that is proportional to it and reaches some keV/µm.
fn with_let(highest: f64) -> SyntheticPatient {
    let (_, maximum_gy) = fractions_and_maxima(&order(&patient(), ""));
    with(|patient| {
        let scaling: f64 = text(dose(patient, 2), tags::DOSE_GRID_SCALING).trim().parse().unwrap();
        let mut grid = twin_object(patient, ObjectKind::Dose, 2, "2.25.4800");
        put(&mut grid.object, tags::DOSE_GRID_SCALING, VR::DS, &format!("{:.9e}", scaling * highest / maximum_gy));
        put(&mut grid.object, tags::DOSE_UNITS, VR::CS, "RELATIVE");
        patient.files.push(grid);
    })
}

fn protons(model: &str, more: &str) -> String {
    format!(
        "[[plan]]\nplan = \"{}\"\nmodality = \"proton\"\nrbe_model = \"{model}\"\nlet_grid = \"2.25.4800\"\n{more}",
        label(2)
    )
}

#[test]
fn wedenberg2013_an_rbe_that_follows_the_letd_goes_through_the_whole_pipeline() {
    let result = assess(&with_let(8.0), &protons("wedenberg", "rbe = 1.1"));
    assert!(!result.refused, "{:#?}", result.findings);
    let (_, maximum_gy) = fractions_and_maxima(&order(&patient(), ""));
    let models = Knowledge::builtin().unwrap().rbe_models();
    let target = structure(&result, "PTV30");
    let [absorbed, eqd2] = maxima(target, 2);
    let let_d = 8.0 * absorbed / maximum_gy;
    let (ab, n) = (AlphaBeta::new(target.alpha_beta_gy.unwrap()).unwrap(), NumberOfFractions::new(5).unwrap());
    let expected = models["wedenberg"].eqd2_gy(ab, let_d, absorbed, n);
    assert!((eqd2 / expected - 1.0).abs() < 5e-3, "{eqd2} instead of {expected}");
    let plan = &result.courses[1].plans[0];
    assert_eq!((plan.rbe_model.as_deref(), plan.rbe_applied, plan.rbe_included), (Some("wedenberg"), None, false));
    assert!(has(&result.findings, "H15", Severity::Warn));
    // Bands are drawn with the same RBE: the value lies in its band.
    let cord = structure(&result, "cord");
    let band = &cord.uncertainty["cumulative_eqd2"]["d0_1cc_gy"];
    let value = cord.cumulative_eqd2.d0_1cc_gy.unwrap();
    assert!(band["low"].as_f64().unwrap() <= value && value <= band["high"].as_f64().unwrap(), "{value} {band}");
}

#[test]
fn h15_a_model_of_the_rbe_needs_all_that_belongs_to_it() {
    let refused = |patient: &SyntheticPatient, text: &str, word: &str| {
        let found = order(patient, text);
        let is_told = found.findings.as_slice().iter().any(|finding| {
            finding.code == "H15" && finding.severity == Severity::Refuse && finding.message.contains(word)
        });
        assert!(is_told, "{word}: {:#?}", found.findings);
    };
    let sound = with_let(8.0);
    assert!(!order(&sound, &protons("mcnamara", "rbe = 1.1")).findings.has_refusal());
    refused(&sound, &protons("mcnamara", ""), "state also the constant rbe");
    refused(&sound, &protons("nobody", "rbe = 1.1"), "is not one of carabe, mcnamara, wedenberg");
    refused(&sound, &protons("mcnamara", "rbe = 1.1").replace("proton", "photon"), "none of protons");
    refused(&sound, &protons("mcnamara", "rbe = 1.1\nrbe_included = true"), "needs the physical dose");
    let missing = order(&sound, &protons("mcnamara", "rbe = 1.1").replace("4800", "4801"));
    assert!(has(missing.findings.as_slice(), "H48", Severity::Refuse));
    refused(&with_let(300.0), &protons("mcnamara", "rbe = 1.1"), "keV/µm");
}

/// The patient before anybody has planned: images and structures of the current course only.
fn unplanned() -> SyntheticPatient {
    with(|patient| {
        let uids = [ObjectKind::Plan, ObjectKind::Dose]
            .map(|kind| text(&patient.file(kind, 2).object, tags::SOP_INSTANCE_UID));
        patient.files.retain(|file| !uids.contains(&text(&file.object, tags::SOP_INSTANCE_UID)));
    })
}

#[test]
fn a_course_without_a_plan_has_a_budget_and_meets_no_limit() {
    let budget = "[budget]\nfractions = [5]\nprescription_gy = 30.0\ntarget = \"PTV30\"";
    let (before, planned) = (assess(&unplanned(), budget), assess(&patient(), budget));
    assert!(!before.refused, "{:#?}", before.findings);
    assert!(before.courses[1].plans.is_empty() && has(&before.findings, "H37", Severity::Warn));
    let of_dose = || before.constraints.iter().filter(|found| found.scope != guidelines::DoseScope::Interval);
    assert!(of_dose().count() > 0);
    assert!(of_dose().all(|found| !matches!(found.verdict, Verdict::Met | Verdict::Uncertain)));
    let (left, with_plan) = (before.budget.as_ref().unwrap(), planned.budget.as_ref().unwrap());
    assert_eq!(left.limits.len(), with_plan.limits.len());
    for (one, other) in left.limits.iter().zip(&with_plan.limits) {
        assert_eq!(one.id, other.id);
        if let (Some(one), Some(other)) = (one.prior_gy, other.prior_gy) {
            assert!((one - other).abs() <= 0.02 * other.max(5.0), "{one} {other}");
        }
    }
    let [one, other] = [&left.targets[0], &with_plan.targets[0]].map(|target| target.attainable_percent);
    assert!((one - other).abs() < 5.0, "{one} {other}");
    assert!(before.doses.iter().any(|dose| dose.name.starts_with("background_eqd2")));
    assert!(!before.doses.iter().any(|dose| dose.name.starts_with("cumulative")));
    assert!(before.scores.is_empty() && before.classification.kind.is_none());
}

#[test]
fn the_only_prior_course_may_be_known_by_its_prescription_and_the_current_one_by_its_structures() {
    let bare = with(|patient| {
        patient.files.retain(|file| {
            let modality = text(&file.object, tags::MODALITY);
            let of_current = file.path.to_string_lossy().contains("course2");
            (modality == "CT" || modality == "RTSTRUCT") && of_current
        });
    });
    let text = "[[prior_course]]\nlabel = \"neck 2010\"\nstart_date = \"2010-01-10\"\nmodality = \"photon\"\nprescription_gy = 50.0\nfractions = 25\n\
                highest_percent = 110.0\n[budget]\nfractions = [5]";
    let result = assess(&bare, text);
    assert!(!result.refused, "{:#?}", result.findings);
    let budget = result.budget.as_ref().unwrap();
    assert!(
        budget.limits.iter().any(|limit| limit.prior_is_at_most && limit.prior_gy.is_some_and(|gy| gy > 40.0))
    );
    // Without the record nothing is known, and nothing is computed.
    assert!(assess(&bare, "").refused);
}

#[test]
fn a_later_structure_set_is_current_only_where_one_course_was_planned() {
    assert_eq!(order(&patient(), "").current().unwrap().plans.len(), 1);
    let named = order(&unplanned(), &format!("[case]\ncurrent_course = \"{}\"", label(1)));
    assert_eq!(named.current().unwrap().label, label(1));
}

//! What may still be given, through the whole pipeline.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod support;

use assessment::Assessment;
use case::{Case, Objects, Settings};
use geometry::Volume;
use guidelines::{DoseScope, JudgedConstraint, Verdict};
use support::{patient, settings};

/// A patient that is read, ordered and assessed.
struct Run {
    objects: Objects,
    case: Case,
    settings: Settings,
    result: Assessment,
}

fn run(text: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    patient().write(folder.path()).unwrap();
    let read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
    let settings = settings(text);
    let case = assessment::order(&read.objects, &settings).unwrap();
    let result = assessment::assess(&read.objects, &case, &settings).unwrap();
    Run { objects: read.objects, case, settings, result }
}

impl Run {
    /// The same case when the current plan gives exactly what may still be given, times a factor.
    fn with_allowance(&self, factor: f64) -> Assessment {
        let allowance = &self.result.budget.as_ref().unwrap().allowances[0];
        let ceiling = allowance.largest_gy().unwrap();
        let values: Vec<f64> = allowance.with_ceiling(ceiling).iter().map(|gy| gy * factor).collect();
        let mut case = self.case.clone();
        let dose = &mut case.courses.last_mut().unwrap().plans[0].doses[0];
        dose.voxels = Volume::new(allowance.grid().clone(), values).unwrap();
        dose.fractions = allowance.fractions();
        assessment::assess(&self.objects, &case, &self.settings).unwrap()
    }
}

/// The limits on doses that hold for the case, each with the dose over its limit.
fn used(result: &Assessment) -> Vec<(&JudgedConstraint, f64)> {
    let is_dose = |limit: &&JudgedConstraint| matches!(limit.scope, DoseScope::Cumulative | DoseScope::Current);
    let with_share = |limit| -> Option<(&JudgedConstraint, f64)> {
        let limit: &JudgedConstraint = limit;
        Some((limit, limit.value_gy? / limit.limit_gy?))
    };
    result.constraints.iter().filter(is_dose).filter_map(with_share).collect()
}

#[test]
fn a_plan_that_gives_what_is_allowed_meets_every_limit_and_two_percent_more_breaks_the_limiting_one() {
    let run = run("");
    let budget = run.result.budget.as_ref().unwrap();
    let left: Vec<&str> = budget
        .limits
        .iter()
        .filter(|limit| limit.remaining_eqd2_gy.is_some_and(|gy| gy > 0.0))
        .map(|limit| limit.id.as_str())
        .collect();
    assert!(left.len() > 3, "{left:?}");

    let exact = run.with_allowance(1.0);
    for (limit, used) in used(&exact).iter().filter(|(limit, _)| left.contains(&limit.id.as_str())) {
        assert!(*used <= 1.005, "{} of {}: {used}", limit.id, limit.structure);
    }
    // The limit that is named as limiting in most voxels of an organ is used up.
    let allowance = &budget.allowances[0];
    let mut counts = vec![0_usize; budget.limits.len()];
    (0..allowance.grid().len())
        .filter_map(|voxel| allowance.limiting(voxel))
        .for_each(|limit| counts[limit as usize] += 1);
    let more = run.with_allowance(1.02);
    let mut n_limiting = 0;
    for (index, limit) in budget.limits.iter().enumerate().filter(|(index, _)| counts[*index] > 0) {
        let share = |result: &Assessment| {
            let found = used(result)
                .into_iter()
                .find(|(judged, _)| judged.id == limit.id && judged.structure == limit.structure);
            found.map(|(_, used)| used)
        };
        let is_strictest = (0..budget.limits.len())
            .filter(|&other| budget.limits[other].structure == limit.structure)
            .all(|other| counts[other] <= counts[index]);
        if !is_strictest || !left.contains(&limit.id.as_str()) {
            continue;
        }
        let (exact, more) = (share(&exact).unwrap(), share(&more).unwrap());
        assert!((exact - 1.0).abs() <= 0.005, "{} of {} is used to {exact}", limit.id, limit.structure);
        assert!(more > 1.0, "{} of {}: {more} with 2 % more", limit.id, limit.structure);
        n_limiting += 1;
    }
    assert!(n_limiting >= 2, "{n_limiting} limits were tried");
}

#[test]
fn the_budget_names_what_is_left_for_each_number_of_fractions() {
    let run = run("[budget]\nfractions = [3, 5, 10]\nprescription_gy = 25.0\ntarget = \"PTV30\"\n");
    let budget = run.result.budget.as_ref().unwrap();
    assert_eq!(budget.fractions, [3, 5, 10]);
    for limit in &budget.limits {
        let Some(left) = limit.remaining_eqd2_gy else { continue };
        assert!((left - (limit.limit_gy - limit.prior_gy.unwrap())).abs() < 1e-9);
        for option in limit.options.iter().filter(|option| option.reason.is_none()) {
            let (total, each) = (option.total_gy.unwrap(), option.gy_per_fraction.unwrap());
            let eqd2 = total * (each + limit.alpha_beta_gy) / (2.0 + limit.alpha_beta_gy);
            assert!((eqd2 - left.max(0.0)).abs() < 1e-9, "{}", limit.id);
            if let Some(cautious) = option.cautious_total_gy {
                assert!(cautious <= total + 1e-9, "{}", limit.id);
            }
        }
    }
    // A rule for at most 5 fractions leaves nothing to say for 10.
    let hytec = budget.limits.iter().find(|limit| limit.id == "hytec2021-cord-rert-current-dmax").unwrap();
    assert!(hytec.options[2].total_gy.is_none() && hytec.options[2].reason.is_some());
    assert_eq!(budget.targets.len(), 3);
    let shares: Vec<f64> = budget.targets.iter().map(|target| target.attainable_percent).collect();
    assert!(shares.iter().all(|share| (0.0..=100.0).contains(share)) && shares[2] >= shares[0], "{shares:?}");
    assert_eq!(run.result.regions.len(), 3);
    assert!(run.result.doses.iter().any(|dose| dose.name == "allowance_5fx"));
    assert!(
        run.result
            .doses
            .iter()
            .any(|dose| dose.name.starts_with("background_physical_ab") && dose.name.ends_with("_3fx"))
    );
}

#[test]
fn h46_a_physical_dose_type_is_written_only_with_a_loud_label() {
    let loud = run("[export]\nphysical_dose_type = true\n");
    assert!(
        loud.result
            .doses
            .iter()
            .all(|dose| dose.dose_type == "PHYSICAL" && dose.comment.starts_with("NOT A TREATMENT DOSE"))
    );
    assert!(
        loud.result.doses.iter().all(|dose| dose.comment.len() <= 64),
        "{:?}",
        loud.result.doses.iter().map(|dose| &dose.comment).collect::<Vec<_>>()
    );
    let quiet = run("");
    assert!(
        quiet
            .result
            .doses
            .iter()
            .all(|dose| dose.dose_type == "EFFECTIVE" && dose.comment.contains("no physical dose"))
    );
}

#[test]
fn h43_a_limit_within_the_band_is_uncertain_and_far_ones_are_not() {
    let run = run("");
    let mut n_bands = 0;
    for limit in run.result.constraints.iter().filter(|limit| limit.band.is_some()) {
        let ([low, high], probability) = (limit.band.unwrap(), limit.probability_exceeded.unwrap());
        assert!(low <= high && (0.0..=1.0).contains(&probability));
        let bound = limit.limit_gy.or(limit.limit_share).unwrap();
        match limit.verdict {
            Verdict::Met => assert!(high <= bound, "{}: {low} to {high}", limit.id),
            Verdict::Exceeded => {
                assert!(low > limit.limit_upper_gy.unwrap_or(bound), "{}: {low} to {high}", limit.id)
            }
            _ => {}
        }
        n_bands += 1;
    }
    assert!(n_bands > 5);
    // With a map that may be off by far, a limit that was met or exceeded becomes uncertain.
    let doubtful = super_doubtful();
    let n_uncertain = |result: &Assessment| {
        result.constraints.iter().filter(|limit| limit.verdict == Verdict::Uncertain).count()
    };
    assert!(n_uncertain(&doubtful) > n_uncertain(&run.result));
}

fn super_doubtful() -> Assessment {
    run("[uncertainty]\nregistration_mm = 15.0\ndose_calculation_percent = 5.0\n").result
}

#[test]
fn h36_a_model_of_recovery_takes_its_interval_and_is_refused_for_other_organs() {
    let modelled = run("[[structure]]\nname = \"cord\"\nrecovery_model = \"umich-serial\"\n");
    let cord = support::structure(&modelled.result, "cord");
    assert!(cord.recovery > 0.0 && cord.recovery_model.as_deref() == Some("umich-serial"));
    assert_eq!(cord.courses[0].recovery, cord.recovery);
    assert_eq!(cord.courses[1].recovery, 0.0);
    assert!(support::has(&modelled.result.findings, "H36", case::Severity::Warn));
    let refused = run("[[structure]]\nname = \"cord\"\nrecovery_model = \"umich-lung\"\n");
    assert!(support::has(&refused.result.findings, "H36", case::Severity::Refuse));
    assert!(support::structure(&refused.result, "cord").cumulative_eqd2.mean_gy.is_none());
    let both = run("[[structure]]\nname = \"cord\"\nrecovery = 0.2\nrecovery_model = \"umich-serial\"\n");
    assert!(support::has(&both.result.findings, "H36", case::Severity::Refuse));
}

#[test]
fn what_is_not_judged_is_closed_and_a_misspelt_limit_leaves_no_budget() {
    let misspelt = run("[budget]\nlimits = [\"umich-toolkit-spinal-cord\"]\n");
    assert!(
        misspelt.result.budget.is_none() && support::has(&misspelt.result.findings, "H48", case::Severity::Refuse)
    );
    // A recovery stated twice is refused, so the cord is not judged.
    let refused = run("[[structure]]\nname = \"cord\"\nrecovery = 0.2\nrecovery_model = \"umich-serial\"\n");
    let budget = refused.result.budget.as_ref().unwrap();
    let cord = budget.not_limited.iter().find(|open| open.structure == "cord").unwrap();
    assert!(cord.is_closed && budget.limits.iter().all(|limit| limit.structure != "cord"));
    let allowance = &budget.allowances[0];
    let n_closed = (0..allowance.grid().len()).filter(|&voxel| allowance.total_gy(voxel) == Some(0.0)).count();
    let whole = run("");
    let before = &whole.result.budget.as_ref().unwrap().allowances[0];
    let n_before = (0..before.grid().len()).filter(|&voxel| before.total_gy(voxel) == Some(0.0)).count();
    assert!(n_closed > n_before, "{n_closed} {n_before}");
    assert!(whole.result.budget.as_ref().unwrap().not_limited.iter().all(|open| open.structure != "cord"));
}

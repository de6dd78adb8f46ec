//! The LETd that belongs to the dose of a proton plan, where a person chose a model of the RBE.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use radiobiology::VariableRbe;

use crate::settings::PlanSettings;
use crate::{Dose, Findings, LetWeighted, Modality, Objects, Plan, PlannedDose};

/// Models of the RBE by their id.
pub type RbeModels = BTreeMap<String, VariableRbe>;

/// The highest LETd of a proton field, in keV/µm, lies within this; otherwise the unit or the object is another one.
const POSSIBLE_MAXIMUM: RangeInclusive<f64> = 1.0..=60.0;
/// Where the dose is less than this share of its maximum, LETd is computed from few protons and may be anything.
const DOSE_THAT_COUNTS: f64 = 0.05;
/// Grids closer than this are one.
const SAME_GRID_MM: f64 = 1e-3;

/// Adds the LETd that a person named to the only dose of a plan; nothing when that was refused.
pub(crate) fn weigh(
    doses: &mut [PlannedDose],
    objects: &Objects,
    plan: &Plan,
    (decisions, models): (&PlanSettings, &RbeModels),
    findings: &mut Findings,
) -> Option<()> {
    let (Some(model), Some(uid)) = (&decisions.rbe_model, &decisions.let_grid) else { return Some(()) };
    match weighted(doses, objects, (model, uid), models) {
        Ok(weighted) => {
            let message = format!(
                "the RBE follows the LETd by the model \"{model}\": absorbed doses are physical, and no constant RBE is applied"
            );
            findings.warn("H15", &plan.label, message);
            doses[0].let_weighted = Some(weighted);
            Some(())
        }
        Err(problem) => {
            findings.refuse("H15", &plan.label, problem);
            None
        }
    }
}

fn weighted(
    doses: &[PlannedDose],
    objects: &Objects,
    (model, uid): (&str, &str),
    models: &RbeModels,
) -> Result<LetWeighted, String> {
    let Some(rbe) = models.get(model) else {
        let known: Vec<&str> = models.keys().map(String::as_str).collect();
        return Err(format!(
            "case.toml names the model of the RBE \"{model}\", which is not one of {}",
            known.join(", ")
        ));
    };
    let [dose] = doses else {
        return Err("a LETd can be given for a plan with one dose only: export the plan dose".to_owned());
    };
    let Some(grid) = objects.doses.iter().find(|other| other.header.uid == uid) else {
        return Err(
            "the folder does not hold the object that case.toml names as LETd: add it or correct let_grid"
                .to_owned(),
        );
    };
    check(dose, grid)?;
    LetWeighted::new(*rbe, &dose.voxels, grid.voxels.clone())
        .ok_or_else(|| "the LETd lies on another grid than the dose: export both on one".to_owned())
}

fn check(dose: &PlannedDose, grid: &Dose) -> Result<(), String> {
    if grid.frame != dose.frame || !grid.voxels.grid().coincides(dose.voxels.grid(), SAME_GRID_MM) {
        return Err("the LETd lies on another grid than the dose: export both on one".to_owned());
    }
    let highest_gy = dose.voxels.values().iter().copied().fold(0.0, f64::max);
    let counting = dose.voxels.values().iter().zip(grid.voxels.values());
    let counting = counting.filter(|(gy, _)| **gy >= DOSE_THAT_COUNTS * highest_gy).map(|(_, let_d)| *let_d);
    let highest = counting.fold(0.0, f64::max);
    if !POSSIBLE_MAXIMUM.contains(&highest) || grid.voxels.values().iter().any(|let_d| *let_d < 0.0) {
        return Err(format!(
            "the LETd reaches {highest} keV/µm where there is dose, which protons do not: check that let_grid names the LETd and its unit"
        ));
    }
    Ok(())
}

/// Why a model of the RBE cannot be used for a plan, as far as its dose objects tell.
pub(crate) fn problem(modality: Modality, is_effective: bool, decisions: &PlanSettings) -> Option<&'static str> {
    if modality != Modality::Proton {
        return Some(
            "case.toml names a model of the RBE of protons for a plan that is none of protons: take it out, or give the modality",
        );
    }
    if is_effective || decisions.rbe_included == Some(true) {
        return Some(
            "a model of the RBE needs the physical dose, and this one holds an RBE already: export the PHYSICAL dose",
        );
    }
    decisions.rbe.is_none().then_some(
        "a model of the RBE is to be used: state also the constant rbe that the prescription counts with, for the comparison of the dose with it",
    )
}

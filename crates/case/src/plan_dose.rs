//! The dose of a plan: which objects make it, whether it may be used, and what multiplies it.

use radiobiology::{NumberOfFractions, Rbe};

use crate::fractions::{self, GroupFractions};
use crate::let_grid::{self, RbeModels};
use crate::settings::PlanSettings;
use crate::total_dose::{Asked, RawDose, TotalDose};
use crate::{
    CoursePlan, Dose, DoseType, DoseUnits, Findings, FractionDoses, Modality, Objects, Plan, PlannedDose,
    Settings, SummationType,
};

/// Maximum over prescription outside this range is doubtful (H13).
const DOUBTFUL_RATIO: std::ops::RangeInclusive<f64> = 0.5..=2.0;
/// Maximum over prescription outside this range cannot be a unit of gray (H13).
const POSSIBLE_RATIO: std::ops::RangeInclusive<f64> = 0.05..=20.0;

/// Settles dose, fractions and RBE of a plan; nothing when something was refused.
pub(crate) fn settle(
    objects: &Objects,
    plan: &Plan,
    settings: &Settings,
    models: &RbeModels,
    findings: &mut Findings,
) -> Option<CoursePlan> {
    let decisions = settings.plan(&plan.header.uid, &plan.label);
    let candidates = candidates(objects, plan, settings);
    let usable = usable(&candidates, objects, plan, findings)?;
    let groups = fractions::settle(objects, plan, &decisions, findings);
    let modality = decisions.modality.unwrap_or(plan.modality);
    let dose_type = usable.first().map_or("", |dose| dose.dose_type.as_str()).to_owned();
    let rbe = settle_rbe(&usable, plan, modality, &decisions, findings);
    let (groups, rbe) = (groups?, rbe?);
    let has_others = groups.len() > 1;
    let total = |group| Asked { plan, group, settings, has_others }.total_dose(&usable, findings);
    let totals: Vec<Option<TotalDose>> = groups.iter().map(total).collect();
    let totals: Vec<TotalDose> = totals.into_iter().collect::<Option<_>>()?;
    let fraction_doses = totals.iter().map(|total| total.known_by).max().unwrap_or_default();
    let mut given: Vec<GivenDoses> =
        totals.into_iter().zip(&groups).map(|(total, group)| finish(total, group, rbe, &decisions)).collect();
    check_maximum(&given, plan, findings)?;
    let mut doses: Vec<PlannedDose> = given.drain(..).flat_map(|given| given.doses).collect();
    let_grid::weigh(&mut doses, objects, plan, (&decisions, models), findings)?;
    Some(CoursePlan {
        uid: plan.header.uid.clone(),
        label: plan.label.clone(),
        modality,
        fractions_planned: groups.iter().map(|group| group.planned.get()).sum(),
        fractions_delivered: groups.iter().map(|group| group.delivered.get()).sum(),
        dose_type,
        rbe,
        prescription_gy: plan.prescription_gy,
        fraction_doses,
        doses,
    })
}

/// The doses that name the plan, or that a person linked to it; exact doublets once.
fn candidates<'a>(objects: &'a Objects, plan: &Plan, settings: &Settings) -> Vec<&'a Dose> {
    let mut candidates: Vec<&Dose> = Vec::new();
    for dose in &objects.doses {
        let decision = settings.dose(&dose.header.uid);
        // A link by a person replaces what the object says, so that no dose belongs to two plans.
        let belongs = match &decision.plan {
            Some(name) => *name == plan.header.uid || *name == plan.label,
            None => dose.plans.iter().any(|reference| reference.plan == plan.header.uid),
        };
        // Two fractions may well have had the same dose.
        let is_fraction = dose.summation_type.is_of_fraction();
        let is_same = |other: &&Dose| other.content == dose.content && other.plans == dose.plans;
        let doublet = !is_fraction && candidates.iter().any(is_same);
        let is_left_out = decision.ignore == Some(true) || settings.is_let_grid(&dose.header.uid);
        if belongs && !doublet && !is_left_out {
            candidates.push(dose);
        }
    }
    candidates
}

/// Refuses doses whose unit, kind, history or summation forbids their use.
fn usable<'a>(
    candidates: &[&'a Dose],
    objects: &Objects,
    plan: &Plan,
    findings: &mut Findings,
) -> Option<Vec<&'a Dose>> {
    let label = &plan.label;
    if candidates.is_empty() {
        findings.refuse(
            "H47",
            label,
            "the plan has no dose in the folder: add the RTDOSE object, or leave the plan out in case.toml \
             (ignore = true) if it was never treated",
        );
        return None;
    }
    let mut sound = true;
    for dose in candidates {
        let problem = dose_problem(dose);
        if let Some((code, message)) = problem {
            findings.refuse(code, label, message);
            sound = false;
        }
    }
    let (sums, parts): (Vec<&Dose>, Vec<&Dose>) =
        candidates.iter().partition(|dose| dose.summation_type == SummationType::MultiPlan);
    if let Some(sum) = sums.first() {
        let counted_twice =
            sum.plans.iter().any(|reference| objects.doses.iter().any(|other| is_part(other, &reference.plan)));
        let (code, message) = if counted_twice {
            (
                "H17",
                "a sum dose of several plans stands beside its own parts, so they might be counted twice: leave \
                     the sum out in case.toml (ignore = true)",
            )
        } else {
            ("H16", "a sum dose of several plans has no single number of fractions: export the dose of each plan")
        };
        findings.refuse(code, label, message);
        sound = false;
    }
    sound.then_some(parts)
}

fn is_part(dose: &Dose, plan: &str) -> bool {
    dose.summation_type != SummationType::MultiPlan && dose.plans.iter().any(|reference| reference.plan == plan)
}

fn dose_problem(dose: &Dose) -> Option<(&'static str, String)> {
    if dose.units != DoseUnits::Gy {
        let message =
            "the dose is not given in gray but as relative or unknown values: export it as absolute dose";
        return Some(("H12", message.to_owned()));
    }
    if matches!(dose.dose_type, DoseType::Error | DoseType::Other(_)) {
        let kind = dose.dose_type.as_str();
        return Some((
            "H14",
            format!("the dose is of type \"{kind}\", not PHYSICAL or EFFECTIVE: export the plan dose"),
        ));
    }
    if let Some(kind) = &dose.spatial_transform {
        let message = format!(
            "the dose was already mapped by another system ({kind}), and mapping it again would be wrong: export the \
             dose on its own planning image"
        );
        return Some(("H40", message));
    }
    if dose.plans.len() > 1 && dose.summation_type != SummationType::MultiPlan {
        let message = "the dose names several plans but says it is the dose of one: export the dose of each plan";
        return Some(("H16", message.to_owned()));
    }
    if let SummationType::Other(kind) = &dose.summation_type {
        let message =
            format!("a dose summed over \"{kind}\" is not the dose of a whole plan: export the plan dose");
        return Some(("H16", message));
    }
    None
}

fn settle_rbe(
    doses: &[&Dose],
    plan: &Plan,
    modality: Modality,
    decisions: &PlanSettings,
    findings: &mut Findings,
) -> Option<Rbe> {
    let effective = doses.iter().any(|dose| dose.dose_type == DoseType::Effective);
    let label = &plan.label;
    if doses.iter().any(|dose| (dose.dose_type == DoseType::Effective) != effective) {
        findings.refuse("H15", label, "some doses of the plan are PHYSICAL and some EFFECTIVE: export them alike");
        return None;
    }
    if decisions.rbe_model.is_some() {
        return match (let_grid::problem(modality, effective, decisions), decisions.rbe) {
            (None, Some(constant)) => Some(Rbe::Variable { constant }),
            (problem, _) => {
                findings.refuse("H15", label, problem.unwrap_or_default());
                None
            }
        };
    }
    if !modality.needs_rbe() && (decisions.rbe.is_some() || decisions.rbe_included.is_some()) {
        let message = format!("case.toml states an RBE for a plan whose modality is {}", modality.as_str());
        findings.refuse("H15", label, format!("{message}: take it out, or give the modality"));
        return None;
    }
    match (modality.needs_rbe(), effective, decisions.rbe_included, decisions.rbe) {
        (true, true, None | Some(true), None) | (true, false, Some(true), None) => {
            findings.note("H15", label, "the dose is in Gy(RBE): RBE included, not applied again");
            Some(Rbe::Included)
        }
        (true, false, None | Some(false), Some(factor)) => {
            findings.note("H15", label, format!("the physical dose is multiplied by an RBE of {factor}"));
            Rbe::factor(factor).ok()
        }
        (true, false, _, _) => {
            findings.refuse(
                "H15",
                label,
                "the particle dose is PHYSICAL and no RBE is stated: give rbe, or rbe_included = true, for the plan in \
                 case.toml",
            );
            None
        }
        (true, true, _, _) => {
            findings.refuse(
                "H15",
                label,
                "the dose says its RBE is included and case.toml says otherwise: settle it",
            );
            None
        }
        (false, true, _, _) => {
            findings.refuse(
                "H15",
                label,
                format!(
                    "the dose is EFFECTIVE but the modality of the plan is {}: it may be an EQD2 already; export the \
                     physical dose or give the modality in case.toml",
                    modality.as_str()
                ),
            );
            None
        }
        (false, false, _, _) if modality == Modality::Unknown => {
            findings.refuse(
                "H15",
                label,
                "the plan does not say what irradiates, so whether an RBE applies is unknown: give modality in case.toml",
            );
            None
        }
        (false, false, _, _) => Some(Rbe::Photon),
    }
}

/// The doses of a group with its fractions.
struct GivenDoses {
    planned: NumberOfFractions,
    doses: Vec<PlannedDose>,
}

/// Applies the RBE and, where a person said that fewer fractions were delivered, scales the total; doses of single fractions stand for
/// themselves.
fn finish(total: TotalDose, group: &GroupFractions, rbe: Rbe, decisions: &PlanSettings) -> GivenDoses {
    let (fractions, share) = match (total.known_by, group.scaled) {
        (FractionDoses::EachFraction, _) => (NumberOfFractions::ONE, 1.0),
        (_, true) => (group.delivered, group.delivered.as_f64() / group.planned.as_f64()),
        (_, false) => (group.planned, 1.0),
    };
    let factor = share * rbe.multiplier();
    let one = |dose: RawDose| {
        let voxels = if factor == 1.0 { dose.voxels } else { dose.voxels.map(|value| value * factor) };
        let schedule = decisions.schedule();
        PlannedDose { schedule, sources: dose.sources, ..PlannedDose::new(dose.frame, fractions, voxels) }
    };
    GivenDoses { planned: group.planned, doses: total.doses.into_iter().map(one).collect() }
}

/// Compares what all planned fractions would have given with the prescription.
fn check_maximum(groups: &[GivenDoses], plan: &Plan, findings: &mut Findings) -> Option<()> {
    let whole = |group: &GivenDoses| {
        let highest = |dose: &PlannedDose| dose.voxels.values().iter().copied().fold(0.0, f64::max);
        let given: f64 = group.doses.iter().map(highest).sum();
        let fractions: f64 = group.doses.iter().map(|dose| dose.fractions.as_f64()).sum();
        given * group.planned.as_f64() / fractions
    };
    let maximum: f64 = groups.iter().map(whole).sum();
    let Some(prescription) = plan.prescription_gy.filter(|&gy| gy > 0.0) else {
        let message =
            format!("the plan states no prescription, so the dose scale ({maximum:.1} Gy) cannot be checked");
        findings.note("H13", &plan.label, message);
        return Some(());
    };
    let ratio = maximum / prescription;
    let compared = format!("the maximum of the dose is {maximum:.4} Gy for a prescription of {prescription} Gy");
    if !POSSIBLE_RATIO.contains(&ratio) {
        let message = format!("{compared}: the unit or the scaling must be wrong; export the dose again");
        findings.refuse("H13", &plan.label, message);
        return None;
    }
    if !DOUBTFUL_RATIO.contains(&ratio) {
        findings.warn("H13", &plan.label, format!("{compared}: check unit and scaling"));
    }
    Some(())
}

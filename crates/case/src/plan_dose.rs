//! The dose of a plan: which objects make it, whether it may be used, and what multiplies it.

use geometry::Volume;
use radiobiology::{NumberOfFractions, Rbe};

use crate::fractions::{self, GroupFractions};
use crate::settings::PlanSettings;
use crate::{
    CoursePlan, Dose, DoseType, DoseUnits, Findings, Modality, Objects, Plan, PlannedDose, Settings, SummationType,
};

/// Maximum over prescription outside this range is doubtful (H13).
const DOUBTFUL_RATIO: std::ops::RangeInclusive<f64> = 0.5..=2.0;
/// Maximum over prescription outside this range cannot be a unit of gray (H13).
const POSSIBLE_RATIO: std::ops::RangeInclusive<f64> = 0.05..=20.0;
/// Grids of beam doses that are to be summed must coincide this closely.
const SAME_GRID_MM: f64 = 1e-3;

/// Settles dose, fractions and RBE of a plan; nothing when something was refused.
pub(crate) fn settle(
    objects: &Objects,
    plan: &Plan,
    settings: &Settings,
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
    let doses = match groups.as_slice() {
        [only] => vec![whole_plan(&usable, plan, only, findings)?],
        several => several
            .iter()
            .map(|group| one_group(&usable, plan, group, findings))
            .collect::<Vec<_>>()
            .into_iter()
            .collect::<Option<Vec<_>>>()?,
    };
    let doses: Vec<PlannedDose> =
        doses.into_iter().zip(&groups).map(|(dose, group)| finish(dose, group, rbe)).collect();
    check_maximum(&doses, &groups, plan, findings)?;
    Some(CoursePlan {
        uid: plan.header.uid.clone(),
        label: plan.label.clone(),
        modality,
        fractions_planned: groups.iter().map(|group| group.planned.get()).sum(),
        fractions_delivered: groups.iter().map(|group| group.delivered.get()).sum(),
        dose_type,
        rbe,
        prescription_gy: plan.prescription_gy,
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
        let doublet = candidates.iter().any(|other| other.content == dose.content && other.plans == dose.plans);
        if belongs && !doublet && decision.ignore != Some(true) {
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

struct RawDose {
    frame: geometry::FrameOfReference,
    voxels: Volume<f64>,
    sources: Vec<String>,
}

impl RawDose {
    fn of(dose: &Dose, factor: f64) -> Self {
        Self {
            frame: dose.frame.clone(),
            voxels: dose.voxels.map(|value| value * factor),
            sources: vec![dose.header.uid.clone()],
        }
    }
}

fn whole_plan(doses: &[&Dose], plan: &Plan, group: &GroupFractions, findings: &mut Findings) -> Option<RawDose> {
    let of_type = |kind: SummationType| -> Vec<&Dose> {
        doses.iter().filter(|dose| dose.summation_type == kind).copied().collect()
    };
    let (whole, fraction, beams) =
        (of_type(SummationType::Plan), of_type(SummationType::Fraction), of_type(SummationType::Beam));
    match (whole.as_slice(), fraction.as_slice()) {
        ([only], _) => Some(RawDose::of(only, 1.0)),
        ([], [only]) if beams.is_empty() => {
            let n = group.planned.get();
            let message = format!("the dose is that of one fraction and was multiplied by {n} fractions");
            findings.note("H16", &plan.label, message);
            Some(RawDose::of(only, group.planned.as_f64()))
        }
        ([], []) => sum_beams(&beams, plan, &group.number, findings),
        _ => {
            findings.refuse(
                "H16",
                &plan.label,
                "several different doses claim to be that of the plan: leave the wrong ones out in case.toml \
                 (ignore = true)",
            );
            None
        }
    }
}

/// The dose of one fraction group of a plan with several (H23).
fn one_group(doses: &[&Dose], plan: &Plan, group: &GroupFractions, findings: &mut Findings) -> Option<RawDose> {
    let own: Vec<&Dose> = doses
        .iter()
        .filter(|dose| dose.plans.iter().any(|reference| reference.fraction_groups == [group.number]))
        .copied()
        .collect();
    if own.is_empty() {
        findings.refuse(
            "H23",
            &plan.label,
            format!(
                "the plan has several fraction groups but no dose of group {} alone, and a summed dose cannot be \
                 converted: export the dose of each group",
                group.number
            ),
        );
        return None;
    }
    whole_plan(&own, plan, group, findings)
}

fn sum_beams(doses: &[&Dose], plan: &Plan, group: &i32, findings: &mut Findings) -> Option<RawDose> {
    let planned =
        plan.fraction_groups.iter().find(|entry| entry.number == *group).map(|entry| entry.beams.as_slice());
    let mut given: Vec<i32> =
        doses.iter().flat_map(|dose| &dose.plans).flat_map(|reference| reference.beams.iter().copied()).collect();
    given.sort_unstable();
    let mut wanted = planned.unwrap_or_default().to_vec();
    wanted.sort_unstable();
    let same_grid = |a: &Dose, b: &Dose| a.voxels.grid().coincides(b.voxels.grid(), SAME_GRID_MM);
    let problem = if doses.is_empty() || given != wanted {
        format!("the beam doses cover beams {given:?} of {wanted:?}")
    } else if !doses.iter().all(|dose| same_grid(dose, doses[0]) && dose.frame == doses[0].frame) {
        "the beam doses lie on different grids".to_owned()
    } else {
        let mut sum = RawDose::of(doses[0], 1.0);
        for dose in &doses[1..] {
            let mut other = dose.voxels.values().iter();
            sum.voxels = sum.voxels.map(|value| value + other.next().copied().unwrap_or(0.0));
            sum.sources.push(dose.header.uid.clone());
        }
        return Some(sum);
    };
    findings.refuse(
        "H16",
        &plan.label,
        format!("{problem}, so the dose of the plan is not complete: export the plan dose"),
    );
    None
}

/// Applies the RBE and, where a person said that fewer fractions were delivered, scales the total.
fn finish(dose: RawDose, group: &GroupFractions, rbe: Rbe) -> PlannedDose {
    let (fractions, share): (NumberOfFractions, f64) = if group.scaled {
        (group.delivered, group.delivered.as_f64() / group.planned.as_f64())
    } else {
        (group.planned, 1.0)
    };
    let factor = share * rbe.multiplier();
    let voxels = if factor == 1.0 { dose.voxels } else { dose.voxels.map(|value| value * factor) };
    PlannedDose { frame: dose.frame, fractions, voxels, sources: dose.sources }
}

/// Compares what all planned fractions would have given with the prescription.
fn check_maximum(
    doses: &[PlannedDose],
    groups: &[GroupFractions],
    plan: &Plan,
    findings: &mut Findings,
) -> Option<()> {
    let whole = |(dose, group): (&PlannedDose, &GroupFractions)| {
        let given = dose.voxels.values().iter().copied().fold(0.0, f64::max);
        given * group.planned.as_f64() / dose.fractions.as_f64()
    };
    let maximum: f64 = doses.iter().zip(groups).map(whole).sum();
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

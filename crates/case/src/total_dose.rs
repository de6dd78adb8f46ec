//! The dose objects that make up the total of a plan or of one of its fraction groups (H16).

use std::ops::RangeInclusive;

use geometry::{FrameOfReference, Volume};
use radiobiology::NumberOfFractions;

use crate::fractions::GroupFractions;
use crate::settings::Holds;
use crate::{Dose, Findings, FractionDoses, Plan, Settings, SummationType};

/// A maximum that belongs to a prescription lies within these multiples of it.
const FITTING_RATIO: RangeInclusive<f64> = 0.5..=2.0;
/// The other reading must be this impossible: prescriptions to a low isodose go with maxima of more than twice the dose.
const IMPOSSIBLE_RATIO: [f64; 2] = [0.25, 4.0];
/// Grids of beam doses that are to be summed must coincide this closely.
const SAME_GRID_MM: f64 = 1e-3;

/// A dose before fractions, RBE and schedule are settled.
pub(crate) struct RawDose {
    pub frame: FrameOfReference,
    pub voxels: Volume<f64>,
    pub sources: Vec<String>,
}

/// The doses of one group, and what was known of its single fractions.
pub(crate) struct TotalDose {
    pub doses: Vec<RawDose>,
    pub known_by: FractionDoses,
}

/// What decides between the doses of a group.
pub(crate) struct Asked<'a> {
    pub plan: &'a Plan,
    pub group: &'a GroupFractions,
    pub settings: &'a Settings,
    /// Whether the plan has other groups, so that its prescription says nothing of this one.
    pub has_others: bool,
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

impl TotalDose {
    fn whole(dose: RawDose) -> Self {
        Self { doses: vec![dose], known_by: FractionDoses::TotalOverFractions }
    }
}

impl Asked<'_> {
    /// The doses of a group among the usable ones of its plan; nothing when that was refused.
    pub fn total_dose(&self, doses: &[&Dose], findings: &mut Findings) -> Option<TotalDose> {
        let own: Vec<&Dose> = if self.has_others { self.of_group(doses, findings)? } else { doses.to_vec() };
        let of = |kind: fn(&SummationType) -> bool| -> Vec<&Dose> {
            own.iter().filter(|dose| kind(&dose.summation_type)).copied().collect()
        };
        let whole = of(|kind| *kind == SummationType::Plan);
        let fraction = of(SummationType::is_of_fraction);
        let beams = of(|kind| *kind == SummationType::Beam);
        match (whole.as_slice(), fraction.as_slice()) {
            ([only], _) => Some(TotalDose::whole(RawDose::of(only, 1.0))),
            ([], [only]) if beams.is_empty() => self.fraction(only, findings),
            ([], [_, _, ..]) if beams.is_empty() => self.each_fraction(&fraction, findings),
            ([], []) => self.beams(&beams, findings).map(TotalDose::whole),
            _ => {
                let message = "several different doses claim to be that of the plan: leave the wrong ones out in case.toml (ignore = true)";
                findings.refuse("H16", &self.plan.label, message);
                None
            }
        }
    }

    /// The doses that name this group alone (H23).
    fn of_group<'d>(&self, doses: &[&'d Dose], findings: &mut Findings) -> Option<Vec<&'d Dose>> {
        let number = self.group.number;
        let is_own = |dose: &&&Dose| dose.plans.iter().any(|reference| reference.fraction_groups == [number]);
        let own: Vec<&Dose> = doses.iter().filter(is_own).copied().collect();
        if own.is_empty() {
            let message = format!(
                "the plan has several fraction groups but no dose of group {number} alone, and a summed dose cannot be \
                 converted: export the dose of each group"
            );
            findings.refuse("H23", &self.plan.label, message);
        }
        (!own.is_empty()).then_some(own)
    }

    /// A dose of a fraction group. The standard means all of its fractions; many systems mean one.
    fn fraction(&self, dose: &Dose, findings: &mut Findings) -> Option<TotalDose> {
        let n = self.group.planned;
        let (label, kind) = (&self.plan.label, dose.summation_type.as_str());
        match self.holds(dose) {
            Some(Holds::AllFractions) => {
                let message =
                    format!("the dose is of type {kind} and is taken as that of all {n} fractions of its group");
                findings.note("H16", label, message);
                Some(TotalDose::whole(RawDose::of(dose, 1.0)))
            }
            Some(Holds::OneFraction) => {
                findings.note(
                    "H16",
                    label,
                    format!("the dose is that of one fraction and was multiplied by {n} fractions"),
                );
                let raw = RawDose::of(dose, n.as_f64());
                Some(TotalDose { doses: vec![raw], known_by: FractionDoses::OneFractionTimesN })
            }
            None => {
                let message = format!(
                    "the dose is of type {kind}, and whether it holds one fraction or all {n} does not follow from the prescription: state \
                     holds = \"one-fraction\" or \"all-fractions\" for the dose in case.toml"
                );
                findings.refuse("H16", label, message);
                None
            }
        }
    }

    /// As stated, as the type says, or as the prescription tells.
    fn holds(&self, dose: &Dose) -> Option<Holds> {
        let stated = self.settings.dose(&dose.header.uid).holds;
        if stated.is_some() || dose.summation_type == SummationType::FractionSession {
            return stated.or(Some(Holds::OneFraction));
        }
        let prescription_gy = self.plan.prescription_gy.filter(|gy| *gy > 0.0 && !self.has_others)?;
        let ratio = dose.maximum() / prescription_gy;
        let n = self.group.planned.as_f64();
        let [too_low, too_high] = IMPOSSIBLE_RATIO;
        if n == 1.0 {
            return Some(Holds::AllFractions);
        }
        if FITTING_RATIO.contains(&ratio) && n * ratio > too_high {
            return Some(Holds::AllFractions);
        }
        (FITTING_RATIO.contains(&(n * ratio)) && ratio < too_low).then_some(Holds::OneFraction)
    }

    /// A dose of every fraction that was planned or given.
    fn each_fraction(&self, doses: &[&Dose], findings: &mut Findings) -> Option<TotalDose> {
        let count = NumberOfFractions::new(doses.len() as i64).ok()?;
        let (planned, delivered) = (self.group.planned, self.group.delivered);
        let label = &self.plan.label;
        // A number that a person stated is the number of doses that count.
        let is_wanted =
            if self.group.scaled { count == delivered } else { count == planned || count == delivered };
        if !is_wanted {
            let message = format!(
                "{count} doses of single fractions were found for {planned} planned and {delivered} delivered fractions: add the missing \
                 ones, or leave the wrong ones out in case.toml (ignore = true)"
            );
            findings.refuse("H16", label, message);
            return None;
        }
        let sum_gy: f64 = doses.iter().map(|dose| dose.maximum()).sum();
        let fits = |gy: f64| FITTING_RATIO.contains(&(sum_gy / gy * planned.as_f64() / count.as_f64()));
        let are_sessions = doses.iter().all(|dose| dose.summation_type == SummationType::FractionSession);
        let is_stated =
            doses.iter().all(|dose| self.settings.dose(&dose.header.uid).holds == Some(Holds::OneFraction));
        if !are_sessions && !is_stated && (self.has_others || self.plan.prescription_gy.is_none()) {
            let message = "whether each of these FRACTION doses holds one fraction does not follow from a prescription: state \
                           holds = \"one-fraction\" for them in case.toml";
            findings.refuse("H16", label, message);
            return None;
        }
        if !self.has_others && !self.plan.prescription_gy.is_none_or(fits) {
            let message = format!(
                "the maxima of {count} doses of single fractions add to {sum_gy:.1} Gy, which does not fit the prescription: check what each of \
                 them holds"
            );
            findings.refuse("H16", label, message);
            return None;
        }
        let is_repeated = doses
            .iter()
            .enumerate()
            .any(|(index, dose)| doses[..index].iter().any(|other| other.content == dose.content));
        if is_repeated {
            let message = "two fractions have the very same dose: check that none of them was exported twice";
            findings.warn("H18", label, message);
        }
        findings.note("H16", label, format!("each of {count} fractions has a dose of its own"));
        let doses = doses.iter().map(|dose| RawDose::of(dose, 1.0)).collect();
        Some(TotalDose { doses, known_by: FractionDoses::EachFraction })
    }

    fn beams(&self, doses: &[&Dose], findings: &mut Findings) -> Option<RawDose> {
        let group = self.plan.fraction_groups.iter().find(|entry| entry.number == self.group.number);
        let mut given: Vec<i32> = doses
            .iter()
            .flat_map(|dose| &dose.plans)
            .flat_map(|reference| reference.beams.iter().copied())
            .collect();
        given.sort_unstable();
        let mut wanted = group.map(|entry| entry.beams.clone()).unwrap_or_default();
        wanted.sort_unstable();
        let same_grid = |a: &Dose, b: &Dose| a.voxels.grid().coincides(b.voxels.grid(), SAME_GRID_MM);
        let problem = if doses.is_empty() || given != wanted {
            format!("the beam doses cover beams {given:?} of {wanted:?}")
        } else if !doses.iter().all(|dose| same_grid(dose, doses[0]) && dose.frame == doses[0].frame) {
            "the beam doses lie on different grids".to_owned()
        } else {
            return Some(sum(doses));
        };
        let message = format!("{problem}, so the dose of the plan is not complete: export the plan dose");
        findings.refuse("H16", &self.plan.label, message);
        None
    }
}

/// Adds doses on one grid.
fn sum(doses: &[&Dose]) -> RawDose {
    let mut sum = RawDose::of(doses[0], 1.0);
    for dose in &doses[1..] {
        let mut other = dose.voxels.values().iter();
        sum.voxels = sum.voxels.map(|value| value + other.next().copied().unwrap_or(0.0));
        sum.sources.push(dose.header.uid.clone());
    }
    sum
}

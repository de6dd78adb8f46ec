//! Plans of one course that were given in the same sessions (H25).
//!
//! Doses that a tissue receives within one session act as one fraction: they add before they are converted. Doses of separate
//! sessions are converted each by itself. Which it was no dose object says.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use geometry::Volume;
use radiobiology::NumberOfFractions;

use crate::{CoursePlan, Findings, Objects, Plan, PlannedDose, Settings};

/// Grids closer than this are one.
const SAME_GRID_MM: f64 = 1e-3;

/// Refuses plans of one course that may have been given in the same sessions until a person says so, and joins those that were.
pub(crate) fn settle(
    mut plans: Vec<CoursePlan>,
    group: &[&Plan],
    objects: &Objects,
    settings: &Settings,
    findings: &mut Findings,
) -> Vec<CoursePlan> {
    for (index, second) in group.iter().enumerate() {
        let decision = settings.plan(&second.header.uid, &second.label);
        if let Some(name) = &decision.same_sessions_as {
            let first = group.iter().find(|plan| plan.header.uid == *name || plan.label == *name);
            match first.filter(|first| first.header.uid != second.header.uid) {
                Some(first) => join(&mut plans, first, second, findings),
                None => {
                    let message = "case.toml says that the plan was given in the same sessions as one that is not in its course: correct same_sessions_as";
                    findings.refuse("H25", &second.label, message);
                }
            }
            continue;
        }
        for first in &group[..index] {
            let is_stated = |plan: &Plan| {
                let own = settings.plan(&plan.header.uid, &plan.label);
                own.own_sessions == Some(true) || own.same_sessions_as.is_some()
            };
            //
            let is_version = is_predecessor(first, second) || is_predecessor(second, first);
            if is_stated(first) || is_stated(second) || is_version {
                continue;
            }
            if let Some(reason) = may_share_sessions(first, second, objects) {
                let message = format!(
                    "the plan may have been given in the same sessions as \"{}\" ({reason}): doses of one session add before they are converted, \
                     those of separate sessions afterwards; state same_sessions_as or own_sessions = true for the plan in case.toml",
                    first.label
                );
                findings.refuse("H25", &second.label, message);
            } else if !has_records(first, objects) || !has_records(second, objects) {
                let message = format!(
                    "taken as given in other sessions than \"{}\", since dates or numbers of fractions differ and there are no records of both: \
                     if they shared sessions, their EQD2 is too low; state same_sessions_as or own_sessions = true for the plan in case.toml",
                    first.label
                );
                findings.warn("H25", &second.label, message);
            }
        }
    }
    plans
}

fn is_predecessor(plan: &Plan, of: &Plan) -> bool {
    of.predecessors.contains(&plan.header.uid)
}

fn has_records(plan: &Plan, objects: &Objects) -> bool {
    !days(plan, objects).is_empty()
}

/// Why two plans may have been given in the same sessions: days that both were treated on, else, without records, the same number of
/// fractions and the same date. Two versions of one plan are another matter (H20).
fn may_share_sessions(first: &Plan, second: &Plan, objects: &Objects) -> Option<String> {
    let (days, other_days) = (days(first, objects), days(second, objects));
    if !(days.is_empty() || other_days.is_empty()) {
        let n = days.intersection(&other_days).count();
        return (n > 0).then(|| format!("records of both on {n} days"));
    }
    let fractions =
        |plan: &Plan| plan.fraction_groups.iter().filter_map(|group| group.fractions_planned).sum::<i64>();
    let is_alike = fractions(first) == fractions(second) && first.date.is_some() && first.date == second.date;
    is_alike.then(|| format!("no records, and both have {} fractions and one date", fractions(first)))
}

fn days(plan: &Plan, objects: &Objects) -> BTreeSet<NaiveDate> {
    objects
        .records
        .iter()
        .filter(|record| record.plan == plan.header.uid)
        .filter_map(|record| record.date)
        .collect()
}

/// Adds the doses of the sessions that two plans share; what one of them gave in further sessions stays by itself.
fn join(plans: &mut [CoursePlan], first: &Plan, second: &Plan, findings: &mut Findings) {
    let place =
        |plans: &[CoursePlan], plan: &Plan| plans.iter().position(|settled| settled.uid == plan.header.uid);
    let (Some(a), Some(b)) = (place(plans, first), place(plans, second)) else { return };
    let refuse = |findings: &mut Findings, problem: &str| {
        findings.refuse(
            "H25",
            &second.label,
            format!("the plan was given in the same sessions as \"{}\", but {problem}", first.label),
        );
    };
    let ([one], [other]) = (plans[a].doses.as_slice(), plans[b].doses.as_slice()) else {
        return refuse(findings, "one of them has several doses: export each as a plan of its own");
    };
    let is_same_grid = one.voxels.grid().coincides(other.voxels.grid(), SAME_GRID_MM);
    if one.frame != other.frame || !is_same_grid {
        return refuse(findings, "their doses lie on different grids: export them on one");
    }
    if one.schedule != other.schedule {
        return refuse(findings, "they state different fractions per day: correct one of them");
    }
    if one.let_weighted.is_some() || other.let_weighted.is_some() {
        return refuse(
            findings,
            "the RBE of one of them follows the LETd, which does not add: use a constant rbe",
        );
    }
    let Some(joined) = Joined::of(one, other) else { return };
    let n = joined.shared.fractions.get();
    findings.note(
        "H25",
        &second.label,
        format!(
            "given in the same sessions as \"{}\": the doses of {n} sessions were added before they are converted",
            first.label
        ),
    );
    plans[a].doses = std::iter::once(joined.shared).chain(joined.rest_of_first).collect();
    plans[b].doses = joined.rest_of_second.into_iter().collect();
}

/// Two doses on one grid, by sessions.
struct Joined {
    shared: PlannedDose,
    rest_of_first: Option<PlannedDose>,
    rest_of_second: Option<PlannedDose>,
}

impl Joined {
    fn of(first: &PlannedDose, second: &PlannedDose) -> Option<Self> {
        let n_shared = first.fractions.min(second.fractions);
        let share = |dose: &PlannedDose| n_shared.as_f64() / dose.fractions.as_f64();
        let pairs = first.voxels.values().iter().zip(second.voxels.values());
        let sum = pairs.map(|(a, b)| a * share(first) + b * share(second)).collect();
        let rest = |dose: &PlannedDose| {
            let left = i64::from(dose.fractions.get()) - i64::from(n_shared.get());
            let fractions = NumberOfFractions::new(left).ok()?;
            let voxels = dose.voxels.map(|gy| gy * (1.0 - share(dose)));
            Some(PlannedDose { fractions, voxels, ..dose.clone() })
        };
        Some(Self {
            shared: PlannedDose {
                schedule: first.schedule,
                sources: first.sources.iter().chain(&second.sources).cloned().collect(),
                ..PlannedDose::new(first.frame.clone(), n_shared, Volume::new(first.voxels.grid().clone(), sum)?)
            },
            rest_of_first: rest(first),
            rest_of_second: rest(second),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::{FrameOfReference, Grid, Point};

    fn dose(gy: f64, fractions: i64) -> PlannedDose {
        let grid = Grid::axial(Point::origin(), [2.0; 3], [2, 2, 2]).unwrap();
        let voxels = Volume::new(grid, vec![gy; 8]).unwrap();
        PlannedDose::new(FrameOfReference::new("frame"), NumberOfFractions::new(fractions).unwrap(), voxels)
    }

    #[test]
    fn h25_shared_sessions_add_and_the_rest_stays_by_itself() {
        // 25 × 2 Gy, and 5 × 1 Gy in five of the same sessions: 5 × 3 Gy and 20 × 2 Gy.
        let joined = Joined::of(&dose(50.0, 25), &dose(5.0, 5)).unwrap();
        assert_eq!((joined.shared.fractions.get(), joined.shared.voxels.values()[0]), (5, 15.0));
        let rest = joined.rest_of_first.unwrap();
        assert_eq!((rest.fractions.get(), rest.voxels.values()[0]), (20, 40.0));
        assert!(joined.rest_of_second.is_none());
    }
}

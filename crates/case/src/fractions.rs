//! How many fractions a plan had, and how many were delivered (H21, H22).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use radiobiology::NumberOfFractions;

use crate::settings::PlanSettings;
use crate::{Findings, FractionGroup, Objects, Plan};

/// The fractions of one fraction group, settled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GroupFractions {
    pub number: i32,
    pub planned: NumberOfFractions,
    pub delivered: NumberOfFractions,
    /// Whether a person said that fewer were delivered, so that the dose is scaled.
    pub scaled: bool,
}

/// What the treatment records of a plan tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Delivery {
    pub n_fractions: Option<i64>,
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
}

/// Counts the recorded fractions of a plan, or of one of its fraction groups.
pub(crate) fn delivery(objects: &Objects, plan: &str, group: Option<i32>) -> Delivery {
    let records = || {
        objects
            .records
            .iter()
            .filter(|record| record.plan == plan && group.is_none_or(|number| record.fraction_group == number))
    };
    let fractions: BTreeSet<(i32, i64)> = records()
        .flat_map(|record| record.fraction_numbers.iter().map(|number| (record.fraction_group, *number)))
        .collect();
    Delivery {
        n_fractions: (!fractions.is_empty()).then_some(fractions.len() as i64),
        first: records().filter_map(|record| record.date).min(),
        last: records().filter_map(|record| record.date).max(),
    }
}

/// Settles the fractions of every group that irradiates, or refuses.
pub(crate) fn settle(
    objects: &Objects,
    plan: &Plan,
    settings: &PlanSettings,
    findings: &mut Findings,
) -> Option<Vec<GroupFractions>> {
    let mut groups: Vec<FractionGroup> = plan.fraction_groups.clone();
    if groups.is_empty() {
        groups.push(FractionGroup { number: 1, ..FractionGroup::default() });
    }
    let several = groups.len() > 1;
    if several && (settings.fractions_planned.is_some() || settings.fractions_delivered.is_some()) {
        findings.refuse(
            "H23",
            &plan.label,
            "case.toml states one number of fractions for a plan with several fraction groups, which would be wrong for \
             each of them: leave it out, or export each group as a plan of its own",
        );
        return None;
    }
    groups
        .iter()
        .map(|group| settle_group(objects, plan, group, (settings, several), findings))
        .collect::<Vec<_>>()
        .into_iter()
        .collect()
}

fn settle_group(
    objects: &Objects,
    plan: &Plan,
    group: &FractionGroup,
    (settings, several): (&PlanSettings, bool),
    findings: &mut Findings,
) -> Option<GroupFractions> {
    let stated = settings.fractions_planned;
    let Some(planned) = stated.or(group.fractions_planned).and_then(|n| NumberOfFractions::new(n).ok()) else {
        findings.refuse(
            "H21",
            &plan.label,
            format!(
                "EQD2 needs a number of fractions, but fraction group {} of the plan states {}: give \
                 fractions_planned in case.toml",
                group.number,
                group.fractions_planned.map_or("none".to_owned(), |n| n.to_string())
            ),
        );
        return None;
    };
    if let (Some(stated), Some(written)) =
        (stated, group.fractions_planned.filter(|&n| n != i64::from(planned.get())))
    {
        findings.warn(
            "H21",
            &plan.label,
            format!("the plan states {written} fractions and case.toml {stated}; {stated} are used"),
        );
    }
    let recorded = delivery(objects, &plan.header.uid, several.then_some(group.number)).n_fractions;
    let delivered = settle_delivered(plan, planned, recorded, settings.fractions_delivered, findings)?;
    let scaled = settings.fractions_delivered.is_some() && delivered != planned;
    Some(GroupFractions { number: group.number, planned, delivered, scaled })
}

fn settle_delivered(
    plan: &Plan,
    planned: NumberOfFractions,
    recorded: Option<i64>,
    stated: Option<i64>,
    findings: &mut Findings,
) -> Option<NumberOfFractions> {
    let label = &plan.label;
    let n_planned = i64::from(planned.get());
    if let Some(recorded) = recorded.filter(|&n| n != n_planned) {
        findings.warn(
            "H21",
            label,
            format!("the plan states {n_planned} fractions but the treatment records count {recorded}"),
        );
    }
    if let Some(stated) = stated {
        if stated != n_planned {
            let message =
                format!("planned {n_planned}, delivered {stated} (case.toml); the dose is scaled to {stated}");
            findings.warn("H22", label, message);
        }
        return NumberOfFractions::new(stated).ok();
    }
    match recorded {
        Some(recorded) if recorded != n_planned => {
            let message = format!(
                "planned {n_planned}, delivered {recorded} by the treatment records; the dose of the whole plan is \
                 used until fractions_delivered in case.toml says otherwise"
            );
            findings.warn("H22", label, message);
            NumberOfFractions::new(recorded).ok()
        }
        Some(_) => Some(planned),
        None => {
            let message =
                format!("no treatment records: all {n_planned} planned fractions are taken as delivered");
            findings.note("H22", label, message);
            Some(planned)
        }
    }
}

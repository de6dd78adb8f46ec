//! Limits, score and classification of a case.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use case::{Case, Course, Findings, Role};
use dose::{Dvh, Estimated, IrradiatedVolume, MeasuredOrgan, SampledDose, overlap};
use geometry::{FrameOfReference, FrameTransform};
use guidelines::{
    Classification, ClassificationFacts, Constraint, CordScore, CordScoreFacts, DoseScope, JudgedConstraint,
    OrganFacts, OrganKind, SitePack, Verdict, classify, judge, judge_interval,
};
use radiobiology::{AlphaBeta, Eqd2, Rbe, Recovery};

use crate::model::SaidInstead;
use crate::structures::{Context, Measured, lower_bound, shortest_interval};
use crate::uncertainty::doubt_limit;
use crate::{record, recovery};

/// The standard name of the organ the score is for.
const SPINAL_CORD: &str = "SpinalCord";

/// Every limit that the knowledge base has for the structures of the case.
pub(crate) fn judge_all(context: &Context<'_>, structures: &[Measured<'_>]) -> Vec<JudgedConstraint> {
    structures.iter().flat_map(|measured| judge_structure(context, structures, measured)).collect()
}

/// Every limit that the knowledge base has for one of the structures of the case.
pub(crate) fn judge_structure(
    context: &Context<'_>,
    structures: &[Measured<'_>],
    measured: &Measured<'_>,
) -> Vec<JudgedConstraint> {
    let site = context.settings.case.site;
    let mut judged = Vec::new();
    if let Some(organ) = measured.organ.filter(|_| is_judged(measured)) {
        let mut by_basis: BTreeMap<u64, Histograms> = BTreeMap::new();
        let constraints = context.knowledge.constraints_for(&organ.standard_name);
        let is_own =
            |source_organ: &Option<String>| !stands_in(structures, source_organ.as_ref(), &organ.standard_name);
        for constraint in constraints.filter(|constraint| is_own(&constraint.source_organ)) {
            let basis = constraint.alpha_beta.gy().to_bits();
            if let Entry::Vacant(vacant) = by_basis.entry(basis) {
                let alpha_beta = constraint.alpha_beta;
                let doses = doses_on_basis(measured, alpha_beta, &measured.recoveries);
                match doses.as_deref().and_then(|doses| Histograms::of(context, measured, doses)) {
                    Some(histograms) => vacant.insert(histograms),
                    None => continue,
                };
            }
            let histograms = &by_basis[&basis];
            let after_discount = constraint.after_discount;
            let judged_here =
                with_facts(context, measured, histograms, after_discount, |facts| judge(constraint, facts));
            judged.extend(judged_here.map(|mut found| {
                let (counted, current) = (histograms.counted(after_discount), &histograms.current);
                found.error_gy = error(constraint, &found, counted, current);
                doubt_limit(context, measured, constraint, (counted, current), &mut found);
                found
            }));
        }
        let rules = context.knowledge.interval_rules.iter();
        let rules = rules.filter(|rule| rule.organs.contains(&organ.standard_name));
        for rule in rules.filter(|rule| is_own(&rule.source_organ)) {
            let own = measured.doses.as_ref().and_then(|doses| Histograms::of(context, measured, doses));
            judged.extend(
                own.and_then(|own| {
                    with_facts(context, measured, &own, false, |facts| judge_interval(rule, facts))
                }),
            );
        }
    }
    for found in &mut judged {
        found.is_for_site = site.map(|site| SitePack::hold(&found.sites, Some(site)));
    }
    judged
}

/// Whether an organ would only stand in for the one that a source measured, which is drawn and measured itself.
///
/// A source organ that was refused has no row of its own: then the one that stands in is compared, or the limit would vanish.
pub(crate) fn stands_in(structures: &[Measured<'_>], source_organ: Option<&String>, organ: &str) -> bool {
    let is_drawn = |name: &String| {
        structures
            .iter()
            .any(|measured| is_judged(measured) && measured.organ.is_some_and(|own| own.standard_name == *name))
    };
    source_organ.is_some_and(|source| *source != organ && is_drawn(source))
}

/// Organs with limits for the site of the case that no structure stands for: nothing is said of them.
pub(crate) fn not_drawn(context: &Context<'_>, structures: &[Measured<'_>]) -> Vec<String> {
    let Some(site) = context.settings.case.site else { return Vec::new() };
    let is_drawn = |name: &String| {
        structures.iter().any(|measured| measured.organ.is_some_and(|own| own.standard_name == *name))
    };
    let of_site =
        context.knowledge.constraints.iter().filter(|constraint| constraint.sites.contains(&SitePack::of(site)));
    let is_needed =
        |constraint: &&Constraint| constraint.source_organ.is_none() && !constraint.organs.iter().any(is_drawn);
    let mut names: Vec<String> =
        of_site.filter(is_needed).filter_map(|constraint| constraint.organs.first().cloned()).collect();
    names.sort();
    names.dedup();
    names
}

/// What is said of the structures in the place of a limit.
pub(crate) fn said_instead(context: &Context<'_>, structures: &[Measured<'_>]) -> Vec<SaidInstead> {
    let site = context.settings.case.site;
    let judged = structures.iter().filter(|measured| is_judged(measured));
    let of_structure = |measured: &Measured<'_>| -> Vec<SaidInstead> {
        let Some(organ) = measured.organ else { return Vec::new() };
        let entries = context.knowledge.no_limits.iter();
        let own = entries.filter(|entry| entry.organs.contains(&organ.standard_name));
        own.filter(|entry| SitePack::hold(&entry.sites, site))
            .map(|entry| SaidInstead {
                id: entry.id.clone(),
                structure: measured.roi.name.clone(),
                statement: entry.statement.clone(),
                evidence: entry.evidence,
                source: entry.source.clone(),
                locator: entry.locator.clone(),
            })
            .collect()
    };
    judged.flat_map(of_structure).collect()
}

/// The histograms of an organ that limits are compared with.
struct Histograms {
    cumulative: Estimated,
    recovered: Option<Estimated>,
    current: Estimated,
    /// What is known for certain, where the cumulative dose is an upper bound.
    at_least: Option<Dvh>,
    /// The same after the recovery.
    at_least_recovered: Option<Dvh>,
    /// Bounds of the mean, without and with the recovery.
    mean_bounds: [Option<[f64; 2]>; 2],
    is_covered: bool,
}

impl Histograms {
    fn of(context: &Context<'_>, measured: &Measured<'_>, organ: &MeasuredOrgan) -> Option<Self> {
        let certain = |recoveries: &[Recovery]| {
            measured.is_bounded.then(|| lower_bound(context, &measured.roi.name, organ, recoveries)).flatten()
        };
        Some(Self {
            mean_bounds: [&recovery::none(context.case), &measured.recoveries]
                .map(|recoveries| mean(context, measured, organ, recoveries)),
            at_least: certain(&recovery::none(context.case)),
            at_least_recovered: certain(&measured.recoveries),
            cumulative: organ.estimated(|doses| Some(&doses.cumulative))?,
            recovered: organ.estimated(|doses| doses.cumulative_recovered.as_ref()),
            current: organ.estimated(|doses| doses.eqd2.last())?,
            is_covered: organ.doses.covered_by_all.is_whole(),
        })
    }

    fn at_least_counted(&self, after_discount: bool) -> Option<&Dvh> {
        if after_discount { self.at_least_recovered.as_ref() } else { self.at_least.as_ref() }
    }

    /// A recovery that a person chose counts only for limits whose source discounts prior dose itself: every other
    /// limit is compared with the whole of it.
    fn counted(&self, after_discount: bool) -> &Estimated {
        self.recovered.as_ref().filter(|_| after_discount).unwrap_or(&self.cumulative)
    }
}

/// Bounds of the mean of all courses.
fn mean(
    context: &Context<'_>,
    measured: &Measured<'_>,
    organ: &MeasuredOrgan,
    recoveries: &[Recovery],
) -> Option<[f64; 2]> {
    let all = context.case.courses.len();
    measured
        .is_bounded
        .then(|| record::mean_bounds(context, &measured.roi.name, organ, (recoveries, all)))
        .flatten()
}

/// The error of the value that was compared, where it is a dose.
fn error(
    constraint: &Constraint,
    found: &JudgedConstraint,
    counted: &Estimated,
    current: &Estimated,
) -> Option<f64> {
    found.value_gy?;
    let of = if constraint.scope == DoseScope::Current { current } else { counted };
    of.estimate(&constraint.metric).map(|estimate| estimate.error)
}

/// A margin around an organ is not the organ, and what was refused is not judged.
pub(crate) fn is_judged(measured: &Measured<'_>) -> bool {
    measured.summary.kind == Some(OrganKind::Oar)
        && !measured.is_prv
        && measured.doses.is_some()
        && measured.alpha_beta.is_some()
}

pub(crate) fn doses_on_basis<'m>(
    measured: &'m Measured<'_>,
    alpha_beta: AlphaBeta,
    recoveries: &[Recovery],
) -> Option<Cow<'m, MeasuredOrgan>> {
    let own = measured.doses.as_ref();
    if let Some(own) =
        own.filter(|own| own.doses.tissue.alpha_beta == alpha_beta && recoveries == measured.recoveries)
    {
        return Some(Cow::Borrowed(own));
    }
    let samples = measured.samples.as_ref()?;
    Some(Cow::Owned(samples.measure(&measured.tissue(alpha_beta), recoveries)))
}

/// Lays out what is known of an organ and hands it to a judgement.
fn with_facts(
    context: &Context<'_>,
    measured: &Measured<'_>,
    histograms: &Histograms,
    after_discount: bool,
    judgement: impl Fn(&OrganFacts<'_>) -> JudgedConstraint,
) -> Option<JudgedConstraint> {
    let current = context.case.current()?;
    let facts = OrganFacts {
        organ: measured.organ.map_or("", |organ| &organ.standard_name),
        structure: &measured.roi.name,
        cumulative: &histograms.counted(after_discount).dvh,
        current: &histograms.current.dvh,
        covered: histograms.is_covered,
        at_most: measured.is_bounded,
        at_least: histograms.at_least_counted(after_discount),
        mean_bounds_gy: histograms.mean_bounds[usize::from(after_discount)],
        interval_days: shortest_interval(context.case),
        is_planned: current.is_planned(),
        current_fractions: current.n_sessions(),
        with_recovery: after_discount && histograms.recovered.is_some(),
        provisional: context.alignment.provisional,
    };
    Some(judgement(&facts))
}

/// The score of every spinal cord, without recovery, since the score knows the interval by itself.
pub(crate) fn cord_scores(context: &Context<'_>, structures: &[Measured<'_>]) -> Vec<CordScore> {
    let table = &context.knowledge.cord_score.nieder_score;
    let mut scores = Vec::new();
    let (Ok(alpha_beta), Some(interval_days)) =
        (AlphaBeta::new(table.alpha_beta_gy), shortest_interval(context.case))
    else {
        return scores;
    };
    let is_cord = |measured: &&Measured<'_>| {
        is_judged(measured)
            && !measured.is_bounded
            && context.case.current().is_some_and(Course::is_planned)
            && measured.organ.is_some_and(|organ| organ.standard_name == SPINAL_CORD)
    };
    for measured in structures.iter().filter(is_cord) {
        let doses = doses_on_basis(measured, alpha_beta, &recovery::none(context.case));
        let Some(doses) = doses.filter(|organ| organ.doses.covered_by_all.is_whole()) else { continue };
        let doses = &doses.doses;
        let bed = |dose: &SampledDose| {
            let highest = dose.values_gy.iter().copied().fold(0.0, f64::max);
            Eqd2::new(highest, alpha_beta).map(|eqd2| eqd2.to_bed().gy()).ok()
        };
        let course_bed_gy: Option<Vec<f64>> = doses.eqd2.iter().map(bed).collect();
        let (Some(course_bed_gy), Some(cumulative_bed_gy)) = (course_bed_gy, bed(&doses.cumulative)) else {
            continue;
        };
        let facts = CordScoreFacts { course_bed_gy, cumulative_bed_gy, interval_days };
        scores.extend(table.score(&measured.roi.name, &facts));
    }
    scores
}

/// The type of reirradiation from the overlap of the irradiated volumes and the limits of concern.
pub(crate) fn classify_case(
    context: &Context<'_>,
    constraints: &[JudgedConstraint],
    findings: &mut Findings,
) -> Classification {
    let isodose_percent = isodose_percent(context);
    let overlap_cc = overlap_cc(context.case, &context.alignment.to_frame, isodose_percent, findings);
    classify_with(context, constraints, overlap_cc)
}

fn isodose_percent(context: &Context<'_>) -> f64 {
    let stated = context.settings.irradiated_volume.isodose_percent;
    stated.unwrap_or(context.knowledge.irradiated_volume.default_isodose_percent)
}

/// The same with an overlap that is known.
pub(crate) fn classify_with(
    context: &Context<'_>,
    constraints: &[JudgedConstraint],
    overlap_cc: Option<f64>,
) -> Classification {
    let of_concern = constraints
        .iter()
        .filter(|constraint| constraint.scope == DoseScope::Cumulative)
        .filter(|constraint| matches!(constraint.verdict, Verdict::Exceeded | Verdict::Uncertain))
        .map(|constraint| constraint.title.clone())
        .collect();
    classify(&ClassificationFacts {
        overlap_cc,
        isodose_percent: isodose_percent(context),
        toxicity_concern: context.settings.case.toxicity_concern.clone(),
        limits_of_concern: of_concern,
        same_organ: context.settings.case.same_organ.clone(),
    })
}

fn overlap_cc(
    case: &Case,
    maps: &BTreeMap<FrameOfReference, FrameTransform>,
    isodose_percent: f64,
    findings: &mut Findings,
) -> Option<f64> {
    let volume = |course| irradiated(course, maps, isodose_percent, findings);
    let volumes: Vec<Option<IrradiatedVolume<'_>>> = case.courses.iter().map(volume).collect();
    let mut volumes: Vec<IrradiatedVolume<'_>> = volumes.into_iter().collect::<Option<_>>()?;
    let current = volumes.pop()?;
    if volumes.is_empty() || case.current()?.role != Role::Current {
        return None;
    }
    let grid = current.doses.first()?.0.voxels.grid();
    let found = overlap(grid, &volumes, &current);
    if found.both_cc == 0.0 && found.unknown_cc > 0.0 {
        let message = format!(
            "{:.1} cc of the irradiated volume lie outside the dose grid of a prior course, so whether the volumes \
             overlap is unknown: export the prior dose on a larger grid",
            found.unknown_cc
        );
        findings.warn("H29", "irradiated volume", message);
        return None;
    }
    Some(found.both_cc)
}

fn irradiated<'a>(
    course: &'a Course,
    maps: &'a BTreeMap<FrameOfReference, FrameTransform>,
    isodose_percent: f64,
    findings: &mut Findings,
) -> Option<IrradiatedVolume<'a>> {
    if course.incomplete.is_some() {
        let message =
            "no dose of the course came as DICOM, so its irradiated volume and the type of reirradiation are open";
        findings.warn("H47", &course.label, message);
        return None;
    }
    if !course.is_planned() {
        let message =
            "the current course has no plan yet, so its irradiated volume and the type of reirradiation are open";
        findings.note("H47", &course.label, message);
        return None;
    }
    let Some(prescription) = course.prescription_gy() else {
        findings.warn(
            "H13",
            &course.label,
            "the course states no prescription, so its irradiated volume and the type of reirradiation are open",
        );
        return None;
    };
    // A physical dose is compared with what a prescription in Gy(RBE) stands for.
    let constant = |plan: &case::CoursePlan| match plan.rbe {
        Rbe::Variable { constant } => constant,
        _ => 1.0,
    };
    let rbe = course.plans.iter().map(constant).fold(1.0, f64::max);
    let doses = course.doses().map(|dose| Some((dose, maps.get(&dose.frame)?)));
    Some(IrradiatedVolume {
        doses: doses.collect::<Option<_>>()?,
        threshold_gy: prescription * isodose_percent / 100.0 / rbe,
    })
}

//! How sure the dose of each organ is, and its limits with it.

use std::sync::Arc;

use case::{Course, Role};
use dose::uncertainty::search::searched_measure;
use dose::uncertainty::{
    Band, Biology, DoubtedCourse, DoubtedDose, EllipsoidSearch, Ensemble, Parts, SearchedDose, Summed,
};
use dose::{Estimated, Metric, eqd2_at};
use geometry::{FrameOfReference, Point, Samples};
use guidelines::{Constraint, DoseScope, JudgedConstraint, OrganKind};
use radiobiology::{AlphaBeta, Distribution, normal};
use serde_json::{Map, Value, json};

use crate::doubt::{radii_mm, usual_radius_mm};
use crate::drawn::{Drawn, KnownDraws};
use crate::model::DvhBand;
use crate::recovery;
use crate::structures::{Context, Measured};
use crate::sum_of_maxima::{Maxima, Purpose, same_organ};

/// Number of draws when nothing is said.
const DRAWS: u32 = 200;
/// Length over which errors of a map are alike, when nothing is said.
pub(crate) const CORRELATION_MM: f64 = 25.0;
/// Organs are looked at in about this many places.
const PLACES: f64 = 1500.0;
/// The error of a histogram is taken as holding 95 % of the cases.
const DEVIATIONS_IN_ERROR: f64 = 1.96;
/// Doses at which the band of a curve is given.
const BAND_POINTS: usize = 81;
/// The band of a curve reaches beyond the highest dose by this factor.
const CURVE_REACH: f64 = 1.2;

/// Measures that are given a band, with their names in JSON.
const METRICS: [(&str, Metric); 11] = [
    ("min_gy", Metric::Min),
    ("max_gy", Metric::Max),
    ("mean_gy", Metric::Mean),
    ("d98_percent_gy", Metric::DoseAtPercent(98.0)),
    ("d95_percent_gy", Metric::DoseAtPercent(95.0)),
    ("d50_percent_gy", Metric::DoseAtPercent(50.0)),
    ("d2_percent_gy", Metric::DoseAtPercent(2.0)),
    ("d0_03cc_gy", Metric::DoseAtCc(0.03)),
    ("d0_1cc_gy", Metric::DoseAtCc(0.1)),
    ("d0_5cc_gy", Metric::DoseAtCc(0.5)),
    ("d1cc_gy", Metric::DoseAtCc(1.0)),
];

/// The draws of an organ.
pub(crate) struct OrganEnsemble {
    ensemble: Ensemble,
    samples: Samples,
    known: KnownDraws,
}

/// Draws maps and parameters for one organ; nothing where its dose is no number at all. A course that enters by its maxima stays at them,
/// so that the draws of such an organ are upper bounds.
pub(crate) fn draw(context: &Context<'_>, measured: &Measured<'_>, maxima: &Maxima) -> Option<OrganEnsemble> {
    let is_outline = measured.summary.kind == Some(OrganKind::External);
    let doses = measured.doses.as_ref()?;
    if is_outline || measured.alpha_beta.is_none() || !doses.doses.covered_by_all.is_whole() {
        return None;
    }
    let solid = measured.solid.as_ref()?;
    let samples = solid.samples((solid.volume_cc() * 1000.0 / PLACES).cbrt().clamp(0.3, 5.0));
    let courses: Option<Vec<DoubtedCourse<'_>>> = context
        .case
        .courses
        .iter()
        .enumerate()
        .map(|course| doubted(context, (measured, maxima), course, &samples))
        .collect();
    let settings = &context.settings.uncertainty;
    let n_draws = settings.draws.unwrap_or(DRAWS);
    let correlation_mm = settings.correlation_mm.unwrap_or(CORRELATION_MM);
    let ensemble = Ensemble::new(&samples, &courses?, n_draws, correlation_mm)?;
    Some(OrganEnsemble { ensemble, samples, known: KnownDraws::default() })
}

/// Makes the draws of an organ ready for other settings; they are made for the first time where its dose was no number before.
pub(crate) fn draw_again(context: &Context<'_>, measured: &mut Measured<'_>, maxima: &Maxima) {
    let recoveries: Vec<Distribution> =
        (0..context.case.courses.len()).map(|index| recovery_of_course(context, measured, index)).collect();
    match &mut measured.ensemble {
        Some(own) if measured.alpha_beta.is_some() => {
            if own.ensemble.set_recoveries(&recoveries) {
                own.known = KnownDraws::default();
            }
        }
        _ => measured.ensemble = draw(context, measured, maxima),
    }
}

/// What recovers of a course, as a range.
fn recovery_of_course(context: &Context<'_>, measured: &Measured<'_>, index: usize) -> Distribution {
    match context.case.courses[index].role {
        Role::Prior => recovery_range(context, measured, measured.recoveries[index].fraction()),
        Role::Current => Distribution::Exact(0.0),
    }
}

fn doubted<'a>(
    context: &'a Context<'_>,
    (measured, maxima): (&Measured<'_>, &'a Maxima),
    (index, course): (usize, &'a Course),
    samples: &Samples,
) -> Option<DoubtedCourse<'a>> {
    let current = &context.case.current()?.frame;
    let of_dose = |(index, dose): (usize, &'a case::PlannedDose)| {
        let dose = maxima.dose(&course.id, index).unwrap_or(dose);
        let is_mapped = dose.frame != *current;
        Some(DoubtedDose {
            dose,
            dose_from_current: &context.alignment.to_frame.get(&dose.frame)?.transform,
            radius_mm: is_mapped.then(|| radii_mm(context, &dose.frame, &samples.positions_mm)),
        })
    };
    Some(DoubtedCourse {
        doses: course.doses().enumerate().map(of_dose).collect::<Option<_>>()?,
        recovery: recovery_of_course(context, measured, index),
        calculation_percent: context.settings.uncertainty.dose_calculation_percent.unwrap_or(0.0),
    })
}

/// The recovery of a course as a range, where a person gives one.
fn recovery_range(context: &Context<'_>, measured: &Measured<'_>, nominal: f64) -> Distribution {
    let decided = context.settings.structure(&measured.roi.name);
    Distribution::of_range(nominal, decided.recovery_low, decided.recovery_high)
        .unwrap_or(Distribution::Exact(nominal))
}

/// α/β of an organ as a range about a value: as a person or the knowledge base gives it, widened to hold the value.
fn biology(context: &Context<'_>, measured: &Measured<'_>, alpha_beta: AlphaBeta, with_recovery: bool) -> Biology {
    let decided = context.settings.structure(&measured.roi.name);
    let published = measured.organ.filter(|_| decided.alpha_beta_gy.is_none());
    let low = decided.alpha_beta_low_gy.or_else(|| published.and_then(|organ| organ.alpha_beta_low_gy));
    let high = decided.alpha_beta_high_gy.or_else(|| published.and_then(|organ| organ.alpha_beta_high_gy));
    let exact = Distribution::Exact(alpha_beta.gy());
    Biology {
        alpha_beta,
        range: Distribution::of_range(alpha_beta.gy(), low, high).unwrap_or(exact),
        repair: measured.tissue(alpha_beta).repair,
        with_recovery,
    }
}

impl OrganEnsemble {
    /// Draws the measures of [`METRICS`], unless that was done already.
    fn drawn(&self, biology: &Biology, summed: Summed) -> Arc<Drawn> {
        let draw = || self.draw_parts(biology, summed, Parts::ALL, None);
        self.known.find(biology, summed, |_| true).unwrap_or_else(|| self.known.keep(biology, summed, draw()))
    }

    /// The draws of the sum of all courses with the band of its curve up to a dose; limits of the same basis share them.
    fn drawn_with_curve(&self, biology: &Biology, highest: f64) -> Arc<Drawn> {
        const SUMMED: Summed = Summed::Cumulative;
        let draw = || self.draw_parts(biology, SUMMED, Parts::ALL, Some(highest));
        let has_curve = |known: &Drawn| known.curve_to == Some(highest);
        self.known.find(biology, SUMMED, has_curve).unwrap_or_else(|| self.known.keep(biology, SUMMED, draw()))
    }

    fn draw_parts(&self, biology: &Biology, summed: Summed, parts: Parts, curve_to: Option<f64>) -> Drawn {
        let curve = curve_to.into_iter().flat_map(curve_doses).map(Metric::VolumeAtGy);
        let metrics: Vec<Metric> = METRICS.into_iter().map(|(_, metric)| metric).chain(curve).collect();
        let nominal = self.ensemble.histogram(biology, summed, Parts::NONE, None);
        let mut values = self.ensemble.values(biology, summed, parts, &metrics);
        let of_curve = values.split_off(METRICS.len());
        let volume_cc = nominal.as_ref().map(dose::Dvh::volume_cc);
        Drawn {
            nominal: METRICS.iter().map(|(_, metric)| metric.of(nominal.as_ref()?)).collect(),
            curve: volume_cc.zip(curve_to).and_then(|(volume_cc, to)| curve_band(volume_cc, to, of_curve)),
            curve_to,
            values,
        }
    }

    /// The band of a measure of [`METRICS`].
    fn band(&self, biology: &Biology, summed: Summed, of: &Estimated, metric: &Metric) -> Option<Band> {
        self.moved(&self.drawn(biology, summed), of, metric, true)
    }

    /// The draws of a measure, moved so that the most plausible one is what was measured finely, and spread by its own error.
    fn moved(&self, drawn: &Drawn, of: &Estimated, metric: &Metric, with_error: bool) -> Option<Band> {
        let index = METRICS.iter().position(|(_, other)| other == metric)?;
        let (fine, coarse) = (of.estimate(metric)?, drawn.nominal[index]?);
        let deviation = if with_error { fine.error / DEVIATIONS_IN_ERROR } else { 0.0 };
        let moved = drawn.values[index].as_ref()?.iter().enumerate().map(|(draw, value)| {
            (fine.value + value - coarse + deviation * self.ensemble.deviate(draw as u32)).max(0.0)
        });
        Band::of(fine.value, moved.collect())
    }

    /// The draws of the share that the current course has in a measure of the sum.
    fn share_band(&self, biology: &Biology, metric: Metric, nominal: f64) -> Option<Band> {
        let index = METRICS.iter().position(|(_, other)| *other == metric)?;
        let [current, cumulative] =
            [Summed::Current, Summed::Cumulative].map(|summed| self.drawn(biology, summed));
        let coarse = current.nominal[index]? / cumulative.nominal[index].filter(|total| *total > 0.0)?;
        let pairs = current.values[index].as_ref()?.iter().zip(cumulative.values[index].as_ref()?);
        let shares = pairs.filter(|(_, total)| **total > 0.0).map(|(part, total)| part / total);
        // As for doses: the most plausible draw is what was measured finely.
        Band::of(nominal, shares.map(|share| (nominal + share - coarse).clamp(0.0, 1.0)).collect())
    }
}

/// Writes the bands of an organ beside its doses, and what they come from.
pub(crate) fn tell(context: &Context<'_>, measured: &mut Measured<'_>) {
    tell_bands(context, measured);
    let told = sources(context, measured);
    measured.summary.uncertainty.extend(told);
}

/// Writes the bands of an organ beside its doses.
pub(crate) fn tell_bands(context: &Context<'_>, measured: &mut Measured<'_>) {
    let Some(doubt) = Doubt::of(context, measured) else { return };
    let highest = CURVE_REACH * doubt.cumulative.dvh.max_gy();
    let drawn = doubt.own.drawn_with_curve(&doubt.biology, highest);
    let band = |metric: &Metric| doubt.own.moved(&drawn, &doubt.cumulative, metric, true);
    let told: Map<String, Value> = METRICS
        .iter()
        .map(|(name, metric)| ((*name).to_owned(), band(metric).map_or(Value::Null, |band| json!(band))))
        .collect();
    let curve = drawn.curve.clone();
    let settings = &context.settings.uncertainty;
    let inputs = json!({
        "draws": doubt.own.ensemble.n_draws(),
        "alpha_beta_gy": range(&doubt.biology.range),
        "recovery": range(&recovery_range(context, measured, measured.summary.recovery)),
        "dose_calculation_percent": settings.dose_calculation_percent,
        "correlation_mm": settings.correlation_mm.unwrap_or(CORRELATION_MM),
    });
    let summary = &mut measured.summary;
    summary.uncertainty.insert("cumulative_eqd2".to_owned(), Value::Object(told));
    summary.uncertainty.insert("inputs".to_owned(), inputs);
    summary.band = curve;
}

/// What the doubt of an organ comes from, and the highest prior dose within reach.
pub(crate) fn sources(context: &Context<'_>, measured: &Measured<'_>) -> Map<String, Value> {
    let Some(doubt) = Doubt::of(context, measured) else { return Map::new() };
    let contributions = contributions(doubt.own, &doubt.biology, &doubt.cumulative);
    let search = search(context, measured, &doubt.own.samples, doubt.biology.alpha_beta);
    Map::from_iter([("contributions".to_owned(), contributions), ("search".to_owned(), search)])
}

/// An organ whose dose is a number, with what is drawn for it.
struct Doubt<'m> {
    own: &'m OrganEnsemble,
    biology: Biology,
    cumulative: Estimated,
}

impl<'m> Doubt<'m> {
    fn of(context: &Context<'_>, measured: &'m Measured<'_>) -> Option<Self> {
        if measured.is_bounded {
            // The draws of a bound are no band of the dose.
            return None;
        }
        let (own, doses) = (measured.ensemble.as_ref()?, measured.doses.as_ref()?);
        let with_recovery = doses.doses.cumulative_recovered.is_some();
        let biology = biology(context, measured, measured.alpha_beta?, with_recovery);
        let cumulative = doses.estimated(|doses| Some(doses.counted()))?;
        Some(Self { own, biology, cumulative })
    }
}

fn range(distribution: &Distribution) -> Value {
    match *distribution {
        Distribution::Exact(value) => json!({ "nominal": value, "low": value, "high": value }),
        _ => json!({
            "nominal": distribution.most_plausible(),
            "low": distribution.quantile(0.0),
            "high": distribution.quantile(1.0),
        }),
    }
}

/// Half the width of the band of the near-maximum and of the mean that each doubt would leave alone.
fn contributions(own: &OrganEnsemble, biology: &Biology, cumulative: &Estimated) -> Value {
    let metrics = [Metric::DoseAtCc(0.1), Metric::Mean];
    let alone = [
        ("registration", Parts { registration: true, ..Parts::NONE }),
        ("alpha_beta", Parts { alpha_beta: true, ..Parts::NONE }),
        ("recovery", Parts { recovery: true, ..Parts::NONE }),
        ("dose_calculation", Parts { calculation: true, ..Parts::NONE }),
    ];
    let pair = |widths: [Option<f64>; 2]| json!({ "d0_1cc_gy": widths[0], "mean_gy": widths[1] });
    let of_parts = |parts: Parts| {
        if !own.ensemble.can_vary(biology, parts) {
            return pair([Some(0.0); 2]);
        }
        let drawn = own.draw_parts(biology, Summed::Cumulative, parts, None);
        pair(metrics.map(|metric| Some(own.moved(&drawn, cumulative, &metric, false)?.half_width())))
    };
    let mut told: Map<String, Value> =
        alone.iter().map(|(name, parts)| ((*name).to_owned(), of_parts(*parts))).collect();
    let own_error =
        |metric: Metric| Some(cumulative.estimate(&metric)?.error * normal::quantile(0.95) / DEVIATIONS_IN_ERROR);
    told.insert("histogram".to_owned(), pair(metrics.map(own_error)));
    Value::Object(told)
}

/// The doses at which the band of a curve is given.
fn curve_doses(highest: f64) -> impl Iterator<Item = f64> {
    (0..BAND_POINTS).map(move |n| highest * n as f64 / (BAND_POINTS - 1) as f64)
}

/// How much of the organ receives each dose, in 5 % and in 95 % of the draws.
fn curve_band(volume_cc: f64, highest: f64, values: Vec<Option<Vec<f64>>>) -> Option<DvhBand> {
    let percent = 100.0 / volume_cc;
    let point = |(gy, values): (f64, Option<Vec<f64>>)| {
        let band = Band::of(0.0, values?)?;
        Some([gy, (percent * band.low).clamp(0.0, 100.0), (percent * band.high).clamp(0.0, 100.0)])
    };
    let points: Option<Vec<[f64; 3]>> = curve_doses(highest).zip(values).map(point).collect();
    points.map(|points| DvhBand { points })
}

/// Gives a limit the band of what was compared with it.
///
/// α/β is a range about the basis of the limit: a limit stated as EQD2 is a dose in 2 Gy fractions, and the doubt lies in what the
/// fractions that were given are worth.
pub(crate) fn doubt_limit(
    context: &Context<'_>,
    measured: &Measured<'_>,
    constraint: &Constraint,
    (counted, current): (&Estimated, &Estimated),
    judged: &mut JudgedConstraint,
) {
    let Some(own) = &measured.ensemble else { return };
    let with_recovery = constraint.after_discount && recovery::is_any(&measured.recoveries);
    let biology = biology(context, measured, constraint.alpha_beta, with_recovery);
    let one = |summed, of| own.band(&biology, summed, of, &constraint.metric);
    let band = match constraint.scope {
        DoseScope::Cumulative => one(Summed::Cumulative, counted),
        DoseScope::Current => one(Summed::Current, current),
        DoseScope::CurrentShare => {
            judged.value_share.and_then(|nominal| own.share_band(&biology, constraint.metric, nominal))
        }
        DoseScope::Interval => None,
    };
    match band {
        Some(band) if measured.is_bounded && constraint.scope != DoseScope::Current => {
            judged.doubt_bound(&band, constraint)
        }
        Some(band) => judged.doubt(&band, constraint),
        None => {}
    }
}

/// The band of the prior dose in the measure of a limit.
pub(crate) fn prior_band(
    context: &Context<'_>,
    measured: &Measured<'_>,
    constraint: &Constraint,
    prior: &Estimated,
) -> Option<Band> {
    let with_recovery = constraint.after_discount && recovery::is_any(&measured.recoveries);
    let biology = biology(context, measured, constraint.alpha_beta, with_recovery);
    let own = measured.ensemble.as_ref()?;
    own.band(&biology, Summed::Prior, prior, &constraint.metric)
}

/// The highest prior dose within reach, instead of draws.
fn search(context: &Context<'_>, measured: &Measured<'_>, samples: &Samples, alpha_beta: AlphaBeta) -> Value {
    let Some(current) = context.case.current() else { return Value::Null };
    let tissue = measured.tissue(alpha_beta);
    let mut found: Vec<SearchedDose> = Vec::new();
    let mut told = Map::new();
    for course in context.case.prior() {
        // Targets of two courses bear one name and are not one organ.
        let organ = (measured.summary.kind != Some(OrganKind::Target))
            .then(|| same_organ(context, course, measured, Purpose::Search))
            .flatten()
            .map(|(_, solid)| solid.samples((solid.volume_cc() * 1000.0 / PLACES).cbrt().clamp(0.3, 5.0)));
        let mut frames: Vec<&FrameOfReference> = course.doses().map(|dose| &dose.frame).collect();
        frames.dedup();
        for frame in frames {
            let Some(map) = context.alignment.to_frame.get(frame) else { return Value::Null };
            let radius =
                if *frame == current.frame { 0.0 } else { usual_radius_mm(context, frame, &samples.positions_mm) };
            let doses: Vec<_> = course
                .doses()
                .filter(|dose| dose.frame == *frame)
                .map(|dose| (dose, dose.fractionation().eqd2_terms(&tissue)))
                .collect();
            let of_frame = |position: &Point, reach: f64| -> Option<f64> {
                let mut sum = 0.0;
                for (dose, terms) in &doses {
                    sum += eqd2_at(dose, terms, position, reach)?;
                }
                Some(sum)
            };
            let search = EllipsoidSearch { radii_mm: [radius.max(1e-3); 3] };
            // The organ was drawn in the frame of the course; in others nothing restricts.
            let organ = organ.as_ref().filter(|_| *frame == course.frame);
            let Some(one) = search.search(samples, &map.transform, of_frame, organ) else { return Value::Null };
            told.insert(course.id.clone(), json!({ "radius_mm": radius, "drawn_before": organ.is_some() }));
            found.push(one);
        }
    }
    let now = |position: &Point| -> Option<f64> {
        current
            .doses()
            .map(|dose| {
                let map = context.alignment.to_frame.get(&dose.frame)?;
                let terms = dose.fractionation().eqd2_terms(&tissue);
                eqd2_at(dose, &terms, &map.transform.apply(position)?, 1.0)
            })
            .sum()
    };
    let current_gy: Option<Vec<f64>> = samples.positions_mm.iter().map(now).collect();
    let Some(current_gy) = current_gy.filter(|_| !found.is_empty()) else { return Value::Null };
    let measure = |metric| searched_measure(&current_gy, &found, &samples.volumes_cc, &metric);
    json!({ "courses": told, "max_gy": measure(Metric::Max), "d0_1cc_gy": measure(Metric::DoseAtCc(0.1)) })
}

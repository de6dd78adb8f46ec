//! How much the dose of each organ depends on the map that carries it.

use case::{Course, Findings, Role};
use dose::NearMaximumAndMean;
use geometry::{FrameOfReference, Samples, Transform, Vector, Volume};
use guidelines::OrganKind;
use registration::Verdict;
use serde_json::{Value, json};

use crate::conversion::Conversions;
use crate::doubt::usual_radius_mm;
use crate::model::RegistrationSummary;
use crate::structures::{Context, Measured};

/// Organs are looked at in about this many places.
const PLACES: f64 = 3000.0;
/// A near-maximum that changes by more than this (EQD2) with the map asks for care.
const CARE_GY: f64 = 3.0;

/// The dose of one course in one organ, map by map.
struct Consequence {
    course: String,
    kind: &'static str,
    /// Nothing where a dose or a map does not reach the whole organ; so for all others.
    chosen: Option<NearMaximumAndMean>,
    others: Vec<(&'static str, Option<NearMaximumAndMean>)>,
    doubt_mm: f64,
    displaced: Vec<Option<NearMaximumAndMean>>,
}

/// Writes beside each organ what other maps and a displacement by the local doubt would change, and says where it is much.
pub(crate) fn tell_consequences(
    context: &Context<'_>,
    conversions: &mut Conversions,
    structures: &mut [Measured<'_>],
    findings: &mut Findings,
) {
    let mut sensitive: Vec<(String, Vec<String>)> = Vec::new();
    for measured in structures {
        if let Some(alpha_beta) = measured.alpha_beta {
            conversions.prepare(context.case, &measured.tissue(alpha_beta));
        }
        let of_courses = consequences(context, conversions, measured);
        if of_courses.is_empty() {
            continue;
        }
        for consequence in of_courses.iter().filter(|consequence| consequence.verdict() > Verdict::Usable) {
            let Some(words) = consequence.words() else { continue };
            let words = format!("{} ({words})", measured.roi.name);
            match sensitive.iter_mut().find(|(course, _)| *course == consequence.course) {
                Some((_, organs)) => organs.push(words),
                None => sensitive.push((consequence.course.clone(), vec![words])),
            }
        }
        let told: serde_json::Map<String, Value> =
            of_courses.iter().map(|consequence| (consequence.course.clone(), consequence.told())).collect();
        measured.summary.uncertainty.insert("registration".to_owned(), Value::Object(told));
    }
    for (course, organs) in sensitive {
        let message = format!(
            "the near-maximum of this course depends on the registration by more than {CARE_GY} Gy (EQD2) in: {}; judge these \
             organs by the whole range",
            organs.join(", ")
        );
        findings.warn("H43", &course, message);
    }
}

fn consequences(context: &Context<'_>, conversions: &Conversions, measured: &Measured<'_>) -> Vec<Consequence> {
    let (Some(solid), Some(_)) = (&measured.solid, measured.alpha_beta) else { return Vec::new() };
    if measured.summary.kind == Some(OrganKind::External) || measured.doses.is_none() {
        return Vec::new();
    }
    let volume_mm3 = solid.volume_cc() * 1000.0;
    let samples = solid.samples((volume_mm3 / PLACES).cbrt().clamp(1.0, 5.0));
    let prior = context.case.courses.iter().enumerate().filter(|(_, course)| course.role == Role::Prior);
    prior
        .filter_map(|(index, course)| consequence(context, conversions, measured, (index, course), &samples))
        .collect()
}

fn consequence(
    context: &Context<'_>,
    conversions: &Conversions,
    measured: &Measured<'_>,
    (index, course): (usize, &Course),
    samples: &Samples,
) -> Option<Consequence> {
    let alignment = context.alignment;
    let grids = conversions.of_course(index, &measured.tissue(measured.alpha_beta?))?;
    let current = &context.case.current()?.frame;
    let frames: Vec<&FrameOfReference> =
        grids.iter().map(|grid| &grid.frame).filter(|frame| *frame != current).collect();
    let leads_there =
        |summary: &&RegistrationSummary| frames.iter().any(|frame| frame.as_str() == summary.moving_frame);
    let summary = alignment.summaries.iter().find(leads_there)?;
    if samples.is_empty() || frames.iter().any(|frame| !alignment.to_frame.contains_key(*frame)) {
        return None;
    }
    // Each dose with the map to its own frame: of a kind, where there is one, else the map in use.
    let with = |kind: Option<&str>, shift: Vector| {
        let map = |frame: &FrameOfReference| {
            let other = alignment.others.iter().find(|other| Some(other.kind) == kind && other.map.to == *frame);
            other.map(|other| &other.map).or_else(|| alignment.to_frame.get(frame)).map(|map| &map.transform)
        };
        let doses: Option<Vec<(&Volume<f64>, &Transform)>> =
            grids.iter().map(|grid| Some((&grid.voxels, map(&grid.frame)?))).collect();
        NearMaximumAndMean::of(samples, &doses?, shift)
    };
    let mut kinds: Vec<&'static str> =
        alignment.others.iter().filter(|other| frames.contains(&&other.map.to)).map(|other| other.kind).collect();
    kinds.dedup();
    let doubt_mm =
        frames.iter().map(|frame| usual_radius_mm(context, frame, &samples.positions_mm)).fold(0.0, f64::max);
    let directions = [Vector::x(), Vector::y(), Vector::z()];
    let shifts = directions.iter().flat_map(|direction| [direction * doubt_mm, -direction * doubt_mm]);
    Some(Consequence {
        course: course.id.clone(),
        kind: summary.kind,
        chosen: with(None, Vector::zeros()),
        others: kinds.into_iter().map(|kind| (kind, with(Some(kind), Vector::zeros()))).collect(),
        doubt_mm,
        displaced: shifts.map(|shift| with(None, shift)).collect(),
    })
}

impl Consequence {
    fn all(&self) -> impl Iterator<Item = Option<NearMaximumAndMean>> {
        self.others.iter().map(|(_, found)| *found).chain(self.displaced.iter().copied()).chain([self.chosen])
    }

    /// Nothing where some map or some displacement leads out of the dose, so that its end is not known.
    fn range(&self, pick: fn(&NearMaximumAndMean) -> f64) -> Option<[f64; 2]> {
        let all: Option<Vec<NearMaximumAndMean>> = self.all().collect();
        let join = |[low, high]: [f64; 2], value: f64| [low.min(value), high.max(value)];
        Some(all?.iter().map(pick).fold([f64::INFINITY, f64::NEG_INFINITY], join))
    }

    /// With care where the near-maximum changes much, or where nobody knows how much.
    fn verdict(&self) -> Verdict {
        match (self.range(|found| found.d0_1cc_gy), self.chosen) {
            (Some([low, high]), Some(chosen))
                if (high - chosen.d0_1cc_gy).max(chosen.d0_1cc_gy - low) <= CARE_GY =>
            {
                Verdict::Usable
            }
            _ => Verdict::UsableWithCare,
        }
    }

    /// The organ in a sentence on those that depend on the registration; nothing where its range is not known, which coverage tells.
    fn words(&self) -> Option<String> {
        let [low, high] = self.range(|found| found.d0_1cc_gy)?;
        Some(format!("D0.1cc {:.1} Gy, {low:.1} to {high:.1} Gy", self.chosen?.d0_1cc_gy))
    }

    fn told(&self) -> Value {
        let pair = |found: &Option<NearMaximumAndMean>| match found {
            Some(found) => json!({ "d0_1cc_gy": found.d0_1cc_gy, "mean_gy": found.mean_gy }),
            None => json!({ "d0_1cc_gy": null, "mean_gy": null }),
        };
        let by_kind: serde_json::Map<String, Value> = self
            .others
            .iter()
            .map(|(kind, found)| ((*kind).to_owned(), pair(found)))
            .chain([(self.kind.to_owned(), pair(&self.chosen))])
            .collect();
        json!({
            "used": self.kind,
            "eqd2": by_kind,
            "displacement_mm": self.doubt_mm,
            "d0_1cc_range_gy": self.range(|found| found.d0_1cc_gy),
            "mean_range_gy": self.range(|found| found.mean_gy),
            "verdict": self.verdict().name(),
        })
    }
}

//! Courses of which no dose came as DICOM: what is known of them, entered by a person.

use chrono::NaiveDate;
use geometry::{FrameOfReference, Grid, Point, Volume};
use radiobiology::{NumberOfFractions, Rbe, Schedule};
use serde::{Deserialize, Serialize};

use crate::{Course, CoursePlan, FractionDoses, Modality, OrganBounds, PlannedDose, Role};

/// Half the edge of the box in which a bound stands everywhere; larger than any patient.
const REACH_MM: f64 = 2500.0;

/// An even number of fractions must not fall to the next lower one by rounding.
const ROUNDING: f64 = 1e-9;

/// A prior course known only by its prescription, a note, points or limits of dose.
///
/// It is carried as bounds: every place received at most what is stated, and at least what is stated, else nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncompleteCourse {
    /// Label of the course.
    pub label: String,
    /// First day of treatment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<NaiveDate>,
    /// Last day of treatment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
    /// What irradiated.
    pub modality: Modality,
    /// Number of fractions that were given.
    pub fractions: i64,
    /// How many of them each day; once a day when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fractions_per_day: Option<u32>,
    /// Hours from one fraction of a day to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours_between: Option<f64>,
    /// Prescription in gray (for particles in Gy(RBE)).
    pub prescription_gy: f64,
    /// Highest plausible dose anywhere, in percent of the prescription: the technique decides, so there is no default.
    pub highest_percent: f64,
    /// Where the beams went, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treated: Option<TreatedVolume>,
    /// What is known of single structures.
    #[serde(default, rename = "organ", skip_serializing_if = "Vec::is_empty")]
    pub organs: Vec<OrganBounds>,
    /// Where it is known from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Where coplanar beams went: the heights along the patient of a structure that is drawn in the current course.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatedVolume {
    /// Name as drawn in the current course.
    pub structure: String,
    /// How far above and below it the beams may have reached.
    pub margin_mm: f64,
    /// Highest plausible dose above and below that, in percent of the prescription.
    pub beyond_percent: f64,
}

impl IncompleteCourse {
    /// Highest plausible dose anywhere.
    pub fn highest_gy(&self) -> f64 {
        self.prescription_gy * self.highest_percent / 100.0
    }

    /// How fractions followed each other, as stated.
    pub fn schedule(&self) -> Schedule {
        match (self.fractions_per_day, self.hours_between) {
            (Some(fractions_per_day @ 2..), Some(hours_between)) => {
                Schedule::SeveralPerDay { fractions_per_day, hours_between }
            }
            _ => Schedule::OncePerDay,
        }
    }

    /// What is known of a structure.
    pub fn organ(&self, structure: &str) -> Option<&OrganBounds> {
        self.organs.iter().find(|organ| organ.structure == structure)
    }

    /// Highest plausible dose of any fraction anywhere.
    pub fn highest_gy_per_fraction(&self) -> f64 {
        self.highest_gy() / self.fractions as f64
    }

    /// The fewest fractions in which a part of the dose can have been given: none of them held more than an even share of the highest
    /// dose anywhere. A dose that some fields gave and others did not weighs more than one spread over all fractions.
    pub fn fewest_fractions(&self, gy: f64) -> Option<NumberOfFractions> {
        let fewest = (gy / self.highest_gy_per_fraction() + ROUNDING).floor() as i64;
        NumberOfFractions::new(fewest.clamp(1, self.fractions)).ok()
    }

    /// The course, with the highest plausible dose everywhere in a frame; nothing for a number of fractions that is none.
    pub fn course(&self, frame: &FrameOfReference) -> Option<Course> {
        let fractions = NumberOfFractions::new(self.fractions).ok()?;
        let dose = |gy: f64, fractions| {
            let voxels = everywhere_the_same(gy)?;
            let schedule = self.schedule();
            Some(PlannedDose { schedule, ..PlannedDose::new(frame.clone(), fractions, voxels) })
        };
        let mut doses = vec![dose(self.highest_gy(), fractions)?];
        if self.treated.is_some() {
            // What lies beyond the beams is known only where a structure is measured; elsewhere the highest dose stands.
            doses.push(dose(0.0, fractions)?);
        }
        let plan = CoursePlan {
            uid: String::new(),
            label: self.label.clone(),
            modality: self.modality,
            fractions_planned: fractions.get(),
            fractions_delivered: fractions.get(),
            dose_type: "RECORD".to_owned(),
            rbe: if self.modality.needs_rbe() { Rbe::Included } else { Rbe::Photon },
            prescription_gy: Some(self.prescription_gy),
            fraction_doses: FractionDoses::default(),
            doses,
        };
        Some(Course {
            id: String::new(),
            label: self.label.clone(),
            role: Role::Prior,
            start_date: self.start_date,
            end_date: self.end_date,
            interval_days: None,
            frame: frame.clone(),
            structure_set: None,
            image: None,
            plans: vec![plan],
            has_no_plan_yet: false,
            incomplete: Some(self.clone()),
        })
    }
}

/// A dose that is the same wherever a patient may be.
pub fn everywhere_the_same(gy: f64) -> Option<Volume<f64>> {
    let grid = Grid::axial(Point::new(-REACH_MM, -REACH_MM, -REACH_MM), [REACH_MM; 3], [3, 3, 3]).ok()?;
    let n = grid.len();
    Volume::new(grid, vec![gy; n])
}

/// A dose that differs only along the patient, given at equal steps from a height on; the outermost values hold beyond.
pub fn along_the_patient(from_mm: f64, step_mm: f64, values_gy: &[f64]) -> Option<Volume<f64>> {
    let n_beyond = (REACH_MM / step_mm).ceil() as usize;
    let origin = Point::new(-REACH_MM, -REACH_MM, from_mm - n_beyond as f64 * step_mm);
    let n_planes = values_gy.len() + 2 * n_beyond;
    let grid = Grid::axial(origin, [REACH_MM, REACH_MM, step_mm], [3, 3, n_planes]).ok()?;
    let value = |plane: usize| values_gy[plane.saturating_sub(n_beyond).min(values_gy.len() - 1)];
    Volume::new(grid, (0..n_planes).flat_map(|plane| [value(plane); 9]).collect())
}

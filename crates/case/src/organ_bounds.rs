//! What is known of the absorbed dose of a course in one structure, where no dose of the course came as DICOM.

use serde::{Deserialize, Serialize};

/// Statements about one structure; each bounds its dose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganBounds {
    /// Name as drawn in the current course.
    pub structure: String,
    /// Every part of it received at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least_gy: Option<f64>,
    /// No part of it received more than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_gy: Option<f64>,
    /// Its mean dose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_gy: Option<f64>,
    /// Its cumulative histogram: dose in gray, and percent of the volume that received at least as much.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dvh: Vec<[f64; 2]>,
}

impl OrganBounds {
    /// No part received more: as stated, or where the histogram ends.
    pub fn highest_gy(&self) -> Option<f64> {
        let of_dvh = self.dvh.iter().find(|[_, percent]| *percent <= 0.0).map(|[gy, _]| *gy);
        [self.at_most_gy, of_dvh].into_iter().flatten().reduce(f64::min)
    }

    /// Every part received as much: as stated, or where the histogram begins to fall.
    pub fn lowest_gy(&self) -> Option<f64> {
        let of_dvh = self.dvh.iter().rev().find(|[_, percent]| *percent >= 100.0).map(|[gy, _]| *gy);
        [self.at_least_gy, of_dvh].into_iter().flatten().reduce(f64::max)
    }

    /// Within which the mean dose lies: as stated, or between the steps above and below the points of the histogram.
    pub fn mean_bounds_gy(&self) -> Option<[f64; 2]> {
        if let Some(mean) = self.mean_gy {
            return Some([mean; 2]);
        }
        let highest = self.highest_gy().filter(|_| !self.dvh.is_empty())?;
        let (mut low, mut high) = (0.0, 0.0);
        let mut before = [0.0, 100.0];
        for point in self.dvh.iter().copied().filter(|[gy, _]| *gy < highest).chain([[highest, 0.0]]) {
            let width = point[0] - before[0];
            low += width * point[1] / 100.0;
            high += width * before[1] / 100.0;
            before = point;
        }
        Some([low, high])
    }

    /// What contradicts itself, in words.
    pub fn problem(&self) -> Option<&'static str> {
        let ascends = |pair: &[[f64; 2]]| pair[1][0] > pair[0][0] && pair[1][1] <= pair[0][1];
        let is_possible =
            |[gy, percent]: &[f64; 2]| gy.is_finite() && *gy >= 0.0 && (0.0..=100.0).contains(percent);
        if !(self.dvh.iter().all(is_possible) && self.dvh.windows(2).all(ascends)) {
            return Some(
                "its histogram needs doses that rise and percents of the volume that do not, from 100 to 0",
            );
        }
        let above = |[gy, percent]: &[f64; 2]| *percent > 0.0 && self.at_most_gy.is_some_and(|most| *gy > most);
        let below =
            |[gy, percent]: &[f64; 2]| *percent < 100.0 && self.at_least_gy.is_some_and(|least| *gy <= least);
        if self.dvh.iter().any(|point| above(point) || below(point)) {
            return Some("its histogram does not fit its lowest or highest dose");
        }
        if self.lowest_gy().zip(self.highest_gy()).is_some_and(|(low, high)| low > high) {
            return Some("its lowest dose lies above its highest");
        }
        let mean = self.mean_gy?;
        let of_dvh = Self { mean_gy: None, ..self.clone() }.mean_bounds_gy();
        let [low, high] = of_dvh.unwrap_or([0.0, f64::INFINITY]);
        let is_within = mean >= self.lowest_gy().unwrap_or(0.0).max(low)
            && mean <= self.highest_gy().unwrap_or(f64::INFINITY).min(high);
        (!is_within).then_some("its mean dose does not fit its other doses")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(points: &[[f64; 2]]) -> OrganBounds {
        OrganBounds { dvh: points.to_vec(), ..OrganBounds::default() }
    }

    #[test]
    fn a_histogram_bounds_the_dose_and_its_mean() {
        // A quarter of the volume between 10 and 20 Gy, a quarter between 20 and 30, half between 5 and 10.
        let bounds = table(&[[5.0, 100.0], [10.0, 50.0], [20.0, 25.0], [30.0, 0.0]]);
        assert_eq!((bounds.lowest_gy(), bounds.highest_gy()), (Some(5.0), Some(30.0)));
        let [low, high] = bounds.mean_bounds_gy().unwrap();
        assert!((low - (0.5 * 5.0 + 0.25 * 10.0 + 0.25 * 20.0)).abs() < 1e-12);
        assert!((high - (0.5 * 10.0 + 0.25 * 20.0 + 0.25 * 30.0)).abs() < 1e-12);
        assert!(bounds.problem().is_none());
    }

    #[test]
    fn a_histogram_without_end_bounds_nothing_above() {
        let open = table(&[[5.0, 100.0], [20.0, 25.0]]);
        assert_eq!((open.highest_gy(), open.mean_bounds_gy()), (None, None));
        let closed = OrganBounds { at_most_gy: Some(40.0), ..open };
        assert_eq!(closed.mean_bounds_gy(), Some([5.0 + 0.25 * 15.0, 20.0 + 0.25 * 20.0]));
    }

    #[test]
    fn contradictions_are_told() {
        assert!(table(&[[5.0, 50.0], [10.0, 60.0]]).problem().is_some());
        assert!(table(&[[5.0, 50.0], [4.0, 40.0]]).problem().is_some());
        assert!(table(&[[5.0, 120.0]]).problem().is_some());
        let mean =
            |mean_gy| OrganBounds { mean_gy: Some(mean_gy), at_most_gy: Some(20.0), ..OrganBounds::default() };
        assert!(mean(30.0).problem().is_some() && mean(10.0).problem().is_none());
        let both = OrganBounds { mean_gy: Some(2.0), ..table(&[[5.0, 100.0], [10.0, 0.0]]) };
        assert!(both.problem().is_some());
        let capped = OrganBounds { at_most_gy: Some(20.0), ..table(&[[10.0, 100.0], [30.0, 50.0], [40.0, 0.0]]) };
        assert!(capped.problem().is_some(), "half of it received more than the highest dose");
        let raised = OrganBounds { at_least_gy: Some(25.0), ..table(&[[5.0, 100.0], [10.0, 50.0], [40.0, 0.0]]) };
        assert!(raised.problem().is_some(), "half of it received less than the lowest dose");
    }
}

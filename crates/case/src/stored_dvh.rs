//! Histograms that another program computed, for comparison with our own.

/// The structure a histogram belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredRoi {
    /// Number within the structure set that the dose refers to.
    Number(i32),
    /// Name as drawn.
    Name(String),
}

/// A cumulative histogram as another program exported it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDvh {
    /// Whose it is.
    pub roi: StoredRoi,
    /// Volume of the structure, where it was told.
    pub volume_cc: Option<f64>,
    /// Lowest dose, where it was told.
    pub min_gy: Option<f64>,
    /// Highest dose, where it was told.
    pub max_gy: Option<f64>,
    /// Mean dose, where it was told.
    pub mean_gy: Option<f64>,
    curve: Vec<[f64; 2]>,
}

/// Why numbers are no histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredDvhError {
    /// There are fewer than two points.
    #[error("it has fewer than two points")]
    Short,
    /// Doses fall or a number is negative or not finite.
    #[error("its doses do not rise or a number is negative")]
    Order,
    /// The volume does not fall.
    #[error("its volume rises with the dose, so it is not cumulative")]
    Rising,
    /// There is no volume at all.
    #[error("its volume is zero everywhere")]
    NoVolume,
}

/// How much a volume may rise by rounding, as a share of the whole.
const ROUNDING: f64 = 1e-3;

/// A highest dose that is off the end of the curve by more than this share is given in another unit.
const OTHER_UNIT: f64 = 0.2;

impl StoredDvh {
    /// From doses in gray and the volume in any unit that receives at least each of them.
    ///
    /// # Errors
    /// When doses do not rise, volumes do not fall, or there is nothing.
    pub fn from_cumulative(roi: StoredRoi, points: &[[f64; 2]]) -> Result<Self, StoredDvhError> {
        if points.len() < 2 {
            return Err(StoredDvhError::Short);
        }
        let whole = points[0][1];
        // The last volumes are often differences of sums, a hair below zero.
        let is_usable = |[dose, volume]: &[f64; 2]| {
            dose.is_finite() && *dose >= 0.0 && volume.is_finite() && *volume >= -ROUNDING * whole.abs()
        };
        if !points.iter().all(is_usable) || points.windows(2).any(|pair| pair[1][0] < pair[0][0]) {
            return Err(StoredDvhError::Order);
        }
        if whole <= 0.0 {
            return Err(StoredDvhError::NoVolume);
        }
        if points.windows(2).any(|pair| pair[1][1] > pair[0][1] + ROUNDING * whole) {
            return Err(StoredDvhError::Rising);
        }
        let curve = points.iter().map(|[dose, volume]| [*dose, (volume / whole).max(0.0)]).collect();
        Ok(Self { roi, volume_cc: None, min_gy: None, max_gy: None, mean_gy: None, curve })
    }

    /// The dose at which the curve ends.
    pub fn ends_at_gy(&self) -> f64 {
        let last = self.curve.iter().rposition(|[_, above]| *above > 0.0).unwrap_or(0);
        self.curve[(last + 1).min(self.curve.len() - 1)][0]
    }

    /// Drops the extremes and the mean where the highest dose does not lie where the curve ends, and says whether it did:
    /// some systems store them in percent of the prescription.
    pub fn drop_measures_in_another_unit(&mut self) -> bool {
        let end = self.ends_at_gy();
        let fits = |max: f64| (max - end).abs() <= OTHER_UNIT * end.max(1.0);
        let is_other = self.max_gy.is_some_and(|max| !fits(max));
        if is_other {
            (self.min_gy, self.max_gy, self.mean_gy) = (None, None, None);
        }
        is_other
    }

    /// Doses in gray and the share of the volume that receives at least each of them.
    pub fn curve(&self) -> &[[f64; 2]] {
        &self.curve
    }

    /// The lowest dose within the hottest percent of the volume; nothing where the curve ends before.
    pub fn d_percent(&self, percent: f64) -> Option<f64> {
        let share = percent / 100.0;
        let next = self.curve.partition_point(|[_, above]| *above >= share);
        let [[from, high], [to, low]] = [self.curve[next.checked_sub(1)?], *self.curve.get(next)?];
        Some(from + (high - share) / (high - low) * (to - from))
    }

    /// The lowest dose within the hottest `volume_cc`.
    pub fn d_cc(&self, volume_cc: f64) -> Option<f64> {
        let whole = self.volume_cc.filter(|whole| volume_cc <= *whole)?;
        self.d_percent(100.0 * volume_cc / whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> StoredRoi {
        StoredRoi::Name("Cord".to_owned())
    }

    #[test]
    fn measures_follow_the_straight_lines() {
        let mut dvh =
            StoredDvh::from_cumulative(name(), &[[0.0, 20.0], [10.0, 20.0], [20.0, 10.0], [30.0, 0.0]]).unwrap();
        dvh.volume_cc = Some(20.0);
        assert_eq!(dvh.d_percent(50.0), Some(20.0));
        assert_eq!(dvh.d_percent(75.0), Some(15.0));
        assert_eq!(dvh.d_cc(5.0), Some(25.0));
        assert_eq!(dvh.d_cc(25.0), None);
    }

    #[test]
    fn measures_in_percent_of_the_prescription_are_dropped() {
        let mut dvh = StoredDvh::from_cumulative(name(), &[[0.0, 1.0], [14.0, 0.1], [14.7, -1e-13]]).unwrap();
        (dvh.max_gy, dvh.mean_gy) = (Some(14.6), Some(7.0));
        assert!(!dvh.drop_measures_in_another_unit());
        assert_eq!(dvh.mean_gy, Some(7.0));
        (dvh.max_gy, dvh.mean_gy) = (Some(104.9), Some(50.0));
        assert!(dvh.drop_measures_in_another_unit());
        assert_eq!((dvh.max_gy, dvh.mean_gy), (None, None));
    }

    #[test]
    fn what_is_no_cumulative_histogram_is_refused() {
        let of = |points: &[[f64; 2]]| StoredDvh::from_cumulative(name(), points);
        assert_eq!(of(&[[0.0, 1.0]]), Err(StoredDvhError::Short));
        assert_eq!(of(&[[0.0, 1.0], [2.0, 1.0], [1.0, 0.5]]), Err(StoredDvhError::Order));
        assert_eq!(of(&[[0.0, 1.0], [1.0, f64::NAN]]), Err(StoredDvhError::Order));
        assert_eq!(of(&[[0.0, 1.0], [1.0, 2.0]]), Err(StoredDvhError::Rising));
        assert_eq!(of(&[[0.0, 0.0], [1.0, 0.0]]), Err(StoredDvhError::NoVolume));
    }
}

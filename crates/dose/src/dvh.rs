//! Dose–volume histograms as exact order statistics.

use serde::Serialize;

/// The doses of an organ, the highest first, each with the volume that receives at least as much.
///
/// Every sample keeps its own place, so there is no width of bins.
#[derive(Clone, Debug, PartialEq)]
pub struct Dvh {
    doses_gy: Vec<f64>,
    /// Volume of this sample and all hotter ones.
    cumulative_cc: Vec<f64>,
    mean_gy: f64,
}

impl Dvh {
    /// Sorts doses in gray with the volumes in cc they stand for; nothing for an organ without volume.
    ///
    /// The order of the sum is that of the doses, so equal input gives equal bytes.
    pub fn new(doses_gy: &[f64], volumes_cc: &[f64]) -> Option<Self> {
        let mut order: Vec<u32> = (0..doses_gy.len() as u32).collect();
        order.sort_by(|&a, &b| doses_gy[b as usize].total_cmp(&doses_gy[a as usize]).then(a.cmp(&b)));
        let sorted: Vec<f64> = order.iter().map(|&index| doses_gy[index as usize]).collect();
        let mut cumulative_cc = Vec::with_capacity(sorted.len());
        let (mut volume, mut integral) = (0.0, 0.0);
        for &index in &order {
            volume += volumes_cc[index as usize];
            integral += volumes_cc[index as usize] * doses_gy[index as usize];
            cumulative_cc.push(volume);
        }
        (volume > 0.0).then(|| Self { doses_gy: sorted, cumulative_cc, mean_gy: integral / volume })
    }

    /// Volume of the organ.
    pub fn volume_cc(&self) -> f64 {
        self.cumulative_cc.last().copied().unwrap_or(0.0)
    }

    /// Mean dose.
    pub fn mean_gy(&self) -> f64 {
        self.mean_gy
    }

    /// Highest dose of any sample.
    pub fn max_gy(&self) -> f64 {
        self.doses_gy[0]
    }

    /// Lowest dose of any sample.
    pub fn min_gy(&self) -> f64 {
        self.doses_gy[self.doses_gy.len() - 1]
    }

    /// The lowest dose within the hottest `volume_cc`; nothing when the organ is smaller than that.
    pub fn d_cc(&self, volume_cc: f64) -> Option<f64> {
        // Rounding of the sum must not make D100% fall off the end.
        if volume_cc > self.volume_cc() * (1.0 + 1e-9) {
            return None;
        }
        let index = self.cumulative_cc.partition_point(|&cumulative| cumulative < volume_cc * (1.0 - 1e-12));
        Some(self.doses_gy[index.min(self.doses_gy.len() - 1)])
    }

    /// The lowest dose within the hottest `percent` of the volume (ICRU 83).
    pub fn d_percent(&self, percent: f64) -> Option<f64> {
        self.d_cc(self.volume_cc() * percent / 100.0)
    }

    /// Volume in cc that receives at least a dose.
    pub fn v_gy(&self, dose_gy: f64) -> f64 {
        let n_at_least = self.doses_gy.partition_point(|&dose| dose >= dose_gy);
        if n_at_least == 0 { 0.0 } else { self.cumulative_cc[n_at_least - 1] }
    }

    /// Points of the cumulative curve (dose, percent of volume), at most `n` of them, from zero dose upwards.
    pub fn curve(&self, n: usize) -> Vec<[f64; 2]> {
        let max = self.max_gy().max(f64::MIN_POSITIVE);
        (0..n)
            .map(|index| {
                let dose = max * index as f64 / (n - 1) as f64;
                [dose, 100.0 * self.v_gy(dose) / self.volume_cc()]
            })
            .collect()
    }
}

/// The measures every organ is given, in gray but for the volume; what cannot be known is absent (null in JSON).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Metrics {
    /// Volume of the organ.
    pub volume_cc: Option<f64>,
    /// Lowest dose.
    pub min_gy: Option<f64>,
    /// Highest dose.
    pub max_gy: Option<f64>,
    /// Mean dose.
    pub mean_gy: Option<f64>,
    /// D98%.
    pub d98_percent_gy: Option<f64>,
    /// D95%.
    pub d95_percent_gy: Option<f64>,
    /// D50%, the median.
    pub d50_percent_gy: Option<f64>,
    /// D2%.
    pub d2_percent_gy: Option<f64>,
    /// D0.03cc.
    pub d0_03cc_gy: Option<f64>,
    /// D0.1cc.
    pub d0_1cc_gy: Option<f64>,
    /// D0.5cc.
    pub d0_5cc_gy: Option<f64>,
    /// D1cc.
    pub d1cc_gy: Option<f64>,
}

impl Metrics {
    /// All measures of a histogram.
    pub fn of(dvh: &Dvh) -> Self {
        Self {
            volume_cc: Some(dvh.volume_cc()),
            min_gy: Some(dvh.min_gy()),
            max_gy: Some(dvh.max_gy()),
            mean_gy: Some(dvh.mean_gy()),
            d98_percent_gy: dvh.d_percent(98.0),
            d95_percent_gy: dvh.d_percent(95.0),
            d50_percent_gy: dvh.d_percent(50.0),
            d2_percent_gy: dvh.d_percent(2.0),
            d0_03cc_gy: dvh.d_cc(0.03),
            d0_1cc_gy: dvh.d_cc(0.1),
            d0_5cc_gy: dvh.d_cc(0.5),
            d1cc_gy: dvh.d_cc(1.0),
        }
    }

    /// The volume alone, where no dose can be given.
    pub fn volume_only(volume_cc: f64) -> Self {
        Self { volume_cc: Some(volume_cc), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_ramp_has_its_percentiles() {
        let doses: Vec<f64> = (0..1000).map(|index| f64::from(index) / 10.0).collect();
        let dvh = Dvh::new(&doses, &[0.01; 1000]).unwrap();
        assert!((dvh.volume_cc() - 10.0).abs() < 1e-9);
        assert!((dvh.mean_gy() - 49.95).abs() < 1e-9);
        assert!((dvh.d_percent(2.0).unwrap() - 98.0).abs() < 1e-9);
        assert!((dvh.d_cc(0.1).unwrap() - 99.0).abs() < 1e-9);
        assert!((dvh.v_gy(20.0) - 8.0).abs() < 1e-9);
        assert_eq!(dvh.d_cc(10.1), None);
    }

    #[test]
    fn an_organ_without_volume_has_no_histogram() {
        assert_eq!(Dvh::new(&[], &[]), None);
    }

    proptest! {
        #[test]
        fn laws_of_histograms(samples in prop::collection::vec((0.0..80.0_f64, 0.001..0.1_f64), 1..200)) {
            let (doses, volumes): (Vec<f64>, Vec<f64>) = samples.iter().copied().unzip();
            let dvh = Dvh::new(&doses, &volumes).unwrap();
            prop_assert!((dvh.v_gy(0.0) - dvh.volume_cc()).abs() < 1e-12);
            prop_assert!(dvh.min_gy() <= dvh.mean_gy() + 1e-9 && dvh.mean_gy() <= dvh.max_gy() + 1e-9);
            let percents = [0.5, 2.0, 10.0, 50.0, 90.0, 98.0, 100.0];
            let at: Vec<f64> = percents.iter().map(|&percent| dvh.d_percent(percent).unwrap()).collect();
            prop_assert!(at.windows(2).all(|pair| pair[0] >= pair[1]));
            prop_assert_eq!(at[6], dvh.min_gy());
            let mut reversed = samples.clone();
            reversed.reverse();
            let (doses, volumes): (Vec<f64>, Vec<f64>) = reversed.into_iter().unzip();
            let back = Dvh::new(&doses, &volumes).unwrap();
            prop_assert!((back.mean_gy() - dvh.mean_gy()).abs() < 1e-9);
        }
    }
}

//! Dose–volume histograms.

use serde::Serialize;

use crate::SampledDose;

/// Widest bin.
const BIN_GY: f64 = 0.01;
/// Most bins; a histogram that spans more than 1310 Gy gets wider ones.
const MOST_BINS: f64 = 131_072.0;

/// How much of an organ receives at least each dose.
///
/// Every sample is spread evenly over the doses within its box, so the curve does not jump from sample to sample. It
/// is kept at the edges of bins of at most 0.01 Gy, exactly, and runs straight between them; it begins at the lowest
/// and ends at the highest dose.
#[derive(Clone, Debug, PartialEq)]
pub struct Dvh {
    min_gy: f64,
    max_gy: f64,
    mean_gy: f64,
    bin_gy: f64,
    /// Volume that receives at least the dose of each edge, falling from the whole to what receives the highest dose.
    above_cc: Vec<f64>,
}

impl Dvh {
    /// The histogram of a dose at samples with the volumes in cc they stand for; nothing for an organ without volume.
    ///
    /// A sample of no volume counts for the extremes alone.
    pub fn of(dose: &SampledDose, volumes_cc: &[f64]) -> Option<Self> {
        let half_width = |index: usize| dose.width_gy(index) / 2.0;
        Self::spread(&dose.values_gy, volumes_cc, MOST_BINS, half_width)
    }

    /// The histogram of points without extent.
    pub fn of_points(doses_gy: &[f64], volumes_cc: &[f64]) -> Option<Self> {
        Self::spread(doses_gy, volumes_cc, MOST_BINS, |_| 0.0)
    }

    /// As [`Dvh::of_points`] with few bins, for thousands of histograms of which only differences matter.
    pub(crate) fn coarse(doses_gy: &[f64], volumes_cc: &[f64], n_bins: usize) -> Option<Self> {
        Self::spread(doses_gy, volumes_cc, n_bins as f64, |_| 0.0)
    }

    /// Every value counts for its volume, spread evenly to half its width on both sides.
    fn spread(
        values: &[f64],
        volumes_cc: &[f64],
        most_bins: f64,
        half_width: impl Fn(usize) -> f64,
    ) -> Option<Self> {
        let (mut integral, mut volume_cc) = (0.0, 0.0);
        let (mut min_gy, mut max_gy) = (f64::INFINITY, f64::NEG_INFINITY);
        for (value, volume) in values.iter().zip(volumes_cc) {
            integral += volume * value;
            volume_cc += volume;
            (min_gy, max_gy) = (min_gy.min(*value), max_gy.max(*value));
        }
        if !(volume_cc > 0.0 && max_gy.is_finite() && min_gy.is_finite()) {
            return None;
        }
        let mut bins = Bins::new(min_gy, max_gy, most_bins);
        let mut at_max_cc = 0.0;
        for (index, (value, volume)) in values.iter().zip(volumes_cc).enumerate().filter(|(_, (_, v))| **v > 0.0) {
            // What is spread must neither leave the extremes nor move the mean.
            let half = half_width(index).min(value - min_gy).min(max_gy - value);
            // A plateau at the highest dose lies at the last edge and not within the last bin.
            if *value == max_gy {
                at_max_cc += volume;
            } else {
                bins.add(value - half, value + half, *volume);
            }
        }
        let bin_gy = bins.bin_gy;
        let above_cc = bins.above_cc(volume_cc, at_max_cc);
        Some(Self { min_gy, max_gy, mean_gy: integral / volume_cc, bin_gy, above_cc })
    }

    /// Volume of the organ.
    pub fn volume_cc(&self) -> f64 {
        self.above_cc[0]
    }

    /// Mean dose.
    pub fn mean_gy(&self) -> f64 {
        self.mean_gy
    }

    /// Highest dose anywhere.
    pub fn max_gy(&self) -> f64 {
        self.max_gy
    }

    /// Lowest dose anywhere.
    pub fn min_gy(&self) -> f64 {
        self.min_gy
    }

    /// The lowest dose within the hottest `volume_cc`; nothing when the organ is smaller than that.
    pub fn d_cc(&self, volume_cc: f64) -> Option<f64> {
        // Rounding of the sum must not make D100% fall off the end.
        if volume_cc > self.volume_cc() * (1.0 + 1e-9) {
            return None;
        }
        if volume_cc >= self.volume_cc() {
            return Some(self.min_gy);
        }
        // Edges of at least this volume come first; the last of them begins the bin that is looked for.
        let n_at_least = self.above_cc.partition_point(|&above| above >= volume_cc);
        let (Some(hotter), Some(bin)) = (self.above_cc.get(n_at_least), n_at_least.checked_sub(1)) else {
            return Some(self.max_gy);
        };
        let part = (self.above_cc[bin] - volume_cc) / (self.above_cc[bin] - hotter);
        Some((self.min_gy + (bin as f64 + part) * self.bin_gy).min(self.max_gy))
    }

    /// The lowest dose within the hottest `percent` of the volume (ICRU 83).
    pub fn d_percent(&self, percent: f64) -> Option<f64> {
        self.d_cc(self.volume_cc() * percent / 100.0)
    }

    /// Volume in cc that receives at least a dose.
    pub fn v_gy(&self, dose_gy: f64) -> f64 {
        if dose_gy <= self.min_gy {
            return self.volume_cc();
        }
        if dose_gy > self.max_gy {
            return 0.0;
        }
        let position = (dose_gy - self.min_gy) / self.bin_gy;
        let bin = (position as usize).min(self.above_cc.len() - 2);
        let (above, hotter) = (self.above_cc[bin], self.above_cc[bin + 1]);
        above - (position - bin as f64).min(1.0) * (above - hotter)
    }

    /// How much the volume at a dose changes within half a bin on both sides, to which the curve is known.
    pub(crate) fn v_resolution_cc(&self, dose_gy: f64) -> f64 {
        (self.v_gy(dose_gy - self.bin_gy / 2.0) - self.v_gy(dose_gy + self.bin_gy / 2.0)) / 2.0
    }

    /// Generalised equivalent uniform dose: the mean of the doses to the power `a`, to the power `1/a`.
    ///
    /// With `a` = 1 it is the mean; large values come close to the maximum, negative ones to the minimum.
    ///
    /// # Source
    /// \[niemierko1999\].
    pub fn geud_gy(&self, a: f64) -> f64 {
        // Doses are divided by the highest one first, so that no power leaves the range of numbers.
        let highest = self.max_gy;
        if highest <= 0.0 {
            return 0.0;
        }
        let middle = |bin: usize| (self.min_gy + (bin as f64 + 0.5) * self.bin_gy).min(highest);
        let bins = self.above_cc.windows(2).enumerate().filter(|(_, edges)| edges[0] > edges[1]);
        let sum: f64 = bins.map(|(bin, edges)| (edges[0] - edges[1]) * (middle(bin) / highest).powf(a)).sum();
        highest * ((sum + self.v_gy(highest)) / self.volume_cc()).powf(1.0 / a)
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

    /// The differential histogram: lower edge of each bin and the volume in cc within it, from zero dose upwards.
    pub fn differential(&self, bin_gy: f64) -> Vec<[f64; 2]> {
        let n_bins = (self.max_gy() / bin_gy).floor() as usize + 1;
        let edge = |index: usize| index as f64 * bin_gy;
        let above = |index: usize| if index > 0 { self.v_gy(edge(index)) } else { self.volume_cc() };
        (0..n_bins).map(|index| [edge(index), (above(index) - above(index + 1)).max(0.0)]).collect()
    }
}

/// Volumes by dose, while they are gathered.
struct Bins {
    min_gy: f64,
    bin_gy: f64,
    /// Volume in parts of bins.
    parts_cc: Vec<f64>,
    /// Volume per whole bin, as the change from one bin to the next.
    changes_cc: Vec<f64>,
}

impl Bins {
    fn new(min_gy: f64, max_gy: f64, most: f64) -> Self {
        let n = ((max_gy - min_gy) / BIN_GY).ceil().clamp(1.0, most);
        let bin_gy = if max_gy > min_gy { (max_gy - min_gy) / n } else { BIN_GY };
        Self { min_gy, bin_gy, parts_cc: vec![0.0; n as usize], changes_cc: vec![0.0; n as usize + 1] }
    }

    /// Spreads a volume evenly from one dose to another.
    fn add(&mut self, from_gy: f64, to_gy: f64, volume_cc: f64) {
        let last = self.parts_cc.len() - 1;
        let (from, to) = ((from_gy - self.min_gy) / self.bin_gy, (to_gy - self.min_gy) / self.bin_gy);
        let (first_bin, last_bin) = ((from as usize).min(last), (to as usize).min(last));
        if first_bin == last_bin {
            self.parts_cc[first_bin] += volume_cc;
            return;
        }
        let per_bin = volume_cc / (to - from);
        self.parts_cc[first_bin] += per_bin * ((first_bin + 1) as f64 - from);
        self.parts_cc[last_bin] += per_bin * (to - last_bin as f64);
        self.changes_cc[first_bin + 1] += per_bin;
        self.changes_cc[last_bin] -= per_bin;
    }

    /// Volume above each edge, the lowest first; the first is the whole.
    fn above_cc(self, volume_cc: f64, at_max_cc: f64) -> Vec<f64> {
        let mut whole_bins = 0.0;
        let mut volumes = self.parts_cc;
        for (volume, change) in volumes.iter_mut().zip(&self.changes_cc) {
            whole_bins += change;
            *volume = (*volume + whole_bins).max(0.0);
        }
        let mut above = vec![at_max_cc; volumes.len() + 1];
        for bin in (0..volumes.len()).rev() {
            above[bin] = above[bin + 1] + volumes[bin];
        }
        // What the roundings of the sum left must not part the curve from the volume.
        let scale = volume_cc / above[0];
        above.iter_mut().for_each(|above| *above *= scale);
        above[0] = volume_cc;
        above
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

    /// Points without extent are known to a bin.
    const ONE_BIN: f64 = 1.001 * BIN_GY;

    #[test]
    fn a_ramp_has_its_percentiles() {
        // Samples at the middles of equal steps from 0 to 100 Gy.
        let doses: Vec<f64> = (0..1000).map(|index| f64::from(index) / 10.0 + 0.05).collect();
        let dvh = Dvh::of_points(&doses, &[0.01; 1000]).unwrap();
        assert!((dvh.volume_cc() - 10.0).abs() < 1e-9);
        assert!((dvh.mean_gy() - 50.0).abs() < 1e-9);
        // Between two samples, 0.1 Gy apart, any dose would do.
        assert!((dvh.d_percent(2.0).unwrap() - 98.0).abs() < 0.05 + ONE_BIN);
        assert!((dvh.d_cc(0.1).unwrap() - 99.0).abs() < 0.05 + ONE_BIN);
        assert!((dvh.v_gy(20.0) - 8.0).abs() < ONE_BIN);
        assert_eq!(dvh.d_cc(10.1), None);
    }

    #[test]
    fn boxes_that_tile_a_ramp_give_it_back_exactly() {
        let values_gy: Vec<f64> = (0..10).map(|index| 10.0 * f64::from(index) + 5.0).collect();
        let dose = SampledDose { changes_gy: vec![[6.0, 8.0, 0.0]; 10], values_gy };
        // Two samples of no volume tell where the ramp begins and ends.
        let mut dose = dose;
        dose.values_gy.extend([0.0, 100.0]);
        dose.changes_gy.extend([[0.0; 3]; 2]);
        let volumes: Vec<f64> = (0..12).map(|index| if index < 10 { 1.0 } else { 0.0 }).collect();
        let dvh = Dvh::of(&dose, &volumes).unwrap();
        for percent in [1.0, 5.0, 33.3, 50.0, 99.0] {
            assert!((dvh.d_percent(percent).unwrap() - (100.0 - percent)).abs() < 1e-9);
            assert!((dvh.v_gy(percent) - (100.0 - percent) / 10.0).abs() < 1e-9);
        }
        assert!((dvh.geud_gy(2.0) - 100.0 / 3.0_f64.sqrt()).abs() < 1e-4);
    }

    #[test]
    fn an_organ_without_volume_has_no_histogram() {
        assert_eq!(Dvh::of_points(&[], &[]), None);
        assert_eq!(Dvh::of_points(&[3.0], &[0.0]), None);
    }

    #[test]
    fn points_of_the_surface_widen_the_extremes_and_nothing_else() {
        let dvh = Dvh::of_points(&[10.0, 20.0, 30.0, 5.0], &[1.0, 1.0, 0.0, 0.0]).unwrap();
        assert_eq!((dvh.min_gy(), dvh.max_gy(), dvh.mean_gy(), dvh.volume_cc()), (5.0, 30.0, 15.0, 2.0));
        assert!((dvh.d_cc(0.5).unwrap() - 20.0).abs() < ONE_BIN);
    }

    #[test]
    fn a_plateau_at_the_highest_dose_is_counted() {
        let dvh = Dvh::of_points(&[0.0, 20.0, 20.0], &[1.0, 1.0, 0.5]).unwrap();
        assert_eq!((dvh.v_gy(20.0), dvh.v_gy(20.001), dvh.volume_cc()), (1.5, 0.0, 2.5));
        assert_eq!((dvh.d_cc(1.5), dvh.d_cc(1.0)), (Some(20.0), Some(20.0)));
        assert!((dvh.differential(0.5).iter().map(|[_, volume]| volume).sum::<f64>() - 2.5).abs() < 1e-12);
    }

    #[test]
    fn a_uniform_dose_is_received_by_all() {
        let dvh = Dvh::of_points(&[20.0; 5], &[0.2; 5]).unwrap();
        assert_eq!(dvh.v_gy(20.0), dvh.volume_cc());
        assert_eq!(dvh.v_gy(20.1), 0.0);
        assert_eq!(dvh.d_percent(100.0), Some(20.0));
        assert_eq!(dvh.d_cc(0.0), Some(20.0));
    }

    #[test]
    fn geud_is_the_mean_for_one_and_nears_the_extremes() {
        let dvh = Dvh::of_points(&[10.0, 20.0], &[1.0, 1.0]).unwrap();
        assert!((dvh.geud_gy(1.0) - 15.0).abs() < ONE_BIN);
        assert!((dvh.geud_gy(2.0) - (250.0_f64).sqrt()).abs() < ONE_BIN);
        assert!((dvh.geud_gy(100.0) - 20.0).abs() < 0.2);
        assert!((dvh.geud_gy(-100.0) - 10.0).abs() < 0.1);
    }

    proptest! {
        #[test]
        fn laws_of_histograms(samples in prop::collection::vec((0.0..80.0_f64, 0.001..0.1_f64), 1..200)) {
            let (doses, volumes): (Vec<f64>, Vec<f64>) = samples.iter().copied().unzip();
            let dvh = Dvh::of_points(&doses, &volumes).unwrap();
            prop_assert!((dvh.v_gy(0.0) - dvh.volume_cc()).abs() < 1e-12);
            prop_assert!(dvh.min_gy() <= dvh.mean_gy() + 1e-9 && dvh.mean_gy() <= dvh.max_gy() + 1e-9);
            let percents = [0.0, 0.5, 2.0, 10.0, 50.0, 90.0, 98.0, 100.0];
            let at: Vec<f64> = percents.iter().map(|&percent| dvh.d_percent(percent).unwrap()).collect();
            prop_assert!(at.windows(2).all(|pair| pair[0] >= pair[1] - 1e-9));
            prop_assert!((at[7] - dvh.min_gy()).abs() < 1e-9);
            prop_assert_eq!(at[0], dvh.max_gy());
            let mut reversed = samples.clone();
            reversed.reverse();
            let (doses, volumes): (Vec<f64>, Vec<f64>) = reversed.into_iter().unzip();
            let back = Dvh::of_points(&doses, &volumes).unwrap();
            prop_assert!((back.mean_gy() - dvh.mean_gy()).abs() < 1e-9);
        }

        #[test]
        fn dose_at_volume_and_volume_at_dose_are_inverse(samples in prop::collection::vec((0.0..80.0_f64, 0.001..0.1_f64), 2..200), percent in 1.0..99.0_f64) {
            let (doses, volumes): (Vec<f64>, Vec<f64>) = samples.iter().copied().unzip();
            let dvh = Dvh::of_points(&doses, &volumes).unwrap();
            let dose = dvh.d_percent(percent).unwrap();
            // At the extremes a dose belongs to a range of volumes.
            prop_assume!(dose > dvh.min_gy() && dose < dvh.max_gy());
            prop_assert!((dvh.v_gy(dose) - percent / 100.0 * dvh.volume_cc()).abs() < 1e-9);
        }

        #[test]
        fn the_differential_histogram_adds_up_to_the_volume(samples in prop::collection::vec((0.0..80.0_f64, 0.001..0.1_f64), 1..200)) {
            let (doses, volumes): (Vec<f64>, Vec<f64>) = samples.iter().copied().unzip();
            let dvh = Dvh::of_points(&doses, &volumes).unwrap();
            let sum: f64 = dvh.differential(0.01).iter().map(|[_, volume]| volume).sum();
            prop_assert!((sum - dvh.volume_cc()).abs() < 1e-9);
        }

        #[test]
        fn scaling_the_dose_scales_the_measures(samples in prop::collection::vec((0.0..80.0_f64, 0.001..0.1_f64), 1..100), factor in 0.1..5.0_f64) {
            let (doses, volumes): (Vec<f64>, Vec<f64>) = samples.iter().copied().unzip();
            let scaled: Vec<f64> = doses.iter().map(|dose| dose * factor).collect();
            let (dvh, scaled) = (Dvh::of_points(&doses, &volumes).unwrap(), Dvh::of_points(&scaled, &volumes).unwrap());
            for percent in [2.0, 50.0, 98.0] {
                prop_assert!((scaled.d_percent(percent).unwrap() - factor * dvh.d_percent(percent).unwrap()).abs() < (1.0 + factor) * ONE_BIN);
            }
            prop_assert!((scaled.geud_gy(4.0) - factor * dvh.geud_gy(4.0)).abs() < (1.0 + factor) * ONE_BIN);
            prop_assert!((scaled.mean_gy() - factor * dvh.mean_gy()).abs() < 1e-9);
        }
    }
}

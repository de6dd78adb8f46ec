//! Effect that is lost to the growth of a tumour while it is treated.

use crate::{Bed, QuantityError};

/// A constant loss of BED per day after a delay.
///
/// The loss is stated as BED; a loss stated as EQD2 per day is a different number and must be converted first.
///
/// # Source
/// \[fowler1989\] `BED = n d (1 + d/(α/β)) − K (T − T_k)`, nothing before `T_k`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proliferation {
    bed_gy_per_day: f64,
    delay_days: f64,
}

impl Proliferation {
    /// Loss in gray of BED per day from a day of treatment on.
    ///
    /// # Errors
    /// When a number is negative or not finite.
    pub fn new(bed_gy_per_day: f64, delay_days: f64) -> Result<Self, QuantityError> {
        for value in [bed_gy_per_day, delay_days] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(QuantityError::OutOfRange { quantity: "a number of the proliferation", value });
            }
        }
        Ok(Self { bed_gy_per_day, delay_days })
    }

    /// BED lost in an overall treatment time in days.
    pub fn lost_bed_gy(&self, overall_days: f64) -> f64 {
        self.bed_gy_per_day * (overall_days - self.delay_days).max(0.0)
    }

    /// What is left of a BED after an overall treatment time; never below nothing.
    ///
    /// # Errors
    /// When the time is not finite.
    pub fn after(&self, bed: Bed, overall_days: f64) -> Result<Bed, QuantityError> {
        Bed::new((bed.gy() - self.lost_bed_gy(overall_days)).max(0.0), bed.alpha_beta())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AbsorbedDose, AlphaBeta, LinearQuadratic, NumberOfFractions};

    #[test]
    fn rcr2019_head_and_neck() {
        // K = 0.9 Gy BED a day from day 28: 70 Gy in 35 fractions over 46 days, α/β = 10 Gy: 84 − 16.2 = 67.8 Gy.
        let loss = Proliferation::new(0.9, 28.0).unwrap();
        let model = LinearQuadratic::new(AlphaBeta::new(10.0).unwrap());
        let bed = model.bed(AbsorbedDose::new(70.0).unwrap(), NumberOfFractions::new(35).unwrap()).unwrap();
        assert!((loss.after(bed, 46.0).unwrap().gy() - 67.8).abs() < 1e-9);
        assert_eq!(loss.after(bed, 27.0).unwrap(), bed);
        assert_eq!(loss.after(bed, 1000.0).unwrap().gy(), 0.0);
        assert!(Proliferation::new(-0.1, 28.0).is_err());
    }
}

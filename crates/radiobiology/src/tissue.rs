//! What a tissue makes of a dose that was given in a certain way.

use crate::{AlphaBeta, NumberOfFractions, Repair, VariableRbe};

/// What of a tissue counts for the equieffective dose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tissue {
    /// α/β.
    pub alpha_beta: AlphaBeta,
    /// How fast it repairs; nothing where repair is taken as complete between fractions.
    pub repair: Option<Repair>,
}

impl From<AlphaBeta> for Tissue {
    fn from(alpha_beta: AlphaBeta) -> Self {
        Self { alpha_beta, repair: None }
    }
}

/// How fractions follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Schedule {
    /// So far apart that every tissue has repaired: one a day.
    #[default]
    OncePerDay,
    /// Several a day at equal gaps.
    SeveralPerDay {
        /// How many.
        fractions_per_day: u32,
        /// Hours from the start of one to the start of the next.
        hours_between: f64,
    },
}

/// How a total dose was given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fractionation {
    /// Number of equal fractions.
    pub fractions: NumberOfFractions,
    /// How they follow each other.
    pub schedule: Schedule,
    /// The RBE of protons by their LETd; nothing where the dose stands for photons, by whatever constant factor.
    pub variable_rbe: Option<VariableRbe>,
}

impl From<NumberOfFractions> for Fractionation {
    fn from(fractions: NumberOfFractions) -> Self {
        Self { fractions, schedule: Schedule::OncePerDay, variable_rbe: None }
    }
}

impl Fractionation {
    /// By what the quadratic term grows since repair is not complete when the next fraction of a day comes.
    ///
    /// # Source
    /// [`Repair::incomplete_repair_factor`]; the last fractions of a number that is no multiple of those of a day are taken as if
    /// their day were full, which lies on the safe side.
    pub fn incomplete_repair_factor(&self, tissue: &Tissue) -> f64 {
        match (self.schedule, &tissue.repair) {
            (Schedule::SeveralPerDay { fractions_per_day, hours_between }, Some(repair)) => {
                repair.incomplete_repair_factor(fractions_per_day, hours_between)
            }
            _ => 1.0,
        }
    }

    /// The equieffective dose of a tissue as a polynomial of dose and LETd.
    pub fn eqd2_terms(&self, tissue: &Tissue) -> Eqd2Terms {
        let ab = tissue.alpha_beta.gy();
        let [linear, quadratic] =
            [ab / (2.0 + ab), self.incomplete_repair_factor(tissue) / (self.fractions.as_f64() * (2.0 + ab))];
        let Some(rbe) = &self.variable_rbe else {
            return Eqd2Terms { dose: [linear, 0.0], square: [quadratic, 0.0, 0.0] };
        };
        // RBEmax and RBEmin are straight lines of the LETd, so two points give them.
        let [[max, min], [max_at_1, min_at_1]] =
            [rbe.extremes(tissue.alpha_beta, 0.0), rbe.extremes(tissue.alpha_beta, 1.0)];
        let (max_slope, min_slope) = (max_at_1 - max, min_at_1 - min);
        Eqd2Terms {
            dose: [linear * max, linear * max_slope],
            square: [quadratic * min * min, quadratic * 2.0 * min * min_slope, quadratic * min_slope * min_slope],
        }
    }
}

/// EQD2 (Gy) as `Σ dose[k] D L^k + Σ square[k] D² L^k` of a total dose D (Gy) and a LETd L (keV/µm).
///
/// It is linear in the products `D L^k` and `D² L^k`. So these can be interpolated or averaged each by itself, and the
/// interpolated EQD2 follows for any tissue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eqd2Terms {
    /// Factors of D and D L.
    pub dose: [f64; 2],
    /// Factors of D², D² L and D² L².
    pub square: [f64; 3],
}

impl Eqd2Terms {
    /// EQD2 of a dose to which no LETd belongs.
    #[inline]
    pub fn eqd2_gy(&self, total_gy: f64) -> f64 {
        total_gy * (self.dose[0] + self.square[0] * total_gy)
    }

    /// EQD2 of a dose with its LETd.
    #[inline]
    pub fn eqd2_with_let_gy(&self, total_gy: f64, let_d: f64) -> f64 {
        let [linear, quadratic] = [
            self.dose[0] + self.dose[1] * let_d,
            self.square[0] + let_d * (self.square[1] + let_d * self.square[2]),
        ];
        total_gy * (linear + quadratic * total_gy)
    }

    /// EQD2 from a dose and its square that were interpolated or averaged each by itself.
    #[inline]
    pub fn of_moments_gy(&self, total_gy: f64, total_squared: f64) -> f64 {
        self.dose[0] * total_gy + self.square[0] * total_squared
    }

    /// What the products `D L`, `D² L` and `D² L²` add to it.
    #[inline]
    pub fn of_let_moments_gy(&self, [dose_let, square_let, square_let_squared]: [f64; 3]) -> f64 {
        self.dose[1] * dose_let + self.square[1] * square_let + self.square[2] * square_let_squared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinearQuadratic;

    fn alpha_beta(gy: f64) -> AlphaBeta {
        AlphaBeta::new(gy).unwrap()
    }

    fn fractions(n: i64) -> NumberOfFractions {
        NumberOfFractions::new(n).unwrap()
    }

    #[test]
    fn one_fraction_a_day_of_photons_is_the_linear_quadratic_model() {
        for (gy, n, ab) in [(45.0, 25, 2.0), (54.0, 3, 3.0), (8.0, 1, 10.0)] {
            let terms = Fractionation::from(fractions(n)).eqd2_terms(&alpha_beta(ab).into());
            let model = LinearQuadratic::new(alpha_beta(ab));
            assert!((terms.eqd2_gy(gy) - model.eqd2_gy(gy, fractions(n))).abs() < 1e-12);
            let moments = model.eqd2_of_moments_gy(gy, 1.3 * gy * gy, fractions(n));
            assert!((terms.of_moments_gy(gy, 1.3 * gy * gy) - moments).abs() < 1e-12);
        }
    }

    #[test]
    fn thames1985_two_fractions_a_day_count_more_in_a_tissue_that_repairs_slowly() {
        // 60 x 1.2 Gy, 6 h apart, half-time 4.1 h, a/b 2 Gy: θ = h₂ = 2^(-6/4.1) = 0.36260; EQD2 = 72 (2 + 1.2 · 1.36260) / 4 = 65.432 Gy.
        let schedule = Schedule::SeveralPerDay { fractions_per_day: 2, hours_between: 6.0 };
        let given = Fractionation { schedule, ..fractions(60).into() };
        let tissue = Tissue { repair: Some(Repair::with_half_time(4.1).unwrap()), ..alpha_beta(2.0).into() };
        assert!((given.eqd2_terms(&tissue).eqd2_gy(72.0) - 65.4322).abs() < 1e-3);
        // What is not known of a tissue adds nothing, and once a day nothing is left to repair.
        let unknown = Tissue::from(alpha_beta(2.0));
        assert!((given.eqd2_terms(&unknown).eqd2_gy(72.0) - 57.6).abs() < 1e-12);
        assert!((Fractionation::from(fractions(60)).eqd2_terms(&tissue).eqd2_gy(72.0) - 57.6).abs() < 1e-12);
    }

    #[test]
    fn the_polynomial_of_the_let_is_the_model_of_the_rbe() {
        let rbe = VariableRbe {
            max_constant: 0.999,
            max_slope: 0.356,
            min_constant: 1.1,
            min_root_slope: -0.0039,
            min_slope: 0.016,
        };
        let given = Fractionation { variable_rbe: Some(rbe), ..fractions(28).into() };
        for (gy, let_d, ab) in [(50.4, 2.5, 2.0), (20.0, 9.0, 10.0), (60.0, 0.0, 3.0)] {
            let terms = given.eqd2_terms(&alpha_beta(ab).into());
            let expected = rbe.eqd2_gy(alpha_beta(ab), let_d, gy, fractions(28));
            assert!((terms.eqd2_with_let_gy(gy, let_d) - expected).abs() < 1e-10);
            let moments = [gy * let_d, gy * gy * let_d, gy * gy * let_d * let_d];
            let sum = terms.of_moments_gy(gy, gy * gy) + terms.of_let_moments_gy(moments);
            assert!((sum - expected).abs() < 1e-10);
        }
    }
}

//! Laws and published numbers of the models beyond the linear-quadratic one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use proptest::prelude::*;
use radiobiology::{
    AbsorbedDose, AlphaBeta, DoseResponse, LinearQuadratic, LinearQuadraticLinear, Model, NumberOfFractions,
    Shape, budget::remaining,
};

fn alpha_beta(gy: f64) -> AlphaBeta {
    AlphaBeta::new(gy).unwrap()
}

fn fractions(n: i64) -> NumberOfFractions {
    NumberOfFractions::new(n).unwrap()
}

/// \[astrahan2008\]: α/β = 3 Gy, transition at 6 Gy, slope 5.
#[test]
fn astrahan2008_linear_quadratic_linear() {
    let model = LinearQuadraticLinear::new(alpha_beta(3.0), 6.0).unwrap();
    let quadratic = LinearQuadratic::new(alpha_beta(3.0));
    for (dose, n, linear_bed, quadratic_bed) in
        [(54.0, 3, 234.0, 378.0), (50.0, 5, 190.0, 650.0 / 3.0), (20.0, 1, 88.0, 460.0 / 3.0)]
    {
        let dose = AbsorbedDose::new(dose).unwrap();
        assert!((model.bed(dose, fractions(n)).unwrap().gy() - linear_bed).abs() < 1e-9);
        assert!((quadratic.bed(dose, fractions(n)).unwrap().gy() - quadratic_bed).abs() < 1e-9);
    }
}

/// \[park2008\]: beyond the transition the effect is `(D − n Dq) / (α D0)`, and the two branches meet smoothly.
#[test]
fn park2008_universal_survival_curve() {
    let (alpha, d0, dq) = (0.33, 1.25, 1.8);
    let curve = LinearQuadraticLinear::universal_survival_curve(alpha, d0, dq).unwrap();
    for (total, n) in [(54.0, 3), (60.0, 5), (34.0, 1)] {
        let bed = curve.bed(AbsorbedDose::new(total).unwrap(), fractions(n)).unwrap().gy();
        let expected = (total - n as f64 * dq) / (alpha * d0);
        assert!((bed - expected).abs() < 1e-9, "{total}/{n}: {bed} for {expected}");
    }
    assert!(LinearQuadraticLinear::universal_survival_curve(0.9, 1.25, 1.8).is_err());
}

/// \[astrahan2008\], hazard H35: both branches of a stereotactic course, with the model named.
#[test]
fn h35_large_fractions_differ_between_the_models() {
    let linear = Model::LinearQuadraticLinear(LinearQuadraticLinear::new(alpha_beta(3.0), 6.0).unwrap());
    let quadratic = Model::linear_quadratic(alpha_beta(3.0));
    for (dose, n) in [(24.0, 2), (54.0, 3)] {
        assert!(linear.eqd2_gy(dose, fractions(n)) < 0.9 * quadratic.eqd2_gy(dose, fractions(n)));
    }
    assert_eq!(linear.eqd2_gy(50.0, fractions(25)), quadratic.eqd2_gy(50.0, fractions(25)));
    assert_eq!((linear.name(), quadratic.name()), ("lq-l", "lq"));
}

/// Published sums of external beam and brachytherapy in gray of EQD2, to the decimal that was printed.
#[test]
fn ebrt_and_brachytherapy_table() {
    let eqd2 = |dose: f64, n: i64, ab: f64| LinearQuadratic::new(alpha_beta(ab)).eqd2_gy(dose, fractions(n));
    let rows = [
        (4, 7.0, [83.9, 90.1, 74.2]),
        (5, 6.0, [84.3, 88.6, 73.4]),
        (6, 5.0, [81.8, 83.7, 70.5]),
        (5, 5.5, [79.8, 82.6, 69.6]),
    ];
    for (n, d, expected) in rows {
        let total = n as f64 * d;
        let found = [
            eqd2(45.0, 25, 10.0) + eqd2(total, n, 10.0),
            eqd2(45.0, 25, 3.0) + eqd2(0.9 * total, n, 3.0),
            eqd2(45.0, 25, 3.0) + eqd2(0.7 * total, n, 3.0),
        ];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 0.06, "{n} x {d}: {found} for {expected}");
        }
    }
}

/// Limit, prior EQD2, recovered share, what is left, and the largest totals in 1, 3, 5 and 10 fractions at α/β = 2.5 Gy.
#[test]
fn remaining_doses_of_the_notes() {
    let rows = [
        (50.0, 50.0, 0.25, 12.5, [6.35, 9.77, 11.65, 14.31]),
        (50.0, 50.0, 0.50, 25.0, [9.43, 15.00, 18.28, 23.29]),
        (70.0, 60.0, 0.25, 25.0, [9.43, 15.00, 18.28, 23.29]),
        (70.0, 60.0, 0.50, 40.0, [12.22, 19.79, 24.39, 31.73]),
        (54.0, 50.0, 0.40, 24.0, [9.22, 14.64, 17.81, 22.66]),
    ];
    let model = Model::linear_quadratic(alpha_beta(2.5));
    for (limit, prior, recovered, left, totals) in rows {
        for (n, total) in [1, 3, 5, 10].into_iter().zip(totals) {
            let found = remaining(limit, (1.0 - recovered) * prior, &model, fractions(n));
            assert!((found.eqd2_gy - left).abs() < 1e-9);
            assert!((found.total_gy - total).abs() < 0.0051, "{limit} {prior} in {n}: {}", found.total_gy);
            assert!((found.gy_per_fraction - found.total_gy / n as f64).abs() < 1e-12);
        }
    }
    let exhausted = remaining(50.0, 60.0, &model, fractions(5));
    assert_eq!((exhausted.eqd2_gy, exhausted.total_gy), (-10.0, 0.0));
}

/// \[doi2021\]: 50 Gy first and 25 Gy EQD2 18 months later are 150 % of a tolerance of 50 Gy with 50 % recovery.
#[test]
fn doi2021_textbook_example() {
    let model = Model::linear_quadratic(alpha_beta(2.0));
    assert_eq!(remaining(50.0, 0.5 * 50.0, &model, fractions(10)).eqd2_gy, 25.0);
}

#[test]
fn the_shapes_of_dose_responses_share_d50_and_slope() {
    for shape in [Shape::Probit, Shape::Logistic, Shape::LogLogistic, Shape::Poisson] {
        let curve = DoseResponse::new(shape, 50.0, 2.0).unwrap();
        assert!((curve.probability(50.0) - 0.5).abs() < 1e-12, "{shape:?}");
        // γ50 is the rise in percent per percent of dose at D50; for the Poisson shape e ln2 / 2 of it, by its definition.
        let slope = (curve.probability(50.005) - curve.probability(49.995)) / (0.01 / 50.0);
        let expected = if shape == Shape::Poisson { 2.0 * std::f64::consts::E * 2.0_f64.ln() / 2.0 } else { 2.0 };
        assert!((slope - expected).abs() < 1e-4, "{shape:?}: {slope}");
        assert!(curve.probability(0.0) < 1e-2);
    }
    assert!(DoseResponse::new(Shape::Probit, 0.0, 1.0).is_err());
    assert!(DoseResponse::lyman(50.0, 0.0).is_err());
}

proptest! {
    #[test]
    fn every_model_is_inverted(total in 0.1..120.0_f64, n in 1..40_i64, ab in 0.5..20.0_f64, transition in 2.0..12.0_f64) {
        let linear = LinearQuadraticLinear::new(alpha_beta(ab), transition).unwrap();
        for model in [Model::linear_quadratic(alpha_beta(ab)), Model::LinearQuadraticLinear(linear)] {
            let back = model.total_gy(model.eqd2_gy(total, fractions(n)), fractions(n));
            prop_assert!((back - total).abs() < 1e-9 * total.max(1.0), "{} for {total}", back);
        }
    }

    #[test]
    fn the_linear_branch_never_exceeds_the_quadratic_one(total in 0.1..120.0_f64, n in 1..40_i64, ab in 0.5..20.0_f64) {
        let linear = LinearQuadraticLinear::new(alpha_beta(ab), 6.0).unwrap();
        let quadratic = LinearQuadratic::new(alpha_beta(ab)).eqd2_gy(total, fractions(n));
        prop_assert!(linear.eqd2_gy(total, fractions(n)) <= quadratic + 1e-9);
    }

    #[test]
    fn probabilities_rise_with_the_dose(d50 in 10.0..80.0_f64, gamma in 0.3..5.0_f64, dose in 0.0..100.0_f64) {
        for shape in [Shape::Probit, Shape::Logistic, Shape::LogLogistic, Shape::Poisson] {
            let curve = DoseResponse::new(shape, d50, gamma).unwrap();
            let (lower, higher) = (curve.probability(dose), curve.probability(dose + 1.0));
            prop_assert!((0.0..=1.0).contains(&lower) && higher >= lower);
        }
    }
}

//! Published and hand-computed values of the models, to 1e-9 relative.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use proptest::prelude::*;
use radiobiology::{AbsorbedDose, AlphaBeta, Eqd2, LinearQuadratic, LinearQuadraticLinear, NumberOfFractions};

fn eqd2(total: f64, fractions: i64, alpha_beta: f64) -> f64 {
    LinearQuadratic::new(AlphaBeta::new(alpha_beta).unwrap())
        .eqd2_gy(total, NumberOfFractions::new(fractions).unwrap())
}

fn bed(total: f64, fractions: i64, alpha_beta: f64) -> f64 {
    LinearQuadratic::new(AlphaBeta::new(alpha_beta).unwrap())
        .bed(AbsorbedDose::new(total).unwrap(), NumberOfFractions::new(fractions).unwrap())
        .unwrap()
        .gy()
}

fn assert_close(value: f64, expected: f64, what: &str) {
    assert!((value - expected).abs() <= 1e-9 * expected, "{what}: {value} instead of {expected}");
}

/// Dose, fractions, EQD2 at α/β 2, 3 and 10 Gy. Thirds stand as fractions so that 1e-9 can be asked.
const EQD2_TABLE: &[(f64, i64, [f64; 3])] = &[
    (60.0, 30, [60.0, 60.0, 60.0]),
    (45.0, 25, [42.75, 43.2, 44.25]),
    (30.0, 10, [37.5, 36.0, 32.5]),
    (30.0, 5, [60.0, 54.0, 40.0]),
    (20.0, 5, [30.0, 28.0, 70.0 / 3.0]),
    (8.0, 1, [20.0, 17.6, 12.0]),
    (50.0, 5, [150.0, 130.0, 250.0 / 3.0]),
    (54.0, 3, [270.0, 226.8, 126.0]),
    (40.05, 15, [46.758375, 45.4167, 42.286125]),
    (24.0, 2, [84.0, 72.0, 44.0]),
    (20.0, 1, [110.0, 92.0, 50.0]),
];

#[test]
fn eqd2_reference_table() {
    for &(dose, fractions, expected) in EQD2_TABLE {
        for (alpha_beta, expected) in [2.0, 3.0, 10.0].into_iter().zip(expected) {
            assert_close(eqd2(dose, fractions, alpha_beta), expected, &format!("{dose}/{fractions}"));
        }
    }
}

/// Dose, fractions, BED at α/β 2, 3 and 10 Gy.
const BED_TABLE: &[(f64, i64, [f64; 3])] = &[
    (50.0, 25, [100.0, 250.0 / 3.0, 60.0]),
    (60.0, 30, [120.0, 100.0, 72.0]),
    (30.0, 10, [75.0, 60.0, 39.0]),
    (20.0, 5, [60.0, 140.0 / 3.0, 28.0]),
    (8.0, 1, [40.0, 88.0 / 3.0, 14.4]),
    (35.0, 10, [96.25, 455.0 / 6.0, 47.25]),
    (39.0, 13, [97.5, 78.0, 50.7]),
    (45.0, 30, [78.75, 67.5, 51.75]),
    (30.0, 5, [120.0, 90.0, 48.0]),
    (27.0, 3, [148.5, 108.0, 51.3]),
    (45.0, 15, [112.5, 90.0, 58.5]),
    (50.0, 5, [300.0, 650.0 / 3.0, 100.0]),
    (54.0, 3, [540.0, 378.0, 151.2]),
];

#[test]
fn bed_reference_table() {
    for &(dose, fractions, expected) in BED_TABLE {
        for (alpha_beta, expected) in [2.0, 3.0, 10.0].into_iter().zip(expected) {
            assert_close(bed(dose, fractions, alpha_beta), expected, &format!("{dose}/{fractions}"));
        }
    }
}

/// \[sahgal2021hytec\] table 3: thecal sac and true cord doses of equal risk in 1 to 5 fractions, as EQD2 with
/// α/β = 2 Gy rounded to 1 mGy.
#[test]
fn hytec_cord_table() {
    let rows = [
        (12.4, 1, 44.640),
        (17.0, 2, 44.625),
        (20.3, 3, 44.491),
        (23.0, 4, 44.5625),
        (25.3, 5, 44.655),
        (14.0, 1, 56.0),
        (19.3, 2, 56.211),
        (23.1, 3, 56.017),
        (26.2, 4, 56.003),
        (28.8, 5, 55.872),
    ];
    for (dose, fractions, expected) in rows {
        assert!((eqd2(dose, fractions, 2.0) - expected).abs() < 6e-4, "{dose}/{fractions}");
    }
}

/// H23: 40 Gy in 25 and a boost of 2 Gy in 5 at α/β = 2 Gy: converted per phase, never summed first.
#[test]
fn h23_a_boost_is_converted_by_itself() {
    let per_phase = eqd2(40.0, 25, 2.0) + eqd2(2.0, 5, 2.0);
    assert_close(per_phase, 37.2, "per phase");
    assert_close(eqd2(42.0, 30, 2.0), 35.7, "summed first, which is wrong");
}

/// H24: 45 Gy in 25, then 30 Gy in 5.
#[test]
fn h24_courses_are_converted_before_they_are_summed() {
    assert_close(eqd2(45.0, 25, 2.0) + eqd2(30.0, 5, 2.0), 102.75, "converted, then summed");
    assert_close(eqd2(75.0, 30, 2.0), 84.375, "summed first, which is wrong");
}

#[test]
fn h34_a_target_alpha_beta_for_an_organ_halves_the_dose() {
    assert_close(eqd2(50.0, 5, 2.0), 150.0, "cord");
    assert_close(eqd2(50.0, 5, 10.0), 250.0 / 3.0, "tumour");
}

#[test]
fn the_mean_of_eqd2_is_not_the_eqd2_of_the_mean() {
    let halves = (eqd2(20.0, 5, 2.0) + eqd2(40.0, 5, 2.0)) / 2.0;
    assert_close(halves, 65.0, "per voxel");
    assert_close(eqd2(30.0, 5, 2.0), 60.0, "of the mean dose");
}

/// \[astrahan2008\] form with d_T = 6 Gy and α/β = 3 Gy.
#[test]
fn lq_l_reference_values() {
    let model = LinearQuadraticLinear::new(AlphaBeta::new(3.0).unwrap(), 6.0).unwrap();
    for (dose, fractions, expected) in [(54.0, 3, 234.0), (50.0, 5, 190.0), (20.0, 1, 88.0)] {
        let bed = model.bed(AbsorbedDose::new(dose).unwrap(), NumberOfFractions::new(fractions).unwrap()).unwrap();
        assert_close(bed.gy(), expected, "LQ-L");
    }
}

/// Remaining EQD2 and α/β 2.5 Gy to the total dose in 1, 3, 5 and 10 fractions.
#[test]
fn remaining_dose_vectors() {
    let model = LinearQuadratic::new(AlphaBeta::new(2.5).unwrap());
    let rows = [
        (12.5, [6.35, 9.77, 11.65, 14.31]),
        (25.0, [9.43, 15.00, 18.28, 23.29]),
        (40.0, [12.22, 19.79, 24.39, 31.73]),
        (24.0, [9.22, 14.64, 17.81, 22.66]),
    ];
    for (remaining, totals) in rows {
        for (fractions, expected) in [1, 3, 5, 10].into_iter().zip(totals) {
            let total = model.total_gy(remaining, NumberOfFractions::new(fractions).unwrap());
            assert!((total - expected).abs() < 0.0051, "{remaining} in {fractions}: {total}");
        }
    }
}

proptest! {
    #[test]
    fn eqd2_rises_with_dose_and_falls_with_fractions(
        dose in 0.1..100.0_f64, more in 0.01..10.0_f64, n in 1_i64..40, alpha_beta in 0.5..20.0_f64,
    ) {
        prop_assert!(eqd2(dose + more, n, alpha_beta) > eqd2(dose, n, alpha_beta));
        prop_assert!(eqd2(dose, n + 1, alpha_beta) < eqd2(dose, n, alpha_beta));
    }

    #[test]
    fn two_gray_fractions_are_their_own_eqd2(n in 1_i64..60, alpha_beta in 0.5..20.0_f64) {
        let dose = 2.0 * n as f64;
        prop_assert!((eqd2(dose, n, alpha_beta) - dose).abs() < 1e-9 * dose);
    }

    #[test]
    fn without_fractionation_sensitivity_eqd2_is_the_dose(dose in 0.1..100.0_f64, n in 1_i64..40) {
        prop_assert!((eqd2(dose, n, 1e9) - dose).abs() < 1e-6 * dose);
    }

    #[test]
    fn above_two_gray_a_lower_alpha_beta_weighs_more(n in 1_i64..20, d in 2.01..20.0_f64, low in 0.5..10.0_f64) {
        let dose = d * n as f64;
        prop_assert!(eqd2(dose, n, low) > eqd2(dose, n, low + 1.0));
    }

    #[test]
    fn the_inverse_returns_the_dose(dose in 0.0..100.0_f64, n in 1_i64..40, alpha_beta in 0.5..20.0_f64) {
        let fractions = NumberOfFractions::new(n).unwrap();
        let model = LinearQuadratic::new(AlphaBeta::new(alpha_beta).unwrap());
        let back = model.total_gy(model.eqd2_gy(dose, fractions), fractions);
        prop_assert!((back - dose).abs() < 1e-9 * (1.0 + dose));
    }

    #[test]
    fn bed_and_eqd2_say_the_same(gy in 0.0..200.0_f64, alpha_beta in 0.5..20.0_f64) {
        let eqd2 = Eqd2::new(gy, AlphaBeta::new(alpha_beta).unwrap()).unwrap();
        prop_assert!((eqd2.to_bed().to_eqd2().gy() - gy).abs() < 1e-9);
    }
}

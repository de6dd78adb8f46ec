//! Points that fill a cube of many dimensions more evenly than chance.

use sobol_burley::sample;

/// The seed of every result: an input, and always the same.
pub const SEED: u32 = 20_251_127;

/// Dimensions of one sequence; later ones begin again with another seed.
const DIMENSIONS: u32 = sobol_burley::NUM_DIMENSIONS;

/// Coordinate of a point of a scrambled Sobol sequence, strictly between 0 and 1.
///
/// # Source
/// \[burley2020\].
pub fn coordinate(point: u32, dimension: u32) -> f64 {
    let seed = SEED.wrapping_add(dimension / DIMENSIONS);
    let value = f64::from(sample(point, dimension % DIMENSIONS, seed));
    value.clamp(f64::from(f32::EPSILON), 1.0 - f64::from(f32::EPSILON))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dimension_is_filled_evenly() {
        let n = 200_u32;
        for dimension in [0, 1, 17, 63, 255, 256, 300] {
            let values: Vec<f64> = (0..n).map(|point| coordinate(point, dimension)).collect();
            let mean = values.iter().sum::<f64>() / f64::from(n);
            let below = values.iter().filter(|value| **value < 0.25).count();
            assert!((mean - 0.5).abs() < 0.01, "{dimension}: mean {mean}");
            assert!((45..=55).contains(&below), "{dimension}: {below} of 200 in the first quarter");
        }
    }

    #[test]
    fn two_dimensions_are_independent() {
        let both = (0..256).filter(|&point| coordinate(point, 3) < 0.5 && coordinate(point, 40) < 0.5).count();
        assert!((54..=74).contains(&both), "{both}");
    }
}

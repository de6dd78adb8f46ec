//! Texture without chance: the same place always gives the same value.

/// Smooth value noise in 0..1 that varies over about `cell_mm`.
///
/// A random number belongs to each corner of a cubic lattice; between corners it is blended with
/// the smooth step, so the noise has a continuous gradient.
pub(crate) fn value_noise(point_mm: [f64; 3], cell_mm: f64) -> f64 {
    let scaled = point_mm.map(|part| part / cell_mm);
    let floor = scaled.map(f64::floor);
    let corner = floor.map(|part| part as i32 as u32);
    let blend = [0, 1, 2].map(|axis| {
        let part = scaled[axis] - floor[axis];
        part * part * (3.0 - 2.0 * part)
    });
    let row = |j: u32, k: u32| {
        let left = unit(hash([corner[0], corner[1].wrapping_add(j), corner[2].wrapping_add(k)]));
        let right = unit(hash([corner[0].wrapping_add(1), corner[1].wrapping_add(j), corner[2].wrapping_add(k)]));
        left + (right - left) * blend[0]
    };
    let plane = |k: u32| {
        let near = row(0, k);
        near + (row(1, k) - near) * blend[1]
    };
    let below = plane(0);
    below + (plane(1) - below) * blend[2]
}

/// Noise of mean 0 and standard deviation 1, nearly normal, independent from place to place and
/// from `stream` to `stream`.
///
/// The place is rounded to 1/16 mm, so that the same voxel centre reached by another order of
/// additions still has the same noise.
pub fn white_noise(point_mm: [f64; 3], stream: u32) -> f64 {
    let key = point_mm.map(|part| (part * 16.0).round() as i32 as u32);
    let bits = hash([key[0], key[1], key[2] ^ stream.wrapping_mul(0x632b_e5ab)]);
    let sum: f64 = bits.to_le_bytes().iter().map(|byte| f64::from(*byte) / 255.0).sum();
    (sum - 2.0) * 3.0_f64.sqrt()
}

/// 0..1 from 32 bits.
fn unit(bits: u32) -> f64 {
    f64::from(bits) / 4_294_967_296.0
}

/// Mixes three numbers into one whose every bit depends on all of them.
fn hash(key: [u32; 3]) -> u32 {
    let mut bits =
        key[0].wrapping_mul(0x9e37_79b1) ^ key[1].wrapping_mul(0x85eb_ca77) ^ key[2].wrapping_mul(0xc2b2_ae3d);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x2c1b_3c6d);
    bits ^= bits >> 12;
    bits = bits.wrapping_mul(0x297a_2d39);
    bits ^ (bits >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_noise_stays_in_range_and_is_continuous() {
        for step in 0..2000 {
            let x = f64::from(step) * 0.05 - 50.0;
            let here = value_noise([x, 3.0, -7.0], 4.0);
            let beside = value_noise([x + 1e-6, 3.0, -7.0], 4.0);
            assert!((0.0..=1.0).contains(&here));
            assert!((here - beside).abs() < 1e-5);
        }
    }

    #[test]
    fn white_noise_has_mean_zero_and_unit_deviation() {
        let values: Vec<f64> =
            (0..20_000).map(|step| white_noise([f64::from(step % 100), f64::from(step / 100), 2.5], 1)).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 0.03, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.05, "variance {variance}");
    }
}

//! Numbers by chance, the same in every run.

/// A generator of numbers (a linear congruence whose high bits are used).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        let mut own = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03);
        for _ in 0..8 {
            own.next();
        }
        own
    }

    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }

    pub fn normal(&mut self) -> f64 {
        radiobiology::normal::quantile(self.between(1e-9, 1.0 - 1e-9))
    }
}

//! How finely an organ is sampled.

use geometry::Body;

use crate::Metric;

/// Numbers of samples that are tried one after the other, each step less than 0.63 of the one before.
const LEVELS: [usize; 4] = [1_500, 6_000, 24_000, 96_000];
/// Finer steps than this add nothing to contours drawn on images.
const FINEST_MM: f64 = 0.03;
const CUBIC_MM_PER_CC: f64 = 1000.0;

/// The steps at which an organ of a volume is sampled until its measures settle, the coarsest first; none without volume.
pub fn sampling_steps(volume_cc: f64) -> Vec<f64> {
    if volume_cc.is_nan() || volume_cc <= 0.0 {
        return Vec::new();
    }
    LEVELS.iter().map(|&count| (volume_cc * CUBIC_MM_PER_CC / count as f64).cbrt().max(FINEST_MM)).collect()
}

/// A measure has settled when a finer step moves it by less than this share of itself, as H31 asks for ...
const SETTLED_SHARE: f64 = 0.005;
/// ... or by less than this many gray ...
const SETTLED_GY: f64 = 0.01;
/// ... or by less than this share of the organ, where it is a volume.
const SETTLED_VOLUME_SHARE: f64 = 0.000_5;

/// A volume is asked for more strictly, because every box that the dose passes counts in part.
const SETTLED_SHARE_OF_A_VOLUME: f64 = 0.002;

/// Whether a measure of an organ of this volume agrees at two steps.
pub fn settled(metric: &Metric, volume_cc: f64, coarse: f64, fine: f64) -> bool {
    let (share, least) = match metric {
        Metric::VolumeAtGy(_) => (SETTLED_SHARE_OF_A_VOLUME, SETTLED_VOLUME_SHARE * volume_cc),
        Metric::PercentAtGy(_) => (SETTLED_SHARE_OF_A_VOLUME, 100.0 * SETTLED_VOLUME_SHARE),
        _ => (SETTLED_SHARE, SETTLED_GY),
    };
    (coarse - fine).abs() <= least.max(share * fine.abs())
}

/// Volume of a body in cc as its samples see it, for bodies that do not know it better.
pub fn volume_cc(body: &dyn Body) -> f64 {
    let known: Option<f64> = body.slabs().iter().map(|slab| slab.volume_mm3).sum();
    known.map_or_else(|| sampled_volume_cc(body), |volume| volume / CUBIC_MM_PER_CC)
}

fn sampled_volume_cc(body: &dyn Body) -> f64 {
    let [low, high] = body.rows_mm();
    let height: f64 = body.slabs().iter().map(|slab| slab.to_mm - slab.from_mm).sum();
    let step = ((high - low) * height / 4_000.0).sqrt().max(FINEST_MM);
    geometry::body::samples(body, step).volume_cc()
}

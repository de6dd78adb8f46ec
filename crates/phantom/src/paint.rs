//! Pictures are painted: each tissue covers what was painted before it, through an edge that stands for the scanner's blur.

/// CT number of air.
pub(crate) const AIR_HU: f64 = -1000.0;
/// Width of the edge.
pub(crate) const EDGE_MM: f64 = 2.0;

/// Covers what is there with `material` inside the shape at this distance.
pub(crate) fn paint(hu: &mut f64, material: f64, distance_mm: f64) {
    let cover = (0.5 - distance_mm / EDGE_MM).clamp(0.0, 1.0);
    *hu += (material - *hu) * cover;
}

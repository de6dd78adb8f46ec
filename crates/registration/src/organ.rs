//! An organ that is drawn in an image, as distances from its surface.

use geometry::distance::signed_distance_mm;
use geometry::{Body, Grid, Point, Vector, Volume};

/// Distances are known up to here outside.
pub const MARGIN_MM: f64 = 30.0;
/// Spacing of the distances.
const SPACING_MM: f64 = 2.5;
/// Spacing of the points on the surface.
const SURFACE_MM: f64 = 3.0;

/// The shape of an organ in one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct OrganShape {
    distance_mm: Volume<f32>,
    surface_mm: Vec<Point>,
}

/// The same organ in both images.
#[derive(Clone, Copy, Debug)]
pub struct OrganPair<'a> {
    /// In the fixed frame.
    pub fixed: &'a OrganShape,
    /// In the moving frame.
    pub moving: &'a OrganShape,
}

impl OrganShape {
    /// The shape of a body; nothing where it is too small to hold any voxel.
    pub fn of(body: &dyn Body) -> Option<Self> {
        let surface_mm = body.surface_points(SURFACE_MM);
        let axes = body.axes();
        let along = |axis: usize| surface_mm.iter().map(move |point| axes[axis].dot(&point.coords));
        let low = [0, 1, 2].map(|axis| along(axis).fold(f64::INFINITY, f64::min) - MARGIN_MM);
        let high = [0, 1, 2].map(|axis| along(axis).fold(f64::NEG_INFINITY, f64::max) + MARGIN_MM);
        let size = [0, 1, 2].map(|axis| ((high[axis] - low[axis]) / SPACING_MM).max(0.0).ceil() as usize + 1);
        let origin: Vector = (0..3).map(|axis| axes[axis] * low[axis]).sum();
        let offsets: Vec<f64> = (0..size[2]).map(|k| k as f64 * SPACING_MM).collect();
        let grid = Grid::new(Point::from(origin), axes[0], axes[1], [SPACING_MM; 2], [size[0], size[1]], &offsets)
            .ok()?;
        let distance_mm = signed_distance_mm(&grid, |point| body.contains(point))?;
        Some(Self { distance_mm, surface_mm })
    }

    /// Distance from the surface, negative inside; far outside, at least the margin.
    pub fn distance_mm(&self, position_mm: &Point) -> f64 {
        self.distance_mm.trilinear(position_mm).unwrap_or(MARGIN_MM).min(MARGIN_MM)
    }

    /// Distances on their grid.
    pub(crate) fn distances(&self) -> &Volume<f32> {
        &self.distance_mm
    }

    /// Points on the surface.
    pub fn surface_mm(&self) -> &[Point] {
        &self.surface_mm
    }
}

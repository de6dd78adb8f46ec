//! What a deformable registration minimises.

use geometry::{Grid, Matrix, Volume};

use crate::correlation::Correlation;
use crate::displacement::Displacement;
use crate::minimise::Function;
use crate::roughness::Roughness;
use crate::warp::{Warp, Warped};

/// How a displacement is kept smooth; set on the pairs of `docs/methods/deformable-registration.md`.
pub(crate) const ROUGHNESS: Roughness = Roughness { weight: 0.3, gentle: 0.2, fold_weight: 1.0 };
/// A surface that is off by this much costs as much as a voxel whose surroundings do not correlate at all.
const SURFACE_MM: f32 = 4.0;
/// Only places this close to a drawn surface are held to it.
pub(crate) const BAND_MM: f32 = 10.0;
/// A landmark that is off by this much begins to count by its distance instead of by its square.
const LANDMARK_MM: f64 = 2.0;
/// A landmark speaks for the voxels of a ball of this radius.
const LANDMARK_RADIUS_MM: f64 = 15.0;

/// Disagreement of the images, of what was drawn in both, and roughness.
pub(crate) struct Energy<'a> {
    pub warp: Warp<'a>,
    pub correlation: Correlation,
    pub organs: Vec<DrawnOrgan<'a>>,
    pub landmarks: Vec<KnownPlace>,
    pub nodes: Displacement,
    pub warped: Warped,
    pub per_value: Vec<f32>,
    /// Slopes of one term before they are added up.
    pub part: Vec<f32>,
    pub voxel_mm3: f64,
}

/// An organ drawn in both images.
pub(crate) struct DrawnOrgan<'a> {
    /// Reads the distances from its surface in the moving image.
    pub warp: Warp<'a>,
    /// Those in the fixed image.
    pub fixed_mm: Vec<f32>,
}

/// Where a place known in both images stands among the nodes, and by how much it is displaced.
#[derive(Clone, Debug)]
pub(crate) struct KnownPlace {
    corners: [(usize, f32); 8],
    wanted_mm: [f32; 3],
}

impl KnownPlace {
    /// `local_mm` is the place from the first node along the axes; nothing beyond the nodes.
    pub fn new(nodes: &Displacement, local_mm: [f64; 3], wanted_mm: [f32; 3]) -> Option<Self> {
        Some(Self { corners: nodes.corners(local_mm)?, wanted_mm })
    }

    fn cost(&self, nodes: &Displacement, share: f64, slope: &mut [f32]) -> f64 {
        let mut off = self.wanted_mm.map(|wanted| -wanted);
        for (at, weight) in &self.corners {
            (0..3).for_each(|axis| off[axis] += weight * nodes.values[3 * at + axis]);
        }
        let squared: f64 = off.iter().map(|off| f64::from(off * off)).sum();
        let size = (1.0 + squared / (LANDMARK_MM * LANDMARK_MM)).sqrt();
        let factor = (share / (size * LANDMARK_MM * LANDMARK_MM)) as f32;
        for (at, weight) in &self.corners {
            (0..3).for_each(|axis| slope[3 * at + axis] += factor * weight * off[axis]);
        }
        share * (size - 1.0)
    }
}

impl Function for Energy<'_> {
    fn value(&mut self, x: &[f32], slope: &mut [f32]) -> f64 {
        self.nodes.values.copy_from_slice(x);
        self.warp.read(&self.nodes, &mut self.warped);
        let mut cost = self.correlation.cost(&self.warped, &mut self.per_value);
        self.warp.gather(&self.per_value, &self.warped.slopes, &self.nodes, slope);
        let total = self.correlation.total_weight();
        for organ in &self.organs {
            organ.warp.read(&self.nodes, &mut self.warped);
            cost += organ.cost(&self.warped, total, &mut self.per_value);
            organ.warp.gather(&self.per_value, &self.warped.slopes, &self.nodes, &mut self.part);
            slope.iter_mut().zip(&self.part).for_each(|(sum, part)| *sum += part);
        }
        let ball = 4.0 / 3.0 * std::f64::consts::PI * LANDMARK_RADIUS_MM.powi(3);
        let share = ball / (self.voxel_mm3 * total);
        cost += self.landmarks.iter().map(|place| place.cost(&self.nodes, share, slope)).sum::<f64>();
        let voxels_per_node: usize = self.nodes.step.iter().product();
        cost + ROUGHNESS.add(&self.nodes, voxels_per_node as f64 / total, slope)
    }
}

impl<'a> DrawnOrgan<'a> {
    /// Distances in the fixed image at the voxels of a region, and the reader of those in the moving one.
    pub fn new(fixed_mm: Vec<f32>, warp: Warp<'a>) -> Self {
        Self { warp, fixed_mm }
    }

    /// Squared differences of the distances from the surface, near it.
    fn cost(&self, warped: &Warped, total: f64, per_value: &mut [f32]) -> f64 {
        let mut cost = 0.0;
        let factor = (1.0 / total) as f32 / (SURFACE_MM * SURFACE_MM);
        for (at, fixed) in self.fixed_mm.iter().enumerate() {
            per_value[at] = 0.0;
            if fixed.abs() <= BAND_MM && warped.outside[at] == 0.0 {
                let off = warped.values[at] - fixed;
                cost += f64::from(factor * off * off);
                per_value[at] = 2.0 * factor * off;
            }
        }
        cost
    }
}

/// Distances at all voxels of a part of a grid; beyond what is known, too far to count.
pub(crate) fn distances_at(distances: &Volume<f32>, grid: &Grid, first: [usize; 3], size: [usize; 3]) -> Vec<f32> {
    let step: Matrix = {
        let spacing = grid.spacing_mm();
        grid.direction() * Matrix::from_diagonal(&geometry::Vector::new(spacing[0], spacing[1], spacing[2]))
    };
    let origin = grid.position_mm(first);
    let mut values = Vec::with_capacity(size.iter().product());
    for k in 0..size[2] {
        for j in 0..size[1] {
            for i in 0..size[0] {
                let at = origin + step * geometry::Vector::new(i as f64, j as f64, k as f64);
                values.push(distances.trilinear(&at).map_or(f32::INFINITY, |value| value as f32));
            }
        }
    }
    values
}

//! Displacements at the nodes of a grid.

use geometry::{Grid, Matrix, Point, Vector, Volume};

/// Displacements in millimetres along the axes of a fixed image, at every n-th of its voxels; linear between them.
///
/// The first node stands on the first voxel, the last one on or beyond the last voxel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Displacement {
    /// Voxels from node to node.
    pub step: [usize; 3],
    /// Number of nodes along each axis.
    pub size: [usize; 3],
    /// Distance of nodes.
    pub spacing_mm: [f64; 3],
    /// Components of each node, node after node, `i` fastest.
    pub values: Vec<f32>,
}

impl Displacement {
    /// No displacement of an image of a size and spacing.
    pub fn zero(voxels: [usize; 3], voxel_mm: [f64; 3], step: [usize; 3]) -> Self {
        let size: [usize; 3] = std::array::from_fn(|axis| (voxels[axis] - 1).div_ceil(step[axis]) + 1);
        let spacing_mm = std::array::from_fn(|axis| step[axis] as f64 * voxel_mm[axis]);
        Self { step, size, spacing_mm, values: vec![0.0; 3 * size.iter().product::<usize>()] }
    }

    /// The displacement at a node.
    pub fn node(&self, [i, j, k]: [usize; 3]) -> [f32; 3] {
        let at = 3 * ((k * self.size[1] + j) * self.size[0] + i);
        [self.values[at], self.values[at + 1], self.values[at + 2]]
    }

    /// The nodes about a position in millimetres from the first node along the axes, with their weights; nothing beyond the
    /// nodes.
    pub fn corners(&self, local_mm: [f64; 3]) -> Option<[(usize, f32); 8]> {
        let within = |axis: usize| {
            let index = local_mm[axis] / self.spacing_mm[axis];
            index >= 0.0 && index <= (self.size[axis] - 1) as f64
        };
        (0..3).all(within).then(|| self.nearest_corners(local_mm))
    }

    /// As [`Displacement::corners`], of the nearest position within the nodes.
    fn nearest_corners(&self, local_mm: [f64; 3]) -> [(usize, f32); 8] {
        let mut low = [0; 3];
        let mut part = [0.0_f32; 3];
        for axis in 0..3 {
            let last = (self.size[axis] - 1) as f64;
            let index = (local_mm[axis] / self.spacing_mm[axis]).clamp(0.0, last);
            low[axis] = (index as usize).min(self.size[axis].saturating_sub(2));
            part[axis] = (index - low[axis] as f64) as f32;
        }
        std::array::from_fn(|corner| {
            let upper = |axis: usize| corner >> axis & 1;
            let weight = (0..3).map(|axis| if upper(axis) == 1 { part[axis] } else { 1.0 - part[axis] }).product();
            let [i, j, k] = [0, 1, 2].map(|axis| (low[axis] + upper(axis)).min(self.size[axis] - 1));
            ((k * self.size[1] + j) * self.size[0] + i, weight)
        })
    }

    /// The displacement at a position in millimetres from the first node along the axes; beyond the nodes that of the rim.
    pub fn at(&self, local_mm: [f64; 3]) -> [f32; 3] {
        let mut sum = [0.0; 3];
        for (at, weight) in self.nearest_corners(local_mm) {
            (0..3).for_each(|axis| sum[axis] += weight * self.values[3 * at + axis]);
        }
        sum
    }

    /// Takes over what another displacement of the same image says, whose first node stands elsewhere by `shift_mm`.
    pub fn take_from(&mut self, other: &Self, shift_mm: [f64; 3]) {
        let [columns, rows, planes] = self.size;
        let mut at = 0;
        for k in 0..planes {
            for j in 0..rows {
                for i in 0..columns {
                    let index = [i, j, k];
                    let local =
                        std::array::from_fn(|axis| index[axis] as f64 * self.spacing_mm[axis] + shift_mm[axis]);
                    self.values[at..at + 3].copy_from_slice(&other.at(local));
                    at += 3;
                }
            }
        }
    }

    /// The same as vectors of the patient on a grid of its own.
    pub fn to_volume(&self, origin_mm: Point, direction: &Matrix) -> Option<Volume<[f32; 3]>> {
        let offsets: Vec<f64> = (0..self.size[2]).map(|k| k as f64 * self.spacing_mm[2]).collect();
        let axis = |axis: usize| direction.column(axis).into_owned();
        let in_plane = [self.spacing_mm[0], self.spacing_mm[1]];
        let grid =
            Grid::new(origin_mm, axis(0), axis(1), in_plane, [self.size[0], self.size[1]], &offsets).ok()?;
        let turned = |local: &[f32]| {
            let vector = direction * Vector::new(f64::from(local[0]), f64::from(local[1]), f64::from(local[2]));
            [vector.x as f32, vector.y as f32, vector.z as f32]
        };
        Volume::new(grid, self.values.chunks_exact(3).map(turned).collect())
    }
}

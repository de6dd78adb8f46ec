//! A moving image read through a displacement, and the way back from voxels to nodes.

use geometry::{Affine, Grid, Matrix, Volume};
use rayon::prelude::*;

use crate::displacement::Displacement;
use crate::sampler::{between, to_index};

/// Reads a moving image at the voxels of a fixed one.
pub(crate) struct Warp<'a> {
    moving: &'a Volume<f32>,
    /// Size of the fixed image.
    size: [usize; 3],
    /// Index in the moving image per voxel of the fixed one, per millimetre of displacement, and at the first voxel.
    per_voxel: [[f32; 3]; 3],
    per_mm: [[f32; 3]; 3],
    at_first: [f32; 3],
    /// Of every row, the voxels that are read.
    read: Vec<std::ops::Range<usize>>,
}

/// What a moving image shows at the voxels of a fixed one.
pub(crate) struct Warped {
    pub values: Vec<f32>,
    /// Change per millimetre of displacement.
    pub slopes: Vec<[f32; 3]>,
    /// 1 where there is no moving image.
    pub outside: Vec<f32>,
    pub n_outside: usize,
}

impl Warped {
    pub fn new(n: usize) -> Self {
        Self { values: vec![0.0; n], slopes: vec![[0.0; 3]; n], outside: vec![0.0; n], n_outside: 0 }
    }
}

impl<'a> Warp<'a> {
    /// `first` is the voxel of `grid` at which the fixed image of a size begins.
    pub fn new(
        moving: &'a Volume<f32>,
        grid: &Grid,
        first: [usize; 3],
        size: [usize; 3],
        moving_from_fixed: &Affine,
        read: Vec<std::ops::Range<usize>>,
    ) -> Self {
        let to = moving.grid();
        let to_index = to_index(moving);
        let per_mm = to_index * moving_from_fixed.linear() * grid.direction();
        let voxel = grid.spacing_mm();
        let per_voxel = per_mm * Matrix::from_diagonal(&geometry::Vector::new(voxel[0], voxel[1], voxel[2]));
        let start = moving_from_fixed.apply(&grid.position_mm(first)) - to.origin_mm();
        let at_first = to_index * start;
        let rows = |matrix: &Matrix| {
            std::array::from_fn(|row| std::array::from_fn(|column| matrix[(row, column)] as f32))
        };
        Self {
            moving,
            size,
            per_voxel: rows(&per_voxel),
            per_mm: rows(&per_mm),
            at_first: std::array::from_fn(|axis| at_first[axis] as f32),
            read,
        }
    }

    /// Reads every voxel.
    pub fn read(&self, displacement: &Displacement, warped: &mut Warped) {
        let plane = self.size[0] * self.size[1];
        let columns = self.columns(displacement);
        let planes = warped.values.par_chunks_mut(plane).zip(warped.slopes.par_chunks_mut(plane));
        let counts: Vec<usize> = planes
            .zip(warped.outside.par_chunks_mut(plane))
            .enumerate()
            .map(|(k, ((values, slopes), outside))| {
                let mut nodes = vec![[0.0; 3]; displacement.size[0]];
                let mut n_outside = 0;
                for j in 0..self.size[1] {
                    let range = self.read[k * self.size[1] + j].clone();
                    if range.is_empty() {
                        continue;
                    }
                    displacement.row(j, k, &mut nodes);
                    let row = j * self.size[0];
                    for i in range {
                        let (node, part) = columns[i];
                        let (low, high) = (nodes[node], nodes[(node + 1).min(nodes.len() - 1)]);
                        let u: [f32; 3] = std::array::from_fn(|axis| low[axis] + part * (high[axis] - low[axis]));
                        let at = self.index([i, j, k], u);
                        match between(self.moving, at) {
                            // A place that is not to count holds no number.
                            Some((value, slope)) if value.is_finite() => {
                                values[row + i] = value;
                                slopes[row + i] = self.per_mm_of(slope);
                                outside[row + i] = 0.0;
                            }
                            _ => {
                                (values[row + i], slopes[row + i], outside[row + i]) = (0.0, [0.0; 3], 1.0);
                                n_outside += 1;
                            }
                        }
                    }
                }
                n_outside
            })
            .collect();
        warped.n_outside = counts.iter().sum();
    }

    /// Adds up at the nodes what a change of every voxel's displacement changes: `per_value` times the slopes.
    pub fn gather(&self, per_value: &[f32], slopes: &[[f32; 3]], nodes: &Displacement, sums: &mut [f32]) {
        let layer = 3 * nodes.size[0] * nodes.size[1];
        let columns = self.columns(nodes);
        let slabs: Vec<[Vec<f32>; 2]> = (0..nodes.size[2])
            .into_par_iter()
            .map(|slab| {
                let mut sums = [vec![0.0; layer], vec![0.0; layer]];
                let planes = slab * nodes.step[2]..((slab + 1) * nodes.step[2]).min(self.size[2]);
                let mut row_sums = vec![[0.0_f32; 3]; nodes.size[0]];
                for k in planes {
                    let high = (k - slab * nodes.step[2]) as f32 / nodes.step[2] as f32;
                    for j in 0..self.size[1] {
                        let range = self.read[k * self.size[1] + j].clone();
                        if range.is_empty() {
                            continue;
                        }
                        row_sums.fill([0.0; 3]);
                        let row = (k * self.size[1] + j) * self.size[0];
                        for i in range {
                            let (node, part) = columns[i];
                            let (factor, slope) = (per_value[row + i], slopes[row + i]);
                            let next = (node + 1).min(row_sums.len() - 1);
                            for axis in 0..3 {
                                let change = factor * slope[axis];
                                row_sums[node][axis] += (1.0 - part) * change;
                                row_sums[next][axis] += part * change;
                            }
                        }
                        let (node_row, part) =
                            (j / nodes.step[1], (j % nodes.step[1]) as f32 / nodes.step[1] as f32);
                        for (row, weight) in [(node_row, 1.0 - part), (node_row + 1, part)] {
                            if weight == 0.0 {
                                continue;
                            }
                            let at = 3 * row * nodes.size[0];
                            for (which, along) in [(0, 1.0 - high), (1, high)] {
                                let target = &mut sums[which][at..at + 3 * nodes.size[0]];
                                let factor = weight * along;
                                for (target, sum) in target.chunks_exact_mut(3).zip(&row_sums) {
                                    (0..3).for_each(|axis| target[axis] += factor * sum[axis]);
                                }
                            }
                        }
                    }
                }
                sums
            })
            .collect();
        sums.par_chunks_mut(layer).enumerate().for_each(|(k, sums)| {
            sums.copy_from_slice(&slabs[k][0]);
            if k > 0 {
                sums.iter_mut().zip(&slabs[k - 1][1]).for_each(|(sum, value)| *sum += value);
            }
        });
    }

    /// For every column of voxels, the node before it and the part of the way to the next one.
    fn columns(&self, nodes: &Displacement) -> Vec<(usize, f32)> {
        let step = nodes.step[0];
        (0..self.size[0]).map(|i| (i / step, (i % step) as f32 / step as f32)).collect()
    }

    #[inline]
    fn index(&self, voxel: [usize; 3], u: [f32; 3]) -> [f32; 3] {
        let [i, j, k] = voxel.map(|index| index as f32);
        std::array::from_fn(|axis| {
            let (a, b) = (&self.per_voxel[axis], &self.per_mm[axis]);
            self.at_first[axis] + a[0] * i + a[1] * j + a[2] * k + b[0] * u[0] + b[1] * u[1] + b[2] * u[2]
        })
    }

    #[inline]
    fn per_mm_of(&self, slope: [f32; 3]) -> [f32; 3] {
        std::array::from_fn(|axis| {
            slope[0] * self.per_mm[0][axis] + slope[1] * self.per_mm[1][axis] + slope[2] * self.per_mm[2][axis]
        })
    }
}

impl Displacement {
    /// The displacements of all columns of nodes at a row and plane of voxels.
    fn row(&self, j: usize, k: usize, row: &mut [[f32; 3]]) {
        let (node_j, node_k) = (j / self.step[1], k / self.step[2]);
        let part_j = (j % self.step[1]) as f32 / self.step[1] as f32;
        let part_k = (k % self.step[2]) as f32 / self.step[2] as f32;
        let width = 3 * self.size[0];
        let start =
            |j: usize, k: usize| (k.min(self.size[2] - 1) * self.size[1] + j.min(self.size[1] - 1)) * width;
        let starts = [
            (start(node_j, node_k), (1.0 - part_j) * (1.0 - part_k)),
            (start(node_j + 1, node_k), part_j * (1.0 - part_k)),
            (start(node_j, node_k + 1), (1.0 - part_j) * part_k),
            (start(node_j + 1, node_k + 1), part_j * part_k),
        ];
        row.fill([0.0; 3]);
        for (start, weight) in starts.into_iter().filter(|(_, weight)| *weight > 0.0) {
            let nodes = self.values[start..start + width].chunks_exact(3);
            for (sum, node) in row.iter_mut().zip(nodes) {
                (0..3).for_each(|axis| sum[axis] += weight * node[axis]);
            }
        }
    }
}

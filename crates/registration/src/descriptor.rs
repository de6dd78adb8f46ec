//! What the neighbourhood of a voxel looks like, whatever the values themselves are.

use rayon::prelude::*;

/// Pairs of neighbours that are compared.
const CHANNELS: usize = 12;
/// Parts of a descriptor: those of the pairs and four empty ones, which make it fill a register.
const PARTS: usize = 16;
/// What stands for two equal neighbours.
const EQUAL: f32 = 255.0;

/// The twelve pairs of the six neighbours that do not lie opposite each other.
const PAIRS: [[[i32; 3]; 2]; CHANNELS] = [
    [[1, 0, 0], [0, 1, 0]],
    [[1, 0, 0], [0, -1, 0]],
    [[-1, 0, 0], [0, 1, 0]],
    [[-1, 0, 0], [0, -1, 0]],
    [[1, 0, 0], [0, 0, 1]],
    [[1, 0, 0], [0, 0, -1]],
    [[-1, 0, 0], [0, 0, 1]],
    [[-1, 0, 0], [0, 0, -1]],
    [[0, 1, 0], [0, 0, 1]],
    [[0, 1, 0], [0, 0, -1]],
    [[0, -1, 0], [0, 0, 1]],
    [[0, -1, 0], [0, 0, -1]],
];

/// The descriptor of every voxel.
pub(crate) struct Descriptors {
    parts: Vec<[u8; PARTS]>,
    /// Whether the image says something there.
    known: Vec<bool>,
}

impl Descriptors {
    /// Mean difference from the descriptor of a voxel of another image, 0 to 1; nothing where one of them is not known.
    #[inline]
    pub fn disagreement(&self, at: usize, other: &Self, other_at: usize) -> Option<f32> {
        if !(self.known[at] && other.known[other_at]) {
            return None;
        }
        let (one, other) = (&self.parts[at], &other.parts[other_at]);
        let sum: u32 = one.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(*other))).sum();
        Some(sum as f32 / (EQUAL * CHANNELS as f32))
    }
}

/// Self-similarity of the surroundings of each voxel: for each pair of neighbours, how much alike they are, 1 for equal ones.
///
/// # Source
/// \[heinrich2013\], with single voxels as patches, which on coarse images are means of many.
pub(crate) fn descriptors(values: &[f32], [columns, rows, planes]: [usize; 3]) -> Descriptors {
    let at = |index: usize, by: i32, size: usize| (index as i32 + by).clamp(0, size as i32 - 1) as usize;
    let of = |[i, j, k]: [usize; 3]| {
        let value = |by: [i32; 3]| {
            let (i, j, k) = (at(i, by[0], columns), at(j, by[1], rows), at(k, by[2], planes));
            values[(k * rows + j) * columns + i]
        };
        let squares = PAIRS.map(|[one, other]| (value(one) - value(other)).powi(2));
        let mean = squares.iter().sum::<f32>() / CHANNELS as f32;
        // The variance of even places would otherwise be that of their noise.
        let variance = mean + NOISE;
        let mut parts = [0; PARTS];
        for (part, square) in parts.iter_mut().zip(squares) {
            *part = (EQUAL * falling(square / variance) + 0.5) as u8;
        }
        (parts, mean.is_finite())
    };
    let plane = |k: usize| (0..rows).flat_map(move |j| (0..columns).map(move |i| [i, j, k])).map(of);
    let (parts, known) = (0..planes).into_par_iter().flat_map_iter(plane).unzip();
    Descriptors { parts, known }
}

/// 1 at zero and falling like the exponential function for small values, without its price.
#[inline]
fn falling(value: f32) -> f32 {
    let part = 1.0 / (1.0 + 0.5 * value + 0.125 * value * value);
    part * part
}

/// Squared differences (Hounsfield units) that say nothing.
const NOISE: f32 = 100.0;

//! The part of an image in which the patient is.

use std::ops::Range;

use geometry::{Grid, Volume};

/// A box of voxels of a larger image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    whole: [usize; 3],
    /// The first voxel.
    pub first: [usize; 3],
    /// Number of voxels along each axis.
    pub size: [usize; 3],
}

impl Region {
    /// The smallest box around all places that count, and a margin; nothing where no place does.
    pub fn around(whole: [usize; 3], weights: &[f32], margin: usize) -> Option<Self> {
        let (mut low, mut high) = (whole, [0; 3]);
        for (at, _) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            let index = [at % whole[0], at / whole[0] % whole[1], at / whole[0] / whole[1]];
            for axis in 0..3 {
                low[axis] = low[axis].min(index[axis]);
                high[axis] = high[axis].max(index[axis]);
            }
        }
        if low == whole {
            return None;
        }
        let first = low.map(|low| low.saturating_sub(margin));
        let size = std::array::from_fn(|axis| (high[axis] + margin + 1).min(whole[axis]) - first[axis]);
        Some(Self { whole, first, size })
    }

    /// The values within the box.
    pub fn cut(&self, values: &[f32]) -> Vec<f32> {
        let mut cut = Vec::with_capacity(self.size.iter().product());
        for k in self.first[2]..self.first[2] + self.size[2] {
            for j in self.first[1]..self.first[1] + self.size[1] {
                let start = (k * self.whole[1] + j) * self.whole[0] + self.first[0];
                cut.extend_from_slice(&values[start..start + self.size[0]]);
            }
        }
        cut
    }
}

/// Of every row, the range of voxels that are not zero.
pub(crate) fn ranges(values: &[f32], columns: usize) -> Vec<Range<usize>> {
    let range = |row: &[f32]| {
        let first = row.iter().position(|value| *value > 0.0);
        let last = row.iter().rposition(|value| *value > 0.0);
        first.zip(last).map_or(0..0, |(first, last)| first..last + 1)
    };
    values.chunks_exact(columns).map(range).collect()
}

/// 1 at the voxels of a finer grid that lie within the body, 0 elsewhere.
pub(crate) fn weights(grid: &Grid, body: &Volume<bool>) -> Vec<f32> {
    let (coarse, size) = (body.grid(), body.grid().size());
    let [columns, rows, planes] = grid.size();
    let mut weights = Vec::with_capacity(grid.len());
    for k in 0..planes {
        for j in 0..rows {
            for i in 0..columns {
                let index = coarse.continuous_index(&grid.position_mm([i, j, k]));
                let nearest =
                    std::array::from_fn(|axis| (index[axis].round().max(0.0) as usize).min(size[axis] - 1));
                weights.push(f32::from(u8::from(body.values()[coarse.offset(nearest)])));
            }
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_holds_every_place_that_counts() {
        let mut weights = vec![0.0; 6 * 5 * 4];
        let at = |i: usize, j: usize, k: usize| (k * 5 + j) * 6 + i;
        (weights[at(2, 1, 1)], weights[at(4, 3, 1)]) = (1.0, 1.0);
        let region = Region::around([6, 5, 4], &weights, 1).unwrap();
        assert_eq!((region.first, region.size), ([1, 0, 0], [5, 5, 3]));
        assert_eq!(region.cut(&weights).iter().sum::<f32>(), 2.0);
        assert_eq!(ranges(&region.cut(&weights), 5)[5 + 1], 1..2);
        assert_eq!(Region::around([6, 5, 4], &vec![0.0; 120], 1), None);
    }
}

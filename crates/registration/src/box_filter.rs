//! Sums over the box around every voxel.

use rayon::prelude::*;

/// Sums over boxes of `2 radius + 1` voxels along each axis; what lies outside the image counts as zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BoxFilter {
    pub size: [usize; 3],
    pub radius: usize,
}

impl BoxFilter {
    /// Replaces every value by the sum over its box; `scratch` is as long as `values` and left with anything.
    pub fn sum(&self, values: &mut Vec<f32>, scratch: &mut Vec<f32>) {
        let plane = self.size[0] * self.size[1];
        values.par_chunks_mut(plane).for_each_init(
            || (vec![0.0; self.size[0]], vec![0.0; plane]),
            |(row, copy), plane| self.in_plane(plane, row, copy),
        );
        let planes: &[f32] = values;
        scratch.par_chunks_mut(plane).enumerate().for_each(|(k, sum)| {
            let near = self.near(k, self.size[2]);
            sum.copy_from_slice(&planes[near.start * plane..(near.start + 1) * plane]);
            for other in near.start + 1..near.end {
                add(sum, &planes[other * plane..(other + 1) * plane]);
            }
        });
        std::mem::swap(values, scratch);
    }

    /// One over the number of voxels of each box within the image, along one axis.
    pub fn one_over_counts(&self, axis: usize) -> Vec<f32> {
        (0..self.size[axis]).map(|index| 1.0 / self.near(index, self.size[axis]).len() as f32).collect()
    }

    fn near(&self, index: usize, size: usize) -> std::ops::Range<usize> {
        index.saturating_sub(self.radius)..(index + self.radius + 1).min(size)
    }

    fn in_plane(&self, plane: &mut [f32], row: &mut [f32], copy: &mut [f32]) {
        let columns = self.size[0];
        for (values, sums) in plane.chunks_exact(columns).zip(copy.chunks_exact_mut(columns)) {
            row.copy_from_slice(values);
            sums.copy_from_slice(values);
            for shift in 1..=self.radius.min(columns - 1) {
                add(&mut sums[shift..], &row[..columns - shift]);
                add(&mut sums[..columns - shift], &row[shift..]);
            }
        }
        for (j, sums) in plane.chunks_exact_mut(columns).enumerate() {
            let near = self.near(j, self.size[1]);
            sums.copy_from_slice(&copy[near.start * columns..(near.start + 1) * columns]);
            for other in near.start + 1..near.end {
                add(sums, &copy[other * columns..(other + 1) * columns]);
            }
        }
    }
}

fn add(sums: &mut [f32], values: &[f32]) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_box_is_summed_and_clipped_at_the_rim() {
        let size = [5, 4, 3];
        let value = |i: usize, j: usize, k: usize| (i * i + 3 * j + 7 * k * i) as f32;
        let mut values = Vec::new();
        for k in 0..3 {
            for j in 0..4 {
                values.extend((0..5).map(|i| value(i, j, k)));
            }
        }
        let filter = BoxFilter { size, radius: 1 };
        let mut scratch = vec![0.0; values.len()];
        filter.sum(&mut values, &mut scratch);
        let near = |index: usize, size: usize| index.saturating_sub(1)..=(index + 1).min(size - 1);
        for k in 0..3 {
            for j in 0..4 {
                for i in 0..5 {
                    let mut sum = 0.0;
                    for c in near(k, 3) {
                        for b in near(j, 4) {
                            sum += near(i, 5).map(|a| value(a, b, c)).sum::<f32>();
                        }
                    }
                    assert_eq!(values[(k * 4 + j) * 5 + i], sum);
                }
            }
        }
    }
}

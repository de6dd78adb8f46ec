//! What a displacement costs by itself: abrupt changes, and folds.

use rayon::prelude::*;

use crate::displacement::Displacement;

/// How a displacement is kept smooth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Roughness {
    /// Cost of a change of 1 mm per mm, in parts of the correlation.
    pub weight: f64,
    /// Changes below this count by their squares, so that they spread; larger ones by themselves, so that organs may
    /// slide along each other.
    pub gentle: f32,
    /// Cost of a Jacobian determinant of zero, in parts of the correlation.
    pub fold_weight: f64,
}

/// Determinants below this begin to cost.
const SMALL_DETERMINANT: f32 = 0.35;

impl Roughness {
    /// Adds the cost of the displacement and its slope; each node stands for `share` of the whole.
    pub fn add(&self, displacement: &Displacement, share: f64, slope: &mut [f32]) -> f64 {
        let changes = self.changes(displacement, share);
        let [columns, rows, _] = displacement.size;
        let layer = columns * rows;
        slope.par_chunks_mut(3 * layer).enumerate().for_each(|(k, slope)| {
            for j in 0..rows {
                for i in 0..columns {
                    let at = k * layer + j * columns + i;
                    let slope = &mut slope[3 * (j * columns + i)..][..3];
                    let own = &changes.pull[at];
                    for component in 0..3 {
                        let mut pull = -(own[component] + own[3 + component] + own[6 + component]);
                        pull += if i > 0 { changes.pull[at - 1][component] } else { 0.0 };
                        pull += if j > 0 { changes.pull[at - columns][3 + component] } else { 0.0 };
                        pull += if k > 0 { changes.pull[at - layer][6 + component] } else { 0.0 };
                        slope[component] += pull;
                    }
                }
            }
        });
        changes.cost
    }

    /// The cost at every node, and what it pulls by along each axis.
    fn changes(&self, displacement: &Displacement, share: f64) -> Changes {
        let [columns, rows, planes] = displacement.size;
        let layer = columns * rows;
        let per_mm = displacement.spacing_mm.map(|spacing| 1.0 / spacing as f32);
        let (weight, fold_weight) = ((share * self.weight) as f32, (share * self.fold_weight) as f32);
        let strides = [3, 3 * columns, 3 * layer];
        let mut pull = vec![[0.0_f32; 9]; layer * planes];
        let costs: Vec<f64> = pull
            .par_chunks_mut(layer)
            .enumerate()
            .map(|(k, pull)| {
                let mut cost = 0.0;
                for j in 0..rows {
                    let mut row_cost = 0.0_f32;
                    for i in 0..columns {
                        let at = 3 * (k * layer + j * columns + i);
                        let has_next = [i + 1 < columns, j + 1 < rows, k + 1 < planes];
                        let mut gradient = [0.0_f32; 9];
                        for axis in (0..3).filter(|axis| has_next[*axis]) {
                            for component in 0..3 {
                                let difference = displacement.values[at + strides[axis] + component]
                                    - displacement.values[at + component];
                                gradient[3 * axis + component] = difference * per_mm[axis];
                            }
                        }
                        let squared: f32 = gradient.iter().map(|value| value * value).sum();
                        let size = (squared + self.gentle * self.gentle).sqrt();
                        row_cost += weight * (size - self.gentle);
                        let (fold_cost, fold_pull) = folded(&gradient, fold_weight);
                        row_cost += fold_cost;
                        // Where there is no next node, nothing can be pulled.
                        for axis in (0..3).filter(|axis| has_next[*axis]) {
                            for component in 0..3 {
                                let at = 3 * axis + component;
                                pull[j * columns + i][at] =
                                    (weight * gradient[at] / size + fold_pull[at]) * per_mm[axis];
                            }
                        }
                    }
                    cost += f64::from(row_cost);
                }
                cost
            })
            .collect();
        Changes { cost: costs.iter().sum(), pull }
    }
}

struct Changes {
    cost: f64,
    /// Slope of the cost by the change along each axis, per millimetre of displacement.
    pull: Vec<[f32; 9]>,
}

/// Cost and slope of a determinant that comes close to zero; `gradient` holds the columns of the change.
#[inline]
fn folded(gradient: &[f32; 9], weight: f32) -> (f32, [f32; 9]) {
    let column = |axis: usize| {
        let mut column = [gradient[3 * axis], gradient[3 * axis + 1], gradient[3 * axis + 2]];
        column[axis] += 1.0;
        column
    };
    let (a, b, c) = (column(0), column(1), column(2));
    let cofactors = [cross(b, c), cross(c, a), cross(a, b)];
    let determinant = a[0] * cofactors[0][0] + a[1] * cofactors[0][1] + a[2] * cofactors[0][2];
    let lack = SMALL_DETERMINANT - determinant;
    if lack <= 0.0 {
        return (0.0, [0.0; 9]);
    }
    let factor = weight / (SMALL_DETERMINANT * SMALL_DETERMINANT);
    let slope = std::array::from_fn(|at| -2.0 * factor * lack * cofactors[at / 3][at % 3]);
    (factor * lack * lack, slope)
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_that_of_the_cost() {
        let mut displacement = Displacement::zero([9, 7, 5], [2.0, 2.0, 3.0], [2, 2, 2]);
        let wave = |index: usize| ((index as f32 * 0.77).sin() + (index as f32 * 0.31).cos()) * 4.0;
        displacement.values = (0..displacement.values.len()).map(wave).collect();
        let roughness = Roughness { weight: 0.4, gentle: 0.1, fold_weight: 2.0 };
        let mut slope = vec![0.0; displacement.values.len()];
        roughness.add(&displacement, 0.5, &mut slope);
        for index in 0..slope.len() {
            let moved = |by: f32| {
                let mut moved = displacement.clone();
                moved.values[index] += by;
                roughness.add(&moved, 0.5, &mut vec![0.0; slope.len()])
            };
            let expected = (moved(0.01) - moved(-0.01)) / 0.02;
            assert!(
                (expected - f64::from(slope[index])).abs() < 0.02 * expected.abs() + 1e-3,
                "{expected} {}",
                slope[index]
            );
        }
    }
}

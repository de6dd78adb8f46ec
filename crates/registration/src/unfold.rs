//! A deformation that folds nowhere.

use std::collections::BTreeSet;

use crate::displacement::Displacement;

/// No corner of any cell keeps a smaller determinant.
pub(crate) const LEAST_DETERMINANT: f32 = 0.05;
const MOST_ROUNDS: usize = 400;

impl Displacement {
    /// Smooths the surroundings of every cell that folds or nearly does, until none is left; returns how many nodes changed.
    ///
    /// A trilinear cell whose determinants at its eight corners are positive can still be negative inside in theory; with
    /// those of the corners at least [`LEAST_DETERMINANT`], that takes an edge that is turned right round.
    pub fn unfold(&mut self) -> usize {
        let mut changed = BTreeSet::new();
        for round in 0..MOST_ROUNDS {
            let folded = self.folded_cells();
            if folded.is_empty() {
                break;
            }
            // Where one ring of nodes does not suffice, wider ones do.
            let reach = 1 + round / 25;
            let near: BTreeSet<[usize; 3]> = folded.iter().flat_map(|cell| self.around(*cell, reach)).collect();
            let smoothed: Vec<([usize; 3], [f32; 3])> =
                near.iter().map(|node| (*node, self.mean_about(*node))).collect();
            for (node, value) in smoothed {
                let at = 3 * self.offset(node);
                self.values[at..at + 3].copy_from_slice(&value);
            }
            changed.extend(near);
        }
        changed.len()
    }

    /// The least determinant among the corners of all cells.
    #[cfg(test)]
    fn least_determinant(&self) -> f32 {
        self.cells().map(|cell| self.least_in(cell)).fold(f32::INFINITY, f32::min)
    }

    fn folded_cells(&self) -> Vec<[usize; 3]> {
        self.cells().filter(|cell| self.least_in(*cell) < LEAST_DETERMINANT).collect()
    }

    fn cells(&self) -> impl Iterator<Item = [usize; 3]> + use<> {
        let [columns, rows, planes] = self.size.map(|n| n.saturating_sub(1));
        (0..planes).flat_map(move |k| (0..rows).flat_map(move |j| (0..columns).map(move |i| [i, j, k])))
    }

    fn least_in(&self, cell: [usize; 3]) -> f32 {
        (0..8_usize).map(|corner| self.determinant_at(cell, corner)).fold(f32::INFINITY, f32::min)
    }

    /// Determinant at a corner of a cell, from the three edges that meet there.
    fn determinant_at(&self, cell: [usize; 3], corner: usize) -> f32 {
        let bits = [corner & 1, corner >> 1 & 1, corner >> 2 & 1];
        let here: [usize; 3] = std::array::from_fn(|axis| cell[axis] + bits[axis]);
        let column = |axis: usize| {
            let (mut low, mut high) = (here, here);
            (low[axis], high[axis]) = (cell[axis], cell[axis] + 1);
            let (low, high) = (self.node(low), self.node(high));
            let mut column: [f32; 3] =
                std::array::from_fn(|row| (high[row] - low[row]) / self.spacing_mm[axis] as f32);
            column[axis] += 1.0;
            column
        };
        let (a, b, c) = (column(0), column(1), column(2));
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0])
    }

    fn offset(&self, [i, j, k]: [usize; 3]) -> usize {
        (k * self.size[1] + j) * self.size[0] + i
    }

    /// The nodes of a cell and `reach - 1` rings about them.
    fn around(&self, cell: [usize; 3], reach: usize) -> Vec<[usize; 3]> {
        let range =
            |axis: usize| (cell[axis] + 1).saturating_sub(reach)..(cell[axis] + 1 + reach).min(self.size[axis]);
        let mut nodes = Vec::new();
        for k in range(2) {
            for j in range(1) {
                nodes.extend(range(0).map(|i| [i, j, k]));
            }
        }
        nodes
    }

    /// Mean over a node and its six neighbours.
    fn mean_about(&self, node: [usize; 3]) -> [f32; 3] {
        let mut sum = self.node(node);
        let mut n = 1.0;
        for axis in 0..3 {
            for beside in [node[axis].checked_sub(1), Some(node[axis] + 1).filter(|at| *at < self.size[axis])] {
                let Some(beside) = beside else { continue };
                let mut other = node;
                other[axis] = beside;
                let value = self.node(other);
                (0..3).for_each(|axis| sum[axis] += value[axis]);
                n += 1.0;
            }
        }
        sum.map(|sum| sum / n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_is_smoothed_away_and_the_rest_stays() {
        let mut displacement = Displacement::zero([28, 28, 28], [2.0; 3], [3; 3]);
        let at = 3 * displacement.offset([5, 5, 5]);
        displacement.values[at] = 9.0;
        assert!(displacement.least_determinant() < 0.0);
        let far = 3 * displacement.offset([1, 1, 1]);
        displacement.values[far] = 0.5;
        let n_changed = displacement.unfold();
        assert!(displacement.least_determinant() >= LEAST_DETERMINANT);
        assert!((8..200).contains(&n_changed), "{n_changed}");
        assert_eq!(displacement.values[far], 0.5);
    }

    #[test]
    fn what_does_not_fold_is_not_touched() {
        let mut displacement = Displacement::zero([10, 10, 10], [2.0; 3], [3; 3]);
        displacement.values.iter_mut().enumerate().for_each(|(at, value)| *value = (at as f32 * 0.4).sin());
        let before = displacement.clone();
        assert_eq!(displacement.unfold(), 0);
        assert_eq!(displacement, before);
    }
}

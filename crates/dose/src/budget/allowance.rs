//! The largest dose that every voxel may still receive.

use std::collections::BTreeMap;

use geometry::{Grid, Point};
use radiobiology::{Model, NumberOfFractions};

/// Rounds in which the voxels about a point that would receive too much are lowered.
const ROUNDS: usize = 3;

/// The largest total physical dose in a number of fractions that keeps every limit, voxel by voxel.
///
/// A limit on a near-maximum or a maximum holds for certain where no voxel of the organ goes beyond it, so each voxel may receive
/// what the limit leaves after its own prior dose. A limit on a mean leaves the same equieffective dose to all voxels of the organ.
#[derive(Clone, Debug, PartialEq)]
pub struct Allowance {
    grid: Grid,
    fractions: NumberOfFractions,
    /// Infinite where no limit holds.
    total_gy: Vec<f64>,
    /// The limit that is reached first, by the number it was added with.
    limiting: Vec<Option<u32>>,
}

impl Allowance {
    /// A grid on which nothing is limited yet.
    pub fn unlimited(grid: Grid, fractions: NumberOfFractions) -> Self {
        let n = grid.len();
        Self { grid, fractions, total_gy: vec![f64::INFINITY; n], limiting: vec![None; n] }
    }

    /// Keeps the EQD2 at most at `limit_gy` at some voxels, given the EQD2 that they received before.
    pub fn restrict(&mut self, limit: u32, limit_gy: f64, model: &Model, voxels: &[usize], prior_gy: &[f64]) {
        for (&voxel, prior) in voxels.iter().zip(prior_gy) {
            self.lower(limit, voxel, model.total_gy((limit_gy - prior).max(0.0), self.fractions));
        }
    }

    /// Keeps the mean EQD2 of an organ at most at `limit_gy`, given its mean before.
    pub fn restrict_mean(
        &mut self,
        limit: u32,
        limit_gy: f64,
        model: &Model,
        voxels: &[usize],
        prior_mean_gy: f64,
    ) {
        let total_gy = model.total_gy((limit_gy - prior_mean_gy).max(0.0), self.fractions);
        voxels.iter().for_each(|&voxel| self.lower(limit, voxel, total_gy));
    }

    /// Takes off what interpolation between the voxels would exceed at some points, given the EQD2 that they received before.
    ///
    /// EQD2 is interpolated, not the dose: between unequal voxels it is the higher one.
    pub fn settle(&mut self, limit: u32, limit_gy: f64, model: &Model, positions_mm: &[Point], prior_gy: &[f64]) {
        for _ in 0..ROUNDS {
            let mut factors: BTreeMap<usize, f64> = BTreeMap::new();
            for (position, prior) in positions_mm.iter().zip(prior_gy) {
                let Some(corners) = corners(&self.grid, position) else { continue };
                let eqd2 = |(voxel, weight): &(usize, f64)| match *weight {
                    0.0 => 0.0,
                    weight => weight * model.eqd2_gy(self.total_gy[*voxel], self.fractions),
                };
                let (found, left) = (corners.iter().map(eqd2).sum::<f64>(), (limit_gy - prior).max(0.0));
                if !found.is_finite() || found <= left {
                    continue;
                }
                let (between, allowed) =
                    (model.total_gy(found, self.fractions), model.total_gy(left, self.fractions));
                for (voxel, _) in corners {
                    let factor = factors.entry(voxel).or_insert(1.0);
                    *factor = factor.min(allowed / between);
                }
            }
            for (voxel, factor) in factors {
                self.total_gy[voxel] *= factor;
                self.limiting[voxel] = Some(limit);
            }
        }
    }

    fn lower(&mut self, limit: u32, voxel: usize, total_gy: f64) {
        if total_gy < self.total_gy[voxel] {
            self.total_gy[voxel] = total_gy;
            self.limiting[voxel] = Some(limit);
        }
    }

    /// Where the voxels stand.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The number of fractions that the doses are for.
    pub fn fractions(&self) -> NumberOfFractions {
        self.fractions
    }

    /// What a voxel may receive; nothing where no limit holds.
    pub fn total_gy(&self, voxel: usize) -> Option<f64> {
        self.total_gy.get(voxel).copied().filter(|gy| gy.is_finite())
    }

    /// The limit that a voxel reaches first, by the number it was added with.
    pub fn limiting(&self, voxel: usize) -> Option<u32> {
        self.limiting.get(voxel).copied().flatten()
    }

    /// All voxels, with a ceiling where no limit holds or more would be allowed.
    pub fn with_ceiling(&self, ceiling_gy: f64) -> Vec<f64> {
        self.total_gy.iter().map(|gy| gy.min(ceiling_gy)).collect()
    }

    /// The largest dose that a limit leaves anywhere; nothing where nothing is limited.
    pub fn largest_gy(&self) -> Option<f64> {
        self.total_gy.iter().copied().filter(|gy| gy.is_finite()).reduce(f64::max)
    }
}

/// The voxels between which some points lie, in rising order: all that interpolation at the points can see.
pub fn voxels_about(grid: &Grid, positions_mm: &[Point]) -> Vec<usize> {
    let about = positions_mm.iter().filter_map(|position| corners(grid, position)).flatten();
    let mut voxels: Vec<usize> = about.map(|(voxel, _)| voxel).collect();
    voxels.sort_unstable();
    voxels.dedup();
    voxels
}

/// The corners of the cell that holds a point, with their weights in linear interpolation; nothing outside the grid.
fn corners(grid: &Grid, position_mm: &Point) -> Option<[(usize, f64); 8]> {
    let (size, index) = (grid.size(), grid.continuous_index(position_mm));
    let last = |axis: usize| size[axis] as f64 - 1.0;
    if (0..3).any(|axis| index[axis] < -0.5 || index[axis] > last(axis) + 0.5) {
        return None;
    }
    let inside: [f64; 3] = std::array::from_fn(|axis| index[axis].clamp(0.0, last(axis)));
    let corner = |number: usize| {
        let mut weight = 1.0;
        let at: [usize; 3] = std::array::from_fn(|axis| {
            let (step, part) = (number >> axis & 1, inside[axis].fract());
            weight *= if step == 1 { part } else { 1.0 - part };
            (inside[axis] as usize + step).min(size[axis] - 1)
        });
        (grid.offset(at), weight)
    };
    Some(std::array::from_fn(corner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use radiobiology::AlphaBeta;

    fn grid() -> Grid {
        Grid::axial(Point::origin(), [2.0; 3], [10, 10, 10]).unwrap()
    }

    #[test]
    fn the_strictest_limit_counts_and_is_named() {
        let model = Model::linear_quadratic(AlphaBeta::new(2.0).unwrap());
        let mut allowance = Allowance::unlimited(grid(), NumberOfFractions::new(5).unwrap());
        allowance.restrict(0, 60.0, &model, &[1, 2], &[30.0, 70.0]);
        allowance.restrict(1, 50.0, &model, &[1], &[20.0]);
        allowance.restrict_mean(2, 10.0, &model, &[1, 3], 4.0);
        // 6 Gy EQD2 with α/β 2 Gy in 5 fractions.
        let expected = model.total_gy(6.0, NumberOfFractions::new(5).unwrap());
        assert_eq!((allowance.total_gy(1), allowance.limiting(1)), (Some(expected), Some(2)));
        assert_eq!((allowance.total_gy(2), allowance.limiting(2)), (Some(0.0), Some(0)));
        assert_eq!((allowance.total_gy(0), allowance.limiting(0)), (None, None));
        assert_eq!(allowance.with_ceiling(5.0)[0], 5.0);
    }

    #[test]
    fn what_lies_between_the_voxels_is_kept_too() {
        let model = Model::linear_quadratic(AlphaBeta::new(2.0).unwrap());
        let five = NumberOfFractions::new(5).unwrap();
        let mut allowance = Allowance::unlimited(grid(), five);
        // The prior dose peaks between two voxels, where neither of them sees it.
        let peak = Point::new(7.0, 6.0, 6.0);
        let voxels = voxels_about(allowance.grid(), &[peak]);
        allowance.restrict(0, 60.0, &model, &voxels, &vec![30.0; voxels.len()]);
        allowance.settle(1, 60.0, &model, &[peak], &[40.0]);
        assert_eq!(allowance.limiting(grid().offset([3, 3, 3])), Some(1));
        let allowed = model.total_gy(20.0, five);
        let (a, b) = (grid().offset([3, 3, 3]), grid().offset([4, 3, 3]));
        let between = (allowance.total_gy(a).unwrap() + allowance.total_gy(b).unwrap()) / 2.0;
        assert!((between - allowed).abs() < 1e-9, "{between} {allowed}");
    }

    #[test]
    fn the_voxels_about_a_point_are_the_corners_of_its_cell() {
        let found = voxels_about(&grid(), &[Point::new(3.0, 5.0, 7.0)]);
        assert_eq!(found.len(), 8);
        assert!(found.contains(&grid().offset([1, 2, 3])) && found.contains(&grid().offset([2, 3, 4])));
        assert_eq!(voxels_about(&grid(), &[Point::new(-5.0, 0.0, 0.0)]), Vec::<usize>::new());
    }
}

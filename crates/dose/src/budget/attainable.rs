//! How much of a target can receive a prescription without breaking a limit.

use geometry::Samples;
use geometry::distance::distances_mm;

use super::Allowance;

/// What stands in the way of a prescription.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Obstacle {
    /// The limit, by the number it was added with.
    pub limit: u32,
    /// Volume of the target that it keeps below the prescription.
    pub blocked_cc: f64,
    /// The lowest dose that it leaves anywhere.
    pub lowest_gy: f64,
    /// Distance from the target to the nearest voxel that may not receive the prescription; zero inside.
    pub distance_mm: f64,
    /// By how many percent of the prescription the dose must fall per millimetre beside the target, at the steepest place.
    pub fall_off_percent_per_mm: Option<f64>,
}

/// How much of a target can receive a prescription.
#[derive(Clone, Debug, PartialEq)]
pub struct Attainable {
    /// Percent of the target whose voxels may all receive it.
    pub covered_percent: f64,
    /// Volume of the target.
    pub volume_cc: f64,
    /// What stands in the way, the limit that does so most first: by the volume that it blocks, then by the fall of dose it asks for.
    pub obstacles: Vec<Obstacle>,
}

/// Compares what the voxels of a target may receive with a prescription in gray; nothing for a target without volume or one that the
/// grid does not hold whole.
///
/// A dose can fall without end here: what a machine can do is not asked, so the share is the largest that any plan can reach.
pub fn attainable(allowance: &Allowance, target: &Samples, prescription_gy: f64) -> Option<Attainable> {
    let grid = allowance.grid();
    let volume_cc = target.volume_cc();
    if volume_cc <= 0.0 {
        return None;
    }
    let nearest = |position| {
        let index = grid.continuous_index(position);
        let size = grid.size();
        let is_within = (0..3).all(|axis| index[axis] >= -0.5 && index[axis] <= size[axis] as f64 - 0.5);
        let at: [usize; 3] =
            std::array::from_fn(|axis| (index[axis].round().max(0.0) as usize).min(size[axis] - 1));
        is_within.then(|| grid.offset(at))
    };
    let is_below = |voxel: usize| allowance.total_gy(voxel).is_some_and(|gy| gy < prescription_gy);
    let mut mask = vec![false; grid.len()];
    let mut obstacles: Vec<Obstacle> = Vec::new();
    let mut blocked_cc = 0.0;
    for (position, part) in target.positions_mm.iter().zip(&target.volumes_cc) {
        // Of what lies outside the grid nothing is known, neither what it may receive nor which organ it lies in.
        let voxel = nearest(position)?;
        mask[voxel] = true;
        if let Some(limit) = allowance.limiting(voxel).filter(|_| is_below(voxel)) {
            blocked_cc += part;
            obstacle(&mut obstacles, limit).blocked_cc += part;
        }
    }
    let distances = distances_mm(grid, &mask, true);
    for (voxel, &distance) in distances.iter().enumerate().filter(|(voxel, _)| is_below(*voxel)) {
        let (Some(limit), Some(gy)) = (allowance.limiting(voxel), allowance.total_gy(voxel)) else { continue };
        let (own, distance) = (obstacle(&mut obstacles, limit), f64::from(distance));
        own.lowest_gy = own.lowest_gy.min(gy);
        own.distance_mm = own.distance_mm.min(distance);
        if distance > 0.0 {
            let fall_off = 100.0 * (prescription_gy - gy) / prescription_gy / distance;
            own.fall_off_percent_per_mm =
                Some(own.fall_off_percent_per_mm.map_or(fall_off, |most| most.max(fall_off)));
        }
    }
    let weight = |own: &Obstacle| (own.blocked_cc, own.fall_off_percent_per_mm.unwrap_or(0.0));
    obstacles.sort_by(|a, b| weight(b).partial_cmp(&weight(a)).unwrap_or(std::cmp::Ordering::Equal));
    Some(Attainable { covered_percent: 100.0 * (1.0 - blocked_cc / volume_cc), volume_cc, obstacles })
}

fn obstacle(obstacles: &mut Vec<Obstacle>, limit: u32) -> &mut Obstacle {
    let index = obstacles.iter().position(|own| own.limit == limit).unwrap_or_else(|| {
        obstacles.push(Obstacle {
            limit,
            blocked_cc: 0.0,
            lowest_gy: f64::INFINITY,
            distance_mm: f64::INFINITY,
            fall_off_percent_per_mm: None,
        });
        obstacles.len() - 1
    });
    &mut obstacles[index]
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::{Grid, Point};
    use radiobiology::{AlphaBeta, Model, NumberOfFractions};

    #[test]
    fn an_organ_within_and_one_beside_the_target_stand_in_the_way() {
        let grid = Grid::axial(Point::origin(), [2.0; 3], [20, 20, 20]).unwrap();
        let model = Model::linear_quadratic(AlphaBeta::new(2.0).unwrap());
        let five = NumberOfFractions::new(5).unwrap();
        let mut allowance = Allowance::unlimited(grid.clone(), five);
        let along =
            |from: usize, to: usize| -> Vec<usize> { (from..to).map(|i| grid.offset([i, 10, 10])).collect() };
        // The first quarter of the target lies in an organ; another organ begins 4 mm beside its other end.
        let within = along(0, 2);
        allowance.restrict(0, 20.0, &model, &within, &vec![10.0; within.len()]);
        let beside = along(9, 12);
        allowance.restrict(1, 40.0, &model, &beside, &vec![40.0; beside.len()]);
        let positions: Vec<Point> = (0..8).map(|i| Point::new(2.0 * f64::from(i), 20.0, 20.0)).collect();
        let target = Samples::of_points(positions, vec![0.5; 8]);
        let found = attainable(&allowance, &target, 30.0).unwrap();
        assert!((found.covered_percent - 75.0).abs() < 1e-9);
        let [first, second] = found.obstacles.as_slice() else { panic!("{found:?}") };
        assert_eq!((first.limit, first.blocked_cc, first.distance_mm), (0, 1.0, 0.0));
        assert_eq!((second.limit, second.blocked_cc, second.lowest_gy), (1, 0.0, 0.0));
        // From 30 Gy to nothing within 4 mm.
        assert!((second.fall_off_percent_per_mm.unwrap() - 25.0).abs() < 1e-4);
        assert!(attainable(&allowance, &target, 1.0).unwrap().covered_percent > 99.0);
    }
}

//! Large motion, which no descent would find: all displacements of a coarse set are tried at every node.

use geometry::{Affine, Volume};
use rayon::prelude::*;

use crate::descriptor::{Descriptors, descriptors};
use crate::displacement::Displacement;
use crate::region::Region;
use crate::sampler::Sampler;

/// Voxels from node to node.
const NODE_STEP: usize = 3;
/// Displacements of up to this many voxels along each axis are tried.
const REACH: i32 = 5;
const SIDE: usize = 2 * REACH as usize + 1;
const TRIED: usize = SIDE * SIDE * SIDE;
/// How strongly the displacement of a node is held to that of its neighbours, from round to round.
const COUPLINGS: [f32; 7] = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

/// The displacement of whole voxels, smoothed over neighbours, that makes the descriptors of two images agree, and the voxel on
/// which its first node stands; nothing where no voxel counts.
///
/// `weights` tells which voxels of the fixed image count. The way to couple neighbours is that of \[heinrich2014\], the
/// descriptor that of \[heinrich2013\].
pub(crate) fn large_motion(
    fixed: &Volume<f32>,
    moving: &Volume<f32>,
    moving_from_fixed: &Affine,
    weights: &[f32],
) -> Option<(Displacement, [usize; 3])> {
    let size = fixed.grid().size();
    let region = Region::around(size, weights, 0)?;
    let own = descriptors(fixed.values(), size);
    let other = descriptors(&on_grid_of(fixed, moving, moving_from_fixed), size);
    let mut displacement = Displacement::zero(region.size, fixed.grid().spacing_mm(), [NODE_STEP; 3]);
    let compared = compared(weights, size, region.first, displacement.size);
    let costs = costs([&own, &other], &compared, size, displacement.size);
    let chosen = coupled(&costs, displacement.size);
    let spacing = fixed.grid().spacing_mm();
    for (values, voxels) in displacement.values.chunks_exact_mut(3).zip(&chosen) {
        (0..3).for_each(|axis| values[axis] = voxels[axis] * spacing[axis] as f32);
    }
    Some((displacement, region.first))
}

/// The moving image at the voxels of the fixed one; NaN where it shows nothing.
fn on_grid_of(fixed: &Volume<f32>, moving: &Volume<f32>, moving_from_fixed: &Affine) -> Vec<f32> {
    let grid = fixed.grid();
    let [columns, rows, planes] = grid.size();
    let sampler = &Sampler::new(moving);
    let plane = |k: usize| {
        (0..rows).flat_map(move |j| (0..columns).map(move |i| [i, j, k])).map(move |index| {
            let at = moving_from_fixed.apply(&grid.position_mm(index));
            sampler.value(&at).map_or(f32::NAN, |value| value as f32)
        })
    };
    (0..planes).into_par_iter().flat_map_iter(plane).collect()
}

/// For every tried displacement, the mean disagreement about each node.
fn costs(
    [fixed, moving]: [&Descriptors; 2],
    compared: &[Compared],
    size: [usize; 3],
    nodes: [usize; 3],
) -> Vec<Vec<f32>> {
    let n_nodes: usize = nodes.iter().product();
    let cost_of = |tried: usize| {
        let by = voxels(tried);
        let shift = (by[2] as isize * size[1] as isize + by[1] as isize) * size[0] as isize + by[0] as isize;
        let (mut cost, mut weight) = (vec![0.0_f32; n_nodes], vec![0.0_f32; n_nodes]);
        for Compared { at, node, index } in compared {
            let is_within = (0..3).all(|axis| {
                let moved = i32::from(index[axis]) + by[axis];
                moved >= 0 && (moved as usize) < size[axis]
            });
            let other = at.wrapping_add_signed(shift);
            if let Some(difference) = is_within.then(|| fixed.disagreement(*at, moving, other)).flatten() {
                cost[*node] += difference;
                weight[*node] += 1.0;
            }
        }
        blurred(&mut cost, nodes);
        blurred(&mut weight, nodes);
        // Where nothing can be compared, no displacement is better than another.
        let mean = |(cost, weight): (&f32, &f32)| if *weight > 0.5 { *cost / *weight } else { 1.0 };
        cost.iter().zip(&weight).map(mean).collect()
    };
    (0..TRIED).into_par_iter().map(cost_of).collect()
}

/// A voxel that is compared, and the node that it belongs to.
struct Compared {
    at: usize,
    node: usize,
    index: [i16; 3],
}

/// Every other voxel of the body, like the fields of one colour on a chessboard.
fn compared(weights: &[f32], size: [usize; 3], first: [usize; 3], nodes: [usize; 3]) -> Vec<Compared> {
    let of = |at: usize| {
        let index = [at % size[0], at / size[0] % size[1], at / size[0] / size[1]];
        let is_taken = weights[at] > 0.0 && index.iter().sum::<usize>() % 2 == 0;
        is_taken.then(|| {
            let [i, j, k] = std::array::from_fn(|axis| (index[axis] - first[axis]) / NODE_STEP);
            Compared { at, node: (k * nodes[1] + j) * nodes[0] + i, index: index.map(|index| index as i16) }
        })
    };
    (0..weights.len()).filter_map(of).collect()
}

fn voxels(tried: usize) -> [i32; 3] {
    let along = |index: usize| index as i32 - REACH;
    [along(tried % SIDE), along(tried / SIDE % SIDE), along(tried / SIDE / SIDE)]
}

/// Takes turns between the displacement that agrees best at every node and one that is smooth.
fn coupled(costs: &[Vec<f32>], nodes: [usize; 3]) -> Vec<[f32; 3]> {
    let n_nodes: usize = nodes.iter().product();
    // The costs of one node side by side.
    let by_node: Vec<f32> =
        (0..n_nodes).into_par_iter().flat_map_iter(|node| costs.iter().map(move |cost| cost[node])).collect();
    let mut smooth = vec![[0.0_f32; 3]; n_nodes];
    for (round, coupling) in COUPLINGS.into_iter().enumerate() {
        // Nothing is known in the first round, so nothing can hold a node.
        let coupling = if round == 0 { 0.0 } else { coupling / (REACH * REACH) as f32 };
        let best: Vec<[f32; 3]> = by_node
            .par_chunks(TRIED)
            .zip(&smooth)
            .map(|(costs, smooth)| voxels(cheapest(costs, *smooth, coupling)).map(|value| value as f32))
            .collect();
        smooth = best;
        for axis in 0..3 {
            let mut component: Vec<f32> = smooth.iter().map(|value| value[axis]).collect();
            blurred(&mut component, nodes);
            smooth.iter_mut().zip(&component).for_each(|(value, component)| value[axis] = *component);
        }
    }
    smooth
}

/// The displacement that costs least together with its distance from another one.
fn cheapest(costs: &[f32], smooth: [f32; 3], coupling: f32) -> usize {
    let away: [[f32; SIDE]; 3] = std::array::from_fn(|axis| {
        std::array::from_fn(|index| coupling * ((index as i32 - REACH) as f32 - smooth[axis]).powi(2))
    });
    // The resting place is asked first, so that nothing moves without a reason; then ties go to the smaller index.
    let rest = REACH as usize;
    let mut best = (costs[TRIED / 2] + away[0][rest] + away[1][rest] + away[2][rest], TRIED / 2);
    for (row, costs) in costs.chunks_exact(SIDE).enumerate() {
        let others = away[1][row % SIDE] + away[2][row / SIDE];
        let lowest =
            costs.iter().zip(&away[0]).map(|(cost, away)| cost + away).fold(f32::INFINITY, f32::min) + others;
        if lowest < best.0 {
            let at = costs.iter().zip(&away[0]).position(|(cost, away)| cost + away + others <= lowest);
            best = (lowest, row * SIDE + at.unwrap_or(0));
        }
    }
    best.1
}

/// Means over each node and its neighbours along every axis.
fn blurred(values: &mut [f32], size: [usize; 3]) {
    let mut before = vec![0.0; values.len()];
    let mut stride = 1;
    for n in size {
        before.copy_from_slice(values);
        for (values, before) in values.chunks_exact_mut(stride * n).zip(before.chunks_exact(stride * n)) {
            for index in 0..n {
                let (low, high) = (index.saturating_sub(1) * stride, (index + 1).min(n - 1) * stride);
                for at in 0..stride {
                    values[index * stride + at] =
                        (before[low + at] + before[index * stride + at] + before[high + at]) / 3.0;
                }
            }
        }
        stride *= n;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::{Grid, Point};

    #[test]
    fn a_shift_of_three_voxels_is_found_at_once() {
        let size = [24, 22, 20];
        let grid = Grid::axial(Point::origin(), [8.0; 3], size).unwrap();
        let value = |at: usize, shift: f64| {
            let (i, j, k) = ((at % 24) as f64, (at / 24 % 22) as f64, (at / 528) as f64 + shift);
            let wave = (i * 0.9).sin() * (j * 0.7 + 0.3 * k).cos() + (k * 1.1 + 0.2 * i).sin();
            (300.0 * wave) as f32
        };
        let image =
            |shift: f64| Volume::new(grid.clone(), (0..grid.len()).map(|at| value(at, shift)).collect()).unwrap();
        let found = large_motion(&image(3.0), &image(0.0), &Affine::identity(), &vec![1.0; grid.len()]).unwrap().0;
        let middle = found.node([4, 3, 2]);
        assert!(middle[0].abs() < 1.0 && middle[1].abs() < 1.0 && (middle[2] - 24.0).abs() < 1.0, "{middle:?}");
    }
}

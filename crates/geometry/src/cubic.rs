//! Cubic interpolation that follows a smooth maximum and does not overshoot at an edge.

use crate::volume::cell;
use crate::{Grid, Point, Volume};

/// Looks values up between the voxels of a volume, remembering the cells it was in.
///
/// Along every axis the straight line between two voxels is bent by the second differences at its ends. Where these
/// change slowly it is a piece of a cubic spline, so that a hot spot between the voxels is not cut off. Where they jump
/// it is bent only if both bend the same way: by their mean, but by no more than twice the smaller one, so that it does
/// not overshoot. Between voxels that all rise or all fall no value leaves its two neighbours. A field that is linear is
/// returned as it is.
#[derive(Clone, Debug)]
pub struct CubicSampler<'a, T> {
    volume: &'a Volume<T>,
    /// Whether it is the squares of the voxels that are interpolated.
    squares: bool,
    /// The cells visited last, each in the slot that its place gives it.
    cells: Vec<Cell>,
}

/// What is known of the field between eight voxels.
#[derive(Clone, Copy, Debug)]
struct Cell {
    place: [u32; 3],
    corners: [f64; 8],
    /// For every axis, the bends of the four edges of the cell that run along it.
    bends: [[f64; 4]; 3],
    tilts: [[f64; 4]; 3],
    doubts: [[f64; 4]; 3],
    per_mm: [f64; 3],
}

/// Slots along each axis; neighbouring cells never share one.
const SLOTS: [usize; 3] = [8, 8, 4];
/// For every axis, the corners at which its four edges start; bit 0 of a corner is its step along `i`, and so on.
const STARTS_OF_EDGES: [[usize; 4]; 3] = [[0, 2, 4, 6], [0, 1, 4, 5], [0, 1, 2, 3]];
/// No cell has this place.
const EMPTY: Cell = Cell {
    place: [u32::MAX; 3],
    corners: [0.0; 8],
    bends: [[0.0; 4]; 3],
    tilts: [[0.0; 4]; 3],
    doubts: [[0.0; 4]; 3],
    per_mm: [0.0; 3],
};

/// A value and how the field changes beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interpolated {
    /// The value.
    pub value: f64,
    /// Change per millimetre along the axes of the grid, of the straight lines between the voxels.
    pub slope_per_mm: [f64; 3],
}

/// A position among the voxels of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Between {
    /// The voxel below.
    pub voxel: [usize; 3],
    /// How far it is to the next voxel along each axis, from 0 to 1.
    pub fractions: [f64; 3],
}

impl Between {
    /// Where a position lies; the outermost voxels reach `reach` voxels beyond their centres, and further out is nothing.
    #[inline]
    pub fn of(grid: &Grid, position_mm: &Point, reach: f64) -> Option<Self> {
        Self::at(grid, grid.continuous_index(position_mm), reach)
    }

    /// The same for a [`Grid::continuous_index`].
    #[inline]
    pub fn at(grid: &Grid, index: [f64; 3], reach: f64) -> Option<Self> {
        let size = grid.size();
        let (i, fraction_i) = cell(index[0], size[0], reach)?;
        let (j, fraction_j) = cell(index[1], size[1], reach)?;
        let (k, fraction_k) = cell(index[2], size[2], reach)?;
        Some(Self { voxel: [i, j, k], fractions: [fraction_i, fraction_j, fraction_k] })
    }
}

impl<'a, T: Copy + Into<f64>> CubicSampler<'a, T> {
    /// A sampler that has not looked anything up yet.
    pub fn new(volume: &'a Volume<T>) -> Self {
        Self { volume, squares: false, cells: vec![EMPTY; SLOTS.iter().product()] }
    }

    /// The same for the squares of all voxels.
    pub fn of_squares(volume: &'a Volume<T>) -> Self {
        Self { squares: true, ..Self::new(volume) }
    }

    #[inline]
    fn voxel(&self, offset: usize) -> f64 {
        let value: f64 = self.volume.values()[offset].into();
        if self.squares { value * value } else { value }
    }

    /// The value at a position; the outermost value holds up to `reach` voxels beyond the outermost centres.
    #[inline]
    pub fn at(&mut self, position_mm: &Point, reach: f64) -> Option<f64> {
        let between = Between::of(self.volume.grid(), position_mm, reach)?;
        Some(self.cell(&between).value(between.fractions))
    }

    /// The value and the slope.
    #[inline]
    pub fn with_slope(&mut self, between: &Between) -> Interpolated {
        let cell = self.cell(between);
        Interpolated { value: cell.value(between.fractions), slope_per_mm: cell.slope_per_mm(between.fractions) }
    }

    /// How far the value may be off, because the course of the field between the voxels leaves it open: zero in a
    /// field that is linear or a parabola.
    #[inline]
    pub fn doubt(&mut self, between: &Between) -> f64 {
        bent(&self.cell(between).doubts, between.fractions)
    }

    #[inline]
    fn cell(&mut self, between: &Between) -> &Cell {
        let [i, j, k] = between.voxel;
        let slot = (k % SLOTS[2] * SLOTS[1] + j % SLOTS[1]) * SLOTS[0] + i % SLOTS[0];
        if self.cells[slot].place != [i as u32, j as u32, k as u32] {
            self.cells[slot] = self.load([i, j, k]);
        }
        &self.cells[slot]
    }

    /// Reads the corners of a cell and the bends of its edges.
    fn load(&self, place: [usize; 3]) -> Cell {
        let size = self.volume.grid().size();
        let strides = [1, size[0], size[0] * size[1]];
        let base = self.volume.grid().offset(place);
        // An axis of a single voxel has no second corner.
        let steps: [usize; 3] = std::array::from_fn(|axis| if size[axis] > 1 { strides[axis] } else { 0 });
        let corners: [usize; 8] = std::array::from_fn(|bits| {
            base + (bits & 1) * steps[0] + (bits >> 1 & 1) * steps[1] + (bits >> 2) * steps[2]
        });
        let mut cell = Cell {
            place: place.map(|index| index as u32),
            corners: std::array::from_fn(|corner| self.voxel(corners[corner])),
            per_mm: self.volume.grid().cell_mm(place[2]).map(|size| 1.0 / size),
            ..EMPTY
        };
        for axis in 0..3 {
            let edges = std::array::from_fn(|edge| corners[STARTS_OF_EDGES[axis][edge]]);
            let bends = self.bends(axis, place[axis], edges, strides[axis]);
            cell.bends[axis] = std::array::from_fn(|edge| bends[edge].size);
            cell.tilts[axis] = std::array::from_fn(|edge| bends[edge].tilt);
            cell.doubts[axis] = std::array::from_fn(|edge| bends[edge].doubt);
        }
        cell
    }

    /// The bends of the four edges along an axis that start at these offsets, from voxel `index` to the next.
    fn bends(&self, axis: usize, index: usize, edges: [usize; 4], stride: usize) -> [Bend; 4] {
        let n = self.volume.grid().size()[axis];
        if index < 2 || index + 3 >= n || (axis == 2 && !self.volume.grid().has_equal_planes()) {
            return edges.map(|start| self.bend_near_the_rim(axis, index, start, stride));
        }
        // All four edges at once, value by value, so that they share the registers of the processor.
        let line = |shift: usize| -> [f64; 4] {
            std::array::from_fn(|edge| self.voxel(edges[edge] + shift * stride - 2 * stride))
        };
        let values = [line(0), line(1), line(2), line(3), line(4), line(5)];
        let second = |at: usize| -> [f64; 4] {
            std::array::from_fn(|edge| values[at - 1][edge] - 2.0 * values[at][edge] + values[at + 1][edge])
        };
        let seconds = [second(1), second(2), second(3), second(4)];
        std::array::from_fn(|edge| {
            let [before, low, high, after] =
                [seconds[0][edge], seconds[1][edge], seconds[2][edge], seconds[3][edge]];
            let slope = |at: usize| values[at + 1][edge] - values[at][edge];
            Bend::of(before, low, high, after).bounded([slope(1), slope(2), slope(3)])
        })
    }

    /// As [`Self::bends`], of one edge, where neighbours are missing or planes stand at unequal distances.
    fn bend_near_the_rim(&self, axis: usize, index: usize, start: usize, stride: usize) -> Bend {
        let n = self.volume.grid().size()[axis];
        if n < 3 {
            return Bend::default();
        }
        let second = |shift: isize| {
            let at = index as isize + shift;
            let offset = start as isize + shift * stride as isize;
            (at > 0 && at + 1 < n as isize)
                .then(|| self.second_difference(axis, at as usize, offset as usize, stride, index))
        };
        match (second(0), second(1)) {
            (Some(low), Some(high)) => Bend::limited(low, high),
            (Some(only), None) | (None, Some(only)) => Bend { doubt: only.abs(), ..Bend::default() },
            (None, None) => Bend::default(),
        }
    }

    /// The second difference at a voxel, as if the planes stood as far apart as those around the edge.
    fn second_difference(&self, axis: usize, at: usize, offset: usize, stride: usize, edge: usize) -> f64 {
        let (below, here, above) = (self.voxel(offset - stride), self.voxel(offset), self.voxel(offset + stride));
        let grid = self.volume.grid();
        if axis < 2 || grid.has_equal_planes() {
            return below - 2.0 * here + above;
        }
        let distance = |k: usize| grid.plane_offset_mm(k + 1) - grid.plane_offset_mm(k);
        let (h, g, scale) = (distance(at), distance(at - 1), distance(edge));
        2.0 * scale * scale / (g + h) * ((above - here) / h - (here - below) / g)
    }
}

impl Cell {
    #[inline]
    fn value(&self, [x, y, z]: [f64; 3]) -> f64 {
        let c = &self.corners;
        let along_x = |low: usize| c[low] + x * (c[low + 1] - c[low]);
        let along_y = |low: usize| {
            let first = along_x(low);
            first + y * (along_x(low + 2) - first)
        };
        let first = along_y(0);
        first + z * (along_y(4) - first) - bent(&self.bends, [x, y, z]) - tilted(&self.tilts, [x, y, z])
    }

    #[inline]
    fn slope_per_mm(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let c = &self.corners;
        let between = |low: usize, step: usize, t: f64| c[low] + t * (c[low + step] - c[low]);
        let face = |low: usize, [first, second]: [usize; 2], s: f64, t: f64| {
            let near = between(low, first, s);
            near + t * (between(low + second, first, s) - near)
        };
        [
            (face(1, [2, 4], y, z) - face(0, [2, 4], y, z)) * self.per_mm[0],
            (face(2, [1, 4], x, z) - face(0, [1, 4], x, z)) * self.per_mm[1],
            (face(4, [1, 2], x, y) - face(0, [1, 2], x, y)) * self.per_mm[2],
        ]
    }
}

/// How the field leaves the straight line along an edge: by `t (1 − t) / 2` times `size + tilt (1 − 2 t)`.
#[derive(Clone, Copy, Debug, Default)]
struct Bend {
    size: f64,
    tilt: f64,
    /// How far the true size may be from it.
    doubt: f64,
}

impl Bend {
    /// From the second differences at the voxel before, at the two ends, and at the voxel after.
    ///
    /// Where they change slowly, the edge is a piece of a cubic spline; where they jump, it must not overshoot.
    #[inline]
    fn of(before: f64, low: f64, high: f64, after: f64) -> Self {
        let limited = Self::limited(sharpened(before, low, high), sharpened(low, high, after));
        let (change_low, change_high) = (before - 2.0 * low + high, low - 2.0 * high + after);
        let change = change_low.abs().max(change_high.abs());
        let largest = low.abs().max(high.abs());
        // Beside a kink or a jump both ends are straight, and what bends the voxels before or after must not bend the edge.
        let smooth =
            if largest > 0.0 { ((ABRUPT - change / largest) / (ABRUPT - GENTLE)).clamp(0.0, 1.0) } else { 0.0 };
        let (at_low, at_high) = (low - change_low / 6.0, high - change_high / 6.0);
        Self {
            size: smooth * (at_low + at_high) / 2.0 + (1.0 - smooth) * limited.size,
            tilt: smooth * (at_low - at_high) / 6.0,
            doubt: smooth * change * LEFT_OPEN + (1.0 - smooth) * limited.doubt,
        }
    }

    /// Keeps the edge from leaving the values that the slopes before, on and after it allow.
    ///
    /// Between voxels that all rise or all fall, the edge stays between its two ends, for which `size` and `tilt` together
    /// must not exceed twice its slope. Beside an extreme it may leave them by as much as the gentler of the outer slopes
    /// foretells: a peak is not cut off, and the ripple of a plateau beside a fall is no peak. A parabola is never touched.
    #[inline]
    fn bounded(self, [before, slope, after]: [f64; 3]) -> Self {
        let rises = before >= 0.0 && slope >= 0.0 && after >= 0.0;
        let falls = before <= 0.0 && slope <= 0.0 && after <= 0.0;
        let beyond = if rises || falls { 0.0 } else { before.abs().min(after.abs()) };
        let (allowed, asked) = (2.0 * (slope.abs() + beyond), self.size.abs() + self.tilt.abs());
        if asked <= allowed {
            return self;
        }
        let share = allowed / asked;
        Self { size: share * self.size, tilt: share * self.tilt, doubt: self.doubt + asked - allowed }
    }

    #[inline]
    fn limited(a: f64, b: f64) -> Self {
        let (low, high) = (a.abs().min(b.abs()), a.abs().max(b.abs()));
        let size = if a * b > 0.0 { ((a + b) / 2.0).abs().min(2.0 * low).copysign(a) } else { 0.0 };
        Self { size, tilt: 0.0, doubt: high - size.abs() }
    }
}

/// Second differences that change by less than this multiple of themselves from voxel to voxel belong to a smooth field: a
/// Gaussian of a standard deviation of 1.8 voxels reaches it.
const GENTLE: f64 = 1.0;
/// Those that change by more than this belong to a kink (1.5 when it lies between two voxels, else 2) or to a jump from one
/// voxel to the next (3).
const ABRUPT: f64 = 1.5;
/// The share of the change of second differences that a piece of a spline leaves open.
const LEFT_OPEN: f64 = 1.0 / 12.0;

/// A second difference spreads a peak over three voxels; its own second difference gives that back, as in a cubic
/// spline, where all three bend the same way.
#[inline]
fn sharpened(before: f64, middle: f64, after: f64) -> f64 {
    let bound = middle.abs() * LARGEST_SHARPENING;
    let share = ((before - 2.0 * middle + after) / 6.0).min(bound).max(-bound);
    let agree = before * middle > 0.0 && after * middle > 0.0;
    middle - if agree { share } else { 0.0 }
}

/// More than this share of a second difference is not given back.
const LARGEST_SHARPENING: f64 = 0.25;

/// The bends of the edges, weighted by how near they are, times the parabola along them.
#[inline]
fn bent(edges: &[[f64; 4]; 3], [x, y, z]: [f64; 3]) -> f64 {
    parabola(x) * between(&edges[0], y, z)
        + parabola(y) * between(&edges[1], x, z)
        + parabola(z) * between(&edges[2], x, y)
}

/// The same for the tilts, which change their sign half-way.
#[inline]
fn tilted(edges: &[[f64; 4]; 3], [x, y, z]: [f64; 3]) -> f64 {
    let odd = |t: f64| parabola(t) * (1.0 - 2.0 * t);
    odd(x) * between(&edges[0], y, z) + odd(y) * between(&edges[1], x, z) + odd(z) * between(&edges[2], x, y)
}

#[inline]
fn parabola(t: f64) -> f64 {
    t * (1.0 - t) / 2.0
}

/// Between four parallel edges.
#[inline]
fn between(edges: &[f64; 4], s: f64, t: f64) -> f64 {
    let (low, high) = (edges[0] + s * (edges[1] - edges[0]), edges[2] + s * (edges[3] - edges[2]));
    low + t * (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filled(spacing: [f64; 3], offsets: Option<&[f64]>, field: impl Fn(&Point) -> f64) -> Volume<f64> {
        let origin = Point::new(-20.0, -15.0, -10.0);
        let grid = match offsets {
            None => Grid::axial(origin, spacing, [17, 13, 9]).unwrap(),
            Some(offsets) => {
                let (x, y) = (crate::Vector::x(), crate::Vector::y());
                Grid::new(origin, x, y, [spacing[0], spacing[1]], [17, 13], offsets).unwrap()
            }
        };
        let [columns, rows, _] = grid.size();
        let at =
            |offset: usize| grid.position_mm([offset % columns, offset / columns % rows, offset / columns / rows]);
        let values = (0..grid.len()).map(|offset| field(&at(offset))).collect();
        Volume::new(grid, values).unwrap()
    }

    #[test]
    fn a_parabola_is_reproduced_on_equal_and_on_unequal_planes() {
        let field =
            |p: &Point| 60.0 - 0.02 * p.x * p.x - 0.03 * p.y * p.y - 0.05 * (p.z + 1.0) * (p.z + 1.0) + 0.3 * p.x;
        for offsets in [None, Some(&[0.0, 2.0, 5.0, 7.5, 9.0, 12.0][..])] {
            let volume = filled([2.5, 2.0, 2.5], offsets, field);
            let mut sampler = CubicSampler::new(&volume);
            let position = Point::new(1.3, -0.7, -2.1);
            let between = Between::of(volume.grid(), &position, 0.5).unwrap();
            let found = sampler.with_slope(&between).value;
            assert!((found - field(&position)).abs() < 1e-9, "{found} {}", field(&position));
            assert!(sampler.doubt(&between) < 1e-9);
        }
    }

    #[test]
    fn a_hot_spot_between_the_voxels_is_not_cut_off() {
        // σ = 8 mm on a grid of 2.5 mm; the maximum lies in the middle of a cell.
        let field = |p: &Point| {
            let d = p - Point::new(1.25, 1.25, 1.25);
            60.0 * (-d.norm_squared() / 128.0).exp()
        };
        let volume = filled([2.5; 3], None, field);
        let middle = Point::new(1.25, 1.25, 1.25);
        let cubic = CubicSampler::new(&volume).at(&middle, 0.5).unwrap();
        assert!((cubic - 60.0).abs() < 0.1, "{cubic}");
        assert!(volume.trilinear(&middle).unwrap() < 58.5);
    }

    #[test]
    fn there_is_no_overshoot_at_a_jump_and_it_is_said_to_be_doubtful() {
        let volume = filled([2.5; 3], None, |p| if p.x < 0.0 { 60.0 } else { 0.0 });
        let mut sampler = CubicSampler::new(&volume);
        for step in 0..160 {
            let position = Point::new(-19.9 + 0.25 * f64::from(step), 0.3, 0.4);
            if let Some(value) = sampler.at(&position, 0.5) {
                assert!((-1e-12..=60.0 + 1e-12).contains(&value), "{value} at {}", position.x);
            }
        }
        let on_the_jump = Between::of(volume.grid(), &Point::new(-1.25, 0.0, 0.0), 0.5).unwrap();
        assert!(sampler.doubt(&on_the_jump) > 5.0);
    }

    #[test]
    fn a_run_that_only_rises_or_falls_is_not_left() {
        // Jumps through a voxel that is partly covered, a knee, and a ripple before a fall.
        for run in [
            [60.0, 60.0, 60.0, 60.0, 41.49, 0.14, 0.0, 0.0],
            [3.03, 5.71, 6.00, 6.07, 24.08, 59.39, 60.0, 60.0],
            [0.0, 0.0, 0.0, 10.0, 35.0, 60.0, 60.0, 60.0],
        ] {
            let grid = Grid::axial(Point::origin(), [1.0; 3], [8, 1, 1]).unwrap();
            let volume = Volume::new(grid, run.to_vec()).unwrap();
            let mut sampler = CubicSampler::new(&volume);
            for step in 0..=700 {
                let x = f64::from(step) / 100.0;
                let value = sampler.at(&Point::new(x, 0.0, 0.0), 0.5).unwrap();
                let (a, b): (f64, f64) = (run[x.floor() as usize], run[(x.ceil() as usize).min(7)]);
                assert!(value >= a.min(b) - 1e-9 && value <= a.max(b) + 1e-9, "{value} at {x} of {run:?}");
            }
        }
        let ripple = [60.0, 60.1, 59.9, 60.0, 41.0, 0.0, 0.0, 0.0];
        let grid = Grid::axial(Point::origin(), [1.0; 3], [8, 1, 1]).unwrap();
        let volume = Volume::new(grid, ripple.to_vec()).unwrap();
        let mut sampler = CubicSampler::new(&volume);
        let highest =
            (0..=700).map(|step| sampler.at(&Point::new(f64::from(step) / 100.0, 0.0, 0.0), 0.5).unwrap());
        assert!(highest.fold(0.0, f64::max) < 60.2);
    }

    #[test]
    fn a_kink_bends_nothing_beside_it() {
        // A ramp that begins at zero, as a dose does where a grid was cut off at zero.
        let field = |p: &Point| (p.x + 3.0).max(0.0);
        let volume = filled([2.5; 3], None, field);
        let mut sampler = CubicSampler::new(&volume);
        for step in 0..100 {
            let position = Point::new(-19.0 + 0.35 * f64::from(step), 0.3, 0.4);
            // Within the cells that the kink touches, the straight line is all that is known.
            let is_beside = (position.x + 3.0).abs() < 3.0;
            if let Some(found) = sampler.at(&position, 0.5).filter(|_| !is_beside) {
                assert!((found - field(&position)).abs() < 1e-9, "{found} at {}", position.x);
            }
        }
    }

    proptest! {
        #[test]
        fn a_linear_field_is_returned_with_its_slope_and_no_doubt(g in prop::array::uniform3(-1.0..1.0_f64), at in prop::array::uniform3(-8.0..8.0_f64)) {
            let field = |p: &Point| 30.0 + g[0] * p.x + g[1] * p.y + g[2] * p.z;
            let volume = filled([2.5; 3], None, field);
            let position = Point::new(at[0], at[1], at[2]);
            let between = Between::of(volume.grid(), &position, 0.5).unwrap();
            let mut sampler = CubicSampler::new(&volume);
            let found = sampler.with_slope(&between);
            prop_assert!((found.value - field(&position)).abs() < 1e-9);
            prop_assert!(found.slope_per_mm.iter().zip(g).all(|(found, true_slope)| (found - true_slope).abs() < 1e-9));
            prop_assert!(sampler.doubt(&between) < 1e-9);
        }

        #[test]
        fn the_voxels_themselves_are_returned(values in prop::collection::vec(0.0..70.0_f64, 60)) {
            let grid = Grid::axial(Point::origin(), [1.0, 2.0, 3.0], [3, 4, 5]).unwrap();
            let volume = Volume::new(grid.clone(), values.clone()).unwrap();
            let mut sampler = CubicSampler::new(&volume);
            for (offset, value) in values.iter().enumerate() {
                let position = grid.position_mm([offset % 3, offset / 3 % 4, offset / 12]);
                prop_assert!((sampler.at(&position, 0.5).unwrap() - value).abs() < 1e-9);
            }
        }
    }
}

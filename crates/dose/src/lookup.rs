//! Doses at the points of an organ.

use geometry::{Between, CubicSampler, Grid, Matrix, Samples, Vector, Volume, volume::CELL};

use crate::Covered;

/// Samples are worked off in chunks of this size, whatever the number of threads.
pub(crate) const CHUNK: usize = 4096;

/// Beyond the outermost centres the outermost value is continued for this many voxels, and that is reported.
///
/// Contours reach half a slice beyond the last image plane while dose grids often end on it.
const CONTINUED: f64 = 1.0;

/// Whether values are given as they are, or raised by what the interpolation between the voxels leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpolation {
    /// The values themselves.
    AsItIs,
    /// The values and their doubt.
    WithDoubt,
}

/// A dose at every sample of an organ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SampledDose {
    /// Dose in the middle of the box of each sample.
    pub values_gy: Vec<f64>,
    /// By how much it changes from end to end of the box along each of its edges.
    pub changes_gy: Vec<[f32; 3]>,
}

impl SampledDose {
    /// No dose at `n` samples.
    pub fn zero(n: usize) -> Self {
        Self { values_gy: vec![0.0; n], changes_gy: vec![[0.0; 3]; n] }
    }

    /// Adds a share of another dose at the same samples.
    pub fn add(&mut self, share: f64, other: &Self) {
        self.values_gy.iter_mut().zip(&other.values_gy).for_each(|(sum, value)| *sum += share * value);
        for (sum, changes) in self.changes_gy.iter_mut().zip(&other.changes_gy) {
            sum.iter_mut().zip(changes).for_each(|(sum, change)| *sum += share as f32 * change);
        }
    }

    /// Makes a lower bound of the doses to an organ that its grid does not cover: what its surface receives outside the grid
    /// is then unknown, and counts as nothing.
    pub(crate) fn bound_surface(&mut self, covered: Covered, places: &[Place], samples: &Samples) {
        if covered.is_whole() {
            return;
        }
        for (index, place) in places.iter().enumerate() {
            if *place == Place::Outside && samples.volumes_cc[index] == 0.0 {
                self.values_gy[index] = 0.0;
            }
        }
    }

    /// Width of the even distribution that spreads as far as the dose does within the box of a sample: the changes
    /// along its edges are independent, so their squares add.
    pub fn width_gy(&self, index: usize) -> f64 {
        let [x, y, z] = self.changes_gy[index];
        f64::from(x * x + y * y + z * z).sqrt()
    }
}

/// Where a sample lies with respect to a grid; the later the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Inside,
    Continued,
    Outside,
}

/// Rounding must not push a box over the rim of a grid that ends with it.
const ROUNDING: f64 = 1e-9;

impl Place {
    /// From the voxels by which a box reaches beyond the outermost centres; one that is nowhere lies outside.
    fn of(voxels_beyond: f64) -> Self {
        if voxels_beyond <= CELL + ROUNDING {
            Self::Inside
        } else if voxels_beyond <= CONTINUED + ROUNDING {
            Self::Continued
        } else {
            Self::Outside
        }
    }
}

/// A value at a sample, and its change along the edges of the box of the sample.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    pub value: f64,
    pub changes: [f32; 3],
}

/// Looks several functions of the same voxels up together.
pub(crate) struct Lookup<'a, const N: usize> {
    grid: &'a Grid,
    samplers: [CubicSampler<'a, f64>; N],
    interpolation: Interpolation,
    /// The axes of the boxes in the axes of the grid.
    axes_in_grid: [[f64; 3]; 3],
    /// Size of the outermost voxels.
    voxel_mm: [f64; 3],
}

impl<'a> Lookup<'a, 1> {
    /// The dose alone.
    pub fn dose(dose: &'a Volume<f64>, axes: &[Vector; 3], interpolation: Interpolation) -> Self {
        Self::new(dose.grid(), [CubicSampler::new(dose)], axes, interpolation)
    }
}

impl<'a> Lookup<'a, 2> {
    /// The dose and its square.
    pub fn dose_and_square(dose: &'a Volume<f64>, axes: &[Vector; 3], interpolation: Interpolation) -> Self {
        let samplers = [CubicSampler::new(dose), CubicSampler::of_squares(dose)];
        Self::new(dose.grid(), samplers, axes, interpolation)
    }
}

impl<'a, const N: usize> Lookup<'a, N> {
    /// `axes` are the directions of the edges of the boxes, in the frame of the grid.
    fn new(
        grid: &'a Grid,
        samplers: [CubicSampler<'a, f64>; N],
        axes: &[Vector; 3],
        interpolation: Interpolation,
    ) -> Self {
        let in_grid = |axis: &Vector| [0, 1, 2].map(|column| grid.direction().column(column).dot(axis));
        let axes_in_grid = [in_grid(&axes[0]), in_grid(&axes[1]), in_grid(&axes[2])];
        Self { grid, samplers, interpolation, axes_in_grid, voxel_mm: outermost_voxel_mm(grid) }
    }

    /// What stands at a position for the sample of some index, and where the farthest corner of its box lies; zero
    /// outside.
    ///
    /// A point of the surface stands for no volume, so it takes the outermost value where it lies outside.
    pub fn at(&mut self, position: &geometry::Point, samples: &Samples, index: usize) -> ([Found; N], Place) {
        let edges = &samples.edges_mm[index];
        let at = self.grid.continuous_index(position);
        let place = Place::of(self.grid.voxels_beyond(at, self.half_in_voxels(edges)));
        let is_known = place != Place::Outside || samples.volumes_cc[index] == 0.0;
        let between = Between::at(self.grid, at, f64::INFINITY).filter(|_| is_known);
        let found = between.map_or([Found::default(); N], |between| self.between(&between, edges));
        (found, place)
    }

    /// Half the extent of a box along the axes of the grid.
    fn half_in_voxels(&self, edges_mm: &[f64; 3]) -> [f64; 3] {
        std::array::from_fn(|axis| {
            let extent = |edge: usize| self.axes_in_grid[edge][axis].abs() * edges_mm[edge];
            (extent(0) + extent(1) + extent(2)) / 2.0 / self.voxel_mm[axis]
        })
    }

    fn between(&mut self, between: &Between, edges: &[f64; 3]) -> [Found; N] {
        let mut all = [Found::default(); N];
        for (found, sampler) in all.iter_mut().zip(&mut self.samplers) {
            let interpolated = sampler.with_slope(between);
            let doubt = match self.interpolation {
                Interpolation::AsItIs => 0.0,
                Interpolation::WithDoubt => sampler.doubt(between),
            };
            // A bent line may fall a little below zero where the dose begins.
            found.value = (interpolated.value + doubt).max(0.0);
            let [x, y, z] = interpolated.slope_per_mm;
            for (change, (axis, edge)) in found.changes.iter_mut().zip(self.axes_in_grid.iter().zip(edges)) {
                *change = ((axis[0] * x + axis[1] * y + axis[2] * z) * edge) as f32;
            }
        }
        all
    }
}

/// Size of the voxels at the rim; of planes at unequal distances the smaller distance.
fn outermost_voxel_mm(grid: &Grid) -> [f64; 3] {
    let [column, row, plane] = grid.spacing_mm();
    if grid.has_equal_planes() {
        return [column, row, plane];
    }
    let last = grid.size()[2] - 2;
    [column, row, grid.cell_mm(0)[2].min(grid.cell_mm(last)[2])]
}

/// Directions after a map.
pub(crate) fn mapped_axes(axes: &[Vector; 3], linear: &Matrix) -> [Vector; 3] {
    [linear * axes[0], linear * axes[1], linear * axes[2]]
}

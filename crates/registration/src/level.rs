//! Both images at one spacing.

use geometry::{Affine, DeformationField, Point, Vector, Volume};
use rayon::prelude::*;

use crate::box_filter::BoxFilter;
use crate::correlation::Correlation;
use crate::displacement::Displacement;
use crate::energy::{DrawnOrgan, Energy, KnownPlace, distances_at};
use crate::large_motion::large_motion;
use crate::minimise::minimise;
use crate::pair::Pair;
use crate::pyramid::{WHOLE_WINDOW, coarser};
use crate::region::{Region, ranges, weights};
use crate::rigid::{RegistrationError, Within};
use crate::sampler::Sampler;
use crate::warp::{Warp, Warped};

/// The coarsest spacing, on which large motion is sought.
pub(crate) const COARSEST_MM: f64 = 6.0;
/// Shorter images than this along any axis are too little to be deformed.
const LEAST_LENGTH_MM: f64 = 2.0 * COARSEST_MM;
/// Voxels from node to node.
const NODE_STEP: usize = 3;
/// The neighbourhood in which images are compared reaches this many voxels to every side.
const RADIUS: usize = 2;
/// The first step moves no node by more than this share of a voxel.
const FIRST_STEP: f64 = 0.5;
/// A step that gains less than this share ends the search on a level.
const LEAST_GAIN: f64 = 1e-5;

/// Both images at one spacing.
pub(crate) struct Level<'a> {
    pair: &'a Pair<'a>,
    fixed: Volume<f32>,
    moving: Volume<f32>,
    /// 1 at the voxels of the fixed image that count.
    weights: Vec<f32>,
    linear: &'a Affine,
}

/// What is known before a level begins.
pub(crate) enum Placed<'a> {
    /// A displacement and the position of its first node, along the axes of the fixed image.
    Nodes(Displacement, Point, geometry::Matrix),
    /// A deformation in whatever form.
    At(&'a DeformationField),
}

impl Placed<'_> {
    pub fn unfold(&mut self) -> usize {
        match self {
            Self::Nodes(displacement, ..) => displacement.unfold(),
            Self::At(_) => 0,
        }
    }

    pub fn to_field(&self, linear: &Affine) -> Result<DeformationField, RegistrationError> {
        match self {
            Self::At(field) => Ok((*field).clone()),
            Self::Nodes(displacement, origin_mm, direction) => {
                let volume = displacement.to_volume(*origin_mm, direction);
                let volume = volume.ok_or(RegistrationError::NoTissue("fixed"))?;
                Ok(DeformationField::new(Affine::identity(), volume, linear.clone()))
            }
        }
    }
}

impl<'a> Level<'a> {
    pub fn of(pair: &'a Pair<'a>, spacing_mm: f64, linear: &'a Affine) -> Result<Self, RegistrationError> {
        let level = |image: &Volume<f32>, which| {
            let coarse = coarser(image, spacing_mm, &WHOLE_WINDOW).ok_or(RegistrationError::NoTissue(which))?;
            let (size, spacing) = (coarse.grid().size(), coarse.grid().spacing_mm());
            let is_thin = (0..3).any(|axis| size[axis] < 2 || size[axis] as f64 * spacing[axis] < LEAST_LENGTH_MM);
            if is_thin { Err(RegistrationError::Thin(which)) } else { Ok(coarse) }
        };
        let (fixed, moving) = (level(&pair.fixed, "fixed")?, level(&pair.moving, "moving")?);
        let mut weights = weights(fixed.grid(), &pair.body);
        if let Some(only) = pair.only_in_fixed {
            leave_out(&fixed, only, &mut weights);
        }
        let moving = pair.only_in_moving.map_or(Some(moving.clone()), |only| without(&moving, only));
        Ok(Self { pair, fixed, moving: moving.ok_or(RegistrationError::NoTissue("moving"))?, weights, linear })
    }

    /// What a search among large displacements finds; nothing where no voxel counts.
    pub fn large_motion(&self) -> Option<Placed<'static>> {
        let (displacement, first) = large_motion(&self.fixed, &self.moving, self.linear, &self.weights)?;
        let grid = self.fixed.grid();
        Some(Placed::Nodes(displacement, grid.position_mm(first), *grid.direction()))
    }

    /// Mean correlation of the neighbourhoods of the voxels of the body that the moving image shows whole under a map; nothing in
    /// common correlates by 0.
    pub fn correlation(&self, map: impl Fn(&Point) -> Option<Point> + Sync) -> f64 {
        let grid = self.fixed.grid();
        let sampler = Sampler::new(&self.moving);
        let mut near_body = self.weights.clone();
        let n = near_body.len();
        BoxFilter { size: grid.size(), radius: RADIUS }.sum(&mut near_body, &mut vec![0.0; n]);
        let found = |at: usize| {
            let mapped = map(&position(&self.fixed, at)).filter(|_| near_body[at] > 0.0);
            sampler.value(&mapped?).filter(|value| value.is_finite())
        };
        let found: Vec<Option<f64>> = (0..grid.len()).into_par_iter().map(found).collect();
        let mut warped = Warped::new(grid.len());
        for (at, value) in found.into_iter().enumerate() {
            match value {
                Some(value) => warped.values[at] = value as f32,
                None => (warped.outside[at], warped.n_outside) = (1.0, warped.n_outside + 1),
            }
        }
        if n - warped.n_outside < n / 1000 + 1 {
            return 0.0;
        }
        let fixed = self.fixed.values().to_vec();
        let mut correlation = Correlation::new(grid.size(), fixed, self.weights.clone(), RADIUS);
        1.0 - correlation.cost(&warped, &mut vec![0.0; grid.len()])
    }

    /// Goes on from what is known; what is found, and its energy.
    pub fn refined(
        &self,
        start: Option<&Placed<'_>>,
        most_steps: usize,
    ) -> Result<(Placed<'static>, f64), RegistrationError> {
        let grid = self.fixed.grid();
        let region = Region::around(grid.size(), &self.weights, RADIUS + 1);
        let region = region.ok_or(RegistrationError::NoTissue("fixed"))?;
        let origin_mm = grid.position_mm(region.first);
        let mut displacement = Displacement::zero(region.size, grid.spacing_mm(), [NODE_STEP; 3]);
        match start {
            Some(Placed::Nodes(start, start_mm, _)) => {
                let shift = grid.direction().tr_mul(&(origin_mm - start_mm));
                displacement.take_from(start, [shift.x, shift.y, shift.z]);
            }
            Some(Placed::At(field)) => self.take_from(field, origin_mm, &mut displacement),
            None => {}
        }
        let mut energy = self.energy(&region, displacement.clone())?;
        let first_step = (FIRST_STEP * grid.spacing_mm().into_iter().fold(f64::INFINITY, f64::min)) as f32;
        let cost = minimise(&mut energy, &mut displacement.values, first_step, most_steps, LEAST_GAIN);
        Ok((Placed::Nodes(displacement, origin_mm, *grid.direction()), cost))
    }

    /// The displacements that, followed by the linear map of this level, do what a deformation does.
    fn take_from(&self, field: &DeformationField, origin_mm: Point, displacement: &mut Displacement) {
        let (direction, back) = (self.fixed.grid().direction(), self.linear.inverse());
        let ([columns, rows, _], spacing) = (displacement.size, displacement.spacing_mm);
        for (at, node) in displacement.values.chunks_exact_mut(3).enumerate() {
            let index = [at % columns, at / columns % rows, at / columns / rows];
            let local = Vector::from_fn(|axis, _| index[axis] as f64 * spacing[axis]);
            let position = origin_mm + direction * local;
            let by = direction.tr_mul(&(back.apply(&field.apply_continued(&position)) - position));
            (0..3).for_each(|axis| node[axis] = by[axis] as f32);
        }
    }

    fn energy<'b>(&'b self, region: &Region, nodes: Displacement) -> Result<Energy<'b>, RegistrationError> {
        let weights = region.cut(&self.weights);
        let mut near_body = weights.clone();
        let n = near_body.len();
        BoxFilter { size: region.size, radius: RADIUS }.sum(&mut near_body, &mut vec![0.0; n]);
        let read = ranges(&near_body, region.size[0]);
        let grid = self.fixed.grid();
        let warp = |moving: &'b Volume<f32>| {
            Warp::new(moving, grid, region.first, region.size, self.linear, read.clone())
        };
        let organ = |pair: &crate::organ::OrganPair<'b>| {
            let fixed_mm = distances_at(pair.fixed.distances(), grid, region.first, region.size);
            DrawnOrgan::new(fixed_mm, warp(pair.moving.distances()))
        };
        let (origin_mm, back) = (grid.position_mm(region.first), self.linear.inverse());
        let place = |(index, pair): (usize, &crate::fit::LandmarkPair)| {
            let local = grid.direction().tr_mul(&(pair.fixed_mm - origin_mm));
            let wanted = grid.direction().tr_mul(&(back.apply(&pair.moving_mm) - pair.fixed_mm));
            let place = KnownPlace::new(
                &nodes,
                [local.x, local.y, local.z],
                [wanted.x, wanted.y, wanted.z].map(|v| v as f32),
            );
            place.ok_or(RegistrationError::LandmarkOutside(index + 1))
        };
        Ok(Energy {
            warp: warp(&self.moving),
            correlation: Correlation::new(region.size, region.cut(self.fixed.values()), weights, RADIUS),
            organs: self.pair.organs.iter().map(organ).collect(),
            landmarks: self.pair.landmarks.iter().enumerate().map(place).collect::<Result<_, _>>()?,
            part: if self.pair.organs.is_empty() { Vec::new() } else { vec![0.0; nodes.values.len()] },
            nodes,
            warped: Warped::new(n),
            per_value: vec![0.0; n],
            voxel_mm3: grid.spacing_mm().iter().product(),
        })
    }
}

fn position(image: &Volume<f32>, at: usize) -> Point {
    let [columns, rows, _] = image.grid().size();
    image.grid().position_mm([at % columns, at / columns % rows, at / columns / rows])
}

/// Takes the weight from some places, and from all whose neighbourhoods reach into them.
fn leave_out(image: &Volume<f32>, only: Within<'_>, weights: &mut [f32]) {
    let size = image.grid().size();
    let is_left_out = |at: usize| if only(&position(image, at)) { 1.0 } else { 0.0 };
    let mut left_out: Vec<f32> = (0..weights.len()).map(is_left_out).collect();
    let n = left_out.len();
    BoxFilter { size, radius: RADIUS }.sum(&mut left_out, &mut vec![0.0; n]);
    weights.iter_mut().zip(&left_out).filter(|(_, near)| **near > 0.0).for_each(|(weight, _)| *weight = 0.0);
}

/// The same image with nothing in some places.
fn without(image: &Volume<f32>, only: Within<'_>) -> Option<Volume<f32>> {
    let value = |(at, value): (usize, &f32)| if only(&position(image, at)) { f32::NAN } else { *value };
    Volume::new(image.grid().clone(), image.values().iter().enumerate().map(value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deformable::DeformableOptions;
    use crate::fit::LandmarkPair;
    use crate::minimise::Function;
    use crate::organ::{OrganPair, OrganShape};
    use geometry::{Contour, Grid, Solid, SolidOptions};

    /// Waves of tissue.
    fn image(shift: f64) -> Volume<f32> {
        let grid = Grid::axial(Point::origin(), [2.0; 3], [24, 20, 18]).unwrap();
        let value = |offset: usize| {
            let at = grid.position_mm([offset % 24, offset / 24 % 20, offset / 480]);
            let wave = ((at.x + shift) / 5.0).sin() * (at.y / 6.0).cos() + ((at.z - shift) / 7.0).sin();
            (200.0 * wave) as f32
        };
        Volume::new(grid.clone(), (0..grid.len()).map(value).collect()).unwrap()
    }

    fn block(shift: f64) -> OrganShape {
        let contour = |k: i32| {
            let corners = [[12.0, 10.0], [30.0, 10.0], [30.0, 26.0], [12.0, 26.0]];
            let corner = |[x, y]: [f64; 2]| Point::new(x + shift, y, 10.0 + 2.0 * f64::from(k));
            Contour::new(corners.map(corner).to_vec()).unwrap()
        };
        let contours: Vec<Contour> = (0..8).map(contour).collect();
        OrganShape::of(&Solid::from_contours(&contours, SolidOptions::default()).unwrap()).unwrap()
    }

    #[test]
    fn the_slope_is_that_of_the_energy_with_all_its_guidance() {
        let (fixed, moving, affine) = (image(0.0), image(1.5), Affine::identity());
        let (one, other) = (block(0.0), block(2.0));
        let organs = [OrganPair { fixed: &one, moving: &other }];
        let landmarks =
            [LandmarkPair { fixed_mm: Point::new(20.0, 18.0, 14.0), moving_mm: Point::new(25.0, 17.0, 14.0) }];
        let options = DeformableOptions { organs: &organs, landmarks: &landmarks, ..DeformableOptions::default() };
        let pair = Pair::new([&fixed, &moving], &options).unwrap();
        let mut level = Level::of(&pair, 2.0, &affine).unwrap();
        level.weights.fill(1.0);
        let region = Region::around(fixed.grid().size(), &level.weights, 1).unwrap();
        let mut nodes = Displacement::zero(region.size, [2.0; 3], [NODE_STEP; 3]);
        // Nodes near the rim push voxels out of the moving image, where the energy has steps.
        nodes.values.iter_mut().enumerate().for_each(|(index, value)| *value = 0.3 * (index as f32 * 0.7).sin());
        let mut energy = level.energy(&region, nodes.clone()).unwrap();
        assert_eq!((energy.organs.len(), energy.landmarks.len()), (1, 1));
        let mut slope = vec![0.0; nodes.values.len()];
        energy.value(&nodes.values, &mut slope);
        let [columns, rows, _] = nodes.size;
        for component in 0..3 {
            let at = 3 * ((2 * rows + 3) * columns + 3) + component;
            let mut moved = |by: f32| {
                let mut x = nodes.values.clone();
                x[at] += by;
                energy.value(&x, &mut vec![0.0; x.len()])
            };
            let expected = (moved(0.02) - moved(-0.02)) / 0.04;
            let found = f64::from(slope[at]);
            assert!((found - expected).abs() < 0.05 * expected.abs() + 1e-6, "{found} {expected}");
        }
    }
}

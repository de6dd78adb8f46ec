//! Hard cases for deformable registration, with known truth.

use geometry::{Affine, Grid, Point, Vector, Volume};
use nalgebra::Rotation3;
use phantom::trunk::{Arms, Region, Trunk};
use rayon::prelude::*;
use registration::{DeformableOptions, LandmarkPair, RigidOptions, Scan, register_deformable, register_rigid};

/// Distance of the places whose errors are told.
const LANDMARK_MM: f64 = 17.0;

/// A pair of states, and what else is hard.
pub struct HardCase {
    /// What is hard.
    pub name: &'static str,
    fixed: Trunk,
    moving: Trunk,
    /// Takes the trunk to where it lies in the moving image.
    table: Affine,
    /// Half width of the moving image.
    half_width_mm: f64,
    /// Every so many planes of the moving image one is missing; none for zero.
    missing: usize,
    noise_hu: f64,
}

/// All of them.
pub fn cases() -> Vec<HardCase> {
    let rest = Trunk::default();
    let plain = |name, fixed, moving| HardCase {
        name,
        fixed,
        moving,
        table: Affine::identity(),
        half_width_mm: 270.0,
        missing: 0,
        noise_hu: 15.0,
    };
    let inhaled = Trunk { breath: 1.0, ..rest };
    let offset = {
        let turn = Rotation3::from_euler_angles(0.05, -0.03, 0.06);
        Affine::new(*turn.matrix(), Vector::new(12.0, -9.0, 34.0)).unwrap()
    };
    let worst = Trunk { breath: 0.8, arms: Arms::Up, weight_loss: 0.3, gas: 2, metal: true };
    vec![
        plain("nothing but noise", rest, rest),
        plain("full breath: sliding, pressed lung base", rest, inhaled),
        HardCase { table: offset.clone(), ..plain("full breath, 34 mm and 5° on the table", rest, inhaled) },
        plain("arms up", rest, Trunk { arms: Arms::Up, ..rest }),
        plain("weight loss", Trunk { weight_loss: 0.5, ..rest }, rest),
        plain("bowel gas", Trunk { gas: 1, ..rest }, Trunk { gas: 2, breath: 0.3, ..rest }),
        plain("metal and streaks in one image", Trunk { metal: true, ..rest }, Trunk { breath: 0.3, ..rest }),
        HardCase { missing: 4, ..plain("every fourth plane missing", rest, Trunk { breath: 0.5, ..rest }) },
        HardCase { half_width_mm: 135.0, ..plain("truncated field of view", rest, Trunk { breath: 0.5, ..rest }) },
        HardCase { noise_hu: 60.0, ..plain("four times the noise", rest, inhaled) },
        HardCase { table: offset, ..plain("all together", rest, worst) },
    ]
}

/// Errors at the landmarks of a region.
#[derive(Clone, Debug)]
pub struct Errors {
    /// What the landmarks belong to.
    pub region: Region,
    /// With the rigid map, in increasing order.
    pub rigid_mm: Vec<f64>,
    /// With the deformation.
    pub deformable_mm: Vec<f64>,
}

/// What came of a case.
pub struct Outcome {
    /// By region.
    pub errors: Vec<Errors>,
    /// Smallest and largest determinant.
    pub determinants: [f64; 2],
    /// What the gate says against the deformation.
    pub objections: Option<String>,
    /// Of both registrations.
    pub seconds: f64,
}

impl HardCase {
    /// The fixed and the moving image.
    pub fn images(&self, spacing_mm: f64) -> [Volume<f32>; 2] {
        let fixed = image(&self.fixed, &Affine::identity(), 270.0, spacing_mm, self.noise_hu, 1);
        let moving = image(&self.moving, &self.table, self.half_width_mm, spacing_mm, self.noise_hu, 2);
        [fixed, if self.missing > 0 { thinned(&moving, self.missing) } else { moving }]
    }

    /// Places of the fixed image, where they are in the moving one, and what they belong to.
    pub fn landmarks(&self) -> Vec<(LandmarkPair, Region)> {
        let to_moving = |point: [f64; 3]| {
            let in_moving = self.moving.from_reference(self.fixed.to_reference(point));
            LandmarkPair { fixed_mm: Point::from(point), moving_mm: self.table.apply(&Point::from(in_moving)) }
        };
        let shown = |pair: &LandmarkPair| pair.moving_mm.x.abs() < self.half_width_mm - 5.0;
        let all = self.fixed.landmarks(LANDMARK_MM).into_iter().map(|(point, region)| (to_moving(point), region));
        all.filter(|(pair, _)| shown(pair)).collect()
    }

    /// Registers the images at a spacing and compares.
    pub fn run(&self, spacing_mm: f64) -> Outcome {
        let [fixed, moving] = self.images(spacing_mm);
        let (fixed, moving) = (Scan::ct(&fixed), Scan::ct(&moving));
        let start = std::time::Instant::now();
        let rigid = register_rigid(&fixed, &moving, &RigidOptions::default()).unwrap();
        let found = register_deformable(&fixed, &moving, &rigid.start(), &DeformableOptions::default()).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        let landmarks = self.landmarks();
        let errors = [Region::Lung, Region::Belly, Region::Wall, Region::Fat].map(|region| {
            let own = || landmarks.iter().filter(|(_, other)| *other == region).map(|(pair, _)| pair);
            let sorted = |mut errors: Vec<f64>| {
                errors.sort_by(f64::total_cmp);
                errors
            };
            let off = |found: Option<Point>, pair: &LandmarkPair| {
                found.map_or(f64::INFINITY, |found| (found - pair.moving_mm).norm())
            };
            let rigid = |pair: &LandmarkPair| off(Some(rigid.moving_from_fixed.apply(&pair.fixed_mm)), pair);
            let deformed = |pair: &LandmarkPair| off(found.field.apply(&pair.fixed_mm), pair);
            Errors {
                region,
                rigid_mm: sorted(own().map(rigid).collect()),
                deformable_mm: sorted(own().map(deformed).collect()),
            }
        });
        let measures = [found.measures(), rigid.identity_measures()].concat();
        Outcome {
            errors: errors.to_vec(),
            determinants: found.field.jacobian_range(),
            objections: registration::measure::objections(&measures),
            seconds,
        }
    }
}

pub(crate) fn image(
    trunk: &Trunk,
    table: &Affine,
    half_width_mm: f64,
    spacing_mm: f64,
    noise_hu: f64,
    stream: u32,
) -> Volume<f32> {
    let across = (2.0 * half_width_mm / spacing_mm) as usize;
    let size = [across, (320.0 / spacing_mm) as usize, (400.0 / spacing_mm) as usize];
    let origin = Point::new(-half_width_mm, -160.0, -200.0);
    let grid = Grid::axial(origin, [spacing_mm; 3], size).unwrap();
    let back = table.inverse();
    let plane = |k: usize| {
        let mut values = Vec::with_capacity(size[0] * size[1]);
        for j in 0..size[1] {
            for i in 0..size[0] {
                let position = grid.position_mm([i, j, k]);
                let at = back.apply(&position);
                let hu = trunk.hounsfield([at.x, at.y, at.z]);
                let place = [position.x, position.y, position.z];
                values.push((hu + noise_hu * phantom::white_noise(place, stream)) as f32);
            }
        }
        values
    };
    let values = (0..size[2]).into_par_iter().flat_map_iter(plane).collect();
    Volume::new(grid.clone(), values).unwrap()
}

/// Leaves every n-th plane out.
fn thinned(image: &Volume<f32>, n: usize) -> Volume<f32> {
    let grid = image.grid();
    let [columns, rows, planes] = grid.size();
    let kept: Vec<usize> = (0..planes).filter(|k| k % n != n / 2).collect();
    let offsets: Vec<f64> = kept.iter().map(|k| grid.plane_offset_mm(*k)).collect();
    let values = kept.iter().flat_map(|k| &image.values()[k * columns * rows..(k + 1) * columns * rows]).copied();
    let axis = |axis: usize| grid.direction().column(axis).into_owned();
    let [x, y, _] = grid.spacing_mm();
    let values = values.collect();
    let grid = Grid::new(grid.origin_mm(), axis(0), axis(1), [x, y], [columns, rows], &offsets).unwrap();
    Volume::new(grid, values).unwrap()
}

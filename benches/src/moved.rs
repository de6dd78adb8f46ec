//! Images that stand elsewhere, or show less.

use geometry::{Affine, Grid, Point, Vector, Volume};
use nalgebra::{Rotation3, Unit};

/// An image on a grid that was moved as a whole.
pub struct Moved {
    /// The image; its values are those of the one before.
    pub image: Volume<f32>,
    /// Takes points of the image before to this one.
    pub map: Affine,
}

impl Moved {
    /// Turns by up to `most_degrees` about a random axis through the middle and shifts by up to `most_mm` along each axis.
    pub fn random(seed: u64, image: &Volume<f32>, most_mm: f64, most_degrees: f64) -> Self {
        let mut random = Random::new(seed);
        let mut number = || random.between(-1.0, 1.0);
        let axis = Unit::new_normalize(Vector::new(number(), number(), number() + 1e-3));
        let turn = Rotation3::from_axis_angle(&axis, (most_degrees * number()).to_radians());
        let shift = Vector::new(most_mm * number(), most_mm * number(), most_mm * number());
        let centre = image.grid().centre_mm().coords;
        let map = Affine::new(*turn.matrix(), centre + shift - turn * centre).unwrap();
        Self { image: taken(image, &map), map }
    }
}

/// The same values on a grid that a rigid map takes elsewhere.
pub fn taken(image: &Volume<f32>, map: &Affine) -> Volume<f32> {
    let grid = image.grid();
    let size = grid.size();
    let offsets: Vec<f64> = (0..size[2]).map(|k| grid.plane_offset_mm(k)).collect();
    let axis = |axis: usize| map.linear() * grid.direction().column(axis);
    let [x, y, _] = grid.spacing_mm();
    let origin: Point = map.apply(&grid.position_mm([0; 3]));
    let grid = Grid::new(origin, axis(0), axis(1), [x, y], [size[0], size[1]], &offsets).unwrap();
    Volume::new(grid, image.values().to_vec()).unwrap()
}

/// The planes between two shares of the length.
pub fn cropped(image: &Volume<f32>, [from, to]: [f64; 2]) -> Volume<f32> {
    let grid = image.grid();
    let [columns, rows, planes] = grid.size();
    let [first, end] = [from, to].map(|share| (share * planes as f64).round() as usize);
    let offsets: Vec<f64> = (first..end).map(|k| grid.plane_offset_mm(k) - grid.plane_offset_mm(first)).collect();
    let axis = |axis: usize| grid.direction().column(axis).into_owned();
    let [x, y, _] = grid.spacing_mm();
    let cut =
        Grid::new(grid.position_mm([0, 0, first]), axis(0), axis(1), [x, y], [columns, rows], &offsets).unwrap();
    Volume::new(cut, image.values()[first * columns * rows..end * columns * rows].to_vec()).unwrap()
}

/// Numbers that look random and are the same in every run.
pub struct Random(u64);

impl Random {
    /// Starts a series.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x2545_F491_4F6C_DD1D))
    }

    /// The next number of a range.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + (high - low) * (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

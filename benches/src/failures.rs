//! Pairs of images that must not be joined, and pairs that may, for the gate of registrations.

use std::path::Path;

use geometry::{Affine, Transform, Vector, Volume};
use phantom::trunk::Trunk;
use registration::measure::{objections, verdict};
use registration::pyramid::{WHOLE_WINDOW, coarser};
use registration::{
    DeformableOptions, Measure, RigidOptions, Scan, Verdict, quality, register_deformable, register_rigid,
    tissue_places,
};

use crate::hard::image;
use crate::moved::{Moved, Random, cropped, taken};
use crate::pairs::{self, PAIRS};

/// Spacing of all images: gross failures show at any.
const SPACING_MM: f64 = 4.0;

/// What is wrong with a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The moving image is of another patient.
    WrongPatient,
    /// The images show other parts of the body.
    WrongRegion,
    /// The moving image is mirrored, or front and back or head and feet are exchanged.
    Flipped,
    /// The map that was given is off by about one vertebra.
    OneVertebra,
    /// The moving image shows half of what the fixed one does.
    HalfFieldOfView,
}

impl Fault {
    /// All of them, the good pairs first.
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::WrongPatient,
        Self::WrongRegion,
        Self::Flipped,
        Self::OneVertebra,
        Self::HalfFieldOfView,
    ];
}

/// The images that pairs are made of: real ones where they are there, and synthetic ones.
pub struct Bodies {
    real: Vec<[Volume<f32>; 2]>,
}

impl Bodies {
    /// Reads what is there.
    pub fn read(folder: Option<&Path>) -> Self {
        let coarse = |image: &Volume<f32>| coarser(image, SPACING_MM, &WHOLE_WINDOW).unwrap();
        let pair = |pair| pairs::images(folder.unwrap(), pair).map(|image| coarse(&image));
        Self { real: folder.map(|_| PAIRS.into_iter().map(pair).collect()).unwrap_or_default() }
    }

    /// The n-th pair with a fault, the same in every run.
    pub fn pair(&self, fault: Fault, n: u64) -> (Volume<f32>, Volume<f32>, Option<Transform>) {
        let mut random = Random::new(1000 * (fault as u64 + 1) + n);
        let n_bodies = self.real.len() + 2;
        let which = n as usize % n_bodies;
        let [fixed, moving] = self.body(which, &mut random);
        let moved = Moved::random(7 * n + 3, &moving, 40.0, 6.0);
        match fault {
            Fault::None => (fixed, moved.image, None),
            Fault::WrongPatient => (fixed, self.another(which, &moved.map, &mut random), None),
            Fault::WrongRegion => {
                // Parts that have nothing in common, or another part of another body.
                if n.is_multiple_of(2) && which > 1 {
                    return (cropped(&fixed, [0.0, 0.42]), cropped(&moved.image, [0.58, 1.0]), None);
                }
                let other = if which < 2 { 2 } else { 0 };
                (fixed, taken(&self.body(other, &mut random)[1], &moved.map), None)
            }
            Fault::Flipped => (fixed, flipped(&moved.image, n as usize / n_bodies % 3), None),
            Fault::OneVertebra => {
                let truth = register(&fixed, &moved.image);
                let along = random.between(15.0, 30.0) * if n.is_multiple_of(2) { 1.0 } else { -1.0 };
                let shift = Affine::new(geometry::Matrix::identity(), Vector::new(0.0, 0.0, along)).unwrap();
                (fixed, moved.image, Some(Transform::Affine(shift.then(&truth))))
            }
            Fault::HalfFieldOfView => {
                let keep = if n.is_multiple_of(2) { [0.0, 0.5] } else { [0.5, 1.0] };
                (fixed, cropped(&moved.image, keep), None)
            }
        }
    }

    fn body(&self, which: usize, random: &mut Random) -> [Volume<f32>; 2] {
        if let Some(pair) = self.real.get(which) {
            return pair.clone();
        }
        let breath = random.between(0.0, 0.6);
        let state = |breath: f64| Trunk {
            breath,
            weight_loss: if which.is_multiple_of(2) { 0.0 } else { 0.25 },
            ..Trunk::default()
        };
        let noise = random.between(10.0, 30.0);
        let of = |state: Trunk, stream| image(&state, &Affine::identity(), 270.0, SPACING_MM, noise, stream);
        [of(state(0.0), 1), of(state(breath), 2)]
    }

    /// The moving image of another patient of the same region; of the synthetic one, a body of another build.
    fn another(&self, which: usize, map: &Affine, random: &mut Random) -> Volume<f32> {
        match which {
            0 | 1 if self.real.len() > 1 => taken(&self.real[1 - which][1], map),
            _ => {
                let other = if which == 2 && self.real.len() > 2 {
                    self.real.len()
                } else {
                    2.min(self.real.len().saturating_sub(1))
                };
                taken(&self.body(other, random)[1], map)
            }
        }
    }
}

/// What the gate says of a pair.
pub struct Judged {
    /// Its verdict.
    pub verdict: Verdict,
    /// What speaks against the pair.
    pub objections: Option<String>,
}

/// Registers a pair, or compares the map that was given with the images, and judges.
pub fn judge(fixed: &Volume<f32>, moving: &Volume<f32>, given: Option<&Transform>) -> Judged {
    let (fixed, moving) = (Scan::ct(fixed), Scan::ct(moving));
    let measures: Vec<Measure> = match register_rigid(&fixed, &moving, &RigidOptions::default()) {
        Err(_) => Vec::new(),
        Ok(rigid) => match given {
            Some(given) => {
                let own = Transform::Affine(rigid.moving_from_fixed.clone());
                quality::of_rival_map(given, &own, &tissue_places(&fixed))
            }
            None => register_deformable(&fixed, &moving, &rigid.start(), &DeformableOptions::default())
                .map(|found| [found.measures(), rigid.identity_measures()].concat())
                .unwrap_or_default(),
        },
    };
    Judged { verdict: verdict(&measures), objections: objections(&measures) }
}

fn register(fixed: &Volume<f32>, moving: &Volume<f32>) -> Affine {
    let found = register_rigid(&Scan::ct(fixed), &Scan::ct(moving), &RigidOptions::default()).unwrap();
    found.moving_from_fixed
}

fn flipped(image: &Volume<f32>, axis: usize) -> Volume<f32> {
    let grid = image.grid();
    let size = grid.size();
    let value = |at: usize| {
        let mut index = [at % size[0], at / size[0] % size[1], at / size[0] / size[1]];
        index[axis] = size[axis] - 1 - index[axis];
        image.values()[grid.offset(index)]
    };
    Volume::new(grid.clone(), (0..grid.len()).map(value).collect()).unwrap()
}

//! The places of the fixed image that are compared.

use geometry::{Point, Vector, Volume};

use crate::modality::Values;
use crate::rigid::Within;

/// Above this value (Hounsfield units, averaged over a coarse voxel) there is bone.
const BONE: f32 = 180.0;
/// How much more bone counts than other tissue where it is to lead.
const BONE_WEIGHT: f64 = 10.0;

/// Which places count, and how much.
#[derive(Clone, Copy, Default)]
pub(crate) struct Choice<'a> {
    pub bone_leads: bool,
    pub within: Option<Within<'a>>,
}

/// Places with the value of the fixed image.
#[derive(Clone, Debug)]
pub struct Points {
    /// Positions.
    pub positions_mm: Vec<Point>,
    /// Values of the fixed image.
    pub values: Vec<f64>,
    /// How much each of them counts.
    pub weights: Vec<f64>,
    /// Sum of the weights.
    pub total_weight: f64,
}

impl Points {
    /// Every voxel in or next to tissue, thinned evenly to at most `most` of them.
    pub(crate) fn of(image: &Volume<f32>, values: Values, choice: Choice<'_>, most: usize) -> Self {
        let grid = image.grid();
        let [columns, rows, planes] = grid.size();
        let mut indices = Vec::new();
        for k in 0..planes {
            for j in 0..rows {
                for i in 0..columns {
                    if near_tissue(image, values.tissue, [i, j, k])
                        && choice.within.is_none_or(|within| within(&grid.position_mm([i, j, k])))
                    {
                        indices.push([i, j, k]);
                    }
                }
            }
        }
        // Taking every n-th place spreads them over the whole body.
        let step = indices.len().div_ceil(most).max(1);
        let kept = indices.into_iter().step_by(step);
        let (positions_mm, values): (Vec<Point>, Vec<f64>) =
            kept.map(|index| (grid.position_mm(index), f64::from(image.values()[grid.offset(index)]))).unzip();
        let weight = |value: &f64| if choice.bone_leads && *value > f64::from(BONE) { BONE_WEIGHT } else { 1.0 };
        let weights: Vec<f64> = values.iter().map(weight).collect();
        let total_weight = weights.iter().sum();
        Self { positions_mm, values, weights, total_weight }
    }

    /// Mean of the positions.
    pub fn centre_mm(&self) -> Point {
        let sum: Vector = self.positions_mm.iter().map(|position| position.coords).sum();
        Point::from(sum / self.positions_mm.len().max(1) as f64)
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Mean distance between where two maps take the places.
    pub fn distance_mm(&self, one: impl Fn(&Point) -> Point, other: impl Fn(&Point) -> Point) -> f64 {
        let sum: f64 = self.positions_mm.iter().map(|position| (one(position) - other(position)).norm()).sum();
        sum / self.len().max(1) as f64
    }
}

/// The skin holds the strongest edge, so the air one voxel outside belongs to the comparison.
fn near_tissue(image: &Volume<f32>, tissue: f32, [i, j, k]: [usize; 3]) -> bool {
    let [columns, rows, _] = image.grid().size();
    let around = [
        (i, j),
        (i.saturating_sub(1), j),
        ((i + 1).min(columns - 1), j),
        (i, j.saturating_sub(1)),
        (i, (j + 1).min(rows - 1)),
    ];
    around.into_iter().any(|(i, j)| image.values()[image.grid().offset([i, j, k])] > tissue)
}

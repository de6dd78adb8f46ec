//! The places of the fixed image that are compared.

use geometry::{Point, Vector, Volume};

/// Above this value (Hounsfield units) there is tissue.
const TISSUE: f32 = -300.0;

/// Places with the value of the fixed image.
#[derive(Clone, Debug)]
pub struct Points {
    /// Positions.
    pub positions_mm: Vec<Point>,
    /// Values of the fixed image.
    pub values: Vec<f64>,
}

impl Points {
    /// Every voxel in or next to tissue, thinned evenly to at most `most` of them.
    pub fn of(image: &Volume<f32>, most: usize) -> Self {
        let grid = image.grid();
        let [columns, rows, planes] = grid.size();
        let mut indices = Vec::new();
        for k in 0..planes {
            for j in 0..rows {
                for i in 0..columns {
                    if near_tissue(image, [i, j, k]) {
                        indices.push([i, j, k]);
                    }
                }
            }
        }
        // Taking every n-th place spreads them over the whole body.
        let step = indices.len().div_ceil(most).max(1);
        let kept = indices.into_iter().step_by(step);
        let (positions_mm, values) =
            kept.map(|index| (grid.position_mm(index), f64::from(image.values()[grid.offset(index)]))).unzip();
        Self { positions_mm, values }
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
}

/// The skin holds the strongest edge, so the air one voxel outside belongs to the comparison.
fn near_tissue(image: &Volume<f32>, [i, j, k]: [usize; 3]) -> bool {
    let [columns, rows, _] = image.grid().size();
    let around = [
        (i, j),
        (i.saturating_sub(1), j),
        ((i + 1).min(columns - 1), j),
        (i, j.saturating_sub(1)),
        (i, (j + 1).min(rows - 1)),
    ];
    around.into_iter().any(|(i, j)| image.values()[image.grid().offset([i, j, k])] > TISSUE)
}

//! A way forth and a way back, found by themselves, made one.

use geometry::{DeformationField, Point, Vector, Volume};

use crate::deformable::Coarse;
use crate::region::weights;

/// Where the way back misses by more than this, halving the miss would help neither.
const MOST_MM: f64 = 20.0;

/// Moves the way forth half-way towards the inverse of the way back.
///
/// Where the two agree nothing changes; where they do not, each is as likely to be right as the other.
pub(crate) fn joined(forth: &DeformationField, back: &DeformationField, body: &Volume<bool>) -> Option<Coarse> {
    let grid = forth.grid();
    let [columns, rows, _] = grid.size();
    let missed = |at: usize| -> Vector {
        let position: Point = grid.position_mm([at % columns, at / columns % rows, at / columns / rows]);
        back.apply_continued(&forth.apply_continued(&position)) - position
    };
    let missed: Vec<Vector> = (0..grid.len()).map(missed).collect();
    let half = |(by, missed): (&[f32; 3], &Vector)| {
        let share = 0.5 * (MOST_MM / missed.norm().max(MOST_MM)) as f32;
        std::array::from_fn(|axis| by[axis] - share * missed[axis] as f32)
    };
    let values: Vec<[f32; 3]> = forth.displacement_mm().values().iter().zip(&missed).map(half).collect();
    let displacement = Volume::new(grid.clone(), values)?;
    let field = DeformationField::new(forth.before().clone(), displacement, forth.after().clone());
    let sizes = missed.iter().map(|missed| missed.norm() as f32).collect();
    let in_body = weights(grid, body).iter().map(|weight| *weight > 0.0).collect();
    Some(Coarse { field, inconsistency_mm: Volume::new(grid.clone(), sizes)?, in_body })
}

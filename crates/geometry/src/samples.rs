//! The points at which an organ is measured.

use crate::{Point, Vector};

/// Points inside a solid, each the middle of a small box that stands for a part of its volume, and points of its
/// surface, which stand for none and count for the lowest and the highest value alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// Positions, ordered by plane, row and column; those of the surface come last.
    pub positions_mm: Vec<Point>,
    /// The volume each position stands for, in cc, zero on the surface; their sum is the volume of the solid.
    pub volumes_cc: Vec<f64>,
    /// Edges of the box around each position along [`Samples::axes`]; zero on the surface.
    pub edges_mm: Vec<[f64; 3]>,
    /// Directions of the edges of all boxes.
    pub axes: [Vector; 3],
}

impl Samples {
    /// Points without extent, each with the volume in cc it stands for.
    pub fn of_points(positions_mm: Vec<Point>, volumes_cc: Vec<f64>) -> Self {
        let edges_mm = vec![[0.0; 3]; positions_mm.len()];
        Self { positions_mm, volumes_cc, edges_mm, axes: [Vector::x(), Vector::y(), Vector::z()] }
    }

    /// Adds the middle of a box.
    pub(crate) fn push(&mut self, position_mm: Point, volume_cc: f64, edges_mm: [f64; 3]) {
        self.positions_mm.push(position_mm);
        self.volumes_cc.push(volume_cc);
        self.edges_mm.push(edges_mm);
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.positions_mm.len()
    }

    /// Whether there is no point at all.
    pub fn is_empty(&self) -> bool {
        self.positions_mm.is_empty()
    }

    /// Volume of the solid.
    pub fn volume_cc(&self) -> f64 {
        self.volumes_cc.iter().sum()
    }

    /// Keeps the points for which `keep` holds.
    pub fn retain(&mut self, keep: &[bool]) {
        fn sieve<T>(values: &mut Vec<T>, keep: &[bool]) {
            let mut keep = keep.iter();
            values.retain(|_| keep.next().copied().unwrap_or(true));
        }
        sieve(&mut self.positions_mm, keep);
        sieve(&mut self.volumes_cc, keep);
        sieve(&mut self.edges_mm, keep);
    }
}

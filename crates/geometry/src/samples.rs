//! The points at which an organ is measured.

use crate::Point;

/// Points inside a solid, each standing for a part of its volume.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// Positions, ordered by plane, row and column.
    pub positions_mm: Vec<Point>,
    /// The volume each position stands for, in cc; their sum is the volume of the solid.
    pub volumes_cc: Vec<f64>,
}

impl Samples {
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
}

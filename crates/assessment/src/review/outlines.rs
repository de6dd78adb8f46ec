//! Where a plane cuts the structures.

use geometry::Point;
use rayon::prelude::*;

use super::Review;
use crate::export::planning_grid;
use crate::structures::Measured;
use crate::views::{PlaneKind, PlaneRaster, outline};

/// The outline of one structure on a plane.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaneOutlines {
    /// Index of the structure in the assessment.
    pub structure: usize,
    /// Lines in mm along the two axes of the plane: x and y, x and z, or y and z.
    pub lines_mm: Vec<Vec<[f64; 2]>>,
}

impl PlaneOutlines {
    /// Lines in pixels of a raster, in millimetres; nothing where there are none.
    pub(super) fn of(
        structure: usize,
        lines: &[Vec<[f32; 2]>],
        raster: &PlaneRaster,
        kind: PlaneKind,
    ) -> Option<Self> {
        let in_plane = |point: &[f32; 2]| {
            let position = raster.between(f64::from(point[0]), f64::from(point[1]));
            match kind {
                PlaneKind::Axial => [position.x, position.y],
                PlaneKind::Coronal => [position.x, position.z],
                PlaneKind::Sagittal => [position.y, position.z],
            }
        };
        let lines_mm = lines.iter().map(|line| line.iter().map(in_plane).collect()).collect();
        (!lines.is_empty()).then_some(Self { structure, lines_mm })
    }
}

impl Review<'_> {
    /// The outlines of all structures on a plane of the current frame, as drawn where the plane lies along the contours.
    pub fn outlines(&self, kind: PlaneKind, position_mm: f64) -> Vec<PlaneOutlines> {
        let Some(raster) = self.raster(kind, position_mm) else { return Vec::new() };
        let of_structure = |(index, measured): (usize, &Measured<'_>)| {
            PlaneOutlines::of(index, &outline(measured, &raster), &raster, kind)
        };
        self.structures.par_iter().enumerate().filter_map(of_structure).collect()
    }

    /// The pixels of a plane of the current frame, as far as the image or the doses reach.
    pub(super) fn raster(&self, kind: PlaneKind, position_mm: f64) -> Option<PlaneRaster> {
        let image = self.context.case.current().and_then(|current| current.image);
        let image = image.and_then(|index| self.context.objects.images[index].grid.as_ref().ok().cloned());
        let grid = image.or_else(|| planning_grid(&self.context, &self.structures))?;
        Some(PlaneRaster::over(&grid, kind, &through(kind, position_mm)))
    }
}

fn through(kind: PlaneKind, position_mm: f64) -> Point {
    match kind {
        PlaneKind::Axial => Point::new(0.0, 0.0, position_mm),
        PlaneKind::Coronal => Point::new(0.0, position_mm, 0.0),
        PlaneKind::Sagittal => Point::new(position_mm, 0.0, 0.0),
    }
}

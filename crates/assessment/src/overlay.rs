//! The image of a prior course carried onto the current one, for a look at the registration.

use geometry::{FrameTransform, Grid, Point, Volume};

use crate::structures::Context;
use crate::views::{PIXEL_MM, PlaneKind, PlaneRaster, gray};

/// Edge of the squares.
const SQUARE_MM: f64 = 25.0;
/// Differences beyond this (Hounsfield units) are shown as black and white.
const DIFFERENCE: f64 = 250.0;

/// A plane through both images.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    /// The prior course.
    pub course: String,
    /// Which way the plane cuts.
    pub kind: PlaneKind,
    /// Where: x, y or z of the plane.
    pub position_mm: f64,
    /// Number of columns.
    pub columns: usize,
    /// Number of rows.
    pub rows: usize,
    /// Distance of pixels.
    pub pixel_mm: f64,
    /// Squares of the current and of the prior image in turn, from black to white; nothing where there is no image.
    pub checkerboard: Vec<Option<u8>>,
    /// The prior image less the current one: 128 where they are equal.
    pub difference: Vec<Option<u8>>,
}

/// Three planes through a point for every prior course that was carried from another frame.
pub(crate) fn overlays(context: &Context<'_>, grid: &Grid, centre: &Point) -> Vec<Overlay> {
    let image = |course: &case::Course| context.objects.images[course.image?].voxels.as_ref();
    let Some(fixed) = context.case.current().and_then(image) else { return Vec::new() };
    let mut found: Vec<Overlay> = Vec::new();
    for course in context.case.prior() {
        let map = context.alignment.to_frame.get(&course.frame).filter(|map| map.from != map.to);
        let (Some(map), Some(moving)) = (map, image(course)) else { continue };
        let kinds = [PlaneKind::Axial, PlaneKind::Coronal, PlaneKind::Sagittal];
        found.extend(kinds.map(|kind| overlay(&course.id, kind, [fixed, moving], map, (grid, centre))));
    }
    found
}

fn overlay(
    course: &str,
    kind: PlaneKind,
    [fixed, moving]: [&Volume<f32>; 2],
    map: &FrameTransform,
    (grid, centre): (&Grid, &Point),
) -> Overlay {
    let raster = PlaneRaster::over(grid, kind, centre);
    let square = (SQUARE_MM / PIXEL_MM) as usize;
    let (mut checkerboard, mut difference) = (Vec::new(), Vec::new());
    for row in 0..raster.rows {
        for column in 0..raster.columns {
            let position = raster.position(column, row);
            let own = fixed.trilinear(&position);
            let carried = map.transform.apply(&position).and_then(|at| moving.trilinear(&at));
            let is_own = (row / square + column / square).is_multiple_of(2);
            checkerboard.push(if is_own { own } else { carried }.map(gray));
            difference.push(own.zip(carried).map(|(own, carried)| shade(carried - own)));
        }
    }
    Overlay {
        course: course.to_owned(),
        kind,
        position_mm: kind.position(centre),
        columns: raster.columns,
        rows: raster.rows,
        pixel_mm: PIXEL_MM,
        checkerboard,
        difference,
    }
}

fn shade(difference: f64) -> u8 {
    (128.0 + 127.0 * (difference / DIFFERENCE).clamp(-1.0, 1.0)).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_in_the_middle_and_large_differences_at_the_ends() {
        assert_eq!((shade(0.0), shade(900.0), shade(-900.0)), (128, 255, 1));
    }
}

//! The part of a plane that holds the patient.

use assessment::View;

use super::Scene;
use super::raster::LEAST_SHARE;

/// Pixels kept around what is shown.
const MARGIN: f32 = 6.0;

/// A rectangle of pixels: first column and row, and the numbers of columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Crop {
    pub(super) column: usize,
    pub(super) row: usize,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Crop {
    /// The rectangle around the outline of the patient; without one, around all outlines and the coloured dose.
    pub(super) fn of(scene: &Scene<'_>, view: &View) -> Self {
        let is_body = |index: usize| {
            scene.outlined.iter().any(|outlined| outlined.index == index && outlined.number.is_none())
        };
        let mut extent = Extent::nothing();
        for outline in view.outlines.iter().filter(|outline| is_body(outline.structure)) {
            outline.lines.iter().flatten().for_each(|point| extent.include(*point));
        }
        if extent.is_nothing() {
            view.outlines
                .iter()
                .flat_map(|outline| &outline.lines)
                .flatten()
                .for_each(|point| extent.include(*point));
            include_dose(&mut extent, view, scene.highest_gy * LEAST_SHARE);
        }
        extent.within(view.columns, view.rows)
    }

    /// Width in pixels.
    pub(super) fn width(&self) -> f32 {
        self.columns as f32
    }

    /// Height in pixels.
    pub(super) fn height(&self) -> f32 {
        self.rows as f32
    }
}

fn include_dose(extent: &mut Extent, view: &View, least_gy: f32) {
    for (index, dose) in view.dose_gy.iter().enumerate() {
        if *dose >= least_gy && *dose > 0.0 {
            extent.include([(index % view.columns) as f32, (index / view.columns) as f32]);
        }
    }
}

struct Extent {
    low: [f32; 2],
    high: [f32; 2],
}

impl Extent {
    fn nothing() -> Self {
        Self { low: [f32::INFINITY; 2], high: [f32::NEG_INFINITY; 2] }
    }

    fn is_nothing(&self) -> bool {
        self.low[0] > self.high[0]
    }

    fn include(&mut self, point: [f32; 2]) {
        if point.iter().all(|value| value.is_finite()) {
            for axis in 0..2 {
                self.low[axis] = self.low[axis].min(point[axis]);
                self.high[axis] = self.high[axis].max(point[axis]);
            }
        }
    }

    /// The pixels of the extent with a margin; all pixels, when there is nothing to hold.
    fn within(&self, columns: usize, rows: usize) -> Crop {
        if self.is_nothing() {
            return Crop { column: 0, row: 0, columns, rows };
        }
        let first = |axis: usize, n: usize| ((self.low[axis] - MARGIN).max(0.0) as usize).min(n - 1);
        let end = |axis: usize, n: usize| (((self.high[axis] + MARGIN).max(0.0) as usize) + 1).min(n);
        let (column, row) = (first(0, columns), first(1, rows));
        let (last_column, last_row) = (end(0, columns).max(column + 1), end(1, rows).max(row + 1));
        Crop { column, row, columns: last_column - column, rows: last_row - row }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crop_stays_within_the_plane() {
        let mut extent = Extent::nothing();
        assert_eq!(extent.within(30, 20), Crop { column: 0, row: 0, columns: 30, rows: 20 });
        extent.include([10.0, 10.0]);
        extent.include([12.5, 19.0]);
        extent.include([f32::NAN, 0.0]);
        assert_eq!(extent.within(30, 20), Crop { column: 4, row: 4, columns: 15, rows: 16 });
        extent.include([-50.0, 90.0]);
        assert_eq!(extent.within(30, 20), Crop { column: 0, row: 4, columns: 19, rows: 16 });
    }
}

//! Planes through the place of greatest concern: image, dose and outlines, ready to be drawn.

use geometry::{Body, Grid, Point, Raster, Solid, Vector, Volume, isolines};

use crate::structures::Measured;

/// Distance of pixels.
pub(crate) const PIXEL_MM: f64 = 1.0;
/// Hounsfield units shown from black to white.
const WINDOW: [f64; 2] = [-160.0, 240.0];

/// Which way a plane cuts the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaneKind {
    /// Across; seen from the feet, the patient's left on the right of the picture.
    Axial,
    /// From the front, the patient's left on the right of the picture.
    Coronal,
    /// From the left side, the front on the left of the picture.
    Sagittal,
}

impl PlaneKind {
    /// Name for captions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Axial => "Axial",
            Self::Coronal => "Coronal",
            Self::Sagittal => "Sagittal",
        }
    }

    /// Letters at the left, right, top and bottom edges of the picture.
    pub fn edge_letters(self) -> [&'static str; 4] {
        match self {
            Self::Axial => ["R", "L", "A", "P"],
            Self::Coronal => ["R", "L", "H", "F"],
            Self::Sagittal => ["A", "P", "H", "F"],
        }
    }

    /// From its name in lower case.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Axial, Self::Coronal, Self::Sagittal]
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// Where a plane through a point lies: x, y or z.
    pub(crate) fn position(self, through: &Point) -> f64 {
        match self {
            Self::Axial => through.z,
            Self::Coronal => through.y,
            Self::Sagittal => through.x,
        }
    }

    /// Directions of a step to the right and of a step down.
    fn axes(self) -> (Vector, Vector) {
        match self {
            Self::Axial => (Vector::x(), Vector::y()),
            Self::Coronal => (Vector::x(), -Vector::z()),
            Self::Sagittal => (Vector::y(), -Vector::z()),
        }
    }
}

/// The outline of a structure on a plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// Index of the structure in the assessment.
    pub structure: usize,
    /// Lines in pixels `[column, row]`, centres of pixels at whole numbers.
    pub lines: Vec<Vec<[f32; 2]>>,
}

/// A plane.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Which way it cuts.
    pub kind: PlaneKind,
    /// Where: x, y or z of the plane.
    pub position_mm: f64,
    /// Number of columns.
    pub columns: usize,
    /// Number of rows.
    pub rows: usize,
    /// Distance of pixels.
    pub pixel_mm: f64,
    /// Image from black to white; nothing where there is none.
    pub image: Vec<Option<u8>>,
    /// Cumulative EQD2 in gray, nothing outside the dose grid.
    pub dose_gy: Vec<f32>,
    /// Outlines of structures.
    pub outlines: Vec<Outline>,
    /// Isodose lines: level in gray and lines in pixels.
    pub isodoses: Vec<(f32, Vec<Vec<[f32; 2]>>)>,
}

/// What is drawn.
pub(crate) struct Scene<'a> {
    pub image: Option<&'a Volume<f32>>,
    pub dose: &'a Volume<f64>,
    pub structures: &'a [Measured<'a>],
    pub centre: Point,
}

/// Three planes through the centre of the scene.
pub(crate) fn views(scene: &Scene<'_>) -> Vec<View> {
    let highest = scene.dose.values().iter().copied().fold(0.0, f64::max);
    let levels = levels(highest);
    [PlaneKind::Axial, PlaneKind::Coronal, PlaneKind::Sagittal]
        .into_iter()
        .map(|kind| view(scene, kind, &levels))
        .collect()
}

/// Round levels from about a tenth of the maximum upwards.
fn levels(highest: f64) -> Vec<f32> {
    let steps: &[f64] = if highest > 100.0 {
        &[10.0, 20.0, 40.0, 60.0, 80.0, 100.0, 120.0]
    } else if highest > 50.0 {
        &[5.0, 10.0, 20.0, 30.0, 50.0, 70.0, 90.0]
    } else {
        &[2.0, 5.0, 10.0, 20.0, 30.0, 40.0]
    };
    steps.iter().filter(|&&level| level < highest).map(|&level| level as f32).collect()
}

fn view(scene: &Scene<'_>, kind: PlaneKind, levels: &[f32]) -> View {
    let raster = PlaneRaster::over(scene.dose.grid(), kind, &scene.centre);
    let positions = || (0..raster.rows).flat_map(|row| (0..raster.columns).map(move |column| (column, row)));
    let dose_gy: Vec<f32> = positions()
        .map(|(column, row)| scene.dose.trilinear(&raster.position(column, row)).unwrap_or(f64::NAN) as f32)
        .collect();
    let image =
        positions().map(|(column, row)| scene.image?.trilinear(&raster.position(column, row)).map(gray)).collect();
    let outside_is_zero: Vec<f32> = dose_gy.iter().map(|dose| if dose.is_nan() { 0.0 } else { *dose }).collect();
    let lines = |level: f32| isolines(Raster { values: &outside_is_zero, columns: raster.columns }, level);
    let outlines = scene.structures.iter().enumerate().filter_map(|(index, structure)| {
        let lines = outline(structure, &raster);
        (!lines.is_empty()).then_some(Outline { structure: index, lines })
    });
    View {
        kind,
        position_mm: kind.position(&scene.centre),
        columns: raster.columns,
        rows: raster.rows,
        pixel_mm: PIXEL_MM,
        image,
        outlines: outlines.collect(),
        isodoses: levels.iter().map(|&level| (level, lines(level))).collect(),
        dose_gy,
    }
}

/// From black to white.
pub(crate) fn gray(hounsfield: f64) -> u8 {
    (255.0 * ((hounsfield - WINDOW[0]) / (WINDOW[1] - WINDOW[0])).clamp(0.0, 1.0)).round() as u8
}

/// The pixels of a plane.
pub(crate) struct PlaneRaster {
    corner: Point,
    right: Vector,
    down: Vector,
    pub columns: usize,
    pub rows: usize,
}

impl PlaneRaster {
    /// Covers the extent of a grid on a plane through a point.
    pub fn over(grid: &Grid, kind: PlaneKind, through: &Point) -> Self {
        let (right, down) = kind.axes();
        let size = grid.size();
        let corners = (0..8).map(|corner: usize| {
            let at = |axis: usize| if corner >> axis & 1 == 1 { size[axis] - 1 } else { 0 };
            grid.position_mm([at(0), at(1), at(2)])
        });
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for corner in corners {
            let along = [right.dot(&(corner - through)), down.dot(&(corner - through))];
            for axis in 0..2 {
                low[axis] = low[axis].min(along[axis]);
                high[axis] = high[axis].max(along[axis]);
            }
        }
        Self {
            corner: through + right * low[0] + down * low[1],
            right,
            down,
            columns: ((high[0] - low[0]) / PIXEL_MM) as usize + 1,
            rows: ((high[1] - low[1]) / PIXEL_MM) as usize + 1,
        }
    }

    /// Where a pixel lies.
    pub fn position(&self, column: usize, row: usize) -> Point {
        self.between(column as f64, row as f64)
    }

    /// Where a place between the pixels lies.
    pub fn between(&self, column: f64, row: f64) -> Point {
        self.corner + self.right * (column * PIXEL_MM) + self.down * (row * PIXEL_MM)
    }
}

/// The outline of a structure in pixels of a raster: as it was drawn where the plane lies along the contours, else traced on the raster.
pub(crate) fn outline(structure: &Measured<'_>, raster: &PlaneRaster) -> Vec<Vec<[f32; 2]>> {
    let Some(solid) = &structure.solid else { return Vec::new() };
    let along_contours = raster.right.cross(&raster.down).cross(&solid.normal()).norm() < 1e-6;
    if along_contours { drawn_outline(solid, raster) } else { traced_outline(structure, solid, raster) }
}

fn drawn_outline(solid: &Solid, raster: &PlaneRaster) -> Vec<Vec<[f32; 2]>> {
    let pixel = |point: &Point| {
        let from_corner = point - raster.corner;
        [raster.right.dot(&from_corner) / PIXEL_MM, raster.down.dot(&from_corner) / PIXEL_MM]
            .map(|value| value as f32)
    };
    let closed = |points: Vec<Point>| points.iter().chain(points.first()).map(pixel).collect();
    solid.loops_at(&raster.corner).into_iter().map(closed).collect()
}

/// Traces where a structure begins; only the part of the raster near it is looked at.
fn traced_outline(structure: &Measured<'_>, solid: &Solid, raster: &PlaneRaster) -> Vec<Vec<[f32; 2]>> {
    let Some((low, high)) = extent(structure) else { return Vec::new() };
    let reach = |axis: &Vector, n: usize| {
        let ends = [low, high].map(|end| axis.dot(&(end - raster.corner)) / PIXEL_MM);
        let from = (ends[0].min(ends[1]) - 3.0).max(0.0) as usize;
        let to = (ends[0].max(ends[1]) + 4.0).clamp(0.0, n as f64) as usize;
        (from, to)
    };
    let (columns, rows) = (reach(&raster.right, raster.columns), reach(&raster.down, raster.rows));
    if columns.1 <= columns.0 + 1 || rows.1 <= rows.0 + 1 {
        return Vec::new();
    }
    let mask: Vec<f32> = (rows.0..rows.1)
        .flat_map(|row| (columns.0..columns.1).map(move |column| (column, row)))
        .map(|(column, row)| if solid.contains(&raster.position(column, row)) { 1.0 } else { 0.0 })
        .collect();
    let n_columns = columns.1 - columns.0;
    let mut lines = isolines(Raster { values: &softened(&mask, n_columns), columns: n_columns }, 0.5);
    for point in lines.iter_mut().flatten() {
        point[0] += columns.0 as f32;
        point[1] += rows.0 as f32;
    }
    lines
}

/// The box around the samples of a structure.
fn extent(structure: &Measured<'_>) -> Option<(Point, Point)> {
    let positions = structure.samples.as_ref()?.positions_mm();
    let first = *positions.first()?;
    Some(positions.iter().fold((first, first), |(low, high), position| {
        (Point::from(low.coords.inf(&position.coords)), Point::from(high.coords.sup(&position.coords)))
    }))
}

/// Means over three by three pixels, so that the traced line does not follow the steps of the raster.
pub(crate) fn softened(mask: &[f32], columns: usize) -> Vec<f32> {
    let rows = mask.len() / columns;
    let around = |index: usize, n: usize| index.saturating_sub(1)..(index + 2).min(n);
    let mean = |row: usize, column: usize| {
        let (mut sum, mut n) = (0.0, 0.0);
        for row in around(row, rows) {
            for column in around(column, columns) {
                sum += mask[row * columns + column];
                n += 1.0;
            }
        }
        sum / n
    };
    (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (row, column)))
        .map(|(row, column)| mean(row, column))
        .collect()
}

//! A body grown by a margin.

use rayon::prelude::*;

use crate::body::{Body, BodySlab};
use crate::lattice::Lattice;
use crate::solid::positive_stretches;
use crate::squared_depth::signed_distance;
use crate::{Point, Polygon, Raster, Solid, Vector, isolines};

/// Layers to a margin, along the normal.
const LAYERS_TO_A_MARGIN: f64 = 8.0;
/// Steps of the lattice to a margin.
const STEPS_TO_A_MARGIN: f64 = 6.0;
/// Largest margin.
pub const LARGEST_MARGIN_MM: f64 = 100.0;
/// Limits of both distances.
const STEP_MM: [f64; 2] = [0.25, 1.0];

/// Everything within a distance of a solid, as a planning organ at risk volume (PRV) is drawn.
///
/// At a height `h` the grown body is where `m − √(d² + (h − h')²)` is positive for some height `h'` of the solid, with
/// `d` the distance to its section there (zero inside) and `m` the margin.
#[derive(Clone, Debug)]
pub struct Margin {
    axes: [Vector; 3],
    lattice: Lattice,
    first_mm: f64,
    layer_mm: f64,
    layers: Vec<Vec<f32>>,
}

impl Margin {
    /// Grows a solid by a margin in all directions; nothing for a margin that is not positive or larger than
    /// [`LARGEST_MARGIN_MM`].
    pub fn new(solid: &Solid, margin_mm: f64) -> Option<Self> {
        let slabs = solid.slabs();
        let (low, high) = (slabs.first()?.from_mm, slabs.last()?.to_mm);
        if !(margin_mm > 0.0 && margin_mm <= LARGEST_MARGIN_MM) {
            return None;
        }
        let layer_mm = (margin_mm / LAYERS_TO_A_MARGIN).clamp(STEP_MM[0], STEP_MM[1]);
        let step_mm = (margin_mm / STEPS_TO_A_MARGIN).clamp(STEP_MM[0], STEP_MM[1]);
        let (corner, opposite) = solid.bounds_in_plane();
        let lattice = Lattice::covering(corner, opposite, step_mm, margin_mm + 2.0 * step_mm);
        let sections = sections(solid, &lattice, [low, high], layer_mm);
        let first_mm = low - margin_mm - layer_mm;
        let n_layers = ((high - low + 2.0 * (margin_mm + layer_mm)) / layer_mm).ceil() as usize + 1;
        let height = |layer: usize| first_mm + layer as f64 * layer_mm;
        let layers =
            (0..n_layers).into_par_iter().map(|layer| grown(&sections, height(layer), margin_mm, lattice.len()));
        let layers = layers.collect();
        Some(Self { axes: solid.axes(), lattice, first_mm, layer_mm, layers })
    }
}

/// Heights through a solid, each with the distance to its outline there.
fn sections(solid: &Solid, lattice: &Lattice, [low, high]: [f64; 2], layer_mm: f64) -> Vec<(f64, Vec<f32>)> {
    let n = ((high - low) / layer_mm).ceil().max(1.0);
    let mut heights: Vec<f64> = (0..=n as usize).map(|index| low + index as f64 / n * (high - low)).collect();
    // The ends themselves belong to no slab; a hair inside they do.
    heights[0] += 1e-6;
    if let Some(last) = heights.last_mut() {
        *last -= 1e-6;
    }
    let section = |height: f64| {
        let polygon = solid.section(height);
        (!polygon.loops().is_empty()).then(|| (height, signed_distance(&polygon, lattice)))
    };
    heights.into_iter().filter_map(section).collect()
}

fn grown(sections: &[(f64, Vec<f32>)], height: f64, margin_mm: f64, n: usize) -> Vec<f32> {
    let mut deepest = vec![-margin_mm as f32; n];
    for (at, distances) in sections {
        let vertical = ((height - at) * (height - at)) as f32;
        // A section further away than the margin and a layer, across which the surface is interpolated, touches nothing.
        if vertical > ((margin_mm + STEP_MM[1]) * (margin_mm + STEP_MM[1])) as f32 {
            continue;
        }
        for (deepest, distance) in deepest.iter_mut().zip(distances) {
            let beside = (-distance).max(0.0);
            *deepest = deepest.max(margin_mm as f32 - (beside * beside + vertical).sqrt());
        }
    }
    deepest
}

impl Body for Margin {
    fn axes(&self) -> [Vector; 3] {
        self.axes
    }

    fn slabs(&self) -> Vec<BodySlab> {
        let top = self.first_mm + (self.layers.len() - 1) as f64 * self.layer_mm;
        vec![BodySlab { from_mm: self.first_mm, to_mm: top, volume_mm3: None }]
    }

    fn rows_mm(&self) -> [f64; 2] {
        [self.lattice.row_mm(0), self.lattice.row_mm(self.lattice.n_rows - 1)]
    }

    fn stretches(&self, height_mm: f64, row_mm: f64, stretches: &mut Vec<[f64; 2]>) {
        stretches.clear();
        let index = (height_mm - self.first_mm) / self.layer_mm;
        let Some((row, across)) = self.lattice.row_at(row_mm) else { return };
        if !(index >= 0.0 && index <= (self.layers.len() - 1) as f64) {
            return;
        }
        let lower = (index as usize).min(self.layers.len() - 2);
        let upwards = (index - lower as f64) as f32;
        let n_columns = self.lattice.n_columns;
        let at = |layer: usize, column: usize| {
            let offset = row * n_columns + column;
            let (low, high) = (self.layers[layer][offset], self.layers[layer][offset + n_columns]);
            low + across * (high - low)
        };
        let values: Vec<f32> = (0..n_columns)
            .map(|column| {
                let low = at(lower, column);
                low + upwards * (at(lower + 1, column) - low)
            })
            .collect();
        positive_stretches(&values, self.lattice.origin_mm[0], self.lattice.step_mm, stretches);
    }

    fn surface_points(&self, _: f64) -> Vec<Point> {
        let on_layer = |(layer, values): (usize, &Vec<f32>)| {
            let height = self.first_mm + layer as f64 * self.layer_mm;
            let in_space =
                move |[u, v]: [f64; 2]| Point::from(self.axes[0] * u + self.axes[1] * v + self.axes[2] * height);
            outline(values, &self.lattice).into_iter().flatten().map(in_space).collect::<Vec<_>>()
        };
        self.layers.iter().enumerate().flat_map(on_layer).collect()
    }

    fn inner_point(&self, _: &BodySlab) -> Option<Point> {
        None
    }
}

/// The lines on which a field changes its sign, in plane coordinates.
pub(crate) fn outline(values: &[f32], lattice: &Lattice) -> Vec<Vec<[f64; 2]>> {
    let in_plane = |[column, row]: [f32; 2]| {
        [0, 1].map(|axis| lattice.origin_mm[axis] + f64::from([column, row][axis]) * lattice.step_mm)
    };
    let lines = isolines(Raster { values, columns: lattice.n_columns }, 0.0);
    lines.into_iter().map(|line| line.into_iter().map(in_plane).collect()).collect()
}

/// The closed lines of a field as a polygon.
pub(crate) fn outlined(values: &[f32], lattice: &Lattice) -> Polygon {
    let mut polygon = Polygon::default();
    for mut line in outline(values, lattice) {
        line.pop();
        if line.len() >= 3 {
            polygon.push(line);
        }
    }
    polygon
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Contour, SolidOptions, body::samples};

    fn ball(radius: f64) -> Solid {
        let contours: Vec<Contour> = (-4..=4)
            .filter_map(|index| {
                let z = f64::from(index) * 2.0;
                let r = (radius * radius - z * z).max(0.0).sqrt();
                let corner = |n: i32| {
                    let angle = f64::from(n) / 120.0 * std::f64::consts::TAU;
                    Point::new(r * angle.cos(), r * angle.sin(), z)
                };
                Contour::new((0..120).map(corner).collect()).ok()
            })
            .collect();
        Solid::from_contours(&contours, SolidOptions::default()).unwrap()
    }

    #[test]
    fn a_ball_grows_to_a_ball() {
        let solid = ball(7.0);
        let grown = Margin::new(&solid, 3.0).unwrap();
        let expected = 4.0 / 3.0 * std::f64::consts::PI * 1000.0 / 1000.0;
        let volume = samples(&grown, 0.4).volume_cc();
        assert!((volume / expected - 1.0).abs() < 0.02, "{volume} {expected}");
        assert!(grown.contains(&Point::new(0.0, 0.0, 9.8)));
        assert!(!grown.contains(&Point::new(0.0, 0.0, 10.3)));
        assert!(grown.contains(&Point::new(0.0, 7.0, 6.9)));
        assert!(!grown.contains(&Point::new(0.0, 7.3, 7.3)));
        assert!(Margin::new(&solid, 0.0).is_none());
    }
}

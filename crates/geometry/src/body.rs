//! What can be sampled: a body that tells where it is along any line.

use crate::solid::CUBIC_MM_PER_CC;
use crate::{Point, Samples, Vector};

/// A part of a body between two heights, sampled by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodySlab {
    /// Where it begins along the third axis.
    pub from_mm: f64,
    /// Where it ends.
    pub to_mm: f64,
    /// Its volume, where it is known better than by sampling.
    pub volume_mm3: Option<f64>,
}

/// A body in axes of its own: columns, rows and height.
pub trait Body: Send + Sync {
    /// Unit vectors of columns, rows and height.
    fn axes(&self) -> [Vector; 3];

    /// Its parts in increasing height.
    fn slabs(&self) -> Vec<BodySlab>;

    /// Lowest and highest row.
    fn rows_mm(&self) -> [f64; 2];

    /// The stretches of the line at a height and a row that lie inside, in increasing order.
    fn stretches(&self, height_mm: f64, row_mm: f64, stretches: &mut Vec<[f64; 2]>);

    /// Whether a position lies inside.
    fn contains(&self, position_mm: &Point) -> bool {
        let [u, v, height] = self.axes().map(|axis| axis.dot(&position_mm.coords));
        let mut stretches = Vec::new();
        self.stretches(height, v, &mut stretches);
        stretches.iter().any(|[from, to]| *from <= u && u < *to)
    }

    /// Points of the surface, for the extremes that points inside come close to and never reach.
    fn surface_points(&self, step_mm: f64) -> Vec<Point>;

    /// Some point of a slab that is too thin for any sample.
    fn inner_point(&self, slab: &BodySlab) -> Option<Point>;
}

/// Points inside a body, about `step_mm` apart, each the middle of its box.
///
/// The body is cut into layers and rows of less than `step_mm`; along a row the boxes divide the exact stretch between
/// the walls evenly, so that no box reaches beyond them. Slabs that are thinner than a layer are taken together. The
/// rows of each layer stand displaced against those of the others, lest a wall that is the same in all layers, as that
/// of a cylinder, fall between two rows everywhere.
pub fn samples(body: &dyn Body, step_mm: f64) -> Samples {
    let mut sampling =
        Sampling { body, n_layers: 0, samples: Samples { axes: body.axes(), ..Samples::default() } };
    for slab in merged(&body.slabs(), step_mm * ACROSS) {
        sampling.sample_slab(&slab, step_mm);
    }
    let mut samples = sampling.samples;
    if !samples.is_empty() {
        samples.positions_mm.extend(body.surface_points(step_mm));
        samples.volumes_cc.resize(samples.positions_mm.len(), 0.0);
        samples.edges_mm.resize(samples.positions_mm.len(), [0.0; 3]);
    }
    samples
}

/// Rows and layers stand closer than the points along a row, whose ends are exact.
const ACROSS: f64 = 0.8;
/// How often the step is halved for a slab that no sample hits.
const FINER_TRIES: usize = 3;
/// Fractions of the multiples of the golden ratio fill the range from 0 to 1 most evenly.
const GOLDEN: f64 = 0.618_033_988_749_895;
/// Samples lie a hair beside the middle of their boxes: planes of voxels often pass exactly there, and on them the slope
/// of the dose is that of the one or the other side by the last bit.
const MIDDLE: f64 = 0.500_1;
/// Rows of neighbouring layers interlock, so the box of a sample bridges but a part of the distance of the rows.
const INTERLOCKED: f64 = 0.5;
/// Slabs that are closer than this touch each other.
const TOUCHING_MM: f64 = 1e-6;

/// Joins slabs that touch each other until they are at least as thick as a layer.
fn merged(slabs: &[BodySlab], layer_mm: f64) -> Vec<BodySlab> {
    let mut merged: Vec<BodySlab> = Vec::with_capacity(slabs.len());
    for slab in slabs {
        match merged.last_mut() {
            Some(last) if last.to_mm - last.from_mm < layer_mm && slab.from_mm - last.to_mm < TOUCHING_MM => {
                last.to_mm = slab.to_mm;
                last.volume_mm3 = last.volume_mm3.zip(slab.volume_mm3).map(|(a, b)| a + b);
            }
            _ => merged.push(*slab),
        }
    }
    merged
}

struct Sampling<'a> {
    body: &'a dyn Body,
    n_layers: usize,
    samples: Samples,
}

impl Sampling<'_> {
    fn sample_slab(&mut self, slab: &BodySlab, step_mm: f64) {
        let first = self.samples.len();
        let mut step_mm = step_mm;
        for _ in 0..FINER_TRIES {
            self.sample_layers(slab, step_mm);
            // A slab of less volume than one sample stands for is not worth a search.
            if self.samples.len() > first || slab.volume_mm3.is_none_or(|volume| volume < step_mm.powi(3)) {
                break;
            }
            step_mm /= 2.0;
        }
        let Some(volume_mm3) = slab.volume_mm3 else { return };
        if self.samples.len() == first
            && volume_mm3 > 0.0
            && let Some(position) = self.body.inner_point(slab)
        {
            self.samples.push(position, 1.0, [0.0; 3]);
        }
        let volumes = &mut self.samples.volumes_cc[first..];
        let sampled: f64 = volumes.iter().sum();
        let scale = if sampled > 0.0 { volume_mm3 / CUBIC_MM_PER_CC / sampled } else { 0.0 };
        volumes.iter_mut().for_each(|volume| *volume *= scale);
    }

    fn sample_layers(&mut self, slab: &BodySlab, step_mm: f64) {
        let [column_axis, row_axis, height_axis] = self.body.axes();
        let [low, high] = self.body.rows_mm();
        let thickness = slab.to_mm - slab.from_mm;
        let (across_mm, along_mm) = (step_mm * ACROSS, step_mm / ACROSS / ACROSS);
        let n_layers = (thickness / across_mm).ceil().max(1.0);
        let n_rows = ((high - low) / across_mm).ceil().max(1.0);
        let (layer_mm, row_mm) = (thickness / n_layers, (high - low) / n_rows);
        let mut stretches = Vec::new();
        for layer in 0..n_layers as usize {
            let height = slab.from_mm + (layer as f64 + MIDDLE) * layer_mm;
            let displaced = (self.n_layers as f64 * GOLDEN).fract();
            self.n_layers += 1;
            for row in 0..=n_rows as usize {
                let v = low + (row as f64 + MIDDLE - 1.0 + displaced) * row_mm;
                self.body.stretches(height, v, &mut stretches);
                let start = row_axis * v + height_axis * height;
                for [from, to] in &stretches {
                    let n_points = ((to - from) / along_mm).ceil().max(1.0);
                    let width = (to - from) / n_points;
                    let volume_cc = width * row_mm * layer_mm / CUBIC_MM_PER_CC;
                    for point in 0..n_points as usize {
                        let u = from + (point as f64 + MIDDLE) * width;
                        let position = Point::from(start + column_axis * u);
                        self.samples.push(position, volume_cc, [width, row_mm * INTERLOCKED, layer_mm]);
                    }
                }
            }
        }
    }
}

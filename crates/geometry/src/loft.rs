//! The body between neighbouring cuts, and how it ends.
//!
//! Every cut is a field of [squared depth](crate::squared_depth) on one lattice; between two cuts the field is a
//! parabola along the normal at every lattice point, and the body is where it is positive.

use std::sync::Arc;

use rayon::prelude::*;

use crate::Polygon;
use crate::lattice::Lattice;
use crate::solid::{EndCap, Shape};
use crate::squared_depth::{Known, squared_depth};

/// The second derivative of the squared depth of a ball along any direction.
const CURVATURE_OF_A_BALL: f32 = -2.0;
/// Lattice steps across a square of the median area of the cuts.
const STEPS_ACROSS: f64 = 28.0;
/// Lattice steps across the wall of a hollow body.
const STEPS_ACROSS_A_WALL: f64 = 4.0;
/// Most points of the lattices of all cuts together, which need four bytes each.
const MOST_POINTS: f64 = 3e7;
/// Limits of the lattice step.
const LATTICE_STEP_MM: [f64; 2] = [0.02, 2.0];
/// An area that the lattice misses by more than this is too small for it.
const LARGEST_CORRECTION: f64 = 0.05;
/// Cuts closer than this share of a step of the lattice show the surface themselves.
const DENSE: f64 = 0.5;
/// Layers by which the area of an end is integrated; it may close anywhere, so equal layers are used.
const LAYERS_OF_AN_END: usize = 16;

/// Neighbouring cuts without a gap among them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Loft {
    pub slabs: Vec<Slab>,
    planes: Arc<Planes>,
    shape: Shape,
}

/// The cuts themselves, the same however they are joined.
#[derive(Debug, PartialEq)]
struct Planes {
    lattice: Lattice,
    offsets_mm: Vec<f64>,
    /// Squared depth of every cut on the lattice.
    fields: Vec<Vec<f32>>,
    /// Exact area of every cut, and its area on the lattice.
    areas_mm2: Vec<[f64; 2]>,
    /// Highest value of every field.
    deepest_mm2: Vec<f32>,
}

/// A part of a loft in which the field follows one formula.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slab {
    pub from_mm: f64,
    pub to_mm: f64,
    pub volume_mm3: f64,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// Between this cut and the next one.
    Between(usize),
    /// Beyond the first or the last cut.
    End(End),
}

/// How the body ends beyond a cut.
#[derive(Clone, Copy, Debug, PartialEq)]
struct End {
    cut: usize,
    /// Plus one beyond the last cut, minus one beyond the first.
    direction: f64,
    /// Distance to the plane at which nothing was drawn any more.
    reach_mm: f64,
    /// 1: a straight wall to half the reach; 0: the body closes as its cuts foretell.
    straightness: f64,
}

impl Loft {
    /// `reach_mm` is how far beyond the first and the last cut the next plane is (or would be).
    pub fn new(cuts: &[(f64, &Polygon, f64)], reach_mm: [f64; 2], shape: Shape) -> Self {
        let lattice = lattice_over(cuts, reach_mm[0].max(reach_mm[1]));
        let known = |cut: usize| {
            let gap = |low: usize, high: usize| cuts[high].0 - cuts[low].0;
            let next = if cut + 1 < cuts.len() { gap(cut, cut + 1) } else { f64::INFINITY };
            let before = if cut > 0 { gap(cut - 1, cut) } else { f64::INFINITY };
            if next.max(before) < DENSE * lattice.step_mm { Known::Beside } else { Known::Everywhere }
        };
        let field = |(index, cut): (usize, &(f64, &Polygon, f64))| squared_depth(cut.1, &lattice, known(index));
        let levelled = |(index, cut): (usize, &(f64, &Polygon, f64))| {
            let mut values = field((index, cut));
            level(&mut values, cut.2, &lattice);
            values
        };
        let fields: Vec<Vec<f32>> = cuts.par_iter().enumerate().map(levelled).collect();
        let offsets_mm = cuts.iter().map(|(offset, _, _)| *offset).collect();
        let pairs = cuts.iter().zip(&fields);
        let areas_mm2 = pairs.map(|((_, _, exact), field)| [*exact, lattice.positive_area_mm2(field)]).collect();
        let deepest_mm2 = fields.iter().map(|field| field.iter().copied().fold(0.0, f32::max)).collect();
        let planes = Arc::new(Planes { lattice, offsets_mm, fields, areas_mm2, deepest_mm2 });
        let mut loft = Self { slabs: Vec::new(), planes, shape };
        loft.slabs = loft.built_slabs(reach_mm, |slab| loft.volume_of(slab));
        loft
    }

    /// The same cuts joined and ended in another way.
    pub fn reshaped(&self, reach_mm: [f64; 2], shape: Shape) -> Self {
        let mut loft = Self { slabs: Vec::new(), planes: Arc::clone(&self.planes), shape };
        let is_same = |slab: &Slab| {
            matches!(slab.part, Part::Between(_)) && shape.joins_as(self.shape, self.planes.fields.len())
        };
        let known = |slab: &Slab| {
            let same = self.slabs.iter().filter(|_| is_same(slab)).find(|other| other.part == slab.part);
            same.map_or_else(|| loft.volume_of(slab), |same| same.volume_mm3)
        };
        loft.slabs = loft.built_slabs(reach_mm, known);
        loft
    }

    /// The lattice on which the body is known.
    pub fn lattice(&self) -> &Lattice {
        &self.planes.lattice
    }

    fn built_slabs(&self, reach_mm: [f64; 2], volume_of: impl Fn(&Slab) -> f64) -> Vec<Slab> {
        let last = self.planes.fields.len() - 1;
        let below = End { cut: 0, direction: -1.0, reach_mm: reach_mm[0], straightness: 1.0 };
        let above = End { cut: last, direction: 1.0, reach_mm: reach_mm[1], straightness: 1.0 };
        let mut slabs: Vec<Slab> = self.end_slab(below).into_iter().collect();
        for cut in 0..last {
            let (from_mm, to_mm) = (self.planes.offsets_mm[cut], self.planes.offsets_mm[cut + 1]);
            slabs.push(Slab { from_mm, to_mm, volume_mm3: 0.0, part: Part::Between(cut) });
        }
        slabs.extend(self.end_slab(above));
        for slab in &mut slabs {
            slab.volume_mm3 = volume_of(slab);
        }
        slabs
    }

    fn end_slab(&self, mut end: End) -> Option<Slab> {
        end.straightness = match self.shape.end_cap {
            EndCap::None => return None,
            EndCap::HalfSlice => 1.0,
            // A body that would still be half open where nothing is drawn any more must have ended abruptly.
            EndCap::Rounded => (2.0 * self.openness(end)).min(1.0),
        };
        let height = end.reach_mm * (1.0 - end.straightness / 2.0);
        if height <= 0.0 {
            return None;
        }
        let plane = self.planes.offsets_mm[end.cut];
        let tip = plane + end.direction * height;
        let (from_mm, to_mm) = (plane.min(tip), plane.max(tip));
        Some(Slab { from_mm, to_mm, volume_mm3: 0.0, part: Part::End(end) })
    }

    /// The share of the outermost cut that would still be inside at the next plane.
    fn openness(&self, end: End) -> f64 {
        let trend = End { straightness: 0.0, ..end };
        let mut beyond = vec![0.0; self.planes.lattice.len()];
        let n_columns = self.planes.lattice.n_columns;
        for (row, values) in beyond.chunks_exact_mut(n_columns).enumerate() {
            self.fill_end_row(trend, end.reach_mm, row, values);
        }
        let area = self.planes.lattice.positive_area_mm2(&self.planes.fields[end.cut]);
        if area > 0.0 { self.planes.lattice.positive_area_mm2(&beyond) / area } else { 0.0 }
    }

    /// Values of the field at a height of a slab on one row of the lattice.
    pub fn fill_row(&self, slab: &Slab, height_mm: f64, row: usize, values: &mut [f32]) {
        match slab.part {
            Part::Between(cut) => self.fill_row_between(cut, height_mm, row, values),
            Part::End(end) => {
                let outwards = (height_mm - self.planes.offsets_mm[end.cut]) * end.direction;
                self.fill_end_row(end, outwards, row, values);
            }
        }
    }

    fn fill_row_between(&self, cut: usize, height_mm: f64, row: usize, values: &mut [f32]) {
        let distance = self.planes.offsets_mm[cut + 1] - self.planes.offsets_mm[cut];
        let t = ((height_mm - self.planes.offsets_mm[cut]) / distance) as f32;
        let (weights, constant) = self.bend(cut, distance);
        let rows: [&[f32]; 4] = std::array::from_fn(|index| {
            let neighbour = (cut + index).saturating_sub(1).min(self.planes.fields.len() - 1);
            self.row_of(neighbour, row)
        });
        let bulge = 4.0 * t * (1.0 - t);
        let constant = constant.min(self.deepest_mm2(cut));
        let allowance = (distance * distance / 2.0) as f32;
        let [before, low, high, after] = rows;
        let neighbours = before.iter().zip(low).zip(high.iter().zip(after));
        for (value, ((before, low), (high, after))) in values.iter_mut().zip(neighbours) {
            let around = weights[0] * before + weights[1] * low + weights[2] * high + weights[3] * after;
            // A parabola that bends no more than a quarter of the step keeps its order between the two cuts.
            let bound = (high - low).abs() / 4.0 + allowance;
            let bend = (around + constant).min(bound).max(-bound);
            *value = low + t * (high - low) + bulge * bend;
        }
    }

    /// The squared inradius of the larger one of two cuts: two cuts further apart than the ball that they could belong to is
    /// wide say little of what lies between them.
    fn deepest_mm2(&self, cut: usize) -> f32 {
        self.planes.deepest_mm2[cut].max(self.planes.deepest_mm2[cut + 1])
    }

    /// Weights of four cuts (the one before, the two around, the one after) in the height of the parabola above
    /// the straight line half-way: minus the mean second derivative times an eighth of the squared distance.
    fn bend(&self, cut: usize, distance: f64) -> ([f32; 4], f32) {
        let mut weights = [0.0; 4];
        if self.shape.straight {
            return ([0.0; 4], 0.0);
        }
        let mut n_known = 0.0;
        if cut > 0 {
            n_known += 1.0;
            let second = self.second_derivative(cut);
            (0..3).for_each(|index| weights[index] += second[index]);
        }
        if cut + 2 < self.planes.fields.len() {
            n_known += 1.0;
            let second = self.second_derivative(cut + 1);
            (0..3).for_each(|index| weights[index + 1] += second[index]);
        }
        let scale = -distance * distance / 8.0;
        if n_known == 0.0 {
            let rounded = self.shape.end_cap == EndCap::Rounded;
            let curvature = if rounded { f64::from(CURVATURE_OF_A_BALL) } else { 0.0 };
            return ([0.0; 4], (scale * curvature) as f32);
        }
        (weights.map(|weight| (scale * weight / n_known) as f32), 0.0)
    }

    /// Weights of the cuts before, at and after an inner cut in the second derivative of the field there.
    fn second_derivative(&self, cut: usize) -> [f64; 3] {
        let before = self.planes.offsets_mm[cut] - self.planes.offsets_mm[cut - 1];
        let after = self.planes.offsets_mm[cut + 1] - self.planes.offsets_mm[cut];
        let sum = before + after;
        [2.0 / (before * sum), -2.0 / (before * after), 2.0 / (after * sum)]
    }

    /// The field beyond an end: the parabola of the last cuts, stretched by how abruptly the body ends.
    fn fill_end_row(&self, end: End, outwards_mm: f64, row: usize, values: &mut [f32]) {
        let here = self.row_of(end.cut, row);
        let straight_mm = end.straightness * end.reach_mm / 2.0;
        if outwards_mm <= straight_mm || end.straightness >= 1.0 {
            values.copy_from_slice(here);
            return;
        }
        let s = ((outwards_mm - straight_mm) / (1.0 - end.straightness)) as f32;
        let n_cuts = self.planes.fields.len();
        let inner = |n: usize| if end.direction > 0.0 { end.cut - n } else { n };
        if n_cuts == 1 {
            for (value, here) in values.iter_mut().zip(here) {
                *value = here + CURVATURE_OF_A_BALL / 2.0 * s * s;
            }
            return;
        }
        let distance = (self.planes.offsets_mm[inner(1)] - self.planes.offsets_mm[end.cut]).abs() as f32;
        let next = self.row_of(inner(1), row);
        let (far, weights) = if n_cuts > 2 {
            let [a, b, c] = self.second_derivative(inner(1)).map(|weight| weight as f32);
            // The outermost of the three cuts comes last where the body ends upwards, else first.
            let weights = if end.direction > 0.0 { [c, b, a] } else { [a, b, c] };
            (self.row_of(inner(2), row), weights)
        } else {
            (next, [0.0; 3])
        };
        let lowest = CURVATURE_OF_A_BALL;
        let highest = if n_cuts > 2 { 0.0 } else { lowest };
        for (value, ((here, next), far)) in values.iter_mut().zip(here.iter().zip(next).zip(far)) {
            let second = weights[0] * here + weights[1] * next + weights[2] * far;
            let curvature = second.max(lowest).min(highest);
            let slope = (here - next) / distance + curvature * distance / 2.0;
            *value = (here + s * (slope + curvature / 2.0 * s)).min(*here);
        }
    }

    fn row_of(&self, cut: usize, row: usize) -> &[f32] {
        let n_columns = self.planes.lattice.n_columns;
        &self.planes.fields[cut][row * n_columns..(row + 1) * n_columns]
    }

    fn volume_of(&self, slab: &Slab) -> f64 {
        let thickness = slab.to_mm - slab.from_mm;
        let mut values = vec![0.0; self.planes.lattice.len()];
        let mut area = |fraction: f64| {
            let height = slab.from_mm + fraction * thickness;
            for (row, values) in values.chunks_exact_mut(self.planes.lattice.n_columns).enumerate() {
                self.fill_row(slab, height, row, values);
            }
            self.planes.lattice.positive_area_mm2(&values)
        };
        match slab.part {
            // Simpson's rule; the areas of the two cuts are exact, and the one half-way is as far off as theirs are.
            Part::Between(cut) => {
                let [low, high] = [cut, cut + 1].map(|cut| self.planes.areas_mm2[cut][0]);
                (low + 4.0 * self.correction(&[cut, cut + 1]) * area(0.5) + high) / 6.0 * thickness
            }
            Part::End(end) if end.straightness >= 1.0 => self.planes.areas_mm2[end.cut][0] * thickness,
            Part::End(end) => {
                let at = |layer: usize| (layer as f64 + 0.5) / LAYERS_OF_AN_END as f64;
                let sum = (0..LAYERS_OF_AN_END).map(|layer| area(at(layer))).sum::<f64>();
                sum / LAYERS_OF_AN_END as f64 * self.correction(&[end.cut]) * thickness
            }
        }
    }

    /// The exact areas of cuts over those on the lattice; one where the lattice sees nothing of them.
    fn correction(&self, cuts: &[usize]) -> f64 {
        let [exact, measured] =
            [0, 1].map(|which| cuts.iter().map(|cut| self.planes.areas_mm2[*cut][which]).sum::<f64>());
        if measured > 0.0 { exact / measured } else { 1.0 }
    }
}

fn lattice_over(cuts: &[(f64, &Polygon, f64)], reach_mm: f64) -> Lattice {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let across = median(cuts.iter().map(|(_, _, area)| area.sqrt() / STEPS_ACROSS).collect());
    // Of a wall or a rim, twice the area over the length of its outlines is the width.
    let width = |(_, polygon, area): &(f64, &Polygon, f64)| 2.0 * area / polygon.perimeter_mm();
    let walls = median(cuts.iter().map(|cut| width(cut) / STEPS_ACROSS_A_WALL).collect());
    let bounds = cuts.iter().filter_map(|(_, polygon, _)| polygon.bounds());
    let (low, high) = bounds
        .reduce(|(low, high), (other_low, other_high)| {
            let pick = |a: [f64; 2], b: [f64; 2], by: fn(f64, f64) -> f64| [by(a[0], b[0]), by(a[1], b[1])];
            (pick(low, other_low, f64::min), pick(high, other_high, f64::max))
        })
        .unwrap_or_default();
    let widest = cuts.windows(2).map(|pair| pair[1].0 - pair[0].0).fold(reach_mm, f64::max);
    // A body may bulge beyond two cuts by no more than one of no extent would: the squared depth grows by half the squared
    // distance.
    let bulge_mm = widest / std::f64::consts::SQRT_2;
    let area = (high[0] - low[0] + 2.0 * bulge_mm) * (high[1] - low[1] + 2.0 * bulge_mm);
    let finest = (area * cuts.len() as f64 / MOST_POINTS).sqrt();
    let step_mm = across.min(walls).clamp(LATTICE_STEP_MM[0], LATTICE_STEP_MM[1]).max(finest);
    Lattice::covering(low, high, step_mm, 2.0 * step_mm + bulge_mm)
}

/// Raises a field so that the area on which it is positive is the exact one.
///
/// Straight lines between the points of the lattice lie below a field that is arched like a ball, by about the same
/// everywhere, so the surface would stand a little inside.
fn level(field: &mut [f32], exact_mm2: f64, lattice: &Lattice) {
    let probe = (lattice.step_mm * lattice.step_mm / 6.0) as f32;
    let measured = lattice.positive_area_mm2(field);
    if (measured - exact_mm2).abs() >= LARGEST_CORRECTION * exact_mm2 {
        return;
    }
    field.iter_mut().for_each(|value| *value += probe);
    let gained = lattice.positive_area_mm2(field) - measured;
    let needed = if gained > 0.0 { ((exact_mm2 - measured) / gained).clamp(-2.0, 2.0) } else { 0.0 };
    let rest = (needed as f32 - 1.0) * probe;
    field.iter_mut().for_each(|value| *value += rest);
}

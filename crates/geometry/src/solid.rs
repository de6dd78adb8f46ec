//! A solid body built from the contours of its parallel cuts.

use crate::body::{Body, BodySlab};
use crate::loft::{Loft, Slab};
use crate::polygon::Polygon;
use crate::{Contour, Point, Samples, Vector};

/// Contours whose planes are this close belong to one cut.
const SAME_PLANE_MM: f64 = 0.05;
/// Contours whose normals differ by more than this are not parallel (about 0.6°).
const PARALLEL_TOLERANCE: f64 = 1e-2;
/// Two cuts further apart than this multiple of the usual distance leave a gap between them (H27).
const GAP_FACTOR: f64 = 1.5;
/// Cosine of the turn at which a corner is kept where an outline is thinned out (20°).
const TURN: f64 = 0.94;
/// Contours further apart than this many slices of the image are not taken to belong together.
const MOST_SLICES_APART: f64 = 3.5;
pub(crate) const CUBIC_MM_PER_CC: f64 = 1000.0;

/// How far a solid reaches beyond its first and its last cut (H30).
///
/// A body ends somewhere between the last plane on which it was drawn and the next one, on which it was not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndCap {
    /// It ends at the plane of the cut.
    None,
    /// A straight wall up to half the distance of the cuts, the convention of many planning systems.
    HalfSlice,
    /// The body closes as its last cuts foretell, like a ball, a cone or an egg; where they foretell nothing, as at
    /// the end of a cylinder, it ends as [`EndCap::HalfSlice`]. So the volume is kept in both cases.
    #[default]
    Rounded,
}

impl EndCap {
    /// All rules with their names.
    pub const NAMED: [(&'static str, Self); 3] =
        [("none", Self::None), ("half-slice", Self::HalfSlice), ("rounded", Self::Rounded)];

    /// The name of the rule.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, rule)| *rule == self).map_or("", |(name, _)| name)
    }
}

/// What becomes of a stretch on which contours are missing (H27).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GapRule {
    /// The body ends on both sides of the gap.
    #[default]
    Leave,
    /// The body goes on through the gap.
    Interpolate,
}

/// How contours become a solid.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SolidOptions {
    /// How it ends.
    pub end_cap: EndCap,
    /// What becomes of gaps.
    pub gaps: GapRule,
    /// Distance of the image planes, which a single cut cannot tell, and by which contours stand too far apart.
    pub slice_thickness_mm: Option<f64>,
}

/// How cuts are joined and ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    pub end_cap: EndCap,
    /// Straight lines instead of parabolas from cut to cut.
    pub straight: bool,
}

impl Shape {
    /// Whether the body between the cuts is the same; two cuts alone bulge as their ends do.
    pub fn joins_as(self, other: Self, n_cuts: usize) -> bool {
        let same_ends = (self.end_cap == EndCap::Rounded) == (other.end_cap == EndCap::Rounded);
        self.straight == other.straight && (n_cuts > 2 || same_ends)
    }
}

/// A body whose surface runs smoothly through its contours.
#[derive(Clone, Debug, PartialEq)]
pub struct Solid {
    normal: Vector,
    axes: (Vector, Vector),
    cuts: Vec<Cut>,
    n_cancelled: usize,
    usual_distance_mm: f64,
    options: SolidOptions,
    runs: Vec<Run>,
}

#[derive(Clone, Debug, PartialEq)]
struct Cut {
    offset_mm: f64,
    polygon: Polygon,
    area_mm2: f64,
}

/// Cuts `first..=last` without a gap among them, and the body they make.
#[derive(Clone, Debug, PartialEq)]
struct Run {
    first: usize,
    last: usize,
    /// How far the body may reach below the first and above the last cut.
    reach_mm: [f64; 2],
    loft: Loft,
}

/// Why contours do not make a solid.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SolidError {
    /// There is no contour.
    #[error("there is no contour")]
    NoContours,
    /// The contours are not parallel (H08).
    #[error("the contours do not lie in parallel planes (normals differ by {degrees:.1} degrees)")]
    NotParallel {
        /// Largest angle between two normals.
        degrees: f64,
    },
}

impl Solid {
    /// Joins parallel contours, several per cut, by the even-odd rule.
    ///
    /// # Errors
    /// Without contours, or when they are not parallel.
    pub fn from_contours(contours: &[Contour], options: SolidOptions) -> Result<Self, SolidError> {
        let plane = contours.first().ok_or(SolidError::NoContours)?.plane();
        for contour in contours {
            let sine = contour.plane().normal.cross(&plane.normal).norm();
            if sine > PARALLEL_TOLERANCE {
                return Err(SolidError::NotParallel { degrees: sine.asin().to_degrees() });
            }
        }
        let axes = plane.axes();
        let (cuts, n_cancelled) = collect_cuts(contours, &axes);
        let usual_distance_mm = usual_distance(&cuts, options.slice_thickness_mm);
        let shape = Shape { end_cap: options.end_cap, straight: false };
        let runs = find_runs(&cuts, usual_distance_mm, options.gaps)
            .into_iter()
            .map(|(first, last, reach_mm)| {
                let part: Vec<_> =
                    cuts[first..=last].iter().map(|cut| (cut.offset_mm, &cut.polygon, cut.area_mm2)).collect();
                Run { first, last, reach_mm, loft: Loft::new(&part, reach_mm, shape) }
            })
            .collect();
        Ok(Self { normal: plane.normal, axes, cuts, n_cancelled, usual_distance_mm, options, runs })
    }

    /// The same contours joined and ended in the other ways that are in use, for judging how much depends on it:
    /// each of the other end caps, and straight walls between the cuts.
    pub fn alternatives(&self) -> Vec<Self> {
        let reshaped = |end_cap: EndCap, straight: bool| {
            let shape = Shape { end_cap, straight };
            let runs =
                self.runs.iter().map(|run| Run { loft: run.loft.reshaped(run.reach_mm, shape), ..run.clone() });
            Self { runs: runs.collect(), options: SolidOptions { end_cap, ..self.options }, ..self.clone() }
        };
        let own = self.options.end_cap;
        let straight = if own == EndCap::HalfSlice { EndCap::None } else { EndCap::HalfSlice };
        let others = EndCap::NAMED.iter().map(|(_, rule)| *rule).filter(|rule| *rule != own);
        others.map(|rule| reshaped(rule, rule == straight)).collect()
    }

    /// Volume in cc, to about a thousandth of what the surface encloses.
    pub fn volume_cc(&self) -> f64 {
        let slabs = self.runs.iter().flat_map(|run| &run.loft.slabs);
        slabs.map(|slab| slab.volume_mm3).sum::<f64>() / CUBIC_MM_PER_CC
    }

    /// How it was made.
    pub fn options(&self) -> SolidOptions {
        self.options
    }

    /// Distance of cuts that occurs most often (the median).
    pub fn usual_distance_mm(&self) -> f64 {
        self.usual_distance_mm
    }

    /// Offsets of the first and of the last cut along [`Solid::normal`].
    pub fn outermost_cuts_mm(&self) -> [f64; 2] {
        let offset = |cut: Option<&Cut>| cut.map_or(0.0, |cut| cut.offset_mm);
        [offset(self.cuts.first()), offset(self.cuts.last())]
    }

    /// Gaps between cuts that are wider than usual: the offsets of the cuts on either side (H27).
    pub fn gaps_mm(&self) -> Vec<[f64; 2]> {
        let wide = |pair: &&[Cut]| is_gap(pair[0].offset_mm, pair[1].offset_mm, self.usual_distance_mm);
        self.cuts.windows(2).filter(wide).map(|pair| [pair[0].offset_mm, pair[1].offset_mm]).collect()
    }

    /// Number of planes on which something is drawn that encloses an area.
    pub fn n_cuts(&self) -> usize {
        self.cuts.len()
    }

    /// Number of planes on which the loops cancel out by the even-odd rule, so that nothing is left (H26).
    pub fn cancelled_cuts(&self) -> usize {
        self.n_cancelled
    }

    /// Whether slices of the image are left out throughout: the distance of the contours in slices (H27).
    pub fn slices_apart(&self) -> Option<f64> {
        let slices = self.usual_distance_mm / self.options.slice_thickness_mm.filter(|slice| *slice > 0.0)?;
        (slices > GAP_FACTOR && self.cuts.len() > 1).then_some(slices)
    }

    /// Number of cuts whose contours cross themselves or each other (H26).
    pub fn crossing_cuts(&self) -> usize {
        self.cuts.iter().filter(|cut| cut.polygon.crosses_itself()).count()
    }

    /// The drawn loops of the cut next to a position, as points in its plane; none where the body is not.
    pub fn loops_at(&self, position_mm: &Point) -> Vec<Vec<Point>> {
        let height = self.normal.dot(&position_mm.coords);
        let Some((run, _)) = self.slab_at(height) else { return Vec::new() };
        let cuts = self.cuts[run.first..=run.last].iter();
        let distance = |cut: &&Cut| (cut.offset_mm - height).abs();
        let Some(cut) = cuts.min_by(|a, b| distance(a).total_cmp(&distance(b))) else { return Vec::new() };
        let in_space = |corner: &[f64; 2]| self.in_space(*corner, height);
        cut.polygon.loops().iter().map(|corners| corners.iter().map(in_space).collect()).collect()
    }

    /// Unit normal of the cuts.
    pub fn normal(&self) -> Vector {
        self.normal
    }

    /// Points inside, about `step_mm` apart, whose volumes add up to [`Solid::volume_cc`].
    pub fn samples(&self, step_mm: f64) -> Samples {
        crate::body::samples(self, step_mm)
    }

    /// The outline of the body at a height along [`Solid::normal`], in the axes of [`Body::axes`].
    pub(crate) fn section(&self, height_mm: f64) -> Polygon {
        let Some((run, slab)) = self.slab_at(height_mm) else { return Polygon::default() };
        let lattice = run.loft.lattice();
        let mut values = vec![0.0; lattice.len()];
        for (row, values) in values.chunks_exact_mut(lattice.n_columns).enumerate() {
            run.loft.fill_row(slab, height_mm, row, values);
        }
        crate::margin::outlined(&values, lattice)
    }

    /// A rectangle around the body.
    pub(crate) fn bounds_in_plane(&self) -> ([f64; 2], [f64; 2]) {
        let corners = self.runs.iter().map(|run| {
            let lattice = run.loft.lattice();
            let last = [lattice.column_mm(lattice.n_columns - 1), lattice.row_mm(lattice.n_rows - 1)];
            (lattice.origin_mm, last)
        });
        let bounds = corners.reduce(|(low, high), (other_low, other_high)| {
            let lower = [low[0].min(other_low[0]), low[1].min(other_low[1])];
            (lower, [high[0].max(other_high[0]), high[1].max(other_high[1])])
        });
        bounds.unwrap_or_default()
    }

    fn slab_at(&self, height_mm: f64) -> Option<(&Run, &Slab)> {
        self.runs.iter().find_map(|run| {
            let slab = run.loft.slabs.iter().find(|slab| slab.from_mm <= height_mm && height_mm < slab.to_mm)?;
            Some((run, slab))
        })
    }

    fn in_space(&self, [u, v]: [f64; 2], height_mm: f64) -> Point {
        Point::from(self.axes.0 * u + self.axes.1 * v + self.normal * height_mm)
    }

    /// The corners of an outline, thinned out where it runs straight on.
    fn outline_points(&self, polygon: &Polygon, height_mm: f64, step_mm: f64, points: &mut Vec<Point>) {
        let thinned = polygon.loops().iter().flat_map(|corners| thinned(corners, step_mm / 2.0));
        points.extend(thinned.map(|corner| self.in_space(corner, height_mm)));
    }

    /// The ends of a run as they are drawn, moved outwards by half the distance of the cuts unless the body ends at
    /// its cuts: a contour stands for its slice, so an extreme there counts whatever shape the end is given.
    fn end_points(&self, run: &Run, step_mm: f64, points: &mut Vec<Point>) {
        let half = if self.options.end_cap == EndCap::None { 0.0 } else { 0.5 };
        let mut stretches = Vec::new();
        for (cut, sign, reach_mm) in [(run.first, -1.0, run.reach_mm[0]), (run.last, 1.0, run.reach_mm[1])] {
            let cut = &self.cuts[cut];
            let height = cut.offset_mm + sign * half * reach_mm;
            self.outline_points(&cut.polygon, height, step_mm, points);
            let Some((low, high)) = cut.polygon.rows() else { continue };
            let n_rows = ((high - low) / step_mm).ceil().max(1.0);
            for row in 0..n_rows as usize {
                let v = low + (row as f64 + 0.5) / n_rows * (high - low);
                cut.polygon.stretches(v, &mut stretches);
                for [from, to] in &stretches {
                    let n_points = ((to - from) / step_mm).ceil().max(1.0);
                    let along = |point: usize| from + (point as f64 + 0.5) / n_points * (to - from);
                    points.extend((0..n_points as usize).map(|point| self.in_space([along(point), v], height)));
                }
            }
        }
    }
}

impl Body for Solid {
    fn axes(&self) -> [Vector; 3] {
        [self.axes.0, self.axes.1, self.normal]
    }

    fn slabs(&self) -> Vec<BodySlab> {
        let slabs = self.runs.iter().flat_map(|run| &run.loft.slabs);
        slabs
            .map(|slab| BodySlab { from_mm: slab.from_mm, to_mm: slab.to_mm, volume_mm3: Some(slab.volume_mm3) })
            .collect()
    }

    fn rows_mm(&self) -> [f64; 2] {
        let rows = self.runs.iter().map(|run| {
            let lattice = run.loft.lattice();
            [lattice.row_mm(0), lattice.row_mm(lattice.n_rows - 1)]
        });
        rows.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]).unwrap_or_default()
    }

    fn stretches(&self, height_mm: f64, row_mm: f64, stretches: &mut Vec<[f64; 2]>) {
        stretches.clear();
        let Some((run, slab)) = self.slab_at(height_mm) else { return };
        let lattice = run.loft.lattice();
        let Some((lower, fraction)) = lattice.row_at(row_mm) else { return };
        let mut values = vec![0.0; 2 * lattice.n_columns];
        let (low, high) = values.split_at_mut(lattice.n_columns);
        run.loft.fill_row(slab, height_mm, lower, low);
        run.loft.fill_row(slab, height_mm, lower + 1, high);
        low.iter_mut().zip(high.iter()).for_each(|(low, high)| *low += fraction * (high - *low));
        positive_stretches(low, lattice.origin_mm[0], lattice.step_mm, stretches);
    }

    fn surface_points(&self, step_mm: f64) -> Vec<Point> {
        let mut points = Vec::new();
        for run in &self.runs {
            let mut last_mm = f64::NEG_INFINITY;
            for cut in &self.cuts[run.first..=run.last] {
                if cut.offset_mm - last_mm >= step_mm {
                    last_mm = cut.offset_mm;
                    self.outline_points(&cut.polygon, cut.offset_mm, step_mm, &mut points);
                }
            }
            self.end_points(run, step_mm, &mut points);
        }
        points
    }

    fn inner_point(&self, slab: &BodySlab) -> Option<Point> {
        let middle = (slab.from_mm + slab.to_mm) / 2.0;
        let distance = |cut: &&Cut| (cut.offset_mm - middle).abs();
        let cut = self.cuts.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        let corners = cut.polygon.loops().first()?;
        let sum = corners.iter().fold([0.0; 2], |sum, corner| [sum[0] + corner[0], sum[1] + corner[1]]);
        Some(self.in_space(sum.map(|value| value / corners.len() as f64), middle))
    }
}

/// The corners of a loop at least a distance apart, and every one between at which it turns.
fn thinned(corners: &[[f64; 2]], distance_mm: f64) -> impl Iterator<Item = [f64; 2]> {
    let (mut last, mut towards) = (None, [0.0; 2]);
    let squared = |[x, y]: [f64; 2]| x * x + y * y;
    corners.iter().zip(corners.iter().cycle().skip(1)).filter_map(move |(corner, next)| {
        let ahead = [next[0] - corner[0], next[1] - corner[1]];
        let along = ahead[0] * towards[0] + ahead[1] * towards[1];
        let turns = along <= 0.0 || along * along < TURN * TURN * squared(ahead) * squared(towards);
        let is_near =
            |last: [f64; 2]| squared([corner[0] - last[0], corner[1] - last[1]]) < distance_mm * distance_mm;
        if !turns && last.is_some_and(is_near) {
            return None;
        }
        (last, towards) = (Some(*corner), ahead);
        Some(*corner)
    })
}

/// Where values at equal distances are positive, with straight lines between them.
pub(crate) fn positive_stretches(values: &[f32], origin_mm: f64, step_mm: f64, stretches: &mut Vec<[f64; 2]>) {
    let crossing = |index: usize| {
        let (a, b) = (f64::from(values[index]), f64::from(values[index + 1]));
        origin_mm + (index as f64 + a / (a - b)) * step_mm
    };
    let mut from = (values[0] > 0.0).then_some(origin_mm);
    for index in 0..values.len() - 1 {
        match (values[index] > 0.0, values[index + 1] > 0.0) {
            (false, true) => from = Some(crossing(index)),
            (true, false) => stretches.extend(from.take().map(|from| [from, crossing(index)])),
            _ => {}
        }
    }
    let last = origin_mm + (values.len() - 1) as f64 * step_mm;
    stretches.extend(from.map(|from| [from, last]));
}

/// The cuts in increasing order, and how many planes cancel out.
fn collect_cuts(contours: &[Contour], axes: &(Vector, Vector)) -> (Vec<Cut>, usize) {
    let mut ordered: Vec<(f64, &Contour)> =
        contours.iter().map(|contour| (contour.plane().offset_mm, contour)).collect();
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut cuts: Vec<Cut> = Vec::new();
    for (offset_mm, contour) in ordered {
        let corners = contour
            .points_mm()
            .iter()
            .map(|point| [axes.0.dot(&point.coords), axes.1.dot(&point.coords)])
            .collect();
        match cuts.last_mut() {
            Some(cut) if (offset_mm - cut.offset_mm).abs() <= SAME_PLANE_MM => cut.polygon.push(corners),
            _ => {
                let mut polygon = Polygon::default();
                polygon.push(corners);
                cuts.push(Cut { offset_mm, polygon, area_mm2: 0.0 });
            }
        }
    }
    cuts.iter_mut().for_each(|cut| cut.area_mm2 = cut.polygon.area_mm2());
    // A loop drawn twice cancels out by the even-odd rule; a cut without area carries no body.
    let n_drawn = cuts.len();
    cuts.retain(|cut| cut.area_mm2 > 0.0);
    let n_cancelled = n_drawn - cuts.len();
    (cuts, n_cancelled)
}

/// The median distance of cuts, the smaller one of two; that of the image where contours stand so far apart that nothing
/// says that they belong together.
fn usual_distance(cuts: &[Cut], slice_mm: Option<f64>) -> f64 {
    let mut distances: Vec<f64> = cuts.windows(2).map(|pair| pair[1].offset_mm - pair[0].offset_mm).collect();
    distances.sort_by(f64::total_cmp);
    let median = distances.get(distances.len().saturating_sub(1) / 2).copied();
    match (median, slice_mm) {
        (Some(median), Some(slice)) if slice > 0.0 && median > MOST_SLICES_APART * slice => slice,
        (Some(median), _) => median,
        (None, slice) => slice.unwrap_or(0.0),
    }
}

fn is_gap(from_mm: f64, to_mm: f64, usual_distance_mm: f64) -> bool {
    to_mm - from_mm > GAP_FACTOR * usual_distance_mm
}

/// First and last cut of every run, and how far it may reach beyond them.
fn find_runs(cuts: &[Cut], usual_distance_mm: f64, gaps: GapRule) -> Vec<(usize, usize, [f64; 2])> {
    let mut runs = Vec::new();
    let (mut first, mut below) = (0, usual_distance_mm);
    for (last, cut) in cuts.iter().enumerate() {
        let next = cuts.get(last + 1);
        let ends = next
            .is_none_or(|next| gaps == GapRule::Leave && is_gap(cut.offset_mm, next.offset_mm, usual_distance_mm));
        if ends {
            // Two ends that face each other in a gap share it.
            let gap = next.map_or(f64::INFINITY, |next| next.offset_mm - cut.offset_mm);
            let above = usual_distance_mm.min(gap / 2.0);
            runs.push((first, last, [below, above]));
            (first, below) = (last + 1, above);
        }
    }
    runs
}

#[cfg(test)]
mod tests;

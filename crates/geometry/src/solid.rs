//! A solid body built from the contours of its parallel cuts.

use crate::{Contour, Point, Polygon, Samples, Vector};

/// Contours whose planes are this close belong to one cut.
const SAME_PLANE_MM: f64 = 0.05;
/// Contours whose normals differ by more than this are not parallel (about 0.6°).
const PARALLEL_TOLERANCE: f64 = 1e-2;
/// Two cuts further apart than this multiple of the usual distance leave a gap between them (H27).
const GAP_FACTOR: f64 = 1.5;
const CUBIC_MM_PER_CC: f64 = 1000.0;

/// How far a solid reaches beyond its first and its last cut (H30).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndCap {
    /// It ends at the plane of the cut.
    None,
    /// Half the usual distance of the cuts, the convention of most planning systems.
    #[default]
    HalfSlice,
}

/// A body made of slabs: every cut reaches half-way to its neighbours.
#[derive(Clone, Debug, PartialEq)]
pub struct Solid {
    normal: Vector,
    axes: (Vector, Vector),
    cuts: Vec<Cut>,
    usual_distance_mm: f64,
}

#[derive(Clone, Debug, PartialEq)]
struct Cut {
    offset_mm: f64,
    polygon: Polygon,
    area_mm2: f64,
    /// Reach of the slab along the normal.
    from_mm: f64,
    to_mm: f64,
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
    /// A single cut has no distance to a neighbour; `slice_thickness_mm` (of the image it was drawn on) gives it.
    ///
    /// # Errors
    /// Without contours, or when they are not parallel.
    pub fn from_contours(
        contours: &[Contour],
        end_cap: EndCap,
        slice_thickness_mm: Option<f64>,
    ) -> Result<Self, SolidError> {
        let normal = contours.first().ok_or(SolidError::NoContours)?.plane().normal;
        for contour in contours {
            let sine = contour.plane().normal.cross(&normal).norm();
            if sine > PARALLEL_TOLERANCE {
                return Err(SolidError::NotParallel { degrees: sine.asin().to_degrees() });
            }
        }
        let plane = contours[0].plane();
        let axes = plane.axes();
        let mut cuts = collect_cuts(contours, &axes);
        let usual_distance_mm = usual_distance(&cuts).or(slice_thickness_mm).unwrap_or(0.0);
        set_reach(&mut cuts, usual_distance_mm, end_cap);
        Ok(Self { normal, axes, cuts, usual_distance_mm })
    }

    /// Volume in cc: the sum of exact areas times slab thickness.
    pub fn volume_cc(&self) -> f64 {
        self.cuts.iter().map(|cut| cut.area_mm2 * (cut.to_mm - cut.from_mm)).sum::<f64>() / CUBIC_MM_PER_CC
    }

    /// Whether a position lies inside.
    pub fn contains(&self, position_mm: &Point) -> bool {
        let height = self.normal.dot(&position_mm.coords);
        let in_plane = self.in_plane(position_mm);
        self.cuts.iter().any(|cut| cut.from_mm <= height && height < cut.to_mm && cut.polygon.contains(in_plane))
    }

    /// Distance of cuts that occurs most often (the median).
    pub fn usual_distance_mm(&self) -> f64 {
        self.usual_distance_mm
    }

    /// Gaps between cuts that are wider than usual: the offsets of the cuts on either side (H27).
    pub fn gaps_mm(&self) -> Vec<[f64; 2]> {
        let wide = |pair: &&[Cut]| pair[1].offset_mm - pair[0].offset_mm > GAP_FACTOR * self.usual_distance_mm;
        self.cuts.windows(2).filter(wide).map(|pair| [pair[0].offset_mm, pair[1].offset_mm]).collect()
    }

    /// Number of cuts whose contours cross themselves or each other (H26).
    pub fn crossing_cuts(&self) -> usize {
        self.cuts.iter().filter(|cut| cut.polygon.crosses_itself()).count()
    }

    /// The drawn loops of the cut whose slab holds a position, as points in space.
    pub fn loops_at(&self, position_mm: &Point) -> Vec<Vec<Point>> {
        let height = self.normal.dot(&position_mm.coords);
        let Some(cut) = self.cuts.iter().find(|cut| cut.from_mm <= height && height < cut.to_mm) else {
            return Vec::new();
        };
        let in_space = |corner: &[f64; 2]| {
            Point::from(self.axes.0 * corner[0] + self.axes.1 * corner[1] + self.normal * height)
        };
        cut.polygon.loops().iter().map(|corners| corners.iter().map(in_space).collect()).collect()
    }

    /// Unit normal of the cuts.
    pub fn normal(&self) -> Vector {
        self.normal
    }

    /// Points inside, about `step_mm` apart, whose volumes add up to [`Solid::volume_cc`].
    ///
    /// Each slab is cut into layers and rows of at most `step_mm`; along a row the points divide the exact
    /// stretch between the walls evenly, so that no point stands for volume outside.
    pub fn samples(&self, step_mm: f64) -> Samples {
        let mut samples = Samples::default();
        let mut stretches = Vec::new();
        for cut in self.cuts.iter().filter(|cut| cut.area_mm2 > 0.0 && cut.to_mm > cut.from_mm) {
            self.sample_cut(cut, step_mm, &mut stretches, &mut samples);
        }
        samples
    }

    /// The step at which [`Solid::samples`] yields about `count` points.
    pub fn step_for(&self, count: usize) -> f64 {
        (self.volume_cc() * CUBIC_MM_PER_CC / count as f64).cbrt()
    }

    fn sample_cut(&self, cut: &Cut, step_mm: f64, stretches: &mut Vec<[f64; 2]>, samples: &mut Samples) {
        let Some((low, high)) = cut.polygon.rows() else { return };
        let thickness = cut.to_mm - cut.from_mm;
        let n_layers = (thickness / step_mm).ceil().max(1.0);
        let n_rows = ((high - low) / step_mm).ceil().max(1.0);
        let row_height = (high - low) / n_rows;
        let first = samples.len();
        for row in 0..n_rows as usize {
            let v = low + (row as f64 + 0.5) * row_height;
            cut.polygon.stretches(v, stretches);
            for [from, to] in stretches.iter() {
                let n_points = ((to - from) / step_mm).ceil().max(1.0);
                let width = (to - from) / n_points;
                for point in 0..n_points as usize {
                    let u = from + (point as f64 + 0.5) * width;
                    let in_plane = Point::from(self.axes.0 * u + self.axes.1 * v);
                    for layer in 0..n_layers as usize {
                        let height = cut.from_mm + (layer as f64 + 0.5) / n_layers * thickness;
                        samples.positions_mm.push(in_plane + self.normal * height);
                        samples.volumes_cc.push(width * row_height * thickness / n_layers);
                    }
                }
            }
        }
        // Rows measure the area by their middle line; the exact area corrects the last per mille.
        let sampled: f64 = samples.volumes_cc[first..].iter().sum();
        let scale = if sampled > 0.0 { cut.area_mm2 * thickness / CUBIC_MM_PER_CC / sampled } else { 0.0 };
        samples.volumes_cc[first..].iter_mut().for_each(|volume| *volume *= scale);
    }

    fn in_plane(&self, position_mm: &Point) -> [f64; 2] {
        [self.axes.0.dot(&position_mm.coords), self.axes.1.dot(&position_mm.coords)]
    }
}

fn collect_cuts(contours: &[Contour], axes: &(Vector, Vector)) -> Vec<Cut> {
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
                cuts.push(Cut { offset_mm, polygon, area_mm2: 0.0, from_mm: offset_mm, to_mm: offset_mm });
            }
        }
    }
    cuts.iter_mut().for_each(|cut| cut.area_mm2 = cut.polygon.area_mm2());
    cuts
}

fn usual_distance(cuts: &[Cut]) -> Option<f64> {
    let mut distances: Vec<f64> = cuts.windows(2).map(|pair| pair[1].offset_mm - pair[0].offset_mm).collect();
    distances.sort_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied()
}

fn set_reach(cuts: &mut [Cut], usual_distance_mm: f64, end_cap: EndCap) {
    let offsets: Vec<f64> = cuts.iter().map(|cut| cut.offset_mm).collect();
    let cap = match end_cap {
        EndCap::None => 0.0,
        EndCap::HalfSlice => usual_distance_mm / 2.0,
    };
    let half_way = |from: f64, to: f64| {
        if to - from > GAP_FACTOR * usual_distance_mm { usual_distance_mm / 2.0 } else { (to - from) / 2.0 }
    };
    for (index, cut) in cuts.iter_mut().enumerate() {
        let below = if index > 0 { half_way(offsets[index - 1], offsets[index]) } else { cap };
        let above = offsets.get(index + 1).map_or(cap, |next| half_way(offsets[index], *next));
        cut.from_mm = cut.offset_mm - below;
        cut.to_mm = cut.offset_mm + above;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(z: f64, half: f64) -> Contour {
        let corners = [(-half, -half), (half, -half), (half, half), (-half, half)];
        Contour::new(corners.map(|(x, y)| Point::new(x, y, z)).to_vec()).unwrap()
    }

    fn cuboid(offsets: &[f64]) -> Vec<Contour> {
        offsets.iter().map(|&z| square(z, 10.0)).collect()
    }

    #[test]
    fn a_cuboid_has_its_volume_with_either_cap() {
        let contours = cuboid(&[0.0, 2.0, 4.0, 6.0]);
        let open = Solid::from_contours(&contours, EndCap::None, None).unwrap();
        let capped = Solid::from_contours(&contours, EndCap::HalfSlice, None).unwrap();
        assert!((open.volume_cc() - 2.4).abs() < 1e-12);
        assert!((capped.volume_cc() - 3.2).abs() < 1e-12);
        assert!(capped.contains(&Point::new(0.0, 0.0, 6.9)));
        assert!(!open.contains(&Point::new(0.0, 0.0, 6.9)));
    }

    #[test]
    fn samples_carry_the_whole_volume_and_stay_inside() {
        let solid = Solid::from_contours(&cuboid(&[0.0, 3.0, 6.0]), EndCap::HalfSlice, None).unwrap();
        let samples = solid.samples(1.7);
        assert!((samples.volume_cc() - solid.volume_cc()).abs() < 1e-9);
        assert!(samples.positions_mm.iter().all(|position| solid.contains(position)));
    }

    #[test]
    fn h27_a_missing_cut_is_a_gap_that_is_not_filled() {
        let solid = Solid::from_contours(&cuboid(&[0.0, 2.0, 4.0, 8.0, 10.0]), EndCap::HalfSlice, None).unwrap();
        assert_eq!(solid.gaps_mm(), vec![[4.0, 8.0]]);
        assert!(!solid.contains(&Point::new(0.0, 0.0, 6.0)));
        assert!((solid.volume_cc() - 4.0).abs() < 1e-12);
    }

    #[test]
    fn a_single_cut_takes_the_thickness_of_its_slice() {
        let solid = Solid::from_contours(&cuboid(&[5.0]), EndCap::HalfSlice, Some(2.5)).unwrap();
        assert!((solid.volume_cc() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn contours_in_different_directions_are_refused() {
        let mut contours = cuboid(&[0.0, 2.0]);
        let upright = [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)].map(|(y, z)| Point::new(0.0, y, z)).to_vec();
        contours.push(Contour::new(upright).unwrap());
        let result = Solid::from_contours(&contours, EndCap::HalfSlice, None);
        assert!(matches!(result, Err(SolidError::NotParallel { .. })));
    }

    #[test]
    fn the_order_of_contours_changes_nothing() {
        let mut contours = cuboid(&[0.0, 2.0, 4.0]);
        contours.push(square(2.0, 4.0));
        let forth = Solid::from_contours(&contours, EndCap::HalfSlice, None).unwrap();
        contours.reverse();
        let back = Solid::from_contours(&contours, EndCap::HalfSlice, None).unwrap();
        assert_eq!(forth.volume_cc(), back.volume_cc());
    }
}

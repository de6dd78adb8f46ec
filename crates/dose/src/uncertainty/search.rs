//! The highest prior dose within reach of every point of an organ.

use std::collections::BTreeMap;

use geometry::{Point, Samples, Transform, Vector};
use rayon::prelude::*;

use crate::{Dvh, Metric};

/// Steps from the middle to the rim of the ellipsoid.
const STEPS: i32 = 4;
/// Shells of boxes in which the nearest point of an organ is looked for before all points are.
const MOST_SHELLS: i64 = 8;
/// A searched point may leave the grid of the prior dose by this many voxels; the outermost value holds there.
const CONTINUED: f64 = 1.0;

/// Searches the prior dose within an ellipsoid about the place that a map tells.
///
/// Unrestricted, the ellipsoid is searched as it is, and a target beside the organ makes the result useless. Restricted, only those
/// points count that lie in the same organ as it was drawn in the prior course, since an error of the map cannot carry an organ out
/// of itself; where the ellipsoid holds none of them, the nearest point of the organ counts.
///
/// # Source
/// \[radar2025\].
#[derive(Clone, Copy, Debug)]
pub struct EllipsoidSearch {
    /// Half-axes along x, y and z of the frame of the prior dose.
    pub radii_mm: [f64; 3],
}

/// What was found in one prior course, in gray at the samples of the organ.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchedDose {
    /// At the place that the map tells.
    pub plain_gy: Vec<f64>,
    /// The highest within the ellipsoid.
    pub unrestricted_gy: Vec<f64>,
    /// The highest within the ellipsoid and the organ of the prior course, where it was drawn.
    pub restricted_gy: Option<Vec<f64>>,
    /// The highest anywhere in the organ of the prior course, where it was drawn.
    pub maximum_gy: Option<f64>,
}

impl EllipsoidSearch {
    /// Searches one prior dose, given by its EQD2 at a place of its own frame; nothing where it does not reach the organ.
    ///
    /// `organ` holds points of the same organ in the frame of the prior dose.
    pub fn search(
        &self,
        samples: &Samples,
        prior_from_current: &Transform,
        eqd2_at: impl Fn(&Point, f64) -> Option<f64> + Sync,
        organ: Option<&Samples>,
    ) -> Option<SearchedDose> {
        let places: Option<Vec<Point>> =
            samples.positions_mm.iter().map(|position| prior_from_current.apply(position)).collect();
        let places = places?;
        let plain: Option<Vec<f64>> = places.iter().map(|place| eqd2_at(place, CONTINUED)).collect();
        let plain_gy = plain?;
        let offsets = self.offsets();
        let highest = |place: &Point| {
            let around = offsets.iter().filter_map(|offset| eqd2_at(&(place + offset), CONTINUED));
            around.fold(f64::NEG_INFINITY, f64::max)
        };
        let unrestricted_gy: Vec<f64> = places.par_iter().map(highest).collect();
        let inside = organ.and_then(|organ| OrganPoints::of(organ, &eqd2_at, self));
        Some(SearchedDose {
            plain_gy,
            unrestricted_gy,
            maximum_gy: inside.as_ref().map(OrganPoints::maximum_gy),
            restricted_gy: inside
                .map(|inside| places.par_iter().map(|place| inside.highest_near(place)).collect()),
        })
    }

    /// Places of the ellipsoid about its middle, which is among them.
    fn offsets(&self) -> Vec<Vector> {
        let share = |step: i32| f64::from(step) / f64::from(STEPS);
        let mut offsets = Vec::new();
        for k in -STEPS..=STEPS {
            for j in -STEPS..=STEPS {
                for i in -STEPS..=STEPS {
                    if i * i + j * j + k * k <= STEPS * STEPS {
                        let [x, y, z] = self.radii_mm;
                        offsets.push(Vector::new(share(i) * x, share(j) * y, share(k) * z));
                    }
                }
            }
        }
        offsets
    }

    /// Distance in half-axes: at most 1 within the ellipsoid.
    fn distance(&self, offset: Vector) -> f64 {
        (0..3).map(|axis| (offset[axis] / self.radii_mm[axis]).powi(2)).sum::<f64>().sqrt()
    }
}

/// The points of an organ with their doses, sorted into boxes as large as the ellipsoid.
struct OrganPoints<'a> {
    search: &'a EllipsoidSearch,
    points: Vec<(Point, f64)>,
    boxes: BTreeMap<[i64; 3], Vec<u32>>,
}

impl<'a> OrganPoints<'a> {
    fn of(
        organ: &Samples,
        eqd2_at: &(impl Fn(&Point, f64) -> Option<f64> + Sync),
        search: &'a EllipsoidSearch,
    ) -> Option<Self> {
        let with_dose = |position: &Point| Some((*position, eqd2_at(position, CONTINUED)?));
        let points: Option<Vec<(Point, f64)>> = organ.positions_mm.iter().map(with_dose).collect();
        let points = points.filter(|points| !points.is_empty())?;
        let mut own = Self { search, points, boxes: BTreeMap::new() };
        for (index, (point, _)) in own.points.iter().enumerate() {
            own.boxes.entry(own.key(point)).or_default().push(index as u32);
        }
        Some(own)
    }

    fn key(&self, point: &Point) -> [i64; 3] {
        std::array::from_fn(|axis| (point[axis] / self.search.radii_mm[axis]).floor() as i64)
    }

    fn maximum_gy(&self) -> f64 {
        self.points.iter().map(|(_, gy)| *gy).fold(f64::NEG_INFINITY, f64::max)
    }

    fn highest_near(&self, place: &Point) -> f64 {
        let [x, y, z] = self.key(place);
        let neighbours =
            (-1..=1).flat_map(|i| (-1..=1).flat_map(move |j| (-1..=1).map(move |k| [x + i, y + j, z + k])));
        let indices = neighbours.filter_map(|key| self.boxes.get(&key)).flatten();
        let near = indices.map(|&index| &self.points[index as usize]);
        let within = near.filter(|(point, _)| self.search.distance(point - place) <= 1.0).map(|(_, gy)| *gy);
        within.reduce(f64::max).unwrap_or_else(|| self.nearest(place))
    }

    /// The dose at the nearest point: looked for in ever larger shells of boxes, then among all points.
    fn nearest(&self, place: &Point) -> f64 {
        let middle = self.key(place);
        let mut best = (f64::INFINITY, 0.0);
        for reach in 0..=MOST_SHELLS {
            let of_shell = shell(reach)
                .filter_map(|[i, j, k]| self.boxes.get(&[middle[0] + i, middle[1] + j, middle[2] + k]));
            for &index in of_shell.flatten() {
                best = self.nearer(place, best, index as usize);
            }
            // What lies in the next shell is at least as far away as this one reaches.
            if best.0 <= reach as f64 {
                return best.1;
            }
        }
        (0..self.points.len()).fold(best, |best, index| self.nearer(place, best, index)).1
    }

    fn nearer(&self, place: &Point, best: (f64, f64), index: usize) -> (f64, f64) {
        let (point, gy) = &self.points[index];
        let distance = self.search.distance(point - place);
        if distance < best.0 { (distance, *gy) } else { best }
    }
}

/// Steps to the boxes that lie `reach` boxes away along some axis, and no farther along any.
fn shell(reach: i64) -> impl Iterator<Item = [i64; 3]> {
    let all = move || -reach..=reach;
    all().flat_map(move |i| {
        all().flat_map(move |j| {
            let on_side = i.abs() == reach || j.abs() == reach;
            let step = if on_side { 1 } else { 2 * reach.max(1) };
            (-reach..=reach).step_by(step as usize).map(move |k| [i, j, k])
        })
    })
}

/// A cumulative measure found in four ways.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct SearchedMeasure {
    /// With the prior dose at the place that the maps tell.
    pub plain_gy: f64,
    /// With the highest prior dose within reach.
    pub unrestricted_gy: f64,
    /// With the highest prior dose within reach that lies in the organ of the prior course.
    pub restricted_gy: Option<f64>,
    /// The highest dose of each course in the organ as drawn there, added up, wherever they are.
    pub sum_of_maxima_gy: Option<f64>,
}

/// Adds the current EQD2 at the samples to what was found in every prior course, and measures the sums.
pub fn searched_measure(
    current_gy: &[f64],
    prior: &[SearchedDose],
    volumes_cc: &[f64],
    metric: &Metric,
) -> Option<SearchedMeasure> {
    let measure = |pick: &dyn Fn(&SearchedDose) -> Option<&Vec<f64>>| {
        let mut sum = current_gy.to_vec();
        for found in prior {
            sum.iter_mut().zip(pick(found)?).for_each(|(sum, gy)| *sum += gy);
        }
        metric.of(&Dvh::of_points(&sum, volumes_cc)?)
    };
    let maxima: Option<f64> = prior.iter().map(|found| found.maximum_gy).sum();
    Some(SearchedMeasure {
        plain_gy: measure(&|found| Some(&found.plain_gy))?,
        unrestricted_gy: measure(&|found| Some(&found.unrestricted_gy))?,
        restricted_gy: measure(&|found| found.restricted_gy.as_ref()),
        sum_of_maxima_gy: maxima.map(|maxima| maxima + current_gy.iter().copied().fold(0.0, f64::max)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_point_is_found_near_and_far() {
        let at = |n: i32| Point::new(f64::from(n % 7) * 1.7, f64::from(n % 5) * 2.3, f64::from(n % 3) * 4.1);
        let organ = Samples::of_points((0..60).map(at).collect(), vec![1.0; 60]);
        let search = EllipsoidSearch { radii_mm: [2.0, 3.0, 4.0] };
        let dose = |position: &Point, _: f64| Some(position.x + 10.0 * position.y + 100.0 * position.z);
        let points = OrganPoints::of(&organ, &dose, &search).unwrap();
        for n in 0..200 {
            // Half of the places lie among the points, where the box of a place holds some of them.
            let near = |step: i32, size: f64| f64::from(n * step % 101) / 101.0 * size;
            let spread = f64::from(n % 11) - 5.0;
            let place = if n % 2 == 0 {
                Point::new(near(37, 11.0), near(53, 10.0), near(71, 9.0))
            } else {
                Point::new(spread * 7.0, spread * spread - 9.0, f64::from(n) / 9.0 - 10.0)
            };
            let distance = |point: &Point| search.distance(point - place);
            let all = organ.positions_mm.iter().map(distance).fold(f64::INFINITY, f64::min);
            let found = points.nearest(&place);
            let is_nearest = organ
                .positions_mm
                .iter()
                .any(|point| dose(point, 0.0) == Some(found) && (distance(point) - all).abs() < 1e-12);
            assert!(is_nearest, "{place:?}");
        }
        let shell: Vec<[i64; 3]> = shell(2).collect();
        assert_eq!(shell.len(), 125 - 27);
    }
}

//! One drawn loop and the plane it lies in.

use crate::{Point, Vector};

/// How far a point may stand off the plane of its contour.
pub const PLANARITY_TOLERANCE_MM: f64 = 0.2;

/// A closed loop of at least three points in one plane, in the order they were drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Contour {
    points_mm: Vec<Point>,
    plane: Plane,
}

/// A plane given by its unit normal and its distance from the origin along it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// Unit normal; its largest component is positive, so that the direction of drawing does not matter.
    pub normal: Vector,
    /// Signed distance of the plane from the origin.
    pub offset_mm: f64,
}

/// Why points are not a contour (H28).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ContourError {
    /// Fewer than three different points.
    #[error("a contour has {0} different points; a closed one needs three")]
    TooFewPoints(usize),
    /// The points enclose nothing.
    #[error("a contour encloses no area")]
    NoArea,
    /// The points do not lie in one plane.
    #[error("a contour leaves its plane by {0:.2} mm")]
    OutOfPlane(f64),
    /// A coordinate is not finite.
    #[error("a contour holds a coordinate that is not a number")]
    NotFinite,
}

impl Contour {
    /// Checks the points and finds their plane.
    ///
    /// # Errors
    /// For fewer than three points, no area, points out of plane or coordinates that are not finite.
    pub fn new(mut points_mm: Vec<Point>) -> Result<Self, ContourError> {
        if points_mm.iter().any(|point| !point.iter().all(|value| value.is_finite())) {
            return Err(ContourError::NotFinite);
        }
        // Some systems repeat the first point at the end.
        points_mm.dedup();
        while points_mm.len() > 1 && points_mm.first() == points_mm.last() {
            points_mm.pop();
        }
        if points_mm.len() < 3 {
            return Err(ContourError::TooFewPoints(points_mm.len()));
        }
        let plane = plane_of(&points_mm)?;
        Ok(Self { points_mm, plane })
    }

    /// The corners.
    pub fn points_mm(&self) -> &[Point] {
        &self.points_mm
    }

    /// The plane of the loop.
    pub fn plane(&self) -> Plane {
        self.plane
    }
}

impl Plane {
    /// Two perpendicular unit vectors in the plane; with the normal they are right-handed.
    pub fn axes(&self) -> (Vector, Vector) {
        let helper = if self.normal.x.abs() < 0.9 { Vector::x() } else { Vector::y() };
        let first = (helper - self.normal * self.normal.dot(&helper)).normalize();
        (first, self.normal.cross(&first))
    }
}

fn plane_of(points_mm: &[Point]) -> Result<Plane, ContourError> {
    let first = points_mm[0];
    let following = points_mm.iter().cycle().skip(1);
    // Newell's sum: twice the area vector, whatever the shape.
    let doubled_area: Vector = points_mm.iter().zip(following).map(|(a, b)| (a - first).cross(&(b - first))).sum();
    let mut normal = match doubled_area.norm() {
        area if area > 1e-9 => doubled_area / area,
        // A figure of eight or a keyhole drawn forth and back may cancel out: any spanning corner will do.
        _ => spanning_normal(points_mm).ok_or(ContourError::NoArea)?,
    };
    if normal[normal.iamax()] < 0.0 {
        normal = -normal;
    }
    let offset_mm = points_mm.iter().map(|point| normal.dot(&point.coords)).sum::<f64>() / points_mm.len() as f64;
    let deviation =
        points_mm.iter().map(|point| (normal.dot(&point.coords) - offset_mm).abs()).fold(0.0, f64::max);
    if deviation > PLANARITY_TOLERANCE_MM {
        return Err(ContourError::OutOfPlane(deviation));
    }
    Ok(Plane { normal, offset_mm })
}

fn spanning_normal(points_mm: &[Point]) -> Option<Vector> {
    points_mm
        .windows(3)
        .map(|corner| (corner[1] - corner[0]).cross(&(corner[2] - corner[0])))
        .find(|cross| cross.norm() > 1e-9)
        .map(|cross| cross.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(z: f64) -> Vec<Point> {
        [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)].map(|(x, y)| Point::new(x, y, z)).to_vec()
    }

    #[test]
    fn the_direction_of_drawing_does_not_turn_the_plane() {
        let forth = Contour::new(square(5.0)).unwrap();
        let back = Contour::new(square(5.0).into_iter().rev().collect()).unwrap();
        assert_eq!(forth.plane(), back.plane());
        assert_eq!(forth.plane().offset_mm, 5.0);
    }

    #[test]
    fn a_repeated_last_point_is_dropped() {
        let mut points = square(1.0);
        points.push(points[0]);
        assert_eq!(Contour::new(points).unwrap().points_mm().len(), 4);
    }

    #[test]
    fn h28_points_lines_and_warped_loops_are_refused() {
        let one = vec![Point::origin()];
        assert_eq!(Contour::new(one), Err(ContourError::TooFewPoints(1)));
        let line = vec![Point::origin(), Point::new(1.0, 0.0, 0.0), Point::new(2.0, 0.0, 0.0)];
        assert_eq!(Contour::new(line), Err(ContourError::NoArea));
        let mut warped = square(0.0);
        warped[2].z = 3.0;
        assert!(matches!(Contour::new(warped), Err(ContourError::OutOfPlane(_))));
        let mut unreadable = square(0.0);
        unreadable[1].x = f64::NAN;
        assert_eq!(Contour::new(unreadable), Err(ContourError::NotFinite));
    }
}

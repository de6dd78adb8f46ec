//! Bodies made of other bodies.

use std::sync::Arc;

use crate::body::{Body, BodySlab};
use crate::{Point, Vector};

/// Directions of two bodies that differ by no more than this are the same.
const SAME_AXES: f64 = 1e-6;
/// Heights closer than this are one.
const SAME_HEIGHT_MM: f64 = 1e-9;

/// How two bodies are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// What lies in either.
    Union,
    /// What lies in both.
    Intersection,
    /// What lies in the first and not in the second.
    Minus,
}

/// Two bodies combined.
#[derive(Clone)]
pub struct Combined {
    first: Arc<dyn Body>,
    second: Arc<dyn Body>,
    operation: Operation,
}

/// Bodies drawn in different directions cannot be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the contours of the two structures lie in planes of different directions, so they cannot be combined")]
pub struct DifferentPlanes;

impl Combined {
    /// Combines bodies whose contours lie in parallel planes.
    ///
    /// # Errors
    /// When they do not.
    pub fn new(
        first: Arc<dyn Body>,
        operation: Operation,
        second: Arc<dyn Body>,
    ) -> Result<Self, DifferentPlanes> {
        let pairs = first.axes().into_iter().zip(second.axes());
        let largest = pairs.map(|(a, b)| (a - b).norm()).fold(0.0, f64::max);
        if largest > SAME_AXES { Err(DifferentPlanes) } else { Ok(Self { first, second, operation }) }
    }

    fn holds(&self, in_first: bool, in_second: bool) -> bool {
        match self.operation {
            Operation::Union => in_first || in_second,
            Operation::Intersection => in_first && in_second,
            Operation::Minus => in_first && !in_second,
        }
    }
}

impl Body for Combined {
    fn axes(&self) -> [Vector; 3] {
        self.first.axes()
    }

    fn slabs(&self) -> Vec<BodySlab> {
        let parts = [self.first.slabs(), self.second.slabs()];
        let mut heights: Vec<f64> = parts.iter().flatten().flat_map(|slab| [slab.from_mm, slab.to_mm]).collect();
        heights.sort_by(f64::total_cmp);
        heights.dedup_by(|a, b| (*a - *b).abs() < SAME_HEIGHT_MM);
        let reaches = |slabs: &[BodySlab], height: f64| {
            slabs.iter().any(|slab| slab.from_mm <= height && height < slab.to_mm)
        };
        heights
            .windows(2)
            .filter(|pair| {
                let middle = (pair[0] + pair[1]) / 2.0;
                let (first, second) = (reaches(&parts[0], middle), reaches(&parts[1], middle));
                if self.operation == Operation::Minus { first } else { self.holds(first, second) }
            })
            .map(|pair| BodySlab { from_mm: pair[0], to_mm: pair[1], volume_mm3: None })
            .collect()
    }

    fn rows_mm(&self) -> [f64; 2] {
        let (first, second) = (self.first.rows_mm(), self.second.rows_mm());
        match self.operation {
            Operation::Union => [first[0].min(second[0]), first[1].max(second[1])],
            _ => first,
        }
    }

    fn stretches(&self, height_mm: f64, row_mm: f64, stretches: &mut Vec<[f64; 2]>) {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        self.first.stretches(height_mm, row_mm, &mut first);
        self.second.stretches(height_mm, row_mm, &mut second);
        let mut walls: Vec<(f64, bool)> = first.iter().flatten().map(|wall| (*wall, true)).collect();
        walls.extend(second.iter().flatten().map(|wall| (*wall, false)));
        walls.sort_by(|a, b| a.0.total_cmp(&b.0));
        stretches.clear();
        let (mut in_first, mut in_second, mut from) = (false, false, None);
        for (wall, of_first) in walls {
            if of_first {
                in_first = !in_first
            } else {
                in_second = !in_second
            }
            match (from, self.holds(in_first, in_second)) {
                (None, true) => from = Some(wall),
                (Some(start), false) => {
                    stretches.extend((wall > start).then_some([start, wall]));
                    from = None;
                }
                _ => {}
            }
        }
    }

    fn surface_points(&self, step_mm: f64) -> Vec<Point> {
        let kept = |points: Vec<Point>, other: &dyn Body, inside: bool| {
            points.into_iter().filter(move |point| other.contains(point) == inside).collect::<Vec<_>>()
        };
        let (first, second) = (self.first.surface_points(step_mm), self.second.surface_points(step_mm));
        let (of_first, of_second) = match self.operation {
            Operation::Union => (false, false),
            Operation::Intersection => (true, true),
            Operation::Minus => (false, true),
        };
        let mut points = kept(first, self.second.as_ref(), of_first);
        points.extend(kept(second, self.first.as_ref(), of_second));
        points
    }

    fn inner_point(&self, _: &BodySlab) -> Option<Point> {
        None
    }
}

//! Where a plane of the current frame cuts the structures that were drawn for a prior course.

use case::Findings;
use geometry::{Affine, Body, Point, Raster, Solid, SolidOptions, Transform, isolines};
use rayon::prelude::*;
use serde::Serialize;

use super::Review;
use super::outlines::PlaneOutlines;
use crate::body::solid;
use crate::meaning::certain_meaning;
use crate::views::{PlaneKind, PlaneRaster, softened};

/// How far beyond its contours a body may reach, since bodies end beyond their last contour.
const REACH_MM: f64 = 10.0;

/// The map by which the structures of a prior course are carried to the current frame.
#[derive(Clone, Debug)]
pub enum Carrier {
    /// The one that carries doses.
    Used,
    /// One of those that the assessment knows, by its kind.
    Kind(String),
    /// One that a person tries; it takes points of the current frame to that of the course.
    Tried(Affine),
}

/// A structure of a prior course, ready to be cut.
pub(super) struct PriorBody {
    name: String,
    solid: Solid,
    /// The box about its contours.
    low: Point,
    high: Point,
}

impl PriorBody {
    fn of(roi: &case::Roi, options: SolidOptions) -> Option<Self> {
        let solid = solid(roi, options, &mut Findings::new())?;
        let mut points = roi.contours.iter().flat_map(geometry::Contour::points_mm).copied();
        let first = points.next()?;
        let (low, high) = points.fold((first, first), |(low, high), point| {
            (Point::from(low.coords.inf(&point.coords)), Point::from(high.coords.sup(&point.coords)))
        });
        let reach = geometry::Vector::repeat(REACH_MM);
        Some(Self { name: roi.name.clone(), solid, low: low - reach, high: high + reach })
    }

    fn holds(&self, point: &Point) -> bool {
        let is_near = (0..3).all(|axis| (self.low[axis]..=self.high[axis]).contains(&point[axis]));
        is_near && self.solid.contains(point)
    }

    /// Its outline on a raster of which the places in its own frame are known.
    fn outline(&self, places: &[Option<Point>], raster: &PlaneRaster) -> Vec<Vec<[f32; 2]>> {
        let inside = |place: &Option<Point>| place.is_some_and(|place| self.holds(&place));
        let mask: Vec<f32> = places.iter().map(|place| if inside(place) { 1.0 } else { 0.0 }).collect();
        if mask.iter().all(|value| *value == 0.0) {
            return Vec::new();
        }
        isolines(Raster { values: &softened(&mask, raster.columns), columns: raster.columns }, 0.5)
    }
}

/// A drawn structure by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawnStructure {
    /// As drawn.
    pub name: String,
    /// TG-263 name, where the drawn one tells it without doubt.
    pub standard_name: Option<String>,
}

/// Outlines of the structures of a prior course.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriorOutlines {
    /// All structures that were drawn for the course.
    pub structures: Vec<DrawnStructure>,
    /// Those that the plane cuts; `structure` counts among all.
    pub outlines: Vec<PlaneOutlines>,
}

impl Review<'_> {
    /// The outlines of the structures of a prior course on a plane of the current frame; nothing where the course is not known, has
    /// no structure set in its frame, or no such map leads to it.
    pub fn prior_outlines(
        &mut self,
        course: &str,
        carrier: &Carrier,
        kind: PlaneKind,
        position_mm: f64,
    ) -> Option<PriorOutlines> {
        let raster = self.raster(kind, position_mm)?;
        let transform = self.carried_by(course, carrier)?;
        self.prepare_prior_bodies(course)?;
        let bodies = self.prior_bodies.get(course)?;
        let all = (0..raster.rows).flat_map(|row| (0..raster.columns).map(move |column| (column, row)));
        let pixels: Vec<(usize, usize)> = all.collect();
        let there = |(column, row): &(usize, usize)| transform.apply(&raster.position(*column, *row));
        let places: Vec<Option<Point>> = pixels.par_iter().map(there).collect();
        let cut = |(structure, body): (usize, &PriorBody)| {
            PlaneOutlines::of(structure, &body.outline(&places, &raster), &raster, kind)
        };
        Some(PriorOutlines {
            structures: bodies.iter().map(|body| self.prior_structure(course, &body.name)).collect(),
            outlines: bodies.par_iter().enumerate().filter_map(cut).collect(),
        })
    }

    fn prior_structure(&self, course: &str, name: &str) -> DrawnStructure {
        let course = self.context.case.courses.iter().find(|own| own.id == course);
        let set =
            course.and_then(|own| own.structure_set).map(|index| &self.context.objects.structure_sets[index]);
        let standard_name = set.and_then(|set| certain_meaning(&self.context, set, name));
        DrawnStructure { name: name.to_owned(), standard_name }
    }

    /// The map from the current frame to that of a course.
    fn carried_by(&self, course: &str, carrier: &Carrier) -> Option<Transform> {
        let case = self.context.case;
        let course = case.courses.iter().find(|own| own.id == course)?;
        let used = self.context.alignment.to_frame.get(&course.frame);
        let kind_in_use = || {
            let summaries = &self.assessment.registrations;
            summaries.iter().find(|summary| summary.moving_frame == course.frame.as_str()).map(|own| own.kind)
        };
        match carrier {
            Carrier::Tried(affine) => Some(Transform::Affine(affine.clone())),
            Carrier::Used => used.map(|map| map.transform.clone()),
            Carrier::Kind(kind) if kind_in_use() == Some(kind) => used.map(|map| map.transform.clone()),
            Carrier::Kind(kind) => {
                let mut others = self.context.alignment.others.iter();
                let other = others.find(|other| other.kind == kind && other.map.to == course.frame);
                other.map(|other| other.map.transform.clone())
            }
        }
    }

    /// Bodies are made when they are first asked for.
    fn prepare_prior_bodies(&mut self, course: &str) -> Option<()> {
        if self.prior_bodies.contains_key(course) {
            return Some(());
        }
        let own = self.context.case.courses.iter().find(|own| own.id == course)?;
        let set = &self.context.objects.structure_sets[own.structure_set?];
        if set.frame != own.frame {
            return None;
        }
        let image = own.image.and_then(|image| self.context.objects.images[image].grid.as_ref().ok());
        let slice_thickness_mm = image.map(|grid| grid.spacing_mm()[2]);
        let settings = &self.context.settings;
        let of_roi = |roi: &case::Roi| {
            PriorBody::of(roi, SolidOptions { slice_thickness_mm, ..settings.solid_options(&roi.name) })
        };
        let bodies = set.rois.par_iter().filter_map(of_roi).collect();
        self.prior_bodies.insert(course.to_owned(), bodies);
        Some(())
    }
}

//! The maps between the images, as they can be drawn.

use std::sync::Arc;

use geometry::{Affine, DeformationField, Grid, Point, Transform, Volume};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Review;
use super::layers::{LayerValues, Quantity};
use crate::model::RegistrationSummary;

/// A map that is no vector field by itself is sampled at this distance to be drawn.
const SAMPLED_MM: f64 = 4.0;

/// A map from the current frame to that of a prior course.
#[derive(Clone, Debug, Serialize)]
pub struct MapTold {
    /// Course it leads to.
    pub course: String,
    /// As in the assessment: `same-frame`, `rigid`, `deformable`, ...
    pub kind: &'static str,
    /// Whether doses are carried by it.
    pub is_used: bool,
    /// Whether a named person accepted it.
    pub accepted: bool,
    /// Who.
    pub accepted_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The layer of the image that it leads to.
    pub moving_image: Option<String>,
    /// Matrix in row order that takes points of the current frame to the other one, where it is one.
    pub moving_from_fixed: Option<[f64; 16]>,
    /// The layer of its vectors, where it is a field: a point goes to `after · (before · p + d(p))`.
    pub field: Option<String>,
    /// Applied before the vector is added.
    pub before: Option<[f64; 16]>,
    /// Applied after it.
    pub after: Option<[f64; 16]>,
    /// The layer of determinants of its Jacobian.
    pub jacobian: Option<String>,
    /// The layer of the lengths of its vectors.
    pub displacement: Option<String>,
    /// Measures of its quality.
    pub quality: Map<String, Value>,
}

/// A map as a vector field.
#[derive(Clone, Debug)]
pub(super) struct MapLayer {
    pub course: String,
    pub kind: &'static str,
    pub note: Option<String>,
    field: Arc<DeformationField>,
}

/// What is drawn of a vector field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MapPart {
    Vectors,
    Jacobian,
    Length,
}

impl MapPart {
    pub fn words(self) -> &'static str {
        match self {
            Self::Vectors => "Vectors",
            Self::Jacobian => "Jacobian determinant",
            Self::Length => "Displacement",
        }
    }

    pub fn unit(self) -> &'static str {
        if self == Self::Jacobian { "1" } else { "mm" }
    }

    pub fn quantity(self) -> Quantity {
        match self {
            Self::Vectors => Quantity::Field,
            Self::Jacobian => Quantity::Jacobian,
            Self::Length => Quantity::Displacement,
        }
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Vectors => "field",
            Self::Jacobian => "jacobian",
            Self::Length => "displacement",
        }
    }
}

impl MapLayer {
    pub fn grid(&self) -> &Grid {
        self.field.grid()
    }

    pub fn layer_id(&self, part: MapPart) -> String {
        format!("{}-{}-{}", part.prefix(), self.course, self.kind)
    }

    pub fn values(&self, part: MapPart) -> Option<LayerValues<'static>> {
        let vectors = self.field.displacement_mm().values();
        Some(match part {
            MapPart::Vectors => LayerValues::Vectors(vectors.to_vec()),
            MapPart::Length => {
                let length = |[x, y, z]: &[f32; 3]| (x * x + y * y + z * z).sqrt();
                LayerValues::Numbers(vectors.iter().map(length).collect())
            }
            MapPart::Jacobian => {
                let determinant = |position: &Point| {
                    self.field.jacobian_at(position).map_or(f32::NAN, |jacobian| jacobian.determinant() as f32)
                };
                let places = super::layers::positions(self.grid());
                LayerValues::Numbers(places.par_iter().map(determinant).collect::<Vec<f32>>().into())
            }
        })
    }
}

impl Review<'_> {
    /// The maps to all prior courses: those in use, and the others that were found.
    pub fn maps(&self) -> Vec<MapTold> {
        let mut told = Vec::new();
        for summary in &self.assessment.registrations {
            let used =
                self.context.alignment.to_frame.iter().find(|(frame, _)| frame.as_str() == summary.moving_frame);
            told.push(self.told(summary, used.map(|(_, map)| &map.transform)));
            let others = self.context.alignment.others.iter();
            for other in others.filter(|other| other.map.to.as_str() == summary.moving_frame) {
                let rival = RegistrationSummary {
                    kind: other.kind,
                    accepted: false,
                    accepted_by: None,
                    reason: None,
                    quality: other.quality.clone(),
                    ..summary.clone()
                };
                let own = self.told(&rival, Some(&other.map.transform));
                told.push(MapTold { is_used: false, ..own });
            }
        }
        told
    }

    fn told(&self, summary: &RegistrationSummary, transform: Option<&Transform>) -> MapTold {
        let is_map = summary.kind != crate::align::NO_MAP;
        let affine = transform.filter(|_| is_map).and_then(Transform::as_affine);
        let field = transform.filter(|_| is_map && affine.is_none()).and_then(|map| self.field(summary, map));
        let layer = |part: MapPart| field.as_ref().map(|field| field.layer_id(part));
        let matrix =
            |pick: fn(&DeformationField) -> &Affine| field.as_ref().map(|own| pick(&own.field).to_row_major());
        let course = self.context.case.courses.iter().find(|course| course.frame.as_str() == summary.moving_frame);
        MapTold {
            course: summary.course.clone(),
            kind: summary.kind,
            is_used: is_map,
            accepted: summary.accepted,
            accepted_by: summary.accepted_by.clone(),
            reason: summary.reason.clone(),
            moving_image: course
                .filter(|course| course.image.is_some())
                .map(|course| format!("image-{}", course.id)),
            moving_from_fixed: affine.map(|affine| affine.to_row_major()),
            field: layer(MapPart::Vectors),
            before: matrix(DeformationField::before),
            after: matrix(DeformationField::after),
            jacobian: layer(MapPart::Jacobian),
            displacement: layer(MapPart::Length),
            quality: summary.quality.clone(),
        }
    }

    /// All maps that deform, as fields.
    pub(super) fn fields(&self) -> Vec<MapLayer> {
        let mut fields = Vec::new();
        for summary in &self.assessment.registrations {
            let leads_there = |frame: &geometry::FrameOfReference| frame.as_str() == summary.moving_frame;
            let used = self.context.alignment.to_frame.iter().find(|(frame, _)| leads_there(frame));
            let used = used.map(|(_, map)| (summary.kind, &map.transform));
            let others = self.context.alignment.others.iter().filter(|other| leads_there(&other.map.to));
            let all = used.into_iter().chain(others.map(|other| (other.kind, &other.map.transform)));
            for (kind, transform) in all.filter(|(_, transform)| transform.is_deformable()) {
                let own = RegistrationSummary { kind, ..summary.clone() };
                fields.extend(self.field(&own, transform));
            }
        }
        fields
    }

    fn field(&self, summary: &RegistrationSummary, transform: &Transform) -> Option<MapLayer> {
        let (field, note) = match transform {
            Transform::Deformation(field) => (field.clone(), None),
            other => {
                let note = format!("a map by iteration, sampled every {SAMPLED_MM} mm to be drawn");
                (Arc::new(self.sampled(other)?), Some(note))
            }
        };
        Some(MapLayer { course: summary.course.clone(), kind: summary.kind, note, field })
    }

    /// A map as vectors on a coarse grid over the current image; NaN where it is not defined.
    fn sampled(&self, transform: &Transform) -> Option<DeformationField> {
        let grid = crate::export::planning_grid(&self.context, &self.structures)?;
        let size = grid.size();
        let spacing = grid.spacing_mm();
        let coarse: [usize; 3] = std::array::from_fn(|axis| {
            ((size[axis] as f64 - 1.0) * spacing[axis] / SAMPLED_MM).ceil() as usize + 1
        });
        let planes: Vec<f64> = (0..coarse[2]).map(|k| k as f64 * SAMPLED_MM).collect();
        let [row, column] = [0, 1].map(|axis| grid.direction().column(axis).into_owned());
        let (spacing, size) = ([SAMPLED_MM; 2], [coarse[0], coarse[1]]);
        let coarse = Grid::new(grid.origin_mm(), row, column, spacing, size, &planes).ok()?;
        let vector = |position: &Point| match transform.apply(position) {
            Some(there) => (there - position).map(|component| component as f32).into(),
            None => [f32::NAN; 3],
        };
        let vectors = super::layers::positions(&coarse).par_iter().map(vector).collect();
        Some(DeformationField::new(Affine::identity(), Volume::new(coarse, vectors)?, Affine::identity()))
    }
}

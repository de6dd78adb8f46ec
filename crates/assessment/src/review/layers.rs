//! What can be laid over the image: images, doses, what may still be given, and maps between the images.

mod band;

use std::borrow::Cow;
use std::sync::Arc;

use geometry::{Grid, Point, Volume};
use radiobiology::{AlphaBeta, NumberOfFractions, Tissue};
use serde::Serialize;

use super::Review;
use super::maps::{MapLayer, MapPart};
use crate::conversion::courses;
use crate::export::{bases, planning_grid};
use crate::record;
pub(super) use band::BandUnderWay;

/// What the values of a layer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// Values of an image: Hounsfield units of a CT.
    Image,
    /// Absorbed dose (Gy(RBE) for particles).
    Absorbed,
    /// Equieffective dose.
    Eqd2,
    /// The largest total physical dose that every limit allows.
    Allowance,
    /// Displacement vectors.
    Field,
    /// Determinants of the Jacobian: 1 where nothing swells or shrinks.
    Jacobian,
    /// Lengths of displacements.
    Displacement,
}

/// Which courses an EQD2 is of, or which end of its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// One course.
    Course,
    /// The prior courses.
    Background,
    /// All courses.
    Cumulative,
    /// What 5 % of the draws stay below.
    BandLow,
    /// What 5 % of the draws go beyond.
    BandHigh,
}

/// Something that can be laid over the image.
#[derive(Clone, Debug, Serialize)]
pub struct Layer {
    /// Name in addresses.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What its values are.
    pub quantity: Quantity,
    /// `HU`, `Gy`, `mm`, `1`, or `a.u.` for images without a unit.
    pub unit: &'static str,
    /// `CT`, `MR` or `PT` of an image.
    pub modality: Option<String>,
    /// Course it belongs to, where it is one.
    pub course: Option<String>,
    /// Which courses, or which end of a band.
    pub part: Option<Part>,
    /// Basis of an EQD2.
    pub alpha_beta_gy: Option<f64>,
    /// Number of fractions of an allowance.
    pub fractions: Option<u32>,
    /// `current`, or the course in whose frame it lies.
    pub frame: String,
    /// Whether doses are upper bounds, since a course is known by its record only.
    pub is_bound: bool,
    /// What must be read with it.
    pub note: Option<String>,
    /// Where its values stand.
    #[serde(skip)]
    pub grid: Grid,
    #[serde(skip)]
    what: What,
}

/// How a layer is made.
#[derive(Clone, Debug)]
enum What {
    Image(usize),
    Absorbed(usize),
    /// The courses from the first up to the second.
    Eqd2(AlphaBeta, [usize; 2]),
    Band(AlphaBeta),
    Allowance(NumberOfFractions),
    Map(Box<MapLayer>, MapPart),
}

/// The values of a layer, `i` fastest; NaN is not known, or no limit holds.
#[derive(Clone, Debug)]
pub enum LayerValues<'r> {
    /// Of an image.
    Image(Cow<'r, [f32]>),
    /// One number per voxel.
    Numbers(Arc<[f32]>),
    /// One vector per voxel.
    Vectors(Vec<[f32; 3]>),
}

impl Review<'_> {
    /// Everything that can be laid over the image now.
    pub fn layers(&self) -> Vec<Layer> {
        let mut layers = self.images();
        layers.extend(self.doses());
        layers.extend(self.allowances());
        layers.extend(self.map_layers());
        layers
    }

    /// Works some time on a layer that takes long, and tells what part of it is done: [`Review::layer_values`] answers at once when all
    /// is, and does the rest of the work where it is not. Nothing where its values cannot be known.
    pub fn work_on(&mut self, layer: &Layer) -> Option<f64> {
        match layer.what {
            What::Band(alpha_beta) if self.kept.get(&layer.id).is_none() => {
                self.draw_band(alpha_beta, &layer.grid)
            }
            _ => Some(1.0),
        }
    }

    /// The values of a layer; nothing where they cannot be known.
    ///
    /// # Errors
    /// When doses of different basis were about to be added.
    pub fn layer_values(&mut self, layer: &Layer) -> Result<Option<LayerValues<'_>>, dose::DoseError> {
        if let Some(values) = self.kept.get(&layer.id) {
            return Ok(Some(LayerValues::Numbers(values)));
        }
        let values = match &layer.what {
            What::Image(index) => {
                let voxels = self.context.objects.images[*index].voxels.as_ref();
                return Ok(voxels.map(|voxels| LayerValues::Image(Cow::Borrowed(voxels.values()))));
            }
            What::Map(map, part) => return Ok(map.values(*part)),
            What::Allowance(fractions) => return Ok(self.allowed(*fractions)?.map(LayerValues::Numbers)),
            What::Band(..) => {
                while self.work_on(layer).is_some_and(|done| done < 1.0) {}
                return Ok(self.kept.get(&layer.id).map(LayerValues::Numbers));
            }
            What::Absorbed(course) => self.absorbed(*course, &layer.grid)?,
            What::Eqd2(alpha_beta, courses) => self.eqd2_of(*alpha_beta, *courses, &layer.grid)?,
        };
        // Neither α/β nor recovery of an organ changes what a course gave to a place.
        Ok(values.map(|values| {
            self.kept.insert(layer.id.clone(), values.clone());
            LayerValues::Numbers(values)
        }))
    }

    /// What may still be given in a number of fractions, with the settings that are followed.
    fn allowed(&mut self, fractions: NumberOfFractions) -> Result<Option<Arc<[f32]>>, dose::DoseError> {
        let allowance = self.budget(fractions)?.and_then(|budget| budget.allowances.first());
        Ok(allowance
            .map(|allowance| (0..allowance.grid().len()).map(|voxel| known(allowance.total_gy(voxel))).collect()))
    }

    fn images(&self) -> Vec<Layer> {
        let of_course = |course: &case::Course| {
            let index = course.image?;
            let image = &self.context.objects.images[index];
            let grid = image.voxels.as_ref().map(Volume::grid)?.clone();
            let modality = image.header.kind.clone();
            Some(Layer {
                unit: if modality == "CT" { "HU" } else { "a.u." },
                title: format!("{modality} of {}", course.id),
                modality: Some(modality),
                course: Some(course.id.clone()),
                frame: self.frame_of(course),
                ..Layer::new(format!("image-{}", course.id), Quantity::Image, grid, What::Image(index))
            })
        };
        self.context.case.courses.iter().filter_map(of_course).collect()
    }

    /// `current`, or the id of the course in whose frame something lies.
    pub(super) fn frame_of(&self, course: &case::Course) -> String {
        let current = self.context.case.current().map(|current| &current.frame);
        if current == Some(&course.frame) { "current".to_owned() } else { course.id.clone() }
    }

    fn doses(&self) -> Vec<Layer> {
        let courses = &self.context.case.courses;
        let Some(grid) = planning_grid(&self.context, &self.structures) else { return Vec::new() };
        if self.assessment.refused || courses_with_maps(self).is_none() {
            return Vec::new();
        }
        let mut layers: Vec<Layer> = courses
            .iter()
            .enumerate()
            .filter(|(_, course)| course.doses().next().is_some() && course.incomplete.is_none())
            .map(|(index, course)| Layer {
                title: format!("Absorbed dose of {}", course.id),
                unit: "Gy",
                course: Some(course.id.clone()),
                part: Some(Part::Course),
                ..Layer::new(
                    format!("absorbed-{}", course.id),
                    Quantity::Absorbed,
                    grid.clone(),
                    What::Absorbed(index),
                )
            })
            .collect();
        for basis in bases(&self.structures) {
            layers.extend(self.doses_of_basis(basis, &grid));
        }
        layers
    }

    fn doses_of_basis(&self, basis: AlphaBeta, grid: &Grid) -> Vec<Layer> {
        let courses = &self.context.case.courses;
        let ab = basis.gy();
        let is_bound = record::entered(self.context.case).next().is_some();
        let layer = |name: &str, title: String, part: Part, what: What| Layer {
            title,
            unit: "Gy",
            part: Some(part),
            alpha_beta_gy: Some(ab),
            is_bound,
            note: Some("no recovery: it belongs to an organ, and a grid holds all of them".to_owned()),
            ..Layer::new(format!("eqd2-ab{ab}-{name}"), Quantity::Eqd2, grid.clone(), what)
        };
        let n_prior = self.context.case.prior().count();
        let is_planned = self.context.case.current().is_some_and(case::Course::is_planned);
        let mut layers = Vec::new();
        if is_planned {
            let title = format!("EQD2 (α/β = {ab} Gy) of all courses");
            let all = [0, courses.len()];
            layers.push(layer("cumulative", title, Part::Cumulative, What::Eqd2(basis, all)));
        }
        if n_prior > 0 {
            let title = format!("EQD2 (α/β = {ab} Gy) of the prior courses");
            layers.push(layer("background", title, Part::Background, What::Eqd2(basis, [0, n_prior])));
        }
        for (index, course) in courses.iter().enumerate().filter(|(_, course)| course.doses().next().is_some()) {
            let title = format!("EQD2 (α/β = {ab} Gy) of {}", course.id);
            let what = What::Eqd2(basis, [index, index + 1]);
            let own = layer(&course.id, title, Part::Course, what);
            layers.push(Layer { course: Some(course.id.clone()), ..own });
        }
        if is_planned && n_prior > 0 && !is_bound {
            for (part, words) in [(Part::BandLow, "lower"), (Part::BandHigh, "upper")] {
                let title = format!("EQD2 (α/β = {ab} Gy) of all courses, {words} end of the 90 % band");
                let note =
                    "the band of each voxel by itself, from the maps and the calculated doses; α/β is exact";
                let own = layer("", title, part, What::Band(basis));
                layers.push(Layer { id: band::layer_id(basis, part), note: Some(note.to_owned()), ..own });
            }
        }
        layers
    }

    fn allowances(&self) -> Vec<Layer> {
        let Some(budget) = &self.assessment.budget else { return Vec::new() };
        let of_one = |allowance: &dose::budget::Allowance| {
            let fractions = allowance.fractions();
            self.allowance_layer(fractions)
        };
        budget.allowances.iter().filter_map(of_one).collect()
    }

    /// The layer of what may still be given in a number of fractions.
    pub fn allowance_layer(&self, fractions: NumberOfFractions) -> Option<Layer> {
        let grid = planning_grid(&self.context, &self.structures)?;
        self.assessment.budget.as_ref()?;
        let n = fractions.get();
        let what = What::Allowance(fractions);
        Some(Layer {
            title: format!("May still be given in {n} fractions, physical dose"),
            unit: "Gy",
            fractions: Some(n),
            note: Some("where nothing is drawn no limit holds: nobody allowed it either".to_owned()),
            ..Layer::new(format!("allowance-{n}fx"), Quantity::Allowance, grid, what)
        })
    }

    fn map_layers(&self) -> Vec<Layer> {
        let of_map = |map: MapLayer| {
            [MapPart::Vectors, MapPart::Jacobian, MapPart::Length].map(|part| Layer {
                title: format!("{} of the {} map to {}", part.words(), map.kind, map.course),
                unit: part.unit(),
                course: Some(map.course.clone()),
                note: map.note.clone(),
                ..Layer::new(
                    map.layer_id(part),
                    part.quantity(),
                    map.grid().clone(),
                    What::Map(Box::new(map.clone()), part),
                )
            })
        };
        self.fields().into_iter().flat_map(of_map).collect()
    }

    fn absorbed(&self, index: usize, grid: &Grid) -> Result<Option<Arc<[f32]>>, dose::DoseError> {
        let maps = &self.context.alignment.to_frame;
        let (Some(current), Some(mut all)) = (self.context.case.current(), courses(self.context.case, maps))
        else {
            return Ok(None);
        };
        let course = all.swap_remove(index);
        let found = dose::absorbed_at(&positions(grid), &current.frame, &course)?;
        Ok(Some(found.into_iter().map(known).collect()))
    }

    fn eqd2_of(
        &mut self,
        alpha_beta: AlphaBeta,
        [from, to]: [usize; 2],
        grid: &Grid,
    ) -> Result<Option<Arc<[f32]>>, dose::DoseError> {
        let tissue = Tissue::from(alpha_beta);
        self.conversions.prepare(self.context.case, &tissue);
        let maps = &self.context.alignment.to_frame;
        let converted = self.conversions.courses(self.context.case, maps, &tissue);
        let (Some(converted), Some(current)) = (converted, self.context.case.current()) else { return Ok(None) };
        let found = dose::accumulate_at(&positions(grid), &current.frame, &converted[from..to], &tissue)?;
        Ok(Some(found.into_iter().map(known).collect()))
    }
}

impl Layer {
    fn new(id: String, quantity: Quantity, grid: Grid, what: What) -> Self {
        Self {
            id,
            title: String::new(),
            quantity,
            unit: "1",
            modality: None,
            course: None,
            part: None,
            alpha_beta_gy: None,
            fractions: None,
            frame: "current".to_owned(),
            is_bound: false,
            note: None,
            grid,
            what,
        }
    }
}

fn courses_with_maps<'r>(review: &'r Review<'_>) -> Option<Vec<dose::CourseDoses<'r>>> {
    courses(review.context.case, &review.context.alignment.to_frame)
}

/// What is not known is no number.
fn known(value: Option<f64>) -> f32 {
    value.unwrap_or(f64::NAN) as f32
}

/// The centres of all voxels, `i` fastest.
pub(super) fn positions(grid: &Grid) -> Vec<Point> {
    let [columns, rows, planes] = grid.size();
    let of_row = |(j, k): (usize, usize)| (0..columns).map(move |i| grid.position_mm([i, j, k]));
    (0..planes).flat_map(|k| (0..rows).map(move |j| (j, k))).flat_map(of_row).collect()
}

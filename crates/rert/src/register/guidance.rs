//! What a registration is told besides the images: organs and landmarks.

use std::path::Path;

use case::Roi;
use geometry::{Point, Solid, SolidOptions};
use registration::organ::MARGIN_MM;
use registration::{LandmarkPair, OrganPair, OrganShape};

use super::arguments::RegisterArguments;
use super::series::Series;
use crate::failure::{Failure, while_doing};

/// Organs and landmarks that were named.
pub struct Guidance {
    pub landmarks: Vec<LandmarkPair>,
    pub guide: Vec<NamedPair>,
    pub only_fixed: Vec<OrganShape>,
    pub only_moving: Vec<OrganShape>,
    pub around: Option<OrganShape>,
    pub check_landmarks: Vec<LandmarkPair>,
    pub check: Vec<NamedPair>,
}

/// An organ drawn in both series.
pub struct NamedPair {
    pub name: String,
    pub fixed: OrganShape,
    pub moving: OrganShape,
}

impl NamedPair {
    pub fn shapes(&self) -> OrganPair<'_> {
        OrganPair { fixed: &self.fixed, moving: &self.moving }
    }
}

impl Guidance {
    pub fn read(arguments: &RegisterArguments, fixed: &Series, moving: &Series) -> Result<Self, Failure> {
        if !(0.0..MARGIN_MM).contains(&arguments.margin_mm) {
            return Err(Failure::Usage(format!("--margin-mm: 0 to below {MARGIN_MM} mm are possible")));
        }
        let pairs =
            |names: &[String]| names.iter().map(|name| pair(name, fixed, moving)).collect::<Result<_, _>>();
        let shapes = |names: &[String], series: &Series| {
            names.iter().map(|name| shape(name, series)).collect::<Result<Vec<_>, _>>()
        };
        let landmarks = |file: &Option<_>| file.as_deref().map_or(Ok(Vec::new()), landmarks);
        Ok(Self {
            landmarks: landmarks(&arguments.landmarks)?,
            guide: pairs(&arguments.guide)?,
            only_fixed: shapes(&arguments.only_fixed, fixed)?,
            only_moving: shapes(&arguments.only_moving, moving)?,
            around: arguments.around.as_ref().map(|name| shape(name, fixed)).transpose()?,
            check_landmarks: landmarks(&arguments.check_landmarks)?,
            check: pairs(&arguments.check)?,
        })
    }
}

/// Whether a point lies in any of some shapes.
pub fn within(shapes: &[OrganShape], position_mm: &Point) -> bool {
    shapes.iter().any(|shape| shape.distance_mm(position_mm) < 0.0)
}

fn pair(names: &str, fixed: &Series, moving: &Series) -> Result<NamedPair, Failure> {
    let (one, other) = names.split_once('=').unwrap_or((names, names));
    Ok(NamedPair { name: one.to_owned(), fixed: shape(one, fixed)?, moving: shape(other, moving)? })
}

fn shape(name: &str, series: &Series) -> Result<OrganShape, Failure> {
    let which = series.which;
    let reading = |problem: String| Failure::Failed(format!("reading {name} of the {which} series: {problem}"));
    let rois: Vec<&Roi> = series.rois.iter().filter(|roi| roi.name == name).collect();
    let [roi] = rois.as_slice() else {
        let n = rois.len();
        return Err(reading(format!(
            "{n} structures of that name lie in its frame of reference, not one; give the structure set with the series"
        )));
    };
    if let Some(problem) = roi.breaking_problem() {
        return Err(reading(format!("{problem}; draw it again")));
    }
    let options =
        SolidOptions { slice_thickness_mm: Some(series.voxels.grid().spacing_mm()[2]), ..SolidOptions::default() };
    let solid = Solid::from_contours(&roi.contours, options).map_err(|error| reading(error.to_string()))?;
    OrganShape::of(&solid).ok_or_else(|| reading("it is too small to be seen at 2.5 mm".to_owned()))
}

fn landmarks(file: &Path) -> Result<Vec<LandmarkPair>, Failure> {
    let text = std::fs::read_to_string(file).map_err(while_doing("reading the landmarks"))?;
    let points = |names| {
        crate::points_file::read(&text, names)
            .map_err(|problem| Failure::Failed(format!("reading the landmarks: {problem}")))
    };
    let (fixed, moving) = (points(["x", "y", "z"])?, points(["x2", "y2", "z2"])?);
    Ok(fixed.into_iter().zip(moving).map(|(fixed_mm, moving_mm)| LandmarkPair { fixed_mm, moving_mm }).collect())
}

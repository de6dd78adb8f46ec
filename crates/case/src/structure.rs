//! Drawn structures.

use chrono::NaiveDate;
use geometry::{Contour, FrameOfReference};

use crate::Header;

/// What the drawing system says a region is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterpretedType {
    /// Gross tumour, clinical target or planning target volume.
    Target,
    /// Outline of the patient.
    External,
    /// An organ, or nothing said.
    Organ,
    /// Couch, markers, isocentres, control structures: not tissue.
    Support(String),
}

/// A region of interest with its contours.
#[derive(Clone, Debug)]
pub struct Roi {
    /// Number within the structure set.
    pub number: i32,
    /// Name as drawn.
    pub name: String,
    /// What it is for.
    pub interpreted_type: InterpretedType,
    /// Usable contours.
    pub contours: Vec<Contour>,
    /// What is wrong with the contours that are not usable, one sentence each (H28).
    pub problems: Vec<String>,
}

impl Roi {
    /// What forbids measuring the region: a broken contour, or nothing but contours without area.
    ///
    /// A stray point or line beside real contours encloses no volume and does no harm.
    pub fn breaking_problem(&self) -> Option<&str> {
        let harmless = |problem: &&String| {
            ["encloses no area", "different points", "of type POINT"].iter().any(|form| problem.contains(form))
        };
        let broken = self.problems.iter().find(|problem| !harmless(problem));
        broken.or(self.problems.first().filter(|_| self.contours.is_empty())).map(String::as_str)
    }
}

/// A structure set.
#[derive(Clone, Debug)]
pub struct StructureSet {
    /// Identity and references common to all objects.
    pub header: Header,
    /// Label.
    pub label: String,
    /// The centre at which it was drawn (Institution Name), where it says so.
    pub institution: Option<String>,
    /// Date.
    pub date: Option<NaiveDate>,
    /// Frame in which it is drawn.
    pub frame: FrameOfReference,
    /// Regions in the order of the object.
    pub rois: Vec<Roi>,
    /// Image instances it was drawn on, where it says so.
    pub images: Vec<String>,
}

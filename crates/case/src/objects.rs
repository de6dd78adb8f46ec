//! Everything a folder held, object by object, before it is understood.

use chrono::NaiveDate;
use geometry::FrameOfReference;

use crate::{Dose, Findings, Image, PatientIdentity, Plan, Registration, StructureSet};

/// What every object says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// SOP Instance UID.
    pub uid: String,
    /// `CT`, `RTPLAN`, `RTDOSE`, ...
    pub kind: String,
    /// Whose it is.
    pub patient: PatientIdentity,
    /// Study.
    pub study: String,
    /// Date of the study.
    pub study_date: Option<NaiveDate>,
    /// Series.
    pub series: String,
    /// Frame, where the object has one.
    pub frame: Option<FrameOfReference>,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// A file that went into the result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What it is.
    pub kind: String,
}

/// One delivered session of a plan.
#[derive(Clone, Debug)]
pub struct TreatmentRecord {
    /// Identity and references common to all objects.
    pub header: Header,
    /// Plan that was treated.
    pub plan: String,
    /// Fraction group that was treated.
    pub fraction_group: i32,
    /// Numbers of the fractions it records.
    pub fraction_numbers: Vec<i64>,
    /// Day of treatment.
    pub date: Option<NaiveDate>,
}

/// The content of a folder.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// Image series.
    pub images: Vec<Image>,
    /// Structure sets.
    pub structure_sets: Vec<StructureSet>,
    /// Plans.
    pub plans: Vec<Plan>,
    /// Doses.
    pub doses: Vec<Dose>,
    /// Registrations.
    pub registrations: Vec<Registration>,
    /// Treatment records.
    pub records: Vec<TreatmentRecord>,
    /// Every file that was read.
    pub inputs: Vec<Input>,
    /// What was noticed while reading.
    pub findings: Findings,
}

impl Objects {
    /// The headers of all objects that carry an identity.
    pub fn headers(&self) -> impl Iterator<Item = &Header> {
        let images = self.images.iter().map(|object| &object.header);
        let structure_sets = self.structure_sets.iter().map(|object| &object.header);
        let plans = self.plans.iter().map(|object| &object.header);
        let doses = self.doses.iter().map(|object| &object.header);
        let registrations = self.registrations.iter().map(|object| &object.header);
        let records = self.records.iter().map(|object| &object.header);
        images.chain(structure_sets).chain(plans).chain(doses).chain(registrations).chain(records)
    }

    /// The plan with a UID.
    pub fn plan(&self, uid: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.header.uid == uid)
    }

    /// The structure set with a UID.
    pub fn structure_set(&self, uid: &str) -> Option<&StructureSet> {
        self.structure_sets.iter().find(|set| set.header.uid == uid)
    }
}

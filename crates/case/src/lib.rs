//! The vocabulary of the clinic: patient, course, plan, structure set, dose, image, registration, finding.
//!
//! Data with invariants and no input or output. [`Objects`] is what a folder held, object by object;
//! [`order()`] turns it into a [`Case`]: courses in time, each plan with its dose, fractions and RBE settled or
//! refused. Nothing here names a DICOM tag.

pub mod clinical;
pub mod course;
pub(crate) mod current;
pub mod date;
pub mod dose;
pub mod finding;
pub mod fractions;
pub mod identity;
pub mod image;
pub mod incomplete;
pub mod let_grid;
pub mod objects;
pub mod order;
pub mod organ_bounds;
pub mod plain_text;
pub mod plan;
pub mod plan_dose;
pub mod readable;
pub mod references;
pub mod registration;
pub(crate) mod sessions;
pub mod settings;
pub mod stored_dvh;
pub mod structure;
pub(crate) mod total_dose;

pub use clinical::{Answer, DrugGiven, ImagingValue, QuestionnaireFilled, Site, Technique, ToxicitySeen};
pub use course::{Case, Course, CoursePlan, FractionDoses, LetWeighted, PlannedDose, Role};
pub use date::{DateProblem, read_date};
pub use dose::{Dose, DoseType, DoseUnits, PlanReference, SummationType};
pub use finding::{Finding, Findings, Severity};
pub use identity::PatientIdentity;
pub use image::Image;
pub use incomplete::{IncompleteCourse, TreatedVolume};
pub use let_grid::RbeModels;
pub use objects::{Header, Input, Objects, TreatmentRecord};
pub use order::order;
pub use organ_bounds::OrganBounds;
pub use plain_text::plain_text;
pub use plan::{FractionGroup, Modality, Plan};
pub use readable::{is_readable, readable};
pub use registration::{Registration, RegistrationKind};
pub use settings::{Candidate, FieldRelation, Intent, Settings, SettingsError, SignedAnswer, StatedAnswer};
pub use stored_dvh::{StoredDvh, StoredDvhError, StoredRoi};
pub use structure::{InterpretedType, Roi, StructureSet};

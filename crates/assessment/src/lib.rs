//! The one function that runs the pipeline, from a case and its settings to an [`Assessment`].
//!
//! [`mod@align`] finds the way from the current frame to every dose, [`mod@structures`] measures each organ with its own
//! α/β, [`mod@judge`] compares it with the limits of the knowledge base and classifies the case, [`mod@views`] prepares the
//! pictures and [`mod@export`] the doses to be written. Everything that was guessed or refused is among the findings.

pub mod align;
mod alignments;
pub mod assess;
mod automatic;
pub mod body;
pub mod budget;
mod by_hand;
pub mod clinical;
pub mod comparison;
mod consequence;
pub mod conversion;
mod doubt;
mod drawn;
pub mod export;
mod given;
mod guidance;
pub mod judge;
mod meaning;
pub mod model;
pub mod overlay;
mod planner;
mod record;
mod recovery;
pub mod registry;
mod repair;
pub mod response;
pub mod review;
pub mod structures;
mod sum_of_maxima;
mod target_state;
mod uncertainty;
pub mod views;
mod watch;

pub use alignments::Alignments;
pub use assess::{AssessmentError, Inputs, assess, assess_with, images, order, review};
pub use budget::{Budget, BudgetOption, LimitBudget, NotLimited, ObstacleTold, TargetBudget};
pub use clinical::Clinical;
pub use comparison::Comparison;
pub use dose::Metrics;
pub use model::{
    Assessment, CourseSummary, Coverage, DvhBand, DvhCurve, ExportedDose, ExportedMap, ExportedRegion,
    ExportedRegions, ExportedRegistration, PlanSummary, Provenance, ProvenanceInput, RegistrationSummary,
    SaidInstead, SignedBy, StructureCourse, StructureSummary,
};
pub use overlay::Overlay;
pub use registry::{RegistryRecord, registry_record};
pub use repair::SettledRepair;
pub use response::ResponseValue;
pub use review::{Carrier, DrawnStructure, Followed, PlaneOutlines, PriorOutlines, Probe, Review};
pub use target_state::TargetState;
pub use views::{Outline, PlaneKind, View};
pub use watch::{Cancelled, Stage, Unwatched, Watch};

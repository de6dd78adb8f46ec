//! DICOM files to and from the vocabulary of [`case`]; the only crate that names a tag.
//!
//! Reading goes in steps: [`source`] walks folders and archives, [`guard`] looks over the bytes before any
//! parser meets them, [`parse`] makes a data set, and one module per kind of object turns it into a type of
//! [`case`]. After this crate every length is in millimetres, every position in the patient system (LPS), every
//! dose in the unit the object states with frames in increasing order, and every number finite.

pub mod access;
pub mod deidentify;
pub mod dose;
pub mod dvh;
pub mod error;
pub mod examine;
pub mod folder;
pub mod guard;
pub mod header;
pub mod image;
pub mod parse;
pub mod plan;
pub mod record;
pub mod registration;
pub mod source;
pub mod structure_set;
pub mod write;
pub mod write_document;
pub mod write_dose;
pub mod write_registration;
pub mod write_structure_set;

pub use error::{ReadError, WriteError};
pub use examine::{BrokenOff, ClaimedPatient, Examined, Identity, LeftAside, Refusal, What, examine};
pub use folder::{Folder, Progress, read_folder, read_sources};
pub use source::Source;
pub use write::WriteContext;
pub use write_document::{ReportedMeasure, write_measures, write_pdf};
pub use write_dose::{DoseExport, write_dose};
pub use write_registration::{write_deformable_registration, write_registration};
pub use write_structure_set::{ReferencedImages, Region, RegionContour, StructureSetExport, write_structure_set};

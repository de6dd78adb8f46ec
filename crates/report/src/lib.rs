//! An assessment as HTML, PDF, CSV and JSON. This crate formats; it computes no clinical number.
//!
//! `content` says once what the report says, as blocks; [`html()`] and [`pdf()`] lay the blocks out, so that the two
//! never differ. Figures are lists of shapes in points, made once and written as SVG or as PDF. Everything is a
//! function of the assessment alone: no clock, no fonts of the machine, no network.

mod axis;
mod block;
mod content;
mod course_style;
mod csv;
mod disclaimer;
mod document;
mod dose_picture;
mod drawing;
mod dvh_plot;
mod error;
mod follow_up_plot;
mod html;
mod inspection;
mod json;
mod overlay_picture;
mod palette;
mod patient_page;
mod pdf;
mod references;
mod registry;
mod results;
mod svg;
mod symbol;
mod time_axis;
mod timeline;
mod typeface;
mod used_settings;
mod wording;
mod wrapping;

pub use csv::dvh_csv;
pub use error::ReportError;
pub use html::html;
pub use inspection::inspection;
pub use json::json;
pub use patient_page::{PatientWords, patient_page};
pub use pdf::pdf;
pub use registry::{registry_csv, registry_fhir, registry_json};
pub use results::{DICOM_FOLDERS, write_results};

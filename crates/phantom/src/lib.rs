//! Synthetic patients with known truth, as DICOM.
//!
//! Patients that were treated twice ([`Scenario`]); the first of them with a head and neck course of 60 Gy in 2021 and a
//! small stereotactic course of 30 Gy in 2024, close to the same spinal cord. Everything is a formula: where an organ
//! is ([`OrganTruth::contains`]), what the CT shows ([`hounsfield()`]) and what each course gave
//! ([`prior_dose_gy`], [`current_dose_gy`]). So every number that `rert` computes from the files
//! can be compared with a number that needs no file at all.
//!
//! The anatomy is described once, in the frame of the prior course (the *moving* frame). The
//! current course (the *fixed* frame) is the same anatomy after a known rigid motion; its images,
//! doses and contours are sampled by carrying each point back into the anatomy, never by
//! resampling, so the two courses share no interpolation error.
//!
//! The crate uses no geometry of the program that it helps to test: an oracle that leans on the
//! code under test would share its mistakes. It also uses no clock, no random numbers and no
//! transcendental function (only `+ - * / sqrt floor`), so the same [`Options`] give the same bytes
//! every time, on every machine with IEEE arithmetic.
//!
//! # Example
//!
//! ```no_run
//! use phantom::{ObjectKind, Options, SyntheticPatient};
//!
//! let mut patient = SyntheticPatient::generate(&Options::tiny());
//! let dose = &mut patient.file(ObjectKind::Dose, 1).object; // break something here
//! dose.remove_element(dicom_dictionary_std::tags::DOSE_UNITS);
//! patient.write("some/folder".as_ref())?;
//! # Ok::<(), phantom::PhantomError>(())
//! ```

mod anatomy;
mod chest;
mod contour;
mod course;
mod dose;
mod dose_object;
mod element;
mod grid;
mod head;
pub mod hostile;
mod hounsfield;
mod image;
mod ion_beam;
mod modules;
mod noise;
mod options;
mod organ;
mod paint;
mod patient;
mod pet;
mod plan;
mod record;
mod registration;
mod scenario;
mod shape;
mod structure_set;
mod transform;
pub mod trunk;
mod truth;
mod uid;

pub use dose::{current_dose_gy, prior_dose_gy};
pub use hounsfield::hounsfield;
pub use noise::white_noise;
pub use options::{Detail, DoseBits, Options, PatientIdentity};
pub use organ::OrganTruth;
pub use patient::{ObjectKind, PhantomError, SyntheticFile, SyntheticPatient};
pub use scenario::Scenario;
pub use truth::Truth;

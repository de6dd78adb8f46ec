//! DICOMweb (PS3.18): what the side that answers and the side that asks have in common, and the side that asks.
//!
//! [`multipart`] takes bodies of many parts apart while they arrive. [`json`] writes a data set in the DICOM JSON model, [`bulk`]
//! and [`frames`] give what that leaves out. [`Client`] asks other systems of the clinic. What an object means is not known here,
//! and what is taken apart here came through [`dicom::guard`].

pub mod bulk;
pub mod client;
pub mod frames;
pub mod json;
mod media_type;
pub mod multipart;
pub mod service;

pub use client::{Answer, Client, ClientError, ClientLimits, Login, Stored, Subject};
pub use media_type::MediaType;

/// The media type of DICOM JSON.
pub const JSON: &str = "application/dicom+json";
/// The media type of an object.
pub const OBJECT: &str = "application/dicom";
/// The media type of bytes.
pub const BYTES: &str = "application/octet-stream";

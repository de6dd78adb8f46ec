//! Points, frames, grids, volumes, contours, transforms and interpolation.
//!
//! Everything is in the DICOM patient system (LPS: x to the left, y to the back, z to the head) and in
//! millimetres. Nothing here knows medicine or DICOM: a [`Volume`] may hold Hounsfield units or gray.
//!
//! The way through the crate: a [`Grid`] places voxels in a [`FrameOfReference`], a [`Volume`] puts a value
//! on each of them, a [`CubicSampler`] reads it between the voxels, a [`FrameTransform`] takes points from one frame to
//! another, and a [`Solid`] built from [`Contour`]s, or any other [`Body`], yields [`Samples`], the points at which an
//! organ is measured.

pub mod body;
pub mod combined;
pub mod contour;
pub mod cubic;
pub mod deformation;
pub mod distance;
pub mod frame;
pub mod grid;
pub mod isolines;
mod lattice;
mod loft;
pub mod margin;
pub mod polygon;
pub mod samples;
pub mod solid;
mod squared_depth;
pub mod transform;
pub mod volume;

pub use body::Body;
pub use combined::{Combined, DifferentPlanes, Operation};
pub use contour::{Contour, ContourError, Plane};
pub use cubic::{Between, CubicSampler, Interpolated};
pub use deformation::DeformationField;
pub use frame::FrameOfReference;
pub use grid::{Grid, GridError};
pub use isolines::{Raster, isolines};
pub use margin::Margin;
pub use polygon::Polygon;
pub use samples::Samples;
pub use solid::{EndCap, GapRule, Solid, SolidError, SolidOptions};
pub use transform::{Affine, FrameTransform, Transform, TransformError};
pub use volume::Volume;

/// A position in the DICOM patient system, millimetres.
pub type Point = nalgebra::Point3<f64>;
/// A displacement or a direction in the DICOM patient system.
pub type Vector = nalgebra::Vector3<f64>;
/// A 3 × 3 matrix whose columns are directions.
pub type Matrix = nalgebra::Matrix3<f64>;

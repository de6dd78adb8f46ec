//! An image series.

use geometry::{FrameOfReference, Grid, Volume};

use crate::Header;

/// A series of parallel slices of one kind.
#[derive(Clone, Debug)]
pub struct Image {
    /// Identity and references of its first slice.
    pub header: Header,
    /// Series that groups the slices.
    pub series: String,
    /// Frame of the slices.
    pub frame: FrameOfReference,
    /// Where the voxels stand, or why that cannot be said (H08, H09).
    pub grid: Result<Grid, String>,
    /// Instance UIDs of the slices in the order of the grid.
    pub instances: Vec<String>,
    /// Patient position as written, such as `HFS`.
    pub patient_position: String,
    /// Values (Hounsfield units for CT), once they were asked for.
    pub voxels: Option<Volume<f32>>,
}

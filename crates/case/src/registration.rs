//! A registration object: maps between frames that another system, or this one, made.

use geometry::FrameTransform;

use crate::Header;

/// What kind of map it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationKind {
    /// One matrix.
    Rigid,
    /// A vector field.
    Deformable,
}

/// Maps read from one object.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Identity and references common to all objects.
    pub header: Header,
    /// Kind of the maps.
    pub kind: RegistrationKind,
    /// What the object says about itself.
    pub description: String,
    /// The maps, each with its direction.
    pub transforms: Vec<FrameTransform>,
    /// Maps of the object that are not usable, one sentence each (H07).
    pub problems: Vec<String>,
}

//! What somebody does in the department.

use serde::{Deserialize, Serialize};

/// What somebody does in the department, and so may do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks at cases.
    Viewer,
    /// Prepares cases: takes them in, decides on settings, assesses, signs.
    Physicist,
    /// Decides on cases: settings, assessment, signature.
    Physician,
    /// Looks after accounts, access and audit; sees no case by that.
    Admin,
    /// Another program that sends and fetches objects.
    Service,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Physicist, Self::Physician, Self::Admin, Self::Service];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Physicist => "physicist",
            Self::Physician => "physician",
            Self::Admin => "admin",
            Self::Service => "service",
        }
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

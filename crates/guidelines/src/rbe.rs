//! Published models of the RBE of protons, by their id.

use case::RbeModels;
use radiobiology::VariableRbe;
use serde::Deserialize;

use crate::knowledge::{KnowledgeError, parse};
use crate::{Evidence, Knowledge};

/// A model as it stands in `rbe.toml`.
#[derive(Clone, Debug, Deserialize)]
pub struct RbeEntry {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    max_constant: f64,
    max_slope: f64,
    min_constant: f64,
    min_root_slope: f64,
    min_slope: f64,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
}

impl RbeEntry {
    /// The model.
    pub fn model(&self) -> VariableRbe {
        VariableRbe {
            max_constant: self.max_constant,
            max_slope: self.max_slope,
            min_constant: self.min_constant,
            min_root_slope: self.min_root_slope,
            min_slope: self.min_slope,
        }
    }
}

#[derive(Deserialize)]
struct RbeFile {
    rbe_model: Vec<RbeEntry>,
}

impl Knowledge {
    /// The models that a person may choose from.
    pub fn rbe_models(&self) -> RbeModels {
        self.rbe_models.iter().map(|entry| (entry.id.clone(), entry.model())).collect()
    }
}

pub(crate) fn read(text: &str) -> Result<Vec<RbeEntry>, KnowledgeError> {
    parse("rbe.toml", text).map(|file: RbeFile| file.rbe_model)
}

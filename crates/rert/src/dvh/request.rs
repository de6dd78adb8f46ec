//! What is asked for, understood.

use case::StructureSet;
use dose::{Expression, ExpressionError, Metric};
use geometry::SolidOptions;
use guidelines::Knowledge;

use super::DvhArguments;
use crate::failure::{Failure, while_doing};

/// Measures and structures.
pub(super) struct Request {
    /// Measures as they were spelled.
    pub metrics: Vec<(String, Metric)>,
    /// Every structure when nothing is asked for.
    pub wanted: Vec<Wanted>,
    pub options: SolidOptions,
    /// Fewer voxels than this in a structure are worth a warning (H31).
    pub least_voxels: f64,
}

/// A structure by its place in the structure set, since names may occur twice, or an expression.
pub(super) enum Wanted {
    Roi(usize),
    Expression(Expression),
}

impl Wanted {
    pub fn name(&self, set: &StructureSet) -> String {
        match self {
            Self::Roi(index) => set.rois[*index].name.clone(),
            Self::Expression(expression) => expression.to_string(),
        }
    }

    pub fn roi(&self) -> Option<usize> {
        match self {
            Self::Roi(index) => Some(*index),
            Self::Expression(_) => None,
        }
    }
}

impl Request {
    pub fn of(arguments: &DvhArguments, set: &StructureSet) -> Result<Self, Failure> {
        let metric = |text: &String| text.parse::<Metric>().map(|metric| (text.clone(), metric));
        let metrics = arguments.metrics.iter().map(metric).collect::<Result<_, _>>();
        let metrics = metrics.map_err(|error| Failure::Usage(error.to_string()))?;
        let mut wanted = Vec::new();
        for name in &arguments.roi {
            // Every structure of the name: which of them is meant cannot be told.
            wanted.extend(named(set, name)?.into_iter().map(Wanted::Roi));
        }
        for text in &arguments.expression {
            wanted.push(Wanted::Expression(expression(set, text)?));
        }
        if wanted.is_empty() {
            wanted = (0..set.rois.len()).map(Wanted::Roi).collect();
        }
        let knowledge = Knowledge::builtin().map_err(while_doing("reading the knowledge base"))?;
        let least_voxels = knowledge.models.small_structure.least_voxels;
        Ok(Self { metrics, wanted, options: arguments.options(), least_voxels })
    }

    /// Every structure that takes part, in the order of the set.
    pub fn rois(&self, set: &StructureSet) -> Vec<usize> {
        let takes_part = |index: &usize| {
            self.wanted.iter().any(|wanted| match wanted {
                Wanted::Roi(wanted) => wanted == index,
                Wanted::Expression(expression) => expression.names().contains(&set.rois[*index].name.as_str()),
            })
        };
        (0..set.rois.len()).filter(takes_part).collect()
    }
}

/// Every structure of a name.
fn named(set: &StructureSet, name: &str) -> Result<Vec<usize>, Failure> {
    let indices: Vec<usize> = (0..set.rois.len()).filter(|index| set.rois[*index].name == name).collect();
    if indices.is_empty() {
        let message = format!("measuring \"{name}\": the structure set has no structure of that name");
        return Err(Failure::Usage(message));
    }
    Ok(indices)
}

/// An expression whose names each mean exactly one structure.
fn expression(set: &StructureSet, text: &str) -> Result<Expression, Failure> {
    let expression: Expression =
        text.parse().map_err(|error: ExpressionError| Failure::Usage(error.to_string()))?;
    for name in expression.names() {
        let n = named(set, name)?.len();
        if n > 1 {
            return Err(Failure::Usage(format!(
                "measuring \"{expression}\": {n} structures are named \"{name}\", so which one is meant cannot be told; \
                 rename them"
            )));
        }
    }
    Ok(expression)
}

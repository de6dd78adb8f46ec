//! A case that stays open after it was assessed: what a person changes is followed at once, and any place can be asked for.

mod follow;
mod kept;
pub mod layers;
pub mod maps;
mod outlines;
mod prior_outlines;
mod probe;

use std::collections::BTreeMap;

use case::Settings;
use radiobiology::NumberOfFractions;

use crate::budget::{Budget, budget_in};
use crate::comparison::Comparison;
use crate::conversion::Conversions;
use crate::model::Assessment;
use crate::structures::{Context, Measured};
use crate::uncertainty;
use kept::KeptLayers;
use layers::BandUnderWay;
use prior_outlines::PriorBody;

pub use follow::Followed;
pub use outlines::PlaneOutlines;
pub use prior_outlines::{Carrier, DrawnStructure, PriorOutlines};
pub use probe::{Probe, ProbedAllowance, ProbedBasis, ProbedCourse};

/// Budgets that are kept at once: each holds a dose on a grid.
const MOST_BUDGETS: usize = 6;

/// An assessment with everything that it was measured from.
pub struct Review<'a> {
    context: Context<'a>,
    /// The settings that the assessment began with.
    assessed: Settings,
    structures: Vec<Measured<'a>>,
    conversions: Conversions,
    assessment: Assessment,
    /// The assessment before any other settings were followed, once its doses were let go of.
    as_assessed: Option<Box<Assessment>>,
    /// The structures of prior courses, by the course, once they were asked for.
    prior_bodies: BTreeMap<String, Vec<PriorBody>>,
    /// Values of layers that no settings change, once they were asked for.
    kept: KeptLayers,
    /// What may still be given with the settings that are followed, by the number of fractions that was asked for.
    budgets: BTreeMap<u32, Option<Budget>>,
    /// Bands of which some planes are drawn.
    bands: Vec<BandUnderWay>,
}

impl<'a> Review<'a> {
    pub(crate) fn new(
        context: Context<'a>,
        structures: Vec<Measured<'a>>,
        conversions: Conversions,
        assessment: Assessment,
    ) -> Self {
        let assessed = context.settings.as_ref().clone();
        Self {
            context,
            assessed,
            structures,
            conversions,
            assessment,
            as_assessed: None,
            prior_bodies: BTreeMap::new(),
            kept: KeptLayers::default(),
            budgets: BTreeMap::new(),
            bands: Vec::new(),
        }
    }

    /// The settings that are followed: those of the assessment with whatever of other ones could be taken over.
    pub fn settings(&self) -> &Settings {
        &self.context.settings
    }

    /// The assessment, as far as the settings were followed.
    pub fn assessment(&self) -> &Assessment {
        &self.assessment
    }

    /// Lets go of the doses, regions and registrations that were to be written, and keeps the rest of the assessment as it is now.
    pub fn let_go_of_exports(&mut self) {
        let assessment = &mut self.assessment;
        (assessment.doses, assessment.regions, assessment.exported_registrations) = Default::default();
        self.as_assessed = Some(Box::new(assessment.clone()));
    }

    /// The assessment as it was before any other settings were followed, without what was let go of.
    pub fn as_assessed(&self) -> &Assessment {
        self.as_assessed.as_deref().unwrap_or(&self.assessment)
    }

    /// Ends the review.
    pub fn into_assessment(self) -> Assessment {
        self.assessment
    }

    /// What may still be given in another number of fractions than those of the settings; nothing where there is no budget.
    ///
    /// # Errors
    /// When doses of different basis were about to be added.
    pub fn budget(&mut self, fractions: NumberOfFractions) -> Result<Option<&Budget>, dose::DoseError> {
        if !self.budgets.contains_key(&fractions.get()) {
            let found = budget_in(&self.context, &self.structures, &[fractions], &mut self.conversions)?;
            while self.budgets.len() >= MOST_BUDGETS {
                self.budgets.pop_first();
            }
            self.budgets.insert(fractions.get(), found);
        }
        Ok(self.budgets.get(&fractions.get()).and_then(Option::as_ref))
    }

    /// What the doubt of a structure comes from, and the highest prior dose within reach: `contributions` and `search` of the
    /// assessment, with the settings that are followed. Nothing where its dose is no number.
    pub fn doubt(&self, structure: usize) -> Option<serde_json::Map<String, serde_json::Value>> {
        let told = uncertainty::sources(&self.context, self.structures.get(structure)?);
        (!told.is_empty()).then_some(told)
    }

    /// Puts the other candidates for the current course beside the one that is assessed, in the order of the settings.
    pub(crate) fn compare(&mut self, others: &[Assessment]) {
        let settings = &self.context.settings;
        let assessed = settings.candidate().map(|candidate| candidate.name.as_str());
        let mut left = others.iter();
        let in_order: Vec<&Assessment> = settings
            .candidates
            .iter()
            .filter_map(|candidate| {
                if Some(candidate.name.as_str()) == assessed { Some(&self.assessment) } else { left.next() }
            })
            .collect();
        let comparison = Comparison::of(self.context.knowledge, settings, &in_order);
        self.assessment.comparison = Some(comparison);
    }
}

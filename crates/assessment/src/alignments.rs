//! The alignment of the last case, kept: candidates that share frames and images share it, and so do runs on the same objects.

use case::settings::RegistrationSettings;
use case::{Case, Findings, Objects, Settings};
use geometry::FrameOfReference;

use crate::align::{Alignment, align};

/// What was found between the images of a case. It belongs to its objects: other objects need another one.
#[derive(Default)]
pub struct Alignments {
    found: Option<(Question, Alignment, Findings)>,
}

/// What an alignment depends on.
#[derive(PartialEq)]
struct Question {
    places: Vec<Place>,
    choice: RegistrationSettings,
}

/// Where a course lies.
#[derive(PartialEq)]
struct Place {
    frames: Vec<FrameOfReference>,
    image: Option<usize>,
    structure_set: Option<usize>,
}

impl Question {
    fn of(case: &Case, settings: &Settings) -> Self {
        let place = |course: &case::Course| Place {
            frames: std::iter::once(&course.frame)
                .chain(course.doses().map(|dose| &dose.frame))
                .cloned()
                .collect(),
            image: course.image,
            structure_set: course.structure_set,
        };
        Self {
            places: case.courses.iter().map(place).collect(),
            choice: settings.registration.clone().unwrap_or_default(),
        }
    }

    /// Whether an alignment that was found for another question answers this one too: an acceptance changes no map, unless a
    /// person decided against the images.
    fn is_answered_by(&self, other: &Self, alignment: &Alignment) -> bool {
        let without_acceptance = |choice: &RegistrationSettings| RegistrationSettings {
            accepted_by: None,
            reason: None,
            ..choice.clone()
        };
        let is_same_choice = self.choice == other.choice
            || (!alignment.rests_on_acceptance
                && without_acceptance(&self.choice) == without_acceptance(&other.choice));
        self.places == other.places && is_same_choice
    }
}

impl Alignments {
    /// The alignment of a case with the acceptance that its settings state.
    pub(crate) fn of(
        &mut self,
        objects: &Objects,
        case: &Case,
        settings: &Settings,
        findings: &mut Findings,
    ) -> Alignment {
        let question = Question::of(case, settings);
        let known = self.found.take().filter(|(other, alignment, _)| question.is_answered_by(other, alignment));
        let (question, alignment, of_alignment) = known.unwrap_or_else(|| {
            let mut findings = Findings::new();
            let alignment = align(objects, case, settings, &mut findings);
            (question, alignment, findings)
        });
        findings.extend(of_alignment.clone());
        let mut accepted = alignment.clone();
        accepted.accept(&settings.registration.clone().unwrap_or_default(), findings);
        self.found = Some((question, alignment, of_alignment));
        accepted
    }
}

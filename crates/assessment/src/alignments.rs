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

    /// Whether an alignment that was found for another question answers this one too.
    fn is_answered_by(&self, other: &Self, alignment: &Alignment, objects: &Objects) -> bool {
        let without_acceptance = |choice: &RegistrationSettings| RegistrationSettings {
            accepted_by: None,
            reason: None,
            ..choice.clone()
        };
        let as_found = |choice: &RegistrationSettings| RegistrationSettings {
            choice: choice.choice.clone().or_else(|| deformable_of_images(alignment, objects)),
            ..choice.clone()
        };
        let plain = |choice: &RegistrationSettings| {
            // An acceptance changes no map, unless a person decided against the images.
            let choice = if alignment.rests_on_acceptance { choice.clone() } else { without_acceptance(choice) };
            as_found(&choice)
        };
        self.places == other.places && plain(&self.choice) == plain(&other.choice)
    }
}

/// `deformable`, where nothing but that was found although nobody asked for it: who asks for it then asks for the same.
fn deformable_of_images(alignment: &Alignment, objects: &Objects) -> Option<String> {
    const DEFORMABLE: &str = "deformable";
    let kinds = alignment.summaries.iter().map(|summary| summary.kind);
    let is_so = objects.registrations.is_empty() && kinds.into_iter().all(|kind| kind == DEFORMABLE);
    is_so.then(|| DEFORMABLE.to_owned())
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
        let known =
            self.found.take().filter(|(other, alignment, _)| question.is_answered_by(other, alignment, objects));
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

#[cfg(test)]
mod tests {
    use geometry::FrameTransform;

    use super::*;

    fn found(kind: &'static str) -> Alignment {
        let map = FrameTransform::identity(FrameOfReference::new("1.2.3"));
        Alignment { summaries: vec![crate::align::summary(&map, kind, "C1")], ..Alignment::default() }
    }

    fn asks(choice: Option<&str>, reason: Option<&str>) -> Question {
        let choice = RegistrationSettings {
            choice: choice.map(str::to_owned),
            accepted_by: reason.map(|_| "physicist".to_owned()),
            reason: reason.map(str::to_owned),
            ..RegistrationSettings::default()
        };
        Question { places: Vec::new(), choice }
    }

    #[test]
    fn what_was_found_without_a_choice_is_found_again_by_its_name_alone() {
        let (nothing, objects) = (asks(None, None), Objects::default());
        for (found_kind, wanted, is_same) in [
            ("deformable", "deformable", true),
            ("deformable", "rigid", false),
            // The deformation that was refused is said only where it was tried.
            ("rigid", "rigid", false),
            ("rigid", "deformable", false),
        ] {
            let question = asks(Some(wanted), Some("skull fits"));
            let is_answered = question.is_answered_by(&nothing, &found(found_kind), &objects);
            assert_eq!(is_answered, is_same, "{wanted} after {found_kind}");
        }
        // Where a person decides against the images, the name matters.
        let against = Alignment { rests_on_acceptance: true, ..found("deformable") };
        assert!(!asks(None, Some("skull fits")).is_answered_by(&nothing, &against, &objects));
    }
}

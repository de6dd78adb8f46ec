//! Settings that change while a case is open.

use std::collections::BTreeSet;
use std::sync::Arc;

use case::settings::StructureSettings;
use case::{Findings, Settings};
use guidelines::{JudgedConstraint, spread};
use rayon::prelude::*;

use super::Review;
use crate::clinical;
use crate::judge::{classify_with, cord_scores, is_judged, judge_all, judge_structure};
use crate::response::responses;
use crate::structures::{Context, Measured, said, settle_again};

/// What became of settings that were to be followed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Followed {
    /// Indices of the structures that are not as they were assessed.
    pub changed: Vec<usize>,
    /// Sections of the settings that only another assessment follows; they stand as they were.
    pub needs_assessment: Vec<&'static str>,
}

impl Review<'_> {
    /// Takes over whatever of other settings needs no dose to be looked up again: α/β, recovery and repair of structures, answers,
    /// drugs, images, harm, and what is reported.
    ///
    /// The numbers are those of another assessment with the settings, but that the samples of an organ are not refined again:
    /// they may differ by less than the error that stands beside them. What the doubt of a structure comes from is told by
    /// [`Review::doubt`] alone, and how much depends on the registration (H43) by an assessment alone.
    /// Pictures, and the doses and the budget within the assessment, stay as they were; [`Review::budget`] and [`Review::probe`] follow.
    pub fn follow(&mut self, settings: &Settings) -> Followed {
        let needs_assessment = needs_assessment(&self.assessed, settings);
        let draft = followable(&self.assessed, settings);
        let changed = self.different(&draft, &self.assessed);
        if draft == *self.context.settings {
            return Followed { changed, needs_assessment };
        }
        let to_measure = self.different(&draft, &self.context.settings);
        if !to_measure.is_empty() {
            self.budgets.clear();
        }
        let judged_before: Vec<bool> = self.structures.iter().map(is_judged).collect();
        self.settle(draft, &to_measure);
        self.judge_again(&to_measure, &judged_before);
        Followed { changed, needs_assessment }
    }

    /// Structures for which two settings decide differently.
    pub(super) fn different(&self, one: &Settings, other: &Settings) -> Vec<usize> {
        let names = self.structures.iter().map(|measured| &measured.roi.name).enumerate();
        names.filter(|(_, name)| one.structure(name) != other.structure(name)).map(|(index, _)| index).collect()
    }

    /// Takes settings over and measures anew what they change.
    fn settle(&mut self, settings: Settings, changed: &[usize]) {
        let said = |review: &Self| {
            let mut findings = Findings::new();
            changed.iter().for_each(|&index| findings.extend(said(&review.context, &review.structures[index])));
            findings
        };
        let before = said(self);
        self.context.settings = Arc::new(settings);
        let context = &self.context;
        let structures = self.structures.par_iter_mut().enumerate();
        structures
            .filter(|(index, _)| changed.contains(index))
            .for_each(|(_, measured)| settle_again(context, measured));
        for &index in changed {
            self.assessment.structures[index] = self.structures[index].summary.clone();
        }
        let mut findings = Findings::new();
        let kept = std::mem::take(&mut self.assessment.findings).into_iter();
        kept.filter(|finding| !before.as_slice().contains(finding)).for_each(|finding| findings.push(finding));
        findings.extend(said(self));
        self.assessment.findings = findings.into_sorted();
    }

    /// Limits, scores, type and everything beyond doses.
    fn judge_again(&mut self, changed: &[usize], judged_before: &[bool]) {
        let (context, structures) = (&self.context, &self.structures);
        let assessment = &mut self.assessment;
        if !changed.is_empty() {
            if hang_together(structures, judged_before) {
                assessment.constraints = judge_all(context, structures);
            } else {
                judge_changed(context, structures, changed, &mut assessment.constraints);
            }
            assessment.limit_spreads = spread(&assessment.constraints);
            assessment.scores = cord_scores(context, structures);
            assessment.dose_responses = responses(context, structures);
        }
        if !assessment.refused {
            // No structure takes part in the overlap of the irradiated volumes.
            let overlap_cc = assessment.classification.overlap_cc;
            assessment.classification = classify_with(context, &assessment.constraints, overlap_cc);
        }
        let clinical = clinical::clinical(context.knowledge, &context.settings, context.case, assessment);
        assessment.clinical = Some(clinical);
    }
}

/// Judges the limits of some structures anew, each in the place that it had.
fn judge_changed(
    context: &Context<'_>,
    structures: &[Measured<'_>],
    changed: &[usize],
    constraints: &mut Vec<JudgedConstraint>,
) {
    let mut before = std::mem::take(constraints);
    for (index, measured) in structures.iter().enumerate() {
        let n_own = before.iter().take_while(|constraint| constraint.structure == measured.roi.name).count();
        let own: Vec<JudgedConstraint> = before.drain(..n_own).collect();
        let is_changed = changed.contains(&index);
        constraints.extend(if is_changed { judge_structure(context, structures, measured) } else { own });
    }
}

/// Whether limits of one structure hang on what became of another: one that stands in for another gives way to it, and structures
/// of one name cannot be told apart by it.
fn hang_together(structures: &[Measured<'_>], judged_before: &[bool]) -> bool {
    let names: BTreeSet<&str> = structures.iter().map(|measured| measured.roi.name.as_str()).collect();
    names.len() < structures.len() || structures.iter().map(is_judged).ne(judged_before.iter().copied())
}

/// The settings of a structure that decide what it is and where it lies.
fn fixed(settings: &StructureSettings) -> StructureSettings {
    StructureSettings {
        name: settings.name.clone(),
        standard_name: settings.standard_name.clone(),
        interpolate_gaps: settings.interpolate_gaps,
        ..StructureSettings::default()
    }
}

fn fixed_of_all(settings: &Settings) -> Vec<StructureSettings> {
    let mut all: Vec<StructureSettings> = settings.structures.iter().map(fixed).collect();
    // An entry that fixes nothing is the same as none.
    all.retain(|entry| entry.standard_name.is_some() || entry.interpolate_gaps.is_some());
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// What differs and cannot be followed, by the name of the section.
fn needs_assessment(assessed: &Settings, draft: &Settings) -> Vec<&'static str> {
    let fixed_case = |settings: &Settings| {
        let case = &settings.case;
        (case.current_course.clone(), case.candidate.clone(), case.assessment_date, case.same_patient.clone())
    };
    let differs = [
        ("case", fixed_case(assessed) != fixed_case(draft) || assessed.case.site != draft.case.site),
        ("plan", assessed.plans != draft.plans),
        ("candidate", assessed.candidates != draft.candidates),
        ("prior_course", assessed.prior_courses != draft.prior_courses),
        ("dose", assessed.doses != draft.doses),
        ("structure", fixed_of_all(assessed) != fixed_of_all(draft)),
        ("confirmed_name", assessed.confirmed_names != draft.confirmed_names),
        ("contours", assessed.contours != draft.contours),
        ("registration", assessed.registration != draft.registration),
        ("irradiated_volume", assessed.irradiated_volume != draft.irradiated_volume),
        ("uncertainty", assessed.uncertainty != draft.uncertainty),
        ("budget", assessed.budget != draft.budget),
        ("comparison", assessed.comparison != draft.comparison),
        ("export", assessed.export != draft.export),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// The draft, with what cannot be followed as it was.
fn followable(assessed: &Settings, draft: &Settings) -> Settings {
    let mut own = assessed.clone();
    own.case.technique = draft.case.technique;
    own.case.toxicity_concern = draft.case.toxicity_concern.clone();
    own.case.same_organ = draft.case.same_organ.clone();
    own.structures = draft
        .structures
        .iter()
        .map(|entry| {
            let before = assessed.structure(&entry.name);
            StructureSettings {
                standard_name: before.standard_name,
                interpolate_gaps: before.interpolate_gaps,
                ..entry.clone()
            }
        })
        .collect();
    // What was fixed for a structure stays so, also where the draft leaves it out.
    for entry in assessed.structures.iter().map(fixed) {
        if !own.structures.iter().any(|kept| kept.name == entry.name) {
            own.structures.push(entry);
        }
    }
    own.answers = draft.answers.clone();
    own.drugs = draft.drugs.clone();
    own.imaging = draft.imaging.clone();
    own.toxicities = draft.toxicities.clone();
    own.questionnaires = draft.questionnaires.clone();
    own.patient_page = draft.patient_page.clone();
    own.registry = draft.registry.clone();
    own.reporting = draft.reporting.clone();
    own.board = draft.board.clone();
    own
}

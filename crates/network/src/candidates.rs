//! Earlier courses of a patient who may be written down otherwise elsewhere (H02). A person decides who is who.

use std::collections::{BTreeMap, BTreeSet};

use case::PatientIdentity;

use crate::found::FoundStudy;
use crate::likeness::{Reason, compare, is_worth_a_look, points};
use crate::names::{Names, written_forms};
use crate::query::{Query, StudyKeys};
use crate::{NetworkError, Remote, Requestor};

/// Somebody who may be the patient, with what the other system has of that person.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who it is there.
    pub identity: PatientIdentity,
    /// What the other system has.
    pub studies: Vec<FoundStudy>,
    /// What agrees with the patient and what does not.
    pub reasons: Vec<Reason>,
    /// For the order alone: more agrees with who has more. It is no probability.
    pub points: i32,
}

/// All who may be the patient, those with whom most agrees first.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// Who they are.
    pub found: Vec<Candidate>,
    /// Found by a wide query, and then too unlike to be shown.
    pub n_unlike: usize,
    /// Whether the other system had more answers than are taken.
    pub are_cut_off: bool,
    /// Queries that the other system did not want to answer, out of all; where there are any, somebody may be missing.
    pub n_refused: usize,
    /// How many queries were asked.
    pub n_queries: usize,
    /// Answers without what every answer must have.
    pub n_unreadable: usize,
}

impl Requestor {
    /// Looks for studies of a patient by ID, by other IDs, by name in its spellings, with family and given name swapped, and by
    /// birth date. Nothing is joined: whoever has another ID, name, birth date or sex is a candidate of its own.
    ///
    /// # Errors
    /// When the system cannot be asked, or answers no query at all.
    pub async fn candidates(
        &self,
        remote: &Remote,
        patient: &PatientIdentity,
    ) -> Result<Candidates, NetworkError> {
        let queries: Vec<Query> = queries(patient).iter().map(Query::of_studies).collect();
        let mut candidates = Candidates { n_queries: queries.len(), ..Candidates::default() };
        if queries.is_empty() {
            return Ok(candidates);
        }
        let mut studies = BTreeMap::new();
        let mut last_failure = 0;
        for (answers, status) in self.find_all(remote, &queries).await? {
            if status != 0 {
                last_failure = status;
                candidates.n_refused += 1;
            }
            candidates.are_cut_off |= answers.are_cut_off;
            candidates.n_unreadable += answers.n_unreadable;
            for answer in &answers.found {
                match FoundStudy::read(answer) {
                    Some(study) => drop(studies.insert(study.study.clone(), study)),
                    None => candidates.n_unreadable += 1,
                }
            }
        }
        if candidates.n_refused == candidates.n_queries {
            let peer = remote.ae_title.clone();
            return Err(NetworkError::Failed { doing: "looking for earlier courses", peer, status: last_failure });
        }
        candidates.sort_out(patient, studies.into_values());
        Ok(candidates)
    }
}

impl Candidates {
    fn sort_out(&mut self, patient: &PatientIdentity, studies: impl Iterator<Item = FoundStudy>) {
        let mut by_person: BTreeMap<PatientIdentity, Vec<FoundStudy>> = BTreeMap::new();
        for study in studies {
            // Other IDs are not told with every study.
            let person = PatientIdentity { other_ids: Vec::new(), ..study.identity.clone() };
            by_person.entry(person).or_default().push(study);
        }
        for (mut identity, mut studies) in by_person {
            let other_ids: BTreeSet<String> =
                studies.iter().flat_map(|study| study.identity.other_ids.iter().cloned()).collect();
            identity.other_ids.extend(other_ids);
            let reasons = compare(patient, &identity);
            let points = points(&reasons);
            if !is_worth_a_look(&reasons) {
                self.n_unlike += 1;
                continue;
            }
            studies.sort_by(|a, b| (a.date, &a.study).cmp(&(b.date, &b.study)));
            self.found.push(Candidate { identity, studies, reasons, points });
        }
        // The order of persons is kept where points are equal, so that the same answers give the same list.
        self.found.sort_by_key(|candidate| -candidate.points);
    }
}

/// What to ask, each question once.
fn queries(patient: &PatientIdentity) -> Vec<StudyKeys> {
    let ids: BTreeSet<&String> = std::iter::once(&patient.id).chain(&patient.other_ids).collect();
    let mut queries: Vec<StudyKeys> = Vec::new();
    for id in ids.into_iter().filter(|id| !id.trim().is_empty()) {
        // Signs that stand for any letters would be taken as such.
        let patient_id = id.replace('*', "?");
        queries.push(StudyKeys { patient_id, ..StudyKeys::default() });
    }
    for patient_name in name_patterns(&patient.name) {
        queries.push(StudyKeys { patient_name, ..StudyKeys::default() });
    }
    if patient.birth_date.is_some() {
        queries.push(StudyKeys { birth_date: patient.birth_date, ..StudyKeys::default() });
    }
    queries
}

/// The family name in its spellings with the first letter of the given name, and the same with both swapped. Not every system
/// ignores case, and so names are asked for in capitals and with capitals at their beginnings.
fn name_patterns(name: &str) -> BTreeSet<String> {
    let names = Names::read(name);
    let mut patterns = BTreeSet::new();
    for (first, second) in [(&names.family, &names.given), (&names.given, &names.family)] {
        for form in written_forms(first) {
            let initials = initials(second);
            for initial in &initials {
                patterns.insert(format!("{form}*^{initial}*"));
                patterns.insert(format!("{}*^{initial}*", capitalised(&form)));
            }
            if initials.is_empty() {
                patterns.insert(format!("{form}*"));
                patterns.insert(format!("{}*", capitalised(&form)));
            }
        }
    }
    patterns
}

/// The first letter, and a sign for any letter where it is one that is written in more than one way.
fn initials(name: &str) -> Vec<String> {
    match name.chars().next() {
        None => Vec::new(),
        Some(letter) if letter.is_ascii_alphabetic() => vec![letter.to_uppercase().to_string()],
        Some(_) => vec!["?".to_owned()],
    }
}

fn capitalised(form: &str) -> String {
    let mut begins = true;
    let mut capitalised = String::new();
    for letter in form.chars() {
        if begins {
            capitalised.extend(letter.to_uppercase());
        } else {
            capitalised.extend(letter.to_lowercase());
        }
        begins = matches!(letter, ' ' | '-' | '\'');
    }
    capitalised
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_asked_for_in_both_orders_and_all_spellings() {
        let patterns = name_patterns("Müller^Anna");
        for pattern in ["MUELLER*^A*", "Mueller*^A*", "M?ller*^A*", "MULLER*^A*", "Anna*^M*", "ANNA*^M*"] {
            assert!(patterns.contains(pattern), "{pattern} in {patterns:?}");
        }
        assert!(name_patterns("").is_empty());
        assert!(name_patterns("^").is_empty());
        assert!(name_patterns("Øst^Åse").contains("OEST*^?*"));
    }

    #[test]
    fn nobody_is_asked_for_without_a_key() {
        assert!(queries(&PatientIdentity::default()).is_empty());
        let patient = PatientIdentity { id: "*".to_owned(), ..PatientIdentity::default() };
        assert_eq!(queries(&patient)[0].patient_id, "?");
    }
}

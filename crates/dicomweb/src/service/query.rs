//! What is searched for (PS3.18 8.3.4).

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::found::{FoundInstance, FoundSeries, FoundStudy, Owner};
use super::page::Page;
use super::pattern::{fits, name_fits};
use crate::json::tag_of;

/// Answers that are given at once where nobody says how many.
const MOST: usize = 10_000;

/// Why a search cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A name of no attribute.
    #[error("searching: \"{0}\" is neither an attribute nor a parameter of a search")]
    Unknown(String),
    /// A number that is none.
    #[error("searching: {0} is not followed by a number")]
    Number(&'static str),
}

/// What is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Studies.
    Studies,
    /// Series.
    Series,
    /// Instances.
    Instances,
}

/// What is searched for.
#[derive(Clone, Default)]
pub struct Query {
    study: Vec<String>,
    series: Vec<String>,
    instance: Vec<String>,
    sop_class: Vec<String>,
    modality: Vec<String>,
    modalities_in_study: Vec<String>,
    patient_id: String,
    issuer: String,
    patient_name: String,
    birth_date: String,
    sex: String,
    /// Attributes by which nothing here can be searched, as they were asked for; more is answered then than was meant.
    pub unmatched: Vec<String>,
    /// Answers that are passed over.
    pub offset: usize,
    /// Answers that are given.
    pub limit: usize,
}

impl Query {
    /// Reads the parameters of an address.
    ///
    /// # Errors
    /// When one is no parameter of a search.
    pub fn read(parameters: &[(String, String)], level: Level) -> Result<Self, QueryError> {
        let mut query = Self { limit: MOST, ..Self::default() };
        for (name, value) in parameters {
            match name.as_str() {
                "limit" => query.limit = number("limit", value)?.min(MOST),
                "offset" => query.offset = number("offset", value)?,
                // Every answer tells all that is known.
                "includefield" => {}
                "fuzzymatching" => {
                    if value.eq_ignore_ascii_case("true") {
                        query.unmatched.push("fuzzymatching".to_owned());
                    }
                }
                _ => query.read_key(name, value)?,
            }
        }
        query.tell_what_does_not_count(level);
        Ok(query)
    }

    /// What a study has as a whole is not known of its series, and what instances are is not known of studies and series.
    fn tell_what_does_not_count(&mut self, level: Level) {
        let of_instances = [(&self.instance, "SOPInstanceUID"), (&self.sop_class, "SOPClassUID")];
        let of_studies = [(&self.modalities_in_study, "ModalitiesInStudy")];
        let all = of_instances.into_iter().filter(|_| level != Level::Instances);
        let all = all.chain(of_studies.into_iter().filter(|_| level != Level::Studies));
        let told = all.filter(|(wanted, _)| !wanted.is_empty()).map(|(_, name)| name.to_owned());
        self.unmatched.extend(told.collect::<Vec<_>>());
    }

    fn read_key(&mut self, name: &str, value: &str) -> Result<(), QueryError> {
        let unknown =
            || QueryError::Unknown(name.chars().filter(|letter| !letter.is_control()).take(64).collect());
        // Of a path into a sequence the first step is enough to know that nothing here is searched by it.
        let tag = name.split('.').next().and_then(tag_of).ok_or_else(unknown)?;
        let value = value.trim();
        if value.is_empty() || value == "*" {
            return Ok(());
        }
        if name.contains('.') || !self.keep(tag, value) {
            self.unmatched
                .push(name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '.').collect());
        }
        Ok(())
    }

    fn keep(&mut self, tag: Tag, value: &str) -> bool {
        let listed = || value.split([',', '\\']).map(|part| part.trim().to_owned()).collect();
        match tag {
            tags::STUDY_INSTANCE_UID => self.study = listed(),
            tags::SERIES_INSTANCE_UID => self.series = listed(),
            tags::SOP_INSTANCE_UID => self.instance = listed(),
            tags::SOP_CLASS_UID => self.sop_class = listed(),
            tags::MODALITY => self.modality = listed(),
            tags::MODALITIES_IN_STUDY => self.modalities_in_study = listed(),
            tags::PATIENT_ID => self.patient_id = value.to_owned(),
            tags::ISSUER_OF_PATIENT_ID => self.issuer = value.to_owned(),
            tags::PATIENT_NAME => self.patient_name = value.to_owned(),
            tags::PATIENT_BIRTH_DATE => self.birth_date = value.to_owned(),
            tags::PATIENT_SEX => self.sex = value.to_owned(),
            _ => return false,
        }
        true
    }

    /// The one study that is searched for, where it is one.
    pub fn only_study(&self) -> Option<&str> {
        only(&self.study)
    }

    /// The one series.
    pub fn only_series(&self) -> Option<&str> {
        only(&self.series)
    }

    /// The one instance.
    pub fn only_instance(&self) -> Option<&str> {
        only(&self.instance)
    }

    /// The one Patient ID, where it holds no sign that stands for letters.
    pub fn only_patient_id(&self) -> Option<&str> {
        Some(self.patient_id.as_str()).filter(|id| !id.is_empty() && !id.contains(['*', '?']))
    }

    /// Whether what is sought may be found by what a study says, and what one of its series says.
    pub fn fits_study(&self, study: &FoundStudy) -> bool {
        let fits_one = |wanted: &String| study.modalities.iter().any(|own| fits(wanted, own));
        is_among(&self.study, &study.study)
            && self.fits_owner(&study.owner)
            && (self.modalities_in_study.is_empty() || self.modalities_in_study.iter().any(fits_one))
    }

    /// The same of a series. Which modalities its whole study has is not known here.
    pub fn fits_series(&self, series: &FoundSeries) -> bool {
        is_among(&self.study, &series.study)
            && is_among(&self.series, &series.series)
            && fits_any(&self.modality, &series.modality)
            && self.fits_owner(&series.owner)
    }

    /// The same of an instance.
    pub fn fits_instance(&self, instance: &FoundInstance) -> bool {
        self.fits_series(&instance.series)
            && is_among(&self.instance, &instance.instance)
            && is_among(&self.sop_class, &instance.class)
    }

    fn fits_owner(&self, owner: &Owner) -> bool {
        let told = |wanted: &str, own: &str| wanted.is_empty() || fits(wanted, own);
        told(&self.patient_id, &owner.id)
            && told(&self.issuer, &owner.issuer)
            && told(&self.sex, &owner.sex)
            && (self.patient_name.is_empty() || name_fits(&self.patient_name, &owner.name))
            && (self.birth_date.is_empty() || fits_date(&self.birth_date, &owner.birth_date))
    }

    /// What is given of the answers, before the first of them is known.
    pub fn page<T>(&self) -> Page<T> {
        Page::new(self.offset, self.limit)
    }
}

fn only(wanted: &[String]) -> Option<&str> {
    match wanted {
        [one] => Some(one),
        _ => None,
    }
}

fn is_among(wanted: &[String], own: &String) -> bool {
    wanted.is_empty() || wanted.contains(own)
}

fn fits_any(wanted: &[String], own: &str) -> bool {
    wanted.is_empty() || wanted.iter().any(|wanted| fits(wanted, own))
}

/// A day, or the first and the last day with a line between them, of which one may be missing.
fn fits_date(wanted: &str, own: &str) -> bool {
    match wanted.split_once('-') {
        None => wanted == own,
        Some((first, last)) => !own.is_empty() && first <= own && (last.is_empty() || own <= last),
    }
}

fn number(name: &'static str, value: &str) -> Result<usize, QueryError> {
    value.trim().parse().map_err(|_| QueryError::Number(name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn query(parameters: &[(&str, &str)]) -> Result<Query, QueryError> {
        let parameters: Vec<_> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Query::read(&parameters, Level::Studies)
    }

    fn study() -> FoundStudy {
        let owner = Owner {
            id: "4711".to_owned(),
            name: "Doe^Jane".to_owned(),
            birth_date: "19600304".to_owned(),
            ..Owner::default()
        };
        let modalities = ["CT", "RTDOSE"].map(str::to_owned).into();
        FoundStudy { study: "1.2".to_owned(), owner, modalities, n_series: 2, n_instances: 3 }
    }

    #[test]
    fn every_key_must_fit() {
        let fits = |parameters: &[(&str, &str)]| query(parameters).unwrap().fits_study(&study());
        for parameters in [
            &[][..],
            &[("PatientName", "doe*")],
            &[("00100010", "D?E^JANE"), ("PatientID", "47*")],
            &[("PatientBirthDate", "19600101-19601231"), ("ModalitiesInStudy", "RTDOSE")],
            &[("PatientBirthDate", "-19600304"), ("StudyInstanceUID", "1.1,1.2")],
            &[("PatientID", "*"), ("PatientName", "")],
        ] {
            assert!(fits(parameters), "{parameters:?}");
        }
        for parameters in [
            &[("PatientName", "doe")][..],
            &[("PatientName", "doe*"), ("PatientID", "47")],
            &[("PatientBirthDate", "19600305-")],
            &[("ModalitiesInStudy", "MR")],
            &[("StudyInstanceUID", "1.1")],
        ] {
            assert!(!fits(parameters), "{parameters:?}");
        }
    }

    #[test]
    fn what_cannot_be_searched_by_is_told_and_what_is_nothing_refused() {
        assert_eq!(
            query(&[("AccessionNumber", "A1"), ("00400275.00400009", "x")]).unwrap().unmatched,
            ["AccessionNumber", "00400275.00400009"]
        );
        assert!(matches!(query(&[("PatientNmae", "x")]), Err(QueryError::Unknown(_))));
        assert!(matches!(query(&[("limit", "-1")]), Err(QueryError::Number(_))));
        let page = |parameters: &[(&str, &str)], answers: &[i32]| {
            let mut page = query(parameters).unwrap().page();
            let n_asked_for = answers.iter().take_while(|answer| page.add(**answer)).count();
            (page.answers, page.has_more, n_asked_for)
        };
        assert_eq!(page(&[("limit", "2"), ("offset", "1")], &[1, 2, 3, 4, 5]), (vec![2, 3], true, 3));
        assert_eq!(page(&[("limit", "2"), ("offset", "1")], &[1, 2, 3]), (vec![2, 3], false, 3));
        assert_eq!(page(&[("limit", "0")], &[1]), (vec![], true, 0));
        assert_eq!(page(&[("offset", "18446744073709551615")], &[1]), (vec![], false, 1));
    }
}

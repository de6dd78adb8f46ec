//! A query, and the exchange of one over an association (PS3.4 C.4.1).

use chrono::NaiveDate;
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;
use dicom_dictionary_std::uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND;
use dicom_object::InMemDicomObject;

use crate::association::Association;
use crate::command::{Operation, Request};
use crate::find::Answers;
use crate::found::{FoundPatient, FoundStudy};
use crate::requestor::response;
use crate::{Fault, Uid, identifier};

/// What studies must fit. An empty text fits everything; `*` and `?` stand for any letters and for one.
#[derive(Clone, Default)]
pub struct StudyKeys {
    /// Patient ID.
    pub patient_id: String,
    /// Name with its components separated by `^`.
    pub patient_name: String,
    /// Birth date.
    pub birth_date: Option<NaiveDate>,
    /// The first day on which the study may have begun.
    pub from: Option<NaiveDate>,
    /// The last one.
    pub to: Option<NaiveDate>,
    /// One of these must be among the modalities.
    pub modalities: Vec<String>,
    /// Accession Number.
    pub accession_number: String,
    /// This study and no other.
    pub study: Option<Uid>,
}

impl std::fmt::Debug for StudyKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("StudyKeys { .. }")
    }
}

/// A query of one model at one level.
pub(crate) struct Query {
    pub(crate) model: &'static str,
    identifier: InMemDicomObject,
}

impl Query {
    pub(crate) fn new(level: &str, model: &'static str) -> Self {
        let mut query = Self { model, identifier: InMemDicomObject::new_empty() };
        query.put(tags::QUERY_RETRIEVE_LEVEL, VR::CS, level);
        query
    }

    pub(crate) fn of_study_root(level: &str) -> Self {
        Self::new(level, STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND)
    }

    pub(crate) fn of_studies(keys: &StudyKeys) -> Self {
        let mut query = Self::of_study_root("STUDY");
        query.patient(keys);
        query.ask_for(&FoundStudy::ATTRIBUTES);
        query.put(tags::STUDY_DATE, VR::DA, &range(keys.from, keys.to));
        query.put(tags::ACCESSION_NUMBER, VR::SH, &keys.accession_number);
        query.put(tags::MODALITIES_IN_STUDY, VR::CS, &keys.modalities.join("\\"));
        query.put(tags::STUDY_INSTANCE_UID, VR::UI, keys.study.as_ref().map_or("", Uid::as_str));
        query
    }

    /// Whose what is sought is.
    pub(crate) fn patient(&mut self, keys: &StudyKeys) {
        self.ask_for(&FoundPatient::ATTRIBUTES);
        let id = single(&keys.patient_id);
        let name = single(&keys.patient_name);
        if let Some(set) = character_set(&[&id, &name]) {
            self.put(tags::SPECIFIC_CHARACTER_SET, VR::CS, set);
        }
        self.put(tags::PATIENT_ID, VR::LO, &id);
        self.put(tags::PATIENT_NAME, VR::PN, &name);
        self.put(tags::PATIENT_BIRTH_DATE, VR::DA, &keys.birth_date.map(day).unwrap_or_default());
    }

    /// Where what is sought is.
    pub(crate) fn within(&mut self, study: &Uid, series: Option<&Uid>) {
        self.put(tags::STUDY_INSTANCE_UID, VR::UI, study.as_str());
        if let Some(series) = series {
            self.put(tags::SERIES_INSTANCE_UID, VR::UI, series.as_str());
        }
    }

    /// What answers should tell.
    pub(crate) fn ask_for(&mut self, attributes: &[(Tag, VR)]) {
        for (tag, representation) in attributes {
            self.put(*tag, *representation, "");
        }
    }

    fn put(&mut self, tag: Tag, representation: VR, text: &str) {
        identifier::put(&mut self.identifier, tag, representation, text);
    }
}

/// A backslash would make two values of one.
fn single(text: &str) -> String {
    text.chars().filter(|letter| *letter != '\\' && !letter.is_control()).collect()
}

/// Letters beyond ASCII are sent in Latin 1 where that has them, which more systems read than UTF-8.
fn character_set(texts: &[&str]) -> Option<&'static str> {
    let highest = texts.iter().flat_map(|text| text.chars()).max()?;
    match highest {
        '\0'..='\u{7F}' => None,
        '\u{80}'..='\u{FF}' => Some("ISO_IR 100"),
        _ => Some("ISO_IR 192"),
    }
}

fn day(date: NaiveDate) -> String {
    date.format("%Y%m%d").to_string()
}

fn range(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    match (from, to) {
        (None, None) => String::new(),
        (from, to) => format!("{}-{}", from.map(day).unwrap_or_default(), to.map(day).unwrap_or_default()),
    }
}

/// What all answers to one question may hold together.
pub(crate) struct Room {
    most: u64,
    left: u64,
}

impl Room {
    pub(crate) fn new(most: u64) -> Self {
        Self { most, left: most }
    }

    fn take(&mut self, n_bytes: usize) -> Result<(), Fault> {
        let left = self.left.checked_sub(n_bytes as u64);
        self.left = left.ok_or(Fault::TooMuchAnswered(self.most))?;
        Ok(())
    }
}

/// Asks one query: its answers, and the status of the last one.
pub(crate) async fn ask(
    association: &mut Association,
    context: u8,
    query: &Query,
    room: &mut Room,
) -> Result<(Answers<InMemDicomObject>, u16), Fault> {
    let spoken = association.context(context).map_or(String::new(), |context| context.transfer_syntax.clone());
    let data = identifier::write(&query.identifier, &spoken)?;
    let mut request = Request::new(Operation::Find, association.next_id(), query.model);
    request.has_data = true;
    association.request(context, &request, &data).await?;
    let at_most = association.limits().answers;
    let mut answers = Answers::default();
    for n in 0.. {
        let (_, response) = response(association, request.id).await?;
        if response.has_data {
            let bytes = association.data(context).await?;
            room.take(bytes.len())?;
            if n < at_most {
                answers.add(identifier::read(&bytes, &spoken).ok());
            }
        }
        if !response.is_pending() {
            // Having been cancelled by us is no failure.
            let status = if answers.are_cut_off { 0 } else { response.status };
            return Ok((answers, status));
        }
        if n == at_most {
            answers.are_cut_off = true;
            let cancel = Request::new(Operation::Cancel, request.id, query.model);
            association.request(context, &cancel, &[]).await?;
        }
        // Some are on their way when the cancellation arrives, but not as many again.
        if n > 2 * at_most {
            break;
        }
    }
    Err(Fault::Malformed("answers without end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_beyond_ascii_are_encoded_as_stated() {
        let keys = StudyKeys { patient_name: "Müller^Åsa\\*".to_owned(), ..StudyKeys::default() };
        let query = Query::of_studies(&keys);
        let bytes = identifier::write(&query.identifier, "1.2.840.10008.1.2.1").expect("a query");
        let latin = b"M\xFCller^\xC5sa*";
        assert!(bytes.windows(latin.len()).any(|window| window == latin));
        let keys = StudyKeys { patient_name: "Kowalczyk^Łucja".to_owned(), ..StudyKeys::default() };
        let bytes = identifier::write(&Query::of_studies(&keys).identifier, "1.2.840.10008.1.2").expect("a query");
        let utf8 = "Kowalczyk^Łucja".as_bytes();
        assert!(bytes.windows(utf8.len()).any(|window| window == utf8));
    }

    #[test]
    fn ranges_may_be_open() {
        let date = NaiveDate::from_ymd_opt(2020, 2, 29);
        assert_eq!(range(date, None), "20200229-");
        assert_eq!(range(None, date), "-20200229");
        assert_eq!(range(None, None), "");
    }
}

//! C-FIND: what another system has.

use dicom_dictionary_std::uids::PATIENT_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND;
use dicom_object::InMemDicomObject;
use tokio::time::timeout;

use crate::association::Association;
use crate::found::{FoundInstance, FoundPatient, FoundSeries, FoundStudy};
use crate::query::{Query, Room, StudyKeys, ask};
use crate::requestor::{Proposal, conclude};
use crate::{Fault, NetworkError, Remote, Requestor, Uid};

const DOING: &str = "querying";

/// What was found.
#[derive(Clone, Debug)]
pub struct Answers<T> {
    /// In the order of the peer.
    pub found: Vec<T>,
    /// Whether there are more, beyond the most that is taken.
    pub are_cut_off: bool,
    /// Answers without what every answer must have.
    pub n_unreadable: usize,
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self { found: Vec::new(), are_cut_off: false, n_unreadable: 0 }
    }
}

impl Answers<InMemDicomObject> {
    /// One more answer, where it can be read.
    pub(crate) fn add(&mut self, answer: Option<InMemDicomObject>) {
        match answer {
            Some(answer) => self.found.push(answer),
            None => self.n_unreadable += 1,
        }
    }
}

/// The raw answers to a query, and the status with which they ended.
pub(crate) type Asked = (Answers<InMemDicomObject>, u16);

impl Requestor {
    /// Patients by ID, name and birth date, where the peer knows the model with patients on top.
    ///
    /// # Errors
    /// When the peer cannot be asked or answers with a failure.
    pub async fn find_patients(
        &self,
        remote: &Remote,
        keys: &StudyKeys,
    ) -> Result<Answers<FoundPatient>, NetworkError> {
        let mut query = Query::new("PATIENT", PATIENT_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND);
        query.patient(keys);
        self.find(remote, &query, FoundPatient::read).await
    }

    /// Studies, with whose they are.
    ///
    /// # Errors
    /// When the peer cannot be asked or answers with a failure.
    pub async fn find_studies(
        &self,
        remote: &Remote,
        keys: &StudyKeys,
    ) -> Result<Answers<FoundStudy>, NetworkError> {
        self.find(remote, &Query::of_studies(keys), FoundStudy::read).await
    }

    /// The series of a study.
    ///
    /// # Errors
    /// When the peer cannot be asked or answers with a failure.
    pub async fn find_series(&self, remote: &Remote, study: &Uid) -> Result<Answers<FoundSeries>, NetworkError> {
        let mut query = Query::of_study_root("SERIES");
        query.within(study, None);
        query.ask_for(&FoundSeries::ATTRIBUTES);
        self.find(remote, &query, FoundSeries::read).await
    }

    /// The objects of a series.
    ///
    /// # Errors
    /// When the peer cannot be asked or answers with a failure.
    pub async fn find_instances(
        &self,
        remote: &Remote,
        study: &Uid,
        series: &Uid,
    ) -> Result<Answers<FoundInstance>, NetworkError> {
        let mut query = Query::of_study_root("IMAGE");
        query.within(study, Some(series));
        query.ask_for(&FoundInstance::ATTRIBUTES);
        self.find(remote, &query, FoundInstance::read).await
    }

    async fn find<T>(
        &self,
        remote: &Remote,
        query: &Query,
        read: impl Fn(&InMemDicomObject) -> Option<T>,
    ) -> Result<Answers<T>, NetworkError> {
        let mut asked = self.find_all(remote, std::slice::from_ref(query)).await?;
        let (answers, status) = asked.pop().unwrap_or_default();
        if status != 0 {
            return Err(NetworkError::Failed { doing: DOING, peer: remote.ae_title.clone(), status });
        }
        let found: Vec<T> = answers.found.iter().filter_map(read).collect();
        let n_unreadable = answers.n_unreadable + answers.found.len() - found.len();
        Ok(Answers { found, are_cut_off: answers.are_cut_off, n_unreadable })
    }

    /// Several queries of one model over one association: the answers to each, and the status with which they ended.
    pub(crate) async fn find_all(&self, remote: &Remote, queries: &[Query]) -> Result<Vec<Asked>, NetworkError> {
        let model = queries.first().map_or("", |query| query.model);
        let proposals = [Proposal::of_messages(model)];
        let (mut association, context) = self.associate_for(remote, &proposals, "queries").await?;
        let asked = timeout(self.limits.query, ask_all(&mut association, context, queries)).await;
        let asked = asked.unwrap_or(Err(Fault::TimedOut("giving all of its answers")));
        conclude(association, asked).await.map_err(Fault::while_doing(DOING, &remote.ae_title))
    }
}

async fn ask_all(association: &mut Association, context: u8, queries: &[Query]) -> Result<Vec<Asked>, Fault> {
    let mut asked = Vec::with_capacity(queries.len());
    let mut room = Room::new(association.limits().answer_bytes);
    for query in queries {
        asked.push(ask(association, context, query, &mut room).await?);
    }
    Ok(asked)
}

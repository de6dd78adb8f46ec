//! C-FIND, C-GET and C-MOVE against a small archive, and candidates for the same patient (H02).

use std::sync::Arc;

use case::PatientIdentity;
use chrono::NaiveDate;
use dicom_object::InMemDicomObject;
use network::{Agreement, Attribute, HowEnded, NetworkError, StudyKeys, Subject};

use crate::support::objects::{self, ANNA, Patient};
use crate::support::pacs::{self, Archive};
use crate::support::{NODE, Recorder, Running, requestor, title, uid};

const SWAPPED: Patient = Patient { id: "0815", name: "ANNA^M\u{fc}ller", birth_date: "19600304" };
const MARRIED: Patient = Patient { id: "99", name: "Schmidt^Anna", birth_date: "19600304" };
const OTHER: Patient = Patient { id: "17", name: "Mueller^Albert", birth_date: "19810101" };

fn images() -> Vec<InMemDicomObject> {
    let mut images: Vec<_> = (1..=3).map(|number| objects::ct(&ANNA, 1, number, 32)).collect();
    images.push(objects::ct(&ANNA, 2, 4, 32));
    images.extend([SWAPPED, MARRIED, OTHER].iter().map(|patient| objects::ct(patient, 1, 1, 32)));
    images
}

fn archive() -> Archive {
    Archive { objects: images(), ..Archive::default() }
}

fn study(patient: &Patient) -> network::Uid {
    uid(&format!("2.25.1000.{}", patient.id))
}

#[tokio::test(flavor = "multi_thread")]
async fn studies_series_and_instances_are_found() {
    let pacs = pacs::start(archive());
    let keys = StudyKeys { patient_id: ANNA.id.to_owned(), ..StudyKeys::default() };
    let studies = requestor().find_studies(&pacs, &keys).await.expect("answers").found;
    assert_eq!(studies.len(), 1);
    let found = &studies[0];
    assert_eq!((found.identity.id.as_str(), found.identity.name.as_str()), (ANNA.id, ANNA.name));
    assert_eq!(found.identity.birth_date, NaiveDate::from_ymd_opt(1960, 3, 4));
    assert_eq!((found.date, found.description.as_str()), (NaiveDate::from_ymd_opt(2020, 1, 2), "planning"));
    let series = requestor().find_series(&pacs, &found.study).await.expect("answers").found;
    assert_eq!(series.len(), 2);
    assert_eq!(series[0].modality, "CT");
    let instances = requestor().find_instances(&pacs, &found.study, &series[0].series).await.expect("answers");
    assert_eq!(instances.found.len(), 3);
    assert_eq!(instances.n_unreadable, 0);
    let patients = requestor().find_patients(&pacs, &StudyKeys::default()).await.expect("answers").found;
    assert_eq!(patients.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_beyond_the_limit_are_cut_off() {
    let pacs = pacs::start(archive());
    let mut requestor = requestor();
    requestor.limits.answers = 2;
    let answers = requestor.find_studies(&pacs, &StudyKeys::default()).await.expect("answers");
    assert_eq!(answers.found.len(), 2);
    assert!(answers.are_cut_off);
}

#[tokio::test(flavor = "multi_thread")]
async fn h02_the_same_patient_is_found_under_other_names_and_ids() {
    let pacs = pacs::start(archive());
    let patient = PatientIdentity {
        id: ANNA.id.to_owned(),
        name: "M\u{fc}ller^Anna".to_owned(),
        birth_date: NaiveDate::from_ymd_opt(1960, 3, 4),
        ..PatientIdentity::default()
    };
    let candidates = requestor().candidates(&pacs, &patient).await.expect("candidates");
    let ids: Vec<_> = candidates.found.iter().map(|candidate| candidate.identity.id.as_str()).collect();
    assert_eq!(ids, [ANNA.id, SWAPPED.id, MARRIED.id], "in the order of likeness, and nobody else");
    assert_eq!(candidates.n_unlike, 1, "the other Mueller was seen");
    let agreement = |at: usize, attribute| {
        let reasons = &candidates.found[at].reasons;
        reasons.iter().find(|reason| reason.attribute == attribute).expect("a reason").agreement
    };
    assert_eq!(agreement(0, Attribute::PatientId), Agreement::Same);
    assert_eq!(agreement(0, Attribute::FamilyName), Agreement::OtherForm);
    assert_eq!(agreement(1, Attribute::FamilyName), Agreement::Swapped);
    assert_eq!(agreement(1, Attribute::PatientId), Agreement::Different);
    assert_eq!(agreement(2, Attribute::FamilyName), Agreement::Different);
    assert_eq!(agreement(2, Attribute::BirthDate), Agreement::Same);
    let printed = format!("{candidates:?}").to_lowercase();
    assert!(!["anna", "schmidt", "planning"].iter().any(|text| printed.contains(text)), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_that_are_refused_are_counted() {
    let pacs = pacs::start(Archive { refuses_names: true, ..archive() });
    let patient =
        PatientIdentity { id: ANNA.id.to_owned(), name: ANNA.name.to_owned(), ..PatientIdentity::default() };
    let candidates = requestor().candidates(&pacs, &patient).await.expect("candidates");
    assert_eq!(candidates.found.len(), 1);
    assert_eq!(candidates.n_refused, candidates.n_queries - 1);
    let patient = PatientIdentity { id: String::new(), ..patient };
    requestor().candidates(&pacs, &patient).await.expect_err("not one query was answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_got_goes_to_the_receiver() {
    let pacs = pacs::start(archive());
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = Recorder::new(folder.path(), false);
    let subject = Subject::Study(study(&ANNA));
    let counts = requestor().get(&pacs, &subject, &recorder, folder.path()).await.expect("all of it");
    assert_eq!((counts.n_completed, counts.n_failed), (4, 0));
    let kept = recorder.kept();
    assert_eq!(kept.len(), 4);
    let original = objects::encode(&images()[0], objects::EXPLICIT);
    assert!(kept.iter().any(|kept| kept.data_set() == original), "byte for byte");
    assert_eq!(recorder.ends()[0].how, HowEnded::Released);
    let series = Subject::Series { study: study(&ANNA), series: uid("2.25.1000.4711.2") };
    let counts = requestor().get(&pacs, &series, &recorder, folder.path()).await.expect("all of it");
    assert_eq!(counts.n_completed, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_moved_comes_to_the_node() {
    let node = Running::start().await;
    let pacs = pacs::start(Archive { destination: Some(node.remote()), ..archive() });
    let subject = Subject::Study(study(&ANNA));
    let counts = requestor().move_to(&pacs, &subject, &title(NODE)).await.expect("all of it");
    assert_eq!((counts.n_completed, counts.n_failed), (4, 0));
    assert_eq!(node.recorder.kept().len(), 4);
    assert_eq!(node.recorder.kept()[0].calling_ae, title("PACS"));
    let refused = requestor().move_to(&pacs, &subject, &title("NOWHERE")).await.expect_err("an unknown place");
    assert!(matches!(refused, NetworkError::Failed { status: 0xA801, .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn h47_what_does_not_come_is_an_error_that_counts() {
    let node = Arc::new(Running::start().await);
    let pacs = pacs::start(Archive { destination: Some(node.remote()), n_failing: 1, ..archive() });
    let subject = Subject::Study(study(&ANNA));
    let folder = tempfile::tempdir().expect("a folder");
    let recorder = Recorder::new(folder.path(), false);
    let got = requestor().get(&pacs, &subject, &recorder, folder.path()).await.expect_err("one is missing");
    let moved = requestor().move_to(&pacs, &subject, &title(NODE)).await.expect_err("one is missing");
    for error in [got, moved] {
        let NetworkError::PartlyRetrieved { counts, .. } = &error else { panic!("{error}") };
        assert_eq!((counts.n_completed, counts.n_failed), (3, 1));
    }
    assert_eq!(recorder.kept().len(), 3, "what came is kept");
}

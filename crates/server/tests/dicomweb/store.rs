//! STOW-RS.

use std::time::Duration;

use archive::audit::Outcome;
use archive::{Archive, StoredCase};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::objects::{ANNA, EXPLICIT, IMPLICIT, Patient, ct, file};
use crate::program::{Program, body, boundary, department_with_program};

pub fn anna(number: u32) -> Vec<u8> {
    file(&ct(&ANNA, 1, number, 8), EXPLICIT)
}

pub fn otto(number: u32) -> Vec<u8> {
    file(&ct(&Patient { id: "4712", name: "Otto^Karl", birth_date: "19500101" }, 1, number, 8), IMPLICIT)
}

async fn cases(archive: &Archive) -> Vec<StoredCase> {
    let mut cases = Vec::new();
    for id in archive.cases().await.unwrap() {
        cases.push(archive.case(&id).await.unwrap());
    }
    cases
}

/// The findings of the objects of a case by code, as an assessment would tell them.
async fn findings(case: &StoredCase) -> Vec<String> {
    let folder = case.objects().await.unwrap().read(&|_, _| {});
    folder.objects.findings.as_slice().iter().map(|finding| finding.code.to_owned()).collect()
}

fn items(answer: &Value, tag: &str) -> Vec<Value> {
    answer[tag]["Value"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn what_is_stored_is_kept_told_and_looked_at() {
    let (server, _folder, program) = department_with_program().await;
    let answer = program.store(&[anna(1), anna(2)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let told = answer.json();
    assert_eq!(told["00081190"]["Value"][0], "http://rert.test/dicomweb/studies/2.25.1000.4711");
    let kept = items(&told, "00081199");
    let instance = "2.25.1000.4711.1.1";
    assert_eq!(kept[0]["00081155"]["Value"], json!([instance]));
    assert!(kept[0]["00081190"]["Value"][0].as_str().unwrap().ends_with(&format!("/instances/{instance}")));
    assert_eq!((kept.len(), told.get("00081198")), (2, None));
    let cases = cases(server.archive()).await;
    assert_eq!(cases[0].objects().await.unwrap().sources().len(), 2);
    assert_eq!(cases[0].label().await.unwrap().label.split(',').next(), Some("From DICOMweb service"));
    // It is looked at without being asked for.
    for _ in 0..200 {
        if cases[0].document::<Value>("contents.json").await.unwrap().is_some() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody looks at the case");
}

#[tokio::test]
async fn a_refused_object_is_told_with_its_reason() {
    let (server, _folder, program) = department_with_program().await;
    let mut cut_off = anna(1);
    cut_off.truncate(cut_off.len() - 5);
    let answer = program.store(&[cut_off.clone()]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let failed = items(&answer.json(), "00081198");
    assert_eq!(failed[0]["00081197"]["Value"], json!([0xC000]));
    let comment = failed[0]["00000902"]["Value"][0].as_str().unwrap();
    assert!(comment.contains("longer than the bytes") || comment.starts_with("H47"), "{comment}");
    assert!(answer.header(header::WARNING).starts_with("299 rert \"H47"), "{}", answer.header(header::WARNING));
    let some = program.store(&[anna(1), cut_off, b"%PDF-1.7".to_vec()]).await;
    assert_eq!(some.status, StatusCode::ACCEPTED);
    assert_eq!((items(&some.json(), "00081199").len(), items(&some.json(), "00081198").len()), (1, 2));
    assert!(!String::from_utf8_lossy(&some.body).contains("Mueller"));
    let case = &cases(server.archive()).await[0];
    assert!(!case.left_aside().await.unwrap().refused.is_empty());
}

#[tokio::test]
async fn an_object_of_another_study_is_not_taken() {
    let (server, _folder, program) = department_with_program().await;
    let answer = program.store_at("/studies/2.25.1000.4711", &[anna(1), otto(1)]).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let failed = items(&answer.json(), "00081198");
    assert_eq!(
        (&failed[0]["00081197"]["Value"][0], &failed[0]["00081155"]["Value"][0]),
        (&json!(0xA900), &json!("2.25.1000.4712.1.1"))
    );
    assert_eq!(cases(server.archive()).await.len(), 1);
    assert_eq!(program.store_at("/studies/2.25.7", &[otto(1)]).await.status, StatusCode::CONFLICT);
    assert!(program.found("/studies?PatientID=4712").await.is_empty());
}

#[tokio::test]
async fn h19_two_contents_under_one_uid_are_kept_and_told() {
    let (server, _folder, program) = department_with_program().await;
    assert_eq!(program.store(&[anna(1)]).await.status, StatusCode::OK);
    // The same once more is nothing new.
    assert_eq!(program.store(&[anna(1)]).await.status, StatusCode::OK);
    let other = file(&ct(&ANNA, 1, 1, 4), EXPLICIT);
    let answer = program.store(&[other]).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let kept = items(&answer.json(), "00081199");
    assert_eq!(kept[0]["00081196"]["Value"], json!([0xB019]));
    assert!(kept[0]["00000902"]["Value"][0].as_str().unwrap().starts_with("H19"));
    let case = &cases(server.archive()).await[0];
    assert_eq!(case.objects().await.unwrap().sources().len(), 2);
    assert!(findings(case).await.contains(&"H19".to_owned()));
}

#[tokio::test]
async fn h47_a_request_that_ends_early_is_told_in_its_case() {
    let (server, _folder, program) = department_with_program().await;
    let whole = body(&[anna(1), anna(2)]);
    let answer = program.store_body("/studies", whole[..whole.len() - 20].to_vec()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(items(&answer.json(), "00081199").len(), 1);
    assert!(answer.header(header::WARNING).contains("ends before its closing boundary, after 1 whole parts"));
    let case = &cases(server.archive()).await[0];
    assert!(findings(case).await.contains(&"H47".to_owned()));
    assert_eq!(program.store_body("/studies", whole).await.status, StatusCode::OK);
    assert!(!findings(case).await.contains(&"H47".to_owned()));
}

#[tokio::test]
async fn h47_whoever_hangs_up_leaves_what_came_whole() {
    let (server, _folder, program) = department_with_program().await;
    let whole = body(&[anna(1), anna(2)]);
    let some = whole[..whole.len() - 20].to_vec();
    let pieces = tokio_stream_of(vec![Ok(some), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))]);
    let answer = program.store_body("/studies", Body::from_stream(pieces)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(findings(&cases(server.archive()).await[0]).await.contains(&"H47".to_owned()));
}

fn tokio_stream_of(
    pieces: Vec<std::io::Result<Vec<u8>>>,
) -> impl tokio_stream::Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
    tokio_stream::iter(pieces)
}

#[tokio::test]
async fn what_is_no_request_to_store_is_refused_and_nothing_kept() {
    let (server, _folder, program) = department_with_program().await;
    let send = async |kind: &str, body: Vec<u8>| {
        let request = program.request(Method::POST, "/studies").header(header::CONTENT_TYPE, kind);
        program.send(request.body(Body::from(body)).unwrap()).await.status
    };
    let related = boundary().content_type(dicomweb::OBJECT);
    assert_eq!(send("application/dicom", anna(1)).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(
        send(&boundary().content_type(dicomweb::JSON), body(&[anna(1)])).await,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    assert_eq!(
        send("multipart/related; type=\"application/dicom\"", body(&[anna(1)])).await,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(send(&related, anna(1)).await, StatusCode::BAD_REQUEST);
    assert_eq!(send(&related, b"--between--".to_vec()).await, StatusCode::BAD_REQUEST);
    let nested =
        "--between\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n--between--";
    assert_eq!(send(&related, nested.into()).await, StatusCode::CONFLICT);
    let long = format!("--between\r\nA: {}\r\n\r\n", "x".repeat(20_000));
    assert_eq!(send(&related, long.into_bytes()).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(server.archive().cases().await.unwrap().is_empty());
}

#[tokio::test]
async fn each_request_is_written_down_with_what_came() {
    let (server, _folder, program) = department_with_program().await;
    program.store(&[anna(1), anna(2), b"nothing".to_vec()]).await;
    program.get("/studies/2.25.1000.4711/metadata").await;
    program.get("/studies/2.25.1000.4711").await;
    let told: Vec<_> =
        server.archive().audit_entries(1).await.unwrap().into_iter().map(|entry| entry.deed).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((told[0].actor.as_str(), told[0].action.as_str()), ("service", "POST /dicomweb/studies"));
    assert_eq!((told[0].outcome, told[0].detail.as_str()), (Outcome::Done, "2 objects kept, 1 not"));
    assert_eq!(told[1].action, "GET /dicomweb/studies/{study}/metadata");
    assert!(told[1].case.is_some());
}

#[tokio::test]
async fn many_programs_store_at_once() {
    let (server, _folder, _) = department_with_program().await;
    let program = std::sync::Arc::new(Program::new(&server).await);
    let mut storing = tokio::task::JoinSet::new();
    for sender in 0..4_u32 {
        let program = program.clone();
        storing.spawn(async move {
            let files: Vec<Vec<u8>> = (0..25).map(|number| anna(100 * sender + number + 1)).collect();
            program.store(&files).await.status
        });
    }
    while let Some(status) = storing.join_next().await {
        assert_eq!(status.unwrap(), StatusCode::OK);
    }
    assert_eq!(program.found("/studies/2.25.1000.4711/instances").await.len(), 100);
}

//! QIDO-RS.

use axum::http::{StatusCode, header};
use sqlx::Connection;

use crate::program::department_with_program;
use crate::store::{anna, otto};

#[tokio::test]
async fn studies_series_and_instances_are_found_by_what_the_index_holds() {
    let (_server, _folder, program) = department_with_program().await;
    program.store(&[anna(1), anna(2), otto(1)]).await;
    for (path, n) in [
        ("/studies", 2),
        ("/studies?PatientName=mueller*", 1),
        ("/studies?PatientName=M?ELLER%5EAnna", 1),
        ("/studies?00100010=mueller", 0),
        ("/studies?PatientID=4711&includefield=all", 1),
        ("/studies?PatientID=471%3F", 2),
        ("/studies?PatientBirthDate=19500101-19551231", 1),
        ("/studies?ModalitiesInStudy=CT&StudyInstanceUID=2.25.1000.4711,2.25.9", 1),
        ("/studies?ModalitiesInStudy=RTDOSE", 0),
        ("/studies?SOPInstanceUID=&limit=1", 1),
        ("/studies?offset=2", 0),
        ("/series?Modality=CT", 2),
        ("/series?SeriesInstanceUID=2.25.1000.4711.1", 1),
        ("/studies/2.25.1000.4711/series?Modality=MR", 0),
        ("/studies/2.25.1000.4711/series", 1),
        ("/instances?PatientName=*karl", 1),
        ("/studies/2.25.1000.4711/instances", 2),
        ("/studies/2.25.1000.4711/series/2.25.1000.4711.1/instances?SOPInstanceUID=2.25.1000.4711.1.2", 1),
    ] {
        assert_eq!(program.found(path).await.len(), n, "{path}");
    }
    let study = &program.found("/studies?PatientID=4711").await[0];
    assert_eq!(study["00100010"]["Value"][0]["Alphabetic"], "Mueller^Anna");
    assert_eq!((&study["00201206"]["Value"][0], &study["00201208"]["Value"][0]), (&1.into(), &2.into()));
    assert_eq!(study["00080061"]["Value"][0], "CT");
    let instance = &program.found("/instances?SOPInstanceUID=2.25.1000.4712.1.1").await[0];
    assert_eq!(instance["00083002"]["Value"][0], "1.2.840.10008.1.2");
}

#[tokio::test]
async fn what_a_search_cannot_do_is_told() {
    let (_server, _folder, program) = department_with_program().await;
    program.store(&[anna(1), anna(2)]).await;
    let unmatched = program.get("/studies?AccessionNumber=A2").await;
    assert_eq!(unmatched.json().as_array().unwrap().len(), 1);
    assert!(unmatched.header(header::WARNING).contains("AccessionNumber"));
    let below = program.get("/series?ModalitiesInStudy=MR&SOPInstanceUID=1").await;
    assert!(below.header(header::WARNING).contains("SOPInstanceUID, ModalitiesInStudy"));
    let more = program.get("/instances?limit=1").await;
    assert!(more.header(header::WARNING).contains("more results"));
    for path in ["/studies?Patient=x", "/studies?limit=x", "/studies/x/series", "/series?offset=-1"] {
        assert_eq!(program.get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn a_search_goes_through_more_objects_than_it_holds() {
    const N: usize = 120_000;
    let (_server, folder, program) = department_with_program().await;
    program.store(&[anna(1)]).await;
    let index = format!("sqlite://{}", folder.path().join("archive/index.sqlite").display());
    let mut index = sqlx::AnyConnection::connect(&index).await.unwrap();
    // Copies of what the index says of one object, under other names.
    for statement in [
        format!(
            "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {N})
             INSERT INTO objects SELECT printf('%064d', n), n_bytes, received_us, kind, sop_class, printf('2.25.9.%06d', n),
                 series, study, transfer_syntax, patient_id, issuer, patient_name, birth_date, sex, refers_to
             FROM copies, objects"
        ),
        "INSERT INTO case_objects SELECT id, sha256 FROM cases, objects WHERE sop_instance LIKE '2.25.9.%'".to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut index).await.unwrap();
    }
    let uid = |found: &serde_json::Value| found["00080018"]["Value"][0].as_str().unwrap().to_owned();
    let path = format!("/instances?SOPInstanceUID=*&limit=2&offset={}", N - 2);
    let last: Vec<String> = program.found(&path).await.iter().map(uid).collect();
    assert_eq!(last, [format!("2.25.9.{:06}", N - 2), format!("2.25.9.{:06}", N - 1)]);
    // The page behind it begins where it ended.
    let behind = program.get(&format!("/instances?limit=2&offset={N}")).await;
    assert_eq!(behind.json().as_array().unwrap().len(), 1);
    assert_eq!(uid(&behind.json()[0]), format!("2.25.9.{N:06}"));
    assert!(behind.headers.get(header::WARNING).is_none());
    assert_eq!(program.found("/studies").await[0]["00201208"]["Value"][0], N + 1);
}

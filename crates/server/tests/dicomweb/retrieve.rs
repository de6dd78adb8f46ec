//! WADO-RS.

use axum::http::{StatusCode, header};
use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;

use crate::objects::{ALL, ANNA, BIG_ENDIAN, DEFLATED, EXPLICIT, RLE, ct, encapsulated, file};
use crate::program::{department_with_program, parts};
use crate::store::anna;

const STUDY: &str = "/studies/2.25.1000.4711";
const SERIES: &str = "/studies/2.25.1000.4711/series/2.25.1000.4711.1";

fn instance(number: u32) -> String {
    format!("{SERIES}/instances/2.25.1000.4711.1.{number}")
}

#[tokio::test]
async fn objects_come_back_byte_by_byte_in_every_transfer_syntax() {
    let (_server, _folder, program) = department_with_program().await;
    let mut stored = Vec::new();
    for (number, syntax) in (1..).zip(ALL) {
        let object = ct(&ANNA, 1, number, 16);
        let object = if syntax == RLE { encapsulated(object) } else { object };
        stored.push((format!("application/dicom {syntax}"), file(&object, syntax)));
    }
    let files: Vec<Vec<u8>> = stored.iter().map(|(_, file)| file.clone()).collect();
    let answer = program.store(&files).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    for path in [STUDY, SERIES] {
        assert_eq!(parts(&program.get(path).await), stored, "{path}");
    }
    for (number, (kind, file)) in (1..).zip(&stored) {
        let syntax = kind.split(' ').nth(1).unwrap();
        let accept = format!("multipart/related; type=\"application/dicom\"; transfer-syntax={syntax}");
        assert_eq!(parts(&program.get_as(&instance(number), &accept).await)[0].1, *file);
        assert_eq!(program.get_as(&instance(number), "application/dicom").await.body, file[..]);
    }
    let told = program.found(&format!("{STUDY}/metadata")).await;
    assert_eq!(told.len(), ALL.len());
    assert!(told.iter().all(|told| told["00100010"]["Value"][0]["Alphabetic"] == "Mueller^Anna"));
}

#[tokio::test]
async fn metadata_name_the_address_at_which_pixels_are_found() {
    let (_server, _folder, program) = department_with_program().await;
    for (number, syntax) in [(1, EXPLICIT), (2, BIG_ENDIAN), (3, DEFLATED)] {
        program.store(&[file(&ct(&ANNA, 1, number, 8), syntax)]).await;
        let told = &program.found(&format!("{}/metadata", instance(number))).await[0];
        assert!(told["00280010"]["Value"][0] == 8 && told["7FE00010"].get("Value").is_none());
        let address = told["7FE00010"]["BulkDataURI"].as_str().unwrap();
        let path = address.strip_prefix("http://rert.test/dicomweb").unwrap();
        let expected: Vec<u8> = (0..64_u32).flat_map(|at| ((at ^ number) as u16).to_le_bytes()).collect();
        let found = parts(&program.get(path).await);
        assert_eq!(found, [("application/octet-stream ".to_owned(), expected.clone())], "{syntax}");
        assert_eq!(program.get_as(path, "application/octet-stream").await.body, expected);
    }
}

#[tokio::test]
async fn frames_are_given_by_number() {
    let (_server, _folder, program) = department_with_program().await;
    let mut object = ct(&ANNA, 1, 1, 4);
    // A CT image has one frame.
    object.put(DataElement::new(tags::SOP_CLASS_UID, VR::UI, "1.2.840.10008.5.1.4.1.1.7.3"));
    object.put(DataElement::new(tags::MODALITY, VR::CS, "OT"));
    object.put(DataElement::new(tags::NUMBER_OF_FRAMES, VR::IS, "2"));
    object.put(DataElement::new(tags::ROWS, VR::US, PrimitiveValue::from(2_u16)));
    let compressed = encapsulated(ct(&ANNA, 1, 2, 16));
    let answer = program.store(&[file(&object, EXPLICIT), file(&compressed, RLE)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    let frames = parts(&program.get(&format!("{}/frames/2,1", instance(1))).await);
    let frame = |range: std::ops::Range<u16>| range.flat_map(|at| (at ^ 1).to_le_bytes()).collect::<Vec<u8>>();
    assert_eq!(frames.iter().map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>(), [frame(8..16), frame(0..8)]);
    let status = async |number: u32, frames: &str| {
        program.get(&format!("{}/frames/{frames}", instance(number))).await.status
    };
    assert_eq!(status(1, "3").await, StatusCode::NOT_FOUND);
    for wrong in ["0x", "1,1", "1,,2", "-1"] {
        assert_eq!(status(1, wrong).await, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(status(2, "1").await, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn what_cannot_be_given_as_it_is_wanted_is_refused() {
    let (_server, _folder, program) = department_with_program().await;
    program.store(&[anna(1), anna(2)]).await;
    for (path, accept) in [
        (instance(1), "image/jpeg".to_owned()),
        (
            instance(1),
            "multipart/related; type=\"application/dicom\"; transfer-syntax=1.2.840.10008.1.2.4.90".to_owned(),
        ),
        (STUDY.to_owned(), "application/dicom".to_owned()),
    ] {
        assert_eq!(program.get_as(&path, &accept).await.status, StatusCode::NOT_ACCEPTABLE, "{accept}");
    }
    for path in [
        "/studies/2.25.9",
        "/studies/2.25.9/metadata",
        &format!("{SERIES}/instances/1"),
        &format!("{}/bulkdata/00990099", instance(1)),
    ] {
        assert_eq!(program.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn h19_both_contents_are_given_and_none_is_chosen() {
    let (_server, _folder, program) = department_with_program().await;
    let other = file(&ct(&ANNA, 1, 1, 4), EXPLICIT);
    program.store(&[anna(1), other.clone()]).await;
    let mut found: Vec<Vec<u8>> = parts(&program.get(&instance(1)).await).into_iter().map(|part| part.1).collect();
    let mut stored = vec![anna(1), other];
    found.sort();
    stored.sort();
    assert_eq!(found, stored);
    for path in ["frames/1", "bulkdata/7FE00010"] {
        assert_eq!(program.get(&format!("{}/{path}", instance(1))).await.status, StatusCode::CONFLICT);
    }
}

#[tokio::test]
async fn a_damaged_content_ends_the_answer_early() {
    let (_server, folder, program) = department_with_program().await;
    program.store(&[anna(1)]).await;
    for entry in dicom::source::walk(&folder.path().join("archive/blobs")).unwrap() {
        let dicom::Source::File(path) = entry else { panic!("no file") };
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let request = program.request(axum::http::Method::GET, &instance(1)).header(header::ACCEPT, "*/*");
    let router = program.router();
    let response =
        tower::ServiceExt::oneshot(router, request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    assert!(axum::body::to_bytes(response.into_body(), usize::MAX).await.is_err());
}

#[tokio::test]
async fn alternatives_are_tried_in_the_order_in_which_they_are_wanted() {
    let (_server, _folder, program) = department_with_program().await;
    program.store(&[anna(1)]).await;
    let related = "multipart/related; type=\"application/dicom\"";
    for (accept, is_single) in [
        (format!("{related}; transfer-syntax=1.2.840.10008.1.2.4.90, application/dicom;q=0.5"), true),
        (format!("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90, {related};q=0.1"), false),
        (format!("{related};q=0.2, application/dicom;q=0.8"), true),
        (format!("image/dicom+jpeg;q=1.0, {related};q=0.9, application/dicom;q=0.8"), false),
        (format!("{related};q=0, */*;q=0.1"), true),
    ] {
        let answer = program.get_as(&instance(1), &accept).await;
        assert_eq!(answer.status, StatusCode::OK, "{accept}");
        let kind = answer.header(header::CONTENT_TYPE).to_owned();
        assert_eq!(kind.starts_with("application/dicom"), is_single, "{accept}: {kind}");
    }
    let bytes = program.get_as(&format!("{}/frames/1", instance(1)), "application/octet-stream").await;
    assert_eq!(bytes.header(header::CONTENT_LENGTH), bytes.body.len().to_string());
}

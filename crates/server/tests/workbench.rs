//! From the import to the signature, as a browser asks for it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use sqlx::Connection;
use support::{Bench, bench, patient};

/// Few draws: the tests are about something else.
const SETTINGS: &str = "[uncertainty]\ndraws = 40\n";

async fn assessed() -> (Bench, String) {
    let bench = bench().await;
    let case = bench.import(&patient(), SETTINGS).await;
    let job = bench.assess(&case).await;
    assert_eq!(job["state"], "done", "{job}");
    (bench, case)
}

async fn settings(bench: &Bench, case: &str) -> (Value, String) {
    let answer = bench.get(&format!("/cases/{case}/settings")).await.json();
    (answer["settings"].clone(), answer["etag"].as_str().unwrap().to_owned())
}

async fn save(bench: &Bench, case: &str, settings: &Value, etag: &str) -> support::Answer {
    let request = bench
        .request(Method::PUT, &format!("/cases/{case}/settings"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::IF_MATCH, format!("\"{etag}\""));
    bench.send(request.body(Body::from(json!({ "settings": settings }).to_string())).unwrap()).await
}

#[tokio::test]
async fn a_case_comes_in_is_assessed_and_signed_and_the_signature_is_void_after_a_change() {
    let bench = bench().await;
    let case = bench.import(&patient(), SETTINGS).await;
    let path = |rest: &str| format!("/cases/{case}{rest}");
    let listed = bench.get("/cases").await.json()["cases"][0].clone();
    assert_eq!((&listed["id"], &listed["state"]), (&json!(case), &json!("imported")));
    assert_eq!(listed["courses"].as_array().unwrap().len(), 2);
    assert_eq!(bench.get(&path("/assessment")).await.json()["code"], "not-assessed");
    assert_eq!(bench.get(&path("/volumes")).await.json()["code"], "not-open");
    let sign = json!({ "name": "physicist on duty", "role": "physicist", "meaning": "checked" });
    assert_eq!(bench.json(Method::POST, &path("/signature"), &sign).await.status, StatusCode::NOT_FOUND);

    assert_eq!(bench.assess(&case).await["state"], "done");
    let answer = bench.get(&path("/assessment")).await;
    assert_eq!(answer.json()["schema"], "rert-assessment/1");
    let etag = answer.header(header::ETAG).to_owned();
    let again = bench.request(Method::GET, &path("/assessment")).header(header::IF_NONE_MATCH, &etag);
    assert_eq!(bench.send(again.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(bench.get(&path("")).await.json()["state"], "assessed");

    let signed = bench.json(Method::POST, &path("/signature"), &sign).await;
    assert_eq!((signed.status, &signed.json()["state"]), (StatusCode::OK, &json!("valid")));
    let report =
        || async { String::from_utf8(bench.get(&path("/files/report.html")).await.body.to_vec()).unwrap() };
    assert!(report().await.contains("SIGNED by physicist on duty, physicist"));
    let (mut changed, etag) = settings(&bench, &case).await;
    changed["structure"] = json!([{ "name": "cord", "alpha_beta_gy": 3.0 }]);
    assert_eq!(save(&bench, &case, &changed, &etag).await.status, StatusCode::OK);
    // Somebody else who read the settings before is told.
    assert_eq!(save(&bench, &case, &changed, &etag).await.json()["code"], "changed");
    let signature = bench.get(&path("/signature")).await.json();
    assert_eq!((&signature["state"], &signature["changed"]), (&json!("void"), &json!(["the settings"])));
    assert_eq!(bench.get(&path("")).await.json()["state"], "outdated");
    assert!(!report().await.contains("SIGNED"));
    let refused = bench.json(Method::POST, &path("/signature"), &sign).await;
    assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::CONFLICT, &json!("not-to-be-signed")));

    let deleted = bench.send(bench.request(Method::DELETE, &path("")).body(Body::empty()).unwrap()).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(bench.get(&path("")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn settings_that_are_tried_out_change_the_numbers_and_are_not_saved() {
    let (bench, case) = assessed().await;
    let (mut draft, etag) = settings(&bench, &case).await;
    draft["structure"] = json!([{ "name": "cord", "alpha_beta_gy": 4.0 }]);
    let path = format!("/cases/{case}/trial");
    let answer = bench.json(Method::POST, &path, &json!({ "settings": draft })).await;
    let (header, data) = answer.arrays();
    assert_eq!(header["structures"][0]["alpha_beta_gy"], 4.0);
    assert!(!data.is_empty() && !header["curves"].as_array().unwrap().is_empty());
    assert_eq!(settings(&bench, &case).await.1, etag);
    // What is asked besides names the settings that it is to be of, and is refused when others were tried since.
    let own = header["settings_sha256"].as_str().unwrap().to_owned();
    let asked = ["budget?fractions=5&", "structures/0/doubt?", "volumes/allowance-5fx?", "probe?x=0&y=0&z=0&"];
    let ask = async |what: &str| bench.get(&format!("/cases/{case}/{what}settings={own}")).await;
    for what in asked {
        assert_eq!(ask(what).await.status, StatusCode::OK, "{what}");
    }
    draft["structure"][0]["alpha_beta_gy"] = json!(3.5);
    let other = bench.json(Method::POST, &path, &json!({ "settings": draft })).await;
    assert_ne!(other.arrays().0["settings_sha256"], json!(own));
    for what in asked {
        let refused = ask(what).await;
        assert_eq!(
            (refused.status, &refused.json()["code"]),
            (StatusCode::CONFLICT, &json!("other-settings")),
            "{what}"
        );
    }
    for (wrong, code) in [
        (json!({ "settings": { "structure": [{ "name": "cord", "alpha_beta_gy": -1.0 }] } }), "settings"),
        (json!({ "settings": { "strukture": [] } }), "settings"),
        (json!({ "setting": {} }), "unreadable"),
    ] {
        let refused = bench.json(Method::POST, &path, &wrong).await;
        assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)));
    }
}

#[tokio::test]
async fn another_registration_is_tried_out_at_once_when_it_was_made_ready() {
    let (bench, case) = assessed().await;
    let path = |rest: &str| format!("/cases/{case}{rest}");
    let (mut draft, _) = settings(&bench, &case).await;
    draft["registration"] = json!({ "use": "rigid" });
    let trial = || async { bench.json(Method::POST, &path("/trial"), &json!({ "settings": draft })).await };
    assert_eq!(trial().await.arrays().0["needs_assessment"], json!(["registration"]));
    let job = bench.json(Method::POST, &path("/variants"), &json!({ "use": "rigid" })).await;
    assert_eq!(bench.ended(&job.json()).await["state"], "done");
    assert_eq!(bench.get(&path("/variants")).await.json()["variants"], json!(["rigid"]));
    let tried = trial().await;
    let (header, _) = tried.arrays();
    assert_eq!(header["needs_assessment"], json!([]));
    assert_eq!(header["registrations"][0]["kind"], "rigid");
    assert_eq!(header["changed"].as_array().unwrap().len(), header["structures"].as_array().unwrap().len());
    // The results of the case are those of its settings.
    assert_ne!(bench.get(&path("/assessment")).await.json()["registrations"][0]["kind"], "rigid");
}

#[tokio::test]
async fn every_layer_that_is_listed_can_be_read_and_is_as_long_as_its_grid() {
    let (bench, case) = assessed().await;
    let volumes = bench.get(&format!("/cases/{case}/volumes")).await.json();
    let ids: Vec<&str> =
        volumes["volumes"].as_array().unwrap().iter().map(|own| own["id"].as_str().unwrap()).collect();
    for wanted in ["image-C1", "image-C2", "absorbed-C1", "eqd2-ab2-cumulative", "eqd2-ab2-band-high"] {
        assert!(ids.contains(&wanted), "{wanted} is missing among {ids:?}");
    }
    for id in ids.iter().chain(&["allowance-7fx"]) {
        let answer = bench.get(&format!("/cases/{case}/volumes/{id}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{id}");
        let (header, data) = answer.arrays();
        let n = |values: &Value| values.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).product::<u64>();
        let array = &header["arrays"][0];
        let size = if array["type"] == "i16" { 2 } else { 4 };
        let components = if header["quantity"] == "field" { 3 } else { 1 };
        assert_eq!(n(&array["shape"]), components * n(&header["grid"]["size"]), "{id}");
        assert_eq!(data.len() as u64, size * n(&array["shape"]), "{id}");
    }
    let unknown = bench.get(&format!("/cases/{case}/volumes/allowance-0fx")).await;
    assert_eq!(unknown.json()["code"], "not-found");
}

#[tokio::test]
async fn places_maps_budget_and_files_are_answered() {
    let (bench, case) = assessed().await;
    let path = |rest: &str| format!("/cases/{case}{rest}");
    let probe = bench.get(&path("/probe?x=0&y=0&z=0")).await.json();
    assert_eq!(probe["courses"].as_array().unwrap().len(), 2);
    let image = bench.get(&path("/volumes")).await.json()["volumes"][1]["grid"].clone();
    let number = |value: &Value| value.as_f64().unwrap();
    let middle =
        number(&image["origin_mm"][2]) + number(&image["spacing_mm"][2]) * number(&image["size"][2]) / 2.0;
    let outlines = bench.get(&path(&format!("/outlines?plane=axial&position_mm={middle}"))).await;
    let (header, _) = outlines.arrays();
    assert!(!header["outlines"].as_array().unwrap().is_empty());
    let maps = bench.get(&path("/maps")).await.json();
    assert_eq!(maps["maps"].as_array().unwrap().iter().filter(|map| map["is_used"] == true).count(), 1);
    assert_eq!(bench.get(&path("/budget?fractions=12")).await.json()["fractions"], json!([12]));
    for wrong in ["/budget?fractions=0", "/budget", "/probe?x=0&y=a&z=0", "/outlines?plane=oblique&position_mm=1"]
    {
        let answer = bench.get(&path(wrong)).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (StatusCode::BAD_REQUEST, &json!("bad-request")),
            "{wrong}"
        );
    }
    for (name, begins) in [("report.pdf", "%PDF"), ("report.html", "<!"), ("dicom.zip", "PK"), ("dvh.csv", "")] {
        let file = bench.get(&path(&format!("/files/{name}"))).await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        assert!(file.body.starts_with(begins.as_bytes()), "{name}");
    }
    assert!(
        bench.get(&path("/files/report.html")).await.header(header::CONTENT_SECURITY_POLICY).contains("sandbox")
    );
    for name in ["..%2Fcase.json", "case.json", "patient.html"] {
        assert_eq!(bench.get(&path(&format!("/files/{name}"))).await.status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn landmarks_give_the_map_that_joins_them() {
    let bench = bench().await;
    let case = bench.import(&patient(), SETTINGS).await;
    let landmark = |x: f64, y: f64, z: f64| json!({ "fixed_mm": [x, y, z], "moving_mm": [x + 5.0, y, z - 2.0] });
    let landmarks = [landmark(0.0, 0.0, 0.0), landmark(50.0, 0.0, 0.0), landmark(0.0, 40.0, 10.0)];
    let path = format!("/cases/{case}/by-hand");
    let fit = bench.json(Method::POST, &path, &json!({ "landmarks": landmarks })).await.json();
    let close = |found: &Value, wanted: [f64; 3]| {
        wanted
            .iter()
            .zip(found.as_array().unwrap())
            .all(|(wanted, found)| (found.as_f64().unwrap() - wanted).abs() < 1e-9)
    };
    assert!(close(&fit["translation_mm"], [5.0, 0.0, -2.0]) && close(&fit["rotation_deg"], [0.0; 3]), "{fit}");
    let few = bench.json(Method::POST, &path, &json!({ "landmarks": landmarks[..2] })).await;
    assert_eq!(few.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_case_that_cannot_be_read_hides_no_other() {
    let bench = bench().await;
    let cases = [bench.import(&patient(), SETTINGS).await, bench.import(&patient(), SETTINGS).await];
    let index = format!("sqlite://{}", bench.folder.path().join("archive/index.sqlite").display());
    let mut index = sqlx::AnyConnection::connect(&index).await.unwrap();
    sqlx::query("UPDATE cases SET settings = '[kase]' WHERE id = $1")
        .bind(&cases[0])
        .execute(&mut index)
        .await
        .unwrap();
    let list = bench.get("/cases").await.json();
    assert_eq!((&list["cases"][0]["id"], &list["broken"][0]["id"]), (&json!(cases[1]), &json!(cases[0])));
    assert_eq!(list["broken"][0]["problem"]["code"], "settings");
}

#[tokio::test]
async fn objects_of_two_persons_bear_no_name() {
    let bench = bench().await;
    let mut other = patient();
    let put = [
        (dicom_dictionary_std::tags::PATIENT_ID, dicom_core::VR::LO, "ANOTHER"),
        (dicom_dictionary_std::tags::PATIENT_NAME, dicom_core::VR::PN, "ANOTHER^PERSON"),
    ];
    for file in other.files_of(phantom::ObjectKind::Plan, 1) {
        for (tag, vr, text) in put {
            file.object.put(dicom_core::DataElement::new(tag, vr, text));
        }
    }
    let case = bench.import(&other, SETTINGS).await;
    assert!(bench.get(&format!("/cases/{case}")).await.json()["patient"].is_null());
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_with_a_hint() {
    let bench = bench().await;
    for path in ["/cases/0123456789abcdef", "/cases/..%2F..%2Fetc", "/jobs/77", "/nothing"] {
        let answer = bench.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let problem = answer.json();
        assert!(problem["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{path}: {problem}");
    }
}

#[test]
fn the_description_of_the_interface_is_that_of_the_documentation() {
    let made = serde_json::to_string_pretty(&server::openapi()).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    if std::env::var_os("RERT_WRITE").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(
        made == kept,
        "the interface changed: run this test with RERT_WRITE=1 and read the difference of docs/openapi.json"
    );
}

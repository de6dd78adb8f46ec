//! What must never pass silently, on the way that objects take over the network and after a signature.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::path::{Path, PathBuf};
use std::time::Duration;

use archive::{CaseId, Signature, StoredCase};
use axum::http::{Method, StatusCode};
use chrono::DateTime;
use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use network::{AeTitle, Remote, Requestor, SendOutcome};
use phantom::{ObjectKind, Options, SyntheticPatient};
use serde_json::{Value, json};
use support::{Bench, bench_with_node, patient};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const AE: &str = "RERT";

/// A workbench with a node, and whoever sends to it.
struct Department {
    bench: Bench,
    requestor: Requestor,
    remote: Remote,
    files: tempfile::TempDir,
}

async fn department() -> Department {
    let (bench, address) = bench_with_node(AE).await;
    let title = AeTitle::new(AE).unwrap();
    let remote =
        Remote { ae_title: title.clone(), host: address.ip().to_string(), port: address.port(), tls: None };
    Department { bench, requestor: Requestor::new(title), remote, files: tempfile::tempdir().unwrap() }
}

/// The files of a patient, in a folder.
fn written(patient: &SyntheticPatient, folder: &Path) -> Vec<PathBuf> {
    std::fs::create_dir_all(folder).unwrap();
    patient.write(folder).unwrap();
    let files = dicom::source::walk(folder).unwrap().into_iter();
    files
        .map(|source| match source {
            dicom::Source::File(file) => file,
            dicom::Source::Entry { .. } => unreachable!(),
        })
        .collect()
}

impl Department {
    /// Sends a patient over the network, and waits until the node has looked at it.
    async fn send(&self, patient: &SyntheticPatient, name: &str) -> StoredCase {
        let files = written(patient, &self.files.path().join(name));
        self.send_files(&files).await
    }

    async fn send_files(&self, files: &[PathBuf]) -> StoredCase {
        let sent = self.requestor.send(&self.remote, files).await.unwrap();
        assert!(sent.iter().all(|sent| sent.outcome == SendOutcome::Stored), "{sent:?}");
        self.only_case().await
    }

    async fn only_case(&self) -> StoredCase {
        self.bench.server().receiver().settled().await;
        let archive = self.bench.server().archive();
        let ids = archive.cases().await.unwrap();
        assert_eq!(ids.len(), 1, "everything is of one patient");
        archive.case(&ids[0]).await.unwrap()
    }

    /// What is said of a case, by its code and severity.
    async fn findings(&self, case: &CaseId) -> Vec<(String, String)> {
        let contents = self.bench.get(&format!("/cases/{case}/contents")).await.json();
        let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
        let findings = contents["findings"].as_array().unwrap();
        findings.iter().map(|finding| (text(finding, "code"), text(finding, "severity"))).collect()
    }

    async fn says(&self, case: &CaseId, code: &str, severity: &str) -> bool {
        self.findings(case).await.iter().any(|(own, how)| own == code && how == severity)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h19_the_same_uid_with_another_content_is_kept_and_refused_for_computation() {
    let department = department().await;
    let case = department.send(&patient(), "first").await;
    assert!(!department.says(case.id(), "H19", "refuse").await);
    let mut other = patient();
    for file in other.files_of(ObjectKind::Dose, 1) {
        file.object.put(DataElement::new(tags::DOSE_GRID_SCALING, VR::DS, "0.002"));
    }
    let again = department.send(&other, "other").await;
    assert!(department.says(again.id(), "H19", "refuse").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn h20_a_revision_of_a_plan_is_told_and_its_twin_is_not() {
    let department = department().await;
    let case = department.send(&patient(), "first").await;
    assert!(!department.findings(case.id()).await.iter().any(|(code, _)| code == "H20"));
    // The same plan under another UID, as after another approval.
    let mut revised = patient();
    let mut files = Vec::new();
    for file in revised.files_of(ObjectKind::Plan, 1) {
        file.object.put(DataElement::new(tags::SOP_INSTANCE_UID, VR::UI, "2.25.4711"));
    }
    for file in written(&revised, &department.files.path().join("revised")) {
        if std::fs::read(&file).unwrap().windows(9).any(|window| window == b"2.25.4711") {
            files.push(file);
        }
    }
    assert_eq!(files.len(), 1);
    let case = department.send_files(&files).await;
    assert!(department.findings(case.id()).await.iter().any(|(code, _)| code == "H20"));
}

/// Passes bytes on until so many went through, then closes both ends: a cable that is pulled.
async fn cut_after(n_bytes: usize, to: Remote) -> Remote {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let target = (to.host.clone(), to.port);
    tokio::spawn(async move {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut far = TcpStream::connect(target).await.unwrap();
        let (mut passed, mut piece, mut answer) = (0, vec![0; 4096], vec![0; 4096]);
        while passed < n_bytes {
            tokio::select! {
                n = near.read(&mut piece) => match n {
                    Ok(n) if n > 0 => {
                        far.write_all(&piece[..n]).await.unwrap();
                        passed += n;
                    }
                    _ => break,
                },
                n = far.read(&mut answer) => match n {
                    Ok(n) if n > 0 => near.write_all(&answer[..n]).await.unwrap(),
                    _ => break,
                },
            }
        }
    });
    Remote { host: "127.0.0.1".to_owned(), port, ..to }
}

#[tokio::test(flavor = "multi_thread")]
async fn h47_a_transfer_that_is_cut_off_is_refused_until_it_was_sent_again() {
    let department = department().await;
    let files = written(&patient(), &department.files.path().join("whole"));
    let n_bytes: u64 = files.iter().map(|file| file.metadata().unwrap().len()).sum();
    let cut = cut_after(n_bytes as usize / 2, department.remote.clone()).await;
    let sent = department.requestor.send(&cut, &files).await.unwrap();
    let n_stored = sent.iter().filter(|sent| sent.outcome == SendOutcome::Stored).count();
    assert!(0 < n_stored && n_stored < files.len(), "{n_stored} of {}", files.len());
    // The node notices a moment later.
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let case = department.only_case().await;
        if !case.left_aside().await.unwrap().broken_off.is_empty() {
            break;
        }
    }
    let case = department.only_case().await;
    // The answer to the last one may have been lost with the cable.
    assert!(case.left_aside().await.unwrap().broken_off[0].n_objects >= n_stored);
    assert!(department.says(case.id(), "H47", "refuse").await);
    let job = department.bench.assess(case.id().as_str()).await;
    assert_eq!(job["state"], "done");
    let assessment = department.bench.get(&format!("/cases/{}/assessment", case.id())).await.json();
    assert_eq!(assessment["refused"], true);
    let case = department.send_files(&files).await;
    assert!(case.left_aside().await.unwrap().broken_off.is_empty());
    let refused = department.findings(case.id()).await;
    assert!(!refused.iter().any(|(code, severity)| code == "H47" && severity == "refuse"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn h47_a_case_is_not_assessed_while_objects_are_on_their_way() {
    let department = department().await;
    let case = department.send(&patient(), "first").await;
    let archive = department.bench.server().archive();
    let transfer = archive.begin_transfer("SLOW", DateTime::UNIX_EPOCH).unwrap();
    let file = written(&patient(), &department.files.path().join("again")).pop().unwrap();
    let arriving = transfer.folder().join("object");
    std::fs::copy(file, &arriving).unwrap();
    transfer.receive(arriving, None, DateTime::UNIX_EPOCH).await.unwrap();
    let path = format!("/cases/{}/assessment", case.id());
    let refused = department.bench.json(Method::POST, &path, &json!({})).await;
    assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::CONFLICT, &json!("arriving")));
    transfer.end(archive::TransferEnd::Whole).await.unwrap();
    assert_eq!(department.bench.json(Method::POST, &path, &json!({})).await.status, StatusCode::ACCEPTED);
}

/// Signs what a case is now, and tells what the signature is worth.
async fn sign(department: &Department, case: &StoredCase) {
    let now = state(department, case).await;
    let signature = Signature {
        name: "physicist on duty".to_owned(),
        role: "physicist".to_owned(),
        meaning: "checked".to_owned(),
        signed_at: DateTime::UNIX_EPOCH,
        bound_to: serde_json::from_value(now["bound_now"].clone()).unwrap(),
    };
    case.sign(&signature).await.unwrap();
    assert_eq!(state(department, case).await["state"], "valid");
}

async fn state(department: &Department, case: &StoredCase) -> Value {
    department.bench.get(&format!("/cases/{}/signature", case.id())).await.json()
}

/// Settings, each of which differs from the one before.
fn settings() -> Vec<Value> {
    let mut all: Vec<Value> = (0..12)
        .map(|tenth| json!({ "structure": [{ "name": "cord", "alpha_beta_gy": 2.0 + f64::from(tenth) / 10.0 }] }))
        .collect();
    all.extend(
        (1..6).map(|tenth| json!({ "structure": [{ "name": "cord", "recovery": f64::from(tenth) / 10.0 }] })),
    );
    all.extend(["spine", "brain-glioma", "lung"].map(|site| json!({ "case": { "site": site } })));
    all.push(json!({ "registration": { "use": "rigid" } }));
    all.push(json!({ "registration": { "use": "rigid", "accepted_by": "doe", "reason": "looked at" } }));
    all.push(json!({ "structure": [{ "name": "cord", "standard_name": "SpinalCord" }] }));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn h48_thirty_changes_void_thirty_signatures() {
    let department = department().await;
    let case = department.send(&patient(), "first").await;
    let mut n_voided = 0;
    for draft in settings() {
        sign(&department, &case).await;
        let path = format!("/cases/{}/settings", case.id());
        let etag = department.bench.get(&path).await.json()["etag"].as_str().unwrap().to_owned();
        let saved = department.bench.save(&path, &draft, &etag).await;
        assert_eq!(saved.status, StatusCode::OK, "{draft}: {}", saved.json());
        let now = state(&department, &case).await;
        assert_eq!((&now["state"], &now["changed"]), (&json!("void"), &json!(["the settings"])), "{draft}");
        n_voided += 1;
    }
    // Objects that come later: another content of each kind, as after a correction elsewhere.
    for (number, kind) in [ObjectKind::Plan, ObjectKind::Dose, ObjectKind::StructureSet].into_iter().enumerate() {
        for course in [1, 2] {
            sign(&department, &case).await;
            let mut other = patient();
            let instance = format!("2.25.77{number}{course}");
            for file in other.files_of(kind, course) {
                file.object.put(DataElement::new(tags::SOP_INSTANCE_UID, VR::UI, instance.as_str()));
            }
            let files = written(&other, &department.files.path().join(&instance));
            let is_new = |file: &PathBuf| {
                std::fs::read(file).unwrap().windows(instance.len()).any(|window| window == instance.as_bytes())
            };
            let files: Vec<PathBuf> = files.into_iter().filter(is_new).take(1).collect();
            department.send_files(&files).await;
            assert_eq!(state(&department, &case).await["state"], "void", "{kind:?} of course {course}");
            n_voided += 1;
        }
    }
    // A transfer that breaks off says that something is missing.
    sign(&department, &case).await;
    let transfer = department.bench.server().archive().begin_transfer("PACS", DateTime::UNIX_EPOCH).unwrap();
    let file = written(&patient(), &department.files.path().join("first")).pop().unwrap();
    let arriving = transfer.folder().join("object");
    std::fs::copy(file, &arriving).unwrap();
    transfer.receive(arriving, None, DateTime::UNIX_EPOCH).await.unwrap();
    transfer.end(archive::TransferEnd::Early).await.unwrap();
    assert_eq!(state(&department, &case).await["state"], "void");
    n_voided += 1;
    assert_eq!(n_voided, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn h48_what_changes_nothing_voids_no_signature() {
    let department = department().await;
    let case = department.send(&patient(), "first").await;
    sign(&department, &case).await;
    // The same objects once more, another label, the same settings.
    department.send(&patient(), "again").await;
    case.rename("another label").await.unwrap();
    assert_eq!(state(&department, &case).await["state"], "valid");
}

/// A patient of its own whose structures were drawn at a centre; one of them is called as nobody can know.
fn drawn_at(centre: Option<&str>, patient_id: &str) -> SyntheticPatient {
    let mut options = Options::tiny();
    options.patient.id = patient_id.to_owned();
    let mut patient = SyntheticPatient::generate(&options);
    for course in [1, 2] {
        for file in patient.files_of(ObjectKind::StructureSet, course) {
            if let Some(centre) = centre {
                file.object.put(DataElement::new(tags::INSTITUTION_NAME, VR::LO, centre));
            }
            let rois = file.object.element(tags::STRUCTURE_SET_ROI_SEQUENCE).unwrap().items().unwrap().to_vec();
            let renamed = rois.into_iter().map(|mut roi| {
                let name = roi.element(tags::ROI_NAME).unwrap().to_str().unwrap().into_owned();
                if CORD_NAMES.contains(&name.as_str()) {
                    roi.put(DataElement::new(tags::ROI_NAME, VR::LO, STRANGE));
                }
                roi
            });
            let renamed: Vec<InMemDicomObject> = renamed.collect();
            file.object.put(DataElement::new(
                tags::STRUCTURE_SET_ROI_SEQUENCE,
                VR::SQ,
                DataSetSequence::from(renamed),
            ));
        }
    }
    patient
}

/// How the phantom calls the spinal cord, and how this centre does.
const CORD_NAMES: [&str; 3] = ["SpinalCord", "Cord", "cord"];
const STRANGE: &str = "Struktur 7";

impl Department {
    /// The case of a patient, by the order in which they came.
    async fn newest_case(&self, known: &[CaseId]) -> CaseId {
        self.bench.server().receiver().settled().await;
        let all = self.bench.server().archive().cases().await.unwrap();
        let new: Vec<CaseId> = all.into_iter().filter(|id| !known.contains(id)).collect();
        let [new] = new.as_slice() else { panic!("{} new cases", new.len()) };
        new.clone()
    }

    async fn receive(&self, patient: &SyntheticPatient, name: &str, known: &[CaseId]) -> CaseId {
        let files = written(patient, &self.files.path().join(name));
        let sent = self.requestor.send(&self.remote, &files).await.unwrap();
        assert!(sent.iter().all(|sent| sent.outcome == SendOutcome::Stored), "{sent:?}");
        self.newest_case(known).await
    }

    async fn name(&self, case: &CaseId, drawn: &str) -> Value {
        let names = self.bench.get(&format!("/cases/{case}/names")).await.json();
        let names = names["names"].as_array().unwrap();
        names
            .iter()
            .find(|name| name["drawn"] == drawn)
            .unwrap_or_else(|| panic!("{drawn} is not in {names:?}"))
            .clone()
    }

    async fn confirm(&self, case: &CaseId, drawn: &str, standard_name: &str) -> support::Answer {
        let document = json!({ "names": [{ "drawn": drawn, "standard_name": standard_name }] });
        self.bench.json(Method::PUT, &format!("/cases/{case}/names"), &document).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h32_what_a_name_means_at_a_centre_is_confirmed_once() {
    let department = department().await;
    let first = department.receive(&drawn_at(Some("Example Hospital"), "A"), "first", &[]).await;
    let open = department.name(&first, STRANGE).await;
    assert_eq!((&open["state"], &open["meaning"]), (&json!("open"), &json!("unknown")), "{open}");
    let confirmed = department.confirm(&first, STRANGE, "SpinalCord").await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.json());
    assert_eq!(department.name(&first, STRANGE).await["state"], "confirmed");

    // The next patient of the same centre needs nobody; the settings of the case say who it was.
    let known = std::slice::from_ref(&first);
    let second = department.receive(&drawn_at(Some("Example Hospital"), "B"), "second", known).await;
    let name = department.name(&second, STRANGE).await;
    assert_eq!((&name["state"], &name["standard_name"]), (&json!("confirmed"), &json!("SpinalCord")), "{name}");
    let settings = department.bench.get(&format!("/cases/{second}/settings")).await.json();
    let text = settings["toml"].as_str().unwrap();
    assert!(text.contains("[[confirmed_name]]") && text.contains("Example Hospital"), "{text}");
    // The assessment goes by it, and says so.
    let job = department.bench.json(Method::POST, &format!("/cases/{second}/assessment"), &json!({})).await.json();
    assert_eq!(department.bench.ended(&job).await["state"], "done");
    let assessment = department.bench.get(&format!("/cases/{second}/files/assessment.json")).await.json();
    let cord = assessment["structures"].as_array().unwrap().iter().find(|own| own["name"] == STRANGE).unwrap();
    assert_eq!(cord["standard_name"], "SpinalCord");
    let findings = assessment["findings"].as_array().unwrap();
    let note = findings.iter().find(|own| own["code"] == "H32" && own["subject"] == STRANGE).unwrap();
    assert!(note["message"].as_str().unwrap().contains("confirmed for Example Hospital"), "{note}");

    // Another centre may mean something else, and one that is not told cannot be asked.
    let known = [first.clone(), second.clone()];
    let other = department.receive(&drawn_at(Some("Another Hospital"), "C"), "other", &known).await;
    assert_eq!(department.name(&other, STRANGE).await["state"], "open");
    let known = [first, second, other];
    let untold = department.receive(&drawn_at(None, "D"), "untold", &known).await;
    assert_eq!(department.name(&untold, STRANGE).await["state"], "open");
    let refused = department.confirm(&untold, STRANGE, "SpinalCord").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    // What was withdrawn holds for nobody who comes later; who came before keeps what was decided.
    let path = "/names?centre=Example%20Hospital&drawn=Struktur%207";
    let withdrawn = department.bench.json(Method::DELETE, path, &json!({})).await;
    assert_eq!(withdrawn.status, StatusCode::NO_CONTENT);
    assert_eq!(department.name(&known[1], STRANGE).await["state"], "confirmed");
    let known = [known.as_slice(), std::slice::from_ref(&untold)].concat();
    let later = department.receive(&drawn_at(Some("Example Hospital"), "E"), "later", &known).await;
    assert_eq!(department.name(&later, STRANGE).await["state"], "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn h32_a_side_is_never_confirmed_for_a_centre() {
    let department = department().await;
    let case = department.receive(&drawn_at(Some("Example Hospital"), "A"), "first", &[]).await;
    for meaning in ["Parotid_L", "Nonsense", ""] {
        let refused = department.confirm(&case, STRANGE, meaning).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{meaning}");
        assert_eq!(refused.json()["code"], "name");
    }
    let stranger = department.confirm(&case, "not drawn here", "SpinalCord").await;
    assert_eq!(stranger.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(department.bench.get("/names").await.json()["names"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_is_written_down_with_the_address_and_the_title_of_who_sent_it() {
    let department = department().await;
    department.send(&patient(), "patient").await;
    let entries = department.bench.server().archive().audit_entries(1).await.unwrap();
    let received = entries.iter().find(|entry| entry.deed.action == "receive").expect("an entry");
    assert_eq!(received.deed.address, "127.0.0.1");
    assert!(received.deed.detail.ends_with("from RERT"), "{}", received.deed.detail);
    let event = archive::audit::audit_event(received);
    assert_eq!(event["agent"][0]["network"], json!({ "address": "127.0.0.1", "type": "2" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn h32_what_one_centre_means_is_not_taken_for_what_another_one_means() {
    let department = department().await;
    let case = department.receive(&drawn_at(Some("Example Hospital"), "A"), "first", &[]).await;
    assert_eq!(department.confirm(&case, STRANGE, "SpinalCord").await.status, StatusCode::OK);
    // The structure set of the current course comes anew from elsewhere, with the same name for something else.
    let mut other = drawn_at(Some("Another Hospital"), "A");
    let mut files = Vec::new();
    for file in other.files_of(ObjectKind::StructureSet, 2) {
        file.object.put(DataElement::new(tags::SOP_INSTANCE_UID, VR::UI, "2.25.4712"));
    }
    for file in written(&other, &department.files.path().join("other")) {
        if std::fs::read(&file).unwrap().windows(9).any(|window| window == b"2.25.4712") {
            files.push(file);
        }
    }
    department.send_files(&files).await;
    assert_eq!(department.name(&case, STRANGE).await["state"], "open");
    // Nor is it confirmed for the other centre by what the case holds, and who saves settings cannot say that somebody did.
    let settings = department.bench.get(&format!("/cases/{case}/settings")).await.json();
    let mut forged = settings["settings"].clone();
    forged["confirmed_name"][0]["centres"] = json!(["Another Hospital", "Example Hospital"]);
    let etag = settings["etag"].as_str().unwrap();
    let refused = department.bench.save(&format!("/cases/{case}/settings"), &forged, etag).await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("confirmed-names"))
    );
    let kept = department.bench.save(&format!("/cases/{case}/settings"), &settings["settings"], etag).await;
    assert_eq!(kept.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn h48_what_is_confirmed_for_another_patient_changes_no_case_that_has_it() {
    let department = department().await;
    let first = department.receive(&drawn_at(Some("Example Hospital"), "A"), "first", &[]).await;
    assert_eq!(department.confirm(&first, STRANGE, "SpinalCord").await.status, StatusCode::OK);
    let second =
        department.receive(&drawn_at(Some("Example Hospital"), "B"), "second", std::slice::from_ref(&first)).await;
    assert_eq!(department.confirm(&second, STRANGE, "Brainstem").await.status, StatusCode::OK);
    assert_eq!(department.name(&second, STRANGE).await["standard_name"], "Brainstem");
    // The same objects come once more.
    let files = written(&drawn_at(Some("Example Hospital"), "A"), &department.files.path().join("again"));
    department.requestor.send(&department.remote, &files).await.unwrap();
    department.bench.server().receiver().settled().await;
    assert_eq!(department.name(&first, STRANGE).await["standard_name"], "SpinalCord");
}

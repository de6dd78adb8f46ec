//! The commands as a person or a script runs them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use std::path::Path;
use std::process::{Command, Output};

use phantom::{ObjectKind, Options, SyntheticPatient};
use serde_json::Value;

fn rert(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rert")).args(arguments).output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn patient() -> SyntheticPatient {
    SyntheticPatient::generate(&Options::tiny())
}

#[test]
fn eqd2_prints_the_reference_value_and_refuses_nonsense() {
    let found = json(&rert(&["eqd2", "--dose", "45", "--fractions", "25", "--alpha-beta", "2", "--json"]));
    assert!((found["eqd2_gy"].as_f64().unwrap() - 42.75).abs() < 1e-12);
    let lq_l = [
        "eqd2",
        "--dose",
        "54",
        "--fractions",
        "3",
        "--alpha-beta",
        "3",
        "--model",
        "lq-l",
        "--transition",
        "6",
        "--json",
    ];
    assert!((json(&rert(&lq_l))["bed_gy"].as_f64().unwrap() - 234.0).abs() < 1e-9);
    for wrong in [
        vec!["eqd2", "--dose", "45", "--fractions", "0", "--alpha-beta", "2"],
        vec!["eqd2", "--dose", "nan", "--fractions", "25", "--alpha-beta", "2"],
        vec!["eqd2", "--dose", "45", "--fractions", "25", "--alpha-beta", "2", "--model", "lq-l"],
        vec!["eqd2", "--dose", "45"],
    ] {
        assert_eq!(rert(&wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn assess_writes_everything_and_the_same_bytes_from_its_own_settings() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out, again) = (folder.path().join("in"), folder.path().join("out"), folder.path().join("again"));
    patient().write(&input).unwrap();
    let done = rert(&["assess", text(&input), "--out", text(&out), "--json"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(json(&done)["schema"], "rert-assessment/1");
    let settings = out.join("case.toml");
    let repeated = rert(&["assess", text(&input), "--out", text(&again), "--settings", text(&settings)]);
    assert_eq!(repeated.status.code(), Some(0));
    let files = [
        "assessment.json",
        "report.html",
        "report.pdf",
        "dvh.csv",
        "case.toml",
        "registry.json",
        "registry.csv",
        "registry.fhir.json",
    ];
    for name in files {
        let (one, other) = (std::fs::read(out.join(name)).unwrap(), std::fs::read(again.join(name)).unwrap());
        assert!(!one.is_empty() && one == other, "{name}");
    }
    let mut n_doses = 0;
    for entry in std::fs::read_dir(out.join("dose")).unwrap() {
        let path = entry.unwrap().path();
        let other = again.join("dose").join(path.file_name().unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(other).unwrap());
        n_doses += 1;
    }
    assert!(n_doses >= 4, "cumulative and background for at least two bases");
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    patient().write(&input).unwrap();
    let run = |threads: &str| {
        let out = folder.path().join(threads);
        let status = Command::new(env!("CARGO_BIN_EXE_rert"))
            .args(["assess", text(&input), "--out", text(&out)])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(status.status.success());
        let histograms = Command::new(env!("CARGO_BIN_EXE_rert"))
            .args(["dvh", "--json", "--structures", text(&input.join("course2/RS.dcm"))])
            .args(["--dose", text(&input.join("course2/RD.dcm")), "--expression", "margin(cord, 4)"])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(histograms.status.success());
        let report = std::fs::read(out.join("report.pdf")).unwrap();
        (std::fs::read(out.join("assessment.json")).unwrap(), report, histograms.stdout)
    };
    let one = run("1");
    assert!(one == run("2") && one == run("8"));
}

#[test]
fn a_refusal_exits_with_three_one_sentence_and_no_number() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    let mut faulty = patient();
    let dose = &mut faulty.file(ObjectKind::Dose, 1).object;
    dose.put_str(dicom_dictionary_std::tags::DOSE_UNITS, dicom_core::VR::CS, "RELATIVE");
    faulty.write(&input).unwrap();
    let done = rert(&["assess", text(&input), "--out", text(&out), "--json"]);
    assert_eq!(done.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&done.stderr).contains("H12"));
    let result = json(&done);
    assert_eq!(result["structures"], Value::Array(vec![]));
    assert_eq!(result["constraints"], Value::Array(vec![]));
    assert!(std::fs::read_dir(out.join("dose")).unwrap().next().is_none());
}

#[test]
fn results_of_an_earlier_run_do_not_stand_beside_a_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    patient().write(&input).unwrap();
    assert!(rert(&["assess", text(&input), "--out", text(&out)]).status.success());
    std::fs::remove_file(input.join("course1/RD.dcm")).unwrap();
    assert_eq!(rert(&["assess", text(&input), "--out", text(&out)]).status.code(), Some(3));
    assert!(std::fs::read_dir(out.join("dose")).unwrap().next().is_none());
}

/// The patient with a second plan for the current course, of three quarters of the dose.
fn with_two_plans() -> SyntheticPatient {
    use dicom_core::VR;
    use dicom_dictionary_std::tags;
    let mut patient = patient();
    let mut plan = patient.file(ObjectKind::Plan, 2).clone();
    let mut dose = patient.file(ObjectKind::Dose, 2).clone();
    plan.path = "gentle/RP.dcm".into();
    plan.object.put_str(tags::SOP_INSTANCE_UID, VR::UI, "2.25.4900");
    plan.object.put_str(tags::RT_PLAN_LABEL, VR::SH, "GENTLE");
    dose.path = "gentle/RD.dcm".into();
    dose.object.put_str(tags::SOP_INSTANCE_UID, VR::UI, "2.25.4901");
    let scaling: f64 = dose.object.element(tags::DOSE_GRID_SCALING).unwrap().to_float64().unwrap();
    dose.object.put_str(tags::DOSE_GRID_SCALING, VR::DS, format!("{:.9e}", scaling * 0.75));
    dose.object.update_value(tags::REFERENCED_RT_PLAN_SEQUENCE, |value| {
        for item in value.items_mut().unwrap() {
            item.put_str(tags::REFERENCED_SOP_INSTANCE_UID, VR::UI, "2.25.4900");
        }
    });
    patient.files.extend([plan, dose]);
    patient
}

#[test]
fn compare_answers_with_both_candidates_and_wants_two() {
    let folder = tempfile::tempdir().unwrap();
    let mut patient = with_two_plans();
    let plan = &patient.file(ObjectKind::Plan, 2).object;
    let label = plan.element(dicom_dictionary_std::tags::RT_PLAN_LABEL).unwrap().to_str().unwrap();
    let planned = format!("planned={}", label.trim());
    patient.write(folder.path()).unwrap();
    std::fs::write(folder.path().join("case.toml"), "[uncertainty]\ndraws = 40\n").unwrap();
    let command = ["compare", text(folder.path()), "--candidate", "gentle=GENTLE"];
    assert_eq!(rert(&command).status.code(), Some(2));

    let done = rert(&[command.as_slice(), &["--candidate", &planned, "--json"]].concat());
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let document = json(&done);
    assert_eq!(document["schema"], "rert-comparison/1");
    assert_eq!(document["comparison"]["candidates"][0]["name"], "gentle");
    assert_eq!(document["comparison"]["candidates"][1]["name"], "planned");
    let limits = document["comparison"]["limits"].as_array().unwrap();
    let value = |limit: &Value, index: usize| limit["values"][index]["value_gy"].as_f64();
    let pairs: Vec<_> = limits.iter().filter_map(|limit| value(limit, 0).zip(value(limit, 1))).collect();
    assert!(pairs.iter().all(|(gentle, planned)| gentle <= planned), "{pairs:?}");
    assert!(pairs.iter().any(|(gentle, planned)| gentle < planned), "{pairs:?}");
}

#[test]
fn budget_answers_with_that_of_the_assessment_and_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    patient().write(&input).unwrap();
    std::fs::write(input.join("case.toml"), "[uncertainty]\ndraws = 40\n").unwrap();
    let table = rert(&["budget", text(&input), "--fractions", "5,10"]);
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("in 5 fx: Gy (per fx)") && table.contains("in 10 fx: Gy (per fx)"), "{table}");

    let document = json(&rert(&["budget", text(&input), "--fractions", "5,10", "--json"]));
    assert_eq!(document["schema"], "rert-budget/1");
    assert_eq!(document["budget"]["fractions"], Value::from(vec![5, 10]));
    std::fs::write(input.join("case.toml"), "[uncertainty]\ndraws = 40\n[budget]\nfractions = [5, 10]\n").unwrap();
    let assessed = json(&rert(&["assess", text(&input), "--out", text(&out), "--json"]));
    assert_eq!(document["budget"], assessed["budget"]);
}

#[test]
fn a_missing_folder_fails_with_one_sentence() {
    let done = rert(&["assess", "no-such-folder", "--out", "nowhere"]);
    assert_eq!(done.status.code(), Some(1));
    let message = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn inspect_prints_a_tree_and_a_document() {
    let folder = tempfile::tempdir().unwrap();
    patient().write(folder.path()).unwrap();
    let tree = rert(&["inspect", text(folder.path())]);
    let printed = String::from_utf8_lossy(&tree.stdout).into_owned();
    assert!(tree.status.success());
    insta::assert_snapshot!("inspect_tree", printed);
    let document = json(&rert(&["inspect", text(folder.path()), "--json"]));
    assert_eq!(document["patients"][0]["courses"].as_array().unwrap().len(), 2);
    assert_eq!(document["patients"][0]["courses"][1]["role"], "current");
}

#[test]
fn dvh_measures_a_pair_and_spells_the_metrics_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    patient().write(folder.path()).unwrap();
    let (structures, dose) = (folder.path().join("course2/RS.dcm"), folder.path().join("course2/RD.dcm"));
    let arguments = [
        "dvh",
        "--structures",
        text(&structures),
        "--dose",
        text(&dose),
        "--roi",
        "cord",
        "--metrics",
        "D0.03cc,V5Gy,D99%",
        "--json",
    ];
    let found = json(&rert(&arguments));
    let cord = &found["structures"][0];
    assert_eq!(cord["name"], "cord");
    assert!(cord["metrics"]["D0.03cc"]["gy"].as_f64().unwrap() > 5.0);
    assert!(cord["metrics"]["V5Gy"]["percent"].as_f64().unwrap() > 0.0);
    assert!(cord["metrics"]["D99%"]["gy"].as_f64().is_some());
    let other = folder.path().join("course1/RD.dcm");
    let mismatched = rert(&["dvh", "--structures", text(&structures), "--dose", text(&other)]);
    assert_eq!(mismatched.status.code(), Some(3));
}

#[test]
fn identity_reaches_neither_messages_nor_the_json() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    let mut faulty = patient();
    faulty.file(ObjectKind::Dose, 1).object.remove_element(dicom_dictionary_std::tags::DOSE_GRID_SCALING);
    faulty.write(&input).unwrap();
    let done = rert(&["assess", text(&input), "--out", text(&out), "--json"]);
    let all = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(!all.contains("Phantom^") && !all.contains("RERT-DEMO-1"));
}

#[test]
fn map_points_takes_points_forth_and_back_and_refuses_two_ways_between_the_same_frames() {
    let folder = tempfile::tempdir().unwrap();
    let patient = patient();
    patient.write(folder.path()).unwrap();
    let object = folder.path().join("course2/REG.dcm");
    let [points, out, back] = ["points.csv", "out.csv", "back.csv"].map(|name| folder.path().join(name));
    let fixed = [[10.0, -20.0, 30.0], [-55.5, 4.0, 100.0]];
    let line = |point: &[f64; 3]| format!("{},{},{}\n", point[0], point[1], point[2]);
    std::fs::write(&points, format!("x,y,z\n{}", fixed.iter().map(line).collect::<String>())).unwrap();
    let read = |path: &Path| -> Vec<Vec<f64>> {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect()
    };
    let map = |more: &[&str], from: &Path, to: &Path| {
        let own = ["map-points", "--points", text(from), "--out", text(to), "--registration", text(&object)];
        rert(&[&own[..], more].concat())
    };
    assert!(map(&[], &points, &out).status.success());
    for (found, point) in read(&out).iter().zip(fixed) {
        let expected = patient.truth.moving_point(point);
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-4), "{found:?}");
    }
    assert!(map(&["--inverse"], &out, &back).status.success());
    for (found, point) in read(&back).iter().zip(fixed) {
        assert!(found.iter().zip(point).all(|(found, point)| (found - point).abs() < 1e-4), "{found:?}");
    }
    let twice = map(&[text(&object)], &points, &out);
    assert_eq!(twice.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&twice.stderr).contains("leads back"));
}

#[test]
fn register_writes_objects_that_map_points_reads_and_refuses_one_frame() {
    let folder = tempfile::tempdir().unwrap();
    patient().write(folder.path()).unwrap();
    let truth = patient().truth;
    let series = |course: u32| folder.path().join(format!("course{course}/CT"));
    let (fixed, moving, out) = (series(2), series(1), folder.path().join("out"));
    let register = |moving: &Path, more: &[&str]| {
        let own = ["register", "--json", "--fixed", text(&fixed), "--moving", text(moving), "--out", text(&out)];
        rert(&[&own[..], more].concat())
    };
    let output = register(&moving, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document = json(&output);
    assert!(document["seconds"].as_f64().unwrap() > 0.0);
    assert!(document["deformable"]["jacobian_minimum"].as_f64().unwrap() > 0.3);
    let (points, mapped) = (folder.path().join("points.csv"), folder.path().join("mapped.csv"));
    let cord = truth.organ("SpinalCord").unwrap().points_mm(8.0);
    let fixed_points: Vec<[f64; 3]> = cord.into_iter().map(|point| truth.fixed_point(point)).collect();
    let line = |point: &[f64; 3]| format!("{},{},{}\n", point[0], point[1], point[2]);
    std::fs::write(&points, format!("x,y,z\n{}", fixed_points.iter().map(line).collect::<String>())).unwrap();
    for object in ["rigid.dcm", "deformable.dcm"] {
        let object = out.join(object);
        let own =
            ["map-points", "--points", text(&points), "--out", text(&mapped), "--registration", text(&object)];
        assert!(rert(&own).status.success());
        let found = std::fs::read_to_string(&mapped).unwrap();
        for (line, point) in found.lines().skip(1).zip(&fixed_points) {
            let expected = truth.moving_point(*point);
            let found: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            let squared: f64 =
                found.iter().zip(expected).map(|(found, expected)| (found - expected).powi(2)).sum();
            assert!(squared.sqrt() < 3.0, "{object:?}: {} mm", squared.sqrt());
        }
    }
    assert!(register(&moving, &["--rigid"]).status.success());
    assert!(!out.join("deformable.dcm").exists());
    assert_eq!(register(&fixed, &[]).status.code(), Some(3));
    assert_eq!(register(folder.path(), &[]).status.code(), Some(1));
}

/// The measure of a name, of an organ where one is given.
fn measure(map: &Value, name: &str, organ: Option<&str>) -> f64 {
    let fits = |measure: &&Value| measure["name"] == name && measure["organ"].as_str() == organ;
    map["measures"].as_array().unwrap().iter().find(fits).unwrap()["value"].as_f64().unwrap()
}

#[test]
fn register_is_guided_by_organs_and_landmarks_and_measures_what_has_no_say() {
    let folder = tempfile::tempdir().unwrap();
    patient().write(folder.path()).unwrap();
    let truth = patient().truth;
    let (fixed, moving) = (folder.path().join("course2"), folder.path().join("course1"));
    let (out, csv) = (folder.path().join("out"), folder.path().join("landmarks.csv"));
    let pair = |moving: [f64; 3]| {
        let fixed = truth.fixed_point(moving);
        let cells = fixed.iter().chain(&moving).map(f64::to_string).collect::<Vec<_>>();
        cells.join(",") + "\n"
    };
    let lines: String = [[0.0, 20.0, 0.0], [40.0, 0.0, 60.0], [-60.0, 10.0, -70.0]].map(pair).concat();
    std::fs::write(&csv, format!("x,y,z,x2,y2,z2\n{lines}")).unwrap();
    let register = |more: &[&str]| {
        let own = ["register", "--json", "--fixed", text(&fixed), "--moving", text(&moving), "--out", text(&out)];
        rert(&[&own[..], more].concat())
    };
    let output = register(&[
        "--bone",
        "--around",
        "cord",
        "--guide",
        "BrainStem=Brainstem",
        "--landmarks",
        text(&csv),
        "--check",
        "cord=SpinalCord",
        "--check-landmarks",
        text(&csv),
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = json(&output);
    let verdict = (found["kind"].as_str(), found["deformable"]["verdict"].as_str());
    assert_eq!(verdict, (Some("deformable"), Some("usable")), "{found:#}");
    assert_ne!(found["verdict"], "unusable");
    for map in ["rigid", "regional", "deformable"] {
        let map = &found[map];
        assert!(measure(map, "dice", Some("cord")) > 0.75, "{map}");
        assert!(measure(map, "mean_distance_to_agreement_mm", Some("cord")) < 2.0, "{map}");
        assert!(measure(map, "target_registration_error_mean_mm", None) < 2.0, "{map}");
    }
    for name in ["rigid.dcm", "regional.dcm", "deformable.dcm"] {
        assert!(out.join(name).is_file(), "{name}");
    }
    for (wrong, code) in [
        (vec!["--around", "spleen"], 1),
        (vec!["--guide", "cord=spleen"], 1),
        (vec!["--around", "cord", "--margin-mm", "90"], 2),
        (vec!["--landmarks", "nowhere.csv"], 1),
    ] {
        assert_eq!(register(&wrong).status.code(), Some(code), "{wrong:?}");
    }
}

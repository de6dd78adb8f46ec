//! Doses as they are written for other systems.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use dicom::{DoseExport, WriteContext, WriteError, write_dose};
use dicom_dictionary_std::tags;
use geometry::{FrameOfReference, Grid, Point, Volume};

fn voxels(highest: f64) -> Volume<f64> {
    let grid = Grid::axial(Point::new(-12.34, 5.678, -90.1), [2.5, 2.5, 3.0], [7, 6, 5]).unwrap();
    let n = grid.len();
    let values = (0..n).map(|index| highest * index as f64 / (n - 1) as f64).collect();
    Volume::new(grid, values).unwrap()
}

fn context() -> WriteContext {
    WriteContext {
        patient: case::PatientIdentity { id: "42".into(), name: "Doe^Jane".into(), ..Default::default() },
        study: "1.2.3".into(),
        date: None,
        seed: "seed".into(),
    }
}

fn write(volume: &Volume<f64>, folder: &tempfile::TempDir) -> Result<std::path::PathBuf, WriteError> {
    let frame = FrameOfReference::new("1.2.3.4");
    let plans = [("1.2.3.5".to_owned(), false), ("1.2.3.6".to_owned(), true)];
    let export = DoseExport {
        dose_type: "EFFECTIVE",
        name: "cumulative_eqd2_ab2",
        comment: "EQD2 ab=2 cumulative, recovery 0, no physical dose",
        frame: &frame,
        voxels: volume,
        plans: &plans,
    };
    let path = folder.path().join("dose.dcm");
    write_dose(&path, &export, &context()).map(|()| path)
}

#[test]
fn h45_no_value_is_clipped_and_half_a_quantum_is_kept() {
    for highest in [1e-3, 1.0, 74.3, 150.0, 333.333_333_333_3] {
        let folder = tempfile::tempdir().unwrap();
        let written = voxels(highest);
        let path = write(&written, &folder).unwrap();
        let read = dicom::read_folder(&path, &|_, _| {}).unwrap();
        let dose = &read.objects.doses[0];
        assert!(dose.quantum < 1e-7 * highest.max(1.0));
        for (back, value) in dose.voxels.values().iter().zip(written.values()) {
            assert!((back - value).abs() <= 0.500_000_1 * dose.quantum, "{back} and {value}");
        }
    }
}

#[test]
fn h45_a_value_in_the_middle_between_two_stored_ones_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&voxels(114.3), &folder).unwrap();
    let quantum = dicom::read_folder(&path, &|_, _| {}).unwrap().objects.doses[0].quantum;
    let mut n = 0_u32;
    let halves = voxels(114.3).map(|value| {
        n += 1;
        // The highest value stays, since the scaling follows from it.
        if *value < 114.0 { (4.0e9 + f64::from(n) + 0.5) * quantum } else { *value }
    });
    write(&halves, &folder).unwrap();
}

#[test]
fn h45_values_that_cannot_be_stored_are_refused() {
    for wrong in [f64::NAN, f64::INFINITY, -1.0] {
        let folder = tempfile::tempdir().unwrap();
        let mut first = true;
        let broken = voxels(10.0).map(|value| if std::mem::take(&mut first) { wrong } else { *value });
        assert!(matches!(write(&broken, &folder), Err(WriteError::Value { .. })));
    }
}

#[test]
fn h46_an_exported_eqd2_cannot_be_taken_for_a_physical_plan_dose() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&voxels(80.0), &folder).unwrap();
    let file = std::fs::read(path).unwrap();
    let object = dicom::parse::Parsed::read(&file).unwrap().object;
    let text = |tag| object.element(tag).unwrap().to_str().unwrap().trim().to_owned();
    assert_eq!(text(tags::DOSE_TYPE), "EFFECTIVE");
    assert_eq!(text(tags::DOSE_SUMMATION_TYPE), "MULTI_PLAN");
    assert!(text(tags::DOSE_COMMENT).contains("EQD2 ab=2") && text(tags::DOSE_COMMENT).contains("recovery 0"));
    assert!(object.element_opt(tags::DVH_SEQUENCE).unwrap().is_none());
    assert_eq!(text(tags::BITS_ALLOCATED), "32");
    let read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
    let plans: Vec<&str> = read.objects.doses[0].plans.iter().map(|reference| reference.plan.as_str()).collect();
    assert_eq!(plans, ["1.2.3.5", "1.2.3.6"]);
}

#[test]
fn the_same_export_gives_the_same_bytes() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let bytes = |folder| std::fs::read(write(&voxels(80.0), folder).unwrap()).unwrap();
    assert_eq!(bytes(&one), bytes(&other));
}

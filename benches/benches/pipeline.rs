//! Reading, registering and assessing the built-in patient.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run must stop")]

use case::{Case, Objects, Settings};
use divan::Bencher;
use phantom::{Options, SyntheticPatient};
use registration::{RigidOptions, Scan};

fn main() {
    divan::main();
}

fn written() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    SyntheticPatient::generate(&Options::default()).write(folder.path()).unwrap();
    folder
}

fn loaded() -> (Objects, Case) {
    let folder = written();
    let mut read = dicom::read_folder(folder.path(), &|_, _| {}).unwrap();
    let case = case::order(&read.objects, &Settings::default(), &case::RbeModels::new());
    for image in case.courses.iter().filter_map(|course| course.image) {
        read.load_voxels(image).unwrap();
    }
    (read.objects, case)
}

#[divan::bench(sample_count = 10)]
fn read_a_folder_of_two_courses(bencher: Bencher<'_, '_>) {
    let folder = written();
    bencher.bench_local(|| dicom::read_folder(folder.path(), &|_, _| {}).unwrap());
}

#[divan::bench(sample_count = 5)]
fn register_two_planning_cts(bencher: Bencher<'_, '_>) {
    let (objects, case) = loaded();
    let voxels = |course: usize| objects.images[case.courses[course].image.unwrap()].voxels.as_ref().unwrap();
    bencher.bench_local(|| {
        registration::register_rigid(&Scan::ct(voxels(1)), &Scan::ct(voxels(0)), &RigidOptions::default()).unwrap()
    });
}

#[divan::bench(sample_count = 5)]
fn assess_two_courses(bencher: Bencher<'_, '_>) {
    let (objects, case) = loaded();
    bencher.bench_local(|| assessment::assess(&objects, &case, &Settings::default()).unwrap());
}

#[divan::bench]
fn convert_a_dose_to_eqd2(bencher: Bencher<'_, '_>) {
    let (_, case) = loaded();
    let dose = case.courses[0].doses().next().unwrap();
    let model = radiobiology::LinearQuadratic::new(radiobiology::AlphaBeta::new(2.0).unwrap());
    bencher.bench_local(|| dose.voxels.map(|&total| model.eqd2_gy(total, dose.fractions)));
}

#[divan::bench]
fn sample_a_structure(bencher: Bencher<'_, '_>) {
    let (objects, case) = loaded();
    let set = &objects.structure_sets[case.courses[1].structure_set.unwrap()];
    let roi = set.rois.iter().find(|roi| roi.name == "cord").unwrap();
    let solid = geometry::Solid::from_contours(&roi.contours, geometry::SolidOptions::default()).unwrap();
    bencher.bench_local(|| solid.samples(0.6));
}

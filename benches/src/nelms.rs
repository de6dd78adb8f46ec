//! The published structures and doses with closed-form answers \[nelms2015\], where they lie beside the repository.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use case::{Dose, StructureSet};
use dose::{Metric, OrganBody, histogram};
use geometry::{Solid, SolidOptions};

/// What is compared: the volume first.
pub const COMPARED: [&str; 9] = ["volume", "Dmin", "Dmax", "Dmean", "D99%", "D95%", "D5%", "D1%", "D0.03cc"];

/// One structure on one dose.
pub struct Row {
    /// File of the structure.
    pub structure: String,
    /// File of the dose.
    pub dose: String,
    /// Deviation of every compared figure in percent of the closed-form answer.
    pub percent: [f64; 9],
    /// Whether the deviation is within the error that stands beside the figure.
    pub within_error: [bool; 9],
    /// From the contours and the dose to all figures with their errors: the best of several runs.
    pub seconds: f64,
}

/// The folder of the set, where it is there.
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/dvh_analytic");
    folder.is_dir().then_some(folder)
}

/// Measures every row, each `n_runs` times.
pub fn measure(folder: &Path, n_runs: usize) -> Vec<Row> {
    let text = std::fs::read_to_string(folder.join("analytic.csv")).unwrap();
    text.lines().skip(1).map(|line| row(folder, line, n_runs)).collect()
}

fn row(folder: &Path, line: &str, n_runs: usize) -> Row {
    let mut cells = line.split(',');
    let (structure, dose) = (cells.next().unwrap(), cells.next().unwrap());
    let truth: Vec<f64> = cells.map(|cell| cell.parse().unwrap()).collect();
    let set = structures(&folder.join("structures").join(structure));
    let grid = dose_of(&folder.join("doses").join(dose));
    let roi = set.rois.iter().find(|roi| !roi.contours.is_empty()).unwrap();
    let metrics: Vec<Metric> = COMPARED[1..].iter().map(|name| name.parse().unwrap()).collect();
    let mut fastest = Duration::MAX;
    let mut found = None;
    for _ in 0..n_runs {
        let start = Instant::now();
        let solid = Solid::from_contours(&roi.contours, SolidOptions::default()).unwrap();
        let measured = histogram(&OrganBody::of(&solid), &grid.voxels, &metrics).unwrap();
        let estimates: Vec<_> = std::iter::once(measured.estimated.volume_cc())
            .chain(metrics.iter().map(|metric| measured.estimated.estimate(metric).unwrap()))
            .collect();
        fastest = fastest.min(start.elapsed());
        found = Some(estimates);
    }
    let found = found.unwrap();
    Row {
        structure: structure.trim_end_matches(".dcm").to_owned(),
        dose: dose.trim_end_matches("_Aligned.dcm").to_owned(),
        percent: std::array::from_fn(|index| 100.0 * (found[index].value / truth[index] - 1.0)),
        within_error: std::array::from_fn(|index| (found[index].value - truth[index]).abs() <= found[index].error),
        seconds: fastest.as_secs_f64(),
    }
}

fn structures(file: &Path) -> StructureSet {
    dicom::read_folder(file, &|_, _| {}).unwrap().objects.structure_sets.remove(0)
}

fn dose_of(file: &Path) -> Dose {
    dicom::read_folder(file, &|_, _| {}).unwrap().objects.doses.remove(0)
}

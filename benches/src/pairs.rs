//! The pairs of CTs beside the repository: two with a known map and landmarks, one of a breathing thorax.

use std::path::{Path, PathBuf};
use std::time::Instant;

use geometry::{Point, Volume};
use registration::{DeformableOptions, RigidOptions, Scan, register_deformable, register_rigid};

/// Name, fixed and moving series, and the file of landmarks.
pub const PAIRS: [(&str, &str, &str, &str); 3] = [
    ("hn_sbrt_after_imrt", "import/course2/CT", "import/course1/CT", "truth/landmarks_y2_x1_mm.csv"),
    ("hn_proton_after_photon", "import/course2/CT", "import/course1/CT", "truth/landmarks_y2_x1_mm.csv"),
    ("thorax_4dct", "t0", "t5", "none"),
];

/// The folder of all pairs, where it is there.
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    folder.is_dir().then_some(folder)
}

/// How well and how fast one pair was registered.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Name of the pair.
    pub name: &'static str,
    /// Distances from the landmarks after the rigid map, in increasing order.
    pub rigid_mm: Vec<f64>,
    /// The same after the deformation.
    pub deformable_mm: Vec<f64>,
    /// Smallest and largest determinant of the Jacobian.
    pub determinants: [f64; 2],
    /// Of the rigid registration.
    pub rigid_seconds: f64,
    /// Of both.
    pub seconds: f64,
}

/// Registers one of [`PAIRS`]; reading the files does not count.
pub fn register(folder: &Path, (name, fixed, moving, points): (&'static str, &str, &str, &str)) -> Registered {
    let [fixed, moving] = images(folder, (name, fixed, moving, points));
    let folder = folder.join(name);
    let start = Instant::now();
    let (fixed, moving) = (Scan::ct(&fixed), Scan::ct(&moving));
    let rigid = register_rigid(&fixed, &moving, &RigidOptions::default()).unwrap();
    let rigid_seconds = start.elapsed().as_secs_f64();
    let options = DeformableOptions::default();
    let field = register_deformable(&fixed, &moving, &rigid.start(), &options).unwrap().field;
    let seconds = start.elapsed().as_secs_f64();
    let points = landmarks(&folder.join(points));
    let determinants = field.jacobian_range();
    Registered {
        name,
        rigid_mm: distances(&points, |point| Some(rigid.moving_from_fixed.apply(point))),
        deformable_mm: distances(&points, |point| field.apply(point)),
        determinants,
        rigid_seconds,
        seconds,
    }
}

/// The fixed and the moving image of one of [`PAIRS`].
pub fn images(folder: &Path, (name, fixed, moving, _): (&str, &str, &str, &str)) -> [Volume<f32>; 2] {
    [fixed, moving].map(|series| image(&folder.join(name).join(series)))
}

/// Mean, median, 95th percentile and largest of increasing numbers; nothing when there are none.
pub fn figures(sorted: &[f64]) -> Option<[f64; 4]> {
    let at = |share: f64| sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied();
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    Some([mean, at(0.5)?, at(0.95)?, at(1.0)?])
}

fn image(folder: &Path) -> Volume<f32> {
    let mut read = dicom::read_folder(folder, &|_, _| {}).unwrap();
    read.load_voxels(0).unwrap();
    read.objects.images[0].voxels.clone().unwrap()
}

/// Points of the fixed frame and of the moving frame.
pub fn landmarks(file: &Path) -> Vec<[Point; 2]> {
    let Ok(text) = std::fs::read_to_string(file) else { return Vec::new() };
    let numbers = |line: &str| -> Vec<f64> { line.split(',').map(|cell| cell.trim().parse().unwrap()).collect() };
    let pair = |n: Vec<f64>| [Point::new(n[0], n[1], n[2]), Point::new(n[3], n[4], n[5])];
    text.lines().skip(1).map(numbers).map(pair).collect()
}

/// A landmark that is not mapped at all counts as infinitely far.
fn distances(points: &[[Point; 2]], map: impl Fn(&Point) -> Option<Point>) -> Vec<f64> {
    let distance =
        |[fixed, moving]: &[Point; 2]| map(fixed).map_or(f64::INFINITY, |found| (found - moving).norm());
    let mut distances: Vec<f64> = points.iter().map(distance).collect();
    distances.sort_by(f64::total_cmp);
    distances
}

//! A chest: where its organs are and what the CT shows, in the frame of the prior course.
//!
//! LPS, mm. The carina is at z = 12, the top of the lungs at z = 118, the domes of the diaphragm near z = −105. Organs are
//! simpler than in a person, so that every section can be seen whole from a line within it.

use crate::noise::value_noise;
use crate::paint::{AIR_HU, EDGE_MM, paint};
use crate::shape::{capsule, ellipsoid, tube};

const SKIN_MM: [f64; 2] = [168.0, 108.0];
const MUSCLE_MM: [f64; 2] = [156.0, 96.0];
const CAVITY_MM: [f64; 2] = [136.0, 78.0];
/// Half width of the mediastinum.
const MEDIASTINUM_MM: f64 = 45.0;
/// y of the middle of the vertebral bodies and of the spinal canal.
const VERTEBRA_Y_MM: f64 = 52.0;
const CANAL_Y_MM: f64 = 74.0;
/// Height of a vertebra with its disc.
const LEVEL_MM: f64 = 24.0;

/// The trunk. It has no ends: the CT ends first.
pub(crate) fn body([x, y, _]: [f64; 3]) -> f64 {
    tube(x, y, SKIN_MM[0], SKIN_MM[1])
}

fn cavity([x, y, _]: [f64; 3]) -> f64 {
    tube(x, y + 6.0, CAVITY_MM[0], CAVITY_MM[1])
}

/// Lung of the left side.
pub(crate) fn lung_left(point: [f64; 3]) -> f64 {
    let [x, _, z] = point;
    let round = ellipsoid(point, [0.0, -6.0, 0.0], [CAVITY_MM[0], CAVITY_MM[1], 150.0]);
    cavity(point).max(round).max(MEDIASTINUM_MM - x).max(z - 118.0).max(-105.0 - z)
}

/// Lung of the right side.
pub(crate) fn lung_right([x, y, z]: [f64; 3]) -> f64 {
    lung_left([-x, y, z])
}

/// Heart.
pub(crate) fn heart(point: [f64; 3]) -> f64 {
    ellipsoid(point, [5.0, -34.0, -56.0], [38.0, 36.0, 46.0])
}

/// Descending aorta, left of the spine.
pub(crate) fn aorta([x, y, z]: [f64; 3]) -> f64 {
    tube(x - 25.0, y - 40.0, 11.5, 11.5).max((z + 20.0).abs() - 105.0)
}

/// Oesophagus.
pub(crate) fn oesophagus([x, y, z]: [f64; 3]) -> f64 {
    tube(x - 2.0, y - 24.0, 9.0, 6.0).max(z.abs() - 122.0)
}

/// Trachea, above the carina.
pub(crate) fn trachea([x, y, z]: [f64; 3]) -> f64 {
    tube(x, y - 4.0, 9.5, 8.5).max((z - 66.0).abs() - 54.0)
}

/// Main bronchus of the right side.
pub(crate) fn bronchus_right(point: [f64; 3]) -> f64 {
    capsule(point, [-6.0, 6.0, 8.0], [-34.0, 10.0, -20.0], 7.5)
}

/// Spinal cord.
pub(crate) fn cord([x, y, z]: [f64; 3]) -> f64 {
    tube(x, y - CANAL_Y_MM, 5.2, 4.0).max(z.abs() - 122.0)
}

/// Thecal sac.
pub(crate) fn thecal_sac([x, y, z]: [f64; 3]) -> f64 {
    tube(x, y - CANAL_Y_MM, 8.4, 7.0).max(z.abs() - 122.0)
}

/// Lung tumour that was treated first, right of the hilum.
pub(crate) fn lung_ptv(point: [f64; 3]) -> f64 {
    ellipsoid(point, [-62.0, 4.0, -4.0], [17.0, 16.0, 17.0])
}

/// Lymph nodes beside the right main bronchus.
pub(crate) fn nodes(point: [f64; 3]) -> f64 {
    capsule(point, [-18.0, 2.0, 20.0], [-24.0, 5.0, -6.0], 11.0)
}

/// Target of the second course in the chest: the nodes with 6 mm around them.
pub(crate) fn nodes_ptv(point: [f64; 3]) -> f64 {
    nodes(point) - 6.0
}

/// Three vertebrae that were treated first, with their canal.
pub(crate) fn vertebrae_ptv([x, y, z]: [f64; 3]) -> f64 {
    tube(x, y - 62.0, 34.0, 30.0).max(z.abs() - 1.5 * LEVEL_MM)
}

/// The middle vertebral body, whose metastasis grew again.
pub(crate) fn metastasis([x, y, z]: [f64; 3]) -> f64 {
    tube(x, y - VERTEBRA_Y_MM + 2.0, 14.0, 11.0).max(z.abs() - 10.0)
}

/// Target of the second course in the spine: the body of the vertebra, off the canal.
pub(crate) fn vertebra_ptv([x, y, z]: [f64; 3]) -> f64 {
    tube(x, y - VERTEBRA_Y_MM + 1.0, 19.0, 13.5).max(z.abs() - 0.5 * LEVEL_MM)
}

/// CT number in HU, without noise.
pub(crate) fn hounsfield(p: [f64; 3]) -> f64 {
    let skin = body(p);
    if skin >= EDGE_MM / 2.0 {
        return AIR_HU;
    }
    let (coarse, fine) = (value_noise(p, 16.0), value_noise(p, 5.0));
    let [x, y, _] = p;
    let mut hu = AIR_HU;
    paint(&mut hu, -100.0 + 30.0 * (fine - 0.5), skin);
    paint(&mut hu, 50.0 + 50.0 * (coarse - 0.5), tube(x, y, MUSCLE_MM[0], MUSCLE_MM[1]));
    ribs(p, fine, &mut hu);
    paint(&mut hu, -40.0 + 60.0 * (coarse - 0.5), cavity(p));
    mediastinum(p, fine, &mut hu);
    spine(p, fine, &mut hu);
    hu
}

fn ribs(p: [f64; 3], fine: f64, hu: &mut f64) {
    let [_, y, z] = p;
    let across = (cavity(p) - 7.0).abs() - 4.0;
    let turn = (z - 0.4 * y) / 26.0;
    let along = (turn - turn.floor() - 0.5).abs() * 26.0 - 6.0;
    paint(hu, 500.0 + 400.0 * (fine - 0.5), across.max(along));
}

fn mediastinum(p: [f64; 3], fine: f64, hu: &mut f64) {
    for lung in [lung_left(p), lung_right(p)] {
        paint(hu, -790.0 + 140.0 * (fine - 0.5), lung);
        let vessel = (value_noise(p, 30.0) - 0.5).abs() * 55.0;
        paint(hu, 20.0, (vessel - 1.8).max(lung + 2.0));
    }
    paint(hu, 40.0, lung_ptv(p) + 6.0);
    paint(hu, 120.0 + 40.0 * (fine - 0.5), heart(p));
    paint(hu, 150.0, aorta(p));
    paint(hu, 35.0, oesophagus(p));
    paint(hu, 55.0, nodes(p));
    paint(hu, -960.0, trachea(p).min(bronchus_right(p)));
}

fn spine(p: [f64; 3], fine: f64, hu: &mut f64) {
    let [x, y, z] = p;
    let turn = z / LEVEL_MM + 0.5;
    let in_level = (turn - turn.floor() - 0.5).abs() * LEVEL_MM;
    // No two vertebrae are alike.
    let level = value_noise([3.0, 7.0, turn.floor()], 1.3);
    let column = tube(x, y - VERTEBRA_Y_MM, 18.0, 14.0);
    paint(hu, 80.0, column);
    paint(hu, 220.0 + 200.0 * level + 300.0 * (fine - 0.5), column.max(in_level - 9.5));
    paint(hu, 90.0, metastasis(p) + 4.0);
    let canal = tube(x, y - CANAL_Y_MM, 10.0, 8.0);
    paint(hu, 550.0, tube(x, y - CANAL_Y_MM, 15.0, 13.0).max(in_level - 8.0));
    paint(hu, 12.0, canal);
    paint(hu, 40.0, cord(p));
}

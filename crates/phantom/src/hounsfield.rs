//! What the CT shows, as a formula.
//!
//! The picture is painted: each tissue covers what was painted before it, through an edge of 2 mm
//! that stands for the scanner's blur. Bone carries a fine texture and muscle a coarse one, so that
//! an intensity-based registration has something to hold on to everywhere.

use crate::anatomy::{Outline, brainstem, cord_centre, larynx, oesophagus, parotid, recurrence};
use crate::noise::value_noise;
use crate::paint::{AIR_HU, EDGE_MM, paint};
use crate::shape::{capsule, ellipsoid, ellipsoid_norm, ramp, tube};

const SIDES: [f64; 2] = [1.0, -1.0];

/// One place, with what several tissues need to know about it.
struct Site {
    p: [f64; 3],
    outline: Outline,
    /// x and y relative to the spinal cord's centre.
    dx: f64,
    dy: f64,
    /// Texture of 14 mm and of 4 mm, in 0..1.
    coarse: f64,
    fine: f64,
}

impl Site {
    fn at(p: [f64; 3], outline: Outline) -> Self {
        let [cx, cy] = cord_centre(p[2]);
        Self { p, outline, dx: p[0] - cx, dy: p[1] - cy, coarse: value_noise(p, 14.0), fine: value_noise(p, 4.0) }
    }

    /// The place mirrored to the left, for paired organs.
    fn on_side(&self, side: f64) -> [f64; 3] {
        [side * self.p[0], self.p[1], self.p[2]]
    }

    /// A value with the fine texture.
    fn textured(&self, mean: f64, spread: f64) -> f64 {
        mean + spread * (self.fine - 0.5)
    }

    /// Distance in mm from the surface at `norm` times the body's outline.
    fn hu_of_layer(&self, norm: f64) -> f64 {
        (self.outline.norm - norm) * self.outline.half_depth_mm
    }
}

/// CT number in HU, without noise, at a point of the prior course's frame.
pub fn hounsfield(anatomy_mm: [f64; 3]) -> f64 {
    let outline = Outline::at(anatomy_mm);
    if outline.skin_mm() >= EDGE_MM / 2.0 {
        return AIR_HU;
    }
    let site = Site::at(anatomy_mm, outline);
    let z = anatomy_mm[2];
    let mut hu = AIR_HU;
    soft_tissue(&site, &mut hu);
    neck(&site, &mut hu);
    if z > 40.0 {
        skull(&site, &mut hu);
        brain(&site, &mut hu);
        face(&site, &mut hu);
    }
    airway(&site, &mut hu);
    if z < -60.0 {
        for side in SIDES {
            chest(&site, side, &mut hu);
            shoulder(&site, side, &mut hu);
        }
    }
    if z < 90.0 && site.dx.abs() < 32.0 && site.dy.abs() < 40.0 {
        spine(&site, &mut hu);
        spinal_canal(&site, &mut hu);
    }
    hu
}

fn soft_tissue(site: &Site, hu: &mut f64) {
    let fat_between_muscles = 125.0 * ramp((0.40 - site.coarse) / 0.12);
    paint(hu, site.textured(-95.0, 30.0), site.outline.skin_mm());
    let muscle = site.textured(48.0, 20.0) - fat_between_muscles;
    paint(hu, muscle, site.outline.skin_mm() + 6.0);
}

/// Vessels, thyroid, parotids, tumour, oesophagus and larynx.
fn neck(site: &Site, hu: &mut f64) {
    let [x, _, z] = site.p;
    for side in SIDES {
        let vessel = tube(side * x - 27.0, site.dy + 38.0, 4.5, 4.5);
        paint(hu, 150.0, vessel.max(z - 70.0));
        let from_spine = [side * x, site.dy, z];
        paint(hu, 110.0, ellipsoid(from_spine, [15.0, -46.0, -22.0], [8.0, 9.0, 20.0]));
        paint(hu, site.textured(-25.0, 60.0), parotid(side, site.p));
    }
    paint(hu, 62.0, recurrence(site.p));
    paint(hu, 35.0, oesophagus(site.p));
    let lumen = tube(site.dx - 3.0, site.dy + 33.0, 3.0, 1.2);
    paint(hu, -300.0, lumen.max(z + 10.0));
    let cartilage = larynx(site.p);
    paint(hu, site.textured(190.0, 250.0), cartilage.max(-(cartilage + 4.5)));
}

/// Vault, base and petrous bones.
fn skull(site: &Site, hu: &mut f64) {
    let [_, y, z] = site.p;
    let foramen_magnum = tube(site.dx, site.dy, 16.0, 14.0);
    let base = ((z - 90.0).abs() - 4.0).max(site.hu_of_layer(0.9)).max(-foramen_magnum).max(-35.0 - y);
    let vault = (site.hu_of_layer(0.885).abs() - 4.0).max(88.0 - z);
    paint(hu, 36.0 + 8.0 * (site.coarse - 0.5), site.hu_of_layer(0.86).max(92.0 - z));
    paint(hu, site.textured(480.0, 900.0), base);
    paint(hu, site.textured(850.0, 300.0), vault);
}

/// Ventricles, petrous bones, the fluid around the brainstem and the brainstem.
fn brain(site: &Site, hu: &mut f64) {
    for side in SIDES {
        let p = site.on_side(side);
        paint(hu, 9.0, ellipsoid(p, [13.0, -14.0, 126.0], [7.0, 26.0, 11.0]));
        paint(hu, 900.0, capsule(p, [19.0, -2.0, 95.0], [60.0, 24.0, 98.0], 7.0));
    }
    let stem = brainstem(site.p);
    paint(hu, 10.0, (stem - 3.5).max(86.0 - site.p[2]));
    paint(hu, 31.0, stem);
}

/// Sinuses, nose, jaw and teeth.
fn face(site: &Site, hu: &mut f64) {
    let [_, y, z] = site.p;
    for side in SIDES {
        let sinus = ellipsoid(site.on_side(side), [24.0, -62.0, 98.0], [13.0, 16.0, 16.0]);
        paint(hu, 500.0, sinus - 2.5);
        paint(hu, -950.0, sinus);
    }
    paint(hu, -900.0, ellipsoid(site.p, [0.0, -66.0, 98.0], [7.0, 20.0, 14.0]));
    let jaw = (site.hu_of_layer(0.82).abs() - 5.5).max((z - 61.0).abs() - 12.0).max(y + 2.0);
    paint(hu, site.textured(800.0, 600.0), jaw);
    let teeth = (site.hu_of_layer(0.80).abs() - 4.0).max((z - 78.0).abs() - 4.0).max(y + 38.0);
    paint(hu, site.textured(1100.0, 900.0), teeth);
}

/// Air from the pharynx through the larynx into the trachea.
fn airway(site: &Site, hu: &mut f64) {
    let z = site.p[2];
    let front = |distance: f64| site.dy + distance;
    let trachea = tube(site.dx, front(47.0), 9.5, 8.5).max(z + 5.0);
    let glottis = tube(site.dx, front(48.0), 6.5, 9.0).max((z - 18.0).abs() - 24.0);
    let pharynx = tube(site.dx, front(46.0), 11.0, 6.0).max((z - 64.0).abs() - 26.0);
    paint(hu, 120.0, tube(site.dx, front(47.0), 11.2, 10.2).max(z + 5.0));
    paint(hu, -985.0, trachea.min(glottis).min(pharynx));
}

/// Lung and ribs of one side.
fn chest(site: &Site, side: f64, hu: &mut f64) {
    let p = site.on_side(side);
    let norm = ellipsoid_norm(p, [58.0, 10.0, -165.0], [46.0, 60.0, 85.0]);
    let turn = (p[2] - 0.35 * p[1] + 0.15 * p[0]) / 19.0;
    let from_rib_mm = (turn - turn.floor() - 0.5).abs() * 19.0;
    let rib = ((norm - 1.13).abs() * 46.0 - 3.2).max(from_rib_mm - 5.0);
    paint(hu, site.textured(520.0, 700.0), rib);
    paint(hu, site.textured(-780.0, 160.0), (norm - 1.0) * 46.0);
}

/// Clavicle, upper arm and shoulder blade of one side.
fn shoulder(site: &Site, side: f64, hu: &mut f64) {
    let p = site.on_side(side);
    let clavicle = capsule(p, [16.0, -66.0, -100.0], [132.0, -30.0, -84.0], 6.0);
    let humerus = capsule(p, [148.0, 6.0, -104.0], [156.0, 4.0, -160.0], 20.0);
    let scapula = capsule(p, [128.0, 28.0, -100.0], [80.0, 72.0, -150.0], 5.0);
    paint(hu, site.textured(560.0, 500.0), clavicle);
    paint(hu, 760.0, humerus);
    paint(hu, site.textured(240.0, 350.0), humerus + 3.0);
    paint(hu, site.textured(600.0, 500.0), scapula);
}

/// Vertebral bodies with discs between them, arches and processes.
fn spine(site: &Site, hu: &mut f64) {
    let z = site.p[2];
    if z >= 75.0 {
        return;
    }
    let (pitch, below_top) = vertebra(z);
    let (dx, dy) = (site.dx, site.dy);
    let under_skull = z - 74.0;
    let column = tube(dx, dy + 18.0, 14.0, 10.5).max(under_skull);
    let bone_half = (pitch - 4.5) / 2.0;
    let bone = column.max((below_top - bone_half).abs() - bone_half);
    paint(hu, 85.0, column);
    paint(hu, 720.0, bone);
    paint(hu, site.textured(240.0, 420.0), bone + 2.0);
    let arch = (tube(dx, dy - 1.0, 13.0, 11.0).abs() - 2.6)
        .max((below_top - 0.5 * pitch).abs() - 0.3 * pitch)
        .max(-8.0 - dy);
    let transverse =
        ((dx.abs() - 19.5).abs() - 7.5).max((dy + 7.0).abs() - 3.5).max((below_top - 0.4 * pitch).abs() - 4.0);
    let spinous = (dx.abs() - 3.2).max((dy - 22.0).abs() - 11.0).max((below_top - 0.55 * pitch).abs() - 4.5);
    let behind = arch.min(transverse).min(spinous).max(under_skull);
    paint(hu, site.textured(640.0, 500.0), behind);
}

/// Height of the vertebra at z with its disc, and how far z is below its top, in mm: seven
/// vertebrae of the neck, then those of the chest.
fn vertebra(z: f64) -> (f64, f64) {
    let (pitch, top) = if z > -55.5 { (18.5, 74.0) } else { (21.5, -55.5) };
    let level = (top - z) / pitch;
    (pitch, (level - level.floor()) * pitch)
}

/// Fluid and cord.
fn spinal_canal(site: &Site, hu: &mut f64) {
    let z = site.p[2];
    paint(hu, 10.0, tube(site.dx, site.dy - 0.5, 10.5, 8.5).max(z - 84.0));
    paint(hu, 40.0, tube(site.dx, site.dy, 6.8, 5.0).max(z - 76.0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tissues_have_their_numbers() {
        for (what, point, low, high) in [
            ("air outside", [0.0, -120.0, 0.0], -1000.0, -1000.0),
            ("trachea", [0.0, -22.6, -40.0], -1000.0, -950.0),
            ("lung", [58.0, 10.0, -130.0], -870.0, -690.0),
            ("fat under the skin", [0.0, 61.0, 10.0], -115.0, -70.0),
            ("cord", [0.6, 24.0, 20.0], 35.0, 45.0),
            ("brain", [40.0, 40.0, 120.0], 30.0, 42.0),
            ("skull", [0.0, 79.2, 100.0], 650.0, 1050.0),
            ("tumour", [24.4, 10.2, -22.0], 40.0, 75.0),
        ] {
            let hu = hounsfield(point);
            assert!((low..=high).contains(&hu), "{what}: {hu} HU");
        }
    }

    #[test]
    fn vertebrae_and_discs_take_turns() {
        let along: Vec<f64> =
            (0..60).map(|step| hounsfield([cord_centre(30.0)[0], 6.5, 60.0 - f64::from(step)])).collect();
        assert!(along.iter().any(|hu| *hu > 400.0));
        assert!(along.iter().any(|hu| *hu < 120.0));
    }
}

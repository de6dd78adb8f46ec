//! A breathing trunk, for registrations that are hard.
//!
//! The anatomy is painted once, at the end of exhalation with the arms down ([`Trunk::default`]); every other state carries its
//! points there ([`Trunk::to_reference`]). Between two states the truth is known at every point, also where organs slide along
//! the wall of the chest, whose displacement has a step there.
//!
//! LPS, mm: the top of the lungs is at z = 180, the dome of the diaphragm at z = −20, the pelvis at z = −230.

use crate::noise::value_noise;
use crate::paint::{AIR_HU, paint};
use crate::shape::{capsule, ellipsoid, ramp, tube};

/// Half width and half depth of the chest and belly within the wall, and of the wall with its muscles.
const CAVITY_MM: [f64; 2] = [118.0, 76.0];
const MUSCLE_MM: [f64; 2] = [140.0, 118.0];
/// Thickness of the fat on it.
const FAT_MM: f64 = 26.0;
/// How far the diaphragm sinks in a full breath.
const BREATH_MM: f64 = 28.0;
const DOME_Z: f64 = -20.0;
const APEX_Z: f64 = 180.0;
/// Below this height the belly no longer moves with the breath.
const STILL_Z: f64 = -230.0;
const MOVING_Z: f64 = -130.0;

/// Where the arms are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arms {
    /// Beside the trunk.
    Down,
    /// Above the head, out of the picture but for the shoulders, which rise.
    Up,
}

/// A state of the trunk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trunk {
    /// 0 at the end of exhalation, 1 at the end of a full inhalation.
    pub breath: f64,
    /// Where the arms are.
    pub arms: Arms,
    /// Share of the fat that is lost.
    pub weight_loss: f64,
    /// Which bubbles of gas are in the bowel.
    pub gas: u32,
    /// Whether the spine bears a metal implant, with its streaks.
    pub metal: bool,
}

impl Default for Trunk {
    fn default() -> Self {
        Self { breath: 0.0, arms: Arms::Down, weight_loss: 0.0, gas: 0, metal: false }
    }
}

/// What a place belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Lung.
    Lung,
    /// Belly within the wall.
    Belly,
    /// Wall with its ribs, and the spine.
    Wall,
    /// Fat on the wall.
    Fat,
}

impl Trunk {
    /// CT number in HU, without noise.
    pub fn hounsfield(&self, point_mm: [f64; 3]) -> f64 {
        let reference = self.to_reference(point_mm);
        let mut hu = anatomy(reference);
        self.gas(reference, &mut hu);
        if self.arms == Arms::Down {
            arms(point_mm, &mut hu);
        }
        if self.metal {
            metal(point_mm, &mut hu);
        }
        hu
    }

    /// Carries a point of this state to the reference state.
    pub fn to_reference(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let norm = round([x, y], CAVITY_MM);
        if norm < 1.0 {
            return [x, y, z + self.breath * BREATH_MM * share_of_breath(z)];
        }
        let outside = (round([x, y], MUSCLE_MM) - 1.0) * MUSCLE_MM[1];
        let rise =
            if self.arms == Arms::Up { 22.0 * ramp((z - 100.0) / 60.0) * ramp(outside / 20.0) } else { 0.0 };
        if outside <= 0.0 {
            return [x, y, z - rise];
        }
        // What is left of the fat stands for all of it.
        let left = 1.0 - self.weight_loss;
        let scale = (MUSCLE_MM[1] + outside / left) / (MUSCLE_MM[1] + outside);
        [x * scale, y * scale, z - rise]
    }

    /// Carries a point of the reference state to this one.
    pub fn from_reference(&self, reference_mm: [f64; 3]) -> [f64; 3] {
        let mut point = reference_mm;
        for _ in 0..60 {
            let found = self.to_reference(point);
            (0..3).for_each(|axis| point[axis] += 0.8 * (reference_mm[axis] - found[axis]));
        }
        point
    }

    /// Points of a lattice within the body, in this state, with what they belong to; none within reach of the sliding surface,
    /// where a point belongs to neither side.
    pub fn landmarks(&self, spacing_mm: f64) -> Vec<([f64; 3], Region)> {
        let steps = |half: f64| {
            let n = (half / spacing_mm) as i32;
            (-n..=n).map(move |step| f64::from(step) * spacing_mm)
        };
        let mut found = Vec::new();
        for z in steps(200.0) {
            for y in steps(MUSCLE_MM[1] + FAT_MM) {
                for x in steps(MUSCLE_MM[0] + FAT_MM) {
                    // Not on the planes of any image grid.
                    let point = [x + 0.7, y - 0.4, z + 1.1];
                    found.extend(region(self.to_reference(point)).map(|region| (point, region)));
                }
            }
        }
        found
    }

    fn gas(&self, reference: [f64; 3], hu: &mut f64) {
        let [x, y, z] = reference;
        if self.gas == 0 || !(-200.0..=-80.0).contains(&z) || round([x, y], CAVITY_MM) > 0.8 {
            return;
        }
        let offset = 97.0 * f64::from(self.gas);
        let bubbles = value_noise([x + offset, y - offset, z + 0.5 * offset], 26.0);
        paint(hu, -950.0, (0.74 - bubbles) * 60.0);
    }
}

/// How much of the breath moves a height: all of the belly below the dome, the lung the less the higher, as a sponge is pressed.
fn share_of_breath(z: f64) -> f64 {
    if z < MOVING_Z {
        ramp((z - STILL_Z) / (MOVING_Z - STILL_Z))
    } else if z < DOME_Z - BREATH_MM {
        1.0
    } else {
        let part = ((APEX_Z - z) / (APEX_Z - DOME_Z + BREATH_MM)).clamp(0.0, 1.0);
        part * part
    }
}

fn round([x, y]: [f64; 2], half: [f64; 2]) -> f64 {
    ((x / half[0]) * (x / half[0]) + (y / half[1]) * (y / half[1])).sqrt()
}

fn region(reference: [f64; 3]) -> Option<Region> {
    let [x, y, z] = reference;
    let in_cavity = (round([x, y], CAVITY_MM) - 1.0) * CAVITY_MM[1];
    let outside = (round([x, y], MUSCLE_MM) - 1.0) * MUSCLE_MM[1];
    if in_cavity < -10.0 {
        return if is_lung(reference) { Some(Region::Lung) } else { (z < DOME_Z - 20.0).then_some(Region::Belly) };
    }
    if in_cavity > 8.0 && outside < -2.0 {
        return Some(Region::Wall);
    }
    (outside > 4.0 && outside < FAT_MM - 4.0).then_some(Region::Fat)
}

fn dome(x: f64, y: f64) -> f64 {
    let norm = round([x, y], CAVITY_MM);
    DOME_Z - 50.0 * norm * norm
}

fn is_lung([x, y, z]: [f64; 3]) -> bool {
    z > dome(x, y) + 3.0 && z < APEX_Z - 10.0 && x.abs() > 36.0 && round([x, y], CAVITY_MM) < 0.95
}

fn anatomy(p: [f64; 3]) -> f64 {
    let [x, y, _] = p;
    let mut hu = AIR_HU;
    let (coarse, fine) = (value_noise(p, 16.0), value_noise(p, 5.0));
    let outside = (round([x, y], MUSCLE_MM) - 1.0) * MUSCLE_MM[1];
    paint(&mut hu, -100.0 + 30.0 * (fine - 0.5) + 40.0 * (coarse - 0.5), outside - FAT_MM);
    paint(&mut hu, 50.0 + 30.0 * (fine - 0.5) - 90.0 * ramp((0.4 - coarse) / 0.15), outside);
    ribs(p, fine, &mut hu);
    let cavity = (round([x, y], CAVITY_MM) - 1.0) * CAVITY_MM[1];
    paint(&mut hu, 40.0 + 25.0 * (fine - 0.5), cavity);
    belly(p, cavity, coarse, fine, &mut hu);
    lungs(p, cavity, fine, &mut hu);
    spine(p, fine, &mut hu);
    hu
}

fn ribs([x, y, z]: [f64; 3], fine: f64, hu: &mut f64) {
    let half = [CAVITY_MM[0] + 11.0, CAVITY_MM[1] + 11.0];
    let across = (round([x, y], half) - 1.0).abs() * half[1];
    let turn = (z - 0.4 * y) / 26.0;
    let along = (turn - turn.floor() - 0.5).abs() * 26.0;
    let level = value_noise([9.0, 5.0, (z - 0.4 * y) / 26.0], 1.3);
    paint(
        hu,
        350.0 + 300.0 * level + 400.0 * (fine - 0.5),
        (across - 4.0).max(along - 4.0 - 4.0 * level).max(-40.0 - z),
    );
    let sternum = (x.abs() - 16.0).max((y + half[1]).abs() - 6.0).max((z - 95.0).abs() - 65.0);
    paint(hu, 260.0 + 300.0 * (fine - 0.5), sternum);
    for side in [-1.0, 1.0] {
        let own = [side * x, y, z];
        let blade = capsule(own, [112.0, 92.0, 150.0], [70.0, 108.0, 40.0], 5.0);
        let wing = capsule(own, [112.0, 30.0, -190.0], [60.0, 88.0, -225.0], 9.0);
        let collar = capsule(own, [14.0, -86.0, 172.0], [128.0, -40.0, 192.0], 6.0);
        paint(hu, 480.0 + 400.0 * (fine - 0.5), blade.min(wing).min(collar));
    }
}

fn belly(p: [f64; 3], cavity: f64, coarse: f64, fine: f64, hu: &mut f64) {
    let [x, y, z] = p;
    let below = z - dome(x, y);
    let inside = cavity.max(below);
    paint(hu, -90.0 + 60.0 * (coarse - 0.5), inside.max(z + 70.0));
    let liver = ellipsoid(p, [-45.0, -8.0, -60.0], [68.0, 62.0, 78.0]);
    paint(hu, 105.0 + 30.0 * (fine - 0.5), liver.max(inside));
    let vessel = (value_noise(p, 34.0) - 0.5).abs() * 60.0;
    paint(hu, 165.0, (vessel - 1.6).max(liver + 6.0).max(inside));
    let stomach = ellipsoid(p, [52.0, -20.0, -70.0], [36.0, 34.0, 44.0]);
    paint(hu, 20.0 + 40.0 * (coarse - 0.5), stomach.max(inside));
    for side in [-1.0, 1.0] {
        let kidney = ellipsoid(p, [side * 58.0, 38.0, -130.0], [24.0, 20.0, 46.0]);
        paint(hu, 180.0 + 60.0 * (fine - 0.5), kidney.max(inside));
    }
    let bowel = (value_noise([x + 31.0, y, z], 22.0) - 0.5).abs() * 70.0;
    paint(hu, 55.0 + 50.0 * (fine - 0.5), (bowel - 6.0).max(z + 90.0).max(cavity + 6.0).max(inside));
}

fn lungs(p: [f64; 3], cavity: f64, fine: f64, hu: &mut f64) {
    let [x, y, z] = p;
    let above = (dome(x, y) - z).max(z - APEX_Z);
    let lung = cavity.max(above).max(36.0 - x.abs()) + 3.0;
    paint(hu, -800.0 + 120.0 * (fine - 0.5), lung);
    // Two sheets meet in a line: the lines are the vessels.
    let sheets = [value_noise(p, 30.0), value_noise([y + 53.0, z, x], 30.0)];
    let distance = sheets.iter().map(|sheet| (sheet - 0.5).abs() * 55.0).fold(0.0, f64::max);
    paint(hu, 10.0, (distance - 2.2).max(lung + 2.0));
    let heart = ellipsoid(p, [20.0, -18.0, 30.0], [52.0, 42.0, 58.0]);
    paint(hu, 140.0 + 40.0 * (fine - 0.5), heart.max(above));
    paint(hu, 190.0, tube(x - 12.0, y - 38.0, 13.0, 13.0).max(cavity));
    paint(hu, -980.0, tube(x + 3.0, y - 6.0, 8.0, 8.0).max(95.0 - z).max(cavity));
}

fn spine([x, y, z]: [f64; 3], fine: f64, hu: &mut f64) {
    let (dx, dy) = (x, y - 96.0);
    let turn = z / 25.0;
    let in_disc = (turn - turn.floor() - 0.5).abs() * 25.0;
    let column = tube(dx, dy, 19.0, 15.0);
    paint(hu, 80.0, column);
    // No two vertebrae are alike.
    let level = value_noise([3.0, 7.0, turn], 1.3);
    paint(hu, 220.0 + 220.0 * level + 380.0 * (fine - 0.5), column.max(in_disc - 9.0 - 2.0 * level));
    paint(hu, 15.0, tube(dx, dy - 20.0, 10.0, 8.0));
    let arch = tube(dx, dy - 20.0, 14.0, 12.0).max(-tube(dx, dy - 20.0, 10.5, 8.5)).max(in_disc - 8.0);
    paint(hu, 550.0, arch);
}

fn arms(p: [f64; 3], hu: &mut f64) {
    for side in [-1.0, 1.0] {
        let own = [side * p[0], p[1], p[2]];
        let arm = capsule(own, [222.0, 10.0, 150.0], [232.0, 20.0, -260.0], 38.0);
        paint(hu, -90.0, arm);
        paint(hu, 55.0, arm + 8.0);
        paint(hu, 900.0, arm + 26.0);
    }
}

/// Two rods beside the spine, and the streaks that they throw.
fn metal([x, y, z]: [f64; 3], hu: &mut f64) {
    let along = (z + 10.0).abs() - 55.0;
    if along > 4.0 {
        return;
    }
    let streak = {
        let turn = (x + 0.6 * (y - 106.0)) / 18.0;
        (turn - turn.floor() - 0.5).abs() * 4.0 - 1.0
    };
    let far = (x * x + (y - 106.0) * (y - 106.0)).sqrt();
    if *hu > -900.0 {
        *hu += 260.0 * streak * ramp((120.0 - far) / 120.0);
    }
    for side in [-1.0, 1.0] {
        paint(hu, 3000.0, tube(side * x - 17.0, y - 110.0, 3.5, 3.5).max(along));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_from_the_reference_undoes_the_way_to_it() {
        let state = Trunk { breath: 1.0, arms: Arms::Up, weight_loss: 0.4, gas: 3, metal: true };
        for (point, _) in state.landmarks(24.0) {
            let back = state.from_reference(state.to_reference(point));
            for axis in 0..3 {
                assert!((back[axis] - point[axis]).abs() < 1e-6, "{point:?} {back:?}");
            }
        }
    }

    #[test]
    fn a_breath_moves_the_belly_and_slides_along_the_wall() {
        let inhaled = Trunk { breath: 1.0, ..Trunk::default() };
        let by = |point: [f64; 3]| inhaled.from_reference(point)[2] - point[2];
        assert!((by([-45.0, 0.0, -80.0]) + BREATH_MM).abs() < 1e-6);
        assert!(by([60.0, 0.0, 170.0]).abs() < 0.5);
        assert_eq!(by([130.0, 0.0, -20.0]), 0.0);
    }

    #[test]
    fn tissues_have_their_numbers() {
        let reference = Trunk::default();
        for (what, point, low, high) in [
            ("lung", [70.0, -20.0, 80.0], -900.0, 60.0),
            ("liver", [-50.0, 0.0, -70.0], 60.0, 200.0),
            ("heart", [20.0, -18.0, 30.0], 100.0, 180.0),
            ("fat", [0.0, -130.0, -60.0], -150.0, -50.0),
            ("air", [0.0, -170.0, 0.0], -1000.0, -1000.0),
        ] {
            let hu = reference.hounsfield(point);
            assert!((low..=high).contains(&hu), "{what}: {hu} HU");
        }
    }

    #[test]
    fn every_region_has_landmarks() {
        let landmarks = Trunk::default().landmarks(20.0);
        for region in [Region::Lung, Region::Belly, Region::Wall, Region::Fat] {
            assert!(landmarks.iter().filter(|(_, own)| *own == region).count() > 30, "{region:?}");
        }
    }
}

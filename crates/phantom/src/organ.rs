//! The organs that are contoured, with their names in both courses.

use crate::anatomy::{
    body, brainstem, cord_centre, current_ptv, larynx, oesophagus, parotid_left, parotid_right, prior_ptv,
    recurrence, spinal_cord, trachea,
};

/// An organ or target whose shape is known exactly.
///
/// Points are in the frame of the prior course; [`crate::Truth`] answers for the current one.
#[derive(Debug, Clone, Copy)]
pub struct OrganTruth {
    /// Name by AAPM TG-263.
    pub standard_name: &'static str,
    /// ROI name in the structure set of course 1, if it is drawn there.
    pub prior_name: Option<&'static str>,
    /// ROI name in the structure set of course 2, if it is drawn there.
    pub current_name: Option<&'static str>,
    /// RT ROI Interpreted Type (3006,00A4).
    pub interpreted_type: &'static str,
    /// Display colour, red green blue.
    pub(crate) colour: [u8; 3],
    /// Implicit function: negative inside.
    pub(crate) surface: fn([f64; 3]) -> f64,
    /// x and y of a point that sees the whole cross-section at this z.
    pub(crate) centre_line: fn(f64) -> [f64; 2],
    /// Lowest and highest z that the organ can reach.
    pub(crate) z_range_mm: [f64; 2],
    /// No point of a cross-section is farther than this from the centre line.
    pub(crate) reach_mm: f64,
}

impl OrganTruth {
    /// Name in this course (1 or 2), if the organ is drawn there.
    pub fn name_in(&self, course: usize) -> Option<&'static str> {
        match course {
            1 => self.prior_name,
            2 => self.current_name,
            _ => None,
        }
    }

    /// Whether the organ contains this point of the prior course's frame.
    pub fn contains(&self, anatomy_mm: [f64; 3]) -> bool {
        (self.surface)(anatomy_mm) < 0.0
    }

    /// Centres of the cubes of edge `step_mm` whose centre lies in the organ, in the frame of the
    /// prior course: each stands for `step_mm³`. For dose statistics that need no DICOM.
    ///
    /// The body has no end; its points are those from z = -136 to z = 136.
    pub fn points_mm(&self, step_mm: f64) -> Vec<[f64; 3]> {
        let mut points = Vec::new();
        for z in cells(self.z_range_mm, step_mm) {
            let [cx, cy] = (self.centre_line)(z);
            for y in cells([cy - self.reach_mm, cy + self.reach_mm], step_mm) {
                for x in cells([cx - self.reach_mm, cx + self.reach_mm], step_mm) {
                    if self.contains([x, y, z]) {
                        points.push([x, y, z]);
                    }
                }
            }
        }
        points
    }

    /// Volume in cc, counted in cubes of edge `step_mm`.
    pub fn volume_cc(&self, step_mm: f64) -> f64 {
        self.points_mm(step_mm).len() as f64 * step_mm * step_mm * step_mm / 1000.0
    }
}

/// Centres of the cells of a lattice through the origin that meet this range.
fn cells([low, high]: [f64; 2], step: f64) -> impl Iterator<Item = f64> {
    let first = (low / step).floor() as i64;
    let last = (high / step).ceil() as i64;
    (first..last).map(move |cell| (cell as f64 + 0.5) * step)
}

/// A line straight up the patient.
pub(crate) fn upright<const X: i32, const Y: i32>(_z: f64) -> [f64; 2] {
    [f64::from(X), f64::from(Y)]
}

fn oesophagus_line(z: f64) -> [f64; 2] {
    let [x, y] = cord_centre(z);
    [x + 3.0, y - 33.0]
}

fn trachea_line(z: f64) -> [f64; 2] {
    let [x, y] = cord_centre(z);
    [x, y - 47.0]
}

fn brainstem_line(z: f64) -> [f64; 2] {
    [0.0, 21.0 - 0.3 * (z - 97.0)]
}

fn parotid_left_line(z: f64) -> [f64; 2] {
    let y = -2.0 - 0.25 * (z - 64.0);
    [57.0 + 0.12 * (y + 2.0), y]
}

fn parotid_right_line(z: f64) -> [f64; 2] {
    let [x, y] = parotid_left_line(z);
    [-x, y]
}

/// An organ that both courses draw.
pub(crate) const fn shared(
    standard_name: &'static str,
    names: [&'static str; 2],
    surface: fn([f64; 3]) -> f64,
    centre_line: fn(f64) -> [f64; 2],
    z_range_mm: [f64; 2],
    reach_mm: f64,
) -> OrganTruth {
    OrganTruth {
        standard_name,
        prior_name: Some(names[0]),
        current_name: Some(names[1]),
        interpreted_type: "ORGAN",
        colour: [255, 255, 255],
        surface,
        centre_line,
        z_range_mm,
        reach_mm,
    }
}

impl OrganTruth {
    pub(crate) const fn coloured(mut self, colour: [u8; 3]) -> Self {
        self.colour = colour;
        self
    }

    pub(crate) const fn of_type(mut self, interpreted_type: &'static str) -> Self {
        self.interpreted_type = interpreted_type;
        self
    }

    /// Drawn in course 1 only.
    pub(crate) const fn only_prior(mut self) -> Self {
        self.current_name = None;
        self
    }

    /// Drawn in course 2 only.
    pub(crate) const fn only_current(mut self) -> Self {
        self.prior_name = None;
        self
    }
}

/// The organs of the neck, in the order of the structure sets.
pub(crate) static ORGANS: [OrganTruth; 11] = NECK;

/// The same, where the target of the current course gets 60 Gy.
pub(crate) static ORGANS_OF_PROTONS: [OrganTruth; 11] = {
    let mut organs = NECK;
    organs[9].standard_name = "PTV2_6000";
    organs[9].current_name = Some("PTV2_6000");
    organs
};

const NECK: [OrganTruth; 11] = [
    shared("SpinalCord", ["SpinalCord", "cord"], spinal_cord, cord_centre, [-115.0, 77.0], 9.0)
        .coloured([255, 255, 0]),
    shared("Brainstem", ["Brainstem", "BrainStem"], brainstem, brainstem_line, [72.0, 122.0], 17.0)
        .coloured([0, 128, 255]),
    shared("Esophagus", ["Esophagus", "Oesophagus"], oesophagus, oesophagus_line, [-115.0, -7.0], 11.0)
        .coloured([165, 82, 45]),
    shared("Trachea", ["Trachea", "Trachea"], trachea, trachea_line, [-115.0, -5.0], 12.0).coloured([0, 255, 255]),
    shared("Parotid_L", ["Parotid_L", "Parotid Lt"], parotid_left, parotid_left_line, [40.0, 88.0], 20.0)
        .coloured([0, 200, 0]),
    shared("Parotid_R", ["Parotid_R", "Parotid Rt"], parotid_right, parotid_right_line, [40.0, 88.0], 20.0)
        .coloured([0, 150, 0]),
    shared("Larynx", ["Larynx", "Larynx"], larynx, upright::<0, -30>, [-7.0, 43.0], 21.0)
        .coloured([255, 128, 192]),
    shared("GTV", ["GTV_re", "GTV_re"], recurrence, upright::<24, 10>, [-42.0, -2.0], 16.0)
        .coloured([255, 128, 0])
        .of_type("GTV")
        .only_current(),
    shared("PTV_6000", ["PTV60", "PTV60"], prior_ptv, upright::<24, -13>, [-55.0, 67.0], 52.0)
        .coloured([255, 0, 0])
        .of_type("PTV")
        .only_prior(),
    shared("PTV_3000", ["PTV30", "PTV30"], current_ptv, upright::<24, 10>, [-46.0, 2.0], 20.0)
        .coloured([255, 0, 0])
        .of_type("PTV")
        .only_current(),
    shared("External", ["BODY", "External"], body, upright::<0, 2>, [-136.0, 136.0], 230.0)
        .coloured([200, 200, 200])
        .of_type("EXTERNAL"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn volume_cc(name: &str) -> f64 {
        let organ = ORGANS.iter().find(|organ| organ.standard_name == name);
        organ.expect("a known organ").volume_cc(1.0)
    }

    #[test]
    fn volumes_are_those_of_a_person() {
        for (name, low, high) in [
            ("SpinalCord", 18.0, 23.0),
            ("Brainstem", 17.0, 23.0),
            ("Esophagus", 12.0, 16.0),
            ("Trachea", 24.0, 30.0),
            ("Parotid_L", 14.0, 19.0),
            ("Larynx", 32.0, 40.0),
            ("GTV", 10.0, 14.0),
            ("PTV_6000", 260.0, 320.0),
            ("PTV_3000", 22.0, 29.0),
        ] {
            let volume = volume_cc(name);
            assert!((low..high).contains(&volume), "{name}: {volume} cc");
        }
        assert!((volume_cc("Parotid_L") - volume_cc("Parotid_R")).abs() < 0.1);
    }

    #[test]
    fn larynx_has_the_volume_of_its_ellipsoid() {
        let exact_cc = 4.0 / 3.0 * std::f64::consts::PI * 19.0 * 19.0 * 24.0 / 1000.0;
        assert!((volume_cc("Larynx") - exact_cc).abs() < 0.002 * exact_cc);
    }

    #[test]
    fn left_is_where_x_is_positive() {
        let left = ORGANS.iter().find(|organ| organ.standard_name == "Parotid_L");
        assert!(left.expect("a known organ").points_mm(2.0).iter().all(|point| point[0] > 0.0));
    }
}

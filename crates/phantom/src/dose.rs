//! What each course gave, as a formula.
//!
//! The dose follows the distance to the target: a plateau inside, then a fall of about 10 % of the
//! prescription per 2–4 mm, and around it a bath of scattered and exit dose that fades with the
//! distance and at the ends of the beams. It drops to zero through the skin.

use crate::anatomy::{body, current_ptv, prior_ptv};
use crate::shape::falloff;

/// Parameters of one course's dose.
pub(crate) struct Distribution {
    /// Implicit function of the target, mm.
    pub(crate) target: fn([f64; 3]) -> f64,
    pub(crate) prescription_gy: f64,
    /// Plateau dose as a fraction of the prescription.
    pub(crate) plateau: f64,
    /// Distance from the target at which half the plateau is left, mm.
    pub(crate) half_mm: f64,
    /// Width of the fall, mm.
    pub(crate) width_mm: f64,
    /// Bath dose beside the target as a fraction of the prescription.
    pub(crate) bath: f64,
    /// Distance at which the bath has halved, mm.
    pub(crate) bath_reach_mm: f64,
    /// Height of the middle of the beams, mm.
    pub(crate) beam_centre_mm: f64,
    /// Half the length of the beams along z, mm.
    pub(crate) beam_half_length_mm: f64,
    /// Implicit function of the body, mm.
    pub(crate) body: fn([f64; 3]) -> f64,
}

const PRIOR: Distribution = Distribution {
    target: prior_ptv,
    prescription_gy: 60.0,
    plateau: 1.04,
    half_mm: 14.5,
    width_mm: 9.0,
    bath: 0.16,
    bath_reach_mm: 45.0,
    beam_centre_mm: 9.0,
    beam_half_length_mm: 68.0,
    body,
};

const CURRENT: Distribution = Distribution {
    target: current_ptv,
    prescription_gy: 30.0,
    plateau: 1.285,
    half_mm: 4.4,
    width_mm: 6.5,
    bath: 0.10,
    bath_reach_mm: 35.0,
    beam_centre_mm: -22.0,
    beam_half_length_mm: 26.0,
    body,
};

/// Absorbed dose of the whole prior course (60 Gy to the target) at a point of the prior course's
/// frame.
pub fn prior_dose_gy(anatomy_mm: [f64; 3]) -> f64 {
    PRIOR.gy_at(anatomy_mm)
}

/// Absorbed dose of the whole current course (30 Gy to the target) at a point of the *prior*
/// course's frame; [`crate::Truth::current_dose_gy`] takes a point of the current one.
pub fn current_dose_gy(anatomy_mm: [f64; 3]) -> f64 {
    CURRENT.gy_at(anatomy_mm)
}

impl Distribution {
    /// Dose of the whole course at a point of the prior course's frame.
    pub(crate) fn gy_at(&self, point: [f64; 3]) -> f64 {
        let in_body = ((2.0 - (self.body)(point)) / 6.0).clamp(0.0, 1.0);
        if in_body == 0.0 {
            return 0.0;
        }
        let distance_mm = (self.target)(point);
        let direct = falloff((distance_mm - self.half_mm) / self.width_mm);
        let indirect = (1.0 - direct) * self.bath_at(distance_mm, point[2]);
        self.prescription_gy * (self.plateau * direct + self.bath * indirect) * in_body
    }

    /// Bath relative to its value beside the target.
    fn bath_at(&self, distance_mm: f64, z: f64) -> f64 {
        let far = distance_mm.max(0.0) / self.bath_reach_mm;
        let past_end_mm = (z - self.beam_centre_mm).abs() - self.beam_half_length_mm;
        falloff(past_end_mm / 8.0) / (1.0 + far * far)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organ::ORGANS;

    fn doses(name: &str, dose: fn([f64; 3]) -> f64) -> Vec<f64> {
        let organ = ORGANS.iter().find(|organ| organ.standard_name == name);
        let points = organ.expect("a known organ").points_mm(1.5);
        let mut doses: Vec<f64> = points.into_iter().map(dose).collect();
        doses.sort_by(f64::total_cmp);
        doses
    }

    fn max(doses: &[f64]) -> f64 {
        *doses.last().expect("an organ has points")
    }

    fn mean(doses: &[f64]) -> f64 {
        doses.iter().sum::<f64>() / doses.len() as f64
    }

    #[test]
    fn targets_get_what_was_prescribed() {
        let prior = doses("PTV_6000", prior_dose_gy);
        assert!((mean(&prior) - 60.0).abs() < 0.6, "mean {}", mean(&prior));
        assert!(prior[prior.len() / 50] > 57.0, "D98 {}", prior[prior.len() / 50]);
        assert!(max(&prior) < 63.0);
        let current = doses("PTV_3000", current_dose_gy);
        assert!(current[current.len() / 20] > 30.0, "D95 {}", current[current.len() / 20]);
        let hottest = max(&current);
        assert!((37.0..38.0).contains(&hottest), "max {hottest}");
    }

    #[test]
    fn the_cord_is_near_but_spared_twice() {
        let prior = max(&doses("SpinalCord", prior_dose_gy));
        let current = max(&doses("SpinalCord", current_dose_gy));
        assert!((40.5..42.5).contains(&prior), "prior {prior}");
        assert!((12.0..15.0).contains(&current), "current {current}");
    }

    #[test]
    fn the_second_course_leaves_the_brainstem_alone() {
        assert!(max(&doses("Brainstem", current_dose_gy)) < 0.2);
        assert!(max(&doses("Brainstem", prior_dose_gy)) < 10.0);
    }

    #[test]
    fn there_is_no_dose_in_the_air() {
        assert_eq!(prior_dose_gy([0.0, -90.0, 0.0]), 0.0);
        assert_eq!(current_dose_gy([220.0, 0.0, -100.0]), 0.0);
    }
}

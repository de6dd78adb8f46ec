//! What is known exactly about a synthetic patient.

use crate::course::motion;
use crate::options::Options;
use crate::organ::OrganTruth;
use crate::scenario::Story;
use crate::transform::Rigid;

/// The known truth: motion, organs and doses.
///
/// *Fixed* is the frame of the current course (2), *moving* that of the prior course (1), in which
/// the anatomy is described.
#[derive(Debug, Clone)]
pub struct Truth {
    /// Carries points of the current frame into the prior one: 4 × 4, row after row, mm.
    pub moving_from_fixed: [[f64; 4]; 4],
    /// Carries points of the prior frame into the current one: the matrix that a Spatial
    /// Registration object of course 2 holds.
    pub fixed_from_moving: [[f64; 4]; 4],
    /// Every organ and target, in the order of the structure sets.
    pub organs: &'static [OrganTruth],
    story: &'static Story,
    to_fixed: Rigid,
    to_moving: Rigid,
}

impl Truth {
    pub(crate) fn of(options: &Options) -> Self {
        let story = options.scenario.story();
        let to_fixed = motion(options);
        let to_moving = to_fixed.inverse();
        Self {
            moving_from_fixed: to_moving.matrix(),
            fixed_from_moving: to_fixed.matrix(),
            organs: story.organs,
            story,
            to_fixed,
            to_moving,
        }
    }

    /// The same anatomical point in the prior frame.
    pub fn moving_point(&self, fixed_mm: [f64; 3]) -> [f64; 3] {
        self.to_moving.apply(fixed_mm)
    }

    /// The same anatomical point in the current frame.
    pub fn fixed_point(&self, moving_mm: [f64; 3]) -> [f64; 3] {
        self.to_fixed.apply(moving_mm)
    }

    /// Dose of the whole prior course at a point of the current frame.
    pub fn prior_dose_gy(&self, fixed_mm: [f64; 3]) -> f64 {
        (self.story.courses[0].dose_gy)(self.moving_point(fixed_mm))
    }

    /// Dose of the whole current course at a point of the current frame.
    pub fn current_dose_gy(&self, fixed_mm: [f64; 3]) -> f64 {
        (self.story.courses[1].dose_gy)(self.moving_point(fixed_mm))
    }

    /// CT number without noise at a point of the current frame.
    pub fn hounsfield(&self, fixed_mm: [f64; 3]) -> f64 {
        (self.story.hounsfield)(self.moving_point(fixed_mm))
    }

    /// Organ by its TG-263 name or by its name in either structure set.
    pub fn organ(&self, name: &str) -> Option<&'static OrganTruth> {
        self.organs.iter().find(|organ| {
            organ.standard_name == name || organ.prior_name == Some(name) || organ.current_name == Some(name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dose::prior_dose_gy;
    use crate::hounsfield::hounsfield;

    #[test]
    fn both_matrices_undo_each_other() {
        let truth = Truth::of(&Options::tiny());
        for row in 0..4 {
            for column in 0..4 {
                let product: f64 =
                    (0..4).map(|k| truth.moving_from_fixed[row][k] * truth.fixed_from_moving[k][column]).sum();
                let identity = f64::from(u8::from(row == column));
                assert!((product - identity).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn dose_follows_the_anatomy_into_the_current_frame() {
        let truth = Truth::of(&Options::tiny());
        let point = [4.0, 20.0, 9.0];
        let moved = truth.fixed_point(point);
        assert!((truth.prior_dose_gy(moved) - prior_dose_gy(point)).abs() < 1e-9);
        assert!((truth.hounsfield(moved) - hounsfield(point)).abs() < 1e-6);
    }

    #[test]
    fn one_frame_means_no_motion() {
        let options = Options { same_frame: true, ..Options::tiny() };
        let truth = Truth::of(&options);
        assert_eq!(truth.fixed_point([1.0, 2.0, 3.0]), [1.0, 2.0, 3.0]);
    }
}

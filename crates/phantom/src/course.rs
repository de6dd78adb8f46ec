//! One of the two courses, with everything that its objects need to know.

use crate::grid::Grid;
use crate::options::Options;
use crate::scenario::{Facts, Story};
use crate::transform::{FIXED_FROM_MOVING, Rigid};
use crate::uid::uid;

/// Motion that carries the anatomy (the prior frame) into the current frame.
pub(crate) fn motion(options: &Options) -> Rigid {
    if options.same_frame {
        return Rigid::identity();
    }
    let (quaternion, translation_mm) = FIXED_FROM_MOVING;
    Rigid::from_quaternion(quaternion, translation_mm)
}

/// One course of one synthetic patient.
pub(crate) struct Course<'o> {
    /// 1 is the prior course, 2 the current one.
    pub(crate) number: usize,
    pub(crate) options: &'o Options,
    pub(crate) facts: &'static Facts,
    pub(crate) frame_from_anatomy: Rigid,
    pub(crate) anatomy_from_frame: Rigid,
}

impl<'o> Course<'o> {
    /// The prior course.
    pub(crate) fn prior(options: &'o Options) -> Self {
        Self::new(options, 1, Rigid::identity())
    }

    /// The current course.
    pub(crate) fn current(options: &'o Options) -> Self {
        Self::new(options, 2, motion(options))
    }

    fn new(options: &'o Options, number: usize, frame_from_anatomy: Rigid) -> Self {
        let facts = options.scenario.story().courses[number - 1];
        let anatomy_from_frame = frame_from_anatomy.inverse();
        Self { number, options, facts, frame_from_anatomy, anatomy_from_frame }
    }

    /// What differs from patient to patient.
    pub(crate) fn story(&self) -> &'static Story {
        self.options.scenario.story()
    }

    /// UID of a thing of this course.
    pub(crate) fn uid(&self, name: &str) -> String {
        uid(self.options, &format!("course{}/{name}", self.number))
    }

    /// Frame of reference; the second course may share that of the first.
    pub(crate) fn frame_uid(&self) -> String {
        let number = if self.options.same_frame { 1 } else { self.number };
        uid(self.options, &format!("frame{number}"))
    }

    /// Fractions planned.
    pub(crate) fn fractions(&self) -> u32 {
        match self.number {
            1 => self.options.prior_fractions,
            _ => self.options.current_fractions,
        }
    }

    /// Voxels of the planning CT.
    pub(crate) fn ct_grid(&self) -> Grid {
        let sampling = self.options.scenario.sampling(self.options.detail);
        let orientation = self.options.ct_orientation;
        Grid::filling(sampling.ct_size_mm, sampling.ct_spacing_mm, self.centre_mm(), orientation)
    }

    /// Voxels of the dose.
    pub(crate) fn dose_grid(&self) -> Grid {
        let sampling = self.options.scenario.sampling(self.options.detail);
        let spacing_mm = self.options.dose_spacing_mm.unwrap_or(sampling.dose_spacing_mm);
        let orientation = self.options.dose_orientation;
        Grid::filling(sampling.dose_size_mm, spacing_mm, self.centre_mm(), orientation)
    }

    /// Heights of the contours: those of the axial CT slices without the first and the last, so
    /// that no structure touches the end of the CT.
    pub(crate) fn contour_heights_mm(&self) -> Vec<f64> {
        let sampling = self.options.scenario.sampling(self.options.detail);
        let axial = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        let grid = Grid::filling(sampling.ct_size_mm, sampling.ct_spacing_mm, self.centre_mm(), axial);
        (1..grid.size[2] - 1).map(|slice| grid.position_mm([0, 0, slice])[2]).collect()
    }

    /// Middle of the imaged box: the anatomy's origin in this course's frame.
    fn centre_mm(&self) -> [f64; 3] {
        self.frame_from_anatomy.apply([0.0; 3])
    }
}

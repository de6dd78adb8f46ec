//! The two courses: what differs between them.

use crate::dose::{current_dose_gy, prior_dose_gy};
use crate::grid::Grid;
use crate::options::Options;
use crate::transform::{FIXED_FROM_MOVING, Rigid};
use crate::uid::uid;

/// A beam of a plan: an arc.
pub(crate) struct Arc {
    pub(crate) name: &'static str,
    /// Gantry angle at the start and at the stop, degrees.
    pub(crate) gantry: [f64; 2],
    /// `CW` or `CC`.
    pub(crate) direction: &'static str,
}

/// Facts of one course that no option changes.
pub(crate) struct Facts {
    /// Date of the planning CT, `YYYYMMDD`; also of the study and of the structure set.
    pub(crate) image_date: &'static str,
    pub(crate) plan_date: &'static str,
    /// Year, month and day of the first fraction: a Monday.
    pub(crate) first_fraction: [u32; 3],
    pub(crate) plan_label: &'static str,
    pub(crate) plan_name: &'static str,
    pub(crate) structure_set_label: &'static str,
    pub(crate) machine: &'static str,
    pub(crate) prescription_gy: f64,
    /// Standard name of the organ that is treated.
    pub(crate) target: &'static str,
    /// In the prior frame, mm.
    pub(crate) isocentre_mm: [f64; 3],
    /// Dose of the whole course at a point of the prior frame.
    pub(crate) dose_gy: fn([f64; 3]) -> f64,
    pub(crate) arcs: &'static [Arc],
    /// CT values are stored signed, without offset; otherwise unsigned in 12 bits with an offset.
    /// Scanners do both.
    pub(crate) signed_ct: bool,
}

static PRIOR: Facts = Facts {
    image_date: "20210302",
    plan_date: "20210309",
    first_fraction: [2021, 3, 15],
    plan_label: "HN_60",
    plan_name: "Larynx and left neck 30x2",
    structure_set_label: "HN_2021",
    machine: "LINAC-A",
    prescription_gy: 60.0,
    target: "PTV_6000",
    isocentre_mm: [12.0, -18.0, 6.0],
    dose_gy: prior_dose_gy,
    arcs: &[
        Arc { name: "ARC-1", gantry: [181.0, 179.0], direction: "CW" },
        Arc { name: "ARC-2", gantry: [179.0, 181.0], direction: "CC" },
    ],
    signed_ct: false,
};

static CURRENT: Facts = Facts {
    image_date: "20240603",
    plan_date: "20240606",
    first_fraction: [2024, 6, 10],
    plan_label: "SBRT_30",
    plan_name: "Left neck recurrence 5x6",
    structure_set_label: "RE_2024",
    machine: "LINAC-B",
    prescription_gy: 30.0,
    target: "PTV_3000",
    isocentre_mm: [24.5, 10.0, -22.0],
    dose_gy: current_dose_gy,
    arcs: &[
        Arc { name: "SBRT-1", gantry: [181.0, 20.0], direction: "CW" },
        Arc { name: "SBRT-2", gantry: [20.0, 181.0], direction: "CC" },
    ],
    signed_ct: true,
};

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
        Self::new(options, 1, &PRIOR, Rigid::identity())
    }

    /// The current course.
    pub(crate) fn current(options: &'o Options) -> Self {
        Self::new(options, 2, &CURRENT, motion(options))
    }

    fn new(options: &'o Options, number: usize, facts: &'static Facts, frame_from_anatomy: Rigid) -> Self {
        let anatomy_from_frame = frame_from_anatomy.inverse();
        Self { number, options, facts, frame_from_anatomy, anatomy_from_frame }
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
        let detail = self.options.detail;
        let orientation = self.options.ct_orientation;
        Grid::filling(detail.ct_size_mm(), detail.ct_spacing_mm(), self.centre_mm(), orientation)
    }

    /// Voxels of the dose.
    pub(crate) fn dose_grid(&self) -> Grid {
        let detail = self.options.detail;
        let spacing_mm = self.options.dose_spacing_mm.unwrap_or(detail.dose_spacing_mm());
        let orientation = self.options.dose_orientation;
        Grid::filling(detail.dose_size_mm(), spacing_mm, self.centre_mm(), orientation)
    }

    /// Heights of the contours: those of the axial CT slices without the first and the last, so
    /// that no structure touches the end of the CT.
    pub(crate) fn contour_heights_mm(&self) -> Vec<f64> {
        let detail = self.options.detail;
        let axial = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
        let grid = Grid::filling(detail.ct_size_mm(), detail.ct_spacing_mm(), self.centre_mm(), axial);
        (1..grid.size[2] - 1).map(|slice| grid.position_mm([0, 0, slice])[2]).collect()
    }

    /// Middle of the imaged box: the anatomy's origin in this course's frame.
    fn centre_mm(&self) -> [f64; 3] {
        self.frame_from_anatomy.apply([0.0; 3])
    }
}

//! Who is treated, where and with what.

mod glioma;
mod head_and_neck;
mod spine;
mod thorax;

use crate::options::{Detail, PatientIdentity};
use crate::organ::OrganTruth;

/// A patient with two courses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// Larynx and left neck, 60 Gy in 30 fractions; a recurrence beside the spine, 30 Gy in 5 with photons.
    HeadAndNeck,
    /// The same patient, whose recurrence gets 60 Gy(RBE) in 30 fractions of protons.
    HeadAndNeckProton,
    /// Glioblastoma, 60 Gy in 30 fractions; its recurrence, 35 Gy in 10.
    Glioma,
    /// A lung tumour, 50 Gy in 5 fractions; lymph nodes of the mediastinum, 60 Gy in 30.
    Thorax,
    /// Three vertebrae, 30 Gy in 10 fractions; one of them again, 30 Gy in 5.
    Spine,
}

/// A beam of a plan: an arc of photons, or a fixed beam of protons where both angles are the same.
#[derive(Debug)]
pub(crate) struct Arc {
    pub(crate) name: &'static str,
    /// Gantry angle at the start and at the stop, degrees.
    pub(crate) gantry: [f64; 2],
    /// `CW`, `CC` or `NONE`.
    pub(crate) direction: &'static str,
}

/// What the beams consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Radiation {
    /// RT Plan; the dose is absorbed.
    Photon,
    /// RT Ion Plan; the dose is weighted with an RBE.
    Proton,
}

/// Facts of one course that no option changes.
#[derive(Debug)]
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
    pub(crate) radiation: Radiation,
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

/// Everything that differs from patient to patient.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) patient_id: &'static str,
    pub(crate) patient_name: &'static str,
    pub(crate) birth_date: &'static str,
    pub(crate) sex: &'static str,
    pub(crate) fractions: [u32; 2],
    pub(crate) courses: [&'static Facts; 2],
    pub(crate) organs: &'static [OrganTruth],
    /// CT number at a point of the prior frame.
    pub(crate) hounsfield: fn([f64; 3]) -> f64,
    pub(crate) tiny: Sampling,
    pub(crate) full: Sampling,
}

/// Boxes and voxels of images and doses, in mm along the patient's x, y and z.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampling {
    pub(crate) ct_size_mm: [f64; 3],
    pub(crate) ct_spacing_mm: [f64; 3],
    /// It covers the body outline on every contoured slice, so that no structure leaves the dose grid.
    pub(crate) dose_size_mm: [f64; 3],
    pub(crate) dose_spacing_mm: [f64; 3],
}

impl Scenario {
    /// All patients.
    pub const ALL: [Self; 5] =
        [Self::HeadAndNeck, Self::HeadAndNeckProton, Self::Glioma, Self::Thorax, Self::Spine];

    /// What a person knows of the patient and no object tells, as the text of a `case.toml`; nothing for the first patient.
    pub fn case_toml(self) -> Option<&'static str> {
        match self {
            Self::HeadAndNeck => None,
            Self::HeadAndNeckProton => Some(include_str!("../../cases/head-and-neck-proton.toml")),
            Self::Glioma => Some(include_str!("../../cases/glioma.toml")),
            Self::Thorax => Some(include_str!("../../cases/thorax.toml")),
            Self::Spine => Some(include_str!("../../cases/spine.toml")),
        }
    }

    pub(crate) fn story(self) -> &'static Story {
        match self {
            Self::HeadAndNeck => &head_and_neck::PHOTONS_AGAIN,
            Self::HeadAndNeckProton => &head_and_neck::PROTONS,
            Self::Glioma => &glioma::STORY,
            Self::Thorax => &thorax::STORY,
            Self::Spine => &spine::STORY,
        }
    }

    pub(crate) fn sampling(self, detail: Detail) -> Sampling {
        match detail {
            Detail::Tiny => self.story().tiny,
            Detail::Full => self.story().full,
        }
    }

    pub(crate) fn identity(self) -> PatientIdentity {
        let story = self.story();
        PatientIdentity {
            id: story.patient_id.into(),
            issuer: "RERT".into(),
            name: story.patient_name.into(),
            birth_date: story.birth_date.into(),
            sex: story.sex.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doses of a course in an organ, from the lowest to the highest.
    fn doses(scenario: Scenario, course: usize, organ: &str) -> Vec<f64> {
        let story = scenario.story();
        let organ = story.organs.iter().find(|own| own.standard_name == organ).expect("a known organ");
        let points = organ.points_mm(2.0);
        let mut doses: Vec<f64> = points.into_iter().map(story.courses[course].dose_gy).collect();
        doses.sort_by(f64::total_cmp);
        doses
    }

    #[test]
    fn targets_get_what_was_prescribed() {
        for scenario in Scenario::ALL {
            for (course, facts) in scenario.story().courses.iter().enumerate() {
                let doses = doses(scenario, course, facts.target);
                let (low, high) = (doses[doses.len() / 20], doses[doses.len() - 1]);
                assert!(low > 0.95 * facts.prescription_gy, "{scenario:?} {course}: D95 {low}");
                assert!(high < 1.35 * facts.prescription_gy, "{scenario:?} {course}: Dmax {high}");
            }
        }
    }

    #[test]
    fn organs_at_risk_are_spared_as_in_a_plan() {
        for (scenario, organ, prior, current) in [
            (Scenario::Glioma, "OpticChiasm", [40.0, 54.0], [3.0, 12.0]),
            (Scenario::Glioma, "Brainstem", [20.0, 50.0], [1.0, 8.0]),
            (Scenario::Thorax, "Esophagus", [2.0, 10.0], [30.0, 58.0]),
            (Scenario::Thorax, "SpinalCord", [0.5, 8.0], [5.0, 25.0]),
            (Scenario::Thorax, "Bronchus_R", [15.0, 50.0], [58.0, 64.0]),
            (Scenario::Spine, "SpinalCord", [28.0, 32.0], [8.0, 16.0]),
            (Scenario::HeadAndNeckProton, "SpinalCord", [38.0, 42.5], [5.0, 25.0]),
        ] {
            for (course, [low, high]) in [prior, current].into_iter().enumerate() {
                let max = doses(scenario, course, organ).pop().expect("an organ has points");
                assert!((low..high).contains(&max), "{scenario:?}, {organ}, course {course}: {max} Gy");
            }
        }
    }

    #[test]
    fn volumes_are_those_of_a_person() {
        for (scenario, organ, low, high) in [
            (Scenario::Glioma, "Brain", 1100.0, 1700.0),
            (Scenario::Glioma, "OpticChiasm", 0.5, 1.2),
            (Scenario::Glioma, "OpticNrv_L", 1.5, 3.0),
            (Scenario::Glioma, "Hippocampus_R", 2.0, 4.0),
            (Scenario::Thorax, "Lung_L", 900.0, 2500.0),
            (Scenario::Thorax, "Heart", 200.0, 500.0),
            (Scenario::Spine, "GTV", 8.0, 12.0),
        ] {
            let organ = scenario.story().organs.iter().find(|own| own.standard_name == organ);
            let volume = organ.expect("a known organ").volume_cc(1.5);
            assert!((low..high).contains(&volume), "{scenario:?}: {volume} cc");
        }
    }

    #[test]
    fn contours_enclose_the_volume_of_the_organ() {
        use crate::course::Course;
        use crate::options::Options;
        for scenario in Scenario::ALL {
            let options = Options::tiny_of(scenario);
            for course in [Course::prior(&options), Course::current(&options)] {
                for organ in course.story().organs.iter().filter(|organ| organ.interpreted_type != "EXTERNAL") {
                    let (exact, contoured) =
                        (organ.volume_cc(0.83), crate::contour::contoured_cc(organ, &course, 1.0));
                    let name = organ.standard_name;
                    assert!(
                        (contoured / exact - 1.0).abs() < 0.03,
                        "{scenario:?} {name}: {contoured} for {exact} cc"
                    );
                }
            }
        }
    }
}

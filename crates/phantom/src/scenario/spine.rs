//! Metastases of three vertebrae, and one of them again, stereotactically.

use crate::chest::{
    aorta, body, cord, hounsfield, lung_left, lung_right, metastasis, oesophagus, thecal_sac, vertebra_ptv,
    vertebrae_ptv,
};
use crate::dose::Distribution;
use crate::organ::{OrganTruth, shared, upright};
use crate::scenario::thorax::{FULL, TINY};
use crate::scenario::{Arc, Facts, Radiation, Sampling, Story};

pub(super) static STORY: Story = Story {
    patient_id: "RERT-DEMO-5",
    patient_name: "Phantom^Spine",
    birth_date: "19640717",
    sex: "F",
    fractions: [10, 5],
    courses: [&PRIOR, &CURRENT],
    organs: &ORGANS,
    hounsfield,
    // A steep dose beside a thin cord asks for a finer grid.
    tiny: Sampling { dose_spacing_mm: [3.0, 3.0, 4.0], ..TINY },
    full: Sampling { dose_spacing_mm: [1.5, 1.5, 2.5], ..FULL },
};

static PRIOR: Facts = Facts {
    image_date: "20221010",
    plan_date: "20221012",
    first_fraction: [2022, 10, 17],
    plan_label: "T7T9_30",
    plan_name: "T7 to T9 10x3",
    structure_set_label: "SPINE_2022",
    machine: "LINAC-A",
    radiation: Radiation::Photon,
    prescription_gy: 30.0,
    target: "PTV_3000",
    isocentre_mm: [0.0, 62.0, 0.0],
    dose_gy: prior_dose_gy,
    arcs: &[
        Arc { name: "PA", gantry: [180.0, 180.0], direction: "NONE" },
        Arc { name: "AP", gantry: [0.0, 0.0], direction: "NONE" },
    ],
    signed_ct: false,
};

static CURRENT: Facts = Facts {
    image_date: "20240311",
    plan_date: "20240315",
    first_fraction: [2024, 3, 25],
    plan_label: "T8_SBRT_30",
    plan_name: "T8 SBRT 5x6",
    structure_set_label: "SPINE_2024",
    machine: "LINAC-B",
    prescription_gy: 30.0,
    target: "PTV2_3000",
    isocentre_mm: [0.0, 51.0, 0.0],
    dose_gy: current_dose_gy,
    arcs: &[
        Arc { name: "SBRT-1", gantry: [181.0, 179.0], direction: "CW" },
        Arc { name: "SBRT-2", gantry: [179.0, 181.0], direction: "CC" },
    ],
    signed_ct: true,
    ..PRIOR
};

const PRIOR_DOSE: Distribution = Distribution {
    target: vertebrae_ptv,
    prescription_gy: 30.0,
    plateau: 1.05,
    half_mm: 9.0,
    width_mm: 5.0,
    bath: 0.35,
    bath_reach_mm: 70.0,
    beam_centre_mm: 0.0,
    beam_half_length_mm: 46.0,
    body,
};

const CURRENT_DOSE: Distribution = Distribution {
    target: vertebra_ptv,
    prescription_gy: 30.0,
    plateau: 1.28,
    half_mm: 3.4,
    width_mm: 3.4,
    bath: 0.2,
    bath_reach_mm: 30.0,
    beam_centre_mm: 0.0,
    beam_half_length_mm: 20.0,
    body,
};

fn prior_dose_gy(anatomy_mm: [f64; 3]) -> f64 {
    PRIOR_DOSE.gy_at(anatomy_mm)
}

fn current_dose_gy(anatomy_mm: [f64; 3]) -> f64 {
    CURRENT_DOSE.gy_at(anatomy_mm)
}

static ORGANS: [OrganTruth; 10] = [
    shared("SpinalCord", ["SpinalCord", "cord"], cord, upright::<0, 74>, [-122.0, 122.0], 7.0)
        .coloured([255, 255, 0]),
    shared("ThecalSac", ["ThecalSac", "Thecal sac"], thecal_sac, upright::<0, 74>, [-122.0, 122.0], 10.0)
        .coloured([200, 200, 0]),
    shared("Esophagus", ["Esophagus", "Oesophagus"], oesophagus, upright::<2, 24>, [-122.0, 122.0], 11.0)
        .coloured([165, 82, 45]),
    shared("A_Aorta", ["A_Aorta", "Aorta"], aorta, upright::<25, 40>, [-125.0, 85.0], 14.0)
        .coloured([255, 80, 80]),
    shared("Lung_L", ["Lung_L", "Lung Lt"], lung_left, upright::<88, -6>, [-105.0, 118.0], 95.0)
        .coloured([0, 200, 0]),
    shared("Lung_R", ["Lung_R", "Lung Rt"], lung_right, upright::<-88, -6>, [-105.0, 118.0], 95.0)
        .coloured([0, 150, 0]),
    shared("GTV", ["GTV_T8", "GTV_T8"], metastasis, upright::<0, 50>, [-10.0, 10.0], 17.0)
        .coloured([255, 128, 0])
        .of_type("GTV")
        .only_current(),
    shared("PTV_3000", ["PTV30", "PTV30"], vertebrae_ptv, upright::<0, 62>, [-36.0, 36.0], 38.0)
        .coloured([255, 0, 0])
        .of_type("PTV")
        .only_prior(),
    shared("PTV2_3000", ["PTV_T8_30", "PTV_T8_30"], vertebra_ptv, upright::<0, 51>, [-12.0, 12.0], 22.0)
        .coloured([255, 0, 0])
        .of_type("PTV")
        .only_current(),
    shared("External", ["BODY", "External"], body, upright::<0, 0>, [-136.0, 136.0], 180.0)
        .coloured([200, 200, 200])
        .of_type("EXTERNAL"),
];

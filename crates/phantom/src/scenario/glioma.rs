//! A glioblastoma of the right frontal lobe, and its recurrence beside the first high dose.

use crate::dose::Distribution;
use crate::head::{
    body, brain, brainstem, chiasm, current_ptv, eye_left, eye_right, hippocampus_left, hippocampus_right,
    hounsfield, nerve_left, nerve_right, prior_ptv, recurrence,
};
use crate::organ::{OrganTruth, shared, upright};
use crate::scenario::{Arc, Facts, Radiation, Sampling, Story};

pub(super) static STORY: Story = Story {
    patient_id: "RERT-DEMO-3",
    patient_name: "Phantom^Glioma",
    birth_date: "19680923",
    sex: "M",
    fractions: [30, 10],
    courses: [&PRIOR, &CURRENT],
    organs: &ORGANS,
    hounsfield,
    tiny: Sampling {
        ct_size_mm: [200.0, 220.0, 216.0],
        ct_spacing_mm: [4.0, 4.0, 3.0],
        dose_size_mm: [200.0, 220.0, 220.0],
        dose_spacing_mm: [4.0; 3],
    },
    full: Sampling {
        ct_size_mm: [256.0, 256.0, 220.0],
        ct_spacing_mm: [1.0, 1.0, 2.0],
        dose_size_mm: [200.0, 220.0, 222.0],
        dose_spacing_mm: [2.0; 3],
    },
};

static PRIOR: Facts = Facts {
    image_date: "20230116",
    plan_date: "20230123",
    first_fraction: [2023, 1, 30],
    plan_label: "BRAIN_60",
    plan_name: "Right frontal glioblastoma 30x2",
    structure_set_label: "BRAIN_2023",
    machine: "LINAC-A",
    radiation: Radiation::Photon,
    prescription_gy: 60.0,
    target: "PTV_6000",
    isocentre_mm: [-31.0, -14.0, 28.0],
    dose_gy: prior_dose_gy,
    arcs: &[
        Arc { name: "ARC-1", gantry: [181.0, 179.0], direction: "CW" },
        Arc { name: "ARC-2", gantry: [179.0, 181.0], direction: "CC" },
    ],
    signed_ct: false,
};

static CURRENT: Facts = Facts {
    image_date: "20241104",
    plan_date: "20241107",
    first_fraction: [2024, 11, 18],
    plan_label: "RE_BRAIN_35",
    plan_name: "Right frontal recurrence 10x3.5",
    structure_set_label: "RE_BRAIN_2024",
    machine: "LINAC-B",
    prescription_gy: 35.0,
    target: "PTV_3500",
    isocentre_mm: [-29.5, -20.0, 28.5],
    dose_gy: current_dose_gy,
    signed_ct: true,
    ..PRIOR
};

const PRIOR_DOSE: Distribution = Distribution {
    target: prior_ptv,
    prescription_gy: 60.0,
    plateau: 1.04,
    half_mm: 12.5,
    width_mm: 8.0,
    bath: 0.2,
    bath_reach_mm: 40.0,
    beam_centre_mm: 28.0,
    beam_half_length_mm: 60.0,
    body,
};

const CURRENT_DOSE: Distribution = Distribution {
    target: current_ptv,
    prescription_gy: 35.0,
    plateau: 1.06,
    half_mm: 6.5,
    width_mm: 4.5,
    bath: 0.12,
    bath_reach_mm: 30.0,
    beam_centre_mm: 28.5,
    beam_half_length_mm: 55.0,
    body,
};

fn prior_dose_gy(anatomy_mm: [f64; 3]) -> f64 {
    PRIOR_DOSE.gy_at(anatomy_mm)
}

fn current_dose_gy(anatomy_mm: [f64; 3]) -> f64 {
    CURRENT_DOSE.gy_at(anatomy_mm)
}

/// Along the nerve: y falls by 38 mm while z falls by 7 mm.
fn nerve_left_line(z: f64) -> [f64; 2] {
    let along = ((-1.0 - z) / 7.0).clamp(0.0, 1.0);
    [9.0 + 19.0 * along, -14.0 - 38.0 * along]
}

fn nerve_right_line(z: f64) -> [f64; 2] {
    let [x, y] = nerve_left_line(z);
    [-x, y]
}

static ORGANS: [OrganTruth; 14] = [
    shared("Brain", ["Brain", "Brain"], brain, upright::<0, 0>, [-52.0, 89.0], 88.0).coloured([255, 200, 150]),
    shared("Brainstem", ["Brainstem", "BrainStem"], brainstem, upright::<0, 22>, [-52.0, -2.0], 17.0)
        .coloured([0, 128, 255]),
    shared("OpticChiasm", ["OpticChiasm", "Chiasm"], chiasm, upright::<0, -8>, [-5.0, 5.0], 10.0)
        .coloured([255, 255, 0]),
    shared("OpticNrv_L", ["OpticNrv_L", "Optic Nerve Lt"], nerve_left, nerve_left_line, [-12.0, 3.0], 45.0)
        .coloured([0, 255, 255]),
    shared("OpticNrv_R", ["OpticNrv_R", "Optic Nerve Rt"], nerve_right, nerve_right_line, [-12.0, 3.0], 45.0)
        .coloured([0, 200, 200]),
    shared("Eye_L", ["Eye_L", "Eye Lt"], eye_left, upright::<31, -68>, [-21.0, 3.0], 14.0).coloured([0, 200, 0]),
    shared("Eye_R", ["Eye_R", "Eye Rt"], eye_right, upright::<-31, -68>, [-21.0, 3.0], 14.0).coloured([0, 150, 0]),
    shared(
        "Hippocampus_L",
        ["Hippocampus_L", "Hippocampus Lt"],
        hippocampus_left,
        upright::<27, 16>,
        [-12.0, 4.0],
        17.0,
    )
    .coloured([200, 0, 200]),
    shared(
        "Hippocampus_R",
        ["Hippocampus_R", "Hippocampus Rt"],
        hippocampus_right,
        upright::<-27, 16>,
        [-12.0, 4.0],
        17.0,
    )
    .coloured([150, 0, 150]),
    shared("GTV", ["GTV_re", "GTV_re"], recurrence, upright::<-29, -20>, [12.0, 45.0], 28.0)
        .coloured([255, 128, 0])
        .of_type("GTV")
        .only_current(),
    shared("PTV_6000", ["PTV60", "PTV60"], prior_ptv, upright::<-31, -14>, [-5.0, 61.0], 60.0)
        .coloured([255, 0, 0])
        .of_type("PTV")
        .only_prior(),
    shared("PTV_6000", ["PTV60", "PTV60 2023"], prior_ptv, upright::<-31, -14>, [-5.0, 61.0], 60.0)
        .coloured([180, 60, 60])
        .of_type("PTV")
        .only_current(),
    shared("PTV_3500", ["PTV35", "PTV35"], current_ptv, upright::<-29, -20>, [7.0, 50.0], 34.0)
        .coloured([255, 0, 0])
        .of_type("PTV")
        .only_current(),
    shared("External", ["BODY", "External"], body, upright::<0, 5>, [-136.0, 136.0], 130.0)
        .coloured([200, 200, 200])
        .of_type("EXTERNAL"),
];

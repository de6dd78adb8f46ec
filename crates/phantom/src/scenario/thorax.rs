//! A lung tumour treated stereotactically, and lymph nodes of the mediastinum later on.

use crate::chest::{
    aorta, body, bronchus_right, cord, heart, hounsfield, lung_left, lung_ptv, lung_right, nodes, nodes_ptv,
    oesophagus, trachea,
};
use crate::dose::Distribution;
use crate::organ::{OrganTruth, shared, upright};
use crate::scenario::{Arc, Facts, Radiation, Sampling, Story};

/// Also that of the spine, which lies in the same chest.
pub(super) const TINY: Sampling = Sampling {
    ct_size_mm: [360.0, 240.0, 258.0],
    ct_spacing_mm: [6.0; 3],
    dose_size_mm: [360.0, 240.0, 260.0],
    dose_spacing_mm: [5.0; 3],
};

pub(super) const FULL: Sampling = Sampling {
    ct_size_mm: [512.0, 512.0, 262.5],
    ct_spacing_mm: [2.0, 2.0, 2.5],
    dose_size_mm: [360.0, 240.0, 265.0],
    dose_spacing_mm: [2.5; 3],
};

pub(super) static STORY: Story = Story {
    patient_id: "RERT-DEMO-4",
    patient_name: "Phantom^Thorax",
    birth_date: "19550302",
    sex: "F",
    fractions: [5, 30],
    courses: [&PRIOR, &CURRENT],
    organs: &ORGANS,
    hounsfield,
    tiny: TINY,
    full: FULL,
};

static PRIOR: Facts = Facts {
    image_date: "20220404",
    plan_date: "20220408",
    first_fraction: [2022, 4, 18],
    plan_label: "LUNG_50",
    plan_name: "Right lung SBRT 5x10",
    structure_set_label: "LUNG_2022",
    machine: "LINAC-A",
    radiation: Radiation::Photon,
    prescription_gy: 50.0,
    target: "PTV_5000",
    isocentre_mm: [-62.0, 4.0, -4.0],
    dose_gy: prior_dose_gy,
    arcs: &[
        Arc { name: "SBRT-1", gantry: [181.0, 20.0], direction: "CW" },
        Arc { name: "SBRT-2", gantry: [20.0, 181.0], direction: "CC" },
    ],
    signed_ct: false,
};

static CURRENT: Facts = Facts {
    image_date: "20240506",
    plan_date: "20240510",
    first_fraction: [2024, 5, 20],
    plan_label: "MED_60",
    plan_name: "Right hilar and mediastinal nodes 30x2",
    structure_set_label: "MED_2024",
    machine: "LINAC-B",
    prescription_gy: 60.0,
    target: "PTV_6000",
    isocentre_mm: [-21.0, 3.5, 7.0],
    dose_gy: current_dose_gy,
    arcs: &[
        Arc { name: "ARC-1", gantry: [181.0, 179.0], direction: "CW" },
        Arc { name: "ARC-2", gantry: [179.0, 181.0], direction: "CC" },
    ],
    signed_ct: true,
    ..PRIOR
};

const PRIOR_DOSE: Distribution = Distribution {
    target: lung_ptv,
    prescription_gy: 50.0,
    plateau: 1.25,
    half_mm: 5.0,
    width_mm: 5.5,
    bath: 0.1,
    bath_reach_mm: 30.0,
    beam_centre_mm: -4.0,
    beam_half_length_mm: 26.0,
    body,
};

const CURRENT_DOSE: Distribution = Distribution {
    target: nodes_ptv,
    prescription_gy: 60.0,
    plateau: 1.05,
    half_mm: 10.5,
    width_mm: 6.5,
    bath: 0.35,
    bath_reach_mm: 60.0,
    beam_centre_mm: 7.0,
    beam_half_length_mm: 36.0,
    body,
};

fn prior_dose_gy(anatomy_mm: [f64; 3]) -> f64 {
    PRIOR_DOSE.gy_at(anatomy_mm)
}

fn current_dose_gy(anatomy_mm: [f64; 3]) -> f64 {
    CURRENT_DOSE.gy_at(anatomy_mm)
}

/// From the carina to the hilum: x falls by 28 mm and y rises by 4 mm while z falls by 28 mm.
fn bronchus_line(z: f64) -> [f64; 2] {
    let along = ((8.0 - z) / 28.0).clamp(0.0, 1.0);
    [-6.0 - 28.0 * along, 6.0 + 4.0 * along]
}

static ORGANS: [OrganTruth; 12] = [
    shared("SpinalCord", ["SpinalCord", "cord"], cord, upright::<0, 74>, [-122.0, 122.0], 7.0)
        .coloured([255, 255, 0]),
    shared("Esophagus", ["Esophagus", "Oesophagus"], oesophagus, upright::<2, 24>, [-122.0, 122.0], 11.0)
        .coloured([165, 82, 45]),
    shared("Trachea", ["Trachea", "Trachea"], trachea, upright::<0, 4>, [12.0, 120.0], 12.0)
        .coloured([0, 255, 255]),
    shared("Bronchus_R", ["Bronchus_R", "Main bronchus Rt"], bronchus_right, bronchus_line, [-27.0, 15.0], 28.0)
        .coloured([0, 200, 255]),
    shared("Heart", ["Heart", "Heart"], heart, upright::<5, -34>, [-102.0, -10.0], 42.0).coloured([255, 0, 128]),
    shared("A_Aorta", ["A_Aorta", "Aorta"], aorta, upright::<25, 40>, [-125.0, 85.0], 14.0)
        .coloured([255, 80, 80]),
    shared("Lung_L", ["Lung_L", "Lung Lt"], lung_left, upright::<88, -6>, [-105.0, 118.0], 95.0)
        .coloured([0, 200, 0]),
    shared("Lung_R", ["Lung_R", "Lung Rt"], lung_right, upright::<-88, -6>, [-105.0, 118.0], 95.0)
        .coloured([0, 150, 0]),
    shared("GTV", ["GTVn", "GTVn"], nodes, upright::<-21, 3>, [-17.0, 31.0], 18.0)
        .coloured([255, 128, 0])
        .of_type("GTV")
        .only_current(),
    shared("PTV_5000", ["PTV50", "PTV50"], lung_ptv, upright::<-62, 4>, [-21.0, 13.0], 20.0)
        .coloured([255, 0, 0])
        .of_type("PTV")
        .only_prior(),
    shared("PTV_6000", ["PTV60", "PTV60"], nodes_ptv, upright::<-21, 3>, [-23.0, 37.0], 26.0)
        .coloured([255, 0, 0])
        .of_type("PTV")
        .only_current(),
    shared("External", ["BODY", "External"], body, upright::<0, 0>, [-136.0, 136.0], 180.0)
        .coloured([200, 200, 200])
        .of_type("EXTERNAL"),
];

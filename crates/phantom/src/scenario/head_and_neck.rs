//! The demonstration patient: a larynx cancer, and a recurrence beside the spine.

use crate::anatomy::{body, current_ptv};
use crate::dose::{Distribution, current_dose_gy, prior_dose_gy};
use crate::hounsfield::hounsfield;
use crate::organ::{ORGANS, ORGANS_OF_PROTONS};
use crate::scenario::{Arc, Facts, Radiation, Sampling, Story};

const TINY: Sampling = Sampling {
    ct_size_mm: [396.0, 240.0, 264.0],
    ct_spacing_mm: [6.0; 3],
    dose_size_mm: [400.0, 240.0, 265.0],
    dose_spacing_mm: [5.0; 3],
};

const FULL: Sampling = Sampling {
    ct_size_mm: [512.0, 512.0, 275.0],
    ct_spacing_mm: [2.0, 2.0, 2.5],
    dose_size_mm: [400.0, 240.0, 277.5],
    dose_spacing_mm: [2.5; 3],
};

pub(super) static PHOTONS_AGAIN: Story = Story {
    patient_id: "RERT-DEMO-1",
    patient_name: "Phantom^Reirradiation",
    birth_date: "19580412",
    sex: "F",
    fractions: [30, 5],
    courses: [&PRIOR, &CURRENT],
    organs: &ORGANS,
    hounsfield,
    tiny: TINY,
    full: FULL,
};

pub(super) static PROTONS: Story = Story {
    patient_id: "RERT-DEMO-2",
    patient_name: "Phantom^Proton",
    birth_date: "19611130",
    sex: "M",
    fractions: [30, 30],
    courses: [&PRIOR, &PROTON],
    organs: &ORGANS_OF_PROTONS,
    hounsfield,
    tiny: TINY,
    full: FULL,
};

static PRIOR: Facts = Facts {
    image_date: "20210302",
    plan_date: "20210309",
    first_fraction: [2021, 3, 15],
    plan_label: "HN_60",
    plan_name: "Larynx and left neck 30x2",
    structure_set_label: "HN_2021",
    machine: "LINAC-A",
    radiation: Radiation::Photon,
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
    radiation: Radiation::Photon,
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

static PROTON: Facts = Facts {
    plan_label: "PBT_60",
    plan_name: "Left neck recurrence 30x2 protons",
    machine: "PROTON-A",
    radiation: Radiation::Proton,
    prescription_gy: 60.0,
    target: "PTV2_6000",
    dose_gy: proton_dose_gy,
    arcs: &[
        Arc { name: "PBT-1", gantry: [90.0, 90.0], direction: "NONE" },
        Arc { name: "PBT-2", gantry: [140.0, 140.0], direction: "NONE" },
    ],
    ..CURRENT
};

/// Protons come from the left and stop: the bath beyond the target is small.
const PROTON_DOSE: Distribution = Distribution {
    target: current_ptv,
    prescription_gy: 60.0,
    plateau: 1.045,
    half_mm: 6.0,
    width_mm: 3.2,
    bath: 0.03,
    bath_reach_mm: 20.0,
    beam_centre_mm: -22.0,
    beam_half_length_mm: 24.0,
    body,
};

fn proton_dose_gy(anatomy_mm: [f64; 3]) -> f64 {
    PROTON_DOSE.gy_at(anatomy_mm)
}

//! RT Plan and RT Ion Plan.

use case::{FractionGroup, Modality, Plan};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::access::{date, integer, items, number, text, uid};
use crate::parse::Parsed;
use crate::{ReadError, header};

/// Reads labels, fraction groups, modality, prescription and references.
///
/// # Errors
/// When an attribute that is there is not usable.
pub fn read(parsed: &Parsed, sha256: &str) -> Result<Plan, ReadError> {
    let object = &parsed.object;
    let header = header::read(object, "RTPLAN", sha256)?;
    let label = text(object, tags::RT_PLAN_LABEL).or_else(|| text(object, tags::RT_PLAN_NAME));
    let beams = beams(object)?;
    Ok(Plan {
        label: label.unwrap_or_else(|| "unnamed plan".to_owned()),
        date: date(object, tags::RT_PLAN_DATE, "RT Plan Date")?,
        modality: modality(object, &beams),
        fraction_groups: fraction_groups(object, &beams)?,
        prescription_gy: prescription(object)?,
        prescribed_rois: prescribed_rois(object)?,
        structure_set: first_reference(object, dicom_core::Tag(0x300C, 0x0060)),
        predecessors: predecessors(object),
        approval: text(object, tags::APPROVAL_STATUS),
        header,
    })
}

struct Beam {
    number: i32,
    radiation: String,
    is_treatment: bool,
}

fn beams(object: &InMemDicomObject) -> Result<Vec<Beam>, ReadError> {
    let photon_or_electron = items(object, tags::BEAM_SEQUENCE);
    let ion = items(object, tags::ION_BEAM_SEQUENCE);
    photon_or_electron
        .iter()
        .chain(ion)
        .map(|item| {
            let delivery = text(item, tags::TREATMENT_DELIVERY_TYPE);
            Ok(Beam {
                number: integer(item, tags::BEAM_NUMBER, "Beam Number")?.unwrap_or_default() as i32,
                radiation: text(item, tags::RADIATION_TYPE).unwrap_or_default(),
                is_treatment: delivery
                    .is_none_or(|delivery| delivery == "TREATMENT" || delivery == "CONTINUATION"),
            })
        })
        .collect()
}

fn modality(object: &InMemDicomObject, beams: &[Beam]) -> Modality {
    let is_brachy = !items(object, tags::APPLICATION_SETUP_SEQUENCE).is_empty();
    let mut kinds: Vec<Modality> = beams
        .iter()
        .filter(|beam| beam.is_treatment)
        .map(|beam| match beam.radiation.as_str() {
            "PHOTON" => Modality::Photon,
            "ELECTRON" => Modality::Electron,
            "PROTON" => Modality::Proton,
            "ION" => Modality::Ion,
            _ => Modality::Unknown,
        })
        .collect();
    if is_brachy {
        kinds.push(Modality::Brachy);
    }
    kinds.sort_unstable();
    kinds.dedup();
    match kinds.as_slice() {
        [only] => *only,
        // Photons and electrons have the same effectiveness, so a plan that mixes them stays usable.
        [Modality::Photon, Modality::Electron] => Modality::Photon,
        _ => Modality::Unknown,
    }
}

fn fraction_groups(object: &InMemDicomObject, beams: &[Beam]) -> Result<Vec<FractionGroup>, ReadError> {
    let treats = |number: i32| beams.iter().any(|beam| beam.number == number && beam.is_treatment);
    let mut groups = Vec::new();
    for item in items(object, tags::FRACTION_GROUP_SEQUENCE) {
        let mut numbers = Vec::new();
        for beam in items(item, tags::REFERENCED_BEAM_SEQUENCE) {
            let number = integer(beam, tags::REFERENCED_BEAM_NUMBER, "Referenced Beam Number")?;
            numbers.extend(number.map(|number| number as i32).filter(|&number| treats(number)));
        }
        groups.push(FractionGroup {
            number: integer(item, tags::FRACTION_GROUP_NUMBER, "Fraction Group Number")?.unwrap_or(1) as i32,
            fractions_planned: integer(item, tags::NUMBER_OF_FRACTIONS_PLANNED, "Number of Fractions Planned")?,
            beams: numbers,
        });
    }
    Ok(groups)
}

/// The regions that prescriptions to a target refer to.
fn prescribed_rois(object: &InMemDicomObject) -> Result<Vec<i32>, ReadError> {
    let mut numbers = Vec::new();
    for item in items(object, tags::DOSE_REFERENCE_SEQUENCE) {
        if text(item, tags::DOSE_REFERENCE_TYPE).as_deref() == Some("TARGET") {
            let number = integer(item, tags::REFERENCED_ROI_NUMBER, "Referenced ROI Number")?;
            numbers.extend(number.map(|number| number as i32));
        }
    }
    Ok(numbers)
}

/// The highest prescription to a target; a prescription to a point or an organ is none.
fn prescription(object: &InMemDicomObject) -> Result<Option<f64>, ReadError> {
    let mut highest: Option<f64> = None;
    for item in items(object, tags::DOSE_REFERENCE_SEQUENCE) {
        if text(item, tags::DOSE_REFERENCE_TYPE).as_deref() != Some("TARGET") {
            continue;
        }
        let dose = number(item, tags::TARGET_PRESCRIPTION_DOSE, "Target Prescription Dose")?;
        highest = highest.into_iter().chain(dose).reduce(f64::max);
    }
    Ok(highest)
}

fn predecessors(object: &InMemDicomObject) -> Vec<String> {
    items(object, dicom_core::Tag(0x300C, 0x0002))
        .iter()
        .filter(|item| {
            let relation = text(item, tags::RT_PLAN_RELATIONSHIP);
            relation.is_some_and(|relation| relation == "PREDECESSOR" || relation == "PRIOR")
        })
        .filter_map(|item| uid(item, tags::REFERENCED_SOP_INSTANCE_UID))
        .collect()
}

/// The first instance that a sequence of references names.
pub(crate) fn first_reference(object: &InMemDicomObject, sequence: dicom_core::Tag) -> Option<String> {
    items(object, sequence).iter().find_map(|item| uid(item, tags::REFERENCED_SOP_INSTANCE_UID))
}

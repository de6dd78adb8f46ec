//! The allow-list: every tag that may stand in an exported object, at any depth.
//!
//! A tag that is not here stops the export of the object. There is no list of what is removed, since nothing is copied.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};

/// The representation of a tag of the list; nothing for any other.
pub(super) fn representation(tag: Tag) -> Option<VR> {
    let is_listed = LIST.iter().any(|part| part.contains(&tag));
    let entry = StandardDataDictionary.by_tag(tag).filter(|_| is_listed)?;
    Some(entry.vr().relaxed())
}

const LIST: &[&[Tag]] = &[
    // Identity of the object, its study and series.
    &[
        tags::SPECIFIC_CHARACTER_SET,
        tags::IMAGE_TYPE,
        tags::SOP_CLASS_UID,
        tags::SOP_INSTANCE_UID,
        tags::STUDY_DATE,
        tags::SERIES_DATE,
        tags::ACQUISITION_DATE,
        tags::CONTENT_DATE,
        tags::STUDY_TIME,
        tags::SERIES_TIME,
        tags::ACQUISITION_TIME,
        tags::CONTENT_TIME,
        tags::ACCESSION_NUMBER,
        tags::MODALITY,
        tags::MANUFACTURER,
        tags::INSTITUTION_NAME,
        tags::REFERRING_PHYSICIAN_NAME,
        tags::CODE_VALUE,
        tags::CODING_SCHEME_DESIGNATOR,
        tags::CODE_MEANING,
        tags::OPERATORS_NAME,
        tags::MANUFACTURER_MODEL_NAME,
        tags::REFERENCED_SOP_CLASS_UID,
        tags::REFERENCED_SOP_INSTANCE_UID,
    ],
    // The patient, under a pseudonym.
    &[
        tags::PATIENT_NAME,
        tags::PATIENT_ID,
        tags::PATIENT_BIRTH_DATE,
        tags::PATIENT_SEX,
        tags::PATIENT_AGE,
        tags::PATIENT_SIZE,
        tags::PATIENT_WEIGHT,
    ],
    // That and how identity was removed.
    &[tags::PATIENT_IDENTITY_REMOVED, tags::DEIDENTIFICATION_METHOD, tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE],
    // How an image was taken, as far as its values need it.
    &[
        tags::SCANNING_SEQUENCE,
        tags::SEQUENCE_VARIANT,
        tags::SCAN_OPTIONS,
        tags::MR_ACQUISITION_TYPE,
        tags::SLICE_THICKNESS,
        tags::KVP,
        tags::REPETITION_TIME,
        tags::ECHO_TIME,
        tags::ECHO_TRAIN_LENGTH,
        tags::DEVICE_SERIAL_NUMBER,
        tags::SOFTWARE_VERSIONS,
        tags::RADIOPHARMACEUTICAL_START_TIME,
        tags::RADIONUCLIDE_TOTAL_DOSE,
        tags::RADIONUCLIDE_HALF_LIFE,
        tags::RADIONUCLIDE_POSITRON_FRACTION,
        tags::RADIOPHARMACEUTICAL_START_DATE_TIME,
        tags::ACTUAL_FRAME_DURATION,
        tags::PATIENT_POSITION,
        tags::CONTRIBUTING_EQUIPMENT_SEQUENCE,
    ],
    // Place of the object and of its voxels.
    &[
        tags::STUDY_INSTANCE_UID,
        tags::SERIES_INSTANCE_UID,
        tags::STUDY_ID,
        tags::SERIES_NUMBER,
        tags::ACQUISITION_NUMBER,
        tags::INSTANCE_NUMBER,
        tags::IMAGE_POSITION_PATIENT,
        tags::IMAGE_ORIENTATION_PATIENT,
        tags::FRAME_OF_REFERENCE_UID,
        tags::POSITION_REFERENCE_INDICATOR,
    ],
    // Pixels.
    &[
        tags::SAMPLES_PER_PIXEL,
        tags::PHOTOMETRIC_INTERPRETATION,
        tags::NUMBER_OF_FRAMES,
        tags::FRAME_INCREMENT_POINTER,
        tags::ROWS,
        tags::COLUMNS,
        tags::PIXEL_SPACING,
        tags::CORRECTED_IMAGE,
        tags::BITS_ALLOCATED,
        tags::BITS_STORED,
        tags::HIGH_BIT,
        tags::PIXEL_REPRESENTATION,
        tags::BURNED_IN_ANNOTATION,
        tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED,
        tags::RESCALE_INTERCEPT,
        tags::RESCALE_SLOPE,
        tags::RESCALE_TYPE,
    ],
    // Why equipment is named.
    &[tags::PURPOSE_OF_REFERENCE_CODE_SEQUENCE],
    // Positron emission tomography.
    &[
        tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE,
        tags::NUMBER_OF_SLICES,
        tags::RADIONUCLIDE_CODE_SEQUENCE,
        tags::PATIENT_ORIENTATION_CODE_SEQUENCE,
        tags::PATIENT_GANTRY_RELATIONSHIP_CODE_SEQUENCE,
        tags::SERIES_TYPE,
        tags::UNITS,
        tags::COUNTS_SOURCE,
        tags::SUV_TYPE,
        tags::RANDOMS_CORRECTION_METHOD,
        tags::DECAY_CORRECTION,
        tags::FRAME_REFERENCE_TIME,
        tags::SLICE_SENSITIVITY_FACTOR,
        tags::DECAY_FACTOR,
        tags::DOSE_CALIBRATION_FACTOR,
        tags::IMAGE_INDEX,
    ],
    // Deformable registration.
    &[
        tags::DEFORMABLE_REGISTRATION_SEQUENCE,
        tags::SOURCE_FRAME_OF_REFERENCE_UID,
        tags::DEFORMABLE_REGISTRATION_GRID_SEQUENCE,
        tags::GRID_DIMENSIONS,
        tags::GRID_RESOLUTION,
        tags::VECTOR_GRID_DATA,
        tags::PRE_DEFORMATION_MATRIX_REGISTRATION_SEQUENCE,
        tags::POST_DEFORMATION_MATRIX_REGISTRATION_SEQUENCE,
    ],
    // What a registration is called.
    &[
        tags::CONTENT_LABEL,
        tags::CONTENT_DESCRIPTION,
        tags::CONTENT_CREATOR_NAME,
        tags::REGISTRATION_SEQUENCE,
        tags::MATRIX_REGISTRATION_SEQUENCE,
        tags::MATRIX_SEQUENCE,
        tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE,
        tags::REGISTRATION_TYPE_CODE_SEQUENCE,
    ],
    // Dose.
    &[
        tags::DOSE_UNITS,
        tags::DOSE_TYPE,
        tags::SPATIAL_TRANSFORM_OF_DOSE,
        tags::DOSE_SUMMATION_TYPE,
        tags::GRID_FRAME_OFFSET_VECTOR,
        tags::DOSE_GRID_SCALING,
    ],
    // Structures and rigid registration.
    &[
        tags::STRUCTURE_SET_LABEL,
        tags::STRUCTURE_SET_DATE,
        tags::STRUCTURE_SET_TIME,
        tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE,
        tags::RT_REFERENCED_STUDY_SEQUENCE,
        tags::RT_REFERENCED_SERIES_SEQUENCE,
        tags::CONTOUR_IMAGE_SEQUENCE,
        tags::STRUCTURE_SET_ROI_SEQUENCE,
        tags::ROI_NUMBER,
        tags::REFERENCED_FRAME_OF_REFERENCE_UID,
        tags::ROI_NAME,
        tags::ROI_GENERATION_ALGORITHM,
        tags::ROI_CONTOUR_SEQUENCE,
        tags::CONTOUR_SEQUENCE,
        tags::CONTOUR_GEOMETRIC_TYPE,
        tags::NUMBER_OF_CONTOUR_POINTS,
        tags::CONTOUR_DATA,
        tags::RTROI_OBSERVATIONS_SEQUENCE,
        tags::OBSERVATION_NUMBER,
        tags::REFERENCED_ROI_NUMBER,
        tags::RTROI_INTERPRETED_TYPE,
        tags::ROI_INTERPRETER,
        tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX,
    ],
    // What was treated.
    &[
        tags::TREATMENT_SESSION_BEAM_SEQUENCE,
        tags::TREATMENT_SESSION_ION_BEAM_SEQUENCE,
        tags::CURRENT_FRACTION_NUMBER,
        tags::TREATMENT_TERMINATION_STATUS,
        tags::TREATMENT_VERIFICATION_STATUS,
        tags::SPECIFIED_PRIMARY_METERSET,
        tags::DELIVERED_PRIMARY_METERSET,
        tags::TREATMENT_DATE,
        tags::TREATMENT_TIME,
    ],
    // What was planned.
    &[
        tags::RT_PLAN_LABEL,
        tags::RT_PLAN_DATE,
        tags::RT_PLAN_TIME,
        tags::RT_PLAN_GEOMETRY,
        tags::DOSE_REFERENCE_SEQUENCE,
        tags::DOSE_REFERENCE_NUMBER,
        tags::DOSE_REFERENCE_STRUCTURE_TYPE,
        tags::DOSE_REFERENCE_TYPE,
        tags::TARGET_PRESCRIPTION_DOSE,
        tags::RT_PLAN_RELATIONSHIP,
        tags::FRACTION_GROUP_SEQUENCE,
        tags::FRACTION_GROUP_NUMBER,
        tags::NUMBER_OF_FRACTIONS_PLANNED,
        tags::NUMBER_OF_BEAMS,
        tags::BEAM_DOSE,
        tags::BEAM_METERSET,
        tags::NUMBER_OF_BRACHY_APPLICATION_SETUPS,
        tags::BEAM_SEQUENCE,
        tags::TREATMENT_MACHINE_NAME,
        tags::PRIMARY_DOSIMETER_UNIT,
        tags::BEAM_LIMITING_DEVICE_SEQUENCE,
        tags::RT_BEAM_LIMITING_DEVICE_TYPE,
        tags::NUMBER_OF_LEAF_JAW_PAIRS,
        tags::BEAM_NUMBER,
        tags::BEAM_NAME,
        tags::BEAM_TYPE,
        tags::RADIATION_TYPE,
        tags::TREATMENT_DELIVERY_TYPE,
        tags::NUMBER_OF_WEDGES,
        tags::NUMBER_OF_COMPENSATORS,
        tags::NUMBER_OF_BOLI,
        tags::NUMBER_OF_BLOCKS,
        tags::FINAL_CUMULATIVE_METERSET_WEIGHT,
        tags::NUMBER_OF_CONTROL_POINTS,
        tags::CONTROL_POINT_SEQUENCE,
        tags::CONTROL_POINT_INDEX,
        tags::NOMINAL_BEAM_ENERGY,
        tags::CUMULATIVE_METERSET_WEIGHT,
        tags::TREATMENT_MACHINE_SEQUENCE,
        tags::APPLICATION_SETUP_SEQUENCE,
        tags::APPLICATION_SETUP_TYPE,
        tags::APPLICATION_SETUP_NUMBER,
        tags::SCAN_MODE,
        tags::ION_BEAM_SEQUENCE,
        tags::ION_BEAM_LIMITING_DEVICE_SEQUENCE,
        tags::ION_CONTROL_POINT_SEQUENCE,
    ],
    // References between RT objects.
    &[
        tags::REFERENCED_RT_PLAN_SEQUENCE,
        tags::REFERENCED_BEAM_SEQUENCE,
        tags::REFERENCED_BEAM_NUMBER,
        tags::REFERENCED_FRACTION_GROUP_SEQUENCE,
        tags::REFERENCED_FRACTION_GROUP_NUMBER,
        tags::REFERENCED_STRUCTURE_SET_SEQUENCE,
    ],
    // Approval.
    &[tags::APPROVAL_STATUS, tags::REVIEW_DATE, tags::REVIEW_TIME, tags::REVIEWER_NAME],
    // Values of pixels.
    &[tags::PIXEL_DATA],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_elements_hold_text_at_all() {
        let texts = [VR::LO, VR::LT, VR::PN, VR::SH, VR::ST, VR::UC, VR::UR, VR::UT, VR::UN, VR::OB, VR::AE];
        let listed = LIST.iter().flat_map(|part| part.iter().copied());
        let of_text: Vec<Tag> =
            listed.filter(|&tag| representation(tag).is_none_or(|vr| texts.contains(&vr))).collect();
        // Without a value: ACCESSION_NUMBER, REFERRING_PHYSICIAN_NAME, OPERATORS_NAME, INSTITUTION_NAME, STUDY_ID, POSITION_REFERENCE_INDICATOR,
        // CONTENT_DESCRIPTION, CONTENT_CREATOR_NAME, ROI_INTERPRETER, TREATMENT_MACHINE_NAME, REVIEWER_NAME. Words of this program: the rest.
        let expected = [
            tags::ACCESSION_NUMBER,
            tags::MANUFACTURER,
            tags::INSTITUTION_NAME,
            tags::REFERRING_PHYSICIAN_NAME,
            tags::CODE_VALUE,
            tags::CODING_SCHEME_DESIGNATOR,
            tags::CODE_MEANING,
            tags::OPERATORS_NAME,
            tags::MANUFACTURER_MODEL_NAME,
            tags::PATIENT_NAME,
            tags::PATIENT_ID,
            tags::DEIDENTIFICATION_METHOD,
            tags::DEVICE_SERIAL_NUMBER,
            tags::SOFTWARE_VERSIONS,
            tags::STUDY_ID,
            tags::POSITION_REFERENCE_INDICATOR,
            tags::RESCALE_TYPE,
            tags::CONTENT_DESCRIPTION,
            tags::CONTENT_CREATOR_NAME,
            tags::STRUCTURE_SET_LABEL,
            tags::ROI_NAME,
            tags::ROI_INTERPRETER,
            tags::RT_PLAN_LABEL,
            tags::TREATMENT_MACHINE_NAME,
            tags::BEAM_NAME,
            tags::REVIEWER_NAME,
        ];
        assert_eq!(of_text, expected);
        assert!(LIST.iter().flat_map(|part| part.iter()).all(|tag| tag.group() % 2 == 0));
    }
}

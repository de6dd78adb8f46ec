//! Which services and encodings are spoken.

use dicom_dictionary_std::uids;

/// The application context of all of DICOM (PS3.7 A.2.1).
pub(crate) const APPLICATION_CONTEXT: &str = "1.2.840.10008.3.1.1.1";
/// What this program says it is. The number is a UUID made for it once.
pub(crate) const IMPLEMENTATION_CLASS: &str = "2.25.5598822482942788579498929926883586680";
/// The same for people.
pub(crate) const IMPLEMENTATION_VERSION: &str = "RERT_1";

/// Images, whose pixels may come compressed.
const IMAGES: [&str; 16] = [
    uids::CT_IMAGE_STORAGE,
    uids::MR_IMAGE_STORAGE,
    uids::POSITRON_EMISSION_TOMOGRAPHY_IMAGE_STORAGE,
    uids::ENHANCED_CT_IMAGE_STORAGE,
    uids::ENHANCED_MR_IMAGE_STORAGE,
    uids::ENHANCED_PET_IMAGE_STORAGE,
    uids::LEGACY_CONVERTED_ENHANCED_CT_IMAGE_STORAGE,
    uids::LEGACY_CONVERTED_ENHANCED_MR_IMAGE_STORAGE,
    uids::LEGACY_CONVERTED_ENHANCED_PET_IMAGE_STORAGE,
    uids::NUCLEAR_MEDICINE_IMAGE_STORAGE,
    uids::RT_IMAGE_STORAGE,
    uids::SEGMENTATION_STORAGE,
    uids::SECONDARY_CAPTURE_IMAGE_STORAGE,
    uids::MULTI_FRAME_GRAYSCALE_BYTE_SECONDARY_CAPTURE_IMAGE_STORAGE,
    uids::MULTI_FRAME_GRAYSCALE_WORD_SECONDARY_CAPTURE_IMAGE_STORAGE,
    uids::MULTI_FRAME_TRUE_COLOR_SECONDARY_CAPTURE_IMAGE_STORAGE,
];

/// What describes a treatment, and what was said of it.
const DOCUMENTS: [&str; 20] = [
    uids::RT_PLAN_STORAGE,
    uids::RT_ION_PLAN_STORAGE,
    uids::RT_DOSE_STORAGE,
    uids::RT_STRUCTURE_SET_STORAGE,
    uids::RT_BEAMS_TREATMENT_RECORD_STORAGE,
    uids::RT_ION_BEAMS_TREATMENT_RECORD_STORAGE,
    uids::RT_BRACHY_TREATMENT_RECORD_STORAGE,
    uids::RT_TREATMENT_SUMMARY_RECORD_STORAGE,
    uids::RT_PHYSICIAN_INTENT_STORAGE,
    uids::SPATIAL_REGISTRATION_STORAGE,
    uids::DEFORMABLE_SPATIAL_REGISTRATION_STORAGE,
    uids::SPATIAL_FIDUCIALS_STORAGE,
    uids::ENCAPSULATED_PDF_STORAGE,
    uids::BASIC_TEXT_SR_STORAGE,
    uids::ENHANCED_SR_STORAGE,
    uids::COMPREHENSIVE_SR_STORAGE,
    uids::COMPREHENSIVE3_DSR_STORAGE,
    uids::X_RAY_RADIATION_DOSE_SR_STORAGE,
    uids::KEY_OBJECT_SELECTION_DOCUMENT_STORAGE,
    uids::REAL_WORLD_VALUE_MAPPING_STORAGE,
];

/// Encodings without compressed pixels, the one that everybody reads first.
pub(crate) const PLAIN: [&str; 4] = [
    uids::EXPLICIT_VR_LITTLE_ENDIAN,
    uids::IMPLICIT_VR_LITTLE_ENDIAN,
    uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    BIG_ENDIAN,
];

/// Retired, and still sent.
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// Compressed pixels that the pipeline reads, those without loss first.
pub(crate) const COMPRESSED: [&str; 6] = [
    uids::JPEG_LOSSLESS_SV1,
    uids::JPEG2000_LOSSLESS,
    uids::RLE_LOSSLESS,
    uids::JPEG_LOSSLESS,
    uids::JPEG2000,
    uids::JPEG_BASELINE8_BIT,
];

/// Encodings of commands' own data sets: queries, answers, commitments.
pub(crate) const MESSAGES: [&str; 2] = [uids::EXPLICIT_VR_LITTLE_ENDIAN, uids::IMPLICIT_VR_LITTLE_ENDIAN];

/// All classes of objects that are taken.
pub(crate) fn storage_classes() -> impl Iterator<Item = &'static str> {
    IMAGES.into_iter().chain(DOCUMENTS)
}

/// Whether objects of a class are taken.
pub(crate) fn is_storage(class: &str) -> bool {
    storage_classes().any(|known| known == class)
}

/// Whether objects of a class may have compressed pixels.
pub(crate) fn is_image(class: &str) -> bool {
    IMAGES.contains(&class)
}

/// The encoding that we like best among those proposed for a service; nothing when the service is not ours or none fits.
pub(crate) fn best_encoding(abstract_syntax: &str, proposed: &[String]) -> Option<&'static str> {
    let mut known: Vec<&'static str> = MESSAGES.to_vec();
    if is_storage(abstract_syntax) {
        known = PLAIN.into_iter().chain(COMPRESSED).collect();
    }
    known.into_iter().find(|known| proposed.iter().any(|proposed| trimmed(proposed) == *known))
}

/// Whether somebody may ask us for a service.
pub(crate) fn is_offered(abstract_syntax: &str) -> bool {
    abstract_syntax == uids::VERIFICATION
        || abstract_syntax == uids::STORAGE_COMMITMENT_PUSH_MODEL
        || is_storage(abstract_syntax)
}

/// A UID of the negotiation without its padding, which some programs send although none belongs there.
pub(crate) fn trimmed(uid: &str) -> &str {
    uid.trim_matches([' ', '\0'])
}

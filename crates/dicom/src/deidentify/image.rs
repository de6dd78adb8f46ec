//! CT, MR and PET images.

use case::{Image, PatientIdentity};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::Grid;

use super::Reason;
use super::modules::{self, Kind};
use super::mr::MrFacts;
use super::pet::PetFacts;
use super::pseudonym::{Clock, Pseudonyms};
use super::sheet::Sheet;
use super::stated;
use crate::access::text;
use crate::image::Stored;
use crate::parse::Parsed;
use crate::{ReadError, Source, header};

const CT: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.2", modality: "CT" };
const MR: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.4", modality: "MR" };
const PET: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.128", modality: "PT" };

/// Weight in kilograms and height in metres.
const BODY: &[stated::Bounded] = &[(tags::PATIENT_WEIGHT, 0.1, 500.0), (tags::PATIENT_SIZE, 0.1, 2.6)];
const POSITIONS: &[&str] = &["HFS", "HFP", "HFDR", "HFDL", "FFS", "FFP", "FFDR", "FFDL"];

/// The class that an image of a kind is referred to by.
pub(super) fn class(kind: &str) -> &'static str {
    [MR, PET].into_iter().find(|known| known.modality == kind).unwrap_or(CT).class
}

/// What a slice states beside its place and its values.
pub(super) struct SliceFacts {
    pub(super) patient: PatientIdentity,
    kind: Kind,
    image_type: Vec<&'static str>,
    position: Option<&'static str>,
    photometric: &'static str,
    thickness_mm: Option<f64>,
    body: Vec<(Tag, f64)>,
    pub(super) states_no_burned_in: bool,
    pub(super) acquisition: Acquisition,
}

/// What belongs to one kind of image.
pub(super) enum Acquisition {
    Ct { kvp: Option<f64> },
    Mr(MrFacts),
    Pet(Box<PetFacts>),
}

/// Reads what a slice states, or why it may not be exported.
pub(super) fn survey(source: &Source, kind: &str) -> Result<SliceFacts, Reason> {
    let read = || -> Result<(Parsed, PatientIdentity), ReadError> {
        let parsed = Parsed::read(&source.read()?)?;
        let patient = header::read(&parsed.object, kind, "")?.patient;
        Ok((parsed, patient))
    };
    let (parsed, patient) = read().map_err(|_| Reason::Unreadable)?;
    let object = &parsed.object;
    let kind = kind_of(object)?;
    if stated::code(object, tags::BURNED_IN_ANNOTATION, &["YES"]).is_some() {
        return Err(Reason::BurnedIn);
    }
    let photometric = stated::code(object, tags::PHOTOMETRIC_INTERPRETATION, &["MONOCHROME2", "MONOCHROME1"]);
    let acquisition = match kind.modality {
        "MR" => Acquisition::Mr(MrFacts::read(object)),
        "PT" => Acquisition::Pet(Box::new(PetFacts::read(object))),
        _ => Acquisition::Ct { kvp: stated::number(object, tags::KVP, 10.0..=500.0) },
    };
    Ok(SliceFacts {
        patient,
        kind,
        image_type: image_type(object, kind),
        position: stated::code(object, tags::PATIENT_POSITION, POSITIONS),
        photometric: photometric.ok_or(Reason::Picture)?,
        thickness_mm: stated::number(object, tags::SLICE_THICKNESS, 0.0..=100.0),
        body: stated::numbers(object, BODY),
        states_no_burned_in: stated::code(object, tags::BURNED_IN_ANNOTATION, &["NO"]).is_some(),
        acquisition,
    })
}

/// Pictures of screens and scanned paper may bear anything.
fn kind_of(object: &InMemDicomObject) -> Result<Kind, Reason> {
    let class = text(object, tags::SOP_CLASS_UID).unwrap_or_default();
    let kind = [CT, MR, PET].into_iter().find(|kind| kind.class == class).ok_or(Reason::Picture)?;
    let image_type = text(object, tags::IMAGE_TYPE).unwrap_or_default();
    let is_screen = ["SCREEN", "SCAN", "PHOTO"].iter().any(|word| image_type.contains(word));
    let is_capture = text(object, tags::CONVERSION_TYPE).is_some() || is_screen;
    let samples = stated::integer(object, tags::SAMPLES_PER_PIXEL, 1..=4).unwrap_or(1);
    if is_capture || samples != 1 { Err(Reason::Picture) } else { Ok(kind) }
}

fn image_type(object: &InMemDicomObject, kind: Kind) -> Vec<&'static str> {
    let first = stated::code(object, tags::IMAGE_TYPE, &["ORIGINAL", "DERIVED"]).unwrap_or("DERIVED");
    let second = stated::code(object, tags::IMAGE_TYPE, &["PRIMARY", "SECONDARY"]).unwrap_or("SECONDARY");
    match kind.modality {
        // A localizer is no slice of a series, so this is all that is left.
        "CT" => vec![first, second, "AXIAL"],
        "MR" => vec![first, second, "OTHER"],
        _ => vec![first, second],
    }
}

/// One slice of an image, built from its place in the grid, its stored values and what it states.
pub(super) fn build(
    names: &Pseudonyms<'_>,
    (image, grid): (&Image, &Grid),
    (plane, facts): (usize, &SliceFacts),
    stored: Stored,
    clock: Option<Clock>,
) -> Sheet {
    let uid = image.instances.get(plane).unwrap_or(&image.header.uid);
    let mut sheet = modules::begin(names, facts.kind, &image.header, (uid, plane + 1));
    modules::frame(&mut sheet, names, &image.frame);
    modules::placement(&mut sheet, grid, plane);
    modules::pixels(&mut sheet, grid, (16, stored.is_signed));
    sheet.codes(tags::IMAGE_TYPE, &facts.image_type);
    sheet.code_or_empty(tags::PATIENT_POSITION, facts.position);
    sheet.code(tags::PHOTOMETRIC_INTERPRETATION, facts.photometric);
    sheet.decimal_or_empty(tags::SLICE_THICKNESS, facts.thickness_mm);
    facts.body.iter().for_each(|&(tag, value)| sheet.decimals(tag, &[value]));
    if facts.states_no_burned_in {
        sheet.code(tags::BURNED_IN_ANNOTATION, "NO");
    }
    let is_rescaled = (stored.slope, stored.intercept) != (1.0, 0.0);
    match &facts.acquisition {
        Acquisition::Ct { kvp } => {
            sheet.empty(&[tags::ACQUISITION_NUMBER]);
            sheet.decimal_or_empty(tags::KVP, *kvp);
            sheet.code(tags::RESCALE_TYPE, "HU");
        }
        Acquisition::Mr(mr) => mr.put(&mut sheet),
        Acquisition::Pet(pet) => pet.put(&mut sheet, clock, (plane, grid.size()[2])),
    }
    if is_rescaled || !matches!(facts.acquisition, Acquisition::Mr(_)) {
        sheet.decimals(tags::RESCALE_INTERCEPT, &[stored.intercept]);
        sheet.decimals(tags::RESCALE_SLOPE, &[stored.slope]);
    }
    sheet.pixels(tags::PIXEL_DATA, stored.values.iter().flat_map(|value| value.to_le_bytes()).collect());
    sheet
}

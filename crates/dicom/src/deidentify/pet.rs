//! What makes an uptake value (SUV) of the values of a PET image: unit, corrections, activity, decay and times.

use chrono::{NaiveDateTime, NaiveTime};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::modules;
use super::pseudonym::Clock;
use super::sheet::Sheet;
use super::stated;
use crate::access::items;

const UNITS: &[&str] =
    &["BQML", "CNTS", "GML", "CM2ML", "PROPCPS", "NONE", "CPS", "PCNT", "MGMINML", "UMOLMINML", "MLMING", "MLG"];
const CORRECTIONS: &[&str] =
    &["DECY", "ATTN", "SCAT", "DTIM", "MOTN", "PMOT", "CLN", "RAN", "RADL", "DCAL", "NORM", "GEOM", "BEAM", "FLD"];
const SUV_TYPES: &[&str] = &["BSA", "BW", "LBM", "LBMJAMES128", "LBMJANMA", "IBW"];

/// The nuclides in clinical use, with their code and its meaning (PS3.16 CID 4020).
const NUCLIDES: &[(&str, &str)] = &[
    ("C-105A1", "^11^Carbon"),
    ("C-107A1", "^13^Nitrogen"),
    ("C-B1038", "^15^Oxygen"),
    ("C-111A1", "^18^Fluorine"),
    ("C-131A3", "^68^Gallium"),
    ("C-159A2", "^82^Rubidium"),
];
const NUCLIDE_CODES: &[&str] = &["C-105A1", "C-107A1", "C-B1038", "C-111A1", "C-131A3", "C-159A2"];

const SLICE_NUMBERS: &[stated::Bounded] = &[
    (tags::FRAME_REFERENCE_TIME, 0.0, 1e9),
    (tags::DECAY_FACTOR, 0.0, 1e6),
    (tags::SLICE_SENSITIVITY_FACTOR, 0.0, 1e6),
    (tags::DOSE_CALIBRATION_FACTOR, 0.0, 1e12),
];
const DRUG_NUMBERS: &[stated::Bounded] = &[
    (tags::RADIONUCLIDE_TOTAL_DOSE, 0.0, 1e12),
    (tags::RADIONUCLIDE_HALF_LIFE, 1.0, 1e7),
    (tags::RADIONUCLIDE_POSITRON_FRACTION, 0.0, 1.0),
];

/// What a PET slice states.
pub(super) struct PetFacts {
    units: Option<&'static str>,
    corrections: Vec<&'static str>,
    decay_correction: Option<&'static str>,
    suv_type: Option<&'static str>,
    series_type: [Option<&'static str>; 2],
    counts: Option<&'static str>,
    randoms: Option<&'static str>,
    duration_ms: Option<i64>,
    numbers: Vec<(Tag, f64)>,
    drug: Option<Drug>,
    series: Option<NaiveDateTime>,
    acquisition: Option<NaiveDateTime>,
}

/// What was injected.
struct Drug {
    nuclide: Option<(&'static str, &'static str)>,
    numbers: Vec<(Tag, f64)>,
    start: Option<NaiveDateTime>,
    start_time: Option<NaiveTime>,
}

impl PetFacts {
    pub(super) fn read(object: &InMemDicomObject) -> Self {
        let code = |tag, set| stated::code(object, tag, set);
        let drug = items(object, tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE).first().map(Drug::read);
        Self {
            units: code(tags::UNITS, UNITS),
            corrections: stated::codes(object, tags::CORRECTED_IMAGE, CORRECTIONS),
            decay_correction: code(tags::DECAY_CORRECTION, &["NONE", "START", "ADMIN"]),
            suv_type: code(tags::SUV_TYPE, SUV_TYPES),
            series_type: [
                code(tags::SERIES_TYPE, &["STATIC", "DYNAMIC", "GATED", "WHOLE BODY"]),
                code(tags::SERIES_TYPE, &["IMAGE", "REPROJECTION"]),
            ],
            counts: code(tags::COUNTS_SOURCE, &["EMISSION", "TRANSMISSION"]),
            randoms: code(tags::RANDOMS_CORRECTION_METHOD, &["NONE", "DLYD", "SING"]),
            duration_ms: stated::integer(object, tags::ACTUAL_FRAME_DURATION, 0..=1_000_000_000),
            numbers: stated::numbers(object, SLICE_NUMBERS),
            drug,
            series: stated::instant(object, tags::SERIES_DATE, tags::SERIES_TIME),
            acquisition: stated::instant(object, tags::ACQUISITION_DATE, tags::ACQUISITION_TIME),
        }
    }

    /// The earliest time of series and acquisition.
    pub(super) fn earliest(&self) -> Option<NaiveDateTime> {
        self.series.into_iter().chain(self.acquisition).min()
    }

    pub(super) fn put(&self, sheet: &mut Sheet, clock: Option<Clock>, (plane, n_planes): (usize, usize)) {
        let series_type = [self.series_type[0].unwrap_or("STATIC"), self.series_type[1].unwrap_or("IMAGE")];
        sheet.codes(tags::SERIES_TYPE, &series_type);
        sheet.code_or_empty(tags::UNITS, self.units);
        sheet.code_or_empty(tags::COUNTS_SOURCE, self.counts);
        sheet.code_or_empty(tags::DECAY_CORRECTION, self.decay_correction);
        sheet.codes(tags::CORRECTED_IMAGE, &self.corrections);
        for (tag, code) in [(tags::SUV_TYPE, self.suv_type), (tags::RANDOMS_CORRECTION_METHOD, self.randoms)] {
            if let Some(code) = code {
                sheet.code(tag, code);
            }
        }
        sheet.short(tags::NUMBER_OF_SLICES, n_planes as u16);
        sheet.short(tags::IMAGE_INDEX, plane as u16 + 1);
        if let Some(duration) = self.duration_ms {
            sheet.integer(tags::ACTUAL_FRAME_DURATION, duration);
        }
        self.numbers.iter().for_each(|&(tag, value)| sheet.decimals(tag, &[value]));
        let moved = |original: Option<NaiveDateTime>| clock.and_then(|clock| clock.instant(original?));
        let (series, acquisition) = (moved(self.series), moved(self.acquisition));
        sheet.date(tags::SERIES_DATE, series.map(|at| at.date()));
        sheet.time(tags::SERIES_TIME, series.map(|at| at.time()));
        sheet.date(tags::ACQUISITION_DATE, acquisition.map(|at| at.date()));
        sheet.time(tags::ACQUISITION_TIME, acquisition.map(|at| at.time()));
        let drugs = self.drug.iter().map(|drug| drug.item(clock)).collect();
        sheet.items(tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE, drugs);
        sheet.items(tags::PATIENT_ORIENTATION_CODE_SEQUENCE, Vec::new());
        sheet.items(tags::PATIENT_GANTRY_RELATIONSHIP_CODE_SEQUENCE, Vec::new());
    }
}

impl Drug {
    fn read(item: &InMemDicomObject) -> Self {
        let code = items(item, tags::RADIONUCLIDE_CODE_SEQUENCE)
            .iter()
            .find_map(|code| stated::code(code, tags::CODE_VALUE, NUCLIDE_CODES));
        Self {
            nuclide: NUCLIDES.iter().copied().find(|(value, _)| Some(*value) == code),
            numbers: stated::numbers(item, DRUG_NUMBERS),
            start: stated::date_time(item, tags::RADIOPHARMACEUTICAL_START_DATE_TIME),
            start_time: stated::time(item, tags::RADIOPHARMACEUTICAL_START_TIME),
        }
    }

    fn item(&self, clock: Option<Clock>) -> Sheet {
        let mut item = Sheet::new();
        let nuclide = self.nuclide.map(|(value, meaning)| modules::code(value, "SRT", meaning));
        item.items(tags::RADIONUCLIDE_CODE_SEQUENCE, nuclide.into_iter().collect());
        self.numbers.iter().for_each(|&(tag, value)| item.decimals(tag, &[value]));
        if let Some(start) = clock.and_then(|clock| clock.instant(self.start?)) {
            item.instant(tags::RADIOPHARMACEUTICAL_START_DATE_TIME, start);
        }
        if let Some(start) = clock.and_then(|clock| Some(clock.time(self.start_time?))) {
            item.time(tags::RADIOPHARMACEUTICAL_START_TIME, Some(start));
        }
        item
    }
}

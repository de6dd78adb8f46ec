//! RT Structure Sets.

use std::collections::BTreeMap;

use case::{Image, InterpretedType, Roi, StructureSet};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::Contour;

use super::image;
use super::modules::{self, Kind};
use super::pseudonym::{Pseudonyms, Word};
use super::sheet::Sheet;
use super::stated;
use crate::access::items;

pub(super) const KIND: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.481.3", modality: "RTSTRUCT" };
/// The retired class that the standard still asks for where a study is named.
const STUDY_MANAGEMENT: &str = "1.2.840.10008.3.1.2.3.1";
const TYPES: &[&str] = &[
    "EXTERNAL",
    "PTV",
    "CTV",
    "GTV",
    "ITV",
    "TREATED_VOLUME",
    "IRRAD_VOLUME",
    "BOLUS",
    "AVOIDANCE",
    "ORGAN",
    "MARKER",
    "REGISTRATION",
    "ISOCENTER",
    "CONTRAST_AGENT",
    "CAVITY",
    "BRACHY_CHANNEL",
    "BRACHY_ACCESSORY",
    "BRACHY_SRC_APP",
    "BRACHY_CHNL_SHLD",
    "SUPPORT",
    "FIXATION",
    "DOSE_REGION",
    "CONTROL",
    "DOSE_MEASUREMENT",
];
const ALGORITHMS: &[&str] = &["AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"];

/// What a structure set states of its regions beside names and contours.
#[derive(Default)]
pub(super) struct RoiFacts {
    types: BTreeMap<i32, &'static str>,
    algorithms: BTreeMap<i32, &'static str>,
}

impl RoiFacts {
    pub(super) fn read(object: &InMemDicomObject) -> Self {
        let number = |item, tag| stated::integer(item, tag, i64::from(i32::MIN)..=i64::from(i32::MAX));
        let types = items(object, tags::RTROI_OBSERVATIONS_SEQUENCE).iter().filter_map(|item| {
            let kind = stated::code(item, tags::RTROI_INTERPRETED_TYPE, TYPES)?;
            Some((number(item, tags::REFERENCED_ROI_NUMBER)? as i32, kind))
        });
        let algorithms = items(object, tags::STRUCTURE_SET_ROI_SEQUENCE).iter().filter_map(|item| {
            let algorithm = stated::code(item, tags::ROI_GENERATION_ALGORITHM, ALGORITHMS)?;
            Some((number(item, tags::ROI_NUMBER)? as i32, algorithm))
        });
        Self { types: types.collect(), algorithms: algorithms.collect() }
    }

    /// The stated type, else what the reader made of it.
    fn kind(&self, roi: &Roi) -> Option<&'static str> {
        self.types.get(&roi.number).copied().or(match roi.interpreted_type {
            InterpretedType::External => Some("EXTERNAL"),
            _ => None,
        })
    }
}

/// The names that regions get: those of the standard list, a further one of the same name with a number behind a caret, and `ROI_7` for what
/// is not known.
pub(super) fn names(set: &StructureSet, standard_name: &dyn Fn(&str) -> Option<String>) -> (Vec<Word>, usize) {
    let mut seen: BTreeMap<Word, usize> = BTreeMap::new();
    let mut n_known = 0;
    let words = set.rois.iter().map(|roi| {
        let Some(word) = standard_name(&roi.name).and_then(|name| Word::structure(&name)) else {
            return Word::numbered("ROI_", roi.number);
        };
        n_known += 1;
        let n = seen.entry(word.clone()).or_default();
        *n += 1;
        if *n == 1 { word } else { word.again(*n) }
    });
    (words.collect(), n_known)
}

/// A structure set, built from its contours, the new names, and what it states.
pub(super) fn build(
    names: &Pseudonyms<'_>,
    (set, number): (&StructureSet, usize),
    (words, facts): (&[Word], &RoiFacts),
    images: &[Image],
) -> Sheet {
    let mut sheet = modules::begin(names, KIND, &set.header, (&set.header.uid, 1));
    let date = names.date(set.date);
    modules::frame(&mut sheet, names, &set.frame);
    sheet.word(tags::STRUCTURE_SET_LABEL, &Word::numbered("Structures ", number as i64));
    sheet.date(tags::STRUCTURE_SET_DATE, date);
    sheet.empty(&[tags::STRUCTURE_SET_TIME]);
    let mut frame = Sheet::new();
    frame.uid(tags::FRAME_OF_REFERENCE_UID, &names.uid(set.frame.as_str()));
    let studies = studies(names, set, images);
    if !studies.is_empty() {
        frame.items(tags::RT_REFERENCED_STUDY_SEQUENCE, studies);
    }
    sheet.items(tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE, vec![frame]);
    let named = || set.rois.iter().zip(words);
    let rois = named().map(|(roi, word)| region(names, set, (roi, word), facts)).collect();
    sheet.items(tags::STRUCTURE_SET_ROI_SEQUENCE, rois);
    sheet.items(tags::ROI_CONTOUR_SEQUENCE, set.rois.iter().map(contours).collect());
    let observations = set.rois.iter().map(|roi| observation(roi, facts)).collect();
    sheet.items(tags::RTROI_OBSERVATIONS_SEQUENCE, observations);
    sheet
}

/// The images it was drawn on, by study and series. Those that are not here keep their place in a series that nobody has.
fn studies(names: &Pseudonyms<'_>, set: &StructureSet, images: &[Image]) -> Vec<Sheet> {
    let mut studies: BTreeMap<&str, BTreeMap<(String, &'static str), Vec<&String>>> = BTreeMap::new();
    for instance in &set.images {
        let image = images.iter().find(|image| image.instances.contains(instance));
        let (study, series) = match image {
            Some(image) => (&image.header.study, (image.series.clone(), image::class(&image.header.kind))),
            None => (&set.header.study, (format!("absent series of {}", set.header.uid), image::class("CT"))),
        };
        studies.entry(study).or_default().entry(series).or_default().push(instance);
    }
    let of_series = |((series, class), instances): ((String, &'static str), Vec<&String>)| {
        let mut item = Sheet::new();
        item.uid(tags::SERIES_INSTANCE_UID, &names.uid(&series));
        let references = instances.iter().map(|uid| modules::reference(names, class, uid)).collect();
        item.items(tags::CONTOUR_IMAGE_SEQUENCE, references);
        item
    };
    let of_study = |(study, series): (&str, BTreeMap<(String, &'static str), Vec<&String>>)| {
        let mut item = modules::reference(names, STUDY_MANAGEMENT, study);
        item.items(tags::RT_REFERENCED_SERIES_SEQUENCE, series.into_iter().map(of_series).collect());
        item
    };
    studies.into_iter().map(of_study).collect()
}

fn region(names: &Pseudonyms<'_>, set: &StructureSet, (roi, word): (&Roi, &Word), facts: &RoiFacts) -> Sheet {
    let mut item = Sheet::new();
    item.integer(tags::ROI_NUMBER, roi.number);
    item.uid(tags::REFERENCED_FRAME_OF_REFERENCE_UID, &names.uid(set.frame.as_str()));
    item.word(tags::ROI_NAME, word);
    item.code_or_empty(tags::ROI_GENERATION_ALGORITHM, facts.algorithms.get(&roi.number).copied());
    item
}

/// Contours of a region that is measured. One that a reader refuses stays without any: what is left of it would be taken for the whole.
fn contours(roi: &Roi) -> Sheet {
    let mut item = Sheet::new();
    item.integer(tags::REFERENCED_ROI_NUMBER, roi.number);
    if roi.breaking_problem().is_none() && !roi.contours.is_empty() {
        item.items(tags::CONTOUR_SEQUENCE, roi.contours.iter().map(contour).collect());
    }
    item
}

fn contour(contour: &Contour) -> Sheet {
    let points = contour.points_mm();
    let mut item = Sheet::new();
    item.code(tags::CONTOUR_GEOMETRIC_TYPE, "CLOSED_PLANAR");
    item.integer(tags::NUMBER_OF_CONTOUR_POINTS, points.len() as i64);
    let coordinates: Vec<f64> = points.iter().flat_map(|point| [point.x, point.y, point.z]).collect();
    item.decimals(tags::CONTOUR_DATA, &coordinates);
    item
}

fn observation(roi: &Roi, facts: &RoiFacts) -> Sheet {
    let mut item = Sheet::new();
    item.integer(tags::OBSERVATION_NUMBER, roi.number);
    item.integer(tags::REFERENCED_ROI_NUMBER, roi.number);
    item.code_or_empty(tags::RTROI_INTERPRETED_TYPE, facts.kind(roi));
    item.empty(&[tags::ROI_INTERPRETER]);
    item
}

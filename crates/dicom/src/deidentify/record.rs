//! RT Beams and RT Ion Beams Treatment Records: which fractions of which plan were treated on which day.

use case::TreatmentRecord;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::Reason;
use super::modules::{self, Kind};
use super::plan::no_accessories;
use super::pseudonym::{Pseudonyms, Word};
use super::sheet::Sheet;
use super::stated;
use crate::access::{items, text};

const BEAMS: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.481.4", modality: "RTRECORD" };
const ION_BEAMS: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.481.9", modality: "RTRECORD" };
const RADIATION: &[&str] = &["PHOTON", "ELECTRON", "NEUTRON", "PROTON", "ION"];
const DELIVERY: &[&str] = &["TREATMENT", "OPEN_PORTFILM", "TRMT_PORTFILM", "CONTINUATION", "SETUP"];
const TERMINATION: &[&str] = &["NORMAL", "OPERATOR", "MACHINE", "UNKNOWN"];
const VERIFICATION: &[&str] = &["VERIFIED", "VERIFIED_OVR", "NOT_VERIFIED"];

/// What a record states of its beams.
pub(super) struct RecordFacts {
    kind: Kind,
    unit: Option<&'static str>,
    beams: Vec<DeliveredBeam>,
}

struct DeliveredBeam {
    fraction: Option<i64>,
    number: Option<i64>,
    kind: Option<&'static str>,
    radiation: Option<&'static str>,
    delivery: Option<&'static str>,
    termination: Option<&'static str>,
    verification: Option<&'static str>,
    metersets: [Option<f64>; 2],
}

impl RecordFacts {
    /// Reads them, or tells why the record is not exported.
    pub(super) fn read(object: &InMemDicomObject) -> Result<Self, Reason> {
        let class = text(object, tags::SOP_CLASS_UID).unwrap_or_default();
        let kind = [BEAMS, ION_BEAMS].into_iter().find(|kind| kind.class == class).ok_or(Reason::Brachytherapy)?;
        let sequence = Self::sequence(kind);
        let unit = stated::code(object, tags::PRIMARY_DOSIMETER_UNIT, &["MU", "MINUTE", "NP"]);
        Ok(Self { kind, unit, beams: items(object, sequence).iter().map(DeliveredBeam::read).collect() })
    }

    fn sequence(kind: Kind) -> Tag {
        if kind.class == ION_BEAMS.class {
            tags::TREATMENT_SESSION_ION_BEAM_SEQUENCE
        } else {
            tags::TREATMENT_SESSION_BEAM_SEQUENCE
        }
    }
}

impl DeliveredBeam {
    fn read(item: &InMemDicomObject) -> Self {
        let code = |tag, set| stated::code(item, tag, set);
        let meterset = |tag| stated::number(item, tag, 0.0..=1e15);
        Self {
            fraction: stated::integer(item, tags::CURRENT_FRACTION_NUMBER, 0..=10_000),
            number: stated::integer(item, tags::REFERENCED_BEAM_NUMBER, 0..=1_000_000),
            kind: code(tags::BEAM_TYPE, &["STATIC", "DYNAMIC"]),
            radiation: code(tags::RADIATION_TYPE, RADIATION),
            delivery: code(tags::TREATMENT_DELIVERY_TYPE, DELIVERY),
            termination: code(tags::TREATMENT_TERMINATION_STATUS, TERMINATION),
            verification: code(tags::TREATMENT_VERIFICATION_STATUS, VERIFICATION),
            metersets: [meterset(tags::SPECIFIED_PRIMARY_METERSET), meterset(tags::DELIVERED_PRIMARY_METERSET)],
        }
    }

    fn item(&self) -> Sheet {
        let mut item = Sheet::new();
        match self.fraction {
            Some(fraction) => item.integer(tags::CURRENT_FRACTION_NUMBER, fraction),
            None => item.empty(&[tags::CURRENT_FRACTION_NUMBER]),
        }
        if let Some(number) = self.number {
            item.integer(tags::REFERENCED_BEAM_NUMBER, number);
            item.word(tags::BEAM_NAME, &Word::numbered("Beam ", number));
        }
        item.code(tags::BEAM_TYPE, self.kind.unwrap_or("STATIC"));
        item.code_or_empty(tags::RADIATION_TYPE, self.radiation);
        item.code_or_empty(tags::TREATMENT_DELIVERY_TYPE, self.delivery);
        item.code(tags::TREATMENT_TERMINATION_STATUS, self.termination.unwrap_or("UNKNOWN"));
        item.code_or_empty(tags::TREATMENT_VERIFICATION_STATUS, self.verification);
        item.decimal(tags::SPECIFIED_PRIMARY_METERSET, self.metersets[0]);
        item.decimal(tags::DELIVERED_PRIMARY_METERSET, self.metersets[1]);
        no_accessories(&mut item);
        item.integer(tags::NUMBER_OF_CONTROL_POINTS, 0);
        item
    }
}

/// A record, built from the day, the plan and what it states of its beams.
pub(super) fn build(
    names: &Pseudonyms<'_>,
    record: &TreatmentRecord,
    facts: &RecordFacts,
    plan_class: &'static str,
) -> Sheet {
    let mut sheet = modules::begin(names, facts.kind, &record.header, (&record.header.uid, 1));
    sheet.date(tags::TREATMENT_DATE, names.date(record.date));
    sheet.empty(&[tags::TREATMENT_TIME]);
    let plan = modules::reference(names, plan_class, &record.plan);
    sheet.items(tags::REFERENCED_RT_PLAN_SEQUENCE, vec![plan]);
    sheet.integer(tags::REFERENCED_FRACTION_GROUP_NUMBER, record.fraction_group);
    sheet.empty(&[tags::NUMBER_OF_FRACTIONS_PLANNED]);
    sheet.code_or_empty(tags::PRIMARY_DOSIMETER_UNIT, facts.unit);
    let mut machine = Sheet::new();
    machine.empty(&[
        tags::TREATMENT_MACHINE_NAME,
        tags::MANUFACTURER,
        tags::INSTITUTION_NAME,
        tags::MANUFACTURER_MODEL_NAME,
        tags::DEVICE_SERIAL_NUMBER,
    ]);
    sheet.items(tags::TREATMENT_MACHINE_SEQUENCE, vec![machine]);
    let beams = facts.beams.iter().map(DeliveredBeam::item).collect();
    sheet.items(RecordFacts::sequence(facts.kind), beams);
    sheet
}

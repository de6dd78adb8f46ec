//! Answers to a search (PS3.18 10.6.3.3).

use std::collections::BTreeSet;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use serde_json::{Map, Value, json};

use crate::bulk::name;
use crate::json::text;

/// Whose something is.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// Patient ID.
    pub id: String,
    /// Issuer of Patient ID.
    pub issuer: String,
    /// Patient's Name.
    pub name: String,
    /// Patient's Birth Date.
    pub birth_date: String,
    /// Patient's Sex.
    pub sex: String,
}

/// A study.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundStudy {
    /// Study Instance UID.
    pub study: String,
    /// Whose it is.
    pub owner: Owner,
    /// What it holds.
    pub modalities: BTreeSet<String>,
    /// How many series.
    pub n_series: u64,
    /// How many instances.
    pub n_instances: u64,
}

/// A series.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundSeries {
    /// Study Instance UID.
    pub study: String,
    /// Series Instance UID.
    pub series: String,
    /// What it holds.
    pub modality: String,
    /// Whose it is.
    pub owner: Owner,
    /// How many instances.
    pub n_instances: u64,
}

/// An instance.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundInstance {
    /// Where it is.
    pub series: FoundSeries,
    /// SOP Class UID.
    pub class: String,
    /// SOP Instance UID.
    pub instance: String,
    /// Transfer Syntax UID.
    pub transfer_syntax: String,
}

type Told = Map<String, Value>;

fn put(told: &mut Told, tag: Tag, representation: &str, value: &str) {
    told.insert(name(tag), text(representation, value));
}

fn put_number(told: &mut Told, tag: Tag, number: u64) {
    told.insert(name(tag), json!({ "vr": "IS", "Value": [number] }));
}

/// What every answer begins with.
fn begin(owner: &Owner, address: &str) -> Told {
    let mut told = Told::new();
    put(&mut told, tags::SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 192");
    put(&mut told, tags::INSTANCE_AVAILABILITY, "CS", "ONLINE");
    put(&mut told, tags::RETRIEVE_URL, "UR", address);
    put(&mut told, tags::PATIENT_NAME, "PN", &owner.name);
    put(&mut told, tags::PATIENT_ID, "LO", &owner.id);
    put(&mut told, tags::ISSUER_OF_PATIENT_ID, "LO", &owner.issuer);
    put(&mut told, tags::PATIENT_BIRTH_DATE, "DA", &owner.birth_date);
    put(&mut told, tags::PATIENT_SEX, "CS", &owner.sex);
    told
}

impl FoundStudy {
    /// As a data set; `base` is the address of the service.
    pub fn document(&self, base: &str) -> Value {
        let mut told = begin(&self.owner, &format!("{base}/studies/{}", self.study));
        let modalities: Vec<&String> = self.modalities.iter().collect();
        told.insert(name(tags::MODALITIES_IN_STUDY), json!({ "vr": "CS", "Value": modalities }));
        put(&mut told, tags::STUDY_INSTANCE_UID, "UI", &self.study);
        put_number(&mut told, tags::NUMBER_OF_STUDY_RELATED_SERIES, self.n_series);
        put_number(&mut told, tags::NUMBER_OF_STUDY_RELATED_INSTANCES, self.n_instances);
        told.into()
    }
}

impl FoundSeries {
    /// As a data set.
    pub fn document(&self, base: &str) -> Value {
        let mut told = self.begin(&format!("{base}/studies/{}/series/{}", self.study, self.series));
        put_number(&mut told, tags::NUMBER_OF_SERIES_RELATED_INSTANCES, self.n_instances);
        told.into()
    }

    fn begin(&self, address: &str) -> Told {
        let mut told = begin(&self.owner, address);
        put(&mut told, tags::MODALITY, "CS", &self.modality);
        put(&mut told, tags::STUDY_INSTANCE_UID, "UI", &self.study);
        put(&mut told, tags::SERIES_INSTANCE_UID, "UI", &self.series);
        told
    }
}

impl FoundInstance {
    /// As a data set.
    pub fn document(&self, base: &str) -> Value {
        let FoundSeries { study, series, .. } = &self.series;
        let address = format!("{base}/studies/{study}/series/{series}/instances/{}", self.instance);
        let mut told = self.series.begin(&address);
        put(&mut told, tags::SOP_CLASS_UID, "UI", &self.class);
        put(&mut told, tags::SOP_INSTANCE_UID, "UI", &self.instance);
        put(&mut told, tags::AVAILABLE_TRANSFER_SYNTAX_UID, "UI", &self.transfer_syntax);
        told.into()
    }
}

//! The steps of an export, from whose the objects are to what is told of them.

use std::collections::BTreeMap;
use std::path::Path;

use case::identity::Likeness;
use case::{Finding, Header, Objects, PatientIdentity, Severity};
use dicom_object::InMemDicomObject;

use super::manifest::{LINKAGE_SCHEMA, MANIFEST_SCHEMA};
use super::output::Output;
use super::plan::{ABSENT_CLASS, PlanFacts};
use super::pseudonym::Pseudonyms;
use super::record::RecordFacts;
use super::series::{self, Survey};
use super::sheet::Sheet;
use super::structure_set::RoiFacts;
use super::{
    DeidentifyError, Export, LeftOut, Linkage, Manifest, Method, Policy, Reason, SecretKey, dose, image, plan,
    record, registration, structure_set,
};
use crate::Folder;
use crate::parse::Parsed;

/// Kinds of objects that are told of by name.
const KINDS: [&str; 8] = ["CT", "MR", "PT", "RTSTRUCT", "RTPLAN", "RTDOSE", "REG", "RTRECORD"];

const FACES: &str = "images show the body as it is: a face can be made of a CT, MR or PET of the head, and nothing was blurred; hand them on under \
                     an agreement that forbids to identify anybody";
const PIXELS: &str =
    "some images do not state whether text is burned into their pixels; look at them before they are handed on";
const SHAPES: &str = "whoever holds the originals can recognise doses, contours and images by their values";
const SOURCES: &str = "plans of brachytherapy are exported without sources and channels";

struct Run<'a> {
    folder: &'a Folder,
    objects: &'a Objects,
    policy: &'a Policy<'a>,
    names: Pseudonyms<'a>,
    output: Output,
    left_out: BTreeMap<(&'static str, Reason), usize>,
    n_named: usize,
    n_unnamed: usize,
    n_emptied: usize,
    notices: Vec<&'static str>,
}

pub(super) fn run(
    folder: &Folder,
    policy: &Policy<'_>,
    key: &SecretKey,
    out: &Path,
) -> Result<Export, DeidentifyError> {
    let objects = &folder.objects;
    one_content(objects)?;
    let surveys: Vec<Survey> = objects.images.iter().map(|series| series::survey(folder, series)).collect();
    let of_headers = objects.headers().map(|header| &header.patient);
    let identities = one_patient(of_headers.chain(series::identities(&surveys)).collect(), policy)?;
    let study = objects.headers().map(|header| header.study.as_str()).min().unwrap_or_default();
    let mut run = Run {
        folder,
        objects,
        policy,
        names: Pseudonyms::new(key, &identities, (first_and_last(objects), study)),
        output: Output::new(out)?,
        left_out: BTreeMap::new(),
        n_named: 0,
        n_unnamed: 0,
        n_emptied: 0,
        notices: Vec::new(),
    };
    match run.write_all(&surveys) {
        Ok(()) if run.output.is_empty() => Err(DeidentifyError::Nothing),
        Ok(()) => Ok(run.told(&identities)),
        Err(error) => {
            run.output.remove();
            Err(error)
        }
    }
}

/// Two contents under one UID forbid every use of the originals (H19). An export of one of them would look as if nothing were wrong.
fn one_content(objects: &Objects) -> Result<(), DeidentifyError> {
    let is_twice = |finding: &Finding| finding.code == "H19" && finding.severity == Severity::Refuse;
    if objects.findings.as_slice().iter().any(is_twice) { Err(DeidentifyError::TwoContents) } else { Ok(()) }
}

/// The first and the last date of all objects.
fn first_and_last(objects: &Objects) -> Option<[chrono::NaiveDate; 2]> {
    let studies = objects.headers().filter_map(|header| header.study_date);
    let sets = objects.structure_sets.iter().filter_map(|set| set.date);
    let plans = objects.plans.iter().filter_map(|plan| plan.date);
    let records = objects.records.iter().filter_map(|record| record.date);
    let all: Vec<chrono::NaiveDate> = studies.chain(sets).chain(plans).chain(records).collect();
    Some([*all.iter().min()?, *all.iter().max()?])
}

/// All identities, in a fixed order, where they can be those of one person or a person says so.
fn one_patient<'a>(
    mut identities: Vec<&'a PatientIdentity>,
    policy: &Policy<'_>,
) -> Result<Vec<&'a PatientIdentity>, DeidentifyError> {
    identities.sort();
    identities.dedup();
    let Some(first) = identities.first().copied() else { return Err(DeidentifyError::Nothing) };
    for other in identities.iter().filter(|_| !policy.same_patient) {
        match first.likeness(other) {
            Likeness::Same => {}
            Likeness::Different(what) => return Err(DeidentifyError::DifferentPatients(what)),
            Likeness::PerhapsSame => return Err(DeidentifyError::PerhapsDifferentPatients),
        }
    }
    Ok(identities)
}

impl Run<'_> {
    fn write_all(&mut self, surveys: &[Survey]) -> Result<(), DeidentifyError> {
        self.images(surveys)?;
        self.structure_sets()?;
        let plans = self.plans()?;
        let class = |uid: &str| plans.get(uid).copied().unwrap_or(ABSENT_CLASS);
        self.doses(&class)?;
        self.registrations()?;
        self.records(&class)
    }

    fn write(&mut self, sheet: Sheet, kind: &'static str, uid: &str) -> Result<(), DeidentifyError> {
        let uid = self.names.uid(uid);
        self.output.write(sheet, kind, &uid)
    }

    fn leave_out(&mut self, kind: &'static str, reason: Reason, n_files: usize) {
        *self.left_out.entry((kind, reason)).or_default() += n_files;
    }

    /// The elements of an object, which what it states is read from.
    fn elements(&self, header: &Header) -> Option<InMemDicomObject> {
        let file = self.folder.sources_of(&header.uid).first()?.read().ok()?;
        Some(Parsed::read(&file).ok()?.object)
    }

    fn images(&mut self, surveys: &[Survey]) -> Result<(), DeidentifyError> {
        let images = &self.objects.images;
        let clocks = series::clocks(&self.names, images, surveys);
        for (series, survey) in images.iter().zip(surveys) {
            let kind = told_kind(&series.header.kind);
            let n = series.instances.len();
            let (facts, grid) = match (survey, &series.grid) {
                (Ok(facts), Ok(grid)) if facts.len() == n => (facts, grid),
                (Err(reason), _) => {
                    self.leave_out(kind, *reason, n);
                    continue;
                }
                _ => {
                    self.leave_out(kind, Reason::Unreadable, n);
                    continue;
                }
            };
            // Values that cannot be decoded stop the series before its first slice is written.
            let stored = match series::values(self.folder, series, grid) {
                Ok(stored) => stored,
                Err(reason) => {
                    self.leave_out(kind, reason, n);
                    continue;
                }
            };
            let clock = clocks.get(&series.header.study).copied();
            for ((plane, of_slice), stored) in facts.iter().enumerate().zip(stored) {
                let sheet = image::build(&self.names, (series, grid), (plane, of_slice), stored, clock);
                self.write(sheet, kind, &series.instances[plane])?;
            }
            self.notice(FACES);
            if !facts.iter().all(|of_slice| of_slice.states_no_burned_in) {
                self.notice(PIXELS);
            }
        }
        Ok(())
    }

    fn structure_sets(&mut self) -> Result<(), DeidentifyError> {
        let sets = &self.objects.structure_sets;
        for (number, index) in self.in_time(sets.iter().map(|set| (set.date, &set.header)).collect()) {
            let set = &sets[index];
            let facts = self.elements(&set.header).map(|object| RoiFacts::read(&object)).unwrap_or_default();
            let (words, n_named) = structure_set::names(set, self.policy.standard_name);
            self.n_named += n_named;
            self.n_unnamed += words.len() - n_named;
            let is_emptied = |roi: &&case::Roi| roi.breaking_problem().is_some() && !roi.contours.is_empty();
            self.n_emptied += set.rois.iter().filter(is_emptied).count();
            let images = &self.objects.images;
            let sheet = structure_set::build(&self.names, (set, number), (&words, &facts), images);
            self.write(sheet, "RTSTRUCT", &set.header.uid)?;
        }
        Ok(())
    }

    /// Writes the plans, and tells by which class each is referred to.
    fn plans(&mut self) -> Result<BTreeMap<String, &'static str>, DeidentifyError> {
        let plans = &self.objects.plans;
        let mut classes = BTreeMap::new();
        for (number, index) in self.in_time(plans.iter().map(|plan| (plan.date, &plan.header)).collect()) {
            let plan = &plans[index];
            let Some(object) = self.elements(&plan.header) else {
                self.leave_out("RTPLAN", Reason::Unreadable, 1);
                continue;
            };
            let facts = PlanFacts::read(&object);
            classes.insert(plan.header.uid.clone(), facts.class());
            if facts.is_brachytherapy() {
                self.notice(SOURCES);
            }
            let sheet = plan::build(&self.names, (plan, number), &facts);
            self.write(sheet, "RTPLAN", &plan.header.uid)?;
        }
        Ok(classes)
    }

    fn doses(&mut self, plan_class: &dyn Fn(&str) -> &'static str) -> Result<(), DeidentifyError> {
        for of in &self.objects.doses {
            match dose::build(&self.names, of, plan_class) {
                Ok(sheet) => self.write(sheet, "RTDOSE", &of.header.uid)?,
                Err(reason) => self.leave_out("RTDOSE", reason, 1),
            }
            self.notice(SHAPES);
        }
        Ok(())
    }

    fn registrations(&mut self) -> Result<(), DeidentifyError> {
        for of in &self.objects.registrations {
            match registration::build(&self.names, of) {
                Ok(sheet) => self.write(sheet, "REG", &of.header.uid)?,
                Err(reason) => self.leave_out("REG", reason, 1),
            }
        }
        Ok(())
    }

    fn records(&mut self, plan_class: &dyn Fn(&str) -> &'static str) -> Result<(), DeidentifyError> {
        for of in &self.objects.records {
            let facts = self.elements(&of.header).ok_or(Reason::Unreadable);
            match facts.and_then(|object| RecordFacts::read(&object)) {
                Ok(facts) => {
                    let sheet = record::build(&self.names, of, &facts, plan_class(&of.plan));
                    self.write(sheet, "RTRECORD", &of.header.uid)?;
                }
                Err(reason) => self.leave_out("RTRECORD", reason, 1),
            }
        }
        Ok(())
    }

    /// Numbers from 1 in the order of dates, and of new UIDs on one day; so the order of the original UIDs is not told.
    fn in_time(&self, objects: Vec<(Option<chrono::NaiveDate>, &Header)>) -> Vec<(usize, usize)> {
        let mut order: Vec<usize> = (0..objects.len()).collect();
        order.sort_by_key(|&index| (objects[index].0, self.names.uid(&objects[index].1.uid)));
        (1..).zip(order).collect()
    }

    fn notice(&mut self, text: &'static str) {
        if !self.notices.contains(&text) {
            self.notices.push(text);
        }
    }

    fn told(mut self, identities: &[&PatientIdentity]) -> Export {
        self.count_unread();
        let left_out = self.left_out.iter().map(|(&(kind, reason), &n_files)| LeftOut {
            kind,
            n_files,
            reason,
            explanation: reason.to_string(),
        });
        let pseudonym = self.names.patient().as_str().to_owned();
        let told = |of: fn(&PatientIdentity) -> &String| {
            identities
                .iter()
                .map(|identity| of(identity))
                .find(|text| !text.is_empty())
                .cloned()
                .unwrap_or_default()
        };
        let linkage = Linkage {
            schema: LINKAGE_SCHEMA,
            patient_id: told(|identity| &identity.id),
            issuer: told(|identity| &identity.issuer),
            pseudonym: pseudonym.clone(),
            days: self.names.days(),
            uids: BTreeMap::new(),
        };
        let manifest = Manifest {
            schema: MANIFEST_SCHEMA,
            program_version: env!("CARGO_PKG_VERSION"),
            pseudonym,
            methods: Method::CODES,
            left_out: left_out.collect(),
            files: self.output.into_files(),
            n_structures_named: self.n_named,
            n_structures_unnamed: self.n_unnamed,
            n_structures_emptied: self.n_emptied,
            notices: self.notices,
        };
        Export { manifest, linkage: Linkage { uids: self.names.replaced(), ..linkage } }
    }

    /// Files that came in and are neither exported nor told of yet.
    fn count_unread(&mut self) {
        let mut read: BTreeMap<&'static str, usize> = BTreeMap::new();
        for input in &self.objects.inputs {
            *read.entry(told_kind(&input.kind)).or_default() += 1;
        }
        for (kind, n_read) in read {
            let known = self.left_out.iter().filter(|((of, _), _)| *of == kind).map(|(_, n)| n).sum::<usize>();
            let n_unread = n_read.saturating_sub(self.output.n_of(kind) + known);
            if n_unread > 0 {
                self.leave_out(kind, Reason::NotRead, n_unread);
            }
        }
    }
}

/// A kind in words of this program: what a source calls itself is not told.
fn told_kind(kind: &str) -> &'static str {
    KINDS.into_iter().find(|known| *known == kind).unwrap_or("other")
}

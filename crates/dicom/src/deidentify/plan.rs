//! RT Plans and RT Ion Plans: what was prescribed, in how many fractions, with which beams.

use case::Plan;
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::modules::{self, Kind};
use super::pseudonym::{Pseudonyms, Word};
use super::sheet::Sheet;
use super::stated;
use super::structure_set;
use crate::access::items;

const PLAN: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.481.5", modality: "RTPLAN" };
const ION_PLAN: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.481.8", modality: "RTPLAN" };

const RADIATION: &[&str] = &["PHOTON", "ELECTRON", "NEUTRON", "PROTON", "ION"];
const DELIVERY: &[&str] = &["TREATMENT", "CONTINUATION"];
const DEVICES: &[&str] = &["X", "Y", "ASYMX", "ASYMY", "MLCX", "MLCY"];
const SCANS: &[&str] = &["NONE", "UNIFORM", "MODULATED", "MODULATED_SPEC"];
const APPLICATIONS: &[&str] = &[
    "FLETCHER_SUIT",
    "DELCLOS",
    "BLOEDORN",
    "JOSLIN_FLYNN",
    "CHANDIGARH",
    "MANCHESTER",
    "HENSCHKE",
    "NASOPHARYNGEAL",
    "OESOPHAGEAL",
    "ENDOBRONCHIAL",
    "SYED_NEBLETT",
    "ENDORECTAL",
    "PERINEAL",
];
const NUMBER: std::ops::RangeInclusive<i64> = 0..=1_000_000;
const METERSET: std::ops::RangeInclusive<f64> = 0.0..=1e7;

/// What a plan states beside what every reader of this program uses.
pub(super) struct PlanFacts {
    is_ion: bool,
    beams: Vec<Beam>,
    /// Number of the region and dose in gray of each prescription to a target.
    prescriptions: Vec<(Option<i64>, Option<f64>)>,
    /// Group, beam, dose in gray and meterset of one fraction.
    shares: Vec<Share>,
    applications: Vec<Option<&'static str>>,
}

struct Beam {
    number: i64,
    radiation: Option<&'static str>,
    delivery: Option<&'static str>,
    kind: Option<&'static str>,
    scan: Option<&'static str>,
    unit: Option<&'static str>,
    energy_mev: Option<f64>,
    meterset_weight: Option<f64>,
    devices: Vec<(&'static str, i64)>,
}

struct Share {
    group: i64,
    beam: i64,
    dose_gy: Option<f64>,
    meterset: Option<f64>,
}

impl PlanFacts {
    pub(super) fn read(object: &InMemDicomObject) -> Self {
        let ion = items(object, tags::ION_BEAM_SEQUENCE);
        let beams = items(object, tags::BEAM_SEQUENCE).iter().chain(ion).filter_map(Beam::read).collect();
        let applications = items(object, tags::APPLICATION_SETUP_SEQUENCE).iter();
        Self {
            is_ion: !ion.is_empty(),
            beams,
            prescriptions: prescriptions(object),
            shares: shares(object),
            applications: applications
                .map(|item| stated::code(item, tags::APPLICATION_SETUP_TYPE, APPLICATIONS))
                .collect(),
        }
    }

    /// The class by which others refer to the plan.
    pub(super) fn class(&self) -> &'static str {
        self.kind().class
    }

    /// Whether sources within the body give the dose.
    pub(super) fn is_brachytherapy(&self) -> bool {
        !self.applications.is_empty()
    }

    fn kind(&self) -> Kind {
        if self.is_ion { ION_PLAN } else { PLAN }
    }
}

/// The class of a plan that is not here.
pub(super) const ABSENT_CLASS: &str = PLAN.class;

fn prescriptions(object: &InMemDicomObject) -> Vec<(Option<i64>, Option<f64>)> {
    let is_target =
        |item: &&InMemDicomObject| stated::code(item, tags::DOSE_REFERENCE_TYPE, &["TARGET"]).is_some();
    let references = items(object, tags::DOSE_REFERENCE_SEQUENCE).iter().filter(is_target);
    let stated = references.map(|item| {
        let roi = stated::integer(item, tags::REFERENCED_ROI_NUMBER, i64::from(i32::MIN)..=i64::from(i32::MAX));
        (roi, stated::number(item, tags::TARGET_PRESCRIPTION_DOSE, 0.0..=1e6))
    });
    stated.collect()
}

fn shares(object: &InMemDicomObject) -> Vec<Share> {
    let mut shares = Vec::new();
    for group in items(object, tags::FRACTION_GROUP_SEQUENCE) {
        let number = stated::integer(group, tags::FRACTION_GROUP_NUMBER, NUMBER).unwrap_or(1);
        for beam in items(group, tags::REFERENCED_BEAM_SEQUENCE) {
            let Some(of) = stated::integer(beam, tags::REFERENCED_BEAM_NUMBER, NUMBER) else { continue };
            shares.push(Share {
                group: number,
                beam: of,
                dose_gy: stated::number(beam, tags::BEAM_DOSE, 0.0..=1e4),
                meterset: stated::number(beam, tags::BEAM_METERSET, METERSET),
            });
        }
    }
    shares
}

impl Beam {
    /// A beam that treats; others give no dose that counts.
    fn read(item: &InMemDicomObject) -> Option<Self> {
        let delivery = stated::code(item, tags::TREATMENT_DELIVERY_TYPE, DELIVERY);
        if delivery.is_none() && crate::access::text(item, tags::TREATMENT_DELIVERY_TYPE).is_some() {
            return None;
        }
        let lists = [tags::CONTROL_POINT_SEQUENCE, tags::ION_CONTROL_POINT_SEQUENCE];
        let first = lists.into_iter().find_map(|list| items(item, list).first());
        let lists = [tags::BEAM_LIMITING_DEVICE_SEQUENCE, tags::ION_BEAM_LIMITING_DEVICE_SEQUENCE];
        let devices = lists.into_iter().flat_map(|list| items(item, list)).filter_map(|device| {
            let pairs = stated::integer(device, tags::NUMBER_OF_LEAF_JAW_PAIRS, 1..=1000)?;
            Some((stated::code(device, tags::RT_BEAM_LIMITING_DEVICE_TYPE, DEVICES)?, pairs))
        });
        Some(Self {
            number: stated::integer(item, tags::BEAM_NUMBER, NUMBER).unwrap_or_default(),
            radiation: stated::code(item, tags::RADIATION_TYPE, RADIATION),
            delivery,
            kind: stated::code(item, tags::BEAM_TYPE, &["STATIC", "DYNAMIC"]),
            scan: stated::code(item, tags::SCAN_MODE, SCANS),
            unit: stated::code(item, tags::PRIMARY_DOSIMETER_UNIT, &["MU", "MINUTE", "NP"]),
            energy_mev: first.and_then(|point| stated::number(point, tags::NOMINAL_BEAM_ENERGY, 0.0..=1e4)),
            meterset_weight: stated::number(item, tags::FINAL_CUMULATIVE_METERSET_WEIGHT, METERSET),
            devices: devices.collect(),
        })
    }

    fn item(&self, is_ion: bool) -> Sheet {
        let mut item = Sheet::new();
        item.integer(tags::BEAM_NUMBER, self.number);
        item.word(tags::BEAM_NAME, &Word::numbered("Beam ", self.number));
        item.code(tags::BEAM_TYPE, self.kind.unwrap_or("STATIC"));
        item.code_or_empty(tags::RADIATION_TYPE, self.radiation);
        item.code(tags::TREATMENT_DELIVERY_TYPE, self.delivery.unwrap_or("TREATMENT"));
        item.code_or_empty(tags::PRIMARY_DOSIMETER_UNIT, self.unit);
        item.empty(&[tags::TREATMENT_MACHINE_NAME]);
        let (devices, points) = if is_ion {
            item.code(tags::SCAN_MODE, self.scan.unwrap_or("NONE"));
            (tags::ION_BEAM_LIMITING_DEVICE_SEQUENCE, tags::ION_CONTROL_POINT_SEQUENCE)
        } else {
            (tags::BEAM_LIMITING_DEVICE_SEQUENCE, tags::CONTROL_POINT_SEQUENCE)
        };
        let of_beam = self.devices.iter().map(|&(kind, pairs)| {
            let mut device = Sheet::new();
            device.code(tags::RT_BEAM_LIMITING_DEVICE_TYPE, kind);
            device.integer(tags::NUMBER_OF_LEAF_JAW_PAIRS, pairs);
            device
        });
        item.items(devices, of_beam.collect());
        no_accessories(&mut item);
        item.decimal(tags::FINAL_CUMULATIVE_METERSET_WEIGHT, self.meterset_weight);
        item.integer(tags::NUMBER_OF_CONTROL_POINTS, 2);
        item.items(points, vec![self.point(0), self.point(1)]);
        item
    }

    /// The first and the last control point, without angles and shapes.
    fn point(&self, index: i64) -> Sheet {
        let mut point = Sheet::new();
        point.integer(tags::CONTROL_POINT_INDEX, index);
        if index == 0 {
            point.decimal(tags::NOMINAL_BEAM_ENERGY, self.energy_mev);
        }
        let weight = self.meterset_weight.map(|weight| weight * index as f64);
        point.decimal_or_empty(tags::CUMULATIVE_METERSET_WEIGHT, weight);
        point
    }
}

/// The numbers of accessories must be there; which there were is not told.
pub(super) fn no_accessories(item: &mut Sheet) {
    const ACCESSORIES: [Tag; 4] =
        [tags::NUMBER_OF_WEDGES, tags::NUMBER_OF_COMPENSATORS, tags::NUMBER_OF_BOLI, tags::NUMBER_OF_BLOCKS];
    ACCESSORIES.iter().for_each(|&tag| item.integer(tag, 0));
}

/// A plan, built from its fraction groups, prescriptions and beams.
pub(super) fn build(names: &Pseudonyms<'_>, (plan, number): (&Plan, usize), facts: &PlanFacts) -> Sheet {
    let mut sheet = modules::begin(names, facts.kind(), &plan.header, (&plan.header.uid, 1));
    if let Some(frame) = &plan.header.frame {
        modules::frame(&mut sheet, names, frame);
    }
    sheet.word(tags::RT_PLAN_LABEL, &Word::numbered("Plan ", number as i64));
    sheet.date(tags::RT_PLAN_DATE, names.date(plan.date));
    sheet.empty(&[tags::RT_PLAN_TIME]);
    let geometry = if plan.structure_set.is_some() { "PATIENT" } else { "TREATMENT_DEVICE" };
    sheet.code(tags::RT_PLAN_GEOMETRY, geometry);
    let approval =
        ["APPROVED", "UNAPPROVED", "REJECTED"].into_iter().find(|known| plan.approval.as_deref() == Some(*known));
    if let Some(approval) = approval {
        sheet.code(tags::APPROVAL_STATUS, approval);
    }
    if approval.is_some_and(|status| status != "UNAPPROVED") {
        sheet.empty(&[tags::REVIEW_DATE, tags::REVIEW_TIME, tags::REVIEWER_NAME]);
    }
    if let Some(set) = &plan.structure_set {
        let set = modules::reference(names, structure_set::KIND.class, set);
        sheet.items(tags::REFERENCED_STRUCTURE_SET_SEQUENCE, vec![set]);
    }
    predecessors(&mut sheet, names, plan);
    let prescribed = facts.prescriptions.iter().zip(1..).map(prescription).collect::<Vec<Sheet>>();
    if !prescribed.is_empty() {
        sheet.items(tags::DOSE_REFERENCE_SEQUENCE, prescribed);
    }
    let groups = plan.fraction_groups.iter().map(|group| fraction_group(group, facts));
    sheet.items(tags::FRACTION_GROUP_SEQUENCE, groups.collect());
    beams(&mut sheet, facts);
    sheet
}

fn beams(sheet: &mut Sheet, facts: &PlanFacts) {
    let list = if facts.is_ion { tags::ION_BEAM_SEQUENCE } else { tags::BEAM_SEQUENCE };
    if !facts.beams.is_empty() {
        sheet.items(list, facts.beams.iter().map(|beam| beam.item(facts.is_ion)).collect());
    }
    let setups = facts.applications.iter().zip(1_i64..).map(|(kind, number)| {
        let mut item = Sheet::new();
        item.code_or_empty(tags::APPLICATION_SETUP_TYPE, *kind);
        item.integer(tags::APPLICATION_SETUP_NUMBER, number);
        item
    });
    let setups: Vec<Sheet> = setups.collect();
    if !setups.is_empty() {
        sheet.items(tags::APPLICATION_SETUP_SEQUENCE, setups);
    }
}

fn predecessors(sheet: &mut Sheet, names: &Pseudonyms<'_>, plan: &Plan) {
    let earlier = plan.predecessors.iter().map(|uid| {
        let mut item = modules::reference(names, ABSENT_CLASS, uid);
        item.code(tags::RT_PLAN_RELATIONSHIP, "PREDECESSOR");
        item
    });
    let earlier: Vec<Sheet> = earlier.collect();
    if !earlier.is_empty() {
        sheet.items(tags::REFERENCED_RT_PLAN_SEQUENCE, earlier);
    }
}

fn prescription((&(roi, dose_gy), number): (&(Option<i64>, Option<f64>), i64)) -> Sheet {
    let mut item = Sheet::new();
    item.integer(tags::DOSE_REFERENCE_NUMBER, number);
    item.code(tags::DOSE_REFERENCE_STRUCTURE_TYPE, if roi.is_some() { "VOLUME" } else { "SITE" });
    item.code(tags::DOSE_REFERENCE_TYPE, "TARGET");
    if let Some(roi) = roi {
        item.integer(tags::REFERENCED_ROI_NUMBER, roi);
    }
    item.decimal(tags::TARGET_PRESCRIPTION_DOSE, dose_gy);
    item
}

fn fraction_group(group: &case::FractionGroup, facts: &PlanFacts) -> Sheet {
    let mut item = Sheet::new();
    item.integer(tags::FRACTION_GROUP_NUMBER, group.number);
    match group.fractions_planned {
        Some(planned) => item.integer(tags::NUMBER_OF_FRACTIONS_PLANNED, planned),
        None => item.empty(&[tags::NUMBER_OF_FRACTIONS_PLANNED]),
    }
    item.integer(tags::NUMBER_OF_BEAMS, group.beams.len() as i64);
    item.integer(tags::NUMBER_OF_BRACHY_APPLICATION_SETUPS, facts.applications.len() as i64);
    let beams = group.beams.iter().map(|&number| {
        let is_same = |share: &&Share| (share.group, share.beam) == (i64::from(group.number), i64::from(number));
        let share = facts.shares.iter().find(is_same);
        let mut beam = Sheet::new();
        beam.integer(tags::REFERENCED_BEAM_NUMBER, number);
        beam.decimal(tags::BEAM_DOSE, share.and_then(|share| share.dose_gy));
        beam.decimal(tags::BEAM_METERSET, share.and_then(|share| share.meterset));
        beam
    });
    let beams: Vec<Sheet> = beams.collect();
    if !beams.is_empty() {
        item.items(tags::REFERENCED_BEAM_SEQUENCE, beams);
    }
    item
}

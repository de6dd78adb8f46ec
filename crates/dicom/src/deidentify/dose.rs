//! RT Doses.

use case::{Dose, DoseType, DoseUnits, PlanReference, SummationType};
use dicom_dictionary_std::tags;

use super::Reason;
use super::modules::{self, Kind};
use super::pseudonym::Pseudonyms;
use super::sheet::Sheet;
use super::structure_set;

pub(super) const KIND: Kind = Kind { class: "1.2.840.10008.5.1.4.1.1.481.2", modality: "RTDOSE" };
/// Kinds of sums that the reader keeps as they are written.
const OTHER_SUMS: &[&str] =
    &["PLAN_OVERVIEW", "BRACHY", "BEAM_SESSION", "BRACHY_SESSION", "CONTROL_POINT", "RECORD"];

/// The words of a dose, or why it has none that this program may write.
struct Words {
    units: &'static str,
    kind: &'static str,
    sum: &'static str,
    mapped: Option<&'static str>,
}

impl Words {
    fn of(dose: &Dose) -> Option<Self> {
        let units = match dose.units {
            DoseUnits::Gy => "GY",
            DoseUnits::Relative => "RELATIVE",
            DoseUnits::Other(_) => return None,
        };
        let kind = match dose.dose_type {
            DoseType::Physical => "PHYSICAL",
            DoseType::Effective => "EFFECTIVE",
            DoseType::Error => "ERROR",
            DoseType::Other(_) => return None,
        };
        let sum = match &dose.summation_type {
            SummationType::Plan => "PLAN",
            SummationType::MultiPlan => "MULTI_PLAN",
            SummationType::Fraction => "FRACTION",
            SummationType::FractionSession => "FRACTION_SESSION",
            SummationType::Beam => "BEAM",
            SummationType::Other(other) => OTHER_SUMS.iter().copied().find(|known| known == other)?,
        };
        let mapped = match dose.spatial_transform.as_deref() {
            None => None,
            Some(stated) => Some(["RIGID", "NON_RIGID"].into_iter().find(|known| *known == stated)?),
        };
        Some(Self { units, kind, sum, mapped })
    }
}

/// A dose, built from its grid and its values with the step they were stored with, so that none is rounded.
pub(super) fn build(
    names: &Pseudonyms<'_>,
    dose: &Dose,
    plan_class: &dyn Fn(&str) -> &'static str,
) -> Result<Sheet, Reason> {
    let words = Words::of(dose).ok_or(Reason::NotOfStandard)?;
    let mut sheet = modules::begin(names, KIND, &dose.header, (&dose.header.uid, 1));
    let grid = dose.voxels.grid();
    modules::frame(&mut sheet, names, &dose.frame);
    modules::placement(&mut sheet, grid, 0);
    modules::pixels(&mut sheet, grid, (32, false));
    sheet.empty(&[tags::SLICE_THICKNESS]);
    sheet.code(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    let planes = grid.size()[2];
    sheet.integer(tags::NUMBER_OF_FRAMES, planes as i64);
    sheet.tag(tags::FRAME_INCREMENT_POINTER, tags::GRID_FRAME_OFFSET_VECTOR);
    let offsets: Vec<f64> = (0..planes).map(|plane| grid.plane_offset_mm(plane)).collect();
    sheet.decimals(tags::GRID_FRAME_OFFSET_VECTOR, &offsets);
    sheet.code(tags::DOSE_UNITS, words.units);
    sheet.code(tags::DOSE_TYPE, words.kind);
    sheet.code(tags::DOSE_SUMMATION_TYPE, words.sum);
    if let Some(mapped) = words.mapped {
        sheet.code(tags::SPATIAL_TRANSFORM_OF_DOSE, mapped);
    }
    sheet.decimals(tags::DOSE_GRID_SCALING, &[dose.quantum]);
    let plans: Vec<Sheet> = dose.plans.iter().map(|plan| reference(names, plan, plan_class(&plan.plan))).collect();
    if !plans.is_empty() {
        sheet.items(tags::REFERENCED_RT_PLAN_SEQUENCE, plans);
    }
    let class = structure_set::KIND.class;
    let sets: Vec<Sheet> = dose.structure_sets.iter().map(|uid| modules::reference(names, class, uid)).collect();
    if !sets.is_empty() {
        sheet.items(tags::REFERENCED_STRUCTURE_SET_SEQUENCE, sets);
    }
    let stored = |value: &f64| ((value / dose.quantum).round() as u32).to_le_bytes();
    sheet.pixels(tags::PIXEL_DATA, dose.voxels.values().iter().flat_map(stored).collect());
    Ok(sheet)
}

/// A plan with the groups and beams that the dose is of. All beams stand under the first group, as the reader keeps no more.
fn reference(names: &Pseudonyms<'_>, plan: &PlanReference, class: &'static str) -> Sheet {
    let mut item = modules::reference(names, class, &plan.plan);
    let mut groups: Vec<Sheet> = plan.fraction_groups.iter().map(|&number| group(number)).collect();
    if groups.is_empty() && !plan.beams.is_empty() {
        groups.push(Sheet::new());
    }
    if let Some(first) = groups.first_mut().filter(|_| !plan.beams.is_empty()) {
        first.items(tags::REFERENCED_BEAM_SEQUENCE, plan.beams.iter().map(|&number| beam(number)).collect());
    }
    if !groups.is_empty() {
        item.items(tags::REFERENCED_FRACTION_GROUP_SEQUENCE, groups);
    }
    item
}

fn group(number: i32) -> Sheet {
    let mut group = Sheet::new();
    group.integer(tags::REFERENCED_FRACTION_GROUP_NUMBER, number);
    group
}

fn beam(number: i32) -> Sheet {
    let mut beam = Sheet::new();
    beam.integer(tags::REFERENCED_BEAM_NUMBER, number);
    beam
}

//! Bodies and histograms of the structures that were asked for.

use std::collections::BTreeMap;

use assessment::body;
use case::{Dose, Findings, StructureSet};
use dose::{Histogram, Metric, OrganBody, histogram};
use geometry::{Solid, SolidOptions};
use rayon::prelude::*;

use super::request::{Request, Wanted};

/// Measures that every structure is given.
pub(super) const ALWAYS: [Metric; 3] = [Metric::Min, Metric::Max, Metric::Mean];

/// A structure and its histogram, where it has one.
pub(super) struct Measured {
    pub name: String,
    /// Number within the structure set; nothing for an expression.
    pub number: Option<i32>,
    pub histogram: Option<Histogram>,
    /// Half a step of the encoding of the dose.
    pub half_quantum_gy: f64,
}

/// Measures every structure; what is wrong with one does not touch the others.
pub(super) fn measure(
    set: &StructureSet,
    dose: &Dose,
    request: &Request,
    findings: &mut Findings,
) -> Vec<Measured> {
    let solids = solids(set, dose, request, findings);
    let metrics: Vec<Metric> =
        ALWAYS.into_iter().chain(request.metrics.iter().map(|(_, metric)| *metric)).collect();
    let one = |wanted: &Wanted| {
        let mut own = Findings::new();
        let name = wanted.name(set);
        let organ = organ(wanted, set, &solids, &name, &mut own);
        let found = organ.as_ref().and_then(|organ| histogram(organ, &dose.voxels, &metrics));
        match &found {
            Some(histogram) => check(&name, histogram, dose, request.least_voxels, &mut own),
            None if organ.is_some() => {
                own.refuse(
                    "H28",
                    &name,
                    "nothing is left of the structures that were combined: it is not measured",
                );
            }
            None => {}
        }
        let number = wanted.roi().map(|index| set.rois[index].number);
        (Measured { name, number, histogram: found, half_quantum_gy: dose.quantum / 2.0 }, own)
    };
    let measured: Vec<(Measured, Findings)> = request.wanted.par_iter().map(one).collect();
    let gather = |(measured, own)| {
        findings.extend(own);
        measured
    };
    measured.into_iter().map(gather).collect()
}

/// The bodies of all structures that take part, by their place in the structure set.
fn solids(set: &StructureSet, dose: &Dose, request: &Request, findings: &mut Findings) -> BTreeMap<usize, Solid> {
    let options = SolidOptions {
        // Without the image, the distance of the dose planes is the best guess for a structure of a single cut.
        slice_thickness_mm: Some(dose.voxels.grid().spacing_mm()[2]),
        ..request.options
    };
    let built: Vec<(usize, Option<Solid>, Findings)> = request
        .rois(set)
        .into_par_iter()
        .map(|index| {
            let mut own = Findings::new();
            (index, body::solid(&set.rois[index], options, &mut own), own)
        })
        .collect();
    let mut solids = BTreeMap::new();
    for (index, solid, own) in built {
        findings.extend(own);
        solids.extend(solid.map(|solid| (index, solid)));
    }
    solids
}

/// The body that is wanted; a structure without one has its own finding already.
fn organ(
    wanted: &Wanted,
    set: &StructureSet,
    solids: &BTreeMap<usize, Solid>,
    name: &str,
    findings: &mut Findings,
) -> Option<OrganBody> {
    let expression = match wanted {
        Wanted::Roi(index) => return solids.get(index).map(OrganBody::of),
        Wanted::Expression(expression) => expression,
    };
    let named = |name: &str| solids.get(&set.rois.iter().position(|roi| roi.name == name)?);
    match expression.build(&named) {
        Ok(organ) => Some(organ),
        Err(error) => {
            findings.refuse("H28", name, error.to_string());
            None
        }
    }
}

fn check(name: &str, histogram: &Histogram, dose: &Dose, least_voxels: f64, findings: &mut Findings) {
    body::warn_of_coverage(name, histogram.covered, false, findings);
    let voxel_cc = dose.voxels.grid().spacing_mm().iter().product::<f64>() / 1000.0;
    body::warn_if_small(name, histogram.estimated.dvh.volume_cc() / voxel_cc, least_voxels, findings);
    if !histogram.settled && histogram.covered.is_whole() {
        body::warn_if_unsettled(name, findings);
    }
}

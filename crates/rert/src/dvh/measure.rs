//! Bodies and histograms of the structures that were asked for.

use std::collections::BTreeMap;

use case::{Dose, Findings, StructureSet};
use dose::{Expression, Histogram, Metric, OrganBody, histogram};
use geometry::{Solid, SolidOptions};
use rayon::prelude::*;

use super::Request;

/// Fewer voxels than this in a structure are worth a warning (H31).
const LEAST_VOXELS: f64 = 27.0;
/// Measures that every structure is given.
pub(super) const ALWAYS: [Metric; 3] = [Metric::Min, Metric::Max, Metric::Mean];

/// A structure and its histogram, where it has one.
pub(super) struct Measured {
    pub name: String,
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
    let measured: Vec<(Measured, Findings)> = request
        .wanted
        .par_iter()
        .map(|expression| {
            let mut own = Findings::new();
            let organ = body(expression, &solids, &mut own);
            let histogram = organ.and_then(|organ| histogram(&organ, &dose.voxels, &metrics));
            let name = expression.to_string();
            if let Some(histogram) = &histogram {
                check(&name, histogram, dose, &mut own);
            }
            (Measured { name, histogram, half_quantum_gy: dose.quantum / 2.0 }, own)
        })
        .collect();
    let gather = |(measured, own)| {
        findings.extend(own);
        measured
    };
    measured.into_iter().map(gather).collect()
}

/// The bodies of all structures that take part.
fn solids(set: &StructureSet, dose: &Dose, request: &Request, findings: &mut Findings) -> BTreeMap<String, Solid> {
    let options = SolidOptions {
        // Without the image, the distance of the dose planes is the best guess for a structure of a single cut.
        slice_thickness_mm: Some(dose.voxels.grid().spacing_mm()[2]),
        ..request.options
    };
    let names: Vec<&str> = request.wanted.iter().flat_map(Expression::names).collect();
    let built: Vec<(String, Option<Solid>, Findings)> = set
        .rois
        .par_iter()
        .filter(|roi| names.contains(&roi.name.as_str()))
        .map(|roi| {
            let mut own = Findings::new();
            let solid = assessment::body::solid(roi, options, &mut own);
            (roi.name.clone(), solid, own)
        })
        .collect();
    let mut solids = BTreeMap::new();
    for (name, solid, own) in built {
        findings.extend(own);
        solids.extend(solid.map(|solid| (name, solid)));
    }
    solids
}

fn body(expression: &Expression, solids: &BTreeMap<String, Solid>, findings: &mut Findings) -> Option<OrganBody> {
    match expression.build(&|name| solids.get(name)) {
        Ok(organ) => Some(organ),
        // A structure without a body has its own finding already.
        Err(_) if matches!(expression, Expression::Structure(_)) => None,
        Err(error) => {
            findings.refuse("H28", expression.to_string(), error.to_string());
            None
        }
    }
}

fn check(name: &str, histogram: &Histogram, dose: &Dose, findings: &mut Findings) {
    let covered = histogram.covered;
    if !covered.is_whole() {
        let message = format!(
            "the dose grid covers only {:.1} % of the structure: bounds are given instead of values; export the dose \
             on a larger grid",
            covered.percent
        );
        findings.refuse("H29", name, message);
    } else if covered.is_continued() {
        let message = format!(
            "{:.1} % of the structure lies up to one voxel beyond the dose grid; there the outermost value was continued",
            covered.continued_percent
        );
        findings.warn("H29", name, message);
    }
    let voxel_cc = dose.voxels.grid().spacing_mm().iter().product::<f64>() / 1000.0;
    let n_voxels = histogram.estimated.dvh.volume_cc() / voxel_cc;
    if n_voxels < LEAST_VOXELS {
        let message =
            format!("the structure is as small as {n_voxels:.1} voxels of the dose grid: its doses are uncertain");
        findings.warn("H31", name, message);
    }
    if !histogram.settled {
        let message =
            format!("the measures did not settle within {} samples; see their errors", histogram.n_samples);
        findings.warn("H31", name, message);
    }
}

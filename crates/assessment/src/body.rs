//! From a drawn structure to its body, with what is wrong on the way.

use case::{Findings, Roi};
use dose::Covered;
use geometry::{EndCap, GapRule, Solid, SolidOptions};

/// The body of a structure, or the finding that says why there is none.
///
/// Contours that are broken refuse the structure (H28); loops that cross (H26), gaps (H27) and a body drawn on
/// one plane alone are warned of.
pub fn solid(roi: &Roi, options: SolidOptions, findings: &mut Findings) -> Option<Solid> {
    if let Some(problem) = roi.breaking_problem() {
        let message = format!("the structure is not measured: {problem}; draw it again");
        findings.refuse("H28", &roi.name, message);
        return None;
    }
    if let Some(problem) = roi.problems.first() {
        let message = format!("{} contours without area were left out ({problem})", roi.problems.len());
        findings.warn("H28", &roi.name, message);
    }
    if roi.contours.is_empty() {
        findings.warn("H28", &roi.name, "the structure has no contours and is not measured");
        return None;
    }
    match Solid::from_contours(&roi.contours, options) {
        Ok(solid) if solid.volume_cc() == 0.0 => {
            let message = "the structure is drawn on a single plane of unknown thickness and is not measured";
            findings.warn("H28", &roi.name, message);
            None
        }
        Ok(solid) => {
            note_shape(roi, &solid, findings);
            Some(solid)
        }
        Err(error) => {
            findings.refuse("H28", &roi.name, format!("the structure is not measured: {error}; draw it again"));
            None
        }
    }
}

fn note_shape(roi: &Roi, solid: &Solid, findings: &mut Findings) {
    if solid.crossing_cuts() > 0 {
        let message = format!(
            "the contours cross themselves on {} planes; every region enclosed an odd number of times counts",
            solid.crossing_cuts()
        );
        findings.warn("H26", &roi.name, message);
    }
    if solid.cancelled_cuts() > 0 {
        let message = format!(
            "on {} planes the contours cancel each other out, as if drawn twice: nothing is left there; draw them again",
            solid.cancelled_cuts()
        );
        findings.warn("H26", &roi.name, message);
    }
    note_gaps(roi, solid, findings);
    note_few_planes(roi, solid, findings);
}

fn note_gaps(roi: &Roi, solid: &Solid, findings: &mut Findings) {
    if let Some(slices) = solid.slices_apart() {
        let message = format!(
            "the contours stand {slices:.1} slices of the image apart throughout: the shape between them is interpolated"
        );
        findings.warn("H27", &roi.name, message);
    }
    let n_gaps = solid.gaps_mm().len();
    if n_gaps > 0 {
        let what = match solid.options().gaps {
            GapRule::Leave => "are not filled: the structure ends on both sides of them",
            GapRule::Interpolate => "are filled, as was asked for",
        };
        findings.warn("H27", &roi.name, format!("{n_gaps} gaps between the contours {what}"));
    }
}

/// A body of one or two planes is a guess along the third direction (H31).
fn note_few_planes(roi: &Roi, solid: &Solid, findings: &mut Findings) {
    let guess = match solid.n_cuts() {
        1 => "a single plane: its thickness is taken to be that of a slice",
        2 => "two planes: how it is rounded beyond them is a guess",
        _ => return,
    };
    findings.warn(
        "H31",
        &roi.name,
        format!("the structure is drawn on {guess}; its volume and doses are uncertain"),
    );
}

/// A structure of few voxels of a dose grid has uncertain doses (H31).
pub fn warn_if_small(name: &str, n_voxels: f64, least_voxels: f64, findings: &mut Findings) {
    if n_voxels < least_voxels {
        let message =
            format!("the structure is as small as {n_voxels:.1} voxels of a dose grid: its doses are uncertain");
        findings.warn("H31", name, message);
    }
}

/// The finest samples still moved a measure (H31).
pub fn warn_if_unsettled(name: &str, findings: &mut Findings) {
    let message =
        "the last refinement of the samples still moved a measure by more than 0.5 %: its error says by how much";
    findings.warn("H31", name, message);
}

/// Doses of a structure that a grid does not cover are bounds (H29).
///
/// The outline of the body reaches out of every dose grid, so that is only noted.
pub fn warn_of_coverage(name: &str, covered: Covered, is_outline: bool, findings: &mut Findings) {
    if covered.is_continued() {
        let message = format!(
            "{:.1} % of the structure lies up to one voxel beyond a dose grid; there the outermost value was continued",
            covered.continued_percent
        );
        if is_outline { findings.note("H29", name, message) } else { findings.warn("H29", name, message) }
    }
    if covered.is_whole() {
        return;
    }
    let message = format!(
        "only {:.1} % of the structure lies inside all dose grids (or inside the registration): its doses are \
         given as lower bounds, not as values; export the dose on a larger grid",
        // Rounded down: what is not whole is never called 100 %.
        (10.0 * covered.percent).floor() / 10.0
    );
    if is_outline { findings.note("H29", name, message) } else { findings.refuse("H29", name, message) }
}

/// A structure that reaches the first or the last plane of the image may go on where nothing could be drawn (H30).
pub fn warn_of_image_ends(roi: &Roi, solid: &Solid, image: &geometry::Grid, findings: &mut Findings) {
    let planes = [0, image.size()[2] - 1].map(|k| {
        let centre = image.position_mm([image.size()[0] / 2, image.size()[1] / 2, k]);
        solid.normal().dot(&centre.coords)
    });
    let (low, high) = (planes[0].min(planes[1]), planes[0].max(planes[1]));
    let tolerance = 0.5 * image.spacing_mm()[2];
    let [first, last] = solid.outermost_cuts_mm();
    if first < low + tolerance || last > high - tolerance {
        let cap = match solid.options().end_cap {
            EndCap::None => "it ends at its last contour",
            EndCap::HalfSlice => "it reaches half a slice beyond its last contour",
            EndCap::Rounded => "it closes within a slice of its last contour",
        };
        let message = format!(
            "the structure is drawn on the first or the last plane of the image and may go on beyond it; here {cap}"
        );
        findings.warn("H30", &roi.name, message);
    }
}

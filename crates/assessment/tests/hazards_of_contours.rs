//! Hazards of contours and of small structures: each with a fault and its twin without it.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

mod support;

use assessment::Assessment;
use case::Severity;
use dicom_core::VR;
use dicom_object::InMemDicomObject;
use phantom::{ObjectKind, SyntheticPatient};
use support::*;

type Contours = Vec<Vec<[f64; 3]>>;

/// Draws the spinal cord of the current course anew.
fn redrawn(change: impl Fn(&mut Contours)) -> SyntheticPatient {
    with(|patient| {
        let object = &mut patient.file(ObjectKind::StructureSet, 2).object;
        let mut is_cord = true;
        each_item(object, tags::ROI_CONTOUR_SEQUENCE, |drawn| {
            if std::mem::take(&mut is_cord) {
                redraw(drawn, &change);
            }
        });
    })
}

fn redraw(drawn: &mut InMemDicomObject, change: &impl Fn(&mut Contours)) {
    drawn.update_value(tags::CONTOUR_SEQUENCE, |value| {
        let items = value.items_mut().unwrap();
        let mut contours: Contours = items.iter().map(points).collect();
        contours.sort_by(|a, b| a[0][2].total_cmp(&b[0][2]));
        change(&mut contours);
        let template = items[0].clone();
        items.clear();
        for contour in contours {
            let mut item = template.clone();
            let texts: Vec<String> = contour.iter().flatten().map(f64::to_string).collect();
            put_texts(&mut item, tags::CONTOUR_DATA, VR::DS, &texts);
            put(&mut item, tags::NUMBER_OF_CONTOUR_POINTS, VR::IS, &contour.len().to_string());
            items.push(item);
        }
    });
}

fn points(item: &InMemDicomObject) -> Vec<[f64; 3]> {
    let numbers = item.element(tags::CONTOUR_DATA).unwrap().to_multi_float64().unwrap();
    numbers.chunks_exact(3).map(|point| [point[0], point[1], point[2]]).collect()
}

/// Whether the cord has a finding of this code.
fn warned(result: &Assessment, code: &str) -> bool {
    let is_it = |finding: &&case::Finding| {
        finding.code == code && finding.severity == Severity::Warn && finding.subject == "cord"
    };
    result.findings.iter().any(|finding| is_it(&finding))
}

fn volume(result: &Assessment) -> f64 {
    structure(result, "cord").volume_cc.unwrap()
}

#[test]
fn h26_loops_that_cross_are_counted_by_the_odd_rule_and_warned_of() {
    let twin = assess(&patient(), "");
    assert!(!warned(&twin, "H26"));
    // The second half of the corners in the opposite order makes a figure of eight.
    let crossed = assess(
        &redrawn(|contours| {
            let middle = contours.len() / 2;
            let half = contours[middle].len() / 2;
            contours[middle][half..].reverse();
        }),
        "",
    );
    assert!(warned(&crossed, "H26"));
    assert!(volume(&crossed) < volume(&twin));
    // A hole drawn forth or back is the same hole, and no warning.
    let hole = |reversed: bool| {
        redrawn(|contours| {
            let holes: Contours = contours.iter().map(|contour| shrunk(contour, 0.5, reversed)).collect();
            contours.extend(holes);
        })
    };
    let (forth, back) = (assess(&hole(false), ""), assess(&hole(true), ""));
    assert!(!warned(&forth, "H26") && !warned(&back, "H26"));
    assert!((volume(&forth) / volume(&back) - 1.0).abs() < 1e-3);
    assert!((volume(&forth) / volume(&twin) - 0.75).abs() < 0.01, "{} {}", volume(&forth), volume(&twin));
}

/// A contour drawn together about its middle.
fn shrunk(contour: &[[f64; 3]], factor: f64, reversed: bool) -> Vec<[f64; 3]> {
    let n = contour.len() as f64;
    let middle = [0, 1].map(|axis| contour.iter().map(|point| point[axis]).sum::<f64>() / n);
    let towards = |value: f64, middle: f64| middle + factor * (value - middle);
    let mut points: Vec<[f64; 3]> =
        contour.iter().map(|[x, y, z]| [towards(*x, middle[0]), towards(*y, middle[1]), *z]).collect();
    if reversed {
        points.reverse();
    }
    points
}

#[test]
fn h27_a_gap_is_warned_of_and_filled_by_choice_alone() {
    let twin = assess(&patient(), "");
    assert!(!warned(&twin, "H27"));
    let gap = redrawn(|contours| {
        let middle = contours.len() / 2;
        contours.drain(middle - 1..=middle);
    });
    let left = assess(&gap, "");
    assert!(warned(&left, "H27"));
    assert!(volume(&left) < 0.99 * volume(&twin));
    let filled = assess(&gap, "[[structure]]\nname = \"cord\"\ninterpolate_gaps = true\n");
    assert!(warned(&filled, "H27"));
    assert!((volume(&filled) / volume(&twin) - 1.0).abs() < 0.005);
}

#[test]
fn h30_a_structure_on_the_last_plane_of_the_image_is_warned_of_and_the_rule_of_its_ends_counts() {
    let inside = redrawn(|contours| {
        contours.pop();
        contours.remove(0);
    });
    let at_the_end = redrawn(|contours| {
        // One plane beyond the last contour, as often as needed to reach the end of the image.
        let step = contours[1][0][2] - contours[0][0][2];
        for _ in 0..40 {
            let next: Vec<[f64; 3]> =
                contours.last().unwrap().iter().map(|[x, y, z]| [*x, *y, z + step]).collect();
            contours.push(next);
        }
    });
    assert!(!warned(&assess(&inside, ""), "H30"));
    assert!(warned(&assess(&at_the_end, ""), "H30"));
    let [none, half, rounded] = ["none", "half-slice", "rounded"]
        .map(|rule| volume(&assess(&inside, &format!("[contours]\nend_cap = \"{rule}\"\n"))));
    assert!(none < half && none < rounded);
    // The cord is a tube, so what is rounded ends as half a slice does.
    assert!((rounded / half - 1.0).abs() < 0.01, "{rounded} {half}");
}

#[test]
fn h31_a_structure_of_few_voxels_is_warned_of_and_has_an_error() {
    let twin = assess(&patient(), "");
    assert!(!warned(&twin, "H31"));
    let small = assess(
        &redrawn(|contours| {
            let middle = contours.len() / 2;
            *contours = contours[middle - 1..=middle].iter().map(|contour| shrunk(contour, 0.3, false)).collect();
        }),
        "",
    );
    assert!(warned(&small, "H31"));
    let cord = structure(&small, "cord");
    assert!(cord.cumulative_eqd2.mean_gy.is_some());
    assert!(cord.cumulative_eqd2_error.volume_cc.unwrap() > 0.01 * volume(&small));
}

//! How the numbers came about, and what they do not say.

use crate::block::{Block, Phrase};

const POINTS: [(&str, &str); 9] = [
    (
        "Order",
        "Each course is converted on its own dose grid with its own number of fractions, then reduced by recovery where one was stated, then mapped to the current frame, then added. Physical doses of different courses are never added for a verdict.",
    ),
    (
        "Conversion",
        "EQD2 by the linear-quadratic model, point by point, for total doses given in equal fractions, with incomplete repair where several fractions a day were stated and with the RBE by LETd where a model was chosen; one field for each α/β, so that overlapping organs have answers of their own. The model becomes less certain at high doses per fraction; such places are findings.",
    ),
    (
        "Mapping and sampling",
        "The contours of the current course are joined to smooth bodies, which are sampled until the measures settle. Each dose is read on its own grid, through the registration, by a cubic interpolation that does not overshoot. The ± beside a value is what bodies, interpolation and sampling leave open; structures of too few voxels or planes are a finding.",
    ),
    (
        "Registration",
        "Planning CTs of different frames are registered rigidly and then deformed, unless a registration object is given; an object is compared with the images. Measures with tolerances say whether a map is usable, usable with care or unusable. An unusable deformation gives way to the rigid map, an unusable rigid map to the sum of maxima: each organ is charged with the largest dose that the course gave to it anywhere, an upper bound (≤).",
    ),
    (
        "Recovery",
        "Recovery is zero unless it was stated for a structure. The scores use doses without recovery, since they know the interval by themselves.",
    ),
    (
        "Coverage",
        "Where a dose grid does not cover a structure the dose outside is unknown, not zero: values become lower bounds, and limits are judged only where a lower bound already exceeds them.",
    ),
    (
        "Limits and α/β",
        "All come from the knowledge base with source and evidence. A source that differs in organ, endpoint, technique or population is for the reader to weigh; remarks say what is known to differ.",
    ),
    (
        "Uncertainty",
        "Bands come from draws of the map, of α/β and recovery where a range is known, of the calculated dose where its error was stated, and of the error of the measure itself; the table of each structure says which took part. Not in them: contours drawn wrongly, anatomy between fractions, a dose not delivered as planned, an RBE other than the one that the dose holds, the form of the models and gross misregistration. A probability of exceeding a limit is a share of draws, not of patients.",
    ),
    (
        "No prediction",
        "Published dose responses, where shown, order plans for this case; nothing here predicts a complication or the control of a tumour for this patient.",
    ),
];

/// The points of the method.
pub(super) fn section() -> Vec<Block> {
    let point = |(title, text): &(&str, &str)| Phrase::bold(format!("{title}. ")).then(*text);
    vec![Block::Heading("Methods and limits"), Block::Bullets(POINTS.iter().map(point).collect())]
}

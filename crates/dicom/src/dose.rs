//! RT Dose.

use case::{Dose, DoseType, DoseUnits, PlanReference, SummationType};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use geometry::{Grid, Point, Vector, Volume};
use sha2::{Digest, Sha256};

use crate::access::{integer, items, numbers, placement, required_number, required_numbers, text, uid};
use crate::parse::Parsed;
use crate::{ReadError, header, image};

/// Offsets and positions agree when they differ by less than this.
const OFFSET_TOLERANCE_MM: f64 = 0.01;

/// Reads grid, values and references. Whether the dose may be used is judged by `case`.
///
/// # Errors
/// When geometry, frames or values contradict themselves.
pub fn read(parsed: &Parsed, file: &[u8], sha256: &str) -> Result<Dose, ReadError> {
    let object = &parsed.object;
    let header = header::read(object, "RTDOSE", sha256)?;
    let frame = header.frame.clone().ok_or(ReadError::Missing("Frame of Reference UID"))?;
    let (grid, order) = grid(object)?;
    let scaling = required_number(object, tags::DOSE_GRID_SCALING, "Dose Grid Scaling")?;
    if scaling <= 0.0 {
        return Err(ReadError::Pixels(format!("the dose grid scaling is {scaling}")));
    }
    let stored = stored_values(parsed, file, &grid)?;
    let voxels = in_order(&stored, &grid, &order, scaling)?;
    let (dvhs, dvh_problems) = crate::dvh::read(object);
    Ok(Dose {
        frame,
        units: units(object),
        dose_type: dose_type(object),
        summation_type: summation_type(object),
        plans: plan_references(object)?,
        structure_sets: structure_sets(object),
        spatial_transform: spatial_transform(object),
        content: content_hash(&voxels),
        voxels,
        quantum: scaling,
        dvhs,
        dvh_problems,
        header,
    })
}

/// The grid with its planes in increasing order, and the frame of the file that holds each plane.
fn grid(object: &InMemDicomObject) -> Result<(Grid, Vec<usize>), ReadError> {
    let (position, row, column) = placement(object)?;
    let spacing = required_numbers::<2>(object, tags::PIXEL_SPACING, "Pixel Spacing")?;
    let rows = required_number(object, tags::ROWS, "Rows")? as usize;
    let columns = required_number(object, tags::COLUMNS, "Columns")? as usize;
    let n_frames = integer(object, tags::NUMBER_OF_FRAMES, "Number of Frames")?.unwrap_or(1);
    let offsets = frame_offsets(object, n_frames, &position, &row.cross(&column))?;
    let mut order: Vec<usize> = (0..offsets.len()).collect();
    if offsets.len() > 1 && offsets[1] < offsets[0] {
        order.reverse();
    }
    let increasing: Vec<f64> = order.iter().map(|&frame| offsets[frame]).collect();
    // The first number of Pixel Spacing is the distance of rows, so it runs along the columns (H11).
    let grid = Grid::new(position, row, column, [spacing[1], spacing[0]], [columns, rows], &increasing);
    match grid {
        Ok(grid) => Ok((grid, order)),
        Err(error @ geometry::GridError::PlaneOrder { .. }) => Err(ReadError::FrameOffsets(error.to_string())),
        Err(error) => Err(ReadError::Geometry(error.to_string())),
    }
}

/// Offsets of the frames along the normal from the position of the image (H10).
///
/// The vector may hold distances from the first frame (its first entry is zero) or, for axial frames, absolute
/// z positions (its first entry is that of the image position). Anything else is refused.
fn frame_offsets(
    object: &InMemDicomObject,
    n_frames: i64,
    position: &Point,
    normal: &Vector,
) -> Result<Vec<f64>, ReadError> {
    let refused = |problem: String| Err(ReadError::FrameOffsets(problem));
    let offsets = numbers(object, tags::GRID_FRAME_OFFSET_VECTOR, "Grid Frame Offset Vector")?;
    let Some(offsets) = offsets else { return refused("it is missing".to_owned()) };
    if offsets.len() as i64 != n_frames {
        return refused(format!("it has {} entries for {n_frames} frames", offsets.len()));
    }
    if offsets.len() < 2 {
        return refused("a dose of a single plane is no volume".to_owned());
    }
    let axial = normal.z.abs() > 1.0 - OFFSET_TOLERANCE_MM / 10.0;
    if offsets[0].abs() < OFFSET_TOLERANCE_MM {
        Ok(offsets)
    } else if axial && (offsets[0] - position.z).abs() < OFFSET_TOLERANCE_MM {
        Ok(offsets.iter().map(|offset| (offset - position.z) * normal.z.signum()).collect())
    } else {
        refused(format!("its first entry is {} mm, neither zero nor the position of the first frame", offsets[0]))
    }
}

fn stored_values(parsed: &Parsed, file: &[u8], grid: &Grid) -> Result<Vec<u32>, ReadError> {
    let object = &parsed.object;
    let bits = required_number(object, tags::BITS_ALLOCATED, "Bits Allocated")?;
    let signed = integer(object, tags::PIXEL_REPRESENTATION, "Pixel Representation")?.unwrap_or(0) == 1;
    let width = match bits as u32 {
        16 => 2,
        32 => 4,
        other => return Err(ReadError::Pixels(format!("{other} bits per value are neither 16 nor 32"))),
    };
    let bytes = image::pixel_bytes(parsed, file, width)?;
    image::check_length(bytes.len(), grid.len(), width)?;
    let values = bytes[..grid.len() * width].chunks_exact(width);
    let values: Vec<u32> = match width {
        2 => values.map(|value| u32::from(u16::from_le_bytes([value[0], value[1]]))).collect(),
        _ => values.map(|value| u32::from_le_bytes([value[0], value[1], value[2], value[3]])).collect(),
    };
    let values = if width == 4 && parsed.encoding.big_endian { in_likely_word_order(values) } else { values };
    let sign_bit = 1_u32 << (8 * width - 1);
    if signed && values.iter().any(|value| value & sign_bit != 0) {
        return Err(ReadError::Pixels("the dose holds negative values".to_owned()));
    }
    Ok(values)
}

/// Big-endian files hold the two words of a 32-bit value in either order.
///
/// The standard describes pixel data as 16-bit words with the low word first, while common writers reverse all four
/// bytes. A dose varies slowly from voxel to voxel, and with its words exchanged it does not, so the order with the
/// smaller sum of steps is the one that was meant.
fn in_likely_word_order(values: Vec<u32>) -> Vec<u32> {
    let steps = |values: &[u32]| values.windows(2).map(|pair| u64::from(pair[0].abs_diff(pair[1]))).sum::<u64>();
    let exchanged: Vec<u32> = values.iter().map(|value| value.rotate_left(16)).collect();
    if steps(&exchanged) < steps(&values) { exchanged } else { values }
}

fn in_order(stored: &[u32], grid: &Grid, order: &[usize], scaling: f64) -> Result<Volume<f64>, ReadError> {
    let [columns, rows, _] = grid.size();
    let frame_length = columns * rows;
    let values = order
        .iter()
        .flat_map(|&frame| &stored[frame * frame_length..(frame + 1) * frame_length])
        .map(|&value| f64::from(value) * scaling)
        .collect();
    Volume::new(grid.clone(), values)
        .ok_or_else(|| ReadError::Pixels("their number does not fit the grid".to_owned()))
}

fn units(object: &InMemDicomObject) -> DoseUnits {
    match text(object, tags::DOSE_UNITS).unwrap_or_default().as_str() {
        "GY" => DoseUnits::Gy,
        "RELATIVE" => DoseUnits::Relative,
        other => DoseUnits::Other(other.to_owned()),
    }
}

fn dose_type(object: &InMemDicomObject) -> DoseType {
    match text(object, tags::DOSE_TYPE).unwrap_or_default().as_str() {
        "PHYSICAL" => DoseType::Physical,
        "EFFECTIVE" => DoseType::Effective,
        "ERROR" => DoseType::Error,
        other => DoseType::Other(other.to_owned()),
    }
}

fn summation_type(object: &InMemDicomObject) -> SummationType {
    match text(object, tags::DOSE_SUMMATION_TYPE).unwrap_or_default().as_str() {
        "PLAN" => SummationType::Plan,
        "MULTI_PLAN" => SummationType::MultiPlan,
        "FRACTION" => SummationType::Fraction,
        "FRACTION_SESSION" => SummationType::FractionSession,
        "BEAM" => SummationType::Beam,
        other => SummationType::Other(other.to_owned()),
    }
}

fn plan_references(object: &InMemDicomObject) -> Result<Vec<PlanReference>, ReadError> {
    const REFERENCED_RT_PLAN_SEQUENCE: Tag = Tag(0x300C, 0x0002);
    const REFERENCED_FRACTION_GROUP_SEQUENCE: Tag = Tag(0x300C, 0x0020);
    let mut references = Vec::new();
    for item in items(object, REFERENCED_RT_PLAN_SEQUENCE) {
        let Some(plan) = uid(item, tags::REFERENCED_SOP_INSTANCE_UID) else { continue };
        let mut reference = PlanReference { plan, ..PlanReference::default() };
        for group in items(item, REFERENCED_FRACTION_GROUP_SEQUENCE) {
            let number =
                integer(group, tags::REFERENCED_FRACTION_GROUP_NUMBER, "Referenced Fraction Group Number")?;
            reference.fraction_groups.extend(number.map(|number| number as i32));
            for beam in items(group, tags::REFERENCED_BEAM_SEQUENCE) {
                let number = integer(beam, tags::REFERENCED_BEAM_NUMBER, "Referenced Beam Number")?;
                reference.beams.extend(number.map(|number| number as i32));
            }
        }
        references.push(reference);
    }
    Ok(references)
}

fn structure_sets(object: &InMemDicomObject) -> Vec<String> {
    const REFERENCED_STRUCTURE_SET_SEQUENCE: Tag = Tag(0x300C, 0x0060);
    items(object, REFERENCED_STRUCTURE_SET_SEQUENCE)
        .iter()
        .filter_map(|item| uid(item, tags::REFERENCED_SOP_INSTANCE_UID))
        .collect()
}

fn spatial_transform(object: &InMemDicomObject) -> Option<String> {
    const SPATIAL_TRANSFORM_OF_DOSE: Tag = Tag(0x3004, 0x0005);
    text(object, SPATIAL_TRANSFORM_OF_DOSE).filter(|kind| kind != "NONE")
}

fn content_hash(voxels: &Volume<f64>) -> String {
    let mut hash = Sha256::new();
    let grid = voxels.grid();
    let corner = grid.size().map(|n| n - 1);
    for point in [grid.position_mm([0; 3]), grid.position_mm(corner)] {
        // Positions are rounded to a micrometre so that another spelling of a number changes nothing.
        point.iter().for_each(|value| hash.update(((value * 1e3).round() as i64).to_le_bytes()));
    }
    let mut buffer = Vec::with_capacity(8 * 4096);
    for chunk in voxels.values().chunks(4096) {
        buffer.clear();
        chunk.iter().for_each(|value| buffer.extend_from_slice(&value.to_le_bytes()));
        hash.update(&buffer);
    }
    crate::folder::hexadecimal(&hash.finalize())
}

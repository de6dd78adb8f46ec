//! CT, MR and PET image series.

use case::{Header, Image};
use dicom_dictionary_std::tags;
use dicom_pixeldata::PixelDecoder;
use dicom_transfer_syntax_registry::{TransferSyntaxIndex, TransferSyntaxRegistry};
use geometry::{FrameOfReference, Grid, Point, Vector, Volume};
use rayon::prelude::*;

use crate::access::{integer, number, placement, required_number, required_numbers, text};
use crate::parse::Parsed;
use crate::{ReadError, Source, header};

/// Slices may stand this far off the line along the normal before the stack counts as sheared (H08).
const SHEAR_TOLERANCE_MM: f64 = 0.1;
/// Two slices this close stand at the same place (H09).
const SAME_PLACE_MM: f64 = 0.01;

/// One slice before the series is put in order.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Identity and references.
    pub header: Header,
    /// Where the pixels are.
    pub source: Source,
    /// Frame of the slice.
    pub frame: FrameOfReference,
    /// Patient position such as `HFS`.
    pub patient_position: String,
    position: Point,
    row: Vector,
    column: Vector,
    size: [usize; 2],
    spacing_mm: [f64; 2],
}

/// Reads what is needed to put a slice in its place; nothing for localizers.
///
/// # Errors
/// When the geometry is missing or not usable.
pub fn read_slice(parsed: &Parsed, source: &Source, kind: &str, sha256: &str) -> Result<Option<Slice>, ReadError> {
    let object = &parsed.object;
    if text(object, tags::IMAGE_TYPE).is_some_and(|image_type| image_type.contains("LOCALIZER")) {
        return Ok(None);
    }
    let header = header::read(object, kind, sha256)?;
    let frame = header.frame.clone().ok_or(ReadError::Missing("Frame of Reference UID"))?;
    let (position, row, column) = placement(object)?;
    let spacing = required_numbers::<2>(object, tags::PIXEL_SPACING, "Pixel Spacing")?;
    let rows = required_number(object, tags::ROWS, "Rows")? as usize;
    let columns = required_number(object, tags::COLUMNS, "Columns")? as usize;
    Ok(Some(Slice {
        header,
        source: source.clone(),
        frame,
        patient_position: text(object, tags::PATIENT_POSITION).unwrap_or_default(),
        position,
        row,
        column,
        size: [columns, rows],
        spacing_mm: [spacing[1], spacing[0]],
    }))
}

/// Puts the slices of one series in order; the sources come back in the same order.
pub fn assemble(mut slices: Vec<Slice>) -> (Image, Vec<Source>) {
    let normal = slices[0].row.cross(&slices[0].column);
    slices.sort_by(|a, b| {
        let height = |slice: &Slice| normal.dot(&slice.position.coords);
        height(a).total_cmp(&height(b)).then_with(|| a.header.uid.cmp(&b.header.uid))
    });
    let first = &slices[0];
    let image = Image {
        header: first.header.clone(),
        series: first.header.series.clone(),
        frame: first.frame.clone(),
        grid: stack(&slices),
        instances: slices.iter().map(|slice| slice.header.uid.clone()).collect(),
        patient_position: first.patient_position.clone(),
        voxels: None,
    };
    (image, slices.into_iter().map(|slice| slice.source).collect())
}

fn stack(slices: &[Slice]) -> Result<Grid, String> {
    let first = &slices[0];
    let normal = first.row.cross(&first.column);
    let mut offsets = Vec::with_capacity(slices.len());
    for slice in slices {
        let alike = slice.size == first.size
            && (slice.row - first.row).norm() < 1e-3
            && (slice.column - first.column).norm() < 1e-3
            && (0..2).all(|axis| (slice.spacing_mm[axis] - first.spacing_mm[axis]).abs() < 1e-3);
        if !alike {
            return Err("its slices differ in size, spacing or direction".to_owned());
        }
        let step = slice.position - first.position;
        let along = normal.dot(&step);
        if (step - normal * along).norm() > SHEAR_TOLERANCE_MM {
            return Err("its slices are sheared against each other (gantry tilt)".to_owned());
        }
        if offsets.last().is_some_and(|last| along - last < SAME_PLACE_MM) {
            return Err("two of its slices stand at the same place".to_owned());
        }
        offsets.push(along);
    }
    Grid::new(first.position, first.row, first.column, first.spacing_mm, first.size, &offsets)
        .map_err(|error| error.to_string())
}

/// Reads the values of a series (Hounsfield units for CT) onto its grid.
///
/// # Errors
/// When a slice cannot be read or decoded.
pub fn load(grid: &Grid, sources: &[Source]) -> Result<Volume<f32>, ReadError> {
    let [columns, rows, _] = grid.size();
    let slices: Vec<Vec<f32>> =
        sources.par_iter().map(|source| load_slice(source, columns * rows)).collect::<Result<_, _>>()?;
    Volume::new(grid.clone(), slices.concat())
        .ok_or_else(|| ReadError::Pixels("the number of values does not fit the grid".to_owned()))
}

fn load_slice(source: &Source, n_values: usize) -> Result<Vec<f32>, ReadError> {
    let file = source.read()?;
    values(&Parsed::read(&file)?, &file, n_values)
}

/// The values of a slice that was parsed.
fn values(parsed: &Parsed, file: &[u8], n_values: usize) -> Result<Vec<f32>, ReadError> {
    let stored = stored(parsed, file, n_values)?;
    let (slope, intercept) = (stored.slope as f32, stored.intercept as f32);
    let convert = |&raw: &u16| {
        let value = if stored.is_signed { f32::from(raw as i16) } else { f32::from(raw) };
        value * slope + intercept
    };
    Ok(stored.values.iter().map(convert).collect())
}

/// The values of a slice as they are stored, in all 16 bits, and what makes numbers of them.
pub(crate) struct Stored {
    /// With the sign in the highest bit where they are signed. Bits beyond those that belong to the values are gone.
    pub(crate) values: Vec<u16>,
    /// Whether they are signed.
    pub(crate) is_signed: bool,
    /// Factor.
    pub(crate) slope: f64,
    /// What is added to the product.
    pub(crate) intercept: f64,
}

/// Reads the stored values of a slice that was parsed.
///
/// # Errors
/// When they are not of 16 bits, cannot be decoded, or do not fit the size of the slice.
pub(crate) fn stored(parsed: &Parsed, file: &[u8], n_values: usize) -> Result<Stored, ReadError> {
    let object = &parsed.object;
    let slope = number(object, tags::RESCALE_SLOPE, "Rescale Slope")?.unwrap_or(1.0);
    let intercept = number(object, tags::RESCALE_INTERCEPT, "Rescale Intercept")?.unwrap_or(0.0);
    let bits = required_number(object, tags::BITS_ALLOCATED, "Bits Allocated")?;
    let is_signed = integer(object, tags::PIXEL_REPRESENTATION, "Pixel Representation")?.unwrap_or(0) == 1;
    let stored_bits = integer(object, tags::BITS_STORED, "Bits Stored")?.unwrap_or(bits as i64);
    if bits != 16.0 || !(1..=16).contains(&stored_bits) {
        return Err(ReadError::Unsupported(format!("{bits} bits per pixel are not read, only 16")));
    }
    let bytes = pixel_bytes(parsed, file, 2)?;
    check_length(bytes.len(), n_values, 2)?;
    let unused = 16 - stored_bits as u32;
    let whole = |pair: &[u8]| {
        let raw = u16::from_le_bytes([pair[0], pair[1]]) << unused;
        if is_signed { (raw as i16 >> unused) as u16 } else { raw >> unused }
    };
    let values = bytes[..2 * n_values].chunks_exact(2).map(whole).collect();
    Ok(Stored { values, is_signed, slope, intercept })
}

/// Pixel data of another length than their size says would be values at wrong places. One byte may be added to make the length even.
pub(crate) fn check_length(n_bytes: usize, n_values: usize, width: usize) -> Result<(), ReadError> {
    let expected = n_values.checked_mul(width).and_then(|expected| expected.checked_next_multiple_of(2));
    match expected {
        Some(expected) if n_bytes == expected => Ok(()),
        _ => Err(ReadError::Pixels(format!("there are {n_bytes} bytes for {n_values} values of {width} bytes"))),
    }
}

/// The pixel bytes with the low byte first, decoded where they are compressed.
///
/// Pixel data are words of 16 bits, so big-endian files have the bytes of each word exchanged while a value of 32
/// bits still begins with its low word (PS3.5 section 7.3 and 8.1.1).
pub(crate) fn pixel_bytes(parsed: &Parsed, file: &[u8], width: usize) -> Result<Vec<u8>, ReadError> {
    if !parsed.has_pixels() {
        return Err(ReadError::Missing("Pixel Data"));
    }
    let Some(native) = parsed.native_pixels() else { return decode(parsed, file, width) };
    let mut bytes = native.to_vec();
    if parsed.encoding.big_endian {
        bytes.chunks_exact_mut(2).for_each(|word| word.swap(0, 1));
    }
    Ok(bytes)
}

fn decode(parsed: &Parsed, file: &[u8], width: usize) -> Result<Vec<u8>, ReadError> {
    let unsupported = || ReadError::TransferSyntax(parsed.transfer_syntax.clone());
    if width != 2 {
        return Err(unsupported());
    }
    let object = dicom_object::from_reader(file).map_err(|error| ReadError::Damaged(error.to_string()))?;
    let decoded = object.decode_pixel_data().map_err(|_| match can_decode(&parsed.transfer_syntax) {
        true => ReadError::Pixels("the compressed values cannot be unpacked".to_owned()),
        false => unsupported(),
    })?;
    Ok(decoded.data().to_vec())
}

fn can_decode(transfer_syntax: &str) -> bool {
    TransferSyntaxRegistry.get(transfer_syntax).is_some_and(|syntax| syntax.can_decode_all())
}

/// Reads the values of a slice and lets them go: what is damaged fails here, what only is not read by this program does not.
///
/// # Errors
/// When the values are damaged or do not fit the size of the slice.
pub(crate) fn try_pixels(slice: &Slice, parsed: &Parsed, file: &[u8]) -> Result<(), ReadError> {
    let [columns, rows] = slice.size;
    let n_values = columns.checked_mul(rows).ok_or_else(|| ReadError::Pixels("there are too many".to_owned()))?;
    match values(parsed, file, n_values) {
        Err(ReadError::TransferSyntax(_) | ReadError::Unsupported(_)) => Ok(()),
        read => read.map(|_| ()),
    }
}

//! Pixels of a plane: the image in gray with the dose shining through in colour.

use std::sync::Arc;

use assessment::View;

use super::crop::Crop;
use crate::ReportError;
use crate::drawing::Color;
use crate::palette::{NO_IMAGE, dose_color};

/// Doses below this share of the highest one are not coloured, so that the image stays visible.
pub(super) const LEAST_SHARE: f32 = 0.1;
/// How much of the colour covers the image.
pub(super) const COVERAGE: f32 = 0.42;

/// The pixels within a crop as PNG.
///
/// # Errors
/// When the plane has fewer pixels than it says, or PNG cannot be written.
pub(super) fn png(view: &View, crop: &Crop, highest_gy: f32) -> Result<Arc<[u8]>, ReportError> {
    let n_pixels = view.columns * view.rows;
    if view.image.len() != n_pixels || view.dose_gy.len() != n_pixels {
        return Err(ReportError::Plane {
            plane: view.kind.name(),
            columns: view.columns,
            rows: view.rows,
            image: view.image.len(),
            dose: view.dose_gy.len(),
        });
    }
    let mut rgb = Vec::with_capacity(3 * crop.columns * crop.rows);
    for row in crop.row..crop.row + crop.rows {
        for column in crop.column..crop.column + crop.columns {
            let pixel = row * view.columns + column;
            let Color(red, green, blue) = color(view.image[pixel], view.dose_gy[pixel], highest_gy);
            rgb.extend([red, green, blue]);
        }
    }
    encoded(crop.columns as u32, crop.rows as u32, &rgb)
}

fn color(image: Option<u8>, dose_gy: f32, highest_gy: f32) -> Color {
    let gray = image.map_or(NO_IMAGE, |gray| Color(gray, gray, gray));
    let share = dose_gy / highest_gy;
    // A dose outside its grid is not a number and has no colour; so has a plane without any dose.
    if share.is_finite() && share >= LEAST_SHARE { gray.mixed(dose_color(share), COVERAGE) } else { gray }
}

/// Red, green and blue of all pixels as PNG.
///
/// # Errors
/// When PNG cannot be written.
pub(crate) fn encoded(columns: u32, rows: u32, rgb: &[u8]) -> Result<Arc<[u8]>, ReportError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, columns, rows);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rgb)?;
    writer.finish()?;
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_doses_that_are_known_and_high_enough_have_a_colour() {
        let gray = Color(100, 100, 100);
        assert_eq!(color(Some(100), f32::NAN, 70.0), gray);
        assert_eq!(color(Some(100), 6.9, 70.0), gray);
        assert_eq!(color(Some(100), 0.0, 0.0), gray);
        assert_ne!(color(Some(100), 7.1, 70.0), gray);
        assert_eq!(color(None, 0.0, 70.0), NO_IMAGE);
    }

    #[test]
    fn a_raster_becomes_a_png() {
        let png = encoded(2, 1, &[0, 1, 2, 3, 4, 5]).unwrap();
        assert_eq!(&png[1..4], b"PNG");
    }
}

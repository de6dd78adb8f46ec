//! Pictures of a registration: squares of both images in turn, and their difference.

use assessment::Overlay;

use crate::ReportError;
use crate::dose_picture::{axis, encoded};
use crate::drawing::{Drawing, Item, TextStyle};
use crate::dvh_plot::FIGURE_WIDTH;
use crate::palette::{INK, MUTED};
use crate::wording::position;

const HEAD: f32 = 13.0;
const GAP: f32 = 12.0;
const MOST_HEIGHT: f32 = 200.0;
/// Darker pixels are air, which the picture need not hold.
const LEAST_TISSUE: u8 = 10;
/// Pixels kept around the patient.
const MARGIN: usize = 6;
/// Where an image ends there is neither.
const NOTHING: u8 = 60;

const NAME: TextStyle = TextStyle::bold(8.0, INK);
const PLACE: TextStyle = TextStyle::regular(7.2, MUTED);

/// A plane twice, side by side.
///
/// # Errors
/// When pixels are missing or cannot be written.
pub(crate) fn overlay_figure(overlay: &Overlay) -> Result<Drawing, ReportError> {
    let n_pixels = overlay.columns * overlay.rows;
    if overlay.checkerboard.len() != n_pixels || overlay.difference.len() != n_pixels {
        return Err(ReportError::Plane {
            plane: overlay.kind.name(),
            columns: overlay.columns,
            rows: overlay.rows,
            image: overlay.checkerboard.len(),
            dose: overlay.difference.len(),
        });
    }
    let crop = crop(overlay);
    let (width, height) = (crop.columns as f32, crop.rows as f32);
    let scale = ((FIGURE_WIDTH - GAP) / (2.0 * width)).min(MOST_HEIGHT / height);
    let size = [width * scale, height * scale];
    let mut drawing = Drawing::new(FIGURE_WIDTH, HEAD + size[1]);
    let name = overlay.kind.name();
    let place = position(axis(overlay.kind), overlay.position_mm);
    let halves =
        [(format!("{name}, {place}"), &overlay.checkerboard), ("difference".to_owned(), &overlay.difference)];
    for (index, (title, pixels)) in halves.into_iter().enumerate() {
        let x = index as f32 * (size[0] + GAP);
        drawing.text([x, 8.8], title, if index == 0 { NAME } else { PLACE });
        let png = encoded(crop.columns as u32, crop.rows as u32, &rgb(pixels, overlay.columns, &crop))?;
        drawing.push(Item::Image { corner: [x, HEAD], size, png });
    }
    Ok(drawing)
}

struct Crop {
    column: usize,
    row: usize,
    columns: usize,
    rows: usize,
}

/// The rectangle around everything that is not air; all pixels where there is nothing else.
fn crop(overlay: &Overlay) -> Crop {
    let shown = |pixel: &usize| overlay.checkerboard[*pixel].is_some_and(|gray| gray > LEAST_TISSUE);
    let (mut low, mut high) = ([usize::MAX; 2], [0; 2]);
    for pixel in (0..overlay.checkerboard.len()).filter(shown) {
        let at = [pixel % overlay.columns, pixel / overlay.columns];
        for axis in 0..2 {
            low[axis] = low[axis].min(at[axis]);
            high[axis] = high[axis].max(at[axis]);
        }
    }
    if low[0] == usize::MAX {
        return Crop { column: 0, row: 0, columns: overlay.columns, rows: overlay.rows };
    }
    let [column, row] = low.map(|low| low.saturating_sub(MARGIN));
    let end = |axis: usize, n: usize| (high[axis] + MARGIN + 1).min(n);
    Crop { column, row, columns: end(0, overlay.columns) - column, rows: end(1, overlay.rows) - row }
}

fn rgb(pixels: &[Option<u8>], columns: usize, crop: &Crop) -> Vec<u8> {
    let rows = crop.row..crop.row + crop.rows;
    let of_row = |row: usize| &pixels[row * columns + crop.column..][..crop.columns];
    rows.flat_map(of_row).flat_map(|pixel| [pixel.unwrap_or(NOTHING); 3]).collect()
}

//! Cumulative dose–volume curves: one small panel for each structure, all drawn alike.

use assessment::{DvhCurve, StructureSummary};

use crate::axis::{Tick, ticks};
use crate::course_style::CourseStyle;
use crate::drawing::{Anchor, Drawing, Fill, Place, Stroke, TextStyle};
use crate::palette::{AXIS, CUMULATIVE, FAINT, INK, MUTED, WHITE};
use crate::typeface::Typeface;
use crate::wording::plain;

/// Width of a figure: the text width of a page.
pub(crate) const FIGURE_WIDTH: f32 = 511.0;

const PANELS_PER_ROW: usize = 3;
const ROWS_PER_FIGURE: usize = 2;
const COLUMN_GAP: f32 = 16.0;
const ROW_GAP: f32 = 9.0;
const PANEL_HEIGHT: f32 = 118.0;
const LEGEND_HEIGHT: f32 = 20.0;
const FOOT_HEIGHT: f32 = 12.0;
/// How much white is in the shade of a band.
const BAND_PALENESS: f32 = 0.78;
const AXES: &str =
    "Horizontal: EQD2 (Gy, α/β of each structure)  ·  Vertical: volume (%)  ·  Shade: 90 % band of all courses";

const LEGEND: TextStyle = TextStyle::regular(7.2, INK);
const TITLE: TextStyle = TextStyle::bold(7.8, INK);
const BASIS: TextStyle = TextStyle::regular(6.8, MUTED);
const TICK: TextStyle = TextStyle::regular(6.4, MUTED);

/// Panels of all structures that have curves, in figures that are small enough to fill pages well.
pub(crate) fn dvh_figures(
    structures: &[&StructureSummary],
    styles: &[CourseStyle],
    typeface: &Typeface,
) -> Vec<Drawing> {
    let with_curves: Vec<&StructureSummary> =
        structures.iter().copied().filter(|structure| !structure.curves.is_empty()).collect();
    let chunks = with_curves.chunks(PANELS_PER_ROW * ROWS_PER_FIGURE);
    chunks.map(|structures| figure(structures, styles, typeface)).collect()
}

fn figure(structures: &[&StructureSummary], styles: &[CourseStyle], typeface: &Typeface) -> Drawing {
    let n_rows = structures.len().div_ceil(PANELS_PER_ROW);
    let height = LEGEND_HEIGHT + n_rows as f32 * (PANEL_HEIGHT + ROW_GAP) + FOOT_HEIGHT;
    let mut drawing = Drawing::new(FIGURE_WIDTH, height);
    legend(&mut drawing, structures, styles, typeface);
    let width = (FIGURE_WIDTH - COLUMN_GAP * (PANELS_PER_ROW - 1) as f32) / PANELS_PER_ROW as f32;
    for (index, structure) in structures.iter().enumerate() {
        let (row, column) = (index / PANELS_PER_ROW, index % PANELS_PER_ROW);
        let x = column as f32 * (width + COLUMN_GAP);
        let y = LEGEND_HEIGHT + row as f32 * (PANEL_HEIGHT + ROW_GAP);
        drawing.place(panel(structure, styles, width, typeface), [x, y], 1.0);
    }
    drawing.anchored([FIGURE_WIDTH / 2.0, height - 3.0], AXES, LEGEND, Anchor::Middle);
    drawing
}

/// Names the lines that the panels hold.
fn legend(drawing: &mut Drawing, structures: &[&StructureSummary], styles: &[CourseStyle], typeface: &Typeface) {
    const SAMPLE: f32 = 20.0;
    let mut x = 1.0;
    let is_shown = |style: &&CourseStyle| {
        structures.iter().flat_map(|structure| &structure.curves).any(|curve| curve.what == style.id)
    };
    for style in styles.iter().filter(is_shown) {
        drawing.line([x, 8.0], [x + SAMPLE, 8.0], style.stroke);
        drawing.text([x + SAMPLE + 5.0, 10.6], style.label.clone(), LEGEND);
        x += SAMPLE + 21.0 + typeface.roomy_width(&style.label, LEGEND);
    }
}

/// The plot area of a panel and the value at its right end.
struct Area {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
    highest_gy: f64,
}

impl Area {
    fn place(&self, [dose, volume]: [f64; 2]) -> Place {
        let along = (dose / self.highest_gy) as f32;
        let up = (volume / 100.0) as f32;
        [self.left + (self.right - self.left) * along, self.bottom - (self.bottom - self.top) * up]
    }
}

fn panel(structure: &StructureSummary, styles: &[CourseStyle], width: f32, typeface: &Typeface) -> Drawing {
    let mut drawing = Drawing::new(width, PANEL_HEIGHT);
    let ticks = ticks(highest_dose(&structure.curves));
    let area = Area {
        left: 24.0,
        top: 16.0,
        right: width - 9.0,
        bottom: PANEL_HEIGHT - 14.0,
        highest_gy: ticks.last().map_or(1.0, |tick| tick.value),
    };
    title(&mut drawing, structure, &area, typeface);
    band(&mut drawing, structure, &area);
    axes(&mut drawing, &area, &ticks);
    for style in styles.iter().rev() {
        for curve in structure.curves.iter().filter(|curve| curve.what == style.id) {
            drawing.polyline(curve.points.iter().map(|point| area.place(*point)).collect(), style.stroke);
        }
    }
    drawing
}

/// What the cumulative curve may be, as a shade behind the curves.
fn band(drawing: &mut Drawing, structure: &StructureSummary, area: &Area) {
    let Some(band) = &structure.band else { return };
    let within = band.points.iter().filter(|[dose, ..]| *dose <= area.highest_gy);
    let edge = |pick: usize| within.clone().map(move |point| area.place([point[0], point[pick]]));
    let mut outline: Vec<Place> = edge(1).collect();
    let mut upper: Vec<Place> = edge(2).collect();
    upper.reverse();
    outline.extend(upper);
    drawing.polygon(outline, Fill::solid(CUMULATIVE.mixed(WHITE, BAND_PALENESS)));
}

fn title(drawing: &mut Drawing, structure: &StructureSummary, area: &Area, typeface: &Typeface) {
    let basis = structure.alpha_beta_gy.map_or("no α/β".to_owned(), |gray| format!("α/β {} Gy", plain(gray)));
    let room = area.right - area.left - typeface.roomy_width(&basis, BASIS) - 6.0;
    drawing.text([area.left, 9.0], typeface.fitted(&structure.name, TITLE, room), TITLE);
    drawing.anchored([area.right, 9.0], basis, BASIS, Anchor::End);
}

fn axes(drawing: &mut Drawing, area: &Area, ticks: &[Tick]) {
    let grid = Stroke::solid(FAINT, 0.5);
    for percent in [25.0, 50.0, 75.0, 100.0] {
        drawing.line(area.place([0.0, percent]), area.place([area.highest_gy, percent]), grid);
    }
    for percent in [0.0, 50.0, 100.0] {
        let [x, y] = area.place([0.0, percent]);
        drawing.anchored([x - 4.0, y + 2.3], format!("{percent:.0}"), TICK, Anchor::End);
    }
    for tick in ticks {
        let [x, bottom] = area.place([tick.value, 0.0]);
        drawing.line([x, area.top], [x, bottom], grid);
        drawing.line([x, bottom], [x, bottom + 2.5], Stroke::solid(AXIS, 0.6));
        drawing.anchored([x, bottom + 9.6], tick.label.clone(), TICK, Anchor::Middle);
    }
    drawing.line([area.left, area.bottom], [area.right, area.bottom], Stroke::solid(AXIS, 0.6));
}

/// The highest dose that any part of the structure receives.
fn highest_dose(curves: &[DvhCurve]) -> f64 {
    let points = curves.iter().flat_map(|curve| &curve.points);
    points.filter(|[_, volume]| *volume > 0.0).map(|[dose, _]| *dose).fold(0.0, f64::max)
}

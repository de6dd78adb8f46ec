//! Planes through the place of greatest concern: image, dose, isodose lines and outlines.
//!
//! [`crop`] finds the part of a plane that holds the patient, [`raster`] colours its pixels, [`overlay`] draws lines
//! over them and [`legend`] explains all of it.

mod crop;
mod legend;
mod overlay;
mod raster;

use assessment::{Assessment, PlaneKind, View};
use guidelines::OrganKind;

use crate::ReportError;
use crate::drawing::{Color, Drawing, Item, TextStyle};
use crate::dvh_plot::FIGURE_WIDTH;
use crate::palette::{BODY, INK, MUTED, OUTLINES};
use crate::typeface::Typeface;
use crate::wording::{capitalised, position};

pub(crate) use raster::encoded;

use crop::Crop;

/// Height of the line over a picture.
const HEAD: f32 = 13.0;
const LEGEND_WIDTH: f32 = 122.0;
const GAP: f32 = 12.0;
const MOST_HEIGHT: f32 = 330.0;

const PLANE: TextStyle = TextStyle::bold(8.0, INK);
const PLACE: TextStyle = TextStyle::regular(7.2, MUTED);

/// A structure with the number and the colour that it has on all pictures.
pub(crate) struct Outlined<'a> {
    /// Index in the assessment.
    index: usize,
    /// Name as drawn.
    name: &'a str,
    /// Colour of its outline.
    color: Color,
    /// Number beside its outline; the patient's own outline has none.
    number: Option<usize>,
    /// Whether it is a target.
    is_target: bool,
}

/// What is the same for all pictures.
struct Scene<'a> {
    outlined: Vec<Outlined<'a>>,
    highest_gy: f32,
    levels_gy: Vec<f32>,
    typeface: &'a Typeface,
}

/// A figure with one plane, or with two side by side, and the planes that it shows.
pub(crate) struct PlaneFigure {
    /// The figure.
    pub(crate) drawing: Drawing,
    /// Its planes in words.
    pub(crate) planes: String,
}

/// The first plane with the legend, the others in pairs.
///
/// # Errors
/// When pixels are missing or cannot be written.
pub(crate) fn plane_figures(
    assessment: &Assessment,
    typeface: &Typeface,
) -> Result<Vec<PlaneFigure>, ReportError> {
    let views: Vec<&View> = assessment.views.iter().filter(|view| view.columns > 1 && view.rows > 1).collect();
    let Some((first, others)) = views.split_first() else { return Ok(Vec::new()) };
    let scene = Scene::of(assessment, &views, typeface);
    let mut figures = vec![with_legend(&scene, first)?];
    for pair in others.chunks(2) {
        figures.push(side_by_side(&scene, pair)?);
    }
    Ok(figures)
}

impl<'a> Scene<'a> {
    fn of(assessment: &'a Assessment, views: &[&View], typeface: &'a Typeface) -> Self {
        let finite = views.iter().flat_map(|view| &view.dose_gy).copied().filter(|dose| dose.is_finite());
        let mut levels_gy: Vec<f32> =
            views.iter().flat_map(|view| &view.isodoses).map(|(level, _)| *level).collect();
        levels_gy.sort_by(f32::total_cmp);
        levels_gy.dedup();
        Self { outlined: outlined(assessment, views), highest_gy: finite.fold(0.0, f32::max), levels_gy, typeface }
    }
}

/// The structures that any picture shows, in the order of the assessment.
fn outlined<'a>(assessment: &'a Assessment, views: &[&View]) -> Vec<Outlined<'a>> {
    let is_shown =
        |index: usize| views.iter().flat_map(|view| &view.outlines).any(|outline| outline.structure == index);
    let mut n_numbered = 0;
    let shown = assessment.structures.iter().enumerate().filter(|(index, _)| is_shown(*index));
    shown
        .map(|(index, structure)| {
            let is_body = structure.kind == Some(OrganKind::External);
            let color = if is_body { BODY } else { OUTLINES[n_numbered % OUTLINES.len()] };
            n_numbered += usize::from(!is_body);
            Outlined {
                index,
                name: &structure.name,
                color,
                number: (!is_body).then_some(n_numbered),
                is_target: structure.kind == Some(OrganKind::Target),
            }
        })
        .collect()
}

fn with_legend(scene: &Scene<'_>, view: &View) -> Result<PlaneFigure, ReportError> {
    let crop = Crop::of(scene, view);
    let room = FIGURE_WIDTH - LEGEND_WIDTH - GAP;
    let scale = (room / crop.width()).min(MOST_HEIGHT / crop.height());
    let picture = picture(scene, view, &crop, scale)?;
    let legend = legend::legend(scene, LEGEND_WIDTH);
    let mut drawing = Drawing::new(FIGURE_WIDTH, picture.height.max(legend.height));
    let beside = picture.width + GAP;
    drawing.place(picture, [0.0, 0.0], 1.0);
    drawing.place(legend, [beside, 0.0], 1.0);
    Ok(PlaneFigure { drawing, planes: format!("{} plane", view.kind.name()) })
}

/// Planes at the same scale, so that lengths can be compared.
fn side_by_side(scene: &Scene<'_>, views: &[&View]) -> Result<PlaneFigure, ReportError> {
    let crops: Vec<Crop> = views.iter().map(|view| Crop::of(scene, view)).collect();
    let width: f32 = crops.iter().map(Crop::width).sum();
    let height = crops.iter().map(Crop::height).fold(1.0, f32::max);
    let gaps = GAP * (views.len() - 1) as f32;
    let scale = ((FIGURE_WIDTH - gaps) / width).min(MOST_HEIGHT / height);
    let mut drawing = Drawing::new(FIGURE_WIDTH, HEAD + height * scale);
    let mut x = 0.0;
    for (view, crop) in views.iter().zip(&crops) {
        let picture = picture(scene, view, crop, scale)?;
        let next = x + picture.width + GAP;
        drawing.place(picture, [x, 0.0], 1.0);
        x = next;
    }
    let names: Vec<String> = views.iter().map(|view| view.kind.name().to_lowercase()).collect();
    let ending = if names.len() == 1 { "" } else { "s" };
    Ok(PlaneFigure { drawing, planes: capitalised(&format!("{} plane{ending}", names.join(" and "))) })
}

/// A plane with its name and place over it; `scale` is the size of a pixel in points.
fn picture(scene: &Scene<'_>, view: &View, crop: &Crop, scale: f32) -> Result<Drawing, ReportError> {
    let (width, height) = (crop.width() * scale, crop.height() * scale);
    let mut inside = Drawing::new(width, height);
    let png = raster::png(view, crop, scene.highest_gy)?;
    inside.push(Item::Image { corner: [0.0, 0.0], size: [width, height], png });
    overlay::draw(&mut inside, scene, view, &overlay::Frame { crop, scale });
    let mut drawing = Drawing::new(width, HEAD + height);
    let name = view.kind.name();
    drawing.text([0.0, 8.8], name, PLANE);
    let beside = scene.typeface.roomy_width(name, PLANE) + 5.0;
    drawing.text([beside, 8.8], position(axis(view.kind), view.position_mm), PLACE);
    drawing.place_clipped(inside, [0.0, HEAD]);
    Ok(drawing)
}

/// The axis of the patient that stands on a plane.
pub(crate) fn axis(kind: PlaneKind) -> &'static str {
    match kind {
        PlaneKind::Axial => "z",
        PlaneKind::Coronal => "y",
        PlaneKind::Sagittal => "x",
    }
}

//! Planes, places, and a map by hand.

use assessment::{Carrier, DrawnStructure, PlaneKind, PlaneOutlines};
use axum::Json;
use axum::extract::{Path, State};
use geometry::{Affine, Point};
use registration::LandmarkPair;
use registration::fit::rigid_fit;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::arrays::Arrays;
use crate::problem::Problem;
use crate::state::Workbench;

/// A plane of the current frame.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Plane {
    /// `axial`, `coronal` or `sagittal`.
    plane: String,
    /// z, y or x of the plane.
    position_mm: f64,
    /// The prior course whose structures are drawn, carried to the current frame; those of the current course without.
    course: Option<String>,
    /// Kind of the map that carries them; the one that carries the doses without.
    map: Option<String>,
    /// A map that is tried instead: sixteen numbers in row order, with commas between them.
    moving_from_fixed: Option<String>,
}

const DRAWING: &str = "drawing the outlines of structures";

/// Where a plane cuts the structures: for each line a structure, the points in mm along the axes of the plane.
///
/// `structures` of the header holds the names of all structures, as drawn and of TG-263; null where the course has none that can be carried.
#[utoipa::path(get, path = "/cases/{case}/outlines", params(("case" = String, Path), Plane), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.rert.arrays"), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn outlines(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
    super::Asked(asked): super::Asked<Plane>,
) -> Result<Arrays, Problem> {
    let case = workbench.case(&case).await?;
    let kind = PlaneKind::from_name(&asked.plane)
        .ok_or_else(|| Problem::bad_request(DRAWING, "a plane is axial, coronal or sagittal"))?;
    if !asked.position_mm.is_finite() {
        return Err(Problem::bad_request(DRAWING, "the position of a plane is a number"));
    }
    let carrier = carrier(&asked)?;
    let drawn = workbench.desks.ask(case.id(), move |review| match &asked.course {
        None => {
            let structures = review.assessment().structures.iter();
            let named = structures
                .map(|own| DrawnStructure { name: own.name.clone(), standard_name: own.standard_name.clone() });
            drawn(Some(named.collect()), &review.outlines(kind, asked.position_mm))
        }
        Some(course) => match review.prior_outlines(course, &carrier, kind, asked.position_mm) {
            Some(found) => drawn(Some(found.structures), &found.outlines),
            None => drawn(None, &[]),
        },
    });
    drawn.await
}

/// The map by which the structures of a prior course are to be carried.
fn carrier(asked: &Plane) -> Result<Carrier, Problem> {
    if let Some(tried) = &asked.moving_from_fixed {
        let numbers: Result<Vec<f64>, _> = tried.split(',').map(|number| number.trim().parse()).collect();
        let affine = numbers.ok().and_then(|numbers| Affine::from_row_major(&numbers.try_into().ok()?).ok());
        let wrong =
            || Problem::bad_request(DRAWING, "moving_from_fixed is no matrix of sixteen numbers in row order");
        return Ok(Carrier::Tried(affine.ok_or_else(wrong)?));
    }
    Ok(asked.map.clone().map_or(Carrier::Used, Carrier::Kind))
}

/// Lines of structures, with the names of all.
fn drawn(structures: Option<Vec<DrawnStructure>>, outlines: &[PlaneOutlines]) -> Arrays {
    let lines: Vec<_> =
        outlines.iter().flat_map(|own| own.lines_mm.iter().map(move |line| (own.structure, line))).collect();
    let name = |structure: usize| Some(&structures.as_ref()?.get(structure)?.name);
    let told: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(
            |(number, (structure, _))| json!({ "structure": structure, "name": name(*structure), "line": number }),
        )
        .collect();
    let mut arrays = Arrays::with_header(json!({ "outlines": told, "structures": structures }));
    let points = || lines.iter().flat_map(|(_, line)| line.iter());
    let coordinates = points().flatten().map(|coordinate| *coordinate as f32);
    arrays.push_f32("points", &[points().count(), 2], coordinates);
    let starts = lines.iter().scan(0_u32, |next, (_, line)| {
        let start = *next;
        *next += line.len() as u32;
        Some(start)
    });
    arrays.push_u32("starts", &[lines.len()], starts);
    arrays
}

/// A place of the current frame.
#[derive(Deserialize, utoipa::IntoParams)]
pub struct Place {
    /// To the left of the patient.
    x: f64,
    /// To the back.
    y: f64,
    /// To the head.
    z: f64,
    /// `settings_sha256` of the trial that the answer is to be of; without it, of whatever was tried out last.
    settings: Option<String>,
}

/// What is known of a place of the current frame.
#[utoipa::path(get, path = "/cases/{case}/probe", params(("case" = String, Path), Place), responses((status = 200, body = Object), (status = 400, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn probe(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
    super::Asked(place): super::Asked<Place>,
) -> Result<Json<Value>, Problem> {
    const DOING: &str = "looking at a place";
    let case = workbench.case(&case).await?;
    if ![place.x, place.y, place.z].iter().all(|coordinate| coordinate.is_finite()) {
        return Err(Problem::bad_request(DOING, "a place is three numbers"));
    }
    let position = Point::new(place.x, place.y, place.z);
    let found = workbench.desks.ask_of(case.id(), place.settings, move |review| {
        let probe = review.probe(&position).map_err(|error| Problem::internal(DOING, error.to_string()))?;
        Ok(Json(json!(probe)))
    });
    found.await?
}

/// Pairs of the same place in both images.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Landmarks {
    /// The pairs.
    landmarks: Vec<Landmark>,
}

/// The same place in both images.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Landmark {
    /// In the current frame.
    fixed_mm: [f64; 3],
    /// In the frame of the prior course.
    moving_mm: [f64; 3],
}

/// The rigid map that comes closest to landmarks.
#[derive(Serialize, ToSchema)]
pub struct Fitted {
    /// Turns about x, then y, then z, in degrees, as `case.toml` states them.
    rotation_deg: [f64; 3],
    /// Shift after the turns.
    translation_mm: [f64; 3],
    /// Point of the current frame about which is turned.
    centre_mm: [f64; 3],
    /// Matrix in row order.
    moving_from_fixed: [f64; 16],
    /// How far each landmark is missed.
    residuals_mm: Vec<f64>,
    /// Root of the mean of their squares.
    rms_mm: f64,
}

/// The rigid map that comes closest to landmarks, to begin a registration by hand with.
#[utoipa::path(post, path = "/cases/{case}/by-hand", params(("case" = String, Path)), request_body = Landmarks, responses((status = 200, body = Fitted), (status = 400, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn by_hand(
    State(workbench): State<Workbench>,
    Path(case): Path<String>,
    super::Document(sent): super::Document<Landmarks>,
) -> Result<Json<Fitted>, Problem> {
    const DOING: &str = "fitting a map to landmarks";
    workbench.case(&case).await?;
    let pair = |landmark: &Landmark| LandmarkPair {
        fixed_mm: landmark.fixed_mm.into(),
        moving_mm: landmark.moving_mm.into(),
    };
    let pairs: Vec<LandmarkPair> = sent.landmarks.iter().map(pair).collect();
    let numbers = pairs.iter().flat_map(|pair| pair.fixed_mm.iter().chain(pair.moving_mm.iter()));
    if !numbers.into_iter().all(|coordinate| coordinate.is_finite() && coordinate.abs() < 1e5) {
        return Err(Problem::bad_request(DOING, "landmarks lie within the patient"));
    }
    let fit = rigid_fit(&pairs, &vec![1.0; pairs.len()]).ok_or_else(|| {
        Problem::bad_request(DOING, "three or more landmarks that do not lie on one line are needed")
    })?;
    Ok(Json(fitted(&fit, &pairs)))
}

fn fitted(fit: &Affine, pairs: &[LandmarkPair]) -> Fitted {
    let residuals_mm: Vec<f64> =
        pairs.iter().map(|pair| (fit.apply(&pair.fixed_mm) - pair.moving_mm).norm()).collect();
    let centre = pairs.iter().fold(Point::origin(), |sum, pair| sum + pair.fixed_mm.coords / pairs.len() as f64);
    let by_hand = case::settings::ByHand::of(fit, &centre);
    Fitted {
        rotation_deg: by_hand.rotation_deg,
        translation_mm: by_hand.translation_mm,
        centre_mm: by_hand.centre_mm,
        moving_from_fixed: fit.to_row_major(),
        rms_mm: (residuals_mm.iter().map(|mm| mm * mm).sum::<f64>() / residuals_mm.len() as f64).sqrt(),
        residuals_mm,
    }
}

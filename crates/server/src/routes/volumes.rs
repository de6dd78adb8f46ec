//! What can be laid over the image, and the maps between the images.

use archive::{StoredCase, sha256};
use assessment::review::layers::{Layer, LayerValues};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use geometry::Grid;
use serde_json::{Value, json};

use crate::arrays::{Arrays, CONTENT_TYPE};
use crate::problem::Problem;
use crate::routes::assessment::with_etag;
use crate::routes::measured::OfSettings;
use crate::state::Workbench;

const DOING: &str = "laying something over the image";

/// Everything that can be laid over the image.
#[utoipa::path(get, path = "/cases/{case}/volumes", params(("case" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn list(State(workbench): State<Workbench>, Path(case): Path<String>) -> Result<Json<Value>, Problem> {
    let case = workbench.case(&case).await?;
    let told = workbench.desks.ask(case.id(), |review| review.layers().iter().map(told).collect::<Vec<_>>());
    Ok(Json(json!({ "volumes": told.await? })))
}

/// Values, `i` fastest; NaN is not known.
#[utoipa::path(get, path = "/cases/{case}/volumes/{volume}", params(("case" = String, Path), ("volume" = String, Path), OfSettings), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.rert.arrays"), (status = 304), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn get(
    State(workbench): State<Workbench>,
    Path((case, volume)): Path<(String, String)>,
    super::Asked(of): super::Asked<OfSettings>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let case = workbench.case(&case).await?;
    work_on(&workbench, &case, &volume).await?;
    let id = volume.clone();
    let arrays =
        workbench.desks.ask_of(case.id(), of.settings, move |review| -> Result<Option<Arrays>, Problem> {
            let Some(layer) = found(review, &id) else { return Ok(None) };
            let values =
                review.layer_values(&layer).map_err(|error| Problem::internal(DOING, error.to_string()))?;
            Ok(values.map(|values| arrays(&layer, values)))
        });
    let missing =
        || Problem::not_found(DOING, "there is no such volume, or its values are not known").about(volume.clone());
    let arrays = arrays.await??.ok_or_else(missing)?;
    // What may still be given follows settings that are tried out, so the mark is of the content and not of the assessment.
    let bytes = arrays.into_bytes();
    let etag = sha256(&bytes);
    let answer = async { Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], bytes).into_response()) };
    with_etag(&headers, &etag, answer).await
}

/// Lets a case work on a layer until its values can be given at once; others are answered in between.
async fn work_on(workbench: &Workbench, case: &StoredCase, volume: &str) -> Result<(), Problem> {
    loop {
        let id = volume.to_owned();
        let done = workbench.desks.ask(case.id(), move |review| {
            let layer = found(review, &id)?;
            review.work_on(&layer)
        });
        if done.await?.is_none_or(|done| done >= 1.0) {
            return Ok(());
        }
    }
}

/// A layer by its name; what may still be given can be asked for in any number of fractions.
fn found(review: &assessment::Review<'_>, id: &str) -> Option<Layer> {
    let listed = review.layers().into_iter().find(|layer| layer.id == id);
    listed.or_else(|| {
        let number: i64 = id.strip_prefix("allowance-")?.strip_suffix("fx")?.parse().ok()?;
        review.allowance_layer(radiobiology::NumberOfFractions::new(number).ok().filter(|n| n.get() <= 100)?)
    })
}

/// A layer with its grid.
fn told(layer: &Layer) -> Value {
    let mut document = json!(layer);
    document["grid"] = grid(&layer.grid);
    document
}

fn grid(grid: &Grid) -> Value {
    let direction: Vec<f64> = grid.direction().transpose().iter().copied().collect();
    let offsets: Vec<f64> = (0..grid.size()[2]).map(|k| grid.plane_offset_mm(k)).collect();
    let origin: [f64; 3] = grid.origin_mm().into();
    let [columns, rows, _] = grid.spacing_mm();
    // The mean distance of planes is rounded; who draws must come to the same last digit as who measures.
    let planes = if grid.size()[2] > 1 { grid.plane_offset_mm(1) } else { 0.0 };
    json!({
        "origin_mm": origin,
        "spacing_mm": [columns, rows, planes],
        "direction": direction,
        "size": grid.size(),
        "plane_offsets_mm": (!grid.has_equal_planes()).then_some(offsets),
    })
}

fn arrays(layer: &Layer, values: LayerValues<'_>) -> Arrays {
    let mut arrays = Arrays::with_header(told(layer));
    let [columns, rows, planes] = layer.grid.size();
    let shape = [planes, rows, columns];
    match values {
        LayerValues::Image(values) => match whole_numbers(&values) {
            Some(whole) => arrays.push_i16("values", &shape, whole),
            None => arrays.push_f32("values", &shape, values.iter().copied()),
        },
        LayerValues::Numbers(values) => arrays.push_f32("values", &shape, values.iter().copied()),
        LayerValues::Vectors(vectors) => {
            arrays.push_f32("values", &[planes, rows, columns, 3], vectors.into_iter().flatten());
        }
    }
    arrays
}

/// Values as 16-bit whole numbers, where they are; half the size for what nearly all CTs are.
fn whole_numbers(values: &[f32]) -> Option<Vec<i16>> {
    let whole = |value: &f32| {
        let rounded = *value as i16;
        (f32::from(rounded) == *value).then_some(rounded)
    };
    values.iter().map(whole).collect()
}

/// The maps to the prior courses: those in use, and the others that were found.
#[utoipa::path(get, path = "/cases/{case}/maps", params(("case" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn maps(State(workbench): State<Workbench>, Path(case): Path<String>) -> Result<Json<Value>, Problem> {
    let case = workbench.case(&case).await?;
    let maps = workbench.desks.ask(case.id(), |review| json!({ "maps": review.maps() }));
    Ok(Json(maps.await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geometry::{Point, Vector, Volume};

    /// Numbers that look random and are the same everywhere, from 0 to 1.
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    fn tilted(planes: &[f64]) -> Grid {
        let (sin, cos) = 0.3_f64.sin_cos();
        let (row, column) = (Vector::new(cos, sin, 0.0), Vector::new(-sin, cos, 0.0));
        Grid::new(Point::new(-31.7, 12.3, -88.1), row, column, [1.1, 0.7], [7, 6], planes).unwrap()
    }

    /// What the front end must come to: a grid, values, positions in and about it, and the values there.
    fn vectors(grid: &Grid, values: &[f32], kind: &str) -> Value {
        let volume = Volume::new(grid.clone(), values.to_vec()).unwrap();
        let mut numbers = Numbers(7);
        let last = grid.size().map(|n| n - 1);
        let corner = |at: [usize; 3]| grid.position_mm(at);
        let mut positions: Vec<Point> = vec![corner([0; 3]), corner(last), grid.centre_mm()];
        for _ in 0..200 {
            let part: [f64; 3] = std::array::from_fn(|_| 1.3 * numbers.next() - 0.15);
            let (low, high) = (corner([0; 3]), corner(last));
            positions
                .push(Point::from(std::array::from_fn(|axis| low[axis] + part[axis] * (high[axis] - low[axis]))));
        }
        let at = |position: &Point| volume.trilinear(position).filter(|value| value.is_finite());
        let expected: Vec<Option<f64>> = positions.iter().map(at).collect();
        assert!(expected.iter().flatten().count() > 20);
        let values: Vec<Option<f32>> = values.iter().map(|value| value.is_finite().then_some(*value)).collect();
        let positions: Vec<[f64; 3]> = positions.iter().map(|position| (*position).into()).collect();
        json!({ "grid": super::grid(grid), "type": kind, "values": values, "positions": positions, "expected": expected })
    }

    #[test]
    fn the_front_end_is_tested_with_what_the_engine_interpolates() {
        let mut numbers = Numbers(1);
        let mut values = |grid: &Grid, whole: bool| -> Vec<f32> {
            let value = |number: f64| if whole { (4000.0 * number - 1000.0).round() } else { 80.0 * number };
            (0..grid.len()).map(|_| value(numbers.next()) as f32).collect()
        };
        let axial =
            Grid::axial(Point::new(-240.5, -100.25, 33.3), [0.9765625, 0.9765625, 2.5], [6, 5, 4]).unwrap();
        let equal = tilted(&[0.0, 1.3, 2.6, 3.9_f64]);
        let unequal = tilted(&[0.0, 1.25, 3.75, 5.0]);
        let flat = Grid::axial(Point::new(0.1, 0.2, 0.3), [1.5, 2.0, 3.0], [5, 5, 1]).unwrap();
        let mut with_holes = values(&axial, false);
        with_holes[40] = f32::NAN;
        let all = [
            ("axial_image", vectors(&axial, &values(&axial, true), "i16")),
            ("axial_dose_with_an_unknown_voxel", vectors(&axial, &with_holes, "f32")),
            ("tilted_dose", vectors(&equal, &values(&equal, false), "f32")),
            ("unequal_planes", vectors(&unequal, &values(&unequal, false), "f32")),
            ("single_plane", vectors(&flat, &values(&flat, false), "f32")),
        ];
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/src/planes/vectors");
        for (name, made) in all {
            let path = format!("{folder}/{name}.json");
            let made = made.to_string() + "\n";
            if std::env::var_os("RERT_WRITE").is_some() {
                std::fs::create_dir_all(folder).unwrap();
                std::fs::write(&path, &made).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap();
            assert!(kept == made, "{name}: run with RERT_WRITE=1, then the tests of web/");
        }
    }
}

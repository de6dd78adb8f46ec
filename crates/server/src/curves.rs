//! Cumulative curves with their bands, in binary.

use assessment::Assessment;
use serde_json::{Value, json};

use crate::arrays::Arrays;

/// The curves of some structures behind a document; the document says which is which.
pub fn arrays(document: Value, assessment: &Assessment, structures: &[usize]) -> Arrays {
    let chosen = || structures.iter().filter_map(|&index| Some((index, assessment.structures.get(index)?)));
    let curves: Vec<_> = chosen()
        .flat_map(|(index, structure)| structure.curves.iter().map(move |curve| (index, structure, curve)))
        .collect();
    let told: Vec<Value> = curves
        .iter()
        .map(|(index, structure, curve)| json!({ "structure": index, "name": structure.name, "what": curve.what }))
        .collect();
    let bands: Vec<_> =
        chosen().filter_map(|(index, structure)| Some((index, structure.band.as_ref()?))).collect();
    let told_bands: Vec<Value> =
        bands.iter().map(|(index, _)| json!({ "structure": index, "array": format!("band-{index}") })).collect();
    let mut document = document;
    document["curves"] = Value::Array(told);
    document["bands"] = Value::Array(told_bands);
    let mut arrays = Arrays::with_header(document);
    for (number, (_, _, curve)) in curves.iter().enumerate() {
        let values = curve.points.iter().flatten().map(|value| *value as f32);
        arrays.push_f32(&format!("curve-{number}"), &[curve.points.len(), 2], values);
    }
    for (index, band) in bands {
        let values = band.points.iter().flatten().map(|value| *value as f32);
        arrays.push_f32(&format!("band-{index}"), &[band.points.len(), 3], values);
    }
    arrays
}

//! The DVH Sequence of an RT Dose.

use case::{StoredDvh, StoredRoi};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::ReadError;
use crate::access::{integer, items, number, numbers, text};

/// Every histogram that can be read, and what is wrong with the others; none of it touches the dose itself.
pub fn read(object: &InMemDicomObject) -> (Vec<StoredDvh>, Vec<String>) {
    let (mut histograms, mut problems) = (Vec::new(), Vec::new());
    for item in items(object, tags::DVH_SEQUENCE) {
        match histogram(item) {
            Ok(histogram) => histograms.push(histogram),
            Err(problem) => problems.push(problem),
        }
    }
    (histograms, problems)
}

fn histogram(item: &InMemDicomObject) -> Result<StoredDvh, String> {
    let said = |error: ReadError| error.to_string();
    let [roi] = items(item, tags::DVH_REFERENCED_ROI_SEQUENCE) else {
        return Err("a stored DVH does not belong to exactly one structure".to_owned());
    };
    let roi = integer(roi, tags::REFERENCED_ROI_NUMBER, "Referenced ROI Number").map_err(said)?;
    let roi = roi.and_then(|number| i32::try_from(number).ok()).ok_or("a stored DVH names no structure")?;
    let failed = |problem: &str| format!("the stored DVH of structure number {roi}: {problem}");
    if text(item, tags::DOSE_UNITS).as_deref() != Some("GY") {
        return Err(failed("it is not given in gray"));
    }
    let number = |tag, name| number(item, tag, name).map_err(|error| failed(&error.to_string()));
    let scaling = number(tags::DVH_DOSE_SCALING, "DVH Dose Scaling")?.unwrap_or(1.0);
    let data = numbers(item, tags::DVH_DATA, "DVH Data").map_err(|error| failed(&error.to_string()))?;
    let points = points(&data.unwrap_or_default(), scaling, text(item, tags::DVH_TYPE).as_deref());
    let points = points.ok_or_else(|| failed("its type is neither CUMULATIVE nor DIFFERENTIAL"))?;
    let dvh = StoredDvh::from_cumulative(StoredRoi::Number(roi), &points);
    let mut dvh = dvh.map_err(|error| failed(&error.to_string()))?;
    dvh.volume_cc = (text(item, tags::DVH_VOLUME_UNITS).as_deref() == Some("CM3"))
        .then(|| points.first().map_or(0.0, |p| p[1]));
    let scaled = |value: Option<f64>| value.map(|value| value * scaling);
    dvh.min_gy = scaled(number(tags::DVH_MINIMUM_DOSE, "DVH Minimum Dose")?);
    dvh.max_gy = scaled(number(tags::DVH_MAXIMUM_DOSE, "DVH Maximum Dose")?);
    dvh.mean_gy = scaled(number(tags::DVH_MEAN_DOSE, "DVH Mean Dose")?);
    Ok(dvh)
}

/// Doses and cumulative volumes from pairs of bin width and volume (PS3.3 C.8.8.4.1).
fn points(data: &[f64], scaling: f64, kind: Option<&str>) -> Option<Vec<[f64; 2]>> {
    let bins: Vec<[f64; 2]> = data.chunks_exact(2).map(|pair| [pair[0] * scaling, pair[1]]).collect();
    let mut from_gy = 0.0;
    let lower_edges: Vec<f64> = bins
        .iter()
        .map(|[width, _]| {
            let edge = from_gy;
            from_gy += width;
            edge
        })
        .collect();
    match kind? {
        // The first volume is that of the whole structure, at the dose at which the first bin begins.
        "CUMULATIVE" => Some(lower_edges.iter().zip(&bins).map(|(edge, [_, volume])| [*edge, *volume]).collect()),
        "DIFFERENTIAL" => {
            let mut above: f64 = bins.iter().map(|[_, volume]| volume).sum();
            let mut points = Vec::with_capacity(bins.len() + 1);
            for (edge, [_, volume]) in lower_edges.iter().zip(&bins) {
                points.push([*edge, above.max(0.0)]);
                above -= volume;
            }
            points.push([from_gy, 0.0]);
            Some(points)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_types_become_the_same_curve() {
        let cumulative = points(&[1.0, 10.0, 1.0, 6.0, 1.0, 0.0], 2.0, Some("CUMULATIVE")).unwrap();
        assert_eq!(cumulative, vec![[0.0, 10.0], [2.0, 6.0], [4.0, 0.0]]);
        let differential = points(&[1.0, 4.0, 1.0, 6.0], 2.0, Some("DIFFERENTIAL")).unwrap();
        assert_eq!(differential, cumulative);
        assert_eq!(points(&[1.0, 4.0], 1.0, Some("NATURAL")), None);
        assert_eq!(points(&[1.0, 4.0], 1.0, None), None);
    }
}

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
    let is_excluded = text(roi, tags::DVHROI_CONTRIBUTION_TYPE).as_deref() == Some("EXCLUDED");
    let roi = integer(roi, tags::REFERENCED_ROI_NUMBER, "Referenced ROI Number").map_err(said)?;
    let roi = roi.and_then(|number| i32::try_from(number).ok()).ok_or("a stored DVH names no structure")?;
    let failed = |problem: &str| format!("the stored DVH of structure number {roi}: {problem}");
    if is_excluded {
        return Err(failed("it is that of everything but the structure"));
    }
    if text(item, tags::DOSE_UNITS).as_deref() != Some("GY") {
        return Err(failed("it is not given in gray"));
    }
    let number = |tag, name| number(item, tag, name).map_err(|error| failed(&error.to_string()));
    let scaling = number(tags::DVH_DOSE_SCALING, "DVH Dose Scaling")?;
    let scaling =
        scaling.filter(|scaling| *scaling > 0.0).ok_or_else(|| failed("its DVH Dose Scaling is missing"))?;
    let data = numbers(item, tags::DVH_DATA, "DVH Data").map_err(|error| failed(&error.to_string()))?;
    let data = data.unwrap_or_default();
    if data.len() % 2 != 0 {
        return Err(failed("its data do not come in pairs of dose and volume"));
    }
    let points = points(&data, scaling, text(item, tags::DVH_TYPE).as_deref());
    let points = points.ok_or_else(|| failed("its type is neither CUMULATIVE nor DIFFERENTIAL"))?;
    let dvh = StoredDvh::from_cumulative(StoredRoi::Number(roi), &points);
    let mut dvh = dvh.map_err(|error| failed(&error.to_string()))?;
    dvh.volume_cc = (text(item, tags::DVH_VOLUME_UNITS).as_deref() == Some("CM3"))
        .then(|| points.first().map_or(0.0, |p| p[1]));
    // The scaling belongs to the data alone; these are in the unit of the histogram (PS3.3 C.8.8.4).
    dvh.min_gy = number(tags::DVH_MINIMUM_DOSE, "DVH Minimum Dose")?;
    dvh.max_gy = number(tags::DVH_MAXIMUM_DOSE, "DVH Maximum Dose")?;
    dvh.mean_gy = number(tags::DVH_MEAN_DOSE, "DVH Mean Dose")?;
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
    use dicom_core::value::DataSetSequence;
    use dicom_core::{DataElement, PrimitiveValue, VR};

    fn stored(scaling: Option<f64>, data: &[f64], contribution: &str) -> InMemDicomObject {
        let ds = |values: &[f64]| PrimitiveValue::Strs(values.iter().map(f64::to_string).collect());
        let roi = InMemDicomObject::from_element_iter([
            DataElement::new(tags::REFERENCED_ROI_NUMBER, VR::IS, "7"),
            DataElement::new(tags::DVHROI_CONTRIBUTION_TYPE, VR::CS, contribution),
        ]);
        let mut item = InMemDicomObject::from_element_iter([
            DataElement::new(tags::DVH_TYPE, VR::CS, "CUMULATIVE"),
            DataElement::new(tags::DOSE_UNITS, VR::CS, "GY"),
            DataElement::new(tags::DVH_VOLUME_UNITS, VR::CS, "CM3"),
            DataElement::new(tags::DVH_DATA, VR::DS, ds(data)),
            DataElement::new(tags::DVH_MAXIMUM_DOSE, VR::DS, "4"),
        ]);
        if let Some(scaling) = scaling {
            item.put(DataElement::new(tags::DVH_DOSE_SCALING, VR::DS, ds(&[scaling])));
        }
        item.put(DataElement::new(tags::DVH_REFERENCED_ROI_SEQUENCE, VR::SQ, DataSetSequence::from(vec![roi])));
        item
    }

    #[test]
    fn the_scaling_is_that_of_the_data_alone() {
        let read = histogram(&stored(Some(2.0), &[1.0, 10.0, 1.0, 6.0, 1.0, 0.0], "INCLUDED")).unwrap();
        assert_eq!(read.curve(), [[0.0, 1.0], [2.0, 0.6], [4.0, 0.0]]);
        assert_eq!((read.max_gy, read.volume_cc), (Some(4.0), Some(10.0)));
    }

    #[test]
    fn histograms_that_could_mean_something_else_are_refused() {
        let pairs = [1.0, 10.0, 1.0, 6.0, 1.0, 0.0];
        for (item, problem) in [
            (stored(None, &pairs, "INCLUDED"), "DVH Dose Scaling"),
            (stored(Some(0.0), &pairs, "INCLUDED"), "DVH Dose Scaling"),
            (stored(Some(1.0), &pairs[..5], "INCLUDED"), "pairs"),
            (stored(Some(1.0), &pairs, "EXCLUDED"), "everything but"),
        ] {
            let message = histogram(&item).unwrap_err();
            assert!(message.contains(problem), "{message}");
        }
    }

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

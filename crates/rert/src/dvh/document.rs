//! The histogram of a structure as JSON and as a line.

use dose::{Dvh, Estimate, Metric};
use serde_json::{Map, Value, json};

use super::measure::Measured;
use super::{DvhArguments, HistogramKind, Request};

/// Everything that is printed of a structure; what is not known is null.
pub(super) fn structure(measured: &Measured, request: &Request, arguments: &DvhArguments) -> Value {
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("name", json!(measured.name));
    put("number", json!(measured.number));
    let Some(histogram) = &measured.histogram else {
        for key in ["volume_cc", "min_gy", "max_gy", "mean_gy"] {
            put(key, Value::Null);
        }
        let nothing = |(name, metric): &(String, Metric)| (name.clone(), unknown(metric));
        put("metrics", Value::Object(request.metrics.iter().map(nothing).collect()));
        return Value::Object(document);
    };
    let estimated = &histogram.estimated;
    let volume = estimated.volume_cc();
    put("volume_cc", json!(volume.value));
    put("volume_error_cc", json!(volume.error));
    let is_whole = histogram.covered.is_whole();
    let estimate = |metric: &Metric| estimated.estimate(metric);
    let rounding = measured.half_quantum_gy;
    for (key, error_key, metric) in [
        ("min_gy", "min_error_gy", Metric::Min),
        ("max_gy", "max_error_gy", Metric::Max),
        ("mean_gy", "mean_error_gy", Metric::Mean),
    ] {
        let known = estimate(&metric).filter(|_| is_whole);
        put(key, json!(known.map(|known| known.value)));
        put(error_key, json!(known.map(|known| known.error + rounding)));
    }
    let one =
        |metric: &Metric| value(metric, estimate(metric), &estimated.dvh, (rounding, arguments.reference_dose));
    let all = || request.metrics.iter();
    let metrics = all().map(|(name, metric)| (name.clone(), if is_whole { one(metric) } else { unknown(metric) }));
    put("metrics", Value::Object(metrics.collect()));
    put("covered_percent", json!(histogram.covered.percent));
    if !is_whole {
        let bounds = all().map(|(name, metric)| (name.clone(), one(metric)));
        put("at_least", Value::Object(bounds.collect()));
    }
    if let Some(kind) = arguments.histogram.filter(|_| is_whole) {
        let relative_to_gy = arguments.reference_dose.filter(|_| arguments.relative);
        put("histogram", self::histogram(&estimated.dvh, kind, arguments.bin, relative_to_gy));
    }
    Value::Object(document)
}

fn unknown(metric: &Metric) -> Value {
    match metric {
        Metric::VolumeAtGy(_) => json!({ "cc": null, "percent": null, "error_cc": null }),
        Metric::PercentAtGy(_) => json!({ "percent": null, "error_percent": null }),
        _ => json!({ "gy": null, "error_gy": null }),
    }
}

fn value(metric: &Metric, known: Option<Estimate>, dvh: &Dvh, (rounding, reference): (f64, Option<f64>)) -> Value {
    let Some(Estimate { value, error }) = known else { return unknown(metric) };
    match metric {
        Metric::VolumeAtGy(_) => {
            let percent = 100.0 / dvh.volume_cc();
            json!({ "cc": value, "percent": value * percent, "error_cc": error, "error_percent": error * percent })
        }
        Metric::PercentAtGy(_) => json!({ "percent": value, "error_percent": error }),
        _ => {
            let mut document = json!({ "gy": value, "error_gy": error + rounding });
            if let Some(reference) = reference {
                document["percent"] = json!(100.0 * value / reference);
            }
            document
        }
    }
}

/// Pairs of dose and volume: the volume at each dose, or within the bin that begins there; in gray and cc, or in percent of
/// a dose and of the structure.
fn histogram(dvh: &Dvh, kind: HistogramKind, bin_gy: f64, relative_to_gy: Option<f64>) -> Value {
    let (name, mut points) = match kind {
        HistogramKind::Cumulative => {
            let n = (dvh.max_gy() / bin_gy).ceil() as usize + 1;
            let at = |index: usize| index as f64 * bin_gy;
            ("cumulative", (0..=n).map(|index| [at(index), dvh.v_gy(at(index))]).collect())
        }
        HistogramKind::Differential => ("differential", dvh.differential(bin_gy)),
    };
    let Some(whole_gy) = relative_to_gy else {
        return json!({ "kind": name, "bin_gy": bin_gy, "dose_gy_volume_cc": points });
    };
    let percent = |part: f64, whole: f64| 100.0 * part / whole;
    let whole_cc = dvh.volume_cc();
    points.iter_mut().for_each(|[dose, volume]| {
        (*dose, *volume) = (percent(*dose, whole_gy), percent(*volume, whole_cc));
    });
    json!({ "kind": name, "bin_gy": bin_gy, "dose_percent_volume_percent": points })
}

/// The same for people.
pub(super) fn line(structure: &Value) -> String {
    let number = |value: &Value| value.as_f64().map_or("not known".to_owned(), |value| format!("{value:.2}"));
    let with_error = |value: &Value, error: &Value, unit: &str| match error.as_f64() {
        Some(error) => format!("{} ± {error:.2} {unit}", number(value)),
        None if value.is_null() => number(value),
        None => format!("{} {unit}", number(value)),
    };
    let of = |key: &str, error: &str, unit: &str| with_error(&structure[key], &structure[error], unit);
    let mut line = format!(
        "{}: volume {}, mean {}, min {}, max {}",
        structure["name"].as_str().unwrap_or_default(),
        of("volume_cc", "volume_error_cc", "cc"),
        of("mean_gy", "mean_error_gy", "Gy"),
        of("min_gy", "min_error_gy", "Gy"),
        of("max_gy", "max_error_gy", "Gy"),
    );
    for (name, value) in structure["metrics"].as_object().into_iter().flatten() {
        let cc = value.get("cc");
        line += &match cc {
            Some(cc) => {
                format!(", {name} {} ({} %)", with_error(cc, &value["error_cc"], "cc"), number(&value["percent"]))
            }
            None => format!(", {name} {}", with_error(&value["gy"], &value["error_gy"], "Gy")),
        };
    }
    for (name, value) in structure["at_least"].as_object().into_iter().flatten() {
        let bound = value
            .get("cc")
            .map_or_else(|| format!("{} Gy", number(&value["gy"])), |cc| format!("{} cc", number(cc)));
        line += &format!(", {name} ≥ {bound}");
    }
    line
}

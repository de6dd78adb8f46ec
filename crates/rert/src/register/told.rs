//! What is said of a registration.

use registration::measure::{Tolerance, verdict};
use registration::{Measure, RigidRegistration, Verdict};
use serde_json::{Value, json};

use super::Registered;

/// The JSON document.
pub fn document(registered: &Registered, seconds: f64) -> Value {
    let rigid = |rigid: &RigidRegistration, measures: &[Measure]| {
        json!({
            "moving_from_fixed": rigid.moving_from_fixed.to_row_major(),
            "normalized_cross_correlation": rigid.quality.normalized_cross_correlation,
            "overlap_percent": rigid.quality.overlap_percent,
            "inverse_consistency_mm": rigid.quality.inverse_consistency_mm,
            "rival": rigid.rival.as_ref().map(|rival| json!({
                "moving_from_fixed": rival.moving_from_fixed.to_row_major(),
                "distance_mm": rival.distance_mm,
                "closeness": rival.closeness,
            })),
            "distrust": registration::measure::objections(measures),
            "verdict": verdict(measures).name(),
            "measures": list(measures),
        })
    };
    let measures = |name: &str| {
        registered.judged.iter().find(|(what, _)| *what == name).map_or(&[][..], |(_, measures)| measures)
    };
    let deformable = registered.deformable.as_ref().map(|deformable| {
        let [least, largest] = deformable.field.jacobian_range();
        json!({
            "jacobian_minimum": least,
            "jacobian_maximum": largest,
            "nodes_unfolded": deformable.n_unfolded,
            "distrust": registration::measure::objections(measures("deformable")),
            "verdict": verdict(measures("deformable")).name(),
            "measures": list(measures("deformable")),
        })
    });
    json!({
        "kind": registered.kind(),
        "verdict": registered.verdict().name(),
        "seconds": seconds,
        "rigid": rigid(&registered.rigid, measures("rigid")),
        "regional": registered.regional.as_ref().map(|regional| rigid(regional, measures("regional"))),
        "deformable": deformable,
    })
}

fn list(measures: &[Measure]) -> Vec<Value> {
    let of = |measure: &Measure| {
        let (usable, with_care) = match measure.tolerance {
            Tolerance::AtMost { usable, with_care } | Tolerance::AtLeast { usable, with_care } => {
                (Some(usable), Some(with_care))
            }
            Tolerance::Above { bound } => (Some(bound), None),
            Tolerance::Told => (None, None),
        };
        json!({
            "name": measure.name,
            "organ": measure.organ,
            "value": measure.value.is_finite().then_some(measure.value),
            "unit": measure.unit,
            "verdict": measure.verdict().name(),
            "tolerance": usable,
            "tolerance_with_care": with_care,
            "source": measure.source,
        })
    };
    measures.iter().map(of).collect()
}

/// The same for people.
pub fn lines(registered: &Registered, seconds: f64) -> String {
    let mut lines = Vec::new();
    for (what, measures) in &registered.judged {
        lines.push(format!("{what}: {}", verdict(measures).name()));
        for measure in measures {
            let unit = if measure.unit.is_empty() { String::new() } else { format!(" {}", measure.unit) };
            let of = measure.organ.as_ref().map(|organ| format!(" of {organ}")).unwrap_or_default();
            let mark = if measure.verdict() == Verdict::Usable { "" } else { "  <- look here" };
            lines.push(format!("  {}{of}: {:.3}{unit}{mark}", measure.name.replace('_', " "), measure.value));
        }
    }
    lines.push(format!("{seconds:.1} s; nobody has accepted this registration yet"));
    lines.join("\n")
}

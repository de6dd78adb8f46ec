//! A record for a registry as JSON, CSV and FHIR.

use assessment::RegistryRecord;
use assessment::registry::{RegistryCourse, RegistryOrgan};
use case::settings::{FieldRelation, Intent};
use case::{Modality, Role};
use serde_json::{Map, Value, json};

use crate::ReportError;

const CODEX_RT: &str = "http://hl7.org/fhir/us/codex-radiation-therapy/StructureDefinition/";
const MCODE: &str = "http://hl7.org/fhir/us/mcode/StructureDefinition/";
const SNOMED: &str = "http://snomed.info/sct";
/// What CodeX RT has no place for; described in docs/methods/registry.md.
const LOCAL: &str = "urn:rert:fhir:reirradiation";

/// The record as JSON.
///
/// # Errors
/// Never in practice; the types are those of JSON.
pub fn registry_json(record: &RegistryRecord) -> Result<String, ReportError> {
    pretty(&serde_json::to_value(record)?)
}

fn pretty(value: &Value) -> Result<String, ReportError> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(text + "\n")
}

/// The record as a table of one value a line: part, its number, field, value.
///
/// # Errors
/// As [`registry_json`].
pub fn registry_csv(record: &RegistryRecord) -> Result<String, ReportError> {
    let value = serde_json::to_value(record)?;
    let mut lines = vec!["part,index,field,value".to_owned()];
    let Value::Object(parts) = &value else { return Ok(lines.join("\n")) };
    for (part, content) in parts {
        match content {
            Value::Array(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    leaves(&mut lines, (part, index + 1), "", entry);
                }
            }
            Value::Object(_) => leaves(&mut lines, (part, 1), "", content),
            leaf => leaves(&mut lines, ("record", 1), part, leaf),
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// Every known value below an entry; what is not known has no line.
fn leaves(lines: &mut Vec<String>, place: (&str, usize), field: &str, value: &Value) {
    let below = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(lines, place, &below(name), value)),
        Value::Array(entries) => {
            let numbered = entries.iter().enumerate();
            numbered.for_each(|(index, value)| leaves(lines, place, &below(&(index + 1).to_string()), value));
        }
        Value::String(text) => push(lines, place, field, text),
        other => push(lines, place, field, &other.to_string()),
    }
}

fn push(lines: &mut Vec<String>, (part, index): (&str, usize), field: &str, value: &str) {
    lines.push(format!("{part},{index},{},{}", quoted(field), quoted(value)));
}

/// In quotes; what a spreadsheet would take for a formula is made text.
fn quoted(text: &str) -> String {
    let is_formula =
        text.starts_with(['=', '+', '@', '\t']) || (text.starts_with('-') && text.parse::<f64>().is_err());
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace(['\r', '\n'], " ").replace('"', "\"\""))
}

/// The record as a FHIR R4 bundle with one CodeX RT Radiotherapy Course Summary for each course.
///
/// # Errors
/// As [`registry_json`].
///
/// # Source
/// \[codexrt\]: profile of the course summary and the extension for reirradiation; modalities by the value set of mCODE.
pub fn registry_fhir(record: &RegistryRecord) -> Result<String, ReportError> {
    let patient = json!({
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [{ "system": "urn:rert:pseudonym", "value": record.pseudonym.as_deref().unwrap_or("not-stated") }],
    });
    let mut entries = vec![entry(record, 0, patient)];
    for (index, course) in record.courses.iter().enumerate() {
        entries.push(entry(record, index + 1, procedure(record, course)));
    }
    pretty(&json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }))
}

fn entry(record: &RegistryRecord, index: usize, resource: Value) -> Value {
    json!({ "fullUrl": full_url(record, index), "resource": resource })
}

/// A name within the bundle that the same record always gives.
fn full_url(record: &RegistryRecord, index: usize) -> String {
    let hash = &record.knowledge_sha256;
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or("0000");
    format!("urn:uuid:{}-{}-5{}-8{}-{index:012}", part(0, 8), part(8, 12), part(13, 16), part(17, 20))
}

fn coded(code: &str, text: &str) -> Value {
    json!({ "coding": [{ "system": SNOMED, "code": code, "display": text }] })
}

fn procedure(record: &RegistryRecord, course: &RegistryCourse) -> Value {
    let is_current = course.course_role == Role::Current;
    let mut extensions = Vec::new();
    // A prior course was no reirradiation unless another one came before it, which its own type would have to tell.
    if let Some(involved) = record.involves_reirradiation.filter(|_| is_current) {
        let url = format!("{CODEX_RT}codexrt-radiotherapy-course-involves-reirradiation");
        extensions.push(json!({ "url": url, "valueBoolean": involved }));
    }
    if let Some(intent) = record.stated.intent.filter(|_| is_current) {
        let concept = match intent {
            Intent::Curative => coded("373808002", "Curative - procedure intent"),
            Intent::Palliative => coded("363676003", "Palliative - procedure intent"),
        };
        extensions
            .push(json!({ "url": format!("{MCODE}mcode-procedure-intent"), "valueCodeableConcept": concept }));
    }
    extensions.extend(course.plans.iter().filter_map(|plan| modality(plan.modality)));
    let sessions: u32 = course.plans.iter().map(|plan| plan.fractions_delivered).sum();
    if sessions > 0 && !is_current {
        extensions
            .push(json!({ "url": format!("{MCODE}mcode-radiotherapy-sessions"), "valueUnsignedInt": sessions }));
    }
    if is_current {
        extensions.push(reirradiation(record));
    }
    let mut resource = Map::new();
    resource.insert("resourceType".into(), "Procedure".into());
    resource.insert("id".into(), course.course_index.to_lowercase().into());
    resource
        .insert("meta".into(), json!({ "profile": [format!("{CODEX_RT}codexrt-radiotherapy-course-summary")] }));
    resource.insert("extension".into(), Value::Array(extensions));
    resource.insert("status".into(), if is_current { "preparation" } else { "completed" }.into());
    resource.insert("category".into(), coded("108290001", "Radiation oncology AND/OR radiotherapy"));
    resource.insert("code".into(), coded("1217123003", "Radiotherapy course of treatment"));
    resource.insert("subject".into(), json!({ "reference": full_url(record, 0) }));
    if let Some(start) = course.start_date {
        let mut period = json!({ "start": start.to_string() });
        if let Some(end) = course.end_date {
            period["end"] = end.to_string().into();
        }
        resource.insert("performedPeriod".into(), period);
    }
    Value::Object(resource)
}

fn modality(modality: Modality) -> Option<Value> {
    let concept = match modality {
        Modality::Photon => coded("1156506007", "External beam radiation therapy using photons"),
        Modality::Electron => coded("45643008", "External beam radiation therapy using electrons"),
        Modality::Proton => coded("10611004", "External beam radiation therapy protons"),
        // Which ion, or which dose rate, the plan does not say in a way that a code would need.
        Modality::Ion | Modality::Brachy | Modality::Unknown => return None,
    };
    Some(json!({
        "url": format!("{MCODE}mcode-radiotherapy-modality-and-technique"),
        "extension": [{ "url": format!("{MCODE}mcode-radiotherapy-modality"), "valueCodeableConcept": concept }],
    }))
}

/// Type, reason, cumulative EQD2 and recovery of the current course.
fn reirradiation(record: &RegistryRecord) -> Value {
    let mut parts = vec![json!({ "url": "provisional", "valueBoolean": record.provisional })];
    if let Some(kind) = record.rert_type {
        parts.push(json!({ "url": "type", "valueCode": kind }));
    }
    if let Some(relation) = record.stated.rert_reason {
        let (code, text) = match relation {
            FieldRelation::InField => ("2000100047", "in field"),
            FieldRelation::OutOfField => ("2000100048", "out of field"),
            FieldRelation::Marginal => ("2000100049", "marginal field"),
        };
        let concept = json!({ "coding": [{ "system": "urn:idea4rc", "code": code, "display": text }] });
        parts.push(json!({ "url": "reason", "valueCodeableConcept": concept }));
    }
    parts.extend(record.organs.iter().filter_map(cumulative));
    json!({ "url": LOCAL, "extension": parts })
}

/// The near-maximum and the mean of an organ with their basis.
fn cumulative(organ: &RegistryOrgan) -> Option<Value> {
    let gray =
        |value: f64| json!({ "value": value, "unit": "Gy", "system": "http://unitsofmeasure.org", "code": "Gy" });
    let known = [("d0.1cc", organ.cumulative.d0_1cc_gy), ("mean", organ.cumulative.mean_gy)];
    let measures: Vec<Value> = known
        .into_iter()
        .filter_map(|(name, value)| Some(json!({ "url": name, "valueQuantity": gray(value?) })))
        .collect();
    if measures.is_empty() {
        return None;
    }
    let basis = [
        json!({ "url": "organ", "valueString": organ.organ }),
        json!({ "url": "quantity", "valueCode": organ.quantity }),
        json!({ "url": "alphaBeta", "valueQuantity": gray(organ.alpha_beta_gy) }),
        json!({ "url": "recovery", "valueDecimal": organ.recovery }),
    ];
    let parts: Vec<Value> = basis.into_iter().chain(measures).collect();
    Some(json!({ "url": "cumulativeDose", "extension": parts }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_takes_for_a_formula_is_text() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("-3.5"), "\"-3.5\"");
        assert_eq!(quoted("-cmd"), "\"'-cmd\"");
        assert_eq!(quoted("a \"b\"\nc"), "\"a \"\"b\"\" c\"");
    }
}

//! A record for a registry as JSON, CSV and FHIR.

use assessment::RegistryRecord;
use assessment::registry::{RegistryCourse, RegistryOrgan};
use case::settings::{FieldRelation, Intent};
use case::{Modality, Role};
use serde_json::{Map, Value, json};

use crate::ReportError;
use crate::csv::quoted;

const CODEX_RT: &str = "http://hl7.org/fhir/us/codex-radiation-therapy/StructureDefinition/";
const MCODE: &str = "http://hl7.org/fhir/us/mcode/StructureDefinition/";
const SNOMED: &str = "http://snomed.info/sct";
const IDEA4RC: &str = "http://hl7.eu/fhir/ig/idea4rc/CodeSystem/cs-idea4rc-vocab-eu-i4rc";
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

/// The record as a FHIR R4 bundle: a CodeX RT Radiotherapy Course Summary for each prior course, and a Radiotherapy
/// Planned Course for the current one, since a summary is of what was at least begun.
///
/// # Errors
/// As [`registry_json`].
///
/// # Source
/// \[codexrt\]: profiles of both and the extension for reirradiation; modalities by the value set of mCODE.
pub fn registry_fhir(record: &RegistryRecord) -> Result<String, ReportError> {
    let seed = seed(record)?;
    let entry = |index: usize, resource: Value| json!({ "fullUrl": full_url(&seed, index), "resource": resource });
    let mut entries = vec![entry(0, patient(record))];
    for (index, course) in record.courses.iter().enumerate() {
        let addresses = [full_url(&seed, index + 1), full_url(&seed, 0)];
        entries.push(entry(index + 1, course_resource(record, course, &addresses)));
    }
    pretty(&json!({ "resourceType": "Bundle", "type": "collection", "entry": entries }))
}

/// What tells this patient from others, and stays when an assessment is repeated with more outcomes.
fn seed(record: &RegistryRecord) -> Result<String, ReportError> {
    Ok(match pseudonym(record) {
        Some(pseudonym) => serde_json::to_string(&(pseudonym, &record.courses))?,
        None => serde_json::to_string(record)?,
    })
}

fn pseudonym(record: &RegistryRecord) -> Option<&str> {
    record.pseudonym.as_deref().filter(|pseudonym| !pseudonym.is_empty())
}

/// An address that the same seed always gives: FNV-1a of 128 bits in the form of a UUID of version 8.
fn full_url(seed: &str, index: usize) -> String {
    let text = format!("{index} {seed}");
    let hash = text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    let hex = format!("{hash:032x}");
    format!("urn:uuid:{}-{}-8{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

/// The profile wants a name and a sex; it takes that the name is masked, and the record does not hold the sex.
fn patient(record: &RegistryRecord) -> Value {
    let mut identifier = json!({ "system": "urn:rert:pseudonym" });
    match pseudonym(record) {
        Some(pseudonym) => identifier["value"] = pseudonym.into(),
        None => identifier["_value"] = json!({ "extension": [absent("unknown")] }),
    }
    json!({
        "resourceType": "Patient",
        "id": "patient",
        "meta": { "profile": [format!("{MCODE}mcode-cancer-patient")] },
        "identifier": [identifier],
        "name": [{ "extension": [absent("masked")] }],
        "gender": "unknown",
    })
}

/// Why an element that must be there has no value.
fn absent(reason: &str) -> Value {
    json!({ "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": reason })
}

fn coded(code: &str, text: &str) -> Value {
    json!({ "coding": [{ "system": SNOMED, "code": code, "display": text }] })
}

/// A course; its addresses are its own and that of the patient.
fn course_resource(record: &RegistryRecord, course: &RegistryCourse, [own, patient]: &[String; 2]) -> Value {
    let is_current = course.course_role == Role::Current;
    let (kind, profile, extensions) = if is_current {
        ("ServiceRequest", "codexrt-radiotherapy-planned-course", planned(record, course))
    } else {
        ("Procedure", "codexrt-radiotherapy-course-summary", delivered(course))
    };
    let mut resource = Map::new();
    resource.insert("resourceType".into(), kind.into());
    resource.insert("id".into(), course.course_index.to_lowercase().into());
    resource.insert("meta".into(), json!({ "profile": [format!("{CODEX_RT}{profile}")] }));
    if !extensions.is_empty() {
        resource.insert("extension".into(), extensions.into());
    }
    let identifiers = json!([
        { "use": "usual", "system": "urn:rert:course", "value": course.course_index },
        { "use": "official", "system": "urn:ietf:rfc:3986", "value": own },
    ]);
    resource.insert("identifier".into(), identifiers);
    let category = coded("1287742003", "Radiotherapy (procedure)");
    if is_current {
        // Whether somebody approved it or began it the record does not say.
        resource.insert("status".into(), "unknown".into());
        resource.insert("intent".into(), "filler-order".into());
        resource.insert("category".into(), json!([category]));
    } else {
        let is_whole = course.plans.iter().all(|plan| plan.fractions_delivered >= plan.fractions_planned);
        resource.insert("status".into(), if is_whole { "completed" } else { "stopped" }.into());
        resource.insert("category".into(), category);
    }
    resource.insert("code".into(), coded("1217123003", "Radiotherapy course of treatment (regime/therapy)"));
    resource.insert("subject".into(), json!({ "reference": patient }));
    if let Some(days) = days(course) {
        resource.insert(if is_current { "occurrencePeriod" } else { "performedPeriod" }.into(), days);
    }
    Value::Object(resource)
}

/// First and last day. What was delivered must have been at some time, also where no day is known.
fn days(course: &RegistryCourse) -> Option<Value> {
    let known = [("start", course.start_date), ("end", course.end_date)];
    let days: Map<String, Value> = known
        .into_iter()
        .filter_map(|(name, day)| Some((name.to_owned(), Value::from(day?.to_string()))))
        .collect();
    if !days.is_empty() {
        return Some(Value::Object(days));
    }
    (course.course_role != Role::Current).then(|| json!({ "extension": [absent("unknown")] }))
}

/// A prior course was no reirradiation unless another one came before it, which its own type would have to tell.
fn delivered(course: &RegistryCourse) -> Vec<Value> {
    let mut extensions = modalities(course);
    // Several plans may have shared their sessions, of which the record does not tell.
    if let [plan] = course.plans.as_slice()
        && plan.fractions_delivered > 0
    {
        let url = format!("{MCODE}mcode-radiotherapy-sessions");
        extensions.push(json!({ "url": url, "valueUnsignedInt": plan.fractions_delivered }));
    }
    extensions
}

fn planned(record: &RegistryRecord, course: &RegistryCourse) -> Vec<Value> {
    let mut extensions = Vec::new();
    if let Some(involved) = record.involves_reirradiation {
        let url = format!("{CODEX_RT}codexrt-radiotherapy-course-involves-reirradiation");
        extensions.push(json!({ "url": url, "valueBoolean": involved }));
    }
    if let Some(intent) = record.stated.intent {
        let concept = match intent {
            Intent::Curative => coded("373808002", "Curative - procedure intent"),
            Intent::Palliative => coded("363676003", "Palliative - procedure intent"),
        };
        let url = format!("{MCODE}mcode-procedure-intent");
        extensions.push(json!({ "url": url, "valueCodeableConcept": concept }));
    }
    extensions.extend(modalities(course));
    extensions.push(reirradiation(record));
    extensions
}

/// Each modality once, however many plans have it.
fn modalities(course: &RegistryCourse) -> Vec<Value> {
    let mut seen = Vec::new();
    for plan in &course.plans {
        if !seen.contains(&plan.modality) {
            seen.push(plan.modality);
        }
    }
    seen.into_iter().filter_map(modality).collect()
}

fn modality(modality: Modality) -> Option<Value> {
    let concept = match modality {
        Modality::Photon => coded("1156506007", "External beam radiation therapy using photons (procedure)"),
        Modality::Electron => coded("45643008", "External beam radiation therapy using electrons (procedure)"),
        Modality::Proton => coded("10611004", "External beam radiation therapy protons (procedure)"),
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
            FieldRelation::InField => ("2000100047", "Re-irradiation in field of first radiation"),
            FieldRelation::OutOfField => ("2000100048", "Re-irradiation out of field of first radiation"),
            FieldRelation::Marginal => ("2000100049", "Re-irradiation marginal field of first radiation"),
        };
        let concept = json!({ "coding": [{ "system": IDEA4RC, "code": code, "display": text }] });
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
        .filter_map(|(name, value)| Some((name, value.filter(|value| value.is_finite())?)))
        .map(|(name, value)| json!({ "url": name, "valueQuantity": gray(value) }))
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

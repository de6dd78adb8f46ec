//! Entries of the log as FHIR AuditEvent (R4), for the audit repository of a hospital.

use serde_json::{Value, json};

use super::{AuditEntry, Outcome};

const EVENT_TYPES: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
/// What the identifiers of cases and entries belong to.
const RERT: &str = "urn:rert";

/// An entry as the resource AuditEvent of FHIR R4.
pub fn audit_event(entry: &AuditEntry) -> Value {
    let deed = &entry.deed;
    let (kind, action) = kind(&deed.action);
    let outcome = match deed.outcome {
        Outcome::Done => "0",
        Outcome::Denied => "4",
        Outcome::Failed => "8",
    };
    let mut event = json!({
        "resourceType": "AuditEvent",
        "id": format!("rert-{}", entry.number),
        "type": kind,
        "subtype": [{ "system": RERT, "code": deed.action }],
        "action": action,
        "recorded": entry.at.to_rfc3339(),
        "outcome": outcome,
        "agent": [{
            "who": { "identifier": { "system": format!("{RERT}:account"), "value": known(&deed.actor) } },
            "role": [{ "text": known(&deed.role) }],
            "requestor": true,
            "network": { "address": known(&deed.address), "type": kind_of_address(&deed.address) },
        }],
        "source": { "observer": { "display": "rert" } },
        "extension": [{ "url": format!("{RERT}:sha256"), "valueString": entry.sha256 }],
    });
    if !deed.detail.is_empty() {
        event["outcomeDesc"] = json!(deed.detail);
    }
    if let Some(case) = &deed.case {
        event["entity"] = json!([{
            "what": { "identifier": { "system": format!("{RERT}:case"), "value": case } },
        }]);
    }
    event
}

/// 2 says that an address is one of the Internet Protocol, 1 that it is the name of a machine; entries of versions up to 0.1 have the
/// titles of DICOM nodes there.
fn kind_of_address(address: &str) -> &'static str {
    if address.parse::<std::net::IpAddr>().is_ok() { "2" } else { "1" }
}

/// FHIR wants no empty texts.
fn known(text: &str) -> &str {
    if text.is_empty() { "unknown" } else { text }
}

/// The type of an event, and whether something was made (C), read (R), changed (U), deleted (D) or carried out (E).
fn kind(action: &str) -> (Value, &'static str) {
    let coded =
        |system: &str, code: &str, display: &str| json!({ "system": system, "code": code, "display": display });
    let rest = || coded(EVENT_TYPES, "rest", "RESTful Operation");
    match action.split_once(' ').map_or(action, |(method, _)| method) {
        "GET" => (rest(), "R"),
        "PUT" | "PATCH" => (rest(), "U"),
        "DELETE" => (rest(), "D"),
        "POST" => (rest(), "C"),
        "sign-in" | "sign-out" => (coded(DICOM, "110114", "User Authentication"), "E"),
        "receive" | "send" => (coded(DICOM, "110104", "DICOM Instances Transferred"), "C"),
        "start" | "stop" => (coded(DICOM, "110100", "Application Activity"), "E"),
        _ => (coded(DICOM, "110113", "Security Alert"), "E"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Deed;

    #[test]
    fn an_event_has_what_fhir_requires() {
        let deed = Deed {
            actor: "doe".to_owned(),
            role: String::new(),
            address: "127.0.0.1".to_owned(),
            action: "PUT /cases/{case}/settings".to_owned(),
            case: Some(crate::CaseId::new("0123456789abcdef").unwrap()),
            outcome: Outcome::Denied,
            detail: String::new(),
        };
        let at = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let entry = AuditEntry { number: 7, at, deed, previous_sha256: String::new(), sha256: "abc".to_owned() };
        let event = audit_event(&entry);
        for required in ["type", "recorded", "agent", "source"] {
            assert!(!event[required].is_null(), "{required}");
        }
        assert_eq!((&event["action"], &event["outcome"]), (&json!("U"), &json!("4")));
        assert_eq!(event["agent"][0]["network"], json!({ "address": "127.0.0.1", "type": "2" }));
        let here = audit_event(&AuditEntry { deed: Deed { address: "here".to_owned(), ..entry.deed }, ..entry });
        assert_eq!(here["agent"][0]["network"]["type"], "1");
        assert_eq!(event["agent"][0]["role"][0]["text"], "unknown");
        assert_eq!(event["entity"][0]["what"]["identifier"]["value"], "0123456789abcdef");
        assert!(event.get("outcomeDesc").is_none());
    }
}

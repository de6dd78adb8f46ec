//! What became of objects that were sent (PS3.18 10.5.3, Annex I).

use dicom_dictionary_std::tags;
use serde_json::{Map, Value, json};

use crate::bulk::name;
use crate::json::text;

/// Why something was not kept, or kept with a reservation.
pub mod reason {
    /// There is no room.
    pub const FULL: u16 = 0xA700;
    /// It is of another study than the address says.
    pub const OTHER_STUDY: u16 = 0xA900;
    /// It cannot be understood.
    pub const NOT_UNDERSTOOD: u16 = 0xC000;
    /// Something else went wrong.
    pub const PROCESSING: u16 = 0x0110;
    /// Kept, and another content is here under the same UID (H19). The standard has no number for it and leaves these to services.
    pub const OTHER_CONTENT: u16 = 0xB019;
}

/// What an error comment may hold (VR LO).
const LONGEST_COMMENT: usize = 64;

/// An object that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptObject {
    /// SOP Class UID.
    pub class: String,
    /// SOP Instance UID.
    pub instance: String,
    /// Study Instance UID.
    pub study: String,
    /// Series Instance UID.
    pub series: String,
    /// Whether another content is here under its UID (H19).
    pub has_twin: bool,
}

/// An object that is not kept among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedObject {
    /// SOP Class UID, where it could be read.
    pub class: Option<String>,
    /// SOP Instance UID, where it could be read.
    pub instance: Option<String>,
    /// Why, by number.
    pub reason: u16,
    /// Why, in words that name nobody.
    pub comment: String,
}

/// What became of all objects of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreOutcome {
    /// Kept.
    pub kept: Vec<KeptObject>,
    /// Not kept.
    pub failed: Vec<FailedObject>,
}

impl StoreOutcome {
    /// The status by which HTTP tells it, of a body that was whole.
    pub fn status(&self) -> u16 {
        let is_full = self.failed.iter().any(|failed| failed.reason == reason::FULL);
        match (self.kept.is_empty(), self.failed.is_empty()) {
            (true, _) if is_full => 507,
            (true, false) => 409,
            // Nothing at all was sent.
            (true, true) => 400,
            (false, true) if self.kept.iter().all(|kept| !kept.has_twin) => 200,
            (false, _) => 202,
        }
    }

    /// As a data set; `base` is the address of the service.
    pub fn document(&self, base: &str) -> Value {
        let mut told = Map::new();
        if let Some(first) = self.kept.first()
            && self.kept.iter().all(|kept| kept.study == first.study)
        {
            let address = format!("{base}/studies/{}", first.study);
            told.insert(name(tags::RETRIEVE_URL), text("UR", &address));
        }
        let kept: Vec<Value> = self.kept.iter().map(|kept| kept.item(base)).collect();
        let failed: Vec<Value> = self.failed.iter().map(FailedObject::item).collect();
        for (tag, items) in [(tags::FAILED_SOP_SEQUENCE, failed), (tags::REFERENCED_SOP_SEQUENCE, kept)] {
            if !items.is_empty() {
                told.insert(name(tag), json!({ "vr": "SQ", "Value": items }));
            }
        }
        told.into()
    }
}

fn number(number: u16) -> Value {
    json!({ "vr": "US", "Value": [number] })
}

impl KeptObject {
    fn item(&self, base: &str) -> Value {
        let Self { class, instance, study, series, has_twin } = self;
        let address = format!("{base}/studies/{study}/series/{series}/instances/{instance}");
        let mut item = Map::new();
        if *has_twin {
            let comment = "H19: another content is kept under the same UID; ask who sent it";
            item.insert(name(tags::ERROR_COMMENT), text("LO", comment));
        }
        item.insert(name(tags::REFERENCED_SOP_CLASS_UID), text("UI", class));
        item.insert(name(tags::REFERENCED_SOP_INSTANCE_UID), text("UI", instance));
        item.insert(name(tags::RETRIEVE_URL), text("UR", &address));
        if *has_twin {
            item.insert(name(tags::WARNING_REASON), number(reason::OTHER_CONTENT));
        }
        item.into()
    }
}

impl FailedObject {
    fn item(&self) -> Value {
        let mut item = Map::new();
        let comment: String = self.comment.chars().take(LONGEST_COMMENT).collect();
        item.insert(name(tags::ERROR_COMMENT), text("LO", &comment));
        let uids =
            [(tags::REFERENCED_SOP_CLASS_UID, &self.class), (tags::REFERENCED_SOP_INSTANCE_UID, &self.instance)];
        for (tag, uid) in uids {
            if let Some(uid) = uid {
                item.insert(name(tag), text("UI", uid));
            }
        }
        item.insert(name(tags::FAILURE_REASON), number(self.reason));
        item.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_tells_the_worst_that_is_true() {
        let kept = |has_twin| KeptObject {
            class: "1".to_owned(),
            instance: "2".to_owned(),
            study: "3".to_owned(),
            series: "4".to_owned(),
            has_twin,
        };
        let failed = |reason| FailedObject { class: None, instance: None, reason, comment: String::new() };
        let status = |kept: Vec<_>, failed: Vec<_>| StoreOutcome { kept, failed }.status();
        assert_eq!(status(vec![], vec![]), 400);
        assert_eq!(status(vec![kept(false)], vec![]), 200);
        assert_eq!(status(vec![kept(false), kept(true)], vec![]), 202);
        assert_eq!(status(vec![kept(false)], vec![failed(reason::FULL)]), 202);
        assert_eq!(status(vec![], vec![failed(reason::NOT_UNDERSTOOD)]), 409);
        assert_eq!(status(vec![], vec![failed(reason::NOT_UNDERSTOOD), failed(reason::FULL)]), 507);
    }
}

//! When the entries of the knowledge base were written and reviewed, and which others took the place of.

use chrono::NaiveDate;
use serde::Serialize;
use toml::{Table, Value};

use crate::knowledge::{KnowledgeError, KnowledgeFiles};

/// Fields that any entry of a list may have.
const FIELDS: [&str; 3] = ["entered", "reviewed", "replaced_by"];

/// How old the entries are, and how many a clinician looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct History {
    /// Entries in use.
    pub n_entries: usize,
    /// Of these, reviewed by a clinician.
    pub n_reviewed: usize,
    /// Entries that others took the place of: kept for the reader, not used.
    pub n_replaced: usize,
    /// Day on which the first entry in use was written.
    pub first_entered: Option<NaiveDate>,
    /// Day on which the last one was.
    pub last_entered: Option<NaiveDate>,
}

impl History {
    /// Of all files.
    ///
    /// # Errors
    /// When a file is no TOML, a day is none, an entry states no day, was reviewed before it was written, or names an entry that is
    /// not there as the one that took its place.
    pub fn of(files: &KnowledgeFiles) -> Result<Self, KnowledgeError> {
        let mut history = Self::default();
        for (file, text) in files.iter() {
            let table: Table = toml::from_str(text).map_err(|source| KnowledgeError::Parse { file, source })?;
            for list in table.values().filter_map(Value::as_array) {
                let entries: Vec<&Table> = list.iter().filter_map(Value::as_table).collect();
                for entry in &entries {
                    if let Some(id) = id(entry) {
                        history.add(id, entry, &entries)?;
                    }
                }
            }
        }
        Ok(history)
    }

    fn add(&mut self, id: &str, entry: &Table, list: &[&Table]) -> Result<(), KnowledgeError> {
        let wrong = |problem: String| KnowledgeError::Entry { id: id.to_owned(), problem };
        let day = |field: &str| -> Result<Option<NaiveDate>, KnowledgeError> {
            let Some(value) = entry.get(field) else { return Ok(None) };
            let day = value.as_str().and_then(|text| text.parse().ok());
            day.map(Some).ok_or_else(|| wrong(format!("its day of \"{field}\" is none; write \"2026-03-02\"")))
        };
        let entered = day("entered")?.ok_or_else(|| wrong("it does not state when it was entered".to_owned()))?;
        let reviewed = day("reviewed")?;
        if reviewed.is_some_and(|reviewed| reviewed < entered) {
            return Err(wrong("it was reviewed before it was entered".to_owned()));
        }
        if let Some(other) = entry.get("replaced_by") {
            let is_there = |own: &&Table| self::id(own).is_some() && self::id(own) == other.as_str();
            if !list.iter().any(is_there) || other.as_str() == Some(id) {
                return Err(wrong(format!("it was replaced by {other}, which is no other entry of its list")));
            }
            self.n_replaced += 1;
            return Ok(());
        }
        self.n_entries += 1;
        self.n_reviewed += usize::from(reviewed.is_some());
        self.first_entered = self.first_entered.into_iter().chain([entered]).min();
        self.last_entered = self.last_entered.into_iter().chain([entered]).max();
        Ok(())
    }
}

/// The stable name of an entry. Worked cases and words have none, and no history.
fn id(entry: &Table) -> Option<&str> {
    let is_fact =
        ["evidence", "source", "kind", "class", "title", "from"].iter().any(|field| entry.contains_key(*field));
    let named = ["id", "standard_name", "name"].iter().find_map(|field| entry.get(*field)?.as_str());
    named.filter(|_| is_fact || entry.contains_key("entered"))
}

/// What is in use: without entries that others took the place of, and without the fields of their history.
pub(crate) fn in_use(mut table: Table) -> Table {
    for (_, list) in table.iter_mut() {
        let Some(entries) = list.as_array_mut() else { continue };
        entries.retain(|entry| entry.get("replaced_by").is_none());
        for entry in entries.iter_mut().filter_map(Value::as_table_mut) {
            FIELDS.iter().for_each(|field| {
                entry.remove(*field);
            });
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "[[drug]]\nname = \"a\"\nclass = \"c\"\n";

    fn of(text: &str) -> Result<History, KnowledgeError> {
        let mut files = KnowledgeFiles::builtin();
        for name in files.iter().map(|(name, _)| name).collect::<Vec<_>>() {
            files = files.with(name, String::new());
        }
        History::of(&files.with("systemic_therapy.toml", text.to_owned()))
    }

    #[test]
    fn every_entry_states_a_day_in_order() {
        assert!(of(ENTRY).is_err());
        assert!(of(&format!("{ENTRY}entered = \"2026-02-30\"")).is_err());
        assert!(of(&format!("{ENTRY}entered = \"2026-02-03\"\nreviewed = \"2026-02-02\"")).is_err());
        let history = of(&format!("{ENTRY}entered = \"2026-02-03\"\nreviewed = \"2026-02-03\"")).unwrap();
        assert_eq!((history.n_entries, history.n_reviewed), (1, 1));
    }

    #[test]
    fn a_replaced_entry_names_another_one_and_is_not_used() {
        let first = format!("{ENTRY}entered = \"2026-02-03\"\nreplaced_by = \"b\"\n");
        assert!(of(&first).is_err());
        let second = "[[drug]]\nname = \"b\"\nclass = \"c\"\nentered = \"2026-02-04\"\n";
        let both = format!("{first}{second}");
        let history = of(&both).unwrap();
        assert_eq!((history.n_entries, history.n_replaced), (1, 1));
        let used = in_use(toml::from_str(&both).unwrap());
        let names: Vec<&str> =
            used["drug"].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["b"]);
        assert!(used["drug"][0].get("entered").is_none());
    }
}

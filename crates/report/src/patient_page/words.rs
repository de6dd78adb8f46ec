//! The texts of the page, in a file of their own for each language.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use toml::{Table, Value};

use crate::ReportError;

const ENGLISH: &str = include_str!("../../../../knowledge/patient_page.en.toml");

/// The texts of one language, by their keys.
#[derive(Debug)]
pub struct PatientWords {
    table: Table,
}

impl PatientWords {
    /// The English texts.
    ///
    /// # Errors
    /// When the file is no TOML.
    pub fn english() -> Result<&'static Self, ReportError> {
        static WORDS: LazyLock<Option<PatientWords>> =
            LazyLock::new(|| toml::from_str(ENGLISH).ok().map(|table| PatientWords { table }));
        WORDS.as_ref().ok_or(ReportError::Words)
    }

    /// A text; a key without one stands for itself, so that the gap is seen.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.table.get(key).and_then(Value::as_str).unwrap_or(key)
    }

    /// A list of texts.
    pub fn list<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        self.table.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// A word of a table; one that is not there stands for itself.
    pub fn entry<'a>(&'a self, table: &str, key: &'a str) -> &'a str {
        let table = self.table.get(table).and_then(Value::as_table);
        table.and_then(|table| table.get(key)).and_then(Value::as_str).unwrap_or(key)
    }

    /// The heading of a section.
    pub fn heading<'a>(&'a self, key: &'a str) -> &'a str {
        self.entry("headings", key)
    }

    /// A text with its words in braces filled in.
    pub fn filled(&self, key: &str, fields: &[(&str, &str)]) -> String {
        fields
            .iter()
            .fold(self.text(key).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// A day as people say it, such as 18 April 2022.
    pub fn day(&self, day: NaiveDate) -> String {
        let month = self.list("months").nth(day.month0() as usize).unwrap_or_default().to_owned();
        self.filled(
            "day",
            &[("number", &day.day().to_string()), ("month", &month), ("year", &day.year().to_string())],
        )
    }

    /// Whether patients have read the texts.
    pub fn is_reviewed_by_patients(&self) -> bool {
        self.table.get("reviewed_by_patients").and_then(Value::as_bool).unwrap_or(false)
    }

    /// All running text, for the test of its readability.
    pub fn running_text(&self) -> Vec<String> {
        let is_text = |key: &str| !["language", "title", "subtitle", "made_on", "day"].contains(&key);
        let mut texts = Vec::new();
        for (key, value) in &self.table {
            match value {
                Value::String(text) if is_text(key) => texts.push(text.clone()),
                Value::Array(list) if key != "months" => {
                    texts.extend(list.iter().filter_map(Value::as_str).map(str::to_owned))
                }
                _ => {}
            }
        }
        texts
    }
}

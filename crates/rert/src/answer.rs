//! One part of an assessment as the answer of a command: a document or a table, the folder it was written to, and the refusal.

use std::path::Path;

use assessment::Assessment;
use serde::Serialize;
use serde_json::json;

use crate::failure::{Failure, while_doing};
use crate::{assess, print, tell};

/// The part that a command asks for.
pub struct Answer<'a, T> {
    /// Name of the schema of the document.
    pub schema: &'static str,
    /// Its name in the document.
    pub name: &'static str,
    /// The part, where there is one.
    pub part: Option<&'a T>,
    /// What people are told where there is none.
    pub missing: &'static str,
}

impl<T: Serialize> Answer<'_, T> {
    /// Prints the part with the findings, and fails where the assessment was refused.
    pub fn give(
        &self,
        assessment: &Assessment,
        as_json: bool,
        table: fn(&T) -> String,
        out: Option<&Path>,
    ) -> Result<(), Failure> {
        if as_json {
            let document = json!({
                "schema": self.schema,
                "provisional": assessment.provisional,
                "refused": assessment.refused,
                self.name: self.part,
                "findings": assessment.findings,
            });
            print(&serde_json::to_string_pretty(&document).map_err(while_doing("writing the answer"))?);
        } else {
            assess::tell_findings(&assessment.findings);
            match self.part {
                Some(part) => print(&table(part)),
                None => tell(self.missing),
            }
            if let Some(out) = out {
                print(&format!("report: {}", out.join("report.html").display()));
            }
        }
        Failure::refusal(&assessment.findings).map_or(Ok(()), Err)
    }
}

/// A text that fits a column of a table.
pub fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_owned()
    } else {
        text.chars().take(most - 1).chain(['…']).collect()
    }
}

//! What a reader of the result must know: every guess, leniency and refusal.

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing numeric is given for the subject.
    Refuse,
    /// The number stands, but a named user must give a reason for relying on it.
    Warn,
    /// Provenance shown beside the number.
    Note,
}

/// One statement about the input or the result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// Hazard number (`H21`), as `docs/guide/findings.md` lists it.
    pub code: String,
    /// What follows from it.
    pub severity: Severity,
    /// What it is about: a label or a structure name; never a person's name.
    pub subject: String,
    /// One clear sentence: what was being done, what is wrong, what to do.
    pub message: String,
}

/// A growing list of findings without repetitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Nothing found so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a refusal.
    pub fn refuse(&mut self, code: &str, subject: impl Into<String>, message: impl Into<String>) {
        self.add(code, Severity::Refuse, subject.into(), message.into());
    }

    /// Adds a warning.
    pub fn warn(&mut self, code: &str, subject: impl Into<String>, message: impl Into<String>) {
        self.add(code, Severity::Warn, subject.into(), message.into());
    }

    /// Adds a note.
    pub fn note(&mut self, code: &str, subject: impl Into<String>, message: impl Into<String>) {
        self.add(code, Severity::Note, subject.into(), message.into());
    }

    /// Takes over other findings.
    pub fn extend(&mut self, others: Self) {
        others.0.into_iter().for_each(|finding| self.push(finding));
    }

    /// Whether anything was refused.
    pub fn has_refusal(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Refuse)
    }

    /// All, in the order they were found.
    pub fn as_slice(&self) -> &[Finding] {
        &self.0
    }

    /// All, the weightiest first, otherwise by code and subject.
    pub fn into_sorted(mut self) -> Vec<Finding> {
        self.0.sort_by(|a, b| (a.severity, &a.code, &a.subject).cmp(&(b.severity, &b.code, &b.subject)));
        self.0
    }

    fn add(&mut self, code: &str, severity: Severity, subject: String, message: String) {
        self.push(Finding { code: code.to_owned(), severity, subject, message });
    }

    /// Adds a finding as it is.
    pub fn push(&mut self, finding: Finding) {
        if !self.0.contains(&finding) {
            self.0.push(finding);
        }
    }
}

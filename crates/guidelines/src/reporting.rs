//! What a report of reirradiation should hold, and what a board may ask itself.

use std::collections::{BTreeMap, BTreeSet};

use case::Site;
use case::settings::BoardAnswer;
use serde::{Deserialize, Serialize};

use crate::Evidence;
use crate::knowledge::{KnowledgeError, parse};

/// Who fills an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FilledFrom {
    /// The objects.
    Dicom,
    /// The program.
    Computed,
    /// A person.
    Person,
}

/// One of the ten mandatory criteria.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdherenceItem {
    /// Its number in the source.
    pub order: u32,
    /// Stable name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What this program takes as filled.
    pub what_counts: String,
    /// Who may fill it.
    pub filled_from: Vec<FilledFrom>,
    /// Where an assessment holds it.
    pub path: String,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// Place in it.
    pub locator: String,
    /// What a reader should know.
    pub note: Option<String>,
}

/// An item of the longer, optional list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportingItem {
    /// Part of the report.
    pub section: String,
    /// Stable name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Who may fill it.
    pub filled_from: Vec<FilledFrom>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Confidence of what was not verified.
    pub evidence_detail: String,
    /// Key of its source.
    pub source: String,
    /// Place in it.
    pub locator: String,
}

/// A question to the board after a published statement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BoardStatement {
    /// Stable name.
    pub id: String,
    /// The question.
    pub text: String,
    /// What it is after.
    pub about: Option<String>,
    /// Where it holds; everywhere when nothing is said.
    pub site: Option<String>,
    /// In whom, where it is narrower than the site.
    pub population: Option<String>,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
    /// Place in it.
    pub locator: String,
    /// What an assessment answers by itself; nothing where the question is for people.
    #[serde(skip_deserializing)]
    pub answer: Option<String>,
    /// What the board answers, and who gave the answer.
    #[serde(skip_deserializing)]
    pub stated: Option<BoardAnswer>,
}

/// How many of the ten published reports hold.
#[derive(Clone, Debug, Deserialize)]
pub struct AdherenceScore {
    /// Median of published reports.
    pub published_median: u32,
    /// What it is not.
    pub note: String,
}

/// All lists.
#[derive(Clone, Debug, Deserialize)]
pub struct Reporting {
    /// The ten.
    #[serde(rename = "adherence_item")]
    pub adherence: Vec<AdherenceItem>,
    /// How many of them others report.
    pub adherence_score: AdherenceScore,
    /// The longer list.
    #[serde(rename = "reporting_item")]
    pub items: Vec<ReportingItem>,
    /// Questions to the board.
    #[serde(rename = "board_statement")]
    pub statements: Vec<BoardStatement>,
}

/// An item with what fills it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FilledItem {
    /// Stable name.
    pub id: String,
    /// Part of the report; nothing for the ten.
    pub section: Option<String>,
    /// Name for people.
    pub title: String,
    /// What it holds; nothing where it is missing.
    pub value: Option<String>,
    /// Who filled it.
    pub filled_by: Option<FilledFrom>,
    /// Who may fill it.
    pub filled_from: Vec<FilledFrom>,
    /// How well it is founded that this is to be reported.
    pub evidence: Evidence,
    /// Key of its source.
    pub source: String,
}

/// How complete a report is.
#[derive(Clone, Debug, Serialize)]
pub struct Completeness {
    /// The ten mandatory criteria.
    pub adherence: Vec<FilledItem>,
    /// How many of them are filled.
    pub adherence_points: usize,
    /// The median of published reports.
    pub published_median: u32,
    /// What the points are not.
    pub note: String,
    /// The longer list.
    pub items: Vec<FilledItem>,
    /// Questions to the board for the site.
    pub statements: Vec<BoardStatement>,
}

impl Reporting {
    /// What is filled: by the program where it knows, else by a person.
    pub fn completeness(
        &self,
        known: &BTreeMap<String, (FilledFrom, String)>,
        stated: &BTreeMap<String, String>,
        site: Option<Site>,
    ) -> Completeness {
        let fill = |id: &str| {
            let of_person = || {
                let text = stated.get(id).or_else(|| stated.get(short(id)))?;
                Some((FilledFrom::Person, text.clone()))
            };
            known.get(id).cloned().or_else(of_person)
        };
        let item = |id: &String, section: Option<&String>, title: &String, from: &Vec<FilledFrom>| {
            let (filled_by, value) = fill(id).unzip();
            FilledItem {
                id: id.clone(),
                section: section.cloned(),
                title: title.clone(),
                value,
                filled_by,
                filled_from: from.clone(),
                evidence: Evidence::Unverified,
                source: String::new(),
            }
        };
        let adherence: Vec<FilledItem> = self
            .adherence
            .iter()
            .map(|own| FilledItem {
                evidence: own.evidence,
                source: own.source.clone(),
                ..item(&own.id, None, &own.title, &own.filled_from)
            })
            .collect();
        let items = self.items.iter().map(|own| FilledItem {
            evidence: own.evidence,
            source: own.source.clone(),
            ..item(&own.id, Some(&own.section), &own.title, &own.filled_from)
        });
        let is_here = |statement: &&BoardStatement| match (&statement.site, site) {
            (None, _) => true,
            (Some(named), Some(own)) => own.is_in(named),
            (Some(_), None) => false,
        };
        Completeness {
            adherence_points: adherence.iter().filter(|item| item.value.is_some()).count(),
            adherence,
            published_median: self.adherence_score.published_median,
            note: self.adherence_score.note.clone(),
            items: items.collect(),
            statements: self.statements.iter().filter(is_here).cloned().collect(),
        }
    }

    /// Whether a question of this id is put to boards.
    pub fn asks_board(&self, id: &str) -> bool {
        self.statements.iter().any(|statement| statement.id == id)
    }

    /// Whether a person may fill an item of this id, with its section before it or without.
    pub fn holds(&self, id: &str) -> bool {
        self.adherence.iter().any(|item| item.id == id)
            || self.items.iter().any(|item| item.id == id || short(&item.id) == id)
    }
}

/// An id without its section.
fn short(id: &str) -> &str {
    id.split_once('.').map_or(id, |(_, item)| item)
}

pub(crate) fn read(text: &str) -> Result<Reporting, KnowledgeError> {
    let reporting: Reporting = parse("reporting.toml", text)?;
    let mut seen = BTreeSet::new();
    for item in &reporting.items {
        if !seen.insert(short(&item.id)) {
            let problem = "another section has an item of this name".to_owned();
            return Err(KnowledgeError::Entry { id: item.id.clone(), problem });
        }
    }
    Ok(reporting)
}

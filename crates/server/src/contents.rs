//! What the objects of a case are, as it was found when they came in.

use archive::{ObjectsState, StoredCase, hexadecimal};
use axum::http::StatusCode;
use case::{Case, Objects, Severity};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::names::{DrawnAt, drawn_in};
use crate::problem::Problem;

const READING: &str = "reading what a case holds";
const DOCUMENT: &str = "contents.json";

/// What the objects of a case are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contents {
    /// Whose they are; nothing where they are of different persons (H01), so that no name stands for another.
    pub patient: Option<Patient>,
    /// Number of objects.
    pub n_objects: usize,
    /// Their kinds, each once.
    pub modalities: Vec<String>,
    /// The courses in time.
    pub courses: Vec<CourseHead>,
    /// Hash of the hashes of all objects.
    pub inputs_sha256: String,
    /// The names of all structures; nothing where an earlier program looked at them.
    #[serde(default)]
    pub drawn_names: Option<Vec<DrawnAt>>,
    /// The document of `rert inspect`.
    pub inspection: Value,
}

/// Whose objects they are.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Patient {
    /// Name.
    pub name: Option<String>,
    /// Identification number.
    pub id: Option<String>,
    /// Day of birth.
    pub birth_date: Option<String>,
    /// Sex.
    pub sex: Option<String>,
}

/// A course in short.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CourseHead {
    /// `C1`, `C2`, ...
    pub id: String,
    /// Label of its first plan.
    pub label: String,
    /// `prior` or `current`.
    pub role: String,
    /// First day.
    pub start_date: Option<String>,
}

impl Contents {
    /// Of objects that were ordered.
    pub fn of(objects: &Objects, case: &Case) -> Self {
        let mut modalities: Vec<String> = objects.inputs.iter().map(|input| input.kind.clone()).collect();
        modalities.retain(|kind| !kind.is_empty());
        modalities.sort();
        modalities.dedup();
        let course = |course: &case::Course| CourseHead {
            id: course.id.clone(),
            label: course.label.clone(),
            role: if course.role == case::Role::Current { "current" } else { "prior" }.to_owned(),
            start_date: course.start_date.map(|date| date.to_string()),
        };
        let told = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let patient = &case.patient;
        let whose = Patient {
            name: told(&patient.name.replace('^', " ")),
            id: told(&patient.id),
            birth_date: patient.birth_date.map(|date| date.to_string()),
            sex: told(&patient.sex),
        };
        let findings = case.findings.as_slice();
        let are_of_one = !findings.iter().any(|own| own.code == "H01" && own.severity == Severity::Refuse);
        Self {
            patient: are_of_one.then_some(whose),
            n_objects: objects.inputs.iter().filter(|input| input.kind != dicom::folder::BROKEN_OFF).count(),
            modalities,
            courses: case.courses.iter().map(course).collect(),
            inputs_sha256: of_inputs(objects.inputs.iter().map(|input| input.sha256.as_str())),
            drawn_names: Some(drawn_in(objects)),
            inspection: report::inspection(objects, case),
        }
    }

    /// What was found when the objects of a case came in.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn kept(case: &StoredCase) -> Result<Option<Self>, Problem> {
        Ok(case.document(DOCUMENT).await?)
    }

    /// The same, of a case that was looked at.
    ///
    /// # Errors
    /// When it was not yet.
    pub async fn looked_at(case: &StoredCase) -> Result<Self, Problem> {
        let missing = || {
            Problem::new(StatusCode::CONFLICT, "not-looked-at", READING, "nobody has looked at what came in yet")
                .about(format!("case {}", case.id()))
                .hint("Wait until its import has ended.")
        };
        Self::kept(case).await?.ok_or_else(missing)
    }

    /// Keeps it with the case, unless that has other objects by now.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep(&self, case: &StoredCase, of: &ObjectsState) -> Result<(), Problem> {
        Ok(case.keep_document(DOCUMENT, self, of).await?)
    }

    /// What is to be said of the objects.
    pub fn findings(&self) -> &Value {
        &self.inspection["findings"]
    }
}

/// Hash of the hashes of all objects, in the order in which they are listed.
pub fn of_inputs<'a>(hashes: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for one in hashes {
        hash.update(one.as_bytes());
        hash.update(b"\n");
    }
    hexadecimal(&hash.finalize())
}

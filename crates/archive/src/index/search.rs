//! Objects in the index by study, series and instance.

use std::collections::BTreeSet;

use sqlx::any::AnyRow;
use sqlx::{AnyPool, AssertSqlSafe, Row};

use super::contents::stored;
use crate::search::{IndexedInstance, IndexedPatient, IndexedSeries, Scope};
use crate::{ArchiveError, CaseId};

const DOING: &str = "searching the archive";
/// What a row says of whose the object is and where it stands, with the letters by which it is ordered.
const PLACE: &str = "o.study, o.series, o.kind, o.patient_id, o.issuer, o.patient_name, o.birth_date, o.sex";

/// A condition with the values that it is asked with. What is asked of objects stands beside what is asked of cases, and not within
/// it: SQLite would read every object otherwise.
struct Condition {
    /// Of objects, each with AND before it.
    of_object: String,
    /// The same, of the cases they belong to.
    of_case: String,
    values: Vec<String>,
}

impl Condition {
    /// Only numbers of values come into the text.
    fn of(scope: &Scope, cases: Option<&BTreeSet<CaseId>>) -> Self {
        let mut condition = Self { of_object: String::new(), of_case: String::new(), values: Vec::new() };
        let columns = [
            ("o.study", &scope.study),
            ("o.series", &scope.series),
            ("o.sop_instance", &scope.instance),
            ("o.patient_id", &scope.patient_id),
        ];
        for (column, wanted) in columns {
            if let Some(wanted) = wanted {
                condition.values.push(stored(wanted));
                condition.of_object += &format!(" AND {column} = ${}", condition.values.len());
            }
        }
        if let Some(cases) = cases {
            let first = condition.values.len() + 1;
            condition.values.extend(cases.iter().map(CaseId::to_string));
            let numbers: Vec<String> =
                (first..=condition.values.len()).map(|number| format!("${number}")).collect();
            // No database takes an empty list.
            let numbers = if numbers.is_empty() { "''".to_owned() } else { numbers.join(", ") };
            condition.of_case += &format!(" AND c.case_id IN ({numbers})");
        }
        condition
    }

    /// Adds a comparison with a value.
    fn and(&mut self, comparison: &str, value: &str) {
        let number = self.number(value);
        self.of_object += &format!(" AND {comparison}{number}");
    }

    /// Of objects beside the cases they belong to.
    fn joined(&self) -> String {
        format!("c.sha256 = o.sha256{}{}", self.of_object, self.of_case)
    }

    /// The number by which a text means a value.
    fn number(&mut self, value: &str) -> String {
        self.values.push(value.to_owned());
        format!("${}", self.values.len())
    }

    async fn rows(&self, pool: &AnyPool, text: String) -> Result<Vec<AnyRow>, ArchiveError> {
        let mut query = sqlx::query(AssertSqlSafe(text));
        for value in &self.values {
            query = query.bind(value.as_str());
        }
        query.fetch_all(pool).await.map_err(ArchiveError::in_index(DOING))
    }
}

/// Where is looked: in a scope, and in all cases or in some.
type Within<'a> = (&'a Scope, Option<&'a BTreeSet<CaseId>>);

/// The series of the next studies, an object that is in several cases counted once.
pub(crate) async fn next_series(
    pool: &AnyPool,
    (scope, cases): Within<'_>,
    after: Option<&str>,
    n_studies: u32,
) -> Result<Vec<IndexedSeries>, ArchiveError> {
    let mut condition = Condition::of(scope, cases);
    if let Some(after) = after {
        condition.and("o.study > ", after);
    }
    let studies = format!(
        "SELECT DISTINCT o.study FROM objects o, case_objects c WHERE {} ORDER BY o.study LIMIT {n_studies}",
        condition.joined()
    );
    let studies = condition.rows(pool, studies).await?;
    let Some(last) = studies.last() else { return Ok(Vec::new()) };
    let last: String = last.try_get("study").map_err(ArchiveError::in_index(DOING))?;
    condition.and("o.study <= ", &last);
    let text = format!(
        "SELECT {PLACE}, COUNT(DISTINCT o.sop_instance) AS n_instances FROM objects o, case_objects c WHERE {}
         GROUP BY {PLACE} ORDER BY {PLACE}",
        condition.joined()
    );
    let rows = condition.rows(pool, text).await?;
    let read = |row: &AnyRow| {
        let (study, series, kind, patient) = place(row)?;
        Ok(IndexedSeries {
            study,
            series,
            kind,
            patient,
            n_instances: row.try_get::<i64, _>("n_instances")? as u64,
        })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(ArchiveError::in_index(DOING))
}

/// The next instances, each content once.
pub(crate) async fn next_instances(
    pool: &AnyPool,
    (scope, cases): Within<'_>,
    after: Option<&IndexedInstance>,
    most: u32,
) -> Result<Vec<IndexedInstance>, ArchiveError> {
    let mut condition = Condition::of(scope, cases);
    let mut behind = String::new();
    if let Some(after) = after {
        let IndexedInstance { study, series, sop_instance, sha256, .. } = after;
        let numbers = [study, series, sop_instance, sha256].map(|value| condition.number(value));
        // Compared from left to right, and read from the index of studies.
        behind = format!(" AND (o.study, o.series, o.sop_instance, o.sha256) > ({})", numbers.join(", "));
    }
    let text = format!(
        "SELECT {PLACE}, o.sop_class, o.sop_instance, o.transfer_syntax, o.sha256, o.n_bytes FROM objects o
         WHERE EXISTS (SELECT 1 FROM case_objects c WHERE c.sha256 = o.sha256{}){}{behind}
         ORDER BY o.study, o.series, o.sop_instance, o.sha256 LIMIT {most}",
        condition.of_case, condition.of_object
    );
    let rows = condition.rows(pool, text).await?;
    rows.iter().map(content).collect::<Result<_, _>>().map_err(ArchiveError::in_index(DOING))
}

/// The instances of a scope, as many as are wanted at most. One that is in several cases comes once for each.
pub(crate) async fn instances(
    pool: &AnyPool,
    scope: &Scope,
    cases: Option<&BTreeSet<CaseId>>,
    most: u32,
) -> Result<Vec<IndexedInstance>, ArchiveError> {
    let condition = Condition::of(scope, cases);
    let text = format!(
        "SELECT {PLACE}, o.sop_class, o.sop_instance, o.transfer_syntax, o.sha256, o.n_bytes, c.case_id
         FROM objects o, case_objects c WHERE {} ORDER BY o.study, o.series, o.sop_instance, o.sha256, c.case_id LIMIT {most}",
        condition.joined()
    );
    let rows = condition.rows(pool, text).await?;
    rows.iter().map(instance).collect()
}

type Place = (String, String, String, IndexedPatient);

fn place(row: &AnyRow) -> Result<Place, sqlx::Error> {
    let patient = IndexedPatient {
        id: row.try_get("patient_id")?,
        issuer: row.try_get("issuer")?,
        name: row.try_get("patient_name")?,
        birth_date: row.try_get("birth_date")?,
        sex: row.try_get("sex")?,
    };
    Ok((row.try_get("study")?, row.try_get("series")?, row.try_get("kind")?, patient))
}

fn content(row: &AnyRow) -> Result<IndexedInstance, sqlx::Error> {
    let (study, series, kind, patient) = place(row)?;
    let text = |name: &str| row.try_get::<String, _>(name);
    Ok(IndexedInstance {
        study,
        series,
        kind,
        patient,
        sop_class: text("sop_class")?,
        sop_instance: text("sop_instance")?,
        transfer_syntax: text("transfer_syntax")?,
        sha256: text("sha256")?,
        n_bytes: row.try_get::<i64, _>("n_bytes")? as u64,
        cases: Vec::new(),
    })
}

fn instance(row: &AnyRow) -> Result<IndexedInstance, ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    let mut instance = content(row).map_err(&failed)?;
    let case: String = row.try_get("case_id").map_err(&failed)?;
    instance.cases.push(CaseId::new(&case)?);
    Ok(instance)
}

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

/// A condition with the values that it is asked with.
struct Condition {
    text: String,
    values: Vec<String>,
}

impl Condition {
    /// Only numbers of values come into the text.
    fn of(scope: &Scope, cases: Option<&BTreeSet<CaseId>>) -> Self {
        let mut condition = Self { text: "c.sha256 = o.sha256".to_owned(), values: Vec::new() };
        let columns = [
            ("o.study", &scope.study),
            ("o.series", &scope.series),
            ("o.sop_instance", &scope.instance),
            ("o.patient_id", &scope.patient_id),
        ];
        for (column, wanted) in columns {
            if let Some(wanted) = wanted {
                condition.values.push(stored(wanted));
                condition.text += &format!(" AND {column} = ${}", condition.values.len());
            }
        }
        if let Some(cases) = cases {
            let first = condition.values.len() + 1;
            condition.values.extend(cases.iter().map(CaseId::to_string));
            let numbers: Vec<String> =
                (first..=condition.values.len()).map(|number| format!("${number}")).collect();
            // No database takes an empty list.
            let numbers = if numbers.is_empty() { "''".to_owned() } else { numbers.join(", ") };
            condition.text += &format!(" AND c.case_id IN ({numbers})");
        }
        condition
    }

    async fn rows(&self, pool: &AnyPool, text: String) -> Result<Vec<AnyRow>, ArchiveError> {
        let mut query = sqlx::query(AssertSqlSafe(text));
        for value in &self.values {
            query = query.bind(value.as_str());
        }
        query.fetch_all(pool).await.map_err(ArchiveError::in_index(DOING))
    }
}

/// The series of a scope, an object that is in several cases counted once.
pub(crate) async fn series(
    pool: &AnyPool,
    scope: &Scope,
    cases: Option<&BTreeSet<CaseId>>,
) -> Result<Vec<IndexedSeries>, ArchiveError> {
    let condition = Condition::of(scope, cases);
    let text = format!(
        "SELECT {PLACE}, COUNT(DISTINCT o.sop_instance) AS n_instances FROM objects o, case_objects c WHERE {}
         GROUP BY {PLACE} ORDER BY {PLACE}",
        condition.text
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
        condition.text
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

fn instance(row: &AnyRow) -> Result<IndexedInstance, ArchiveError> {
    let read = || {
        let (study, series, kind, patient) = place(row)?;
        let text = |name: &str| row.try_get::<String, _>(name);
        let instance = IndexedInstance {
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
        };
        Ok((instance, text("case_id")?))
    };
    let (mut instance, case) = read().map_err(ArchiveError::in_index(DOING))?;
    instance.cases.push(CaseId::new(&case)?);
    Ok(instance)
}

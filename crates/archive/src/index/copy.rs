//! The whole index from one database into another: for backups, and from SQLite to PostgreSQL or back.

use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, AssertSqlSafe, Row, Transaction};

use crate::ArchiveError;

const DOING: &str = "copying the index of the archive";

/// A column by its name and what it holds.
#[derive(Clone, Copy)]
enum Column {
    Text(&'static str),
    Number(&'static str),
}
use Column::{Number, Text};

/// Every table and column but what is only of one moment (removals, sessions, waits after wrong passwords) or of one place (the object store), tables that others refer to first.
const TABLES: &[(&str, &[Column])] = &[
    (
        "cases",
        &[
            Text("id"),
            Text("label"),
            Number("created_us"),
            Text("settings"),
            Text("settings_sha256"),
            Number("n_foreign"),
            Number("n_emptied"),
            Text("signature"),
        ],
    ),
    (
        "objects",
        &[
            Text("sha256"),
            Number("n_bytes"),
            Number("received_us"),
            Text("kind"),
            Text("sop_class"),
            Text("sop_instance"),
            Text("series"),
            Text("study"),
            Text("transfer_syntax"),
            Text("patient_id"),
            Text("issuer"),
            Text("patient_name"),
            Text("birth_date"),
            Text("sex"),
            Text("refers_to"),
        ],
    ),
    ("case_objects", &[Text("case_id"), Text("sha256")]),
    ("refusals", &[Text("case_id"), Text("sha256"), Text("kind"), Text("code"), Text("reason")]),
    ("results", &[Text("case_id"), Text("name"), Text("sha256")]),
    ("documents", &[Text("case_id"), Text("name"), Text("content")]),
    (
        "transfers",
        &[Text("id"), Text("case_id"), Text("sender"), Number("begun_us"), Number("n_objects"), Text("state")],
    ),
    (
        "accounts",
        &[
            Text("id"),
            Text("name"),
            Text("printed_name"),
            Text("role"),
            Number("sees_all"),
            Number("is_disabled"),
            Text("secret"),
            Number("n_wrong"),
            Number("created_us"),
            Text("issuer"),
            Text("subject"),
        ],
    ),
    ("grants", &[Text("account_id"), Text("case_id")]),
    (
        "centre_names",
        &[Text("centre"), Text("drawn"), Text("standard_name"), Text("confirmed_by"), Number("at_us")],
    ),
    (
        "audit",
        &[
            Number("number"),
            Number("at_us"),
            Text("actor"),
            Text("role"),
            Text("address"),
            Text("action"),
            Text("case_id"),
            Text("outcome"),
            Text("detail"),
            Text("previous_sha256"),
            Text("sha256"),
        ],
    ),
    ("audit_head", &[Number("number"), Text("sha256")]),
];

impl Column {
    fn name(self) -> &'static str {
        match self {
            Text(name) | Number(name) => name,
        }
    }
}

/// Copies every row into an index that has none yet.
pub(crate) async fn copy(from: &AnyPool, into: &mut Transaction<'static, Any>) -> Result<(), ArchiveError> {
    let failed = ArchiveError::in_index(DOING);
    for (table, columns) in TABLES {
        let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
        let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
        // Only names that stand in this file become part of a statement.
        let select = format!("SELECT {} FROM {table}", names.join(", "));
        let insert = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
        let rows = sqlx::query(AssertSqlSafe(select)).fetch_all(from).await.map_err(&failed)?;
        for row in rows {
            copy_row(&row, columns, &insert, into).await.map_err(&failed)?;
        }
    }
    Ok(())
}

async fn copy_row(
    row: &AnyRow,
    columns: &[Column],
    insert: &str,
    into: &mut Transaction<'static, Any>,
) -> Result<(), sqlx::Error> {
    let mut query = sqlx::query(AssertSqlSafe(insert.to_owned()));
    for column in columns {
        query = match column {
            Text(name) => query.bind(row.try_get::<Option<String>, _>(*name)?),
            Number(name) => query.bind(row.try_get::<i64, _>(*name)?),
        };
    }
    query.execute(&mut **into).await?;
    Ok(())
}

//! PostgreSQL over TLS: the server that RERT_TEST_POSTGRES_TLS names, as `postgres://postgres@localhost:5432`, with the files of its
//! authority and of another one (RERT_TEST_POSTGRES_AUTHORITY, RERT_TEST_POSTGRES_OTHER_AUTHORITY).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says when it skips"
)]

use archive::{Archive, ArchiveError, ArchivePlace, CaseId, Examiner};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};

/// Opens an archive in a new folder with its index at an address.
async fn open(address: String) -> Result<(tempfile::TempDir, Archive), ArchiveError> {
    let folder = tempfile::tempdir().unwrap();
    let place = ArchivePlace { postgres: Some(address), ..ArchivePlace::folder(folder.path()) };
    let archive = Archive::open(&place, Examiner::in_this_process()).await?;
    Ok((folder, archive))
}

#[tokio::test]
async fn the_index_is_reached_over_tls_and_only_where_the_authority_is_the_right_one() {
    let said = |name: &str| std::env::var(format!("RERT_TEST_POSTGRES_{name}")).ok();
    let (Some(server), Some(authority), Some(other)) = (said("TLS"), said("AUTHORITY"), said("OTHER_AUTHORITY"))
    else {
        eprintln!(
            "SKIPPED: RERT_TEST_POSTGRES_TLS and the files of two authorities name no server that speaks TLS"
        );
        return;
    };
    sqlx::any::install_default_drivers();
    let mut watching = AnyConnection::connect(&format!("{server}?sslmode=disable")).await.unwrap();
    let name = format!("rert_{}", CaseId::random().unwrap());
    watching.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let address =
        |server: &str, authority: &str| format!("{server}/{name}?sslmode=verify-full&sslrootcert={authority}");
    let (_folder, archive) = open(address(&server, &authority)).await.unwrap();
    assert!(archive.cases().await.unwrap().is_empty());
    let count = "SELECT COUNT(*) AS n, SUM(CASE WHEN ssl THEN 1 ELSE 0 END) AS n_encrypted
         FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE CAST(datname AS TEXT) = $1";
    let row = sqlx::query(count).bind(name.clone()).fetch_one(&mut watching).await.unwrap();
    let (n, n_encrypted): (i64, i64) = (row.get("n"), row.get("n_encrypted"));
    assert!(n >= 2 && n_encrypted == n, "{n_encrypted} of {n} connections are encrypted");
    archive.close().await;
    // Neither another authority nor another name than that of the certificate.
    let by_number = server.replace("localhost", "127.0.0.1");
    for address in [address(&server, &other), address(&by_number, &authority)] {
        let refused = open(address).await.unwrap_err();
        assert!(refused.to_string().contains("no encrypted connection"), "{refused}");
    }
}

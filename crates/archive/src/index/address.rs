//! Addresses of databases: how a file is written as one, and which of a server may be taken.

use std::net::IpAddr;
use std::path::Path;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::ArchiveError;

/// Refuses the address of a server elsewhere that leaves it to chance whether the connection is encrypted.
pub(super) fn refuse_maybe_plain(postgres: &str) -> Result<(), ArchiveError> {
    let failed = ArchiveError::in_index(super::OPENING);
    let options = PgConnectOptions::from_str(postgres).map_err(failed)?;
    let is_here = options.get_socket().is_some()
        || options.get_host().starts_with('/')
        || is_this_machine(options.get_host());
    match options.get_ssl_mode() {
        PgSslMode::Prefer | PgSslMode::Allow if !is_here => Err(ArchiveError::MaybePlainDatabase),
        _ => Ok(()),
    }
}

/// Whether a host is this machine itself, so that nobody can listen on the way.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The address of a file; every byte that could mean something in an address is written by its number.
pub(super) fn of_file(file: &Path) -> String {
    let mut address = "sqlite://".to_owned();
    for byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => address.push(char::from(*byte)),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address + "?mode=rwc"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_elsewhere_is_not_spoken_to_without_saying_how() {
        if std::env::var_os("PGSSLMODE").is_some() {
            eprintln!("skipped: PGSSLMODE says how, for every address that does not");
            return;
        }
        for (address, is_taken) in [
            ("postgres://rert@127.0.0.1/rert", true),
            ("postgres://rert@localhost:5433/rert", true),
            ("postgres://rert@[::1]/rert", true),
            ("postgres:///rert?host=/run/postgresql", true),
            ("postgres://rert@db.example.org/rert", false),
            ("postgres://rert@192.0.2.7/rert", false),
            ("postgres://rert@127.0.0.1.example.org/rert", false),
            ("postgres://rert@db.example.org/rert?sslmode=prefer", false),
            ("postgres://rert@db.example.org/rert?sslmode=allow", false),
            ("postgres://rert@127.0.0.1/rert?host=db.example.org", false),
            ("postgres://rert@db.example.org/rert?sslmode=verify-full&sslrootcert=/etc/rert/db.pem", true),
            ("postgres://rert@db.example.org/rert?sslmode=require", true),
            ("postgres://rert@db.example.org/rert?sslmode=disable", true),
        ] {
            assert_eq!(refuse_maybe_plain(address).is_ok(), is_taken, "{address}");
        }
    }
}

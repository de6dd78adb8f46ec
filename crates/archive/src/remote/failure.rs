//! What an object store says when it refuses.

use std::error::Error;

use object_store::client::HttpError;

use crate::ArchiveError;

const OTHERWISE: &str = "it answers with a failure";

/// A failure of the store while something was done.
pub(super) fn while_doing(doing: &'static str) -> impl Fn(object_store::Error) -> ArchiveError {
    move |error| ArchiveError::ObjectStore { doing, reason: reason(&error) }
}

/// A failure of the store while a bucket is looked for that may not be there.
pub(super) fn while_looking_for_the_bucket(doing: &'static str) -> impl Fn(object_store::Error) -> ArchiveError {
    move |error| match reason(&error) {
        OTHERWISE => ArchiveError::ObjectStore { doing, reason: "there is no such bucket" },
        reason => ArchiveError::ObjectStore { doing, reason },
    }
}

/// What was said of the store cannot be meant.
pub(super) fn of_settings(doing: &'static str) -> ArchiveError {
    ArchiveError::ObjectStore {
        doing,
        reason: "its settings (prefix, address, authorities) cannot be used, or the system trusts no authority",
    }
}

/// What was begun was ended before its time.
pub(super) fn interrupted() -> ArchiveError {
    ArchiveError::ObjectStore { doing: "working with the object store", reason: "it was broken off" }
}

/// Why the store refuses, in words of ours: its own may name what must not be told.
fn reason(error: &object_store::Error) -> &'static str {
    match error {
        object_store::Error::Unauthenticated { .. } | object_store::Error::PermissionDenied { .. } => {
            "it does not accept the key, or the key may not do this"
        }
        object_store::Error::NotFound { .. } => "there is no such bucket",
        other if is_of_the_connection(other) => "it cannot be reached, or does not answer in time",
        _ => OTHERWISE,
    }
}

fn is_of_the_connection(error: &object_store::Error) -> bool {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if error.is::<HttpError>() {
            return true;
        }
        next = error.source();
    }
    false
}

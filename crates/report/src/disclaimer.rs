//! What stands on every page.

/// Name of the report on every page.
pub(crate) const RUNNING_TITLE: &str = "rert — reirradiation assessment";

/// What a reader must know wherever the report is opened.
pub(crate) const DISCLAIMER: &str =
    "Not a medical device. For review by qualified staff; every number to be checked independently.";

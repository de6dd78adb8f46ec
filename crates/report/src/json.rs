//! The assessment as JSON.

use assessment::Assessment;

use crate::ReportError;

/// The document of the contract, indented, with a newline at its end.
///
/// # Errors
/// When a value cannot be written as JSON.
pub fn json(assessment: &Assessment) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(assessment)?;
    text.push('\n');
    Ok(text)
}

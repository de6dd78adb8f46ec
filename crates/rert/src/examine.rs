//! `rert examine`: what the program starts itself with to read files from strangers.

use std::io::{stdin, stdout};

use archive::Examiner;

use crate::failure::Failure;

/// Its name among the commands.
pub const COMMAND: &str = "examine";

/// Answers questions about files until there are none.
pub fn run() -> Result<(), Failure> {
    archive::examiner::answer(stdin().lock(), stdout().lock())
        .map_err(|error| Failure::Failed(format!("examining files: {}", error.kind())))
}

/// Examines files with this program.
///
/// # Errors
/// When the program cannot find itself.
pub fn examiner() -> Result<Examiner, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::Failed(format!("finding this program: {}", error.kind())))?;
    Ok(Examiner::in_children(program, &[COMMAND]))
}

//! `rert demo`: the main job on a synthetic patient.

use std::path::Path;

use phantom::{Options, SyntheticPatient};

use crate::failure::{Failure, while_doing};
use crate::{assess, print, tell};

/// Writes the synthetic patient beside the results and assesses it.
pub fn run(out: &Path) -> Result<(), Failure> {
    let input = out.join("input");
    tell("making a synthetic patient with two courses");
    SyntheticPatient::generate(&Options::default())
        .write(&input)
        .map_err(while_doing("writing the synthetic patient"))?;
    tell("assessing it");
    assess::run(&input, out, (None, None), false)?;
    print(&format!("also as PDF: {}", out.join("report.pdf").display()));
    Ok(())
}

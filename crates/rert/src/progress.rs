//! Reading a folder with a progress bar on a terminal.

use std::io::IsTerminal;
use std::path::Path;

use case::Settings;
use dicom::Folder;
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::{Failure, while_doing};

/// Reads a folder; the bar is drawn on a terminal only.
pub fn read_folder(directory: &Path) -> Result<Folder, Failure> {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("reading {bar:30} {pos}/{len} files") {
        bar.set_style(style);
    }
    let folder = dicom::read_folder(directory, &|read, all| {
        bar.set_length(all as u64);
        bar.set_position(read as u64);
    })
    .map_err(while_doing("reading the folder of DICOM objects"))?;
    bar.finish_and_clear();
    Ok(folder)
}

/// Settings from a file, from `case.toml` in the folder, or none.
pub fn read_settings(directory: &Path, settings: Option<&Path>) -> Result<Settings, Failure> {
    let beside = directory.join("case.toml");
    let path = match settings {
        Some(path) => path,
        None if beside.is_file() => &beside,
        None => return Ok(Settings::default()),
    };
    let text = std::fs::read_to_string(path).map_err(while_doing("reading the settings of the case"))?;
    Settings::from_toml(&text).map_err(|error| Failure::Failed(error.to_string()))
}

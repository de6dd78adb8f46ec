//! Image series: looked over as a whole before a slice of them is written.

use std::collections::BTreeMap;

use case::{Image, PatientIdentity};
use chrono::NaiveDateTime;
use geometry::Grid;
use rayon::prelude::*;

use super::Reason;
use super::image::{self, Acquisition, SliceFacts};
use super::pseudonym::{Clock, Pseudonyms};
use crate::image::{Stored, stored};
use crate::parse::Parsed;
use crate::{Folder, ReadError, Source};

/// What the slices of a series state, in their order; or why the series may not be exported. A series with a gap would be another image.
pub(super) type Survey = Result<Vec<SliceFacts>, Reason>;

/// Looks over a series.
pub(super) fn survey(folder: &Folder, series: &Image) -> Survey {
    if series.grid.is_err() {
        return Err(Reason::NoGrid);
    }
    let sources = folder.sources_of(&series.header.uid);
    sources.par_iter().map(|source| image::survey(source, &series.header.kind)).collect()
}

/// Whose the slices of all series are.
pub(super) fn identities(surveys: &[Survey]) -> impl Iterator<Item = &PatientIdentity> {
    surveys.iter().flatten().flatten().map(|facts| &facts.patient)
}

/// The clock of each study that has PET images.
pub(super) fn clocks(names: &Pseudonyms<'_>, images: &[Image], surveys: &[Survey]) -> BTreeMap<String, Clock> {
    let mut earliest: BTreeMap<&str, NaiveDateTime> = BTreeMap::new();
    for (series, survey) in images.iter().zip(surveys) {
        let times = survey.iter().flatten().filter_map(|facts| match &facts.acquisition {
            Acquisition::Pet(pet) => pet.earliest(),
            _ => None,
        });
        if let Some(first) = times.min() {
            let known = earliest.entry(&series.header.study).or_insert(first);
            *known = first.min(*known);
        }
    }
    earliest.iter().filter_map(|(study, first)| Some(((*study).to_owned(), names.clock(study, *first)?))).collect()
}

/// The stored values of all slices.
pub(super) fn values(folder: &Folder, series: &Image, grid: &Grid) -> Result<Vec<Stored>, Reason> {
    let [columns, rows, _] = grid.size();
    let read = |source: &Source| {
        let file = source.read()?;
        stored(&Parsed::read(&file)?, &file, columns * rows)
    };
    let sources = folder.sources_of(&series.header.uid);
    let slices: Result<Vec<Stored>, ReadError> = sources.par_iter().map(read).collect();
    slices.map_err(|_| Reason::Unreadable)
}

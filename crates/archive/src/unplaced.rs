//! To which patient what was refused belongs, as far as a whole transfer tells.

use std::collections::BTreeSet;

use dicom::{ClaimedPatient, Refusal};
use sqlx::{Any, Transaction};

use crate::index::cases;
use crate::{ArchiveError, CaseId};

const OF_SEVERAL: &str =
    "; objects of several patients came with it, and it is not known to which of them it belongs";

/// Something that was refused, and where it was put when it came.
#[derive(Debug)]
pub(crate) struct Unplaced {
    pub(crate) sha256: String,
    pub(crate) refusal: Refusal,
    /// Whose it says that it is.
    pub(crate) claimed: Option<ClaimedPatient>,
    pub(crate) case: CaseId,
    /// Whether the case was made for it.
    pub(crate) is_new_case: bool,
}

/// The case of a patient; nothing where the patient is not known, has none, or has several.
pub(crate) async fn case_of(
    change: &mut Transaction<'static, Any>,
    claimed: Option<&ClaimedPatient>,
) -> Result<Option<CaseId>, ArchiveError> {
    let Some(claimed) = claimed else { return Ok(None) };
    let mut of_patient = cases::of_patient(change, claimed).await?;
    let last = of_patient.pop();
    Ok(last.filter(|_| of_patient.is_empty()))
}

/// Gives what was refused to the case of its patient, to the only case into which objects came with it, or to all of them with the word
/// that nobody knows to which it belongs. A case that was made for it alone is not needed then. Tells the cases that were touched.
pub(crate) async fn place_refusals(
    change: &mut Transaction<'static, Any>,
    unplaced: Vec<Unplaced>,
    touched: Vec<CaseId>,
) -> Result<Vec<CaseId>, ArchiveError> {
    let mut with_objects = Vec::new();
    for case in &touched {
        if cases::count(change, case).await?.0 > 0 {
            with_objects.push(case.clone());
        }
    }
    let mut touched: BTreeSet<CaseId> = touched.into_iter().collect();
    let mut made = BTreeSet::new();
    for Unplaced { sha256, mut refusal, claimed, case, is_new_case } in unplaced {
        if is_new_case {
            made.insert(case.clone());
        }
        let belongs_to = match case_of(change, claimed.as_ref()).await? {
            Some(of_patient) => vec![of_patient],
            None if with_objects.is_empty() => continue,
            None => with_objects.clone(),
        };
        if belongs_to.len() > 1 {
            refusal.reason += OF_SEVERAL;
        } else if belongs_to == [case.clone()] {
            continue;
        }
        if !cases::remove_refusal(change, &case, &sha256).await? {
            // Somebody deleted the case meanwhile, and the content with it.
            continue;
        }
        for case in &belongs_to {
            cases::add_refusal(change, case, &sha256, &refusal).await?;
            touched.insert(case.clone());
        }
    }
    for case in made {
        if cases::count(change, &case).await? == (0, 0) {
            match cases::delete(change, &case).await {
                Ok(()) | Err(ArchiveError::NotFound { .. }) => touched.remove(&case),
                Err(error) => return Err(error),
            };
        }
    }
    Ok(touched.into_iter().collect())
}

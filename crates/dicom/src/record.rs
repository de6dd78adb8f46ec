//! RT treatment records.

use case::TreatmentRecord;
use dicom_core::Tag;
use dicom_dictionary_std::tags;

use crate::access::{date, integer, items};
use crate::parse::Parsed;
use crate::plan::first_reference;
use crate::{ReadError, header};

const REFERENCED_RT_PLAN_SEQUENCE: Tag = Tag(0x300C, 0x0002);
const SESSION_SEQUENCES: [Tag; 3] = [Tag(0x3008, 0x0020), Tag(0x3008, 0x0021), Tag(0x3008, 0x0110)];

/// Reads which fractions of which plan were treated when.
///
/// # Errors
/// When the plan is not named or a number is not usable.
pub fn read(parsed: &Parsed, sha256: &str) -> Result<TreatmentRecord, ReadError> {
    let object = &parsed.object;
    let header = header::read(object, "RTRECORD", sha256)?;
    let group = integer(object, tags::REFERENCED_FRACTION_GROUP_NUMBER, "Referenced Fraction Group Number")?;
    let mut fraction_numbers = Vec::new();
    for beam in SESSION_SEQUENCES.iter().flat_map(|&sequence| items(object, sequence)) {
        fraction_numbers.extend(integer(beam, tags::CURRENT_FRACTION_NUMBER, "Current Fraction Number")?);
    }
    fraction_numbers.sort_unstable();
    fraction_numbers.dedup();
    Ok(TreatmentRecord {
        plan: first_reference(object, REFERENCED_RT_PLAN_SEQUENCE)
            .ok_or(ReadError::Missing("Referenced RT Plan Sequence"))?,
        fraction_group: group.unwrap_or(1) as i32,
        fraction_numbers,
        date: date(object, tags::TREATMENT_DATE, "Treatment Date")?,
        header,
    })
}

//! A report as a document of the patient's record: the pages themselves, and the measured values in a form that programs read.

use std::path::Path;

use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::WriteError;
use crate::write::{WriteContext, decimal_string, put, put_items, write_file};

const ENCAPSULATED_PDF_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.104.1";
const COMPREHENSIVE_SR_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.88.33";
/// The scheme of codes that are our own: the standard has none for cumulative doses.
const OWN_SCHEME: &str = "99RERT";

/// A measured value of a structure, with what it was compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedMeasure {
    /// Structure, as drawn.
    pub structure: String,
    /// What was measured, as `D0.1cc of the cumulative EQD2 (α/β = 2 Gy)`.
    pub measure: String,
    /// The value, where it is known.
    pub value: Option<f64>,
    /// Its unit in UCUM: `Gy`, `cm3` or `%`.
    pub unit: &'static str,
    /// Limit, verdict and source, in words.
    pub verdict: String,
}

/// Writes a PDF as Encapsulated PDF.
///
/// # Errors
/// When the object cannot be written.
///
/// # Source
/// \[dicom_ps3_3\] PS3.3 A.45.
pub fn write_pdf(path: &Path, title: &str, pdf: &[u8], context: &WriteContext) -> Result<(), WriteError> {
    const WHAT: &str = "the report as DICOM document";
    let mut object = context.begin(ENCAPSULATED_PDF_STORAGE, "DOC", "report");
    object.remove_element(tags::POSITION_REFERENCE_INDICATOR);
    for (tag, vr, text) in [
        (tags::CONVERSION_TYPE, VR::CS, "WSD"),
        (tags::CONTENT_DATE, VR::DA, ""),
        (tags::CONTENT_TIME, VR::TM, ""),
        (tags::ACQUISITION_DATE_TIME, VR::DT, ""),
        (tags::BURNED_IN_ANNOTATION, VR::CS, "YES"),
        (tags::DOCUMENT_TITLE, VR::ST, title),
        (tags::MIME_TYPE_OF_ENCAPSULATED_DOCUMENT, VR::LO, "application/pdf"),
    ] {
        put(&mut object, tag, vr, text);
    }
    put_items(&mut object, tags::CONCEPT_NAME_CODE_SEQUENCE, vec![]);
    let mut bytes = pdf.to_vec();
    let n_bytes = bytes.len() as u32;
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    object.put(DataElement::new(tags::ENCAPSULATED_DOCUMENT_LENGTH, VR::UL, PrimitiveValue::from(n_bytes)));
    object.put(DataElement::new(tags::ENCAPSULATED_DOCUMENT, VR::OB, PrimitiveValue::U8(bytes.into())));
    write_file(object, path, WHAT)
}

/// Writes measured values as a Comprehensive SR: a container for each structure, in which each measure has its verdict.
///
/// # Errors
/// When the object cannot be written.
///
/// # Source
/// \[dicom_ps3_3\] PS3.3 A.35.3.
pub fn write_measures(
    path: &Path,
    title: &str,
    measures: &[ReportedMeasure],
    context: &WriteContext,
) -> Result<(), WriteError> {
    let mut object = context.begin(COMPREHENSIVE_SR_STORAGE, "SR", "measures");
    object.remove_element(tags::POSITION_REFERENCE_INDICATOR);
    let date = context.date.map(|date| date.format("%Y%m%d").to_string()).unwrap_or_default();
    for (tag, vr, text) in [
        (tags::CONTENT_DATE, VR::DA, date.as_str()),
        (tags::CONTENT_TIME, VR::TM, "000000"),
        // A person signs the report itself; this object alone says nothing about that.
        (tags::COMPLETION_FLAG, VR::CS, "PARTIAL"),
        (tags::VERIFICATION_FLAG, VR::CS, "UNVERIFIED"),
        (tags::VALUE_TYPE, VR::CS, "CONTAINER"),
        (tags::CONTINUITY_OF_CONTENT, VR::CS, "SEPARATE"),
    ] {
        put(&mut object, tag, vr, text);
    }
    put_items(&mut object, tags::REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE, vec![]);
    put_items(&mut object, tags::PERFORMED_PROCEDURE_CODE_SEQUENCE, vec![]);
    put_items(&mut object, tags::CONCEPT_NAME_CODE_SEQUENCE, vec![code("cumulative-dose", title)]);
    put_items(&mut object, tags::CONTENT_SEQUENCE, containers(measures));
    write_file(object, path, "the measured values as structured report")
}

/// A container for each structure, in the order in which they are met.
fn containers(measures: &[ReportedMeasure]) -> Vec<InMemDicomObject> {
    let mut structures: Vec<&str> = Vec::new();
    for measure in measures {
        if !structures.contains(&measure.structure.as_str()) {
            structures.push(&measure.structure);
        }
    }
    structures
        .into_iter()
        .map(|structure| {
            let own = measures.iter().filter(|measure| measure.structure == structure);
            let mut container = item("CONTAINER", "structure", "Structure");
            put(&mut container, tags::CONTINUITY_OF_CONTENT, VR::CS, "SEPARATE");
            let name = text("structure-name", "Name of the structure, as drawn", structure);
            let content = std::iter::once(name).chain(own.flat_map(measured)).collect();
            put_items(&mut container, tags::CONTENT_SEQUENCE, content);
            container
        })
        .collect()
}

/// The value of a measure with its name, and its verdict.
fn measured(measure: &ReportedMeasure) -> [InMemDicomObject; 2] {
    let value = match measure.value {
        Some(value) => {
            let mut number = item("NUM", "measure", &measure.measure);
            let mut unit = InMemDicomObject::new_empty();
            put(&mut unit, tags::CODE_VALUE, VR::SH, measure.unit);
            put(&mut unit, tags::CODING_SCHEME_DESIGNATOR, VR::SH, "UCUM");
            put(&mut unit, tags::CODE_MEANING, VR::LO, measure.unit);
            let mut value_and_unit = InMemDicomObject::new_empty();
            put(&mut value_and_unit, tags::NUMERIC_VALUE, VR::DS, &decimal_string(value));
            put_items(&mut value_and_unit, tags::MEASUREMENT_UNITS_CODE_SEQUENCE, vec![unit]);
            put_items(&mut number, tags::MEASURED_VALUE_SEQUENCE, vec![value_and_unit]);
            number
        }
        None => text("measure", &measure.measure, "not known"),
    };
    [value, text("verdict", "Limit, verdict and source", &measure.verdict)]
}

fn text(own_code: &str, meaning: &str, value: &str) -> InMemDicomObject {
    let mut text = item("TEXT", own_code, meaning);
    put(&mut text, tags::TEXT_VALUE, VR::UT, value);
    text
}

/// An item of the content tree.
fn item(value_type: &str, own_code: &str, meaning: &str) -> InMemDicomObject {
    let mut item = InMemDicomObject::new_empty();
    put(&mut item, tags::RELATIONSHIP_TYPE, VR::CS, "CONTAINS");
    put(&mut item, tags::VALUE_TYPE, VR::CS, value_type);
    put_items(&mut item, tags::CONCEPT_NAME_CODE_SEQUENCE, vec![code(own_code, meaning)]);
    item
}

/// A code of our own scheme; meanings longer than the standard allows are cut.
fn code(value: &str, meaning: &str) -> InMemDicomObject {
    const LONGEST_MEANING: usize = 64;
    let mut code = InMemDicomObject::new_empty();
    put(&mut code, tags::CODE_VALUE, VR::SH, value);
    put(&mut code, tags::CODING_SCHEME_DESIGNATOR, VR::SH, OWN_SCHEME);
    put(&mut code, tags::CODE_MEANING, VR::LO, &meaning.chars().take(LONGEST_MEANING).collect::<String>());
    code
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::access::{items, text};
    use crate::parse::Parsed;

    fn context() -> WriteContext {
        WriteContext {
            patient: case::PatientIdentity { id: "ID".to_owned(), ..Default::default() },
            study: "1.2.3".to_owned(),
            date: chrono::NaiveDate::from_ymd_opt(2026, 11, 28),
            seed: "seed".to_owned(),
        }
    }

    #[test]
    fn a_report_comes_back_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.dcm");
        let pdf = b"%PDF-1.7 odd";
        write_pdf(&path, "Cumulative dose", &pdf[..11], &context()).unwrap();
        let parsed = Parsed::read(&std::fs::read(&path).unwrap()).unwrap();
        let length = parsed.object.element(tags::ENCAPSULATED_DOCUMENT_LENGTH).unwrap().to_int::<u32>().unwrap();
        let bytes = parsed.object.element(tags::ENCAPSULATED_DOCUMENT).unwrap().to_bytes().unwrap();
        assert_eq!((length, &bytes[..11], bytes.len() % 2), (11, &pdf[..11], 0));
        assert_eq!(text(&parsed.object, tags::MIME_TYPE_OF_ENCAPSULATED_DOCUMENT).unwrap(), "application/pdf");
    }

    #[test]
    fn a_value_that_is_not_known_is_no_number() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("measures.dcm");
        let measure = |structure: &str, value| ReportedMeasure {
            structure: structure.to_owned(),
            measure: "D0.1cc of the cumulative EQD2 (α/β = 2 Gy), which has a name longer than a meaning may be"
                .to_owned(),
            value,
            unit: "Gy",
            verdict: "met".to_owned(),
        };
        let measures = [measure("cord", Some(61.25)), measure("brainstem", None), measure("cord", Some(12.5))];
        write_measures(&path, "Cumulative dose", &measures, &context()).unwrap();
        let parsed = Parsed::read(&std::fs::read(&path).unwrap()).unwrap();
        let structures = items(&parsed.object, tags::CONTENT_SEQUENCE);
        let types = |structure: usize| {
            let content = items(&structures[structure], tags::CONTENT_SEQUENCE);
            content.iter().map(|item| text(item, tags::VALUE_TYPE).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(types(0), ["TEXT", "NUM", "TEXT", "NUM", "TEXT"]);
        assert_eq!(types(1), ["TEXT", "TEXT", "TEXT"]);
    }
}

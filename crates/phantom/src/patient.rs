//! The whole patient as files.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dicom_dictionary_std::uids;
use dicom_object::{FileDicomObject, FileMetaTableBuilder, InMemDicomObject};
use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::course::Course;
use crate::dose_object::dose_object;
use crate::image::ct_series;
use crate::options::Options;
use crate::pet::pet_series;
use crate::plan::plan;
use crate::record;
use crate::registration::registration;
use crate::structure_set::structure_set;
use crate::truth::Truth;

/// Implementation that wrote the files; a fixed identifier, so that the bytes do not change with
/// the library's version.
const IMPLEMENTATION_UID: &str = "2.25.190364417862731558231970643148917562035";

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// CT Image: one slice.
    Ct,
    /// RT Structure Set.
    StructureSet,
    /// RT Plan.
    Plan,
    /// RT Dose.
    Dose,
    /// Spatial Registration.
    Registration,
    /// RT Beams Treatment Record.
    TreatmentRecord,
    /// PET Image: one slice.
    Pet,
}

/// One DICOM file, still in memory: change `object` to plant a fault.
#[derive(Debug, Clone)]
pub struct SyntheticFile {
    /// Path relative to the patient's folder.
    pub path: PathBuf,
    /// What the file holds.
    pub kind: ObjectKind,
    /// Course it belongs to: 1 is the prior, 2 the current one.
    pub course: usize,
    /// The data set, without file meta information.
    pub object: InMemDicomObject,
    /// Transfer syntax UID to write it in: implicit or explicit little endian, explicit big endian
    /// or deflated.
    pub transfer_syntax: &'static str,
}

/// A synthetic patient with two courses.
#[derive(Debug, Clone)]
pub struct SyntheticPatient {
    /// All files: course 1 (CT, structure set, plan, dose), then course 2, then the registration.
    pub files: Vec<SyntheticFile>,
    /// What is known exactly.
    pub truth: Truth,
    options: Options,
}

/// Why a synthetic file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PhantomError {
    /// The object has no usable SOP Class or Instance UID.
    #[error("cannot make the file meta information of {}", .path.display())]
    Meta {
        /// File that was being written.
        path: PathBuf,
        /// What is wrong.
        source: Box<dicom_object::WithMetaError>,
    },
    /// The object cannot be encoded, for instance since the transfer syntax is not supported.
    #[error("cannot encode {} in transfer syntax {transfer_syntax}", .path.display())]
    Encode {
        /// File that was being written.
        path: PathBuf,
        /// Transfer syntax asked for.
        transfer_syntax: &'static str,
        /// What is wrong.
        source: Box<dicom_object::WriteError>,
    },
    /// The file system refused.
    #[error("cannot write {}", .path.display())]
    Write {
        /// File or folder that was being written.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
}

impl SyntheticPatient {
    /// Generates both courses.
    pub fn generate(options: &Options) -> Self {
        let (prior, current) = (Course::prior(options), Course::current(options));
        let mut files = Vec::new();
        for course in [&prior, &current] {
            files.extend(ct_series(course));
            files.push(structure_set(course));
            files.push(plan(course));
            files.push(dose_object(course));
        }
        if options.include_registration && !options.same_frame {
            files.push(registration(&prior, &current));
        }
        Self { files, truth: Truth::of(options), options: options.clone() }
    }

    /// Writes every file below `directory`, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// The first file that cannot be encoded or written.
    pub fn write(&self, directory: &Path) -> Result<(), PhantomError> {
        self.files.iter().try_for_each(|file| file.write(directory))
    }

    /// All files of one kind of one course, in their order.
    pub fn files_of(&mut self, kind: ObjectKind, course: usize) -> impl Iterator<Item = &mut SyntheticFile> {
        self.files.iter_mut().filter(move |file| file.kind == kind && file.course == course)
    }

    /// The first file of one kind of one course.
    ///
    /// # Panics
    ///
    /// Where there is none: a test that asks for it is wrong.
    pub fn file(&mut self, kind: ObjectKind, course: usize) -> &mut SyntheticFile {
        self.files_of(kind, course).next().expect("the synthetic patient has a file of this kind")
    }

    /// Record of one completed fraction of a course; it is not among `files` until it is put there.
    ///
    /// Fractions count from 1 and are not limited by the plan, so that a test can record too many.
    ///
    /// # Panics
    ///
    /// If `course` is neither 1 nor 2.
    pub fn treatment_record(&self, course: usize, fraction: u32) -> SyntheticFile {
        record::treatment_record(&self.course(course), fraction)
    }

    /// PET images on the grid of the CT of a course; they are not among `files` until they are put there.
    ///
    /// # Panics
    ///
    /// If `course` is neither 1 nor 2.
    pub fn pet_series(&self, course: usize) -> Vec<SyntheticFile> {
        pet_series(&self.course(course))
    }

    fn course(&self, number: usize) -> Course<'_> {
        assert!((1..=2).contains(&number), "a synthetic patient has courses 1 and 2");
        match number {
            1 => Course::prior(&self.options),
            _ => Course::current(&self.options),
        }
    }
}

impl SyntheticFile {
    pub(crate) fn new(path: String, kind: ObjectKind, course: usize, object: InMemDicomObject) -> Self {
        let transfer_syntax = uids::EXPLICIT_VR_LITTLE_ENDIAN;
        Self { path: path.into(), kind, course, object, transfer_syntax }
    }

    /// The file as bytes: preamble, file meta information and data set.
    ///
    /// # Errors
    ///
    /// Where the object has no SOP UIDs or cannot be encoded in its transfer syntax.
    pub fn bytes(&self) -> Result<Vec<u8>, PhantomError> {
        if self.transfer_syntax == uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN {
            return self.deflated_bytes();
        }
        let mut bytes = Vec::new();
        let object = self.with_meta(self.transfer_syntax)?;
        object.write_all(&mut bytes).map_err(|source| self.encode_error(source))?;
        Ok(bytes)
    }

    /// Writes the file below `directory`.
    ///
    /// # Errors
    ///
    /// As [`Self::bytes`], and where the file system refuses.
    pub fn write(&self, directory: &Path) -> Result<(), PhantomError> {
        let path = directory.join(&self.path);
        let bytes = self.bytes()?;
        let folder = path.parent().unwrap_or(directory);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|source| PhantomError::Write { path, source })
    }

    /// Deflated here, since the DICOM library is built without that codec.
    fn deflated_bytes(&self) -> Result<Vec<u8>, PhantomError> {
        let mut data_set = Vec::new();
        self.with_meta(uids::EXPLICIT_VR_LITTLE_ENDIAN)?
            .write_dataset(&mut data_set)
            .map_err(|source| self.encode_error(source))?;
        let mut bytes = vec![0_u8; 128];
        bytes.extend_from_slice(b"DICM");
        self.with_meta(self.transfer_syntax)?
            .write_meta(&mut bytes)
            .map_err(|source| self.encode_error(source))?;
        let mut deflated =
            deflate(&data_set).map_err(|source| PhantomError::Write { path: self.path.clone(), source })?;
        if deflated.len() % 2 == 1 {
            deflated.push(0);
        }
        bytes.append(&mut deflated);
        Ok(bytes)
    }

    fn with_meta(&self, transfer_syntax: &str) -> Result<FileDicomObject<InMemDicomObject>, PhantomError> {
        let meta = FileMetaTableBuilder::new()
            .transfer_syntax(transfer_syntax)
            .implementation_class_uid(IMPLEMENTATION_UID)
            .implementation_version_name("RERT_PHANTOM_1");
        self.object
            .clone()
            .with_meta(meta)
            .map_err(|source| PhantomError::Meta { path: self.path.clone(), source: Box::new(source) })
    }

    fn encode_error(&self, source: dicom_object::WriteError) -> PhantomError {
        PhantomError::Encode {
            path: self.path.clone(),
            transfer_syntax: self.transfer_syntax,
            source: Box::new(source),
        }
    }
}

fn deflate(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    /// Retired, and still what old archives hold.
    const EXPLICIT_VR_BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

    use std::collections::BTreeSet;
    use std::io::Read;

    use dicom_dictionary_std::tags;
    use flate2::read::DeflateDecoder;

    use super::*;
    use crate::options::DoseBits;

    fn tiny() -> SyntheticPatient {
        SyntheticPatient::generate(&Options::tiny())
    }

    fn text_of(file: &SyntheticFile, tag: dicom_object::Tag) -> String {
        let value = file.object.element(tag).expect("the element is there");
        value.to_str().expect("the element is text").into_owned()
    }

    #[test]
    fn the_same_options_give_the_same_bytes() {
        let (one, other) = (tiny(), tiny());
        assert_eq!(one.files.len(), other.files.len());
        for (a, b) in one.files.iter().zip(&other.files) {
            assert_eq!(a.path, b.path);
            let (a, b) = (a.bytes().expect("encodes"), b.bytes().expect("encodes"));
            assert!(a == b, "two runs differ");
        }
    }

    #[test]
    fn every_file_has_its_own_path_and_identifier() {
        let patient = tiny();
        let paths: BTreeSet<_> = patient.files.iter().map(|file| file.path.clone()).collect();
        let uids: BTreeSet<_> = patient.files.iter().map(|file| text_of(file, tags::SOP_INSTANCE_UID)).collect();
        assert_eq!(paths.len(), patient.files.len());
        assert_eq!(uids.len(), patient.files.len());
        assert!(uids.iter().all(|uid| uid.len() <= 64));
    }

    #[test]
    fn files_can_be_read_back_in_every_native_syntax() {
        let mut patient = tiny();
        let slice = patient.file(ObjectKind::Ct, 2);
        let expected = slice.object.element(tags::PIXEL_DATA).expect("pixels").to_bytes();
        let expected = expected.expect("bytes").into_owned();
        for syntax in [uids::IMPLICIT_VR_LITTLE_ENDIAN, uids::EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN] {
            slice.transfer_syntax = syntax;
            let bytes = slice.bytes().expect("encodes");
            let read = dicom_object::from_reader(&bytes[..]).expect("reads back");
            let pixels = read.element(tags::PIXEL_DATA).expect("pixels").to_bytes();
            assert!(pixels.expect("bytes")[..] == expected[..], "{syntax}");
        }
    }

    #[test]
    fn a_deflated_file_holds_the_explicit_data_set() {
        let mut patient = tiny();
        let plan = patient.file(ObjectKind::Plan, 1);
        let plain = plan.bytes().expect("encodes");
        plan.transfer_syntax = uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
        let deflated = plan.bytes().expect("encodes");
        // Preamble, magic and group length element, which says how much meta information follows.
        let length = u32::from_le_bytes([deflated[140], deflated[141], deflated[142], deflated[143]]);
        let mut inflated = Vec::new();
        DeflateDecoder::new(&deflated[144 + length as usize..]).read_to_end(&mut inflated).expect("inflates");
        assert!(!inflated.is_empty() && plain.ends_with(&inflated));
    }

    #[test]
    fn stored_dose_is_the_formula_at_the_voxel_centre() {
        for (dose_bits, quantum_gy) in [(DoseBits::Sixteen, 1e-3), (DoseBits::ThirtyTwo, 1e-6)] {
            let options = Options { dose_bits, ..Options::tiny() };
            let mut patient = SyntheticPatient::generate(&options);
            let grid = Course::current(&options).dose_grid();
            let index = [grid.size[0] / 2 + 4, grid.size[1] / 2 + 2, grid.size[2] / 2 - 4];
            let voxel = (index[2] * grid.size[1] + index[1]) * grid.size[0] + index[0];
            let truth = patient.truth.clone();
            let pixels = &patient.file(ObjectKind::Dose, 2).object;
            let pixels = pixels.element(tags::PIXEL_DATA).expect("pixels");
            let stored = pixels.to_multi_int::<u32>().expect("integers")[voxel];
            let expected_gy = truth.current_dose_gy(grid.position_mm(index));
            assert!(expected_gy > 5.0, "the voxel should be near the target: {expected_gy} Gy");
            assert!((f64::from(stored) * quantum_gy - expected_gy).abs() <= 0.51 * quantum_gy);
        }
    }

    #[test]
    fn the_chain_of_references_holds() {
        let mut patient = tiny();
        for course in [1, 2] {
            let plan_uid = text_of(patient.file(ObjectKind::Plan, course), tags::SOP_INSTANCE_UID);
            let dose = &patient.file(ObjectKind::Dose, course).object;
            let plan = dose.element(tags::REFERENCED_RT_PLAN_SEQUENCE).expect("a plan");
            let plan = &plan.items().expect("a sequence")[0];
            let referenced = plan.element(tags::REFERENCED_SOP_INSTANCE_UID).expect("a UID");
            assert_eq!(referenced.to_str().expect("text"), plan_uid);
        }
    }

    #[test]
    fn the_registration_is_left_out_where_there_is_nothing_to_register() {
        let has_registration = |options: &Options| {
            let patient = SyntheticPatient::generate(options);
            patient.files.iter().any(|file| file.kind == ObjectKind::Registration)
        };
        assert!(has_registration(&Options::tiny()));
        assert!(!has_registration(&Options { same_frame: true, ..Options::tiny() }));
        assert!(!has_registration(&Options { include_registration: false, ..Options::tiny() }));
    }

    #[test]
    fn every_organ_is_drawn_on_several_slices() {
        let mut patient = tiny();
        for (course, rois) in [(1, 9), (2, 10)] {
            let structures = &patient.file(ObjectKind::StructureSet, course).object;
            let contours = structures.element(tags::ROI_CONTOUR_SEQUENCE).expect("contours");
            let items = contours.items().expect("a sequence");
            assert_eq!(items.len(), rois);
            for item in items {
                let slices = item.element(tags::CONTOUR_SEQUENCE).expect("contours").items();
                assert!(slices.expect("a sequence").len() >= 6);
            }
        }
    }

    #[test]
    fn treatment_records_are_made_on_demand() {
        let patient = tiny();
        let record = patient.treatment_record(1, 17);
        assert_eq!(record.kind, ObjectKind::TreatmentRecord);
        assert_eq!(text_of(&record, tags::TREATMENT_DATE), "20210406");
    }
}

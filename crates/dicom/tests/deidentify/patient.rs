//! The synthetic patient with an object of every kind, and its export.

use std::path::Path;

use dicom::deidentify::{Export, Policy, SecretKey, deidentify};
use dicom::{Folder, WriteContext, write_deformable_registration};
use dicom_core::{DataElement, VR};
use dicom_dictionary_std::tags;
use geometry::{Affine, DeformationField, FrameOfReference, Grid, Point, Volume};
use phantom::{ObjectKind, Options, SyntheticFile, SyntheticPatient};

pub const KEY: &[u8] = b"a key for tests, which is no secret at all";
pub const OTHER_KEY: &[u8] = b"another key for tests that nobody keeps secret";

/// CT, structure set, plan and dose of both courses, a registration, treatment records, PET and MR.
pub fn whole() -> SyntheticPatient {
    let mut patient = SyntheticPatient::generate(&Options::tiny());
    for (course, fraction) in [(1, 1), (1, 2), (1, 30), (2, 1), (2, 2)] {
        let record = patient.treatment_record(course, fraction);
        patient.files.push(record);
    }
    let pet = patient.pet_series(2);
    patient.files.extend(pet);
    let mr: Vec<SyntheticFile> = patient.files_of(ObjectKind::Ct, 2).map(|file| as_mr(file.clone())).collect();
    patient.files.extend(mr);
    patient
}

fn as_mr(mut file: SyntheticFile) -> SyntheticFile {
    let text = |file: &SyntheticFile, tag| file.object.element(tag).unwrap().to_str().unwrap().into_owned();
    for tag in [tags::SOP_INSTANCE_UID, tags::SERIES_INSTANCE_UID] {
        let uid = format!("{}.4", text(&file, tag));
        file.object.put(DataElement::new(tag, VR::UI, uid));
    }
    file.object.put(DataElement::new(tags::SOP_CLASS_UID, VR::UI, "1.2.840.10008.5.1.4.1.1.4"));
    file.object.put(DataElement::new(tags::MODALITY, VR::CS, "MR"));
    file.object.put(DataElement::new(tags::SCANNING_SEQUENCE, VR::CS, "SE"));
    file.object.put(DataElement::new(tags::ECHO_TIME, VR::DS, "12.5"));
    file.path = Path::new("mr").join(file.path.file_name().unwrap());
    file
}

/// A deformable registration of the patient, which the phantom has not.
pub fn write_deformation(folder: &Folder, place: &Path) {
    let registration = &folder.objects.registrations[0];
    let (fixed, moving) = (registration.transforms[0].to.clone(), registration.transforms[0].from.clone());
    let grid = Grid::axial(Point::new(-40.0, -30.5, -20.25), [20.0, 15.0, 10.0], [5, 4, 6]).unwrap();
    let vectors = (0..grid.len()).map(|index| [index as f32 / 7.0, -1.5, (index % 5) as f32]).collect();
    let field = DeformationField::new(
        Affine::identity(),
        Volume::new(grid, vectors).unwrap(),
        registration.transforms[0].inverse().transform.as_affine().unwrap(),
    );
    let context = WriteContext {
        patient: registration.header.patient.clone(),
        study: registration.header.study.clone(),
        date: registration.header.study_date,
        seed: "deformation of a test".into(),
    };
    let frames: (&FrameOfReference, &FrameOfReference) = (&fixed, &moving);
    write_deformable_registration(&place.join("deformation.dcm"), "deformation", frames, &field, &context)
        .unwrap();
}

pub fn read(place: &Path) -> Folder {
    dicom::read_folder(place, &|_, _| {}).unwrap()
}

/// The names that the test knows; a centre's own names are not among them.
pub fn standard_name(drawn: &str) -> Option<String> {
    let known =
        [("SpinalCord", "SpinalCord"), ("Spinal Cord", "SpinalCord"), ("PTV", "PTV"), ("BrainStem", "Brainstem")];
    known.iter().find(|(name, _)| *name == drawn).map(|(_, standard)| (*standard).to_owned())
}

pub fn export(folder: &Folder, key: &[u8], out: &Path) -> Export {
    let policy = Policy { standard_name: &standard_name, same_patient: false };
    deidentify(folder, &policy, &SecretKey::new(key).unwrap(), out).unwrap()
}

/// Writes the patient, reads it, and exports it.
pub struct Exported {
    pub original: Folder,
    pub export: Export,
    pub out: tempfile::TempDir,
    pub input: tempfile::TempDir,
}

impl Exported {
    pub fn of(patient: &SyntheticPatient) -> Self {
        let (input, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        patient.write(input.path()).unwrap();
        Self::of_folder(input, out)
    }

    pub fn of_folder(input: tempfile::TempDir, out: tempfile::TempDir) -> Self {
        write_deformation(&read(input.path()), input.path());
        let original = read(input.path());
        let export = export(&original, KEY, out.path());
        Self { original, export, out, input }
    }

    pub fn new_uid(&self, original: &str) -> &str {
        self.export.linkage.uids.get(original).unwrap()
    }
}

//! What can be chosen about a synthetic patient.

use crate::scenario::Scenario;

/// How finely the patient is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// CT 66 × 40 × 44 at 6 mm, dose at 5 mm, or as fine as the organs need: small enough to be generated in every test.
    Tiny,
    /// CT 256 × 256 × 110 at 2 × 2 × 2.5 mm, dose at 2.5 mm: the demonstration patient.
    Full,
}

/// Size of a stored dose value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoseBits {
    /// 16 bit, quantum 1 mGy.
    Sixteen,
    /// 32 bit, quantum 1 µGy.
    ThirtyTwo,
}

/// Who the patient is, as the DICOM patient module says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientIdentity {
    /// Patient ID (0010,0020).
    pub id: String,
    /// Issuer of Patient ID (0010,0021).
    pub issuer: String,
    /// Patient's Name (0010,0010), components separated by `^`.
    pub name: String,
    /// Patient's Birth Date (0010,0030), `YYYYMMDD`.
    pub birth_date: String,
    /// Patient's Sex (0010,0040): `M`, `F` or `O`.
    pub sex: String,
}

impl Default for PatientIdentity {
    fn default() -> Self {
        Scenario::HeadAndNeck.identity()
    }
}

/// What to generate. `Options::default()` is the demonstration patient.
///
/// Unique identifiers depend on the patient's ID and issuer and on `uid_salt` alone. Two patients
/// that differ in other options therefore share their identifiers: give one of them a salt where
/// both must live in one folder, and none where a test wants two contents under one identifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Who is treated, where and with what.
    pub scenario: Scenario,
    /// Sampling of images and doses.
    pub detail: Detail,
    /// Both courses in one frame of reference, with no motion between them.
    pub same_frame: bool,
    /// Fractions planned in the prior course; its total dose stays the same.
    pub prior_fractions: u32,
    /// Fractions planned in the current course; its total dose stays the same.
    pub current_fractions: u32,
    /// Also write the true motion as a Spatial Registration object of course 2. Ignored where both
    /// courses share a frame, since there is nothing to register.
    pub include_registration: bool,
    /// Who the patient is.
    pub patient: PatientIdentity,
    /// Size of a stored dose value.
    pub dose_bits: DoseBits,
    /// Standard deviation of the CT noise in HU. It belongs to the place in the patient and to the
    /// course, not to the voxel index, so it survives a change of orientation.
    pub noise_hu: f64,
    /// Image Orientation (Patient) of the CT: direction of a row (rising column index), then of a
    /// column (rising row index), in patient coordinates.
    pub ct_orientation: [f64; 6],
    /// Image Orientation (Patient) of the dose, as for the CT.
    pub dose_orientation: [f64; 6],
    /// Patient Position (0018,5100) of images and plans, such as `HFS`.
    pub patient_position: String,
    /// Dose grid spacing in mm along the patient's x, y and z, instead of that of `detail`.
    pub dose_spacing_mm: Option<[f64; 3]>,
    /// Changes every unique identifier.
    pub uid_salt: String,
}

/// Rows along the patient's x, columns along y: the usual axial image.
const AXIAL: [f64; 6] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0];

impl Default for Options {
    fn default() -> Self {
        Self::of(Scenario::HeadAndNeck)
    }
}

impl Options {
    /// A patient in full detail.
    pub fn of(scenario: Scenario) -> Self {
        let [prior_fractions, current_fractions] = scenario.story().fractions;
        Self {
            scenario,
            detail: Detail::Full,
            same_frame: false,
            prior_fractions,
            current_fractions,
            include_registration: true,
            patient: scenario.identity(),
            dose_bits: DoseBits::ThirtyTwo,
            noise_hu: 8.0,
            ct_orientation: AXIAL,
            dose_orientation: AXIAL,
            patient_position: "HFS".into(),
            dose_spacing_mm: None,
            uid_salt: String::new(),
        }
    }

    /// The demonstration patient, coarse and without image noise: for tests.
    pub fn tiny() -> Self {
        Self::tiny_of(Scenario::HeadAndNeck)
    }

    /// A patient, coarse and without image noise.
    pub fn tiny_of(scenario: Scenario) -> Self {
        Self { detail: Detail::Tiny, noise_hu: 0.0, ..Self::of(scenario) }
    }
}

impl Detail {
    /// Number of vertices of a contour is four times two to this power.
    pub(crate) fn contour_halvings(self) -> u32 {
        match self {
            Self::Tiny => 4,
            Self::Full => 5,
        }
    }
}

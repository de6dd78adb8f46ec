//! What `rert register` is asked to do.

use std::path::PathBuf;

use clap::Args;

/// Register two image series and write the maps between them as DICOM objects.
#[derive(Args)]
pub struct RegisterArguments {
    /// Folder with the one image series that stays, and its structure set where organs are named.
    #[arg(long, value_name = "DIR")]
    pub fixed: PathBuf,
    /// Folder with the one image series that is carried onto it, and its structure set where organs are named.
    #[arg(long, value_name = "DIR")]
    pub moving: PathBuf,
    /// Folder to write rigid.dcm, regional.dcm and deformable.dcm to.
    #[arg(long, value_name = "OUT")]
    pub out: PathBuf,
    /// Rotation and shift alone; the only choice unless both series are CT.
    #[arg(long)]
    pub rigid: bool,
    /// Bone counts ten times as much as other tissue in the rigid registration.
    #[arg(long)]
    pub bone: bool,
    /// Also a rigid map for the surroundings of an organ of the fixed series alone.
    #[arg(long, value_name = "NAME")]
    pub around: Option<String>,
    /// How far the surroundings of --around reach.
    #[arg(long, value_name = "MM", default_value_t = 20.0)]
    pub margin_mm: f64,
    /// An organ drawn in both series that is to come onto itself: NAME, or NAME=NAME where the names differ (fixed first).
    #[arg(long, value_name = "NAME[=NAME]")]
    pub guide: Vec<String>,
    /// Text with the columns x,y,z (fixed) and x2,y2,z2 (moving) in mm (LPS): where the search begins and what it is held to.
    #[arg(long, value_name = "CSV")]
    pub landmarks: Option<PathBuf>,
    /// A structure of the fixed series that shows what the moving one does not: a new tumour, an implant.
    #[arg(long, value_name = "NAME")]
    pub only_fixed: Vec<String>,
    /// A structure of the moving series that shows what the fixed one does not: what was resected since.
    #[arg(long, value_name = "NAME")]
    pub only_moving: Vec<String>,
    /// Landmarks in the form of --landmarks that have no say and are only compared (target registration error).
    #[arg(long, value_name = "CSV")]
    pub check_landmarks: Option<PathBuf>,
    /// An organ drawn in both series that has no say and is only compared, in the form of --guide.
    #[arg(long, value_name = "NAME[=NAME]")]
    pub check: Vec<String>,
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

//! `rert register`: two image series in, registration objects out.

use std::path::{Path, PathBuf};
use std::time::Instant;

use case::{Findings, Image};
use clap::Args;
use dicom::{WriteContext, write_deformable_registration, write_registration};
use geometry::{DeformationField, Volume};
use registration::{RigidRegistration, register_deformable, register_rigid};
use serde_json::{Value, json};

use crate::failure::{Failure, while_doing};
use crate::print;

/// Register two CT series and write the maps between them as DICOM objects.
#[derive(Args)]
pub struct RegisterArguments {
    /// Folder with the one CT series that stays.
    #[arg(long, value_name = "DIR")]
    fixed: PathBuf,
    /// Folder with the one CT series that is carried onto it.
    #[arg(long, value_name = "DIR")]
    moving: PathBuf,
    /// Folder to write rigid.dcm and deformable.dcm to.
    #[arg(long, value_name = "OUT")]
    out: PathBuf,
    /// Rotation and shift alone.
    #[arg(long)]
    rigid: bool,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// A series and its values.
struct Series {
    image: Image,
    voxels: Volume<f32>,
}

/// Reads, registers and writes.
pub fn run(arguments: &RegisterArguments) -> Result<(), Failure> {
    let mut findings = Findings::new();
    let fixed = read(&arguments.fixed, "fixed", &mut findings)?;
    let moving = read(&arguments.moving, "moving", &mut findings)?;
    check_patients(&fixed.image, &moving.image, &mut findings);
    let findings = findings.into_sorted();
    for finding in &findings {
        crate::tell(&format!("{} {}: {}", finding.code, finding.subject, finding.message));
    }
    Failure::refusal(&findings).map_or(Ok(()), Err)?;
    if fixed.image.frame == moving.image.frame {
        return Err(Failure::Refused(format!(
            "H38 {}: both series claim the same frame of reference, so no object can say which is which; give one of them a \
             frame of its own",
            fixed.image.frame
        )));
    }
    let start = Instant::now();
    let failed = || while_doing("registering the series");
    let rigid = register_rigid(&fixed.voxels, &moving.voxels).map_err(failed())?;
    let field = if arguments.rigid {
        None
    } else {
        let field = register_deformable(&fixed.voxels, &moving.voxels, &rigid.moving_from_fixed);
        Some(field.map_err(failed())?)
    };
    let seconds = start.elapsed().as_secs_f64();
    write(arguments, [&fixed, &moving], &rigid, field.as_ref())?;
    tell(arguments, &rigid, field.as_ref(), seconds)
}

/// What the writer of the files says of the patients; whether they are the same is for a person to say (H01).
fn check_patients(fixed: &Image, moving: &Image, findings: &mut Findings) {
    if fixed.header.patient.id != moving.header.patient.id {
        let message = "the two series bear different patient IDs: make sure that they show the same person";
        findings.warn("H01", "registration", message);
    }
}

fn read(folder: &Path, which: &str, findings: &mut Findings) -> Result<Series, Failure> {
    let mut read = crate::progress::read_folder(folder)?;
    let n = read.objects.images.len();
    if n != 1 {
        let message = format!("reading the {which} series: the folder holds {n} image series, not one");
        return Err(Failure::Failed(message));
    }
    read.load_voxels(0).map_err(while_doing(&format!("reading the {which} series")))?;
    findings.extend(std::mem::take(&mut read.objects.findings));
    let mut image = read.objects.images.remove(0);
    if image.header.kind != "CT" {
        let message =
            format!("reading the {which} series: it is {}, and only CT can be registered", image.header.kind);
        return Err(Failure::Failed(message));
    }
    let voxels = image.voxels.take().ok_or_else(|| {
        Failure::Failed(format!("reading the {which} series: its slices make no volume; export the series again"))
    })?;
    Ok(Series { image, voxels })
}

fn write(
    arguments: &RegisterArguments,
    [fixed, moving]: [&Series; 2],
    rigid: &RigidRegistration,
    field: Option<&DeformationField>,
) -> Result<(), Failure> {
    std::fs::create_dir_all(&arguments.out).map_err(while_doing("writing the registration"))?;
    let header = &fixed.image.header;
    let context = WriteContext {
        patient: header.patient.clone(),
        study: header.study.clone(),
        date: header.study_date,
        seed: [fixed.image.instances.join(","), moving.image.instances.join(",")].join("/"),
    };
    let frames = (&fixed.image.frame, &moving.image.frame);
    let failed = |error: dicom::WriteError| Failure::Failed(error.to_string());
    let back = rigid.moving_from_fixed.inverse();
    write_registration(&arguments.out.join("rigid.dcm"), "rigid", frames, &back, &context).map_err(failed)?;
    let path = arguments.out.join("deformable.dcm");
    match field {
        Some(field) => write_deformable_registration(&path, "deformable", frames, field, &context).map_err(failed),
        // A map of an earlier run must not stand beside another one.
        None if path.exists() => std::fs::remove_file(&path).map_err(while_doing("clearing earlier results")),
        None => Ok(()),
    }
}

/// The measures; a registration that is not to be trusted is written, and refused by the exit code (H39, H41).
fn tell(
    arguments: &RegisterArguments,
    rigid: &RigidRegistration,
    field: Option<&DeformationField>,
    seconds: f64,
) -> Result<(), Failure> {
    let determinants = field.map(DeformationField::jacobian_determinants);
    let range = determinants.as_ref().map(|all| {
        [all.iter().copied().fold(f64::INFINITY, f64::min), all.iter().copied().fold(f64::NEG_INFINITY, f64::max)]
    });
    let distrust = rigid.quality.distrust();
    let document = json!({
        "kind": if field.is_some() { "deformable" } else { "rigid" },
        "seconds": seconds,
        "rigid": {
            "moving_from_fixed": rigid.moving_from_fixed.to_row_major(),
            "normalized_cross_correlation": rigid.quality.normalized_cross_correlation,
            "overlap_percent": rigid.quality.overlap_percent,
            "inverse_consistency_mm": rigid.quality.inverse_consistency_mm,
            "distrust": distrust,
        },
        "deformable": range.map_or(Value::Null, |[least, largest]| json!({
            "jacobian_minimum": least,
            "jacobian_maximum": largest,
        })),
    });
    if arguments.json {
        print(&serde_json::to_string_pretty(&document).map_err(while_doing("printing the registration"))?);
    } else {
        print(&format!(
            "rigid: correlation {:.3}, overlap {:.0} %, inverse consistency {:.2} mm",
            rigid.quality.normalized_cross_correlation,
            rigid.quality.overlap_percent,
            rigid.quality.inverse_consistency_mm
        ));
        if let Some([least, largest]) = range {
            print(&format!("deformable: Jacobian determinants {least:.2} to {largest:.2}"));
        }
        print(&format!("{seconds:.1} s; nobody has accepted this registration yet"));
    }
    if let Some(reason) = distrust {
        return Err(Failure::Refused(format!("H39 registration: {reason}")));
    }
    match range {
        Some([least, _]) if least <= 0.0 => Err(Failure::Refused(format!(
            "H41 registration: the deformation folds (Jacobian determinant {least:.2})"
        ))),
        _ => Ok(()),
    }
}

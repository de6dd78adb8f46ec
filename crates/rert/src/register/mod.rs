//! `rert register`: two image series in, registration objects out.

mod arguments;
mod guidance;
mod series;
mod told;

use std::time::Instant;

use case::{Findings, Image};
use dicom::{WriteContext, write_deformable_registration, write_registration};
use geometry::{Point, Transform};
use registration::measure::{objections, verdict};
use registration::{
    DeformableOptions, DeformableRegistration, Measure, Modality, OrganPair, RigidOptions, RigidRegistration,
    Verdict, quality, register_deformable, register_rigid,
};

pub use self::arguments::RegisterArguments;
use self::guidance::{Guidance, within};
use self::series::Series;
use crate::failure::{Failure, while_doing};
use crate::print;

/// What was found.
pub struct Registered {
    pub rigid: RigidRegistration,
    pub regional: Option<RigidRegistration>,
    pub deformable: Option<DeformableRegistration>,
    /// The measures of each map, by its name.
    pub judged: Vec<(&'static str, Vec<Measure>)>,
}

impl Registered {
    pub fn kind(&self) -> &'static str {
        if self.deformable.is_some() { "deformable" } else { "rigid" }
    }

    /// The worst of the maps that were asked for: the last one, and a regional one.
    pub fn verdict(&self) -> Verdict {
        self.asked_for().map(|(_, measures)| verdict(measures)).max().unwrap_or(Verdict::Unusable)
    }

    fn asked_for(&self) -> impl Iterator<Item = &(&'static str, Vec<Measure>)> {
        let last = self.judged.len().saturating_sub(1);
        let is_asked_for =
            move |(at, (what, _)): &(usize, &(&str, Vec<Measure>))| *at == last || *what == "regional";
        self.judged.iter().enumerate().filter(is_asked_for).map(|(_, own)| own)
    }
}

/// Reads, registers and writes.
pub fn run(arguments: &RegisterArguments) -> Result<(), Failure> {
    let mut findings = Findings::new();
    let fixed = Series::read(&arguments.fixed, "fixed", &mut findings)?;
    let moving = Series::read(&arguments.moving, "moving", &mut findings)?;
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
    if !arguments.rigid && [&fixed, &moving].iter().any(|series| series.scan().modality != Modality::Ct) {
        let message = "only two CTs can be deformed onto each other; ask for --rigid";
        return Err(Failure::Failed(format!("registering the series: {message}")));
    }
    let guidance = Guidance::read(arguments, &fixed, &moving)?;
    let start = Instant::now();
    let registered =
        register(arguments, &fixed, &moving, &guidance).map_err(while_doing("registering the series"))?;
    let seconds = start.elapsed().as_secs_f64();
    write(arguments, [&fixed, &moving], &registered)?;
    if arguments.json {
        let document = told::document(&registered, seconds);
        print(&serde_json::to_string_pretty(&document).map_err(while_doing("printing the registration"))?);
    } else {
        print(&told::lines(&registered, seconds));
    }
    refuse(&registered)
}

fn register(
    arguments: &RegisterArguments,
    fixed: &Series,
    moving: &Series,
    guidance: &Guidance,
) -> Result<Registered, registration::RegistrationError> {
    let (fixed, moving) = (fixed.scan(), moving.scan());
    let options =
        RigidOptions { bone_leads: arguments.bone, landmarks: &guidance.landmarks, ..RigidOptions::default() };
    let rigid = register_rigid(&fixed, &moving, &options)?;
    let near =
        guidance.around.as_ref().map(|organ| move |point: &Point| organ.distance_mm(point) <= arguments.margin_mm);
    let regional = near.as_ref().map(|near| {
        let start = Some(&rigid.moving_from_fixed);
        register_rigid(
            &fixed,
            &moving,
            &RigidOptions { start, within: Some(near), bone_leads: arguments.bone, landmarks: &[] },
        )
    });
    let regional = regional.transpose()?;
    let organs: Vec<OrganPair<'_>> = guidance.guide.iter().map(guidance::NamedPair::shapes).collect();
    let only_fixed = |point: &Point| within(&guidance.only_fixed, point);
    let only_moving = |point: &Point| within(&guidance.only_moving, point);
    let options = DeformableOptions {
        landmarks: &guidance.landmarks,
        organs: &organs,
        only_in_fixed: (!guidance.only_fixed.is_empty()).then_some(&only_fixed),
        only_in_moving: (!guidance.only_moving.is_empty()).then_some(&only_moving),
    };
    let deformable =
        if arguments.rigid { None } else { Some(register_deformable(&fixed, &moving, &rigid.start(), &options)?) };
    let judged = judged(&rigid, regional.as_ref(), deformable.as_ref(), guidance);
    Ok(Registered { rigid, regional, deformable, judged })
}

/// What the images, the drawn organs and the landmarks say of each map.
fn judged(
    rigid: &RigidRegistration,
    regional: Option<&RigidRegistration>,
    deformable: Option<&DeformableRegistration>,
    guidance: &Guidance,
) -> Vec<(&'static str, Vec<Measure>)> {
    let compared = |map: &Transform| {
        let organs = guidance.check.iter().flat_map(|pair| quality::of_organ(map, &pair.name, &pair.shapes()));
        organs.chain(quality::of_landmarks(map, &guidance.check_landmarks)).collect::<Vec<_>>()
    };
    let of_rigid = |rigid: &RigidRegistration| {
        [rigid.measures(), compared(&Transform::Affine(rigid.moving_from_fixed.clone()))].concat()
    };
    let mut judged = vec![("rigid", of_rigid(rigid))];
    judged.extend(regional.map(|regional| ("regional", of_rigid(regional))));
    judged.extend(deformable.map(|deformable| {
        let map = Transform::Deformation(std::sync::Arc::new(deformable.field.clone()));
        // A deformation stands on the rigid map, and can look good where that one shows another patient.
        ("deformable", [deformable.measures(), rigid.identity_measures(), compared(&map)].concat())
    }));
    judged
}

/// What the writer of the files says of the patients; whether they are the same is for a person to say (H01).
fn check_patients(fixed: &Image, moving: &Image, findings: &mut Findings) {
    if fixed.header.patient.id != moving.header.patient.id {
        let message = "the two series bear different patient IDs: make sure that they show the same person";
        findings.warn("H01", "registration", message);
    }
}

fn write(
    arguments: &RegisterArguments,
    [fixed, moving]: [&Series; 2],
    registered: &Registered,
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
    for (name, rigid) in [("rigid", Some(&registered.rigid)), ("regional", registered.regional.as_ref())] {
        let path = arguments.out.join(format!("{name}.dcm"));
        clear(&path)?;
        if let Some(rigid) = rigid {
            write_registration(&path, name, frames, &rigid.moving_from_fixed.inverse(), &context)
                .map_err(|error| Failure::Failed(error.to_string()))?;
        }
    }
    let path = arguments.out.join("deformable.dcm");
    clear(&path)?;
    if let Some(deformable) = &registered.deformable {
        write_deformable_registration(&path, "deformable", frames, &deformable.field, &context)
            .map_err(|error| Failure::Failed(error.to_string()))?;
    }
    Ok(())
}

/// A map of an earlier run must not stand beside another one.
fn clear(path: &std::path::Path) -> Result<(), Failure> {
    if path.exists() {
        std::fs::remove_file(path).map_err(while_doing("clearing earlier results"))
    } else {
        Ok(())
    }
}

/// A registration that is not to be trusted is written, and refused by the exit code (H07, H39, H41).
fn refuse(registered: &Registered) -> Result<(), Failure> {
    let unusable = registered.asked_for().find(|(_, measures)| verdict(measures) == Verdict::Unusable);
    let Some((what, measures)) = unusable else { return Ok(()) };
    let is_against =
        |name: &str| measures.iter().any(|measure| measure.name == name && measure.verdict() == Verdict::Unusable);
    let code = match (is_against("mirrored_closeness"), is_against("jacobian_minimum")) {
        (true, _) => "H07",
        (_, true) => "H41",
        _ => "H39",
    };
    let objections = objections(measures).unwrap_or_default();
    Err(Failure::Refused(format!("{code} registration: the {what} registration is unusable: {objections}")))
}

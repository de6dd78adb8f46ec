//! `rert map-points`: points taken from one frame of reference to another by registration objects.

use std::path::{Path, PathBuf};

use case::Registration;
use clap::Args;
use geometry::{FrameOfReference, FrameTransform, Point};

use crate::failure::{Failure, while_doing};

/// Take points from the fixed to the moving frame by Spatial Registration objects.
#[derive(Args)]
pub struct MapPointsArguments {
    /// Spatial Registration or Deformable Spatial Registration; several are chained, the first one first.
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    registration: Vec<PathBuf>,
    /// Text with the columns x,y,z in mm (LPS), in the fixed frame: the registered frame of the first object.
    #[arg(long, value_name = "CSV")]
    points: PathBuf,
    /// Text to write with the same columns in the moving frame; nan where the map is not defined.
    #[arg(long, value_name = "CSV")]
    out: PathBuf,
    /// Take points of the moving frame back to the fixed one.
    #[arg(long)]
    inverse: bool,
}

/// Reads, maps and writes.
pub fn run(arguments: &MapPointsArguments) -> Result<(), Failure> {
    let maps = arguments.registration.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
    let forth = chain(&maps).map_err(Failure::Failed)?;
    let map = if arguments.inverse { forth.inverse() } else { forth };
    let text = std::fs::read_to_string(&arguments.points).map_err(while_doing("reading the points"))?;
    let points = crate::points_file::read(&text, ["x", "y", "z"])
        .map_err(|problem| Failure::Failed(format!("reading the points: {problem}")))?;
    let mapped: Vec<Option<Point>> = points.iter().map(|point| map.transform.apply(point)).collect();
    std::fs::write(&arguments.out, written(&mapped)).map_err(while_doing("writing the points"))?;
    crate::tell(&format!("{} points from frame {} to frame {}", points.len(), map.from, map.to));
    match mapped.iter().filter(|point| point.is_none()).count() {
        0 => Ok(()),
        n => Err(Failure::Refused(format!(
            "H41 points: {n} of {} points lie where the map is not defined and are written as nan",
            points.len()
        ))),
    }
}

fn read(file: &Path) -> Result<Registration, Failure> {
    let mut objects = crate::progress::read_folder(file)?.objects;
    for finding in objects.findings.into_sorted() {
        crate::tell(&format!("{} {}: {}", finding.code, finding.subject, finding.message));
    }
    if objects.registrations.len() != 1 {
        let message =
            format!("reading a registration: the file holds {} of them, not one", objects.registrations.len());
        return Err(Failure::Failed(message));
    }
    let registration = objects.registrations.remove(0);
    match registration.problems.first() {
        Some(problem) => Err(Failure::Refused(format!("H40 {}: {problem}", registration.header.uid))),
        None => Ok(registration),
    }
}

/// The way through all objects in their order, from the registered frame of the first one (H40).
fn chain(registrations: &[Registration]) -> Result<FrameTransform, String> {
    let unknown = || "reading a registration: it has no frame of reference".to_owned();
    let start = registrations.first().and_then(|first| first.header.frame.clone()).ok_or_else(unknown)?;
    let mut visited: Vec<FrameOfReference> = vec![start.clone()];
    let mut whole = FrameTransform::identity(start);
    for registration in registrations {
        let step = step(registration, &whole.to)?;
        if visited.contains(&step.to) {
            return Err(format!(
                "joining the registrations: {} leads back to frame {}; give each pair of frames one object only",
                registration.header.uid, step.to
            ));
        }
        visited.push(step.to.clone());
        whole = whole.then(&step).map_err(|error| format!("joining the registrations: {error}"))?;
    }
    Ok(whole)
}

/// The one map of an object that begins in a frame, turned round where need be.
fn step(registration: &Registration, from: &FrameOfReference) -> Result<FrameTransform, String> {
    let both_ways = registration.transforms.iter().flat_map(|map| [map.clone(), map.inverse()]);
    let mut fitting = both_ways.filter(|map| map.from == *from);
    let uid = &registration.header.uid;
    let found = fitting.next().ok_or_else(|| {
        format!("joining the registrations: {uid} does not begin in frame {from}; give the objects in their order")
    })?;
    match fitting.next() {
        Some(_) => Err(format!("joining the registrations: {uid} leads from frame {from} to several frames")),
        None => Ok(found),
    }
}

fn written(points: &[Option<Point>]) -> String {
    let mut text = String::from("x,y,z\n");
    for point in points {
        text += &match point {
            Some(point) => format!("{:.6},{:.6},{:.6}\n", point.x, point.y, point.z),
            None => "nan,nan,nan\n".to_owned(),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_without_an_image_is_not_a_number() {
        assert_eq!(
            written(&[Some(Point::new(1.0, -2.5, 0.0)), None]),
            "x,y,z\n1.000000,-2.500000,0.000000\nnan,nan,nan\n"
        );
    }
}

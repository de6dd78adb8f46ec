//! One image series of a folder, with what is drawn on it.

use std::path::Path;

use case::{Findings, Image, Roi};
use geometry::Volume;
use registration::{Modality, Scan};

use crate::failure::{Failure, while_doing};

/// A series, its values and the structures in its frame.
pub struct Series {
    pub which: &'static str,
    pub image: Image,
    pub voxels: Volume<f32>,
    pub rois: Vec<Roi>,
    modality: Modality,
}

impl Series {
    pub fn read(folder: &Path, which: &'static str, findings: &mut Findings) -> Result<Self, Failure> {
        let mut read = crate::progress::read_folder(folder)?;
        let n = read.objects.images.len();
        let reading = |problem: String| Failure::Failed(format!("reading the {which} series: {problem}"));
        if n != 1 {
            return Err(reading(format!("the folder holds {n} image series, not one")));
        }
        read.load_voxels(0).map_err(while_doing(&format!("reading the {which} series")))?;
        findings.extend(std::mem::take(&mut read.objects.findings));
        let mut image = read.objects.images.remove(0);
        let modality = match image.header.kind.as_str() {
            "CT" => Modality::Ct,
            "MR" => Modality::Mr,
            "PT" | "PET" => Modality::Pet,
            other => return Err(reading(format!("it is {other}, and only CT, MR and PET can be registered"))),
        };
        let voxels = image.voxels.take();
        let voxels =
            voxels.ok_or_else(|| reading("its slices make no volume; export the series again".to_owned()))?;
        let in_frame = |set: &case::StructureSet| set.frame == image.frame;
        let rois = read.objects.structure_sets.into_iter().filter(in_frame).flat_map(|set| set.rois).collect();
        Ok(Self { which, image, voxels, rois, modality })
    }

    pub fn scan(&self) -> Scan<'_> {
        Scan { voxels: &self.voxels, modality: self.modality }
    }
}

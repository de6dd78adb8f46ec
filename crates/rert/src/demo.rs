//! `rert demo`: the main job on a synthetic patient.

use std::fs;
use std::path::Path;

use clap::ValueEnum;
use phantom::{Options, Scenario, SyntheticPatient};

use crate::archive::ArchiveArguments;
use crate::failure::{Failure, while_doing};
use crate::serve::{self, ServeArguments};
use crate::{assess, print, tell};

/// The patients that can be demonstrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Patient {
    /// A neck after 60 Gy, stereotactic photons in 5 fractions now; objects only, no case.toml.
    HeadAndNeck,
    /// The same neck, protons in 30 fractions now.
    HeadAndNeckProton,
    /// A glioblastoma after 60 Gy, 35 Gy in 10 fractions with bevacizumab now.
    Glioma,
    /// A lung after stereotactic radiotherapy, lymph nodes of the mediastinum now.
    Thorax,
    /// Vertebrae after 30 Gy in 10 fractions, one of them stereotactically now.
    Spine,
}

impl Patient {
    fn scenario(self) -> Scenario {
        match self {
            Self::HeadAndNeck => Scenario::HeadAndNeck,
            Self::HeadAndNeckProton => Scenario::HeadAndNeckProton,
            Self::Glioma => Scenario::Glioma,
            Self::Thorax => Scenario::Thorax,
            Self::Spine => Scenario::Spine,
        }
    }
}

/// What becomes of the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Further {
    /// They are assessed.
    Assessment,
    /// They are taken into a workbench.
    Workbench,
    /// They are there.
    Nothing,
}

/// Writes the synthetic patient, and goes on with it.
pub fn run(patient: Patient, out: &Path, further: Further) -> Result<(), Failure> {
    let input = out.join("input");
    let scenario = patient.scenario();
    tell("making a synthetic patient with two courses");
    SyntheticPatient::generate(&Options::of(scenario))
        .write(&input)
        .map_err(while_doing("writing the synthetic patient"))?;
    if let Some(text) = scenario.case_toml() {
        fs::write(input.join("case.toml"), text)
            .map_err(while_doing("writing the settings of the synthetic patient"))?;
    }
    match further {
        Further::Nothing => {
            print(&format!("the objects are in {}", input.display()));
            Ok(())
        }
        Further::Workbench => serve::run(&ServeArguments {
            archive: ArchiveArguments::folder(out.join("archive")),
            port: 0,
            import: vec![input],
            open: true,
        }),
        Further::Assessment => {
            tell("assessing it");
            assess::run(&input, out, (None, None), false)?;
            print(&format!("also as PDF: {}", out.join("report.pdf").display()));
            Ok(())
        }
    }
}

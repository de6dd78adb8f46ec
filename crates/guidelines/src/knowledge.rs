//! The knowledge base as checked data.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::constraint::{Constraint, ConstraintsFile, IntervalRule, NoLimit};
use crate::dose_response::DoseResponses;
use crate::history::{self, History};
use crate::imaging::Imaging;
use crate::outcomes::Outcomes;
use crate::rbe::RbeEntry;
use crate::recovery::RecoveryEntry;
use crate::registries::Registries;
use crate::repair::RepairTable;
use crate::reporting::Reporting;
use crate::selection::Score;
use crate::selection::eligibility::Trials;
use crate::systemic::SystemicTherapy;

/// How well a fact is founded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Seen in the publication itself.
    Primary,
    /// Seen in a transcription; to be checked against the publication.
    Secondary,
    /// No document was seen.
    Unverified,
}

impl Evidence {
    /// The word used in files and on pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Unverified => "unverified",
        }
    }
}

/// What a structure is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrganKind {
    /// Organ at risk.
    Oar,
    /// Target volume.
    Target,
    /// Outline of the patient.
    External,
}

/// An organ with its names and its α/β.
#[derive(Clone, Debug, Deserialize)]
pub struct Organ {
    /// TG-263 name without side.
    pub standard_name: String,
    /// Whether there is one on each side.
    #[serde(default)]
    pub sides: bool,
    /// TG-263 name of both together.
    pub both_name: Option<String>,
    /// Words that mean both sides together.
    #[serde(default)]
    pub both_synonyms: Vec<String>,
    /// What it is for.
    pub kind: OrganKind,
    /// Words it is drawn under.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// α/β in gray.
    pub alpha_beta_gy: Option<f64>,
    /// Lowest α/β in use.
    pub alpha_beta_low_gy: Option<f64>,
    /// Highest α/β in use.
    pub alpha_beta_high_gy: Option<f64>,
    /// How well the α/β is founded.
    pub alpha_beta_evidence: Option<Evidence>,
    /// Key of the source of the α/β.
    pub alpha_beta_source: Option<String>,
    /// What a reader should know about it.
    pub alpha_beta_note: Option<String>,
}

/// Words that may mean more than one organ.
#[derive(Clone, Debug, Deserialize)]
pub struct AmbiguousWord {
    /// The word.
    pub word: String,
    /// What it may mean.
    pub candidates: Vec<String>,
}

/// Why the knowledge base cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Not readable.
    #[error("reading {file} of the knowledge base: {source}")]
    Parse {
        /// File.
        file: &'static str,
        /// What is wrong.
        source: toml::de::Error,
    },
    /// A limit whose measure, unit or kind of dose is not known (H33).
    #[error("constraint \"{id}\": {problem}")]
    Constraint {
        /// Its id.
        id: String,
        /// What is wrong.
        problem: String,
    },
    /// An entry of another kind that is not what it should be.
    #[error("entry \"{id}\": {problem}")]
    Entry {
        /// Its id.
        id: String,
        /// What is wrong.
        problem: String,
    },
    /// A word that belongs to two organs.
    #[error("\"{word}\" is a synonym of {first} and of {second}")]
    SharedSynonym {
        /// The word.
        word: String,
        /// One organ.
        first: String,
        /// The other one.
        second: String,
    },
}

/// Everything the program knows about medicine.
#[derive(Debug)]
pub struct Knowledge {
    /// Organs in the order of the file.
    pub organs: Vec<Organ>,
    /// Words that may mean more than one organ.
    pub ambiguous: Vec<AmbiguousWord>,
    /// Words of a target that was drawn for an earlier course.
    pub earlier_words: Vec<String>,
    /// Limits in the order of the file.
    pub constraints: Vec<Constraint>,
    /// Intervals that sources ask for.
    pub interval_rules: Vec<IntervalRule>,
    /// What is said in the place of limits.
    pub no_limits: Vec<NoLimit>,
    /// The score for a second irradiation of the spinal cord.
    pub cord_score: crate::cord_score::ScoreTable,
    /// What counts as irradiated volume when nothing is said.
    pub irradiated_volume: IrradiatedVolume,
    /// Ranges in which the models may be believed.
    pub models: Models,
    /// Models of recovery; none is applied unless a person asks for it.
    pub recoveries: Vec<RecoveryEntry>,
    /// Half-times of repair.
    pub repair: RepairTable,
    /// Models of the RBE of protons.
    pub rbe_models: Vec<RbeEntry>,
    /// Dose responses.
    pub dose_responses: DoseResponses,
    /// Scores that help to select patients.
    pub scores: Vec<Score>,
    /// Criteria of trials, registries and consensus.
    pub trials: Trials,
    /// Drugs around radiotherapy.
    pub systemic_therapy: SystemicTherapy,
    /// Criteria of imaging.
    pub imaging: Imaging,
    /// What a report should hold.
    pub reporting: Reporting,
    /// Harm and quality of life.
    pub outcomes: Outcomes,
    /// Registries and what they are given.
    pub registries: Registries,
    /// When the entries were written and reviewed.
    pub history: History,
    /// SHA-ready text of all files, for the provenance of a result.
    pub text: String,
    pub(crate) by_word: BTreeMap<String, usize>,
}

/// Defaults of the overlap test.
#[derive(Clone, Debug, Deserialize)]
pub struct IrradiatedVolume {
    /// Isodose in percent of the prescription.
    pub default_isodose_percent: f64,
}

/// Ranges in which the models may be believed.
#[derive(Clone, Debug, Deserialize)]
pub struct Models {
    /// The linear-quadratic model.
    pub linear_quadratic: LinearQuadraticRange,
    /// α/β as an input.
    pub alpha_beta: AlphaBetaRange,
    /// Sampling of small structures.
    pub small_structure: SmallStructure,
}

/// Where the linear-quadratic model holds.
#[derive(Clone, Debug, Deserialize)]
pub struct LinearQuadraticRange {
    /// Above this dose per fraction a result carries a warning.
    pub caution_above_gy_per_fraction: f64,
}

/// What α/β is plausible.
#[derive(Clone, Debug, Deserialize)]
pub struct AlphaBetaRange {
    /// Lowest plausible value.
    pub usual_low_gy: f64,
    /// Highest plausible value.
    pub usual_high_gy: f64,
}

/// When a structure is small.
#[derive(Clone, Debug, Deserialize)]
pub struct SmallStructure {
    /// Below this many voxels of the dose grid.
    pub least_voxels: f64,
}

#[derive(Deserialize)]
struct OrgansFile {
    #[serde(default)]
    ambiguous: Vec<AmbiguousWord>,
    #[serde(default)]
    earlier_words: Vec<String>,
    organ: Vec<Organ>,
}

#[derive(Deserialize)]
struct ClassificationFile {
    irradiated_volume: IrradiatedVolume,
}

/// The files of the knowledge base, in the order in which they are hashed.
const BUILTIN: [(&str, &str); 16] = [
    ("organs.toml", include_str!("../../../knowledge/organs.toml")),
    ("constraints.toml", include_str!("../../../knowledge/constraints.toml")),
    ("spinal_cord_reirradiation.toml", include_str!("../../../knowledge/spinal_cord_reirradiation.toml")),
    ("classification.toml", include_str!("../../../knowledge/classification.toml")),
    ("models.toml", include_str!("../../../knowledge/models.toml")),
    ("recovery.toml", include_str!("../../../knowledge/recovery.toml")),
    ("repair.toml", include_str!("../../../knowledge/repair.toml")),
    ("rbe.toml", include_str!("../../../knowledge/rbe.toml")),
    ("dose_response.toml", include_str!("../../../knowledge/dose_response.toml")),
    ("scores.toml", include_str!("../../../knowledge/scores.toml")),
    ("trials.toml", include_str!("../../../knowledge/trials.toml")),
    ("systemic_therapy.toml", include_str!("../../../knowledge/systemic_therapy.toml")),
    ("imaging.toml", include_str!("../../../knowledge/imaging.toml")),
    ("reporting.toml", include_str!("../../../knowledge/reporting.toml")),
    ("outcomes.toml", include_str!("../../../knowledge/outcomes.toml")),
    ("registries.toml", include_str!("../../../knowledge/registries.toml")),
];

/// The texts of the files of a knowledge base, by their names.
#[derive(Clone, Debug)]
pub struct KnowledgeFiles {
    files: Vec<(&'static str, Cow<'static, str>)>,
}

impl KnowledgeFiles {
    /// The files that are part of the program.
    pub fn builtin() -> Self {
        Self { files: BUILTIN.iter().map(|(name, text)| (*name, Cow::Borrowed(*text))).collect() }
    }

    /// The same with another text in the place of one of them.
    #[must_use]
    pub fn with(mut self, name: &str, text: String) -> Self {
        if let Some((_, own)) = self.files.iter_mut().find(|(own, _)| *own == name) {
            *own = Cow::Owned(text);
        }
        self
    }

    /// All files with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.files.iter().map(|(name, text)| (*name, text.as_ref()))
    }

    /// The text of a file; nothing stands in one that is not there.
    pub fn text(&self, name: &str) -> &str {
        self.files.iter().find(|(own, _)| *own == name).map_or("", |(_, text)| text)
    }
}

impl Knowledge {
    /// The knowledge base that is part of the program.
    ///
    /// # Errors
    /// When the files were edited into something that is not a knowledge base.
    pub fn builtin() -> Result<&'static Self, &'static KnowledgeError> {
        static BUILTIN: LazyLock<Result<Knowledge, KnowledgeError>> =
            LazyLock::new(|| Knowledge::read(&KnowledgeFiles::builtin()));
        BUILTIN.as_ref()
    }

    /// Reads the files of a knowledge base.
    ///
    /// # Errors
    /// When one is not readable, a limit is not typed, or a word names two organs.
    pub fn read(files: &KnowledgeFiles) -> Result<Self, KnowledgeError> {
        let organs: OrgansFile = parse("organs.toml", files.text("organs.toml"))?;
        let constraints: ConstraintsFile = parse("constraints.toml", files.text("constraints.toml"))?;
        let classification: ClassificationFile = parse("classification.toml", files.text("classification.toml"))?;
        let typed = constraints.constraint.into_iter().map(Constraint::try_from);
        Ok(Self {
            by_word: index_words(&organs.organ)?,
            organs: organs.organ,
            ambiguous: organs.ambiguous,
            earlier_words: organs.earlier_words,
            constraints: typed.collect::<Result<_, _>>()?,
            interval_rules: constraints.interval_rule,
            no_limits: constraints.no_limit,
            history: History::of(files)?,
            cord_score: parse("spinal_cord_reirradiation.toml", files.text("spinal_cord_reirradiation.toml"))?,
            irradiated_volume: classification.irradiated_volume,
            models: parse("models.toml", files.text("models.toml"))?,
            recoveries: crate::recovery::read(files.text("recovery.toml"))?,
            repair: crate::repair::read(files.text("repair.toml"))?,
            rbe_models: crate::rbe::read(files.text("rbe.toml"))?,
            dose_responses: crate::dose_response::read(files.text("dose_response.toml"))?,
            scores: crate::selection::score::read(files.text("scores.toml"))?,
            trials: crate::selection::eligibility::read(files.text("trials.toml"))?,
            systemic_therapy: crate::systemic::read(files.text("systemic_therapy.toml"))?,
            imaging: crate::imaging::read(files.text("imaging.toml"))?,
            reporting: crate::reporting::read(files.text("reporting.toml"))?,
            outcomes: crate::outcomes::read(files.text("outcomes.toml"))?,
            registries: crate::registries::read(files.text("registries.toml"))?,
            text: files.files.iter().map(|(_, text)| text.as_ref()).collect(),
        })
    }

    /// The knowledge base of the program with limits of a centre: added, or in the place of those that they replace.
    ///
    /// # Errors
    /// When the text is no list of limits, a limit is not typed, or one replaces a limit that is not there.
    pub fn with_own_limits(text: &str) -> Result<Self, KnowledgeError> {
        let mut knowledge = Self::read(&KnowledgeFiles::builtin())?;
        let own: ConstraintsFile = parse("constraints.toml of the centre", text)?;
        for entry in own.constraint {
            let (id, replaced) = (entry.id.clone(), entry.replaces.clone());
            let wrong = |problem: String| KnowledgeError::Constraint { id: id.clone(), problem };
            if let Some(replaced) = replaced {
                let place = knowledge.constraints.iter().position(|other| other.id == replaced);
                let place = place.ok_or_else(|| wrong(format!("it replaces {replaced}, which is no limit")))?;
                knowledge.constraints.remove(place);
            }
            if knowledge.constraints.iter().any(|other| other.id == id) {
                return Err(wrong("its id stands twice: state what it replaces".to_owned()));
            }
            let typed = Constraint::try_from(entry)?;
            let is_known = |name: &String| knowledge.organs.iter().any(|organ| organ.standard_name == *name);
            if let Some(unknown) = typed.organs.iter().find(|name| !is_known(name)) {
                return Err(wrong(format!("{unknown} is no organ of the knowledge base")));
            }
            knowledge.constraints.push(Constraint { is_own: true, ..typed });
        }
        knowledge.text += text;
        Ok(knowledge)
    }

    /// The limits for an organ, by its standard name without side.
    pub fn constraints_for<'a>(&'a self, standard_name: &'a str) -> impl Iterator<Item = &'a Constraint> {
        self.constraints
            .iter()
            .filter(move |constraint| constraint.organs.iter().any(|name| name == standard_name))
    }
}

pub(crate) fn parse<T: serde::de::DeserializeOwned>(file: &'static str, text: &str) -> Result<T, KnowledgeError> {
    let wrong = |source| KnowledgeError::Parse { file, source };
    let table: toml::Table = toml::from_str(text).map_err(wrong)?;
    toml::Value::Table(history::in_use(table)).try_into().map_err(wrong)
}

fn index_words(organs: &[Organ]) -> Result<BTreeMap<String, usize>, KnowledgeError> {
    let mut by_word: BTreeMap<String, usize> = BTreeMap::new();
    for (index, organ) in organs.iter().enumerate() {
        let both = organ.both_name.iter().chain(&organ.both_synonyms);
        for word in organ.synonyms.iter().chain([&organ.standard_name]).chain(both) {
            let word = case::plain_text(word);
            if let Some(other) = by_word.insert(word.clone(), index).filter(|&other| other != index) {
                return Err(KnowledgeError::SharedSynonym {
                    word,
                    first: organs[other].standard_name.clone(),
                    second: organ.standard_name.clone(),
                });
            }
        }
    }
    Ok(by_word)
}

//! Drugs around radiotherapy: what published rules ask for, where they contradict each other, and what a case keeps.

use case::{DrugGiven, Site, Technique};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Evidence;
use crate::knowledge::{KnowledgeError, parse};

/// A class of drugs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrugClass {
    /// Stable name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What belongs to it and what does not.
    pub note: Option<String>,
}

/// A drug.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drug {
    /// International name.
    pub name: String,
    /// Other names.
    pub synonyms: Vec<String>,
    /// Id of its class.
    pub class: String,
    /// Half-life in days.
    pub half_life_days: Option<f64>,
    /// How well that is founded.
    pub half_life_evidence: Option<Evidence>,
    /// Confidence of what was not verified.
    pub half_life_evidence_detail: Option<String>,
    /// Key of its source.
    pub half_life_source: Option<String>,
    /// What a physician needs to know.
    pub note: Option<String>,
}

/// Which drugs an entry is about.
#[derive(Clone, Debug, Default, Deserialize)]
struct About {
    #[serde(default)]
    classes: Vec<String>,
    #[serde(default)]
    drugs: Vec<String>,
    /// Only where all of the drugs are given.
    #[serde(default)]
    combination: bool,
    #[serde(default)]
    all_classes: bool,
    /// Not where one of these is given together with the drug: the combination has an entry of its own.
    #[serde(default)]
    not_with: Vec<String>,
}

/// Whether a source lets a drug be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Advice {
    /// It may.
    Yes,
    /// Better not.
    Avoid,
    /// It must not.
    No,
}

/// A pause that a source asks for.
#[derive(Clone, Debug, Deserialize)]
pub struct IntervalRule {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    #[serde(flatten)]
    about: About,
    site: String,
    #[serde(default)]
    except_sites: Vec<String>,
    technique: String,
    before_days: Option<f64>,
    after_days: Option<f64>,
    longest_interruption_days: Option<f64>,
    same_day: Option<Advice>,
    concurrent: Option<Advice>,
    consensus: Option<bool>,
    statement: String,
    population: String,
    evidence: Evidence,
    evidence_detail: Option<String>,
    source: String,
    locator: String,
    note: Option<String>,
}

/// Where the sources say that there is no consensus.
#[derive(Clone, Debug, Deserialize)]
pub struct NoConsensus {
    id: String,
    #[serde(flatten)]
    about: About,
    site: String,
    statement: String,
    evidence: Evidence,
    source: String,
}

/// What was observed of a combination.
#[derive(Clone, Debug, Deserialize)]
pub struct Signal {
    id: String,
    title: String,
    #[serde(flatten)]
    about: About,
    site: String,
    technique: String,
    statement: String,
    population: String,
    evidence: Evidence,
    source: String,
    note: Option<String>,
}

/// Rules that are to be shown together since their sources do not say the same.
#[derive(Clone, Debug, Deserialize)]
pub struct Contradiction {
    /// Stable name.
    pub id: String,
    title: String,
    #[serde(flatten)]
    about: About,
    /// Ids of the rules.
    pub rules: Vec<String>,
    statement: String,
}

/// Everything known of drugs.
#[derive(Clone, Debug, Deserialize)]
pub struct SystemicTherapy {
    /// Classes.
    #[serde(rename = "drug_class")]
    pub classes: Vec<DrugClass>,
    /// Drugs.
    #[serde(rename = "drug")]
    pub drugs: Vec<Drug>,
    /// Pauses.
    #[serde(rename = "interval_rule")]
    pub rules: Vec<IntervalRule>,
    /// Where nobody agrees.
    pub no_consensus: Vec<NoConsensus>,
    /// Observations.
    #[serde(rename = "signal")]
    pub signals: Vec<Signal>,
    /// Contradictions.
    #[serde(rename = "conflict")]
    pub contradictions: Vec<Contradiction>,
}

/// What the case is, as far as rules on drugs ask.
#[derive(Clone, Copy, Debug)]
pub struct Irradiation {
    /// What is irradiated again; without it rules of all sites are shown.
    pub site: Option<Site>,
    /// How; without it rules of all techniques are shown.
    pub technique: Option<Technique>,
    /// First day of the current course.
    pub start: Option<NaiveDate>,
    /// Its last day.
    pub end: Option<NaiveDate>,
}

/// Whether a case keeps a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// By the dates.
    Kept,
    /// The dates contradict it.
    Broken,
    /// Dates are missing, or the rule asks for nothing that dates tell.
    Open,
}

/// A rule with what the dates of a drug say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleResult {
    /// Stable name.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// In words.
    pub statement: String,
    /// Least days before the course.
    pub before_days: Option<f64>,
    /// Least days after it.
    pub after_days: Option<f64>,
    /// Longest pause.
    pub longest_interruption_days: Option<f64>,
    /// On a day of irradiation.
    pub same_day: Option<Advice>,
    /// During the course as a whole.
    pub concurrent: Option<Advice>,
    /// Whether a panel agreed.
    pub consensus: Option<bool>,
    /// Whether it is kept.
    pub kept: Kept,
    /// Why, in words.
    pub reason: String,
    /// In whom.
    pub population: String,
    /// How well it is founded.
    pub evidence: Evidence,
    /// Confidence of what was not verified.
    pub evidence_detail: Option<String>,
    /// Key of its source.
    pub source: String,
    /// Place in it.
    pub locator: String,
    /// What a physician needs to know.
    pub note: Option<String>,
}

/// A statement with its source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Statement {
    /// Stable name.
    pub id: String,
    /// In words.
    pub statement: String,
    /// In whom, where the source says.
    pub population: Option<String>,
    /// How well it is founded; nothing for a contradiction, whose rules stand beside it.
    pub evidence: Option<Evidence>,
    /// Key of its source.
    pub source: Option<String>,
}

/// What is known of one drug in a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DrugResult {
    /// As stated.
    pub drug: String,
    /// Name of its class; nothing for a drug that the knowledge base does not hold.
    pub class: Option<String>,
    /// Half-life in days.
    pub half_life_days: Option<f64>,
    /// First day.
    pub start: NaiveDate,
    /// Last day; nothing while it goes on.
    pub end: Option<NaiveDate>,
    /// Where that lies towards the current course, in words.
    pub timing: String,
    /// Rules that are for it, in the order of the file.
    pub rules: Vec<RuleResult>,
    /// Rules that do not say the same.
    pub contradictions: Vec<Statement>,
    /// Where there is no consensus.
    pub no_consensus: Vec<Statement>,
    /// What was observed.
    pub signals: Vec<Statement>,
}

impl SystemicTherapy {
    /// The drug of a name: its own or another, up to case and blanks, never a part of a name.
    pub fn drug(&self, name: &str) -> Option<&Drug> {
        let plain = |text: &str| text.trim().to_lowercase();
        let asked = plain(name);
        let is_it = |drug: &&Drug| drug.name == asked || drug.synonyms.iter().any(|other| plain(other) == asked);
        self.drugs.iter().find(is_it)
    }

    /// What is known of every drug that is given.
    pub fn judge(&self, given: &[DrugGiven], irradiation: &Irradiation) -> Vec<DrugResult> {
        let judge = |own: &DrugGiven| {
            let together = given.iter().filter(|other| are_together(own, other));
            let names =
                together.map(|other| self.drug(&other.drug).map_or(other.drug.as_str(), |drug| &drug.name));
            self.judge_one(own, &names.collect::<Vec<&str>>(), irradiation)
        };
        given.iter().map(judge).collect()
    }

    fn judge_one(&self, given: &DrugGiven, together: &[&str], irradiation: &Irradiation) -> DrugResult {
        let drug = self.drug(&given.drug);
        let is_about = |about: &About| drug.is_some_and(|drug| about.holds(drug, together));
        let is_here = |site: &str| irradiation.site.is_none_or(|own| own.is_in(site));
        let is_so = |technique: &str| irradiation.technique.is_none_or(|own| own.is_in(technique));
        let rules: Vec<RuleResult> = self
            .rules
            .iter()
            .filter(|rule| is_about(&rule.about) && is_here(&rule.site) && is_so(&rule.technique))
            .filter(|rule| {
                !irradiation.site.is_some_and(|own| rule.except_sites.iter().any(|site| own.is_in(site)))
            })
            .map(|rule| rule.judge(given, irradiation))
            .collect();
        let has_rule = |id: &String| rules.iter().any(|rule| rule.id == *id);
        // Of several rules two must be shown for a contradiction; of one, the entry says what is odd about it.
        let is_told = |entry: &&Contradiction| {
            let shown = entry.rules.iter().filter(|id| has_rule(id)).count();
            is_about(&entry.about) && shown >= entry.rules.len().min(2)
        };
        let contradictions = self.contradictions.iter().filter(is_told).map(|entry| Statement {
            id: entry.id.clone(),
            statement: format!("{}: {}", entry.title, entry.statement),
            population: None,
            evidence: None,
            source: None,
        });
        let no_consensus = self.no_consensus.iter().filter(|entry| is_about(&entry.about) && is_here(&entry.site));
        let signals = self
            .signals
            .iter()
            .filter(|entry| is_about(&entry.about) && is_here(&entry.site) && is_so(&entry.technique));
        DrugResult {
            drug: given.drug.clone(),
            class: drug.map(|drug| self.title_of_class(&drug.class)),
            half_life_days: drug.and_then(|drug| drug.half_life_days),
            start: given.start,
            end: given.end,
            timing: timing(given, irradiation),
            contradictions: contradictions.collect(),
            rules,
            no_consensus: no_consensus
                .map(|entry| Statement {
                    id: entry.id.clone(),
                    statement: entry.statement.clone(),
                    population: None,
                    evidence: Some(entry.evidence),
                    source: Some(entry.source.clone()),
                })
                .collect(),
            signals: signals
                .map(|entry| Statement {
                    id: entry.id.clone(),
                    statement: match &entry.note {
                        Some(note) => format!("{}: {} {note}", entry.title, entry.statement),
                        None => format!("{}: {}", entry.title, entry.statement),
                    },
                    population: Some(entry.population.clone()),
                    evidence: Some(entry.evidence),
                    source: Some(entry.source.clone()),
                })
                .collect(),
        }
    }

    fn title_of_class(&self, id: &str) -> String {
        self.classes.iter().find(|class| class.id == id).map_or(id, |class| &class.title).to_owned()
    }
}

/// Where the time of a drug lies towards the current course.
fn timing(given: &DrugGiven, irradiation: &Irradiation) -> String {
    let Some(first) = irradiation.start else {
        return "the first day of the current course is not known".to_owned();
    };
    if let Some(days) = given.end.map(|end| (first - end).num_days()).filter(|days| *days > 0) {
        return format!("ended {days} days before the current course");
    }
    match irradiation.end.map(|last| (given.start - last).num_days()) {
        Some(days) if days > 0 => format!("begins {days} days after the current course"),
        None if given.start > first => {
            "begins after the first day of the current course, whose last is not known".to_owned()
        }
        _ => "given during the current course".to_owned(),
    }
}

/// Whether the times of two drugs overlap; one without a last day goes on.
fn are_together(own: &DrugGiven, other: &DrugGiven) -> bool {
    let begins_before_end = |one: &DrugGiven, two: &DrugGiven| two.end.is_none_or(|end| one.start <= end);
    begins_before_end(own, other) && begins_before_end(other, own)
}

impl About {
    /// Whether an entry is about a drug that is given together with others.
    fn holds(&self, drug: &Drug, together: &[&str]) -> bool {
        if self.not_with.iter().any(|name| *name != drug.name && together.contains(&name.as_str())) {
            return false;
        }
        if self.combination {
            let are_given = self.drugs.iter().all(|name| together.contains(&name.as_str()));
            return are_given && self.drugs.contains(&drug.name);
        }
        self.all_classes || self.drugs.contains(&drug.name) || self.classes.contains(&drug.class)
    }
}

impl IntervalRule {
    fn judge(&self, given: &DrugGiven, irradiation: &Irradiation) -> RuleResult {
        let (kept, reason) = self.kept(given, irradiation);
        RuleResult {
            id: self.id.clone(),
            title: self.title.clone(),
            statement: self.statement.clone(),
            before_days: self.before_days,
            after_days: self.after_days,
            longest_interruption_days: self.longest_interruption_days,
            same_day: self.same_day,
            concurrent: self.concurrent,
            consensus: self.consensus,
            kept,
            reason,
            population: self.population.clone(),
            evidence: self.evidence,
            evidence_detail: self.evidence_detail.clone(),
            source: self.source.clone(),
            locator: self.locator.clone(),
            note: self.note.clone(),
        }
    }

    /// What the dates say: the days from the last dose to the course, or from the course to the first dose.
    fn kept(&self, given: &DrugGiven, irradiation: &Irradiation) -> (Kept, String) {
        let Some(first) = irradiation.start else {
            return (Kept::Open, "the first day of the current course is not known".to_owned());
        };
        if let Some(pause) = given.end.map(|end| (first - end).num_days()).filter(|days| *days > 0) {
            return asked(self.before_days, pause, "before the course");
        }
        match irradiation.end {
            Some(last) if given.start > last => {
                asked(self.after_days, (given.start - last).num_days(), "after the course")
            }
            None if given.start > first => {
                (Kept::Open, "the last day of the current course is not known".to_owned())
            }
            _ => self.during(),
        }
    }

    /// A drug that goes on through the course.
    fn during(&self) -> (Kept, String) {
        let pause = [self.before_days, self.after_days].into_iter().flatten().fold(0.0, f64::max);
        if pause > 0.0 {
            return (
                Kept::Broken,
                "the drug is given during the course, and the rule asks for a pause".to_owned(),
            );
        }
        let (kept, reason) = match (self.concurrent, self.same_day) {
            (Some(Advice::No), _) => {
                (Kept::Broken, "the drug is given during the course, and the rule asks to interrupt it")
            }
            (Some(Advice::Avoid), _) => {
                (Kept::Open, "the drug is given during the course, and the source avoids that: a person decides")
            }
            (_, Some(Advice::No | Advice::Avoid)) => {
                (Kept::Open, "the drug is given during the course: keep it off the days of irradiation")
            }
            (Some(Advice::Yes), _) | (_, Some(Advice::Yes)) => {
                (Kept::Kept, "the drug may be given during the course")
            }
            (None, None) if self.before_days == Some(0.0) => (Kept::Kept, "the rule asks for no pause"),
            (None, None) => (Kept::Open, "the drug is given during the course, of which the rule says nothing"),
        };
        (kept, reason.to_owned())
    }
}

fn asked(days: Option<f64>, pause: i64, when: &str) -> (Kept, String) {
    match days {
        None => (Kept::Open, format!("{pause} days {when}; the rule names no number")),
        Some(least) if pause as f64 >= least => (Kept::Kept, format!("{pause} days {when}, {least} asked for")),
        Some(least) => (Kept::Broken, format!("{pause} days {when}, {least} asked for")),
    }
}

pub(crate) fn read(text: &str) -> Result<SystemicTherapy, KnowledgeError> {
    let therapy: SystemicTherapy = parse("systemic_therapy.toml", text)?;
    let wrong = |id: &str, problem: String| KnowledgeError::Entry { id: id.to_owned(), problem };
    for drug in &therapy.drugs {
        if !therapy.classes.iter().any(|class| class.id == drug.class) {
            return Err(wrong(&drug.name, format!("its class {} is not in the file", drug.class)));
        }
    }
    let of_rules = therapy.rules.iter().map(|rule| (&rule.id, &rule.about));
    let of_signals = therapy.signals.iter().map(|signal| (&signal.id, &signal.about));
    let of_open = therapy.no_consensus.iter().map(|entry| (&entry.id, &entry.about));
    for (id, about) in of_rules.chain(of_signals).chain(of_open) {
        let mut named = about.drugs.iter().chain(&about.not_with);
        if let Some(unknown) = named.find(|name| therapy.drug(name).is_none()) {
            return Err(wrong(id, format!("it names {unknown}, which is no drug of the file")));
        }
    }
    for entry in &therapy.contradictions {
        if let Some(unknown) = entry.rules.iter().find(|id| !therapy.rules.iter().any(|rule| rule.id == **id)) {
            return Err(wrong(&entry.id, format!("it names {unknown}, which is no rule of the file")));
        }
    }
    Ok(therapy)
}

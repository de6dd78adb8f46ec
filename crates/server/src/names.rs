//! What the structures of a case are called, what that means, and what was confirmed for the centres that drew them (H32).

use std::collections::{BTreeMap, BTreeSet};

use archive::{CentreName, StoredCase};
use axum::http::StatusCode;
use case::settings::ConfirmedName;
use case::{Objects, Settings};
use chrono::{DateTime, Utc};
use guidelines::{Knowledge, Match};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contents::Contents;
use crate::problem::Problem;

const READING: &str = "reading the names of structures";
const CONFIRMING: &str = "confirming names";

/// A drawn name with the centre that drew it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DrawnAt {
    /// Name as drawn.
    pub drawn: String,
    /// The centre; nothing where the object does not say it.
    pub centre: Option<String>,
}

/// The names of all structures of a case, each with the centre that drew it.
pub fn drawn_in(objects: &Objects) -> Vec<DrawnAt> {
    let sets = objects.structure_sets.iter();
    let names = sets.flat_map(|set| {
        let centre = set.centre();
        set.rois.iter().map(move |roi| DrawnAt { drawn: roi.name.clone(), centre: centre.clone() })
    });
    names.collect::<BTreeSet<DrawnAt>>().into_iter().collect()
}

/// How a drawn name is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// It is the name of the standard itself.
    Plain,
    /// A word that the knowledge base holds.
    Known,
    /// Like such a word, as after a slip of the keyboard.
    Alike,
    /// Several organs, or an organ without its side.
    Ambiguous,
    /// Nothing that is known.
    Unknown,
}

/// How far a name is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NameState {
    /// There is nothing to confirm.
    Plain,
    /// Said for this case alone.
    Decided,
    /// Confirmed for the centres that draw it.
    Confirmed,
    /// To be confirmed.
    Open,
}

/// A name as drawn, and what it means.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NameOfCase {
    /// As drawn.
    drawn: String,
    /// The centres that drew it.
    centres: Vec<String>,
    /// What it is taken to mean (TG-263).
    standard_name: Option<String>,
    /// What it may mean, where it is ambiguous.
    candidates: Vec<String>,
    /// How it is understood.
    meaning: Meaning,
    /// How far that is settled.
    state: NameState,
    /// For whom, by whom and when it was confirmed.
    confirmed: Option<String>,
    /// Why it cannot be confirmed for the centre.
    why_not: Option<&'static str>,
}

/// The drawn names of a case with the centres that drew each; nothing of a centre where one object does not say it.
type Drawn = BTreeMap<String, Option<BTreeSet<String>>>;

fn drawn(contents: &Contents) -> Result<Drawn, Problem> {
    let missing = || {
        Problem::new(
            StatusCode::CONFLICT,
            "not-looked-at",
            READING,
            "an earlier program looked at the case, which did not read the names",
        )
        .hint("Assess the case; its names are read then.")
    };
    let mut all = Drawn::new();
    for DrawnAt { drawn, centre } in contents.drawn_names.as_ref().ok_or_else(missing)? {
        let centres = all.entry(drawn.clone()).or_insert_with(|| Some(BTreeSet::new()));
        match (centre, centres.as_mut()) {
            (Some(centre), Some(known)) => drop(known.insert(centre.clone())),
            _ => *centres = None,
        }
    }
    Ok(all)
}

/// The names of a case, as its settings and the knowledge base understand them.
///
/// # Errors
/// When the case was not looked at yet.
pub fn of_case(
    contents: &Contents,
    settings: &Settings,
    knowledge: &Knowledge,
) -> Result<Vec<NameOfCase>, Problem> {
    let all = drawn(contents)?.into_iter();
    Ok(all.map(|(drawn, centres)| name_of_case(&drawn, centres, settings, knowledge)).collect())
}

fn name_of_case(
    drawn: &str,
    centres: Option<BTreeSet<String>>,
    settings: &Settings,
    knowledge: &Knowledge,
) -> NameOfCase {
    let (meaning, understood, candidates) = understood(drawn, knowledge);
    let decided = settings.structure(drawn).standard_name;
    let holds_for_all = |own: &&ConfirmedName| {
        centres.as_ref().is_some_and(|centres| centres.iter().all(|centre| own.centres.contains(centre)))
    };
    let confirmed = settings.confirmed_name(drawn).filter(holds_for_all);
    let state = match (&decided, confirmed, meaning) {
        (Some(_), ..) => NameState::Decided,
        (None, Some(_), _) => NameState::Confirmed,
        (None, None, Meaning::Plain) => NameState::Plain,
        (None, None, _) => NameState::Open,
    };
    let why_not = centres.is_none().then_some("the objects do not say at which centre the structure was drawn");
    NameOfCase {
        drawn: drawn.to_owned(),
        centres: centres.into_iter().flatten().collect(),
        standard_name: decided.or(confirmed.map(|own| own.standard_name.clone())).or(understood),
        candidates,
        meaning,
        state,
        confirmed: confirmed.map(|own| format!("for {} by {}, {}", own.centres.join(" and "), own.by, own.date)),
        why_not,
    }
}

fn understood(drawn: &str, knowledge: &Knowledge) -> (Meaning, Option<String>, Vec<String>) {
    match knowledge.match_name(drawn) {
        Match::Found { standard_name, .. } if standard_name == drawn => {
            (Meaning::Plain, Some(standard_name), vec![])
        }
        Match::Found { standard_name, by_likeness: true, .. } => (Meaning::Alike, Some(standard_name), vec![]),
        Match::Found { standard_name, .. } => (Meaning::Known, Some(standard_name), vec![]),
        Match::Ambiguous(candidates) => (Meaning::Ambiguous, None, candidates),
        Match::Unknown => (Meaning::Unknown, None, vec![]),
    }
}

/// A name that is confirmed to mean something.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameSent {
    /// As drawn.
    pub drawn: String,
    /// What it means (TG-263).
    pub standard_name: String,
}

/// What is to be kept for the centres of a case when a person confirms names in it.
///
/// # Errors
/// When a name is not drawn in the case, no centre is told, or it cannot mean that.
pub fn confirmed_by(
    sent: &[NameSent],
    contents: &Contents,
    (by, at): (&str, DateTime<Utc>),
    knowledge: &Knowledge,
) -> Result<Vec<CentreName>, Problem> {
    let refused = |message: String| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "name", CONFIRMING, message).hint("Choose another meaning.")
    };
    let all = drawn(contents)?;
    let mut confirmed = Vec::new();
    for NameSent { drawn, standard_name } in sent {
        let centres =
            all.get(drawn).ok_or_else(|| refused(format!("no structure of the case is called \"{drawn}\"")))?;
        let no_centre = || refused(format!("the objects do not say at which centre \"{drawn}\" was drawn"));
        let standard_name =
            knowledge.confirmable(drawn, standard_name).map_err(|refusal| refused(refusal.to_string()))?;
        for centre in centres.as_ref().ok_or_else(no_centre)? {
            let (centre, drawn, standard_name) = (centre.clone(), drawn.clone(), standard_name.clone());
            confirmed.push(CentreName { centre, drawn, standard_name, by: by.to_owned(), at });
        }
    }
    Ok(confirmed)
}

/// Whether what the settings say already gives way to what was confirmed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Former {
    /// It stays: objects that arrive change no meaning that a case was assessed and signed with.
    Stays,
    /// It gives way: somebody confirmed names in this very case.
    GivesWay,
}

/// Settings with what was confirmed for the centres of the case; nothing where that adds nothing. A name that several centres drew is
/// taken over only where all of them confirmed the same.
///
/// # Errors
/// When the case was not looked at yet.
pub fn with_confirmed(
    settings: &Settings,
    contents: &Contents,
    (confirmed, former): (&[CentreName], Former),
    knowledge: &Knowledge,
) -> Result<Option<Settings>, Problem> {
    let mut changed = settings.clone();
    for (drawn, centres) in drawn(contents)? {
        let Some(centres) = centres.filter(|_| settings.structure(&drawn).standard_name.is_none()) else {
            continue;
        };
        let of_centre = |centre: &String| confirmed.iter().find(|own| own.drawn == drawn && own.centre == *centre);
        let Some(all) = centres.iter().map(of_centre).collect::<Option<Vec<&CentreName>>>() else { continue };
        let Some(meant) = agreed(&all) else { continue };
        let is_settled = settings.confirmed_name(&drawn).is_some_and(|own| {
            former == Former::Stays
                && (own.standard_name != meant.standard_name
                    || meant.centres.iter().all(|centre| own.centres.contains(centre)))
        });
        // The knowledge base may have learnt since that the name means something else.
        if !is_settled && knowledge.confirmable(&drawn, &meant.standard_name).is_ok() {
            changed.confirmed_names.retain(|own| own.drawn != drawn);
            changed.confirmed_names.push(meant);
        }
    }
    changed.confirmed_names.sort_by(|a, b| a.drawn.cmp(&b.drawn));
    Ok((changed != *settings).then_some(changed))
}

/// What several centres mean by one name, where they mean the same.
fn agreed(all: &[&CentreName]) -> Option<ConfirmedName> {
    let first = all.first()?;
    let words = |of: fn(&CentreName) -> &str| {
        let words: BTreeSet<&str> = all.iter().map(|own| of(own)).collect();
        words.into_iter().collect::<Vec<&str>>()
    };
    let latest = all.iter().map(|own| own.at).max()?;
    all.iter().all(|own| own.standard_name == first.standard_name).then(|| ConfirmedName {
        drawn: first.drawn.clone(),
        standard_name: first.standard_name.clone(),
        centres: words(|own| &own.centre).into_iter().map(str::to_owned).collect(),
        by: words(|own| &own.by).join(" and "),
        date: latest.date_naive(),
    })
}

/// Takes what was confirmed for the centres of a case over into its settings, and tells how many names that changed.
///
/// # Errors
/// When the case was not looked at, something cannot be read or written, or somebody else changes the settings again and again.
pub async fn take_over(
    case: &StoredCase,
    (confirmed, former): (&[CentreName], Former),
    knowledge: &Knowledge,
) -> Result<usize, Problem> {
    const ATTEMPTS: usize = 3;
    let mut attempt = 1;
    loop {
        // Both anew each time: objects of another centre may have come in between.
        let contents = Contents::looked_at(case).await?;
        let stored = case.settings().await?;
        let changed = with_confirmed(&stored.settings, &contents, (confirmed, former), knowledge)?;
        let Some(changed) = changed else { return Ok(0) };
        let before = &stored.settings.confirmed_names;
        let n_changed = changed.confirmed_names.iter().filter(|own| !before.contains(own)).count();
        match case.save_settings(&changed, &stored.etag).await {
            Err(archive::ArchiveError::Changed) if attempt < ATTEMPTS => attempt += 1,
            saved => return saved.map(|_| n_changed).map_err(Problem::from),
        }
    }
}

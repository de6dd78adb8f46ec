//! Names as drawn to names of the standard (TG-263), with laterality.

use case::plain_text;

use crate::drawn_name::{DrawnName, side_of};
use crate::knowledge::{Knowledge, Organ, OrganKind};
use crate::likeness::{most_typos, typos};

/// Which of a pair of organs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Left of the patient.
    Left,
    /// Right of the patient.
    Right,
    /// Both together.
    Both,
}

/// What a drawn name means.
#[derive(Clone, Debug)]
pub enum Match<'a> {
    /// One organ or target.
    Found {
        /// The entry of the knowledge base.
        organ: &'a Organ,
        /// Which of a pair, where the name says it.
        side: Option<Side>,
        /// Whether it is a planning risk volume, an organ with a margin.
        prv: bool,
        /// Name of the standard with side and margin.
        standard_name: String,
        /// Whether no known word was found but one that is very much alike, as after a slip of the keyboard.
        by_likeness: bool,
    },
    /// More than one organ, or a paired organ without its side (H32).
    Ambiguous(Vec<String>),
    /// Nothing the knowledge base holds.
    Unknown,
}

const TARGETS: &[&str] = &["gtv", "ctv", "itv", "ptv", "igtv", "gtvp", "gtvn", "ctvp", "ctvn", "ptvn", "ptvp"];
/// Beside a target these words make something else of it.
const NO_TARGET: &[&str] =
    &["ring", "opt", "in", "shell", "help", "hilfe", "dummy", "minus", "ohne", "sub", "mod"];
/// Organs without sides whose names have one all the same.
const SIDED_PARTS: &[&str] = &["Bronchus", "SacralPlex"];
/// Words for something else that differ from those of an organ by little.
const OTHER_WORDS: &[&str] = &[
    "zunge",
    "zungen",
    "level",
    "levre",
    "myelom",
    "myelin",
    "mamille",
    "femurhals",
    "retro",
    "sternum",
    "ureter",
    "urethra",
    "carina",
];

/// An organ with the side that its name gives.
struct Found {
    index: usize,
    side: Option<Side>,
    by_likeness: bool,
}

impl Knowledge {
    /// What a drawn name means.
    pub fn match_name(&self, name: &str) -> Match<'_> {
        let drawn = DrawnName::of(name);
        if drawn.is_help {
            return Match::Unknown;
        }
        if let Some(found) = self.target(name, &drawn) {
            return found;
        }
        let quiet = drawn.without_noise();
        let exact = self.known(&drawn).or_else(|| self.known(&quiet));
        let ambiguous = || self.ambiguous_word(&drawn).or_else(|| self.ambiguous_word(&quiet));
        match exact {
            Some(found) => self.found(found, &drawn),
            None => match ambiguous() {
                Some(candidates) => Match::Ambiguous(candidates),
                None => self.alike(&quiet).map_or(Match::Unknown, |found| self.found(found, &drawn)),
            },
        }
    }

    /// The organ of a name whose words are known.
    fn known(&self, drawn: &DrawnName) -> Option<Found> {
        let (whole, rest) = (drawn.whole(), drawn.without_sides());
        let exact = |index: usize, side| Found { index, side, by_likeness: false };
        // A side that stands as a word of its own is one, also where the whole name would be a word too ("Retina L").
        let of_rest = self.by_word.get(&rest).filter(|_| !drawn.sides.is_empty());
        if let Some(&index) = of_rest.filter(|&&index| self.organs[index].sides) {
            let both = self.side_of_both_name(index, &rest);
            let only_both = drawn.sides.iter().all(|side| *side == Side::Both);
            // "Lungs_R" names both lungs and one of them: nobody but a person can tell.
            let is_both_word = both.is_some() && plain_text(&self.organs[index].standard_name) != rest;
            let side = if is_both_word && !only_both { None } else { drawn.side().or(both) };
            return Some(exact(index, side));
        }
        if let Some(&index) = self.by_word.get(&whole) {
            let is_lost = self.organs[index].sides && !drawn.sides.is_empty() && rest != whole;
            return (!is_lost || drawn.side() == Some(Side::Both))
                .then(|| exact(index, self.side_of_both_name(index, &whole)));
        }
        if let Some(&index) = of_rest {
            // A side of an organ that has none is a part of it.
            let name = self.organs[index].standard_name.as_str();
            let is_whole = SIDED_PARTS.contains(&name) || name.starts_with("V_") || name.starts_with("A_");
            return is_whole.then(|| exact(index, drawn.side()));
        }
        let without_unknown: String =
            drawn.words.iter().filter(|word| !is_unknown_side(word)).map(String::as_str).collect();
        if drawn.has_unknown_side
            && let Some(&index) = self.by_word.get(&without_unknown)
        {
            return Some(exact(index, None));
        }
        self.with_glued_side(&whole, drawn.is_upper_case)
    }

    /// The only organ whose words are as near as any, where a name is no known word.
    fn alike(&self, drawn: &DrawnName) -> Option<Found> {
        // A letter that stands alone is no typo but part of a name: the lower caval vein is not the upper one.
        if drawn.words.iter().any(|word| word.len() == 1 && side_of(word).is_none()) {
            return None;
        }
        let rest = drawn.without_sides();
        if OTHER_WORDS.contains(&rest.as_str()) {
            return None;
        }
        let most = most_typos(&rest);
        // Another first letter makes another word rather than a slip, unless the first two changed places.
        let begins_alike = |word: &str| {
            let first_two = |text: &str| text.chars().take(2).collect::<Vec<char>>();
            let (own, other) = (first_two(&rest), first_two(word));
            own.first() == other.first() || own.iter().rev().eq(other.iter())
        };
        let near = self.by_word.iter().filter(|(word, _)| word.len() > 3 && most > 0);
        let near = near.filter(|(word, _)| begins_alike(word));
        let with_typos = near.filter_map(|(word, index)| Some((typos(&rest, word, most)?, *index)));
        let found: Vec<(usize, usize)> = with_typos.filter(|(_, index)| self.is_organ(*index)).collect();
        // A word that is known and was not taken above was left out for a reason.
        let fewest = found.iter().map(|(typos, _)| *typos).min().filter(|fewest| *fewest > 0)?;
        let mut nearest = found.iter().filter(|(typos, _)| *typos == fewest).map(|(_, index)| *index);
        let index = nearest.next()?;
        let is_ambiguous =
            self.ambiguous.iter().any(|entry| typos(&rest, &plain_text(&entry.word), fewest).is_some());
        if is_ambiguous || nearest.any(|other| other != index) {
            return None;
        }
        // A slip may make a plural of one organ: only a word that names the side gives it.
        let side = drawn.side();
        Some(Found { index, side, by_likeness: true })
    }

    fn is_organ(&self, index: usize) -> bool {
        self.organs[index].kind == OrganKind::Oar
    }

    fn found(&self, found: Found, drawn: &DrawnName) -> Match<'_> {
        let organ = &self.organs[found.index];
        let name = &organ.standard_name;
        let both_together = found.side == Some(Side::Both);
        if drawn.has_both_sides() && !both_together {
            return Match::Ambiguous(vec![format!("{name}_L"), format!("{name}_R")]);
        }
        if organ.sides && (found.side.is_none() || drawn.has_unknown_side) {
            let mut candidates = vec![format!("{name}_L"), format!("{name}_R")];
            candidates.extend(organ.both_name.clone());
            return Match::Ambiguous(candidates);
        }
        let with_side = match (organ.sides, found.side) {
            (true, Some(Side::Left)) => format!("{name}_L"),
            (true, Some(Side::Right)) => format!("{name}_R"),
            (true, _) => organ.both_name.clone().unwrap_or_else(|| name.clone()),
            (false, _) => name.clone(),
        };
        let standard_name = if drawn.prv { format!("{with_side}_PRV") } else { with_side };
        Match::Found { organ, side: found.side, prv: drawn.prv, standard_name, by_likeness: found.by_likeness }
    }

    /// A target stands at the beginning of a name; elsewhere it was cut out of an organ ("Lung_L-PTV").
    fn target(&self, name: &str, drawn: &DrawnName) -> Option<Match<'_>> {
        let kind = |word: &String| {
            let letters: String = word.chars().take_while(char::is_ascii_alphabetic).collect();
            TARGETS.contains(&letters.as_str()).then_some(letters)
        };
        let (first, rest) = drawn.words.split_first()?;
        let Some(letters) = kind(first) else {
            return drawn.words.iter().any(|word| kind(word).is_some()).then_some(Match::Unknown);
        };
        // "PTV-Rectum" is what is left of the target beside the organ; "PTV_Rectum" is the target in it.
        let is_cut = name.split_once('-').is_some_and(|(_, after)| {
            let after = DrawnName::of(after);
            self.known(&after).is_some() || after.words.first().is_some_and(|word| kind(word).is_some())
        });
        let is_other = |word: &String| kind(word).is_some() || NO_TARGET.contains(&word.as_str());
        if is_cut || drawn.prv || rest.iter().any(is_other) {
            return Some(Match::Unknown);
        }
        let standard = if letters == "igtv" {
            "itv"
        } else {
            ["gtv", "ctv", "itv", "ptv"].into_iter().find(|target| letters.contains(target))?
        };
        let organ = self
            .organs
            .iter()
            .find(|organ| organ.kind == OrganKind::Target && organ.standard_name.eq_ignore_ascii_case(standard))?;
        let standard_name = organ.standard_name.clone();
        Some(Match::Found { organ, side: None, prv: false, standard_name, by_likeness: false })
    }

    fn side_of_both_name(&self, index: usize, word: &str) -> Option<Side> {
        let organ = &self.organs[index];
        let mut both = organ.both_name.iter().chain(&organ.both_synonyms);
        both.any(|name| plain_text(name) == word).then_some(Side::Both)
    }

    /// Names such as "parotidl" or "lparotid", where the side is part of the word.
    ///
    /// A single letter at the end is a side in capitals only: "nyrer" is a plural.
    fn with_glued_side(&self, word: &str, is_upper_case: bool) -> Option<Found> {
        let sides = [
            ("gauche", Side::Left),
            ("droite", Side::Right),
            ("links", Side::Left),
            ("rechts", Side::Right),
            ("left", Side::Left),
            ("right", Side::Right),
            ("lt", Side::Left),
            ("rt", Side::Right),
            ("l", Side::Left),
            ("r", Side::Right),
        ];
        for (written, side) in sides {
            let at_end = word.strip_suffix(written).filter(|_| written.len() > 1 || is_upper_case);
            for rest in [at_end, word.strip_prefix(written)].into_iter().flatten() {
                if let Some(&index) = self.by_word.get(rest).filter(|&&index| self.organs[index].sides) {
                    return Some(Found { index, side: Some(side), by_likeness: false });
                }
            }
        }
        None
    }

    fn ambiguous_word(&self, drawn: &DrawnName) -> Option<Vec<String>> {
        let (whole, rest) = (drawn.whole(), drawn.without_sides());
        let found = self.ambiguous.iter().find(|entry| {
            let word = plain_text(&entry.word);
            word == whole || word == rest
        });
        found.map(|entry| entry.candidates.clone())
    }
}

fn is_unknown_side(word: &str) -> bool {
    side_of(word).is_none() && DrawnName::of(word).has_unknown_side
}

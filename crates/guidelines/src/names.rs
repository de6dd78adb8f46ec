//! Names as drawn to names of the standard (TG-263), with laterality.

use case::plain_text;

use crate::knowledge::{Knowledge, Organ, OrganKind};

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
    },
    /// More than one organ, or a paired organ without its side (H32).
    Ambiguous(Vec<String>),
    /// Nothing the knowledge base holds.
    Unknown,
}

const LEFT: &[&str] =
    &["l", "lt", "left", "li", "links", "linke", "linker", "gauche", "g", "sin", "sx", "izq", "izquierda"];
const RIGHT: &[&str] = &[
    "r", "rt", "right", "re", "rechts", "rechte", "rechter", "droite", "droit", "d", "dx", "dex", "der", "derecha",
];
const BOTH: &[&str] = &["both", "bilat", "bilateral", "bds", "total", "comb", "combined"];
const TARGETS: &[&str] = &["gtv", "ctv", "itv", "ptv", "igtv", "gtvp", "gtvn", "ctvp", "ctvn"];

/// Words of a name: parted at everything that is no letter or digit, and where a small letter meets a capital.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous: Option<char> = None;
    for letter in name.chars() {
        let begins = letter.is_uppercase() && previous.is_some_and(char::is_lowercase);
        if !letter.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.push_str(&plain_text(letter.encode_utf8(&mut [0; 4])));
        }
        previous = Some(letter);
    }
    words.retain(|word| !word.is_empty());
    words
}

impl Knowledge {
    /// What a drawn name means.
    pub fn match_name(&self, name: &str) -> Match<'_> {
        let all = words(name);
        if let Some(found) = self.target(&all) {
            return found;
        }
        let prv = all.iter().any(|word| word.starts_with("prv"));
        let sides: Vec<Side> = all.iter().filter_map(|word| side_of(word)).collect();
        let rest: Vec<&String> =
            all.iter().filter(|word| side_of(word).is_none() && !is_margin(word, prv)).collect();
        let joined: String = rest.iter().map(|word| word.as_str()).collect();
        let whole: String = all.iter().filter(|word| !is_margin(word, prv)).map(String::as_str).collect();
        // The whole name first: a synonym may itself hold what looks like a side ("r" of "a r").
        let (index, side) = match self.by_word.get(&whole) {
            Some(&index) => (Some(index), self.side_of_both_name(index, &whole)),
            None => match self.by_word.get(&joined) {
                Some(&index) => (Some(index), one_side(&sides).or_else(|| self.side_of_both_name(index, &joined))),
                None => self.with_glued_side(&whole),
            },
        };
        match index {
            Some(index) => self.found(index, side, prv, &sides),
            None => self.ambiguous_word(&joined).map_or(Match::Unknown, Match::Ambiguous),
        }
    }

    fn found(&self, index: usize, side: Option<Side>, prv: bool, sides: &[Side]) -> Match<'_> {
        let organ = &self.organs[index];
        let name = &organ.standard_name;
        if sides.contains(&Side::Left) && sides.contains(&Side::Right) {
            return Match::Ambiguous(vec![format!("{name}_L"), format!("{name}_R")]);
        }
        if organ.sides && side.is_none() {
            let mut candidates = vec![format!("{name}_L"), format!("{name}_R")];
            candidates.extend(organ.both_name.clone());
            return Match::Ambiguous(candidates);
        }
        let with_side = match (organ.sides, side) {
            (true, Some(Side::Left)) => format!("{name}_L"),
            (true, Some(Side::Right)) => format!("{name}_R"),
            (true, _) => organ.both_name.clone().unwrap_or_else(|| name.clone()),
            (false, _) => name.clone(),
        };
        let standard_name = if prv { format!("{with_side}_PRV") } else { with_side };
        Match::Found { organ, side, prv, standard_name }
    }

    /// A target stands at the beginning of a name; elsewhere it was cut out of an organ ("Lung_L-PTV").
    fn target(&self, words: &[String]) -> Option<Match<'_>> {
        let kind = |word: &String| {
            let letters: String = word.chars().take_while(char::is_ascii_alphabetic).collect();
            TARGETS.contains(&letters.as_str()).then_some(letters)
        };
        let first = words.first().and_then(kind);
        let Some(letters) = first else {
            return words.iter().any(|word| kind(word).is_some()).then_some(Match::Unknown);
        };
        let standard = ["gtv", "ctv", "itv", "ptv"].into_iter().find(|target| letters.contains(target))?;
        let organ = self
            .organs
            .iter()
            .find(|organ| organ.kind == OrganKind::Target && organ.standard_name.eq_ignore_ascii_case(standard))?;
        Some(Match::Found { organ, side: None, prv: false, standard_name: organ.standard_name.clone() })
    }

    fn side_of_both_name(&self, index: usize, word: &str) -> Option<Side> {
        let organ = &self.organs[index];
        let mut both = organ.both_name.iter().chain(&organ.both_synonyms);
        both.any(|name| plain_text(name) == word).then_some(Side::Both)
    }

    /// Names such as "parotidl" or "lparotid", where the side is part of the word.
    fn with_glued_side(&self, word: &str) -> (Option<usize>, Option<Side>) {
        for side in [("left", Side::Left), ("right", Side::Right), ("lt", Side::Left), ("rt", Side::Right)]
            .into_iter()
            .chain([("l", Side::Left), ("r", Side::Right)])
        {
            for rest in [word.strip_suffix(side.0), word.strip_prefix(side.0)].into_iter().flatten() {
                if let Some(&index) = self.by_word.get(rest).filter(|&&index| self.organs[index].sides) {
                    return (Some(index), Some(side.1));
                }
            }
        }
        (None, None)
    }

    fn ambiguous_word(&self, joined: &str) -> Option<Vec<String>> {
        let found = self.ambiguous.iter().find(|entry| plain_text(&entry.word) == joined);
        found.map(|entry| entry.candidates.clone())
    }
}

fn side_of(word: &str) -> Option<Side> {
    if LEFT.contains(&word) {
        Some(Side::Left)
    } else if RIGHT.contains(&word) {
        Some(Side::Right)
    } else if BOTH.contains(&word) {
        Some(Side::Both)
    } else {
        None
    }
}

fn one_side(sides: &[Side]) -> Option<Side> {
    sides.first().copied().filter(|first| sides.iter().all(|side| side == first))
}

/// "prv", "prv05", and, beside them, "3mm" or "5".
fn is_margin(word: &str, prv: bool) -> bool {
    let number = word.trim_end_matches("mm");
    word.starts_with("prv") || (prv && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

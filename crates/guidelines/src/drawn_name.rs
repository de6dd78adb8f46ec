//! A drawn name taken apart: what names the organ, what its side, what a margin, and what says nothing.

use case::plain_text;

use crate::names::Side;

const LEFT: &[&str] = &[
    "l",
    "lt",
    "left",
    "lft",
    "li",
    "links",
    "linke",
    "linker",
    "linkes",
    "gauche",
    "gche",
    "g",
    "sin",
    "sx",
    "sinistra",
    "sinistro",
    "izq",
    "izda",
    "izdo",
    "izquierda",
    "izquierdo",
    "lewa",
    "lewe",
    "lewy",
    "leva",
    "levy",
    "leve",
    "vae",
    "va",
    "vaenster",
    "venstre",
    "ve",
    "esq",
    "esquerdo",
    "esquerda",
];
const RIGHT: &[&str] = &[
    "r", "rt", "right", "rgt", "re", "rechts", "rechte", "rechter", "rechtes", "droite", "droit", "dte", "dt",
    "d", "dx", "dxt", "dex", "destra", "destro", "der", "dcha", "dcho", "derecha", "derecho", "prawa", "prawe",
    "prawy", "prava", "pravy", "hoe", "ho", "hoeger", "hoejre", "direito", "direita",
];
const BOTH: &[&str] =
    &["both", "bilat", "bilateral", "bds", "total", "comb", "combined", "beide", "gesamt", "ges"];
/// The same side as the tumour or the other one; and words that are a side in one language and something else in another (a deformed
/// image, a sagittal one).
const UNKNOWN_SIDE: &[&str] = &[
    "dir",
    "sag",
    "sol",
    "ipsi",
    "ipsilateral",
    "contra",
    "contralateral",
    "kontra",
    "kontralateral",
    "controlateral",
    "controlaterale",
    "omolaterale",
    "homolateral",
    "homolaterale",
];
/// Words that say who drew it, when, on what or how often.
const NOISE: &[&str] = &[
    "new", "neu", "neue", "nieuw", "nuevo", "nouveau", "final", "auto", "ai", "ki", "dl", "dlc", "mr", "mri",
    "mrt", "irm", "rm", "ct", "cbct", "pet", "4d", "copy", "of", "kopie", "limbus", "mvision", "dir", "fx", "hs",
    "v1", "v2", "v3",
];

/// A name in its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DrawnName {
    /// All words but margins.
    pub words: Vec<String>,
    /// Sides that stand as words of their own.
    pub sides: Vec<Side>,
    /// Whether it is an organ with a margin.
    pub prv: bool,
    /// Whether a side is named that depends on the tumour.
    pub has_unknown_side: bool,
    /// Whether it is written in capitals.
    pub is_upper_case: bool,
    /// Whether the name says that it is no organ: a part of the planning, or something cut out.
    pub is_help: bool,
}

impl DrawnName {
    /// Takes a name apart.
    pub fn of(name: &str) -> Self {
        let name = repaired(name);
        let is_help = is_help(&name);
        // What follows a caret is a comment of the clinic, and so is what stands in brackets.
        let bare = without_brackets(name.split('^').next().unwrap_or_default());
        let (bare, has_margin) = without_margin(&bare);
        let all = words(&bare);
        let prv = has_margin || all.iter().any(|word| is_prv(word));
        let kept: Vec<String> = all.into_iter().filter_map(|word| without_prv(&word, prv)).collect();
        Self {
            sides: kept.iter().filter_map(|word| side_of(word)).collect(),
            has_unknown_side: kept.iter().any(|word| UNKNOWN_SIDE.contains(&word.as_str())),
            words: kept,
            prv,
            is_upper_case: !name.chars().any(char::is_lowercase),
            is_help,
        }
    }

    /// The whole name as one word.
    pub fn whole(&self) -> String {
        self.words.concat()
    }

    /// The name without sides.
    pub fn without_sides(&self) -> String {
        self.words.iter().filter(|word| side_of(word).is_none()).map(String::as_str).collect()
    }

    /// The same name without the words that say who drew it, when, on what or how often.
    pub fn without_noise(&self) -> Self {
        let kept = self.words.iter().filter(|word| !is_noise(word));
        let words: Vec<String> =
            kept.map(|word| word.trim_end_matches(|last: char| last.is_ascii_digit()).to_owned()).collect();
        let sides = words.iter().filter_map(|word| side_of(word)).collect();
        Self { words, sides, ..self.clone() }
    }

    /// The side that all words agree on.
    pub fn side(&self) -> Option<Side> {
        self.sides.first().copied().filter(|first| self.sides.iter().all(|side| side == first))
    }

    /// Whether it names both sides one by one.
    pub fn has_both_sides(&self) -> bool {
        self.sides.contains(&Side::Left) && self.sides.contains(&Side::Right)
    }
}

/// A word that says who drew it, when, on what or how often.
fn is_noise(word: &str) -> bool {
    let number = word.trim_start_matches("cbct").trim_start_matches("fx");
    NOISE.contains(&word) || (!word.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Text in eight bits for each letter that was read as another alphabet.
fn repaired(name: &str) -> String {
    if !name.contains('Ã') {
        return name.to_owned();
    }
    let byte = |letter: char| match letter {
        '–' => Some(0x96),
        'œ' => Some(0x9C),
        'Ÿ' => Some(0x9F),
        '„' => Some(0x84),
        '¤' => Some(0xA4),
        other => u8::try_from(u32::from(other)).ok(),
    };
    let bytes: Option<Vec<u8>> = name.chars().map(byte).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| name.to_owned())
}

/// Optimisation structures: a `z` or an underscore in front, or a tilde anywhere (\[tg263\]).
fn is_help(name: &str) -> bool {
    let name = name.trim();
    let z = name.starts_with(['z', 'Z'])
        && name
            .chars()
            .nth(1)
            .is_some_and(|next| next == '_' || next == ' ' || next == '-' || next.is_uppercase());
    z || name.starts_with('_') || name.contains('~')
}

/// The name without brackets whose words all say nothing of the organ; other words in brackets count as any.
fn without_brackets(name: &str) -> String {
    let Some((before, rest)) = name.split_once('(') else { return name.to_owned() };
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    let says_nothing = words(inside).iter().all(|word| is_noise(word));
    let kept = if says_nothing { String::new() } else { format!(" {inside} ") };
    without_brackets(&format!("{before}{kept}{after}"))
}

/// A margin of some millimetres, written as "+5mm", "+ 0.5cm" or "EXP5M".
fn without_margin(name: &str) -> (String, bool) {
    let lower = name.to_lowercase();
    let Some(start) = lower.find('+').or_else(|| lower.find("exp")) else { return (name.to_owned(), false) };
    let sign = if lower[start..].starts_with('+') { 1 } else { 3 };
    let rest = lower.get(start + sign..).unwrap_or_default().trim_start();
    let number: String = rest.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect();
    let unit = rest.get(number.len()..).unwrap_or_default().trim_start();
    let is_margin = !number.is_empty() && (unit.starts_with("mm") || unit.starts_with("cm") || unit == "m");
    match name.get(..start) {
        Some(before) if is_margin => (before.to_owned(), true),
        _ => (name.to_owned(), false),
    }
}

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

fn is_prv(word: &str) -> bool {
    word.starts_with("prv") || word.ends_with("prv")
}

/// A word without the margin that it names: "prv", "prv05", "cordprv", and, beside them, "3mm" or "5".
fn without_prv(word: &str, prv: bool) -> Option<String> {
    if !prv {
        return Some(word.to_owned());
    }
    let number = word.trim_end_matches("mm");
    if word.starts_with("prv")
        || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        || word == "mm"
    {
        return None;
    }
    Some(word.trim_end_matches("prv").to_owned()).filter(|word| !word.is_empty())
}

/// The side that a word names.
pub(crate) fn side_of(word: &str) -> Option<Side> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart() {
        let name = DrawnName::of("Parotis re_PRV 3mm");
        assert_eq!((name.whole().as_str(), name.prv, name.side()), ("parotisre", true, Some(Side::Right)));
        assert_eq!(name.without_sides(), "parotis");
        assert_eq!(DrawnName::of("Cord (MRI)").whole(), "cord");
        assert_eq!(DrawnName::of("Parotid (L)").side(), Some(Side::Left));
        assert_eq!(DrawnName::of("RÃ¼ckenmark").whole(), "rueckenmark");
        assert!(DrawnName::of("cord+5mm").prv && DrawnName::of("SPINALCORD_EXP5M").prv);
        assert!(
            DrawnName::of("zLungs").is_help && DrawnName::of("Brain~").is_help && !DrawnName::of("Zunge").is_help
        );
    }

    #[test]
    fn what_says_nothing_is_left_out_only_when_asked() {
        let name = DrawnName::of("Rectum 2023-05-12 new");
        assert_eq!(name.whole(), "rectum20230512new");
        assert_eq!(name.without_noise().whole(), "rectum");
        assert_eq!(DrawnName::of("Lung_R1").without_noise().side(), Some(Side::Right));
    }
}

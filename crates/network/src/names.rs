//! The same name in the spellings in which it may have been written down (H02).

use std::collections::BTreeSet;

/// Letters that are written in more than one way: as one who has the letter writes them, and as one who has not.
const SPELLINGS: [(char, &str, &str); 30] = [
    ('ä', "ae", "a"),
    ('ö', "oe", "o"),
    ('ü', "ue", "u"),
    ('ß', "ss", "s"),
    ('æ', "ae", "a"),
    ('ø', "oe", "o"),
    ('å', "aa", "a"),
    ('œ', "oe", "o"),
    ('þ', "th", "t"),
    ('ð', "d", "d"),
    ('ł', "l", "l"),
    ('đ', "dj", "d"),
    ('ı', "i", "i"),
    ('ñ', "n", "n"),
    ('ç', "c", "c"),
    ('ć', "c", "c"),
    ('č', "ch", "c"),
    ('ğ', "g", "g"),
    ('ş', "sh", "s"),
    ('š', "sh", "s"),
    ('ś', "s", "s"),
    ('ž', "zh", "z"),
    ('ź', "z", "z"),
    ('ż', "z", "z"),
    ('ř', "r", "r"),
    ('ń', "n", "n"),
    ('ý', "y", "y"),
    ('ÿ', "y", "y"),
    ('ą', "a", "a"),
    ('ę', "e", "e"),
];

/// Letters with an accent that is only left out.
const ACCENTED: [(char, &str); 5] =
    [('a', "àáâãā"), ('e', "èéêëēě"), ('i', "ìíîïī"), ('o', "òóôõōő"), ('u', "ùúûūůű")];

/// Family and given name of a person, as DICOM keeps them apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) family: String,
    pub(crate) given: String,
}

impl Names {
    /// The first two components of the first group; a name without components is taken apart at its comma or last space.
    pub(crate) fn read(name: &str) -> Self {
        let group = name.split('=').next().unwrap_or_default().trim();
        let mut parts = group.split('^').map(str::trim);
        let (family, given) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if !given.is_empty() || group.contains('^') {
            return Self::new(family, given);
        }
        if let Some((family, given)) = group.split_once(',') {
            return Self::new(family, given);
        }
        match group.rsplit_once(' ') {
            Some((given, family)) => Self::new(family, given),
            None => Self::new(group, ""),
        }
    }

    fn new(family: &str, given: &str) -> Self {
        Self { family: family.trim().to_owned(), given: given.trim().to_owned() }
    }
}

/// All spellings of a name in plain small letters, without blanks and signs.
pub(crate) fn plain_spellings(name: &str) -> BTreeSet<String> {
    let mut spellings: BTreeSet<String> = BTreeSet::new();
    for long in [true, false] {
        spellings.insert(name.to_lowercase().chars().map(|letter| plain(letter, long)).collect());
    }
    // Who knows no umlauts drops the dots, who knows them writes two letters, and the reverse is read back.
    let folded: Vec<String> = spellings.iter().map(|spelling| fold(spelling)).collect();
    spellings.extend(folded);
    spellings.remove("");
    spellings
}

fn plain(letter: char, long: bool) -> String {
    if letter.is_ascii_alphabetic() {
        return letter.to_string();
    }
    if let Some((_, two, one)) = SPELLINGS.iter().find(|(known, _, _)| *known == letter) {
        return if long { (*two).to_owned() } else { (*one).to_owned() };
    }
    let unaccented = ACCENTED.iter().find(|(_, accented)| accented.contains(letter)).map(|(plain, _)| *plain);
    match unaccented {
        Some(plain) => plain.to_string(),
        // Letters of other scripts are compared as they are.
        None if letter.is_alphabetic() => letter.to_string(),
        None => String::new(),
    }
}

/// Two letters for an umlaut back to one.
fn fold(plain: &str) -> String {
    plain.replace("ae", "a").replace("oe", "o").replace("ue", "u").replace("aa", "a").replace("ss", "s")
}

/// The name as it may stand in other systems, for queries: as it is, in plain letters of both kinds, and with a sign for any
/// letter where letters are written in more than one way.
pub(crate) fn written_forms(name: &str) -> BTreeSet<String> {
    let mut forms: BTreeSet<String> = BTreeSet::new();
    for long in [true, false] {
        forms.insert(name.to_lowercase().chars().map(|letter| keep_signs(letter, long)).collect());
    }
    let with_umlauts = [("ae", "ä"), ("oe", "ö"), ("ue", "ü")];
    let lower = name.to_lowercase();
    for (two, one) in with_umlauts {
        if lower.contains(two) {
            forms.insert(lower.replace(two, "?"));
            forms.insert(lower.replace(two, one));
        }
    }
    if !name.is_ascii() {
        forms.insert(lower.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect());
        forms.insert(lower);
    }
    forms.into_iter().map(|form| form.to_uppercase()).filter(|form| has_letters(form)).collect()
}

fn keep_signs(letter: char, long: bool) -> String {
    if matches!(letter, ' ' | '-' | '\'') { letter.to_string() } else { plain(letter, long) }
}

/// A query of nothing but signs for any letter would find everybody.
fn has_letters(form: &str) -> bool {
    form.chars().filter(|letter| letter.is_alphabetic()).count() >= 2
}

/// How many letters must be changed, added or left out to make one name of the other.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for j in 0..b.len() {
            let changed = diagonal + usize::from(letter != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let names = |family: &str, given: &str| Names::new(family, given);
        assert_eq!(Names::read("Müller^Anna^Maria"), names("Müller", "Anna"));
        assert_eq!(Names::read("Müller^Anna=ミュラー"), names("Müller", "Anna"));
        assert_eq!(Names::read("Müller, Anna"), names("Müller", "Anna"));
        assert_eq!(Names::read("Anna Müller"), names("Müller", "Anna"));
        assert_eq!(Names::read("Müller"), names("Müller", ""));
        assert_eq!(Names::read("von Braun^"), names("von Braun", ""));
    }

    #[test]
    fn spellings_of_one_name_meet() {
        let meet = |a, b| !plain_spellings(a).is_disjoint(&plain_spellings(b));
        for (a, b) in [
            ("Müller", "MUELLER"),
            ("Müller", "Muller"),
            ("Strauß", "STRAUSS"),
            ("Sørensen", "Soerensen"),
            ("Sørensen", "Sorensen"),
            ("Åkesson", "Aakesson"),
            ("D'Angelo", "DAngelo"),
            ("Meier-Schmidt", "MEIER SCHMIDT"),
            ("Dvořák", "Dvorak"),
        ] {
            assert!(meet(a, b), "{a} and {b}");
        }
        assert!(!meet("Müller", "Miller"));
    }

    #[test]
    fn queries_hold_letters() {
        let forms = written_forms("Müller");
        for form in ["MUELLER", "MULLER", "M?LLER", "MÜLLER"] {
            assert!(forms.contains(form), "{form} in {forms:?}");
        }
        assert!(written_forms("Mueller").contains("M?LLER"));
        assert!(written_forms("").is_empty());
        assert!(written_forms("ü").iter().all(|form| form != "?"));
    }

    #[test]
    fn distances_count_letters() {
        assert_eq!(distance("meier", "maier"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}

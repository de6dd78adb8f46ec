//! Who an object says it belongs to.

use chrono::NaiveDate;

use crate::plain_text::plain_text;

/// The identity an object carries. It is compared, hashed and shown in the report; it never reaches a log.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PatientIdentity {
    /// Patient ID.
    pub id: String,
    /// Who issued the ID.
    pub issuer: String,
    /// Name with its components separated by `^`.
    pub name: String,
    /// Birth date.
    pub birth_date: Option<NaiveDate>,
    /// `M`, `F`, `O` or empty.
    pub sex: String,
    /// Other IDs of the same person.
    pub other_ids: Vec<String>,
}

/// How two identities relate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same person, as far as the objects say.
    Same,
    /// Different persons, with what differs (H01).
    Different(Vec<&'static str>),
    /// Different IDs, but name and birth date fit: perhaps one person (H02).
    PerhapsSame,
}

impl std::fmt::Debug for PatientIdentity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PatientIdentity { .. }")
    }
}

impl PatientIdentity {
    /// Compares ID with issuer, name, birth date and sex; what one side does not say is no difference.
    pub fn likeness(&self, other: &Self) -> Likeness {
        let same_id =
            self.id == other.id || self.other_ids.contains(&other.id) || other.other_ids.contains(&self.id);
        let same_name = self.name.is_empty() || other.name.is_empty() || names_fit(&self.name, &other.name);
        let mut differences = Vec::new();
        if !same_id {
            differences.push("patient ID");
        }
        if differ(&self.issuer, &other.issuer) {
            differences.push("issuer of the patient ID");
        }
        if !same_name {
            differences.push("name");
        }
        if matches!((self.birth_date, other.birth_date), (Some(a), Some(b)) if a != b) {
            differences.push("birth date");
        }
        if differ(&self.sex, &other.sex) && self.sex != "O" && other.sex != "O" {
            differences.push("sex");
        }
        let known_twin = self.birth_date.is_some() && self.birth_date == other.birth_date;
        match differences.as_slice() {
            [] => Likeness::Same,
            ["patient ID"] | ["patient ID", "issuer of the patient ID"] if known_twin && same_name => {
                Likeness::PerhapsSame
            }
            _ => Likeness::Different(differences),
        }
    }
}

fn differ(a: &str, b: &str) -> bool {
    !a.is_empty() && !b.is_empty() && a != b
}

/// Whether two names have the same words, in any order, up to case, accents and one letter in a word.
fn names_fit(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (words(a), words(b));
    a.sort();
    b.sort();
    let shorter = a.len().min(b.len());
    shorter > 0 && a.iter().filter(|word| b.iter().any(|other| nearly_equal(word, other))).count() >= shorter
}

fn words(name: &str) -> Vec<String> {
    // Only the alphabetic component group is compared; ideographic groups follow a '='.
    let alphabetic = name.split('=').next().unwrap_or_default();
    alphabetic.split(['^', ' ', '-', ',']).map(plain_text).filter(|word| !word.is_empty()).collect()
}

/// Equal up to one letter changed, added or left out, in words of at least four letters.
fn nearly_equal(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().min(b.len()) < 4 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    front + back + 1 >= a.len().max(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, name: &str, born: Option<(i32, u32, u32)>) -> PatientIdentity {
        PatientIdentity {
            id: id.to_owned(),
            name: name.to_owned(),
            birth_date: born.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day)),
            sex: "F".to_owned(),
            ..PatientIdentity::default()
        }
    }

    #[test]
    fn h01_another_birth_date_or_issuer_is_another_person() {
        let first = person("42", "Doe^Jane", Some((1950, 1, 2)));
        assert_eq!(first.likeness(&first), Likeness::Same);
        let younger = person("42", "Doe^Jane", Some((1980, 1, 2)));
        assert_eq!(first.likeness(&younger), Likeness::Different(vec!["birth date"]));
        let hospital = |issuer: &str| PatientIdentity { issuer: issuer.to_owned(), ..first.clone() };
        assert_eq!(hospital("A").likeness(&hospital("B")), Likeness::Different(vec!["issuer of the patient ID"]));
    }

    #[test]
    fn h02_a_transliterated_or_swapped_name_may_be_the_same_person() {
        let first = person("42", "Müller^Jürgen", Some((1950, 1, 2)));
        for name in ["Mueller^Juergen", "Juergen^Mueller", "MULLER^JURGEN"] {
            let other = person("43", name, Some((1950, 1, 2)));
            assert_eq!(first.likeness(&other), Likeness::PerhapsSame, "{name}");
        }
        let stranger = person("43", "Schmidt^Anna", Some((1950, 1, 2)));
        assert!(matches!(first.likeness(&stranger), Likeness::Different(_)));
    }

    #[test]
    fn identity_does_not_reach_a_debug_print() {
        assert!(!format!("{:?}", person("42", "Doe^Jane", None)).contains("Doe"));
    }
}

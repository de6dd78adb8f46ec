//! How much of one identity agrees with another, attribute by attribute.

use std::collections::BTreeSet;

use case::PatientIdentity;
use chrono::{Datelike, NaiveDate};

use crate::names::{Names, distance, plain_spellings};

/// What was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Patient ID, with other IDs and issuer.
    PatientId,
    /// Family name.
    FamilyName,
    /// Given name.
    GivenName,
    /// Birth date.
    BirthDate,
    /// Sex.
    Sex,
}

/// How it agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// It is the same.
    Same,
    /// It is the same in another spelling, or one of the other IDs.
    OtherForm,
    /// It stands in the place of the other name, or day and month are swapped.
    Swapped,
    /// It differs as after a slip of the pen.
    Similar,
    /// It is another.
    Different,
}

/// What agrees or does not. What one side does not say is no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What was compared.
    pub attribute: Attribute,
    /// How it agrees.
    pub agreement: Agreement,
}

/// Compares two identities.
///
/// ```
/// use case::PatientIdentity;
/// use network::{Agreement, Attribute, Reason, compare};
///
/// let here = PatientIdentity { name: "Müller^Anna".to_owned(), ..PatientIdentity::default() };
/// let there = PatientIdentity { name: "ANNA^MUELLER".to_owned(), ..PatientIdentity::default() };
/// let swapped = |attribute| Reason { attribute, agreement: Agreement::Swapped };
/// assert_eq!(compare(&here, &there), [swapped(Attribute::FamilyName), swapped(Attribute::GivenName)]);
/// ```
pub fn compare(one: &PatientIdentity, other: &PatientIdentity) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut say = |attribute, agreement: Option<Agreement>| {
        reasons.extend(agreement.map(|agreement| Reason { attribute, agreement }));
    };
    say(Attribute::PatientId, ids(one, other));
    let (names, other_names) = (Names::read(&one.name), Names::read(&other.name));
    let are_swapped = alike(&names.family, &other_names.given) && alike(&names.given, &other_names.family);
    let are_the_same = alike(&names.family, &other_names.family) && alike(&names.given, &other_names.given);
    if are_swapped && !are_the_same {
        say(Attribute::FamilyName, Some(Agreement::Swapped));
        say(Attribute::GivenName, Some(Agreement::Swapped));
    } else {
        say(Attribute::FamilyName, name(&names.family, &other_names.family));
        say(Attribute::GivenName, name(&names.given, &other_names.given));
    }
    say(Attribute::BirthDate, one.birth_date.zip(other.birth_date).map(|(a, b)| dates(a, b)));
    say(Attribute::Sex, sexes(&one.sex, &other.sex));
    reasons
}

/// Whether somebody is worth a look: more agrees than not, or the ID does, whatever else differs (H01).
pub(crate) fn is_worth_a_look(reasons: &[Reason]) -> bool {
    let has_the_id =
        |reason: &Reason| reason.attribute == Attribute::PatientId && reason.agreement != Agreement::Different;
    points(reasons) > 0 || reasons.iter().any(has_the_id)
}

/// The weight of all reasons together. An ID weighs most, then the birth date, then the names, which change with marriage.
pub(crate) fn points(reasons: &[Reason]) -> i32 {
    use Agreement::{Different, OtherForm, Same, Similar, Swapped};
    let weight = |reason: &Reason| match (reason.attribute, reason.agreement) {
        (Attribute::PatientId, Same) => 50,
        (Attribute::PatientId, OtherForm) => 45,
        // Another system has other IDs: that says nothing.
        (Attribute::PatientId, _) => 0,
        (Attribute::BirthDate, Same) => 30,
        (Attribute::BirthDate, Swapped | Similar | OtherForm) => 15,
        (Attribute::BirthDate, Different) => -25,
        (Attribute::FamilyName, Same) => 20,
        (Attribute::FamilyName, OtherForm | Swapped) => 18,
        (Attribute::FamilyName, Similar) => 10,
        (Attribute::FamilyName, Different) => -18,
        (Attribute::GivenName, Same) => 16,
        (Attribute::GivenName, OtherForm | Swapped) => 14,
        (Attribute::GivenName, Similar) => 8,
        (Attribute::GivenName, Different) => -15,
        (Attribute::Sex, Same) => 2,
        (Attribute::Sex, _) => -10,
    };
    reasons.iter().map(weight).sum()
}

fn ids(one: &PatientIdentity, other: &PatientIdentity) -> Option<Agreement> {
    let is_known = |id: &&String| !id.trim().is_empty();
    let all = |identity: &PatientIdentity| -> BTreeSet<String> {
        let ids = std::iter::once(&identity.id).chain(&identity.other_ids);
        ids.filter(is_known).map(|id| id.trim().to_owned()).collect()
    };
    let issuers_differ = !one.issuer.is_empty() && !other.issuer.is_empty() && one.issuer != other.issuer;
    let (own, theirs) = (all(one), all(other));
    if own.is_empty() || theirs.is_empty() {
        return None;
    }
    let same = one.id.trim() == other.id.trim() && is_known(&&one.id) && !issuers_differ;
    Some(match same {
        true => Agreement::Same,
        // The same number of another issuer is the number of somebody else.
        false if !issuers_differ && !own.is_disjoint(&theirs) => Agreement::OtherForm,
        false => Agreement::Different,
    })
}

fn alike(one: &str, other: &str) -> bool {
    matches!(name(one, other), Some(Agreement::Same | Agreement::OtherForm))
}

fn name(one: &str, other: &str) -> Option<Agreement> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    if one.to_lowercase() == other.to_lowercase() {
        return Some(Agreement::Same);
    }
    let (own, theirs) = (plain_spellings(one), plain_spellings(other));
    if !own.is_disjoint(&theirs) {
        return Some(Agreement::OtherForm);
    }
    let closest =
        own.iter().flat_map(|a| theirs.iter().map(move |b| (distance(a, b), a.len().min(b.len())))).min();
    // One letter in short names, two in long ones; and what one system cut off or abbreviated.
    let is_slip = closest.is_some_and(|(letters, length)| letters <= if length < 6 { 1 } else { 2 });
    let is_cut = own.iter().any(|a| theirs.iter().any(|b| a.starts_with(b.as_str()) || b.starts_with(a.as_str())));
    Some(if is_slip || is_cut { Agreement::Similar } else { Agreement::Different })
}

fn dates(one: NaiveDate, other: NaiveDate) -> Agreement {
    if one == other {
        return Agreement::Same;
    }
    if one.year() == other.year() && one.month() == other.day() && one.day() == other.month() {
        return Agreement::Swapped;
    }
    let (a, b) = (one.format("%Y%m%d").to_string(), other.format("%Y%m%d").to_string());
    let n_differing = a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count();
    if n_differing == 1 { Agreement::Similar } else { Agreement::Different }
}

fn sexes(one: &str, other: &str) -> Option<Agreement> {
    let is_stated = |sex: &str| matches!(sex, "M" | "F");
    (is_stated(one) && is_stated(other)).then_some(if one == other {
        Agreement::Same
    } else {
        Agreement::Different
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, name: &str, birth: (i32, u32, u32)) -> PatientIdentity {
        let birth_date = NaiveDate::from_ymd_opt(birth.0, birth.1, birth.2);
        PatientIdentity { id: id.to_owned(), name: name.to_owned(), birth_date, ..PatientIdentity::default() }
    }

    fn agreement(reasons: &[Reason], attribute: Attribute) -> Option<Agreement> {
        reasons.iter().find(|reason| reason.attribute == attribute).map(|reason| reason.agreement)
    }

    #[test]
    fn h02_another_spelling_is_found_and_told() {
        let reasons =
            compare(&person("1", "Müller^Anna", (1960, 3, 4)), &person("2", "MUELLER^ANA", (1960, 4, 3)));
        assert_eq!(agreement(&reasons, Attribute::PatientId), Some(Agreement::Different));
        assert_eq!(agreement(&reasons, Attribute::FamilyName), Some(Agreement::OtherForm));
        assert_eq!(agreement(&reasons, Attribute::GivenName), Some(Agreement::Similar));
        assert_eq!(agreement(&reasons, Attribute::BirthDate), Some(Agreement::Swapped));
        assert!(points(&reasons) > 0);
    }

    #[test]
    fn h02_somebody_else_has_no_points() {
        let reasons =
            compare(&person("1", "Müller^Anna", (1960, 3, 4)), &person("2", "Müller^Bernd", (1971, 12, 30)));
        assert!(points(&reasons) <= 0, "{reasons:?}");
    }

    #[test]
    fn h02_a_married_name_with_the_same_birth_date_is_shown() {
        let reasons =
            compare(&person("1", "Müller^Anna", (1960, 3, 4)), &person("2", "Schmidt^Anna", (1960, 3, 4)));
        assert!(points(&reasons) > 0);
    }

    #[test]
    fn h02_the_same_birth_date_alone_is_nobody() {
        let reasons =
            compare(&person("1", "Müller^Anna", (1960, 3, 4)), &person("2", "Schmidt^Ute", (1960, 3, 4)));
        assert!(points(&reasons) <= 0, "{reasons:?}");
    }

    #[test]
    fn an_id_of_another_issuer_is_another_id() {
        let mut here = person("7", "", (1960, 3, 4));
        let mut there = here.clone();
        assert_eq!(agreement(&compare(&here, &there), Attribute::PatientId), Some(Agreement::Same));
        here.issuer = "A".to_owned();
        there.issuer = "B".to_owned();
        assert_eq!(agreement(&compare(&here, &there), Attribute::PatientId), Some(Agreement::Different));
        there = person("8", "", (1960, 3, 4));
        there.other_ids = vec!["7".to_owned()];
        assert_eq!(agreement(&compare(&here, &there), Attribute::PatientId), Some(Agreement::OtherForm));
    }
}

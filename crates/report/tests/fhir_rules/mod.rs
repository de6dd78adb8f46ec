//! Holds a bundle against the rules of `fhir_profiles.json` and tells every place where it does not keep them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

const DATA_ABSENT_REASON: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

/// The rules as they stand in the file.
pub fn rules() -> Value {
    serde_json::from_str(include_str!("../fhir_profiles.json")).unwrap()
}

/// Everything that the bundle does against the rules.
pub fn problems(bundle: &Value) -> Vec<String> {
    let rules = rules();
    let mut checker = Checker { rules: &rules, bundle, problems: Vec::new() };
    checker.typed(bundle, "Bundle", "Bundle");
    checker.bundle();
    checker.problems
}

struct Checker<'a> {
    rules: &'a Value,
    bundle: &'a Value,
    problems: Vec<String>,
}

impl<'a> Checker<'a> {
    fn say(&mut self, place: &str, what: &str) {
        self.problems.push(format!("{place}: {what}"));
    }

    fn bundle(&mut self) {
        let bundle = self.bundle;
        self.base(bundle, "Bundle");
        let mut seen = BTreeSet::new();
        for entry in entries(bundle, "entry") {
            let url = entry["fullUrl"].as_str().unwrap_or_default();
            if !url.strip_prefix("urn:uuid:").is_some_and(is_uuid) {
                self.say("Bundle.entry.fullUrl", &format!("\"{url}\" is no urn:uuid"));
            }
            if !seen.insert(url) {
                self.say("Bundle.entry.fullUrl", "appears twice");
            }
            self.resource(&entry["resource"]);
        }
    }

    fn resource(&mut self, resource: &Value) {
        let kind = resource["resourceType"].as_str().unwrap_or_default();
        self.base(resource, kind);
        let claimed: Vec<&str> = strings(&resource["meta"]["profile"]).collect();
        if claimed.is_empty() {
            self.say(kind, "claims no profile");
        }
        for url in claimed {
            self.profile(resource, url, kind);
        }
    }

    fn base(&mut self, resource: &Value, kind: &str) {
        let rules = self.rules;
        match named(&rules["resources"], "type", kind) {
            Some(base) => self.elements_by(resource, base, kind),
            None => self.say(kind, "no rules of such a resource"),
        }
    }

    /// A profile and what it is derived from.
    fn profile(&mut self, resource: &Value, url: &str, kind: &str) {
        let rules = self.rules;
        let Some(profile) = named(&rules["profiles"], "url", url) else {
            return self.say(kind, &format!("unknown profile {url}"));
        };
        if profile["type"] != kind {
            self.say(kind, &format!("{url} is a profile of {}", profile["type"]));
        }
        self.elements_by(resource, profile, kind);
        for key in strings(&profile["invariants"]) {
            if !holds(resource, key) {
                self.say(kind, &format!("{key} does not hold"));
            }
        }
        if let Some(parent) = profile["parent"].as_str() {
            self.profile(resource, parent, kind);
        }
    }

    fn elements_by(&mut self, resource: &Value, set: &Value, kind: &str) {
        for rule in set["elements"].as_array().into_iter().flatten() {
            self.element(resource, rule, kind);
        }
    }

    /// A rule at each place that its path leads to.
    fn element(&mut self, resource: &Value, rule: &Value, kind: &str) {
        let path = rule["path"].as_str().unwrap();
        let (way, name) = path.rsplit_once('.').unwrap_or(("", path));
        let place = match &rule["where"] {
            Value::Null => format!("{kind}.{path}"),
            slice => format!("{kind}.{path}{slice}"),
        };
        let steps = way.split('.').filter(|step| !step.is_empty());
        let parents = steps.fold(vec![resource], |parents, step| {
            parents.into_iter().flat_map(|parent| entries(parent, step)).collect()
        });
        for parent in parents {
            let found: Vec<&Value> =
                entries(parent, name).into_iter().filter(|value| is_of_slice(value, rule)).collect();
            self.count(found.len(), rule, &place);
            self.choice(parent, name, rule, &place);
            for value in found {
                self.value(value, rule, &place);
            }
        }
    }

    fn count(&mut self, found: usize, rule: &Value, place: &str) {
        let found = found as u64;
        let (min, max) = (rule["min"].as_u64().unwrap_or(0), rule["max"].as_u64().unwrap_or(u64::MAX));
        if found < min {
            let what = if found == 0 { "is missing" } else { "is there too seldom" };
            self.say(place, what);
        }
        if found > max {
            self.say(place, "is there too often");
        }
    }

    /// Only the types that the rule leaves of an element with a choice.
    fn choice(&mut self, parent: &Value, name: &str, rule: &Value, place: &str) {
        let Some(stem) = name.strip_suffix("[x]").filter(|_| rule["type"].is_array()) else { return };
        for key in parent.as_object().into_iter().flat_map(|fields| fields.keys()) {
            if is_choice(key, stem) && !strings(&rule["type"]).any(|kind| *key == choice_name(stem, kind)) {
                self.say(place, &format!("{key} is not one of its types"));
            }
        }
    }

    fn value(&mut self, value: &Value, rule: &Value, place: &str) {
        if rule.get("fixed").is_some_and(|fixed| fixed != value) {
            self.say(place, &format!("{value} is not {}", rule["fixed"]));
        }
        if rule.get("pattern").is_some_and(|pattern| !has_code(value, pattern)) {
            self.say(place, &format!("{value} is not the code {}", rule["pattern"]));
        }
        if rule.get("among").is_some_and(|sets| !is_among(value, sets)) {
            self.say(place, &format!("{value} is not among the codes {}", rule["among"]));
        }
        if let Some(target) = self.target_of(value).filter(|_| rule["target"].is_array()) {
            let kind = target["resourceType"].as_str().unwrap_or_default();
            let is_one = |wanted: &str| wanted == kind || self.claims(target, wanted);
            if !strings(&rule["target"]).any(is_one) {
                self.say(place, &format!("points to a {kind} of another profile"));
            }
        }
    }

    fn target_of(&self, reference: &Value) -> Option<&'a Value> {
        let bundle = self.bundle;
        let wanted = reference["reference"].as_str()?;
        let found = bundle["entry"].as_array()?.iter().find(|entry| entry["fullUrl"] == wanted)?;
        Some(&found["resource"])
    }

    /// Whether a resource claims a profile or one that is derived from it.
    fn claims(&self, resource: &Value, wanted: &str) -> bool {
        strings(&resource["meta"]["profile"]).any(|claimed| {
            let mut url = Some(claimed);
            while let Some(own) = url.filter(|own| *own != wanted) {
                url = named(&self.rules["profiles"], "url", own).and_then(|profile| profile["parent"].as_str());
            }
            url.is_some()
        })
    }

    /// The type of a value and of all below it; `*` marks a list.
    fn typed(&mut self, value: &Value, kind: &str, place: &str) {
        if let Some(kind) = kind.strip_suffix('*') {
            return self.listed(value, kind, place);
        }
        let kind = if kind == "Resource" { value["resourceType"].as_str().unwrap_or(kind) } else { kind };
        let rules = self.rules;
        match rules["types"].get(kind) {
            Some(elements) => self.fields(value, kind, elements, place),
            None if is_of_type(value, kind) => {}
            None => self.say(place, &format!("{value} is no {kind}")),
        }
    }

    fn listed(&mut self, value: &Value, kind: &str, place: &str) {
        let Some(entries) = value.as_array() else { return self.say(place, "is no list") };
        if entries.is_empty() {
            self.say(place, "is an empty list");
        }
        for (index, entry) in entries.iter().enumerate() {
            self.typed(entry, kind, &format!("{place}[{index}]"));
        }
    }

    fn fields(&mut self, value: &Value, kind: &str, elements: &Value, place: &str) {
        let Some(fields) = value.as_object().filter(|fields| !fields.is_empty()) else {
            return self.say(place, &format!("{value} is no {kind}"));
        };
        for (name, field) in fields {
            let place = format!("{place}.{name}");
            match type_of_field(elements, name) {
                Some(own) => self.typed(field, own, &place),
                None => self.say(&place, &format!("{kind} has no such element")),
            }
        }
        if kind == "Reference" && self.target_of(value).is_none() {
            self.say(place, "points to nothing in the bundle");
        }
        if kind == "Period" && ends_before_start(value) {
            self.say(place, "ends before it starts");
        }
        if kind != "Extension" {
            for extension in entries(value, "extension") {
                self.extended(extension, kind, place);
            }
        }
    }

    /// An extension that is not a part of another one.
    fn extended(&mut self, extension: &Value, owner: &str, place: &str) {
        let rules = self.rules;
        let url = extension["url"].as_str().unwrap_or_default();
        let Some(rule) = named(&rules["extensions"], "url", url) else {
            return self.say(place, &format!("unknown extension {url}"));
        };
        if !strings(&rule["on"]).any(|on| on == "*" || on == owner) {
            self.say(place, &format!("{owner} does not take the extension {url}"));
        }
        self.extension(extension, rule, place);
    }

    fn extension(&mut self, extension: &Value, rule: &Value, place: &str) {
        let place = format!("{place} {}", rule["url"]);
        let fields = extension.as_object().into_iter().flatten();
        let values: Vec<(&String, &Value)> = fields.filter(|(name, _)| is_choice(name, "value")).collect();
        let parts = entries(extension, "extension");
        if values.len() + usize::from(!parts.is_empty()) != 1 {
            self.say(&place, "holds not exactly one value or parts");
        }
        for (name, value) in values {
            if strings(&rule["value"]).any(|kind| *name == choice_name("value", kind)) {
                self.value(value, rule, &place);
            } else {
                self.say(&place, &format!("takes no {name}"));
            }
        }
        self.parts(&parts, rule, &place);
    }

    fn parts(&mut self, parts: &[&Value], rule: &Value, place: &str) {
        for part in parts {
            match named(&rule["parts"], "url", part["url"].as_str().unwrap_or_default()) {
                Some(own) => self.extension(part, own, place),
                None => self.say(place, &format!("unknown part {}", part["url"])),
            }
        }
        for own in rule["parts"].as_array().into_iter().flatten() {
            let found = parts.iter().filter(|part| part["url"] == own["url"]).count();
            self.count(found, own, &format!("{place} {}", own["url"]));
        }
    }
}

/// Values of an element below one parent. One that only says why it has no value is there all the same.
pub fn entries<'v>(parent: &'v Value, name: &str) -> Vec<&'v Value> {
    let Some(fields) = parent.as_object() else { return Vec::new() };
    let is_it = |key: &str| name.strip_suffix("[x]").map_or(key == name, |stem| is_choice(key, stem));
    let mut found: Vec<&'v Value> = Vec::new();
    for (_, value) in fields.iter().filter(|(key, _)| is_it(key)) {
        match value {
            Value::Array(list) => found.extend(list),
            own => found.push(own),
        }
    }
    if found.is_empty() {
        found.extend(fields.get(&format!("_{name}")));
    }
    found
}

fn named<'v>(list: &'v Value, field: &str, wanted: &str) -> Option<&'v Value> {
    list.as_array()?.iter().find(|own| own[field] == wanted)
}

/// The texts of a list.
pub fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a key is a stem with the name of a type.
fn is_choice(key: &str, stem: &str) -> bool {
    key.strip_prefix(stem).is_some_and(|kind| kind.starts_with(|letter: char| letter.is_ascii_uppercase()))
}

fn choice_name(stem: &str, kind: &str) -> String {
    let (first, rest) = kind.split_at(1);
    format!("{stem}{}{rest}", first.to_ascii_uppercase())
}

/// The type of an element by the table of types; the list mark is part of it.
pub fn type_of_field<'v>(elements: &'v Value, name: &str) -> Option<&'v str> {
    match name {
        "extension" => Some("Extension*"),
        "id" => Some("id"),
        _ => match name.strip_prefix('_') {
            Some(own) => elements.get(own).map(|_| "Element"),
            None => elements.get(name).and_then(Value::as_str),
        },
    }
}

fn is_of_slice(value: &Value, rule: &Value) -> bool {
    let fits = |(field, wanted): (&String, &Value)| value[field] == *wanted;
    let has_fields = rule["where"].as_object().is_none_or(|wanted| wanted.iter().all(fits));
    has_fields && (rule["sliced"] != true || is_among(value, &rule["among"]))
}

/// The codings of a concept; a coding and a quantity are their own.
fn codings(value: &Value) -> Vec<&Value> {
    value["coding"].as_array().map_or_else(|| vec![value], |list| list.iter().collect())
}

fn has_code(value: &Value, pattern: &Value) -> bool {
    codings(value).iter().any(|own| own["system"] == pattern["system"] && own["code"] == pattern["code"])
}

fn is_among(value: &Value, sets: &Value) -> bool {
    sets.as_array().into_iter().flatten().any(|set| match value {
        Value::String(code) => strings(&set["codes"]).any(|own| own == code),
        _ => codings(value).iter().any(|coding| {
            coding["system"] == set["system"] && strings(&set["codes"]).any(|own| coding["code"] == own)
        }),
    })
}

fn holds(resource: &Value, key: &str) -> bool {
    let has = |value: &Value, name: &str| !entries(value, name).is_empty();
    match key {
        "us-core-6" => entries(resource, "name").into_iter().all(|name| {
            let says_why = named(&name["extension"], "url", DATA_ABSENT_REASON).is_some();
            (has(name, "family") || has(name, "given")) != says_why
        }),
        "us-core-7" => {
            let is_given = ["completed", "in-progress"].iter().any(|status| resource["status"] == *status);
            !is_given || has(resource, "performed[x]")
        }
        "mcode-description-or-id-required" => has(resource, "description") || has(resource, "identifier"),
        other => panic!("no check is written for {other}"),
    }
}

/// Whether a value has the form of a primitive type; of other types, that it is an object.
fn is_of_type(value: &Value, kind: &str) -> bool {
    let text = value.as_str();
    let is_id = |own: &str| own.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let is_code = |own: &str| own.split(' ').all(|word| !word.is_empty() && word.trim() == word);
    match kind {
        "boolean" => value.is_boolean(),
        "decimal" => value.is_number(),
        "integer" => value.is_i64(),
        "unsignedInt" => value.as_u64().is_some_and(|own| own <= 2_147_483_647),
        "positiveInt" => value.as_u64().is_some_and(|own| (1..=2_147_483_647).contains(&own)),
        "id" => text.is_some_and(|own| (1..=64).contains(&own.len()) && is_id(own)),
        "code" => text.is_some_and(is_code),
        "uri" | "canonical" => text.is_some_and(|own| !own.is_empty() && !own.contains(char::is_whitespace)),
        "string" | "time" => text.is_some_and(|own| !own.trim().is_empty()),
        "date" => text.is_some_and(|own| own.len() <= 10 && is_date_time(own)),
        "dateTime" => text.is_some_and(is_date_time),
        "instant" => text.is_some_and(|own| own.len() > 10 && is_date_time(own)),
        _ => value.is_object(),
    }
}

/// A year, a month, a day, or a moment with its zone.
fn is_date_time(text: &str) -> bool {
    let is_day = |day: &str| NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok();
    match text.len() {
        4 => is_day(&format!("{text}-01-01")),
        7 => is_day(&format!("{text}-01")),
        10 => is_day(text),
        _ => DateTime::parse_from_rfc3339(text).is_ok(),
    }
}

/// Days are compared as they are written; other precisions are left alone.
fn ends_before_start(period: &Value) -> bool {
    let day = |name: &str| period[name].as_str().filter(|own| own.len() == 10);
    day("start").zip(day("end")).is_some_and(|(start, end)| end < start)
}

fn is_uuid(text: &str) -> bool {
    let is_right = |(index, byte): (usize, u8)| match index {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_right)
}

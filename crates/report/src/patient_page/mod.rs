//! One page in plain words for the patient: what was given, what is planned, what may help and harm, what to ask.
//!
//! It holds no dose, and no number that a person did not state with its source.

mod picture;
mod words;

use assessment::{Assessment, CourseSummary};
use case::Role;
use case::settings::{Frequency, PatientPageSettings};
use guidelines::{JudgedConstraint, Verdict};

use crate::ReportError;
use crate::html::escaped;

use picture::people;
pub use words::PatientWords;

const STYLE: &str = include_str!("style.css");

/// The page as one self-contained document of the web, made to be printed on one sheet, both sides.
///
/// # Errors
/// When the texts that are part of the program cannot be read.
pub fn patient_page(assessment: &Assessment, stated: &PatientPageSettings) -> Result<String, ReportError> {
    let words = PatientWords::english()?;
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        words.text("language"),
        escaped(words.text("title"))
    );
    page += &format!(
        "<h1>{}</h1>\n<p class=\"subtitle\">{}</p>\n",
        escaped(words.text("title")),
        escaped(words.text("subtitle"))
    );
    if let Some(day) = assessment.date {
        page += &paragraph(&words.filled("made_on", &[("date", &words.day(day))]));
    }
    page += &paragraph(words.text("intro"));
    page += "<main>\n";
    page += &given(assessment, stated, words);
    page += &planned(assessment, stated, words);
    page += &section(words, "what_it_may_do", &paragraph(words.text("what_it_may_do")));
    page += &benefits(stated, words);
    page += &harms(assessment, stated, words);
    page += &section(words, "what_is_not_known", &bullets(words.list("what_is_not_known")));
    let choices = bullets(words.list("other_choices")) + &paragraph(words.text("other_choices_note"));
    page += &section(words, "other_choices", &choices);
    page += &section(words, "questions_to_ask", &bullets(words.list("questions_to_ask")));
    page += &prompts(words);
    let asked =
        [("contact", stated.contact.as_str()), ("phone", &stated.phone), ("urgent_phone", &stated.urgent_phone)];
    page += &section(words, "whom_to_ask", &paragraph(&words.filled("whom_to_ask", &asked)));
    let mut note = paragraph(words.text("disclaimer"));
    if !words.is_reviewed_by_patients() {
        note += &paragraph(words.text("not_reviewed_by_patients"));
    }
    page += &section(words, "disclaimer", &note);
    page += "</main>\n</body>\n</html>\n";
    Ok(page)
}

fn paragraph(text: &str) -> String {
    format!("<p>{}</p>\n", escaped(text))
}

fn bullets<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let items: String = texts.map(|text| format!("<li>{}</li>\n", escaped(text))).collect();
    format!("<ul>\n{items}</ul>\n")
}

fn section(words: &PatientWords, key: &str, content: &str) -> String {
    format!("<section>\n<h2>{}</h2>\n{content}</section>\n", escaped(words.heading(key)))
}

fn given(assessment: &Assessment, stated: &PatientPageSettings, words: &PatientWords) -> String {
    let prior = assessment.courses.iter().filter(|course| course.role == Role::Prior);
    let lines: Vec<String> =
        prior.enumerate().map(|(index, course)| course_line(course, index + 1, stated, words)).collect();
    let intro = paragraph(&words.filled("what_was_given", &[("courses", "")]));
    section(words, "what_was_given", &(intro + &bullets(lines.iter().map(String::as_str))))
}

fn course_line(
    course: &CourseSummary,
    number: usize,
    stated: &PatientPageSettings,
    words: &PatientWords,
) -> String {
    let of_plan = |plan: &assessment::PlanSummary| {
        plan.fractions_delivered.div_ceil(plan.fractions_per_day.unwrap_or(1).max(1))
    };
    let visits: u32 = course.plans.iter().map(of_plan).sum();
    let part = stated.earlier_parts.get(number - 1).map_or(words.text("unknown_part"), String::as_str);
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| words.day(day)).unwrap_or_default();
    let key = match (course.known_by_record, course.start_date, course.end_date) {
        (true, ..) => "course_line_unknown",
        (false, None, _) => "course_line_no_start",
        (false, Some(_), None) => "course_line_no_end",
        (false, Some(_), Some(_)) => "course_line",
    };
    let fields = [
        ("number", number.to_string()),
        ("part", part.to_owned()),
        ("start", day(course.start_date)),
        ("end", day(course.end_date)),
        ("visits", visits.to_string()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    words.filled(key, &fields)
}

fn planned(assessment: &Assessment, stated: &PatientPageSettings, words: &PatientWords) -> String {
    let current = assessment.courses.iter().find(|course| course.role == Role::Current);
    let planned: u32 = current.iter().flat_map(|course| &course.plans).map(|plan| plan.fractions_planned).sum();
    let visits = stated.visits.or(Some(planned).filter(|planned| *planned > 0));
    let visits = visits.map_or("some".to_owned(), |visits| visits.to_string());
    let proposed = words.filled("what_is_proposed", &[("part", stated.part.as_str()), ("visits", &visits)]);
    let why = words.filled("why", &[("aim", words.entry("aims", stated.aim.as_str()))]);
    section(words, "what_is_proposed", &paragraph(&proposed)) + &section(words, "why", &paragraph(&why))
}

fn benefits(stated: &PatientPageSettings, words: &PatientWords) -> String {
    let line = |frequency: &Frequency| {
        let benefit = frequency.benefit.as_deref()?;
        counted(words, frequency, ["benefit_line", "benefit_line_range"], &[("benefit", benefit)])
    };
    let lines: String = stated.benefits.iter().filter_map(line).collect();
    let content = if lines.is_empty() {
        paragraph(words.text("benefit_line_unknown"))
    } else {
        paragraph(words.text("benefits")) + &lines
    };
    section(words, "benefits", &content)
}

/// Organs of which a limit is exceeded or uncertain and whose harm nobody named, in plain words.
fn looked_at(assessment: &Assessment, stated: &PatientPageSettings, words: &PatientWords) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let is_open = |limit: &&JudgedConstraint| matches!(limit.verdict, Verdict::Exceeded | Verdict::Uncertain);
    for limit in assessment.constraints.iter().filter(is_open) {
        let structure = assessment.structures.iter().find(|own| own.name == limit.structure);
        let standard = structure.and_then(|own| own.standard_name.as_deref()).unwrap_or_default();
        let organ = ["_L", "_R"].iter().find_map(|side| standard.strip_suffix(side)).unwrap_or(standard);
        let plain = words.entry("organ_words", organ).to_owned();
        if plain != organ && !stated.harms.iter().any(|harm| harm.organ == organ) && !names.contains(&plain) {
            names.push(plain);
        }
    }
    names
}

fn harms(assessment: &Assessment, stated: &PatientPageSettings, words: &PatientWords) -> String {
    if stated.harms.is_empty() {
        return section(words, "risks", &paragraph(words.text("risks_not_written")));
    }
    let mut content = String::new();
    let mut has_number = false;
    for named in &stated.harms {
        let fields = [
            ("organ", words.entry("organ_words", &named.organ)),
            ("harm", words.entry("harm_words", &named.harm)),
        ];
        let known = counted(words, &named.how_often, ["risk_line", "risk_line_range"], &fields);
        has_number |= known.is_some();
        content += &known.unwrap_or_else(|| paragraph(&words.filled("risk_line_unknown", &fields)));
    }
    if has_number {
        content = paragraph(words.text("risks")) + &content;
    }
    let others = looked_at(assessment, stated, words);
    if !others.is_empty() {
        content += &paragraph(&words.filled("risks_may_lack", &[("organs", &others.join("; "))]));
    }
    content += &paragraph(words.text("risks_note"));
    if has_number {
        content += &paragraph(words.text("numbers_are_not_you"));
    }
    section(words, "risks", &content)
}

/// A natural frequency with its picture and its source; nothing where no number, no time span or no source is stated.
fn counted(
    words: &PatientWords,
    frequency: &Frequency,
    [one, range]: [&str; 2],
    fields: &[(&str, &str)],
) -> Option<String> {
    let source = frequency.source.as_deref()?;
    let evidence =
        frequency.evidence.as_deref().filter(|tag| ["primary", "secondary", "unverified"].contains(tag))?;
    let years = match frequency.years? {
        1.0 => "1 year".to_owned(),
        years => format!("{years} years"),
    };
    let (key, low, high) = match (frequency.of_100, frequency.low_of_100, frequency.high_of_100) {
        (Some(n), ..) if (1..=100).contains(&n) => (one, n, n),
        (None, Some(low), Some(high)) if low < high && high <= 100 => (range, low, high),
        _ => return None,
    };
    let numbers = [
        ("n", low),
        ("rest", 100 - low),
        ("low", low),
        ("high", high),
        ("rest_low", 100 - high),
        ("rest_high", 100 - low),
    ];
    let numbers = numbers.map(|(name, number)| (name, number.to_string()));
    let all: Vec<(&str, &str)> = numbers
        .iter()
        .map(|(name, number)| (*name, number.as_str()))
        .chain([("years", years.as_str())])
        .chain(fields.iter().copied())
        .collect();
    let from = words
        .filled("number_source", &[("source", source), ("evidence", words.entry("evidence_words", evidence))]);
    Some(format!(
        "<div class=\"counted\">{}<div>{}<p class=\"source\">{}</p></div></div>\n",
        people(low, high),
        paragraph(&words.filled(key, &all)),
        escaped(from.trim())
    ))
}

fn prompts(words: &PatientWords) -> String {
    let line = "<div class=\"line\"></div>\n".repeat(2);
    let prompts: String = words.list("what_matters_prompts").map(|prompt| paragraph(prompt) + &line).collect();
    section(words, "what_matters_to_you", &(paragraph(words.text("what_matters_to_you")) + &prompts))
}

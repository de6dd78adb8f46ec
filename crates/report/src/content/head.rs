//! The first page: whose report it is, how far it can be relied on, and what it comes to.

use assessment::Assessment;
use case::Severity;
use guidelines::classification::ConsensusAnswer;
use guidelines::{Classification, JudgedConstraint, Verdict};

use super::constraints;
use crate::block::{Block, Callout, Phrase, Tile};
use crate::palette::Tone;
use crate::symbol::Symbol;
use crate::wording::{
    UNKNOWN, basis, capitalised, counted, date, patient_name, plain, sex, volume_number, with_unit,
};

/// Title, state, patient and summary.
pub(super) fn head(assessment: &Assessment) -> Vec<Block> {
    let patient = &assessment.patient;
    let mut blocks = vec![Block::Title {
        text: "Reirradiation assessment".to_owned(),
        subtitle: format!("{} · ID {}", patient_name(patient), or_unknown(&patient.id)),
    }];
    blocks.extend(state(assessment).into_iter().map(Block::Callout));
    blocks.extend(signed(assessment).map(Block::Callout));
    blocks.push(Block::Facts(facts(assessment)));
    blocks.push(Block::Heading("Summary"));
    blocks.push(Block::Callout(classification(&assessment.classification)));
    blocks.push(Block::Subheading("Limits"));
    blocks.push(Block::Tiles(verdicts(assessment)));
    blocks.extend(of_concern(assessment));
    if !assessment.not_drawn.is_empty() {
        let told = format!(
            "{}. Nothing is said of these organs, which have limits for the site.",
            assessment.not_drawn.join(", ")
        );
        blocks.push(Block::Paragraph(Phrase::bold("Not drawn, so not judged: ").then(told)));
    }
    blocks.push(Block::Paragraph(counts_of_findings(assessment)));
    blocks
}

fn or_unknown(text: &str) -> &str {
    if text.is_empty() { UNKNOWN } else { text }
}

fn facts(assessment: &Assessment) -> Vec<(&'static str, Phrase)> {
    let patient = &assessment.patient;
    let id = if patient.issuer.is_empty() {
        or_unknown(&patient.id).to_owned()
    } else {
        format!("{} (issued by {})", or_unknown(&patient.id), patient.issuer)
    };
    let day = assessment.date.map_or("not stated".to_owned(), |day| date(Some(day)));
    vec![
        ("Patient", Phrase::bold(patient_name(patient))),
        ("Patient ID", Phrase::bold(id)),
        ("Birth date", Phrase::plain(date(patient.birth_date))),
        ("Sex", Phrase::plain(sex(&patient.sex))),
        ("Date of assessment", Phrase::plain(day)),
        ("Program", Phrase::plain(format!("rert {}", assessment.provenance.rert))),
    ]
}

/// Whether anything was refused or is provisional; one of the boxes is always there.
fn state(assessment: &Assessment) -> Vec<Callout> {
    let mut boxes = Vec::new();
    let in_part = assessment.findings.iter().any(|finding| finding.severity == Severity::Refuse);
    if assessment.refused || in_part {
        boxes.push(refused(assessment));
    }
    if assessment.provisional {
        boxes.push(provisional(assessment));
    }
    boxes.extend(bounds(assessment));
    if boxes.is_empty() {
        boxes.push(Callout {
            symbol: Symbol::Note,
            tone: Tone::Neutral,
            title: accepted(assessment),
            body: vec![Phrase::plain(
                "Every registration in use is accepted. The findings below still have to be read.",
            )],
        });
    }
    boxes
}

/// Who signed it, and what the signature is bound to.
fn signed(assessment: &Assessment) -> Option<Callout> {
    let signed = assessment.signed.as_ref()?;
    let provenance = &assessment.provenance;
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    Some(Callout {
        symbol: Symbol::Tick,
        tone: Tone::Neutral,
        title: format!("SIGNED by {}, {}", signed.name, signed.role),
        body: vec![
            Phrase::plain(format!("{}. {}.", capitalised(&signed.meaning), signed.when)),
            Phrase::small(format!(
                "The signature is for the objects listed at the end, settings {}, knowledge base {} and rert {}; it is void when any of them changes.",
                short(&provenance.settings_sha256),
                short(&provenance.knowledge_sha256),
                provenance.rert
            )),
        ],
    })
}

/// That nothing is refused or open is no clearance: warnings are told in the same line.
fn accepted(assessment: &Assessment) -> String {
    let n = assessment.findings.iter().filter(|finding| finding.severity == Severity::Warn).count();
    match n {
        0 => "Registrations accepted, no warning".to_owned(),
        n => format!("Registrations accepted; {} to be read", counted(n as i64, "warning")),
    }
}

fn refused(assessment: &Assessment) -> Callout {
    let refusals = assessment.findings.iter().filter(|finding| finding.severity == Severity::Refuse);
    let explained = refusals
        .map(|finding| Phrase::bold(format!("{} {}: ", finding.code, finding.subject)).then(&finding.message));
    let first = Phrase::plain("No cumulative number is given for what was refused, for these reasons:");
    Callout {
        symbol: Symbol::Cross,
        tone: Tone::Bad,
        title: if assessment.refused { "REFUSED for safety" } else { "REFUSED in part for safety" }.to_owned(),
        body: std::iter::once(first).chain(explained).collect(),
    }
}

fn provisional(assessment: &Assessment) -> Callout {
    let open = assessment.registrations.iter().filter(|registration| !registration.accepted);
    let courses: Vec<&str> = open.map(|registration| registration.course.as_str()).collect();
    let which = if courses.is_empty() { String::new() } else { format!(" of {}", courses.join(", ")) };
    Callout {
        symbol: Symbol::Warning,
        tone: Tone::Caution,
        title: "PROVISIONAL: registration not accepted by a person".to_owned(),
        body: vec![Phrase::plain(format!(
            "Nobody has accepted the registration{which} yet. Every cumulative number rests on it. Look at the registration, then name who accepts it, and why, in case.toml."
        ))],
    }
}

/// Courses of which no dose came as DICOM.
fn bounds(assessment: &Assessment) -> Option<Callout> {
    let known = assessment.courses.iter().filter(|course| course.known_by_record);
    let courses: Vec<&str> = known.map(|course| course.id.as_str()).collect();
    (!courses.is_empty()).then(|| Callout {
        symbol: Symbol::Warning,
        tone: Tone::Caution,
        title: format!("BOUNDS: {} known by its record only", courses.join(", ")),
        body: vec![Phrase::plain(
            "No dose of it came as DICOM. Cumulative values lie between a lower (≥) and an upper (≤) bound; a limit is met only by the upper one.",
        )],
    })
}

fn classification(classification: &Classification) -> Callout {
    let title = match classification.kind {
        Some("type-1") => "Type 1 reirradiation: geometric overlap",
        Some("type-2") => "Type 2 reirradiation: no overlap, concern for toxicity of the cumulative dose",
        Some("repeat-organ") => "Repeat organ irradiation: no overlap, no concern, same organ",
        Some("repeat") => "Repeat irradiation: no overlap, no concern, different organs",
        Some(other) => other,
        None => "Type of reirradiation not decided: a question is open",
    };
    let overlap = classification.overlap_cc.map_or(UNKNOWN.to_owned(), |cc| with_unit(&volume_number(cc), "cc"));
    let isodose = with_unit(&plain(classification.isodose_percent), "%");
    let mut body = vec![Phrase::plain(capitalised(&classification.rule)).then(".")];
    body.extend(classification.answers.iter().map(consensus_answer));
    body.push(Phrase::small(format!(
        "Volume irradiated twice: {overlap} within the {isodose} isodoses of the prescriptions · ESTRO–EORTC consensus [{}]",
        classification.source
    )));
    Callout {
        symbol: if classification.kind.is_some() { Symbol::Note } else { Symbol::Question },
        tone: Tone::Neutral,
        title: title.to_owned(),
        body,
    }
}

/// A question of the consensus with its answer, how that was found, and who answers for it.
fn consensus_answer(answer: &ConsensusAnswer) -> Phrase {
    let question = match answer.id {
        "geometric-overlap" => "Overlap of the irradiated volumes",
        "cumulative-toxicity-concern" => "Concern for toxicity of the cumulative dose",
        _ => "Targets in the same organ",
    };
    let word = match answer.answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "open",
    };
    let author = match (&answer.author, answer.method.starts_with("stated")) {
        (Some(author), _) => format!("; answered by {author}"),
        (None, true) => "; author not stated".to_owned(),
        (None, false) => String::new(),
    };
    Phrase::small(format!("{question}: {word} ({}{author})", answer.method))
}

/// Every limit that is exceeded or uncertain, the exceeded ones first.
fn of_concern(assessment: &Assessment) -> Option<Block> {
    let line = |limit: &JudgedConstraint| {
        let basis = limit.alpha_beta_gy.map(basis);
        let other = (limit.is_for_site == Some(false)).then(|| "made for another site".to_owned());
        let beside: Vec<String> =
            [Some(limit.evidence.as_str().to_owned()), other].into_iter().flatten().collect();
        let on = basis.map_or(String::new(), |basis| format!(", {basis}"));
        Phrase::bold(format!("{} {}: ", limit.structure, limit.verdict.as_str()))
            .then(format!(
                "{}, {}; limit {}{on}",
                limit.title,
                constraints::value(limit),
                constraints::limit(limit)
            ))
            .then_muted(format!(" ({})", beside.join(", ")))
    };
    let of = |verdict: Verdict| {
        assessment.constraints.iter().filter(move |limit| limit.verdict == verdict && !limit.is_landmark)
    };
    let lines: Vec<Phrase> = of(Verdict::Exceeded).chain(of(Verdict::Uncertain)).map(line).collect();
    (!lines.is_empty()).then_some(Block::Bullets(lines))
}

fn verdicts(assessment: &Assessment) -> Vec<Tile> {
    let labels = [
        (Verdict::Exceeded, "exceeded"),
        (Verdict::Uncertain, "uncertain"),
        (Verdict::Met, "met"),
        (Verdict::NotEvaluable, "not evaluable"),
    ];
    let number = |verdict: Verdict| {
        assessment.constraints.iter().filter(|limit| limit.verdict == verdict && !limit.is_landmark).count()
    };
    let tile = |(verdict, label): (Verdict, &'static str)| Tile {
        symbol: Symbol::of_verdict(verdict),
        number: number(verdict),
        label,
    };
    labels.into_iter().map(tile).collect()
}

fn counts_of_findings(assessment: &Assessment) -> Phrase {
    let number = |severity: Severity| {
        assessment.findings.iter().filter(|finding| finding.severity == severity).count() as i64
    };
    Phrase::plain(format!(
        "Findings: {}, {}, {}. A limit is a published value, not a prescription: whether it applies to this patient is a clinical decision.",
        counted(number(Severity::Refuse), "refusal"),
        counted(number(Severity::Warn), "warning"),
        counted(number(Severity::Note), "note"),
    ))
}

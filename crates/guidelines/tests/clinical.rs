//! Scores, rules on drugs, imaging and questionnaires, by the worked cases of their sources.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use std::collections::BTreeMap;

use case::{Answer, DrugGiven, ImagingValue, QuestionnaireFilled, Site, Technique, ToxicitySeen};
use chrono::NaiveDate;
use guidelines::Knowledge;
use guidelines::selection::{CriterionState, ScoreState};
use guidelines::systemic::{Irradiation, Kept, RuleResult};

fn knowledge() -> &'static Knowledge {
    Knowledge::builtin().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn answers(pairs: &[(&str, Answer)]) -> BTreeMap<String, Answer> {
    pairs.iter().map(|(id, answer)| ((*id).to_owned(), answer.clone())).collect()
}

#[test]
fn every_worked_case_of_every_score_is_reproduced() {
    let mut n = 0;
    for score in &knowledge().scores {
        for (index, vector) in score.vectors.iter().enumerate() {
            let name = format!("{} {index}", score.id);
            match score.evaluate(&vector.inputs).state {
                ScoreState::Computed { value, subtotals, class, .. } => {
                    assert!(vector.asks.is_none(), "{name}");
                    assert_eq!(class, vector.class, "{name}");
                    if let Some(points) = vector.points {
                        assert!((value.unwrap() - points).abs() < 1e-9, "{name}: {value:?}");
                    }
                    for (group, sum) in &vector.subtotals {
                        assert!((subtotals[group] - sum).abs() < 1e-9, "{name}: {subtotals:?}");
                    }
                }
                ScoreState::Ask { input, .. } => assert_eq!(Some(input), vector.asks, "{name}"),
                other => panic!("{name}: {other:?}"),
            }
            n += 1;
        }
    }
    assert!(n >= 30, "{n}");
}

#[test]
fn a_score_whose_formula_was_not_seen_is_never_computed() {
    let unseen: Vec<&str> =
        knowledge().scores.iter().filter(|score| !score.computable).map(|score| score.id.as_str()).collect();
    for id in ["rrrs", "combs-2013", "new-combs-2017", "prism", "riaz-nomogram"] {
        assert!(unseen.contains(&id), "{id}");
    }
    for score in knowledge().scores.iter().filter(|score| !score.computable) {
        let all: BTreeMap<String, Answer> =
            score.inputs.iter().map(|input| (input.question.id.clone(), Answer::Number(1.0))).collect();
        let ScoreState::NotComputable { missing } = score.evaluate(&all).state else { panic!("{}", score.id) };
        assert!(!missing.is_empty());
    }
}

#[test]
fn a_missing_answer_is_asked_for_and_an_impossible_one_is_told() {
    let gbm = knowledge().scores.iter().find(|score| score.id == "nih-recurrent-gbm").unwrap();
    let some = answers(&[("kps_percent", Answer::Number(90.0))]);
    let ScoreState::Incomplete { missing } = gbm.evaluate(&some).state else { panic!() };
    assert_eq!(missing, ["eloquent_region", "tumour_volume_cc"]);
    let wrong = answers(&[("kps_percent", Answer::Words("good".to_owned()))]);
    assert!(matches!(gbm.evaluate(&wrong).state, ScoreState::Invalid { .. }));
    // One answer may be enough where a class follows from it whatever the others are.
    let rpa = knowledge().scores.iter().find(|score| score.id == "miri-rpa").unwrap();
    let nothing = rpa.evaluate(&BTreeMap::new()).state;
    assert!(matches!(nothing, ScoreState::Incomplete { .. }));
}

#[test]
fn contradicting_validations_stand_side_by_side() {
    let rpa = knowledge().scores.iter().find(|score| score.id == "miri-rpa").unwrap();
    let confirms: Vec<Option<bool>> = rpa.validations.iter().map(|validation| validation.confirms).collect();
    assert!(confirms.contains(&Some(true)) && confirms.contains(&Some(false)));
}

#[test]
fn criteria_of_trials_are_met_open_or_for_a_person() {
    let trial = knowledge().trials.eligibility.iter().find(|trial| trial.id == "you2023").unwrap();
    let found = trial.evaluate(&answers(&[
        ("age_years", Answer::Number(70.0)),
        ("kps_percent", Answer::Number(80.0)),
        ("distant_metastases", Answer::YesNo(false)),
    ]));
    assert_eq!(found.count(CriterionState::NotMet), 1, "{found:#?}");
    assert_eq!(found.count(CriterionState::Met), 3);
    assert!(found.count(CriterionState::Unknown) >= 1 && found.count(CriterionState::ForAPerson) >= 1);
}

fn given(drug: &str, start: &str, end: Option<&str>) -> DrugGiven {
    DrugGiven { drug: drug.to_owned(), start: day(start), end: end.map(day) }
}

fn irradiation(site: Site, technique: Technique) -> Irradiation {
    let (start, end) = (Some(day("2026-03-10")), Some(day("2026-03-20")));
    Irradiation { site: Some(site), technique: Some(technique), start, end }
}

fn rule<'a>(rules: &'a [RuleResult], id: &str) -> &'a RuleResult {
    rules.iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("{id} is missing: {rules:#?}"))
}

#[test]
fn kroeze2023_a_week_around_anti_vegf_is_kept_or_broken_by_the_dates() {
    let judge = |start, end| {
        let drugs = [given("Avastin", start, end)];
        let found =
            knowledge().systemic_therapy.judge(&drugs, &irradiation(Site::Abdomen, Technique::Stereotactic));
        let [only] = found.as_slice() else { panic!() };
        only.clone()
    };
    let late = judge("2026-01-01", Some("2026-03-05"));
    assert_eq!(late.class.as_deref(), Some("Anti-VEGF antibody"));
    assert_eq!(rule(&late.rules, "oligocare-anti-vegf-antibody").kept, Kept::Broken);
    let early = judge("2026-01-01", Some("2026-02-28"));
    assert_eq!(rule(&early.rules, "oligocare-anti-vegf-antibody").kept, Kept::Kept);
    // Ten days please one source and not the other: both are shown with their contradiction.
    assert_eq!(rule(&early.rules, "sfro-bevacizumab-stereotactic").kept, Kept::Broken);
    assert!(early.contradictions.iter().any(|entry| entry.id == "conflict-anti-vegf-luminal"));
    let after = judge("2026-03-24", None);
    assert_eq!(rule(&after.rules, "oligocare-anti-vegf-antibody").kept, Kept::Broken);
    let during = judge("2026-01-01", None);
    assert_eq!(early.timing, "ended 10 days before the current course");
    assert_eq!(after.timing, "begins 4 days after the current course");
    assert_eq!(during.timing, "given during the current course");
    assert_eq!(rule(&during.rules, "oligocare-anti-vegf-antibody").kept, Kept::Broken);
}

#[test]
fn bevacizumab_around_the_brain_follows_other_rules() {
    let drugs = [given("bevacizumab", "2026-01-01", None)];
    let found =
        knowledge().systemic_therapy.judge(&drugs, &irradiation(Site::BrainGlioma, Technique::Normofractionated));
    let rules = &found[0].rules;
    assert_eq!(rule(rules, "sfro-bevacizumab-intracranial").kept, Kept::Kept);
    assert!(rules.iter().all(|rule| rule.id != "sfro-bevacizumab-normofractionated"), "{rules:#?}");
    assert!(!found[0].signals.is_empty());
}

#[test]
fn a_part_of_a_name_is_no_drug_and_an_unknown_one_has_no_rules() {
    let therapy = &knowledge().systemic_therapy;
    assert_eq!(
        therapy.drug("Trastuzumab Emtansine").map(|drug| drug.class.as_str()),
        Some("antibody-drug-conjugate")
    );
    assert_ne!(therapy.drug("trastuzumab").map(|drug| drug.class.as_str()), Some("antibody-drug-conjugate"));
    let found = therapy
        .judge(&[given("nosuchmab", "2026-01-01", None)], &irradiation(Site::Lung, Technique::Stereotactic));
    assert!(found[0].class.is_none() && found[0].rules.is_empty());
}

#[test]
fn a_combination_needs_both_of_its_drugs() {
    let rules = |drugs: &[DrugGiven]| {
        let found = knowledge().systemic_therapy.judge(drugs, &irradiation(Site::Lung, Technique::Stereotactic));
        found[0].rules.iter().any(|rule| rule.id == "oligocare-nivolumab-ipilimumab")
    };
    let (one, other) = (given("nivolumab", "2026-01-01", None), given("ipilimumab", "2026-01-01", None));
    assert!(!rules(std::slice::from_ref(&one)));
    assert!(rules(&[one, other]));
}

#[test]
fn drugs_whose_times_do_not_meet_are_no_combination() {
    let judge = |other: DrugGiven| {
        let drugs = [given("nivolumab", "2026-01-01", Some("2026-02-01")), other];
        knowledge().systemic_therapy.judge(&drugs, &irradiation(Site::Lung, Technique::Stereotactic))[0].clone()
    };
    let has = |found: &guidelines::systemic::DrugResult, id: &str| found.rules.iter().any(|rule| rule.id == id);
    let together = judge(given("ipilimumab", "2026-02-01", None));
    let apart = judge(given("ipilimumab", "2026-02-02", None));
    assert!(has(&together, "oligocare-nivolumab-ipilimumab") && !has(&apart, "oligocare-nivolumab-ipilimumab"));
    // The rule for a single antibody gives way to that for the combination.
    assert!(!has(&together, "oligocare-digest-other-ici") && has(&apart, "oligocare-digest-other-ici"));
}

#[test]
fn what_a_source_says_of_the_whole_course_counts_while_the_drug_is_given() {
    let during = |drug: &str, site, technique, id: &str| {
        let found =
            knowledge().systemic_therapy.judge(&[given(drug, "2026-01-01", None)], &irradiation(site, technique));
        rule(&found[0].rules, id).kept
    };
    let brain = (Site::BrainGlioma, Technique::Normofractionated);
    assert_eq!(during("bevacizumab", brain.0, brain.1, "rtog1205-bevacizumab-concurrent"), Kept::Kept);
    assert_eq!(during("dabrafenib", Site::Spine, Technique::Stereotactic, "oligocare-braf-mek"), Kept::Broken);
    assert_eq!(
        during("gemcitabine", Site::Lung, Technique::Palliative, "radiosensitising-drugs-concurrent"),
        Kept::Open
    );
}

#[test]
fn an_image_soon_after_radiotherapy_is_told_to_be_too_early() {
    let rules = |site, modality: &str, image: Option<&str>, end: Option<&str>| {
        let value = ImagingValue {
            modality: modality.to_owned(),
            measure: "any".to_owned(),
            value: 1.0,
            also: None,
            date: image.map(day),
        };
        let course = guidelines::imaging::CourseDays { start: day("2026-01-05"), end: end.map(day) };
        knowledge().imaging.rules(&[value], Some(site), &[course])
    };
    let told = |site, modality: &str, image, end, id: &str| {
        let found = rules(site, modality, image, end);
        let rule = found.into_iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("{id}"));
        (rule.is_doubtful, rule.remarks.join(" "))
    };
    let rano = |image, end| told(Site::BrainGlioma, "DSC-MRI", image, end, "rano2-after-radiotherapy");
    // 84 days after the 13th of February is the 8th of May.
    assert!(rano(Some("2026-05-07"), Some("2026-02-13")).0);
    assert!(!rano(Some("2026-05-08"), Some("2026-02-13")).0);
    assert!(rano(None, Some("2026-02-13")).1.contains("day of the image"));
    assert!(rano(Some("2026-05-08"), None).1.contains("first day"));
    assert!(rano(Some("2026-01-20"), Some("2026-02-13")).0, "during the course");
    assert!(rano(Some("2025-12-01"), None).1.contains("no radiotherapy is known"));
    // A span: its longer end counts.
    let fdg = |image| told(Site::HeadAndNeck, "FDG-PET", Some(image), Some("2026-02-13"), "fdg-head-neck-timing");
    assert!(fdg("2026-05-07").0 && !fdg("2026-05-08").0);
    assert!(
        rules(Site::BrainMetastases, "DSC-MRI", None, None)
            .iter()
            .all(|rule| rule.id != "rano2-after-radiotherapy")
    );
}

#[test]
fn a_tracer_is_judged_as_one_of_its_family_and_only_for_its_disease() {
    let ids = |modality: &str, measure: &str, site| {
        let value = ImagingValue {
            modality: modality.to_owned(),
            measure: measure.to_owned(),
            value: 12.0,
            also: None,
            date: None,
        };
        let found = knowledge().imaging.judge(&value, Some(site));
        found.into_iter().map(|found| found.id).collect::<Vec<_>>()
    };
    let progression = "petrano-progression-tbrmax".to_owned();
    let measure = &knowledge().imaging.criteria.iter().find(|own| own.id == progression).unwrap().measure;
    assert!(ids("FDOPA-PET", measure, Site::BrainGlioma).contains(&progression));
    assert!(!ids("FDOPA-PET", measure, Site::BrainMetastases).contains(&progression));
    assert!(ids("FDG-PET", measure, Site::BrainGlioma).is_empty());
    let both = ids("FET-PET", "TBRmax", Site::BrainMetastases);
    assert!(both.contains(&"romagna2016-fet-tbrmax".to_owned()));
    assert!(!ids("FET-PET", "TBRmax", Site::BrainGlioma).contains(&"romagna2016-fet-tbrmax".to_owned()));
}

#[test]
fn a_value_of_imaging_means_what_each_source_says_and_no_diagnosis_is_made() {
    let mut n = 0;
    for criterion in &knowledge().imaging.criteria {
        for value in [0.1, 1.0, 2.0, 3.0, 1000.0] {
            let measured = ImagingValue {
                modality: criterion.modality.clone(),
                measure: criterion.measure.clone(),
                value,
                also: Some(1.0),
                date: None,
            };
            for found in knowledge().imaging.judge(&measured, None) {
                assert!(found.says.is_some() || found.remark.is_some());
                let words = format!("{:?} {:?}", found.says, found.remark).to_lowercase();
                assert!(!words.contains("is tumour") && !words.contains("is a tumour"), "{words}");
                n += 1;
            }
        }
    }
    assert!(n > 100, "{n}");
    let response = |value, also| {
        let measured = ImagingValue {
            modality: "FDG-PET".into(),
            measure: "SULpeak decrease".into(),
            value,
            also,
            date: None,
        };
        let found = knowledge().imaging.judge(&measured, None);
        found.iter().find(|found| found.id == "percist-partial-response").unwrap().clone()
    };
    assert_eq!(response(30.0, Some(0.8)).says.as_deref(), Some("partial metabolic response"));
    assert_ne!(response(29.9, Some(0.9)).says.as_deref(), Some("partial metabolic response"));
    assert_ne!(response(40.0, Some(0.7)).says.as_deref(), Some("partial metabolic response"));
    assert!(response(40.0, None).says.is_none(), "the second condition is asked for");
}

#[test]
fn likelihood_ratios_follow_from_sensitivity_and_specificity() {
    let with_both = knowledge().imaging.criteria.iter().flat_map(|criterion| {
        let measured = |value| ImagingValue {
            modality: criterion.modality.clone(),
            measure: criterion.measure.clone(),
            value,
            also: Some(1e6),
            date: None,
        };
        [measured(-1e6), measured(1e6)].into_iter().flat_map(|value| knowledge().imaging.judge(&value, None))
    });
    let mut n = 0;
    for found in with_both {
        let (Some(ratio), Some(sensitivity), Some(specificity)) =
            (found.likelihood_ratio, found.sensitivity_percent, found.specificity_percent)
        else {
            continue;
        };
        let positive = sensitivity / (100.0 - specificity);
        let negative = (100.0 - sensitivity) / specificity;
        assert!((ratio - positive).abs() < 1e-9 || (ratio - negative).abs() < 1e-9, "{found:?}");
        n += 1;
    }
    assert!(n > 0);
}

#[test]
fn eortc_manual2001_scales_are_scored() {
    for instrument in &knowledge().outcomes.instruments {
        for vector in &instrument.vectors {
            let scale = instrument.scales.iter().find(|scale| scale.id == vector.scale).unwrap();
            let pairs = scale.items.iter().zip(&vector.answers).filter(|(_, answer)| **answer != 0);
            let given: BTreeMap<String, u8> = pairs.map(|(item, answer)| (item.to_string(), *answer)).collect();
            match (instrument.score(scale, &given), vector.score) {
                (Some(found), Some(expected)) => assert!((found - expected).abs() < 0.01, "{} {found}", scale.id),
                (found, expected) => assert_eq!(found, expected, "{}", scale.id),
            }
        }
    }
}

#[test]
fn osoba1998_changes_have_a_size_and_a_direction() {
    let filled = |date: &str, physical: u8, fatigue: u8| QuestionnaireFilled {
        instrument: "qlq-c30".to_owned(),
        date: day(date),
        answers: (1..=5)
            .map(|item| (item.to_string(), physical))
            .chain(
                [("10", fatigue), ("12", fatigue), ("18", fatigue)]
                    .map(|(item, answer)| (item.to_owned(), answer)),
            )
            .collect(),
    };
    let found = knowledge().outcomes.questionnaires(&[filled("2026-06-01", 2, 1), filled("2026-01-01", 1, 3)]);
    assert!(found[0].scales.iter().all(|scale| scale.change.is_none()));
    let scale = |id: &str| found[1].scales.iter().find(|scale| scale.scale == id).unwrap();
    let physical = scale("PF");
    assert!((physical.change.unwrap() + 100.0 / 3.0).abs() < 1e-9);
    assert_eq!((physical.relevance.as_deref(), physical.is_better), (Some("large"), Some(false)));
    assert_eq!(scale("FA").is_better, Some(true));
    assert_eq!((scale("QL").score, scale("QL").change), (None, None), "nobody answered its items");
}

#[test]
fn grades_that_do_not_exist_are_told() {
    let seen = |term: &str, grade| ToxicitySeen {
        term: term.to_owned(),
        grade,
        date: day("2026-01-01"),
        baseline_grade: None,
        attribution: None,
    };
    let found = knowledge().outcomes.toxicities(&[seen("myelitis", 3), seen("myelitis", 6), seen("nothing", 1)]);
    let problems = found.iter().filter(|found| found.problem.is_some()).count();
    assert_eq!(problems, 2, "{found:#?}");
    assert!(found.iter().any(|found| found.words.is_some() && found.problem.is_none()));
    // Every organ at risk but the spleen has a term.
    let organs = knowledge().organs.iter().filter(|organ| organ.kind == guidelines::OrganKind::Oar);
    for organ in organs.filter(|organ| organ.standard_name != "Spleen") {
        let has = knowledge().outcomes.terms.iter().any(|term| term.organs.contains(&organ.standard_name));
        assert!(has, "{}", organ.standard_name);
    }
}

#[test]
fn the_ten_criteria_are_ten_and_count_one_each() {
    let reporting = &knowledge().reporting;
    assert_eq!(reporting.adherence.len(), 10);
    let stated: BTreeMap<String, String> = [("performance-status".to_owned(), "ECOG 1".to_owned())].into();
    let found = reporting.completeness(&BTreeMap::new(), &stated, Some(Site::Lung));
    assert_eq!(found.adherence_points, 1);
    assert!(found.statements.iter().any(|statement| statement.site.as_deref() == Some("lung")));
    assert!(found.statements.iter().all(|statement| statement.site.as_deref() != Some("pelvis")));
    let nowhere = reporting.completeness(&BTreeMap::new(), &stated, None);
    assert!(nowhere.statements.iter().all(|statement| statement.site.is_none()));
}

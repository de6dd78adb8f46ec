//! The knowledge base that is part of the program, and the judgements that rest on it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use dose::Dvh;
use guidelines::knowledge::KnowledgeFiles;
use guidelines::{
    CordScoreFacts, Evidence, Knowledge, KnowledgeError, Match, OrganFacts, OrganKind, Side, Verdict, judge,
    judge_interval,
};
use radiobiology::budget::remaining;
use radiobiology::{AlphaBeta, LinearQuadratic, Model, NumberOfFractions};

fn knowledge() -> &'static Knowledge {
    Knowledge::builtin().unwrap()
}

fn standard(name: &str) -> String {
    match knowledge().match_name(name) {
        Match::Found { standard_name, .. } => standard_name,
        Match::Ambiguous(candidates) => format!("ambiguous: {}", candidates.join(", ")),
        Match::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn h32_drawn_names_are_matched_with_their_side() {
    for (drawn, expected) in [
        ("cord", "SpinalCord"),
        ("Spinal_Cord", "SpinalCord"),
        ("SPINAL CORD", "SpinalCord"),
        ("Myelon", "SpinalCord"),
        ("Rückenmark", "SpinalCord"),
        ("SpinalCanal", "SpinalCanal"),
        ("Cord_PRV", "SpinalCord_PRV"),
        ("PRV5 SpinalCord", "SpinalCord_PRV"),
        ("BrainStem", "Brainstem"),
        ("Parotid_L", "Parotid_L"),
        ("Parotid Rt", "Parotid_R"),
        ("LeftParotid", "Parotid_L"),
        ("lparotid", "Parotid_L"),
        ("Oesophagus", "Esophagus"),
        ("mandible", "Bone_Mandible"),
        ("Lung_R", "Lung_R"),
        ("Kidney L", "Kidney_L"),
        ("BODY", "External"),
        ("PTV70_old", "PTV"),
        ("GTV2", "GTV"),
        ("Lung_L-PTV", "unknown"),
        ("zHelper1", "unknown"),
    ] {
        assert_eq!(standard(drawn), expected, "{drawn}");
    }
    for drawn in ["Kidney", "Parotid", "parotidl", "plexus", "bowel", "Parotid L R"] {
        assert!(standard(drawn).starts_with("ambiguous"), "{drawn}: {}", standard(drawn));
    }
    assert!(matches!(knowledge().match_name("Parotid_L"), Match::Found { side: Some(Side::Left), .. }));
}

#[test]
fn every_organ_at_risk_has_an_alpha_beta_with_evidence_and_source() {
    for organ in knowledge().organs.iter().filter(|organ| organ.kind != OrganKind::External) {
        let name = &organ.standard_name;
        assert!(organ.alpha_beta_gy.is_some(), "{name}");
        assert!(organ.alpha_beta_evidence.is_some() && organ.alpha_beta_source.is_some(), "{name}");
    }
}

#[test]
fn the_organs_that_matter_in_reirradiation_have_limits() {
    for organ in [
        "SpinalCord",
        "Brainstem",
        "BrachialPlex",
        "Esophagus",
        "Trachea",
        "Bronchus",
        "GreatVes",
        "A_Aorta",
        "Heart",
        "Skin",
        "Chestwall",
        "Bladder",
        "Rectum",
        "Colon",
        "Bowel_Small",
        "CaudaEquina",
        "SacralPlex",
    ] {
        let n = knowledge().constraints_for(organ).count();
        assert!(n > 0, "{organ} has no limit");
    }
}

#[test]
fn limits_name_organs_that_exist_and_are_unique() {
    let mut ids: Vec<&str> = knowledge().constraints.iter().map(|constraint| constraint.id.as_str()).collect();
    ids.sort_unstable();
    let n = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), n);
    for constraint in &knowledge().constraints {
        for organ in &constraint.organs {
            assert!(knowledge().organs.iter().any(|entry| entry.standard_name == *organ), "{organ}");
        }
    }
}

fn with_constraint(metric: &str, unit: &str, quantity: &str) -> Result<Knowledge, KnowledgeError> {
    let text = format!(
        "[[constraint]]\nid = \"x\"\nentered = \"2026-11-27\"\ntitle = \"x\"\norgans = [\"SpinalCord\"]\nmetric = \"{metric}\"\nunit = \"{unit}\"\n\
         quantity = \"{quantity}\"\nalpha_beta_gy = 2.0\ndose = \"cumulative\"\nlimit = 50.0\nrecovery = \"none\"\n\
         evidence = \"primary\"\nsource = \"x\"\n"
    );
    Knowledge::read(&KnowledgeFiles::builtin().with("constraints.toml", text))
}

#[test]
fn h33_a_limit_whose_kind_is_not_known_is_refused() {
    assert!(with_constraint("D0.1cc", "Gy", "EQD2").is_ok());
    assert!(with_constraint("V20Gy[%]", "%", "EQD2").is_ok());
    for (metric, unit, quantity) in [
        ("D0.1cc", "Gy", "physical"),
        ("D0.1cc", "Gy", "BED"),
        ("D0.1cc", "%", "EQD2"),
        ("V20Gy", "Gy", "EQD2"),
        ("V20Gy", "%", "EQD2"),
        ("V20Gy[%]", "cc", "EQD2"),
        ("maximum", "Gy", "EQD2"),
    ] {
        let result = with_constraint(metric, unit, quantity);
        assert!(matches!(result, Err(KnowledgeError::Constraint { .. })), "{metric} {unit} {quantity}");
    }
}

/// A cord of 1 cc with a linear ramp up to `maximum`.
fn ramp(maximum: f64) -> Dvh {
    let doses: Vec<f64> = (1..=1000).map(|index| maximum * f64::from(index) / 1000.0).collect();
    Dvh::of_points(&doses, &[0.001; 1000]).unwrap()
}

fn facts<'a>(cumulative: &'a Dvh, current: &'a Dvh) -> OrganFacts<'a> {
    OrganFacts {
        organ: "ThecalSac",
        structure: "cord",
        cumulative,
        current,
        covered: true,
        at_most: false,
        at_least: None,
        interval_days: Some(400),
        is_planned: true,
        mean_bounds_gy: None,
        current_fractions: 5,
        with_recovery: false,
        provisional: false,
    }
}

fn verdict(id: &str, facts: &OrganFacts<'_>) -> Verdict {
    let constraint = knowledge().constraints.iter().find(|constraint| constraint.id == id).unwrap();
    judge(constraint, facts).verdict
}

#[test]
fn an_upper_bound_meets_a_limit_or_says_nothing() {
    let id = "hytec2021-cord-rert-cumulative-dmax";
    let (low, high, current) = (ramp(69.9), ramp(70.1), ramp(20.0));
    assert_eq!(verdict(id, &OrganFacts { at_most: true, ..facts(&low, &current) }), Verdict::Met);
    assert_eq!(verdict(id, &OrganFacts { at_most: true, ..facts(&high, &current) }), Verdict::Uncertain);
    let neither = OrganFacts { at_most: true, covered: false, ..facts(&high, &current) };
    assert_eq!(verdict(id, &neither), Verdict::NotEvaluable);
}

#[test]
fn what_stands_in_for_the_organ_of_the_source_exceeds_a_limit_but_never_meets_it() {
    let id = "hytec2021-cord-rert-cumulative-dmax";
    let (low, high, current) = (ramp(60.0), ramp(90.0), ramp(20.0));
    let cord = |cumulative| OrganFacts { organ: "SpinalCord", ..facts(cumulative, &current) };
    assert_eq!(verdict(id, &facts(&low, &current)), Verdict::Met);
    assert_eq!(verdict(id, &cord(&low)), Verdict::Uncertain);
    assert_eq!(verdict(id, &cord(&high)), Verdict::Exceeded);
}

#[test]
fn a_volume_above_a_dose_of_unknown_kind_is_met_only_on_either_reading() {
    let id = "ars2020-heart-v40";
    let current = ramp(1.0);
    let heart = |highest: f64| {
        let cumulative = ramp(highest);
        verdict(id, &OrganFacts { organ: "Heart", ..facts(&cumulative, &current) })
    };
    // α/β 2.5 Gy: 40 Gy absorbed may be as little as 22.2 Gy EQD2. Evenly spread doses up to 30 Gy have 26 % above that and none
    // above 40 Gy; up to 60 Gy 33 % are above 40 Gy, but 63 % above 22.2 Gy; up to 100 Gy 60 % are above 40 Gy.
    assert_eq!(heart(30.0), Verdict::Met);
    assert_eq!(heart(60.0), Verdict::Uncertain);
    assert_eq!(heart(100.0), Verdict::Uncertain);
}

#[test]
fn the_sources_of_an_organ_are_counted_without_observations() {
    let (cumulative, current) = (ramp(110.0), ramp(1.0));
    let facts = OrganFacts { organ: "Brain", ..facts(&cumulative, &current) };
    let of_brain = || knowledge().constraints.iter().filter(|own| own.organs.iter().any(|organ| organ == "Brain"));
    let cord = knowledge().constraints.iter().find(|own| own.id == "rulach2021-spinal-cord-dmax").unwrap();
    let judged: Vec<_> = of_brain().chain([cord]).map(|own| judge(own, &facts)).collect();
    assert!(of_brain().count() > 0 && of_brain().all(|own| own.is_landmark), "observations only");
    let spreads = guidelines::spread(&judged);
    let [only] = spreads.as_slice() else { panic!("{spreads:?}") };
    assert_eq!((only.n_met, only.n_exceeded, only.n_uncertain), (0, 1, 0));
    assert!((only.highest_share.unwrap() - 110.0 / 60.0).abs() < 0.01 && !only.is_split());
}

#[test]
fn the_hytec_rule_is_judged_on_its_own_terms() {
    let id = "hytec2021-cord-rert-cumulative-dmax";
    let (low, high, current) = (ramp(69.9), ramp(70.1), ramp(20.0));
    assert_eq!(verdict(id, &facts(&low, &current)), Verdict::Met);
    assert_eq!(verdict(id, &facts(&high, &current)), Verdict::Exceeded);
    let many = OrganFacts { current_fractions: 30, ..facts(&low, &current) };
    assert_eq!(verdict(id, &many), Verdict::NotEvaluable);
    let early = OrganFacts { interval_days: Some(100), ..facts(&low, &current) };
    assert_eq!(verdict(id, &early), Verdict::NotEvaluable);
    assert_eq!(judge_interval(&knowledge().interval_rules[0], &early).verdict, Verdict::Exceeded);
    assert_eq!(judge_interval(&knowledge().interval_rules[0], &facts(&low, &current)).verdict, Verdict::Met);
}

#[test]
fn a_range_of_a_source_is_uncertain_between_its_ends() {
    let id = "rulach2021-esophagus-dmax";
    let current = ramp(1.0);
    assert_eq!(verdict(id, &facts(&ramp(74.0), &current)), Verdict::Met);
    assert_eq!(verdict(id, &facts(&ramp(90.0), &current)), Verdict::Uncertain);
    assert_eq!(verdict(id, &facts(&ramp(101.0), &current)), Verdict::Exceeded);
}

#[test]
fn h29_a_lower_bound_can_exceed_a_limit_but_never_meet_it() {
    let id = "hytec2021-cord-rert-cumulative-dmax";
    let current = ramp(20.0);
    let bound = |maximum: f64| {
        let cumulative = ramp(maximum);
        verdict(id, &OrganFacts { covered: false, ..facts(&cumulative, &current) })
    };
    assert_eq!(bound(60.0), Verdict::NotEvaluable);
    assert_eq!(bound(80.0), Verdict::Exceeded);
}

#[test]
fn more_dose_never_turns_exceeded_into_met() {
    let current = ramp(10.0);
    let rank = |verdict: Verdict| match verdict {
        Verdict::Met => 0,
        Verdict::Uncertain => 1,
        Verdict::Exceeded => 2,
        Verdict::NotEvaluable => 9,
    };
    for constraint in
        knowledge().constraints.iter().filter(|constraint| constraint.scope == guidelines::DoseScope::Cumulative)
    {
        let ranks: Vec<i32> = (1..150)
            .map(|maximum| rank(judge(constraint, &facts(&ramp(f64::from(maximum)), &current)).verdict))
            .collect();
        assert!(ranks.windows(2).all(|pair| pair[0] <= pair[1]), "{}", constraint.id);
    }
}

/// \[nieder2006\] test vectors of the knowledge base.
#[test]
fn the_cord_score_gives_its_vectors() {
    let table = &knowledge().cord_score.nieder_score;
    let score = |beds: [f64; 2], months: f64| {
        let facts = CordScoreFacts {
            course_bed_gy: beds.to_vec(),
            cumulative_bed_gy: beds.iter().sum(),
            interval_days: (months * 30.4375).round() as i64,
        };
        let score = table.score("cord", &facts).unwrap();
        (score.points, score.group)
    };
    assert_eq!(score([98.0, 37.5], 7.0), (2.0, "low".to_owned()));
    assert_eq!(score([100.0, 50.0], 18.0), (3.0, "low".to_owned()));
    assert_eq!(score([105.0, 30.0], 8.0), (6.5, "high".to_owned()));
    assert_eq!(score([84.0, 60.0], 4.0), (7.5, "high".to_owned()));
    assert_eq!(table.evidence, Evidence::Unverified);
}

/// \[sahgal2021hytec\] table 4: prior EQD2, dose and fractions now, cumulative EQD2 with α/β = 2 Gy.
/// Every cell of the source's table of suggested doses: its EQD2, and what the two limits of the source leave in as many fractions.
/// Where a cell exceeds a limit of its own source, the budget is smaller than the cell, and so the conflict shows.
#[test]
fn the_reirradiation_table_of_hytec_is_reproduced_and_met_by_the_budget() {
    #[derive(serde::Deserialize)]
    struct Table {
        hytec_table4: Vec<Cell>,
    }
    #[derive(serde::Deserialize)]
    struct Cell {
        prior_eqd2_gy: f64,
        fractions: i64,
        thecal_sac_dmax_gy: Option<f64>,
        eqd2_gy: Option<f64>,
        cumulative_eqd2_gy: Option<f64>,
        within_current_25: Option<bool>,
        within_cumulative_70: Option<bool>,
    }
    let limit = |id: &str| knowledge().constraints.iter().find(|constraint| constraint.id == id).unwrap().limit;
    let cumulative = limit("hytec2021-cord-rert-cumulative-dmax");
    let current = limit("hytec2021-cord-rert-current-dmax");
    let model = Model::linear_quadratic(AlphaBeta::new(2.0).unwrap());
    let table: Table = toml::from_str(KnowledgeFiles::builtin().text("spinal_cord_reirradiation.toml")).unwrap();
    let (mut n, mut n_conflicts) = (0, 0);
    for cell in &table.hytec_table4 {
        let (Some(dose), Some(printed)) = (cell.thecal_sac_dmax_gy, cell.eqd2_gy) else { continue };
        let fractions = NumberOfFractions::new(cell.fractions).unwrap();
        let eqd2 = model.eqd2_gy(dose, fractions);
        assert!((eqd2 - printed).abs() < 0.006, "{dose}/{}: {eqd2}", cell.fractions);
        if let Some(sum) = cell.cumulative_eqd2_gy {
            assert!((cell.prior_eqd2_gy + eqd2 - sum).abs() < 0.006, "{dose}/{}", cell.fractions);
        }
        let left = remaining(cumulative, cell.prior_eqd2_gy, &model, fractions);
        let total_gy = left.total_gy.min(remaining(current, 0.0, &model, fractions).total_gy);
        let is_within = cell.within_current_25 != Some(false) && cell.within_cumulative_70 != Some(false);
        assert_eq!(
            dose <= total_gy,
            is_within,
            "{} then {dose}/{}: {total_gy}",
            cell.prior_eqd2_gy,
            cell.fractions
        );
        n += 1;
        n_conflicts += usize::from(!is_within);
    }
    assert!(n >= 20 && n_conflicts >= 3, "{n} cells, {n_conflicts} conflicts");
}

#[test]
fn every_dose_response_gives_the_probabilities_of_its_source() {
    for response in &knowledge().dose_responses.responses {
        for [value, probability] in &response.vectors {
            let found = response.probability(*value);
            // The notes print one decimal of a percent, or more.
            assert!(
                (found - probability).abs() < (0.005 * probability).max(0.000_51),
                "{} at {value}: {found}",
                response.id
            );
        }
    }
    let n = knowledge().dose_responses.responses.iter().map(|response| response.vectors.len()).sum::<usize>();
    assert!(n >= 20, "{n} vectors");
}

#[test]
fn the_models_of_rbe_give_their_table() {
    #[derive(serde::Deserialize)]
    struct Table {
        vectors: Vectors,
    }
    #[derive(serde::Deserialize)]
    struct Vectors {
        gy_per_fraction: f64,
        rows: Vec<(String, f64, f64, f64, f64, f64)>,
    }
    let table: Table = toml::from_str(KnowledgeFiles::builtin().text("rbe.toml")).unwrap();
    for (id, alpha_beta, let_d, max, min, rbe) in &table.vectors.rows {
        let entry = knowledge().rbe_models.iter().find(|entry| entry.id == *id).unwrap();
        let (model, alpha_beta) = (entry.model(), AlphaBeta::new(*alpha_beta).unwrap());
        let found = model.extremes(alpha_beta, *let_d);
        assert!((found[0] - max).abs() < 6e-5 && (found[1] - min).abs() < 6e-5, "{id}: {found:?}");
        let d = table.vectors.gy_per_fraction;
        assert!((model.rbe(alpha_beta, *let_d, d) - rbe).abs() < 6e-5, "{id}");
        // The photon dose RBE times D has the same effect as the protons.
        let one = NumberOfFractions::new(1).unwrap();
        let photons = LinearQuadratic::new(alpha_beta).eqd2_gy(d * model.rbe(alpha_beta, *let_d, d), one);
        assert!((photons - model.eqd2_gy(alpha_beta, *let_d, d, one)).abs() < 1e-9, "{id}");
    }
    assert_eq!(table.vectors.rows.len(), 18);
}

#[test]
fn recovery_is_computed_only_where_it_may_be() {
    let entry = |id: &str| knowledge().recoveries.iter().find(|entry| entry.id == id).unwrap();
    let fraction = |id: &str, organ: &str, months| entry(id).recovery(organ, months).map(|found| found.fraction());
    assert_eq!(fraction("umich-serial", "SpinalCord", 8.0), Ok(0.25));
    assert_eq!(fraction("umich-serial", "SpinalCord", 40.0), Ok(0.5));
    assert_eq!(fraction("umich-kidney", "Kidney", 100.0), Ok(0.0));
    assert!((fraction("cord-continuous", "SpinalCord", 12.0).unwrap() - 0.234).abs() < 6e-4);
    let refused = |id: &str, organ: &str| fraction(id, organ, 30.0).unwrap_err().to_string();
    assert!(refused("nieder-monthly", "SpinalCord").contains("not to be used"));
    assert!(refused("umich-lung", "SpinalCord").contains("was made for Lung"));
    assert!(refused("umich-liver", "Liver").contains("no dose any more"));
}

#[test]
fn every_half_time_of_repair_is_one() {
    let table = &knowledge().repair;
    let cord = table.of("SpinalCord").and_then(|entry| entry.repair()).unwrap();
    assert!((cord.incomplete_repair_factor(2, 4.1) - 1.5).abs() < 1e-12);
    assert!(table.of("Rectum").is_none());
    assert_eq!(table.least_gap.hours, 6.0);
}

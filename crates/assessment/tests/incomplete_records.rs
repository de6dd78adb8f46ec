//! Prior courses of which no dose came as DICOM.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

mod support;

use assessment::{Assessment, Metrics};
use case::Severity;
use guidelines::{DoseScope, OrganKind, Verdict};
use support::{assess, has, patient, structure};

/// The plan of the prior course is left out, and its prescription is entered instead.
fn hidden(more: &str) -> String {
    let label = support::order(&patient(), "").courses[0].label.clone();
    format!(
        "[[plan]]\nplan = \"{label}\"\nignore = true\n\
         [[prior_course]]\nlabel = \"from a letter\"\nstart_date = \"2019-03-04\"\nend_date = \"2019-04-16\"\nmodality = \"photon\"\n\
         fractions = 30\nprescription_gy = 60.0\nhighest_percent = 115.0\nnote = \"discharge letter\"\n{more}"
    )
}

fn measures(metrics: &Metrics) -> [Option<f64>; 4] {
    [metrics.mean_gy, metrics.d0_1cc_gy, metrics.d2_percent_gy, metrics.max_gy]
}

/// Organs of which a true measure lies outside the bounds, and how many were compared.
fn outside(truth: &Assessment, bounded: &Assessment) -> (Vec<String>, usize) {
    let (mut outside, mut n) = (Vec::new(), 0);
    for organ in truth.structures.iter().filter(|organ| organ.kind == Some(OrganKind::Oar)) {
        let other = structure(bounded, &organ.name);
        let (Some(low), Some(high)) = (&other.cumulative_eqd2_at_least, &other.cumulative_eqd2_at_most) else {
            continue;
        };
        if organ.cumulative_eqd2.mean_gy.is_none() {
            continue;
        }
        n += 1;
        let triples = measures(&organ.cumulative_eqd2).into_iter().zip(measures(low)).zip(measures(high));
        let is_within = |((value, low), high): ((Option<f64>, Option<f64>), Option<f64>)| match (value, low, high)
        {
            (Some(value), Some(low), Some(high)) => low - 0.05 <= value && value <= high + 0.05,
            _ => true,
        };
        if !triples.into_iter().all(is_within) {
            outside.push(organ.name.clone());
        }
    }
    (outside, n)
}

#[test]
fn the_true_doses_of_a_hidden_course_lie_within_the_stated_bounds() {
    let truth = assess(&patient(), "");
    let wide = assess(&patient(), &hidden(""));
    let (missed, n) = outside(&truth, &wide);
    assert!(n >= 4 && missed.is_empty(), "{missed:?} of {n}");
    // With the heights of the treated volume the bounds become narrower and still hold.
    let treated = "[prior_course.treated]\nstructure = \"PTV60\"\nmargin_mm = 60.0\nbeyond_percent = 30.0\n";
    let narrow = assess(&patient(), &hidden(treated));
    let (missed, _) = outside(&truth, &narrow);
    assert!(missed.is_empty(), "{missed:?}");
    let width = |result: &Assessment| -> f64 {
        let high = |organ: &assessment::StructureSummary| {
            organ.cumulative_eqd2_at_most.as_ref().and_then(|metrics| metrics.mean_gy)
        };
        result.structures.iter().filter_map(high).sum()
    };
    assert!(width(&narrow) <= width(&wide) + 1e-6);
}

#[test]
fn h47_a_course_known_by_its_record_is_warned_of_and_never_makes_a_limit_met_by_absence() {
    let result = assess(&patient(), &hidden(""));
    assert!(has(&result.findings, "H47", Severity::Warn) && result.courses[0].known_by_record);
    assert!(!result.refused && result.courses.len() == 2);
    let cumulative = result.constraints.iter().filter(|limit| limit.scope == DoseScope::Cumulative);
    let mut n = 0;
    for limit in cumulative.filter(|limit| limit.verdict != Verdict::NotEvaluable) {
        let (bound, high) = (limit.limit_gy.unwrap(), limit.at_most_gy.unwrap());
        let low = limit.at_least_gy.unwrap();
        assert!(low <= high && limit.value_gy.is_none());
        match limit.verdict {
            Verdict::Met => assert!(high <= bound, "{}", limit.id),
            Verdict::Exceeded => assert!(low > bound, "{}", limit.id),
            _ => assert!(high > bound, "{}", limit.id),
        }
        n += 1;
    }
    assert!(n > 3, "{n}");
    // The type of reirradiation rests on volumes that nobody knows.
    assert_eq!(result.classification.overlap_cc, None);
}

#[test]
fn what_is_stated_of_an_organ_bounds_it() {
    let stated = hidden("[[prior_course.organ]]\nstructure = \"cord\"\nat_least_gy = 10.0\nat_most_gy = 20.0\n");
    let result = assess(&patient(), &stated);
    let cord = structure(&result, "cord");
    // No fraction held more than 69 / 30 = 2.3 Gy anywhere, so 20 Gy came in 8 fractions at least: 22.5 Gy EQD2 at α/β = 2 Gy. At least
    // 10 Gy weigh least when spread over all 30: 5.83 Gy. Each on top of the current course.
    let current = cord.courses[1].eqd2.d0_1cc_gy.unwrap();
    let (low, high) =
        (cord.cumulative_eqd2_at_least.as_ref().unwrap(), cord.cumulative_eqd2_at_most.as_ref().unwrap());
    assert!((high.d0_1cc_gy.unwrap() - current - 22.5).abs() < 0.02);
    assert!((low.d0_1cc_gy.unwrap() - current - 10.0 * (10.0 / 30.0 + 2.0) / 4.0).abs() < 0.02);
    // The budget counts the upper bound.
    let budget = result.budget.as_ref().unwrap();
    let limit = budget
        .limits
        .iter()
        .find(|limit| limit.structure == "cord" && limit.metric == "D0.1cc" && limit.alpha_beta_gy == 2.5)
        .unwrap();
    assert!(limit.prior_is_at_most);
    assert!((limit.prior_gy.unwrap() - 20.0 * (2.5 + 2.5) / 4.5).abs() < 0.02, "{limit:?}");
}

#[test]
fn what_is_entered_must_be_possible_and_drawn() {
    let misnamed = hidden("[[prior_course.organ]]\nstructure = \"no such organ\"\nat_most_gy = 20.0\n");
    assert!(has(&assess(&patient(), &misnamed).findings, "H48", Severity::Warn));
    let impossible = |text: &str| case::Settings::from_toml(&hidden(text)).is_err();
    assert!(impossible("[[prior_course.organ]]\nstructure = \"cord\"\nat_least_gy = 30.0\nat_most_gy = 20.0\n"));
    let cord = "[[prior_course.organ]]\nstructure = \"cord\"\n";
    assert!(impossible(&format!("{cord}at_least_gy = 80.0\n")), "more than the highest plausible dose");
    assert!(impossible(&format!("{cord}at_most_gy = 20.0\n{cord}at_most_gy = 30.0\n")), "stated twice");
    assert!(
        case::Settings::from_toml(&hidden("").replace("2019-04-16", "2018-04-16")).is_err(),
        "ends before it begins"
    );
    let without_highest =
        "[[prior_course]]\nlabel = \"x\"\nmodality = \"photon\"\nfractions = 30\nprescription_gy = 60.0\n";
    assert!(case::Settings::from_toml(without_highest).is_err());
}

#[test]
fn a_histogram_or_a_mean_of_a_record_bounds_the_mean_more_closely() {
    let truth = assess(&patient(), "");
    let organ = structure(&truth, "Parotid Lt");
    let absorbed = &organ.courses[0].absorbed;
    let known = |value: Option<f64>| value.unwrap();
    let points = [
        [known(absorbed.min_gy) - 1e-3, 100.0],
        [known(absorbed.d98_percent_gy), 98.0],
        [known(absorbed.d95_percent_gy), 95.0],
        [known(absorbed.d50_percent_gy), 50.0],
        [known(absorbed.d2_percent_gy), 2.0],
        [known(absorbed.max_gy) + 1e-3, 0.0],
    ];
    let line = points.map(|[gy, percent]| format!("[{gy:.4}, {percent:.1}]")).join(", ");
    let organ_line = "[[prior_course.organ]]\nstructure = \"Parotid Lt\"\n";
    let of_histogram = assess(&patient(), &hidden(&format!("{organ_line}dvh = [{line}]\n")));
    let mean = known(absorbed.mean_gy);
    let of_mean = assess(&patient(), &hidden(&format!("{organ_line}mean_gy = {mean:.4}\n")));
    let nothing = assess(&patient(), &hidden(""));
    let bounds = |result: &Assessment| {
        let organ = structure(result, "Parotid Lt");
        let [low, high] = [&organ.cumulative_eqd2_at_least, &organ.cumulative_eqd2_at_most];
        [low, high].map(|row| row.as_ref().unwrap().mean_gy.unwrap())
    };
    let (true_mean, widest) = (known(organ.cumulative_eqd2.mean_gy), bounds(&nothing));
    for result in [&of_histogram, &of_mean] {
        let [low, high] = bounds(result);
        assert!(low <= true_mean && true_mean <= high, "{low} {true_mean} {high}");
        assert!(high - low < 0.5 * (widest[1] - widest[0]), "{low} {high} {widest:?}");
    }
    // Limits on the mean and the budget count the same bound.
    let limit = of_mean.constraints.iter().find(|limit| {
        limit.structure == "Parotid Lt" && limit.metric == "Dmean" && limit.scope == DoseScope::Cumulative
    });
    if let Some(limit) = limit {
        assert!(limit.at_most_gy.unwrap() < widest[1] && limit.at_least_gy.unwrap() > widest[0]);
    }
}

//! A small assessment made by hand: odd names, unknown values, a provisional registration.

use assessment::{
    Assessment, CourseSummary, Coverage, DvhCurve, Metrics, Outline, PlanSummary, PlaneKind, Provenance,
    ProvenanceInput, RegistrationSummary, SaidInstead, StructureCourse, StructureSummary, View,
};
use case::{Finding, Modality, PatientIdentity, Role, Severity};
use chrono::NaiveDate;
use guidelines::{Classification, CordScore, DoseScope, Evidence, JudgedConstraint, OrganKind, Verdict};

/// A name that would break a page that does not escape it.
pub const ODD_NAME: &str = "<b>&\"";

/// All fields filled, some with nothing.
pub fn assessment() -> Assessment {
    Assessment {
        dose_responses: Vec::new(),
        comparison: None,
        clinical: None,
        schema: assessment::model::SCHEMA,
        provisional: true,
        refused: false,
        courses: vec![prior(), current()],
        registrations: vec![registration()],
        structures: structures(),
        constraints: constraints(),
        limit_spreads: guidelines::spread(&constraints()),
        not_drawn: vec!["A_Carotid".to_owned()],
        no_limits: vec![SaidInstead {
            id: "none".to_owned(),
            structure: "臓器".to_owned(),
            statement: "No number was found for it.".to_owned(),
            evidence: Evidence::Secondary,
            source: "rulach2021".to_owned(),
            locator: Some("Table 4".to_owned()),
        }],
        scores: vec![score()],
        classification: Classification {
            kind: Some("type-1"),
            rule: "question 1: the volumes overlap by 12.3 cc".to_owned(),
            overlap_cc: Some(12.34),
            isodose_percent: 50.0,
            answers: Vec::new(),
            source: "andratschke2022",
        },
        findings: findings(),
        provenance: Provenance {
            rert: "0.1.0",
            inputs: (0..40).map(input).collect(),
            settings_sha256: "5e".repeat(32),
            knowledge_sha256: "4b".repeat(32),
            knowledge_history: guidelines::history::History::default(),
        },
        patient: PatientIdentity {
            id: "PAT-0042".to_owned(),
            name: "Doe^Jane=山田^花子".to_owned(),
            birth_date: NaiveDate::from_ymd_opt(1950, 1, 2),
            sex: "F".to_owned(),
            ..PatientIdentity::default()
        },
        date: NaiveDate::from_ymd_opt(2023, 5, 2),
        signed: None,
        views: [PlaneKind::Axial, PlaneKind::Coronal, PlaneKind::Sagittal].map(view).to_vec(),
        view_basis: "EQD2 with α/β = 3 Gy, no recovery".to_owned(),
        doses: Vec::new(),
        regions: Vec::new(),
        budget: None,
        exported_registrations: Vec::new(),
        overlays: Vec::new(),
    }
}

fn input(index: usize) -> ProvenanceInput {
    let kind = if index < 38 { "CT" } else { "RTDOSE" };
    ProvenanceInput { sha256: format!("{index:02x}").repeat(32), kind: kind.to_owned() }
}

fn plan(label: &str, modality: Modality, fractions: [u32; 2]) -> PlanSummary {
    PlanSummary {
        rbe_model: None,
        fractions_per_day: None,
        hours_between: None,
        fraction_doses: case::FractionDoses::default(),
        label: label.to_owned(),
        modality,
        fractions_planned: fractions[0],
        fractions_delivered: fractions[1],
        dose_type: "PHYSICAL".to_owned(),
        rbe_applied: (modality == Modality::Proton).then_some(1.1),
        rbe_included: false,
        prescription_gy: Some(66.0),
    }
}

fn prior() -> CourseSummary {
    CourseSummary {
        known_by_record: false,
        note: None,
        id: "C1".to_owned(),
        label: "Mediastinum 2019".to_owned(),
        role: Role::Prior,
        start_date: NaiveDate::from_ymd_opt(2019, 3, 4),
        end_date: NaiveDate::from_ymd_opt(2019, 4, 16),
        is_to_come: false,
        interval_days: Some(1495),
        plans: vec![plan("MED_1", Modality::Photon, [33, 33])],
    }
}

fn current() -> CourseSummary {
    CourseSummary {
        known_by_record: false,
        note: None,
        id: "C2".to_owned(),
        label: ODD_NAME.to_owned(),
        role: Role::Current,
        start_date: NaiveDate::from_ymd_opt(2023, 5, 20),
        end_date: None,
        is_to_come: true,
        interval_days: Some(0),
        plans: vec![plan("RERT", Modality::Proton, [25, 17]), plan("BOOST", Modality::Unknown, [3, 3])],
    }
}

fn registration() -> RegistrationSummary {
    let quality = [("inverse_consistency_mm", 0.25), ("overlap_percent", 98.0)];
    RegistrationSummary {
        fixed_frame: "1.2.840.113619.2.55.3.1".to_owned(),
        moving_frame: "1.2.840.113619.2.55.3.2".to_owned(),
        course: "C1".to_owned(),
        kind: "rigid",
        objects: Vec::new(),
        accepted: false,
        accepted_by: None,
        reason: None,
        quality: quality.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect(),
        moving_from_fixed: None,
    }
}

fn metrics(mean: f64) -> Metrics {
    Metrics {
        volume_cc: Some(17.2),
        min_gy: Some(0.1),
        max_gy: Some(2.2 * mean),
        mean_gy: Some(mean),
        d98_percent_gy: Some(0.4 * mean),
        d95_percent_gy: Some(0.5 * mean),
        d50_percent_gy: Some(mean),
        d2_percent_gy: Some(2.0 * mean),
        d0_03cc_gy: Some(2.1 * mean),
        d0_1cc_gy: Some(2.05 * mean),
        d0_5cc_gy: Some(1.9 * mean),
        d1cc_gy: Some(1.8 * mean),
    }
}

fn curve(what: &str, mean: f64) -> DvhCurve {
    let point = |step: usize| {
        let dose = step as f64 * mean / 10.0;
        [dose, 100.0 / (1.0 + ((dose - mean) / 2.0).exp())]
    };
    DvhCurve { what: what.to_owned(), points: (0..=21).map(point).collect() }
}

fn structure(name: &str, standard_name: Option<&str>, kind: Option<OrganKind>) -> StructureSummary {
    let course = |id: &str, mean: f64| StructureCourse {
        id: id.to_owned(),
        absorbed: metrics(mean),
        absorbed_error: metrics(0.1),
        eqd2: metrics(mean),
        eqd2_error: metrics(0.1),
        covered_percent: Some(100.0),
        recovery: 0.0,
    };
    StructureSummary {
        repair: None,
        name: name.to_owned(),
        standard_name: standard_name.map(str::to_owned),
        target_state: None,
        kind,
        alpha_beta_gy: Some(2.0),
        alpha_beta_source: Some("nieder2006".to_owned()),
        alpha_beta_evidence: Some(Evidence::Secondary),
        recovery: 0.0,
        recovery_model: None,
        volume_cc: Some(17.2),
        courses: vec![course("C1", 22.0), course("C2", 14.0)],
        cumulative_eqd2: metrics(36.0),
        cumulative_eqd2_error: metrics(0.1),
        cumulative_eqd2_without_recovery: None,
        cumulative_eqd2_at_least: None,
        cumulative_eqd2_at_most: None,
        coverage: Coverage { percent: Some(100.0) },
        uncertainty: serde_json::Map::new(),
        curves: vec![curve("C1", 22.0), curve("C2", 14.0), curve("cumulative", 36.0)],
        band: None,
    }
}

fn structures() -> Vec<StructureSummary> {
    let oar = Some(OrganKind::Oar);
    let recovered = StructureSummary {
        recovery: 0.25,
        cumulative_eqd2: metrics(30.0),
        cumulative_eqd2_without_recovery: Some(metrics(36.0)),
        ..structure("Spinal Cord", Some("SpinalCord"), oar)
    };
    let not_covered = StructureSummary {
        cumulative_eqd2: Metrics::default(),
        cumulative_eqd2_at_least: Some(metrics(11.0)),
        cumulative_eqd2_at_most: None,
        coverage: Coverage { percent: Some(81.97) },
        ..structure(ODD_NAME, Some("Lung_L"), oar)
    };
    let unknown = StructureSummary {
        alpha_beta_gy: None,
        alpha_beta_source: None,
        alpha_beta_evidence: None,
        volume_cc: None,
        courses: Vec::new(),
        cumulative_eqd2: Metrics::default(),
        coverage: Coverage { percent: None },
        curves: Vec::new(),
        ..structure("臓器", None, None)
    };
    vec![
        recovered,
        not_covered,
        unknown,
        structure("PTV_ReRT", Some("PTV"), Some(OrganKind::Target)),
        structure("BODY", Some("External"), Some(OrganKind::External)),
    ]
}

fn constraint(structure: &str, verdict: Verdict, value_gy: Option<f64>) -> JudgedConstraint {
    JudgedConstraint {
        is_own: false,
        is_landmark: false,
        sites: vec![guidelines::SitePack::Spine],
        is_for_site: Some(false),
        unit: "Gy",
        id: "hytec2021-cord".to_owned(),
        title: "HyTEC reirradiation: cumulative thecal sac maximum".to_owned(),
        structure: structure.to_owned(),
        metric: "Dmax".to_owned(),
        scope: DoseScope::Cumulative,
        limit_gy: Some(70.0),
        limit_upper_gy: None,
        limit_share: None,
        alpha_beta_gy: Some(2.0),
        value_gy,
        error_gy: value_gy.map(|_| 0.25),
        band: value_gy.map(|value| [value - 3.0, value + 4.0]),
        probability_exceeded: value_gy.map(|_| 0.12),
        value_share: None,
        limit_months: None,
        value_months: None,
        at_least_gy: None,
        at_most_gy: None,
        verdict,
        provisional: true,
        evidence: Evidence::Primary,
        strength: Some("A/D".to_owned()),
        source: "sahgal2021hytec".to_owned(),
        locator: Some("Table 4".to_owned()),
        remarks: vec!["a lower-risk factor, not a tolerance".to_owned()],
    }
}

fn constraints() -> Vec<JudgedConstraint> {
    let share = JudgedConstraint {
        metric: "Dmax".to_owned(),
        scope: DoseScope::CurrentShare,
        limit_gy: None,
        limit_share: Some(0.5),
        value_share: Some(0.43),
        ..constraint("Spinal Cord", Verdict::Met, None)
    };
    let bound = JudgedConstraint {
        at_least_gy: Some(41.5),
        at_most_gy: None,
        source: "not-in-the-bibliography".to_owned(),
        ..constraint(ODD_NAME, Verdict::NotEvaluable, None)
    };
    let interval = JudgedConstraint {
        metric: "interval".to_owned(),
        scope: DoseScope::Interval,
        limit_gy: None,
        alpha_beta_gy: None,
        limit_months: Some(5.0),
        value_months: Some(49.1),
        ..constraint("Spinal Cord", Verdict::Met, None)
    };
    vec![
        constraint("Spinal Cord", Verdict::Exceeded, Some(75.6)),
        share,
        interval,
        bound,
        JudgedConstraint { limit_upper_gy: Some(80.0), ..constraint(ODD_NAME, Verdict::Uncertain, Some(75.6)) },
    ]
}

fn score() -> CordScore {
    CordScore {
        id: "nieder-2006".to_owned(),
        structure: "Spinal Cord".to_owned(),
        points: 3.0,
        group: "low".to_owned(),
        rate_percent: Some(3.0),
        rate_evidence: Evidence::Primary,
        rate_source: "nieder2006".to_owned(),
        guidance: guidelines::cord_score::Guidance {
            statement: "Few events were seen.".to_owned(),
            evidence: Evidence::Primary,
            source: "nieder2006".to_owned(),
        },
        cumulative_bed_gy: 130.2,
        highest_course_bed_gy: 90.1,
        interval_months: 49.1,
        alpha_beta_gy: 2.0,
        evidence: Evidence::Primary,
        source: "nieder2006".to_owned(),
    }
}

fn findings() -> Vec<Finding> {
    let finding = |code: &str, severity: Severity, subject: &str, message: &str| Finding {
        code: code.to_owned(),
        severity,
        subject: subject.to_owned(),
        message: message.to_owned(),
    };
    let mut findings = vec![
        finding("H21", Severity::Warn, "C1", "nobody accepted the registration; look at it"),
        finding("H29", Severity::Warn, ODD_NAME, "a dose grid does not cover the structure"),
    ];
    let long =
        "what was assumed about this object stands here at such a length that its text needs several lines ";
    findings.extend((0..60).map(|_| finding("H33", Severity::Note, "臓器", &long.repeat(3))));
    findings
}

/// A plane with a round body, a dose in its middle, no image on the left and no dose on the right.
fn view(kind: PlaneKind) -> View {
    let (columns, rows) = (60_usize, 40_usize);
    let pixels = || (0..rows).flat_map(|row| (0..columns).map(move |column| (column as f32, row as f32)));
    let dose = |(x, y): (f32, f32)| {
        if x > 50.0 { f32::NAN } else { 70.0 * (-((x - 30.0).powi(2) + (y - 20.0).powi(2)) / 120.0).exp() }
    };
    let circle = |radius: f32| -> Vec<[f32; 2]> {
        let angles = (0..=40).map(|step| step as f32 * std::f32::consts::TAU / 40.0);
        angles.map(|angle| [30.0 + radius * angle.cos(), 20.0 + radius * angle.sin()]).collect()
    };
    View {
        kind,
        position_mm: -123.0,
        columns,
        rows,
        pixel_mm: 1.0,
        image: pixels().map(|(x, y)| (x > 5.0).then_some((2.0 * x + y) as u8)).collect(),
        dose_gy: pixels().map(dose).collect(),
        outlines: vec![
            Outline { structure: 0, lines: vec![circle(3.0)] },
            Outline { structure: 2, lines: vec![circle(4.0), circle(2.0)] },
            Outline { structure: 3, lines: vec![circle(8.0)] },
            Outline { structure: 4, lines: vec![circle(18.0)] },
        ],
        isodoses: vec![(5.0, vec![circle(16.0)]), (10.0, vec![circle(14.0)]), (50.0, vec![circle(6.0)])],
    }
}

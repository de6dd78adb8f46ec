//! Limits against doses of their own basis.

use dose::uncertainty::Band;
use dose::{Dvh, Metric};
use serde::{Deserialize, Serialize};

use crate::constraint::{Constraint, DoseScope, IntervalRule, SitePack};
use crate::knowledge::Evidence;

/// Mean length of a month in days.
pub const DAYS_PER_MONTH: f64 = 30.4375;

/// What a comparison with a limit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// At or below the limit.
    Met,
    /// Above it.
    Exceeded,
    /// Between the lower and the upper value of a range on which the source does not decide.
    Uncertain,
    /// The limit does not apply, or its value cannot be known.
    NotEvaluable,
}

impl Verdict {
    /// The word for people and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Exceeded => "exceeded",
            Self::Uncertain => "uncertain",
            Self::NotEvaluable => "not-evaluable",
        }
    }
}

/// What must be known of an organ to compare it with a limit; doses are EQD2 of the α/β of the limit.
#[derive(Clone, Copy, Debug)]
pub struct OrganFacts<'a> {
    /// Name as drawn.
    pub structure: &'a str,
    /// Standard name of the organ without side.
    pub organ: &'a str,
    /// Sum of all courses; with a recovery only where the source of the limit discounts prior dose too.
    pub cumulative: &'a Dvh,
    /// The current course alone.
    pub current: &'a Dvh,
    /// Whether every dose covers the organ; otherwise the doses are lower bounds (H29).
    pub covered: bool,
    /// Whether the cumulative doses are upper bounds.
    pub at_most: bool,
    /// What is known for certain of the cumulative dose, where it is an upper bound.
    pub at_least: Option<&'a Dvh>,
    /// Within which its mean lies, where that is known more closely than from the two.
    pub mean_bounds_gy: Option<[f64; 2]>,
    /// Days between the courses; the shortest, when there are several.
    pub interval_days: Option<i64>,
    /// Whether the current course has a plan; otherwise the cumulative dose is that of the prior courses.
    pub is_planned: bool,
    /// Fractions of the current course.
    pub current_fractions: u32,
    /// Whether a recovery takes part in the cumulative dose.
    pub with_recovery: bool,
    /// Whether the registration behind it was not yet accepted.
    pub provisional: bool,
}

/// A limit with what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JudgedConstraint {
    /// Stable name of the limit.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Structure as drawn.
    pub structure: String,
    /// For which parts of the body its source means it.
    pub sites: Vec<SitePack>,
    /// Whether the site of the case is one of them; nothing where no site was stated.
    pub is_for_site: Option<bool>,
    /// What was measured.
    pub metric: String,
    /// Unit of value and limit: `Gy`, `cc`, `%`, `1` for shares, `months`.
    pub unit: &'static str,
    /// `cumulative`, `current`, `current-share` or `interval`.
    pub scope: DoseScope,
    /// Limit in gray; nothing for shares and intervals.
    pub limit_gy: Option<f64>,
    /// Upper end of a range, where the source gives one.
    pub limit_upper_gy: Option<f64>,
    /// Limit as a share of the cumulative dose, where it is one.
    pub limit_share: Option<f64>,
    /// α/β of the EQD2 that was compared; nothing for intervals.
    pub alpha_beta_gy: Option<f64>,
    /// Value in gray; nothing for shares and where it cannot be known.
    pub value_gy: Option<f64>,
    /// How far the value may be off for reasons of geometry, interpolation and sampling.
    pub error_gy: Option<f64>,
    /// What the value may be: exceeded in 95 % and in 5 % of the draws; a share where the limit is one.
    pub band: Option<[f64; 2]>,
    /// The share of the draws in which the limit is exceeded.
    pub probability_exceeded: Option<f64>,
    /// Value as a share, where the limit is one.
    pub value_share: Option<f64>,
    /// Least interval in months, where the limit is one.
    pub limit_months: Option<f64>,
    /// Interval in months, where the limit is one.
    pub value_months: Option<f64>,
    /// Lower bound, where an organ is not covered.
    pub at_least_gy: Option<f64>,
    /// Upper bound, where a course enters by its maxima.
    pub at_most_gy: Option<f64>,
    /// What follows.
    pub verdict: Verdict,
    /// Whether it rests on a registration that was not yet accepted.
    pub provisional: bool,
    /// How well the limit is founded.
    pub evidence: Evidence,
    /// Strength of the recommendation, A to D.
    pub strength: Option<String>,
    /// Key of its source.
    pub source: String,
    /// Table or section of the source.
    pub locator: Option<String>,
    /// Whether it is an observation and no limit to plan for: above or below it, neither met nor exceeded.
    pub is_landmark: bool,
    /// Whether the limit is from the file of a centre.
    pub is_own: bool,
    /// Why it is not evaluable, and what a physician needs to know about the limit.
    pub remarks: Vec<String>,
}

/// Why nothing is said of the current course.
const WITHOUT_PLAN: &str = "the current course has no plan yet";

/// Compares an organ with a limit, for a current course that has a plan or none.
///
/// Without a plan, prior doses alone may exceed a limit on the sum; they never meet one.
pub fn judge(constraint: &Constraint, facts: &OrganFacts<'_>) -> JudgedConstraint {
    let mut judged = compared(constraint, facts);
    doubt_quantity(constraint, facts, &mut judged);
    doubt_surrogate(constraint, facts, &mut judged);
    if !facts.is_planned && matches!(judged.verdict, Verdict::Met | Verdict::Uncertain) {
        judged.remarks.insert(0, format!("{WITHOUT_PLAN}: the value is that of the prior courses"));
        judged.verdict = Verdict::NotEvaluable;
    }
    judged
}

/// A dose that may be absorbed or equieffective: the limit is met only where it is met on either reading.
///
/// EQD2 = D (d + α/β)/(2 + α/β) is at least D α/β/(2 + α/β), so a volume above an absorbed dose is at most the volume above that part
/// of it as EQD2.
fn doubt_quantity(constraint: &Constraint, facts: &OrganFacts<'_>, judged: &mut JudgedConstraint) {
    if !constraint.quantity_assumed || !matches!(judged.verdict, Verdict::Met | Verdict::Exceeded) {
        return;
    }
    if let (Verdict::Met, Metric::PercentAtGy(gy)) = (judged.verdict, constraint.metric) {
        let ratio = constraint.alpha_beta.gy() / (2.0 + constraint.alpha_beta.gy());
        let at_most = Metric::PercentAtGy(gy * ratio).of(facts.cumulative);
        if at_most.is_some_and(|percent| percent <= constraint.limit) {
            let told = "the source does not say that its dose is an EQD2; the limit is met on either reading";
            judged.remarks.insert(0, told.to_owned());
            return;
        }
    }
    judged.remarks.insert(0, "the source does not say that its dose is an EQD2; it is read as one".to_owned());
    judged.verdict = Verdict::Uncertain;
}

/// What a contour that stands in for the organ of the source meets is not shown to be met.
fn doubt_surrogate(constraint: &Constraint, facts: &OrganFacts<'_>, judged: &mut JudgedConstraint) {
    let Some(source_organ) = constraint.source_organ.as_ref().filter(|organ| *organ != facts.organ) else {
        return;
    };
    if judged.verdict == Verdict::Met {
        judged.remarks.insert(0, format!("the source measures {source_organ}, which is not drawn or not measured: met here does not show that it is met there"));
        judged.verdict = Verdict::Uncertain;
    }
}

/// Compares an organ with a limit.
///
/// The doses must be EQD2 with the α/β of the limit; that is why they come with the limit and not with the organ.
fn compared(constraint: &Constraint, facts: &OrganFacts<'_>) -> JudgedConstraint {
    let mut judged = blank(constraint, facts);
    if let Some(reason) = not_applicable(constraint, facts) {
        judged.remarks.insert(0, reason);
        return judged;
    }
    let Some(value) = value(constraint, facts) else {
        judged.remarks.insert(0, "the structure is too small for the measure".to_owned());
        return judged;
    };
    if !facts.is_planned && constraint.scope != DoseScope::Cumulative {
        judged.remarks.insert(0, WITHOUT_PLAN.to_owned());
        return judged;
    }
    let compared = compare(value, constraint);
    if facts.at_most && !facts.covered && constraint.scope != DoseScope::Current {
        let reason =
            "one prior dose is known by its maxima only and another does not cover the structure: no bound holds";
        judged.remarks.insert(0, reason.to_owned());
        return judged;
    }
    if !facts.covered {
        judged
            .remarks
            .insert(0, "a dose grid does not cover the whole structure: the value is a lower bound".to_owned());
        judged.at_least_gy = (constraint.scope != DoseScope::CurrentShare).then_some(value);
        if compared == Verdict::Exceeded && constraint.scope != DoseScope::CurrentShare {
            judged.verdict = if constraint.metric_assumed { Verdict::Uncertain } else { Verdict::Exceeded };
        }
        return judged;
    }
    if facts.at_most && constraint.scope != DoseScope::Current {
        return bounded_above(judged, constraint, (value, compared), facts);
    }
    judged.verdict = compared;
    if constraint.metric_assumed && compared == Verdict::Exceeded {
        // The maximum is the strictest measure: what it meets is met, what it exceeds need not be exceeded.
        judged.remarks.insert(0, "the source does not say what it measures; the maximum is compared".to_owned());
        judged.verdict = Verdict::Uncertain;
    }
    match constraint.scope {
        DoseScope::CurrentShare => judged.value_share = Some(value),
        _ => judged.value_gy = Some(value),
    }
    judged
}

impl JudgedConstraint {
    /// Takes over what the compared value may be: a limit within the band is neither met nor exceeded (H43).
    pub fn doubt(&mut self, band: &Band, constraint: &Constraint) {
        // What is not compared has no band either.
        if self.value_gy.is_none() && self.value_share.is_none() {
            return;
        }
        self.band = Some([band.low, band.high]);
        self.probability_exceeded = Some(band.probability_above(constraint.limit));
        let is_clear = match self.verdict {
            Verdict::Met => band.high <= constraint.limit,
            Verdict::Exceeded => band.low > constraint.limit_upper,
            Verdict::Uncertain | Verdict::NotEvaluable => true,
        };
        if !is_clear {
            let value = if self.verdict == Verdict::Met { "met" } else { "exceeded" };
            self.remarks
                .insert(0, format!("{value} by the value itself, but the limit lies within its 90 % band"));
            self.verdict = Verdict::Uncertain;
        }
    }
}

impl JudgedConstraint {
    /// An upper bound meets a limit only where what it may be at most does: the maps of the other courses may be off.
    pub fn doubt_bound(&mut self, band: &Band, constraint: &Constraint) {
        if self.verdict == Verdict::Met && band.high > constraint.limit {
            let remark =
                format!("the upper bound may be up to {:.2} Gy with the doubt of the other courses", band.high);
            self.remarks.insert(0, remark);
            self.verdict = Verdict::Uncertain;
        }
    }
}

/// What an upper bound says: below the limit it is met; above it nothing is known, unless what is known for certain exceeds the limit.
fn bounded_above(
    mut judged: JudgedConstraint,
    constraint: &Constraint,
    (value, compared): (f64, Verdict),
    facts: &OrganFacts<'_>,
) -> JudgedConstraint {
    if constraint.scope == DoseScope::CurrentShare {
        judged.remarks.insert(0, "a share of a sum of maxima is not known".to_owned());
        return judged;
    }
    judged.remarks.insert(
        0,
        "a prior course is known only by its maxima or by its record: the value is an upper bound".to_owned(),
    );
    judged.at_most_gy = Some(value);
    judged.at_least_gy = facts.at_least.and_then(|dvh| constraint.metric.of(dvh));
    if let Some([low, _]) = facts.mean_bounds_gy.filter(|_| constraint.metric == Metric::Mean) {
        judged.at_least_gy = Some(judged.at_least_gy.unwrap_or(0.0).max(low));
    }
    let certain = judged.at_least_gy.map(|gy| compare(gy, constraint));
    judged.verdict = match (compared, certain) {
        (Verdict::Met, None | Some(Verdict::Met)) => Verdict::Met,
        (_, Some(Verdict::Exceeded)) if !constraint.metric_assumed => Verdict::Exceeded,
        _ => Verdict::Uncertain,
    };
    judged
}

/// Compares the interval between the courses with the least one that a source asks for.
pub fn judge_interval(rule: &IntervalRule, facts: &OrganFacts<'_>) -> JudgedConstraint {
    let months = facts.interval_days.map(|days| days as f64 / DAYS_PER_MONTH);
    let too_many = rule.max_current_fractions.is_some_and(|most| facts.current_fractions > most);
    let mut remarks: Vec<String> = rule.note.iter().cloned().collect();
    let verdict = match months {
        _ if rule.max_current_fractions.is_some() && !facts.is_planned => {
            remarks.insert(0, format!("the rule is for shorter current courses, and {WITHOUT_PLAN}"));
            Verdict::NotEvaluable
        }
        _ if too_many => {
            remarks.insert(
                0,
                format!(
                    "the rule is for shorter current courses, this one has {} fractions",
                    facts.current_fractions
                ),
            );
            Verdict::NotEvaluable
        }
        None => Verdict::NotEvaluable,
        Some(months) if months >= rule.min_interval_months => Verdict::Met,
        Some(_) => Verdict::Exceeded,
    };
    JudgedConstraint {
        id: rule.id.clone(),
        title: rule.title.clone(),
        structure: facts.structure.to_owned(),
        sites: rule.sites.clone(),
        is_for_site: None,
        metric: "interval".to_owned(),
        unit: "months",
        scope: DoseScope::Interval,
        limit_gy: None,
        limit_upper_gy: None,
        limit_share: None,
        alpha_beta_gy: None,
        value_gy: None,
        error_gy: None,
        band: None,
        probability_exceeded: None,
        value_share: None,
        limit_months: Some(rule.min_interval_months),
        value_months: months,
        at_least_gy: None,
        at_most_gy: None,
        verdict,
        provisional: false,
        evidence: rule.evidence,
        strength: rule.strength.clone(),
        source: rule.source.clone(),
        locator: rule.locator.clone(),
        is_landmark: false,
        is_own: false,
        remarks,
    }
}

fn blank(constraint: &Constraint, facts: &OrganFacts<'_>) -> JudgedConstraint {
    let is_share = constraint.scope == DoseScope::CurrentShare;
    let range = constraint.limit_upper > constraint.limit;
    let mut remarks: Vec<String> = Vec::new();
    if constraint.after_discount && !facts.with_recovery {
        remarks.push(
            "the source compares after discounting prior dose; here nothing is discounted, which is stricter"
                .to_owned(),
        );
    }
    remarks.extend(constraint.note.clone());
    JudgedConstraint {
        id: constraint.id.clone(),
        title: constraint.title.clone(),
        structure: facts.structure.to_owned(),
        sites: constraint.sites.clone(),
        is_for_site: None,
        metric: constraint.metric.to_string(),
        unit: if is_share { "1" } else { constraint.metric.unit() },
        scope: constraint.scope,
        limit_gy: (!is_share).then_some(constraint.limit),
        limit_upper_gy: (!is_share && range).then_some(constraint.limit_upper),
        limit_share: is_share.then_some(constraint.limit),
        alpha_beta_gy: Some(constraint.alpha_beta.gy()),
        value_gy: None,
        error_gy: None,
        band: None,
        probability_exceeded: None,
        value_share: None,
        limit_months: None,
        value_months: None,
        at_least_gy: None,
        at_most_gy: None,
        verdict: Verdict::NotEvaluable,
        provisional: facts.provisional && constraint.scope != DoseScope::Current,
        evidence: constraint.evidence,
        strength: constraint.strength.clone(),
        source: constraint.source.clone(),
        locator: constraint.locator.clone(),
        is_landmark: constraint.is_landmark,
        is_own: constraint.is_own,
        remarks,
    }
}

fn not_applicable(constraint: &Constraint, facts: &OrganFacts<'_>) -> Option<String> {
    if let Some(most) = constraint.max_current_fractions.filter(|_| !facts.is_planned) {
        return Some(format!("the rule is for current courses of at most {most} fractions, and {WITHOUT_PLAN}"));
    }
    let of_fractions = constraint.fractions_reason(facts.current_fractions);
    of_fractions.or_else(|| constraint.interval_reason(facts.interval_days))
}

impl Constraint {
    /// Why the limit does not hold for a current course of so many fractions.
    pub fn fractions_reason(&self, fractions: u32) -> Option<String> {
        let most = self.max_current_fractions.filter(|&most| fractions > most)?;
        Some(format!("the rule is for current courses of at most {most} fractions, this one has {fractions}"))
    }

    /// Why the limit does not hold after an interval in days.
    pub fn interval_reason(&self, interval_days: Option<i64>) -> Option<String> {
        let least = self.min_interval_months?;
        match interval_days.map(|days| days as f64 / DAYS_PER_MONTH) {
            None => {
                Some(format!("the rule needs an interval of at least {least} months and the interval is unknown"))
            }
            Some(months) if months < least => {
                Some(format!("the rule needs an interval of at least {least} months, here it is {months:.1}"))
            }
            Some(_) => None,
        }
    }
}

fn value(constraint: &Constraint, facts: &OrganFacts<'_>) -> Option<f64> {
    let cumulative = constraint.metric.of(facts.cumulative);
    let current = constraint.metric.of(facts.current);
    match constraint.scope {
        DoseScope::Cumulative => match facts.mean_bounds_gy {
            Some([_, high]) if constraint.metric == Metric::Mean => Some(cumulative?.min(high)),
            _ => cumulative,
        },
        DoseScope::Interval => None,
        DoseScope::Current => current,
        DoseScope::CurrentShare => Some(current? / cumulative.filter(|&total| total > 0.0)?),
    }
}

fn compare(value: f64, constraint: &Constraint) -> Verdict {
    if value <= constraint.limit {
        Verdict::Met
    } else if value <= constraint.limit_upper && constraint.limit_upper > constraint.limit {
        Verdict::Uncertain
    } else {
        Verdict::Exceeded
    }
}

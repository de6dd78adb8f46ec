//! From a heap of objects to courses in time.

use chrono::NaiveDate;

use crate::course::{Case, Course, CoursePlan, Role};
use crate::current::{choose_current, unplanned_course};
use crate::{Findings, Objects, Plan, RbeModels, Settings, fractions, plan_dose, references, sessions};

/// Plans of one frame or study whose dates lie further apart than this belong to different courses.
const SAME_COURSE_DAYS: i64 = 90;

/// Orders the objects into courses and settles dose, fractions and RBE of every plan.
///
/// What cannot be known is a finding; a refusal among them means that no cumulative dose may be computed.
///
/// `models` are the published models of the RBE that a person may choose from.
pub fn order(objects: &Objects, settings: &Settings, models: &RbeModels) -> Case {
    let mut findings = objects.findings.clone();
    let patient = references::check(objects, settings, &mut findings);
    check_dates(objects, settings, &mut findings);
    check_settings(objects, settings, &mut findings);
    let plans = counted_plans(objects, settings, &mut findings);
    check_unlinked_doses(objects, settings, &mut findings);
    check_revisions(&plans, &mut findings);
    check_same_label(&plans, &mut findings);
    let groups = group_plans(&plans, objects, settings);
    let mut courses: Vec<Course> = groups
        .iter()
        .filter_map(|group| build_course(group, objects, (settings, models), &mut findings))
        .collect();
    courses.extend(incomplete_courses(settings, &mut findings));
    courses.extend(unplanned_course(&courses, objects, settings, &mut findings));
    if plans.is_empty() && courses.iter().all(Course::is_planned) {
        refuse_without_plans(&mut findings);
    }
    courses.sort_by(|a, b| (a.start_date, &a.label).cmp(&(b.start_date, &b.label)));
    number(&mut courses);
    choose_current(&mut courses, objects, settings, &mut findings);
    place_incomplete(&mut courses);
    Case { patient, courses, findings }
}

fn counted_plans<'a>(objects: &'a Objects, settings: &Settings, findings: &mut Findings) -> Vec<&'a Plan> {
    let (ignored, counted): (Vec<&Plan>, Vec<&Plan>) =
        objects.plans.iter().partition(|plan| settings.plan(&plan.header.uid, &plan.label).ignore == Some(true));
    for plan in ignored {
        findings.warn("H47", &plan.label, "the plan is left out, as case.toml says");
    }
    for plan in counted.iter().filter(|plan| plan.approval.as_deref() == Some("REJECTED")) {
        findings.warn("H14", &plan.label, "the plan is REJECTED: check that it was really treated");
    }
    let (counted, others): (Vec<&Plan>, Vec<&Plan>) =
        counted.into_iter().partition(|plan| !settings.is_of_other_candidate(&plan.header.uid, &plan.label));
    for plan in others {
        let message =
            "the plan is another candidate for the current course: it is compared, and no part of this assessment";
        findings.note("H47", &plan.label, message);
    }
    counted
}

fn refuse_without_plans(findings: &mut Findings) {
    findings.refuse("H47", "folder", "the folder holds no treatment plan: add the RTPLAN objects of all courses");
}

fn check_unlinked_doses(objects: &Objects, settings: &Settings, findings: &mut Findings) {
    for dose in &objects.doses {
        let decision = settings.dose(&dose.header.uid);
        if decision.plan.is_some() || decision.ignore == Some(true) || settings.is_let_grid(&dose.header.uid) {
            continue;
        }
        if dose.plans.is_empty() {
            findings.refuse(
                "H04",
                &dose.header.uid,
                "the dose names no plan, so its number of fractions is unknown: link it in case.toml ([[dose]] plan)",
            );
        } else if dose.plans.iter().all(|reference| objects.plan(&reference.plan).is_none()) {
            findings.refuse(
                "H04",
                &dose.header.uid,
                "the plan that the dose names is not in the folder, so its number of fractions is unknown: add the \
                 RTPLAN object or link the dose in case.toml ([[dose]] plan)",
            );
        }
    }
}

fn check_revisions(plans: &[&Plan], findings: &mut Findings) {
    for plan in plans {
        if let Some(old) = plans.iter().find(|other| plan.predecessors.contains(&other.header.uid)) {
            findings.warn(
                "H20",
                &plan.label,
                format!(
                    "the plan names \"{}\" as its predecessor and both are counted: leave the old one out in \
                     case.toml (ignore = true) unless both were treated",
                    old.label
                ),
            );
        }
    }
}

/// Two plans of one label on one structure set are most often one plan, approved twice.
fn check_same_label(plans: &[&Plan], findings: &mut Findings) {
    let label = |plan: &Plan| plan.label.trim().to_lowercase();
    let is_linked = |one: &Plan, other: &Plan| {
        one.predecessors.contains(&other.header.uid) || other.predecessors.contains(&one.header.uid)
    };
    for (index, plan) in plans.iter().enumerate() {
        let alike = plans[..index].iter().any(|other| {
            let is_same_set = plan.structure_set.is_some() && plan.structure_set == other.structure_set;
            is_same_set && !label(plan).is_empty() && label(plan) == label(other) && !is_linked(plan, other)
        });
        if alike {
            let message = "two plans bear this label and were made on the same structure set, and both are counted: leave the \
                           old one out in case.toml (ignore = true) unless both were treated";
            findings.warn("H20", &plan.label, message);
        }
    }
}

fn check_dates(objects: &Objects, settings: &Settings, findings: &mut Findings) {
    for plan in &objects.plans {
        let Some(date) = plan_date(plan, objects, settings) else { continue };
        if plan.header.patient.birth_date.is_some_and(|birth| birth > date) {
            findings.refuse(
                "H37",
                &plan.label,
                "the plan is older than the patient: correct the date of the plan",
            );
        }
        // A day that a person states may lie ahead: that of the course to come.
        let recorded = fractions::delivery(objects, &plan.header.uid, None).first;
        let Some(written) = recorded.or(plan.date).or(plan.header.study_date) else { continue };
        if settings.case.assessment_date.is_some_and(|today| written > today) {
            let message =
                format!("the plan is dated {written}, after the day of the assessment: correct the date");
            findings.refuse("H37", &plan.label, message);
        }
    }
}

fn plan_date(plan: &Plan, objects: &Objects, settings: &Settings) -> Option<NaiveDate> {
    settings
        .plan(&plan.header.uid, &plan.label)
        .start_date
        .or_else(|| fractions::delivery(objects, &plan.header.uid, None).first)
        .or(plan.date)
        .or(plan.header.study_date)
}

/// The last day of a plan: stated by a person, else by its records.
fn last_day(plan: &Plan, objects: &Objects, settings: &Settings, findings: &mut Findings) -> Option<NaiveDate> {
    let stated = settings.plan(&plan.header.uid, &plan.label).end_date;
    let recorded = fractions::delivery(objects, &plan.header.uid, None).last;
    if let (Some(stated), Some(recorded)) = (stated, recorded.filter(|recorded| stated != Some(*recorded))) {
        let message = format!(
            "case.toml says that the last day of treatment is {stated}, and the treatment records say {recorded}: {stated} is used"
        );
        findings.warn("H37", &plan.label, message);
    }
    stated.or(recorded)
}

/// Plans belong together when a person says so, or when they share a frame or study within 90 days.
fn group_plans<'a>(plans: &[&'a Plan], objects: &Objects, settings: &Settings) -> Vec<Vec<&'a Plan>> {
    let named = |plan: &Plan| settings.plan(&plan.header.uid, &plan.label).course;
    let linked = |a: &Plan, b: &Plan| match (named(a), named(b)) {
        (None, None) => {
            let (frames, studies) =
                ((frame_of(a, objects), frame_of(b, objects)), (&a.header.study, &b.header.study));
            let same_place =
                (frames.0.is_some() && frames.0 == frames.1) || (studies.0 == studies.1 && !studies.0.is_empty());
            let dates = (plan_date(a, objects, settings), plan_date(b, objects, settings));
            let same_time = !matches!(dates, (Some(a), Some(b)) if (b - a).num_days().abs() > SAME_COURSE_DAYS);
            same_place && same_time
        }
        (a, b) => a == b,
    };
    let mut groups: Vec<Vec<&Plan>> = Vec::new();
    for &plan in plans {
        let (joined, mut rest): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|group| group.iter().any(|other| linked(plan, other)));
        let mut merged: Vec<&Plan> = joined.into_iter().flatten().collect();
        merged.push(plan);
        rest.push(merged);
        groups = rest;
    }
    for group in &mut groups {
        group.sort_by_key(|plan| (plan_date(plan, objects, settings), &plan.label, &plan.header.uid));
    }
    groups
}

/// The frame of a plan: that of its structure set, else its own.
fn frame_of<'a>(plan: &'a Plan, objects: &'a Objects) -> Option<&'a geometry::FrameOfReference> {
    let drawn = plan.structure_set.as_ref().and_then(|uid| objects.structure_set(uid));
    drawn.map(|set| &set.frame).or(plan.header.frame.as_ref())
}

fn build_course(
    group: &[&Plan],
    objects: &Objects,
    (settings, models): (&Settings, &RbeModels),
    findings: &mut Findings,
) -> Option<Course> {
    let plans: Vec<Option<CoursePlan>> =
        group.iter().map(|plan| plan_dose::settle(objects, plan, settings, models, findings)).collect();
    let plans = sessions::settle(plans.into_iter().flatten().collect(), group, objects, settings, findings);
    let first = group.first()?;
    let frame = plans
        .iter()
        .flat_map(|plan| &plan.doses)
        .map(|dose| dose.frame.clone())
        .next()
        .or_else(|| frame_of(first, objects).cloned())?;
    let label = settings.plan(&first.header.uid, &first.label).course.unwrap_or_else(|| first.label.clone());
    let structure_set = structure_set_of(group, objects, &frame);
    Some(Course {
        id: String::new(),
        label,
        role: Role::Prior,
        start_date: group.iter().filter_map(|plan| plan_date(plan, objects, settings)).min(),
        end_date: group.iter().filter_map(|plan| last_day(plan, objects, settings, findings)).max(),
        interval_days: None,
        image: image_of(objects, structure_set, &frame),
        structure_set,
        frame,
        plans,
        has_no_plan_yet: false,
        incomplete: None,
    })
}

/// Courses that a person entered, since no dose of them came as DICOM.
fn incomplete_courses(settings: &Settings, findings: &mut Findings) -> Vec<Course> {
    let nowhere = geometry::FrameOfReference::new("");
    for entered in &settings.prior_courses {
        let message = format!(
            "no dose of this course came as DICOM: it is carried as bounds, up to {:.1} Gy in {} fractions wherever nothing else is stated",
            entered.highest_gy(),
            entered.fractions
        );
        findings.warn("H47", &entered.label, message);
    }
    settings.prior_courses.iter().filter_map(|entered| entered.course(&nowhere)).collect()
}

/// What a person entered stands in the frame of the current course.
fn place_incomplete(courses: &mut [Course]) {
    let Some(frame) = courses.last().map(|current| current.frame.clone()) else { return };
    for course in courses.iter_mut().filter(|course| course.incomplete.is_some()) {
        course.frame = frame.clone();
        course.plans.iter_mut().flat_map(|plan| &mut plan.doses).for_each(|dose| dose.frame = frame.clone());
    }
}

fn structure_set_of(group: &[&Plan], objects: &Objects, frame: &geometry::FrameOfReference) -> Option<usize> {
    let by_reference = objects.structure_sets.iter().position(|set| {
        group.iter().any(|plan| plan.structure_set.as_ref() == Some(&set.header.uid)) && set.frame == *frame
    });
    by_reference.or_else(|| objects.structure_sets.iter().position(|set| set.frame == *frame))
}

/// The image the structures were drawn on, else the largest of the frame.
pub(crate) fn image_of(
    objects: &Objects,
    structure_set: Option<usize>,
    frame: &geometry::FrameOfReference,
) -> Option<usize> {
    let drawn_on: &[String] = structure_set.map_or(&[], |index| &objects.structure_sets[index].images);
    let of_frame = || (0..objects.images.len()).filter(|&index| objects.images[index].frame == *frame);
    of_frame().find(|&index| objects.images[index].instances.iter().any(|uid| drawn_on.contains(uid))).or_else(
        || {
            let is_ct = |index: usize| objects.images[index].header.kind == "CT";
            of_frame().max_by_key(|&index| (is_ct(index), objects.images[index].instances.len()))
        },
    )
}

fn number(courses: &mut [Course]) {
    for (index, course) in courses.iter_mut().enumerate() {
        course.id = format!("C{}", index + 1);
    }
}

/// Lines of case.toml that name nothing in the folder would be decisions without effect.
fn check_settings(objects: &Objects, settings: &Settings, findings: &mut Findings) {
    let is_plan = |name: &str| objects.plans.iter().any(|plan| plan.header.uid == name || plan.label == name);
    let is_dose = |name: &str| objects.doses.iter().any(|dose| dose.header.uid == name);
    let plans = settings.plans.iter().map(|entry| (entry.plan.as_str(), "plan", is_plan(&entry.plan)));
    let doses = settings.doses.iter().map(|entry| (entry.dose.as_str(), "dose", is_dose(&entry.dose)));
    let links =
        settings.doses.iter().filter_map(|entry| entry.plan.as_deref()).map(|name| (name, "plan", is_plan(name)));
    let grids = settings.plans.iter().filter_map(|entry| entry.let_grid.as_deref());
    let grids = grids.map(|name| (name, "LETd", is_dose(name)));
    for (name, what, _) in plans.chain(doses).chain(links).chain(grids).filter(|(_, _, found)| !found) {
        let message =
            format!("case.toml names a {what} that the folder does not hold: correct the name or take it out");
        findings.refuse("H48", name, message);
    }
    for candidate in &settings.candidates {
        for name in candidate.plans.iter().filter(|name| !is_plan(name)) {
            let message = format!(
                "the candidate \"{}\" names a plan that the folder does not hold: correct the name",
                candidate.name
            );
            findings.refuse("H48", name, message);
        }
        for name in &candidate.plans {
            let n = objects.plans.iter().filter(|plan| plan.label == *name && plan.header.uid != *name).count();
            if n > 1 {
                let message =
                    format!("a candidate names a plan by a label that {n} plans bear: name it by its UID");
                findings.refuse("H48", name, message);
            }
        }
    }
    for entry in &settings.plans {
        let n =
            objects.plans.iter().filter(|plan| plan.label == entry.plan && plan.header.uid != entry.plan).count();
        if n > 1 {
            let message = format!("case.toml names a plan by a label that {n} plans bear: name it by its UID");
            findings.refuse("H48", &entry.plan, message);
        }
    }
}

//! Which course is being planned.

use chrono::NaiveDate;

use crate::course::{Course, Role};
use crate::order::image_of;
use crate::{Candidate, Findings, Objects, Plan, Settings, StructureSet};

/// A course that has structures and no plan yet: the structure set that a person names as current, or the one that is later than the
/// only other course.
pub(crate) fn unplanned_course(
    courses: &[Course],
    objects: &Objects,
    settings: &Settings,
    findings: &mut Findings,
) -> Option<Course> {
    // A plan that waits for its treatment, or candidates, are the current course.
    let named_plan = |name: &String| of_name(courses, name).is_some();
    let waits = |course: &Course| course.incomplete.is_none() && not_delivered(course, objects);
    let is_settled = !settings.candidates.is_empty()
        || settings.case.current_course.as_ref().is_some_and(named_plan)
        || (settings.case.current_course.is_none() && courses.iter().any(waits));
    if is_settled {
        return None;
    }
    let is_planned = |set: &StructureSet| courses.iter().any(|course| course.frame == set.frame);
    let sets = || objects.structure_sets.iter().enumerate().filter(|(_, set)| !is_planned(set));
    let named = settings.case.current_course.as_ref();
    let by_name = named.and_then(|name| sets().find(|(_, set)| set.header.uid == *name || set.label == *name));
    let found = match (by_name, named) {
        (Some(found), _) => found,
        (None, Some(_)) => return None,
        (None, None) => later_than_all(&sets().collect::<Vec<_>>(), courses)?,
    };
    let (index, set) = found;
    let message = "the structures of this course belong to no plan: it is taken as the course that is being planned, without a dose of its \
                   own; name current_course in case.toml if it is not";
    findings.warn("H37", &set.label, message);
    Some(Course {
        id: String::new(),
        label: set.label.clone(),
        role: Role::Prior,
        start_date: date(set),
        end_date: None,
        interval_days: None,
        frame: set.frame.clone(),
        structure_set: Some(index),
        image: image_of(objects, Some(index), &set.frame),
        plans: Vec::new(),
        has_no_plan_yet: true,
        incomplete: None,
    })
}

fn date(set: &StructureSet) -> Option<NaiveDate> {
    set.date.or(set.header.study_date)
}

/// The only set without a plan, where at most one course came as plans and ended before. With more courses the latest of them is as
/// likely to be the current one, and with none somebody must have entered a prior course.
fn later_than_all<'a>(
    sets: &[(usize, &'a StructureSet)],
    courses: &[Course],
) -> Option<(usize, &'a StructureSet)> {
    let [only] = sets else { return None };
    let planned: Vec<&Course> = courses.iter().filter(|course| course.incomplete.is_none()).collect();
    match planned.as_slice() {
        [] => (!courses.is_empty()).then_some(*only),
        [course] => {
            let end = course.end_date.or(course.start_date)?;
            (date(only.1)? > end).then_some(*only)
        }
        _ => None,
    }
}

/// Moves the course that is being planned to the end, and tells how long before it each other course ended.
pub(crate) fn choose_current(
    courses: &mut Vec<Course>,
    objects: &Objects,
    settings: &Settings,
    findings: &mut Findings,
) {
    let Some(index) = current_index(courses, objects, settings, findings) else { return };
    let mut current = courses.remove(index);
    current.role = Role::Current;
    let start = current.start_date;
    for course in courses.iter_mut() {
        let end = course.end_date.or(course.start_date);
        course.interval_days = start.zip(end).map(|(start, end)| (start - end).num_days());
        if course.interval_days.is_some_and(|days| days < 0) {
            findings.refuse(
                "H37",
                &course.label,
                "the course ends after the current one begins, so the order in time is impossible: correct the dates \
                 or name current_course in case.toml",
            );
        }
        if course.end_date.is_none() && course.interval_days.is_some() {
            let message = "the interval runs from the first day of the course, since its last day is unknown: it is too \
                           long by the length of the course";
            findings.note("H37", &course.label, message);
        }
        if course.interval_days.is_none() {
            findings.warn(
                "H37",
                &course.label,
                "the interval to the current course is unknown: a date is missing",
            );
        }
    }
    courses.push(current);
    if courses.len() == 1 {
        findings.warn("H02", "folder", "the folder holds one course only: check that no prior course is missing");
    }
}

/// The course named by a person, else a plan not yet approved or delivered, else the latest.
fn current_index(
    courses: &[Course],
    objects: &Objects,
    settings: &Settings,
    findings: &mut Findings,
) -> Option<usize> {
    if let Some(candidate) = settings.candidate() {
        return of_candidate(courses, candidate, findings);
    }
    if let Some(unplanned) = courses.iter().position(|course| !course.is_planned()) {
        return Some(unplanned);
    }
    if let Some(name) = &settings.case.current_course {
        let by_number = || name.strip_prefix('C')?.parse::<usize>().ok()?.checked_sub(1);
        let index = of_name(courses, name).or_else(by_number).filter(|&index| index < courses.len());
        if index.is_none() {
            findings.refuse(
                "H37",
                name.as_str(),
                "case.toml names a current course that the folder does not hold",
            );
        }
        return index;
    }
    let from_objects: Vec<usize> =
        (0..courses.len()).filter(|&index| courses[index].incomplete.is_none()).collect();
    if let [] | [_] = from_objects.as_slice() {
        return from_objects.first().copied();
    }
    let undelivered: Vec<usize> =
        (0..courses.len()).filter(|&index| not_delivered(&courses[index], objects)).collect();
    if let [only] = undelivered.as_slice() {
        return Some(*only);
    }
    let dates: Option<Vec<NaiveDate>> = from_objects.iter().map(|&index| courses[index].start_date).collect();
    let latest = dates.as_ref().and_then(|dates| dates.iter().max().copied());
    let n_latest = dates.iter().flatten().filter(|date| Some(**date) == latest).count();
    if n_latest != 1 {
        findings.refuse(
            "H37",
            "courses",
            "the order of the courses in time is unknown (dates are missing or equal): name current_course in case.toml",
        );
        return None;
    }
    from_objects.into_iter().find(|&index| courses[index].start_date == latest)
}

/// The course of a label, or that holds a plan of this label or UID.
fn of_name(courses: &[Course], name: &str) -> Option<usize> {
    courses.iter().position(|course| {
        course.label == name || course.plans.iter().any(|plan| plan.uid == name || plan.label == name)
    })
}

fn not_delivered(course: &Course, objects: &Objects) -> bool {
    let plans: Vec<&Plan> = course.plans.iter().filter_map(|plan| objects.plan(&plan.uid)).collect();
    !plans.is_empty() && plans.iter().all(|plan| plan.approval.as_deref() == Some("UNAPPROVED"))
}

/// The course that a candidate for the new plan makes up.
fn of_candidate(courses: &[Course], candidate: &Candidate, findings: &mut Findings) -> Option<usize> {
    let holds = |course: &Course| course.plans.iter().any(|plan| candidate.holds(&plan.uid, &plan.label));
    let found: Vec<usize> = (0..courses.len()).filter(|&index| holds(&courses[index])).collect();
    match found.as_slice() {
        [only] => {
            let stranger = courses[*only].plans.iter().find(|plan| !candidate.holds(&plan.uid, &plan.label));
            if let Some(stranger) = stranger {
                let message = format!(
                    "the plan \"{}\" is in the same course as this candidate and no part of it: state course for both in case.toml",
                    stranger.label
                );
                findings.refuse("H37", &candidate.name, message);
            }
            Some(*only)
        }
        [] => None,
        _ => {
            let message = "the plans of this candidate fall into different courses: state the same course for them in case.toml";
            findings.refuse("H37", &candidate.name, message);
            None
        }
    }
}

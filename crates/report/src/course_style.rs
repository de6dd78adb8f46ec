//! One colour and one dash for each course, in every figure.

use assessment::CourseSummary;
use case::Role;

use crate::drawing::{Dash, Stroke};
use crate::palette::{CUMULATIVE, CURRENT, PRIOR};

/// Name of the curve over all courses.
pub(crate) const ALL_COURSES: &str = "cumulative";

/// A course, or all of them, as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CourseStyle {
    /// Id of the course, or `cumulative`.
    pub(crate) id: String,
    /// What a legend says.
    pub(crate) label: String,
    /// Its line.
    pub(crate) stroke: Stroke,
}

/// The styles of all courses in their order, and of their sum first.
pub(crate) fn course_styles(courses: &[CourseSummary]) -> Vec<CourseStyle> {
    let sum = CourseStyle {
        id: ALL_COURSES.to_owned(),
        label: "all courses".to_owned(),
        stroke: Stroke::solid(CUMULATIVE, 1.5),
    };
    let of_course = |(index, course): (usize, &CourseSummary)| CourseStyle {
        id: course.id.clone(),
        label: format!("{}, {}", course.id, role_name(course.role)),
        stroke: match course.role {
            Role::Current => Stroke::solid(CURRENT, 1.2).dashed(Dash::Dotted),
            Role::Prior => Stroke::solid(PRIOR[index % PRIOR.len()], 1.1).dashed(Dash::Dashed),
        },
    };
    std::iter::once(sum).chain(courses.iter().enumerate().map(of_course)).collect()
}

/// The word for a role.
pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Prior => "prior",
        Role::Current => "current",
    }
}

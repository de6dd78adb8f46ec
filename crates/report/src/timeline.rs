//! The courses of a patient along the calendar.

use assessment::CourseSummary;
use case::Role;
use chrono::NaiveDate;

use crate::course_style::{CourseStyle, role_name};
use crate::drawing::{Anchor, Dash, Drawing, Fill, Stroke, TextStyle};
use crate::dvh_plot::FIGURE_WIDTH;
use crate::palette::{AXIS, CURRENT, INK, MUTED, WHITE};
use crate::time_axis::TimeAxis;
use crate::typeface::Typeface;
use crate::wording::{dose, interval};

const LANE: f32 = 38.0;
const TOP: f32 = 6.0;
const FOOT: f32 = 20.0;
const LEFT: f32 = 6.0;
const RIGHT: f32 = FIGURE_WIDTH - 6.0;
const BAR: f32 = 8.0;

const NAME: TextStyle = TextStyle::bold(7.8, INK);
const DETAIL: TextStyle = TextStyle::regular(7.0, MUTED);

/// The figure, where at least one course has a date.
pub(crate) fn timeline(courses: &[CourseSummary], styles: &[CourseStyle], typeface: &Typeface) -> Option<Drawing> {
    let dates = courses.iter().flat_map(|course| [course.start_date, course.end_date]).flatten();
    let axis = TimeAxis::over(dates, [LEFT, RIGHT])?;
    let bottom = TOP + LANE * courses.len() as f32;
    let mut drawing = Drawing::new(FIGURE_WIDTH, bottom + FOOT);
    axis.draw(&mut drawing, [TOP, bottom]);
    let current = courses.iter().position(|course| course.role == Role::Current);
    let start = current.and_then(|index| courses[index].start_date.map(|date| (index, date)));
    if let Some((index, date)) = start {
        let x = axis.x(date);
        let end = TOP + LANE * index as f32;
        drawing.line([x, TOP], [x, end], Stroke::solid(CURRENT, 0.7).dashed(Dash::Dotted));
    }
    for (index, course) in courses.iter().enumerate() {
        let style = styles.iter().find(|style| style.id == course.id);
        let color = style.map_or(AXIS, |style| style.stroke.color);
        let lane = Lane { course, top: TOP + LANE * index as f32, axis: &axis, typeface };
        lane.draw(&mut drawing, Fill::solid(color), start.map(|(_, date)| date));
    }
    Some(drawing)
}

/// The strip of a course.
struct Lane<'a> {
    course: &'a CourseSummary,
    top: f32,
    axis: &'a TimeAxis,
    typeface: &'a Typeface,
}

impl Lane<'_> {
    fn draw(&self, drawing: &mut Drawing, fill: Fill, current_start: Option<NaiveDate>) {
        let ends =
            [self.course.start_date.or(self.course.end_date), self.course.end_date.or(self.course.start_date)];
        let [Some(start), Some(end)] = ends else {
            self.label(drawing, [LEFT, LEFT]);
            return;
        };
        let left = self.axis.x(start);
        let right = self.axis.x(end).max(left + 5.0);
        self.label(drawing, [left, right]);
        if let Some(date) = current_start.filter(|_| self.course.role == Role::Prior) {
            self.interval(drawing, right, self.axis.x(date), date);
        }
        drawing.rect([left, self.bar_top()], [right - left, BAR], 1.5, fill);
    }

    fn bar_top(&self) -> f32 {
        self.top + 23.0
    }

    /// Writes what the course is, from its bar to the right or, where there is no room, to the left.
    fn label(&self, drawing: &mut Drawing, [left, right]: [f32; 2]) {
        let room = RIGHT - LEFT;
        let name = self.typeface.fitted(&name(self.course), NAME, room);
        let detail = self.typeface.fitted(&detail(self.course), DETAIL, room);
        let widths = [self.typeface.roomy_width(&name, NAME), self.typeface.roomy_width(&detail, DETAIL)];
        let width = widths[0].max(widths[1]);
        let (x, anchor) = match left {
            left if left + width <= RIGHT => (left, Anchor::Start),
            _ => (right.max(LEFT + width), Anchor::End),
        };
        let ground = if anchor == Anchor::Start { x - 1.0 } else { x - width - 1.0 };
        drawing.rect([ground, self.top - 0.5], [width + 2.0, 21.5], 0.0, Fill::solid(WHITE));
        drawing.anchored([x, self.top + 9.0], name, NAME, anchor);
        drawing.anchored([x, self.top + 18.5], detail, DETAIL, anchor);
    }

    /// An arrow to the start of the current course, with its length in words where there is room.
    fn interval(&self, drawing: &mut Drawing, from: f32, to: f32, until: NaiveDate) {
        const HEAD: f32 = 4.0;
        let middle = self.bar_top() + BAR / 2.0;
        if to - from < 3.0 * HEAD {
            return;
        }
        drawing.line([from + 1.0, middle], [to - HEAD, middle], Stroke::solid(AXIS, 0.8).dashed(Dash::Dashed));
        let head = vec![[to - HEAD, middle - 2.2], [to, middle], [to - HEAD, middle + 2.2]];
        drawing.polygon(head, Fill::solid(AXIS));
        let Some(days) = self.course.interval_days else { return };
        let text = format!("interval {}", interval(days, Some(until)));
        let width = self.typeface.roomy_width(&text, DETAIL) + 8.0;
        if to - from > width + 12.0 {
            let centre = (from + to) / 2.0;
            drawing.rect([centre - width / 2.0, middle - 5.0], [width, 10.0], 0.0, Fill::solid(WHITE));
            drawing.anchored([centre, middle + 2.5], text, DETAIL, Anchor::Middle);
        }
    }
}

fn name(course: &CourseSummary) -> String {
    format!("{} {} · {}", course.id, role_name(course.role), course.label)
}

fn detail(course: &CourseSummary) -> String {
    let days = match (course.start_date, course.end_date) {
        (None, None) => "date not known".to_owned(),
        (Some(start), Some(end)) => format!("{start} to {end}"),
        (Some(start), None) => format!("from {start}"),
        (None, Some(end)) => format!("to {end}"),
    };
    let plans = course.plans.iter().map(|plan| {
        let prescription = plan.prescription_gy.map_or("prescription not known".to_owned(), dose);
        let (delivered, planned) = (plan.fractions_delivered, plan.fractions_planned);
        let fractions = if course.is_to_come {
            format!("{planned} planned fractions")
        } else {
            format!("{delivered} of {planned} fractions")
        };
        format!("{prescription} in {fractions}, {}", plan.modality.as_str())
    });
    std::iter::once(days).chain(plans).collect::<Vec<_>>().join(" · ")
}

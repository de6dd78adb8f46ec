//! The courses of a patient along the calendar.

use assessment::CourseSummary;
use case::Role;
use chrono::{Datelike, Months, NaiveDate};

use crate::course_style::{CourseStyle, role_name};
use crate::drawing::{Anchor, Dash, Drawing, Fill, Stroke, TextStyle};
use crate::dvh_plot::FIGURE_WIDTH;
use crate::palette::{AXIS, CURRENT, FAINT, INK, MUTED, WHITE};
use crate::typeface::Typeface;
use crate::wording::{dose, interval};

const LANE: f32 = 38.0;
const TOP: f32 = 6.0;
const FOOT: f32 = 20.0;
const LEFT: f32 = 6.0;
const RIGHT: f32 = FIGURE_WIDTH - 6.0;
const BAR: f32 = 8.0;
/// Most marks along the axis.
const MOST_MARKS: usize = 9;

const NAME: TextStyle = TextStyle::bold(7.8, INK);
const DETAIL: TextStyle = TextStyle::regular(7.0, MUTED);

/// The figure, where at least one course has a date.
pub(crate) fn timeline(courses: &[CourseSummary], styles: &[CourseStyle], typeface: &Typeface) -> Option<Drawing> {
    let axis = TimeAxis::over(courses)?;
    let bottom = TOP + LANE * courses.len() as f32;
    let mut drawing = Drawing::new(FIGURE_WIDTH, bottom + FOOT);
    calendar(&mut drawing, &axis, bottom);
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

/// Days along the width of the figure.
struct TimeAxis {
    first: NaiveDate,
    last: NaiveDate,
    points_per_day: f32,
    margin_days: f32,
}

impl TimeAxis {
    fn over(courses: &[CourseSummary]) -> Option<Self> {
        let dates = courses.iter().flat_map(|course| [course.start_date, course.end_date]).flatten();
        let (first, last) = (dates.clone().min()?, dates.max()?);
        let n_days = ((last - first).num_days() as f32).max(28.0);
        let margin_days = n_days * 0.03;
        Some(Self { first, last, points_per_day: (RIGHT - LEFT) / (n_days + 2.0 * margin_days), margin_days })
    }

    fn x(&self, date: NaiveDate) -> f32 {
        LEFT + ((date - self.first).num_days() as f32 + self.margin_days) * self.points_per_day
    }

    /// First days of months or years within the axis, few enough to be written side by side.
    fn marks(&self) -> Vec<(NaiveDate, String)> {
        let n_months = 12 * (self.last.year() - self.first.year()) + 2;
        let is_few = |step: &&u32| n_months as u32 / **step < MOST_MARKS as u32;
        let step = [1, 2, 3, 6, 12, 24, 60, 120].iter().find(is_few).copied().unwrap_or(240);
        let Some(january) = NaiveDate::from_ymd_opt(self.first.year(), 1, 1) else { return Vec::new() };
        let days = (0_u32..).map_while(|index| january.checked_add_months(Months::new(index * step)));
        let form = if step < 12 { "%Y-%m" } else { "%Y" };
        days.take_while(|day| *day <= self.last)
            .filter(|day| self.x(*day) >= LEFT)
            .map(|day| (day, day.format(form).to_string()))
            .collect()
    }
}

fn calendar(drawing: &mut Drawing, axis: &TimeAxis, bottom: f32) {
    for (day, label) in axis.marks() {
        let x = axis.x(day);
        drawing.line([x, TOP], [x, bottom + 3.0], Stroke::solid(FAINT, 0.6));
        // A label at the very edge would be cut off.
        let anchor = match x {
            x if x < LEFT + 14.0 => Anchor::Start,
            x if x > RIGHT - 14.0 => Anchor::End,
            _ => Anchor::Middle,
        };
        drawing.anchored([x, bottom + 12.0], label, DETAIL, anchor);
    }
    drawing.line([LEFT, bottom], [RIGHT, bottom], Stroke::solid(AXIS, 0.8));
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
        format!("{prescription} in {delivered} of {planned} fractions, {}", plan.modality.as_str())
    });
    std::iter::once(days).chain(plans).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(start: Option<NaiveDate>, end: Option<NaiveDate>) -> CourseSummary {
        CourseSummary {
            id: "C1".to_owned(),
            label: "A label that is longer than any that a planner would choose for a plan".repeat(3),
            role: Role::Current,
            start_date: start,
            end_date: end,
            interval_days: Some(0),
            known_by_record: false,
            note: None,
            plans: Vec::new(),
        }
    }

    #[test]
    fn marks_are_few_and_lie_within_the_axis() {
        for years in [0, 1, 2, 5, 12, 30, 70] {
            let day = |year, month| NaiveDate::from_ymd_opt(year, month, 5);
            let axis = TimeAxis::over(&[course(day(2001, 3), None), course(day(2001 + years, 6), None)]).unwrap();
            let marks = axis.marks();
            assert!((1..=2 * MOST_MARKS).contains(&marks.len()), "{years}: {}", marks.len());
            assert!(marks.iter().all(|(day, _)| (LEFT..=RIGHT).contains(&axis.x(*day))), "{years}");
        }
    }

    #[test]
    fn nothing_is_drawn_without_a_date() {
        assert!(TimeAxis::over(&[course(None, None)]).is_none());
    }
}

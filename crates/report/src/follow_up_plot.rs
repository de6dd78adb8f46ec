//! Harm and quality of life along the calendar: one lane for each term and each scale, a number at each day.

use std::collections::{BTreeMap, BTreeSet};

use assessment::{Clinical, CourseSummary};
use chrono::NaiveDate;

use crate::course_style::CourseStyle;
use crate::drawing::{Anchor, Drawing, Fill, Stroke, TextStyle};
use crate::dvh_plot::FIGURE_WIDTH;
use crate::palette::{AXIS, FAINT, INK, Tone};
use crate::time_axis::TimeAxis;
use crate::typeface::Typeface;

const LANE: f32 = 17.0;
const TOP: f32 = 16.0;
const FOOT: f32 = 18.0;
const NAMES: f32 = 170.0;
const LEFT: f32 = NAMES + 6.0;
const RIGHT: f32 = FIGURE_WIDTH - 6.0;
const BOX: [f32; 2] = [19.0, 12.0];
/// Questionnaires have many scales; these many of them with the largest changes are drawn.
const MOST_SCALES: usize = 6;

const NAME: TextStyle = TextStyle::regular(7.4, INK);
const HEAD: TextStyle = TextStyle::bold(7.0, INK);

/// What happened on the days of one term or scale.
struct Lane {
    name: String,
    points: Vec<(NaiveDate, String, Tone)>,
}

/// The figure, where harm or quality of life is known on at least two days.
pub(crate) fn follow_up(
    clinical: &Clinical,
    courses: &[CourseSummary],
    styles: &[CourseStyle],
    typeface: &Typeface,
) -> Option<Drawing> {
    let mut lanes = harm(clinical);
    lanes.extend(scales(clinical));
    let days = lanes.iter().flat_map(|lane| lane.points.iter().map(|(day, ..)| *day));
    if days.clone().min() == days.clone().max() {
        return None;
    }
    let of_courses = courses.iter().flat_map(|course| [course.start_date, course.end_date]).flatten();
    let axis = TimeAxis::over(days.chain(of_courses), [LEFT, RIGHT])?;
    let bottom = TOP + LANE * lanes.len() as f32;
    let mut drawing = Drawing::new(FIGURE_WIDTH, bottom + FOOT);
    axis.draw(&mut drawing, [TOP, bottom]);
    for course in courses {
        let style = styles.iter().find(|style| style.id == course.id);
        draw_course(&mut drawing, course, &axis, style, bottom);
    }
    for (index, lane) in lanes.iter().enumerate() {
        draw_lane(&mut drawing, lane, &axis, TOP + LANE * index as f32, typeface);
    }
    Some(drawing)
}

fn draw_course(
    drawing: &mut Drawing,
    course: &CourseSummary,
    axis: &TimeAxis,
    style: Option<&CourseStyle>,
    bottom: f32,
) {
    let Some(start) = course.start_date else { return };
    let color = style.map_or(AXIS, |style| style.stroke.color);
    let x = axis.x(start);
    let width = course.end_date.map_or(1.5, |end| axis.x(end) - x).max(1.5);
    drawing.rect([x, TOP - 3.0], [width, bottom - TOP + 3.0], 0.0, Fill { color, opacity: 0.25 });
    drawing.anchored([x, TOP - 6.0], course.id.clone(), HEAD, Anchor::Middle);
}

fn draw_lane(drawing: &mut Drawing, lane: &Lane, axis: &TimeAxis, top: f32, typeface: &Typeface) {
    let middle = top + LANE / 2.0;
    drawing.anchored([0.0, middle + 2.6], typeface.fitted(&lane.name, NAME, NAMES), NAME, Anchor::Start);
    drawing.line([LEFT, middle], [RIGHT, middle], Stroke::solid(FAINT, 0.6));
    for (day, text, tone) in &lane.points {
        let x = axis.x(*day);
        let corner = [x - BOX[0] / 2.0, middle - BOX[1] / 2.0];
        drawing.rect(corner, BOX, 2.0, Fill::solid(tone.ground()));
        drawing.anchored([x, middle + 2.6], text.clone(), TextStyle::bold(7.4, tone.ink()), Anchor::Middle);
    }
}

/// Grades of each term on the days on which they were seen.
fn harm(clinical: &Clinical) -> Vec<Lane> {
    let mut terms: BTreeMap<&str, Lane> = BTreeMap::new();
    for seen in clinical.toxicities.iter().filter(|seen| seen.problem.is_none()) {
        let name = seen.term.clone().unwrap_or_else(|| seen.id.clone());
        let lane =
            terms.entry(&seen.id).or_insert_with(|| Lane { name: format!("{name}, grade"), points: Vec::new() });
        let tone = match seen.grade {
            0 | 1 => Tone::Good,
            2 => Tone::Caution,
            _ => Tone::Bad,
        };
        lane.points.push((seen.date, seen.grade.to_string(), tone));
    }
    terms.into_values().collect()
}

/// Scores of the scales that changed the most, of instruments that were filled in more than once.
fn scales(clinical: &Clinical) -> Vec<Lane> {
    let mut lanes: Vec<(f64, Lane)> = Vec::new();
    let instruments: BTreeSet<&str> = clinical.questionnaires.iter().map(|filled| filled.title.as_str()).collect();
    for title in instruments {
        let filled = || clinical.questionnaires.iter().filter(|filled| filled.title == title);
        let Some(last) = filled().max_by_key(|filled| filled.date).filter(|_| filled().count() > 1) else {
            continue;
        };
        for scale in last.scales.iter().filter(|scale| scale.change.is_some()) {
            let of_day = |day: &guidelines::outcomes::QuestionnaireResult| {
                let own = day.scales.iter().find(|own| own.scale == scale.scale)?;
                let tone = match (own.change, own.is_better) {
                    (Some(change), Some(false)) if change != 0.0 => Tone::Caution,
                    (Some(change), Some(true)) if change != 0.0 => Tone::Good,
                    _ => Tone::Neutral,
                };
                Some((day.date, format!("{:.0}", own.score?), tone))
            };
            let points = filled().filter_map(of_day).collect();
            let change = scale.change.map_or(0.0, f64::abs);
            lanes.push((
                change,
                Lane { name: format!("{}: {}", last.instrument.to_uppercase(), scale.title), points },
            ));
        }
    }
    lanes.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    lanes.truncate(MOST_SCALES);
    lanes.into_iter().map(|(_, lane)| lane).collect()
}

//! The courses, along the calendar and as a table.

use assessment::{CourseSummary, PlanSummary};
use case::{FractionDoses, Role};

use crate::block::{Block, Cell, Column, Figure, Phrase, Row, Table};
use crate::course_style::{CourseStyle, role_name};
use crate::symbol::Symbol;
use crate::timeline::timeline;
use crate::typeface::Typeface;
use crate::wording::{UNKNOWN, counted, date, dose_number, interval, plain};

/// Figure and table.
pub(super) fn section(courses: &[CourseSummary], styles: &[CourseStyle], typeface: &Typeface) -> Vec<Block> {
    let mut blocks = vec![Block::Heading("Courses")];
    if courses.is_empty() {
        blocks.push(Block::Paragraph(Phrase::plain("No course was found.")));
        return blocks;
    }
    if let Some(drawing) = timeline(courses, styles, typeface) {
        let names: Vec<String> =
            courses.iter().map(|course| format!("{} {}", course.id, date(course.start_date))).collect();
        blocks.push(Block::Figure(Figure {
            drawing,
            caption: Phrase::small(
                "Courses along the calendar. Arrows: interval from the end (else the start) of a course to the start of the current one.",
            ),
            description: format!("Courses along the calendar: {}", names.join(", ")),
        }));
    }
    blocks.push(Block::Table(table(courses)));
    blocks
}

fn table(courses: &[CourseSummary]) -> Table {
    let current = courses.iter().find(|course| course.role == Role::Current);
    let until = current.and_then(|course| course.start_date);
    let rows = courses.iter().flat_map(|course| {
        let described = [
            Cell::from(Phrase::bold(course.id.clone())).below(Phrase::small(role_name(course.role))),
            label(course),
            dates(course),
            Cell::from(interval_words(course, until)),
        ];
        plan_rows(course, &described)
    });
    Table {
        label: "Courses and plans",
        columns: vec![
            Column::words("Course", 40.0),
            Column::words("Label", 68.0),
            Column::words("Start\nEnd", 60.0),
            Column::words("Interval", 72.0),
            Column::words("Plan", 60.0),
            Column::words("Modality", 48.0),
            Column::numbers("Prescribed\nGy", 54.0),
            Column::numbers("Fractions\ngiven/planned", 60.0),
            Column::words("Dose\nRBE", 56.0),
        ],
        rows: rows.collect(),
    }
}

/// One row for each plan; only the first one says what belongs to the course.
fn plan_rows(course: &CourseSummary, described: &[Cell; 4]) -> Vec<Row> {
    if course.plans.is_empty() {
        let unknown = std::iter::repeat_n(Cell::from(UNKNOWN), 5);
        return vec![Row::Cells(described.iter().cloned().chain(unknown).collect())];
    }
    let empty: [Cell; 4] = Default::default();
    let row = |(index, plan): (usize, &PlanSummary)| {
        let shared = if index == 0 { described } else { &empty };
        Row::Cells(shared.iter().cloned().chain(plan_cells(plan, course.is_to_come)).collect())
    };
    course.plans.iter().enumerate().map(row).collect()
}

fn label(course: &CourseSummary) -> Cell {
    let cell = Cell::from(course.label.clone());
    if !course.known_by_record {
        return cell;
    }
    let note = course.note.clone().unwrap_or_else(|| "no source stated".to_owned());
    cell.below(Phrase::signed(Symbol::Warning, "record only: bounds")).below(Phrase::small(note))
}

fn dates(course: &CourseSummary) -> Cell {
    let end = course.end_date.map_or_else(|| "end not known".to_owned(), |day| date(Some(day)));
    Cell::from(date(course.start_date)).below(Phrase::small(end))
}

fn interval_words(course: &CourseSummary, until: Option<chrono::NaiveDate>) -> String {
    match (course.role, course.interval_days) {
        (Role::Current, _) => UNKNOWN.to_owned(),
        (Role::Prior, Some(days)) => interval(days, until),
        (Role::Prior, None) => "not known".to_owned(),
    }
}

fn plan_cells(plan: &PlanSummary, is_to_come: bool) -> [Cell; 5] {
    let (delivered, planned) = (plan.fractions_delivered, plan.fractions_planned);
    let mut fractions = Cell::from(format!("{delivered}/{planned}"));
    if let (Some(per_day), Some(hours)) = (plan.fractions_per_day, plan.hours_between) {
        fractions = fractions.below(Phrase::small(format!("{per_day} a day, {} h apart", plain(hours))));
    }
    match plan.fraction_doses {
        FractionDoses::TotalOverFractions => {}
        FractionDoses::OneFractionTimesN => fractions = fractions.below(Phrase::small("dose of one × n")),
        FractionDoses::EachFraction => fractions = fractions.below(Phrase::small("a dose of each")),
    }
    let missing = i64::from(planned) - i64::from(delivered);
    let rbe = match (plan.rbe_applied, plan.rbe_included) {
        _ if plan.rbe_model.is_some() => {
            format!("RBE by LETd, {}", plan.rbe_model.as_deref().unwrap_or_default())
        }
        (Some(factor), _) => format!("× RBE {} applied", plain(factor)),
        (None, true) => "RBE included".to_owned(),
        (None, false) => "no RBE".to_owned(),
    };
    [
        Cell::from(plan.label.clone()),
        Cell::from(plan.modality.as_str()),
        Cell::from(plan.prescription_gy.map_or(UNKNOWN.to_owned(), dose_number)),
        match missing {
            0 if is_to_come => {
                Cell::from(format!("0/{planned}")).below(Phrase::small("not begun; doses as planned"))
            }
            0 => fractions,
            1.. => fractions.below(Phrase::small(format!("{} not given", counted(missing, "fraction")))),
            _ => fractions.below(Phrase::small("more than planned")),
        },
        Cell::from(plan.dose_type.to_lowercase()).below(Phrase::small(rbe)),
    ]
}

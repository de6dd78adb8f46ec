//! The calendar along the width of a figure.

use chrono::{Datelike, Months, NaiveDate};

use crate::drawing::{Anchor, Drawing, Stroke, TextStyle};
use crate::palette::{AXIS, FAINT, MUTED};

/// Least width for a mark with its label.
const POINTS_PER_MARK: f32 = 52.0;

const LABEL: TextStyle = TextStyle::regular(7.0, MUTED);

/// Days between the left and the right end of a figure.
pub(crate) struct TimeAxis {
    first: NaiveDate,
    last: NaiveDate,
    left: f32,
    right: f32,
    points_per_day: f32,
    margin_days: f32,
}

impl TimeAxis {
    /// From the first to the last of these days with a margin; nothing where there is no day.
    pub(crate) fn over(days: impl Iterator<Item = NaiveDate> + Clone, [left, right]: [f32; 2]) -> Option<Self> {
        let (first, last) = (days.clone().min()?, days.max()?);
        let n_days = ((last - first).num_days() as f32).max(28.0);
        let margin_days = n_days * 0.03;
        let points_per_day = (right - left) / (n_days + 2.0 * margin_days);
        Some(Self { first, last, left, right, points_per_day, margin_days })
    }

    /// Where a day lies.
    pub(crate) fn x(&self, day: NaiveDate) -> f32 {
        self.left + ((day - self.first).num_days() as f32 + self.margin_days) * self.points_per_day
    }

    /// First days of months or years within the axis, few enough to be written side by side.
    fn marks(&self) -> Vec<(NaiveDate, String)> {
        let n_months = 12 * (self.last.year() - self.first.year()) + 2;
        let most = ((self.right - self.left) / POINTS_PER_MARK) as u32;
        let is_few = |step: &&u32| n_months as u32 / **step < most;
        let step = [1, 2, 3, 6, 12, 24, 60, 120].iter().find(is_few).copied().unwrap_or(240);
        let Some(january) = NaiveDate::from_ymd_opt(self.first.year(), 1, 1) else { return Vec::new() };
        let days = (0_u32..).map_while(|index| january.checked_add_months(Months::new(index * step)));
        let form = if step < 12 { "%Y-%m" } else { "%Y" };
        days.take_while(|day| *day <= self.last)
            .filter(|day| self.x(*day) >= self.left)
            .map(|day| (day, day.format(form).to_string()))
            .collect()
    }

    /// Draws marks from the top to the bottom of the lanes, and the axis below them.
    pub(crate) fn draw(&self, drawing: &mut Drawing, [top, bottom]: [f32; 2]) {
        for (day, label) in self.marks() {
            let x = self.x(day);
            drawing.line([x, top], [x, bottom + 3.0], Stroke::solid(FAINT, 0.6));
            // A label at the very edge would be cut off.
            let anchor = match x {
                x if x < self.left + 14.0 => Anchor::Start,
                x if x > self.right - 14.0 => Anchor::End,
                _ => Anchor::Middle,
            };
            drawing.anchored([x, bottom + 12.0], label, LABEL, anchor);
        }
        drawing.line([self.left, bottom], [self.right, bottom], Stroke::solid(AXIS, 0.8));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: [f32; 2] = [6.0, 500.0];

    #[test]
    fn marks_are_few_and_lie_within_the_axis() {
        for years in [0, 1, 2, 5, 12, 30, 70] {
            let day = |year, month| NaiveDate::from_ymd_opt(year, month, 5).unwrap();
            let axis = TimeAxis::over([day(2001, 3), day(2001 + years, 6)].into_iter(), ENDS).unwrap();
            let marks = axis.marks();
            assert!((1..=18).contains(&marks.len()), "{years}: {}", marks.len());
            assert!(marks.iter().all(|(day, _)| (ENDS[0]..=ENDS[1]).contains(&axis.x(*day))), "{years}");
        }
    }

    #[test]
    fn nothing_is_drawn_without_a_day() {
        assert!(TimeAxis::over(std::iter::empty(), ENDS).is_none());
    }
}

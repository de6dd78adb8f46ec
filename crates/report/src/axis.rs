//! Marks along the axis of a plot.

/// A mark: its value and what is written at it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Where it stands.
    pub(crate) value: f64,
    /// What is written at it.
    pub(crate) label: String,
}

/// Marks at round values from zero to the first one that is not below a value.
///
/// There are about four steps of 1, 2, 2.5 or 5 times a power of ten. A value that is not positive gives the marks
/// from 0 to 1.
pub(crate) fn ticks(highest: f64) -> Vec<Tick> {
    const STEPS: f64 = 4.0;
    let highest = if highest.is_finite() && highest > 0.0 { highest } else { 1.0 };
    let rough = highest / STEPS;
    let power = 10_f64.powf(rough.log10().floor());
    // A tolerance far below the resolution of print keeps 80/4 from becoming 25 through rounding.
    let is_enough = |factor: &&f64| **factor * power >= rough * (1.0 - 1e-9);
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].iter().find(is_enough).copied().unwrap_or(10.0) * power;
    let n_steps = (highest / step - 1e-9).ceil().max(1.0) as usize;
    let decimals = decimals(step);
    (0..=n_steps)
        .map(|index| {
            let value = index as f64 * step;
            Tick { value, label: format!("{value:.decimals$}") }
        })
        .collect()
}

/// Number of decimals that write a step exactly.
fn decimals(step: f64) -> usize {
    let is_whole = |n: &usize| {
        let scaled = step * 10_f64.powi(*n as i32);
        (scaled - scaled.round()).abs() < 1e-6 * scaled
    };
    (0..12).find(is_whole).unwrap_or(12)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(highest: f64) -> Vec<String> {
        ticks(highest).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn marks_are_round() {
        assert_eq!(labels(73.2), ["0", "20", "40", "60", "80"]);
        assert_eq!(labels(80.0), ["0", "20", "40", "60", "80"]);
        assert_eq!(labels(100.0), ["0", "25", "50", "75", "100"]);
        assert_eq!(labels(0.9), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
        assert_eq!(labels(5.0), ["0", "2", "4", "6"]);
        assert_eq!(labels(0.0), labels(1.0));
        assert_eq!(labels(f64::NAN), labels(1.0));
    }

    #[test]
    fn the_last_mark_is_not_below_the_value() {
        for tenth in 1..3000 {
            let highest = f64::from(tenth) / 10.0;
            let ticks = ticks(highest);
            assert!((2..=6).contains(&ticks.len()), "{highest}: {ticks:?}");
            assert!(ticks[ticks.len() - 1].value >= highest * (1.0 - 1e-8), "{highest}: {ticks:?}");
        }
    }
}

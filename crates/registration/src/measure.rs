//! A number that speaks for or against a registration, and what it must keep to.

/// What a registration may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing speaks against it; a look at the images is still due.
    Usable,
    /// Something is unusual: look there before relying on it.
    UsableWithCare,
    /// It must not carry a dose.
    Unusable,
}

impl Verdict {
    /// As it is written: `usable`, `usable-with-care` or `unusable`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usable => "usable",
            Self::UsableWithCare => "usable-with-care",
            Self::Unusable => "unusable",
        }
    }
}

/// From where on a measure asks for care, and from where on it forbids use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// Larger values are worse.
    AtMost {
        /// Beyond it, with care.
        usable: f64,
        /// Beyond it, not at all.
        with_care: f64,
    },
    /// Smaller values are worse.
    AtLeast {
        /// Below it, with care.
        usable: f64,
        /// Below it, not at all.
        with_care: f64,
    },
    /// Anything at or below it is worthless.
    Above {
        /// The bound.
        bound: f64,
    },
    /// It is told, and not judged.
    Told,
}

/// A measure with its tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What is measured, in the words of the output.
    pub name: &'static str,
    /// The organ it is measured for, where it is.
    pub organ: Option<String>,
    /// The number.
    pub value: f64,
    /// Its unit: `mm`, `%` or nothing.
    pub unit: &'static str,
    /// What it must keep to.
    pub tolerance: Tolerance,
    /// Key of the bibliography that the tolerance is from, or `rert` where it was set on the pairs of the documentation.
    pub source: &'static str,
}

/// The source of tolerances that were set by this program.
pub const OWN: &str = "rert";

impl Measure {
    /// A measure of the whole registration.
    pub fn new(
        name: &'static str,
        value: f64,
        unit: &'static str,
        tolerance: Tolerance,
        source: &'static str,
    ) -> Self {
        Self { name, organ: None, value, unit, tolerance, source }
    }

    /// What it says of the registration. A number that could not be worked out speaks against it.
    pub fn verdict(&self) -> Verdict {
        let graded = |is_usable: bool, is_with_care: bool| match (is_usable, is_with_care) {
            (true, _) => Verdict::Usable,
            (_, true) => Verdict::UsableWithCare,
            _ => Verdict::Unusable,
        };
        match self.tolerance {
            Tolerance::AtMost { usable, with_care } => graded(self.value <= usable, self.value <= with_care),
            Tolerance::AtLeast { usable, with_care } => graded(self.value >= usable, self.value >= with_care),
            Tolerance::Above { bound } => graded(self.value > bound, false),
            Tolerance::Told => Verdict::Usable,
        }
    }

    /// Why it speaks against the registration, in words; nothing where it does not.
    pub fn objection(&self) -> Option<String> {
        if self.verdict() == Verdict::Usable {
            return None;
        }
        let (bound, limit) = match self.tolerance {
            Tolerance::AtMost { usable, .. } => ("at most", usable),
            Tolerance::AtLeast { usable, .. } => ("at least", usable),
            Tolerance::Above { bound } => ("more than", bound),
            Tolerance::Told => return None,
        };
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        let of = self.organ.as_ref().map(|organ| format!(" of {organ}")).unwrap_or_default();
        let name = self.name.replace('_', " ");
        Some(format!("{name}{of} is {:.2}{unit}, where {bound} {limit}{unit} is expected", self.value))
    }
}

/// The worst that any measure says.
pub fn verdict(measures: &[Measure]) -> Verdict {
    measures.iter().map(Measure::verdict).max().unwrap_or(Verdict::Unusable)
}

/// What speaks against a registration, the worst first, in words; nothing where nothing does.
pub fn objections(measures: &[Measure]) -> Option<String> {
    let mut against: Vec<&Measure> =
        measures.iter().filter(|measure| measure.verdict() > Verdict::Usable).collect();
    against.sort_by_key(|measure| std::cmp::Reverse(measure.verdict()));
    let words: Vec<String> = against.iter().filter_map(|measure| measure.objection()).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(value: f64, tolerance: Tolerance) -> Measure {
        Measure::new("some_distance", value, "mm", tolerance, OWN)
    }

    #[test]
    fn the_worst_measure_decides() {
        let most = Tolerance::AtMost { usable: 2.0, with_care: 4.0 };
        let least = Tolerance::AtLeast { usable: 0.9, with_care: 0.8 };
        assert_eq!(verdict(&[measured(2.0, most), measured(0.9, least)]), Verdict::Usable);
        assert_eq!(verdict(&[measured(3.0, most), measured(0.95, least)]), Verdict::UsableWithCare);
        assert_eq!(verdict(&[measured(1.0, most), measured(0.7, least)]), Verdict::Unusable);
        assert_eq!(
            measured(3.0, most).objection().unwrap(),
            "some distance is 3.00 mm, where at most 2 mm is expected"
        );
    }

    #[test]
    fn what_is_not_known_is_not_usable() {
        assert_eq!(verdict(&[]), Verdict::Unusable);
        let most = Tolerance::AtMost { usable: 2.0, with_care: 4.0 };
        assert_eq!(measured(f64::NAN, most).verdict(), Verdict::Unusable);
        assert_eq!(measured(f64::NAN, Tolerance::Told).verdict(), Verdict::Usable);
        let above = Tolerance::Above { bound: 0.0 };
        assert_eq!(measured(0.0, above).verdict(), Verdict::Unusable);
        assert_eq!(
            measured(0.0, above).objection().unwrap(),
            "some distance is 0.00 mm, where more than 0 mm is expected"
        );
    }
}

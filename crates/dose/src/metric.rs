//! Dose–volume measures by their names.

use std::fmt;

use crate::Dvh;

/// A measure such as `D0.1cc`, `D2%`, `V20Gy`, `V20Gy[%]`, `gEUD(8)`, `Dmean` or `Dmax`.
///
/// `Dmax` is the dose to the hottest sample; a near-maximum (`D0.03cc`, `D2%`) is a different measure and the two
/// are never exchanged (H33).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// Lowest dose within the hottest volume in cc.
    DoseAtCc(f64),
    /// Lowest dose within the hottest percent of volume.
    DoseAtPercent(f64),
    /// Volume that receives at least a dose in gray.
    VolumeAtGy(f64),
    /// Percent of the volume that receives at least a dose in gray.
    PercentAtGy(f64),
    /// Generalised equivalent uniform dose with its parameter `a`.
    EquivalentUniformDose(f64),
    /// Mean dose.
    Mean,
    /// Highest dose.
    Max,
    /// Lowest dose.
    Min,
}

/// A text that names no measure.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("\"{0}\" names no dose–volume measure; write D0.1cc, D2%, V20Gy, V20Gy[%], gEUD(8), Dmean, Dmax or Dmin")]
pub struct MetricError(String);

impl std::str::FromStr for Metric {
    type Err = MetricError;

    fn from_str(text: &str) -> Result<Self, MetricError> {
        let unknown = || MetricError(text.to_owned());
        match text {
            "Dmean" | "mean" => return Ok(Self::Mean),
            "Dmax" | "max" => return Ok(Self::Max),
            "Dmin" | "min" => return Ok(Self::Min),
            _ => {}
        }
        let number = |digits: &str| {
            let value = digits.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0);
            value.filter(|_| digits.starts_with(|c: char| c.is_ascii_digit())).ok_or_else(unknown)
        };
        if let Some(digits) = text.strip_prefix("gEUD(").and_then(|rest| rest.strip_suffix(')')) {
            let a = digits.parse::<f64>().ok().filter(|a| a.is_finite() && *a != 0.0);
            return a.map(Self::EquivalentUniformDose).ok_or_else(unknown);
        }
        if let Some(rest) = text.strip_prefix('D') {
            if let Some(digits) = rest.strip_suffix("cc") {
                return number(digits).map(Self::DoseAtCc);
            }
            if let Some(digits) = rest.strip_suffix('%') {
                let percent = number(digits)?;
                return if percent <= 100.0 { Ok(Self::DoseAtPercent(percent)) } else { Err(unknown()) };
            }
        }
        let volume = text.strip_prefix('V').ok_or_else(unknown)?;
        match (volume.strip_suffix("Gy"), volume.strip_suffix("Gy[%]")) {
            (Some(digits), _) => number(digits).map(Self::VolumeAtGy),
            (_, Some(digits)) => number(digits).map(Self::PercentAtGy),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoseAtCc(volume) => write!(formatter, "D{volume}cc"),
            Self::DoseAtPercent(percent) => write!(formatter, "D{percent}%"),
            Self::VolumeAtGy(dose) => write!(formatter, "V{dose}Gy"),
            Self::PercentAtGy(dose) => write!(formatter, "V{dose}Gy[%]"),
            Self::EquivalentUniformDose(a) => write!(formatter, "gEUD({a})"),
            Self::Mean => formatter.write_str("Dmean"),
            Self::Max => formatter.write_str("Dmax"),
            Self::Min => formatter.write_str("Dmin"),
        }
    }
}

impl Metric {
    /// Unit of the value: `Gy`, `cc` or `%`.
    pub fn unit(&self) -> &'static str {
        match self {
            Self::VolumeAtGy(_) => "cc",
            Self::PercentAtGy(_) => "%",
            _ => "Gy",
        }
    }

    /// The value in its [`Self::unit`]; nothing when the organ is too small.
    pub fn of(&self, dvh: &Dvh) -> Option<f64> {
        match self {
            Self::DoseAtCc(volume) => dvh.d_cc(*volume),
            Self::DoseAtPercent(percent) => dvh.d_percent(*percent),
            Self::VolumeAtGy(dose) => Some(dvh.v_gy(*dose)),
            Self::PercentAtGy(dose) => Some(100.0 * dvh.v_gy(*dose) / dvh.volume_cc()),
            Self::EquivalentUniformDose(a) => Some(dvh.geud_gy(*a)),
            Self::Mean => Some(dvh.mean_gy()),
            Self::Max => Some(dvh.max_gy()),
            Self::Min => Some(dvh.min_gy()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h33_measures_are_told_apart_or_refused() {
        let read = |text: &str| text.parse::<Metric>();
        assert_eq!(read("D0.1cc"), Ok(Metric::DoseAtCc(0.1)));
        assert_eq!(read("D2%"), Ok(Metric::DoseAtPercent(2.0)));
        assert_eq!(read("V20Gy"), Ok(Metric::VolumeAtGy(20.0)));
        assert_eq!(read("V20Gy[%]"), Ok(Metric::PercentAtGy(20.0)));
        assert_eq!(read("Dmax"), Ok(Metric::Max));
        assert_eq!(read("Dmean"), Ok(Metric::Mean));
        for unknown in [
            "D0,1cc",
            "D2",
            "V20",
            "V20%",
            "V20Gy%",
            "V20Gy[cc]",
            "Dcc",
            "D-1cc",
            "Dnancc",
            "D101%",
            "gEUD",
            "gEUD(0)",
            "maximum",
            "",
        ] {
            assert!(read(unknown).is_err(), "{unknown}");
        }
    }

    #[test]
    fn names_survive_being_written_and_read() {
        for name in ["D0.03cc", "D98%", "V5Gy", "V20Gy[%]", "gEUD(-10)", "gEUD(8)", "Dmean", "Dmax", "Dmin"] {
            assert_eq!(name.parse::<Metric>().unwrap().to_string(), name);
        }
    }
}

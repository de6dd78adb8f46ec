//! How a command ends when it does not succeed.

/// A failure with its exit code.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something could not be done.
    #[error("{0}")]
    Failed(String),
    /// The command was used in a wrong way.
    #[error("{0}")]
    Usage(String),
    /// Something was refused for safety; the findings say what.
    #[error("refused for safety: {0}")]
    Refused(String),
}

impl Failure {
    /// 1 failed, 2 wrong usage, 3 refused for safety.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
        }
    }

    /// The refusals among findings as one failure; nothing when there are none.
    pub fn refusal(findings: &[case::Finding]) -> Option<Self> {
        let refusals: Vec<&case::Finding> =
            findings.iter().filter(|finding| finding.severity == case::Severity::Refuse).collect();
        let first = refusals.first()?;
        let more = match refusals.len() {
            1 => String::new(),
            n => format!(" (and {} more refusals, see the findings)", n - 1),
        };
        Some(Self::Refused(format!("{} {}: {}{more}", first.code, first.subject, first.message)))
    }
}

/// A failure that says what was being done.
pub fn while_doing<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> Failure {
    let what = what.to_owned();
    move |error| Failure::Failed(format!("{what}: {error}"))
}

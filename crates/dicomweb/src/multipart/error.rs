//! Why a body of many parts cannot be read.

/// Why a body of many parts cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MultipartError {
    /// There is no boundary.
    #[error("reading a body of many parts: its content type names no boundary that can be used")]
    Boundary,
    /// Something stands where only a boundary may.
    #[error("reading a body of many parts: something stands {0}")]
    Stray(&'static str),
    /// Headers of a part that are none.
    #[error("reading a body of many parts: the headers of part {0} are not those of a part")]
    Headers(u64),
    /// More than is taken.
    #[error("reading a body of many parts: it has more than {most} {what}, the most that is taken")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much is taken.
        most: u64,
    },
    /// It ends before its closing boundary.
    #[error("reading a body of many parts: it ends before its closing boundary, after {0} whole parts")]
    BrokenOff(u64),
}

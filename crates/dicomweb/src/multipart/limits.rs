//! How much of a body is taken.

/// How much of a body is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the headers of a part.
    pub header_bytes: usize,
    /// Parts.
    pub parts: u64,
    /// Bytes of a part.
    pub part_bytes: u64,
    /// Bytes of the body.
    pub total_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { header_bytes: 8 << 10, parts: 100_000, part_bytes: 4 << 30, total_bytes: 256 << 30 }
    }
}

//! What stands between parts that are written.

use super::Boundary;

impl Boundary {
    /// What begins a part; the first one too, since an empty preamble may stand before it.
    pub fn opening(&self, content_type: &str, location: Option<&str>) -> String {
        let location = location.map(|address| format!("Content-Location: {address}\r\n")).unwrap_or_default();
        format!("\r\n--{self}\r\nContent-Type: {content_type}\r\n{location}\r\n")
    }

    /// What ends the last part.
    pub fn closing(&self) -> String {
        format!("\r\n--{self}--\r\n")
    }
}

//! The headers of a part.

use crate::MediaType;

/// The headers of a part that anybody here looks at. Its length is none of them: the boundary alone says where a part ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartHeaders {
    /// What it is; nothing where it does not say.
    pub content_type: Option<MediaType>,
    /// Where it can be found.
    pub location: Option<String>,
}

impl PartHeaders {
    /// Reads the lines before the empty one; nothing where they are no headers, or say something twice.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut headers = Self::default();
        for line in text.split("\r\n").filter(|line| !line.is_empty()) {
            // A line that begins with a space would continue the one before it, which nobody writes any longer.
            if line.starts_with([' ', '\t']) || line.chars().any(|letter| letter.is_control() && letter != '\t') {
                return None;
            }
            let (name, value) = line.split_once(':')?;
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-type") {
                let kind = MediaType::read(value)?;
                if headers.content_type.replace(kind).is_some() {
                    return None;
                }
            } else if name.eq_ignore_ascii_case("content-location")
                && headers.location.replace(value.to_owned()).is_some()
            {
                return None;
            }
        }
        Some(headers)
    }
}

//! Media types as they stand in `Content-Type` and `Accept` (RFC 9110, 8.3.1).

/// A media type with its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaType {
    /// In lower case, as `multipart/related`.
    pub essence: String,
    /// Names in lower case, values as they stand without quotes.
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads one; nothing where it is none.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = split(text, ';').into_iter();
        let essence = parts.next()?.trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let mut parameters: Vec<(String, String)> = Vec::new();
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=')?;
            let name = name.trim().to_ascii_lowercase();
            // Which of two boundaries holds would hang on the reader.
            if !is_token(&name) || parameters.iter().any(|(other, _)| *other == name) {
                return None;
            }
            parameters.push((name, unquoted(value.trim())?));
        }
        Some(Self { essence, parameters })
    }

    /// Reads a list of those that somebody takes, in its order.
    pub fn read_list(text: &str) -> Vec<Self> {
        split(text, ',').into_iter().filter_map(Self::read).collect()
    }

    /// How much it is wanted, in thousandths: all where that is not said or cannot be read, nothing where it is refused.
    pub fn weight(&self) -> u16 {
        let told = self.parameter("q").and_then(|weight| weight.parse::<f32>().ok());
        told.filter(|weight| (0.0..=1.0).contains(weight)).map_or(1000, |weight| (weight * 1000.0).round() as u16)
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is a `multipart/related` of parts of a type.
    pub fn is_related(&self, kind: &str) -> bool {
        let told = self.parameter("type").is_some_and(|told| told.eq_ignore_ascii_case(kind));
        self.essence == "multipart/related" && told
    }
}

/// Splits at a sign that does not stand between quotes.
fn split(text: &str, at: char) -> Vec<&str> {
    let (mut parts, mut begin, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (index, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if letter == at && !is_quoted => {
                parts.push(&text[begin..index]);
                begin = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts
}

fn unquoted(value: &str) -> Option<String> {
    let Some(inner) = value.strip_prefix('"') else {
        // Also what should be quoted and often is not, as `type=application/dicom`.
        let is_plain = value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
        return (is_plain && !value.is_empty()).then(|| value.to_owned());
    };
    let inner = inner.strip_suffix('"')?;
    let (mut text, mut is_escaped) = (String::new(), false);
    for letter in inner.chars() {
        match letter {
            '\\' if !is_escaped => is_escaped = true,
            '"' if !is_escaped => return None,
            _ => {
                is_escaped = false;
                text.push(letter);
            }
        }
    }
    (!is_escaped).then_some(text)
}

fn is_token(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_sign)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn quotes_keep_what_stands_between_them_together() {
        let read =
            MediaType::read(r#"Multipart/Related; TYPE="application/dicom"; boundary="a;b,\"c\"""#).unwrap();
        assert!(read.is_related("application/dicom"));
        assert_eq!(read.parameter("boundary"), Some(r#"a;b,"c""#));
        let list = MediaType::read_list(r#"multipart/related; type="a/b,c", application/json;q=0, */*;q=0.1"#);
        let told = |kind: &MediaType| (kind.essence.clone(), kind.weight());
        let expected = [("multipart/related", 1000), ("application/json", 0), ("*/*", 100)];
        assert_eq!(
            list.iter().map(told).collect::<Vec<_>>(),
            expected.map(|(essence, q)| (essence.to_owned(), q))
        );
        assert_eq!(MediaType::read("a/b; q=x").unwrap().weight(), 1000);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_none() {
        for text in [
            "",
            "multipart",
            "a/b; boundary",
            "a/b; boundary=x; boundary=y",
            "a/b; boundary=\"x",
            "a/ b;c=d",
            "a/b; c=\"d\"e",
        ] {
            assert_eq!(MediaType::read(text), None, "{text}");
        }
        assert!(MediaType::read("a/b; ;").is_some());
    }
}

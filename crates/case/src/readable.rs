//! Text that comes from elsewhere, without the characters that would change how the text around it is read.

/// Replaces control characters and those that turn the direction of letters, which could make `43.5 Gy` behind a name read as
/// `yG 5.34`, or steer a terminal. Line breaks are those of Unix, and tabs stay.
///
/// ```
/// assert_eq!(case::readable("Lung\u{202e}_L\u{1b}[31m"), "Lung\u{fffd}_L\u{fffd}[31m");
/// assert_eq!(case::readable("two\r\nlines\rand one"), "two\nlines\nand one");
/// ```
pub fn readable(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().map(|letter| if is_readable(letter) { letter } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// Whether a character may stand in a text that is shown.
pub fn is_readable(letter: char) -> bool {
    let turns =
        matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
    !turns && (!letter.is_control() || matches!(letter, '\n' | '\t'))
}

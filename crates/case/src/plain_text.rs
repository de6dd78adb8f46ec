//! Text reduced to what survives other spellings.

/// Letters and digits in lower case, without the accents of the Latin alphabets and with the usual transliterations.
///
/// ```
/// assert_eq!(case::plain_text("Rücken-Mark 2"), "rueckenmark2");
/// ```
pub fn plain_text(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).flat_map(plain_letters).filter(|c| c.is_alphanumeric()).collect()
}

fn plain_letters(letter: char) -> impl Iterator<Item = char> {
    let two = match letter {
        'ä' | 'æ' => ['a', 'e'],
        'ö' | 'ø' | 'œ' => ['o', 'e'],
        'ü' => ['u', 'e'],
        'ß' => ['s', 's'],
        'á' | 'à' | 'â' | 'ã' | 'å' | 'ą' => ['a', ' '],
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => ['e', ' '],
        'í' | 'ì' | 'î' | 'ï' | 'ı' => ['i', ' '],
        'ó' | 'ò' | 'ô' | 'õ' => ['o', ' '],
        'ú' | 'ù' | 'û' | 'ů' => ['u', ' '],
        'ç' | 'č' | 'ć' => ['c', ' '],
        'ñ' | 'ń' | 'ň' => ['n', ' '],
        'ğ' => ['g', ' '],
        'ř' => ['r', ' '],
        'ý' => ['y', ' '],
        'ď' => ['d', ' '],
        'ť' => ['t', ' '],
        'š' | 'ś' | 'ş' => ['s', ' '],
        'ž' | 'ż' | 'ź' => ['z', ' '],
        'ł' => ['l', ' '],
        other => [other, ' '],
    };
    two.into_iter()
}

//! Values with signs that stand for others (PS3.4 C.2.2.2).

/// Whether a text fits a pattern in which `*` stands for any letters and `?` for one.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    // Where the last star stood, and how much it has taken so far: no more than the last one needs to be tried again.
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[read] => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((star_at, taken)) => {
                    star = Some((star_at, taken + 1));
                    at = star_at + 1;
                    read = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

/// The same for names: without regard to case, and to components that are empty at the end.
pub(super) fn name_fits(pattern: &str, name: &str) -> bool {
    let plain = |text: &str| text.trim_end_matches(['^', ' ']).to_lowercase();
    let (pattern, whole) = (plain(pattern), plain(name));
    // Any of the ways to write a name may be meant.
    fits(&pattern, &whole) || whole.split('=').any(|way| fits(&pattern, &plain(way)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_letters() {
        for (pattern, text) in
            [("*", ""), ("a*c", "abc"), ("a*c", "ac"), ("?b?", "abc"), ("*b*b", "abbab"), ("", ""), ("**", "x")]
        {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a", ""), ("a?", "a"), ("*b", "abc"), ("A", "a"), ("a*b*c", "acb")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn names_fit_without_regard_to_case() {
        assert!(name_fits("MÜLLER*", "Müller^Anna"));
        assert!(name_fits("m?ller^anna", "Müller^Anna^^"));
        assert!(name_fits("山田^太郎", "Yamada^Tarou=山田^太郎"));
        assert!(!name_fits("müller", "Müller^Anna"));
    }

    #[test]
    fn many_stars_take_no_long_time() {
        assert!(!fits(&"*a".repeat(200), &"a".repeat(199)));
        assert!(!fits(&format!("{}b", "a*".repeat(500)), &"a".repeat(5000)));
    }
}

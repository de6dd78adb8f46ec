//! How alike two words are.

/// The fewest letters to insert, delete, replace or exchange with their neighbour that make one word of another; nothing beyond
/// `most`.
///
/// # Source
/// Damerau–Levenshtein distance with exchanges of neighbours only.
pub(crate) fn typos(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (index, row) in rows.iter_mut().enumerate() {
        row[0] = index;
    }
    for (index, value) in rows[0].iter_mut().enumerate() {
        *value = index;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    Some(rows[a.len()][b.len()]).filter(|distance| *distance <= most)
}

/// How many typos a word of some length may have.
pub(crate) fn most_typos(word: &str) -> usize {
    match word.chars().count() {
        0..5 => 0,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_counted() {
        assert_eq!(typos("brain", "brian", 2), Some(1));
        assert_eq!(typos("parotid", "parotd", 2), Some(1));
        assert_eq!(typos("parotid", "parotid", 2), Some(0));
        assert_eq!(typos("rectum", "sternum", 2), None);
        assert_eq!(typos("heart", "liver", 9), Some(5));
    }
}

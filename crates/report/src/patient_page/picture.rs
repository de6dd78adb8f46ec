//! A hundred people, some of them filled.

/// Ten rows of ten; the first `low` are filled, those up to `high` half.
pub(super) fn people(low: u8, high: u8) -> String {
    let label = if low == high { format!("{low} of 100") } else { format!("{low} to {high} of 100") };
    let mut picture =
        format!("<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 100 100\" width=\"76\" height=\"76\">");
    for number in 0..100_u8 {
        let (column, row) = (number % 10, number / 10);
        let fill = match number {
            _ if number < low => "#12304a",
            _ if number < high => "#7f9db5",
            _ => "#ffffff",
        };
        let (x, y) = (u32::from(column) * 10 + 5, u32::from(row) * 10 + 5);
        picture += &format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"3.8\" fill=\"{fill}\" stroke=\"#12304a\" stroke-width=\"0.8\"/>"
        );
    }
    picture + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_filled_as_are_told() {
        let picture = people(7, 12);
        assert_eq!(picture.matches("fill=\"#12304a\"").count(), 7);
        assert_eq!(picture.matches("#7f9db5").count(), 5);
        assert_eq!(picture.matches("<circle").count(), 100);
        assert!(picture.contains("7 to 12 of 100"));
    }
}

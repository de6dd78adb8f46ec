//! Texts with points: one a line, under a head that names the columns.

use geometry::Point;

/// Points of the columns of the names given; other columns are left alone.
pub fn read(text: &str, names: [&str; 3]) -> Result<Vec<Point>, String> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let head: Vec<&str> = lines.next().ok_or("it is empty")?.trim_start_matches('\u{feff}').split(',').collect();
    let column = |name: &str| {
        let found = head.iter().position(|cell| cell.trim() == name);
        found.ok_or_else(|| format!("its first line names no column \"{name}\""))
    };
    let columns = [column(names[0])?, column(names[1])?, column(names[2])?];
    let point = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |column: usize| {
            let value = cells.get(column).and_then(|cell| cell.trim().parse::<f64>().ok());
            value.filter(|value| value.is_finite()).ok_or_else(|| format!("the line \"{line}\" holds no point"))
        };
        Ok(Point::new(number(columns[0])?, number(columns[1])?, number(columns[2])?))
    };
    lines.map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_by_the_names_of_their_columns() {
        let names = ["x", "y", "z"];
        let found = read("name,z,x,y\nA, 3, 1, 2\n\nB,6,4,5\n", names).unwrap();
        assert_eq!(found, [Point::new(1.0, 2.0, 3.0), Point::new(4.0, 5.0, 6.0)]);
        for wrong in ["", "a,b,c\n1,2,3", "x,y,z\n1,2", "x,y,z\n1,2,nan", "x,y,z\n1,2,q"] {
            assert!(read(wrong, names).is_err(), "{wrong}");
        }
    }
}

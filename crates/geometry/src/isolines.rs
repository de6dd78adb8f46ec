//! Lines of equal value on a plane raster.

/// A raster of values, row by row.
#[derive(Clone, Copy, Debug)]
pub struct Raster<'a> {
    /// Values, the first row first.
    pub values: &'a [f32],
    /// Number of columns.
    pub columns: usize,
}

/// Traces the lines at `level` by marching squares; points are in units of pixels, centres at whole numbers.
///
/// Each line is a list of points `[column, row]`; a closed line ends where it began. A saddle is split by its mean.
pub fn isolines(raster: Raster<'_>, level: f32) -> Vec<Vec<[f32; 2]>> {
    join(segments(raster, level))
}

/// Ends of a segment, named by the edge of the raster they lie on so that neighbours meet exactly.
type EdgeId = (usize, usize, bool);

struct Segment {
    ends: [EdgeId; 2],
    points: [[f32; 2]; 2],
}

fn segments(raster: Raster<'_>, level: f32) -> Vec<Segment> {
    let columns = raster.columns;
    let rows = raster.values.len() / columns.max(1);
    let value = |column: usize, row: usize| raster.values[row * columns + column];
    let mut segments = Vec::new();
    for row in 0..rows.saturating_sub(1) {
        for column in 0..columns.saturating_sub(1) {
            let corners =
                [value(column, row), value(column + 1, row), value(column + 1, row + 1), value(column, row + 1)];
            let inside = corners.map(|corner| corner >= level);
            let case =
                inside.iter().enumerate().filter(|(_, inside)| **inside).map(|(bit, _)| 1 << bit).sum::<u8>();
            let high_centre = corners.iter().sum::<f32>() / 4.0 >= level;
            for pair in edges_of_case(case, high_centre) {
                segments.push(segment(pair, corners, level, [column, row]));
            }
        }
    }
    segments
}

/// Edges (0 top, 1 right, 2 bottom, 3 left) that the line joins.
fn edges_of_case(case: u8, high_centre: bool) -> &'static [[usize; 2]] {
    match (case, high_centre) {
        (1 | 14, _) => &[[3, 0]],
        (2 | 13, _) => &[[0, 1]],
        (3 | 12, _) => &[[3, 1]],
        (4 | 11, _) => &[[1, 2]],
        (6 | 9, _) => &[[0, 2]],
        (7 | 8, _) => &[[3, 2]],
        (5, true) | (10, false) => &[[0, 1], [2, 3]],
        (5, false) | (10, true) => &[[3, 0], [1, 2]],
        _ => &[],
    }
}

fn segment(pair: &[usize; 2], corners: [f32; 4], level: f32, [column, row]: [usize; 2]) -> Segment {
    let fraction = |from: usize, to: usize| {
        let difference = corners[to] - corners[from];
        if difference == 0.0 { 0.5 } else { ((level - corners[from]) / difference).clamp(0.0, 1.0) }
    };
    let (x, y) = (column as f32, row as f32);
    let end = |edge: usize| -> (EdgeId, [f32; 2]) {
        match edge {
            0 => ((column, row, true), [x + fraction(0, 1), y]),
            1 => ((column + 1, row, false), [x + 1.0, y + fraction(1, 2)]),
            2 => ((column, row + 1, true), [x + fraction(3, 2), y + 1.0]),
            _ => ((column, row, false), [x, y + fraction(0, 3)]),
        }
    };
    let (first, second) = (end(pair[0]), end(pair[1]));
    Segment { ends: [first.0, second.0], points: [first.1, second.1] }
}

fn join(segments: Vec<Segment>) -> Vec<Vec<[f32; 2]>> {
    let mut at_end: std::collections::BTreeMap<EdgeId, Vec<usize>> = std::collections::BTreeMap::new();
    for (index, segment) in segments.iter().enumerate() {
        segment.ends.iter().for_each(|end| at_end.entry(*end).or_default().push(index));
    }
    let mut used = vec![false; segments.len()];
    let mut lines = Vec::new();
    for index in 0..segments.len() {
        if used[index] {
            continue;
        }
        used[index] = true;
        let forward = follow(&segments, &at_end, &mut used, segments[index].ends[1]);
        let mut backward = follow(&segments, &at_end, &mut used, segments[index].ends[0]);
        backward.reverse();
        let mut line = backward;
        line.extend(segments[index].points);
        line.extend(forward);
        lines.push(line);
    }
    lines
}

fn follow(
    segments: &[Segment],
    at_end: &std::collections::BTreeMap<EdgeId, Vec<usize>>,
    used: &mut [bool],
    mut end: EdgeId,
) -> Vec<[f32; 2]> {
    let mut points = Vec::new();
    while let Some(&next) = at_end[&end].iter().find(|&&index| !used[index]) {
        used[next] = true;
        let other = usize::from(segments[next].ends[0] == end);
        points.push(segments[next].points[other]);
        end = segments[next].ends[other];
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_gives_one_closed_line_of_its_radius() {
        let values: Vec<f32> = (0..41 * 41)
            .map(|index| {
                let (x, y) = ((index % 41) as f32 - 20.0, (index / 41) as f32 - 20.0);
                (x * x + y * y).sqrt()
            })
            .collect();
        let lines = isolines(Raster { values: &values, columns: 41 }, 12.5);
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        let (first, last) = (line[0], line[line.len() - 1]);
        assert!((first[0] - last[0]).abs() < 1e-5 && (first[1] - last[1]).abs() < 1e-5);
        for point in line {
            let radius = ((point[0] - 20.0).powi(2) + (point[1] - 20.0).powi(2)).sqrt();
            assert!((radius - 12.5).abs() < 0.05, "{radius}");
        }
    }

    #[test]
    fn a_flat_raster_has_no_lines() {
        assert!(isolines(Raster { values: &[1.0; 9], columns: 3 }, 2.0).is_empty());
        assert!(isolines(Raster { values: &[], columns: 0 }, 2.0).is_empty());
    }
}

//! A square lattice of points in the plane of contours.

/// Points at equal distances along both directions of a plane.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lattice {
    /// Plane coordinates of the first point.
    pub origin_mm: [f64; 2],
    /// Distance of neighbours.
    pub step_mm: f64,
    /// Number of points along the first direction.
    pub n_columns: usize,
    /// Number of points along the second direction.
    pub n_rows: usize,
}

impl Lattice {
    /// A lattice that covers a rectangle with `margin_mm` to spare on every side.
    pub fn covering(low: [f64; 2], high: [f64; 2], step_mm: f64, margin_mm: f64) -> Self {
        let n_points = |axis: usize| ((high[axis] - low[axis] + 2.0 * margin_mm) / step_mm).ceil() as usize + 2;
        // Half a step aside, so that no point falls on the corners of a box that was drawn on whole millimetres.
        let start = |axis: usize| low[axis] - margin_mm - step_mm / 2.0;
        Self { origin_mm: [start(0), start(1)], step_mm, n_columns: n_points(0), n_rows: n_points(1) }
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.n_columns * self.n_rows
    }

    /// First coordinate of a column.
    pub fn column_mm(&self, column: usize) -> f64 {
        self.origin_mm[0] + column as f64 * self.step_mm
    }

    /// Second coordinate of a row.
    pub fn row_mm(&self, row: usize) -> f64 {
        self.origin_mm[1] + row as f64 * self.step_mm
    }

    /// The row below a coordinate and the fraction of the way to the next one; nothing outside.
    pub fn row_at(&self, row_mm: f64) -> Option<(usize, f32)> {
        let index = (row_mm - self.origin_mm[1]) / self.step_mm;
        if !(index >= 0.0 && index <= (self.n_rows - 1) as f64) {
            return None;
        }
        let lower = (index as usize).min(self.n_rows - 2);
        Some((lower, (index - lower as f64) as f32))
    }

    /// Columns or rows within a stretch of coordinates, with one to spare on both sides.
    pub fn within(&self, axis: usize, from_mm: f64, to_mm: f64) -> std::ops::Range<usize> {
        let n = if axis == 0 { self.n_columns } else { self.n_rows };
        let index = |value: f64| (value - self.origin_mm[axis]) / self.step_mm;
        let first = (index(from_mm).floor() - 1.0).max(0.0) as usize;
        let last = (index(to_mm).ceil() + 2.0).clamp(0.0, n as f64) as usize;
        first..last.max(first)
    }

    /// The area on which values are positive, with straight lines between the points.
    ///
    /// Every square is cut into two triangles, and the positive part of a triangle is known exactly.
    pub fn positive_area_mm2(&self, values: &[f32]) -> f64 {
        let mut n_triangles = 0_usize;
        let mut part = 0.0;
        for row in 0..self.n_rows - 1 {
            let lower = &values[row * self.n_columns..(row + 1) * self.n_columns];
            let upper = &values[(row + 1) * self.n_columns..(row + 2) * self.n_columns];
            for (low, high) in lower.windows(2).zip(upper.windows(2)) {
                let n_inside = [low[0], low[1], high[0], high[1]].iter().filter(|value| **value > 0.0).count();
                match n_inside {
                    0 => {}
                    4 => n_triangles += 2,
                    _ => {
                        part +=
                            positive_part([low[0], low[1], high[1]]) + positive_part([low[0], high[1], high[0]]);
                    }
                }
            }
        }
        (n_triangles as f64 + part) * self.step_mm * self.step_mm / 2.0
    }
}

/// The part of a triangle on which the linear function with these corner values is positive.
fn positive_part(corners: [f32; 3]) -> f64 {
    let [a, b, c] = corners.map(f64::from);
    let alone = |tip: f64, left: f64, right: f64| tip / (tip - left) * (tip / (tip - right));
    match [a > 0.0, b > 0.0, c > 0.0] {
        [false, false, false] => 0.0,
        [true, true, true] => 1.0,
        [true, false, false] => alone(a, b, c),
        [false, true, false] => alone(b, a, c),
        [false, false, true] => alone(c, a, b),
        [false, true, true] => 1.0 - alone(a, b, c),
        [true, false, true] => 1.0 - alone(b, a, c),
        [true, true, false] => 1.0 - alone(c, a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_positive_area_of_a_plane_is_exact() {
        let lattice = Lattice { origin_mm: [0.0, 0.0], step_mm: 1.0, n_columns: 5, n_rows: 4 };
        // x + y < 2.5 cuts a triangle of 2.5 by 2.5 from the corner.
        let values: Vec<f32> = (0..20).map(|index| 2.5 - (index % 5) as f32 - (index / 5) as f32).collect();
        assert!((lattice.positive_area_mm2(&values) - 2.5 * 2.5 / 2.0).abs() < 1e-6);
    }
}

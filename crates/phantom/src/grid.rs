//! A regular lattice of voxel centres in patient coordinates.

/// Voxel centres of an image or a dose, LPS, mm.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// Centre of the first voxel.
    pub(crate) origin_mm: [f64; 3],
    /// Directions of rising column, row and frame index.
    pub(crate) directions: [[f64; 3]; 3],
    /// Distance between columns, rows and frames.
    pub(crate) spacing_mm: [f64; 3],
    /// Number of columns, rows and frames.
    pub(crate) size: [usize; 3],
}

impl Grid {
    /// Lattice that fills a box around `centre_mm`, with rows and columns along `orientation`
    /// (Image Orientation (Patient)) and frames along their cross product.
    ///
    /// Box and spacing are given along the patient's x, y and z. For orientations along the
    /// patient's axes the voxel centres are therefore the same points, whatever the orientation.
    pub(crate) fn filling(
        size_mm: [f64; 3],
        spacing_mm: [f64; 3],
        centre_mm: [f64; 3],
        orientation: [f64; 6],
    ) -> Self {
        let [a, b, c, d, e, f] = orientation;
        let directions = [[a, b, c], [d, e, f], cross([a, b, c], [d, e, f])];
        let spacing = directions.map(|direction| spacing_along(direction, spacing_mm));
        let size = [0, 1, 2].map(|axis| {
            let extent_mm: f64 = (0..3).map(|k| directions[axis][k].abs() * size_mm[k]).sum();
            ((extent_mm / spacing[axis] - 1e-9).ceil() as usize).max(1)
        });
        let mut origin_mm = centre_mm;
        for axis in 0..3 {
            let half_mm = 0.5 * (size[axis] as f64 - 1.0) * spacing[axis];
            for k in 0..3 {
                origin_mm[k] -= half_mm * directions[axis][k];
            }
        }
        Self { origin_mm, directions, spacing_mm: spacing, size }
    }

    /// Centre of a voxel.
    pub(crate) fn position_mm(&self, index: [usize; 3]) -> [f64; 3] {
        let mut position = self.origin_mm;
        for axis in 0..3 {
            let way_mm = index[axis] as f64 * self.spacing_mm[axis];
            for k in 0..3 {
                position[k] += way_mm * self.directions[axis][k];
            }
        }
        position
    }

    /// A function of all voxel centres of one frame, row after row.
    pub(crate) fn sample_frame<T>(&self, frame: usize, mut value: impl FnMut([f64; 3]) -> T) -> Vec<T> {
        let mut values = Vec::with_capacity(self.size[0] * self.size[1]);
        for row in 0..self.size[1] {
            for column in 0..self.size[0] {
                values.push(value(self.position_mm([column, row, frame])));
            }
        }
        values
    }

    /// Image Orientation (Patient).
    pub(crate) fn orientation(&self) -> [f64; 6] {
        let [[a, b, c], [d, e, f], _] = self.directions;
        [a, b, c, d, e, f]
    }

    /// Whether every frame lies at one patient z.
    pub(crate) fn is_axial(&self) -> bool {
        let [_, _, normal] = self.directions;
        normal[0].abs() < 1e-9 && normal[1].abs() < 1e-9
    }
}

/// Spacing along a direction: that of the patient's axis where the two agree.
fn spacing_along(direction: [f64; 3], spacing_mm: [f64; 3]) -> f64 {
    (0..3)
        .map(|k| {
            let part = direction[k] * spacing_mm[k];
            part * part
        })
        .sum::<f64>()
        .sqrt()
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centres(orientation: [f64; 6]) -> Vec<[i64; 3]> {
        let grid = Grid::filling([20.0, 30.0, 12.0], [2.0, 3.0, 4.0], [1.0, 2.5, -7.0], orientation);
        let mut centres: Vec<[i64; 3]> = (0..grid.size[2])
            .flat_map(|frame| grid.sample_frame(frame, |p| p.map(|part| (part * 1e6).round() as i64)))
            .collect();
        centres.sort_unstable();
        centres
    }

    #[test]
    fn every_axis_orientation_samples_the_same_points() {
        let axial = centres([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(axial.len(), 10 * 10 * 3);
        for orientation in [
            [-1.0, 0.0, 0.0, 0.0, -1.0, 0.0],
            [0.0, 1.0, 0.0, 0.0, 0.0, -1.0],
            [1.0, 0.0, 0.0, 0.0, 0.0, -1.0],
            [0.0, -1.0, 0.0, 1.0, 0.0, 0.0],
        ] {
            assert_eq!(centres(orientation), axial, "{orientation:?}");
        }
    }
}

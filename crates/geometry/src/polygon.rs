//! A set of loops in one plane, filled by the even-odd rule.

/// Loops in plane coordinates (millimetres) that are filled where an odd number of them encloses a point.
///
/// The even-odd rule makes a hole of a loop inside another one, joins islands, and gives a keyhole its channel
/// of no width, whatever the direction of drawing (H26).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polygon {
    loops: Vec<Vec<[f64; 2]>>,
}

impl Polygon {
    /// Adds a closed loop.
    pub fn push(&mut self, corners: Vec<[f64; 2]>) {
        self.loops.push(corners);
    }

    /// Every loop.
    pub fn loops(&self) -> &[Vec<[f64; 2]>] {
        &self.loops
    }

    /// For every loop the outer loop of the connected part it bounds: itself, or for a hole the loop around it.
    pub(crate) fn outer_loops(&self) -> Vec<usize> {
        // One loop, by far the commonest case, encloses no other.
        if self.loops.len() == 1 {
            return vec![0];
        }
        let enclosing: Vec<Vec<usize>> = (0..self.loops.len()).map(|inner| self.loops_around(inner)).collect();
        let is_outer = |index: usize| enclosing[index].len().is_multiple_of(2);
        let parent = |index: usize| {
            let outer = enclosing[index].iter().copied().filter(|&outer| is_outer(outer));
            outer.max_by_key(|&outer| enclosing[outer].len()).unwrap_or(index)
        };
        (0..self.loops.len()).map(|index| if is_outer(index) { index } else { parent(index) }).collect()
    }

    fn loops_around(&self, inner: usize) -> Vec<usize> {
        let Some(corner) = self.loops[inner].first().copied() else { return Vec::new() };
        let area = enclosed_area_mm2(&self.loops[inner]);
        let encloses = |&outer: &usize| {
            let corners = &self.loops[outer];
            outer != inner && enclosed_area_mm2(corners) > area && is_enclosed(corners, corner)
        };
        (0..self.loops.len()).filter(encloses).collect()
    }

    /// Smallest rectangle around all corners.
    pub(crate) fn bounds(&self) -> Option<([f64; 2], [f64; 2])> {
        let corners = || self.loops.iter().flatten().copied();
        let low = corners().reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1])])?;
        Some((low, corners().reduce(|a, b| [a[0].max(b[0]), a[1].max(b[1])])?))
    }

    /// Length of all loops.
    pub(crate) fn perimeter_mm(&self) -> f64 {
        self.edges().map(|(a, b)| (b[0] - a[0]).hypot(b[1] - a[1])).sum()
    }

    /// Lowest and highest value of the second coordinate.
    pub fn rows(&self) -> Option<(f64, f64)> {
        let rows = || self.loops.iter().flatten().map(|corner| corner[1]);
        let low = rows().reduce(f64::min)?;
        Some((low, rows().reduce(f64::max)?))
    }

    /// The stretches `[from, to]` of the line `row` that lie inside, in increasing order.
    pub fn stretches(&self, row: f64, stretches: &mut Vec<[f64; 2]>) {
        let mut crossings: Vec<f64> = self
            .edges()
            .filter(|(a, b)| (a[1] <= row) != (b[1] <= row))
            .map(|(a, b)| a[0] + (row - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
            .collect();
        crossings.sort_by(f64::total_cmp);
        stretches.clear();
        stretches.extend(crossings.chunks_exact(2).map(|pair| [pair[0], pair[1]]).filter(|[a, b]| b > a));
    }

    /// Whether a point lies inside.
    pub fn contains(&self, point: [f64; 2]) -> bool {
        self.loops.iter().filter(|corners| is_enclosed(corners, point)).count() % 2 == 1
    }

    /// Filled area in mm², exact.
    ///
    /// Between two neighbouring corners or crossings of edges in height, every stretch is a trapezoid, so its
    /// area follows from the middle row.
    pub fn area_mm2(&self) -> f64 {
        let meetings = self.meetings();
        if let ([only], true) = (self.loops.as_slice(), meetings.is_empty()) {
            return enclosed_area_mm2(only);
        }
        let mut rows: Vec<f64> = self.loops.iter().flatten().map(|corner| corner[1]).collect();
        rows.extend(meetings.iter().map(|meeting| meeting.row));
        rows.sort_by(f64::total_cmp);
        rows.dedup();
        let mut stretches = Vec::new();
        rows.windows(2)
            .map(|pair| {
                self.stretches((pair[0] + pair[1]) / 2.0, &mut stretches);
                stretches.iter().map(|[from, to]| to - from).sum::<f64>() * (pair[1] - pair[0])
            })
            .sum()
    }

    /// Whether edges cross, be it at a drawn corner (a finding, H26). A keyhole meets itself and crosses nowhere.
    pub fn crosses_itself(&self) -> bool {
        let meetings = self.meetings();
        if meetings.iter().any(|meeting| meeting.is_proper) {
            return true;
        }
        // A loop that crosses at a corner runs around its parts in opposite directions, so that they cancel out in the
        // sum over its corners and not in the filled area.
        match self.loops.as_slice() {
            [only] if !meetings.is_empty() => {
                let area = self.area_mm2();
                (area - enclosed_area_mm2(only)).abs() > SAME_AREA * area
            }
            _ => false,
        }
    }

    fn edges(&self) -> impl Iterator<Item = (&[f64; 2], &[f64; 2])> {
        self.loops.iter().flat_map(|corners| corners.iter().zip(corners.iter().cycle().skip(1)))
    }

    /// Where edges that are not neighbours meet, found by a sweep over the edges sorted by their lower end.
    fn meetings(&self) -> Vec<Meeting> {
        let mut edges: Vec<Edge> = Vec::new();
        for (number, corners) in self.loops.iter().enumerate() {
            let ends = corners.iter().zip(corners.iter().cycle().skip(1));
            edges.extend(ends.enumerate().map(|(index, (a, b))| {
                let (low, high) = if a[1] <= b[1] { (*a, *b) } else { (*b, *a) };
                Edge { low, high, place: (number, index), n_edges: corners.len() }
            }));
        }
        edges.sort_by(|a, b| a.low[1].total_cmp(&b.low[1]));
        let mut meetings = Vec::new();
        for (index, first) in edges.iter().enumerate() {
            for second in edges[index + 1..].iter().take_while(|second| second.low[1] <= first.high[1]) {
                meetings.extend(first.meeting(second));
            }
        }
        meetings
    }
}

/// How far the filled area may be off the sum over the corners by rounding, as a share of it.
const SAME_AREA: f64 = 1e-3;

/// Where two edges meet, and whether each passes from one side of the other to the other side.
struct Meeting {
    row: f64,
    is_proper: bool,
}

/// An edge with its lower end first, and its place: the loop, and the number within it.
struct Edge {
    low: [f64; 2],
    high: [f64; 2],
    place: (usize, usize),
    n_edges: usize,
}

impl Edge {
    fn meeting(&self, other: &Self) -> Option<Meeting> {
        let apart = self.place.1.abs_diff(other.place.1);
        if self.place.0 == other.place.0 && (apart <= 1 || apart + 1 == self.n_edges) {
            return None;
        }
        let (a, b) = (self.side(other.low), self.side(other.high));
        let (c, d) = (other.side(self.low), other.side(self.high));
        if a * b > 0.0 || c * d > 0.0 || self.low[0].max(self.high[0]) < other.low[0].min(other.high[0]) {
            return None;
        }
        let row = if a == b { other.low[1] } else { other.low[1] + a / (a - b) * (other.high[1] - other.low[1]) };
        Some(Meeting { row, is_proper: a * b < 0.0 && c * d < 0.0 })
    }

    fn side(&self, p: [f64; 2]) -> f64 {
        (self.high[0] - self.low[0]) * (p[1] - self.low[1]) - (self.high[1] - self.low[1]) * (p[0] - self.low[0])
    }
}

/// Area within one loop that does not cross itself.
pub(crate) fn enclosed_area_mm2(corners: &[[f64; 2]]) -> f64 {
    let following = corners.iter().cycle().skip(1);
    corners.iter().zip(following).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>().abs() / 2.0
}

/// The corners that are needed to follow a loop to within a distance.
///
/// From each kept corner the farthest next one is taken from which no corner between lies off the straight line by more
/// than that distance; the corners of drawn outlines stand so close that few are looked at.
pub(crate) fn simplified(corners: &[[f64; 2]], deviation_mm: f64) -> Vec<[f64; 2]> {
    let mut kept = Vec::with_capacity(corners.len());
    let mut from = 0;
    while from < corners.len() {
        kept.push(corners[from]);
        let mut to = from + 1;
        while to + 1 < corners.len() && to - from < MOST_DRAWN_TOGETHER {
            let between = &corners[from + 1..=to];
            if between.iter().any(|corner| {
                squared_distance(*corner, corners[from], corners[to + 1]) > deviation_mm * deviation_mm
            }) {
                break;
            }
            to += 1;
        }
        from = to;
    }
    // Fewer than three corners enclose nothing.
    if kept.len() < 3 { corners.to_vec() } else { kept }
}

/// Most corners between two kept ones.
const MOST_DRAWN_TOGETHER: usize = 16;

/// Squared distance of a point to a straight piece.
fn squared_distance(point: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let (along, towards) = ([to[0] - from[0], to[1] - from[1]], [point[0] - from[0], point[1] - from[1]]);
    let squared_length = along[0] * along[0] + along[1] * along[1];
    let share = (towards[0] * along[0] + towards[1] * along[1]) / squared_length.max(f64::MIN_POSITIVE);
    let share = share.clamp(0.0, 1.0);
    let aside = [towards[0] - share * along[0], towards[1] - share * along[1]];
    aside[0] * aside[0] + aside[1] * aside[1]
}

/// Whether one loop encloses a point.
fn is_enclosed(corners: &[[f64; 2]], point: [f64; 2]) -> bool {
    let edges = corners.iter().zip(corners.iter().cycle().skip(1));
    let to_the_right = edges
        .filter(|(a, b)| (a[1] <= point[1]) != (b[1] <= point[1]))
        .filter(|(a, b)| a[0] + (point[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) > point[0]);
    to_the_right.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rectangle(x0: f64, y0: f64, x1: f64, y1: f64) -> Vec<[f64; 2]> {
        vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
    }

    #[test]
    fn h26_a_ring_is_the_same_as_two_loops_or_as_a_keyhole() {
        let mut two_loops = Polygon::default();
        two_loops.push(rectangle(0.0, 0.0, 10.0, 10.0));
        two_loops.push(rectangle(3.0, 3.0, 7.0, 7.0).into_iter().rev().collect());
        let mut keyhole = Polygon::default();
        keyhole.push(vec![
            [0.0, 0.0],
            [10.0, 0.0],
            [10.0, 10.0],
            [0.0, 10.0],
            [0.0, 3.0],
            [3.0, 3.0],
            [3.0, 7.0],
            [7.0, 7.0],
            [7.0, 3.0],
            [0.0, 3.0],
        ]);
        for ring in [two_loops, keyhole] {
            assert!((ring.area_mm2() - 84.0).abs() < 1e-9);
            assert!(!ring.contains([5.0, 5.0]));
            assert!(ring.contains([1.0, 5.0]));
        }
    }

    #[test]
    fn a_figure_of_eight_counts_both_halves_and_is_noticed() {
        let mut eight = Polygon::default();
        eight.push(vec![[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]]);
        assert!(eight.crosses_itself());
        assert!((eight.area_mm2() - 50.0).abs() < 1e-9);
    }

    #[test]
    fn h26_a_loop_that_crosses_at_a_drawn_corner_counts_both_parts_and_is_noticed() {
        let mut crossed = Polygon::default();
        crossed.push(vec![[0.0, 0.0], [5.0, 5.0], [10.0, 10.0], [10.0, 0.0], [5.0, 5.0], [0.0, 8.0]]);
        assert!(crossed.crosses_itself());
        assert!((crossed.area_mm2() - 45.0).abs() < 1e-9, "{}", crossed.area_mm2());
        // A pinched loop that turns back at the corner meets itself and crosses nowhere.
        let mut pinched = Polygon::default();
        pinched.push(vec![[0.0, 0.0], [5.0, 5.0], [10.0, 0.0], [10.0, 10.0], [5.0, 5.0], [0.0, 8.0]]);
        assert!(!pinched.crosses_itself());
        assert!((pinched.area_mm2() - 45.0).abs() < 1e-9, "{}", pinched.area_mm2());
    }

    proptest! {
        #[test]
        fn area_does_not_depend_on_start_or_direction(radii in prop::collection::vec(1.0..20.0_f64, 3..40), start in 0_usize..40) {
            let n = radii.len();
            let corners: Vec<[f64; 2]> = radii.iter().enumerate().map(|(index, radius)| {
                let angle = index as f64 / n as f64 * std::f64::consts::TAU;
                [radius * angle.cos(), radius * angle.sin()]
            }).collect();
            let mut turned = corners.clone();
            turned.rotate_left(start % n);
            turned.reverse();
            let area = |corners| { let mut polygon = Polygon::default(); polygon.push(corners); polygon.area_mm2() };
            prop_assert!((area(corners) - area(turned)).abs() < 1e-9);
        }
    }
}

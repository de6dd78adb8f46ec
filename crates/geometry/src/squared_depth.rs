//! How deep the points of a lattice lie inside a polygon.

use crate::Polygon;
use crate::lattice::Lattice;

/// Edges are drawn together where this leaves the outline by no more than this share of a step of the lattice.
const LARGEST_DEVIATION: f64 = 0.01;
/// No edge is known yet.
const NONE: u32 = u32::MAX;

/// The squared depth of every lattice point: `d (2 r − d)`, in mm², with `d` the distance to the nearest edge
/// (negative outside) and `r` the inradius of the part of the polygon that this edge belongs to.
///
/// In a disc of radius `r` this is `r² − ρ²`, in a strip of half-width `w` it is `w² − y²`. Along the normal of the
/// planes it is therefore a parabola for balls, cones, cylinders in every direction and tubes that run aslant, which
/// the distance itself is not. Zero lies on the edge, whatever the inradius.
///
/// Where the neighbouring cuts stand closer than the lattice sees, only the surface itself counts: `Beside` leaves out
/// the search for distances away from the edges and puts the same depth everywhere there.
pub(crate) fn squared_depth(polygon: &Polygon, lattice: &Lattice, known: Known) -> Vec<f32> {
    let edges = Edges::of(polygon, lattice.step_mm * LARGEST_DEVIATION);
    let (mut depth, nearest) = distances(&edges, lattice, known);
    let mut inradius: Vec<f64> = edges.parts.iter().map(|part| part.area_mm2 / part.perimeter_mm).collect();
    let part_of = |edge: u32| edges.part_of[edge as usize] as usize;
    for (distance, edge) in depth.iter().zip(&nearest) {
        let part = part_of(*edge);
        inradius[part] = inradius[part].max(f64::from(*distance));
    }
    for (value, edge) in depth.iter_mut().zip(&nearest) {
        *value *= 2.0 * inradius[part_of(*edge)] as f32 - *value;
    }
    depth
}

/// Where distances are searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// At every point.
    Everywhere,
    /// Within two steps of the edges.
    Beside,
}

/// The distance of every lattice point to the outline, positive inside.
pub(crate) fn signed_distance(polygon: &Polygon, lattice: &Lattice) -> Vec<f32> {
    distances(&Edges::of(polygon, lattice.step_mm * LARGEST_DEVIATION), lattice, Known::Everywhere).0
}

/// The distance of every lattice point to the outline, positive inside, and the edge that it is measured to.
fn distances(edges: &Edges, lattice: &Lattice, known: Known) -> (Vec<f32>, Vec<u32>) {
    let Search { mut nearest, squared, .. } = Search::run(&edges.edges, lattice, known);
    let mut distances = vec![-1.0_f32; lattice.len()];
    mark_inside(edges, lattice, &mut distances);
    let far_mm = 2.0 * lattice.step_mm;
    for ((distance, squared), nearest) in distances.iter_mut().zip(squared).zip(&mut nearest) {
        let is_known = *nearest != NONE;
        *distance *= if is_known { squared.sqrt() } else { far_mm } as f32;
        *nearest = if is_known { *nearest } else { 0 };
    }
    (distances, nearest)
}

/// Plus one where an odd number of edges is crossed on the way.
fn mark_inside(edges: &Edges, lattice: &Lattice, signs: &mut [f32]) {
    let mut crossings: Vec<(usize, f64)> = Vec::new();
    for edge in &edges.edges {
        let (low, high) =
            (edge.from[1].min(edge.from[1] + edge.along[1]), edge.from[1].max(edge.from[1] + edge.along[1]));
        for row in lattice.within(1, low, high) {
            let y = lattice.row_mm(row);
            if low <= y && y < high {
                crossings.push((row, edge.from[0] + (y - edge.from[1]) / edge.along[1] * edge.along[0]));
            }
        }
    }
    crossings.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let index = |value: f64| ((value - lattice.origin_mm[0]) / lattice.step_mm).ceil().max(0.0) as usize;
    for pair in crossings.chunks_exact(2) {
        let row = &mut signs[pair[0].0 * lattice.n_columns..(pair[0].0 + 1) * lattice.n_columns];
        let (first, last) = (index(pair[0].1), index(pair[1].1).min(lattice.n_columns));
        row[first.min(last)..last].fill(1.0);
    }
}

/// The edges of a polygon, each with the connected part it bounds.
struct Edges {
    edges: Vec<Edge>,
    part_of: Vec<u32>,
    parts: Vec<Part>,
}

/// A straight piece of an outline.
#[derive(Clone, Copy)]
struct Edge {
    from: [f64; 2],
    along: [f64; 2],
    inverse_squared_length: f64,
}

/// A loop with the holes in it.
#[derive(Clone, Copy, Default)]
struct Part {
    area_mm2: f64,
    perimeter_mm: f64,
}

impl Edges {
    fn of(polygon: &Polygon, deviation_mm: f64) -> Self {
        let parts = vec![Part::default(); polygon.loops().len()];
        let mut edges = Self { edges: Vec::new(), part_of: Vec::new(), parts };
        for (index, part) in polygon.outer_loops().into_iter().enumerate() {
            let corners = &crate::polygon::simplified(&polygon.loops()[index], deviation_mm);
            let mut perimeter = 0.0;
            for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
                let along = [b[0] - a[0], b[1] - a[1]];
                let squared_length = along[0] * along[0] + along[1] * along[1];
                perimeter += squared_length.sqrt();
                let inverse_squared_length = if squared_length > 0.0 { 1.0 / squared_length } else { 0.0 };
                edges.edges.push(Edge { from: *a, along, inverse_squared_length });
                edges.part_of.push(part as u32);
            }
            let sign = if part == index { 1.0 } else { -1.0 };
            edges.parts[part].area_mm2 += sign * crate::polygon::enclosed_area_mm2(corners);
            edges.parts[part].perimeter_mm += perimeter;
        }
        edges
    }
}

impl Edge {
    #[inline]
    fn squared_distance(&self, x: f64, y: f64) -> f64 {
        let (dx, dy) = (x - self.from[0], y - self.from[1]);
        let t = ((dx * self.along[0] + dy * self.along[1]) * self.inverse_squared_length).clamp(0.0, 1.0);
        let (ex, ey) = (dx - t * self.along[0], dy - t * self.along[1]);
        ex * ex + ey * ey
    }
}

/// The nearest edge of every lattice point: exact beside the edges, handed on from neighbour to neighbour beyond.
struct Search<'a> {
    edges: &'a [Edge],
    lattice: &'a Lattice,
    nearest: Vec<u32>,
    squared: Vec<f64>,
}

impl<'a> Search<'a> {
    fn run(edges: &'a [Edge], lattice: &'a Lattice, known: Known) -> Self {
        let (nearest, squared) = (vec![NONE; lattice.len()], vec![f64::INFINITY; lattice.len()]);
        let mut search = Self { edges, lattice, nearest, squared };
        search.beside_the_edges();
        if known == Known::Everywhere {
            search.hand_on::<false>();
            search.hand_on::<true>();
        }
        search
    }

    fn beside_the_edges(&mut self) {
        for (index, edge) in self.edges.iter().enumerate() {
            let range = |axis: usize| {
                let (a, b) = (edge.from[axis], edge.from[axis] + edge.along[axis]);
                self.lattice.within(axis, a.min(b), a.max(b))
            };
            let (columns, rows) = (range(0), range(1));
            for row in rows {
                for column in columns.clone() {
                    let place = row * self.lattice.n_columns + column;
                    let squared = edge.squared_distance(self.lattice.column_mm(column), self.lattice.row_mm(row));
                    if squared < self.squared[place] {
                        (self.squared[place], self.nearest[place]) = (squared, index as u32);
                    }
                }
            }
        }
    }

    /// Offers every point the edges of its neighbours that come before it, or that come after it when going backwards:
    /// the same as going forwards through the lattice turned by half a circle.
    fn hand_on<const BACKWARDS: bool>(&mut self) {
        let (n_columns, n_rows) = (self.lattice.n_columns, self.lattice.n_rows);
        let turned = |index: usize, n: usize| if BACKWARDS { n - 1 - index } else { index };
        let n = self.lattice.len();
        for row in 0..n_rows {
            let y = self.lattice.row_mm(turned(row, n_rows));
            for column in 0..n_columns {
                let here = row * n_columns + column;
                let (is_first, is_last) = (column == 0, column + 1 == n_columns);
                let neighbours = [
                    (!is_first).then(|| here - 1),
                    (row > 0 && !is_first).then(|| here - n_columns - 1),
                    (row > 0).then(|| here - n_columns),
                    (row > 0 && !is_last).then(|| here - n_columns + 1),
                ];
                let x = self.lattice.column_mm(turned(column, n_columns));
                let place = turned(here, n);
                let (mut squared, mut nearest) = (self.squared[place], self.nearest[place]);
                let mut tried = nearest;
                for neighbour in neighbours.into_iter().flatten() {
                    let candidate = self.nearest[turned(neighbour, n)];
                    if candidate == nearest || candidate == tried {
                        continue;
                    }
                    tried = candidate;
                    let Some(edge) = self.edges.get(candidate as usize) else { continue };
                    let offered = edge.squared_distance(x, y);
                    if offered < squared {
                        (squared, nearest) = (offered, candidate);
                    }
                }
                (self.squared[place], self.nearest[place]) = (squared, nearest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lattice() -> Lattice {
        Lattice::covering([-10.0, -10.0], [10.0, 10.0], 0.5, 2.0)
    }

    #[test]
    fn a_disc_has_the_squared_radius_less_the_squared_distance() {
        let mut polygon = Polygon::default();
        let corner = |index: i32| {
            let angle = f64::from(index) / 400.0 * std::f64::consts::TAU;
            [8.0 * angle.cos() + 0.1, 8.0 * angle.sin()]
        };
        polygon.push((0..400).map(corner).collect());
        let lattice = lattice();
        let depth = squared_depth(&polygon, &lattice, Known::Everywhere);
        for row in 0..lattice.n_rows {
            for column in 0..lattice.n_columns {
                let (x, y) = (lattice.column_mm(column) - 0.1, lattice.row_mm(row));
                let expected = 64.0 - x * x - y * y;
                let found = f64::from(depth[row * lattice.n_columns + column]);
                // The inradius is that of the deepest lattice point, so it is short by less than a step.
                assert!((found - expected).abs() < 0.6 * (8.0 - (x * x + y * y).sqrt()).abs() + 0.1, "{x} {y}");
            }
        }
    }

    #[test]
    fn two_discs_have_each_their_own_inradius() {
        let square =
            |x: f64, half: f64| vec![[x - half, -half], [x + half, -half], [x + half, half], [x - half, half]];
        let mut polygon = Polygon::default();
        polygon.push(square(-6.0, 3.0));
        polygon.push(square(6.0, 1.0));
        let lattice = lattice();
        let depth = squared_depth(&polygon, &lattice, Known::Everywhere);
        let at = |x: f64, y: f64| {
            let column = ((x - lattice.origin_mm[0]) / lattice.step_mm).round() as usize;
            let row = ((y - lattice.origin_mm[1]) / lattice.step_mm).round() as usize;
            (depth[row * lattice.n_columns + column], lattice.column_mm(column), lattice.row_mm(row))
        };
        let (inside_small, _, _) = at(6.0, 0.0);
        assert!(inside_small > 0.5 && inside_small <= 1.0);
        let (inside_large, _, _) = at(-6.0, 0.0);
        assert!(inside_large > 7.5 && inside_large <= 9.0);
        assert!(at(0.0, 0.0).0 < 0.0);
    }
}

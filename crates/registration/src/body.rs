//! Where the patient is in a CT.

use geometry::Volume;

/// Above this value (Hounsfield units, averaged over a coarse voxel) there is tissue.
const TISSUE: f32 = -400.0;

/// Marks the voxels of a coarse CT that belong to the patient: the largest connected part of tissue, with the air that it
/// encloses in each plane, and one voxel around it.
pub(crate) fn body(image: &Volume<f32>) -> Vec<bool> {
    let size = image.grid().size();
    let tissue: Vec<bool> = image.values().iter().map(|value| *value > TISSUE).collect();
    let mut body = largest_part(&tissue, size);
    let plane = size[0] * size[1];
    body.chunks_exact_mut(plane).for_each(|plane| fill(plane, size[0]));
    grown(&body, size)
}

fn largest_part(marked: &[bool], size: [usize; 3]) -> Vec<bool> {
    let mut part_of = vec![0_u32; marked.len()];
    let (mut n_parts, mut largest) = (0, (0, 0));
    for start in 0..marked.len() {
        if !marked[start] || part_of[start] != 0 {
            continue;
        }
        n_parts += 1;
        part_of[start] = n_parts;
        let mut stack = vec![start];
        let mut count = 0;
        while let Some(at) = stack.pop() {
            count += 1;
            for_each_neighbour(at, size, |beside| {
                if marked[beside] && part_of[beside] == 0 {
                    part_of[beside] = n_parts;
                    stack.push(beside);
                }
            });
        }
        if count > largest.0 {
            largest = (count, n_parts);
        }
    }
    part_of.iter().map(|part| *part != 0 && *part == largest.1).collect()
}

/// Marks everything in a plane that cannot be reached from its rim.
fn fill(plane: &mut [bool], columns: usize) {
    let rows = plane.len() / columns;
    let mut is_outside = vec![false; plane.len()];
    let is_rim = |at: &usize| {
        let (i, j) = (at % columns, at / columns);
        i == 0 || j == 0 || i + 1 == columns || j + 1 == rows
    };
    let mut stack: Vec<usize> = (0..plane.len()).filter(is_rim).filter(|at| !plane[*at]).collect();
    stack.iter().for_each(|at| is_outside[*at] = true);
    while let Some(at) = stack.pop() {
        for_each_neighbour(at, [columns, rows, 1], |beside| {
            if !plane[beside] && !is_outside[beside] {
                is_outside[beside] = true;
                stack.push(beside);
            }
        });
    }
    plane.iter_mut().zip(&is_outside).for_each(|(inside, outside)| *inside = !outside);
}

fn grown(marked: &[bool], size: [usize; 3]) -> Vec<bool> {
    let mut grown = marked.to_vec();
    for at in (0..marked.len()).filter(|at| marked[*at]) {
        for_each_neighbour(at, size, |beside| grown[beside] = true);
    }
    grown
}

fn for_each_neighbour(at: usize, [columns, rows, planes]: [usize; 3], mut visit: impl FnMut(usize)) {
    let (i, j, k) = (at % columns, at / columns % rows, at / columns / rows);
    let layer = columns * rows;
    for (exists, beside) in [
        (i > 0, at.wrapping_sub(1)),
        (i + 1 < columns, at + 1),
        (j > 0, at.wrapping_sub(columns)),
        (j + 1 < rows, at + columns),
        (k > 0, at.wrapping_sub(layer)),
        (k + 1 < planes, at + layer),
    ] {
        if exists {
            visit(beside);
        }
    }
}

"""Registers the images of the synthetic patient and reads the written objects with pydicom: both must map points alike.

Usage: registration.py RERT OUT, where OUT holds `input/` of `rert demo --out OUT`.
"""

import csv
import os
import shutil
import subprocess
import sys

import numpy as np
import pydicom

# Both read the same numbers; the difference is that of 32-bit vectors and decimal strings.
TOLERANCE_MM = 0.01


def main(rert, out):
    work = f"{out}/register"
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    command = [rert, "register", "--fixed", f"{out}/input/course2/CT", "--moving", f"{out}/input/course1/CT", "--out", work]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    deformable, rigid = (pydicom.dcmread(f"{work}/{name}.dcm") for name in ("deformable", "rigid"))
    points = random_points(deformable)
    compare(rert, work, "deformable", points, deformed(deformable, points))
    compare(rert, work, "rigid", points, moved(rigid, points))
    print(f"oracle: {len(points)} points are mapped alike by both registration objects, forth and back")


def grid_of(registration):
    grid = registration.DeformableRegistrationSequence[0].DeformableRegistrationGridSequence[0]
    size = np.array(grid.GridDimensions, int)
    vectors = np.frombuffer(grid.VectorGridData, "<f4").reshape(size[2], size[1], size[0], 3)
    rows = np.array(grid.ImageOrientationPatient, float)
    axes = np.array([rows[:3], rows[3:], np.cross(rows[:3], rows[3:])])
    return np.array(grid.ImagePositionPatient, float), axes, np.array(grid.GridResolution, float), size, vectors


def random_points(registration):
    origin, axes, spacing, size, _ = grid_of(registration)
    index = np.random.default_rng(7).uniform(0, 1, (300, 3)) * (size - 1)
    return origin + (index * spacing) @ axes


def deformed(registration, points):
    """PS3.3 C.20.3: the grid is looked up at the point itself, the matrices act before and after the vector is added."""
    item = registration.DeformableRegistrationSequence[0]
    origin, axes, spacing, size, vectors = grid_of(registration)
    index = ((points - origin) @ axes.T) / spacing
    low = np.clip(np.floor(index).astype(int), 0, size - 2)
    part = index - low
    found = np.zeros_like(points)
    for corner in range(8):
        bits = np.array([corner & 1, corner >> 1 & 1, corner >> 2 & 1])
        weight = np.where(bits == 1, part, 1 - part).prod(1)
        i, j, k = (low + bits).T
        found += weight[:, None] * vectors[k, j, i]
    before = matrix(item.PreDeformationMatrixRegistrationSequence[0])
    after = matrix(item.PostDeformationMatrixRegistrationSequence[0])
    found += points @ before[:3, :3].T + before[:3, 3]
    return found @ after[:3, :3].T + after[:3, 3]


def moved(registration, points):
    for item in registration.RegistrationSequence:
        if item.FrameOfReferenceUID != registration.FrameOfReferenceUID:
            back = np.linalg.inv(matrix(item.MatrixRegistrationSequence[0].MatrixSequence[0]))
            return points @ back[:3, :3].T + back[:3, 3]
    raise AssertionError("the rigid registration names no moving frame")


def matrix(item):
    return np.array(item.FrameOfReferenceTransformationMatrix, float).reshape(4, 4)


def compare(rert, work, name, points, expected):
    found = map_points(rert, work, name, points, [])
    farthest = np.abs(found - expected).max()
    assert farthest < TOLERANCE_MM, f"{name}: {farthest} mm"
    back = map_points(rert, work, name, found, ["--inverse"])
    farthest = np.abs(back - points).max()
    assert farthest < TOLERANCE_MM, f"{name}, there and back: {farthest} mm"


def map_points(rert, work, name, points, more):
    with open(f"{work}/points.csv", "w", newline="") as file:
        csv.writer(file).writerows([["x", "y", "z"], *points])
    command = [rert, "map-points", "--registration", f"{work}/{name}.dcm", "--points", f"{work}/points.csv"]
    done = subprocess.run([*command, "--out", f"{work}/mapped.csv", *more], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return np.loadtxt(f"{work}/mapped.csv", delimiter=",", skiprows=1)


if __name__ == "__main__":
    main(*sys.argv[1:3])

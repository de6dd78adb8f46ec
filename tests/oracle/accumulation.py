"""An independent implementation of convert, map, accumulate and measure, with numpy and pydicom.

It shares no code with rert. A region is the set of slabs half-way between neighbouring contours; points stand on a
regular lattice inside it; doses are interpolated cubically.
"""

from collections import defaultdict

import numpy as np
import pydicom


def read_dose(path):
    """Absorbed dose in Gy (k, j, i), first voxel and spacing; axial grids with relative offsets only."""
    ds = pydicom.dcmread(path)
    assert [float(v) for v in ds.ImageOrientationPatient] == [1, 0, 0, 0, 1, 0]
    bits = np.dtype("<u4" if ds.BitsAllocated == 32 else "<u2")
    values = np.frombuffer(ds.PixelData, bits)[: ds.NumberOfFrames * ds.Rows * ds.Columns]
    values = values.reshape(ds.NumberOfFrames, ds.Rows, ds.Columns) * float(ds.DoseGridScaling)
    offsets = np.array(ds.GridFrameOffsetVector, float)
    spacing = np.array([ds.PixelSpacing[1], ds.PixelSpacing[0], offsets[1] - offsets[0]], float)
    return values, np.array(ds.ImagePositionPatient, float), spacing


def eqd2(dose, fractions, alpha_beta):
    """EQD2 of a total dose given in equal fractions."""
    return dose * (dose / fractions + alpha_beta) / (2 + alpha_beta)


def linear_weights(t):
    """Weights of the four voxels around a point of which the outer ones do not count."""
    return [0 * t, 1 - t, t, 0 * t]


def cubic_weights(t):
    """Weights of the four voxels around a point (Catmull and Rom); they sum to one."""
    return [
        t * (-0.5 + t * (1 - 0.5 * t)),
        1 + t * t * (-2.5 + 1.5 * t),
        t * (0.5 + t * (2 - 1.5 * t)),
        t * t * (-0.5 + 0.5 * t),
    ]


def interpolate(grid, points, weights_of=cubic_weights):
    """Interpolation along all axes; outside the grid the outermost value is continued."""
    values, origin, spacing = grid
    size = np.array(values.shape[::-1])
    index = np.clip((points - origin) / spacing, 0, size - 1)
    low = np.minimum(index.astype(int), size - 2)
    weights = [weights_of(index[:, axis] - low[:, axis]) for axis in range(3)]
    voxels = [[np.clip(low[:, axis] + shift, 0, size[axis] - 1) for shift in (-1, 0, 1, 2)] for axis in range(3)]
    total = np.zeros(len(points))
    for k in range(4):
        for j in range(4):
            for i in range(4):
                weight = weights[0][i] * weights[1][j] * weights[2][k]
                total += weight * values[voxels[2][k], voxels[1][j], voxels[0][i]]
    return total


def contours(path):
    """Name -> plane z -> list of loops (n, 2)."""
    ds = pydicom.dcmread(path)
    names = {roi.ROINumber: roi.ROIName for roi in ds.StructureSetROISequence}
    found = {}
    for drawn in ds.ROIContourSequence:
        planes = defaultdict(list)
        for contour in drawn.get("ContourSequence", []):
            points = np.array(contour.ContourData, float).reshape(-1, 3)
            planes[round(float(points[0, 2]), 3)].append(points[:, :2])
        found[names[drawn.ReferencedROINumber]] = dict(planes)
    return found


def inside(loops, x, y):
    """Even-odd rule."""
    result = np.zeros(x.shape, bool)
    for loop in loops:
        for (x0, y0), (x1, y1) in zip(loop, np.roll(loop, -1, axis=0)):
            if y0 == y1:
                continue
            crosses = (y0 <= y) != (y1 <= y)
            result ^= crosses & (x0 + (y - y0) / (y1 - y0) * (x1 - x0) > x)
    return result


def lattice_points(planes, first, step, layers):
    """Points of a lattice through `first` with distance `step` inside the region, and the volume of each in cc."""
    heights = sorted(planes)
    usual = float(np.median(np.diff(heights)))
    corners = np.concatenate([loop for height in heights for loop in planes[height]])
    low = np.floor((corners.min(0) - first) / step).astype(int) - 1
    high = np.ceil((corners.max(0) - first) / step).astype(int) + 1
    x, y = np.meshgrid(first[0] + np.arange(low[0], high[0] + 1) * step, first[1] + np.arange(low[1], high[1] + 1) * step)
    points = []
    for height in heights:
        mask = inside(planes[height], x, y)
        for layer in range(layers):
            z = height + usual * ((layer + 0.5) / layers - 0.5)
            points.append(np.c_[x[mask], y[mask], np.full(mask.sum(), z)])
    return np.concatenate(points), step * step * usual / layers / 1000


def measures(doses, volume_cc):
    """Mean and near-maximum doses of equal volumes."""
    ordered = np.sort(doses)[::-1]
    def at(cc):
        index = int(np.ceil(cc / volume_cc - 1e-9)) - 1
        return float(ordered[index]) if index < len(ordered) else None
    return {"volume_cc": len(ordered) * volume_cc, "mean_gy": float(ordered.mean()), "d0_03cc_gy": at(0.03), "d0_1cc_gy": at(0.1)}

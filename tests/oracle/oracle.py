"""Compares an assessment of the synthetic patient with an independent computation from the same files.

Usage: oracle.py OUT, where OUT holds `input/` and the results of `rert demo --out OUT`.
"""

import glob
import json
import os
import re
import sys

import numpy as np
import pydicom

import accumulation

# The lattice of the oracle and the samples of rert stand at different places.
MEAN_TOLERANCE = 0.005
NEAR_MAXIMUM_TOLERANCE = 0.01
# The slabs of the oracle have steps where the body of rert is smooth, which counts where an organ ends in a gradient.
NEAR_MAXIMUM_AT_AN_END = {"brainstem": 0.025}


def main(out):
    result = json.load(open(f"{out}/assessment.json"))
    registration = pydicom.dcmread(f"{out}/input/course2/REG.dcm")
    fixed_from_moving = np.eye(4)
    for item in registration.RegistrationSequence:
        if item.FrameOfReferenceUID != registration.FrameOfReferenceUID:
            matrix = item.MatrixRegistrationSequence[0].MatrixSequence[0]
            fixed_from_moving = np.array(matrix.FrameOfReferenceTransformationMatrix, float).reshape(4, 4)
    moving_from_fixed = np.linalg.inv(fixed_from_moving)
    doses = [accumulation.read_dose(f"{out}/input/course{course}/RD.dcm") for course in (1, 2)]
    fractions = []
    for course in (1, 2):
        plan = pydicom.dcmread(f"{out}/input/course{course}/RP.dcm")
        fractions.append(int(plan.FractionGroupSequence[0].NumberOfFractionsPlanned))
    drawn = accumulation.contours(f"{out}/input/course2/RS.dcm")
    n_compared = 0
    for structure in result["structures"]:
        if structure["kind"] == "external":
            continue
        n_compared += compare(structure, drawn[structure["name"]], doses, fractions, moving_from_fixed)
    assert n_compared >= 8, f"only {n_compared} structures were compared"
    n_exported = check_exports(out, result)
    print(f"oracle: {n_compared} structures and {n_exported} exported doses agree")


def compare(structure, planes, doses, fractions, moving_from_fixed):
    alpha_beta = structure["alpha_beta_gy"]
    grids = [
        (accumulation.eqd2(values, n, alpha_beta), origin, spacing)
        for (values, origin, spacing), n in zip(doses, fractions)
    ]
    points, volume = accumulation.lattice_points(planes, np.array([0.25, 0.25]), 0.5, 5)
    mapped = points @ moving_from_fixed[:3, :3].T + moving_from_fixed[:3, 3]
    total = accumulation.interpolate(grids[0], mapped) + accumulation.interpolate(grids[1], points)
    wanted = accumulation.measures(total, volume)
    found = structure["cumulative_eqd2"]
    near_maximum = NEAR_MAXIMUM_AT_AN_END.get(structure["name"].lower(), NEAR_MAXIMUM_TOLERANCE)
    for measure, tolerance in [
        ("volume_cc", MEAN_TOLERANCE),
        ("mean_gy", MEAN_TOLERANCE),
        ("d0_03cc_gy", near_maximum),
        ("d0_1cc_gy", near_maximum),
    ]:
        difference = abs(found[measure] - wanted[measure])
        assert difference <= tolerance * max(wanted[measure], 1), (
            f"{structure['name']} {measure}: rert {found[measure]}, oracle {wanted[measure]}"
        )
    return 1


def check_exports(out, result):
    """Another reader sees what hazard H46 asks for, and the prior dose in new fractions has the effect that it should have."""
    paths = sorted(glob.glob(f"{out}/dose/*.dcm"))
    assert paths, "no dose was exported"
    uids = set()
    for path in paths:
        ds = pydicom.dcmread(path)
        uids.add(ds.SOPInstanceUID)
        assert ds.DoseType == "EFFECTIVE" and ds.DoseSummationType == "MULTI_PLAN" and ds.DoseUnits == "GY"
        assert ds.BitsAllocated == 32 and "no physical dose" in ds.DoseComment
        assert "DVHSequence" not in ds and len(ds.ReferencedRTPlanSequence) >= 1
        values, _, _ = accumulation.read_dose(path)
        assert np.isfinite(values).all() and values.max() > 1
        name = os.path.basename(path)
        if "_eqd2_" in name:
            assert "EQD2" in ds.DoseComment and "recovery" in ds.DoseComment
        physical = re.fullmatch(r"background_physical_ab([\d.]+)_(\d+)fx.dcm", name)
        if physical:
            alpha_beta, fractions = float(physical[1]), int(physical[2])
            prior, _, _ = accumulation.read_dose(f"{out}/dose/background_eqd2_ab{physical[1]}.dcm")
            effect = accumulation.eqd2(values, fractions, alpha_beta)
            assert np.abs(effect - prior).max() <= 1e-5 * prior.max(), name
    regions = sorted(glob.glob(f"{out}/structures/*.dcm"))
    assert regions, "no regions were exported"
    for path in regions:
        ds = pydicom.dcmread(path)
        uids.add(ds.SOPInstanceUID)
        assert all(item.RTROIInterpretedType == "CONTROL" for item in ds.RTROIObservationsSequence)
        for roi in ds.ROIContourSequence:
            for contour in roi.ContourSequence:
                assert len(contour.ContourData) == 3 * contour.NumberOfContourPoints >= 9
    assert len(uids) == len(paths) + len(regions), "two objects bear one UID"
    return len(paths)


if __name__ == "__main__":
    main(sys.argv[1])

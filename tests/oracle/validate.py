"""Assesses the two real head-and-neck patients and prints the table of docs/validation.md.

Usage: validate.py RERT DATA WORK
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pydicom

import accumulation

PATIENTS = ["hn_proton_after_photon", "hn_sbrt_after_imrt"]


def main(rert, data, work):
    for patient in PATIENTS:
        answers = json.load(open(f"{data}/{patient}/truth/truth.json"))
        result, seconds = assess(rert, data, work, patient, answers, "deformable")
        print(f"\n### {patient}, with the given deformable registration ({seconds:.1f} s)\n")
        table(result, answers, own_rule(data, patient, answers))
        result, seconds = assess(rert, data, work, patient, answers, None)
        print(f"\n### {patient}, without a registration: rert deforms ({seconds:.1f} s)\n")
        table(result, answers, own_rule(data, patient, answers))
        result, seconds = assess(rert, data, work, patient, answers, None, '[registration]\nuse = "rigid"\n')
        print(f"\n### {patient}, without a registration, rigid alone ({seconds:.1f} s)\n")
        rigid(result, data, patient)


def assess(rert, data, work, patient, answers, registration, more=""):
    folder = os.path.abspath(f"{work}/{patient}-{registration}{bool(more)}")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(f"{folder}/in")
    for course in ("course1", "course2"):
        os.symlink(os.path.abspath(f"{data}/{patient}/import/{course}"), f"{folder}/in/{course}")
    if registration:
        shutil.copy(f"{data}/{patient}/truth/REG_{registration}.dcm", f"{folder}/in/")
    with open(f"{folder}/case.toml", "w") as settings:
        settings.write(more)
        for name, organ in answers["reference"].items():
            settings.write(f'[[structure]]\nname = "{name}"\nalpha_beta_gy = {organ["alpha_beta"]}\n')
    begin = time.time()
    command = [rert, "assess", f"{folder}/in", "--out", f"{folder}/out", "--settings", f"{folder}/case.toml"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.load(open(f"{folder}/out/assessment.json")), time.time() - begin


def own_rule(data, patient, answers):
    """The rule by which the answers were sampled (centres of image pixels, four layers), on the written contours."""
    course = [f"{data}/{patient}/import/course{n}" for n in (1, 2)]
    doses = [accumulation.read_dose(f"{course[n]}/RD_course{n + 1}.dcm") for n in (0, 1)]
    image = pydicom.dcmread(f"{course[1]}/CT/" + sorted(os.listdir(f"{course[1]}/CT"))[0])
    first = np.array(image.ImagePositionPatient, float)[:2]
    drawn = accumulation.contours(f"{course[1]}/RS_course2.dcm")
    found = {}
    for name, organ in answers["reference"].items():
        points, volume = accumulation.lattice_points(drawn[name], first, float(image.PixelSpacing[0]), 4)
        total = np.zeros(len(points))
        for n, at in ((0, true_map(answers, points)), (1, points)):
            fractions = answers[f"course{n + 1}"]["fractions"]
            values, origin, spacing = doses[n]
            grid = (accumulation.eqd2(values, fractions, organ["alpha_beta"]), origin, spacing)
            total += accumulation.interpolate(grid, at, accumulation.linear_weights)
        found[name] = accumulation.measures(total, volume)
    return found


def true_map(answers, points):
    turned = (points - np.array(answers["c2"])) @ np.array(answers["R"]).T + np.array(answers["c1"])
    moved = turned.copy()
    for blob in answers["blobs"]:
        distance = (turned - np.array(blob["center"])) / np.array(blob["sigma_mm"])
        moved += np.array(blob["amplitude_mm"]) * np.exp(-0.5 * (distance**2).sum(1))[:, None]
    return moved


def table(result, answers, own):
    print("| organ | α/β | volume cc (answer) | mean Gy: rert / answer / answer's rule on the contours | D0.1cc Gy: the same |")
    print("|---|---|---|---|---|")
    for structure in result["structures"]:
        organ = answers["reference"].get(structure["name"])
        if organ is None:
            continue
        answer = organ["sum_eqd2_convert_then_interpolate"]
        if answer["D0.03cc"] <= 5:
            continue
        found, rule = structure["cumulative_eqd2"], own[structure["name"]]
        def three(measure, key):
            a, b, c = found[measure], answer[key], rule[measure]
            return f"{a:.2f} / {b:.2f} / {c:.2f} ({100 * (a - b) / b:+.1f} %, {a - b:+.2f} Gy)"
        print(
            f"| {structure['name']} | {organ['alpha_beta']:g} | {found['volume_cc']:.2f} ({answer['volume_cc']:.2f}) "
            f"| {three('mean_gy', 'mean')} | {three('d0_1cc_gy', 'D0.1cc')} |"
        )


def rigid(result, data, patient):
    rows = list(csv.reader(open(f"{data}/{patient}/truth/landmarks_y2_x1_mm.csv")))[1:]
    points = np.array(rows, float)
    fixed, moving = points[:, :3], points[:, 3:6]
    a, b = fixed.mean(0), moving.mean(0)
    u, _, vt = np.linalg.svd((moving - b).T @ (fixed - a))
    rotation = u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt
    best = (fixed - a) @ rotation.T + b
    registration = result["registrations"][0]
    matrix = np.array(registration["moving_from_fixed"]).reshape(4, 4)
    found = fixed @ matrix[:3, :3].T + matrix[:3, 3]
    angle = np.degrees(np.arccos(np.clip((np.trace(matrix[:3, :3] @ rotation.T) - 1) / 2, -1, 1)))
    distance = np.linalg.norm(found - best, axis=1)
    numbers = ((name, value) for name, value in registration["quality"].items() if isinstance(value, float))
    quality = ", ".join(f"{name} {value:.2f}" for name, value in numbers)
    print(
        f"automatic rigid registration against the best rigid fit to {len(points)} landmarks: mean {distance.mean():.2f} mm, "
        f"largest {distance.max():.2f} mm, rotation {angle:.2f}°; {quality}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:4])

"""The published structures and doses with other programs, in the words of the table of `cargo xtask bench-dvh`.

Usage: python dvh_peers.py FOLDER. Of dicompyler-core only the computation is timed, with parsed files; of plastimatch, where
it is installed, the process that computes the histogram, with converted files.
"""

import csv
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")
from dicompylercore import dicomparser, dvhcalc

MEASURES = ["volume_cc", "Dmin_gy", "Dmax_gy", "Dmean_gy", "D99_gy", "D95_gy", "D5_gy", "D1_gy", "D0.03cc_gy"]


def figures(dvh):
    percentiles = [float(dvh.statistic(name).value) for name in ("D99", "D95", "D5", "D1", "D0.03cc")]
    return [float(dvh.volume), float(dvh.min), float(dvh.max), float(dvh.mean), *percentiles]


def measure(folder, n_runs, **settings):
    """Deviations in percent of all figures, and the fastest seconds of every structure."""
    deviations, seconds = [], []
    for row in csv.DictReader(open(folder / "analytic.csv")):
        structures = dicomparser.DicomParser(str(folder / "structures" / row["structure_file"]))
        dose = dicomparser.DicomParser(str(folder / "doses" / row["dose_file"]))
        number = next(n for n, roi in structures.GetStructures().items() if not roi["name"].startswith("POI"))
        finer = {name: value(dose.ds) for name, value in settings.items()}
        fastest = float("inf")
        for _ in range(n_runs):
            start = time.perf_counter()
            dvh = dvhcalc.get_dvh(structures.ds, dose.ds, number, **finer)
            fastest = min(fastest, time.perf_counter() - start)
        seconds.append(fastest)
        deviations += [100 * (found / float(row[name]) - 1) for found, name in zip(figures(dvh), MEASURES)]
    return deviations, seconds


def main(folder):
    finer = dict(
        use_structure_extents=lambda dose: True,
        interpolation_resolution=lambda dose: float(dose.PixelSpacing[0]) / 8,
        interpolation_segments_between_planes=lambda dose: 4,
    )
    for name, n_runs, settings in [("as it comes", 3, {}), ("interpolated finely", 1, finer)]:
        deviations, seconds = measure(folder, n_runs, **settings)
        report(f"dicompyler-core {name}", deviations, seconds)


def plastimatch(folder):
    """D99%, D95%, D5% and D1% from the curve that it writes, which holds no volume in cc."""
    deviations, seconds = [], []
    for row in csv.DictReader(open(folder / "analytic.csv")):
        with tempfile.TemporaryDirectory() as out:
            path = pathlib.Path(out)
            run = lambda *arguments: subprocess.run(["plastimatch", *map(str, arguments)], check=True, capture_output=True)
            dose = folder / "doses" / row["dose_file"]
            run("convert", "--input", folder / "structures" / row["structure_file"], "--fixed", dose,
                "--output-ss-img", path / "ss.mha", "--output-ss-list", path / "ss.txt")
            run("convert", "--input-dose-img", dose, "--output-dose-img", path / "dose.mha")
            start = time.perf_counter()
            run("dvh", "--input-ss-img", path / "ss.mha", "--input-ss-list", path / "ss.txt", "--input-dose", path / "dose.mha",
                "--output-csv", path / "dvh.csv", "--cumulative", "--dose-units", "gy", "--num-bins", 3000, "--bin-width", 0.01)
            seconds.append(time.perf_counter() - start)
            lines = list(csv.reader(open(path / "dvh.csv")))
            column = next(i for i, name in enumerate(lines[0]) if i > 0 and "POI" not in name)
            curve = [(float(line[0]), float(line[column])) for line in lines[1:]]
        for name, percent in (("D99_gy", 99), ("D95_gy", 95), ("D5_gy", 5), ("D1_gy", 1)):
            found = max((dose for dose, share in curve if 100 * share >= percent), default=0.0)
            deviations.append(100 * (found / float(row[name]) - 1))
    report("plastimatch (D99%, D95%, D5%, D1% alone)", deviations, seconds)


def report(name, deviations, seconds):
    within = sum(abs(deviation) <= 1 for deviation in deviations)
    print(f"{name}: {within} of {len(deviations)} figures within 1 %, the largest deviation "
          f"{max(map(abs, deviations)):.2f} %; {1e3 * sum(seconds) / len(seconds):.2f} ms per structure")


main(pathlib.Path(sys.argv[1]))
if shutil.which("plastimatch"):
    plastimatch(pathlib.Path(sys.argv[1]))

"""The published structures and doses with dicompyler-core, in the words of the table of `cargo xtask bench-dvh`.

Usage: python dvh_peers.py FOLDER. Only the computation is timed; the files are parsed before.
"""

import csv
import pathlib
import sys
import time
import warnings

warnings.filterwarnings("ignore")
from dicompylercore import dicomparser, dvhcalc

MEASURES = ["volume_cc", "Dmin_gy", "Dmax_gy", "Dmean_gy", "D99_gy", "D95_gy", "D5_gy", "D1_gy", "D0.03cc_gy"]


def figures(dvh):
    percentiles = [float(dvh.statistic(name).value) for name in ("D99", "D95", "D5", "D1", "D0.03cc")]
    return [float(dvh.volume), float(dvh.min), float(dvh.max), float(dvh.mean), *percentiles]


def main(folder):
    deviations, seconds = [], []
    for row in csv.DictReader(open(folder / "analytic.csv")):
        structures = dicomparser.DicomParser(str(folder / "structures" / row["structure_file"]))
        dose = dicomparser.DicomParser(str(folder / "doses" / row["dose_file"]))
        number = next(n for n, roi in structures.GetStructures().items() if not roi["name"].startswith("POI"))
        fastest = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            dvh = dvhcalc.get_dvh(structures.ds, dose.ds, number)
            fastest = min(fastest, time.perf_counter() - start)
        seconds.append(fastest)
        deviations += [100 * (found / float(row[name]) - 1) for found, name in zip(figures(dvh), MEASURES)]
    within = sum(abs(deviation) <= 1 for deviation in deviations)
    print(f"dicompyler-core: {within} of {len(deviations)} figures within 1 %, the largest deviation "
          f"{max(map(abs, deviations)):.2f} %; {1e3 * sum(seconds) / len(seconds):.2f} ms per structure")


main(pathlib.Path(sys.argv[1]))

"""Whether rert takes the public files that pydicom and pydicom-data bring, as far as pydicom finds them valid.

Usage: python valid_files.py path/to/rert

A file is valid when pydicom reads every element of it while it insists on the standard, when class and instance are stated and no
element of the top level stands twice, and when its native pixel data are as long as their size says.
"""

import json
import logging
import subprocess
import sys
import warnings
from pathlib import Path

import data_store
import pydicom
from pydicom import config
from pydicom.filereader import data_element_generator, read_preamble, _read_file_meta_info


def files():
    for package in (pydicom, data_store):
        for path in sorted(Path(package.__file__).parent.rglob("*")):
            if path.is_file() and path.read_bytes()[128:132] == b"DICM":
                yield path


def why_not_valid(path):
    """Nothing for a valid file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            dataset = pydicom.dcmread(path)
            for element in dataset.iterall():
                _ = element.value
            if "DirectoryRecordSequence" in dataset:
                return "a directory of media, no object"
            if not dataset.get("SOPClassUID") or not dataset.get("SOPInstanceUID"):
                return "class or instance is not stated"
            if not dataset.get("SOPInstanceUID").is_valid:
                return "the name of the instance is none"
            return pixels(dataset) or twice(path, dataset)
    except Exception as error:  # noqa: BLE001 whatever pydicom does not like
        return f"{type(error).__name__}: {error}".splitlines()[0][:100]


def pixels(dataset):
    if "PixelData" not in dataset or dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        return None
    expected = pydicom.pixels.utils.get_expected_length(dataset)
    if len(dataset.PixelData) not in (expected, expected + expected % 2):
        return f"{len(dataset.PixelData)} bytes of pixels instead of {expected}"
    return None


def twice(path, dataset):
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax.is_deflated:
        return None
    with open(path, "rb") as file:
        read_preamble(file, False)
        _read_file_meta_info(file)
        seen = set()
        for element in data_element_generator(file, syntax.is_implicit_VR, syntax.is_little_endian):
            if element.tag in seen:
                return f"{element.tag} stands twice"
            seen.add(element.tag)
    return None


def main(program):
    config.settings.reading_validation_mode = config.RAISE
    logging.disable(logging.CRITICAL)
    examiner = subprocess.Popen([program, "examine"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    n_valid, refused, n_others = 0, [], 0
    for path in files():
        examiner.stdin.write(json.dumps(str(path)) + "\n")
        examiner.stdin.flush()
        answer = examiner.stdout.readline()
        assert answer, f"the examiner ended at {path.name}"
        what = json.loads(answer)["what"]
        reason = why_not_valid(path)
        is_taken = isinstance(what, dict) and "object" in what
        if reason is not None:
            n_others += 1
            print(f"not counted: {path.name}: {reason}; {'taken' if is_taken else what}", file=sys.stderr)
            continue
        n_valid += 1
        if not is_taken:
            refused.append(f"{path.name}: {what}")
    share = 100 * (n_valid - len(refused)) / n_valid
    print(f"valid files: {n_valid - len(refused)} of {n_valid} taken ({share:.1f} %), {n_others} others not counted")
    for line in refused:
        print(f"  refused {line}")
    assert share >= 98.0


main(sys.argv[1])

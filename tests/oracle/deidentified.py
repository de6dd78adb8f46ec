"""Whether an export of `rert deidentify` is what it claims, looked at by pydicom.

Usage: python deidentified.py ORIGINALS EXPORT LINKAGE

Every file must open strictly, hold what its kind must hold, no private element and no text, UID, date or time of the originals; references
must meet; and doses, images, contours, matrices and intervals must be those of the originals.
"""

import json
import stat
import sys
import tomllib
import warnings
from datetime import datetime
from pathlib import Path

import numpy as np
import pydicom
from pydicom import config

# What must be there with a value, and what may be empty (PS3.3); an inner list belongs to each item of a sequence.
EVERY = {
    "SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID Modality PatientIdentityRemoved "
    "LongitudinalTemporalInformationModified DeidentificationMethod PatientName PatientID": True,
    "PatientBirthDate PatientSex StudyDate StudyTime StudyID AccessionNumber ReferringPhysicianName SeriesNumber "
    "Manufacturer InstanceNumber": False,
    "DeidentificationMethodCodeSequence": {"CodeValue CodingSchemeDesignator CodeMeaning": True},
}
IMAGE = {
    "ImageType SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation "
    "PixelSpacing ImageOrientationPatient ImagePositionPatient FrameOfReferenceUID PixelData": True,
    "SliceThickness PositionReferenceIndicator PatientPosition": False,
}
MACHINE_FREE = "NumberOfWedges NumberOfCompensators NumberOfBoli NumberOfBlocks NumberOfControlPoints"
KINDS = {
    "CT": IMAGE | {"RescaleIntercept RescaleSlope RescaleType": True, "KVP AcquisitionNumber": False},
    "MR": IMAGE | {"ScanningSequence SequenceVariant": True, "ScanOptions MRAcquisitionType EchoTime EchoTrainLength": False},
    "PT": IMAGE
    | {
        "SeriesDate SeriesTime SeriesType Units CountsSource NumberOfSlices DecayCorrection RescaleIntercept RescaleSlope "
        "FrameReferenceTime ImageIndex": True,
        "CorrectedImage AcquisitionDate AcquisitionTime PatientOrientationCodeSequence "
        "PatientGantryRelationshipCodeSequence": False,
        "RadiopharmaceuticalInformationSequence": {
            "RadionuclideTotalDose RadionuclideHalfLife RadiopharmaceuticalStartDateTime": True,
            "RadionuclideCodeSequence": False,
        },
    },
    "RTSTRUCT": {
        "StructureSetLabel": True,
        "StructureSetDate StructureSetTime OperatorsName": False,
        "StructureSetROISequence": {
            "ROINumber ReferencedFrameOfReferenceUID ROIName": True,
            "ROIGenerationAlgorithm": False,
        },
        "ROIContourSequence": {
            "ReferencedROINumber": True,
            "ContourSequence": {"ContourGeometricType NumberOfContourPoints ContourData": True},
        },
        "RTROIObservationsSequence": {
            "ObservationNumber ReferencedROINumber": True,
            "RTROIInterpretedType ROIInterpreter": False,
        },
    },
    "RTPLAN": {
        "RTPlanLabel RTPlanGeometry": True,
        "RTPlanDate RTPlanTime OperatorsName": False,
        "DoseReferenceSequence": {"DoseReferenceNumber DoseReferenceStructureType DoseReferenceType": True},
        "FractionGroupSequence": {
            "FractionGroupNumber NumberOfBeams NumberOfBrachyApplicationSetups": True,
            "NumberOfFractionsPlanned": False,
            "ReferencedBeamSequence": {"ReferencedBeamNumber": True},
        },
    },
    "RTDOSE": {
        "SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation "
        "PixelSpacing ImageOrientationPatient ImagePositionPatient FrameOfReferenceUID NumberOfFrames FrameIncrementPointer "
        "GridFrameOffsetVector DoseUnits DoseType DoseSummationType DoseGridScaling PixelData": True,
        "SliceThickness PositionReferenceIndicator OperatorsName": False,
        "ReferencedRTPlanSequence": {"ReferencedSOPClassUID ReferencedSOPInstanceUID": True},
    },
    "REG": {
        "FrameOfReferenceUID ContentDate ContentTime ContentLabel ManufacturerModelName DeviceSerialNumber SoftwareVersions": True,
        "ContentDescription ContentCreatorName": False,
    },
    "RTRECORD": {
        "PrimaryDosimeterUnit": True,
        "TreatmentDate TreatmentTime OperatorsName": False,
        "ReferencedRTPlanSequence": {"ReferencedSOPClassUID ReferencedSOPInstanceUID": True},
        "TreatmentMachineSequence": {"TreatmentMachineName Manufacturer ManufacturerModelName DeviceSerialNumber": False},
    },
}
BEAM = {f"BeamNumber BeamType {MACHINE_FREE}": True, "RadiationType TreatmentMachineName": False}
PARTS = {
    "BeamSequence": BEAM | {"ControlPointSequence": {"ControlPointIndex": True, "CumulativeMetersetWeight": False}},
    "IonBeamSequence": BEAM
    | {"ScanMode": True, "IonControlPointSequence": {"ControlPointIndex": True, "CumulativeMetersetWeight": False}},
    "TreatmentSessionBeamSequence": {
        f"BeamType TreatmentTerminationStatus {MACHINE_FREE}": True,
        "CurrentFractionNumber RadiationType TreatmentDeliveryType TreatmentVerificationStatus": False,
    },
    "RegistrationSequence": {
        "FrameOfReferenceUID": True,
        "MatrixRegistrationSequence": {
            "RegistrationTypeCodeSequence": False,
            "MatrixSequence": {
                "FrameOfReferenceTransformationMatrix FrameOfReferenceTransformationMatrixType": True,
            },
        },
    },
    "DeformableRegistrationSequence": {
        "SourceFrameOfReferenceUID": True,
        "DeformableRegistrationGridSequence": {
            "ImageOrientationPatient ImagePositionPatient GridDimensions GridResolution VectorGridData": True,
        },
    },
}
TEXT = {"AE", "LO", "LT", "PN", "SH", "ST", "UT", "UC", "UR"}
# Words that an export writes itself, and that an original may happen to hold as well: among them the names of the standard list.
OWN_WORDS = {"rert", "HU", "DCM", "SRT", "none", "C-111A1", "^18^Fluorine"}
ORGANS = Path(__file__).parents[2] / "knowledge" / "organs.toml"


def read(folder):
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and path.read_bytes()[128:132] == b"DICM":
            dataset = pydicom.dcmread(path)
            found[dataset.SOPInstanceUID] = dataset
    return found


def requires(dataset, wanted, where):
    for names, rule in wanted.items():
        for name in names.split():
            assert name in dataset, f"{where}: {name} is missing"
            if rule is True:
                value = dataset[name].value
                assert value is not None and value != "" and value != [], f"{where}: {name} has no value"
            elif isinstance(rule, dict):
                for item in dataset[name].value:
                    requires(item, rule, f"{where}/{name}")


def optional(dataset, where):
    for name, rule in PARTS.items():
        for item in dataset.get(name, []):
            present = {names: inner for names, inner in rule.items() if not isinstance(inner, dict) or names in item}
            requires(item, present, f"{where}/{name}")


def kind(dataset):
    return "REG" if dataset.SOPClassUID.startswith("1.2.840.10008.5.1.4.1.1.66.") else dataset.Modality


def elements(datasets):
    for dataset in datasets:
        yield from dataset.iterall()


def words(datasets, representations):
    """All values of some representations, without those of the standard."""
    found = set()
    for element in elements(datasets):
        if element.VR in representations and element.value not in (None, ""):
            values = element.value if element.VM > 1 else [element.value]
            found |= {str(value) for value in values if str(value)}
    return {word for word in found if not word.startswith("1.2.840.10008.")}


def check_files(export):
    for uid, dataset in export.items():
        where = f"{kind(dataset)} {uid}"
        for element in dataset.iterall():
            assert not element.tag.is_private, f"{where}: {element.tag} is private"
            _ = element.value
        requires(dataset, EVERY, where)
        wanted = dict(KINDS[kind(dataset)])
        requires(dataset, {name: rule for name, rule in wanted.items() if not isinstance(rule, dict)}, where)
        for name, rule in wanted.items():
            if isinstance(rule, dict):
                assert name in dataset, f"{where}: {name} is missing"
                for item in dataset[name].value:
                    inner = {n: r for n, r in rule.items() if not isinstance(r, dict) or n in item}
                    requires(item, inner, f"{where}/{name}")
        optional(dataset, where)
        assert dataset.preamble == bytes(128)
        assert dataset.PatientIdentityRemoved == "YES" and dataset.PatientBirthDate == ""
        codes = {code.CodeValue for code in dataset.DeidentificationMethodCodeSequence}
        assert codes == {"113100", "113105", "113107", "113108"}, codes


def standard_names():
    with ORGANS.open("rb") as file:
        organs = tomllib.load(file)["organ"]
    names = {organ[key] for organ in organs for key in ("standard_name", "both_name") if key in organ}
    names |= {name + side for name in names for side in ("_L", "_R")}
    return names | {f"{name}_PRV" for name in names}


def check_nothing_kept(original, export, version):
    """No word, UID, date or time of the originals, whatever element it stood in."""
    n = 0
    for name, representations in [("texts", TEXT), ("UIDs", {"UI"}), ("dates", {"DA", "DT"})]:
        before, after = words(original.values(), representations), words(export.values(), representations)
        kept = (before & after) - OWN_WORDS - standard_names() - {version}
        assert not kept, f"{len(kept)} {name} of the originals, such as {sorted(kept)[0]!r}"
        n += len(before)
    hours = words(original.values(), {"TM"}) & words(export.values(), {"TM"}) - {"120000"}
    assert not hours, hours
    return n


def check_references(original, export, uids):
    """Every object that is referred to is here, under the class it has, unless it was not among the originals either."""
    n = 0
    here = set(export) | {dataset.StudyInstanceUID for dataset in export.values()}
    absent = {new for old, new in uids.items() if old not in original}
    for dataset in export.values():
        for element in dataset.iterall():
            if element.keyword == "ReferencedSOPInstanceUID":
                assert element.value in here | absent, element.value
                n += 1
        if "ReferencedRTPlanSequence" in dataset:
            for item in dataset.ReferencedRTPlanSequence:
                assert export[item.ReferencedSOPInstanceUID].SOPClassUID == item.ReferencedSOPClassUID
    return n


def values(dataset):
    slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
    if kind(dataset) == "RTDOSE":
        slope, intercept = float(dataset.DoseGridScaling), 0.0
    return dataset.pixel_array * slope + intercept


def check_numbers(original, export, uids, days):
    n = 0
    for uid, before in original.items():
        if uid not in uids or uids[uid] not in export:
            continue
        after = export[uids[uid]]
        n += 1
        if "PixelData" in before:
            assert np.array_equal(values(before), values(after)), uid
            here, there = before.ImagePositionPatient, after.ImagePositionPatient
            assert np.allclose(np.array(here, float), np.array(there, float), atol=1e-6), uid
        for name in ("ROIContourSequence", "RegistrationSequence", "FractionGroupSequence"):
            if name in before:
                check_sequence(before[name].value, after[name].value)
        for name in ("StudyDate", "RTPlanDate", "StructureSetDate", "TreatmentDate"):
            if before.get(name):
                moved = datetime.strptime(before[name].value, "%Y%m%d") - datetime.strptime(after[name].value, "%Y%m%d")
                assert moved.days == -days, name
    return n


def check_sequence(before, after):
    numbers = {"ContourData", "FrameOfReferenceTransformationMatrix", "NumberOfFractionsPlanned", "ReferencedROINumber"}
    def all_numbers(items):
        found = [e for item in items for e in item.iterall() if e.keyword in numbers]
        return [np.atleast_1d(np.array(element.value, float)) for element in found]
    first, second = all_numbers(before), all_numbers(after)
    assert len(first) == len(second)
    assert all(a.shape == b.shape and np.allclose(a, b, atol=1e-9) for a, b in zip(first, second))


def main(originals, exported, linkage):
    original = read(originals)
    config.settings.reading_validation_mode = config.RAISE
    warnings.simplefilter("error")
    export = read(exported)
    manifest = json.loads(Path(exported, "manifest.json").read_text())
    link = json.loads(Path(linkage).read_text())
    assert stat.S_IMODE(Path(linkage).stat().st_mode) == 0o600
    assert len(manifest["files"]) == len(export) == len(list(Path(exported).iterdir())) - 1
    check_files(export)
    n_words = check_nothing_kept(original, export, manifest["program_version"])
    n_references = check_references(original, export, link["uids"])
    n = check_numbers(original, export, link["uids"], link["days"])
    assert n == len(export)
    kinds = sorted({kind(dataset) for dataset in export.values()})
    print(f"deidentified: {n} objects ({', '.join(kinds)}) agree, {n_references} references meet, 0 of {n_words} words kept")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""dicomweb-client as a peer of the service: `program.py ADDRESS TOKEN FILE...`. Prints a line for each service."""

import sys
from pathlib import Path

import numpy
from dicomweb_client.api import DICOMwebClient
from pydicom import dcmread

address, token = sys.argv[1:3]
paths = [Path(name) for name in sys.argv[3:]]
client = DICOMwebClient(url=address, headers={"Authorization": f"Bearer {token}"})
objects = [dcmread(path) for path in paths]
first = objects[0]
study, series = first.StudyInstanceUID, first.SeriesInstanceUID


def tell(service, is_good, otherwise=""):
    print(f"{service}\t{'ok' if is_good else f'FAILED {otherwise}'}", flush=True)


for wanted in objects:
    stored = client.store_instances([wanted])
    kept = [item.ReferencedSOPInstanceUID for item in stored.ReferencedSOPSequence]
    tell(f"STOW-RS, {wanted.file_meta.TransferSyntaxUID.name}", kept == [wanted.SOPInstanceUID], stored)
stored = client.store_instances(objects, study_instance_uid=study)
tell("STOW-RS into a study, several objects", len(stored.ReferencedSOPSequence) == len(objects), stored)

for filters in [
    {"PatientName": "mueller*"},
    {"PatientName": "M?eller^Anna"},
    {"00100020": "4711"},
    {"PatientBirthDate": "19600101-19601231"},
    {"ModalitiesInStudy": "CT"},
    {"StudyInstanceUID": study},
]:
    found = client.search_for_studies(search_filters=filters, fields=["StudyDescription"])
    tell(f"QIDO-RS studies by {next(iter(filters))}", len(found) == 1 and found[0]["0020000D"]["Value"] == [study], found)
found = client.search_for_studies(search_filters={"PatientName": "nobody*"})
tell("QIDO-RS studies, nothing found", found == [], found)
found = client.search_for_series(study_instance_uid=study, search_filters={"Modality": "CT"})
tell("QIDO-RS series", [one["0020000E"]["Value"] for one in found] == [[series]], found)
found = client.search_for_instances(study_instance_uid=study, series_instance_uid=series, limit=2, offset=1)
tell("QIDO-RS instances, a page", len(found) == 2, found)

for wanted in objects:
    name = wanted.file_meta.TransferSyntaxUID.name
    got = client.retrieve_instance(study, series, wanted.SOPInstanceUID, media_types=(("application/dicom", "*"),))
    same = got == wanted and got.file_meta.TransferSyntaxUID == wanted.file_meta.TransferSyntaxUID
    tell(f"WADO-RS instance, {name}", same)
got = client.retrieve_series(study, series, media_types=(("application/dicom", "*"),))
tell("WADO-RS series", len(got) == len(objects))
got = client.retrieve_study(study, media_types=(("application/dicom", "*"),))
tell("WADO-RS study", len(got) == len(objects))

metadata = client.retrieve_study_metadata(study)
tell("WADO-RS metadata of a study", len(metadata) == len(objects))
metadata = client.retrieve_instance_metadata(study, series, first.SOPInstanceUID)
from pydicom.dataset import Dataset

read = Dataset.from_json(metadata, bulk_data_uri_handler=lambda tag, vr, uri: None)
differing = [e.keyword for e in first if e.keyword not in ("PixelData", "SpecificCharacterSet") and read.get(e.tag) != e]
tell("WADO-RS metadata, read by pydicom", not differing, differing)
bulk = client.retrieve_bulkdata(metadata["7FE00010"]["BulkDataURI"])
tell("WADO-RS bulkdata of the pixels", b"".join(bulk) == first.PixelData)
frames = client.retrieve_instance_frames(study, series, first.SOPInstanceUID, [1])
pixels = numpy.frombuffer(frames[0], dtype="<u2").reshape(first.Rows, first.Columns)
tell("WADO-RS frames", (pixels == first.pixel_array).all())

"""pynetdicom as a peer of the node: `peer.py asks PORT FILE...`, or `peer.py serves PORT FOLDER NODE_PORT`."""

import sys
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
    generate_uid,
)
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import (
    CTImageStorage,
    PatientRootQueryRetrieveInformationModelFind,
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

SYNTAXES = [
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    RLELossless,
]


def commitment(data_sets):
    """A request to keep objects."""
    request = Dataset()
    request.TransactionUID = generate_uid()
    request.ReferencedSOPSequence = []
    for data_set in data_sets:
        item = Dataset()
        item.ReferencedSOPClassUID = data_set.SOPClassUID
        item.ReferencedSOPInstanceUID = data_set.SOPInstanceUID
        request.ReferencedSOPSequence.append(item)
    return request


def asks(port, files):
    """Sends an echo, files, and a request to keep them; prints one line for each that went well."""
    reports = []

    def on_report(event):
        reports.append((event.event_type, len(event.event_information.ReferencedSOPSequence)))
        return 0x0000, None

    entity = AE("CALLER")
    entity.add_requested_context(Verification)
    entity.add_requested_context(StorageCommitmentPushModel)
    for syntax in SYNTAXES:
        entity.add_requested_context(CTImageStorage, syntax)
    handlers = [(evt.EVT_N_EVENT_REPORT, on_report)]
    association = entity.associate("127.0.0.1", port, ae_title="RERT", evt_handlers=handlers)
    if association.send_c_echo().Status == 0:
        print("echo", flush=True)
    data_sets = []
    for file in files:
        data_set = dcmread(file)
        data_sets.append(data_set)
        if association.send_c_store(data_set).Status == 0:
            print("stored", data_set.file_meta.TransferSyntaxUID, flush=True)
    request = commitment(data_sets)
    status, _ = association.send_n_action(
        request, 1, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
    )
    if status.Status == 0:
        for _ in range(100):
            if reports:
                break
            evt_wait()
    if reports == [(1, len(files))]:
        print("committed", flush=True)
    association.release()


def evt_wait():
    """A moment for the other thread."""
    import time

    time.sleep(0.05)


def serves(port, folder, node_port):
    """Keeps what is sent, answers queries about it, sends it back, and promises to keep it."""
    folder = Path(folder)

    def kept():
        return [dcmread(file) for file in sorted(folder.iterdir())]

    def on_store(event):
        name = f"{event.request.AffectedSOPInstanceUID}"
        (folder / name).write_bytes(event.encoded_dataset())
        return 0x0000

    def fits(data_set, query):
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "PatientID"):
            wanted = query.get(keyword, "")
            if wanted and str(data_set.get(keyword)) != str(wanted):
                return False
        wanted = str(query.get("PatientName", "")).split("*")[0].replace("?", "").lower()
        return str(data_set.PatientName).lower().startswith(wanted)

    def on_find(event):
        query = event.identifier
        unique = {
            "PATIENT": "PatientID",
            "STUDY": "StudyInstanceUID",
            "SERIES": "SeriesInstanceUID",
        }.get(query.QueryRetrieveLevel, "SOPInstanceUID")
        told = {}
        for data_set in kept():
            if fits(data_set, query):
                told[data_set.get(unique)] = data_set
        for data_set in told.values():
            answer = Dataset()
            for element in query:
                if element.tag in data_set:
                    answer.add(data_set[element.tag])
            answer.QueryRetrieveLevel = query.QueryRetrieveLevel
            yield 0xFF00, answer
        yield 0x0000, None

    def on_get(event):
        found = [data_set for data_set in kept() if fits(data_set, event.identifier)]
        yield len(found)
        for data_set in found:
            yield 0xFF00, data_set

    def on_move(event):
        yield "127.0.0.1", node_port
        yield from on_get(event)

    def on_action(event):
        request = event.action_information
        here = {data_set.SOPInstanceUID for data_set in kept()}
        names = [item.ReferencedSOPInstanceUID for item in request.ReferencedSOPSequence]
        pending.append((request, all(name in here for name in names)))
        return 0x0000, None

    def report(event):
        # The answer to the request has gone out before anything else is said.
        if event.message.__class__.__name__ != "N_ACTION_RSP" or not pending:
            return
        request, is_whole = pending.pop()
        entity = AE("PACS")
        entity.add_requested_context(StorageCommitmentPushModel)
        role = build_role(StorageCommitmentPushModel, scp_role=True, scu_role=False)
        association = entity.associate("127.0.0.1", node_port, ae_title="RERT", ext_neg=[role])
        association.send_n_event_report(
            request, 1 if is_whole else 2, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
        )
        association.release()

    pending = []
    entity = AE("PACS")
    entity.add_supported_context(Verification)
    entity.add_supported_context(StorageCommitmentPushModel)
    entity.add_supported_context(CTImageStorage, SYNTAXES, scu_role=True, scp_role=True)
    entity.add_requested_context(CTImageStorage, ExplicitVRLittleEndian)
    for model in (
        PatientRootQueryRetrieveInformationModelFind,
        StudyRootQueryRetrieveInformationModelFind,
        StudyRootQueryRetrieveInformationModelGet,
        StudyRootQueryRetrieveInformationModelMove,
    ):
        entity.add_supported_context(model)
    handlers = [
        (evt.EVT_C_STORE, on_store),
        (evt.EVT_C_FIND, on_find),
        (evt.EVT_C_GET, on_get),
        (evt.EVT_C_MOVE, on_move),
        (evt.EVT_N_ACTION, on_action),
        (evt.EVT_DIMSE_SENT, report),
    ]
    entity.start_server(("127.0.0.1", port), block=True, evt_handlers=handlers)


if __name__ == "__main__":
    if sys.argv[1] == "asks":
        asks(int(sys.argv[2]), sys.argv[3:])
    else:
        serves(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))

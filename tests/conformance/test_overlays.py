"""Overlays and presentation states of real files, against pydicom's own reading of them.

The data lie outside the project, in the folder that DIASCOPE_SHARED names; without it these tests
say so and are skipped.
"""

import json
from io import BytesIO

import numpy as np
import pydicom
import pytest

from diascope import overlay, presentation_state
from diascope.errors import DiascopeError
from tests.support.reference_data import FOLDER, MANIFEST, needs_reference
from tests.support.stored_parts import encoded_frame, image_of, parts_of, verified

pytestmark = [pytest.mark.requirement("IMG-06"), needs_reference]
ENTRIES = json.loads(MANIFEST.read_text()) if MANIFEST.is_file() else []
FILES = [FOLDER / each["file"] for each in ENTRIES if each.get("sopi")]


def ours(data):
    parsed, parts = image_of(data), parts_of(data)
    encoded = encoded_frame(parsed, parts, 0)
    return overlay.of_frame(parsed.overlays, encoded, parsed.pixels)


def test_overlays_of_real_files_are_those_that_pydicom_reads():
    compared = 0
    for path in FILES:
        data = path.read_bytes()
        if b"\x00\x60\x10\x00" not in data or b"\x00\x60\x00\x30" not in data:
            continue
        dataset = pydicom.dcmread(BytesIO(data), force=True)
        if not dataset.get((0x6000, 0x3000)) or dataset[0x6000, 0x3000].value is None:
            continue
        theirs = dataset.overlay_array(0x6000)
        (found,) = ours(data)
        assert np.array_equal(theirs.astype(bool), found.points), path.name
        assert tuple(dataset[0x6000, 0x0050].value) == found.origin
        compared += 1

    assert compared >= 2


def test_presentation_states_of_real_files_are_read():
    """Three scrambled tables of 256 entries, one at each stage."""
    read = []
    for each in ENTRIES:
        if each.get("sop") == presentation_state.SOP_CLASS:
            path = FOLDER / each["file"]
            state = presentation_state.parse(verified("whole", 0, path.read_bytes()))
            dataset = pydicom.dcmread(path)
            voi = dataset.SoftcopyVOILUTSequence[0].VOILUTSequence[0].LUTData
            assert list(dataset.ModalityLUTSequence[0].LUTData) == (
                state.modality.table.entries.tolist()
            )
            assert list(voi) == state.vois[0].table.entries.tolist()
            assert list(dataset.PresentationLUTSequence[0].LUTData) == (
                state.presentation_lut.entries.tolist()
            )
            read.append(dataset.ContentLabel)

    assert ["XLUT_P03"] == read


def test_no_real_file_is_a_fault_of_the_reader_of_states():
    """Every other file, given as a state, is a refusal with a code."""
    codes = set()
    for each in ENTRIES:
        if each.get("sop") != presentation_state.SOP_CLASS:
            with pytest.raises(DiascopeError) as caught:
                presentation_state.parse(
                    verified("whole", 0, (FOLDER / each["file"]).read_bytes())
                )
            codes.add(caught.value.family)

    assert {"presentation_state", "part10"} <= codes

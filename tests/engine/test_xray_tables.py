"""A Modality LUT that leads back to X-ray intensity is not for display: ADR 0028."""

import hashlib

import numpy as np
import pytest

from diascope import lut_sequences, pipeline, presentation_state, stored_digest
from diascope.presets import Look
from diascope.viewport import View
from tests.engine import headers
from tests.engine.test_stated import listed
from tests.support import phantoms, states
from tests.support.phantoms import Image
from tests.support.stored_parts import image_of, verified

pytestmark = pytest.mark.requirement("IMG-01")
CLASSES = {
    name: f"1.2.840.10008.5.1.4.1.1.12.{number}"
    for name, number in (("angiography", 1), ("fluoroscopy", 2), ("two planes", 3))
}
STORED = np.array([[[0, 1000, 2000, 4095]]], np.uint16)
FALLING = (4095 - np.arange(4096)).astype("<u2")
RISING, INVERTED = [0, 62, 125, 255], [255, 193, 130, 0]  # 4,095 over 255, to the nearest
ONE_TO_ONE = View(4, 1, 1_000_000, 2_000_000, 500_000, "one_to_one")


def file(sop_class, relationship, lut=None):
    extra = {
        0x00080016: ("UI", sop_class), 0x00281050: ("DS", "2048"), 0x00281051: ("DS", "4096"),
        0x00283000: headers.items(lut or headers.lut(bits=12, entries=FALLING)),
    }  # fmt: skip
    extra |= {0x00281040: ("CS", relationship)} if relationship else {}
    return phantoms.file(Image(STORED, bits_stored=12, extra=extra))


def greys(data, state=None):
    return pipeline.render_frame(listed(data), 0, Look(), ONE_TO_ONE, state).array[0, :, 0]


@pytest.mark.parametrize("relationship", ["LIN", "LOG", "DISP", ""])
@pytest.mark.parametrize("name", CLASSES)
def test_the_table_of_an_xray_image_is_applied_unless_it_leads_back(name, relationship):
    data = file(CLASSES[name], relationship)
    is_applied = relationship in {"LIN", ""}

    assert (INVERTED if is_applied else RISING) == greys(data).tolist()
    said = () if is_applied else (lut_sequences.INTENSITY_NOTICE,)
    assert said == image_of(data).notices


@pytest.mark.parametrize("relationship", ["LIN", "LOG", "DISP", ""])
def test_the_table_of_another_class_is_applied(relationship):
    data = file(phantoms.CT_IMAGE, relationship)

    assert (INVERTED, ()) == (greys(data).tolist(), image_of(data).notices)


def test_a_table_that_is_not_applied_needs_no_entries():
    """Nothing of it is shown, so nothing of it is in doubt."""
    found = image_of(file(CLASSES["angiography"], "LOG", headers.lut(bits=3)))

    assert (None, (lut_sequences.INTENSITY_NOTICE,)) == (found.modality_lut, found.notices)


def test_an_xray_image_without_a_table_has_nothing_to_say():
    found = headers.image(_00080016=("UI", CLASSES["angiography"]), _00281040=("CS", "LOG"))

    assert (None, ()) == (found.modality_lut, found.notices)


def test_the_table_of_a_presentation_state_is_applied():
    lut = ("SQ", [states.lut(FALLING, bits=12)])
    window = ("SQ", [states.window(2048, 4096)])
    whole = states.area((1, 1), (4, 1))
    data = states.file(states.state([whole], _00283000=lut, _00283110=window))
    state = presentation_state.parse(verified("whole", 0, data))

    assert INVERTED == greys(file(CLASSES["angiography"], "LOG"), state).tolist()


def test_stored_values_and_their_digest_are_the_same():
    found = [stored_digest.of_file(file(CLASSES["angiography"], each)) for each in ("LOG", "LIN")]

    assert found[0] == found[1]
    assert hashlib.sha256(STORED.astype("<u2").tobytes()).hexdigest() in str(found[0])

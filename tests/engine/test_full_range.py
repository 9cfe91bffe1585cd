"""NONE is one thing: the full range of the image it is applied to, in a state as that says."""

import numpy as np
import pytest

from diascope import pipeline, presentation_state, presets, stated
from diascope.manifest import PartEntry
from diascope.presets import Look
from diascope.values import Window
from diascope.viewport import View
from tests.engine import studies
from tests.engine.images import every, grey_image, table
from tests.engine.readers import holding_all, state
from tests.support import phantoms
from tests.support import states as made
from tests.support.phantoms import Image
from tests.support.stored_parts import image_of, parts_of, verified

pytestmark = pytest.mark.requirement("IMG-06")
STORED = np.tile(np.arange(0, 1020, 85, dtype=np.uint16), (9, 1))
OTHER = "1.2.826.0.1.3.2"
WHOLE = made.area((1, 1), (12, 9))
CURVE = np.arange(4096) // 8 + 100


def image(bits, sop=phantoms.SOP, number=1):
    extra = {0x00080018: ("UI", sop), 0x00200013: ("IS", str(number))}
    return phantoms.file(Image(STORED[None], bits_stored=bits, extra=extra))


def a_state(sops=(phantoms.SOP,), **changes):
    """A state without a VOI transformation."""
    return made.file(made.state([WHOLE], [made.reference(sop) for sop in sops], **changes))


BEHIND_A_TABLE = a_state(_00283000=("SQ", [made.lut(CURVE, bits=12)]))


def opened(files, state_file):
    reader = holding_all(studies.study(files, [state_file]), 24, 18)
    reader.show("1", 0, 0, 1)
    return reader


def apply(reader, generation=2):
    return reader.change("1", {"presentation_state": made.STATE}, generation)


def redrawn(presentation, data, state_file):
    """The picture of a record, by the reference path."""
    applied = presentation_state.parse(verified("whole", 0, state_file))
    voi = {name: presentation["voi"][name] for name in Window.__slots__}
    names = ("zoom_e6", "center_column_e6", "center_row_e6", "mode", "rotation", "flip")
    view = View(24, 18, **{name: presentation[name] for name in names})
    parts = [(part.data, PartEntry("whole", 0, len(part.data), part.sha256, "", 0))
             for part in parts_of(data)]  # fmt: skip
    look = Look(Window(**voi), presentation["invert"])
    return pipeline.render_frame(parts, 0, look, view, applied).array


def picture(painted):
    return painted.pixels.view(np.uint8).reshape(18, 24, 4)


@pytest.mark.parametrize("bits", [(10, 12), (12, 10)], ids=str)
def test_an_image_that_was_scrolled_to_looks_as_one_that_was_opened(bits):
    files = [image(bits[0]), image(bits[1], OTHER, 2)]
    states = a_state((phantoms.SOP, OTHER))
    reader = opened(files, states)
    apply(reader)
    scrolled = reader.show("1", 0, 1, 3)
    record = reader.settle("1", 4).reply["view"]["presentation"]
    first = reader.show("1", 0, 0, 5)
    reset = [reader.show("1", 0, 1, 6), reader.change("1", {"reset": True}, 7)][-1]

    assert state(reset)["window"] == state(scrolled)["window"]
    assert np.array_equal(reset.pixels, scrolled.pixels)
    assert not np.array_equal(first.pixels, scrolled.pixels)
    assert np.array_equal(picture(scrolled), redrawn(record, files[1], states))


def test_the_preset_full_range_is_the_picture_of_a_state_that_names_no_window():
    data = image(12)
    reader = opened([data], BEHIND_A_TABLE)
    own = apply(reader)
    records = [reader.settle("1", 3).reply["view"]["presentation"]]
    chosen = reader.change("1", {"preset": "full"}, 4)
    records.append(reader.settle("1", 5).reply["view"]["presentation"])

    assert records[0] == records[1]
    assert ("NONE", "") == (records[0]["voi"]["function"], records[0]["voi"]["width"])
    assert np.array_equal(own.pixels, chosen.pixels)
    assert np.array_equal(picture(own), redrawn(records[0], data, BEHIND_A_TABLE))


def test_none_is_what_the_state_says_when_it_is_asked_for_by_name():
    """As `diascope render --function NONE --state` does."""
    applied = presentation_state.parse(verified("whole", 0, BEHIND_A_TABLE))
    shown = stated.image_of(image_of(image(12)), applied, 0)
    asked = pipeline.chosen(shown, every(12), Window("", "", "NONE"), applied)

    assert asked == pipeline.chosen(shown, every(12), None, applied)
    assert ("2048", "4096") == (asked.center, asked.width)


def test_without_a_state_full_range_is_what_the_table_gives():
    """Records of images alone keep their picture: 100 to 611."""
    found = presets.identity(grey_image(modality_lut=table(CURVE, bits=12)), every(12))

    assert ("356", "512") == (found.center, found.width)

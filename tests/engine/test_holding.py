from dataclasses import replace

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from diascope.errors import IntegrityError, ManifestError
from diascope.manifest import digest, parse, to_bytes
from diascope.painted import Screen
from diascope.reading import Reader
from tests.engine import studies
from tests.engine.readers import (
    BUNDLE,
    GREY,
    MADE,
    fetch,
    reader,
    show,
    state,
)


@pytest.mark.requirement("INT-01")
def test_header_of_another_instance_than_the_manifest_names_is_refused() -> None:
    listed = parse(MADE.data)
    entry = replace(listed.series[1].instances[0], sop="2.25.9")
    series = (replace(listed.series[1], instances=(entry,)),)
    data = to_bytes(replace(listed, series=series))
    made = Reader()
    made.open(data, digest(data), BUNDLE)
    made.lay_out(Screen("1", 8, 8))
    for part in (0, 1):
        made.holding.put_part((0, 0, part), MADE.parts[1, 0, part])
    with pytest.raises(ManifestError) as caught:
        made.show("1", 0, 0, 1)
    assert "manifest.instance" == caught.value.code


def test_file_that_cannot_be_cut_is_shown_from_its_one_part() -> None:
    made = Reader()
    deflated = studies.file(GREY, 1, syntax=DeflatedExplicitVRLittleEndian)
    study = studies.study([deflated])
    made.open(study.data, study.digest, BUNDLE)
    made.lay_out(Screen("1", 32, 24))
    assert [(0, 0, 0)] == made.needs(0, 2) == list(study.parts)
    made.holding.put_part((0, 0, 0), deflated)
    shown = made.show("1", 0, 2, 1)
    whole = reader()
    whole.lay_out(Screen("1", 32, 24))
    assert np.array_equal(show(whole, 1, 2).pixels, shown.pixels)


def test_needs_names_only_what_is_not_held() -> None:
    made = reader()
    assert [(1, 0, 0), (1, 0, 2)] == made.needs(1, 1)
    made.holding.put_part((1, 0, 0), MADE.parts[1, 0, 0])
    assert [(1, 0, 2)] == made.needs(1, 1)


def test_parts_that_were_found_to_be_held_leave_last() -> None:
    """What `needs` did not name is still there when the image is shown."""
    made = reader(part_bytes=4400)  # two images
    fetch(made, 0, 0)
    fetch(made, 0, 1)
    assert [] == made.needs(0, 0)
    fetch(made, 0, 2)
    assert made.needs(0, 1)
    assert 0 == state(made.show("1", 0, 0, 1))["position"]


@pytest.mark.requirement("INT-01")
def test_part_with_one_changed_bit_is_never_held() -> None:
    made, key = reader(), (0, 0, 1)
    data = bytearray(MADE.parts[key])
    data[5] ^= 1
    with pytest.raises(IntegrityError):
        made.holding.put_part(key, bytes(data))
    assert key in made.needs(0, 0)


@pytest.mark.requirement("INT-01")
def test_part_of_another_image_is_refused() -> None:
    with pytest.raises(IntegrityError):
        reader().holding.put_part((0, 0, 1), MADE.parts[0, 1, 1])


def test_parts_leave_when_their_budget_is_full() -> None:
    made = reader(part_bytes=4000)
    show(made, 0, 0)
    show(made, 0, 1)
    fetch(made, 1, 0)
    assert made.needs(0, 0)
    assert 0 == len(made.needs(1, 0))


def test_frame_leaves_when_its_budget_is_full_and_is_decoded_again() -> None:
    made = reader(frame_bytes=4 * GREY[0].nbytes)
    first = show(made, 0, 0)
    for position in (1, 0):
        again = show(made, 0, position)
    assert np.array_equal(first.pixels, again.pixels)


@pytest.mark.requirement("INT-01")
def test_manifest_that_the_page_did_not_verify_is_refused() -> None:
    with pytest.raises(ManifestError) as caught:
        Reader().open(MADE.data, "0" * 64, BUNDLE)
    assert "manifest.digest" == caught.value.code

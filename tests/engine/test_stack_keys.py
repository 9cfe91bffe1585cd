"""What a header says of its stack, as short texts that are the same on every machine."""

from struct import pack

import pytest

from diascope import stack_keys
from tests.support import phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import image_of


def keys(syntax=phantoms.EXPLICIT, **extra):
    elements = {int(tag, 16): value for tag, value in extra.items()}
    return dict(
        image_of(phantoms.file(Image(ramp((1, 4, 4)), syntax=syntax, extra=elements))).stack_keys
    )


def test_texts_are_read_and_what_is_absent_is_left_out():
    found = keys(
        **{
            "00080008": ("CS", "ORIGINAL\\PRIMARY\\M"), "00180081": ("DS", "80.50 "),
            "00200012": ("IS", "3"), "00181060": ("DS", ""),
        }
    )  # fmt: skip

    assert {
        "image_type": "ORIGINAL\\PRIMARY\\M", "photometric": "MONOCHROME2", "echo_time": "80.50",
        "acquisition": "3",
    } == found  # fmt: skip


@pytest.mark.parametrize("syntax", [phantoms.EXPLICIT, phantoms.BIG, phantoms.IMPLICIT], ids=str)
def test_b_values_are_decimals_in_every_byte_order(syntax):
    order = ">" if syntax == phantoms.BIG else "<"
    b, direction = pack(order + "d", 1000.0), pack(order + "3d", 0.5, -0.70710678, 0.0)
    found = keys(syntax, **{"00189087": ("FD", b), "00189089": ("FD", direction)})

    assert ("1000", "0.5\\-0.70710678\\0") == (found["b_value"], found["direction"])


@pytest.mark.parametrize(
    "value",
    [b"", b"\0" * 7, pack("<d", float("nan")), pack("<d", float("inf"))],
    ids=["empty", "short", "not a number", "infinite"],
)
def test_what_is_no_number_is_nothing(value):
    assert "" == stack_keys.floats(value, 8, is_little=True)


def test_single_precision_is_read():
    assert "37.5" == stack_keys.floats(pack(">f", 37.5), 4, is_little=False)


def test_no_key_is_longer_than_a_manifest_holds():
    found = keys(**{"00080008": ("CS", "\\".join(["X" * 15] * 60))})

    assert stack_keys.MAX_CHARACTERS == len(found["image_type"])

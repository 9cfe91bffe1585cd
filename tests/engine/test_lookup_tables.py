"""LUT Descriptor and LUT Data give a table, or are refused."""

from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope.errors import DiascopeError, MalformedImage
from diascope.lookup_tables import table

WORDS = np.arange(4, dtype="<u2") * 1000


@pytest.mark.parametrize(
    ("first", "is_signed", "mapped"),
    [(5, False, 5), (0xFFF6, True, -10), (0xFFF6, False, 65526)],
    ids=["plain", "signed", "unsigned"],
)
def test_the_first_value_mapped_has_the_sign_of_its_vr(first, is_signed, mapped):
    made = table(pack("<3H", 4, first, 16), WORDS.tobytes(), is_signed=is_signed)

    assert (mapped, 16, [0, 1000, 2000, 3000]) == (
        made.first_mapped,
        made.bits,
        made.entries.tolist(),
    )
    assert not made.entries.flags.writeable


def test_zero_entries_mean_65536():
    """PS3.3 C.11.1.1.1: 2^16 does not fit 16 bits."""
    made = table(pack("<3H", 0, 0, 16), bytes(131_072), is_signed=False)

    assert 65_536 == len(made.entries)


def test_big_endian_descriptor_and_data():
    made = table(
        pack(">3H", 4, 1, 16), WORDS.astype(">u2").tobytes(), is_signed=False, is_little=False
    )

    assert (1, [0, 1000, 2000, 3000]) == (made.first_mapped, made.entries.tolist())


@pytest.mark.parametrize("is_little", [True, False], ids=["little", "big"])
def test_entries_of_a_byte_are_packed_low_byte_first(is_little):
    order = "<" if is_little else ">"
    data = pack(order + "2H", 0x0201, 0x0003)
    made = table(pack(order + "3H", 3, 0, 8), data, is_signed=False, is_little=is_little)

    assert [1, 2, 3] == made.entries.tolist()


@pytest.mark.parametrize(
    ("descriptor", "data"),
    [
        (pack("<2H", 4, 0), WORDS.tobytes()),
        (pack("<3H", 4, 0, 16), WORDS.tobytes()[:-1]),
        (pack("<3H", 5, 0, 16), WORDS.tobytes()),
        (pack("<3H", 4, 0, 32), WORDS.tobytes()),
        (pack("<3H", 4, 0, 7), WORDS.tobytes()),
        (pack("<3H", 0, 0, 16), b""),
    ],
    ids=["two values", "cut", "too few", "32 bits", "7 bits", "no data"],
)
def test_a_table_that_does_not_fit_is_refused(descriptor, data):
    with pytest.raises(MalformedImage) as refusal:
        table(descriptor, data, is_signed=False)

    assert "malformed.table" == refusal.value.code


@given(st.binary(max_size=8), st.binary(max_size=40), st.booleans())
def test_any_bytes_give_a_table_or_our_error(descriptor, data, is_signed):
    try:
        made = table(descriptor, data, is_signed=is_signed)
    except DiascopeError:
        return
    assert 1 <= len(made.entries) <= 65_536

"""Only bytes of the signed size and SHA-256 become verified bytes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import integrity
from diascope.errors import IntegrityError
from diascope.manifest import PartEntry

DATA = bytes(range(256))


def entry(data, **changes):
    fields = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), **changes}
    return PartEntry("frame", 3, fields["size"], fields["sha256"], "0" * 64, 0)


@pytest.mark.requirement("INT-01")
def test_the_stored_bytes_pass_unchanged():
    verified = integrity.verify(DATA, entry(DATA))

    assert (DATA, hashlib.sha256(DATA).hexdigest()) == (verified.data, verified.sha256)


@pytest.mark.requirement("INT-01")
@given(st.binary(min_size=1, max_size=64), st.data())
def test_any_flipped_bit_is_refused(data, draw):
    flipped = bytearray(data)
    flipped[draw.draw(st.integers(0, len(data) - 1))] ^= 1 << draw.draw(st.integers(0, 7))
    with pytest.raises(IntegrityError) as refusal:
        integrity.verify(bytes(flipped), entry(data))

    assert "integrity.digest" == refusal.value.code


@pytest.mark.parametrize("data", [DATA[:-1], DATA + b"\0", b""], ids=["short", "long", "empty"])
def test_another_size_is_refused(data):
    with pytest.raises(IntegrityError) as refusal:
        integrity.verify(data, entry(DATA))

    assert "integrity.size" == refusal.value.code


def test_an_upper_case_digest_is_another_text_and_refused():
    with pytest.raises(IntegrityError):
        integrity.verify(DATA, entry(DATA, sha256=hashlib.sha256(DATA).hexdigest().upper()))


def test_the_refusal_holds_no_data():
    with pytest.raises(IntegrityError) as refusal:
        integrity.verify(b"DOE^JOHN", entry(b"ROE^JANE"))

    assert "JOHN" not in str(refusal.value)

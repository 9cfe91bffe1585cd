"""No module of the bundle may make the loader evaluate text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope_server.runtime.exports import MAGIC, read_exports, scan
from diascope_server.runtime.lock import BundleError
from diascope_server.runtime.trim import pack


def leb128(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def section(number, content):
    return bytes([number]) + leb128(len(content)) + content


def module(*exports):
    """A module with a long section before its exports, so that sizes need two bytes."""
    entries = b"".join(
        leb128(len(name)) + name.encode() + b"\0" + leb128(index + 200)
        for index, name in enumerate(exports)
    )
    return MAGIC + section(0, b"x" * 300) + section(7, leb128(len(exports)) + entries)


def test_exports_are_read_in_order():
    names = [f"export{number}" for number in range(200)]

    assert names == read_exports(module(*names))


@pytest.mark.requirement("PAT-09")
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("__start_em_asm", id="em_asm"),
        pytest.param("__em_js__log", id="em_js"),
    ],
)
def test_a_module_that_needs_eval_is_refused(name):
    with pytest.raises(BundleError) as refusal:
        scan("x.whl", pack({"a/b.so": module("PyInit_b", name)}))

    assert ("bundle.eval", "x.whl: a/b.so") == (refusal.value.code, refusal.value.detail)


def test_modules_of_an_archive_are_counted():
    members = {"a.so": module("PyInit_a"), "b.wasm": module(), "c.py": b""}

    assert 2 == scan("x.whl", pack(members))
    assert 1 == scan("x.wasm", module())
    assert 0 == scan("x.js", b"globalThis.x = 1")


@given(st.binary() | st.binary().map(lambda tail: MAGIC + tail))
def test_arbitrary_bytes_give_a_value_or_our_error(data):
    try:
        read_exports(data)
    except BundleError as error:
        assert "bundle.wasm" == error.code  # noqa: PT017  (either outcome is right)

"""Envelopes and bodies of beacons: exactly wire.md 7, nothing near it."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope.audit import beacon, canonical
from diascope.audit.beacon import Envelope
from diascope.errors import AuditError
from tests.support.beacons import BODIES, DIGEST, HANDLE, VIEW, body, envelope


def parse(value):
    return beacon.parse_envelope(canonical.to_bytes(value))


def changed(value, path, new):
    """Return a copy with the member at `path` replaced, or removed for `...`."""
    value = copy.deepcopy(value)
    *parents, last = path.split(".")
    inner = value
    for parent in parents:
        inner = inner[parent]
    if new is ...:
        del inner[last]
    else:
        inner[last] = new
    return value


@pytest.mark.parametrize("kind", BODIES, ids=list(BODIES))
def test_each_type_parses(kind):
    parsed = parse(envelope(kind))

    assert isinstance(parsed, Envelope)
    assert (kind, body(kind)) == (parsed.type, parsed.body)


def test_every_member_of_the_envelope_is_kept():
    value = envelope()
    parsed = parse(value)

    assert value == {"v": 1} | {name: getattr(parsed, name) for name in Envelope.__slots__}


@pytest.mark.parametrize("kind", BODIES, ids=list(BODIES))
def test_each_missing_member_of_a_body_is_refused(kind):
    for name in body(kind):
        with pytest.raises(AuditError) as refused:
            beacon.check_body(kind, changed(body(kind), name, ...))
        assert "audit.shape" == refused.value.code


def test_an_additional_member_is_refused_everywhere():
    for path in ("x", "presentation.x", "presentation.voi.x", "viewport.x"):
        with pytest.raises(AuditError):
            beacon.check_body("view", changed(VIEW, path, 1))
    with pytest.raises(AuditError):
        parse(envelope(x=1))


def test_an_unknown_type_is_refused():
    with pytest.raises(AuditError) as refused:
        beacon.check_body("signed_in", {})
    assert "audit.type" == refused.value.code
    with pytest.raises(AuditError):
        parse(envelope(type="signed_in"))


BAD_VIEWS = {
    "study-length": ("study", HANDLE[:-1]),
    "study-characters": ("study", HANDLE[:-1] + "="),
    "manifest-upper-case": ("manifest", DIGEST.upper()),
    "manifest-length": ("manifest", DIGEST[:-2]),
    "bundle-number": ("bundle", 1),
    "series-empty": ("series", ""),
    "series-control": ("series", "1.2\n3"),
    "sop-long": ("sop", "1" * 65),
    "frame-zero": ("frame", 0),
    "frame-true": ("frame", True),
    "frame-text": ("frame", "1"),
    "parts-empty": ("parts", []),
    "parts-many": ("parts", [DIGEST] * 65),
    "parts-not-hex": ("parts", ["x" * 64]),
    "parts-text": ("parts", DIGEST),
    "function": ("presentation.voi.function", "LOG"),
    "function-case": ("presentation.voi.function", "linear"),
    "function-list": ("presentation.voi.function", ["LINEAR"]),
    "center-empty": ("presentation.voi.center", ""),
    "center-word": ("presentation.voi.center", "NaN"),
    "center-number": ("presentation.voi.center", 40),
    "width-long": ("presentation.voi.width", "1" * 65),
    "voi-list": ("presentation.voi", []),
    "invert-number": ("presentation.invert", 0),
    "zoom-zero": ("presentation.zoom_e6", 0),
    "mode": ("presentation.mode", "fill"),
    "interpolation": ("presentation.interpolation", "cubic"),
    "rotation": ("presentation.rotation", 45),
    "rotation-full": ("presentation.rotation", 360),
    "rotation-false": ("presentation.rotation", False),
    "flip-number": ("presentation.flip", 1),
    "state-long": ("presentation.state", "1" * 65),
    "overlays-word": ("presentation.overlays", "shown"),
    "graphics-short": ("presentation.graphics_sha256", DIGEST[:-1]),
    "viewport-width": ("viewport.width", 65_536),
    "viewport-ratio": ("viewport.device_pixel_ratio_e6", 0),
    "scale-verified": ("viewport.scale_verified", 1),
    "layout": ("layout_id", ""),
    "generation": ("generation", -1),
    "exact": ("exact", None),
    "pixels": ("pixel_sha256", ""),
}


@pytest.mark.parametrize(("path", "value"), BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
def test_a_view_outside_its_shape_is_refused(path, value):
    """The refusal names the member, never its value."""
    with pytest.raises(AuditError) as refused:
        beacon.check_body("view", changed(VIEW, path, value))
    assert "audit.shape" == refused.value.code
    assert path.rpartition(".")[2] in refused.value.detail
    assert str(value) not in refused.value.detail or value in ("", 0, 1)


TURNS = ("rotation", "flip", "state", "overlays", "graphics_sha256")


def test_a_record_of_before_pictures_could_turn_still_verifies():
    """It has none of the five members; with some of them it is neither form."""
    earlier = body("view")
    for name in TURNS:
        del earlier["presentation"][name]
    assert earlier == parse(envelope(body=earlier)).body
    for name in TURNS:
        with pytest.raises(AuditError):
            beacon.check_body("view", changed(VIEW, f"presentation.{name}", ...))
        one = {**earlier["presentation"], name: VIEW["presentation"][name]}
        with pytest.raises(AuditError):
            beacon.check_body("view", {**earlier, "presentation": one})


UNWINDOWED = {"center": "", "width": "", "explanation": "a"}
GOOD_VIEWS = {
    "no-window": ("presentation.voi", {"function": "NONE", **UNWINDOWED}),
    "table": ("presentation.voi", {"function": "LUT", **UNWINDOWED}),
    "exponent": ("presentation.voi.center", "-1.5e+3"),
    "padded": ("presentation.voi.center", " 40 "),
    "odd-uid": ("sop", "not a uid, but shown"),
    "negative-coordinate": ("presentation.center_row_e6", -(2**53) + 1),
}


@pytest.mark.parametrize(("path", "value"), GOOD_VIEWS.values(), ids=GOOD_VIEWS.keys())
def test_a_view_at_the_edge_of_its_shape_is_accepted(path, value):
    assert value == _at(parse(envelope(body=changed(VIEW, path, value))).body, path)


def _at(value, path):
    for name in path.split("."):
        value = value[name]
    return value


def test_a_window_needs_numbers_and_a_table_has_none():
    for function, number in (("SIGMOID", ""), ("LUT", "40"), ("NONE", "40")):
        voi = {"function": function, "center": number, "width": number, "explanation": ""}
        with pytest.raises(AuditError):
            beacon.check_body("view", changed(VIEW, "presentation.voi", voi))


BAD_ENVELOPES = {
    "version": {"v": 2},
    "version-true": {"v": True},
    "chain": {"chain": "0" * 31},
    "seq-negative": {"seq": -1},
    "seq-far": {"seq": 2**31},
    "prev": {"prev": "0" * 63},
    "wall-text": {"t_wall_ms": "1"},
    "mono-negative": {"t_mono_ms": -1},
    "checkpoint-empty": {"checkpoint": {}},
    "checkpoint-root": {"checkpoint": {"size": 1, "root": "short"}},
    "body-list": {"body": []},
    "body-of-another-type": {"body": {"reason": "idle"}},
}


@pytest.mark.parametrize("change", BAD_ENVELOPES.values(), ids=BAD_ENVELOPES.keys())
def test_an_envelope_outside_its_shape_is_refused(change):
    with pytest.raises(AuditError) as refused:
        parse(envelope(**change))
    assert "audit.shape" == refused.value.code


def test_optional_places_may_be_empty():
    assert parse(envelope(checkpoint=None)).checkpoint is None
    nothing = {"code": "boot", "study": "", "sop": "", "frame": 0}
    assert nothing == parse(envelope("engine_fault", body=nothing)).body
    assert parse(envelope("alert", body={**nothing, "object": ""})).body["object"] == ""


def test_a_beacon_larger_than_a_browser_may_send_is_refused():
    with pytest.raises(AuditError) as refused:
        beacon.parse_envelope(b'"' + b"a" * beacon.MAX_BEACON_BYTES + b'"')
    assert "audit.size" == refused.value.code


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_changed_byte_is_another_envelope_or_refused(data):
    encoded = bytearray(canonical.to_bytes(envelope()))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        other = beacon.parse_envelope(bytes(encoded))
    except AuditError:
        return
    assert parse(envelope()) != other

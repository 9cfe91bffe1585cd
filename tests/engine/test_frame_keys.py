"""What tells the frames of one image apart, read for all frames in every encoding."""

from struct import pack

import pytest

from diascope import frame_keys, manifest, manifest_entries, manifest_shape, stacking
from diascope.manifest import PartEntry
from tests.engine.enhanced import (
    CONTENT,
    MEASURES,
    ORIENTATION,
    POSITION,
    Groups,
    parsed,
)
from tests.engine.manifests import A, study
from tests.support import phantoms

G = Groups()
DIFFUSION = 0x00189117


def content(g, n):
    """Frame Content of frame n. Standard: PS3.3 C.7.6.16.2.2."""
    return g.macro(
        CONTENT,
        g.w.element(0x00209056, "SH", f"S{n // 2}")
        + g.unsigned(0x00209057, n + 1)
        + g.unsigned(0x00209128, n // 2 + 1)
        + g.w.us(0x00209156, 7)
        + g.unsigned(0x00209157, 1, n + 1, 70_000),
    )


def diffusion(g, b, *direction):
    gradient = g.macro(0x00189076, g.doubles(0x00189089, *direction)) if direction else b""
    return g.macro(
        DIFFUSION,
        g.w.element(0x00189075, "CS", "DIRECTIONAL" if direction else "NONE")
        + gradient
        + g.doubles(0x00189087, b),
    )


def group(g, n):
    cardiac = g.doubles(0x00209153, 12.5 * n)
    cardiac += g.w.element(0x00209241, "FL", pack(g.w.order + "f", 25.0 * n))
    return g.item(
        content(g, n),
        g.text(POSITION, 0x00200032, f"1\\2\\{n}.5"),
        diffusion(g, 1000.0 * n, *((1.0, 0.0, -0.5) if n else ())),
        g.macro(0x00189114, g.doubles(0x00189082, 2.46)),
        g.macro(0x00189118, cardiac),
        g.macro(0x00189115, g.doubles(0x00189079, 100.0 + n)),
        g.text(0x00189226, 0x00089007, f"ORIGINAL\\{n}", "CS"),
    )


SHARED = {
    "orientation": (ORIENTATION, 0x00200037, "1\\0\\0\\0\\1\\0"),
    "spacing": (MEASURES, 0x00280030, "0.5\\0.25"),
    "kvp": (0x00189325, 0x00180060, "120"),
    "tilt": (0x00189304, 0x00181120, "5"),
}


def image(g):
    shared = g.item(*(g.text(*each) for each in SHARED.values()))
    reference = {0x00200052: ("UI", "1.2.9")}
    return parsed(g, [shared], [group(g, n) for n in range(3)], extra=reference)


@pytest.mark.parametrize("undefined", [False, True], ids=["defined", "undefined"])
@pytest.mark.parametrize("syntax", [phantoms.EXPLICIT, phantoms.IMPLICIT, phantoms.BIG])
def test_keys_are_read_for_every_frame(syntax, undefined):
    """PS3.3 C.7.6.16.2.1 to .4 and .7, C.8.13.5.4 and .9."""
    found = frame_keys.read(image(Groups(syntax, undefined=undefined)))

    assert {
        "position": ("1\\2\\0.5", "1\\2\\1.5", "1\\2\\2.5"),
        "dimensions": ("1\\1\\70000", "1\\2\\70000", "1\\3\\70000"),
        "stack": ("S0", "S0", "S1"),
        "in_stack": ("1", "2", "3"),
        "temporal_position": ("1", "1", "2"),
        "trigger_time": ("0", "12.5", "25"),
        "cardiac_percent": ("0", "25", "50"),
        "b_value": ("0", "1000", "2000"),
        "diffusion": ("NONE", "DIRECTIONAL", "DIRECTIONAL"),
        "direction": ("", "1\\0\\-0.5", "1\\0\\-0.5"),
        "inversion_time": ("100", "101", "102"),
        "image_type": ("ORIGINAL\\0", "ORIGINAL\\1", "ORIGINAL\\2"),
    } == dict(found.columns)
    assert {
        **{name: value for name, (_, _, value) in SHARED.items()},
        "echo_time": "2.46",
        "acquisition": "7",
    } == dict(found.common)


def test_every_key_is_one_that_a_manifest_can_hold():
    assert frame_keys.KEYS.keys() <= manifest_shape.COLUMNS.keys()


def test_a_frames_own_macro_stands_in_place_of_the_shared_one():
    """As a whole: what the frame's own macro leaves out is not filled in (ADR 0020)."""
    own = G.text(DIFFUSION, 0x00189075, "NONE", "CS")
    found = frame_keys.read(parsed(G, [diffusion(G, 500.0)], [own, b"", b""]))

    assert {"b_value": ("", "500", "500")} == dict(found.columns)
    assert {"diffusion": "NONE"} == dict(found.common)


def test_without_groups_for_each_frame_there_are_no_keys():
    place = G.text(POSITION, 0x00200032, "1\\2\\3")

    assert frame_keys.read(parsed(G, [b""])) is None
    assert frame_keys.read(parsed(G, [b""], [place] * 2)) is None


@pytest.mark.parametrize(
    "bad",
    [
        G.w.element(POSITION, "OB", b"abcd"),
        G.macro(POSITION, G.w.us(0x00280010, 1) * 2),
    ],
    ids=["no sequence", "an element twice"],
)
def test_groups_that_contradict_themselves_have_no_keys(bad):
    """Ingest goes on; showing that frame says why it cannot be shown."""
    assert frame_keys.read(parsed(G, [b""], [b"", bad, b""])) is None


@pytest.mark.parametrize("data", [b"abc", b"\0\0\0\0\0\0\xf0\x7f"], ids=["odd", "endless"])
def test_a_number_that_is_none_says_nothing(data):
    macro = G.macro(0x00189114, G.w.element(0x00189082, "FD", data))

    assert {} == dict(frame_keys.read(parsed(G, [macro], [b""] * 3)).common)


@pytest.mark.requirement("INT-07")
def test_a_manifest_holds_them_and_stacks_are_made_of_them():
    """Two Stack IDs; the frames of each from the head to the feet by their own positions."""
    whole = (PartEntry("whole", 0, 10, A, A, 66),)
    made = manifest_entries.instance_entry(
        image(G), transfer_syntax=phantoms.EXPLICIT, sha256=A, whole="bit_packed", parts=whole
    )
    listed = study(made)
    stacks = stacking.stacks(manifest.parse(manifest.to_bytes(listed)))

    assert (("1", "0", "0", "0", "1", "0"), ("0.5", "0.25")) == (made.orientation, made.spacing)
    assert ("2.46", "MONOCHROME2") == (made.keys["echo_time"], made.keys["photometric"])
    assert [[1, 0], [2]] == [[slot.frame for slot in each.slots] for each in stacks]

"""The signed list: one canonical form, one order, every field in its place."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import manifest
from diascope.errors import DiascopeError, ManifestError, SignatureError
from diascope.manifest import PartEntry, SeriesEntry
from tests.engine.manifests import PARTS, A, B, instance, study

VECTORS = sorted((Path(__file__).parents[1] / "vectors" / "manifests").glob("*.txt"))


def changed(path, value):
    """The plain JSON of a good manifest with one field changed, canonical again."""
    plain = json.loads(manifest.to_bytes(study()))
    *way, last = path
    inner = plain
    for step in way:
        inner = inner[step]
    inner[last] = value
    return rfc8785.dumps(plain)


def refusal(data, **options):
    with pytest.raises(DiascopeError) as caught:
        manifest.parse(data, **options)
    return caught.value.code


def test_what_is_written_is_read():
    made = study()

    assert made == manifest.parse(manifest.to_bytes(made))


def test_the_bytes_are_rfc_8785():
    data = manifest.to_bytes(study())

    assert rfc8785.dumps(json.loads(data)) == data
    assert hashlib.sha256(data).hexdigest() == manifest.digest(data)


def test_the_whole_reason_and_missing_geometry_survive():
    whole = (PartEntry("whole", 0, 10, A, B, 66),)
    made = study(
        instance(1, parts=whole, whole="deflated", frames=0, rows=0, columns=0, position=None)
    )

    assert made == manifest.parse(manifest.to_bytes(made))


def test_a_study_of_form_1_opens_and_is_written_again_in_form_2():
    """What was stored before says nothing of stacks, and can grow all the same."""
    plain = json.loads(manifest.to_bytes(study()))
    plain["v"] = 1
    for entry in plain["series"][0]["instances"]:
        for name in ("spacing", "keys", "per_frame"):
            del entry[name]
    found = manifest.parse(rfc8785.dumps(plain))

    assert found == study()
    assert 2 == json.loads(manifest.to_bytes(found))["v"]


def test_keys_and_columns_survive():
    frames = (PARTS[0], PARTS[1], replace(PARTS[1], index=1))
    columns = {"position": ("1\\2\\3", "1\\2\\5.5"), "echo": ("1", "")}
    made = study(
        instance(1, keys={"echo_time": "80"}, spacing=("0.5", "0.5")),
        instance(2, frames=2, parts=frames, per_frame=columns),
    )

    assert made == manifest.parse(manifest.to_bytes(made))


def test_instances_stand_in_the_order_of_their_numbers_then_uids():
    mixed = [
        instance(9, "10"),
        instance(8, "9"),
        instance(7, ""),
        instance(6, "9"),
        instance(5, "-1"),
    ]
    found = manifest.parse(manifest.to_bytes(study(*mixed))).series[0].instances

    assert ["1.2.3.5", "1.2.3.6", "1.2.3.8", "1.2.3.9", "1.2.3.7"] == [each.sop for each in found]


def test_series_stand_in_the_order_of_their_numbers():
    def series(number):
        return SeriesEntry(f"1.5.{number}", "CT", str(number), "", "", (instance(number),))

    made = study(series=(series(10), series(2)))

    assert ["2", "10"] == [s.number for s in manifest.parse(manifest.to_bytes(made)).series]


def test_another_order_is_refused():
    plain = json.loads(manifest.to_bytes(study()))
    plain["series"][0]["instances"].reverse()

    assert "manifest.order" == refusal(rfc8785.dumps(plain))


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (["v"], 3, "manifest.shape"),
        (["v"], 1, "manifest.shape"),
        (["v"], True, "manifest.shape"),
        (["study"], "", "manifest.shape"),
        (["study"], "../x", "manifest.shape"),
        (["handle"], "short", "manifest.shape"),
        (["version"], 0, "manifest.shape"),
        (["previous"], "A" * 64, "manifest.shape"),
        (["dek_commit"], None, "manifest.shape"),
        (["attributes", "patient_name"], None, "manifest.shape"),
        (["attributes", "patient_name"], "A\u0000", "manifest.shape"),
        (["attributes", "more"], "", "manifest.shape"),
        (["series"], {}, "manifest.shape"),
        (["series", 0, "instances"], [], "manifest.shape"),
        (["series", 0, "instances", 0, "rows"], -1, "manifest.shape"),
        (["series", 0, "instances", 0, "rows"], 65_536, "manifest.shape"),
        (["series", 0, "instances", 0, "position"], ["1", "2"], "manifest.shape"),
        (["series", 0, "instances", 0, "position"], ["1", "2", "x"], "manifest.shape"),
        (["series", 0, "instances", 0, "parts", 0, "kind"], "other", "manifest.shape"),
        (["series", 0, "instances", 0, "parts", 0, "size"], 11, "manifest.parts"),
        (["series", 0, "instances", 0, "parts", 0, "kind"], "frame", "manifest.parts"),
        (["series", 0, "instances", 0, "parts", 1, "index"], 1, "manifest.parts"),
        (["series", 0, "instances", 0, "frames"], 2, "manifest.parts"),
        (["series", 0, "instances", 0, "whole"], "deflated", "manifest.parts"),
        (["series", 0, "instances", 0, "sop"], "1.2.3.2", "manifest.duplicate"),
        (["series", 0, "instances", 0, "keys"], {"echo": ""}, "manifest.shape"),
        (["series", 0, "instances", 0, "keys"], {"more": "1"}, "manifest.shape"),
        (["series", 0, "instances", 0, "keys"], {"echo": "x" * 257}, "manifest.shape"),
        (["series", 0, "instances", 0, "spacing"], ["1"], "manifest.shape"),
        (["series", 0, "instances", 0, "per_frame"], {"position": ["1/2"]}, "manifest.shape"),
        (["series", 0, "instances", 0, "per_frame"], {"echo": ["1", "2"]}, "manifest.frames"),
    ],
    ids=[
        "version 3", "form 1 with fields of form 2", "version true", "no study", "study is a path",
        "handle", "version 0",
        "upper case hex", "no commitment", "no name", "zero byte", "another attribute",
        "series object", "no instances", "negative rows", "too many rows", "two coordinates",
        "no number", "part kind", "sizes", "two frames", "frame index", "frames", "whole", "twice",
        "empty key", "another key", "long key", "one spacing", "no decimals", "two values a frame",
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_refused(path, value, code):
    assert code == refusal(changed(path, value))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data + b" ",
        lambda data: b" " + data,
        lambda data: data.replace(b'"v":2', b'"v":2.0'),
        lambda data: data.replace(b'"v":2', b'"v":2,"v":2'),
        lambda data: data.replace("Ω".encode(), b"\\u03a9"),
        lambda data: data.replace("Ω".encode(), b"\xff"),
        lambda data: data.replace("Ω".encode(), b"\\ud800"),
        lambda data: data[:-1],
        lambda _: b"[" * 100_000,
        lambda _: b"",
        lambda _: b"null",
        lambda data: data.replace(b'"version":2', b'"version":9007199254740993'),
    ],
    ids=[
        "space after", "space before", "float", "twice", "escaped", "not UTF-8", "surrogate",
        "truncated", "nest", "empty", "null", "beyond 2^53",
    ],
)  # fmt: skip
def test_bytes_that_are_not_canonical_are_refused(spoil):
    data = spoil(manifest.to_bytes(study()))
    assert refusal(data) in {"manifest.canonical", "manifest.shape"}


def test_a_manifest_that_parse_would_refuse_is_not_written():
    with pytest.raises(ManifestError):
        manifest.to_bytes(study(study="not a uid"))


def test_a_manifest_above_its_limit_is_refused(monkeypatch):
    monkeypatch.setattr(manifest, "MAX_MANIFEST_BYTES", 10)

    assert "manifest.size" == refusal(b"{" * 11)


@pytest.mark.requirement("INT-01")
def test_the_signature_covers_the_domain_and_the_digest_of_the_canonical_bytes():
    data = manifest.to_bytes(study())
    seen = []
    manifest.parse(data, signature=b"s" * 64, verify=lambda *given: seen.append(given))

    stated = f'{{"sha256":"{hashlib.sha256(data).hexdigest()}","v":1}}'.encode()
    assert [(b"s" * 64, b"diascope-manifest-v1\n" + stated)] == seen


@pytest.mark.requirement("INT-01")
def test_a_manifest_whose_signature_is_refused_is_not_read():
    def refuse(signature, signed):
        raise SignatureError("mismatch")

    data = manifest.to_bytes(study())

    assert "signature.mismatch" == refusal(data, signature=b"x", verify=refuse)
    assert "signature.mismatch" == refusal(b"not JSON", signature=b"x", verify=refuse)


def test_a_missing_signature_is_refused_when_one_is_wanted():
    data = manifest.to_bytes(study())

    assert "manifest.signature" == refusal(data, verify=lambda *_: None)


@settings(max_examples=300)
@given(st.data())
def test_one_flipped_byte_is_refused_or_another_manifest(data):
    """The digest changes with any bit; the parser itself never fails in another way."""
    original = manifest.to_bytes(study())
    flipped = bytearray(original)
    flipped[data.draw(st.integers(0, len(original) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = manifest.parse(bytes(flipped))
    except DiascopeError:
        return
    assert found != study()
    assert bytes(flipped) == manifest.to_bytes(found)


@given(st.binary(max_size=100))
def test_any_bytes_are_refused_by_our_error(data):
    assert refusal(data).startswith("manifest.")


@pytest.mark.parametrize("vector", VECTORS, ids=[path.stem for path in VECTORS])
def test_vector(vector):
    header, data = vector.read_bytes().split(b"\n\n", 1)
    expected = header.decode().splitlines()[0]
    kind, _, value = expected.removeprefix("expect: ").partition(" ")

    assert kind in {"digest", "refusal"}
    if kind == "digest":
        found = manifest.parse(data)
        assert value == manifest.digest(data)
        assert ('"v":2' in data.decode()) == (data == manifest.to_bytes(found))
    else:
        assert value == refusal(data)

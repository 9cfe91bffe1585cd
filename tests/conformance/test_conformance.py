"""Stored pixels are those of the reference, in every runtime, or a typed refusal is given.

In CPython all files: the generated set, and the reference data when DIASCOPE_SHARED has them; a
stratified tenth in Node and in the three browsers. `make conformance` runs all in all.
"""

import hashlib
import json
from collections import Counter

import pydicom
import pytest

from diascope import decode, part10, stored_digest
from diascope.errors import DiascopeError
from diascope.parts import split
from diascope_server.runtime.bundle import build
from tests.conformance import corpus, report, runtimes, verdicts
from tests.conformance.generated import every
from tests.support.reference_data import FOLDER, needs_reference

DOCS = corpus.ROOT / "docs"


def by_file(pairs):
    return {case.name: value for case, value in pairs}


@pytest.fixture(scope="module")
def judged():
    """Every file and how it fares in CPython."""
    cases = corpus.cases()
    replies, _ = runtimes.cpython([case.path for case in cases])
    return [(c, verdicts.judge(c, told)) for c, told in zip(cases, replies, strict=True)]


def of_group(judged, group):
    return [(case, verdict) for case, verdict in judged if case.group == group]


def tell(record_property, pairs, group):
    kinds = Counter(verdict.kind for _, verdict in pairs)
    counts = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    record_property("conformance", f"{len(pairs)} {group} files: {counts}")


def wrong(pairs):
    return {case.name: verdict.by for case, verdict in pairs if verdict.kind == "wrong"}


@pytest.mark.slow
@pytest.mark.requirement("IMG-05")
def test_generated_files_decode_to_what_went_in(judged, record_property):
    pairs = of_group(judged, "generated")
    tell(record_property, pairs, "generated")

    assert {} == wrong(pairs)
    assert {"equal", "within"} == {verdict.kind for _, verdict in pairs}


@pytest.mark.slow
@needs_reference
@pytest.mark.requirement("IMG-05", "INT-02")
def test_real_files_decode_to_the_reference_or_are_refused(judged, record_property):
    """As many are equal to the reference as the last full run found, or more."""
    pairs = of_group(judged, "real")
    tell(record_property, pairs, "real")
    before = json.loads((DOCS / "conformance.json").read_text())["rows"]
    equal = sum(verdict.kind == "equal" for _, verdict in pairs)

    assert {} == wrong(pairs)
    assert sum(row.get("equal", 0) for row in before if row["group"] == "real") <= equal


@pytest.mark.slow
@needs_reference
def test_malformed_files_end_in_a_picture_or_a_typed_error(judged, record_property):
    pairs = of_group(judged, "malformed")
    tell(record_property, pairs, "malformed")

    assert {} == wrong(pairs)
    assert any(verdict.kind == "refused" for _, verdict in pairs)
    assert not any(verdict.by.startswith("engine.") for _, verdict in pairs)


# Trap 8 of the reference data: most decoders share one library, so that agreement proves little.
# These are one image, uncompressed and in each lossless form, written by others.
_CT = "cornerstone3D/examplesOld/test-images/CTImage.dcm"
LOSSLESS = (
    "_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
    "_DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm",
    "_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
    "_JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80.dcm",
    "_JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70.dcm",
    "_JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57.dcm",
    "_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm",
)


@needs_reference
@pytest.mark.requirement("IMG-05")
def test_every_lossless_form_of_an_image_is_its_uncompressed_bytes():
    raw = hashlib.sha256(pydicom.dcmread(FOLDER / _CT).PixelData).hexdigest()
    files = {name: (FOLDER / f"{_CT}{name}").read_bytes() for name in LOSSLESS}

    assert dict.fromkeys(LOSSLESS, raw) == {
        name: stored_digest.of_file(data)["stored_sha256"] for name, data in files.items()
    }


@pytest.mark.slow
@needs_reference
@pytest.mark.requirement("INT-02")
def test_the_parts_of_every_real_file_are_the_file():
    for case in corpus.reference_cases():
        data = case.path.read_bytes() if case.group == "real" else b""
        try:
            parts = split(part10.read(data))
        except DiascopeError:
            continue
        assert data == b"".join(data[part.start : part.stop] for part in parts), case.name


def test_every_transfer_syntax_that_is_decoded_is_generated():
    assert set(decode.DECODERS) == {made.image.syntax for made in every()}


def test_generated_files_have_names_of_their_own_and_are_the_same_every_time():
    first, again = every(), every()

    assert len(first) == len({made.name for made in first})
    assert [made.data for made in first] == [made.data for made in again]


def test_a_tenth_has_every_syntax_and_colour_model():
    cases = corpus.cases()
    tenth = corpus.stratified(cases)

    assert {case.stratum for case in cases} == {case.stratum for case in tenth}
    assert len(tenth) < len(cases) / 5


def test_an_altered_digest_is_wrong_unless_it_is_excused(monkeypatch):
    """The verdict can fail: the same file with another digest, shape or type, or refused."""
    case = corpus.generated_cases()[0]
    told = {name: case.reference[name] for name in ("stored_sha256", "dtype", "shape")}
    altered = {"stored_sha256": "0" * 64, "dtype": "int64", "shape": [9]}

    assert "equal" == verdicts.judge(case, told).kind
    for name, value in altered.items():
        assert "wrong" == verdicts.judge(case, {**told, name: value}).kind
    assert "wrong" == verdicts.judge(case, {"refused": "pixels.codec"}).kind
    monkeypatch.setattr(verdicts, "EXCUSES", [{"file": case.name, "reason": "a test"}])
    assert "excused" == verdicts.judge(case, {**told, "dtype": "int64"}).kind


def test_excuses_are_few_and_have_reasons():
    assert len(verdicts.EXCUSES) <= verdicts.MAX_EXCUSES
    assert all({"file", "reason"} == set(each) and each["reason"] for each in verdicts.EXCUSES)


def test_the_page_is_made_of_its_json():
    told = json.loads((DOCS / "conformance.json").read_text())

    assert report.page(told) == (DOCS / "conformance.md").read_text()
    assert set(runtimes.RUNTIMES) == set(told["runtimes"])
    assert [] == [each for each in told["runtimes"].values() if each["differ"]]
    assert 0 == sum(row.get("wrong", 0) for row in told["rows"])


@pytest.fixture(scope="module")
def tenth():
    """A stratified tenth and what CPython says of it."""
    build(corpus.ROOT)
    cases = corpus.stratified(corpus.cases())
    replies, _ = runtimes.cpython([case.path for case in cases])
    return cases, replies


def hold(tenth, found, record_property, name):
    cases, expected = tenth
    replies, version = found
    record_property("conformance", f"{len(cases)} files in {name} {version}, as in CPython")

    assert by_file(zip(cases, expected, strict=True)) == by_file(zip(cases, replies, strict=True))


@pytest.mark.slow
@pytest.mark.requirement("IMG-05", "BRW-02")
def test_a_tenth_is_the_same_in_pyodide_under_node(tenth, record_property):
    found = runtimes.node([case.path for case in tenth[0]])
    hold(tenth, found, record_property, "Node")


@pytest.mark.slow
@pytest.mark.browser
# Selenium warns of its own call.
@pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")
@pytest.mark.requirement("IMG-05", "BRW-02")
def test_a_tenth_is_the_same_in_a_browser(tenth, record_property, browser_engine):
    found = runtimes.browser(browser_engine, [case.path for case in tenth[0]])
    hold(tenth, found, record_property, browser_engine)

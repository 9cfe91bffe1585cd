"""Ingest: all or nothing, once, in order, and nothing of a refused file remains."""

import hashlib
import json
import os
from contextlib import suppress
from io import BytesIO
from struct import pack

import numpy as np
import pydicom
import pytest
from pydicom.dataelem import DataElement
from sqlalchemy import func, select

from diascope import manifest, part10
from diascope_server import tables
from diascope_server.errors import StoreFault
from diascope_server.ingest import batch, deadline, growth, reading
from diascope_server.ingest.batch import ingest
from diascope_server.ingest.reading import walk
from diascope_server.store import sealing
from tests.support import phantoms
from tests.support.phantoms import Image, Writer
from tests.support.server import PYDICOM_FILES, install, phantom_files

CT = PYDICOM_FILES / "CT_small.dcm"
IMPLICIT = Writer(is_explicit=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = install(tmp_path_factory.mktemp("ingest") / "data")
    yield made
    made.close()


def take(site, *paths):
    return ingest(site.home, walk(paths), lambda _: None)


def statuses(report):
    return [(each.status, each.code) for each in report.outcomes]


def count(site):
    with site.home.reader.begin() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.studies, tables.instances, tables.objects)
        }


def newest(site, handle):
    """Open a study's newest manifest as `render` does."""
    home = site.home
    with home.reader.begin() as connection:
        wanted = select(tables.studies).where(tables.studies.c.handle == handle)
        row = connection.execute(wanted).one()
    dek = home.keys.unwrap(row.dek_wrapped, home.key_context(handle, row.dek_id))
    study = home.fields.open("studies.study", handle, row.study)
    bound = home.binding(study, "", "", "manifest", str(row.version), row.dek_id)
    plain = sealing.open_sealed(dek, home.objects.get(row.manifest_object), bound)
    assert manifest.digest(plain[64:]) == row.manifest_digest
    return manifest.parse(plain[64:])


def changed(path, **attributes):
    dataset = pydicom.dcmread(path)
    for name, value in attributes.items():
        if isinstance(value, DataElement):
            dataset[value.tag] = value
        else:
            setattr(dataset, name, value)
    data = BytesIO()
    dataset.save_as(data)
    return data.getvalue()


def test_a_study_grows_by_signed_versions(site, tmp_path):
    files = [PYDICOM_FILES / "dicomdirtests" / "77654033" / "CT2" / n for n in ("17106", "17136")]
    (handle,) = take(site, files[0]).studies
    first = newest(site, handle)
    (again,) = take(site, files[1]).studies
    second = newest(site, handle)

    assert handle == again
    assert (1, None) == (first.version, first.previous)
    assert (2, manifest.digest(manifest.to_bytes(first))) == (second.version, second.previous)
    assert [1, 2] == [len(each.series[0].instances) for each in (first, second)]
    assert first.dek_commit == second.dek_commit


def test_the_same_file_again_is_silently_there(site):
    take(site, CT)
    before = count(site), len(site.ledger())
    report = take(site, CT, CT)

    assert [("present", ""), ("present", "")] == statuses(report)
    assert () == report.studies
    assert before == (count(site), len(site.ledger()))


def test_the_same_file_twice_in_one_batch_is_stored_once(site, tmp_path):
    (tmp_path / "copy.dcm").write_bytes((PYDICOM_FILES / "693_J2KI.dcm").read_bytes())
    report = take(site, PYDICOM_FILES / "693_J2KI.dcm", tmp_path / "copy.dcm")

    assert ["stored", "present"] == [each.status for each in report.outcomes]


@pytest.mark.requirement("INT-01")
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(DataElement(0x00100010, "PN", "Somebody^Else"), id="another name"),
        pytest.param(DataElement(0x00100020, "LO", "x" * 300, validation_mode=0), id="endless id"),
    ],
)
def test_other_bytes_under_a_known_uid_are_refused_with_an_alert(site, tmp_path, other):
    """INT-05."""
    take(site, CT)
    before = count(site)
    (tmp_path / "other.dcm").write_bytes(changed(CT, **{other.keyword: other}))
    report = take(site, tmp_path / "other.dcm")

    assert [("refused", "ingest.conflict")] == statuses(report)
    assert before == count(site)
    alert = site.ledger("110113")[-1]
    assert ("integrity_alert", "ingest.conflict") == (alert.type, alert.detail["code"])


def test_a_conflict_inside_one_batch_is_refused(site, tmp_path):
    source = PYDICOM_FILES / "examples_palette.dcm"
    (tmp_path / "1.dcm").write_bytes(source.read_bytes())
    (tmp_path / "2.dcm").write_bytes(changed(source, PatientName="Somebody^Else"))

    assert ["stored", "refused"] == [each.status for each in take(site, tmp_path).outcomes]


BAD = {
    "empty": (b"", "part10."),
    "text": (b"This is no DICOM file.", "part10."),
    "truncated": (CT.read_bytes()[:20_000], "part10."),
    "no-pixels-left": (CT.read_bytes()[:-100], "part10."),
    "lying-length": (CT.read_bytes()[:140] + b"\xff" * 8 + CT.read_bytes()[148:], "limit."),
    "no-study": (changed(CT, StudyInstanceUID=""), "ingest.uid"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_is_refused_and_leaves_nothing(site, tmp_path, name):
    data, family = BAD[name]
    (tmp_path / "bad.dcm").write_bytes(data)
    before = count(site), sorted((site.data / "objects").rglob("*"))
    (outcome,) = take(site, tmp_path / "bad.dcm").outcomes

    assert "refused" == outcome.status
    assert outcome.code.startswith(family)
    assert outcome.message
    assert before == (count(site), sorted((site.data / "objects").rglob("*")))
    assert "import_refused" == site.ledger()[-1].type


@pytest.mark.parametrize("kind", ["link", "missing", "fifo"])
def test_only_regular_files_are_read(site, tmp_path, kind):
    place = tmp_path / "x"
    if kind == "link":
        place.symlink_to(CT)
    elif kind == "fifo":
        os.mkfifo(place)

    assert [("refused", "ingest.unreadable")] == statuses(take(site, place))


def test_good_files_are_stored_although_others_are_refused(site, tmp_path):
    (tmp_path / "a.txt").write_text("no DICOM")
    (tmp_path / "b.dcm").write_bytes((PYDICOM_FILES / "MR_small.dcm").read_bytes())

    assert ["refused", "stored"] == [each.status for each in take(site, tmp_path).outcomes]


def odd(path, number, **attributes):
    """A legal file of an odd kind, in a study of its own."""
    uids = {"StudyInstanceUID": f"2.25.77.{number}", "SOPInstanceUID": f"2.25.78.{number}"}
    return changed(path, **uids, **attributes)


def float_pixels():
    dataset = pydicom.dcmread(BytesIO(odd(CT, 1)))
    dataset.FloatPixelData = bytes(4 * dataset.Rows * dataset.Columns)
    dataset.BitsAllocated = 32
    del dataset.PixelData
    data = BytesIO()
    dataset.save_as(data)
    return data.getvalue()


def test_legal_files_of_odd_kinds_are_stored_like_all_others(site, tmp_path):
    """Floating-point pixels are cut into frames; a description of many values is cut as one."""
    (tmp_path / "1.dcm").write_bytes(float_pixels())
    (tmp_path / "2.dcm").write_bytes(odd(CT, 2, StudyDescription=["x" * 60] * 30))
    (tmp_path / "3.dcm").write_bytes(odd(CT, 3))
    before = unlisted(site)
    report = take(site, tmp_path)
    floating, described, plain = (newest(site, handle) for handle in report.studies)

    assert [("stored", "")] * 3 == statuses(report)
    assert (1, None) == (
        floating.series[0].instances[0].frames,
        floating.series[0].instances[0].whole,
    )
    assert 1024 == len(described.attributes["description"])
    assert plain.series[0].instances[0].whole is None
    assert before == unlisted(site)


def unlisted(site):
    """Objects of the store that no study names."""
    with site.home.reader.begin() as connection:
        named = set(connection.execute(select(tables.objects.c.object)).scalars())
    found = [path for path in (site.data / "objects").rglob("*") if path.is_file()]
    return {path.parent.name + path.name for path in found} - named


def test_a_file_that_no_manifest_can_hold_is_refused_alone(site, tmp_path, monkeypatch):
    """What would stop the whole study at its commit is found before anything is stored."""
    cut = reading.split

    def doubtful(outside):
        ranges = cut(outside)
        return ranges[:1] if outside.sop == "2.25.78.5" else ranges

    for number in (4, 5, 6):
        (tmp_path / f"{number}.dcm").write_bytes(odd(CT, number))
    before = unlisted(site)
    monkeypatch.setattr(reading, "split", doubtful)
    report = take(site, tmp_path)

    assert [("stored", ""), ("refused", "manifest.parts"), ("stored", "")] == statuses(report)
    assert 2 == len(report.studies)
    assert before == unlisted(site)


def test_a_study_that_no_manifest_can_hold_at_its_commit_is_refused_alone(
    site, tmp_path, monkeypatch
):
    """Each file fits, all of them together do not: the other study of the batch is stored."""
    paths = [tmp_path / str(number) for number in (30, 31, 32, 33)]
    for path, study in zip(paths, (0, 1, 1, 2), strict=True):
        uids = {"StudyInstanceUID": f"2.25.79.{study}", "SOPInstanceUID": f"2.25.78.{path.name}"}
        path.write_bytes(changed(CT, **uids))
    (handle,) = take(site, paths[0]).studies
    before, told = count(site), []
    most = len(manifest.to_bytes(newest(site, handle))) + 20  # digits may differ
    monkeypatch.setattr(manifest, "MAX_MANIFEST_BYTES", most)
    report = ingest(site.home, walk(paths[1:]), told.append)

    code = "manifest.canonical"
    assert [("refused", code), ("refused", code), ("stored", "")] == statuses(report)
    assert 1 == len(report.studies)
    assert {"studies": 1, "instances": 1} == {
        name: count(site)[name] - before[name] for name in ("studies", "instances")
    }
    assert [code, code] == [each.code for each in told if each.status == "refused"]


def test_a_study_of_which_nothing_was_stored_gets_no_version(site, tmp_path, monkeypatch):
    def fail(_self, _data):
        raise StoreFault("write")

    (tmp_path / "7.dcm").write_bytes(odd(CT, 7))
    before = count(site)
    with monkeypatch.context() as patched:
        patched.setattr(type(site.home.objects), "put", fail)
        report = take(site, tmp_path)

    assert ([("refused", "store.write")], ()) == (statuses(report), report.studies)
    assert before == count(site)


def test_a_fault_before_the_commit_leaves_no_rows(site, monkeypatch):
    source = PYDICOM_FILES / "examples_overlay.dcm"
    before = count(site)

    def fail(_self, _purpose, _message):
        raise StoreFault("write")

    with monkeypatch.context() as patched:
        patched.setattr(type(site.home.keys), "sign", fail)
        with pytest.raises(StoreFault):
            growth.GrowingStudy.commit(_pending(site, source))
    assert before == count(site)
    assert ["stored"] == [each.status for each in take(site, source).outcomes]


def _pending(site, source):
    from diascope_server.ingest.reading import load, read  # noqa: PLC0415

    found = read(load(source))
    study = growth.GrowingStudy.load(site.home, found)
    study.add(found, site.home.fields.index("sop", found.image.sop), "content")
    return study


def test_a_series_of_140_files_makes_one_version(site, tmp_path):
    source = pydicom.dcmread(CT)
    for number in range(140):
        source.SOPInstanceUID = source.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number + 1}"
        source.StudyInstanceUID, source.SeriesInstanceUID = "1.2.3", "1.2.3.0"
        source.InstanceNumber = 140 - number
        source.save_as(tmp_path / f"{number}.dcm")
    report = take(site, tmp_path)
    listed = newest(site, report.studies[0])

    assert (1, 1, 140) == (len(report.studies), listed.version, len(listed.series[0].instances))
    assert [str(n) for n in range(1, 141)] == [e.number for e in listed.series[0].instances]
    assert "imported" == site.ledger()[-1].type
    assert 140 == site.ledger()[-1].detail["instances"]


@pytest.mark.requirement("INT-02")
def test_parts_in_order_are_the_original_file(site, tmp_path):
    folder = phantom_files(tmp_path, 1)
    (file,) = folder.iterdir()
    (handle,) = take(site, file).studies
    listed = newest(site, handle)
    (entry,) = listed.series[0].instances

    assert hashlib.sha256(file.read_bytes()).hexdigest() == entry.sha256
    assert ["header", "frame"] == [part.kind for part in entry.parts]
    assert file.stat().st_size == sum(part.size for part in entry.parts)


def test_the_command_tells_each_refusal(site, tmp_path):
    (tmp_path / "bad.dcm").write_text("no DICOM")
    answer = site.command("ingest", str(tmp_path), expect=1)

    assert (0, 0, []) == (answer["stored"], answer["present"], answer["studies"])
    (refused,) = answer["refused"]
    assert {"file", "code", "message"} == set(refused)
    assert json.dumps(answer)


@pytest.mark.requirement("PAT-05", "security row 13")
@pytest.mark.parametrize(("place", "number"), [("in the groups", 43), ("in macros", 44)])
def test_a_file_of_endless_elements_is_refused_and_the_batch_goes_on(
    site, tmp_path, place, number
):
    """They stand where nothing but a dictionary knows of a sequence."""
    junk = b"".join(pack("<HHI", 0x29, 0x1000 + n, 0) for n in range(20_000))
    if place == "in macros":
        junk = IMPLICIT.sequence(0x00209113, junk)
    pixels = np.zeros((20, 1, 1), "u1")
    raw = {0x52009230: IMPLICIT.sequence(0x52009230, *[junk] * 20)}
    (tmp_path / "1.dcm").write_bytes(phantoms.file(Image(pixels, phantoms.IMPLICIT, raw=raw)))
    (tmp_path / "2.dcm").write_bytes(odd(CT, number))
    report = take(site, tmp_path)

    assert [("refused", "limit.elements"), ("stored", "")] == statuses(report)


@pytest.mark.requirement("PAT-05", "security row 13")
def test_a_file_that_takes_too_long_is_refused_and_the_batch_goes_on(site, tmp_path, monkeypatch):
    def endless(data):
        while b"2.25.78.41" in data:
            with suppress(Exception):
                part10.read(data)
        return reading.read(data)

    for number in (41, 42):
        (tmp_path / f"{number}.dcm").write_bytes(odd(CT, number))
    monkeypatch.setattr(batch, "read", endless)
    monkeypatch.setattr(deadline, "PATIENCE_S", 2.0)
    report = take(site, tmp_path)

    assert [("refused", "limit.time"), ("stored", "")] == statuses(report)

"""Nothing of a patient lies on the disk in the clear: not in files, not in the database's log."""

import os
from contextlib import suppress

import pydicom
import pytest

from tests.support.client import Client, Document, view_body
from tests.support.server import install, running, sample_files

NAMED = (
    "PatientName",
    "PatientID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SOPInstanceUID",
    "AccessionNumber",
    "ReferringPhysicianName",
    "StudyDescription",
)
SHORTEST = 6  # shorter values occur by chance in ciphertext


def canaries():
    """What identifies the ingested patients and studies, in the encodings it could have."""
    for path in sample_files():
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        for name in NAMED:
            value = str(dataset.get(name, ""))
            if len(value) >= SHORTEST:
                yield value.encode()
                yield value.encode("utf-16-le")


def every_byte(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with suppress(FileNotFoundError):  # a partial tile that a fuller one has replaced
                yield path, path.read_bytes()


@pytest.mark.requirement("HIP-08")
def test_a_byte_scan_of_the_data_folder_finds_no_patient(tmp_path):
    site = install(tmp_path / "data")
    site.command("ingest", *map(str, sample_files()))
    words = set(canaries())
    with running(site):
        person, client = site.new_person(), Client(site)
        client.sign_in(person)
        page = Document(client).enrol()
        for summary in client.search("CompressedSamples")["studies"]:
            study = page.open(summary["handle"])
            page.send(page.beacon("view", view_body(study)))
            for series, instance in study.instances():
                page.original(study, series, instance)
        words |= {person.user.encode(), person.password.encode(), person.totp_secret.encode()}
        words.add(client.cookie.encode())
        site.command("render", "1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322", "--viewport=9x9")
        found = [
            (path.name, word)
            for path, data in every_byte(site.data)
            for word in words
            if word in data
        ]
        names = [path.name for path in (site.data / "db").iterdir()]

    assert len(words) > 20
    assert [] == found
    assert any(name.endswith("-wal") for name in names)


def test_the_scan_itself_finds_a_planted_name(tmp_path):
    (tmp_path / "planted").write_bytes(os.urandom(50) + b"CompressedSamples^CT1")

    assert [
        path.name
        for path, data in every_byte(tmp_path)
        if any(word in data for word in canaries())
    ] == ["planted"]

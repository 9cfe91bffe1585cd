"""Attacks on stored and delivered bytes: every one is refused and recorded as 110113."""

import shutil
import sqlite3

import pytest
from cryptography.exceptions import InvalidTag

from tests.support.client import Client, Document, canonical, open_stream
from tests.support.server import PYDICOM_FILES, install, running


@pytest.fixture(scope="module")
def page(site):
    client = Client(site)
    client.sign_in(site.new_person())
    return Document(client).enrol()


@pytest.fixture(scope="module")
def studies(page):
    return [page.open(each["handle"]) for each in page.client.search()["studies"][:2]]


def parts(study):
    return [
        (series, instance, part)
        for series, instance in study.instances()
        for part in instance["parts"]
    ]


def object_path(site, name):
    return site.data / "objects" / name[:2] / name[2:]


def code(answer):
    return answer.status, answer.code


def alerts(site, name):
    return [e for e in site.ledger("110113") if e.detail.get("object") == name]


@pytest.mark.requirement("INT-01")
@pytest.mark.parametrize("place", [0, 40, -1], ids=["header", "first byte", "tag"])
def test_a_flipped_byte_on_the_disk_is_refused_and_recorded(site, page, studies, place):
    handle, name = studies[0].manifest["handle"], parts(studies[0])[0][2]["object"]
    path, before = object_path(site, name), len(alerts(site, name))
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[place] ^= 1
    path.chmod(0o600)
    path.write_bytes(changed)
    try:
        answer = page.ask_part(handle, name)
    finally:
        path.write_bytes(whole)
        path.chmod(0o400)

    assert (500, "integrity.object") == code(answer)
    new = alerts(site, name)[before:]
    assert [("integrity_alert", 8, handle)] == [
        (each.type, each.outcome, each.subject.study) for each in new
    ]
    assert 200 == page.ask_part(handle, name).status


@pytest.mark.requirement("INT-01")
def test_a_missing_object_is_refused_and_recorded(site, page, studies):
    handle, name = studies[0].manifest["handle"], parts(studies[0])[-1][2]["object"]
    path = object_path(site, name)
    path.rename(path.with_suffix(".away"))
    try:
        answer = page.ask_part(handle, name)
    finally:
        path.with_suffix(".away").rename(path)

    assert (500, "integrity.missing") == code(answer)
    assert alerts(site, name)


def test_two_objects_swapped_on_the_disk_are_refused(site, page, studies):
    handle = studies[0].manifest["handle"]
    names = [part["object"] for _, _, part in parts(studies[0])[:2]]
    first, second = (object_path(site, name) for name in names)
    kept = first.with_suffix(".kept")
    first.rename(kept)
    shutil.copy(second, first)
    try:
        answer = page.ask_part(handle, names[0])
    finally:
        kept.rename(first)

    assert (500, "integrity.object") == code(answer)


@pytest.mark.requirement("INT-01")
def test_a_changed_manifest_is_refused_and_recorded(site, page, studies):
    study = studies[1]
    name = study.release["manifest"]["object"]
    path = object_path(site, name)
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        answer = page.ask_open(study.manifest["handle"])
    finally:
        path.write_bytes(whole)
        path.chmod(0o400)

    assert (500, "integrity.object") == code(answer)
    assert alerts(site, name)


def test_a_part_of_one_study_does_not_open_as_anothers(studies):
    """The binding says whose it is, even with the right key."""
    study = studies[0]
    series, instance, part = parts(study)[0]
    manifest = study.manifest
    names = [manifest["installation"], manifest["tenant"], manifest["study"], series]
    right = [*names, instance["sop"], part["kind"], str(part["index"]), manifest["dek_id"]]
    sealed = bytes([40]) + bytes(39) + bytes(32)
    for place in range(len(right)):
        wrong = [*right[:place], right[place] + "x", *right[place + 1 :]]
        with pytest.raises(InvalidTag):
            open_stream(study.dek, sealed, canonical(["diascope-part-v1", *wrong]))


def test_a_part_needs_a_document_that_opened_its_study(site, page, studies):
    """Row 30: study, object and document must belong together."""
    first, second = (each.manifest["handle"] for each in studies)
    name = parts(studies[0])[0][2]["object"]
    stranger = Document(page.client, page.signing).enrol()

    assert (404, "access.not_found") == code(stranger.ask_part(first, name))
    assert (404, "access.not_found") == code(page.ask_part(second, name))
    assert (404, "access.not_found") == code(page.ask_part(first, "0" * 64))
    assert (404, "access.not_found") == code(page.ask_part("A" * 22, name))
    assert (403, "proof.chain") == code(page.ask_part(first, name, chain="0" * 32))
    assert (403, "proof.chain") == code(page.ask_part(first, name, chain="x"))


def test_another_users_document_gives_no_access(site, page, studies):
    other = Client(site)
    other.sign_in(site.new_person())
    handle, name = studies[0].manifest["handle"], parts(studies[0])[0][2]["object"]
    answer = Document(other).ask_part(handle, name, chain=page.chain)

    assert (403, "proof.chain") == code(answer)


@pytest.mark.parametrize(
    "name", ["..", "../../keys/keystore.json", "%2e%2e", "0" * 63, "A" * 64], ids=ascii
)
def test_no_name_leads_out_of_the_store(page, studies, name):
    assert page.ask_part(studies[0].manifest["handle"], name).status in {400, 404}


def test_a_part_is_cacheable_ciphertext(page, studies):
    """Ciphertext may stay in a browser's cache: it opens with a released key only."""
    study = studies[0]
    _, _, part = parts(study)[0]
    answer = page.ask_part(study.manifest["handle"], part["object"])

    assert "private, max-age=31536000, immutable" == answer.headers["cache-control"]
    assert "attachment" == answer.headers["content-disposition"]
    assert part["sealed_size"] == len(answer.body)
    assert study.manifest["study"].encode() not in answer.body


def test_a_database_put_back_to_an_older_manifest_is_refused(tmp_path):
    """The ledger knows the newest digest, so an old manifest is not one to open."""
    site = install(tmp_path / "data")
    files = [PYDICOM_FILES / "dicomdirtests" / "77654033" / "CT2" / n for n in ("17106", "17136")]
    (handle,) = site.command("ingest", str(files[0]))["studies"]
    with sqlite3.connect(site.data / "db" / "diascope.sqlite") as database:
        columns = "version, manifest_object, manifest_digest"
        old = database.execute(f"SELECT {columns} FROM studies").fetchone()  # noqa: S608
    database.close()
    site.command("ingest", str(files[1]))
    with running(site):
        client = Client(site)
        client.sign_in(site.new_person())
        page = Document(client).enrol()
        assert 2 == len(list(page.open(handle).instances()))
        with sqlite3.connect(site.data / "db" / "diascope.sqlite") as database:
            database.execute(
                "UPDATE studies SET version = ?, manifest_object = ?, manifest_digest = ?", old
            )
        database.close()
        answer = page.ask_open(handle)
        assert (500, "manifest.stale") == code(answer)
        assert alerts(site, old[1])

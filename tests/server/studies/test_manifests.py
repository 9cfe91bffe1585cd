"""Only the newest manifest on record is opened, and growth at that moment is no alarm."""

import json
from dataclasses import replace

import pydicom
import pytest
from sqlalchemy import select

from diascope_server import tables
from diascope_server.ingest.batch import ingest
from diascope_server.ledger import LedgerUnavailable
from diascope_server.store import sealing
from diascope_server.studies.newest import NewestManifests


@pytest.fixture
def files(new_study):
    return new_study(3)


@pytest.fixture
def handle(desk, files):
    return grow(desk.home, files[0])


def grow(home, file):
    (handle,) = ingest(home, iter([file]), lambda _: None).studies
    return handle


def opened(answer):
    """Return the version that was released; 0 for none."""
    return answer.json["manifest"]["version"] if answer.status == 200 else 0


def code(answer):
    return answer.status, answer.code


def row(desk, handle):
    wanted = tables.studies.c.handle == handle
    with desk.home.reader.begin() as connection:
        return connection.execute(select(tables.studies).where(wanted)).one()


def put(desk, handle, **values):
    """Change the study's row, as whoever can edit the database might."""
    own = tables.studies.c.handle == handle
    with desk.home.engine.begin() as connection:
        connection.execute(tables.studies.update().where(own).values(values))


def of(desk, kind, handle):
    """Return what is on record of the study."""
    return [each for each in desk.events(kind) if each.subject.study == handle]


def put_back(desk, old):
    names = ("version", "manifest_object", "manifest_digest")
    put(desk, old.handle, **{name: getattr(old, name) for name in names})


def refused(home, file):
    """Return the code with which a file is not taken in."""
    report = ingest(home, iter([file]), lambda _: None)
    assert () == report.studies
    return report.outcomes[0].code


@pytest.mark.requirement("INT-01")
def test_a_version_whose_record_has_no_place_yet_is_waited_for(desk, page, handle, files):
    """The row of version 2 is there, the ledger still says version 1."""
    with desk.stall() as stalled, pytest.raises(LedgerUnavailable):
        grow(stalled, files[1])

    assert 2 == opened(page.ask_open(handle))
    assert [] == of(desk, "integrity_alert", handle)


@pytest.mark.requirement("INT-01")
def test_a_study_that_grows_between_the_two_readings_opens(desk, page, handle, monkeypatch, files):
    """The row of version 1 is read; before the ledger is read, it says version 2."""
    digest, waiting = NewestManifests.digest, [files[1]]

    def grown(newest, wanted):
        if waiting:
            grow(desk.home, waiting.pop())
        return digest(newest, wanted)

    monkeypatch.setattr(NewestManifests, "digest", grown)

    assert 2 == opened(page.ask_open(handle))
    assert [] == of(desk, "integrity_alert", handle)


@pytest.mark.requirement("AUD-14")
def test_while_the_ledger_stalls_a_grown_study_is_refused_for_now_without_an_alert(
    desk, page, handle, files
):
    with desk.stall() as stalled:
        with pytest.raises(LedgerUnavailable):
            grow(stalled, files[1])
        assert (503, "ledger.unavailable") == code(page.ask_open(handle))
    desk.home.ledger.catch_up()

    assert [] == of(desk, "integrity_alert", handle)


@pytest.mark.requirement("INT-01")
def test_a_row_that_was_put_back_is_refused_with_one_alert(desk, page, handle, files):
    old = row(desk, handle)
    grow(desk.home, files[1])
    put_back(desk, old)

    assert (500, "manifest.stale") == code(page.ask_open(handle))
    (alert,) = of(desk, "integrity_alert", handle)
    assert (handle, old.manifest_object) == (alert.subject.study, alert.detail["object"])


@pytest.mark.requirement("INT-01")
def test_a_row_that_was_put_back_does_not_grow(desk, handle, files):
    """Growth would sign and record a version without the instances that were taken away."""
    old = row(desk, handle)
    grow(desk.home, files[1])
    put_back(desk, old)

    assert "manifest.stale" == refused(desk.home, files[2])
    assert old.manifest_digest == row(desk, handle).manifest_digest
    assert 2 == len(of(desk, "imported", handle))
    assert "manifest.stale" == of(desk, "integrity_alert", handle)[-1].detail["code"]


@pytest.mark.requirement("INT-01")
def test_a_row_that_was_put_back_is_not_rendered(desk, handle, installation, files):
    old = row(desk, handle)
    grow(desk.home, files[1])
    put_back(desk, old)
    first = pydicom.dcmread(files[0]).SOPInstanceUID
    answer = installation.command("render", first, "--viewport=9x9", expect=1)

    assert "manifest.stale" == answer["error"]["code"]
    assert 1 == len(of(desk, "integrity_alert", handle))


@pytest.mark.requirement("INT-01")
def test_a_manifest_without_the_sites_signature_is_not_opened_and_does_not_grow(
    desk, page, handle, files
):
    """By somebody who holds the study's key and the database, but not the manifest key."""
    home, found = desk.home, row(desk, handle)
    dek = home.keys.unwrap(found.dek_wrapped, home.key_context(handle, found.dek_id))
    study = home.fields.open("studies.study", handle, found.study)
    bound = home.binding(study, "", "", "manifest", "1", found.dek_id)
    plain = sealing.open_sealed(dek, home.objects.get(found.manifest_object), bound)
    forged = home.objects.put(sealing.seal(dek, bytes(64) + plain[64:], bound))
    put(desk, handle, manifest_object=forged)

    assert (500, "signature.wrong") == code(page.ask_open(handle))
    assert "signature.wrong" == refused(home, files[1])
    assert [forged] * 2 == [each.detail["object"] for each in of(desk, "integrity_alert", handle)]


def test_a_new_command_reads_the_ledger_for_itself(desk, handle, files):
    """What one process remembers of the ledger is no other's."""
    again = replace(
        desk.home,
        ledger=type(desk.home.ledger)(
            desk.home.settings, desk.home.engine, desk.home.keys, may_sequence=True
        ),
    )

    assert handle == grow(again, files[1])
    assert handle == grow(desk.home, files[2])
    assert 3 == row(desk, handle).version


def test_a_release_names_what_was_opened(desk, page, handle):
    answer = page.ask_open(handle)
    context = json.loads(answer.json["ctx"])

    assert row(desk, handle).manifest_digest == context["manifest"]
    assert context["manifest"] == of(desk, "study_opened", handle)[-1].detail["manifest"]

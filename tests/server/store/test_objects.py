"""The object store: written once, named by content, checked when read."""

import hashlib

import pytest

from diascope.errors import IntegrityError
from diascope_server.errors import StoreFault
from diascope_server.store import objects
from diascope_server.store.objects import ObjectStore


@pytest.fixture
def store(tmp_path):
    return ObjectStore(tmp_path)


def place(folder, name):
    return folder / name[:2] / name[2:]


def test_an_object_comes_back_under_its_digest(store, tmp_path):
    name = store.put(b"sealed")

    assert hashlib.sha256(b"sealed").hexdigest() == name
    assert b"sealed" == store.get(name)
    assert 0o400 == place(tmp_path, name).stat().st_mode & 0o777


def test_an_object_is_written_once(store, tmp_path):
    """INT-05: what is there stays, even when the same bytes come again."""
    name = store.put(b"sealed")
    before = place(tmp_path, name).stat()
    store.put(b"sealed")
    store.settle()
    after = place(tmp_path, name).stat()

    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert [name[2:]] == [path.name for path in place(tmp_path, name).parent.iterdir()]


@pytest.mark.requirement("INT-01")
def test_any_changed_byte_is_noticed_when_read(store, tmp_path):
    name = store.put(bytes(64))
    path = place(tmp_path, name)
    for position in range(64):
        path.chmod(0o600)
        path.write_bytes(bytes(position) + b"\1" + bytes(63 - position))
        with pytest.raises(IntegrityError) as refusal:
            store.get(name)
        assert "integrity.object" == refusal.value.code


def test_a_missing_object_is_an_integrity_error(store):
    with pytest.raises(IntegrityError) as refusal:
        store.get("0" * 64)
    assert "integrity.missing" == refusal.value.code


@pytest.mark.parametrize(
    "name",
    ["", "../../etc/passwd", "0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 63 + "\n", "a/" * 32],
    ids=repr,
)
def test_a_name_that_is_no_digest_is_refused(store, name):
    with pytest.raises(StoreFault):
        store.get(name)


def test_a_full_disk_is_a_fault_and_leaves_nothing(store, tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(objects.os, "fsync", full)
    with pytest.raises(StoreFault):
        store.put(b"sealed")

    assert [] == [path for path in tmp_path.rglob("*") if path.is_file()]

"""A file comes from the cache or from the first source with the pinned digest, or not at all."""

import hashlib
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from diascope_server.runtime.lock import BundleError, LockedFile, Source
from diascope_server.runtime.obtain import Archives, obtain, open_archives

DATA = b"the pinned bytes"
SHA = hashlib.sha256(DATA).hexdigest()
FIRST = Source("npm", "first", "1.0", "package/file")
SECOND = Source("pypi", "second", "2.0", "file")
FILE = LockedFile("file", "wheel", len(DATA), SHA, (FIRST, SECOND))


class Offers(Archives):
    """What each source would deliver, without a registry."""

    def __init__(self, **offers):
        super().__init__(Path())
        self.offers = offers
        self.asked = []

    def read(self, source, name):  # noqa: ARG002  (only pip needs the wheel's name)
        self.asked.append(source.name)
        offer = self.offers.get(source.name)
        if offer is None:
            raise BundleError("tool", "not found")
        return offer


def test_the_first_good_source_is_enough(tmp_path):
    offers = Offers(first=DATA, second=DATA)

    assert DATA == obtain(FILE, tmp_path, offers)
    assert ["first"] == offers.asked


@pytest.mark.parametrize(
    "first", [pytest.param(None, id="fails"), pytest.param(b"other bytes", id="lies")]
)
def test_the_next_source_stands_in_for_one_that(tmp_path, first):
    offers = Offers(first=first, second=DATA)

    assert DATA == obtain(FILE, tmp_path, offers)
    assert ["first", "second"] == offers.asked


def test_nothing_but_the_pinned_digest_is_accepted(tmp_path):
    with pytest.raises(BundleError) as refusal:
        obtain(FILE, tmp_path, Offers(first=b"other bytes"))

    assert "bundle.sources" == refusal.value.code
    assert "npm first 1.0: sha256" in refusal.value.detail
    assert "pypi second 2.0: not found" in refusal.value.detail
    assert "\n" not in refusal.value.detail
    assert [] == list(tmp_path.iterdir())


def test_the_cache_spares_the_registry(tmp_path):
    obtain(FILE, tmp_path, Offers(first=DATA))

    assert DATA == obtain(FILE, tmp_path, Offers())


def test_a_byte_changed_in_the_cache_is_noticed_at_the_next_use(tmp_path):
    obtain(FILE, tmp_path, Offers(first=DATA))
    (tmp_path / SHA).write_bytes(DATA[:-1] + b"X")

    with pytest.raises(BundleError):
        obtain(FILE, tmp_path, Offers())
    assert DATA == obtain(FILE, tmp_path, Offers(first=DATA))


def fake_tool(folder, monkeypatch, script):
    """Put an `npm` of our own before the real one."""
    tool = folder / "npm"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def package(folder):
    member = folder / "file"
    member.write_bytes(DATA)
    with tarfile.open(folder / "made.tgz", "w:gz") as archive:
        archive.add(member, "package/file")
    return folder / "made.tgz"


def test_a_member_is_read_from_what_npm_packs(tmp_path, monkeypatch):
    fake_tool(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked; cp {package(tmp_path)} .')

    with open_archives(pause_s=0) as archives:
        assert DATA == archives.read(FIRST, "file")
        assert DATA == archives.read(FIRST, "file")

    assert "pack --silent --ignore-scripts first@1.0\n" == (tmp_path / "asked").read_text()


def test_a_client_that_failed_is_asked_once_more(tmp_path, monkeypatch):
    made = package(tmp_path)
    fake_tool(
        tmp_path,
        monkeypatch,
        f"[ -e {tmp_path}/failed ] || {{ touch {tmp_path}/failed; exit 1; }}; cp {made} .",
    )

    with open_archives(pause_s=0) as archives:
        assert DATA == archives.read(FIRST, "file")


@pytest.mark.parametrize(
    ("script", "detail"),
    [
        pytest.param("echo 'npm error code E404' >&2; exit 1", "npm error code E404", id="fails"),
        pytest.param("exit 3", "npm ended with 3", id="is silent"),
        pytest.param("exit 0", "0 files instead of one", id="delivers nothing"),
        pytest.param("echo x > a.tgz", "no member package/file", id="delivers no archive"),
    ],
)
def test_a_tool_that_fails_is_named_in_one_line(tmp_path, monkeypatch, script, detail):
    fake_tool(tmp_path, monkeypatch, script)

    with open_archives(pause_s=0) as archives, pytest.raises(BundleError) as refusal:
        archives.read(FIRST, "file")

    assert detail == refusal.value.detail


def test_a_missing_tool_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with open_archives(pause_s=0) as archives, pytest.raises(BundleError) as refusal:
        archives.read(FIRST, "file")

    assert "npm is missing: install it, then run this again" == refusal.value.detail


def test_a_member_is_read_from_a_wheel(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "made.whl", "w") as wheel:
        wheel.writestr("package/file", DATA)
    fake_tool(tmp_path, monkeypatch, f"cp {tmp_path}/made.whl .")

    with open_archives(pause_s=0) as archives:
        assert DATA == archives.read(FIRST, "file")

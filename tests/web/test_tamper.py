"""Bytes that are not the stored ones paint nothing, and the record says so."""

import json
from pathlib import Path

import pytest

from tests.support.browsers import Browser, open_browser
from tests.web.relay import Relay
from tests.web.site import Site
from tests.web.viewer import Viewer


def flip_middle(path: Path) -> None:
    """Change one bit of the middle byte of a file; doing it again undoes it."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    mode = path.stat().st_mode
    path.chmod(0o600)
    path.write_bytes(data)
    path.chmod(mode)


def flipped(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def resealed(body: bytes) -> bytes:
    """Change one character in the middle of the sealed manifest of a key release."""
    release = json.loads(body)
    sealed = release["manifest"]["sealed"]
    middle = len(sealed) // 2
    other = "A" if sealed[middle] != "A" else "B"
    release["manifest"]["sealed"] = sealed[:middle] + other + sealed[middle + 1 :]
    return json.dumps(release).encode()


@pytest.mark.requirement("INT-01")
def test_flipped_byte_in_the_store_paints_nothing_and_is_recorded(
    browser: Browser, site: Site
) -> None:
    study = site.studies["small"]
    before = len(site.alarms())
    with open_browser(browser.engine, site.ca) as fresh:  # nothing is in its cache
        viewer = Viewer(fresh.open(), site.origin).sign_in(site.person())
        flip_middle(study.largest_object)
        try:
            viewer.choose(study.handle)
            data = viewer.wait_state("refused")
        finally:
            flip_middle(study.largest_object)
        assert data["integrity"] == "refused"
        assert data["code"].startswith("integrity.")
        assert not viewer.has_picture()
        assert data["code"] in viewer.alert()
    assert {"alert", "integrity_alert"} & set(site.wait_alarms(before))


@pytest.mark.requirement("INT-01")
def test_flipped_byte_on_the_way_is_found_by_the_browser(
    browser: Browser, relayed: tuple[Site, Relay]
) -> None:
    site, relay = relayed
    with open_browser(browser.engine, site.ca) as fresh:
        viewer = Viewer(fresh.open(), site.origin).sign_in(site.person())
        before = len(site.alarms())
        relay.change = lambda path, body: flipped(body) if "/parts/" in path else body
        viewer.choose(site.studies["small"].handle)
        data = viewer.wait_state("refused")
        assert data["code"] == "integrity.object"
        assert not viewer.has_picture()
        new = site.wait_alarms(before)
    assert {"alert"} == set(new)


@pytest.mark.requirement("INT-01")
def test_changed_manifest_opens_nothing(browser: Browser, relayed: tuple[Site, Relay]) -> None:
    site, relay = relayed
    with open_browser(browser.engine, site.ca) as fresh:
        viewer = Viewer(fresh.open(), site.origin).sign_in(site.person())
        relay.change = lambda path, body: resealed(body) if path.endswith("/open") else body
        viewer.choose(site.studies["small"].handle)
        assert viewer.wait_state("refused")["integrity"] == "refused"
        assert not viewer.has_picture()


@pytest.mark.requirement("BRW-02")
@pytest.mark.parametrize("name", ["engine.", "pyodide.asm.wasm"])
def test_changed_runtime_file_is_not_started(
    browser: Browser, relayed: tuple[Site, Relay], name: str
) -> None:
    site, relay = relayed
    relay.change = lambda path, body: (
        flipped(body) if path.startswith("/rt/") and f"/{name}" in path else body
    )
    with open_browser(browser.engine, site.ca) as fresh:
        viewer = Viewer(fresh.open(), site.origin).arrive()
        assert viewer.wait_engine() == "failed"
        assert "runtime.digest" in viewer.tab.js("() => document.body.innerText")

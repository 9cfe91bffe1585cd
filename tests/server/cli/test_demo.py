"""`diascope demo`: from nothing to a working address, and again within seconds."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from diascope_server import setup
from diascope_server.cli import main
from diascope_server.cli.ingest import MEMORY_BYTES
from tests.support.client import Client
from tests.support.server import (
    COMMAND,
    Installation,
    Person,
    descendants,
    end,
    environment,
    free_port,
    is_running,
)

FIRST_S, AGAIN_S, END_S = 240, 120, 30


def heed_ctrl_c():
    """Undo what a shell does to programs in the background, should the tests run there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Demo:
    """One run of the command."""

    def __init__(self, folder, port):
        self.folder, self.origin = folder, f"https://localhost:{port}"
        self.output = folder.parent / f"output-{time.monotonic_ns()}"
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [*COMMAND, "demo", "--dir", str(folder), "--port", str(port)],
                env={**environment(), "DIASCOPE_SHARED": str(folder / "nowhere")},
                stdout=file,
                stderr=file,
                start_new_session=True,
                preexec_fn=heed_ctrl_c,  # noqa: PLW1509  the tests have one thread
            )

    def wait(self, patience_s):
        self.wait_until(lambda: f"Serving {self.origin}" in self.output.read_text(), patience_s)

    def wait_until(self, condition, patience_s):
        until = time.monotonic() + patience_s
        while not condition():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < until, self.output.read_text()
            time.sleep(0.1)

    def interrupt(self):
        """Press Ctrl-C and return the processes that survived."""
        children = descendants(self.process.pid)
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(END_S)
            return [pid for pid in children if is_running(pid)]
        finally:
            for pid in [self.process.pid, *children]:
                end(pid)


def is_importing(demo):
    """Whether sample studies are on their way into the store."""
    return any((demo.folder / "objects").rglob("*")) if demo.folder.exists() else False


def interrupt_an_import(folder):
    """Press Ctrl-C in the middle of a first run, whose import must be a limited process."""
    demo = Demo(folder, free_port())
    demo.wait_until(lambda: is_importing(demo), FIRST_S)
    (child,) = descendants(demo.process.pid)
    limits = Path(f"/proc/{child}/limits").read_text()
    assert [] == demo.interrupt()
    assert 130 == demo.process.returncode
    assert re.search(rf"Max address space +{MEMORY_BYTES} ", limits)
    assert "" == (folder / "demo.json").read_text()


def refuse_a_second(folder):
    """Start a demo at another port of a folder that is served: it changes nothing."""
    before = [(folder / name).read_bytes() for name in ("settings.json", "demo.json")]
    second = Demo(folder, free_port())
    assert 1 == second.process.wait(AGAIN_S)
    assert "[setup.served]" in second.output.read_text()
    assert before == [(folder / name).read_bytes() for name in ("settings.json", "demo.json")]


@pytest.mark.slow
def test_a_second_run_is_quick_and_loses_nothing(tmp_path):
    folder = tmp_path / "demo"
    interrupt_an_import(folder)
    first = Demo(folder, free_port())
    first.wait(FIRST_S)
    refuse_a_second(folder)
    told = json.loads((folder / "demo.json").read_text())
    site = Installation(folder, first.origin)
    client = Client(site)
    client.sign_in(Person(told["user"], told["password"], told["totp_secret"]))
    studies = client.search()
    assert [] == first.interrupt()

    assert 0o600 == (folder / "demo.json").stat().st_mode & 0o777
    assert {
        "user",
        "password",
        "totp_secret",
        "otpauth",
        "address",
        "ca_certificate",
        "admin",
    } == (set(told))
    assert str(site.ca) == told["ca_certificate"]
    said = first.output.read_text()
    for text in (told["password"], told["totp_secret"], "Chromium", "Firefox", "Safari", "█"):
        assert text in said
    assert "0 files refused" in said
    assert max(study["instances"] for study in studies["studies"]) >= 120

    again = Demo(folder, free_port())
    again.wait(AGAIN_S)
    moved = Client(Installation(folder, again.origin))
    admin = told["admin"]
    moved.sign_in(Person(admin["user"], admin["password"], admin["totp_secret"]))
    moved.sign_in(Person(told["user"], told["password"], told["totp_secret"]), step=1)
    assert studies == moved.search()
    assert [] == again.interrupt()
    assert told | {"address": again.origin} == json.loads((folder / "demo.json").read_text())


@pytest.mark.parametrize("port", ["99999", "0", "-1"])
def test_a_port_that_is_none_is_refused_before_anything_is_made(tmp_path, capsys, port):
    words = ["demo", "--dir", str(tmp_path / "demo"), f"--port={port}", "--json"]

    assert 1 == main(words)
    assert "setup.origin" == json.loads(capsys.readouterr().out)["error"]["code"]
    assert [] == list(tmp_path.iterdir())


def test_an_installation_that_is_no_demo_is_left_as_it_is(tmp_path, capsys):
    """It would get sample studies, and its own `admin` new secrets."""
    setup.initialise(tmp_path / "data", "https://localhost:8443")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    assert 1 == main(["demo", "--dir", str(tmp_path / "data"), f"--port={free_port()}", "--json"])
    assert "setup.not_a_demo" == json.loads(capsys.readouterr().out)["error"]["code"]
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

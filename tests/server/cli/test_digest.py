"""`diascope digest`: one JSON line a file, and no file ends the run."""

import hashlib
import json
import os
import signal
import subprocess
from contextlib import closing

import pytest

from diascope_server.cli import digest, main
from tests.support import phantoms
from tests.support.server import COMMAND, environment

FRAMES = phantoms.ramp((2, 6, 4))
FILE = phantoms.file(phantoms.Image(FRAMES))
DIGEST = hashlib.sha256(FRAMES.astype("<u2").tobytes()).hexdigest()
TOLD = {
    "transfer_syntax": phantoms.EXPLICIT,
    "stored_sha256": DIGEST,
    "dtype": "uint16",
    "shape": [2, 6, 4],
}
UNREADABLE = {"refused": "ingest.unreadable"}


@pytest.fixture
def folder(tmp_path):
    """Good files, files that are none, and things that are no files."""
    made = tmp_path / "mixed"
    (made / "b").mkdir(parents=True)
    (made / "a.dcm").write_bytes(FILE)
    (made / "b" / "b.dcm").write_bytes(FILE[:300])
    (made / "c.txt").write_text("no DICOM")
    (made / "d-broken").symlink_to(made / "nothing")
    (made / "e-linked").symlink_to(made / "a.dcm")
    (made / "f-loop").symlink_to(made, target_is_directory=True)
    (made / "g-self").symlink_to("g-self")
    os.mkfifo(made / "h-pipe")
    (made / "i\n\udce9.dcm").write_bytes(FILE)
    return made


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.requirement("IMG-05")
@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["plain", "json"])
def test_every_file_has_one_line_and_none_fails_the_rest(folder, flags):
    done = subprocess.run(
        [*COMMAND, "digest", *flags, str(folder), str(folder / "missing")],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)
    told = {each.pop("file").removeprefix(f"{folder}/"): each for each in lines(done.stdout)}
    cut = told.pop("b/b.dcm")
    assert cut["refused"].startswith("part10.")
    assert {
        "a.dcm": TOLD,
        "c.txt": {"refused": "part10.no_preamble"},
        "d-broken": UNREADABLE,
        "e-linked": TOLD,
        "f-loop": UNREADABLE,
        "g-self": UNREADABLE,
        "h-pipe": UNREADABLE,
        "i\n\udce9.dcm": TOLD,
        "missing": UNREADABLE,
    } == told


def test_files_come_sorted_and_folder_after_folder(folder, capsys):
    assert 0 == main(["digest", str(folder / "c.txt"), str(folder)])
    names = [each["file"] for each in lines(capsys.readouterr().out)]

    assert str(folder / "c.txt") == names[0]
    assert sorted(names[1:]) == names[1:]
    assert str(folder / "b" / "b.dcm") in names


def test_file_that_ends_its_process_is_refused_and_the_next_one_is_read(folder):
    with closing(digest.Reader()) as reader:
        assert TOLD == reader.ask(folder / "a.dcm")
        os.kill(reader._child.pid, signal.SIGKILL)
        assert {"refused": "engine.died"} == reader.ask(folder / "a.dcm")
        assert TOLD == reader.ask(folder / "a.dcm")


@pytest.mark.requirement("PAT-05")
def test_file_that_takes_too_long_is_refused_and_the_next_one_is_read(folder, monkeypatch):
    with closing(digest.Reader()) as reader:
        reader.ask(folder / "a.dcm")
        os.kill(reader._child.pid, signal.SIGSTOP)
        with monkeypatch.context() as patch:
            patch.setattr(digest, "PATIENCE_S", 0.1)
            assert {"refused": "limit.time"} == reader.ask(folder / "a.dcm")
        assert TOLD == reader.ask(folder / "a.dcm")

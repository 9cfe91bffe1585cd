"""The one door of the command line: an answer or a refusal, never a trace, never a path."""

import json
import os
import subprocess

import pytest

from diascope_server import setup
from diascope_server.cli import main
from diascope_server.settings import Settings
from tests.support.server import COMMAND, PYDICOM_FILES, environment, free_port, install

CT = PYDICOM_FILES / "CT_small.dcm"
WIDTH, HEIGHT = "100", 24


@pytest.fixture
def data(tmp_path):
    setup.initialise(tmp_path / "data", f"https://localhost:{free_port()}")
    return tmp_path / "data"


def refused(capsys, data, *words):
    """Return the one JSON answer of a command that is refused."""
    assert 1 == main([*words, "--json", "--data", str(data)])
    said = capsys.readouterr()
    assert "" == said.err
    assert str(data) not in said.out
    return json.loads(said.out)["error"]


@pytest.mark.parametrize(
    "content", [pytest.param(b"", id="empty"), pytest.param(b"no database" * 999, id="damaged")]
)
@pytest.mark.parametrize("words", [("audit", "verify"), ("user", "list")], ids=" ".join)
def test_a_database_that_is_none_is_refused(capsys, data, content, words):
    (data / "db" / "diascope.sqlite").write_bytes(content)

    assert "system.database" == refused(capsys, data, *words)["code"]


def test_a_picture_that_cannot_be_written_is_refused(capsys, data):
    words = ("render", str(CT), "--viewport", "9x9", "--png", str(data / "none" / "x.png"))
    error = refused(capsys, data, *words)

    assert ("system.file", "No such file or directory") == (error["code"], error["detail"])


def test_a_source_that_is_no_uid_is_refused(capsys, data):
    """Bytes of the command line that are no text come as halves of characters."""
    answer = refused(capsys, data, "render", "\udcff", "--viewport", "9x9")

    assert "access.not_found" == answer["code"]


def test_settings_with_an_unknown_entry_are_refused_by_its_name(capsys, data):
    place = data / "settings.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), "colour": "red"}))
    error = refused(capsys, data, "user", "list")

    assert "setup.settings" == error["code"]
    assert "'colour'" in error["detail"]
    assert "red" not in error["detail"]


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """A runtime bundle whose one file was changed."""
    folder = tmp_path / "runtime"
    (folder / ("0" * 64)).mkdir(parents=True)
    (folder / ("0" * 64) / "a.wasm").write_bytes(b"changed")
    listing = {"files": [{"name": "a.wasm", "sha256": "0" * 64}]}
    (folder / "bundle.json").write_text(json.dumps(listing))
    monkeypatch.setattr(Settings, "runtime", property(lambda _: folder))


@pytest.mark.usefixtures("bundle")
def test_a_changed_runtime_file_is_named_in_one_sentence_and_nothing_starts(capsys, data):
    error = refused(capsys, data, "serve")

    assert ("setup.runtime", "a.wasm is not what was built: run `make runtime`") == (
        error["code"],
        error["detail"],
    )


def test_keys_that_do_not_open_stop_the_server_before_it_starts(capsys, data, monkeypatch):
    monkeypatch.setenv("DIASCOPE_PASSPHRASE_FILE", str(data))

    assert "keys.passphrase" == refused(capsys, data, "serve")["code"]


def test_who_has_read_enough_of_an_answer_sees_no_trace(tmp_path):
    site = install(tmp_path / "data")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "user", "list", "--data", str(site.data)],
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)

    assert (1, "") == (done.returncode, done.stderr)

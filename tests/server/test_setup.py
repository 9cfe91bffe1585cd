"""Making an installation: whole or not at all, under a passphrase that is one."""

import pytest

from diascope_server import setup
from diascope_server.errors import KeyRefused, SetupRefused
from diascope_server.settings import PASSPHRASE_VARIABLE

ORIGIN = "https://localhost:8443"


def test_what_stops_on_the_way_leaves_nothing_and_the_next_attempt_succeeds(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(setup.tls, "create", interrupted)
        with pytest.raises(KeyboardInterrupt):
            setup.initialise(tmp_path / "data", ORIGIN)
    assert [] == list(tmp_path.iterdir())

    setup.initialise(tmp_path / "data", ORIGIN)
    assert setup.is_initialised(tmp_path / "data")
    assert ["data"] == [each.name for each in tmp_path.iterdir()]


def test_a_folder_that_is_empty_or_deep_down_serves(tmp_path):
    (tmp_path / "data").mkdir(mode=0o755)
    setup.initialise(tmp_path / "data", ORIGIN)
    setup.initialise(tmp_path / "a" / "b" / "data", ORIGIN)

    for data in (tmp_path / "data", tmp_path / "a" / "b" / "data"):
        assert 0o700 == data.stat().st_mode & 0o777
        assert setup.is_initialised(data)


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        pytest.param("notes.txt", "name another", id="something else"),
        pytest.param("settings.json", "diascope serve", id="an installation"),
    ],
)
def test_what_is_there_stays_and_the_refusal_says_what_to_do(tmp_path, file, hint):
    (tmp_path / file).write_text("mine")

    with pytest.raises(SetupRefused, match=hint) as refusal:
        setup.initialise(tmp_path, ORIGIN)
    assert "setup.exists" == refusal.value.code
    assert [(file, "mine")] == [(each.name, each.read_text()) for each in tmp_path.iterdir()]


def test_an_own_passphrase_file_is_used(tmp_path, monkeypatch):
    (tmp_path / "own").write_text("sixteen bytes, or more\n")
    monkeypatch.setenv(PASSPHRASE_VARIABLE, str(tmp_path / "own"))
    settings = setup.initialise(tmp_path / "data", ORIGIN)

    assert settings.keystore.exists()
    assert not (settings.keys / "passphrase").exists()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        pytest.param(lambda place: place.mkdir(), "keys.passphrase", id="folder"),
        pytest.param(lambda place: place.write_text(""), "keys.passphrase_short", id="empty"),
        pytest.param(
            lambda place: place.write_text("  fifteen bytes!!  \n"),
            "keys.passphrase_short",
            id="short",
        ),
    ],
)
def test_a_passphrase_file_that_is_none_is_refused(tmp_path, monkeypatch, make, code):
    make(tmp_path / "own")
    monkeypatch.setenv(PASSPHRASE_VARIABLE, str(tmp_path / "own"))

    with pytest.raises(KeyRefused) as refusal:
        setup.initialise(tmp_path / "data", ORIGIN)
    assert code == refusal.value.code
    assert ["own"] == [each.name for each in tmp_path.iterdir()]

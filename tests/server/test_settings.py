"""`settings.json` and the origin in it: one form for each, and a sentence for everything else."""

import json

import pytest

from diascope_server.errors import SetupRefused
from diascope_server.settings import check_origin, load

STORED = {"installation": "ab" * 16, "origin": "https://localhost:8443"}


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        pytest.param("https://localhost:8443", "https://localhost:8443", id="plain"),
        pytest.param("https://pacs.example:443", "https://pacs.example", id="default port"),
        pytest.param("https://pacs.example", "https://pacs.example", id="no port"),
        pytest.param("https://pacs.example:", "https://pacs.example", id="empty port"),
        pytest.param("HTTPS://PACS.Example:08443", "https://pacs.example:8443", id="case, zero"),
        pytest.param("https://xn--krnten-5wa.example", "https://xn--krnten-5wa.example", id="xn"),
        pytest.param("https://10.0.0.7:8443", "https://10.0.0.7:8443", id="IPv4"),
        pytest.param("https://[::1]:8443", "https://[::1]:8443", id="IPv6"),
        pytest.param("https://[0:0:0:0:0:0:0:1]", "https://[::1]", id="long IPv6"),
        pytest.param("https://3dlab", "https://3dlab", id="digit first"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(typed, sent):
    assert sent == check_origin(typed)
    assert sent == check_origin(sent)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "localhost",
        "http://localhost",
        "https://",
        "https://:8443",
        "https://localhost/",
        "https://localhost/a",
        "https://localhost?a",
        "https://localhost#a",
        "https://user@localhost",
        "https://user:word@localhost",
        "https://local host",
        " https://localhost",
        "https://localhost\n",
        "https://localhost\x00",
        "https://kärnten.example",
        "https://\u212aarnten.example",
        "https://localhost:0",
        "https://localhost:65536",
        "https://localhost:99999",
        "https://localhost:-1",
        "https://localhost:+1",
        "https://localhost:\u0664\u0664\u0663",
        "https://localhost.",
        "https://.localhost",
        "https://a..b",
        "https://-a.example",
        "https://" + "a" * 64,
        "https://127.1",
        "https://127.0.0.01",
        "https://a.0x7f",
        "https://1.2.3.256",
        "https://::1",
        "https://[::1",
        "https://[1]",
    ],
    ids=ascii,
)
def test_any_other_origin_is_refused(origin):
    with pytest.raises(SetupRefused) as refusal:
        check_origin(origin)
    assert "setup.origin" == refusal.value.code


def write(folder, text):
    (folder / "settings.json").write_text(text)
    return folder


def test_settings_are_read_with_the_origin_in_its_one_form(tmp_path):
    stored = {**STORED, "origin": "https://localhost:443", "idle_s": 60}
    read = load(write(tmp_path, json.dumps(stored)))

    assert ("https://localhost", "localhost", 443, 60) == (
        read.origin,
        read.authority,
        read.port,
        read.idle_s,
    )


def test_no_file_changes_what_every_viewport_says(tmp_path):
    read = load(write(tmp_path, json.dumps({**STORED, "label": "For all", "tenant": "x"})))

    assert ("Not for diagnostic use", "default") == (read.label, read.tenant)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("", "JSON", id="empty"),
        pytest.param("{", "JSON", id="cut"),
        pytest.param("[" * 100_000, "JSON", id="deep"),
        pytest.param("[]", "object", id="array"),
        pytest.param(json.dumps({**STORED, "colour": 1}), "colour", id="unknown"),
        pytest.param(json.dumps({**STORED, "idle_s": "60"}), "idle_s", id="text for a number"),
        pytest.param(json.dumps({**STORED, "idle_s": True}), "idle_s", id="truth for a number"),
        pytest.param(json.dumps({"origin": STORED["origin"]}), "installation", id="missing"),
    ],
)
def test_a_file_that_init_did_not_write_is_refused_by_name(tmp_path, text, named):
    with pytest.raises(SetupRefused, match=named) as refusal:
        load(write(tmp_path, text))
    assert "setup.settings" == refusal.value.code

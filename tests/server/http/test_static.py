"""Static files: an exact list, nothing outside it, nothing beside it."""

import gzip
import hashlib
import json

import pytest

from diascope_server.errors import AccessRefused, SetupRefused
from diascope_server.http.call import Call
from diascope_server.http.static import load_page, load_runtime, serve_page, serve_runtime

WASM = b"\0asm"
SHA256 = hashlib.sha256(WASM).hexdigest()


def call(path, parameters=None, **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call("GET", path, parameters or {}, sent, b"", "", "127.0.0.1")


@pytest.fixture
def web(tmp_path):
    folder = tmp_path / "web"
    for name in ("elements", "lab", "kernel"):
        (folder / name).mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "elements" / "a.js").write_text("export {}")
    (folder / "lab" / "lab.js").write_text("")
    (folder / "kernel" / "kernel.js").write_text("")
    (folder / "runtime.lock.json").write_text("{}")
    (folder / "notes.txt").write_text("")
    (tmp_path / "secret.js").write_text("secret")
    (folder / "link.js").symlink_to(tmp_path / "secret.js")
    return folder


@pytest.fixture
def runtime(tmp_path):
    (tmp_path / SHA256).mkdir()
    (tmp_path / SHA256 / "a.wasm").write_bytes(WASM)
    listing = {"files": [{"name": "a.wasm", "role": "wheel", "sha256": SHA256, "size": 4}]}
    (tmp_path / "bundle.json").write_text(json.dumps(listing))
    return tmp_path


def test_only_the_pages_own_files_are_served(web):
    assert {"/", "/index.html", "/elements/a.js"} == set(load_page(web))


def test_documents_are_not_stored_and_scripts_are_revalidated(web):
    files = load_page(web)
    document = serve_page(files, call("/"))
    script = serve_page(files, call("/elements/a.js"))

    assert "no-store" == document.headers["cache-control"]
    assert "no-cache" == script.headers["cache-control"]
    assert "text/javascript; charset=utf-8" == script.headers["content-type"]
    again = serve_page(files, call("/elements/a.js", if_none_match=script.headers["etag"]))
    assert (304, b"") == (again.status_code, again.body)


def test_a_page_file_is_compressed_for_who_takes_it(web):
    squeezed = serve_page(load_page(web), call("/", accept_encoding="gzip, br"))

    assert "gzip" == squeezed.headers["content-encoding"]
    assert "content-encoding" not in serve_page(load_page(web), call("/")).headers


def test_a_runtime_file_is_immutable_under_its_digest(runtime):
    _, files = load_runtime(runtime)
    answer = serve_runtime(files, call("", {"digest": SHA256, "name": "a.wasm"}))

    assert "private, max-age=31536000, immutable" == answer.headers["cache-control"]
    assert "application/wasm" == answer.headers["content-type"]
    assert runtime / SHA256 / "a.wasm" == answer.path


@pytest.mark.parametrize(
    ("digest", "name"),
    [("0" * 64, "a.wasm"), (SHA256, "bundle.json"), (SHA256, "a.wasm.gz"), ("..", "secret.js")],
    ids=["other digest", "other name", "twin", "outside"],
)
def test_nothing_beside_the_list_is_served(runtime, digest, name):
    (runtime / SHA256 / "a.wasm.gz").write_bytes(gzip.compress(WASM))
    _, files = load_runtime(runtime)
    with pytest.raises(AccessRefused):
        serve_runtime(files, call("", {"digest": digest, "name": name}))


def test_a_compressed_twin_is_sent_when_it_is_there(runtime):
    (runtime / SHA256 / "a.wasm.gz").write_bytes(gzip.compress(WASM))
    _, files = load_runtime(runtime)
    asked = call("", {"digest": SHA256, "name": "a.wasm"}, accept_encoding="gzip")
    answer = serve_runtime(files, asked)

    assert "gzip" == answer.headers["content-encoding"]
    assert runtime / SHA256 / "a.wasm.gz" == answer.path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.wasm", b"\0asn", id="other bytes"),
        pytest.param("a.wasm", None, id="missing"),
        pytest.param("a.wasm.gz", gzip.compress(b"\0asn"), id="other bytes in the twin"),
        pytest.param("a.wasm.gz", gzip.compress(WASM)[:-1], id="cut twin"),
        pytest.param("a.wasm.gz", b"", id="empty twin"),
    ],
)
def test_a_changed_runtime_file_stops_the_start_and_is_named(runtime, name, content):
    if content is None:
        (runtime / SHA256 / name).unlink()
    else:
        (runtime / SHA256 / name).write_bytes(content)

    with pytest.raises(SetupRefused, match=rf"\({name} is not what was built") as refusal:
        load_runtime(runtime)
    assert "setup.runtime" == refusal.value.code


@pytest.mark.parametrize("text", ["", "[]", '{"files": [{}]}', '{"files": 1}'], ids=repr)
def test_a_listing_that_is_none_stops_the_start_and_is_named(runtime, text):
    (runtime / "bundle.json").write_text(text)

    with pytest.raises(SetupRefused, match=r"\(bundle\.json is not") as refusal:
        load_runtime(runtime)
    assert "setup.runtime" == refusal.value.code


def test_a_listing_cannot_name_a_file_outside(runtime):
    entry = {"name": "../../secret.js", "sha256": SHA256}
    (runtime / "bundle.json").write_text(json.dumps({"files": [entry]}))

    with pytest.raises(SetupRefused):
        load_runtime(runtime)


def test_without_a_bundle_there_is_none(tmp_path):
    assert (b"", {}) == load_runtime(tmp_path)

"""A build writes what the lock pins, all of it, and nothing else."""

import gzip
import hashlib
import json

import pytest

from diascope_server.runtime.bundle import build, build_for_tests
from diascope_server.runtime.lock import BundleError
from tests.runtime.test_exports import module

SERVED = {
    "pyodide.mjs": ("pyodide", b"export const loadPyodide = 1;\n" * 20),
    "numpy.whl": ("wheel", hashlib.sha256(b"noise").digest()),
    "pytest.whl": ("test", b"only for tests"),
    "micropip.whl": ("lab", b"only for the lab"),
}


def sha(data):
    return hashlib.sha256(data).hexdigest()


def entry(name, role, data):
    source = {"registry": "npm", "name": "none", "version": "1"}
    locked = {"name": name, "role": role, "size": len(data), "sha256": sha(data)}
    return locked | {"sources": [source]}


@pytest.fixture
def project(tmp_path):
    """A project with a lock, a filled cache and a small engine; no registry is needed."""
    (tmp_path / "web").mkdir()
    (tmp_path / "py" / "diascope").mkdir(parents=True)
    (tmp_path / "py" / "diascope" / "__init__.py").write_text("version = 1\n")
    (tmp_path / ".cache" / "runtime").mkdir(parents=True)
    pin(tmp_path, SERVED)
    return tmp_path


def pin(project, files):
    for _, data in files.values():
        (project / ".cache" / "runtime" / sha(data)).write_bytes(data)
    entries = [entry(name, role, data) for name, (role, data) in files.items()]
    document = json.dumps({"v": 1, "files": entries})
    (project / "web" / "runtime.lock.json").write_text(document)


def served(project):
    folder = project / "build" / "runtime"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def listing(project):
    return json.loads(served(project)["bundle.json"])


def test_every_listed_file_lies_under_its_own_digest(project):
    build(project)

    files = served(project)
    for file in listing(project)["files"]:
        data = files[f"{file['sha256']}/{file['name']}"]
        assert (file["sha256"], file["size"]) == (sha(data), len(data))


def test_only_what_the_browser_loads_is_served(project):
    build(project)

    assert ["pyodide", "wheel", "engine"] == [file["role"] for file in listing(project)["files"]]


def test_the_digest_of_the_bundle_is_that_of_its_canonical_list(project):
    digest = build(project)

    files = {file["name"]: file["sha256"] for file in listing(project)["files"]}
    members = ",".join(f'"{name}":"{files[name]}"' for name in sorted(files))
    canonical = f'{{"files":{{{members}}},"tables":1,"v":1}}'
    assert digest == sha(canonical.encode()) == listing(project)["digest"]


def test_a_compressed_copy_stands_only_where_it_helps(project):
    build(project)

    files = served(project)
    copies = {name: data for name, data in files.items() if name.endswith(".gz")}
    assert f"{sha(SERVED['pyodide.mjs'][1])}/pyodide.mjs.gz" in copies
    assert f"{sha(SERVED['numpy.whl'][1])}/numpy.whl.gz" not in copies
    for name, data in copies.items():
        assert gzip.decompress(data) == files[name.removesuffix(".gz")]


def test_the_same_sources_give_the_same_bytes(project):
    build(project)
    first = served(project)
    for path in (project / "build" / "runtime").rglob("pyodide*"):
        path.unlink()

    build(project)

    assert first == served(project)


def test_a_rebuild_writes_no_served_file(project):
    build(project)
    before = {path: path.stat().st_ino for path in project.rglob("build/runtime/*/*")}

    build(project)

    assert before == {path: path.stat().st_ino for path in project.rglob("build/runtime/*/*")}


@pytest.mark.parametrize(
    "suffix", [pytest.param("", id="served bytes"), pytest.param(".gz", id="compressed copy")]
)
def test_a_damaged_file_is_made_anew(project, suffix):
    build(project)
    first = served(project)
    (damaged,) = project.rglob(f"build/runtime/*/pyodide.mjs{suffix}")
    damaged.write_bytes(b"\x1f\x8b damaged")

    build(project)

    assert first == served(project)


def test_another_engine_is_another_bundle_and_the_old_one_is_removed(project):
    before = build(project)
    (project / "py" / "diascope" / "__init__.py").write_text("version = 2\n")

    assert before != build(project)
    assert 1 == sum("/engine." in name for name in served(project) if not name.endswith(".gz"))


def test_a_file_that_is_not_what_the_lock_pins_stops_the_build(project):
    lock = project / "web" / "runtime.lock.json"
    lock.write_text(lock.read_text().replace('"size": 32', '"size": 33'))

    with pytest.raises(BundleError) as refusal:
        build(project)

    assert "bundle.digest" == refusal.value.code
    assert not (project / "build" / "runtime" / "bundle.json").exists()


def test_a_module_that_needs_eval_never_enters_the_bundle(project):
    pin(project, {"bad.wasm": ("wheel", module("__start_em_asm"))})

    with pytest.raises(BundleError) as refusal:
        build(project)

    assert "bundle.eval" == refusal.value.code
    assert {} == served(project)


def test_what_only_tests_and_the_lab_use_lies_apart(project):
    build_for_tests(project)

    folder = project / "build" / "runtime-tests"
    assert {"pytest.whl", "micropip.whl"} == {path.name for path in folder.iterdir()}

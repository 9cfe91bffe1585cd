"""The bundle of this tree: what the browser gets, and nothing that it does not need."""

import ast
import io
import json
import zipfile
from pathlib import Path

import pytest

from diascope_server.runtime.bundle import build
from diascope_server.runtime.exports import scan

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "build" / "runtime"
CODEC_MODULES = {
    "jpeg8_decode": "_jpeg8",
    "jpegls_decode": "_jpegls",
    "jpeg2k_decode": "_jpeg2k",
    "htj2k_decode": "_htj2k",
    "jpegxl_decode": "_jpegxl",
    "jpegxl_decode_jpeg": "_jpegxl",
    "dicomrle_decode": "_imcd",
    "packbits_decode": "_imcd",
}


@pytest.fixture(scope="module")
def files():
    """{name: bytes} of all files that are served."""
    build(ROOT)
    listed = json.loads((RUNTIME / "bundle.json").read_text())["files"]
    return {
        file["name"]: (RUNTIME / file["sha256"] / file["name"]).read_bytes() for file in listed
    }


def members(files, prefix):
    (name,) = [name for name in files if name.startswith(prefix)]
    with zipfile.ZipFile(io.BytesIO(files[name])) as archive:
        return archive.namelist()


@pytest.mark.requirement("PAT-09")
def test_no_module_needs_eval(files):
    counts = [scan(name, data) for name, data in files.items()]

    assert sum(counts) > len(CODEC_MODULES)  # the interpreter, numpy and the codecs


def test_no_tests_and_no_sample_data_are_served(files):
    for prefix in ("numpy-", "imagecodecs-", "pydicom-"):
        for member in members(files, prefix):
            folders = member.split("/")[:-1]
            assert not {"tests", "test_files", "charset_files"} & set(folders), member


def test_what_the_archives_say_of_themselves_stays(files):
    for prefix in ("numpy-", "imagecodecs-", "pydicom-", "rfc8785-"):
        names = members(files, prefix)
        assert any(name.endswith(".dist-info/METADATA") for name in names)
        assert any("LICENSE" in name for name in names)


def used_codecs():
    """The functions of imagecodecs that the engine names."""
    for path in (ROOT / "py" / "diascope").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_attribute = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            if is_attribute and node.value.id == "imagecodecs" and "_decode" in node.attr:
                yield node.attr


def test_every_codec_the_engine_calls_is_in_the_bundle(files):
    names = members(files, "imagecodecs-")
    used = set(used_codecs())

    assert used
    assert {f"imagecodecs/{CODEC_MODULES[name]}.abi3.so" for name in used} <= set(names)


def test_the_engine_in_the_bundle_is_the_one_in_the_tree(files):
    in_tree = {path.relative_to(ROOT / "py").as_posix() for path in (ROOT / "py").rglob("*.py")}

    assert in_tree == set(members(files, "engine."))

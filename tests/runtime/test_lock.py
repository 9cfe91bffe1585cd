"""The lock names registries, packages and digests, and its parser is total."""

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope_server.runtime.lock import BundleError, parse_lock, read_lock

ROOT = Path(__file__).parents[2]
SHA = "0" * 64


def entry(**changes):
    source = {"registry": "pypi", "name": "numpy", "version": "2.2.5"}
    return {
        "name": "numpy.whl",
        "role": "wheel",
        "size": 1,
        "sha256": SHA,
        "sources": [source],
    } | changes


def lock(*entries, version=1):
    return json.dumps({"v": version, "files": list(entries)}).encode()


def source(**changes):
    return [{"registry": "pypi", "name": "numpy", "version": "2.2.5"} | changes]


def test_an_entry_keeps_what_it_says():
    (file,) = parse_lock(lock(entry()))

    assert ("numpy.whl", "wheel", 1, SHA) == (file.name, file.role, file.size, file.sha256)
    assert SHA == file.source_sha256


def test_a_trimmed_file_is_sought_by_the_digest_of_its_source():
    trim = {"sha256": "1" * 64, "keep": ["*"], "drop": [], "replace": {}}

    (file,) = parse_lock(lock(entry(trim=trim)))

    assert "1" * 64 == file.source_sha256


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff", id="not text"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"v": 1, "files": [7]}', id="a number for a file"),
        pytest.param(lock(entry(), version=2), id="version 2"),
        pytest.param(lock(entry(), entry()), id="a name twice"),
        pytest.param(lock(entry(name="../numpy.whl")), id="a name that is a path"),
        pytest.param(lock(entry(role="plugin")), id="unknown role"),
        pytest.param(lock(entry(size=0)), id="no bytes"),
        pytest.param(lock(entry(size=True)), id="a flag for a size"),
        pytest.param(lock(entry(sha256="0" * 63)), id="short digest"),
        pytest.param(lock(entry(sources=[])), id="no source"),
        pytest.param(lock(entry(sources=source(registry="git"))), id="unknown registry"),
        pytest.param(lock(entry(sources=source(name="--index-url=x"))), id="an option as a name"),
        pytest.param(lock(entry(sources=source(name="a/b"))), id="a path as a name"),
        pytest.param(lock(entry(sources=source(version="1 --pre"))), id="an option as a version"),
        pytest.param(lock(entry(sources=source(url="x"))), id="an address"),
        pytest.param(lock(entry(trim={"sha256": SHA})), id="half a recipe"),
        pytest.param(
            lock(entry(trim={"sha256": SHA, "keep": [1], "drop": [], "replace": {}})), id="no glob"
        ),
    ],
)
def test_anything_else_is_refused(data):
    with pytest.raises(BundleError) as refusal:
        parse_lock(data)

    assert "bundle.lock" == refusal.value.code


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON | st.fixed_dictionaries({"v": st.just(1), "files": st.lists(JSON)}))
def test_arbitrary_documents_give_a_value_or_our_error(document):
    with suppress(BundleError):
        parse_lock(json.dumps(document).encode())


def test_the_lock_of_the_project_names_no_address():
    text = (ROOT / "web" / "runtime.lock.json").read_text()

    assert read_lock(ROOT)
    assert not re.search(r"//|https?:|www\.", text)

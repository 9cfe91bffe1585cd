"""The server reads hostile files one by one: each is stored or refused alone, and nothing else is.

Only what the server reads is refused here: it decodes no pixel. All files: DIASCOPE_HOSTILE=all.
"""

import os
from collections import Counter

import pytest

from tests.hostile import catalogue
from tests.support import phantoms
from tests.support.server import Installation

EVERY = 1 if os.environ.get("DIASCOPE_HOSTILE") == "all" else 40
ROW_15 = "row15-sop-"


@pytest.mark.slow
@pytest.mark.requirement("PAT-05", "security row 14", "security row 15", "security row 16")
def test_ingest_ends_with_each_file_stored_or_refused_alone(tmp_path, record_property):
    files = tmp_path / "files"
    files.mkdir()
    cases = {case.file: case for case in every(EVERY)}
    for name, data in own_names(cases).items():
        (files / name).write_bytes(data)
    site = Installation(tmp_path / "data", "https://localhost:1")
    site.command("init", "--origin", site.origin)
    outside = snapshot(tmp_path)
    told = site.command("ingest", str(files), expect=1)
    codes = Counter(refused["code"] for refused in told["refused"])
    record_property("hostile files ingested", f"{told['stored']} stored, {dict(codes)}")

    assert len(cases) == told["stored"] + told["present"] + len(told["refused"])
    assert outside == snapshot(tmp_path)
    assert not [code for code in codes if code.startswith(("engine.", "server."))]
    wrong = {place(each["file"]) for each in told["refused"]} & shown(cases)
    assert set() == wrong
    site.close()


def every(step):
    for n, case in enumerate(catalogue.cases()):
        if n % step == 0 or case.file.startswith(ROW_15):
            yield case


def own_names(cases):
    """Give each file a SOP Instance UID of its own, as long as the one all have."""
    return {
        name: case.data.replace(phantoms.SOP.encode(), f"1.2.8.{n + 1_000_000}".encode())
        for n, (name, case) in enumerate(cases.items())
    }


def place(path):
    return path.rsplit("/", 1)[-1]


def shown(cases):
    """Those that must be shown may not be refused; texts and UIDs may be beyond a manifest."""
    rows = {1, 3, 4, 5, 9, 11, 12, 16, 17}
    return {
        name for name, case in cases.items() if not case.refused and case.row in rows
        and "deflated-" not in name
    }  # fmt: skip


def snapshot(folder):
    """Everything outside the installation's own folder."""
    kept = (path for path in folder.rglob("*") if (folder / "data") not in path.parents)
    return sorted((str(path), path.stat().st_size) for path in kept)

"""Archives are small, and the same bytes wherever and whenever they are made."""

import io
import os
import zipfile

import pytest

from diascope_server.runtime.engine_zip import pack_engine
from diascope_server.runtime.lock import BundleError, Trim
from diascope_server.runtime.trim import pack, trim

MEMBERS = {"b.py": b"2", "a/tests/t.py": b"t", "a/x.py": b"1", "a/sample.dcm": b"d"}


def names(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def compressed(members):
    """An archive as a publisher would make it: compressed, dated now, in any order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def recipe(keep=("*",), drop=(), **replace):
    return Trim("0" * 64, tuple(keep), tuple(drop), replace)


def test_order_and_compression_of_the_source_do_not_matter():
    backwards = dict(reversed(MEMBERS.items()))

    assert trim(compressed(MEMBERS), recipe()) == trim(compressed(backwards), recipe())
    assert trim(compressed(MEMBERS), recipe()) == pack(MEMBERS)


def test_members_are_sorted_dated_1980_and_stored():
    with zipfile.ZipFile(io.BytesIO(pack(MEMBERS))) as archive:
        infos = archive.infolist()

    assert sorted(MEMBERS) == [info.filename for info in infos]
    assert {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 3)} == {
        (info.date_time, info.compress_type, info.create_system) for info in infos
    }


def test_what_the_recipe_drops_is_gone():
    trimmed = trim(compressed(MEMBERS), recipe(drop=("*/tests/*", "*.dcm")))

    assert ["a/x.py", "b.py"] == names(trimmed)


def test_only_what_the_recipe_keeps_is_there():
    assert ["b.py"] == names(trim(compressed(MEMBERS), recipe(keep=("b.py",))))


def test_a_member_can_be_replaced_by_a_text():
    trimmed = trim(compressed(MEMBERS), recipe(**{"b.py": "new"}))

    with zipfile.ZipFile(io.BytesIO(trimmed)) as archive:
        assert b"new" == archive.read("b.py")


@pytest.mark.parametrize(
    "outdated",
    [
        pytest.param(recipe(keep=("*", "c.py")), id="keep"),
        pytest.param(recipe(drop=("c.py",)), id="drop"),
        pytest.param(recipe(**{"c.py": ""}), id="replace"),
    ],
)
def test_a_glob_that_matches_nothing_is_an_error(outdated):
    """A package that moved its sample data must not bring them back unnoticed."""
    with pytest.raises(BundleError, match=r"nothing matches c\.py"):
        trim(compressed(MEMBERS), outdated)


def engine(folder):
    for name in ("__init__.py", "pipeline.py", "py.typed", "decode/rle.py"):
        path = folder / "diascope" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def test_the_engine_zip_does_not_depend_on_dates(tmp_path):
    before = pack_engine(engine(tmp_path))
    for path in tmp_path.rglob("*.py"):
        os.utime(path, (1, 1))

    assert before == pack_engine(tmp_path)


def test_the_engine_zip_holds_sources_of_the_engine_only(tmp_path):
    (engine(tmp_path) / "diascope_server").mkdir()
    (tmp_path / "diascope_server" / "app.py").write_text("")

    assert ["diascope/__init__.py", "diascope/decode/rle.py", "diascope/pipeline.py"] == names(
        pack_engine(tmp_path)
    )

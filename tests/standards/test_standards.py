"""Every public function of the pixel path cites its clause, and has a test in which it runs."""

import ast

import pytest

from tests.standards import page
from tests.standards.citations import BESIDE, Function, clauses, functions, modules
from tests.standards.tracing import traced

WRITE = "python -m tests.standards"


@pytest.fixture(scope="module")
def text():
    return page.PAGE.read_text()


def test_every_function_cites_its_clause_or_says_why_there_is_none():
    assert [] == [
        each.place
        for each in functions()
        if not (clauses(each.standard) or each.standard.startswith("none; "))
    ]


def test_every_cited_clause_has_a_title():
    """A number that is in no table of contents stands out here."""
    unknown = {
        f"{document} {clause}": each.place
        for each in functions()
        for document, clause in clauses(each.standard)
        if clause not in page.TITLES.get(document, {})
    }

    assert {} == unknown, "a wrong number, or a new one for tests/standards/clauses.json"


def test_the_page_is_that_of_the_docstrings(text):
    """No function and no clause misses from it; what it says more is stale."""
    pairs = page.read_pairs(text)

    assert {each.place for each in functions()} == set(pairs), WRITE
    assert page.make(pairs) == text, WRITE


@pytest.mark.slow
def test_every_function_runs_in_the_test_that_the_page_names(text, record_property):
    pairs = page.read_pairs(text)
    ran = traced(set(pairs.values()))
    record_property("standards", f"{len(pairs)} functions run in {len(ran)} tests of the page")

    assert {} == {place: test for place, test in pairs.items() if place not in ran.get(test, ())}


def test_modules_beside_the_pixel_path_exist():
    folder = page.ROOT / "py" / "diascope"

    assert [] == [name for name in BESIDE if not (folder / f"{name}.py").is_file()]
    assert {"pipeline", "voi_lut", "decode", "decode.jpeg"} <= set(modules())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PS3.3 C.11.2.1.2.1, VOI LUT Function.", [("PS3.3", "C.11.2.1.2.1")]),
        ("PS3.5 8.1.1, A.4 and A.5.", [("PS3.5", "8.1.1"), ("PS3.5", "A.4"), ("PS3.5", "A.5")]),
        ("PS3.5 8 and Annex A.", [("PS3.5", "8"), ("PS3.5", "Annex A")]),
        ("PS3.5 8.2 and Annex A.4.", [("PS3.5", "8.2"), ("PS3.5", "A.4")]),
        ("PS3.14 7, P-Values", [("PS3.14", "7")]),
        ("PS3.3 C.7.6; PS3.5 G", [("PS3.3", "C.7.6"), ("PS3.5", "G")]),
        ("FIPS 180-4, SHA-256.", [("FIPS 180-4", "")]),
        ("ISO/IEC 10918-1 B.2.1, 14495-1 C.2.1.",
         [("ISO/IEC 10918-1", "B.2.1"), ("ISO/IEC 14495-1", "C.2.1")]),
        ("PS3.3 C.7.6.3.1.2, YBR_FULL: Y = .299 R", [("PS3.3", "C.7.6.3.1.2")]),
        ("none; exact arithmetic", []),
    ],
)  # fmt: skip
def test_clauses_are_read_from_a_citation(text, found):
    assert found == clauses(text)


def test_a_function_without_a_citation_is_found(tmp_path):
    """The check can fail."""
    from tests.standards.citations import of_module  # noqa: PLC0415

    path = tmp_path / "planted.py"
    path.write_text('def bare():\n    """Do it."""\n\ndef _own():\n    """Not public."""\n')
    assert ast.parse(path.read_text())
    assert [Function("planted", "bare", "", "Do it.")] == list(of_module("planted", path))

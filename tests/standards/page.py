"""docs/standards.md: clause -> function -> test, of docstrings and of what tests really run."""

import json
import re
from pathlib import Path

from tests.standards.citations import ROOT, clauses, functions

PAGE = ROOT / "docs" / "standards.md"
TITLES = json.loads((Path(__file__).parent / "clauses.json").read_text())
HEAD = """# Standards: clause, function, test

The pixel path, from a file's bytes to the pixels of a canvas: each of its public functions cites
the clause that it follows in its docstring, and this page lists them by clause, each with a test
in which it runs. Written by `python -m tests.standards` from the docstrings and from a traced run
of the tests; `tests/standards` holds the page to both, and each clause to its title. Modules are
those of `py/diascope`; tests stand in `tests/engine`.
"""
NONE = """## No clause

What is arithmetic, or a limit of our own; each says which.
"""
ROW = re.compile(r"^\| .* \| `([\w.]+)` \| `(\w[\w/]*)\.py` (\w+) \|$", re.MULTILINE)


def read_pairs(text):
    """{function: its test} of a page."""
    return {f: f"tests/engine/{path}.py::{name}" for f, path, name in ROW.findall(text)}


def make(pairs):
    """The page, given {function: its test}."""
    by_clause, none = {}, []
    for function in functions():
        cited = clauses(function.standard)
        for document, clause in cited:
            by_clause.setdefault(document, {}).setdefault(clause, set()).add(function.place)
        if not cited:
            none.append((function.standard.removeprefix("none; ").rstrip("."), function.place))
    sections = [HEAD]
    sections += [section(name, by_clause[name], pairs) for name in sorted(by_clause, key=natural)]
    rows = [row(why, place, pairs) for why, place in sorted(none, key=lambda each: each[1])]
    sections.append("\n".join([NONE, *table("why", rows)]))
    return "\n".join(sections)


def section(document, by_clause, pairs):
    titles = TITLES.get(document, {})
    rows = []
    for clause in sorted(by_clause, key=natural):
        said = f"{clause} {titles.get(clause, '')}".strip() or "whole"
        rows += [row(said, place, pairs) for place in sorted(by_clause[clause])]
    head = f"## {document} {titles.get('title', '')}".rstrip()
    return "\n".join([head, "", *table("clause", rows)])


def table(first, rows):
    return [f"| {first} | function | test |", "|---|---|---|", *rows, ""]


def row(said, place, pairs):
    path, _, name = pairs.get(place, "").removeprefix("tests/engine/").partition("::")
    return f"| {said} | `{place}` | `{path}` {name} |" if name else f"| {said} | `{place}` | |"


def natural(text):
    """Numbers in order of size, letters before them."""
    return [(part.isdigit(), int(part) if part.isdigit() else part) for part in split(text)]


def split(text):
    return [part for part in re.split(r"(\d+)", text) if part]

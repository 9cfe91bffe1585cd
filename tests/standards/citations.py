"""Which clauses each public function of the pixel path cites, read from its docstring.

A citation stands in a docstring's `Standard:` paragraph: a document, then clauses of it, then
perhaps words. `none; why` stands where no clause rules, and a method may leave it to its class.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "py" / "diascope"
# The modules between a file's bytes and the pixels of a canvas. Others keep studies, windows of
# the page or records, or say refusals; they are no part of what a picture looks like.
BESIDE = frozenset(
    {
        *("__init__", "errors", "bridge", "budget", "holding", "painted", "reading", "changes"),
        *("gestures", "selftest", "selftest_streams", "texts", "corners", "limits"),
        *("manifest", "manifest_entries", "manifest_shape", "display_check"),
    }
)
PARAGRAPH = re.compile(r"Standard:(.*?)(?:\n\s*\n|\Z)", re.DOTALL)
DOCUMENT = re.compile(r"ICC\.1|PS3\.\d+|ISO/IEC [\d-]+|RFC \d+|FIPS [\d-]+|(?<=[ ,])1[0-9]{4}-\d+")
DOTTED = re.compile(r"\b(?:[A-Z](?:\.\d+)+(?:-\d+[a-z]?)?|\d+(?:\.\d+)+|Annex [A-Z](?!\.\d))\b")
BARE = re.compile(r"\s*(?:,|and|to)?\s*([A-Z]|\d{1,2})(?![-\w.]*\w)")


@dataclass(frozen=True, order=True)
class Function:
    """A public function or method: "voi_lut", "linear"; its `Standard:` text, "" without one."""

    module: str
    name: str
    standard: str
    summary: str = ""

    @property
    def place(self):
        return f"{self.module}.{self.name}"


def modules():
    """The pixel path's modules by dotted name, with their files."""
    found = [*ENGINE.glob("*.py"), *(ENGINE / "decode").glob("*.py")]
    named = {path.relative_to(ENGINE).with_suffix("").as_posix(): path for path in found}
    dotted = {name.replace("/__init__", "").replace("/", "."): named[name] for name in named}
    return {name: dotted[name] for name in sorted(dotted) if name not in BESIDE}


def functions():
    """Every public function and method of the pixel path."""
    return [each for name, path in modules().items() for each in of_module(name, path)]


def of_module(name, path):
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield Function(name, node.name, standard(node), summary(node))
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                    said = standard(inner) or standard(node)
                    yield Function(name, f"{node.name}.{inner.name}", said, summary(inner))


def standard(node):
    found = PARAGRAPH.search(ast.get_docstring(node) or "")
    return " ".join(found.group(1).split()) if found else ""


def summary(node):
    return (ast.get_docstring(node) or "").partition("\n")[0]


def clauses(text):
    """The clauses a citation names: [("PS3.3", "C.11.2.1.2.1")]."""
    starts = list(DOCUMENT.finditer(text))
    stops = [*(each.start() for each in starts[1:]), len(text)][: len(starts)]
    found = []
    for at, stop in zip(starts, stops, strict=True):
        document = at.group()
        document = f"ISO/IEC {document}" if document[0] == "1" else document
        found += [(document, clause) for clause in of_document(text[at.end() : stop])]
    return found


def of_document(text):
    """Clauses with dots anywhere; plain numbers and letters only right behind the document."""
    listed, at = [], 0
    while found := BARE.match(text, at):
        listed.append((found.start(1), found.group(1)))
        at = found.end()
    dotted = [(each.start(), each.group()) for each in DOTTED.finditer(text)]
    return [clause for _, clause in sorted({*listed, *dotted})] or [""]

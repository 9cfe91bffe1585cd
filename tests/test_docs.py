"""The documents say what the code does."""

import json
import re
from pathlib import Path

import pytest

from diascope import stack_words
from tests.support import refusals

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / ".github").glob("*.md"),
    ]
)
LINK = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")


def test_every_refusal_is_listed():
    assert (ROOT / "docs" / "errors.md").read_text().strip() == refusals.page().strip()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    broken = [
        target
        for target in LINK.findall(path.read_text())
        if not target.startswith("mailto:") and not (path.parent / target).exists()
    ]
    assert broken == []


def test_files_named_in_the_readme_exist():
    named = re.findall(
        r"`((?:tests|docs|web|py|server)/[\w./-]+)`", (ROOT / "README.md").read_text()
    )
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_api_route_stands_in_the_wire_formats():
    source = (ROOT / "server" / "diascope_server" / "app.py").read_text()
    rows = re.findall(r'Row\("([A-Z]+)", "(/api/[^"]+)"', source)
    text = (ROOT / "docs" / "wire.md").read_text()
    assert rows
    assert [
        f"{method} {path}" for method, path in rows if f"| {method} `{path}` |" not in text
    ] == []


def test_every_bridge_command_stands_in_the_wire_formats():
    from diascope.bridge import COMMANDS  # noqa: PLC0415

    text = (ROOT / "docs" / "wire.md").read_text().split("## 9.")[1]
    assert [name for name in COMMANDS if f"| `{name}` |" not in text] == []


def test_every_decision_is_indexed():
    index = (ROOT / "docs" / "adr" / "README.md").read_text()
    pages = [path.name for path in (ROOT / "docs" / "adr").glob("0*.md")]
    assert pages
    assert [name for name in pages if name not in index] == []


def test_every_language_has_every_text():
    """A code whose English sentence comes from the engine may have more words elsewhere."""
    folder = ROOT / "web" / "i18n"
    english = json.loads((folder / "en.json").read_text())
    missing = {
        path.name: sorted(set(english) - set(json.loads(path.read_text())))
        for path in folder.glob("*.json")
    }
    assert len(english) > 40
    assert {name: keys for name, keys in missing.items() if keys} == {}


def test_the_page_has_words_for_every_trait_order_and_finding_of_a_stack():
    english = json.loads((ROOT / "web" / "i18n" / "en.json").read_text())
    tables = {
        "trait": stack_words.TRAITS, "basis": stack_words.BASES, "finding": stack_words.FINDINGS,
    }  # fmt: skip
    wanted = {f"stack.{name}.{code}" for name, table in tables.items() for code in table}

    assert wanted == {key for key in english if key.startswith("stack.") and key.count(".") == 2}

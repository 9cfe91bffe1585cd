"""Every refusal in the code, read from the code: the source of docs/errors.md.

Run as a program it prints that page: `python -m tests.support.refusals > docs/errors.md`.
"""

import ast
import re
from dataclasses import fields
from pathlib import Path

from diascope.limits import Limits

ROOT = Path(__file__).parents[2]
PYTHON = [ROOT / "py" / "diascope", ROOT / "server" / "diascope_server"]
SCRIPTS = ROOT / "web"
CODE = re.compile(
    r'"((?:engine|integrity|manifest|network|page|release|runtime|session|signature|study)\.[a-z_]+)"'
)
HEAD = (
    "# Refusals\n\n"
    "Every refusal has a stable code. It crosses the worker and HTTP unchanged, stands in the "
    "viewport and in\nthe ledger, and never holds patient data. This page is read from the code "
    "(`python -m tests.support.refusals`);\na test compares.\n"
)


def trees():
    for folder in PYTHON:
        for path in sorted(folder.rglob("*.py")):
            yield path, ast.parse(path.read_text())


def families() -> dict[str, tuple[str, str, str]]:
    """Class name -> (family, sentence, docstring), inherited where a class does not say."""
    found: dict[str, tuple[str, str, str]] = {}
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                base = (
                    node.bases[0].id if node.bases and isinstance(node.bases[0], ast.Name) else ""
                )
                if node.name != "DiascopeError" and base != "DiascopeError" and base not in found:
                    continue
                inherited = found.get(base, ("diascope", "", ""))
                said = {
                    target.id: ast.literal_eval(each.value)
                    for each in node.body
                    if isinstance(each, ast.Assign)
                    for target in each.targets
                    if isinstance(target, ast.Name) and target.id in {"family", "sentence"}
                }
                found[node.name] = (
                    said.get("family", inherited[0]),
                    said.get("sentence", inherited[1]),
                    (ast.get_docstring(node) or "").splitlines()[0],
                )
    return found


def reasons() -> dict[str, set[str]]:
    """Class name -> reasons that stand as literals where it is made, or where a limit is asked."""
    known, found = families(), {}
    limits = {field.name for field in fields(Limits)}
    for _, tree in trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            first = node.args[0]
            if name == "check" and isinstance(first, ast.Constant) and first.value in limits:
                name = "LimitExceeded"
            for value in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                if (
                    name in known
                    and isinstance(value, ast.Constant)
                    and isinstance(value.value, str)
                ):
                    found.setdefault(name, set()).add(value.value)
    return found


def page_codes() -> set[str]:
    return {
        code
        for path in SCRIPTS.rglob("*.js")
        for code in CODE.findall(path.read_text())
        if not code.startswith(("engine.step", "engine.progress", "engine.ready", "session.view"))
    }


def page() -> str:
    lines = [HEAD]
    for name, found in sorted(reasons().items(), key=lambda item: families()[item[0]][0]):
        family, sentence, doc = families()[name]
        lines += [f"## `{family}`: {doc}", "", f"> {sentence}", ""]
        lines += [", ".join(f"`{family}.{reason}`" for reason in sorted(found)), ""]
    lines += ["## Made by the page and its worker", ""]
    lines += [", ".join(f"`{code}`" for code in sorted(page_codes())), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(page())

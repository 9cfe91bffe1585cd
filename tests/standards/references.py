"""Which tests stand nearest to each public function of the engine, read from the text of both.

A function of the tests or of the engine uses what its body names: imported names, functions and
constants of its own file, fixtures. A test is a test of what it uses, and of what that uses in
turn; the fewest steps win, and the test file of the function's own module before all others. A
method is used where something of its name is read in a file that knows its module.
"""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ("engine", "support")
ENGINE = ROOT / "py" / "diascope"
FAR = 100  # steps: more than there are


class Source:
    """One file: what its names mean, and what each of its functions and classes names."""

    def __init__(self, path):
        self.path = path
        self.tree = ast.parse(path.read_text())
        self.names = dict(meanings(self.tree))
        self.bodies = {
            node.name: node
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }

    @property
    def module(self):
        top = ENGINE.parent if self.path.is_relative_to(ENGINE) else ROOT
        dotted = self.path.relative_to(top).with_suffix("").as_posix().replace("/", ".")
        return dotted.removesuffix(".__init__")

    def named(self, node):
        """The absolute dotted names below a node, also of fixtures and functions of this file."""
        for each in ast.walk(node):
            if isinstance(each, ast.Attribute):
                yield from self.attribute(each)
            elif isinstance(each, ast.Name):
                yield from self.name(each.id)
            elif isinstance(each, ast.arg):
                yield from self.name(each.arg)

    def attribute(self, node):
        yield f"?.{node.attr}"
        if isinstance(node.value, ast.Name) and node.value.id in self.names:
            yield f"{self.names[node.value.id]}.{node.attr}"

    def name(self, name):
        if name in self.bodies:
            yield f"{self.module}.{name}"
        elif name in self.names:
            yield self.names[name]


def meanings(tree):
    """Imported names and the absolute names they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((a.asname or a.name, f"{node.module}.{a.name}") for a in node.names)
        elif isinstance(node, ast.Import):
            yield from ((a.asname or a.name, a.name) for a in node.names if "." not in a.name)


@cache
def sources():
    folders = [ENGINE, *(ROOT / "tests" / name for name in TESTS)]
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return {source.module: source for source in map(Source, files)}


@cache
def users():
    """{a name: the functions of tests and engine that use it}."""
    found = defaultdict(set)
    for source in sources().values():
        for name, body in source.bodies.items():
            for used in {*source.named(body), *module_constants(source, body)}:
                found[used].add(f"{source.module}.{name}")
    return found


def module_constants(source, body):
    """What the values of the module-level constants that a function reads name."""
    read = {each.id for each in ast.walk(body) if isinstance(each, ast.Name)}
    found = set()
    for node in source.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if read & {each.id for each in targets if isinstance(each, ast.Name)}:
                found |= set(source.named(node.value))
    return frozenset(found)


def tests_of(function):
    """The tests of a function, nearest first; of those equally near, the most alike in words."""
    module = f"diascope.{function.module}"
    mirror = f"test_{function.module.rpartition('.')[2]}"
    found = []
    for steps, users_at_first in enumerate(users_of(module, function.name)):
        found += [(steps * FAR + more, place) for more, place in above(users_at_first)]
    wanted = words(function.place.replace(".", " ")) | words(function.summary)

    def rank(each):
        steps, place = each
        is_elsewhere = place.split(".")[-2] != mirror
        return is_elsewhere, steps, -len(wanted & words_of(place)), order(place)

    return [place for _, place in sorted(found, key=rank)]


def above(level):
    """The tests that use what is on a level, with how many steps they are away."""
    seen, steps = set(level), 0
    while level:
        yield from ((steps, place) for place in level if is_test(place))
        level = {user for place in level for user in users()[place]} - seen
        seen |= level
        steps += 1


def words(text):
    """Words of four letters and more, without their plural."""
    return {word.rstrip("s") for word in re.findall(r"[a-z]{4,}", text.lower())}


@cache
def words_of(place):
    module, _, name = place.rpartition(".")
    said = ast.get_docstring(sources()[module].bodies[name]) or ""
    return words(f"{name} {said}".replace("_", " "))


def users_of(module, name):
    """Who names a function; of a method first those who know its class's module, then others."""
    owner, _, method = name.rpartition(".")
    if not owner:
        return [users()[f"{module}.{name}"]]
    every = users()[f"?.{method}"]
    known = {place for place in every if knows(place, module)}
    return [known, every - known]


def knows(place, module):
    home = place.rpartition(".")[0]
    return home == module or any(
        name == module or name.startswith(f"{module}.") for name in sources()[home].names.values()
    )


def is_test(place):
    return place.startswith("tests.") and place.rpartition(".")[2].startswith("test_")


def order(place):
    module, _, name = place.rpartition(".")
    return module, list(sources()[module].bodies).index(name)

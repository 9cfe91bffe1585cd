"""Writes docs/standards.md: `python -m tests.standards`. Takes a few minutes."""

import sys

from tests.standards import page
from tests.standards.citations import functions
from tests.standards.references import tests_of
from tests.standards.tracing import traced

ROUNDS = (3, 12, 60, 400)  # how many of a function's nearest tests are tried


def main():
    """Find a test of each function, nearest first, in which it really runs."""
    wanted = functions()
    near = {each.place: [node_id(test) for test in tests_of(each)] for each in wanted}
    pairs, ran, tried = {}, {}, 0
    for count in ROUNDS:
        waiting = {place: near[place][tried:count] for place in near if place not in pairs}
        asked = {test for tests in waiting.values() for test in tests} - set(ran)
        ran |= traced(asked) if asked else {}
        for place, tests in waiting.items():
            runs_it = [test for test in tests if place in ran.get(test, ())]
            if runs_it:
                pairs[place] = runs_it[0]
        tried = count
    page.PAGE.write_text(page.make(pairs))
    missing = sorted({each.place for each in wanted} - set(pairs))
    print("\n".join(missing) or f"{len(pairs)} functions", file=sys.stderr)
    return 1 if missing else 0


def node_id(place):
    module, _, name = place.rpartition(".")
    return f"{module.replace('.', '/')}.py::{name}"


if __name__ == "__main__":
    sys.exit(main())

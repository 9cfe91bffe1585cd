"""A stratified sample: of every row and codec some files, the same ones every time."""

from collections import defaultdict
from itertools import zip_longest


def sample(records, size, *, slowest_s=2.0):
    """Indices of about `size` records, spread over rows and, within each, over verdicts.

    Files that took CPython longer than `slowest_s` are left to the full run.
    """
    strata = defaultdict(list)
    for n, record in enumerate(records):
        if record["seconds"] < slowest_s:
            strata[record["row"], record["verdict"], record["code"]].append(n)
    ordered = [spread(members) for _, members in sorted(strata.items())]
    turns = (n for turn in zip_longest(*ordered) for n in turn if n is not None)
    return sorted(n for n, _ in zip(turns, range(size), strict=False))


def spread(members):
    """The middle first, then the middles of the halves: few of them lie far apart."""
    if not members:
        return []
    middle = len(members) // 2
    first, second = spread(members[:middle]), spread(members[middle + 1 :])
    mixed = [n for pair in zip_longest(first, second) for n in pair if n is not None]
    return [members[middle], *mixed]

"""Mutations as cases, for the runs in browsers: what CPython makes of each is what they must."""

from tests.hostile import mutations
from tests.hostile.case import ANYTHING, Case


def cases(argument):
    """`argument` is "seed,first,count"."""
    seed, first, count = (int(number) for number in argument.split(","))
    for number in range(first, first + count):
        _, data = mutations.mutated(seed, number)
        yield Case(0, f"mutation-{seed}-{number}", data, refused=frozenset({ANYTHING}))

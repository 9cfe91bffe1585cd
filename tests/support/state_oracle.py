"""The grey of one stored value under a presentation state: the clauses, in fractions, in order.

Each step is one function of a value; `grey` composes them in the order of PS3.4 N.2. This imports
nothing of Diascope.
"""

from fractions import Fraction

HALF = Fraction(1, 2)


def rescale(slope, intercept):
    """PS3.3 C.11.1.1.2."""
    return lambda x: Fraction(slope) * x + Fraction(intercept)


def table(entries, first=0):
    """PS3.3 C.11.1.1.1 and C.11.2.1.1: values beyond the table take its ends."""

    def step(x):
        at = (x + HALF).__floor__() - first
        return Fraction(entries[min(max(at, 0), len(entries) - 1)])

    return step


def linear(center, width):
    """PS3.3 C.11.2.1.2.1 with ymin 0 and ymax 1."""

    def step(x):
        if x <= center - HALF - Fraction(width - 1, 2):
            return Fraction(0)
        if x > center - HALF + Fraction(width - 1, 2):
            return Fraction(1)
        return (x - (center - HALF)) / (width - 1) + HALF

    return step


def full_scale(low, high):
    """An identity VOI: its input range is the output range, PS3.4 N.2.1.3."""
    return lambda x: (x - low) / (high - low)


def inverse(x):
    """PS3.3 C.11.6.1.2, INVERSE."""
    return 1 - x


def presentation_table(entries, bits):
    """PS3.3 C.11.6.1.1: the input range meets the range of the table."""

    def step(x):
        at = ((len(entries) - 1) * x + HALF).__floor__()
        return Fraction(entries[at], 2**bits - 1)

    return step


def grey(value, *steps):
    """Apply the steps, then round once: floor(255 p + 1/2)."""
    for step in steps:
        value = step(Fraction(value))
    return (255 * value + HALF).__floor__()

"""Hypothesis strategies: data sets with typed values at any depth, and patches of codestreams.

What is drawn is valid but for the patches, so that a refusal of a data set is a fault of ours.
"""

from hypothesis import strategies as st

from tests.hostile.seeds import CODESTREAMS, encoded
from tests.support import phantoms
from tests.support.phantoms import writer

SYNTAXES = (phantoms.IMPLICIT, phantoms.EXPLICIT, phantoms.DEFLATED, phantoms.BIG)
MAX_DEPTH = 6
TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="\\"))
VALUES = {
    "LO": TEXT.map(lambda text: text[:64]), "SH": TEXT.map(lambda text: text[:16]),
    "PN": TEXT.map(lambda text: text[:64]), "UT": TEXT, "CS": st.sampled_from(["A", "B_C", ""]),
    "DS": st.decimals(-1000, 1000, places=3).map(str),
    "IS": st.integers(-(2**31), 2**31 - 1).map(str),
    "US": st.binary(min_size=2, max_size=2), "UL": st.binary(min_size=4, max_size=4),
    "FD": st.binary(min_size=8, max_size=8), "AT": st.binary(min_size=4, max_size=4),
    "OB": st.binary(max_size=40), "OW": st.binary(max_size=40).map(lambda data: data * 2),
    "UN": st.binary(max_size=40), "UV": st.binary(min_size=8, max_size=8),
    "UI": st.integers(0, 10**20).map(lambda number: f"1.2.{number}"),
}  # fmt: skip
# Private, and between the identifying elements and those of the image: they change no picture.
TAGS = st.tuples(st.sampled_from(range(0x0021, 0x0028, 2)), st.integers(0x1000, 0xFFFF)).map(
    lambda pair: pair[0] << 16 | pair[1]
)


def plain_values():
    """A VR and a value of it."""
    return st.sampled_from(sorted(VALUES)).flatmap(
        lambda vr: VALUES[vr].map(lambda value: (vr, value))
    )


def datasets(depth=MAX_DEPTH):
    """Tag -> (VR, value), where the value of SQ is a list of such data sets."""
    choices = plain_values()
    if depth > 1:
        items = st.lists(st.deferred(lambda: datasets(depth - 1)), max_size=3)
        choices = st.one_of(choices, choices, items.map(lambda found: ("SQ", found)))
    return st.dictionaries(TAGS, choices, max_size=5 if depth == MAX_DEPTH else 3)


def encode(dataset, syntax, *, undefined):
    """Element bytes by tag, in an encoding and a form of length. Standard: PS3.5 7.5."""
    w = writer(syntax)
    return {tag: element(w, tag, *dataset[tag], undefined) for tag in sorted(dataset)}


def element(w, tag, vr, value, undefined):
    if vr != "SQ":
        return w.element(tag, vr, value)
    items = [
        b"".join(element(w, tag, *item[tag], undefined) for tag in sorted(item)) for item in value
    ]
    return w.sequence(tag, *items, undefined=undefined)


@st.composite
def patched_codestreams(draw):
    """A codec, and its seed's codestream with one to three other bytes among the first hundred."""
    codec = draw(st.sampled_from(CODESTREAMS))
    stream = bytearray(encoded(codec)[0])
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(2, min(len(stream), 140) - 1))
        stream[at] = draw(st.integers(0, 255))
    return codec, bytes(stream)

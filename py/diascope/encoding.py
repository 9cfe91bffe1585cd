"""How a data set is written: the tags that structure it, byte order, VRs and their lengths.

Standard: PS3.5 7.1, 7.5, A.1 to A.3.
"""

from struct import Struct, pack

UNDEFINED = 0xFFFFFFFF
ITEM = 0xFFFEE000
ITEM_DELIMITER = 0xFFFEE00D
SEQUENCE_DELIMITER = 0xFFFEE0DD
FLOAT_PIXEL_DATA = 0x7FE00008
DOUBLE_PIXEL_DATA = 0x7FE00009
PIXEL_DATA = 0x7FE00010
PIXEL_TAGS = frozenset({FLOAT_PIXEL_DATA, DOUBLE_PIXEL_DATA, PIXEL_DATA})
MODALITY_LUTS = 0x00283000
VOI_LUTS = 0x00283010
PRESENTATION_LUTS = 0x20500010
LUT_SEQUENCES = frozenset({MODALITY_LUTS, VOI_LUTS})
ULTRASOUND_REGIONS = 0x00186011
SHARED_GROUPS, FRAME_GROUPS = 0x52009229, 0x52009230  # PS3.3 C.7.6.16.1
GROUPS = frozenset({SHARED_GROUPS, FRAME_GROUPS})
READ_SEQUENCES = LUT_SEQUENCES | {ULTRASOUND_REGIONS} | GROUPS
LAST_TAG = 0xFFFCFFFC  # Data Set Trailing Padding, PS3.10 7.2

# PS3.5 table 7.1-1 (32-bit lengths) and 7.1-2 (16-bit lengths)
_LONG_VRS = b"OB OD OF OL OV OW SQ SV UC UN UR UT UV"
_SHORT_VRS = b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US"
HAS_LONG_LENGTH = dict.fromkeys(_LONG_VRS.split(), True) | dict.fromkeys(_SHORT_VRS.split(), False)
_SHORT = frozenset(_SHORT_VRS.split())
VR_NAMES = {vr: vr.decode() for vr in HAS_LONG_LENGTH}


class Encoding:
    """Byte order and VR form of a data set. Standard: PS3.5 A.1 to A.3."""

    __slots__ = (
        "_group_vr_length", "is_explicit", "is_little", "long", "short", "tag", "tag_and_length",
    )  # fmt: skip

    def __init__(self, order: str, *, is_explicit: bool) -> None:
        self.is_little = order == "<"
        self.is_explicit = is_explicit
        self.tag = Struct(order + "HH").unpack_from
        self.short = Struct(order + "H").unpack_from
        self.long = Struct(order + "I").unpack_from
        self.tag_and_length = Struct(order + "HHI").unpack_from
        self._group_vr_length = Struct(order + "H2x2sH").unpack_from

    def written(self, tag: int) -> bytes:
        """Return a tag as it stands in a file. Standard: PS3.5 7.1.1."""
        return pack("<HH" if self.is_little else ">HH", tag >> 16, tag & 0xFFFF)

    def skip_plain(self, data: bytes, at: int, bound: int, most: int) -> tuple[int, int]:
        """Step over the plain values that follow each other at `at` and end before `bound`.

        Returns the offset after them and how many they are, at most `most`. Plain is what is
        surely neither a delimiter nor a sequence; a walk looks at the rest.

        Standard: PS3.5 7.1.
        """
        skip = self._skip_explicit if self.is_explicit else self._skip_implicit
        return skip(data, at, bound, most)

    def _skip_explicit(self, data: bytes, at: int, bound: int, most: int) -> tuple[int, int]:
        """Take values with lengths of 16 bits alone. Standard: PS3.5 table 7.1-2."""
        header, passed = self._group_vr_length, 0
        while passed < most and at + 8 <= bound:
            group, vr, length = header(data, at)
            stop = at + 8 + length
            if vr not in _SHORT or group == ITEM >> 16 or stop > bound:
                break
            at, passed = stop, passed + 1
        return at, passed

    def _skip_implicit(self, data: bytes, at: int, bound: int, most: int) -> tuple[int, int]:
        """Take values of defined length; undefined is longer than any buffer."""
        header, passed = self.tag_and_length, 0
        while passed < most and at + 8 <= bound:
            group, number, length = header(data, at)
            stop = at + 8 + length
            if stop > bound or group == ITEM >> 16 or group << 16 | number in READ_SEQUENCES:
                break
            at, passed = stop, passed + 1
        return at, passed


IMPLICIT_LITTLE = Encoding("<", is_explicit=False)
EXPLICIT_LITTLE = Encoding("<", is_explicit=True)
EXPLICIT_BIG = Encoding(">", is_explicit=True)

"""Row 9: file meta information that is too much, does not fit or says something else.

Standard: PS3.10 7.1 and table 7.1-1.
"""

from struct import pack

from tests.hostile.case import refuse, right
from tests.hostile.seeds import plain, values
from tests.support.phantoms import CT_IMAGE, EXPLICIT, LITTLE, SOP

ROW = 9
GROUP = {0x00020001: ("OB", b"\0\1"), 0x00020002: ("UI", CT_IMAGE), 0x00020003: ("UI", SOP)}
NAMED = GROUP | {0x00020010: ("UI", EXPLICIT)}
SYNTAXES = {
    "unknown": "1.2.3.4", "mpeg2": "1.2.840.10008.1.2.4.100", "mpeg4": "1.2.840.10008.1.2.4.102",
    "hevc": "1.2.840.10008.1.2.4.107", "rfc2557": "1.2.840.10008.1.2.6.1",
    "xml": "1.2.840.10008.1.2.6.2", "jpeg_52": "1.2.840.10008.1.2.4.52",
    "jpeg_66": "1.2.840.10008.1.2.4.66", "j2k_part_2": "1.2.840.10008.1.2.4.92",
    "smpte": "1.2.840.10008.1.2.7.1", "papyrus": "1.2.840.10008.1.20", "class": CT_IMAGE,
}  # fmt: skip
NO_UIDS = ("", "0x12", "1.2.840.10008.1.2.1\x07", "../../../../etc/passwd", "1." * 33 + "1",
           "1.2.840.10008.1.2.1'--", "<script>", "\u0661.\u0662", "1 2", "-1")  # fmt: skip


def cases():
    yield from lengths()
    yield from floods()
    yield from elements()
    yield from syntaxes()
    yield from cut()


def dataset():
    """What stands after the meta information of the plain seed."""
    whole = plain()
    length = int.from_bytes(whole[140:144], "little")
    return whole[144 + length :]


def file(group, claimed=None, start=b"DICM"):
    length = len(group) if claimed is None else claimed
    first = LITTLE.element(0x00020000, "UL", pack("<I", length % 2**32))
    return bytes(128) + start + first + group + dataset()


def listed(elements):
    return b"".join(LITTLE.element(tag, vr, value) for tag, (vr, value) in elements.items())


def lengths():
    """The group length is what PS3.10 7.1 says, to the byte."""
    group = listed(NAMED)
    codes = ("part10.meta_length", "part10.truncated", "part10.vr", "limit.meta_bytes")
    codes += ("part10.order", "part10.length")
    for off in (-100, -8, -2, -1, 1, 2, 8, 26, 100, 10_000):
        data = file(group, len(group) + off)
        yield refuse(ROW, f"group-length-off-by-{off}", data, *codes)
    for claimed in (0, 1, 65_537, 1 << 20, 2**31, 2**32 - 1):
        yield refuse(ROW, f"group-length-{claimed}", file(group, claimed), *codes, TS)
    for vr, value in (("UL", b""), ("US", b"\0\1"), ("UL", bytes(8)), ("OB", bytes(4))):
        first = LITTLE.element(0x00020000, vr, value)
        data = bytes(128) + b"DICM" + first + group + dataset()
        yield refuse(ROW, f"group-length-as-{vr}-of-{len(value)}", data, "part10.meta_length")
    without = bytes(128) + b"DICM" + group + dataset()
    yield refuse(ROW, "no-group-length", without, "part10.meta_length")


TS = "part10.transfer_syntax"


def floods():
    """CVE-2026-5437's form: hundreds of elements that nobody knows, each as long as may be."""
    for vr, size in (("UN", 65_534), ("OB", 65_534), ("UT", 1_000), ("LO", 64)):
        for count in (200, 2_000):
            extra = {0x00020200 + 2 * n: (vr, b"x" * size) for n in range(count)}
            group = listed(NAMED | extra)
            if 64 << 10 < len(group) < 32 << 20:
                data = file(group)
                yield refuse(ROW, f"{count}-{vr}-of-{size}", data, "limit.meta_bytes")
    for size in (60_000, 65_000):
        group = listed(NAMED | {0x00020102: ("OB", bytes(size))})
        yield right(ROW, f"private-information-of-{size}", file(group), values())
    group = listed(NAMED | {0x00020102: ("OB", bytes(66_000))})
    yield refuse(ROW, "private-information-of-66000", file(group), "limit.meta_bytes")


def elements():
    twice = listed(NAMED) + LITTLE.element(0x00020010, "UI", "1.2.840.10008.1.2")
    yield refuse(ROW, "two-transfer-syntaxes", file(twice), "part10.meta_length")
    for tag in (0x00000000, 0x00010010, 0x00080018, 0x00100010, 0x00030000, 0x7FE00010):
        group = listed(NAMED) + LITTLE.element(tag, "LO", "x")
        codes = ("part10.meta_length", "part10.undefined_length", "part10.truncated")
        yield refuse(ROW, f"{tag:08x}-in-the-meta-information", file(group), *codes)
    for vr in ("??", "\0\0", "XX", "ui"):
        group = (
            listed(GROUP) + b"\2\0\x10\0" + vr.encode() + pack("<H", 20) + b"1.2.840.10008.1.2.1\0"
        )
        yield refuse(ROW, f"meta-vr-{vr.encode().hex()}", file(group), "part10.vr")
    for length in (0xFFFF, 0x8000, 0x0400):
        group = listed(GROUP) + LITTLE.element(0x00020010, "UI", EXPLICIT, length)
        codes = ("part10.meta_length", "part10.truncated", "part10.vr", "part10.length")
        yield refuse(ROW, f"meta-uid-of-length-{length:x}", file(group), *codes)
    deep = LITTLE.element(0x00020200, "SQ", b"", 0xFFFFFFFF)
    deep += LITTLE.marker(0xFFFEE000, 0xFFFFFFFF)
    nest = deep * 1_000
    codes = ("limit.depth", "part10.sequence", "part10.truncated")
    yield refuse(ROW, "sequences-in-the-meta-information", file(listed(NAMED) + nest), *codes)
    for start in (b"dicm", b"DICN", b"\0\0\0\0", b"DICOM"[:4][::-1], b"PNG\r"):
        data = file(listed(NAMED), start=start)
        yield refuse(ROW, f"prefix-{start.hex()}", data, "part10.no_preamble")


def syntaxes():
    """A transfer syntax that is none, or none for pictures: the bytes are not guessed at."""
    for name, uid in SYNTAXES.items():
        data = file(listed(GROUP | {0x00020010: ("UI", uid)}))
        yield refuse(ROW, f"syntax-{name}", data, "part10.fragments")  # as all but four have
    for n, text in enumerate(NO_UIDS):
        data = file(listed(GROUP | {0x00020010: ("UI", text.encode())}))
        yield refuse(ROW, f"syntax-no-uid-{n}", data, "part10.uid", "part10.transfer_syntax")
    yield refuse(ROW, "no-syntax", file(listed(GROUP)), "part10.transfer_syntax")


def cut():
    """The file ends somewhere in its meta information."""
    whole = plain()
    length = 144 + int.from_bytes(whole[140:144], "little")
    codes = ("part10.no_preamble", "part10.truncated", "part10.meta_length", "part10.length")
    for size in (0, 1, 127, 128, 131, 132, 136, 139, 143, 144, 150, length - 10, length - 1):
        yield refuse(ROW, f"cut-at-{size}", whole[:size], *codes)

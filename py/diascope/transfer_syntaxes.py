"""The transfer syntaxes that are known and refused, each kind with a code and a sentence.

Asked before a frame is cut out, since video has no frames that can be: its fragments are pieces
of one stream. `decode` holds those that are read; any other is unknown. Standard: PS3.6 Annex A,
PS3.5 Annex A.
"""

from diascope.errors import (
    ReferencedPixelsError,
    RetiredSyntaxError,
    TransferSyntaxError,
    VideoError,
)

_ROOT = "1.2.840.10008.1.2"

# MPEG-2, MPEG-4 AVC/H.264 and HEVC/H.265, whole (PS3.5 A.4.5 to A.4.10) and fragmentable
_MPEG = tuple(f"{_ROOT}.4.{number}" for number in range(100, 109))
VIDEO = frozenset(
    {
        *_MPEG,
        *(f"{uid}.1" for uid in _MPEG),
        # SMPTE ST 2110 video and sound in real time, PS3.22
        *(f"{_ROOT}.7.{number}" for number in (1, 2, 3)),
    }
)
# JPIP and JPIP HTJ2K, plain and deflated: the pixel data are at another address, PS3.5 A.6 to A.12
REFERENCED_DEFLATED = frozenset({f"{_ROOT}.4.95", f"{_ROOT}.4.205"})
REFERENCED = REFERENCED_DEFLATED | {f"{_ROOT}.4.94", f"{_ROOT}.4.204"}
# Arithmetic and hierarchical JPEG, MIME and XML encodings, Papyrus: retired in PS3.6 A
RETIRED = frozenset(
    {
        *(f"{_ROOT}.4.{number}" for number in (52, 54, 56, *range(58, 67))),
        *(f"{_ROOT}.6.1", f"{_ROOT}.6.2", "1.2.840.10008.1.20"),
    }
)
# JPEG 2000 Part 2: one codestream transforms the components of several frames, PS3.5 8.2.4
MULTICOMPONENT = frozenset({f"{_ROOT}.4.92", f"{_ROOT}.4.93"})


def refuse(transfer_syntax: str) -> None:
    """Refuse a transfer syntax that is known and not read; others pass.

    Raises:
        VideoError: `video`.
        ReferencedPixelsError: `referenced`.
        RetiredSyntaxError: `retired`.
        TransferSyntaxError: `multicomponent`.

    Standard: PS3.6 Annex A, PS3.5 Annex A.
    """
    if transfer_syntax in VIDEO:
        raise VideoError("video", transfer_syntax)
    if transfer_syntax in REFERENCED:
        raise ReferencedPixelsError("referenced", transfer_syntax)
    if transfer_syntax in RETIRED:
        raise RetiredSyntaxError("retired", transfer_syntax)
    if transfer_syntax in MULTICOMPONENT:
        raise TransferSyntaxError("multicomponent", transfer_syntax)

"""Every refusal the engine and the server can make.

    DiascopeError                     never raised directly
    ├── UntrustedInput                refuse, and record a security alert (110113)
    │   ├── IntegrityError
    │   ├── ManifestError
    │   └── SignatureError
    ├── MalformedImage                the file breaks the standard: say so, show nothing
    │   ├── Part10Error
    │   └── PixelDataError
    ├── LimitExceeded                 the file asks for more than we give
    ├── UnsupportedImage              a correct file that this version cannot show
    │   ├── TransferSyntaxError
    │   │   ├── VideoError
    │   │   ├── ReferencedPixelsError
    │   │   ├── RetiredSyntaxError
    │   │   └── InexactError
    │   └── PhotometricError
    ├── PresentationError             a window, zoom or table that cannot be applied
    │   └── PresentationStateError    a presentation state: applied whole or not at all
    ├── DisplayError                  a measurement that no display has, so that none is recorded
    ├── CommandError                  the page asked for something that does not exist
    ├── AuditError                    a record that is not canonical, chained or signed
    └── EngineFault                   our own fault, found by a self-test or a check

A class has a stable `code`, which crosses the worker and HTTP unchanged, or takes the second half
of its code where it is raised (`Part10Error("length")` has the code `part10.length`). Messages
say what to do, and never hold patient data, keys or paths. docs/errors.md lists all codes.
"""

from typing import ClassVar


class DiascopeError(Exception):
    """The base of all refusals. Never raised directly."""

    family: ClassVar[str] = "diascope"
    sentence: ClassVar[str] = "Diascope refused this."

    def __init__(self, reason: str, detail: str = "") -> None:
        """Make the error `family.reason`; `detail` holds numbers and names of tags, no values."""
        self.reason = reason
        self.detail = detail
        super().__init__(self.sentence + (f" ({detail})" if detail else ""))

    @property
    def code(self) -> str:
        """The stable code, the same in Python, JavaScript, HTTP and the ledger."""
        return f"{self.family}.{self.reason}"


class UntrustedInput(DiascopeError):
    """Bytes are not those that the hospital stored."""

    family = "untrusted"
    sentence = "The data could not be verified and is not shown. Tell your administrator."


class IntegrityError(UntrustedInput):
    """A part does not match its size or SHA-256 in the signed manifest."""

    family = "integrity"
    sentence = (
        "The image bytes are not those that were stored; nothing is shown. "
        "Tell your administrator."
    )


class ManifestError(UntrustedInput):
    """The study manifest is not canonical, not complete or not the one expected."""

    family = "manifest"
    sentence = "The list of this study's images is not valid; nothing is shown."


class SignatureError(UntrustedInput):
    """A signature does not verify under the key the site trusts."""

    family = "signature"
    sentence = "A signature does not match this site's keys; nothing is shown."


class MalformedImage(DiascopeError):
    """The file breaks the standard in a way that leaves its pixels in doubt."""

    family = "malformed"
    sentence = "This file is damaged or not valid DICOM, so it is not shown."


class Part10Error(MalformedImage):
    """The file format or a data element's length is wrong (PS3.10 7, PS3.5 7)."""

    family = "part10"
    sentence = "This is not a complete, valid DICOM file. Send it again from its source."


class PixelDataError(MalformedImage):
    """Pixel data do not fit their description (PS3.3 C.7.6.3, PS3.5 8 and A.4)."""

    family = "pixels"
    sentence = "The image data do not match their description, so the image is not shown."


class LimitExceeded(DiascopeError):
    """A size, depth or count above the limit that protects the reader's machine."""

    family = "limit"
    sentence = "This file exceeds a safety limit and was not opened."


class UnsupportedImage(DiascopeError):
    """A valid image of a kind that this version does not show."""

    family = "unsupported"
    sentence = "This version cannot show this kind of image."


class TransferSyntaxError(UnsupportedImage):
    """No decoder for this transfer syntax."""

    family = "transfer_syntax"
    sentence = "This version cannot decode the way this image is compressed."


class VideoError(TransferSyntaxError):
    """MPEG-2, H.264, HEVC or SMPTE ST 2110: a stream, not frames."""

    sentence = "This is a video. This version plays none and shows no picture of it."


class ReferencedPixelsError(TransferSyntaxError):
    """JPIP: the pixel data are at another address, which is not asked."""

    sentence = (
        "The image itself is on another server and was not sent with this file, "
        "so nothing is shown."
    )


class RetiredSyntaxError(TransferSyntaxError):
    """A way to encode that the standard has withdrawn and no decoder here reads."""

    sentence = (
        "This image is stored in a withdrawn form that this version cannot read. "
        "Ask its source for another form."
    )


class InexactError(TransferSyntaxError):
    """A codestream that each decoder may read a little differently (ADR 0018)."""

    sentence = (
        "This lossy image decodes a little differently on each machine, so no record could "
        "prove what was shown. It is not shown. Ask its source for a lossless one."
    )


class PhotometricError(UnsupportedImage):
    """No rule for this photometric interpretation."""

    family = "photometric"
    sentence = "This version cannot show this image's colour model."


class PresentationError(DiascopeError):
    """A window, table or zoom that the standard does not allow."""

    family = "presentation"
    sentence = "That display setting is not possible for this image."


class PresentationStateError(PresentationError):
    """A presentation state that this version cannot apply completely (PS3.3 A.33, PS3.4 N.2)."""

    family = "presentation_state"
    sentence = (
        "This presentation state cannot be applied completely, so nothing is shown. "
        "Choose another, or none."
    )


class DisplayError(DiascopeError):
    """A luminance, name or date that no measurement of a display has (PS3.14 7)."""

    family = "display"
    sentence = "This is no measurement of a display. Correct what is named and enter it again."


class CommandError(DiascopeError):
    """A command from the page that does not exist or does not fit the open study."""

    family = "command"
    sentence = "The viewer asked for something that is not there. Reload the page."


class AuditError(DiascopeError):
    """A record that is not canonical, not in its chain or not signed."""

    family = "audit"
    sentence = "An audit record was not accepted."


class EngineFault(DiascopeError):
    """The engine's own fault."""

    family = "engine"
    sentence = "The viewer failed its own check and shows nothing. Reload the page."

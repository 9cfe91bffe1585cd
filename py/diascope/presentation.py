"""VOI values to presentation values: which end of the scale is bright. Standard: PS3.3 C.11.6."""

from diascope.errors import PhotometricError
from diascope.values import PValues, VoiValues

GREY_MODELS = ("MONOCHROME1", "MONOCHROME2")


def apply(values: VoiValues, photometric: str, shape: str, *, invert: bool = False) -> PValues:
    """Turn VOI values into P-Values, 0 darkest, 1 brightest; the array keeps its shape.

    `invert` is the reader's own reversal on top of what the file says.

    Raises:
        PhotometricError: `not_grey`, the image is not monochrome.

    Standard: PS3.3 C.11.6.1.2, Presentation LUT Shape; C.7.6.3.1.2, Photometric Interpretation.
    """
    numerators = values.numerators
    if is_inverse(photometric, shape) != invert:
        numerators = values.denominator - numerators
    return PValues(numerators, values.denominator)


def is_inverse(photometric: str, shape: str) -> bool:
    """Tell whether the lowest value is shown brightest.

    Presentation LUT Shape wins where the file has it, because its result is by definition in
    P-Values; both together (MONOCHROME1 with INVERSE, the legal pair) invert once.

    Raises:
        PhotometricError: `not_grey`, the image is not monochrome.

    Standard: PS3.3 C.11.6.1.2 and C.7.6.3.1.2.
    """
    if photometric not in GREY_MODELS:
        raise PhotometricError("not_grey")
    if shape in {"IDENTITY", "INVERSE"}:
        return shape == "INVERSE"
    return photometric == "MONOCHROME1"

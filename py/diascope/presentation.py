"""VOI values to presentation values: which end of the scale is bright, and on which curve.

Standard: PS3.3 C.11.6.
"""

from diascope import exact, modality_lut
from diascope.errors import PhotometricError
from diascope.values import LookupTable, PValues, VoiValues

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
        numerators = exact.affine(numerators, -1, values.denominator)
    return PValues(numerators, values.denominator)


def look_up(values: VoiValues, table: LookupTable, *, invert: bool = False) -> PValues:
    """Turn VOI values into the P-Values of a Presentation LUT; the array keeps its shape.

    The whole VOI output spans the whole table: a fraction v of full scale takes the entry nearest
    to v times the number of the last entry, halves upward. An entry is a fraction of 2^bits - 1.
    The table's output is P-Values whatever the photometric interpretation; `invert` is the
    reader's own reversal on top of it.

    Standard: PS3.3 C.11.6.1.1, Presentation LUT Sequence.
    """
    last, full = len(table.entries) - 1, 2**table.bits - 1
    scaled = exact.affine(values.numerators, last, 0)
    entries = modality_lut.look_up(exact.nearest(scaled, values.denominator), table)
    found = exact.clipped(entries, 0, full)
    return PValues(full - found if invert else found, full)


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

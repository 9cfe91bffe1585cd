"""The letters of the patient's sides at the four edges of a picture, as it is turned.

A wrong letter is worse than none: where the file is silent, contradicts itself, or means an animal
(whose axes have other names, by the part of the body), there are none and `missing` says why.
Standard: PS3.3 C.7.6.2.1.1, C.7.6.1.1.1.
"""

from collections.abc import Sequence
from fractions import Fraction

from diascope import exact
from diascope.errors import PresentationError
from diascope.values import PatientGeometry
from diascope.viewport import View

LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))  # towards +, towards -, for x, y, z
AXES = {letter: axis for axis, pair in enumerate(LETTERS) for letter in pair}
OPPOSITE = {one: other for pair in LETTERS for one, other in (pair, pair[::-1])}
NAMED_ABOVE = Fraction(1, 4)  # tangent: within 14 degrees of an axis one letter is enough
SQUARE_WITHIN = Fraction(1, 20)  # cosine: rows and columns 3 degrees from a right angle are wrong
EDGES = ("top", "right", "bottom", "left")  # clockwise
HUMAN = ("", "BIPED")
Sides = dict[str, str]


def sides(geometry: PatientGeometry, view: View) -> Sides:
    """Return the letters at the four edges of a picture, "" at all where they are not sure.

    Standard: PS3.3 C.7.6.2.1.1, Image Orientation (Patient); C.7.6.1.1.1, Patient Orientation;
    C.10.6, rotation and then horizontal flip.
    """
    row, column = directions(geometry)
    unturned = [opposite(column), row, column, opposite(row)]
    quarters = view.rotation // 90
    top, right, bottom, left = unturned[-quarters:] + unturned[:-quarters]
    if view.flip:
        left, right = right, left
    return {"left": left, "right": right, "top": top, "bottom": bottom}


def missing(geometry: PatientGeometry) -> str:
    """Say that the edges have no letters, and why; "" where they have.

    Standard: PS3.3 C.7.3.1, Anatomical Orientation Type.
    """
    if any(directions(geometry)):
        return ""
    if geometry.anatomical_type not in HUMAN:
        return "No orientation letters: not a human's axes"
    is_silent = geometry.orientation is None and not any(geometry.patient_orientation or ())
    return "Orientation not stated" if is_silent else "Orientation not usable"


def directions(geometry: PatientGeometry) -> tuple[str, str]:
    """Return the letters towards which a row and a column of the image run.

    Standard: PS3.3 C.7.6.2.1.1, Image Orientation (Patient); C.7.6.1.1.1, Patient Orientation.
    """
    if geometry.anatomical_type not in HUMAN:
        return "", ""
    if geometry.orientation is not None:
        return _of_plane(geometry.orientation)
    if geometry.patient_orientation is not None:
        row, column = (_known(part) for part in geometry.patient_orientation)
        is_same = bool(row and column) and AXES[row[0]] == AXES[column[0]]
        return ("", "") if is_same else (row, column)
    return "", ""


def opposite(letters: str) -> str:
    """Return the letters of the opposite direction. Standard: PS3.3 C.7.6.1.1.1."""
    return "".join(OPPOSITE[letter] for letter in letters)


def _of_plane(cosines: Sequence[str]) -> tuple[str, str]:
    """Name the directions of a plane, none when its rows and columns are not at right angles."""
    try:
        numbers = [exact.fraction(cosine) for cosine in cosines]
    except PresentationError:
        return "", ""
    row, column = numbers[:3], numbers[3:]
    skew = _product(row, column) ** 2
    if skew >= SQUARE_WITHIN**2 * _product(row, row) * _product(column, column):
        return "", ""
    return _letters(row), _letters(column)


def _product(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def _letters(parts: Sequence[Fraction]) -> str:
    """Name a direction by its larger components, the largest first, at most three letters.

    Components of one size stand in the order of the axes x, y, z.
    """
    largest = max(abs(part) for part in parts)
    ranked = sorted(range(3), key=lambda i: -abs(parts[i]))
    named = [i for i in ranked if abs(parts[i]) > NAMED_ABOVE * largest]
    return "".join(LETTERS[i][0 if parts[i] > 0 else 1] for i in named)


def _known(letters: str) -> str:
    """Return letters that name a direction: of the alphabet, each axis once at most."""
    axes = [AXES.get(letter) for letter in letters]
    return letters if None not in axes and len(set(axes)) == len(axes) else ""

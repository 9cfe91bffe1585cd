"""Letters at the edges: those of the patient, however the picture is turned, or none and why."""

from itertools import product

import pytest

from diascope import corners, orientation
from diascope.corners import Seen
from diascope.viewport import View
from tests.engine.images import FLAT, grey_image

UPRIGHT = View(10, 10)
EDGES = ("left", "right", "top", "bottom")
PLANES = {
    "axial": "1 0 0 0 1 0",
    "sagittal": "0 1 0 0 0 -1",
    "coronal": "1 0 0 0 0 -1",
}
# (rotation clockwise, mirrored): left, right, top, bottom. By hand: with each quarter, what stood
# on the left stands at the top, and what stood at the top on the right; a mirror swaps the sides.
EXPECTED = {
    "axial": {
        (0, False): "R L A P", (90, False): "P A R L",
        (180, False): "L R P A", (270, False): "A P L R",
        (0, True): "L R A P", (90, True): "A P R L",
        (180, True): "R L P A", (270, True): "P A L R",
    },
    "sagittal": {
        (0, False): "A P H F", (90, False): "F H A P",
        (180, False): "P A F H", (270, False): "H F P A",
        (0, True): "P A H F", (90, True): "H F A P",
        (180, True): "A P F H", (270, True): "F H P A",
    },
    "coronal": {
        (0, False): "R L H F", (90, False): "F H R L",
        (180, False): "L R F H", (270, False): "H F L R",
        (0, True): "L R H F", (90, True): "H F R L",
        (180, True): "R L F H", (270, True): "F H L R",
    },
}  # fmt: skip


def edges(view: View = UPRIGHT, **geometry) -> str:
    made = orientation.sides(grey_image(geometry=geometry).geometry, view)
    assert set(EDGES) == set(made)
    return " ".join(made[edge] or "-" for edge in EDGES)


@pytest.mark.requirement("IMG-07")
@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize(("rotation", "flip"), list(product((0, 90, 180, 270), (False, True))))
def test_letters_follow_each_of_the_eight_turns(plane: str, rotation: int, flip: bool) -> None:
    view = View(10, 10, rotation=rotation, flip=flip)
    cosines = tuple(PLANES[plane].split())
    assert EXPECTED[plane][rotation, flip] == edges(view, orientation=cosines)


@pytest.mark.requirement("IMG-07")
@pytest.mark.parametrize(
    ("cosines", "letters"),
    [
        pytest.param("-1 0 0 0 -1 0", "L R P A", id="prone and turned"),
        pytest.param("0.7 -0.714 0 0 0 -1", "PR AL H F", id="larger first"),
        pytest.param("0.99 0.1 0.1 -0.1 0.99 0", "R L A P", id="a little oblique"),
        pytest.param("4 1 0 -1 4 0", "R L A P", id="a quarter is not above a quarter"),
        pytest.param("4 1.0001 0 -1.0001 4 0", "RA LP AL PR", id="above a quarter"),
        pytest.param("1 1 0 -1 1 0", "RA LP LA RP", id="equal ones in the order of the axes"),
        pytest.param("2 -1 3 -3 0 2", "FRP HLA LF RH", id="three letters"),
    ],
)
def test_oblique_planes_name_the_larger_axis_first(cosines: str, letters: str) -> None:
    assert letters == edges(orientation=tuple(cosines.split()))


@pytest.mark.requirement("IMG-07")
def test_patient_orientation_serves_where_there_is_no_plane_and_is_turned_too() -> None:
    assert "PR AL H F" == edges(patient_orientation=("AL", "F"))
    turned = View(10, 10, rotation=90, flip=True)
    assert "H F PR AL" == edges(turned, patient_orientation=("AL", "F"))
    assert "- - H F" == edges(patient_orientation=("", "F"))
    assert "- - H F" == edges(patient_orientation=("LR", "F"))


UNUSABLE = {
    "other words": {"patient_orientation": ("LEFT", "x")},
    "one axis twice": {"patient_orientation": ("LR", "")},
    "both along one axis": {"patient_orientation": ("L", "R")},
    "no numbers": {"orientation": ("a",) * 6},
    "no direction": {"orientation": ("0", "0", "0", "0", "1", "0")},
    "rows along columns": {"orientation": ("1", "0", "0", "1", "0", "0")},
    "no right angle": {"orientation": ("1", "0", "0", "0.1", "1", "0")},
}


@pytest.mark.requirement("IMG-07")
@pytest.mark.parametrize("geometry", UNUSABLE.values(), ids=UNUSABLE)
def test_what_contradicts_itself_gives_no_wrong_letter(geometry) -> None:
    assert "- - - -" == edges(**geometry)
    assert "Orientation not usable" == orientation.missing(grey_image(geometry=geometry).geometry)


@pytest.mark.requirement("IMG-07")
@pytest.mark.parametrize("letters", [None, ("", "")], ids=["absent", "empty"])
def test_absence_is_said_on_the_viewport(letters) -> None:
    image = grey_image(geometry={"patient_orientation": letters})
    assert "- - - -" == edges(patient_orientation=letters)
    assert FLAT.orientation is None
    assert "Orientation not stated" == said(image)[-1]
    stated = grey_image(geometry={"patient_orientation": ("L", "F")})
    assert "Nearest" == said(stated)[-1]


@pytest.mark.requirement("IMG-07")
@pytest.mark.parametrize("kind", ["QUADRUPED", "OTHER", "BIPED\\QUADRUPED"])
def test_an_animal_gets_no_human_letters(kind: str) -> None:
    """Its axes are named by the part of the body: PS3.3 C.7.6.2.1.1."""
    cosines = tuple(PLANES["axial"].split())
    stated = {"orientation": cosines, "patient_orientation": ("L", "P")}
    assert "- - - -" == edges(**stated, anatomical_type=kind)
    image = grey_image(geometry={**stated, "anatomical_type": kind})
    assert "No orientation letters: not a human's axes" == said(image)[-1]
    assert "R L A P" == edges(**stated, anatomical_type="BIPED")


@pytest.mark.requirement("IMG-07")
@pytest.mark.parametrize(
    ("rotation", "flip", "words"),
    [
        (90, False, "Rotated 90°"), (180, False, "Rotated 180°"),
        (270, True, "Rotated 270°, mirrored"),
        (0, True, "Mirrored left to right"), (180, True, "Mirrored top to bottom"),
    ],
)  # fmt: skip
def test_a_turned_picture_says_so(rotation: int, flip: bool, words: str) -> None:
    image = grey_image(geometry={"patient_orientation": ("L", "F")})
    assert words == said(image, rotation, flip)[-1]


def said(image, rotation: int = 0, flip: bool = False) -> list[str]:
    seen = Seen(0, 1, 1, None, 1_000_000, "fit", "nearest", rotation, flip)
    return corners.corners(image, seen)["bottom_right"]

"""What stands in the corners of a viewport.

Texts come from the verified header, never from the index. Short, with units, and nothing that a
control or bidirectional character could hide.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, zip_longest

from diascope import exact, orientation
from diascope.errors import PresentationError
from diascope.texts import visible
from diascope.values import Instance, LossyHistory, Window

METHODS = {  # PS3.3 C.7.6.1.1.5.1
    "ISO_10918_1": "JPEG",
    "ISO_14495_1": "JPEG-LS",
    "ISO_15444_1": "JPEG 2000",
    "ISO_15444_15": "HTJ2K",
    "ISO_18181_1": "JPEG XL",
    "ISO_13818_2": "MPEG-2",
    "ISO_14496_10": "H.264",
    "ISO_23008_2": "HEVC",
}
MIRRORS = {0: "Mirrored left to right", 180: "Mirrored top to bottom"}
LEAST_SIGNIFICANT = 100  # the least number of three digits
FUNCTIONS = {"SIGMOID": "sigmoid", "LINEAR_EXACT": "exact"}
SIDES = {"L": "Left side", "R": "Right side", "B": "Both sides", "U": ""}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the corners say beyond the header: the place in the stack and how it is shown."""

    position: int
    count: int
    frame: int
    window: Window | None
    zoom_e6: int
    mode: str
    interpolation: str
    rotation: int = 0
    flip: bool = False
    state: str = ""
    states: int = 0


def corners(image: Instance, seen: Seen) -> dict[str, list[str]]:
    """Return the lines of each corner; empty lines are left out, demographics never."""
    texts = image.texts
    lines = {
        "top_left": patient(texts),
        "top_right": series(texts),
        "bottom_left": technique(image, seen),
        "bottom_right": [
            *display_state(seen),
            orientation.missing(image.geometry),
            *state(seen),
            turned(seen.rotation, is_mirrored=seen.flip),
        ],
    }
    return {corner: [visible(line) for line in found if line] for corner, found in lines.items()}


def patient(texts: Mapping[str, str]) -> list[str]:
    """Return name, ID, birth date, sex and study date, saying so where the file has none."""
    born = date(texts.get("PatientBirthDate", "")) or "birth date not stated"
    sex = texts.get("PatientSex", "") or "sex not stated"
    studied = date(texts.get("StudyDate", "")) or "study date not stated"
    return [
        texts.get("PatientName", "") or "Name not stated",
        "ID " + (texts.get("PatientID", "") or "not stated"),
        f"{born}  {sex}",
        f"{studied} {time(texts.get('StudyTime', ''))}".rstrip(),
    ]


def series(texts: Mapping[str, str]) -> list[str]:
    """Return what was done: study, series, place."""
    number = texts.get("SeriesNumber", "")
    return [
        texts.get("StudyDescription", ""),
        f"Series {number}" if number else "",
        texts.get("SeriesDescription", "") or texts.get("ProtocolName", ""),
        _joined(side(texts), view(texts)),
        texts.get("InstitutionName", ""),
    ]


def side(texts: Mapping[str, str]) -> str:
    """Name the side of the body that a paired part is of, both where the file contradicts itself.

    Standard: PS3.3 C.7.3.1, Laterality; C.8.11.2, Image Laterality.
    """
    stated = (texts.get(key, "") for key in ("ImageLaterality", "Laterality"))
    named = dict.fromkeys(SIDES.get(each, f"Side {each}") for each in stated if each)
    return " or ".join(each for each in named if each)


def view(texts: Mapping[str, str]) -> str:
    """Name the projection. Standard: PS3.3 C.8.1.1, View Position."""
    position = texts.get("ViewPosition", "")
    return f"View {position}" if position else ""


def technique(image: Instance, seen: Seen) -> list[str]:
    """Return the image's number and how it was acquired, then what the reader must know."""
    texts = image.texts
    number = texts.get("InstanceNumber", "")
    place = f"{seen.position + 1} / {seen.count}"
    frame = f"frame {seen.frame}" if image.pixels and image.pixels.frames > 1 else ""
    return [
        "  ".join(part for part in (place, f"Image {number}" if number else "", frame) if part),
        _joined(measure("", texts.get("SliceThickness", ""), "mm"),
                measure("at ", texts.get("SliceLocation", ""), "mm")),
        _joined(measure("", texts.get("KVP", ""), "kV"),
                measure("", texts.get("XRayTubeCurrent", ""), "mA"),
                measure("", texts.get("Exposure", ""), "mAs")),
        _joined(measure("TR ", texts.get("RepetitionTime", ""), "ms"),
                measure("TE ", texts.get("EchoTime", ""), "ms")),
        lossy(image.lossy),
        *image.notices,
    ]  # fmt: skip


def display_state(seen: Seen) -> list[str]:
    """Return window, zoom and interpolation."""
    percent = exact.fixed_text(exact.round_half_up(Fraction(seen.zoom_e6, 1000)), 1)
    mode = {"fit": "  fit", "one_to_one": "  1:1"}.get(seen.mode, "")
    zoom, how = f"Zoom {percent} %{mode}", seen.interpolation.capitalize()
    return [window(seen.window), zoom, how]


def state(seen: Seen) -> list[str]:
    """Name the presentation state that is applied, or say how many there are to choose from.

    Standard: PS3.3 C.11.10: Content Label and Description.
    """
    if seen.state:
        return [f"State {seen.state}"]
    return [f"{seen.states} presentation state{'s' * (seen.states > 1)}"] if seen.states else []


def turned(rotation: int, *, is_mirrored: bool) -> str:
    """Say how the picture is turned: a mirrored one shows the other side of the body.

    Standard: PS3.3 C.10.6, Spatial Transformation.
    """
    if is_mirrored and rotation in MIRRORS:
        return MIRRORS[rotation]
    said = [f"Rotated {rotation}°"] * bool(rotation) + ["mirrored"] * is_mirrored
    return ", ".join(said)


def window(chosen: Window | None) -> str:
    """Say a window as readers do: "C 40  W 400  Mediastinum"; "" for colour."""
    if chosen is None:
        return ""
    if chosen.function in {"LUT", "NONE"}:
        return chosen.explanation
    named = (chosen.explanation, FUNCTIONS.get(chosen.function, ""))
    return "  ".join(part for part in (f"C {chosen.center}  W {chosen.width}", *named) if part)


def lossy(history: LossyHistory | None) -> str:
    """Say that the image was compressed with loss, each time it was.

    Standard: PS3.3 C.7.6.1.1.5, Lossy Image Compression Ratio and Method, one value a step.
    """
    if history is None:
        return ""
    methods = [METHODS.get(name.strip(), name.strip()) for name in history.method.split("\\")]
    ratios = [measure("", ratio, ": 1") for ratio in history.ratio.split("\\")]
    steps = [_joined(*step) for step in zip_longest(methods, ratios, fillvalue="")]
    said = ", then ".join(step for step in steps if step)
    return f"Lossy compressed: {said}" if said else "Lossy compressed"


def date(text: str) -> str:
    """Return a DA as YYYY-MM-DD, anything else as it stands. Standard: PS3.5 6.2, DA."""
    match = re.fullmatch(r"([0-9]{4})[.]?([0-9]{2})[.]?([0-9]{2})", text.strip())
    return "-".join(match.groups()) if match else text.strip()


def time(text: str) -> str:
    """Return the hours and minutes of a TM, "" of anything else. Standard: PS3.5 6.2, TM."""
    match = re.match(r"([0-9]{2}):?([0-9]{2})", text.strip())
    return ":".join(match.groups()) if match else ""


def measure(label: str, text: str, unit: str) -> str:
    """Return a decimal string with its unit, "" when it is not a number.

    One decimal from 10 on, three significant digits below: 0.04 mm must not read 0 mm.
    """
    try:
        value = exact.fraction(text)
    except PresentationError:
        return ""
    digits = next(n for n in count(1) if not value or abs(value) * 10**n >= LEAST_SIGNIFICANT)
    return f"{label}{exact.fixed_text(exact.round_half_up(value * 10**digits), digits)} {unit}"


def _joined(*parts: str) -> str:
    return "  ".join(part for part in parts if part)

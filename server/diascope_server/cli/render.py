"""`diascope render`: one frame through the engine, as the browser shows it, with its digest."""

import argparse
import hashlib
import platform
from argparse import Namespace
from fractions import Fraction
from pathlib import Path
from typing import Any

from diascope import (
    __version__,
    decode,
    functional_groups,
    instance,
    integrity,
    painted,
    pipeline,
    presets,
    sampling,
    tiles,
    viewport,
)
from diascope.presets import Look
from diascope.values import Instance, VerifiedBytes, Window
from diascope.viewport import Plane, View
from diascope_server.cli import Result, command, png
from diascope_server.cli.ingest import limit_memory
from diascope_server.cli.stored import chosen_source

MODES = ("fit", "1:1")
FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID", "LUT", "NONE")


def pair(separator: str, kind: Any) -> Any:
    """Return what reads two values of a kind from one word."""

    def read(text: str) -> tuple[Any, Any]:
        left, found, right = text.partition(separator)
        if not found:
            raise argparse.ArgumentTypeError(f"two values with {separator!r} between them")
        return kind(left), kind(right)

    return read


def millionths(text: str) -> int:
    """Read a decimal number as the integer of millionths that a view record holds."""
    try:
        return round(Fraction(text) * viewport.E6)
    except (ValueError, ZeroDivisionError) as error:
        raise argparse.ArgumentTypeError("a decimal number") from error


def add(commands: Any) -> None:
    """Add the command."""
    summary = "Render one frame and print the SHA-256 of its RGBA bytes and all that made them."
    parser = command(commands, "render", _render, summary)
    parser.usage = "diascope render [OPTION ...] FILE-or-SOP-UID"
    parser.add_argument(
        "source", metavar="FILE-or-SOP-UID", help="a DICOM file, or an instance of the store"
    )
    parser.add_argument("--frame", type=int, default=1, metavar="N", help="from 1 (1)")
    _add_look(parser)
    _add_place(parser)
    parser.add_argument("--png", type=Path, metavar="OUT", help="also write the picture")


def _add_look(parser: argparse.ArgumentParser) -> None:
    """Add what says how values become brightness."""
    parser.add_argument(
        "--window", type=pair(",", str), metavar="C,W", help="center and width (the image's own)"
    )
    parser.add_argument(
        "--function",
        choices=FUNCTIONS,
        default="LINEAR",
        metavar="NAME",
        help=f"{', '.join(FUNCTIONS)} (LINEAR)",
    )
    parser.add_argument(
        "--explanation", default="", metavar="TEXT", help="which table, with --function LUT"
    )
    parser.add_argument("--invert", action="store_true", help="dark for light")
    parser.add_argument(
        "--no-overlays",
        dest="overlays",
        action="store_false",
        help="without overlay planes and shutters",
    )


def _add_place(parser: argparse.ArgumentParser) -> None:
    """Add what says which part of the image stands where."""
    parser.add_argument(
        "--viewport",
        type=pair("x", int),
        required=True,
        metavar="WxH",
        help="its size in device pixels",
    )
    parser.add_argument(
        "--zoom",
        type=lambda text: text if text in MODES else millionths(text),
        default="fit",
        metavar="fit|1:1|N",
        help="N device pixels for each image pixel (fit)",
    )
    parser.add_argument(
        "--center",
        type=pair(",", millionths),
        metavar="C,R",
        help="column,row of the unturned image in the middle (the image's own)",
    )
    parser.add_argument(
        "--rotate",
        type=int,
        choices=viewport.ROTATIONS,
        default=0,
        metavar="N",
        help="0, 90, 180 or 270 degrees clockwise (0)",
    )
    parser.add_argument("--flip", action="store_true", help="then mirrored left to right")


def _render(chosen: Namespace) -> Result:
    limit_memory()
    source = chosen_source(chosen.source, chosen.data, chosen.frame)
    verified = [integrity.verify(stored, entry) for stored, entry in source.parts]
    image = functional_groups.of_frame(instance.parse(verified[0]), chosen.frame - 1)
    image = tiles.of_frame(image, chosen.frame - 1)
    plane = pipeline.plane(image)
    view = _view(chosen, plane)
    look = Look(_window(chosen, image, verified), chosen.invert, chosen.overlays)
    rgba = pipeline.render_frame(source.parts, chosen.frame - 1, look, view)
    if chosen.png:
        chosen.png.write_bytes(png.encode(rgba))
    digest = hashlib.sha256(rgba.array.tobytes()).hexdigest()
    value = {
        "pixel_sha256": digest,
        **source.origin,
        "frame": chosen.frame,
        **_image_told(image),
        "presentation": _told(look, view, plane),
        "viewport": {"width": view.width, "height": view.height},
        "engine": {"version": __version__, "python": platform.python_version()},
    }
    return Result(value, digest)


def _image_told(image: Instance) -> dict[str, Any]:
    described = pipeline.described(image)
    return {
        "sop": image.sop,
        "transfer_syntax": described.transfer_syntax,
        "photometric": described.photometric,
        "notices": list(image.notices),
    }


def _window(chosen: Namespace, image: Instance, verified: list[VerifiedBytes]) -> Window | None:
    """Return the window that is applied, resolved as the viewer does; none for colour."""
    if not pipeline.is_grey(image):
        return None
    asked = _asked(chosen, image)
    encoded = pipeline.encoded_frame(image, verified, chosen.frame - 1)
    decoded = decode.decode_frame(encoded, pipeline.described(image))
    return presets.resolved(image, decoded.values, asked)


def _asked(chosen: Namespace, image: Instance) -> Window | None:
    """Return the window of the command line; a table by its explanation, else the first one."""
    if chosen.function == "NONE":
        return Window("", "", "NONE")
    if chosen.function == "LUT":
        named = [each for each in presets.tables(image) if each.explanation == chosen.explanation]
        return next(iter(named or presets.tables(image)), None)
    if not chosen.window:
        return None
    center, width = chosen.window
    return Window(center, width, chosen.function)


def _view(chosen: Namespace, plane: Plane) -> View:
    column, row = plane.center_e6
    if chosen.center:
        column, row = chosen.center
    turn = {"rotation": chosen.rotate, "flip": chosen.flip}
    view = View(1, 1, center_column_e6=column, center_row_e6=row, mode="free", **turn)
    sized = viewport.sized(view, plane, *chosen.viewport)
    if chosen.zoom == "fit":
        return viewport.fit(sized, plane)
    if chosen.zoom == "1:1":
        return viewport.one_to_one(sized, plane)
    return viewport.zoomed(sized, plane, chosen.zoom)


def _told(look: Look, view: View, plane: Plane) -> dict[str, Any]:
    """Return the presentation in the words of a view record (wire.md 7)."""
    window = look.window or Window("", "", "NONE")
    return {
        "voi": {
            "function": window.function,
            "center": window.center,
            "width": window.width,
            "explanation": window.explanation,
        },
        "invert": look.invert,
        "zoom_e6": view.zoom_e6,
        "center_column_e6": view.center_column_e6,
        "center_row_e6": view.center_row_e6,
        "mode": view.mode,
        "interpolation": sampling.interpolation(view, plane),
        "rotation": view.rotation,
        "flip": view.flip,
        "state": painted.NO_STATE,
        "overlays": look.overlays,
        "graphics_sha256": painted.NO_GRAPHICS,
    }

"""`diascope render`: one frame through the engine, as the browser shows it, with its digest."""

import argparse
import hashlib
import platform
from argparse import Namespace
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from diascope import (
    __version__,
    decode,
    functional_groups,
    graphics,
    instance,
    integrity,
    pipeline,
    presentation_state,
    presets,
    sampling,
    stated,
    tiles,
    viewport,
)
from diascope.presentation_state import PresentationState
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


def _screen(text: str) -> tuple[int, int, int]:
    """Read a size in device pixels and the millionths of them that make a page pixel."""
    size, _, ratio = text.partition("@")
    width, height = pair("x", int)(size)
    return width, height, millionths(ratio or "1")


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
        help="without overlay planes, shutters and graphics",
    )
    parser.add_argument(
        "--state",
        metavar="PR-FILE",
        help="as a grayscale presentation state shows it; other options change that",
    )


def _add_place(parser: argparse.ArgumentParser) -> None:
    """Add what says which part of the image stands where."""
    parser.add_argument(
        "--viewport",
        type=_screen,
        required=True,
        metavar="WxH[@R]",
        help="its size in device pixels, and how many make a page pixel (1)",
    )
    parser.add_argument(
        "--zoom",
        type=lambda text: text if text in MODES else millionths(text),
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
        metavar="N",
        help="0, 90, 180 or 270 degrees clockwise (0)",
    )
    parser.add_argument(
        "--flip", action=argparse.BooleanOptionalAction, help="then mirrored left to right"
    )


def _render(chosen: Namespace) -> Result:
    limit_memory()
    source = chosen_source(chosen.source, chosen.data, chosen.frame)
    verified = [integrity.verify(stored, entry) for stored, entry in source.parts]
    state, index = _state(chosen), chosen.frame - 1
    plain = functional_groups.of_frame(instance.parse(verified[0]), index)
    image = pipeline.as_shown(tiles.of_frame(plain, index), index, state)
    plane = pipeline.plane(image)
    view = _view(chosen, image, plane, state)
    look = Look(_window(chosen, image, verified, state), chosen.invert, chosen.overlays)
    rgba = pipeline.render_frame(source.parts, index, look, view, state)
    if chosen.png:
        chosen.png.write_bytes(png.encode(rgba))
    digest = hashlib.sha256(rgba.array.tobytes()).hexdigest()
    value = {
        "pixel_sha256": digest,
        **source.origin,
        "frame": chosen.frame,
        **_image_told(image),
        "presentation": {**_told(look, view, plane), **_stated(chosen, image, view, state)},
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


def _state(chosen: Namespace) -> PresentationState | None:
    """Read the presentation state that is asked for, after the same checks as an image."""
    if chosen.state is None:
        return None
    source = chosen_source(chosen.state, chosen.data, 1)
    return presentation_state.parse(*(integrity.verify(*part) for part in source.parts))


def _stated(
    chosen: Namespace, image: Instance, view: View, state: PresentationState | None
) -> dict[str, Any]:
    """Return what a record says of the state and its graphics."""
    if state is None:
        return {"state": "", "graphics_sha256": ""}
    where = (chosen.frame - 1, view, pipeline.plane(image), chosen.viewport[2])
    items = graphics.drawn(state, image, *where) if chosen.overlays else []
    return {"state": state.sop, "graphics_sha256": graphics.digest(items)}


def _window(
    chosen: Namespace,
    image: Instance,
    verified: list[VerifiedBytes],
    state: PresentationState | None,
) -> Window | None:
    """Return the window that is applied, resolved as the viewer does; none for colour."""
    if not pipeline.is_grey(image):
        return None
    asked = _asked(chosen, image)
    encoded = pipeline.encoded_frame(image, verified, chosen.frame - 1)
    decoded = decode.decode_frame(encoded, pipeline.described(image))
    return pipeline.chosen(image, decoded.values, asked, state)


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


def _view(
    chosen: Namespace, image: Instance, plane: Plane, state: PresentationState | None
) -> View:
    """Return the view of the state, or of the whole image, and what is asked for besides."""
    viewport.check_size(*chosen.viewport[:2])
    view = viewport.fit(View(*chosen.viewport[:2]), plane)
    if state is not None:
        area = stated.area_of(image, state, chosen.frame - 1)
        view = stated.view_of(state, area, view, plane)
    if chosen.rotate is not None:
        view = replace(view, rotation=chosen.rotate)
    if chosen.flip is not None:
        view = replace(view, flip=chosen.flip)
    if chosen.center:
        column, row = chosen.center
        view = replace(view, center_column_e6=column, center_row_e6=row, mode="free")
    zoom = chosen.zoom or ("" if state else "fit")
    return _zoomed(zoom, viewport.settled(view, plane), plane)


def _zoomed(zoom: str | int, sized: View, plane: Plane) -> View:
    """Return the view in one of the modes, at a zoom in millionths, or as it is."""
    if isinstance(zoom, int):
        return viewport.zoomed(sized, plane, zoom)
    arrange = {"fit": viewport.fit, "1:1": viewport.one_to_one}.get(zoom)
    return arrange(sized, plane) if arrange else sized


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
        "overlays": look.overlays,
    }

"""`diascope measure`: the distance between two points of an image, and where its scale is from."""

from argparse import Namespace
from typing import Any

from diascope import functional_groups, instance, integrity, measurement
from diascope.measurement import Distance
from diascope_server.cli import Result, command
from diascope_server.cli.ingest import limit_memory
from diascope_server.cli.render import millionths, pair
from diascope_server.cli.stored import chosen_source


def add(commands: Any) -> None:
    """Add the command."""
    summary = (
        "Measure between two points of an image, and say where its scale comes from.\n"
        "The pixel in column i covers i to i + 1: 0.5,0.5 is the middle of the first."
    )
    parser = command(commands, "measure", _measure, summary)
    parser.add_argument(
        "source", metavar="FILE-or-SOP-UID", help="a DICOM file, or an instance of the store"
    )
    parser.add_argument("--frame", type=int, default=1, metavar="N", help="from 1 (1)")
    for name in ("from", "to"):
        parser.add_argument(
            f"--{name}",
            dest=f"point_{name}",
            type=pair(",", millionths),
            required=True,
            metavar="C,R",
            help="column,row of the image as stored, in pixels",
        )


def _measure(chosen: Namespace) -> Result:
    limit_memory()
    source = chosen_source(chosen.source, chosen.data, chosen.frame)
    verified = [integrity.verify(stored, entry) for stored, entry in source.parts]
    image = functional_groups.of_frame(instance.parse(verified[0]), chosen.frame - 1)
    found = measurement.distance(image, chosen.point_from, chosen.point_to)
    value = {**_told(found), **source.origin, "sop": image.sop, "frame": chosen.frame}
    scale = found.calibration
    basis = ", ".join(part for part in (scale.source, scale.note) if part)
    return Result(value, f"{found.text} {scale.unit} ({basis})")


def _told(found: Distance) -> dict[str, Any]:
    """Return a distance in words; its square is exact."""
    scale = found.calibration
    return {
        "distance": found.text,
        "unit": scale.unit,
        "squared": str(found.squared),
        "source": scale.source,
        "note": scale.note,
        "pixel": {"row": str(scale.row), "column": str(scale.column)},
    }

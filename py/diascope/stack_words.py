"""A stack in words and data for the page, which has its own words for the codes.

Section 9 of the wire formats. The sentences are English; the page translates by code and kind.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from diascope.manifest import SeriesEntry
from diascope.stack import Finding, Stack, Trait

TRAITS: Mapping[str, str] = MappingProxyType(
    {
        "localiser": "Localiser",
        "sagittal": "Sagittal",
        "coronal": "Coronal",
        "axial": "Axial",
        "turning": "Turning planes",
        "unplaced": "No position in the file",
        "stack": "Stack {value}",
        "clip": "Clip {value}",
        "stills": "Single images",
        "size": "{value} pixels",
        "color": "Colour",
        "photometric": "{value}",
        "b_value": "b = {value}",
        "diffusion": "{value}",
        "direction": "Direction {value}",
        "echo": "Echo {value}",
        "inversion_time": "TI {value} ms",
        "phase": "Phase {value}",
        "cardiac_percent": "Phase {value} %",
        "kvp": "{value} kV",
        "acquisition": "Acquisition {value}",
        "image_type": "{value}",
        "spacing": "Pixels of {value} mm",
        "dimension": "Dimension {value}",
        "part": "Part {value}",
        "unstated": "Not stated",
    }
)
BASES: Mapping[str, str] = MappingProxyType(
    {
        "position": "By position",
        "position_to_feet": "By position, from the head to the feet",
        "position_to_back": "By position, from the front to the back",
        "position_to_left": "By position, from the right to the left",
        "one_position_temporal_position": "By temporal position: all images lie at one position",
        "one_position_trigger_time": "By trigger time: all images lie at one position",
        "one_position_cardiac_percent": "By cardiac phase: all images lie at one position",
        "one_position_echo_time": "By echo time: all images lie at one position",
        "one_position_inversion_time": "By inversion time: all images lie at one position",
        "one_position_b_value": "By b-value: all images lie at one position",
        "one_position_acquisition": "By acquisition number: all images lie at one position",
        "one_position_number": "By instance number: all images lie at one position",
        "dimensions": "By the dimensions that the file declares: no positions in the file",
        "dimensions_turning": "By the dimensions that the file declares: the plane turns",
        "frames": "By frame number: no positions in the file",
        "number_no_position": "By instance number: no position in the file",
        "number_turning": "By instance number: the plane turns from image to image",
        "number_frames_of_reference": "By instance number: the positions have no common origin",
        "one_image": "One image",
        "no_images": "No images",
    }
)
FINDINGS: Mapping[str, str] = MappingProxyType(
    {
        "missing_one": "1 slice is missing between images {first} and {last}.",
        "missing": "{count} slices are missing between images {first} and {last}.",
        "uneven_at": (
            "The gap between images {first} and {last} is {gap} mm; elsewhere it is {spacing} mm."
        ),
        "uneven": "The slices are unevenly spaced: {least} to {most} mm apart.",
        "duplicate": "Images {first} to {last} lie at the same position.",
        "tilt": "The slices are not stacked at a right angle: {degrees}° off it (gantry tilt).",
        "tilt_stated": (
            "The file states a gantry tilt of {degrees}°; its positions do not show it."
        ),
        "frames_of_reference": (
            "The images have {count} frames of reference; their positions cannot be compared."
        ),
        "pixel_spacing": "The images have {count} different pixel spacings.",
        "more": "{count} more places like these are not listed.",
    }
)


def label(traits: Sequence[Trait]) -> str:
    """Return a label in English, "" of one that says nothing.

    Standard: none; the words of a label.
    """
    return ", ".join(TRAITS[trait.kind].format(value=trait.value) for trait in traits)


def sentence(finding: Finding) -> str:
    """Return a finding as an English sentence; images count from 1.

    Standard: none; the words of a finding.
    """
    ends = {"first": finding.images[0], "last": finding.images[-1]} if finding.images else {}
    return FINDINGS[finding.code].format(**ends, **finding.values)


def described(index: int, stack: Stack, series: SeriesEntry) -> dict[str, Any]:
    """Return one entry of the page's list of stacks; `images` are (instance, frame from 1).

    Standard: none; the page's list of stacks.
    """
    return {
        "index": index,
        "series": stack.series,
        "modality": series.modality,
        "number": series.number,
        "description": series.description,
        "label": label(stack.label),
        "traits": [trait._asdict() for trait in stack.label],
        "basis": stack.basis,
        "order": BASES[stack.basis],
        "findings": [_finding(each) for each in stack.findings],
        "count": len(stack.slots),
        "viewable": bool(stack.slots),
        "images": [[slot.instance, slot.frame + 1] for slot in stack.slots],
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "code": found.code,
        "images": list(found.images),
        "values": dict(found.values),
        "sentence": sentence(found),
    }

"""Series of made-up slices, entry by entry, for the tests of stacks."""

from dataclasses import replace
from types import MappingProxyType

from diascope import manifest, stacking
from diascope.manifest import SeriesEntry
from tests.engine.manifests import PARTS, instance, study

AXIAL = ("1", "0", "0", "0", "1", "0")
CORONAL = ("1", "0", "0", "0", "0", "-1")
SAGITTAL = ("0", "1", "0", "0", "0", "-1")
MR = {"image_type": "ORIGINAL\\PRIMARY\\M", "photometric": "MONOCHROME2"}


def image(number, position=None, orientation=AXIAL, keys=None, **changes):
    """One image; `position` of one number is along z."""
    if position is not None and not isinstance(position, tuple):
        position = ("0", "0", str(position))
    changes.setdefault("spacing", ("0.5", "0.5"))
    return instance(
        number,
        position=position,
        orientation=orientation,
        keys=MappingProxyType({**MR, **(keys or {})}),
        **changes,
    )


def multiframe(number, count, per_frame, **changes):
    """One instance of several frames, each with its own values in the columns."""
    header, frame = PARTS
    parts = (header, *(replace(frame, index=index) for index in range(count)))
    columns = {name: tuple(values) for name, values in per_frame.items()}
    return image(number, frames=count, parts=parts, per_frame=columns, **changes)


def of_one_series(*images):
    """A manifest whose one series has these images, as it comes back from its bytes."""
    made = study(series=(SeriesEntry("1.2.3", "MR", "3", "", "", images),))
    return manifest.parse(manifest.to_bytes(made))


def stacks(*images):
    return stacking.stacks(of_one_series(*images))


def numbers(*images):
    """The Instance Numbers of each stack of these images, in the order of the stack."""
    listed = of_one_series(*images)
    entries = listed.series[0].instances
    return [
        [int(entries[slot.instance].number) for slot in stack.slots]
        for stack in stacking.stacks(listed)
    ]

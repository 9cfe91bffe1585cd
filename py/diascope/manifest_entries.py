"""What a manifest says of one file, made from what the engine read of it.

Standard: section 3 of the wire formats.
"""

from collections.abc import Mapping, Sequence

from diascope import frame_keys, manifest
from diascope.frame_keys import VECTORS
from diascope.manifest import InstanceEntry, PartEntry, SeriesEntry, StudyManifest
from diascope.manifest_shape import SERIES_ATTRIBUTES, STUDY_ATTRIBUTES
from diascope.values import Instance


def instance_entry(
    image: Instance,
    *,
    transfer_syntax: str,
    sha256: str,
    whole: str | None,
    parts: Sequence[PartEntry],
) -> InstanceEntry:
    """Describe an instance for the manifest, from what the engine read and the parts it has.

    What its functional groups say of all frames stands with what the top level says, and wins.
    """
    pixels, place = image.pixels, image.geometry
    found = frame_keys.read(image)
    common = found.common if found else {}
    vectors = {name: tuple(common[name].split("\\")) for name in VECTORS if name in common}
    keys = {name: text for name, text in common.items() if name not in VECTORS}
    return InstanceEntry(
        sop=image.sop,
        sop_class=image.sop_class,
        transfer_syntax=transfer_syntax,
        number=image.texts.get("InstanceNumber", ""),
        frames=pixels.frames if pixels else 0,
        rows=pixels.rows if pixels else 0,
        columns=pixels.columns if pixels else 0,
        size=sum(part.size for part in parts),
        sha256=sha256,
        whole=whole,
        position=vectors.get("position", place.position),
        orientation=vectors.get("orientation", place.orientation),
        frame_of_reference=place.frame_of_reference,
        parts=tuple(parts),
        spacing=vectors.get("spacing", place.spacing),
        keys={**image.stack_keys, **keys},
        per_frame=found.columns if found else None,
    )


def study_attributes(image: Instance) -> Mapping[str, str]:
    """Return the study's `attributes` as this instance states them."""
    return {name: image.texts.get(key, "") for name, key in STUDY_ATTRIBUTES.items()}


def series_entry(image: Instance, instances: Sequence[InstanceEntry]) -> SeriesEntry:
    """Return the entry of this instance's series, with these instances in their order."""
    named = {name: image.texts.get(key, "") for name, key in SERIES_ATTRIBUTES.items()}
    ordered = tuple(sorted(instances, key=manifest.instance_order))
    return SeriesEntry(series=image.series, instances=ordered, **named)


def check(image: Instance, entry: InstanceEntry) -> None:
    """Refuse a file that no manifest can hold, while nothing of it is stored yet.

    Its smallest manifest is made and thrown away, so that the rules are those of the real one.

    Raises:
        ManifestError: `shape`, `parts` or `canonical`.
    """
    alone = StudyManifest(
        installation="-",
        tenant="-",
        study=image.study,
        handle="-" * 22,
        version=1,
        previous=None,
        created_ms=0,
        dek_id="-" * 22,
        dek_commit="0" * 64,
        attributes=study_attributes(image),
        series=(series_entry(image, [entry]),),
    )
    manifest.to_bytes(alone)

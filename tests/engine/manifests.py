"""A good study manifest, to be changed by the tests."""

from dataclasses import replace

from diascope.manifest import InstanceEntry, PartEntry, SeriesEntry, StudyManifest
from diascope.manifest_shape import STUDY_ATTRIBUTES

A, B = "a" * 64, "b" * 64
PARTS = (PartEntry("header", 0, 10, A, B, 66), PartEntry("frame", 0, 20, B, A, 76))


def instance(n, number=None, parts=PARTS, **changes):
    made = InstanceEntry(
        sop=f"1.2.3.{n}",
        sop_class="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax="1.2.840.10008.1.2.1",
        number=str(n) if number is None else number,
        frames=1,
        rows=512,
        columns=512,
        size=sum(part.size for part in parts),
        sha256=A,
        whole=None,
        position=("-125.0", "-125.0", "35"),
        orientation=("1", "0", "0", "0", "1", "0"),
        frame_of_reference="1.2.9",
        parts=parts,
    )
    return replace(made, **changes)


def study(*instances, **changes):
    made = StudyManifest(
        installation="site", tenant="default", study="1.2", handle="h" * 22, version=2, previous=A,
        created_ms=1_767_225_600_000, dek_id="d" * 22, dek_commit=B,
        attributes=dict.fromkeys(STUDY_ATTRIBUTES, "Ω"),
        series=(SeriesEntry("1.2.3", "CT", "3", "", "", instances or (instance(1), instance(2))),),
    )  # fmt: skip
    return replace(made, **changes)

"""What a manifest says of a file, and that a file that none can hold is refused alone."""

from dataclasses import replace

import pytest

from diascope import manifest, manifest_entries
from diascope.errors import ManifestError
from diascope.manifest import PartEntry
from tests.engine.manifests import PARTS, A, B, instance, study
from tests.support import phantoms
from tests.support.phantoms import Image, ramp
from tests.support.stored_parts import image_of

IMAGE = image_of(phantoms.file(Image(ramp((1, 6, 4)))))
ENTRY = manifest_entries.instance_entry(
    IMAGE, transfer_syntax="1.2.3", sha256=A, whole=None, parts=PARTS
)


def test_an_instance_is_described_from_what_the_engine_read():
    image = image_of(phantoms.file(Image(ramp((3, 6, 4)), extra={0x00200013: ("IS", "12")})))
    entry = manifest_entries.instance_entry(
        image, transfer_syntax="1.2.3", sha256=A, whole=None, parts=PARTS
    )

    assert (phantoms.SOP, "12", 3, 6, 4, 30) == (
        entry.sop, entry.number, entry.frames, entry.rows, entry.columns, entry.size,
    )  # fmt: skip


def test_an_instance_without_pixels_has_no_frames():
    image = image_of(phantoms.assemble(phantoms.identity()))
    whole = (PartEntry("whole", 0, 10, A, B, 66),)
    entry = manifest_entries.instance_entry(
        image, transfer_syntax="1.2.3", sha256=A, whole="no_pixels", parts=whole
    )

    assert (0, 0, 0, None) == (entry.frames, entry.rows, entry.columns, entry.position)
    assert study(entry) == manifest.parse(manifest.to_bytes(study(entry)))


def test_study_and_series_are_described_as_the_file_stands():
    extra = {0x00100010: ("PN", "Doe^John"), 0x00200011: ("IS", "7"), 0x00180015: ("CS", "HEAD")}
    image = image_of(phantoms.file(Image(ramp((1, 6, 4)), extra=extra)))
    series = manifest_entries.series_entry(image, [instance(2), instance(1)])

    assert "Doe^John" == manifest_entries.study_attributes(image)["patient_name"]
    assert ("CT", "7", "HEAD") == (series.modality, series.number, series.body_part)
    assert ["1", "2"] == [each.number for each in series.instances]


def test_an_entry_that_a_manifest_can_hold_is_accepted():
    manifest_entries.check(IMAGE, ENTRY)


@pytest.mark.parametrize(
    ("image", "entry", "code"),
    [
        (IMAGE, replace(ENTRY, frames=0), "manifest.parts"),
        (IMAGE, replace(ENTRY, size=9), "manifest.parts"),
        (IMAGE, replace(ENTRY, number="1" * 1025), "manifest.shape"),
        (IMAGE, replace(ENTRY, sop="../x"), "manifest.shape"),
        (replace(IMAGE, study=""), ENTRY, "manifest.shape"),
        (replace(IMAGE, texts={"StudyDescription": "x" * 1025}), ENTRY, "manifest.shape"),
        (replace(IMAGE, texts={"SeriesDescription": "a\x07"}), ENTRY, "manifest.shape"),
        (replace(IMAGE, texts={"SeriesDescription": "\ud800"}), ENTRY, "manifest.canonical"),
    ],
    ids=[
        "a frame without frames", "size", "long number", "path", "no study", "long description",
        "control character", "surrogate",
    ],
)  # fmt: skip
def test_an_entry_that_no_manifest_can_hold_is_refused(image, entry, code):
    with pytest.raises(ManifestError) as caught:
        manifest_entries.check(image, entry)

    assert code == caught.value.code

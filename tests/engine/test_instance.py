"""A header becomes an instance: what cannot be used is said, what would mislead is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diascope import instance
from diascope.errors import DiascopeError
from tests.engine.headers import GREY, image, items, lut, refusal
from tests.engine.part10_files import changed
from tests.support import phantoms
from tests.support.phantoms import Image
from tests.support.stored_parts import image_of, parts_of, verified


def test_the_instance_is_named():
    found = image()

    assert (phantoms.STUDY, phantoms.SERIES, phantoms.SOP, phantoms.CT_IMAGE, "CT") == (
        found.study, found.series, found.sop, found.sop_class, found.modality,
    )  # fmt: skip


def test_header_part_and_whole_file_say_the_same():
    data = phantoms.file(Image(GREY, extra={0x00281050: ("DS", "40"), 0x00281051: ("DS", "400")}))
    whole = instance.parse(verified("whole", 0, data))
    header = image_of(data)

    assert (whole.pixels, whole.windows, dict(whole.texts)) == (
        header.pixels, header.windows, dict(header.texts),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("charset", "encoded", "readable", "stored"),
    [
        ("", b"Doe^John", "Doe, John", "Doe^John"),
        ("ISO_IR 100", "Müller^Jörg".encode("latin-1"), "Müller, Jörg", "Müller^Jörg"),
        ("ISO_IR 192", "Ωmega^Ж".encode(), "Ωmega, Ж", "Ωmega^Ж"),
        (
            "\\ISO 2022 IR 87",
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B",
            "Yamada, Tarou = 山田, 太郎",
            "Yamada^Tarou=山田^太郎",
        ),
    ],
    ids=["ascii", "latin", "utf-8", "japanese"],
)
def test_a_name_is_readable_in_its_character_set(charset, encoded, readable, stored):
    texts = image(_00080005=("CS", charset), _00100010=("PN", encoded)).texts

    assert (readable, stored) == (texts["PatientName"], texts["PatientNameAsStored"])


def test_texts_are_there_by_keyword_and_empty_when_absent():
    texts = image(
        _00180060=("DS", "120 "), _0008103E=("LO", "Thorax\\1 mm"), _00200013=("IS", "12")
    ).texts

    assert ("120", "Thorax\\1 mm", "12", "") == tuple(
        texts[key] for key in ("KVP", "SeriesDescription", "InstanceNumber", "Exposure")
    )
    assert set(instance.TEXT_KEYWORDS) < set(texts)


def test_a_text_of_many_values_is_cut_as_one():
    """Each value may be short and all of them longer than a manifest holds."""
    texts = image(_00081030=("LO", "\\".join(["x" * 60] * 40))).texts

    assert (1024, "…") == (len(texts["StudyDescription"]), texts["StudyDescription"][-1])


def test_a_long_text_in_implicit_vr_is_not_taken_for_another_encoding():
    """Its length may look like two letters, and a parser that guesses would read VRs there."""
    texts = image(GREY, phantoms.IMPLICIT, _00081030=("LO", "Thorax" + "x" * 0x4141)).texts

    assert texts["StudyDescription"].startswith("Thorax")


@pytest.mark.parametrize("codec", ["punycode", "unicode_escape", "utf_7"])
def test_a_codec_that_is_no_dicom_character_set_is_not_used(codec):
    """Some of Python's take minutes for a megabyte."""
    texts = image(_00080005=("CS", codec), _00081030=("LO", "ab\\x41-de")).texts

    assert "ab\\x41-de" == texts["StudyDescription"]


@pytest.mark.parametrize("tag", [0x00080005, 0x00100010, 0x00100020, 0x00281053, 0x00281050])
def test_a_sequence_in_place_of_a_value_is_refused(tag):
    """What follows it in the file must not become a name or a slope."""
    for syntax, vr in ((phantoms.IMPLICIT, "SQ"), (phantoms.EXPLICIT, "UN")):
        element = phantoms.writer(syntax).sequence(tag, undefined=True, vr=vr)
        with pytest.raises(DiascopeError) as caught:
            image_of(changed(syntax=syntax, **{f"_{tag:08X}": element}))
        assert "part10.undefined_length" == caught.value.code


def test_too_little_memory_is_not_a_damaged_file(monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setitem(instance._CONVERTERS, "LO", fail)
    with pytest.raises(MemoryError):
        image(_00081030=("LO", "Thorax"))


def test_a_hostile_text_stays_text():
    payload = "<img src=x onerror=alert(1)>\u202e"
    texts = image(_00080005=("CS", "ISO_IR 192"), _00081030=("LO", payload.encode())).texts

    assert "<img src=x onerror=alert(1)><U+202E>" == texts["StudyDescription"]


@pytest.mark.requirement("security row 13")
def test_a_text_is_decoded_only_as_far_as_it_can_be_shown(monkeypatch):
    """60,000 escapes took pydicom a second, and 1,024 characters are shown."""
    sizes = []
    decoded = instance._CONVERTERS["PN"]
    spied = {"PN": lambda value, sets: sizes.append(len(value)) or decoded(value, sets)}
    monkeypatch.setattr(instance, "_CONVERTERS", instance._CONVERTERS | spied)
    changes = {0x00080005: ("CS", "\\ISO 2022 IR 87"), 0x00100010: ("PN", b"\x1b" * 60_000)}
    image_of(phantoms.file(Image(GREY, extra=changes)))

    assert sizes
    assert instance.MAX_DECODED_BYTES >= max(sizes)


def test_a_text_above_its_limit_is_refused():
    assert "limit.text_bytes" == refusal(_00081030=("UT", b"x" * ((1 << 20) + 2)))


def test_a_text_of_too_many_values_is_refused():
    image_syntax = {"syntax": phantoms.IMPLICIT}  # where a short text can be that long

    assert "limit.values" == refusal(_0008103E=("LO", b"\\" * 65_538), **image_syntax)


RICH = phantoms.file(
    Image(
        GREY,
        extra={
            0x00080005: ("CS", "ISO_IR 192"), 0x00100010: ("PN", "Doe^John"),
            0x00281050: ("DS", "40\\50"), 0x00281051: ("DS", "400\\1"),
            0x00281055: ("LO", "A\\B"), 0x00283010: items(lut()), 0x00283000: items(lut()),
            0x00280030: ("DS", "1\\1"), 0x00200032: ("DS", "1\\2\\3"),
        },
    )
)  # fmt: skip
HEADER = parts_of(RICH)[0].data


@settings(max_examples=400)
@given(st.integers(0, len(HEADER) - 1), st.integers(1, 255))
def test_a_flipped_byte_gives_an_instance_or_our_error(at, change):
    flipped = bytearray(HEADER)
    flipped[at] ^= change
    try:
        found = instance.parse(verified("header", 0, bytes(flipped)))
    except DiascopeError:
        return
    assert all(isinstance(value, str) for value in found.texts.values())


READ = sorted({*instance._TAGS.values(), 0x00080005, 0x00281055, 0x00283000, 0x00283010})


@given(st.lists(st.tuples(st.sampled_from(READ), st.binary(max_size=30)), max_size=4))
def test_any_value_of_what_is_decoded_gives_an_instance_or_our_error(values):
    for syntax in (phantoms.EXPLICIT, phantoms.IMPLICIT):
        w = phantoms.writer(syntax)
        elements = phantoms.identity(syntax)
        elements |= {tag: w.element(tag, "LO", value) for tag, value in values}
        try:
            image_of(phantoms.assemble(elements, syntax))
        except DiascopeError:
            continue

"""Nothing in a name or description is hidden, endless or in the wrong order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascope import texts


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("Doe^John", "Doe, John"),
        ("Doe^John^Adam^Dr^Jr", "Doe, Dr John Adam, Jr"),
        ("Doe^^^^", "Doe"),
        ("^John", "John"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou = 山田, 太郎 = やまだ, たろう"),
        ("=山田^太郎", "山田, 太郎"),
        ("", ""),
        ("a^b^c^d^e^f^g", "a, d b c, e"),
    ],
    ids=["two", "five", "family", "given", "groups", "ideographic", "empty", "too many"],
)
def test_a_person_name_is_readable(name, readable):
    """PS3.5 6.2.1.2: family, given, middle, prefix, suffix; three groups."""
    assert readable == texts.readable_name(name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("DOE\u202eNHOJ", "DOE<U+202E>NHOJ"),
        ("A\u200bB", "A<U+200B>B"),
        ("A\x1b$B", "A<U+001B>$B"),
        ("A\nB", "A<U+000A>B"),
        ("\ue000", "<U+E000>"),
        ("Ünïcode 山田", "Ünïcode 山田"),
    ],
    ids=["bidi", "zero width", "escape", "line feed", "private", "letters"],
)
def test_what_cannot_be_seen_is_shown(text, shown):
    assert shown == texts.visible(text)


def test_bytes_beyond_ascii_are_replaced_and_padding_goes():
    assert "A\ufffdB" == texts.ascii_text(b" A\xffB \0")


@given(st.text(max_size=3000))
def test_shown_text_is_bounded_and_has_no_control_characters(text):
    shown = texts.visible(text)

    assert len(shown) <= texts.MAX_CHARACTERS
    assert shown.isprintable() or set(shown) - set(filter(str.isprintable, shown)) <= set(shown)
    assert not any(ord(each) < 32 or 0x202A <= ord(each) <= 0x202E for each in shown)

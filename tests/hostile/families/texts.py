"""Rows 18, 19 and 21: texts that would be script, formulas or invisible where they are shown.

The engine gives them as they are, but for what cannot be seen: that is spelt out. The page sets
them as text (tests/web/test_hostile_texts.py). Standard: PS3.5 6.1.3 and 6.2.
"""

from tests.hostile.case import right
from tests.hostile.seeds import plain, values

SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<b onfocus=a()>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<object data=//evil>",
    "<embed src=//evil>",
    "<link rel=stylesheet href=//evil>",
    "<meta http-equiv=refresh content=0>",
    "<base href=//evil/>",
    "<style>@import '//evil'</style>",
    "</textarea><script>1</script>",
    "</title><script>1</script>",
    "<!--<script>-->",
    "<![CDATA[<script>]]>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "#{alert(1)}",
    "<%= 7*7 %>",
    "`${1}`",
    "');alert(1);//",
    "\\x3cscript\\x3e"[4:],
    "</script><script>1</script>",
    "<template><script>1</script></template>",
    "<slot name=x onslotchange=a()>",
    "__proto__",
    "constructor",
    "data:text/html,<script>1</script>",
    "<noscript><p title='</noscript><img src>'>",
)
FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    '=HYPERLINK("//evil")',
    "%0A=1",
    "=DDE(1)",
    "=IMPORTXML(1)",
    "'=1",
    "|calc",
    ";=1",
)
HIDDEN = {
    "right_to_left_override": "\u202e",
    "left_to_right_override": "\u202d",
    "isolate": "\u2067",
    "pop_isolate": "\u2069",
    "mark": "\u200f",
    "zero_width_space": "\u200b",
    "joiner": "\u200d",
    "byte_order_mark": "\ufeff",
    "word_joiner": "\u2060",
    "soft_hyphen": "\u00ad",
    "line_separator": "\u2028",
    "paragraph_separator": "\u2029",
    "escape_c1": "\u009b",
    "bell": "\x07",
    "newline": "\n",
    "carriage_return": "\r",
    "tabulator": "\t",
    "delete": "\x7f",
    "vertical": "\x0b",
    "backspace": "\x08",
    "tag_letter": "\U000e0041",
    "private_use": "\ue000",
    "arabic_mark": "\u061c",
    "annotation": "\ufff9",
}
TEXTS = {  # the name that the engine gives each, and where it stands
    "PatientID": (0x00100020, "LO"),
    "StudyDescription": (0x00081030, "LO"),
    "SeriesDescription": (0x0008103E, "LO"),
    "AccessionNumber": (0x00080050, "SH"),
    "InstitutionName": (0x00080080, "LO"),
    "ProtocolName": (0x00181030, "LO"),
}
CODES = {
    "Modality": (0x00080060, "CS"),
    "BodyPartExamined": (0x00180015, "CS"),
    "PatientSex": (0x00100040, "CS"),
    "StudyDate": (0x00080020, "DA"),
    "KVP": (0x00180060, "DS"),
}
NAME, CHARACTER_SET = 0x00100010, (0x00080005, ("CS", "ISO_IR 192"))


def cases():
    for row, texts, what in ((18, SCRIPTS, "script"), (19, FORMULAS, "formula")):
        for n, text in enumerate(texts):
            yield from everywhere(row, f"{what}-{n}", text)
    for name, character in HIDDEN.items():
        yield from hidden(name, character)


def everywhere(row, name, text):
    """The same text in every VR that the engine shows."""
    for keyword, (tag, vr) in (TEXTS | CODES).items():
        data = plain(dict([CHARACTER_SET]) | {tag: (vr, text.encode())})
        yield right(row, f"{name}-{keyword}", data, values(), **{keyword: shown(text, vr)})
    data = plain(dict([CHARACTER_SET]) | {NAME: ("PN", text.encode())})
    yield right(row, f"{name}-PatientName", data, values(), PatientNameAsStored=shown(text, "PN"))


def shown(text, vr):
    """All of it, as it is: a backslash parts values, and padding is not text."""
    if vr in {"LO", "SH", "PN"}:
        return "\\".join(each.strip(" \0") for each in text.split("\\"))
    return text.strip(" \0")


def hidden(name, character):
    """Shown as its number, so that two names that differ also look different."""
    spelt = f"<U+{ord(character):04X}>"
    for keyword, (tag, vr) in TEXTS.items():
        data = plain(dict([CHARACTER_SET]) | {tag: (vr, f"AB{character}CD".encode())})
        yield right(21, f"{name}-{keyword}", data, values(), **{keyword: f"AB{spelt}CD"})
    data = plain(dict([CHARACTER_SET]) | {NAME: ("PN", f"Do{character}e^Jo".encode())})
    yield right(21, f"{name}-PatientName", data, values(), PatientNameAsStored=f"Do{spelt}e^Jo")

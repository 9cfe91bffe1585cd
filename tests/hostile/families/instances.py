"""Rows 14, 15 and 20: directories, identifiers that are paths, and documents in DICOM's coat.

The engine opens no file and no address; a run holds it to that with an audit hook. Standard:
PS3.3 F.3 (DICOMDIR), PS3.5 9.1 (UIDs), PS3.3 A.45 (encapsulated documents).
"""

from tests.hostile.case import empty, refuse, right
from tests.hostile.seeds import plain, values
from tests.support.phantoms import LITTLE, assemble, identity

SOP_CLASS, SOP, STUDY, SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
DIRECTORY, PDF, CDA = (
    "1.2.840.10008.1.3.10",
    "1.2.840.10008.5.1.4.1.1.104.1",
    "1.2.840.10008.5.1.4.1.1.104.2",
)
STL, OBJ = "1.2.840.10008.5.1.4.1.1.104.3", "1.2.840.10008.5.1.4.1.1.104.4"
FILE_IDS = (
    "..\\..\\..\\etc\\passwd",
    "\\etc\\passwd",
    "../../../../etc/passwd",
    "/etc/passwd",
    "C:\\boot.ini",
    "\\\\evil\\share\\x",
    "file:///etc/passwd",
    "a\0b",
    "CON",
    "LINK\\..\\..\\x",
    "~\\.ssh\\id_rsa",
    "%2e%2e\\%2e%2e\\x",
    "..;\\x",
    "\u2215etc",
    "proc\\self\\environ",
    "dev\\zero",
    "IMG" * 400,
)
NO_UIDS = (
    "../../../../etc/passwd",
    "..\\..\\boot.ini",
    "/etc/passwd",
    "C:\\x",
    "\\\\evil\\x",
    "1.2/../3",
    "1.2\\1.3",
    "~root",
    "$(id)",
    "`id`",
    "|id",
    ";id",
    "& id",
    "1.2\r\n1.3",
    "1.2\n",
    "1.2\t3",
    "%2e%2e%2f",
    "..%c0%af",
    "x",
    "1.2.x",
    "1.2 3",
    "-1",
    "+1.2",
    "1,2",
    "1.2e3",
    "0x1.2",
    "'; DROP TABLE studies--",
    '" OR 1=1',
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "${jndi:x}",
    "1." * 32 + "1",
    "1" * 65,
    "9" * 10_000,
    "1.2.\u0663",
    "1.2.\u202e3",
    "\ufeff1.2",
    "1.2\u200b",
    "\xff\xfe",
    "1.2\x00/../x",
    "\x001.2",
    "1\x002",
    "COM1",
    "nul",
    "*",
    "?",
    "1.2:3",
    "1.2#4",
    "http://evil/1.2",
    "javascript:1",
    "1.2@evil",
    "__proto__",
    "[1]",
)
ODD_UIDS = (
    "1",
    "0",
    "1.2",
    "1.02.3",
    "..",
    ".",
    "1..2",
    ".1",
    "1.",
    "9" * 64,
    "1.2.3 ",
    "1.2.3\0",
)


def cases():
    yield from directories()
    yield from identifiers()
    yield from documents()


def directories():
    """A DICOMDIR is an instance without a picture; what its records refer to is never opened."""
    for n, name in enumerate(FILE_IDS):
        record = LITTLE.element(0x00041430, "CS", "IMAGE")
        record += LITTLE.element(0x00041500, "CS", name.encode("utf-8"))
        elements = identity() | {
            SOP_CLASS: LITTLE.element(SOP_CLASS, "UI", DIRECTORY),
            0x00041130: LITTLE.element(0x00041130, "CS", "SET"),
            0x00041220: LITTLE.sequence(0x00041220, record),
        }
        yield empty(14, f"directory-{n}", assemble(elements))
    for offset in (1, 2**31, 2**32 - 1):
        elements = identity() | {
            SOP_CLASS: LITTLE.element(SOP_CLASS, "UI", DIRECTORY),
            0x00041200: LITTLE.element(0x00041200, "UL", offset.to_bytes(4, "little")),
            0x00041202: LITTLE.element(0x00041202, "UL", offset.to_bytes(4, "little")),
        }
        yield empty(14, f"directory-offset-{offset}", assemble(elements))


def identifiers():
    """A UID is 1 to 64 digits and dots; a name in the store is made of digests alone."""
    for tag, which in ((SOP, "sop"), (STUDY, "study"), (SERIES, "series"), (SOP_CLASS, "class")):
        for n, text in enumerate(NO_UIDS):
            data = plain({tag: ("UI", text.encode("utf-8", "surrogateescape"))})
            yield refuse(15, f"{which}-{n}", data, "part10.uid")
    for n, text in enumerate(ODD_UIDS):
        data = plain({SOP: ("UI", text.encode())})
        yield right(15, f"odd-sop-{n}", data, values())


def documents():
    """Row 20: nothing in a document is run, drawn or fetched: there is no picture."""
    pdf = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj"
    cda = (
        b'<?xml version="1.0"?><?xml-stylesheet href="http://evil/x.xsl"?>'
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><ClinicalDocument>&e;'
        b"<script>alert(1)</script></ClinicalDocument>"
    )
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
    kinds = {
        "pdf": (PDF, "application/pdf", pdf),
        "cda": (CDA, "text/XML", cda),
        "laughs": (CDA, "text/XML", laughs),
        "stl": (STL, "model/stl", b"solid" + bytes(80)),
        "obj": (OBJ, "model/obj", b"mtllib http://evil/x.mtl\n"),
        "html": (PDF, "text/html", b"<script>alert(1)</script>"),
        "svg": (PDF, "image/svg+xml", b"<svg onload=alert(1)>"),
    }
    for name, (sop_class, mime, body) in kinds.items():
        for size in (0, 1 << 20):
            elements = identity() | {
                SOP_CLASS: LITTLE.element(SOP_CLASS, "UI", sop_class),
                0x00420010: LITTLE.element(0x00420010, "ST", f"<b>{name}</b>"),
                0x00420011: LITTLE.element(0x00420011, "OB", body + bytes(size)),
                0x00420012: LITTLE.element(0x00420012, "LO", mime),
            }
            yield empty(20, f"{name}-and-{size}", assemble(elements))
        data = plain({0x00420011: ("OB", body), 0x00420012: ("LO", mime)})
        yield right(20, f"an-image-with-{name}", data, values())

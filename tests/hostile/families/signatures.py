"""Row 5, foreign formats: other files sent as DICOM, or put where a codestream belongs.

Known by their first bytes; a decoder that guesses formats would open them.
"""

import numpy as np

from tests.hostile.case import refuse, right
from tests.hostile.seeds import CODECS, COLUMNS, COMPRESSED, ROWS, encoded, file

ROW = 5
FOREIGN = {
    "pam": b"P7\nWIDTH 65535\nHEIGHT 65535\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n",
    "pgm": b"P5 65535 65535 65535\n",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff",
    "gif": b"GIF89a\xff\xff\xff\xff\xf7\0\0",
    "bmp": b"BM\xff\xff\xff\x7f\0\0\0\0\x36\0\0\0",
    "tiff_little": b"II*\0\x08\0\0\0\xff\xff",
    "tiff_big": b"MM\0*\0\0\0\x08\xff\xff",
    "big_tiff": b"II+\0\x08\0\0\0" + b"\xff" * 8,
    "webp": b"RIFF\xff\xff\xff\x7fWEBPVP8 ",
    "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b"<svg onload=alert(1)>",
    "zip": b"PK\3\4\x14\0\0\0\x08\0",
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0\0\xff",
    "zlib": b"x\x9c\xed\xc1\1\1",
    "xz": b"\xfd7zXZ\0",
    "zstd": b"\x28\xb5\x2f\xfd",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "rar": b"Rar!\x1a\7\1\0",
    "elf": b"\x7fELF\2\1\1\0",
    "pe": b"MZ\x90\0\3\0\0\0",
    "mach_o": b"\xcf\xfa\xed\xfe\7\0\0\1",
    "wasm": b"\0asm\1\0\0\0",
    "java": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "nifti": b"\x5c\1\0\0" + bytes(40),
    "jxl_stream": b"\xff\x0a\xff\xff",
    "jxl_box": b"\0\0\0\x0cJXL \r\n\x87\n",
    "avif": b"\0\0\0\x20ftypavif",
    "heic": b"\0\0\0\x20ftypheic",
    "mp4": b"\0\0\0\x20ftypisom",
    "mpeg_ts": b"\x47\x40\0\x10",
    "h264": b"\0\0\0\1\x67\x64\0\x28",
    "exr": b"\x76\x2f\x31\1",
    "pickle": b"\x80\4\x95\x10\0\0\0\0\0\0\0\x8c\5posix",
    "npy": b"\x93NUMPY\1\0v\0",
    "hdf5": b"\x89HDF\r\n\x1a\n",
    "sqlite": b"SQLite format 3\0",
    "shell": b"#!/bin/sh\nid\n",
}
FRAME = {"pixels.codestream", "pixels.codec", "pixels.truncated", "pixels.length"}
FRAME |= {"pixels.rle_header"}
PROCESS = "transfer_syntax.process"  # JPEG-LS has a frame header of its own
TRANSFER_SYNTAXES = [codec for codec in COMPRESSED if codec.name != "encapsulated"]


def cases():
    for name, magic in FOREIGN.items():
        body = magic + bytes(range(256)) * 4
        yield refuse(ROW, f"a-{name}-file", body, "part10.no_preamble")
        for codec in TRANSFER_SYNTAXES:
            if codec.family == "jxl" and name.startswith("jxl"):
                continue  # there it is not foreign
            data = file(codec, streams=(body + b"\xff\xd9",))
            yield refuse(ROW, f"{codec.name}-holds-{name}", data, *FRAME)
        yield native(name, body)
    yield from crossed()


def native(name, body):
    """As native pixel data they are numbers like any others; the format is never looked at."""
    size = ROWS * COLUMNS * 2
    whole = (body * (size // len(body) + 1))[:size]
    codec = next(codec for codec in CODECS if codec.name == "explicit")
    data = file(codec, changes={0x7FE00010: ("OW", whole)})
    shown = np.frombuffer(whole, "<u2").reshape(1, ROWS, COLUMNS) & 0x0FFF
    return right(ROW, f"explicit-holds-{name}", data, shown)


def crossed():
    """A codestream of another transfer syntax than the file names."""
    for codec in COMPRESSED:
        for other in COMPRESSED:
            if codec.family not in {other.family, "raw"}:
                data = file(codec, streams=encoded(other))
                yield refuse(ROW, f"{codec.name}-holds-{other.name}", data, *FRAME, PROCESS)

"""All hostile files in a fixed order, and the digest by which one sees that they are the same.

python -m tests.hostile.catalogue      writes manifest.json anew
"""

import hashlib
import json
from collections import Counter
from pathlib import Path

from tests.hostile.families import (
    codestreams,
    deflate_bombs,
    descriptions,
    floods,
    frame_groups,
    instances,
    jpeg2000_streams,
    jpeg_streams,
    meta_header,
    nesting,
    palettes,
    polyglots,
    short_data,
    signatures,
    substituted,
    texts,
)

FAMILIES = (
    descriptions,
    codestreams,
    nesting,
    short_data,
    jpeg_streams,
    substituted,
    palettes,
    signatures,
    meta_header,
    deflate_bombs,
    floods,
    instances,
    jpeg2000_streams,
    polyglots,
    texts,
    frame_groups,
)
MANIFEST = Path(__file__).parent / "manifest.json"
# Rows of security.md, section 3, of which no file of ours can be an example.
ELSEWHERE = {
    6: "a request's Content-Encoding: tests/attack/test_http.py",
    7: "no ZIP is ever opened; one sent as a DICOM file is refused by its first bytes (row 5)",
    8: "a request's length: tests/attack/test_http.py",
}


def cases():
    """Every case, one at a time: together they would take several hundred megabytes."""
    for family in FAMILIES:
        yield from family.cases()


def manifest():
    """Counts of files and expectations by row, and one digest over all bytes and expectations."""
    rows, codes, whole = Counter(), Counter(), hashlib.sha256()
    for case in cases():
        rows[case.row] += 1
        codes.update(sorted(case.refused) or ["shown"])
        line = [case.file, hashlib.sha256(case.data).hexdigest(), sorted(case.refused)]
        whole.update(json.dumps([*line, case.stored, sorted(case.notices)]).encode() + b"\n")
    return {
        "files": sum(rows.values()),
        "rows": {str(row): rows[row] for row in sorted(rows)},
        "allowed": dict(sorted(codes.items())),
        "sha256": whole.hexdigest(),
    }


if __name__ == "__main__":
    MANIFEST.write_text(json.dumps(manifest(), indent=2) + "\n")

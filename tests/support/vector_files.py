"""Reads test vectors: one file a case, header lines `name: value`, an empty line, then the bytes.

`expect` says what must come out and is never missing; a test that meets a word it does not know
fails. Any language can run these files.
"""

from dataclasses import dataclass
from pathlib import Path

VECTORS = Path(__file__).parents[1] / "vectors"


@dataclass(frozen=True)
class Vector:
    name: str
    header: dict[str, str]
    payload: bytes

    @property
    def expect(self) -> str:
        return self.header["expect"]


def read(folder: str) -> list[Vector]:
    """Return all cases of a folder, by name; an empty folder is a mistake."""
    found = [_parse(path) for path in sorted((VECTORS / folder).iterdir())]
    assert found, folder
    return found


def _parse(path: Path) -> Vector:
    head, separator, payload = path.read_bytes().partition(b"\n\n")
    assert separator, path.name
    header = dict(line.split(": ", 1) for line in head.decode().split("\n"))
    assert "expect" in header, path.name
    return Vector(path.name, header, payload)

"""Make small archives whose bytes are the same on every machine.

Members are sorted, dated 1980 and stored without compression: what a compressor writes depends on
the zlib of the machine, and the server sends a compressed copy anyway.
"""

import io
import zipfile
from collections.abc import Mapping
from fnmatch import fnmatchcase

from diascope_server.runtime.lock import BundleError, Trim

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a zip can hold
_UNIX = 3
_MODE = 0o100644 << 16


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of `members` that depends on nothing but their names and bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            archive.writestr(entry, members[name])
    return buffer.getvalue()


def trim(data: bytes, recipe: Trim) -> bytes:
    """Return the archive `data` with the members that the recipe keeps, packed anew.

    Raises:
        BundleError: `bundle.trim`, a glob of the recipe matches nothing: it is out of date.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        for glob in (*recipe.keep, *recipe.drop, *recipe.replace):
            if not any(fnmatchcase(name, glob) for name in names):
                raise BundleError("trim", f"nothing matches {glob}")
        members = {name: archive.read(name) for name in names if _is_kept(name, recipe)}
    return pack(members | {name: text.encode() for name, text in recipe.replace.items()})


def _is_kept(name: str, recipe: Trim) -> bool:
    is_wanted = any(fnmatchcase(name, glob) for glob in recipe.keep)
    return is_wanted and not any(fnmatchcase(name, glob) for glob in recipe.drop)

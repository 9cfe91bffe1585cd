"""Refuse WebAssembly that makes the runtime call `eval`.

The loader evaluates JavaScript text that a module carries when it exports `__start_em_asm` or
`__em_js__…`. The worker's policy has no 'unsafe-eval', so such a module would fail in the
browser; it must not enter the bundle.
Standard: WebAssembly core 5.5.10, the export section.
"""

import io
import zipfile
from collections.abc import Iterator

from diascope_server.runtime.lock import BundleError

MAGIC = b"\0asm\1\0\0\0"
EXPORT_SECTION = 7
EVALUATED = ("__start_em_asm", "__em_js__")


def scan(name: str, data: bytes) -> int:
    """Return how many modules the file `name` holds, after looking at the exports of each.

    Raises:
        BundleError: `bundle.eval`, a module asks for `eval`; `bundle.wasm`, it cannot be read.
    """
    count = 0
    for member, module in _modules(name, data):
        count += 1
        if any(export.startswith(EVALUATED) for export in read_exports(module)):
            raise BundleError("eval", f"{name}: {member}")
    return count


def read_exports(module: bytes) -> list[str]:
    """Return the export names of one module.

    Raises:
        BundleError: `bundle.wasm`, the bytes are not a whole module.
    """
    if not module.startswith(MAGIC):
        raise BundleError("wasm", "no module")
    try:
        return list(_exports(module))
    except (IndexError, UnicodeDecodeError) as error:
        raise BundleError("wasm", "the sections do not fit") from error


def _modules(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(MAGIC):
        yield name, data
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                if member.endswith((".so", ".wasm")):
                    yield member, archive.read(member)


def _exports(module: bytes) -> Iterator[str]:
    at = len(MAGIC)
    while at < len(module):
        section = module[at]
        size, at = _leb128(module, at + 1)
        if section == EXPORT_SECTION:
            yield from _names(module, at)
        at += size


def _names(module: bytes, at: int) -> Iterator[str]:
    count, at = _leb128(module, at)
    for _ in range(count):
        length, at = _leb128(module, at)
        yield module[at : at + length].decode()
        _, at = _leb128(module, at + length + 1)  # one byte of kind, then the index


def _leb128(module: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while module[at] & 0x80:
        value |= (module[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
    return value | module[at] << shift, at + 1

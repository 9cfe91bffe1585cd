"""Pack the engine, and only its Python sources, into one reproducible zip."""

from pathlib import Path

from diascope_server.runtime.trim import pack


def pack_engine(py: Path) -> bytes:
    """Return the zip of `py/diascope`: the same bytes for the same sources, whatever their dates.

    The server is not in it: a browser never downloads server code.
    """
    sources = sorted((py / "diascope").rglob("*.py"))
    return pack({path.relative_to(py).as_posix(): path.read_bytes() for path in sources})

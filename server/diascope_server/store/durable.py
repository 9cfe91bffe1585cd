"""Writing files that a power cut either leaves as they were or has whole."""

import os
from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Replace `path` by `data`: on return, the bytes and their name are on the disk.

    A crash before the rename leaves a `.new` file that nothing reads and the next write replaces.
    """
    _make_folder(path.parent)
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

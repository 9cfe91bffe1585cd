"""Sealed objects on a local disk, named by the SHA-256 of their ciphertext, written once.

`put` has the bytes on the disk before it returns; `settle` makes the names durable, once for a
whole batch. A crash before `settle` leaves objects that nothing names: harmless. What
is read is hashed again, so a changed byte on the disk is noticed here, before any browser.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path

from diascope.errors import IntegrityError
from diascope_server.errors import StoreFault
from diascope_server.store.durable import sync_folder

NAME = re.compile(r"[0-9a-f]{64}")


class ObjectStore:
    """The `objects/` folder of one installation."""

    def __init__(self, root: Path) -> None:
        """Use `root`, which `init` made."""
        self._root = root
        self._unsettled: set[Path] = set()

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise StoreFault("name")
        return self._root / name[:2] / name[2:]

    def put(self, sealed: bytes) -> str:
        """Store ciphertext and return its name; an object that is there already stays as it is."""
        name = hashlib.sha256(sealed).hexdigest()
        path = self._path(name)
        try:
            self._write_once(path, sealed)
        except OSError as error:
            raise StoreFault("write") from error
        return name

    def _write_once(self, path: Path, sealed: bytes) -> None:
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            self._unsettled.add(self._root)
        partial = path.with_name(f".{secrets.token_hex(8)}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(descriptor)
            # link, unlike rename, never replaces what is there
            os.link(partial, path)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
        self._unsettled.add(path.parent)

    def settle(self) -> None:
        """Make every name since the last call durable. Call before anything refers to them."""
        for folder in sorted(self._unsettled):
            sync_folder(folder)
        self._unsettled.clear()

    def get(self, name: str) -> bytes:
        """Return ciphertext whose SHA-256 is `name`.

        Raises:
            IntegrityError: it is missing or its bytes changed.
        """
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise IntegrityError("missing") from error
        except OSError as error:
            raise StoreFault("read") from error
        if hashlib.sha256(sealed).hexdigest() != name:
            raise IntegrityError("object")
        return sealed

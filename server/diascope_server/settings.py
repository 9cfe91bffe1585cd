"""Where one installation keeps its things, read once from `settings.json` in its data folder."""

import json
from dataclasses import dataclass
from pathlib import Path

TENANT = "default"


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. Durations are seconds."""

    data: Path
    installation: str
    """Random at `diascope init`; bound into every sealed part and the ledger's origin."""
    origin: str
    """Scheme, host and port that browsers use, e.g. https://localhost:8443."""
    label: str = "Not for diagnostic use"
    """Shown on every viewport. No setting removes it."""
    tenant: str = TENANT
    idle_s: int = 15 * 60
    absolute_s: int = 12 * 60 * 60

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "db" / "diascope.sqlite"

    @property
    def objects(self) -> Path:
        """Sealed objects, named by the SHA-256 of their ciphertext."""
        return self.data / "objects"

    @property
    def ledger(self) -> Path:
        """Checkpoint, hash tiles and sealed entry bundles."""
        return self.data / "ledger"

    @property
    def keys(self) -> Path:
        """Keystore and, for a trial, the passphrase file."""
        return self.data / "keys"

    @property
    def tls(self) -> Path:
        """Certificate and key of the server; the private CA of a trial."""
        return self.data / "tls"


FIXED = ("label", "tenant")  # no file changes what every viewport must say


def load(data: Path) -> Settings:
    """Read the settings of the installation at `data`.

    Raises:
        FileNotFoundError: `diascope init` has not been run there.
    """
    stored = json.loads((data / "settings.json").read_text())
    return Settings(data=data, **{key: value for key, value in stored.items() if key not in FIXED})

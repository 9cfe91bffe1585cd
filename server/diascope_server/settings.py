"""Where one installation keeps its things, read once from `settings.json` in its data folder."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from diascope_server.errors import SetupRefused

TENANT = "default"
TREE = Path(__file__).resolve().parents[2]
PASSPHRASE_VARIABLE = "DIASCOPE_PASSPHRASE_FILE"  # noqa: S105  the name of a variable
DATA_VARIABLE = "DIASCOPE_DATA"


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

    @property
    def logs(self) -> Path:
        """The access log: route templates, never addresses of studies."""
        return self.data / "logs"

    @property
    def keystore(self) -> Path:
        """The sealed keys of the passphrase-file provider."""
        return self.keys / "keystore.json"

    @property
    def passphrase_file(self) -> Path:
        """Beside the keystore in a trial; an operator keeps it elsewhere and names it."""
        return Path(os.environ.get(PASSPHRASE_VARIABLE, self.keys / "passphrase"))

    @property
    def web(self) -> Path:
        """The page's files."""
        return TREE / "web"

    @property
    def runtime(self) -> Path:
        """The runtime bundle that `make runtime` built."""
        return TREE / "build" / "runtime"

    @property
    def authority(self) -> str:
        """Host and port as a browser sends them; the default port is left out."""
        return urlsplit(self.origin).netloc

    @property
    def port(self) -> int:
        """The TCP port of the origin."""
        return urlsplit(self.origin).port or 443


NO_INSTALLATION = "there is none here; name its folder with --data, or run `diascope init`"
FIXED = ("label", "tenant")  # no file changes what every viewport must say


def load(data: Path) -> Settings:
    """Read the settings of the installation at `data`.

    Raises:
        SetupRefused: `diascope init` has not been run there.
    """
    try:
        stored = json.loads((data / "settings.json").read_text())
    except (OSError, ValueError) as error:
        raise SetupRefused("not_initialised", NO_INSTALLATION) from error
    return Settings(data=data, **{key: value for key, value in stored.items() if key not in FIXED})

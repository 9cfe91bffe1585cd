"""Where one installation keeps its things, read once from `settings.json` in its data folder."""

import ipaddress
import json
import os
import re
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


DEFAULT_PORT, LAST_PORT = 443, 65_535
ORIGIN = re.compile(r"https://(\[[0-9a-f:]+\]|[a-z0-9.-]{1,253})(?::([0-9]{0,5}))?")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")  # RFC 1123 2.1
ORIGIN_RULE = (
    "an origin reads https://HOST or https://HOST:PORT; HOST in ASCII (xn-- for other letters), "
    "PORT from 1 to 65535"
)


def check_origin(origin: str) -> str:
    """Return an origin as browsers write it: lower case, without the default port.

    `Host` and `Origin` of every request are compared with it, byte for byte.

    Raises:
        SetupRefused: not https, more than scheme, host and port, or a host no browser would send.
    """
    found = ORIGIN.fullmatch(origin.lower()) if origin.isascii() else None
    host, port = (_host(found[1]), int(found[2] or DEFAULT_PORT)) if found else ("", 0)
    if not host or not 0 < port <= LAST_PORT:
        raise SetupRefused("origin", ORIGIN_RULE)
    return f"https://{host}" if port == DEFAULT_PORT else f"https://{host}:{port}"


def _host(text: str) -> str:
    """Return a name or address in the one form that browsers send, or nothing."""
    last = text.rpartition(".")[2]
    try:
        if text.startswith("["):
            return f"[{ipaddress.IPv6Address(text[1:-1])}]"
        if last.isdigit() or last.startswith("0x"):  # browsers read such a name as an address
            return str(ipaddress.IPv4Address(text))
    except ValueError:
        return ""
    return text if all(LABEL.fullmatch(label) for label in text.split(".")) else ""


NO_INSTALLATION = "there is none here; name its folder with --data, or run `diascope init`"
FIXED = {"label", "tenant"}  # no file changes what every viewport must say
NEEDED = {"installation": str, "origin": str}
KINDS = {**NEEDED, "idle_s": int, "absolute_s": int}


def load(data: Path) -> Settings:
    """Read the settings of the installation at `data`.

    Raises:
        SetupRefused: `diascope init` has not been run there, or the file is not what it wrote.
    """
    try:
        stored = json.loads((data / "settings.json").read_text())
    except OSError as error:
        raise SetupRefused("not_initialised", NO_INSTALLATION) from error
    except (ValueError, RecursionError) as error:
        raise SetupRefused("settings", "settings.json is not JSON") from error
    if not isinstance(stored, dict):
        raise SetupRefused("settings", "settings.json is not an object")
    values = {name: value for name, value in stored.items() if name not in FIXED}
    wrong = [
        name for name in {**NEEDED, **values} if type(values.get(name)) is not KINDS.get(name)
    ]
    if wrong:
        raise SetupRefused("settings", f"settings.json: {ascii(sorted(wrong))[1:-1]}")
    return Settings(data=data, **{**values, "origin": check_origin(values["origin"])})

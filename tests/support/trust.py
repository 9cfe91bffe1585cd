"""How each browser comes to trust a private certificate authority. No check is switched off.

Nothing here is system-wide: every trust store is a file in the browser's own home folder.
"""

import os
import subprocess
from pathlib import Path

SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def nss_database(folder: Path, authority: Path) -> None:
    """Make the NSS database of Chromium (below ~/.pki) or of a Firefox profile."""
    folder.mkdir(parents=True, exist_ok=True)
    database = f"sql:{folder}"
    _run("certutil", "-N", "-d", database, "--empty-password")
    _run("certutil", "-A", "-d", database, "-n", "site", "-t", "C,,", "-i", str(authority))


def with_bundle(home: Path, authority: Path, program: str) -> Path:
    """Write a launcher that runs `program` with its own list of certificate authorities.

    GnuTLS reads one fixed path, so the launcher binds another file over it in a mount namespace
    that only this process tree sees.
    """
    bundle = home / "authorities.crt"
    system = SYSTEM_BUNDLE.read_bytes() if SYSTEM_BUNDLE.exists() else b""
    bundle.write_bytes(system + authority.read_bytes())
    unshare = "unshare -m" if os.geteuid() == 0 else "unshare -r -m"
    launcher = home / "launch"
    launcher.write_text(
        "#!/bin/sh\n"
        f"exec {unshare} sh -c 'mount --bind {bundle} {SYSTEM_BUNDLE}"
        f' && exec {program} "$@"\' launch "$@"\n'
    )
    launcher.chmod(0o755)
    return launcher


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

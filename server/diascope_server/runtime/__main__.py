"""`python -m diascope_server.runtime [--tests] [ROOT]`: build the runtime bundle of a project."""

import argparse
import sys
from pathlib import Path

from diascope_server.runtime.bundle import build, build_for_tests
from diascope_server.runtime.lock import BundleError


def main() -> int:
    """Build, print the digest of the bundle, and return the exit status."""
    parser = argparse.ArgumentParser(prog="diascope_server.runtime", description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(), metavar="ROOT")
    parser.add_argument("--tests", action="store_true", help="also what only the tests use")
    chosen = parser.parse_args()
    try:
        bundle = build(chosen.root)
        if chosen.tests:
            build_for_tests(chosen.root)
    except BundleError as error:
        sys.stderr.write(f"{error.code}: {error.detail}\n")
        return 1
    sys.stdout.write(f"runtime bundle {bundle}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

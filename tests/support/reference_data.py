"""Where the reference data lie: outside the project, in the folder that DIASCOPE_SHARED names."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("DIASCOPE_SHARED", Path(__file__).parents[3] / "shared"))
FOLDER = SHARED / "data" / "dev"
MANIFEST = FOLDER / "manifest.json"
needs_reference = pytest.mark.skipif(  # the project's own tests pass without what lies outside it
    not MANIFEST.is_file(), reason="no reference data: set DIASCOPE_SHARED"
)

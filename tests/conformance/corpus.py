"""The files of a run: the reference data's real and malformed ones, and the generated set.

The reference data lie outside the project, in the folder that DIASCOPE_SHARED names; without it
the generated set alone is run.
"""

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.conformance import generated
from tests.conformance.made import Made
from tests.support.reference_data import FOLDER, MANIFEST

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "build" / "conformance" / "generated"
GROUPS = ("real", "malformed", "generated")
TENTH = 10
UID = re.compile(r"[0-9.]{1,64}")


@dataclass(frozen=True)
class Case:
    """One file: `reference` is what it should digest to, with `by`, who says so."""

    group: str
    name: str
    path: Path
    syntax: str
    photometric: str
    reference: dict[str, Any] | None
    made: Made | None = None

    @property
    def stratum(self):
        return self.group, self.syntax, self.photometric


def cases():
    """Every file, in a fixed order."""
    return [*reference_cases(), *generated_cases()]


def reference_cases():
    listed = json.loads(MANIFEST.read_text()) if MANIFEST.is_file() else []
    return [
        Case(
            "malformed" if row["file"].startswith("malformed") else "real",
            row["file"],
            FOLDER / row["file"],
            row["ts"] if UID.fullmatch(row.get("ts") or "") else "",
            row.get("pi") or "",
            reference(row.get("decode") or {}),
        )
        for row in listed
    ]


def reference(decoded):
    """A manifest's reference as a digest has it: its dtype may name a byte order."""
    if not decoded.get("ref_sha256"):
        return None
    return {
        "stored_sha256": decoded["ref_sha256"],
        "dtype": np.dtype(decoded["dtype"]).newbyteorder("=").name,
        "shape": decoded["shape"],
        "by": decoded["ref"],
    }


def generated_cases():
    return [
        Case(
            "generated",
            made.name,
            GENERATED / made.name,
            made.image.syntax,
            made.photometric,
            of_array(made.truth, made.against),
            made,
        )
        for made in generated.write(GENERATED)
    ]


def of_array(frames, by):
    """The reference of (frames, rows, columns[, samples])."""
    little = np.ascontiguousarray(frames.astype(frames.dtype.newbyteorder("<"), copy=False))
    return {
        "stored_sha256": hashlib.sha256(little).hexdigest(),
        "dtype": frames.dtype.name,
        "shape": list(frames.shape),
        "by": by,
    }


def stratified(every, one_in=TENTH):
    """A tenth, and at least one of each group, transfer syntax and colour model."""
    strata = defaultdict(list)
    for case in every:
        strata[case.stratum].append(case)
    return [case for members in strata.values() for case in members[::one_in]]

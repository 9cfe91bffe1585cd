"""How each file fares, from what the engine says of it in CPython."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from diascope import stored_digest
from tests.conformance import oracles
from tests.conformance.corpus import of_array
from tests.support.phantoms import EXPLICIT
from tests.support.reference_data import FOLDER

EXCUSES = json.loads((Path(__file__).parent / "excuses.json").read_text())
MAX_EXCUSES = 10
KINDS = ("equal", "within", "excused", "unheld", "refused", "no picture", "wrong")
NO_PICTURE = "photometric.no_pixels"


@dataclass(frozen=True)
class Verdict:
    """One of KINDS; `by` names what it was held against, or the code of a refusal.

    "within" is off by no more than the tolerance that `by` names; "unheld" is decoded, and nobody
    else here decodes it.
    """

    kind: str
    by: str = ""


def judge(case, told):
    """Say how a file fares; a generated one that is refused is wrong."""
    if "refused" in told:
        if case.group == "generated":
            return Verdict("wrong", told["refused"])
        kind = "no picture" if told["refused"] == NO_PICTURE else "refused"
        return Verdict(kind, told["refused"])
    found = held(case, told)
    is_excused = found.kind == "wrong" and any(case.name == each["file"] for each in EXCUSES)
    return Verdict("excused", found.by) if is_excused else found


def held(case, told):
    reference = case.reference
    if reference is None:
        return held_against_another(case, told)
    if is_same(told, reference):
        return Verdict("equal", reference["by"])
    if case.made is not None and case.made.tolerance:
        return held_within(case, reference)
    return Verdict("wrong", reference["by"])


def held_against_another(case, told):
    path, syntax = case.path, told["transfer_syntax"]
    if case.name in oracles.TWINS:
        path, syntax = FOLDER / oracles.TWINS[case.name], EXPLICIT
    by, frames = oracles.second(path.read_bytes(), syntax)
    if frames is None:
        return Verdict("unheld")
    return Verdict("equal" if is_same(told, of_array(frames, by)) else "wrong", by)


def held_within(case, reference):
    frames = np.stack(list(stored_digest._stored(case.path.read_bytes())))
    truth = case.made.truth
    if (frames.shape, frames.dtype) != (truth.shape, truth.dtype):
        return Verdict("wrong", reference["by"])
    farthest = int(np.abs(frames.astype("i8") - truth.astype("i8")).max())
    return Verdict("within" if farthest <= case.made.tolerance else "wrong", reference["by"])


def is_same(told, reference):
    return all(told[name] == reference[name] for name in ("stored_sha256", "dtype", "shape"))


def counted(judged):
    """{stratum: Counter of kinds}, and {group: Counter of refusals' codes}."""
    strata, codes = {}, {}
    for case, verdict in judged:
        strata.setdefault(case.stratum, Counter())[verdict.kind] += 1
        if verdict.kind in {"refused", "no picture"}:
            codes.setdefault(case.group, Counter())[verdict.by] += 1
    return strata, codes

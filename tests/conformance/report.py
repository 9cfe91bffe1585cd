"""The outcome of a run, as docs/conformance.json keeps it, and the page that is made of it."""

import datetime as dt
import os
import platform
from collections import Counter

from pydicom._uid_dict import UID_dictionary

from diascope import __version__
from tests.conformance import verdicts
from tests.conformance.corpus import GROUPS
from tests.conformance.runtimes import TITLES

HEAD = """# Conformance of the decoders

What the engine makes of {files} files in {runtimes} runtimes: the SHA-256 of each file's stored
pixels (`diascope digest`, [ADR 0026](adr/0026-digest-of-stored-pixels.md)). This page and
[conformance.json](conformance.json) are written by a run, never by hand; a test compares them.

- **Run** {date}, Diascope {version}, {machine}.
- **Again**: `make conformance`. It makes files of its own; real and malformed ones are read when
  the folder that `DIASCOPE_SHARED` names (default `../shared`) has them in `data/dev`, with a
  `manifest.json` of their sources and reference digests.
- **Equal**: digest, element type and shape are those of the reference, which is another decoder
  for real files and the array that went in for generated ones.
- **Within**: a lossy file, off by no more than a tolerance that "held against" names.
- **Excused**: differs, and why that is right was written down before the run, in
  `tests/conformance/excuses.json`; at most {max_excuses}.
- **Unheld**: decoded, but no other software here decodes it.
- **Refused**: a typed refusal instead of a picture. **No picture**: the file describes none, as
  reports, plans and presentation states do.
- **Wrong**: decoded to something else. One wrong file fails the run, and so does one file on
  which two runtimes differ.
"""
TITLE_OF = {
    "real": "Real files",
    "malformed": "Malformed files",
    "generated": "Generated files",
}
COLUMNS = ("files", "decoded", *verdicts.KINDS)
NAMES = {
    "": "not readable",
    "1.2.840.10008.1.2.1.98": "Encapsulated Uncompressed Explicit VR Little Endian",
    "1.2.840.10008.1.2.8.1": "Deflated Image Frame Compression",
}
"""Of transfer syntaxes that pydicom's dictionary does not know."""


def summary(judged, runtimes):
    """What is kept of a run; `runtimes` is {name: {"version", "files", "differ": [names]}}."""
    strata, codes = verdicts.counted(judged)
    return {
        "v": 1,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "version": __version__,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "runtimes": runtimes,
        "excuses": verdicts.EXCUSES,
        "references": references(judged),
        "refused": {group: dict(codes[group].most_common()) for group in GROUPS if group in codes},
        "rows": [
            {"group": group, "syntax": syntax, "photometric": model, **strata[stratum]}
            for stratum in sorted(strata, key=lambda key: (GROUPS.index(key[0]), *key[1:]))
            for group, syntax, model in [stratum]
        ],
    }


def references(judged):
    """How many files were held against each reference, by group."""
    held = Counter(
        (case.group, verdict.by)
        for case, verdict in judged
        if verdict.kind in {"equal", "within", "excused", "wrong"}
    )
    return [
        {"group": group, "by": by, "files": count}
        for (group, by), count in sorted(held.items(), key=lambda e: (GROUPS.index(e[0][0]), e[0]))
    ]


def page(told):
    """The page of a summary."""
    rows = told["rows"]
    head = HEAD.format(
        files=sum(count(row, "files") for row in rows),
        runtimes=len(told["runtimes"]),
        date=told["date"],
        version=told["version"],
        machine=told["machine"],
        max_excuses=verdicts.MAX_EXCUSES,
    )
    sections = [head, in_runtimes(told)]
    sections += [group_section(told, group) for group in GROUPS if listed(rows, group)]
    sections.append(excuses(told["excuses"]))
    return "\n".join(sections)


def in_runtimes(told):
    lines = [
        "## Runtimes",
        "",
        "| runtime | version | files | unlike CPython |",
        "|---|---|---|---|",
    ]
    for name, each in told["runtimes"].items():
        unlike = ", ".join(each["differ"]) or "none"
        lines.append(f"| {TITLES[name]} | {each['version']} | {each['files']} | {unlike} |")
    return "\n".join([*lines, ""])


def group_section(told, group):
    rows = listed(told["rows"], group)
    lines = [f"## {TITLE_OF[group]}", "", head_row("transfer syntax", "photometric", *COLUMNS)]
    for row in rows:
        name = UID_dictionary.get(row["syntax"], [NAMES.get(row["syntax"], row["syntax"])])[0]
        counts = [count(row, column) for column in COLUMNS]
        lines.append(cells(name, row["photometric"] or "none", *(n or "" for n in counts)))
    totals = [sum(count(row, column) for row in rows) for column in COLUMNS]
    lines.append(cells("**all**", "", *(f"**{n}**" for n in totals)))
    return "\n".join([*lines, "", *held_and_refused(told, group)])


def held_and_refused(told, group):
    by = [each for each in told["references"] if each["group"] == group]
    lines = []
    if by:
        lines += [head_row("held against", "files")]
        lines += [cells(each["by"], each["files"]) for each in by]
        lines.append("")
    codes = told["refused"].get(group)
    if codes:
        named = ", ".join(f"{number} `{code}`" for code, number in codes.items())
        lines += [f"Refused or without a picture: {named}.", ""]
    return lines


def excuses(listed_excuses):
    lines = ["## Excuses", ""]
    lines += [f"- `{each['file']}`: {each['reason']}" for each in listed_excuses] or ["None."]
    return "\n".join([*lines, ""])


def listed(rows, group):
    return [row for row in rows if row["group"] == group]


def count(row, column):
    """A number of the row; "files" and "decoded" are sums."""
    if column == "files":
        return sum(row.get(kind, 0) for kind in verdicts.KINDS)
    if column == "decoded":
        return sum(row.get(kind, 0) for kind in ("equal", "within", "excused", "unheld", "wrong"))
    return row.get(column, 0)


def head_row(*names):
    return cells(*names) + "\n" + "|" + "---|" * len(names)


def cells(*values):
    return "| " + " | ".join(str(value) for value in values) + " |"

"""The table of a run: what became of the files in each runtime."""

from collections import Counter

from tests.hostile.catalogue import ELSEWHERE
from tests.hostile.verdict import EMPTY, REFUSED, RIGHT, WRONG

DEAD = ("engine.died", "engine.shell", "engine.ended")
COUNTS = ("files", "refused", "right pixels", "no picture", "wrong", "hangs", "dead")
ROWS = {
    0: "malformed files of the reference data",
    1: "codec and header contradict each other",
    2: "long values of every VR",
    3: "short data; the canary",
    4: "sizes with another VR",
    5: "palettes; foreign formats",
    9: "file meta information",
    10: "deflate bombs",
    11: "sequences in sequences",
    12: "much to print",
    13: "floods of elements, values, character sets",
    14: "directories",
    15: "identifiers that are paths",
    16: "preambles",
    17: "trailing bytes",
    18: "script in texts",
    19: "formulas in texts",
    20: "documents",
    21: "invisible characters",
}


def summary(records):
    """The numbers of one runtime."""
    word = Counter(record["verdict"].split(":")[0] for record in records)
    return {
        "files": len(records),
        "refused": word[REFUSED],
        "right pixels": word[RIGHT],
        "no picture": word[EMPTY],
        "wrong": word[WRONG],
        "hangs": sum(is_hang(record) for record in records),
        "dead": sum(is_death(record) for record in records),
        "slowest": max(records, key=lambda record: record["seconds"]),
        "peak": max(records, key=lambda record: record["heap"]),
    }


def is_hang(record):
    return record["code"] == "engine.watchdog" or record["verdict"].endswith("a hang")


def is_death(record):
    return record["code"] in DEAD or record["verdict"].endswith("a death")


def wrong(records):
    return [f"{r['file']}: {r['verdict']}" for r in records if r["verdict"].startswith(WRONG)]


def document(runs):
    """Markdown: one table of runtimes, one of rows, one of codes; `runs` is runtime -> records."""
    return "\n".join([*runtimes(runs), "", *rows(runs), "", *codes(runs), "", *elsewhere(), ""])


def runtimes(runs):
    heads = ["runtime", *COUNTS, "slowest", "peak heap"]
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for name, records in runs.items():
        told = summary(records)
        counts = [told[word] for word in COUNTS]
        slowest, peak = told["slowest"], told["peak"]
        cells = [name, *map(str, counts), f"{slowest['seconds']:.1f} s, `{slowest['file']}`"]
        yield "| " + " | ".join([*cells, f"{peak['heap'] >> 20} MiB"]) + " |"


def rows(runs):
    yield "| row | | files | refused | right pixels | no picture |"
    yield "|---|---|---|---|---|---|"
    (records,) = [*runs.values()][:1]
    for row, title in ROWS.items():
        of_row = [record for record in records if record["row"] == row]
        if of_row:
            told = summary(of_row)
            counts = [told[word] for word in COUNTS[:4]]
            yield f"| {row or ''} | {title} | " + " | ".join(map(str, counts)) + " |"


def codes(runs):
    yield "| code | " + " | ".join(runs) + " |"
    yield "|---" * (len(runs) + 1) + "|"
    counts = {name: Counter(r["code"] for r in records) for name, records in runs.items()}
    listed = sorted({code for count in counts.values() for code in count if code})
    for code in listed:
        yield f"| `{code}` | " + " | ".join(str(counts[name][code]) for name in runs) + " |"


def elsewhere():
    for row, why in ELSEWHERE.items():
        yield f"Row {row}: {why}."

"""Opens hostile files in a real browser, in the product's own worker under its own headers.

What CPython made of a file is what the browser must make of it: the same refusal, or the same
stored values and the same pixels on the canvas. So memory of another image cannot pass either.
"""

import base64
import hashlib
import json
import tempfile
import time
from pathlib import Path

from diascope_server.runtime.bundle import build
from tests.hostile import canary
from tests.hostile.verdict import WRONG
from tests.support.browsers import BOOT_S, open_browser
from tests.support.runtime_site import ROOT, running

HERE = Path(__file__).parent / "site"
STATIC = {
    "/page.js": HERE / "page.js",
    "/worker/worker.js": HERE / "worker.js",
    "/engine.js": ROOT / "web" / "engine.js",
    "/engine-boot.js": ROOT / "web" / "engine-boot.js",
    "/refusal.js": ROOT / "web" / "refusal.js",
}
SILENCE_S = 150
EVERY_S = 0.5
HEAP = 600 << 20
COMPARED = ("digest", "stored", "pixels")


def run(engine, cases):
    """Yield a record for each (data, record of CPython), in order."""
    build(ROOT)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), STATIC) as site:
        bundle = site.offer_bundle()
        site.runtime |= {f"/canaries/{n}": data for n, data in enumerate(canary.files())}
        for n, (data, record) in enumerate(cases):
            site.runtime[f"/files/{n}"] = data
            site.runtime[f"/manifests/{n}"] = base64.b64decode(record["manifest"])
        items = [item(n, record) for n, (_, record) in enumerate(cases)]
        with open_browser(engine, site.authority) as browser:
            tab = browser.open(site.origin)
            tab.wait("() => document.body.dataset.page")
            begin = "(bundle, items, canaries) => globalThis.begin(bundle, items, canaries)"
            tab.js(begin, bundle, items, len(canary.files()))
            for reply in replies(tab, len(items)):
                yield record_of(reply, cases[reply["n"]][1])


def item(n, record):
    """What the page needs of a file: its study, where there is one, and how large a frame is."""
    manifest = base64.b64decode(record["manifest"])
    digest = hashlib.sha256(manifest).hexdigest() if manifest else ""
    listed = json.loads(manifest)["series"] if manifest else []
    sides = [one["rows"] * one["columns"] for series in listed for one in series["instances"]]
    megapixels = max(sides, default=0) / 1e6
    told = {"manifest_sha256": digest, "parts": record["parts"], "megapixels": megapixels}
    return {"n": n, **told}


def replies(tab, count):
    """Take replies as they come; a browser that says nothing for long is dead."""
    seen, patience = 0, time.monotonic() + BOOT_S
    while seen < count:
        told = tab.js("(from) => globalThis.taken(from)", seen)
        assert not told["failure"], told["failure"]
        yield from told["replies"]
        if told["replies"]:
            patience = time.monotonic() + SILENCE_S
        seen += len(told["replies"])
        assert time.monotonic() < patience, f"a dead page after {seen} files"
        time.sleep(EVERY_S)


def record_of(reply, expected):
    """The browser's record: its verdict is CPython's where both made the same of the file."""
    code = reply["code"] or ("" if expected["manifest"] else expected["code"])  # else a digest
    found = [reply[name] for name in COMPARED]
    told = [expected[name] for name in COMPARED]
    verdict = expected["verdict"]
    if found != told or code != expected["code"]:
        verdict = f"{WRONG}: {code} {found}, in CPython {expected['code']} {told}"
    elif reply["heap"] > HEAP:
        verdict = f"{WRONG}: a heap of {reply['heap'] >> 20} MiB"
    kept = {name: reply.get(name) for name in ("seconds", "heap", "stored", "pixels")}
    named = {"file": expected["file"], "row": expected["row"], "code": code, "verdict": verdict}
    return named | kept | {"respawn_ms": reply.get("respawn_ms")}

"""The page's files and the runtime bundle: exact lists made at start, nothing else is reachable.

Page files are held in memory and revalidated by ETag at every use. Runtime files are addressed by
their SHA-256 and never change; their compressed twin `name.gz` is sent when the browser takes it.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import FileResponse, Response

from diascope_server.errors import AccessRefused, SetupRefused
from diascope_server.http.call import Call

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}
UNSERVED = {"runtime.lock.json", "kernel", "lab"}  # build inputs, and what needs rules of its own
IMMUTABLE = "private, max-age=31536000, immutable"
ADDRESS = re.compile(r"[0-9a-f]{64}/[A-Za-z0-9_.+-]+")
COMPRESSIBLE = (".html", ".css", ".js", ".json", ".svg")


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file of the page, ready to send."""

    body: bytes
    compressed: bytes
    media_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class RuntimeFile:
    """One file of the runtime bundle on disk."""

    path: Path
    media_type: str
    has_compressed: bool


def load_page(web: Path) -> dict[str, PageFile]:
    """Read every servable file below `web` by its path on the site; `/` is index.html."""
    found = {}
    for file in sorted(web.rglob("*")):
        relative = file.relative_to(web)
        if file.suffix not in TYPES or relative.parts[0] in UNSERVED or not file.is_file():
            continue
        if file.is_symlink():  # it could lead outside
            continue
        found[f"/{relative.as_posix()}"] = _page_file(file)
    if "/index.html" in found:
        found["/"] = found["/index.html"]
    return found


def _page_file(file: Path) -> PageFile:
    body = file.read_bytes()
    squeezed = gzip.compress(body, 9, mtime=0) if file.suffix in COMPRESSIBLE else b""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return PageFile(body, squeezed, TYPES[file.suffix], etag)


def load_runtime(folder: Path) -> tuple[bytes, dict[str, RuntimeFile]]:
    """Return `bundle.json` and its files by "<sha256>/<name>"; empty when none was built.

    Raises:
        SetupRefused: a file is not the one that `bundle.json` names.
    """
    listing = folder / "bundle.json"
    if not listing.is_file():
        return b"", {}
    text = listing.read_bytes()
    try:
        addresses = [f"{each['sha256']}/{each['name']}" for each in json.loads(text)["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise _changed(listing.name) from error
    return text, {address: _runtime_file(folder, address) for address in addresses}


def _changed(name: str) -> SetupRefused:
    return SetupRefused("runtime", f"{name} is not what was built: run `make runtime`")


def _runtime_file(folder: Path, address: str) -> RuntimeFile:
    path = folder / address
    twin = path.with_name(f"{path.name}.gz")
    if not ADDRESS.fullmatch(address):
        raise _changed("bundle.json")
    if not _is(path.read_bytes() if path.is_file() else b"", path):
        raise _changed(path.name)
    if twin.is_file() and not _is(_unzipped(twin), path):
        raise _changed(twin.name)
    media_type = TYPES.get(path.suffix, "application/octet-stream")
    return RuntimeFile(path, media_type, twin.is_file())


def _is(data: bytes, path: Path) -> bool:
    """Whether these are the bytes that the file's folder is named after."""
    return hashlib.sha256(data).hexdigest() == path.parent.name


def _unzipped(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        return b""


def _takes_gzip(call: Call) -> bool:
    return "gzip" in call.headers.get("accept-encoding", "")


def serve_page(files: Mapping[str, PageFile], call: Call) -> Response:
    """Answer with one of the page's files, or 304 when the browser has it."""
    file = files[call.path]
    is_document = file.media_type.startswith("text/html")
    headers = {
        "Cache-Control": "no-store" if is_document else "no-cache",
        "ETag": file.etag,
        "Vary": "Accept-Encoding",
    }
    if call.headers.get("if-none-match") == file.etag:
        return Response(b"", 304, headers)
    if file.compressed and _takes_gzip(call):
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, 200, headers, file.media_type)
    return Response(file.body, 200, headers, file.media_type)


def serve_runtime(files: Mapping[str, RuntimeFile], call: Call) -> Response:
    """Answer with one runtime file under its digest."""
    file = files.get(f"{call.parameters['digest']}/{call.parameters['name']}")
    if file is None:
        raise AccessRefused("not_found")
    headers = {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
    if file.has_compressed and _takes_gzip(call):
        headers["Content-Encoding"] = "gzip"
        twin = file.path.with_name(file.path.name + ".gz")
        return FileResponse(twin, 200, headers, file.media_type)
    return FileResponse(file.path, 200, headers, file.media_type)

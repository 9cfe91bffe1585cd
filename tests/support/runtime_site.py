"""A small site over TLS 1.3 with the real headers, the real worker files and any bundle."""

import datetime as dt
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from diascope_server.http.headers import HeaderPolicy
from diascope_server.http.static import IMMUTABLE

ROOT = Path(__file__).parents[2]
DOCUMENT = (
    b'<!doctype html><meta charset="utf-8"><title>boot</title><body>'
    b'<script type="module" src="/page.js"></script>'
)
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
TYPES |= dict.fromkeys([".zip", ".whl"], "application/octet-stream")
Static = Mapping[str, Path | bytes]


@dataclass
class Site:
    """What the server answers, changed by each test, and what it was asked."""

    origin: str
    authority: Path
    static: Static
    runtime: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Set when the tests are over: requests below /rt/silent/ are only answered then."""

    def offer_bundle(self) -> dict:
        """Serve the bundle that was built, and return its listing."""
        folder = ROOT / "build" / "runtime"
        listing = json.loads((folder / "bundle.json").read_text())
        for file in listing["files"]:
            place = Path(file["sha256"]) / file["name"]
            self.runtime[f"/rt/{place}"] = (folder / place).read_bytes()
        return listing


@contextmanager
def running(folder: Path, static: Static) -> Iterator[Site]:
    """Serve on a port of its own; `static` is what stands at exact paths besides the page."""
    make_certificates(folder)
    server = QuietServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(folder / "leaf.pem")
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    port = server.server_address[1]
    site = Site(f"https://localhost:{port}", folder / "authority.pem", {"/": DOCUMENT, **static})
    server.site = site
    server.policy = HeaderPolicy(f"localhost:{port}", ["/", "/page.js"])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        site.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A browser that drops a connection is none of our business."""


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site = self.server.site
        site.asked.append(self.path)
        if self.path.startswith("/rt/silent/"):
            site.released.wait()
        found = site.runtime.get(self.path)
        body = self.static() if found is None else found
        self.send_response(404 if body is None else 200)
        headers = {
            name.decode(): value.decode() for name, value in self.server.policy.of(self.path)
        }
        if self.path.startswith("/rt/"):
            headers["cache-control"] = IMMUTABLE
        headers["content-type"] = TYPES.get(Path(self.path).suffix, "text/html")
        headers["content-length"] = str(len(body or b""))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body or b"")

    def static(self):
        found = self.server.site.static.get(self.path)
        if isinstance(found, bytes):
            return found
        real = ROOT / "web" / "worker" / self.path.removeprefix("/worker/")
        path = found or (real if self.path.startswith("/worker/") else None)
        return path.read_bytes() if path and path.is_file() else None

    def log_message(self, *arguments):
        """Say nothing."""


def make_certificates(folder):
    """A private authority, and one certificate for localhost."""
    key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    leaf_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    authority = _certificate(
        name, key, name, [x509.BasicConstraints(ca=True, path_length=0)]
    ).sign(key, hashes.SHA256())
    alternative = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    constraints = x509.BasicConstraints(ca=False, path_length=None)
    leaf = _certificate(leaf_name, leaf_key, name, [alternative, constraints]).sign(
        key, hashes.SHA256()
    )
    (folder / "authority.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "leaf.pem").write_bytes(
        leaf.public_bytes(serialization.Encoding.PEM)
        + leaf_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _certificate(subject, key, issuer, extensions):
    today = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=today - dt.timedelta(days=1),
        not_valid_after=today + dt.timedelta(days=7),
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder

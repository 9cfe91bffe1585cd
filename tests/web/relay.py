"""A man in the middle with the site's own certificate, who may change one byte of what passes.

TLS keeps everyone else out; this stands for a fault or a thief inside (a proxy that inspects
traffic, a broken cache), against whom the manifest must hold.
"""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Change = Callable[[str, bytes], bytes]
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Relay(ThreadingHTTPServer):
    """Passes everything on to the site at another address; `change` sees each path and body."""

    daemon_threads = True

    def __init__(self, port: int, target: tuple[str, int], tls: Path) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.target = target
        self.change: Change = lambda _, body: body
        self.client = ssl.create_default_context(cafile=str(tls / "ca.pem"))
        self.client.check_hostname = False  # it is reached by an address beside its name
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.minimum_version = ssl.TLSVersion.TLSv1_3
        server.load_cert_chain(tls / "server.pem", tls / "server.key")
        self.socket = server.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers close connections whenever they like."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Relay

    def _pass_on(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = dict(self.headers.items()) | {"Accept-Encoding": "identity"}
        line = http.client.HTTPSConnection(*self.server.target, context=self.server.client)
        with closing(line) as site:
            site.request(self.command, self.path, sent, asked)
            answer = site.getresponse()
            body = self.server.change(self.path, answer.read())
        self._answer(answer, body)

    def _answer(self, answer: http.client.HTTPResponse, body: bytes) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        if answer.status not in {http.client.NO_CONTENT, http.client.NOT_MODIFIED}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815  (the base class names them)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def relay(port: int, target: tuple[str, int], tls: Path) -> Iterator[Relay]:
    """Run a relay on `port` for the site at `target`."""
    with Relay(port, target, tls) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()

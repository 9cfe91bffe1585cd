"""Response headers by kind of answer (security.md 1). One place, and a golden test.

The document may not run wasm; only the worker's script may, and it reaches nothing but the runtime
files. Answers of the API can neither run nor be framed, should a browser ever show them.
"""

from collections.abc import Collection
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["document", "worker", "static", "rt", "api"]

WORKER_SCRIPT = "/worker/worker.js"
POLICY_NAME = "diascope-worker"  # the page's one Trusted Types policy: makes the worker's address
LOOPBACK = ("localhost", "127.0.0.1", "::1")

COMMON = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), usb=(), serial=(), "
        "display-capture=(), clipboard-read=(), publickey-credentials-get=(self), "
        "publickey-credentials-create=(self)"
    ),
    "Cache-Control": "no-store",
}
DOCUMENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-src 'none'; frame-ancestors 'none'; "
    "object-src 'none'; require-trusted-types-for 'script'; "
    f"trusted-types {POLICY_NAME}; upgrade-insecure-requests"
)
INERT_POLICY = "default-src 'none'; frame-ancestors 'none'"
API_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def _worker_policy(origin: str) -> str:
    return (
        f"default-src 'none'; script-src {origin}/worker/ {origin}/rt/ 'wasm-unsafe-eval'; "
        f"connect-src {origin}/rt/; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _transport(authority: str) -> str:
    """Return HSTS, which binds a host name for all ports.

    Other servers of a developer's own machine must not be locked out for two years by a trial.
    """
    if urlsplit(f"//{authority}").hostname in LOOPBACK:
        return "max-age=300"
    return "max-age=63072000; includeSubDomains"


class HeaderPolicy:
    """Which headers an answer at a path gets."""

    def __init__(self, authority: str, static: Collection[str]) -> None:
        """Know the site's own name and its exact static paths."""
        origin = f"https://{authority}"
        self._static = frozenset(static)
        policies: dict[Kind, str] = {
            "document": DOCUMENT_POLICY,
            "worker": _worker_policy(origin),
            "static": INERT_POLICY,
            "rt": INERT_POLICY,
            "api": API_POLICY,
        }
        transport = {"Strict-Transport-Security": _transport(authority)}
        self._headers = {
            kind: [
                (name.lower().encode(), value.encode())
                for name, value in {
                    "Content-Security-Policy": policy,
                    **transport,
                    **COMMON,
                }.items()
            ]
            for kind, policy in policies.items()
        }

    def kind(self, path: str) -> Kind:
        """Return the kind of answer that stands at `path`; what is unknown is inert."""
        if path == WORKER_SCRIPT:
            return "worker"
        if path.startswith("/rt/"):
            return "rt"
        if path not in self._static:
            return "api"
        return "document" if path == "/" or path.endswith(".html") else "static"

    def of(self, path: str) -> list[tuple[bytes, bytes]]:
        """Return the headers of an answer at `path`; a handler's own header of a name wins."""
        return self._headers[self.kind(path)]

"""The outermost ASGI layer: refuses what no browser of ours would send, before any routing.

ASGI servers pass on requests with two hosts, with paths that are no paths and with bodies without
end (security.md 4). Here a request has one known host, a plain path without query or escapes, one
way to say its length, a bounded body, and comes from our own pages.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from diascope_server.errors import HostRefused, RequestRefused
from diascope_server.http.headers import HeaderPolicy
from diascope_server.http.replies import refusal, wrong_address

MAX_HEADERS, MAX_HEADER_BYTES = 100, 16_384  # security.md 4
MAX_BODY_BYTES: Mapping[str, int] = {"/api/beacons": 60_000}  # wire.md 7
DEFAULT_BODY_BYTES = 16_384
BODY_TIMEOUT_S = 15.0
SAFE_METHODS = {"GET", "HEAD"}
METHODS = {*SAFE_METHODS, "POST", "DELETE"}
PATH = re.compile(rb"(/[A-Za-z0-9_~.-]*)+")
SESSION_COOKIE = "__Host-sid"

Headers = list[tuple[bytes, bytes]]


def values(headers: Headers, name: bytes) -> list[bytes]:
    """Return every value of one header; ASGI names are lower case."""
    return [value for key, value in headers if key == name]


def session_cookies(headers: Headers) -> list[str]:
    """Return the values of all session cookies; HTTP/2 may split the header (RFC 9113 8.2.3)."""
    crumbs = b"; ".join(values(headers, b"cookie")).decode("latin-1").split(";")
    pairs = (crumb.strip().partition("=") for crumb in crumbs)
    return [value for name, _, value in pairs if name == SESSION_COOKIE]


def _check_headers(headers: Headers) -> None:
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > MAX_HEADERS or size > MAX_HEADER_BYTES:
        raise RequestRefused("headers")
    lengths, codings = values(headers, b"content-length"), values(headers, b"transfer-encoding")
    if len(lengths) > 1 or (lengths and codings) or not all(n.isdigit() for n in lengths):
        raise RequestRefused("framing")
    if values(headers, b"content-encoding"):
        raise RequestRefused("encoding")
    if len(session_cookies(headers)) > 1:
        raise RequestRefused("cookie")


def _check_target(scope: Scope) -> None:
    raw = scope.get("raw_path") or scope["path"].encode()
    segments = raw.split(b"/")
    if not PATH.fullmatch(raw) or b"." in segments or b".." in segments:
        raise RequestRefused("path")
    if b"" in segments[1:-1]:
        raise RequestRefused("path")
    if scope["query_string"]:
        raise RequestRefused("query")
    if scope["method"] not in METHODS:
        raise RequestRefused("method")


def _check_source(scope: Scope, headers: Headers, origin: bytes) -> None:
    """Accept unsafe methods and the API from our own pages only (Fetch Metadata, or Origin)."""
    if scope["method"] in SAFE_METHODS and not scope["path"].startswith("/api/"):
        return
    sites, origins = values(headers, b"sec-fetch-site"), values(headers, b"origin")
    if any(site != b"same-origin" for site in sites) or any(each != origin for each in origins):
        raise RequestRefused("origin")
    if not sites and not origins:
        raise RequestRefused("origin")


async def _read_body(scope: Scope, headers: Headers, receive: Receive) -> bytes:
    limit = MAX_BODY_BYTES.get(scope["path"], DEFAULT_BODY_BYTES)
    declared = int(next(iter(values(headers, b"content-length")), b"0")[:20])
    if declared > limit:
        raise RequestRefused("body_size")
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestRefused("body")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise RequestRefused("body_size")
    return body


class Strict:
    """Checks, reads the body within its limit, and sets the headers of every answer."""

    def __init__(self, app: ASGIApp, authority: str, policy: HeaderPolicy) -> None:
        """Guard `app`, which serves `authority` only."""
        self._app = app
        self._host = authority.encode()
        self._origin = f"https://{authority}".encode()
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, self._with_headers(scope, send))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._check(scope)
            reading = _read_body(scope, scope["headers"], receive)
            body = await asyncio.wait_for(reading, BODY_TIMEOUT_S)
        except HostRefused as error:
            is_read = any(b"text/html" in each for each in values(scope["headers"], b"accept"))
            await wrong_address(error, is_read=is_read)(scope, receive, send)
        except RequestRefused as error:
            await refusal(error)(scope, receive, send)
        except TimeoutError:
            await refusal(RequestRefused("body"))(scope, receive, send)
        else:
            await self._app(scope, _replay(body, receive), send)

    def _check(self, scope: Scope) -> None:
        headers: Headers = list(scope["headers"])
        if values(headers, b"host") != [self._host]:
            raise HostRefused("host", self._origin.decode())
        _check_headers(headers)
        _check_target(scope)
        _check_source(scope, headers, self._origin)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        added = self._policy.of(scope["path"])

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                extra = [(name, value) for name, value in added if name not in given]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        return sending


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out the body once, then what the server says."""
    waiting: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replaying() -> Message:
        return waiting.pop() if waiting else await receive()

    return replaying

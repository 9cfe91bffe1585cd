"""A request as a value: what handlers get instead of a framework's request object."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from diascope.audit import schema
from diascope.errors import AuditError
from diascope_server.errors import RequestRefused
from diascope_server.http.strict import session_cookies

BEACON_TYPES = ("application/json", "text/plain")  # sendBeacon sends a string as text


@dataclass(frozen=True, slots=True)
class Call:
    """One request that passed the strict layer."""

    method: str
    path: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    cookie: str
    address: str

    @property
    def body_sha256(self) -> str:
        """The hex digest that a request proof covers."""
        return hashlib.sha256(self.body).hexdigest()

    def json(self, shape: schema.Shape, types: tuple[str, ...] = ("application/json",)) -> Any:
        """Return the body if it is JSON of exactly this shape.

        Raises:
            RequestRefused: another content type, not JSON, or other members.
        """
        if self.headers.get("content-type", "").partition(";")[0].strip() not in types:
            raise RequestRefused("content_type")
        try:
            value = json.loads(self.body, object_pairs_hook=_unique)
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:  # half a character: nothing can store or seal it
            raise RequestRefused("fields", "text") from error
        except (ValueError, RecursionError) as error:
            raise RequestRefused("json") from error
        try:
            shape(value, "body")
        except AuditError as error:
            raise RequestRefused("fields", error.detail) from error
        return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        message = "a member twice"
        raise ValueError(message)
    return value


async def read(request: Request) -> Call:
    """Take what handlers need from the framework's request."""
    return Call(
        method=request.method,
        path=request.scope["path"],
        parameters=request.path_params,
        headers=dict(request.headers),
        body=await request.body(),
        cookie=next(iter(session_cookies(request.scope["headers"])), ""),
        address=request.client.host if request.client else "",
    )

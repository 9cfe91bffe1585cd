"""Answers: JSON, bytes, and refusals with a stable code and one sentence."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import PlainTextResponse, Response

from diascope.errors import DiascopeError
from diascope_server.errors import HostRefused, status

JSON_TYPE = "application/json"
FAULT = {"code": "internal", "message": "The server failed on this. Tell your administrator."}


def json_reply(value: Any, code: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, code, headers, media_type=JSON_TYPE)


def refusal(error: DiascopeError, headers: Mapping[str, str] | None = None) -> Response:
    """Return what a client may know of a refusal: code and sentence, without its detail."""
    told = {"code": error.code, "message": error.sentence}
    return json_reply({"error": told}, status(error), headers)


def wrong_address(error: HostRefused, *, is_read: bool) -> Response:
    """Return the right address: as text to the person who typed another one."""
    sentence = f"{error.sentence} Open {error.detail}/ instead."
    if is_read:
        return PlainTextResponse(f"{sentence}\n", status(error))
    return json_reply({"error": {"code": error.code, "message": sentence}}, status(error))


def fault() -> Response:
    """Return what a client may know of a fault of ours: that there was one."""
    return json_reply({"error": FAULT}, 500)

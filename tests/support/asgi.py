"""Calls an ASGI application directly, for rules that need no socket."""

import asyncio
from dataclasses import dataclass

HOST = "localhost:8443"
ORIGIN = f"https://{HOST}"
OWN_PAGE = (("origin", ORIGIN), ("sec-fetch-site", "same-origin"))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: bytes


def ask(app, method, path, headers=(), body=b"", host=HOST, **scope):
    """Send one request to `app` and return its answer; `scope` overrides parts of the scope."""
    pairs = [*((("host", host),) if host else ()), *headers]
    asked = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "https",
        "root_path": "",
        "client": ("127.0.0.1", 50_000),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs],
        **scope,
    }
    return asyncio.run(_ask(app, asked, body if isinstance(body, list) else [body]))


async def _ask(app, scope, chunks):
    sent, waiting = [], list(chunks)

    async def receive():
        if not waiting:
            return {"type": "http.disconnect"}
        chunk = waiting.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    if not sent or sent[0]["type"] != "http.response.start":
        return Answer(0, {}, repr(sent).encode())
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], headers, body)

"""One line a request: when, route template, status, milliseconds. No path, name or address.

What was opened by whom stands in the ledger; this log is for load and faults.
"""

import json
import logging
import logging.handlers
import time
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FILE_BYTES, FILES = 10_000_000, 5
FAULTS = logging.getLogger("diascope.fault")
LINES = logging.getLogger("diascope.access")


def open_logs(folder: Path) -> None:
    """Send access lines and faults to files below `folder`."""
    for logger in (LINES, FAULTS):
        name = folder / f"{logger.name.partition('.')[2]}.jsonl"
        kept = logging.handlers.RotatingFileHandler(name, maxBytes=FILE_BYTES, backupCount=FILES)
        logger.handlers = [kept]
        logger.setLevel(logging.INFO)
        logger.propagate = False


def note_fault(template: str, error: BaseException) -> None:
    """Note a fault of ours: its class and where it was raised, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    line = {"route": template, "class": type(error).__name__, "where": where}
    FAULTS.error(json.dumps({"t": time.time_ns() // 1_000_000, **line}))


class AccessLog:
    """Writes the line when the answer begins."""

    def __init__(self, app: ASGIApp) -> None:
        """Watch `app`, which puts the matched route into the scope."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        begun = time.monotonic()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _write(scope, message["status"], begun)
            await send(message)

        await self._app(scope, receive, sending)


def _write(scope: Scope, status: int, begun: float) -> None:
    line = {
        "t": time.time_ns() // 1_000_000,
        "method": scope["method"],
        "route": getattr(scope.get("route"), "path", "-"),
        "status": status,
        "ms": round((time.monotonic() - begun) * 1000),
    }
    LINES.info(json.dumps(line))

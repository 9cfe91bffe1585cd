"""What the web process does besides answering: says that it started, ends overdue sessions."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

from starlette.concurrency import run_in_threadpool

from diascope import __version__
from diascope.audit import event
from diascope.errors import DiascopeError
from diascope_server.http import access_log
from diascope_server.identity.routes import end_overdue
from diascope_server.site import Site

LONGEST_ROUND_S = 30.0


@asynccontextmanager
async def keeping(site: Site, bundle: str) -> AsyncIterator[None]:
    """Run upkeep while the application serves."""
    task = asyncio.create_task(_rounds(site, bundle))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        with suppress(DiascopeError):  # the supervisor may have been killed, sequencer and all
            stopped = event.application_stopped(site.moment(), "stopped")
            await run_in_threadpool(site.record, stopped)


async def _rounds(site: Site, bundle: str) -> None:
    started = event.application_started(site.moment(), __version__, bundle)
    await _attempt(partial(site.record, started))
    await _attempt(site.newest.refresh)  # now, rather than when the first study is opened
    pause_s = min(LONGEST_ROUND_S, site.settings.idle_s / 4)
    while True:
        await _attempt(partial(end_overdue, site))
        await asyncio.sleep(pause_s)


async def _attempt(work: Callable[[], object]) -> None:
    """Do one thing; a fault is noted and the next round tries again."""
    try:
        await run_in_threadpool(work)
    except Exception as error:  # noqa: BLE001  upkeep must outlive a ledger that is away
        access_log.note_fault("upkeep", error)

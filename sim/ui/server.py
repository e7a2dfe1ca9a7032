"""The server around the pages: what runs from its start to its end."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from anyio.to_thread import run_sync

from sim.errors import SimError
from sim.services.generate import go_on_after_restart
from sim.services.scores import settle_all
from sim.ui.session import get_app

SETTLE_EVERY_S = 2.0

_log = logging.getLogger("sightline")


@contextlib.asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[dict[str, Any]]:
    """Open the services before the first request, and end attempts at their limit while the server runs."""
    await run_sync(get_app)
    await run_sync(lambda: go_on_after_restart(get_app()))
    watch = asyncio.create_task(_settle_forever(), name="settle-attempts")
    try:
        yield {}
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch
        await run_sync(lambda: get_app().close())


async def _settle_forever() -> None:
    told: set[str] = set()
    while True:
        await asyncio.sleep(SETTLE_EVERY_S)
        try:
            failures = await run_sync(lambda: settle_all(get_app()))
        except SimError as error:
            failures = {"": error}
        except Exception:
            _log.exception("open attempts could not be looked at")
            continue
        for attempt_id, failure in failures.items():
            if f"{attempt_id} {failure}" not in told:
                told.add(f"{attempt_id} {failure}")
                _log.warning("an attempt waits for its score: %s", failure)

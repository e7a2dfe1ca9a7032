"""The server around the pages: what runs from its start to its end."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from anyio.to_thread import run_sync

from sim.app.memory import give_back_memory, settle_memory, share_memory
from sim.app.wiring import App
from sim.builds.queue import FOLDER, FRESH_FILE, keep_up
from sim.console.questions import begin_noting
from sim.console.scores import settle_all
from sim.db.lti import Cmi5Row
from sim.errors import SimError
from sim.features.course.home import make_first_pictures
from sim.features.library.library import get_cover, get_demo_search
from sim.features.privacy.person_data import delete_old_anonymous, delete_old_practice
from sim.footage.machine import delete_left_uploads
from sim.ui.page.page_state import get_services

SETTLE_EVERY_S = 2.0
RECORD_EVERY_S = 30.0

_log = logging.getLogger("sightline")


@contextlib.asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[dict[str, Any]]:
    """Open the services before the first request, and end attempts at their limit while the server runs."""
    share_memory()
    await run_sync(lambda: begin_noting(get_services()))
    await run_sync(lambda: go_on_building(get_services()))
    tasks = [
        asyncio.create_task(_settle_forever(), name="settle-attempts"),
        asyncio.create_task(_warm_up(), name="warm-up"),
        asyncio.create_task(_forget_hourly(), name="forget-old-practice"),
        asyncio.create_task(
            _repeat(_look_for_fresh_day, every_s=60.0, trouble="no fresh school day could be made"),
            name="fresh-school-days",
        ),
        asyncio.create_task(
            _repeat(keep_up, every_s=5.0, trouble="nobody could work on what is to be made"), name="keep-up-builds"
        ),
        asyncio.create_task(
            _repeat(_note_what_ended, every_s=RECORD_EVERY_S, trouble="the training record could not be kept up"),
            name="keep-record",
        ),
        asyncio.create_task(
            _repeat(_remind_and_send, every_s=RECORD_EVERY_S, trouble="mail could not be sent"), name="send-mail"
        ),
        asyncio.create_task(
            _repeat(_tell_learning_systems, every_s=RECORD_EVERY_S, trouble="results could not be told"),
            name="tell-learning-systems",
        ),
    ]
    try:
        yield {}
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await run_sync(lambda: get_services().close())


def go_on_building(app: App) -> None:
    try:
        keep_up(app)
    except SimError as error:
        _log.warning("what was being made could not go on: %s", error)


async def _warm_up() -> None:
    try:
        await run_sync(lambda: get_demo_search(get_services()) or get_cover(get_services()))
        await run_sync(lambda: make_first_pictures(get_services()))
        await run_sync(settle_memory)
    except SimError as error:
        _log.warning("the picture of the start page is missing: %s", error)
    except Exception:
        _log.exception("the picture of the start page could not be made")


async def _forget_hourly() -> None:
    """Delete old practice, old drills without an account and pictures left half read, at the start and every hour."""
    while True:
        try:
            await run_sync(lambda: delete_old_practice(get_services()))
            await run_sync(lambda: delete_old_anonymous(get_services()))
            await run_sync(lambda: delete_left_uploads(get_services().settings.data, now_s=time.time()))
        except SimError as error:
            _log.warning("old practice could not be deleted: %s", error)
        except Exception:
            _log.exception("old practice could not be deleted")
        await asyncio.sleep(3600.0)


async def _repeat(work: Callable[[App], None], *, every_s: float, trouble: str) -> None:
    """Do something again and again, first after a while; what keeps going wrong in the same way is told once.

    Memory that is free by then, of this and of pages drawn meanwhile, is given back.
    """
    told = ""
    while True:
        await asyncio.sleep(every_s)
        try:
            await run_sync(lambda: work(get_services()))
        except SimError as error:
            if str(error) != told:
                told = str(error)
                _log.warning("%s: %s", trouble, error)
        except Exception:
            _log.exception(trouble)
        await run_sync(give_back_memory)


def _note_what_ended(app: App) -> None:
    from sim.features.record.load import note_unscored  # noqa: PLC0415 - not needed for a start
    from sim.features.session.attendance import settle_all_expired  # noqa: PLC0415 - not needed for a start

    settle_all_expired(app)
    note_unscored(app)


def _remind_and_send(app: App) -> None:
    if app.settings.mail is not None:
        from sim.features.program.mail import queue_reminders, send_waiting  # noqa: PLC0415 - only where mail is sent
        from sim.features.requirements.requirements import queue_overdue  # noqa: PLC0415 - the same

        queue_reminders(app, queue_overdue)
        send_waiting(app)


def _tell_learning_systems(app: App) -> None:
    with app.store.read() as work:
        has_any = bool(work.lti.list_all())
        has_session = work.find_row(Cmi5Row, Cmi5Row.done_at.is_(None)) is not None
    if has_any:
        from sim.features.learning_systems.services import push  # noqa: PLC0415 - loaded when it is needed

        push(app)
    if has_session:
        from sim.features.learning_systems.cmi5 import push_sessions  # noqa: PLC0415 - loaded when it is needed

        push_sessions(app)


def _look_for_fresh_day(app: App) -> None:
    if (app.settings.data / FOLDER / FRESH_FILE).exists():
        from sim.features.library.fresh import look  # noqa: PLC0415 - what makes drills is loaded when it is needed

        look(app)


async def _settle_forever() -> None:
    told: set[str] = set()
    while True:
        await asyncio.sleep(SETTLE_EVERY_S)
        try:
            failures = await run_sync(lambda: settle_all(get_services()))
        except SimError as error:
            failures = {"": error}
        except Exception:
            _log.exception("open attempts could not be looked at")
            continue
        for attempt_id, failure in failures.items():
            if f"{attempt_id} {failure}" not in told:
                told.add(f"{attempt_id} {failure}")
                _log.warning("an attempt waits for its score: %s", failure)

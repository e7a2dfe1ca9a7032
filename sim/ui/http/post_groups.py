"""Posts of events that wait are stored together: a transaction costs the same for one as for many.

The first is stored at once. Whatever comes while it is under way waits for it and is stored in one go afterwards; while
there are always several, a pause lets a few more come.
"""

import asyncio
import contextvars
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

from sim.services.app.wiring import App
from sim.services.attempt.intake import Receipt
from sim.services.attempt.intake_group import Answer
from sim.services.attempt.posts import Post

MOST: Final = 100
"""Posts in one transaction: others who want to write must not wait long."""
EVERY_S: Final = 0.02
"""From the begin of one transaction of several posts to that of the next: a fifth of what a post may take."""


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """What waits in one event loop, and what works on it."""

    posts: list[tuple[Post, asyncio.Future[Receipt]]] = field(default_factory=list)
    worker: asyncio.Task[None] | None = None


class PostGroups:
    """Stores posts in the order they came, those of one drill one after another.

    Args:
        accept: stores some posts, one of a drill at most; works in a thread.
        limiter: of these threads.
    """

    def __init__(self, accept: Callable[[App, Sequence[Post]], list[Answer]], *, limiter: CapacityLimiter) -> None:
        self._accept, self._limiter = accept, limiter
        self._of_loop: RunVar[_Waiting] = RunVar(f"waiting posts {id(self)}")

    async def store(self, app: App, post: Post) -> Receipt:
        """Return what the console is told once its post is stored. Raises as `sim.services.attempt.intake` does."""
        waiting = self._of_loop.get(None)
        if waiting is None:
            waiting = _Waiting()
            self._of_loop.set(waiting)
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        waiting.posts.append((post, future))
        if waiting.worker is None:
            # a log line about all of them is no line of the request that happened to be the first
            work = self._work(app, waiting)
            waiting.worker = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
        return await future

    async def _work(self, app: App, waiting: _Waiting) -> None:
        loop = asyncio.get_running_loop()
        try:
            while waiting.posts:
                began = loop.time()
                group = _take(waiting.posts)
                await self._store(app, group)
                if len(group) > 1 and (left_s := began + EVERY_S - loop.time()) > 0:
                    await asyncio.sleep(left_s)
        finally:
            waiting.worker = None
            for _, future in waiting.posts:
                future.cancel()
            waiting.posts.clear()

    async def _store(self, app: App, group: Sequence[tuple[Post, "asyncio.Future[Receipt]"]]) -> None:
        answers: Sequence[Answer | BaseException]
        try:
            answers = await run_sync(self._accept, app, [post for post, _ in group], limiter=self._limiter)
        except Exception as error:  # whatever it was, each of those who wait is answered
            answers = [error] * len(group)
        for (_, future), answer in zip(group, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)


def _take(posts: list[tuple[Post, Any]]) -> list[tuple[Post, Any]]:
    """Take the posts that come next out of those that wait: the first of each drill."""
    group: dict[str, tuple[Post, Any]] = {}
    for each in posts:
        if len(group) < MOST:
            group.setdefault(each[0].attempt_id, each)
    taken = set(map(id, group.values()))
    posts[:] = [each for each in posts if id(each) not in taken]
    return list(group.values())

"""The door that a console's events come in through."""

from collections.abc import Callable
from typing import Final

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sim.services.app.wiring import App
from sim.services.attempt import intake
from sim.services.attempt.event_batch import MAX_BODY_BYTES, parse_batch
from sim.services.attempt.intake_group import accept_group
from sim.services.attempt.posts import Post
from sim.ui.http.answers import answer, guard, read_body
from sim.ui.http.post_groups import PostGroups
from sim.ui.http.token_holder import authorise

EVENTS_PATH: Final = "/api/attempts/{attempt_id}/events"
POSTERS = 4
"""Threads for posts alone: footage has all the others, and has none that a post would need."""
LARGE_BODY_BYTES = 8 * 1024
"""A larger post is read in a thread: it would hold up everybody else."""


def make_post_route(get_app: Callable[[], App]) -> Route:
    """Return the route; `get_app` is called once a request."""
    posters = anyio.CapacityLimiter(POSTERS)
    groups = PostGroups(accept_group, limiter=posters)

    async def post_events(request: Request) -> Response:
        app = get_app()
        grant = await authorise(app, request)
        body = await read_body(request, most_bytes=MAX_BODY_BYTES)
        if body is None:
            return answer({"error": f"the body is larger than {MAX_BODY_BYTES} bytes"}, 413, {"Connection": "close"})
        receipt = await groups.store(app, await _read_post(app, grant.attempt_id, body, posters))
        return answer(
            {
                "ack": receipt.ack,
                "state": receipt.state,
                "elapsed_ms": receipt.elapsed_ms,
                "remaining_ms": receipt.remaining_ms,
                "leader": receipt.leader,
                "paused": receipt.paused,
                "paused_ms": receipt.paused_ms,
                "left_out": receipt.left_out,
            }
        )

    return Route(EVENTS_PATH, guard(post_events), methods=["POST"])


async def _read_post(app: App, attempt_id: str, body: bytes, posters: anyio.CapacityLimiter) -> Post:
    received = app.clock.read()
    intake.note_post(app, attempt_id)
    parsed = parse_batch(body) if len(body) < LARGE_BODY_BYTES else await run_sync(parse_batch, body, limiter=posters)
    tab_id, events, waiting = parsed
    return Post(attempt_id=attempt_id, tab_id=tab_id, events=events, waiting=waiting, received=received)

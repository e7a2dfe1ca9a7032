"""What the console may post: checked to the last value before it touches the log."""

import json
import math
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.drill.event import Event, EventKind
from sim.errors import AnswerError
from sim.services.attempt.event_payloads import MAX_TEXT, PAYLOADS, Number, Payload

MAX_BODY_BYTES = 256 * 1024
MAX_EVENTS = 2000
MAX_SEQ = 20_000
MAX_DEPTH = 6
MAX_VALUES = 200
MAX_CLOCK_MS = 1e13
"""Some 300 years: a browser's clock may be wrong by any of it, the server bounds the time."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PostedEvent(_Strict):
    seq: Annotated[int, Field(ge=1, le=MAX_SEQ)]
    t_client_ms: Annotated[Number, Field(ge=-MAX_CLOCK_MS, le=MAX_CLOCK_MS)]
    kind: EventKind
    payload: dict[str, Any]


class PostedBatch(_Strict):
    """The body of a post: one tab's events, none for a heartbeat; `waiting`: how many it holds back for the next."""

    tab: UUID
    events: Annotated[tuple[PostedEvent, ...], Field(max_length=MAX_EVENTS)]
    waiting: Annotated[int, Field(ge=0)] = 0


def parse_batch(body: bytes) -> tuple[str, tuple[Event, ...], int]:
    """Return the tab's id, its events, and how many it holds back.

    Raises:
        AnswerError: no JSON, an unknown kind, a missing or wrong value, a number that is not finite; the message names
            the first fault.
    """
    try:
        data = json.loads(body, parse_constant=_refuse_constant)
        _check_plain(data, where="body", depth=0)
        batch = PostedBatch.model_validate_json(body)
        for number, posted in enumerate(batch.events):
            _check_payload(PAYLOADS.get(posted.kind, Payload), posted.payload, number=number)
    except ValidationError as error:
        raise _describe(error, prefix="") from error
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"the body cannot be read: {error}", expected='{"tab": UUID, "events": [...]}') from error
    tab_id = str(batch.tab)
    events = tuple(
        Event(
            tab_id=tab_id,
            seq=posted.seq,
            t_client_ms=posted.t_client_ms,
            kind=posted.kind,
            payload=posted.payload,
        )
        for posted in batch.events
    )
    return tab_id, events, batch.waiting


def _check_payload(model: type[Payload], payload: Mapping[str, Any], *, number: int) -> None:
    try:
        model.model_validate(payload)
    except ValidationError as error:
        raise _describe(error, prefix=f"events.{number}.payload.") from error


def _describe(error: ValidationError, *, prefix: str) -> AnswerError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    return AnswerError(f"{prefix}{where or 'the body'}: {first['msg']}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _check_plain(value: Any, *, where: str, depth: int) -> None:
    """Refuse numbers that are not finite, text that is too long, and nests that are too deep or too wide."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{where} is not finite")
    if isinstance(value, str) and (len(value) > MAX_TEXT or "\x00" in value):
        raise ValueError(f"{where} is too long or holds a null character")
    if isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise ValueError(f"{where} is nested too deep")
        limit = MAX_EVENTS if depth == 1 else MAX_VALUES
        if len(value) > limit:
            raise ValueError(f"{where} has more than {limit} values")
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            _check_plain(item, where=f"{where}.{key}", depth=depth + 1)

"""Taking in what the console posts: stored in the request that carries it, then the attempt is brought up to now."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from sim.drill.attempt import (
    ENDED,
    RELEASED,
    Attempt,
    AttemptState,
    Mode,
    compute_elapsed_s,
    compute_remaining_s,
    is_counted,
    submit,
    tick,
)
from sim.drill.device import find_device, join_devices
from sim.drill.event import Event, EventKind
from sim.drill.hints import SERVER_TAB, list_hints
from sim.drill.instant import Instant
from sim.drill.resume import fold_console_state
from sim.drill.similar_log import AskedSimilar, fold_similar
from sim.errors import AnswerError, AttemptError
from sim.records.rows import AttemptRow, StoredEvent
from sim.records.store import Work
from sim.services.crew.sharing import CrewPost, end_all, find_post, share
from sim.services.wiring import App

MAX_TABS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the console is told after a post.

    Attributes:
        ack: highest number up to which the tab's events are complete.
        state: of the attempt.
        elapsed_ms, remaining_ms: by the server's clock; `elapsed_ms` stops at the end.
        leader: the tab that leads, or None.
    """

    ack: int
    state: str
    elapsed_ms: int
    remaining_ms: int
    leader: str | None


def accept_events(app: App, attempt_id: str, *, tab_id: str, events: Sequence[Event]) -> Receipt:
    """Store one tab's events; a repeat is harmless, in any order; a `submit` that is complete ends the attempt.

    Raises:
        AttemptError: unknown attempt, or its clock does not run yet.
        AnswerError: too many tabs, or the tab that the server writes under.
        StoreError: the database failed; nothing of this post is stored.
    """
    if tab_id == SERVER_TAB:
        raise AnswerError("tab: this id is the server's own", expected="a UUID made by the browser")
    now = app.clock.read()
    with app.store.write() as work:
        before = work.attempts.get(attempt_id)
        if before.timing.state not in RELEASED | ENDED:
            raise AttemptError("the attempt has not begun", todo="read the briefing and start")
        _check_tabs(work, attempt_id, tab_id)
        row = replace(before, timing=tick(before.timing, now))
        crew = find_post(work, attempt_id) if before.mode is Mode.CREW else None
        fresh = work.events.append(attempt_id, _stamp(row.timing, events, now, crew=crew))
        ack = work.events.advance(attempt_id, tab_id)
        for stored in fresh:
            if stored.event.kind is EventKind.OPEN and stored.counted:
                device = join_devices(row.device, find_device(stored.event.payload))
                row = replace(row, leader_tab=tab_id, device=device)
        if fresh:
            row = _apply_submit(work, row, tab_id=tab_id, ack=ack, now=now)
        if row.timing.state in ENDED and any(stored.counted for stored in fresh):
            row = replace(row, score_json=None, metric_versions=None)
        work.attempts.save(row)
        if crew is not None and fresh:
            share(work, crew, fresh)
            end_all(work, crew, row, now=now)
        work.sessions.note_seen(attempt_id=attempt_id, at=now.wall)
    state, elapsed_ms, remaining_ms = _describe_time(row.timing, now)
    return Receipt(ack=ack, state=state, elapsed_ms=elapsed_ms, remaining_ms=remaining_ms, leader=row.leader_tab)


def _check_tabs(work: Work, attempt_id: str, tab_id: str) -> None:
    known = work.events.list_acked(attempt_id)
    if tab_id not in known and len(known) >= MAX_TABS:
        raise AnswerError(
            f"the attempt was opened in {MAX_TABS} tabs already", todo="go on in one of the tabs that are open"
        )


def _stamp(timing: Attempt, events: Sequence[Event], now: Instant, *, crew: CrewPost | None) -> tuple[StoredEvent, ...]:
    """Say of each event whether it counts: in time and, in a team drill, from somebody who may do that."""
    arrived_s = compute_elapsed_s(timing, now)
    return tuple(
        StoredEvent(
            event=event,
            arrived_at=now.wall,
            arrived_s=arrived_s,
            counted=is_counted(timing, t_client_s=_clamp_s(event, arrived_s), arrived_s=arrived_s)
            and (crew is None or crew.allows(event, now=now)),
        )
        for event in events
    )


def _apply_submit(work: Work, row: AttemptRow, *, tab_id: str, ack: int, now: Instant) -> AttemptRow:
    is_open = row.timing.state is AttemptState.RUNNING or (
        row.timing.state is AttemptState.TIMED_OUT and not row.timing.sealed
    )
    if not is_open:
        return row
    for stored in work.events.find(row.timing.attempt_id, tab_id, kind=EventKind.SUBMIT):
        if stored.counted and stored.event.seq <= ack:
            t_client_s = _clamp_s(stored.event, stored.arrived_s)
            return replace(row, timing=submit(row.timing, now, t_client_s=t_client_s))
    return row


def clamp_events(log: Sequence[StoredEvent]) -> tuple[Event, ...]:
    """Return the events that count, none before release and none later than the server received it."""
    return tuple(
        Event(
            tab_id=stored.event.tab_id,
            seq=stored.event.seq,
            t_client_ms=_clamp_s(stored.event, stored.arrived_s) * 1000.0,
            kind=stored.event.kind,
            payload=stored.event.payload,
        )
        for stored in log
        if stored.counted
    )


def _clamp_s(event: Event, arrived_s: float) -> float:
    return min(max(event.t_client_ms / 1000.0, 0.0), arrived_s)


def describe_state(app: App, attempt_id: str) -> dict[str, object]:
    """Return the answer to `GET /api/attempts/{attempt_id}`: time, tabs, and the work so far.

    Raises:
        AttemptError: unknown attempt.
    """
    now = app.clock.read()
    with app.store.write() as work:
        before = work.attempts.get(attempt_id)
        row = replace(before, timing=tick(before.timing, now))
        if row != before:
            work.attempts.save(row)
        acked = work.events.list_acked(attempt_id)
        log = work.events.list_all(attempt_id)
    counted = clamp_events(log)
    state = fold_console_state(counted)
    name, elapsed_ms, remaining_ms = _describe_time(row.timing, now)
    return {
        "state": name,
        "elapsed_ms": elapsed_ms,
        "remaining_ms": remaining_ms,
        "acked": acked,
        "leader": row.leader_tab,
        "fixes": [
            {
                "fix_id": f.fix_id,
                "camera_id": f.camera_id,
                "t_s": f.t_s,
                "frame": f.frame,
                "x": f.x,
                "y": f.y,
                "confidence": f.confidence,
            }
            for f in state.fixes
        ],
        "bookmarks": [asdict(bookmark) for bookmark in state.bookmarks],
        "faults": [asdict(report) for report in state.faults],
        "choices": dict(state.choices),
        "clips": {clip_id: asdict(clip) for clip_id, clip in state.clips.items()},
        "similar": _describe_similar(fold_similar(counted)),
        "hints": len(list_hints(counted)),
        "calls": {
            call_id: {"at_ms": round(call.came_s * 1000.0), "is_over": call.ended_s is not None}
            for call_id, call in state.calls.items()
        },
        "note": state.note,
        "final_zone": state.final_zone,
        "not_on_camera": state.not_on_camera,
        "resume": {
            "camera_id": state.camera_id,
            "t_s": state.t_s or 0.0,
            "speed": state.speed,
            "wall_s": state.wall_s,
            "timeline_s": state.timeline_s,
        },
    }


def _describe_similar(asked: Sequence[AskedSimilar]) -> dict[str, object]:
    """Return how many questions there were, and the last list with what of it was opened, as the events hold it."""
    if not asked:
        return {"asked": 0, "last": None, "opened": []}
    last = asked[-1]
    listed = [
        {"camera_id": each.camera_id, "frame": each.frame, "t_s": each.t_s, "crop": list(each.crop_px)}
        for each in last.results
    ]
    payload = {
        "number": last.number,
        "camera_id": last.query.camera_id,
        "frame": last.query.frame,
        "box": list(last.query.box),
        "recognised": last.recognised,
        "results": listed,
    }
    return {"asked": last.number, "last": payload, "opened": list(last.opened)}


def _describe_time(timing: Attempt, now: Instant) -> tuple[str, int, int]:
    elapsed_s = (timing.used_s or 0.0) if timing.state in ENDED else compute_elapsed_s(timing, now)
    return timing.state.value, int(elapsed_s * 1000), int(compute_remaining_s(timing, now) * 1000)

"""Taking in what consoles post: stored in the request that carries it, then the attempt is brought up to now."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sim.db.engine import is_of_a_value
from sim.db.rows import AttemptRow, StoredEvent, TabRow
from sim.db.store import Transaction
from sim.drill.arrivals import Silence
from sim.drill.attempt import (
    ENDED,
    NO_SUBMIT,
    RELEASED,
    Attempt,
    AttemptState,
    Mode,
    compute_elapsed_s,
    compute_real_s,
    compute_remaining_s,
    make_paused,
    submit,
    tick,
)
from sim.drill.device import find_device, join_devices
from sim.drill.event import Event, EventKind
from sim.drill.hints import SERVER_TAB, list_hints
from sim.drill.instant import Instant
from sim.drill.resume import LASTING, fold_console_state
from sim.drill.similar_log import AskedSimilar, fold_similar
from sim.errors import AnswerError, AttemptError, SimError, StoreError
from sim.services.app.wiring import App
from sim.services.attempt.exercise import end_all, find_post, share
from sim.services.attempt.footage_access import PAUSED, note_state
from sim.services.attempt.posts import Arrival, Post, Stamped, check_room, check_tabs, find_made_s, make_arrival

POSTS_A_MINUTE = 600
"""Of one attempt's token. A console posts once a second, and faster for a few seconds after it was offline."""
READS_A_MINUTE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    ack: int  # highest number up to which the tab's events are complete
    state: str  # of the attempt
    # elapsed_ms, remaining_ms: by the server's clock; `elapsed_ms` stops at the end
    elapsed_ms: int
    remaining_ms: int
    leader: str | None  # the tab that leads, or None
    paused: bool  # the trainer has stopped the clock
    paused_ms: int  # for how long it was stopped so far
    left_out: int = 0  # events of this post that never count, because they were made in a pause


def note_post(app: App, attempt_id: str) -> None:
    """Count one more post of an attempt's token. Raises RateLimitError: more than any console sends."""
    app.rate_limit.note(f"events {attempt_id}", now_s=app.clock.read().steady_s, most=POSTS_A_MINUTE)


def note_read(app: App, attempt_id: str) -> None:
    """Count one more reading of an attempt by its token. Raises RateLimitError: more than reloaded pages need."""
    app.rate_limit.note(f"read {attempt_id}", now_s=app.clock.read().steady_s, most=READS_A_MINUTE)


def accept_events(
    app: App,
    attempt_id: str,
    *,
    tab_id: str,
    events: Sequence[Event],
    waiting: int = 0,
    received: Instant | None = None,
) -> Receipt:
    """Store one tab's events; a repeat is harmless, in any order; a `submit` that is complete ends the attempt.

    Once the log of an attempt is closed nothing is stored, and nothing more is acknowledged. What comes in a pause is
    weighed, see `sim.drill.arrivals`; a `submit` that comes in one is refused with all that came with it.

    Args:
        app: the services.
        attempt_id: of the token.
        tab_id: whose events.
        events: none for a heartbeat.
        waiting: events that the tab holds back for its next post.
        received: when the post was there, before it waited for its turn; None means this moment.

    Raises:
        PausedError: a `submit` while the trainer has stopped the clock.
        AttemptError: unknown attempt, its clock does not run yet, or its log is full.
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
        row = replace(before, timing=tick(before.timing, now))
        tabs = work.events.list_tabs(attempt_id)
        if row.timing.sealed:
            if row != before:
                work.attempts.save(row)
            return make_receipt(row, now, ack=tabs.get(tab_id, TabRow()).acked)
        check_tabs(tabs, tab_id)
        post = make_arrival(tab_id, tabs, row.timing, now=now, received=received)
        exercise = find_post(work, attempt_id) if before.mode is Mode.TEAM_EXERCISE else None
        acked = tabs.get(tab_id, TabRow()).acked
        new = [event for event in events if event.seq > acked]
        allowed = [exercise is None or exercise.allows(event, now=now) for event in new]
        stamped = post.stamp(row.timing, new, allowed)
        is_refused = post.is_in_pause and any(event.kind is EventKind.SUBMIT for event in new)
        row = replace(row, paused_actions=row.paused_actions + max(stamped.untimely, int(is_refused)))
        if is_refused:
            work.attempts.save(row)
        else:
            fresh = work.events.append(attempt_id, stamped.stored)
            ack = _keep_tab(work, attempt_id, tabs, post, fresh=fresh, stamped=stamped, waiting=waiting)
            row = note_opening(row, fresh, tab_id=tab_id)
            if fresh:
                row = _apply_submit(work, row, post, ack=ack, now=now, received=received)
            if row.timing.state in ENDED and any(stored.counted for stored in fresh):
                row = replace(row, score_json=None, metric_versions=None)
            work.attempts.save(row)
            if exercise is not None and fresh:
                share(work, exercise, fresh)
                end_all(work, exercise, row, now=now)
            work.sessions.note_seen(attempt_id=attempt_id, at=now.wall)
    if is_refused:
        raise make_paused(NO_SUBMIT)
    left_out = sum(stored.event.seq in stamped.left_out for stored in fresh)
    return replace(make_receipt(row, now, ack=ack), left_out=left_out)


def note_opening(row: AttemptRow, fresh: Sequence[StoredEvent], *, tab_id: str) -> AttemptRow:
    """Return an attempt after a post: a tab that opens its console leads from then on, and says on what device."""
    for stored in fresh:
        if stored.event.kind is EventKind.OPEN and stored.counted:
            device = join_devices(row.device, find_device(stored.event.payload))
            row = replace(row, leader_tab=tab_id, device=device)
    return row


def append_own(
    work: Transaction, row: AttemptRow, now: Instant, *, kind: EventKind, payload: Mapping[str, object]
) -> None:
    """Write something that the server itself did into the log of a running attempt, under a tab of its own."""
    elapsed_s = compute_elapsed_s(row.timing, now)
    attempt_id = row.timing.attempt_id
    event = Event(
        tab_id=SERVER_TAB,
        seq=work.events.find_latest(attempt_id, SERVER_TAB) + 1,
        t_client_ms=elapsed_s * 1000.0,
        kind=kind,
        payload=payload,
    )
    stored = StoredEvent(event=event, arrived_at=now.wall, arrived_s=elapsed_s, counted=True, earliest_s=elapsed_s)
    work.events.append(attempt_id, (stored,))


def _keep_tab(
    work: Transaction,
    attempt_id: str,
    tabs: Mapping[str, TabRow],
    post: Arrival,
    *,
    fresh: Sequence[StoredEvent],
    stamped: Stamped,
    waiting: int,
) -> int:
    """Store what is known of the tab after a post, and a silence that it ends; return up to where it is complete."""
    before = tabs.get(post.tab_id, TabRow())
    acked = work.events.find_complete(attempt_id, post.tab_id, acked=before.acked)
    tab = post.add_to(before, fresh, acked=acked, waiting=waiting + stamped.waiting)
    if fresh:
        check_room(post.tab_id, tabs, tab)
    silence = post.find_silence(fresh, left_out=stamped.left_out)
    if silence is not None:
        work.silences.keep(attempt_id, silence)
    work.events.save_tab(attempt_id, post.tab_id, tab, is_new=post.tab_id not in tabs)
    return acked


def _apply_submit(
    work: Transaction, row: AttemptRow, post: Arrival, *, ack: int, now: Instant, received: Instant | None
) -> AttemptRow:
    for stored in work.events.find(row.timing.attempt_id, post.tab_id, kind=EventKind.SUBMIT):
        if stored.counted and stored.event.seq <= ack:
            came_s, complete_s = stored.arrived_s, post.arrived_s
            timing = submit(row.timing, now, came_s=came_s, complete_s=complete_s, received=received)
            return replace(row, timing=timing)
    return row


def clamp_events(log: Sequence[StoredEvent]) -> tuple[Event, ...]:
    """Return the events that count, each at the time that the server's bounds leave it, see docs/events.md."""
    return tuple(
        Event(
            tab_id=stored.event.tab_id,
            seq=stored.event.seq,
            t_client_ms=find_made_s(stored) * 1000.0,
            kind=stored.event.kind,
            payload=stored.event.payload,
        )
        for stored in log
        if stored.counted
    )


def make_receipt(row: AttemptRow, now: Instant, *, ack: int) -> Receipt:
    """Return what the console is told of an attempt as it is at a moment."""
    state, elapsed_ms, remaining_ms = _describe_time(row.timing, now)
    return Receipt(
        ack=ack,
        state=state,
        elapsed_ms=elapsed_ms,
        remaining_ms=remaining_ms,
        leader=row.leader_tab,
        paused=row.timing.paused_at is not None,
        paused_ms=_count_paused_ms(row.timing, now),
    )


def describe_state(app: App, attempt_id: str) -> dict[str, object]:
    """Return the answer to `GET /api/attempts/{attempt_id}`: time, tabs, and the work so far.

    Raises:
        AttemptError: unknown attempt.
    """
    now = app.clock.read()
    with app.store.read() as work:
        before = work.attempts.get(attempt_id)
        acked = work.events.list_acked(attempt_id)
        log = work.events.list_standing(attempt_id, lasting=LASTING)
    row = replace(before, timing=tick(before.timing, now))
    counted = clamp_events(log)
    state = fold_console_state(counted)
    name, elapsed_ms, remaining_ms = _describe_time(row.timing, now)
    return {
        "state": name,
        "elapsed_ms": elapsed_ms,
        "remaining_ms": remaining_ms,
        "acked": acked,
        "leader": row.leader_tab,
        "paused": row.timing.paused_at is not None,
        "paused_ms": _count_paused_ms(row.timing, now),
        "marks": [
            {
                "mark_id": f.mark_id,
                "camera_id": f.camera_id,
                "t_s": f.t_s,
                "frame": f.frame,
                "x": f.x,
                "y": f.y,
            }
            for f in state.marks
        ],
        "bookmarks": [asdict(bookmark) for bookmark in state.bookmarks],
        "faults": [asdict(report) for report in state.faults],
        "choices": dict(state.choices),
        "clips": {clip_id: asdict(clip) for clip_id, clip in state.clips.items()},
        "own_view": list(state.own_view),
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
        "recognized": last.recognized,
        "results": listed,
    }
    return {"asked": last.number, "last": payload, "opened": list(last.opened)}


def _describe_time(timing: Attempt, now: Instant) -> tuple[str, int, int]:
    elapsed_s = (timing.used_s or 0.0) if timing.state in ENDED else compute_elapsed_s(timing, now)
    return timing.state.value, int(elapsed_s * 1000), int(compute_remaining_s(timing, now) * 1000)


def _count_paused_ms(timing: Attempt, now: Instant) -> int:
    """Return for how long a clock has been stopped, with the pause that goes on; it only ever grows."""
    if timing.paused_at is None:
        return int(timing.paused_s * 1000)
    return int((compute_real_s(timing, now) - compute_elapsed_s(timing, now)) * 1000)


# Several posts of several drills stored in one transaction, as when many trainees search at once: its turn, its
# questions and its wait for the disk are paid once. A post that is out of the ordinary (a drill's last, one that is
# refused, what was done in a pause, a team exercise's) is dealt with alone, as above. What many post at once when a
# server has been slow is not out of the ordinary: a first post, or one after a silence.
Answer = Receipt | SimError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What an ordinary post changes: the attempt, its log, its tab; and a silence that it ends."""

    before: AttemptRow
    row: AttemptRow
    fresh: tuple[StoredEvent, ...]
    tab: TabRow
    is_new_tab: bool
    silence: Silence | None

    @property
    def is_only_marked(self) -> bool:
        """Whether the attempt's clock was read, and nothing else of it is another."""
        return replace(self.row, timing=replace(self.row.timing, mark=self.before.timing.mark)) == self.before


def accept_group(app: App, posts: Sequence[Post]) -> list[Answer]:
    """Store some posts, one of an attempt at most; return what each console is told, or why its post was refused.

    What one post is refused for undoes no other. A failure of the database is told to all: none of them is stored.
    """
    answers: dict[int, Answer] = {}
    seen_s = app.clock.read().steady_s
    if len(posts) > 1 or not _is_apart(posts[0]):
        try:
            answers = _accept_ordinary(app, posts)
        except StoreError as error:
            if not is_of_a_value(error):
                return [error] * len(posts)
            # the database refuses what one of them holds: each is tried alone
    told = [answers[place] if place in answers else _accept_alone(app, post) for place, post in enumerate(posts)]
    for post, answer in zip(posts, told, strict=True):
        if isinstance(answer, Receipt):
            note_state(app, post.attempt_id, PAUSED if answer.paused else answer.state, seen_s=seen_s)
    return told


def _accept_ordinary(app: App, posts: Sequence[Post]) -> dict[int, Answer]:
    """Store the ordinary ones among some posts; return their receipts by place."""
    now = app.clock.read()
    taken: dict[int, _Taken] = {}
    with app.store.write() as work:
        ids = [post.attempt_id for post in posts]
        rows = work.attempts.find_all(ids)
        tabs, gaps = work.events.list_tabs_of(ids)
        for place, post in enumerate(posts):
            row = rows.get(post.attempt_id)
            if row is not None and (post.attempt_id, post.tab_id) not in gaps:
                found = _take(row, tabs[post.attempt_id], post, now)
                if found is not None:
                    taken[place] = found
        if taken:
            _store(work, posts, taken, now)
    return {place: make_receipt(each.row, now, ack=each.tab.acked) for place, each in taken.items()}


def _take(before: AttemptRow, tabs: dict[str, TabRow], post: Post, now: Instant) -> _Taken | None:
    """Return what a post changes, None where that is more than an ordinary one does.

    Its tab's events are stored up to the number that is acknowledged and none beyond, so that nothing has to be looked
    up to know which of these are new.
    """
    tab = tabs.get(post.tab_id, TabRow())
    if before.mode is Mode.TEAM_EXERCISE or post.tab_id == SERVER_TAB or _is_apart(post):
        return None
    timing = tick(before.timing, now)
    if timing.state is not AttemptState.RUNNING or timing.sealed or before.timing.state is not AttemptState.RUNNING:
        return None
    arrival = make_arrival(post.tab_id, tabs, timing, now=now, received=post.received)
    new = sorted({event.seq: event for event in reversed(post.events) if event.seq > tab.acked}.items())
    if [seq for seq, _ in new] != list(range(tab.acked + 1, tab.acked + 1 + len(new))):
        return None
    stamped = arrival.stamp(timing, [event for _, event in new], [True] * len(new))
    if stamped.untimely or stamped.waiting:
        return None
    fresh = stamped.stored
    after = arrival.add_to(tab, fresh, acked=tab.acked + len(new), waiting=post.waiting)
    try:
        check_tabs(tabs, post.tab_id)
        if fresh:
            check_room(post.tab_id, tabs, after)
    except SimError:
        return None
    return _Taken(
        before=before,
        row=note_opening(replace(before, timing=timing), fresh, tab_id=post.tab_id),
        fresh=fresh,
        tab=after,
        is_new_tab=post.tab_id not in tabs,
        silence=arrival.find_silence(fresh),
    )


def _store(work: Transaction, posts: Sequence[Post], taken: dict[int, _Taken], now: Instant) -> None:
    work.events.append_fresh({posts[place].attempt_id: each.fresh for place, each in taken.items()})
    for is_new in (False, True):
        found = [(posts[place], each.tab) for place, each in taken.items() if each.is_new_tab is is_new]
        work.events.save_tabs([(post.attempt_id, post.tab_id, tab) for post, tab in found], are_new=is_new)
    work.attempts.save_marks([each.row for each in taken.values() if each.row != each.before and each.is_only_marked])
    for place, each in taken.items():
        if not each.is_only_marked:
            work.attempts.save(each.row)
        if each.silence is not None:
            work.silences.keep(posts[place].attempt_id, each.silence)
    work.sessions.note_all_seen([posts[place].attempt_id for place in taken], at=now.wall)


def _accept_alone(app: App, post: Post) -> Answer:
    try:
        return accept_events(
            app,
            post.attempt_id,
            tab_id=post.tab_id,
            events=post.events,
            waiting=post.waiting,
            received=post.received,
        )
    except SimError as error:
        return error


def _is_apart(post: Post) -> bool:
    return any(event.kind is EventKind.SUBMIT for event in post.events)

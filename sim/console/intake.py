"""Taking in what consoles post: stored in the request that carries it, then the attempt is brought up to now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.app.wiring import App
from sim.attempt.arrivals import Silence, join_silences
from sim.attempt.attempt import (
    ENDED,
    NO_SUBMIT,
    RELEASED,
    Instant,
    Mode,
    compute_elapsed_s,
    compute_real_s,
    compute_remaining_s,
    make_paused,
    submit,
    tick,
)
from sim.attempt.events import SERVER_TAB, Event, EventKind, Open
from sim.attempt.options import find_device, join_devices
from sim.console.exercise import ExercisePost, end_all, find_post, share
from sim.console.footage_access import PAUSED, note_state
from sim.console.posts import Post, check_room, check_tabs, find_made_s, make_arrival
from sim.db.attempts import AttemptRow, SilenceRow, StoredEvent, TabRow
from sim.db.engine import is_of_a_value
from sim.db.store import Transaction
from sim.errors import AnswerError, AttemptError, SimError, StoreError

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
    app.rate_limit.note(f"events {attempt_id}", now_s=app.clock.read().steady_s, most=POSTS_A_MINUTE)


def note_read(app: App, attempt_id: str) -> None:
    app.rate_limit.note(f"read {attempt_id}", now_s=app.clock.read().steady_s, most=READS_A_MINUTE)


Answer = Receipt | SimError


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
    weighed, see `sim.attempt.arrivals`; a `submit` that comes in one is refused with all that came with it.

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
    received = received or app.clock.read()
    post = Post(attempt_id=attempt_id, tab_id=tab_id, events=events, waiting=waiting, received=received)
    (answer,) = _accept_all(app, (post,))
    if isinstance(answer, SimError):
        raise answer
    return answer


def accept_group(app: App, posts: Sequence[Post]) -> list[Answer]:
    """Store some posts, one of an attempt at most, in one turn; return each one's answer, or why it was refused."""
    seen_s = app.clock.read().steady_s
    told = _accept_all(app, posts)
    for post, answer in zip(posts, told, strict=True):
        if isinstance(answer, Receipt):
            note_state(app, post.attempt_id, PAUSED if answer.paused else answer.state, seen_s=seen_s)
    return told


def _accept_all(app: App, posts: Sequence[Post]) -> list[Answer]:
    try:
        told = _accept(app, posts)
    except StoreError as error:
        if len(posts) == 1 or not is_of_a_value(error):
            return [error] * len(posts)
        told = [None] * len(posts)  # the database refuses what one of them holds: each is tried alone
    return [answer or _accept_all(app, [post])[0] for post, answer in zip(posts, told, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    before: AttemptRow
    row: AttemptRow
    ack: int
    fresh: tuple[StoredEvent, ...] = ()
    left_out: int = 0
    tab: TabRow | None = None  # None where nothing of it is stored
    is_new_tab: bool = False
    silence: Silence | None = None
    exercise: ExercisePost | None = None
    refusal: SimError | None = None  # why it is refused, though the attempt changes

    @property
    def is_only_marked(self) -> bool:
        return {**vars(self.row), "timing": replace(self.row.timing, mark=self.before.timing.mark)} == vars(self.before)


def _accept(app: App, posts: Sequence[Post]) -> list[Answer | None]:
    """Store posts in one transaction; None for one that changes other attempts, too, and is to be dealt with alone."""
    now = app.clock.read()
    taken: dict[int, _Taken] = {}
    told: list[Answer | None] = [None] * len(posts)
    with app.store.write() as work:
        ids = [post.attempt_id for post in posts]
        rows = work.attempts.find_all(ids)
        tabs, gaps = work.events.list_tabs_of(ids)
        for place, post in enumerate(posts):
            try:
                before = rows.get(post.attempt_id) or work.attempts.get(post.attempt_id)
                if len(posts) == 1 or before.mode is not Mode.TEAM_EXERCISE:
                    has_gap = (post.attempt_id, post.tab_id) in gaps
                    taken[place] = _take(work, before, tabs[post.attempt_id], post, now, has_gap=has_gap)
            except StoreError:
                raise
            except SimError as error:
                told[place] = error
        _store(work, [(posts[place], each) for place, each in taken.items()], now)
    for place, each in taken.items():
        told[place] = each.refusal or make_receipt(each.row, now, ack=each.ack, left_out=each.left_out)
    return told


def _take(
    work: Transaction, before: AttemptRow, tabs: Mapping[str, TabRow], post: Post, now: Instant, *, has_gap: bool
) -> _Taken:
    """Return what a post changes, nothing written; `has_gap`: its tab lacks some before. Raises as `accept_events`."""
    if post.tab_id == SERVER_TAB:
        raise AnswerError("tab: this id is the server's own", expected="a UUID made by the browser")
    if before.timing.state not in RELEASED | ENDED:
        raise AttemptError("the attempt has not begun", todo="read the briefing and start")
    row = replace(before, timing=tick(before.timing, now))
    tab = tabs.get(post.tab_id, TabRow(attempt_id=post.attempt_id, tab_id=post.tab_id))
    if row.timing.sealed:
        return _Taken(before=before, row=row, ack=tab.acked)
    check_tabs(tabs, post.tab_id)
    arrival = make_arrival(post.tab_id, tabs, row.timing, now=now, received=post.received)
    exercise = find_post(work, post.attempt_id) if before.mode is Mode.TEAM_EXERCISE else None
    new = [event for event in post.events if event.seq > tab.acked]
    stamped = arrival.stamp(row.timing, new, [exercise is None or exercise.allows(event, now=now) for event in new])
    is_refused = arrival.is_in_pause and any(event.kind is EventKind.SUBMIT for event in new)
    if untimely := max(stamped.untimely, int(is_refused)):
        row = replace(row, paused_actions=row.paused_actions + untimely)
    if is_refused:
        return _Taken(before=before, row=row, ack=tab.acked, refusal=make_paused(NO_SUBMIT))
    known, earlier = set[int](), tuple[StoredEvent, ...]()
    if has_gap:
        own = (StoredEvent.attempt_id == post.attempt_id, StoredEvent.tab_id == post.tab_id)
        known.update(work.list_values(StoredEvent.seq, *own, StoredEvent.seq > tab.acked))
        earlier = work.events.list_all(post.attempt_id, *own, StoredEvent.kind == EventKind.SUBMIT)
    fresh: list[StoredEvent] = []
    for stored in stamped.stored:
        if stored.event.seq not in known:
            known.add(stored.event.seq)
            fresh.append(stored)
    ack = tab.acked
    while ack + 1 in known:
        ack += 1
    after = arrival.add_to(tab, fresh, acked=ack, waiting=post.waiting + stamped.waiting)
    row = note_opening(row, fresh, tab_id=post.tab_id)
    if fresh:
        check_room(post.tab_id, tabs, after)
        submits = [each for each in (*earlier, *fresh) if each.event.kind is EventKind.SUBMIT and each.counted]
        first = min((each for each in submits if each.event.seq <= ack), key=lambda each: each.event.seq, default=None)
        if first is not None:
            came_s, complete_s = first.arrived_s, arrival.arrived_s
            timing = submit(row.timing, now, came_s=came_s, complete_s=complete_s, received=post.received)
            row = replace(row, timing=timing)
    if row.timing.state in ENDED and any(stored.counted for stored in fresh):
        row = replace(row, score_json=None, metric_versions=None)
    return _Taken(
        before=before,
        row=row,
        ack=ack,
        fresh=tuple(fresh),
        left_out=sum(stored.event.seq in stamped.left_out for stored in fresh),
        tab=after,
        is_new_tab=post.tab_id not in tabs,
        silence=arrival.find_silence(fresh, left_out=stamped.left_out),
        exercise=exercise,
    )


def _store(work: Transaction, taken: Sequence[tuple[Post, _Taken]], now: Instant) -> None:
    work.events.append({post.attempt_id: each.fresh for post, each in taken})
    work.save_row(*(each.tab for _, each in taken if each.tab and not each.is_new_tab))
    work.insert(*(each.tab for _, each in taken if each.tab and each.is_new_tab))
    marked = []
    for post, each in taken:
        if not each.is_only_marked:
            work.save_row(each.row)
        elif each.row.timing.mark != each.before.timing.mark:
            marked.append(each.row)
        if each.silence is not None:
            # a further post that belongs to the same silence is added to it
            this = (SilenceRow.tab_id == each.silence.tab_id, SilenceRow.from_s == each.silence.from_s)
            before = work.find_row(SilenceRow, SilenceRow.attempt_id == post.attempt_id, *this)
            joined = join_silences(before.silence if before is not None else None, each.silence)
            work.put(SilenceRow(attempt_id=post.attempt_id, silence=joined))
        if each.exercise is not None and each.fresh:
            share(work, each.exercise, each.fresh)
            end_all(work, each.exercise, each.row, now=now)
    work.attempts.save_marks(marked)
    heard = [post.attempt_id for post, each in taken if each.tab]
    if heard:
        work.sessions.note_seen(heard, at=now.wall)


def note_opening(row: AttemptRow, fresh: Sequence[StoredEvent], *, tab_id: str) -> AttemptRow:
    """Return an attempt after a post: a tab that opens its console leads from then on, and says on what device."""
    for stored in fresh:
        if isinstance(stored.event.act, Open) and stored.counted:
            row = replace(row, leader_tab=tab_id, device=join_devices(row.device, find_device(stored.event.act)))
    return row


def append_own(
    work: Transaction, row: AttemptRow, now: Instant, *, kind: EventKind, payload: Mapping[str, object]
) -> Event:
    elapsed_s = compute_elapsed_s(row.timing, now)
    attempt_id = row.timing.attempt_id
    own = (StoredEvent.attempt_id == attempt_id, StoredEvent.tab_id == SERVER_TAB)
    event = Event.read(
        tab_id=SERVER_TAB,
        seq=(work.find_highest(StoredEvent.seq, *own) or 0) + 1,
        t_client_ms=elapsed_s * 1000.0,
        kind=kind,
        payload=payload,
    )
    stored = StoredEvent(event=event, arrived_at=now.wall, arrived_s=elapsed_s, counted=True, earliest_s=elapsed_s)
    work.events.append({attempt_id: (stored,)})
    return event


def clamp_events(log: Sequence[StoredEvent]) -> tuple[Event, ...]:
    """Return the events that count, each at the time that the server's bounds leave it, see docs/events.md."""
    return tuple(
        Event(
            tab_id=stored.event.tab_id,
            seq=stored.event.seq,
            t_client_ms=find_made_s(stored) * 1000.0,
            act=stored.event.act,
            payload=stored.event.payload,
        )
        for stored in log
        if stored.counted
    )


def make_receipt(row: AttemptRow, now: Instant, *, ack: int, left_out: int = 0) -> Receipt:
    timing = row.timing
    elapsed_s = (timing.used_s or 0.0) if timing.state in ENDED else compute_elapsed_s(timing, now)
    paused_s = timing.paused_s
    if timing.paused_at is not None:  # with the pause that goes on, so that it only ever grows
        paused_s = compute_real_s(timing, now) - compute_elapsed_s(timing, now)
    return Receipt(
        ack=ack,
        state=timing.state.value,
        elapsed_ms=int(elapsed_s * 1000),
        remaining_ms=int(compute_remaining_s(timing, now) * 1000),
        leader=row.leader_tab,
        paused=timing.paused_at is not None,
        paused_ms=int(paused_s * 1000),
        left_out=left_out,
    )

"""Several posts of several drills stored in one transaction, as when many trainees search at once.

What a transaction costs, it costs once: its turn, its questions, its wait for the disk. A post that is out of the
ordinary (a drill's last, one that is refused, what was done in a pause, a team exercise's) is dealt with alone, as
ever, in `intake`. What many post at once when a server has been slow is not out of the ordinary: a first post, or one
after a silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.db.engine import is_of_a_value
from sim.db.rows import AttemptRow, StoredEvent, TabRow
from sim.db.store import Transaction
from sim.drill.arrivals import Silence
from sim.drill.attempt import AttemptState, Mode, tick
from sim.drill.event import EventKind
from sim.drill.hints import SERVER_TAB
from sim.drill.instant import Instant
from sim.errors import SimError, StoreError
from sim.services.app.wiring import App
from sim.services.attempt.intake import Receipt, accept_events, make_receipt, note_opening
from sim.services.attempt.open_footage import PAUSED, note_state
from sim.services.attempt.posts import Post, check_room, check_tabs, make_arrival

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

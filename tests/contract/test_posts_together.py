"""Posts that are stored together leave the same behind as one after another, on either database."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from sim.db.events import EventsTable
from sim.drill import attempt as clocks
from sim.drill.attempt import Attempt
from sim.drill.event import Event, EventKind
from sim.drill.instant import Instant
from sim.errors import AnswerError, AttemptError, SimError, StoreError, UnknownAttemptError
from sim.services.app.wiring import App, open_app
from sim.services.attempt import attempts
from sim.services.attempt.footage_access import RUNS_FOR_S, is_running
from sim.services.attempt.intake import Receipt, accept_events, accept_group
from sim.services.attempt.posts import MAX_TABS, Post
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import make_tiny_settings

DRILLS = 5
ROUNDS = 25
TABS = [str(UUID(int=number, version=4)) for number in (1, 2, 3)]
PAUSED_AT, RESUMED_AT = (5, 13), (9, 16)
"""Rounds before which all clocks are stopped, and run on."""
KINDS = (EventKind.PLAY, EventKind.PAUSE, EventKind.NOTE, EventKind.SIMILAR)


@pytest.fixture
def app(database_url: str, tmp_path: Path, tiny_library: Path, clock: FakeClock) -> Iterator[App]:
    settings = replace(make_tiny_settings(tmp_path / "data", tiny_library), database_url=database_url)
    opened = open_app(settings, clock)
    yield opened
    opened.close()


def begin(app: App, *, is_begun: bool = True) -> str:
    attempt_id = attempts.create_sample(app)
    attempts.get_briefing(app, attempt_id)
    if is_begun:
        attempts.begin(app, attempt_id)
    return attempt_id


def make_event(seq: int, *, tab: str = TABS[0], kind: EventKind = EventKind.PAUSE) -> Event:
    return Event(tab_id=tab, seq=seq, t_client_ms=seq * 900.0, kind=kind, payload={"t_s": seq / 2})


def make_post(app: App, attempt_id: str, *events: Event, tab: str = TABS[0], waiting: int = 0) -> Post:
    return Post(attempt_id=attempt_id, tab_id=tab, events=events, waiting=waiting, received=app.clock.read())


def accept_alone(app: App, post: Post) -> Receipt | SimError:
    try:
        return accept_events(
            app, post.attempt_id, tab_id=post.tab_id, events=post.events, waiting=post.waiting, received=post.received
        )
    except SimError as error:
        return error


def change_clocks(app: App, attempt_ids: list[str], change: Callable[[Attempt, Instant], Attempt]) -> None:
    with app.store.write() as work:
        for attempt_id in attempt_ids:
            row = work.attempts.get(attempt_id)
            work.attempts.save(replace(row, timing=change(row.timing, app.clock.read())))


def read_all(app: App, attempt_id: str) -> tuple[object, ...]:
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
        known = replace(
            row, timing=replace(row.timing, attempt_id="", created_at=row.timing.released_at or row.timing.created_at)
        )
        return (
            known,
            work.events.list_tabs(attempt_id),
            work.events.list_all(attempt_id),
            work.silences.list_all(attempt_id),
        )


def draw_events(rng: random.Random, seqs: dict[str, int], tab: str, *, is_last: bool) -> list[Event]:
    """Draw what a tab sends: the next events, some again, out of order, now and then one left out; at last a submit."""
    first = max(1, seqs[tab] - rng.choice((0, 0, 0, 2)))
    seqs[tab] += rng.choice((0, 1, 2, 3))
    kinds = [EventKind.OPEN if seq == 1 else rng.choice(KINDS) for seq in range(first, seqs[tab] + 1)]
    events = [make_event(seq, tab=tab, kind=kind) for seq, kind in enumerate(kinds, start=first)]
    if events and rng.random() < 0.1:
        del events[rng.randrange(len(events))]
    if is_last:
        seqs[tab] += 1
        payload = {"final_zone": None, "not_on_camera": True, "note": ""}
        events.append(replace(make_event(seqs[tab], tab=tab, kind=EventKind.SUBMIT), payload=payload))
    rng.shuffle(events)
    return events


@pytest.mark.parametrize("seed", range(4))
def test_together_and_one_by_one_are_the_same(app: App, clock: FakeClock, seed: int) -> None:
    rng = random.Random(seed)
    grouped, alone = ([begin(app) for _ in range(DRILLS)] for _ in range(2))
    seqs = [dict.fromkeys(TABS, 0) for _ in range(DRILLS)]
    ordinary = 0
    for turn in range(ROUNDS):
        clock.pass_s(rng.choice((0.5, 1.0, 1.0, 4.0, 12.0)))
        if turn in PAUSED_AT or turn in RESUMED_AT:
            change_clocks(app, [*grouped, *alone], clocks.pause if turn in PAUSED_AT else clocks.resume)
        chosen = rng.sample(range(DRILLS), rng.randint(1, DRILLS))
        group = []
        for drill in chosen:
            tab = rng.choice(TABS[:2] if turn < ROUNDS - 5 else TABS)
            events = draw_events(rng, seqs[drill], tab, is_last=turn == ROUNDS - 2 and drill < 2)
            group.append(make_post(app, grouped[drill], *events, tab=tab, waiting=rng.choice((0, 0, 3))))
        told = accept_group(app, group)
        each = [
            accept_alone(app, replace(post, attempt_id=alone[drill])) for drill, post in zip(chosen, group, strict=True)
        ]
        assert [str(answer) for answer in told] == [str(answer) for answer in each]
        ordinary += sum(isinstance(answer, Receipt) for answer in told)
    assert ordinary > ROUNDS
    for one, other in zip(grouped, alone, strict=True):
        assert read_all(app, one) == read_all(app, other)


def test_what_one_is_refused_for_undoes_no_other(app: App, clock: FakeClock) -> None:
    good, unbegun, full = begin(app), begin(app, is_begun=False), begin(app)
    clock.pass_s(1.0)
    for number in range(MAX_TABS):
        tab = str(UUID(int=100 + number, version=4))
        accept_events(app, full, tab_id=tab, events=())
    accept_events(app, good, tab_id=TABS[0], events=())
    told = accept_group(
        app,
        [
            make_post(app, "nobody", make_event(1)),
            make_post(app, unbegun, make_event(1)),
            make_post(app, good, make_event(1), make_event(2)),
            make_post(app, full, make_event(1)),
        ],
    )
    assert [type(each) for each in told] == [UnknownAttemptError, AttemptError, Receipt, AnswerError]
    assert isinstance(told[2], Receipt)
    assert told[2].ack == 2
    with app.store.read() as work:
        assert [each.event.seq for each in work.events.list_all(good)] == [1, 2]
        assert work.events.list_all(full) == ()


@pytest.mark.parametrize(
    ("failure", "acked"), [(IntegrityError, [1, 1]), (OperationalError, None)], ids=["a value", "the database"]
)
def test_a_value_that_the_database_refuses_undoes_no_other_and_a_failure_is_told_to_all(
    app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, failure: type[DBAPIError], acked: list[int] | None
) -> None:
    drills = [begin(app), begin(app)]
    clock.pass_s(1.0)
    for attempt_id in drills:
        accept_events(app, attempt_id, tab_id=TABS[0], events=())

    def refuse(*_: object) -> None:
        raise failure("INSERT", None, Exception("refused"))

    monkeypatch.setattr(EventsTable, "append_fresh", refuse)
    told = accept_group(app, [make_post(app, each, make_event(1)) for each in drills])
    if acked is None:
        assert [type(each) for each in told] == [StoreError, StoreError]
    else:
        assert [each.ack if isinstance(each, Receipt) else each for each in told] == acked
    with app.store.read() as work:
        stored = [len(work.events.list_all(attempt_id)) for attempt_id in drills]
    assert stored == (acked or [0, 0])


def test_ordinary_posts_are_one_transaction(app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    drills = [begin(app) for _ in range(DRILLS)]
    clock.pass_s(1.0)
    for attempt_id in drills:
        accept_events(app, attempt_id, tab_id=TABS[0], events=())
    monkeypatch.setattr("sim.services.attempt.intake.accept_events", None)
    told = accept_group(app, [make_post(app, each, make_event(1), make_event(2)) for each in drills])
    assert [each.ack if isinstance(each, Receipt) else each for each in told] == [2] * DRILLS


def test_who_posted_counts_as_running_for_a_moment_and_not_after_the_end(app: App, clock: FakeClock) -> None:
    attempt_id = begin(app)
    assert not is_running(app, attempt_id)
    clock.pass_s(1.0)
    accept_group(app, [make_post(app, attempt_id, make_event(1, kind=EventKind.OPEN))])
    assert is_running(app, attempt_id)
    clock.pass_s(RUNS_FOR_S)
    assert not is_running(app, attempt_id)
    accept_group(app, [make_post(app, attempt_id, make_event(2))])
    assert is_running(app, attempt_id)
    payload = {"final_zone": None, "not_on_camera": True, "note": ""}
    accept_group(app, [make_post(app, attempt_id, replace(make_event(3, kind=EventKind.SUBMIT), payload=payload))])
    assert not is_running(app, attempt_id)

"""Posts and people at once: stored together or by two server processes, nothing is lost, and nothing there twice."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from sim.app.links import read_invitation, write_invitation
from sim.app.wiring import App, open_app
from sim.attempt import attempt as clocks
from sim.attempt.attempt import AttemptState, Phase
from sim.attempt.events import Event, EventKind
from sim.attempt.team_exercise import Role
from sim.console import attempts, intake, scores
from sim.console import exercise as news
from sim.console import questions as help_requests
from sim.console.footage_access import RUNS_FOR_S, is_running
from sim.console.intake import Receipt, accept_events, accept_group
from sim.console.posts import MAX_TABS, Post
from sim.db.attempts import EventsTable, SilenceRow, StoredEvent, TabRow
from sim.db.store import Store, Transaction
from sim.errors import AnswerError, AttemptError, SessionError, SimError, StoreError, UnknownAttemptError
from sim.features.exercise import room
from sim.features.exercise.room import create_exercise
from sim.features.session import joining, opening
from sim.features.session.board import Stage, get_board
from sim.features.team import given_drills
from sim.program.session_day import Place, SessionKind, Starting
from sim.rules.viewer import NOBODY
from tests.support.exercise_drill import FORM, make_exercise_team
from tests.support.fake_clock import FakeClock
from tests.support.given import list_events, load_attempt
from tests.support.session_app import open_room
from tests.support.tiny_app import make_tiny_settings

TABS = [str(UUID(int=number, version=4)) for number in (1, 2, 3)]
HANDS = 6


@pytest.fixture
def both(database_url: str, tmp_path: Path, tiny_library: Path, clock: FakeClock) -> Iterator[tuple[App, App]]:
    settings = replace(make_tiny_settings(tmp_path / "data", tiny_library), database_url=database_url)
    pair = (open_app(settings, clock), open_app(settings, clock))
    yield pair
    for app in pair:
        app.close()


def at_once(*calls: Callable[[], object]) -> list[object]:
    barrier = Barrier(len(calls))

    def call(one: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return one()
        except SessionError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


PAYLOADS: Mapping[EventKind, Mapping[str, object]] = {
    EventKind.PLAY: {"speed": 1.0},
    EventKind.NOTE: {"text": "seen"},
    EventKind.SUBMIT: {"final_zone": None, "not_on_camera": True, "note": ""},
}


def make_event(seq: int, *, tab: str = TABS[0], kind: EventKind = EventKind.PAUSE) -> Event:
    payload = {"t_s": seq / 2, **PAYLOADS.get(kind, {})}
    return Event.read(tab_id=tab, seq=seq, t_client_ms=seq * 900.0, kind=kind, payload=payload)


def begin(app: App, *, is_begun: bool = True) -> str:
    attempt_id = attempts.create_sample(app)
    attempts.get_briefing(app, attempt_id)
    if is_begun:
        attempts.begin(app, attempt_id)
    return attempt_id


def test_batches_sent_again_and_again_over_both_processes_are_stored_once(both: tuple[App, App]) -> None:
    attempt_id = begin(both[0])

    def send(hand: int) -> list[int]:
        tab, acks = TABS[hand % 2], []
        starts = range(1, 40, 5) if hand < 3 else range(36, 0, -5)
        for start in starts:
            batch = [make_event(seq, tab=tab) for seq in range(start, min(start + 9, 41))]
            acks.append(intake.accept_events(both[hand % 2], attempt_id, tab_id=tab, events=batch).ack)
        return acks

    at_once(*(lambda hand=hand: send(hand) for hand in range(HANDS)))
    keys = [(stored.event.tab_id, stored.event.seq) for stored in list_events(both[0], attempt_id)]
    assert sorted(keys) == [(tab, seq) for tab in TABS[:2] for seq in range(1, 41)]
    with both[1].store.read() as work:
        acked = {tab.tab_id: tab.acked for tab in work.list_rows(TabRow, TabRow.attempt_id == attempt_id)}
    assert acked == dict.fromkeys(TABS[:2], 40)


@pytest.mark.parametrize("kind", [SessionKind.BEFORE, SessionKind.FAMILIARIZATION])
def test_one_person_on_two_processes_gets_one_drill(both: tuple[App, App], kind: SessionKind) -> None:
    if kind is SessionKind.FAMILIARIZATION and both[0].store.engine.dialect.name == "sqlite":
        both = both[:1] * 2  # a SQLite database has one server process
    day = open_room(both[0], names=("Ana Lopez",), kind=kind, starting=Starting.EACH)
    (own,) = day.join("Ana")
    given = at_once(*(lambda app=app: joining.enter_drill(app, own) for app in both * 2))
    with both[0].store.read() as work:
        stored = work.attempts.list_all(person_id=day.people["Ana"])
    assert {row.timing.attempt_id for row in stored} == set(given)
    assert len(stored) == 1


def test_two_sessions_that_give_a_person_a_drill_at_once_use_up_one_form(both: tuple[App, App]) -> None:
    first = open_room(both[0], names=("Ana Lopez",), starting=Starting.EACH)
    second = open_room(both[0], team_id=first.team_id, starting=Starting.EACH)
    (one,), (two,) = first.join("Ana"), second.join("Ana")
    person_id = first.people["Ana"]
    given = at_once(lambda: joining.enter_drill(both[0], one), lambda: joining.enter_drill(both[1], two))
    by_hand = at_once(*(lambda app=app: given_drills.create_attempt(app, person_id, Phase.BEFORE) for app in both * 2))
    assert len({*given, *by_hand}) == 1
    with both[0].store.read() as work:
        assert len(work.exposures.list_seen(person_id)) == 1


def test_one_name_is_taken_by_one_of_many_on_both_processes(both: tuple[App, App]) -> None:
    day = open_room(both[0], names=("Ana Lopez",))
    link = day.link
    got = at_once(*(lambda app=app: joining.take_name(app, NOBODY, link, day.people["Ana"]) for app in both * 3))
    assert sum(isinstance(each, str) for each in got) == 1
    assert sum(isinstance(each, SessionError) for each in got) == HANDS - 1


def test_a_drill_settled_by_both_processes_at_once_has_one_score(both: tuple[App, App], clock: FakeClock) -> None:
    attempt_id = begin(both[0])
    clock.pass_s(30)
    last = Event.read(
        tab_id=TABS[0],
        seq=1,
        t_client_ms=30_000.0,
        kind=EventKind.SUBMIT,
        payload={"final_zone": "lobby", "not_on_camera": False, "note": ""},
    )
    receipts = at_once(
        *(lambda app=app: intake.accept_events(app, attempt_id, tab_id=TABS[0], events=[last]) for app in both * 2)
    )
    assert len(set(receipts)) == 1
    settled = at_once(
        *(lambda app=app: scores.settle(app, attempt_id) for app in both * 2),
        *(lambda app=app: scores.settle_all(app) for app in both),
    )
    with both[0].store.read() as work:
        stored = work.attempts.get(attempt_id)
        assert work.attempts.list_unsettled() == ()
    assert stored.score_json is not None
    assert settled == [stored] * 4 + [{}] * 2


def test_a_exercise_over_both_processes_has_one_feed_and_one_end(both: tuple[App, App], clock: FakeClock) -> None:
    team_id, people = make_exercise_team(both[0], members=4)
    exercise_id = create_exercise(both[0], team_id, form_id=FORM, person_ids=people)
    with both[0].store.read() as work:
        members = work.exercises.list_members(exercise_id)
    links = {
        member.role: read_invitation(both[1], write_invitation(both[0], exercise_id, member.role)) for member in members
    }
    for link in links.values():
        room.enter(both[0], link)
    at_once(*(lambda app=app: room.start(app, links[Role.LEAD]) for app in both))
    clock.pass_s(5)
    marks = 8

    def mark(place: int) -> None:
        attempt_id = members[place].attempt_id
        for seq in range(1, marks + 1):
            payload = {"mark_id": f"{place}-{seq}", "camera_id": "CAM-01", "frame": 1, "t_s": 0.1, "x": 0.5, "y": 0.5}
            event = Event.read(tab_id=TABS[0], seq=seq, t_client_ms=0.0, kind=EventKind.MARK, payload=payload)
            intake.accept_events(both[place % 2], attempt_id, tab_id=TABS[0], events=[event])

    def end() -> None:
        payload = {"final_zone": "lobby", "not_on_camera": False, "note": ""}
        event = Event.read(tab_id=TABS[1], seq=1, t_client_ms=0.0, kind=EventKind.SUBMIT, payload=payload)
        intake.accept_events(both[1], members[0].attempt_id, tab_id=TABS[1], events=[event])

    at_once(*(lambda place=place: mark(place) for place in range(4)))
    feed = news.get_news(both[1], members[0].attempt_id, since=0)["entries"]
    assert [entry["number"] for entry in feed] == list(range(1, 4 * marks + 1))
    assert len({entry["payload"]["mark_id"] for entry in feed}) == 4 * marks
    at_once(end, *(lambda app=app: scores.settle_all(app) for app in both))
    timings = [load_attempt(both[0], member.attempt_id).timing for member in members]
    assert {(timing.state.value, timing.used_s) for timing in timings} == {("submitted", 5.0)}


def test_a_session_day_is_one_day_over_both_processes(both: tuple[App, App]) -> None:
    trainer, other = both
    day = open_room(trainer)
    seats = [
        joining.take_name(app, NOBODY, day.link, day.people[name])
        for app, name in zip(both, ("Ana", "Ben"), strict=True)
    ]
    assert [joining.get_seat(app, own).place for app, own in zip(both[::-1], seats, strict=True)] == [Place.WAITING] * 2
    opening.show_briefing(trainer, day.session_id)
    given = [joining.enter_drill(other, seats[0]), joining.enter_drill(trainer, seats[1])]
    for app, attempt_id in zip(both[::-1], given, strict=True):
        attempts.get_briefing(app, attempt_id)
        assert opening.is_held(app, attempt_id)
    assert {row.stage for row in get_board(trainer, day.session_id).rows} == {Stage.BRIEFING, Stage.AWAY}
    assert opening.start(trainer, day.session_id) == 2
    assert [attempts.get_state(other, each) for each in given] == [AttemptState.RUNNING] * 2
    assert help_requests.ask_help(other, given[0]) == {"asked": 1, "answered": 0}
    assert day.row("Ana").help_at is not None
    help_requests.answer_help(trainer, day.session_id, day.people["Ana"])
    assert help_requests.get_help(other, given[0]) == {"asked": 1, "answered": 1}
    opening.end(other, day.session_id)
    assert day.board.is_over


DRILLS = 5
ROUNDS = 25
PAUSED_AT, RESUMED_AT = (5, 13), (9, 16)
"""Rounds before which all clocks are stopped, and run on."""
KINDS = (EventKind.PLAY, EventKind.PAUSE, EventKind.NOTE, EventKind.SIMILAR)


@pytest.fixture
def app(both: tuple[App, App]) -> App:
    return both[0]


def make_post(app: App, attempt_id: str, *events: Event, tab: str = TABS[0], waiting: int = 0) -> Post:
    return Post(attempt_id=attempt_id, tab_id=tab, events=events, waiting=waiting, received=app.clock.read())


def accept_alone(app: App, post: Post) -> Receipt | SimError:
    try:
        return accept_events(
            app, post.attempt_id, tab_id=post.tab_id, events=post.events, waiting=post.waiting, received=post.received
        )
    except SimError as error:
        return error


def read_all(app: App, attempt_id: str) -> tuple[object, ...]:
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
        timing = replace(row.timing, attempt_id="", created_at=row.timing.released_at or row.timing.created_at)
        silences = [each.silence for each in work.list_rows(SilenceRow, SilenceRow.attempt_id == attempt_id)]
        return (
            replace(row, timing=timing),
            [replace(tab, attempt_id="") for tab in work.list_rows(TabRow, TabRow.attempt_id == attempt_id)],
            work.events.list_all(attempt_id),
            silences,
        )


def draw_events(rng: random.Random, seqs: dict[str, int], tab: str, *, is_last: bool) -> list[Event]:
    first = max(1, seqs[tab] - rng.choice((0, 0, 0, 2)))
    seqs[tab] += rng.choice((0, 1, 2, 3))
    kinds = [EventKind.OPEN if seq == 1 else rng.choice(KINDS) for seq in range(first, seqs[tab] + 1)]
    events = [make_event(seq, tab=tab, kind=kind) for seq, kind in enumerate(kinds, start=first)]
    if events and rng.random() < 0.1:
        del events[rng.randrange(len(events))]
    if is_last:
        seqs[tab] += 1
        events.append(make_event(seqs[tab], tab=tab, kind=EventKind.SUBMIT))
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
            change = clocks.pause if turn in PAUSED_AT else clocks.resume
            with app.store.write() as work:
                for row in work.attempts.find_all([*grouped, *alone]).values():
                    work.save_row(replace(row, timing=change(row.timing, app.clock.read())))
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
    posts = [make_post(app, each, make_event(1)) for each in ("nobody", unbegun, good, full)]
    posts[2] = replace(posts[2], events=(make_event(1), make_event(2)))
    told = accept_group(app, posts)
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

    append = EventsTable.append

    def refuse(table: EventsTable, events: Mapping[str, Sequence[StoredEvent]]) -> None:
        if len(events) > 1:
            raise failure("INSERT", None, Exception("refused"))
        append(table, events)

    monkeypatch.setattr(EventsTable, "append", refuse)
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
    write, opened = Store.write, []

    def note(store: Store) -> AbstractContextManager[Transaction]:
        opened.append(store)
        return write(store)

    monkeypatch.setattr(Store, "write", note)
    told = accept_group(app, [make_post(app, each, make_event(1), make_event(2)) for each in drills])
    assert [each.ack if isinstance(each, Receipt) else each for each in told] == [2] * DRILLS
    assert len(opened) == 1


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
    accept_group(app, [make_post(app, attempt_id, make_event(3, kind=EventKind.SUBMIT))])
    assert not is_running(app, attempt_id)

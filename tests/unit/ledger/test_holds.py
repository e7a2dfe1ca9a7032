import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from sim.db.engine import make_sqlite_url
from sim.db.ledger import HoldScope, LedgerKind, Subjects
from sim.db.sessions import Certified
from sim.db.store import Store, open_store
from sim.errors import HoldError, StoreError
from sim.features.record.load import load_person_record, load_team_record
from sim.features.record.view import list_certificates
from sim.features.training.events import close_training, draft_training, enter_training
from sim.features.training.sign_in import tick_off
from sim.ledger import holds
from sim.ledger.verify import verify
from tests.contract.test_stores import add_exercise, add_team, make_invited, make_session
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(make_sqlite_url(tmp_path / "holds.db"))) as opened:
        add_team(opened, "team", people=2)
        with opened.write() as work:
            work.insert(make_session())
            work.insert(make_invited(0))
        yield opened


def test_a_hold_on_a_session_keeps_whom_it_invited_until_it_is_released(store: Store) -> None:
    clock = FakeClock()
    row = holds.place_hold(
        store, clock, scope=HoldScope.SESSION, subject_id="s1", reason="  case \n 26-114 ", by="R. Owner"
    )
    with store.read() as work:
        assert (holds.find_hold(work, "team-p0"), holds.find_hold(work, "team-p1")) == (row, None)
        with pytest.raises(HoldError, match=r"since Sep 14, 2026 by R\. Owner: case 26-114.*nothing was deleted"):
            holds.refuse_held(work, "team-p0")
    released = holds.release_hold(store, clock, row.hold_id, reason="case closed", by="R. Owner")
    assert (released.released_by, released.release_reason) == ("R. Owner", "case closed")
    with store.read() as work:
        holds.refuse_held(work, "team-p0")
        kinds = [entry.kind for entry in work.ledger.iterate()]
    assert kinds == [LedgerKind.HOLD_PLACED, LedgerKind.HOLD_RELEASED]


def test_one_hold_released_leaves_another(store: Store) -> None:
    clock = FakeClock()
    first = holds.place_hold(store, clock, scope=HoldScope.PERSON, subject_id="team-p0", reason="a")
    second = holds.place_hold(store, clock, scope=HoldScope.TEAM, subject_id="team", reason="b")
    holds.release_hold(store, clock, first.hold_id, reason="done")
    with store.read() as work:
        assert holds.find_hold(work, "team-p0") == second
    with pytest.raises(HoldError, match="was released on Sep 14, 2026"):
        holds.release_hold(store, clock, first.hold_id, reason="again")


def test_a_hold_needs_a_reason_and_something_to_hold(store: Store) -> None:
    clock = FakeClock()
    for reason in ("", " \n", "x" * 301):
        with pytest.raises(HoldError, match="Enter a reason"):
            holds.place_hold(store, clock, scope=HoldScope.PERSON, subject_id="team-p0", reason=reason)
    with pytest.raises(StoreError):
        holds.place_hold(store, clock, scope=HoldScope.PERSON, subject_id="nobody", reason="x")
    with pytest.raises(HoldError, match="does not exist"):
        holds.release_hold(store, clock, "nothing", reason="x")
    with store.read() as work:
        assert work.holds.list_all() == ()
        assert work.ledger.get_head().number == 0


def test_a_subject_is_found_by_id_or_by_a_name_that_is_its_own(store: Store) -> None:
    add_team(store, "other", people=1)
    assert holds.find_subject(store, HoldScope.PERSON, "team-p1") == "team-p1"
    assert holds.find_subject(store, HoldScope.PERSON, "N1") == "team-p1"
    assert holds.find_subject(store, HoldScope.SESSION, "s1") == "s1"
    with pytest.raises(HoldError, match="2 persons are named 'N0'"):
        holds.find_subject(store, HoldScope.PERSON, "N0")


def test_attempts_that_a_hold_keeps_are_left_also_those_of_an_exercise_together(store: Store) -> None:
    add_exercise(store, "exercise")
    attempts = (("a0", "exercise-p0"), ("a1", "exercise-p1"), ("own", "team-p1"), ("nobody", None))
    with store.read() as work:
        assert holds.leave_held(work, attempts) == ("a0", "a1", "own", "nobody")
    holds.place_hold(store, FakeClock(), scope=HoldScope.PERSON, subject_id="exercise-p0", reason="case 26-114")
    with store.read() as work:
        assert holds.leave_held(work, attempts[1:]) == ("own", "nobody"), "an exercise stays as a whole"


YEARS = timedelta(days=5 * 365 + 2)


def test_after_its_period_a_record_is_hashes_that_still_hold(room: Room, clock: FakeClock) -> None:
    app = room.app
    clock.pass_s(13 * 3600)
    load_team_record(app, room.team_id)
    assert holds.reduce_overdue(app, applies=False).numbers == ()
    with app.store.read() as work:
        count = work.ledger.get_head().number
    clock.pass_s((YEARS - timedelta(hours=15)).total_seconds())
    assert holds.reduce_overdue(app, applies=False).numbers == ()
    clock.pass_s(86400)
    found = holds.reduce_overdue(app, by="R. Owner")
    assert (found.numbers, found.held) == (tuple(range(1, count + 1)), 0)
    verdict = verify(app.store)
    assert (verdict.broken, len(verdict.removed)) == (None, count)
    record = load_team_record(app, room.team_id)
    assert (record.results, record.gaps) == ((), ())
    with app.store.read() as work:
        told = [json.loads(entry.body) for entry in work.ledger.iterate() if entry.body is not None]
    assert "Ben Hill" not in json.dumps(told)
    assert holds.reduce_overdue(app).numbers == ()


@pytest.mark.parametrize("scope", list(HoldScope))
def test_a_hold_keeps_the_sessions_and_trainings_of_its_people_whole_until_it_is_released(
    room: Room, clock: FakeClock, scope: HoldScope
) -> None:
    app, ben = room.app, room.people["Ben"]
    plan = draft_training(
        team_id=room.team_id, title="New cameras", begins_at=clock.read().wall, minutes=60, certified=Certified.ATTENDED
    )
    training_id = enter_training(app, plan, person_ids=[ben, room.people["Cy"]])
    tick_off(app, training_id, [ben])
    close_training(app, training_id, minutes=45, why_longer="on paper")
    clock.pass_s(13 * 3600)
    before = load_person_record(app, ben)
    subject_ids = {
        HoldScope.PERSON: ben,
        HoldScope.TEAM: room.team_id,
        HoldScope.SESSION: room.session_id,
        HoldScope.TRAINING: training_id,
    }
    hold = holds.place_hold(app.store, clock, scope=scope, subject_id=subject_ids[scope], reason="case 26-114")
    clock.pass_s((YEARS + timedelta(days=1)).total_seconds())
    found = holds.reduce_overdue(app)
    assert found.held > 0
    if scope is HoldScope.TEAM:
        assert found.numbers == ()
    kept = load_person_record(app, ben)
    assert (kept.sessions, kept.trainings, kept.results) == (before.sessions, before.trainings, before.results)
    (certificate,) = list_certificates(kept, now=clock.read().wall, zone=UTC)
    assert (certificate.person.name, certificate.training.minutes) == ("Ben Hill", 45)
    if scope in (HoldScope.PERSON, HoldScope.TRAINING):
        names = {each.name for each in load_team_record(app, room.team_id).results}
        assert names == {"Ben Hill"}, "nothing else of the others is kept"
    holds.release_hold(app.store, clock, hold.hold_id, reason="closed")
    holds.reduce_overdue(app)
    with app.store.read() as work:
        assert [entry.kind for entry in work.ledger.list_of(Subjects(person_id=ben))] in ([], ["hold-released"])
    assert verify(app.store).broken is None

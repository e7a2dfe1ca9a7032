from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sim.db.engine import make_sqlite_url
from sim.db.ledger import HoldScope, LedgerKind
from sim.db.store import Store, open_store
from sim.errors import HoldError, StoreError
from sim.services.ledger.holds import (
    find_hold,
    find_subject,
    leave_held,
    place_hold,
    refuse_held,
    release_hold,
)
from tests.contract.test_session_store import make_invited, make_session
from tests.contract.test_stores import add_exercise, add_team
from tests.support.fake_clock import FakeClock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A team of two; the first of them was invited to a session."""
    with closing(open_store(make_sqlite_url(tmp_path / "holds.db"))) as opened:
        add_team(opened, "team", people=2)
        with opened.write() as work:
            work.sessions.add(make_session())
            work.sessions.invite(make_invited(0))
        yield opened


@pytest.mark.parametrize(
    ("scope", "subject_id", "held"),
    [
        (HoldScope.PERSON, "team-p0", {"team-p0"}),
        (HoldScope.TEAM, "team", {"team-p0", "team-p1"}),
        (HoldScope.SESSION, "s1", {"team-p0"}),
    ],
)
def test_a_hold_keeps_whom_it_is_about_until_it_is_released(
    store: Store, scope: HoldScope, subject_id: str, held: set[str]
) -> None:
    clock = FakeClock()
    row = place_hold(store, clock, scope=scope, subject_id=subject_id, reason="  case \n 26-114 ", by="R. Owner")
    with store.read() as work:
        for person_id in ("team-p0", "team-p1"):
            if person_id in held:
                assert find_hold(work, person_id) == row
                with pytest.raises(
                    HoldError, match=r"since Sep 14, 2026 by R\. Owner: case 26-114.*nothing was deleted"
                ):
                    refuse_held(work, person_id)
            else:
                assert find_hold(work, person_id) is None
                refuse_held(work, person_id)
    clock.pass_s(60)
    released = release_hold(store, clock, row.hold_id, reason="case closed", by="R. Owner")
    assert (released.released_by, released.release_reason) == ("R. Owner", "case closed")
    with store.read() as work:
        assert find_hold(work, "team-p0") is None
        kinds = [entry.kind for entry in work.ledger.iterate()]
    assert kinds == [LedgerKind.HOLD_PLACED, LedgerKind.HOLD_RELEASED]


def test_one_hold_released_leaves_another(store: Store) -> None:
    clock = FakeClock()
    first = place_hold(store, clock, scope=HoldScope.PERSON, subject_id="team-p0", reason="a")
    second = place_hold(store, clock, scope=HoldScope.TEAM, subject_id="team", reason="b")
    release_hold(store, clock, first.hold_id, reason="done")
    with store.read() as work:
        assert find_hold(work, "team-p0") == second
        assert [row.hold_id for row in work.holds.list_all(active_only=True)] == [second.hold_id]
        assert len(work.holds.list_all()) == 2
    with pytest.raises(HoldError, match="was released on Sep 14, 2026"):
        release_hold(store, clock, first.hold_id, reason="again")


def test_a_hold_needs_a_reason_and_something_to_hold(store: Store) -> None:
    clock = FakeClock()
    for reason in ("", " \n", "x" * 301):
        with pytest.raises(HoldError, match="needs a reason"):
            place_hold(store, clock, scope=HoldScope.PERSON, subject_id="team-p0", reason=reason)
    with pytest.raises(StoreError):
        place_hold(store, clock, scope=HoldScope.PERSON, subject_id="nobody", reason="x")
    with pytest.raises(HoldError, match="does not exist"):
        release_hold(store, clock, "nothing", reason="x")
    with store.read() as work:
        assert work.holds.list_all() == ()
        assert work.ledger.get_head().number == 0


def test_a_subject_is_found_by_id_or_by_a_name_that_is_its_own(store: Store) -> None:
    add_team(store, "other", people=1)
    assert find_subject(store, HoldScope.PERSON, "team-p1") == "team-p1"
    assert find_subject(store, HoldScope.PERSON, "N1") == "team-p1"
    assert find_subject(store, HoldScope.TEAM, "Team team") == "team"
    assert find_subject(store, HoldScope.SESSION, "s1") == "s1"
    with pytest.raises(HoldError, match="2 persons are named 'N0'"):
        find_subject(store, HoldScope.PERSON, "N0")
    for scope in HoldScope:
        with pytest.raises(HoldError, match="there is no"):
            find_subject(store, scope, "nothing")


def test_attempts_that_a_hold_keeps_are_left_also_those_of_an_exercise_together(store: Store) -> None:
    add_exercise(store, "exercise")
    attempts = (("a0", "exercise-p0"), ("a1", "exercise-p1"), ("own", "team-p1"), ("nobody", None))
    with store.read() as work:
        assert leave_held(work, attempts) == ("a0", "a1", "own", "nobody")
    place_hold(store, FakeClock(), scope=HoldScope.PERSON, subject_id="exercise-p0", reason="case 26-114")
    with store.read() as work:
        assert leave_held(work, attempts) == ("own", "nobody")
        assert leave_held(work, attempts[1:]) == ("own", "nobody"), (
            "an exercise goes as a whole, so it stays as a whole"
        )
        assert leave_held(work, ()) == ()

"""What is older than the record is kept: reduced to hashes, unless a legal hold keeps it."""

import json
from datetime import UTC, timedelta

import pytest

from sim.db.ledger import HoldScope, Subjects
from sim.services.ledger.holds import place_hold, release_hold
from sim.services.ledger.trainings import Certified
from sim.services.ledger.verify import verify
from sim.services.training_event.events import TrainingPlan, close_training, enter_training
from sim.services.training_event.sign_in import tick_off
from sim.services.training_record.certificates import list_certificates
from sim.services.training_record.load import load_person_record, load_team_record
from sim.services.training_record.retention import find_overdue, reduce_overdue
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room

YEARS = timedelta(days=5 * 365 + 2)


def test_after_its_period_a_record_is_hashes_that_still_hold(room: Room, clock: FakeClock) -> None:
    app = room.app
    clock.pass_s(13 * 3600)
    load_team_record(app, room.team_id)
    assert find_overdue(app).numbers == ()
    with app.store.read() as work:
        count = work.ledger.get_head().number
    clock.pass_s((YEARS - timedelta(hours=15)).total_seconds())
    assert find_overdue(app).numbers == ()
    clock.pass_s(86400)
    found = reduce_overdue(app, by="R. Owner")
    assert (found.numbers, found.held) == (tuple(range(1, count + 1)), 0)
    verdict = verify(app.store)
    assert (verdict.broken, verdict.reduced) == (None, count)
    record = load_team_record(app, room.team_id)
    assert (record.results, record.gaps) == ((), ())
    with app.store.read() as work:
        told = [json.loads(entry.body) for entry in work.ledger.iterate() if entry.body is not None]
    assert "Ben Hill" not in json.dumps(told)
    assert reduce_overdue(app).numbers == ()


@pytest.mark.parametrize("scope", list(HoldScope))
def test_a_hold_keeps_what_is_over_until_it_is_released(room: Room, clock: FakeClock, scope: HoldScope) -> None:
    app, ben = room.app, room.people["Ben"]
    plan = TrainingPlan(team_id=room.team_id, title="New cameras", begins_at=clock.read().wall, minutes=60)
    subject_id = {
        HoldScope.PERSON: ben,
        HoldScope.TEAM: room.team_id,
        HoldScope.SESSION: room.session_id,
        HoldScope.TRAINING: enter_training(app, plan, person_ids=[ben]),
    }[scope]
    hold = place_hold(app.store, clock, scope=scope, subject_id=subject_id, reason="case 26-114")
    clock.pass_s((YEARS + timedelta(days=1)).total_seconds())
    found = reduce_overdue(app)
    assert found.held > 0
    with app.store.read() as work:
        assert all(entry.body is not None for entry in work.ledger.list_of(Subjects(person_id=ben)))
        assert work.ledger.list_of(Subjects(person_id=ben))
    if scope is HoldScope.TEAM:
        assert found.numbers == ()
    release_hold(app.store, clock, hold.hold_id, reason="closed")
    reduce_overdue(app)
    with app.store.read() as work:
        assert [entry.kind for entry in work.ledger.list_of(Subjects(person_id=ben))] in ([], ["hold-released"])
    assert verify(app.store).broken is None


@pytest.mark.parametrize("scope", [HoldScope.PERSON, HoldScope.SESSION, HoldScope.TRAINING])
def test_a_hold_keeps_the_sessions_and_trainings_of_its_people_whole(
    room: Room, clock: FakeClock, scope: HoldScope
) -> None:
    app, ben = room.app, room.people["Ben"]
    plan = TrainingPlan(
        team_id=room.team_id,
        title="New cameras",
        begins_at=clock.read().wall,
        minutes=60,
        certified=Certified.ATTENDED,
    )
    training_id = enter_training(app, plan, person_ids=[ben, room.people["Cy"]])
    tick_off(app, training_id, [ben])
    close_training(app, training_id, minutes=45, why_longer="on paper")
    clock.pass_s(13 * 3600)
    before = load_person_record(app, ben)
    subject_id = {HoldScope.PERSON: ben, HoldScope.SESSION: room.session_id, HoldScope.TRAINING: training_id}[scope]
    place_hold(app.store, clock, scope=scope, subject_id=subject_id, reason="case 26-114")
    clock.pass_s((YEARS + timedelta(days=1)).total_seconds())
    reduce_overdue(app)
    kept = load_person_record(app, ben)
    assert (kept.sessions, kept.trainings, kept.results) == (before.sessions, before.trainings, before.results)
    (certificate,) = list_certificates(kept, now=clock.read().wall, zone=UTC)
    assert (certificate.name, certificate.training.minutes) == ("Ben Hill", 45)
    if scope is not HoldScope.SESSION:
        names = {each.name for each in load_team_record(app, room.team_id).results}
        assert names == {"Ben Hill"}, "nothing else of the others is kept"

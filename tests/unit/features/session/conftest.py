"""Sessions in which everybody seeks the same student."""

from sim.attempt.attempt import Phase
from sim.features.session.opening import Plan
from sim.features.team.given_drills import create_attempt
from sim.program.session_day import SessionKind, Starting
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room


def plan_same(room: Room, place: int, **changes: object) -> Plan:
    assert isinstance(room.app.clock, FakeClock)
    room.app.clock.pass_s(1)
    forms = [known for known in room.app.catalog.list_forms() if known.form.use == "parallel"]
    chosen = [known for known in forms if known.recording_id == forms[0].recording_id][place]
    fields: dict[str, object] = {
        "team_id": room.team_id,
        "kind": SessionKind.BEFORE,
        "starting": Starting.EACH,
        "person_ids": tuple(room.people.values()),
        "recording_id": chosen.recording_id,
        "form_id": chosen.form.form_id,
    }
    return Plan(**(fields | changes))  # type: ignore[arg-type]


def give_alone(room: Room, name: str, plan: Plan) -> str:
    return create_attempt(
        room.app,
        room.people[name],
        Phase.BEFORE,
        form_id=plan.form_id,
        recording_id=plan.recording_id,
        reason="asked for it",
    )

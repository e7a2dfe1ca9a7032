import json
from datetime import UTC, date

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Mode, Phase
from sim.attempt.events import Event, EventKind
from sim.console import attempts
from sim.console.intake import accept_events
from sim.console.scores import settle
from sim.db.ledger import LedgerKind, Subjects
from sim.errors import LedgerError, TaskError
from sim.features.program import plan
from sim.features.record.exports import make_gap_rows
from sim.features.record.load import load_team_record, note_details, note_remediation
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_team
from sim.features.team.given_drills import give_redrill, list_gap_cards
from sim.ledger.pass_parts import name_skill
from sim.ledger.verify import verify
from sim.program.plan import Wish
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room
from tests.support.tiny_app import LIMIT_S
from tests.unit.ledger.conftest import do_drill, play

pytestmark = pytest.mark.measures


def test_results_are_in_the_record_with_form_version_and_measures(room: Room) -> None:
    ana, ben = sorted(load_team_record(room.app, room.team_id).results, key=lambda result: result.name)
    assert (ana.name, ben.name) == ("Ana Lopez", "Ben Hill")
    assert (ana.passed, ana.state, ana.mode, ana.phase) == (True, "submitted", "assessment", "before")
    assert (ben.passed, ben.state, ben.used_s) == (False, "timed_out", None)
    assert ana.session_id == ben.session_id == room.session_id
    assert (ana.parts["appearance_recall"], ben.parts["appearance_recall"]) == (1, 0)
    with room.app.store.read() as work:
        stored = work.attempts.get(ana.attempt_id)
    assert (ana.form, ana.form_version) == (stored.form_id, stored.form_version)
    assert ana.parts["idf1"] == pytest.approx(json.loads(stored.score_json or "")["idf1"], abs=1e-4)


def test_a_weakness_stays_open_until_a_later_drill_meets_it(room: Room, clock: FakeClock) -> None:
    app, ben = room.app, room.people["Ben"]
    gaps = load_team_record(app, room.team_id).gaps
    assert {gap.name for gap in gaps} == {"Ben Hill"}
    assert {gap.key for gap in gaps} == {"appearance_recall", "final_place", "inside_limit"}
    assert next(name_skill(gap.key) for gap in gaps if gap.key == "inside_limit") == "finishing in time"
    note_remediation(app, ben, words="Went through the debrief together", by="T. Trainer")
    assert all(gap.closed_at is None for gap in load_team_record(app, room.team_id).gaps)
    attempt_id = do_drill(app, clock, ben, Phase.AFTER)
    record = load_team_record(app, room.team_id)
    assert len(record.gaps) == 3
    assert {gap.closed_by for gap in record.gaps} == {attempt_id}
    said = [(note.data["words"], note.by) for note in record.notes]
    assert said == [("Went through the debrief together", "T. Trainer")]


def test_an_empty_answer_within_the_time_closes_no_gap(room: Room, clock: FakeClock) -> None:
    app = room.app
    attempt_id = given_drills.create_attempt(app, room.people["Ben"], Phase.AFTER)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(60)
    nothing = {"final_zone": None, "not_on_camera": False, "note": ""}
    submit = Event.read(tab_id="tab-1", seq=1, t_client_ms=60_000.0, kind=EventKind.SUBMIT, payload=nothing)
    accept_events(app, attempt_id, tab_id="tab-1", events=[submit])
    settle(app, attempt_id)
    record = load_team_record(app, room.team_id)
    empty = next(result for result in record.results if result.attempt_id == attempt_id)
    assert empty.criteria["inside_limit"] is True, "it was handed in in time"
    assert all(gap.closed_at is None for gap in record.gaps), "and shows nobody finishing in time"


def test_a_redrill_is_another_drill_of_the_kind_and_the_entry_that_closes_the_gap_names_it(
    room: Room, clock: FakeClock
) -> None:
    app, ben = room.app, room.people["Ben"]
    (card,) = list_gap_cards(app, load_team_record(app, room.team_id).gaps, zone=UTC)
    assert (card.name, card.waiting, card.why_not, len(card.lines)) == ("Ben Hill", None, "", 3)
    attempt_id = give_redrill(app, ben, after=card.after, by="T. Trainer")
    assert give_redrill(app, ben, after=card.after) == attempt_id
    with app.store.read() as work:
        first, second = work.attempts.get(card.after), work.attempts.get(attempt_id)
    assert (second.mode, second.phase, second.step_id) == (Mode.ASSESSMENT, None, None)
    assert first.form_id != second.form_id and first.options == second.options
    gaps = load_team_record(app, room.team_id).gaps
    (card,) = list_gap_cards(app, gaps, zone=UTC)
    assert card.waiting is not None and card.waiting.attempt_id == attempt_id
    assert {gap.redrill for gap in gaps} == {attempt_id}
    play(app, clock, attempt_id)
    record = load_team_record(app, room.team_id)
    assert all(gap.redrill and gap.closed_by == gap.redrill for gap in record.gaps)
    assert list_gap_cards(app, record.gaps, zone=UTC) == ()
    with app.store.read() as work:
        subjects = Subjects(attempt_id=attempt_id)
        (given,) = work.ledger.list_of(subjects, kinds=[LedgerKind.REDRILL_GIVEN])
        closing = work.ledger.list_of(subjects, kinds=[LedgerKind.GAP_CLOSED])
    assert json.loads(given.body or "")["by"] == "T. Trainer"
    assert len(closing) == 3
    assert {json.loads(entry.body or "")["data"]["redrill_entry"] for entry in closing} == {given.number}
    assert len(export_team(app, room.team_id)) == 2, "a re-drill is compared with nothing"
    assert "re-drill given on 2026-09-14, which closed it" in make_gap_rows(record).rows[0][-1]
    assert verify(app.store).broken is None


def test_a_redrill_not_done_well_stays_said_and_without_another_drill_it_says_why(room: Room, clock: FakeClock) -> None:
    app, ben = room.app, room.people["Ben"]
    (card,) = list_gap_cards(app, load_team_record(app, room.team_id).gaps, zone=UTC)
    attempt_id = give_redrill(app, ben, after=card.after)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(2 * LIMIT_S)
    (card,) = list_gap_cards(app, load_team_record(app, room.team_id).gaps, zone=UTC)
    assert card.waiting is None
    assert all("Not met in the re-drill of Sep 14, 2026." in line for line in card.lines)
    assert card.why_not.startswith("Ben Hill was given every drill of this kind before")
    with pytest.raises(TaskError, match="every drill of this kind"):
        give_redrill(app, ben, after=card.after)
    team.remove_person(app, ben)
    (card,) = list_gap_cards(app, load_team_record(app, room.team_id).gaps, zone=UTC)
    assert card.why_not == "Ben Hill is no longer on the team"


def test_a_redrill_leaves_what_the_program_still_needs(room: Room) -> None:
    app, ben = room.app, room.people["Ben"]
    plan.create_program(
        app,
        plan.Order(
            team_id=room.team_id,
            aim="x",
            wish=Wish(training_on=date(2026, 9, 28), before=1, after=1),
            training_at="9:30",
            time_zone="America/New_York",
            request_key="key",
        ),
    )
    (card,) = list_gap_cards(app, load_team_record(app, room.team_id).gaps, zone=UTC)
    assert card.why_not.startswith("what Ben Hill has not seen is kept for the steps of the program")
    with pytest.raises(TaskError, match="kept for the steps"):
        give_redrill(app, ben, after=card.after)
    with pytest.raises(TaskError, match="not theirs"):
        give_redrill(app, room.people["Cy"], after=card.after)


def test_practice_and_demo_teams_are_not_in_the_record(drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Team")
    person_id = team.add_person(drill_app, team_id, "Heron")
    form = drill_app.catalog.list_forms()[0].form.form_id
    attempt_id = attempts.create(drill_app, form_id=form, mode=attempts.Mode.PRACTICE, person_id=person_id)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    clock.pass_s(2 * LIMIT_S)
    assert load_team_record(drill_app, team_id).results == ()
    with drill_app.store.read() as work:
        assert {entry.kind for entry in work.ledger.list_of(Subjects(team_id=team_id))} == {"person-changed"}
    demo = team.add_team(drill_app, "Demo", is_demo=True)
    invented = team.add_person(drill_app, demo, "Otter")
    with pytest.raises(LedgerError, match="demo team"):
        note_remediation(drill_app, invented, words="x")
    assert load_team_record(drill_app, demo).results == ()


def test_a_drill_given_up_is_in_the_record_without_a_score(drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Team")
    person_id = team.add_person(drill_app, team_id, "Heron")
    attempt_id = given_drills.create_attempt(drill_app, person_id, Phase.BEFORE)
    attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    clock.pass_s(20)
    attempts.abandon(drill_app, attempt_id)
    attempts.abandon(drill_app, attempt_id)
    (result,) = load_team_record(drill_app, team_id).results
    assert (result.state, result.passed, result.used_s, result.criteria) == ("abandoned", None, 20, {})


def test_the_details_of_a_session_are_added_and_corrected_by_new_entries(room: Room) -> None:
    app = room.app
    details = {
        "need": "New cameras since August",
        "content": "Camera search, level 1",
        "content_version": "2026-08",
        "instructor": "T. Trainer",
        "qualification": "District camera trainer, certificate 12",
    }
    note_details(app, room.session_id, details, hours="1.5", by="T. Trainer")
    note_details(app, room.session_id, details | {"need": ""}, by="T. Trainer")
    session = load_team_record(app, room.team_id).sessions[0]
    assert (session.content, session.content_version) == ("Camera search, level 1", "2026-08")
    assert (session.need, session.instructor, session.hours) == ("", "T. Trainer", 1.5)
    with app.store.read() as work:
        kinds = [LedgerKind.SESSION_DETAILS]
        assert len(work.ledger.list_of(Subjects(session_id=room.session_id), kinds=kinds)) == 2
    for change in ({"content": " "}, {"need": "x" * 401}):
        with pytest.raises(LedgerError):
            note_details(app, room.session_id, details | change)

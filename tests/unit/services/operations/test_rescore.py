"""Scores of earlier rules: read, shown as such, and brought up to the rules of today from the log."""

import json
from dataclasses import replace
from datetime import UTC

import pytest

from sim.__main__ import main
from sim.drill.attempt import AttemptState, Mode, Phase
from sim.records.ledger_rows import LedgerKind, Subjects
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.earlier_rules import EARLIER_RULES, VERSIONS, is_by_earlier_rules
from sim.services.debrief import page as debrief
from sim.services.ledger.gaps import note_gaps
from sim.services.ledger.verify import verify
from sim.services.operations.rescore import EARLIER, rescore_all
from sim.services.team import given_drills, person_view, team_view
from sim.services.training_record.load import load_team_record
from sim.services.training_record.tables import make_result_table
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room
from tests.support.tiny_app import LIMIT_S
from tests.unit.services.ledger.conftest import do_drill, room

__all__ = ["room"]


def find_attempt(room: Room, name: str) -> str:
    return next(each.attempt_id for each in load_team_record(room.app, room.team_id).results if each.name == name)


def age(app: App, attempt_id: str, **changes: object) -> dict[str, object]:
    """Store a score as version 1 of the rules wrote it: fewer criteria, all versions 1, other values."""
    with app.store.write() as work:
        row = work.attempts.get(attempt_id)
        score = json.loads(row.score_json or "")
        score["versions"] = dict.fromkeys(score["versions"], 1)
        score["criteria"].pop("no_contradiction")
        score |= changes
        text, versions = json.dumps(score, sort_keys=True), json.dumps(score["versions"], sort_keys=True)
        work.attempts.save(replace(row, score_json=text, metric_versions=versions))
    return dict(score)


def test_versions_of_today_are_not_earlier_and_any_other_is() -> None:
    assert not is_by_earlier_rules(None)
    assert not is_by_earlier_rules(json.dumps(dict(VERSIONS)))
    assert is_by_earlier_rules(json.dumps({**VERSIONS, "idf1": VERSIONS["idf1"] - 1}))
    assert is_by_earlier_rules(json.dumps({"a measure that is no more": 1}))


def test_an_earlier_score_is_read_and_shown_as_such(room: Room) -> None:
    attempt_id = find_attempt(room, "Ana Lopez")
    assert debrief.get_debrief(room.app, attempt_id).earlier_rules == ""
    age(room.app, attempt_id, passed=False, idf1=0.5)
    card = next(c for c in given_drills.list_attempts(room.app, room.team_id) if c.attempt_id == attempt_id)
    assert (card.by_earlier_rules, card.passed, card.idf1) == (True, False, 0.5)
    person = person_view.get_person_drills(room.app, room.people["Ana"], zone=UTC)
    assert EARLIER_RULES in person.table.rows[0][-1] and EARLIER_RULES in person.drills[0].text
    lines = [line.text for each in team_view.get_team_view(room.app, room.team_id).people for line in each.before]
    assert sum(EARLIER_RULES in line for line in lines) == 1
    shown = debrief.get_debrief(room.app, attempt_id)
    assert shown.passed is True, "the page follows the rules of today"
    assert EARLIER_RULES in shown.earlier_rules and "did not pass" in shown.earlier_rules


def test_nothing_is_written_without_apply_and_the_second_time_nothing_changes(room: Room) -> None:
    app, attempt_id = room.app, find_attempt(room, "Ana Lopez")
    assert list(rescore_all(app, apply=True)) == []
    old = age(app, attempt_id, passed=False, idf1=0.5)
    (shown,) = rescore_all(app, apply=False)
    assert (shown.attempt_id, shown.passed, shown.changes) == (attempt_id, (False, True), {"idf1": ("0.5", "1")})
    (again,) = rescore_all(app, apply=True)
    assert again == shown
    assert list(rescore_all(app, apply=True)) == []
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    assert json.loads(row.score_json or "")[EARLIER] == [old]
    assert not is_by_earlier_rules(row.metric_versions)


def test_the_record_gets_an_entry_of_its_own_and_keeps_the_one_before(room: Room) -> None:
    app, attempt_id = room.app, find_attempt(room, "Ana Lopez")
    age(app, attempt_id, passed=False)
    list(rescore_all(app, apply=True))
    with app.store.read() as work:
        kinds = (LedgerKind.RESULT, LedgerKind.RESULT_RESCORED)
        first, second = work.ledger.list_of(Subjects(attempt_id=attempt_id), kinds=kinds)
    assert (first.kind, second.kind) == ("result", "result-rescored")
    data = json.loads(second.body or "")["data"]
    assert (data["was"]["passed"], data["passed"], data["was"]["versions"]["idf1"]) == (False, True, 1)
    assert verify(app.store).broken is None
    record = load_team_record(app, room.team_id)
    result = next(each for each in record.results if each.attempt_id == attempt_id)
    assert (result.passed, result.was_passed) == (True, False)
    cells = [cell for row in make_result_table(record, UTC).rows for cell in row]
    assert "Passed (scored again; did not pass by the earlier rules)" in cells


def test_gaps_of_that_drill_that_are_met_now_are_closed_and_none_is_opened(room: Room, clock: FakeClock) -> None:
    app = room.app
    attempt_id = do_drill(app, clock, room.people["Cy"], Phase.AFTER)
    with app.store.write() as work:
        (entry,) = work.ledger.list_of(Subjects(attempt_id=attempt_id), kinds=(LedgerKind.RESULT,))
        note_gaps(work, entry.subjects, name="Cy Park", criteria={"leg_recall": False}, at=clock.read().wall)
    before = age(app, attempt_id, passed=False)
    assert before["passed"] is False
    age(app, find_attempt(room, "Ben Hill"))
    list(rescore_all(app, apply=True))
    gaps = load_team_record(app, room.team_id).gaps
    assert {(gap.name, gap.key, gap.closed_by) for gap in gaps if gap.name == "Cy Park"} == {
        ("Cy Park", "leg_recall", attempt_id)
    }
    assert {gap.key for gap in gaps if gap.name == "Ben Hill" and gap.closed_at is None} == {
        "leg_recall",
        "final_place",
        "inside_limit",
    }


def test_a_gap_in_a_part_that_has_another_name_now_is_closed_by_that_part(room: Room, clock: FakeClock) -> None:
    """Cutting out nothing else was counted in clips before, and is in seconds now."""
    with room.app.store.write() as work:
        (entry, *_) = work.ledger.list_of(Subjects(person_id=room.people["Ana"]), kinds=(LedgerKind.RESULT,))
        note_gaps(work, entry.subjects, name="Ana", criteria={"surplus_clips": False}, at=clock.read().wall)
        note_gaps(work, entry.subjects, name="Ana", criteria={"outside_share": False}, at=clock.read().wall)
    gaps = [
        (gap.key, gap.closed_at is None) for gap in load_team_record(room.app, room.team_id).gaps if gap.name == "Ana"
    ]
    assert gaps == [("surplus_clips", True), ("outside_share", True)]
    with room.app.store.write() as work:
        note_gaps(work, entry.subjects, name="Ana", criteria={"outside_share": True}, at=clock.read().wall)
    assert all(gap.closed_at for gap in load_team_record(room.app, room.team_id).gaps if gap.name == "Ana")


def test_an_attempt_whose_form_is_gone_stays_as_it_was(room: Room) -> None:
    app, attempt_id = room.app, find_attempt(room, "Ana Lopez")
    old = age(app, attempt_id, passed=False)
    with app.store.write() as work:
        work.attempts.save(replace(work.attempts.get(attempt_id), form_id="tiny-setup-1"))
    (found,) = [each for each in rescore_all(app, apply=True) if each.attempt_id == attempt_id]
    assert "does not exist on this computer" in found.problem
    with app.store.read() as work:
        assert json.loads(work.attempts.get(attempt_id).score_json or "") == old


def test_a_drill_that_cannot_be_scored_keeps_nobody_waiting(room: Room, clock: FakeClock) -> None:
    app, person_id = room.app, room.people["Cy"]
    form_id = app.catalogue.list_practice_forms()[0].form.form_id
    gone = attempts.create(app, form_id=form_id, mode=Mode.PRACTICE, person_id=person_id)
    attempts.get_briefing(app, gone)
    attempts.begin(app, gone)
    with app.store.write() as work:
        work.attempts.save(replace(work.attempts.get(gone), form_id="tiny-setup-1"))
    clock.pass_s(LIMIT_S + 60)
    (card,) = [each for each in given_drills.list_attempts(app, room.team_id) if each.attempt_id == gone]
    assert (card.state, card.passed, card.form_title) == (AttemptState.TIMED_OUT, None, "tiny-setup-1")
    given = given_drills.create_attempt(app, person_id, Phase.AFTER)
    assert attempts.get_state(app, given) is AttemptState.ASSIGNED
    assert len(given_drills.export_attempts(app, room.team_id))


def test_the_command_says_what_changes(
    room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    attempt_id = find_attempt(room, "Ana Lopez")
    age(room.app, attempt_id, passed=False, leg_recall=0.5)
    monkeypatch.setattr("sim.services.app.wiring.open_app", lambda *_: room.app)
    monkeypatch.setattr(App, "close", lambda _: None)
    assert main(["rescore"]) == 0
    said = capsys.readouterr().out
    assert "not passed -> passed" in said and "leg_recall: 0.5 -> 1" in said
    assert "Attempts would be scored again; add --apply to keep the new scores: 1. Left as they were: 0." in said
    assert main(["rescore", "--apply"]) == 0
    capsys.readouterr()
    assert main(["rescore"]) == 0
    assert ": 0. Left as they were: 0." in capsys.readouterr().out

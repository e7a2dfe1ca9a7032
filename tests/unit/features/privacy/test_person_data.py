import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table

from sim.app.own_folders import OWN_SITES
from sim.app.wiring import App
from sim.attempt.attempt import Mode, Phase
from sim.attempt.events import Event, EventKind
from sim.clips.model import Rights
from sim.console import attempts
from sim.console.intake import accept_events
from sim.db.columns import metadata
from sim.db.ledger import HoldScope, LedgerKind, Subjects
from sim.db.sessions import InvitedRow
from sim.db.teams import PersonRow
from sim.errors import AccessError, HoldError, StoreError
from sim.features.accounts.manage import find_or_create
from sim.features.own_clips.folder import make_walk
from sim.features.own_clips.removing import delete_walk
from sim.features.own_school.removing import delete_school
from sim.features.privacy import person_data
from sim.features.privacy.person_data import (
    PERSONAL,
    STAYS,
    STORED,
    collect,
    delete_old_practice,
    delete_person,
    export_person,
)
from sim.features.team import given_drills
from sim.footage.recording.recording import MANIFEST_NAME, RECORDINGS
from sim.ledger import holds
from sim.ledger.holds import place_hold, release_hold
from sim.ledger.verify import verify
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY, Role, Viewer
from tests.contract.test_stores import add_exercise
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_drill, load_attempt, make_team
from tests.support.privacy_page import BEGIN, END, PAGE, write_table
from tests.support.session_app import open_room

ANA, NAME = "Ana", "Ana Quetzalcoatl"


def do_drill(app: App, person_id: str, clock: FakeClock) -> str:
    attempt_id = begin_drill(app, person_id)
    clock.pass_s(5)
    event = Event.read(tab_id="t", seq=1, t_client_ms=1000.0, kind=EventKind.PAUSE, payload={"t_s": 1.0})
    accept_events(app, attempt_id, tab_id="t", events=(event,))
    attempts.abandon(app, attempt_id)
    return attempt_id


def add_practice(app: App, measured: str, person_ids: Sequence[str | None], *, recording_id: str = "") -> list[str]:
    row, made = load_attempt(app, measured), []
    for person_id in person_ids:
        timing = replace(row.timing, attempt_id=f"practice-{len(made)}-{person_id}")
        own = replace(row, timing=timing, person_id=person_id, mode=Mode.PRACTICE, phase=None)
        with app.store.write() as work:
            work.attempts.add(replace(own, recording_id=recording_id or row.recording_id))
        made.append(timing.attempt_id)
    return made


def read_export(app: App, person_id: str, viewer: Viewer = AT_THIS_MACHINE) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(export_person(app, viewer, person_id))) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


@pytest.fixture
def ana(drill_app: App, clock: FakeClock) -> str:
    room = open_room(drill_app, names=(NAME, "Ben Hill"))
    room.join(ANA)
    do_drill(drill_app, room.people[ANA], clock)
    who = {"name": NAME, "roles": frozenset({Role.TRAINEE}), "person_id": room.people[ANA]}
    find_or_create(drill_app, "oidc:https://id.example|7", **who)
    return room.people[ANA]


def test_everything_about_one_person_and_nothing_about_others(drill_app: App, ana: str) -> None:
    with drill_app.store.write() as work:
        work.change(PersonRow, PersonRow.person_id == ana, name="=1+1")
    files = read_export(drill_app, ana)
    tables = json.loads(files["everything.json"])["tables"]
    held = {"person", "account", "account_identity", "session_person", "exposure", "attempt", "attempt_event"}
    assert held <= set(tables)
    assert {f"{name}.csv" for name in tables} | {"everything.json"} == set(files)
    assert "'=1+1" in files["person.csv"], "a cell that looks like a formula is guarded"
    text = json.dumps(tables)
    assert "oidc:https://id.example|7" in text
    assert "Ben Hill" not in text
    assert "secret_hash" not in text


def test_what_a_measured_drill_is_on_is_not_told_before_it_starts(drill_app: App, ana: str) -> None:
    """The attack: read from one's own data which form and recording the drill that waits is on."""
    viewer = Viewer(account_id="a", person_id=ana, name=NAME, role=Role.TRAINEE)
    attempt_id = given_drills.create_attempt(drill_app, ana, Phase.AFTER)
    form = drill_app.catalog.get_form(load_attempt(drill_app, attempt_id).form_id).form

    def read_told() -> str:
        files = read_export(drill_app, ana, viewer)
        tables = json.loads(files["everything.json"])["tables"]
        rows = [row for rows in tables.values() for row in rows if row.get("attempt_id") == attempt_id]
        for name in ("attempt", "exposure"):
            lines = [line for line in files[f"{name}.csv"].splitlines() if attempt_id in line]
            assert len(lines) == sum(row["attempt_id"] == attempt_id for row in tables[name])
            assert len({form.form_id in line for line in lines} | {form.form_id in json.dumps(rows)}) == 1
        return json.dumps(rows)

    for state in ("assigned", "briefed"):
        told = read_told()
        assert f'"state": "{state}"' in told
        assert form.form_id not in told and f'"{form.recording_id}"' not in told
        attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    assert form.form_id in read_told()


def test_who_may_have_and_delete_what(drill_app: App, ana: str) -> None:
    own = Viewer(account_id="a", person_id=ana, name="Ana", role=Role.TRAINEE)
    other = Viewer(account_id="b", person_id="x", name="Ben", role=Role.TRAINEE)
    trainer = Viewer(account_id="c", person_id=None, name="Tess", role=Role.TRAINER)
    assert export_person(drill_app, own, ana)
    for viewer in (NOBODY, other, trainer):
        with pytest.raises(AccessError):
            export_person(drill_app, viewer, ana)
    for viewer in (NOBODY, own, other, trainer):
        with pytest.raises(AccessError):
            delete_person(drill_app, viewer, ana, name=NAME)


def test_deleted_is_gone_from_every_table_and_from_the_file(drill_app: App, ana: str) -> None:
    owner = Viewer(account_id="r", person_id=None, name="R. Owner", role=Role.RECORDS)
    with pytest.raises(StoreError, match="not theirs"):
        delete_person(drill_app, owner, ana, name="Ben Hill")
    done = delete_person(drill_app, owner, ana, name=f" {NAME.lower()} ")
    assert done.rows["attempt"] == done.rows["attempt_event"] == done.rows["account"] == 1
    with drill_app.store.read() as work:
        left = {name for name, rows in collect(work, ana).items() if rows}
        (entry,) = work.ledger.list_of(Subjects(person_id=ana), kinds=[LedgerKind.PERSON_DELETED])
        assert [person.name for person in work.people.list_all()] == ["Ben Hill"]
        (seat,) = work.list_rows(InvitedRow, InvitedRow.person_id == ana)
    assert left == {"audit", "result", "session_person"}, "the training record is evidence"
    assert (seat.extra_time, seat.return_code, seat.joined_at, seat.seen_at) == (1.0, "", None, None)
    assert entry.body is not None
    assert NAME not in entry.body and '"R. Owner"' in entry.body
    assert verify(drill_app.store).broken is None
    with pytest.raises(StoreError):
        export_person(drill_app, owner, ana)


def test_the_name_is_overwritten_in_the_file_once_the_record_is_not_kept(drill_app: App, clock: FakeClock) -> None:
    _, (person_id,) = make_team(drill_app, NAME)
    do_drill(drill_app, person_id, clock)
    drill_app.store.forget()

    def is_in_file() -> bool:
        return any(NAME.encode() in path.read_bytes() for path in drill_app.settings.data.glob("sightline.db*"))

    assert is_in_file(), "else this test shows nothing"
    clock.pass_s(timedelta(days=drill_app.settings.record_days + 1).total_seconds())
    delete_person(drill_app, AT_THIS_MACHINE, person_id, name=NAME)
    assert not is_in_file()


@pytest.mark.parametrize("scope", [HoldScope.PERSON, HoldScope.TEAM, "an exercise"])
def test_a_legal_hold_stops_it_until_released(drill_app: App, ana: str, scope: str) -> None:
    person_id, name, subject = ana, NAME, ana
    if scope == "an exercise":
        add_exercise(drill_app.store, "exercise")
        person_id, name, subject, scope = "exercise-p1", "N1", "exercise-p0", HoldScope.PERSON
    with drill_app.store.read() as work:
        subject = work.people.get(ana).team_id if scope == HoldScope.TEAM else subject
    where = {"scope": HoldScope(scope), "subject_id": subject}
    hold = place_hold(drill_app.store, drill_app.clock, **where, reason="case 26-114")
    with pytest.raises(HoldError, match="case 26-114"):
        delete_person(drill_app, AT_THIS_MACHINE, person_id, name=name)
    with drill_app.store.read() as work:
        assert work.people.get(person_id).name == name
    release_hold(drill_app.store, drill_app.clock, hold.hold_id, reason="closed")
    assert delete_person(drill_app, AT_THIS_MACHINE, person_id, name=name).rows["person"] == 1


def put_recording(app: App, folder: Path, site_id: str) -> str:
    folder.mkdir(parents=True)
    target = app.settings.data / RECORDINGS / f"{folder.name}-1"
    target.mkdir(parents=True)
    (target / MANIFEST_NAME).write_text(json.dumps({"site_id": site_id}), encoding="utf-8")
    return target.name


@pytest.mark.parametrize("kind", ["walk", "school"])
def test_what_a_hold_keeps_outlives_the_footage_it_was_done_on(drill_app: App, clock: FakeClock, kind: str) -> None:
    folder = drill_app.settings.data / OWN_SITES / "school-abc"
    if kind == "walk":
        walk_id = make_walk(drill_app, "Walk", rights=Rights(may_use=True, everyone_agreed=True), by="")
        folder = drill_app.settings.data / "kept" / walk_id
    recording_id = put_recording(drill_app, folder, folder.name)
    _, people = make_team(drill_app, "Ana", "Ben")
    own = add_practice(drill_app, do_drill(drill_app, people[0], clock), people, recording_id=recording_id)
    place_hold(drill_app.store, clock, scope=HoldScope.PERSON, subject_id=people[0], reason="case 26-114")
    removed = (delete_walk if kind == "walk" else delete_school)(drill_app, folder.name, by="Kim")
    assert (removed.recordings, removed.attempts) == (1, 1)
    with drill_app.store.read() as work:
        (left,) = work.attempts.list_all(recording_id=recording_id)
    assert (left.timing.attempt_id, left.person_id) == (own[0], people[0])


def test_practice_goes_after_its_days_and_measured_drills_stay(drill_app: App, clock: FakeClock) -> None:
    _, people = make_team(drill_app, "Ana", "Ben")
    measured = do_drill(drill_app, people[0], clock)
    own = add_practice(drill_app, measured, (*people, None))
    place_hold(drill_app.store, clock, scope=HoldScope.PERSON, subject_id=people[1], reason="case 26-114")
    gone = []
    for days in (89, 2, 0):
        clock.pass_s(timedelta(days=days).total_seconds())
        gone.append(delete_old_practice(drill_app))
    assert gone == [0, 2, 0]
    assert load_attempt(drill_app, measured).mode is Mode.ASSESSMENT
    assert load_attempt(drill_app, own[1]).person_id == people[1], "held"
    with drill_app.store.read() as work:
        assert len(collect(work, people[0])["attempt"]) == 1


def test_a_run_that_is_cut_off_goes_on(drill_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (ana,) = make_team(drill_app, "Ana")
    add_practice(drill_app, do_drill(drill_app, ana, clock), [ana] * 5)
    clock.pass_s(timedelta(days=91).total_seconds())
    monkeypatch.setattr(person_data, "BATCH", 2)
    whole, calls = holds.leave_held, [0]

    def cut(*arguments: object) -> tuple[str, ...]:
        calls[0] += 1
        if calls[0] == 2:
            raise KeyboardInterrupt
        return whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(holds, "leave_held", cut)
    with pytest.raises(KeyboardInterrupt):
        delete_old_practice(drill_app)
    assert delete_old_practice(drill_app) == 3


def test_what_is_told_of_a_table_says_what_it_is_for() -> None:
    assert set(STORED) == set(metadata.tables)
    assert all(bool(stored.told) == bool(stored.what) for stored in STORED.values())


def leads_to_people(table: Table) -> bool:
    if "person_id" in table.columns:
        return True
    return any(
        key.column.table.name in ("person", "account", "attempt") and leads_to_people(key.column.table)
        for key in table.foreign_keys
        if key.column.table is not table
    )


def test_every_table_that_leads_to_a_person_is_exported_and_told() -> None:
    leading = {name for name, table in metadata.tables.items() if leads_to_people(table)}
    assert leading <= set(PERSONAL), "say in sim/features/privacy/person_data.py how its rows hang on a person"
    assert all(STORED[name].told for name in PERSONAL)
    assert set(STAYS) < set(PERSONAL)


def test_its_table_is_what_the_program_tells() -> None:
    told = f"{BEGIN}\n{write_table()}\n{END}"
    assert told in PAGE.read_text("utf-8"), "run `python -m tests.support.privacy_page`"

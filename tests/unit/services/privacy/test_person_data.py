"""Handing over and deleting everything about one person, and practice that is not kept."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sim.clips.model import Rights
from sim.db.ledger import HoldScope, LedgerKind, Subjects
from sim.drill.attempt import Mode, Phase
from sim.drill.event import Event, EventKind
from sim.errors import AccessError, HoldError, StoreError
from sim.footage.recording.recording import MANIFEST_NAME, RECORDINGS
from sim.services.accounts.roster_accounts import find_or_create
from sim.services.accounts.viewer import AT_THIS_MACHINE, NOBODY, Role, Viewer
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.intake import accept_events
from sim.services.ledger.holds import place_hold, release_hold
from sim.services.ledger.verify import verify
from sim.services.library.generate import OWN_SITES
from sim.services.own_clips.folder import make_walk
from sim.services.own_clips.removing import delete_walk
from sim.services.own_school.removing import delete_school
from sim.services.privacy import delete
from sim.services.privacy.delete import delete_old_practice, delete_person
from sim.services.privacy.export import export_person
from sim.services.team import given_drills, team
from tests.contract.test_stores import add_exercise
from tests.support.fake_clock import FakeClock
from tests.support.session_app import open_room

ANA, NAME = "Ana", "Ana Quetzalcoatl"


def do_drill(app: App, person_id: str, clock: FakeClock) -> str:
    attempt_id = given_drills.create_attempt(app, person_id, Phase.BEFORE)
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    clock.pass_s(5)
    event = Event(tab_id="t", seq=1, t_client_ms=1000.0, kind=EventKind.PAUSE, payload={"t_s": 1.0})
    accept_events(app, attempt_id, tab_id="t", events=(event,))
    attempts.abandon(app, attempt_id)
    return attempt_id


@pytest.fixture
def ana(drill_app: App, clock: FakeClock) -> str:
    """Somebody with a session, a drill and an account, beside others."""
    room = open_room(drill_app, names=(NAME, "Ben Hill"))
    room.join(ANA)
    do_drill(drill_app, room.people[ANA], clock)
    find_or_create(
        drill_app,
        "oidc:https://id.example|7",
        name=NAME,
        roles=frozenset({Role.TRAINEE}),
        person_id=room.people[ANA],
    )
    return room.people[ANA]


def test_everything_about_one_person_and_nothing_about_others(drill_app: App, ana: str) -> None:
    with zipfile.ZipFile(io.BytesIO(export_person(drill_app, AT_THIS_MACHINE, ana))) as archive:
        data = json.loads(archive.read("everything.json"))
        names = archive.namelist()
        csv = archive.read("person.csv").decode("utf-8-sig")
    tables = data["tables"]
    assert {"person", "account", "account_identity", "session_person", "exposure", "attempt", "attempt_event"} <= set(
        tables
    )
    assert {f"{name}.csv" for name in tables} | {"everything.json"} == set(names)
    assert NAME in csv
    text = json.dumps(tables)
    assert "oidc:https://id.example|7" in text
    assert "Ben Hill" not in text
    assert "secret_hash" not in text


def test_what_a_measured_drill_is_on_is_not_told_before_it_starts(drill_app: App, ana: str, clock: FakeClock) -> None:
    """The attack: read from one's own data which form and recording the drill that waits is on."""
    viewer = Viewer(account_id="a", person_id=ana, name=NAME, role=Role.TRAINEE)
    attempt_id = given_drills.create_attempt(drill_app, ana, Phase.AFTER)
    form = drill_app.catalog.get_form(load_form_id(drill_app, attempt_id)).form

    def find_rows() -> list[dict[str, object]]:
        with zipfile.ZipFile(io.BytesIO(export_person(drill_app, viewer, ana))) as archive:
            tables = json.loads(archive.read("everything.json"))["tables"]
            texts = {name: archive.read(f"{name}.csv").decode("utf-8-sig") for name in ("attempt", "exposure")}
        for name, text in texts.items():
            lines = [line for line in text.splitlines() if attempt_id in line]
            assert len(lines) == sum(row["attempt_id"] == attempt_id for row in tables[name])
            assert all((form.form_id in line) is has_started for line in lines)
        return [row for rows in tables.values() for row in rows if row.get("attempt_id") == attempt_id]

    has_started = False
    for state in ("assigned", "briefed"):
        told = json.dumps(find_rows())
        assert f'"state": "{state}"' in told
        for hidden in (form.form_id, f'"{form.recording_id}"'):
            assert hidden not in told
        if state == "assigned":
            attempts.get_briefing(drill_app, attempt_id)
    attempts.begin(drill_app, attempt_id)
    has_started = True
    assert form.form_id in json.dumps(find_rows())


def load_form_id(app: App, attempt_id: str) -> str:
    with app.store.read() as work:
        return work.attempts.get(attempt_id).form_id


def test_a_cell_that_looks_like_a_formula_is_guarded(drill_app: App, ana: str) -> None:
    with drill_app.store.write() as work:
        work.teams.rename_person(ana, "=1+1")
    with zipfile.ZipFile(io.BytesIO(export_person(drill_app, AT_THIS_MACHINE, ana))) as archive:
        assert "'=1+1" in archive.read("person.csv").decode("utf-8-sig")


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
        left = {name: count for name, count in work.personal.count(ana).items() if count}
        (entry,) = work.ledger.list_of(Subjects(person_id=ana), kinds=[LedgerKind.PERSON_DELETED])
        assert [person.name for person in work.teams.list_everybody()] == ["Ben Hill"]
    assert set(left) == {"ledger_content"}
    assert entry.body is not None
    assert NAME not in entry.body and '"R. Owner"' in entry.body
    assert verify(drill_app.store).broken is None
    with pytest.raises(StoreError):
        export_person(drill_app, owner, ana)


def test_the_name_is_overwritten_in_the_database_file_once_the_record_is_not_kept_any_more(
    drill_app: App, clock: FakeClock
) -> None:
    team_id = team.add_team(drill_app, "Front office")
    person_id = team.add_person(drill_app, team_id, NAME)
    do_drill(drill_app, person_id, clock)
    drill_app.store.forget()
    files = [path for path in drill_app.settings.data.iterdir() if path.name.startswith("sightline.db")]
    assert any(NAME.encode() in path.read_bytes() for path in files), "else this test shows nothing"
    clock.pass_s(timedelta(days=drill_app.settings.record_days + 1).total_seconds())
    delete_person(drill_app, AT_THIS_MACHINE, person_id, name=NAME)
    files = [path for path in drill_app.settings.data.iterdir() if path.name.startswith("sightline.db")]
    assert not any(NAME.encode() in path.read_bytes() for path in files)


def test_a_legal_hold_stops_it_until_released(drill_app: App, ana: str) -> None:
    with drill_app.store.read() as work:
        team_id = work.teams.get_person(ana).team_id
    for scope, subject in ((HoldScope.PERSON, ana), (HoldScope.TEAM, team_id)):
        hold = place_hold(drill_app.store, drill_app.clock, scope=scope, subject_id=subject, reason="case 26-114")
        with pytest.raises(HoldError, match="case 26-114"):
            delete_person(drill_app, AT_THIS_MACHINE, ana, name=NAME)
        release_hold(drill_app.store, drill_app.clock, hold.hold_id, reason="closed")
    assert delete_person(drill_app, AT_THIS_MACHINE, ana, name=NAME).rows["person"] == 1


def test_nobody_is_deleted_whose_team_exercise_a_hold_on_another_keeps(drill_app: App) -> None:
    add_exercise(drill_app.store, "exercise")
    hold = place_hold(
        drill_app.store, drill_app.clock, scope=HoldScope.PERSON, subject_id="exercise-p0", reason="case 26-114"
    )
    with pytest.raises(HoldError, match="case 26-114"):
        delete_person(drill_app, AT_THIS_MACHINE, "exercise-p1", name="N1")
    with drill_app.store.read() as work:
        assert len(work.exercises.list_members("c1")) == 2
    release_hold(drill_app.store, drill_app.clock, hold.hold_id, reason="closed")
    assert delete_person(drill_app, AT_THIS_MACHINE, "exercise-p1", name="N1").rows["person"] == 1


def put_recording(app: App, folder: Path, site_id: str) -> str:
    """Lay out a recording that was made here, as far as deleting it looks at it; return its id."""
    folder.mkdir(parents=True)
    target = app.settings.data / RECORDINGS / f"{folder.name}-1"
    target.mkdir(parents=True)
    (target / MANIFEST_NAME).write_text(json.dumps({"site_id": site_id}), encoding="utf-8")
    return target.name


@pytest.mark.parametrize("kind", ["walk", "school"])
def test_what_a_hold_keeps_outlives_the_footage_that_it_was_done_on(
    drill_app: App, clock: FakeClock, kind: str
) -> None:
    if kind == "walk":
        walk_id = make_walk(drill_app, "Walk", rights=Rights(may_use=True, everyone_agreed=True), by="")
        folder = drill_app.settings.data / "kept" / walk_id
        recording_id = put_recording(drill_app, folder, walk_id)
    else:
        folder = drill_app.settings.data / OWN_SITES / "school-abc"
        recording_id = put_recording(drill_app, folder, "school-abc")
    team_id = team.add_team(drill_app, "Front office")
    people = [team.add_person(drill_app, team_id, name) for name in ("Ana", "Ben")]
    measured = do_drill(drill_app, people[0], clock)
    with drill_app.store.write() as work:
        row = work.attempts.get(measured)
        for person_id in people:
            timing = replace(row.timing, attempt_id=f"own-{person_id}")
            own = replace(row, timing=timing, person_id=person_id, mode=Mode.PRACTICE, phase=None)
            work.attempts.add(replace(own, recording_id=recording_id))
    place_hold(drill_app.store, clock, scope=HoldScope.PERSON, subject_id=people[0], reason="case 26-114")
    removed = (
        delete_walk(drill_app, folder.name, by="Kim")
        if kind == "walk"
        else delete_school(drill_app, folder.name, by="Kim")
    )
    assert (removed.recordings, removed.attempts) == (1, 1)
    with drill_app.store.read() as work:
        assert work.attempts.list_on((recording_id,)) == ((f"own-{people[0]}", people[0]),)


def test_practice_goes_after_its_days_and_measured_drills_stay(drill_app: App, clock: FakeClock) -> None:
    team_id = team.add_team(drill_app, "Front office")
    people = [team.add_person(drill_app, team_id, name) for name in ("Ana", "Ben")]
    measured = do_drill(drill_app, people[0], clock)
    own = []
    for person_id in (*people, None):
        with drill_app.store.write() as work:
            row = work.attempts.get(measured)
            attempt_id = f"practice-{person_id}"
            timing = replace(row.timing, attempt_id=attempt_id)
            work.attempts.add(replace(row, timing=timing, person_id=person_id, mode=Mode.PRACTICE, phase=None))
        own.append(attempt_id)
    place_hold(drill_app.store, clock, scope=HoldScope.PERSON, subject_id=people[1], reason="case 26-114")
    clock.pass_s(timedelta(days=89).total_seconds())
    assert delete_old_practice(drill_app) == 0
    clock.pass_s(timedelta(days=2).total_seconds())
    assert delete_old_practice(drill_app) == 2
    assert delete_old_practice(drill_app) == 0
    with drill_app.store.read() as work:
        assert work.attempts.get(measured).timing.attempt_id == measured
        assert work.attempts.get(own[1]).person_id == people[1], "held"
        assert dict(work.personal.count(people[0]))["attempt"] == 1


def test_a_run_that_is_cut_off_is_gone_on_with(
    drill_app: App, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    team_id = team.add_team(drill_app, "Front office")
    person_id = team.add_person(drill_app, team_id, "Ana")
    measured = do_drill(drill_app, person_id, clock)
    for number in range(5):
        with drill_app.store.write() as work:
            row = work.attempts.get(measured)
            timing = replace(row.timing, attempt_id=f"p{number}")
            work.attempts.add(replace(row, timing=timing, mode=Mode.PRACTICE, phase=None))
    clock.pass_s(timedelta(days=91).total_seconds())
    monkeypatch.setattr(delete, "BATCH", 2)
    whole, calls = delete.leave_held, [0]

    def cut(*arguments: object) -> tuple[str, ...]:
        calls[0] += 1
        if calls[0] == 2:
            raise KeyboardInterrupt
        return whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(delete, "leave_held", cut)
    with pytest.raises(KeyboardInterrupt):
        delete_old_practice(drill_app)
    assert delete_old_practice(drill_app) == 3

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.columns import GROUPS
from sim.console import attempts
from sim.db.teams import Limits, PersonRow, TeamRow
from sim.errors import AccessError, RosterError
from sim.features.accounts.manage import make_trainee, set_pin
from sim.features.people import apply
from sim.features.people.apply import (
    apply_roster,
    get_address,
    make_change_table,
    preview_roster,
    set_address,
    write_plan,
)
from sim.features.people.plan import ChangeKind
from sim.features.people.read import read_roster
from sim.features.team import given_drills, team
from sim.features.team.attempts_table import export_district, export_team
from sim.rules.sessions import GIVEN
from sim.rules.viewer import AT_THIS_MACHINE, Role, Viewer
from tests.support.bring_roster import TODAY, bring
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_drill, load_account, make_team
from tests.support.one_roster import SAMPLE_ROLES, SAMPLE_USERS, make_files, make_zip, role, user
from tests.support.tiny_app import make_tiny_app

FIRST = """name,email,school,team,group,external id
Ana Lopez,ana@cedar.example,Maple Ridge,Front office,trained,1
Ben Hill,ben@cedar.example,Maple Ridge,Front office,waiting,2
Cy Park,,Birch,Front office,,3
"""
SHORT = FIRST.rsplit("\n", 2)[0] + "\n"
"""The same without Cy."""


def people(app: App) -> dict[str, PersonRow]:
    with app.store.read() as work:
        return {person.name: person for person in work.people.list_all()}


def teams(app: App) -> dict[str, TeamRow]:
    with app.store.read() as work:
        return {row.team_id: row for row in work.teams.list_all()}


def test_people_come_in_and_a_second_time_changes_nothing(drill_app: App) -> None:
    assert bring(drill_app, FIRST).count(ChangeKind.ADDED) == 3
    found = people(drill_app)
    ana = found["Ana Lopez"]
    assert (ana.email, ana.external_id, ana.group) == ("ana@cedar.example", "1", "trained")
    assert {row.name: row.school for row in teams(drill_app).values()} == {
        "Front office, Maple Ridge": "Maple Ridge",
        "Front office, Birch": "Birch",
    }
    again = bring(drill_app, FIRST)
    assert (again.is_empty, again.unchanged, people(drill_app)) == (True, 3, found)


def test_who_may_be_somebody_known_is_told_before_they_come_in_twice(drill_app: App) -> None:
    bring(drill_app, FIRST)
    more = "name,email,team\nÁNA Lópéz,ana2@cedar.example,Library\nZoë Ray,,Library\nZoe Ray,,Gym\n"
    table = make_change_table(bring(drill_app, more))
    told = {row[1]: (row[2], row[6]) for row in table.rows}
    assert told["ÁNA Lópéz"] == ("ana2@cedar.example", "may be the same as Ana Lopez of Front office, Maple Ridge")
    assert told["Zoe Ray"] == ("", "may be the same as Zoë Ray of Library") and told["Zoë Ray"] == ("", "")


def test_people_are_known_by_id_through_new_names_teams_and_sign_in_names(drill_app: App) -> None:
    bring(drill_app, FIRST)
    before = people(drill_app)
    plan = bring(
        drill_app,
        "name,email,school,team,external id\n"
        "Ana Reyes,ana.reyes@cedar.example,Maple Ridge,Front office,1\n"
        "Ben Hill,ben@cedar.example,Birch,Front office,2\n"
        "Cy Park,cy@cedar.example,Birch,Front office,3\n",
    )
    assert [change.kind for change in plan.changes] == [ChangeKind.CHANGED, ChangeKind.MOVED, ChangeKind.CHANGED]
    ana, ben, cy = (people(drill_app)[name] for name in ("Ana Reyes", "Ben Hill", "Cy Park"))
    assert ana.person_id == before["Ana Lopez"].person_id
    assert ana.group == "trained", "the file has no group: it stays"
    assert ben.team_id == before["Cy Park"].team_id
    assert (ben.number, cy.number) == (2, 1), "nobody else's pseudonym changes"


def test_who_is_moved_or_was_long_away_is_on_the_team_since_then(drill_app: App, clock: FakeClock) -> None:
    def leave_and_return(*, after_days: int) -> datetime | None:
        bring(drill_app, SHORT, is_whole=True)
        clock.pass_s(after_days * 24 * 3600.0)
        bring(drill_app, FIRST, is_whole=True)
        return people(drill_app)["Cy Park"].joined_at

    bring(drill_app, FIRST)
    assert leave_and_return(after_days=2) is None, "a list that forgot somebody for two days"
    assert leave_and_return(after_days=90) == clock.read().wall
    clock.pass_s(3600.0)
    bring(drill_app, FIRST.replace("ben@cedar.example,Maple Ridge", "ben@cedar.example,Birch"))
    moved_at = clock.read().wall
    clock.pass_s(3600.0)
    bring(drill_app, FIRST.replace("Ben Hill,ben@cedar.example,Maple Ridge", "Benny Hill,ben@cedar.example,Birch"))
    assert (people(drill_app)["Benny Hill"].joined_at, people(drill_app)["Ana Lopez"].joined_at) == (moved_at, None)


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_new_name_is_that_of_the_account_too_and_signing_in_stays(drill_app: App, *, by_hand: bool) -> None:
    bring(drill_app, FIRST)
    person_id = people(drill_app)["Ana Lopez"].person_id
    make_trainee(drill_app, person_id, None, source=GIVEN)
    if by_hand:
        team.rename_person(drill_app, person_id, "Ana Reyes")
    else:
        bring(drill_app, FIRST.replace("Ana Lopez", "Ana Reyes"))
    account = load_account(drill_app, person_id)
    assert (account.display_name, account.sign_in_name) == ("Ana Reyes", "Ana Lopez")


def test_who_is_missing_in_a_whole_list_has_left_and_comes_back(drill_app: App) -> None:
    bring(drill_app, FIRST)
    team.add_person(drill_app, people(drill_app)["Cy Park"].team_id, "Typed In")
    assert bring(drill_app, SHORT).is_empty, "a list that is not whole says nothing about who is missing"
    plan = bring(drill_app, SHORT, is_whole=True)
    assert [(change.kind, change.name) for change in plan.changes] == [(ChangeKind.LEFT, "Cy Park")]
    assert [name for name, person in people(drill_app).items() if person.left_at is not None] == ["Cy Park"]
    assert bring(drill_app, SHORT, is_whole=True).is_empty
    assert [change.kind for change in bring(drill_app, FIRST, is_whole=True).changes] == [ChangeKind.RETURNED]
    assert people(drill_app)["Cy Park"].left_at is None


def test_wrong_rows_stop_the_whole_import_unless_left_out_and_nobody_leaves_for_them(drill_app: App) -> None:
    bring(drill_app, FIRST)
    spoiled = FIRST.replace("Cy Park,,", "=Cy,,").replace("Ben Hill", "Ben Hall")
    with pytest.raises(RosterError, match="line 4"):
        bring(drill_app, spoiled, is_whole=True)
    assert "Ben Hill" in people(drill_app)
    plan = bring(drill_app, spoiled, is_whole=True, skip_wrong=True)
    assert [change.kind for change in plan.changes] == [ChangeKind.CHANGED]
    assert "while rows are wrong" in " ".join(plan.notes)
    assert people(drill_app)["Cy Park"].left_at is None


def test_rows_that_contradict_what_is_known_are_wrong(drill_app: App) -> None:
    bring(drill_app, FIRST)
    for rows, says in (
        ("Ana Lopez,x@cedar.example,Maple Ridge,Front office,,1\nDi,y@cedar.example,A,B,,1", "same id"),
        ("Di Fox,ana@cedar.example,Maple Ridge,Front office,,9", "whose id is 1"),
        ("Di Fox,ana@cedar.example,Maple Ridge,Front office,,2", "The id is that of Ben Hill"),
        ("Ana Lopez,di@cedar.example,Maple Ridge,Front office,,9", "someone named"),
        ("Di Fox,,Maple Ridge,Front office,,8\nDi Fox,,Maple Ridge,Front office,,9", "someone named"),
    ):
        roster = read_roster(f"{FIRST.splitlines()[0]}\n{rows}\n".encode(), name="list", today=TODAY)
        (wrong,) = preview_roster(drill_app, AT_THIS_MACHINE, roster).wrong
        assert says in wrong.problem


def test_a_preview_that_is_out_of_date_is_refused(drill_app: App) -> None:
    roster = read_roster(FIRST.encode(), name="list", today=TODAY)
    plan = preview_roster(drill_app, AT_THIS_MACHINE, roster)
    team.add_team(drill_app, "Front office", school="Birch")
    with pytest.raises(RosterError, match="since the preview"):
        apply_roster(drill_app, AT_THIS_MACHINE, roster, expected=plan.fingerprint)
    assert people(drill_app) == {}


def test_an_import_that_fails_half_way_leaves_nothing(drill_app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(drill_app, FIRST)
    before = people(drill_app), teams(drill_app)
    made = apply._make_row
    names: list[str] = []

    def fail_late(change: object, *arguments: object, **named: object) -> PersonRow:
        names.append("")
        if len(names) == 3:
            raise RosterError("stopped")
        return made(change, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(apply, "_make_row", fail_late)
    with pytest.raises(RosterError, match="stopped"):
        bring(drill_app, FIRST.replace("Ben Hill", "Ben Hall") + "Di,,New,New,,7\nEd,,New,New,,8\n")
    assert (people(drill_app), teams(drill_app)) == before


def test_a_one_roster_export_then_a_delta_then_less(drill_app: App) -> None:
    bring(drill_app, make_zip(make_files()))
    assert {row.name: row.external_id for row in teams(drill_app).values()} == {
        "Maple Ridge": "s1",
        "Birch Elementary": "s2",
        "Front Office": "o1",
    }
    changed = {"users": (user("u1", "Ana", "Reyes", status="active"),)}
    delta = make_zip(make_files(mode="delta", **changed, roles=(role("r2", "u2", "s1", status="active"),)))
    plan = bring(drill_app, delta)
    assert [(change.kind, change.name) for change in plan.changes] == [
        (ChangeKind.CHANGED, "Ana Reyes"),
        (ChangeKind.MOVED, "Ben Hill"),
    ]
    assert bring(drill_app, delta).is_empty
    plan = bring(drill_app, make_zip(make_files(users=SAMPLE_USERS[:2], roles=SAMPLE_ROLES[:2])))
    assert [change.name for change in plan.changes if change.kind is ChangeKind.LEFT] == ["Cy Park"]


def test_only_an_administrator_gives_roles_or_touches_who_has_one(drill_app: App) -> None:
    bring(drill_app, FIRST)
    bring(drill_app, "name,team,school,role,id\nAna Lopez,Front office,Maple Ridge,records,1\n")
    text = (
        "name,email,team,school,role,id\n"
        "Ana Lopez,mine@cedar.example,Front office,Maple Ridge,records,1\n"
        "Ben Hill,ben@cedar.example,Front office,Maple Ridge,admin,2\n"
        "Cy Park,cy@cedar.example,Front office,Birch,trainee,3\n"
    )
    roster = read_roster(text.encode(), name="list", today=TODAY)
    trainer = Viewer(account_id="t", person_id=None, name="Tess", role=Role.TRAINER)
    plan = preview_roster(drill_app, trainer, roster)
    assert [(row.place, "administrator" in row.problem) for row in plan.wrong] == [("line 2", True), ("line 3", True)]
    assert [change.name for change in plan.changes] == ["Cy Park"]
    assert not preview_roster(drill_app, AT_THIS_MACHINE, roster).wrong
    others = replace(roster, entries=roster.entries[2:], is_whole=True)
    left = [each for each in preview_roster(drill_app, trainer, others).changes if each.kind is ChangeKind.LEFT]
    assert [each.name for each in left] == ["Ben Hill"], "who has a role is marked as having left by no trainer"


@pytest.mark.usefixtures("quick_hash")
def test_the_account_of_who_leaves_is_closed_and_opened_again(drill_app: App, clock: FakeClock) -> None:
    bring(drill_app, FIRST)
    found = people(drill_app)
    for name in ("Ben Hill", "Cy Park"):
        set_pin(drill_app, AT_THIS_MACHINE, found[name].person_id, "730914")
    cy = load_account(drill_app, found["Cy Park"].person_id)
    with drill_app.store.write() as work:
        work.accounts.save(replace(cy, disabled_at=clock.read().wall))
    clock.pass_s(60)
    bring(drill_app, "\n".join(FIRST.splitlines()[:2]), is_whole=True)
    clock.pass_s(60)

    def list_open() -> list[bool]:
        rows = [load_account(drill_app, found[name].person_id) for name in ("Ben Hill", "Cy Park")]
        return [row.disabled_at is None for row in rows]

    assert list_open() == [False, False]
    bring(drill_app, FIRST, is_whole=True)
    assert list_open() == [True, False], "what an administrator closed stays closed"


def test_the_groups_of_a_roster_reach_the_table_that_is_compared(drill_app: App, clock: FakeClock) -> None:
    bring(drill_app, FIRST)
    ana, ben = (people(drill_app)[name] for name in ("Ana Lopez", "Ben Hill"))
    for person in (ana, ben):
        attempt_id = begin_drill(drill_app, person.person_id)
        clock.pass_s(5)
        attempts.abandon(drill_app, attempt_id)
    for table in (export_team(drill_app, ana.team_id), export_district(drill_app)):
        assert sorted(table["group"]) == ["trained", "waiting"]


def test_no_roster_puts_anyone_in_a_group_by_lot_or_takes_them_out(drill_app: App) -> None:
    plan = bring(drill_app, FIRST.replace("waiting", "waiting by lot"), skip_wrong=True)
    assert [row.problem for row in plan.wrong] == [
        "Only the draw of a program puts someone in a group by lot. Write trained, waiting, or nothing."
    ]
    ana = people(drill_app)["Ana Lopez"].person_id
    with drill_app.store.write() as work:
        work.change(PersonRow, PersonRow.person_id == ana, training_group="trained by lot")
    bring(drill_app, FIRST.replace("trained", "waiting"))
    assert people(drill_app)["Ana Lopez"].group == "trained by lot"
    bring(drill_app, FIRST.replace("Ridge,Front office,trained", "Ridge,Back office,trained"))
    assert people(drill_app)["Ana Lopez"].group == "", "the lot was the other team's"


def test_pseudonyms_are_never_given_twice(drill_app: App) -> None:
    team_id, (first, last) = make_team(drill_app, "A", "B")
    team.remove_person(drill_app, last)
    team.add_person(drill_app, team_id, "C")
    team.remove_person(drill_app, first)
    assert [(card.name, card.number) for card in team.list_people(drill_app, team_id)] == [("C", 3)]


def test_an_export_keeps_teams_and_brings_in_whom_one_chose(drill_app: App) -> None:
    safety = team.add_team(drill_app, "Safety team", school="Maple Ridge")
    team.add_person(drill_app, safety, "Ana Reyes")
    roster = read_roster(make_zip(make_files()), name="list.zip", today=TODAY)
    roster = replace(roster, keeps_teams=True)
    added = [change for change in preview_roster(drill_app, AT_THIS_MACHINE, roster).changes if change.before is None]
    assert len(added) > 1
    roster = replace(roster, left_out=frozenset(change.place for change in added[1:]))
    plan = preview_roster(drill_app, AT_THIS_MACHINE, roster)
    apply_roster(drill_app, AT_THIS_MACHINE, roster, expected=plan.fingerprint)
    found = people(drill_app)
    assert found["Ana Reyes"].team_id == safety, "a safety team is a selection: nobody is moved out of it"
    assert {name for name in found if name != "Ana Reyes"} == {added[0].name}
    assert preview_roster(drill_app, AT_THIS_MACHINE, roster).is_empty


def test_a_typed_in_person_is_found_by_name_and_keeps_the_drills(drill_app: App) -> None:
    team_id = team.add_team(drill_app, "Front office", school="Birch")
    person_id = team.add_person(drill_app, team_id, "cy park")
    attempt_id = given_drills.create_attempt(drill_app, person_id, Phase.BEFORE)
    plan = bring(drill_app, FIRST)
    assert plan.count(ChangeKind.ADDED) == 2
    assert people(drill_app)["Cy Park"].person_id == person_id
    assert given_drills.list_attempts(drill_app, team_id)[0].row.attempt_id == attempt_id


NAMES = st.sampled_from(["Ana", "Ben", "Cy", "Di", "=x"])
ROW = st.tuples(
    NAMES,
    st.sampled_from(["", "a@x.example", "b@x.example", "c@x.example"]),
    st.sampled_from(["", "North", "South"]),
    st.sampled_from(["", "Office", "Gym"]),
    st.sampled_from(["", *GROUPS]),
    st.sampled_from(["", "1", "2", "3", "4"]),
    st.sampled_from(["", "active", "left"]),
)
FREED_MARK = [
    ([("Ana", "a@x.example", "", "Office", "", "1", "")], False),
    ([("Ana", "a@x.example", "", "Office", "", "2", ""), ("Ana", "b@x.example", "North", "", "", "1", "")], False),
]
"""A sign-in name goes over to somebody else in the file that gives its holder another."""


@pytest.fixture(scope="module")
def empty_app(tmp_path_factory: pytest.TempPathFactory, tiny_library: Path) -> Iterator[App]:
    app = make_tiny_app(tmp_path_factory.mktemp("rosters"), tiny_library, FakeClock())
    yield app
    app.close()


@settings(max_examples=30)
@example(files=FREED_MARK)
@example(files=[([("Ana", "", "", "Gym", "", "", ""), ("Ana", "", "North", "Gym", "", "", "left")], False)])
@given(files=st.lists(st.tuples(st.lists(ROW, max_size=6), st.booleans()), min_size=1, max_size=3))
def test_whatever_comes_in_a_second_time_changes_nothing_and_nobody_is_lost(
    files: list[tuple[list[tuple[str, ...]], bool]], empty_app: App
) -> None:
    app, ids = empty_app, set[str]()
    with app.store.engine.begin() as connection:
        connection.execute(delete(TeamRow.table))
    for rows, is_whole in files:
        lines = ["name,email,school,team,group,id,status", *(",".join(row) for row in rows)]
        text = "\n".join(lines)
        bring(app, text, skip_wrong=True, is_whole=is_whole)
        after = people_by_id(app)
        assert ids <= set(after), "an import deletes nobody"
        ids = set(after)
        names = [(person.team_id, person.name.casefold()) for person in after.values()]
        assert len(set(names)) == len(names)
        again = bring(app, text, skip_wrong=True, is_whole=is_whole)
        assert again.is_empty, "\n".join(write_plan(again))
        assert people_by_id(app) == after


def people_by_id(app: App) -> dict[str, PersonRow]:
    with app.store.read() as work:
        return {person.person_id: person for person in work.people.list_all()}


@pytest.fixture
def address_people(drill_app: App) -> tuple[str, str]:
    team_id = team.add_team(drill_app, "Front office", school="North")
    return team.add_person(drill_app, team_id, "Heron"), team.add_person(drill_app, team_id, "Otter")


def test_an_address_is_typed_corrected_and_removed(drill_app: App, address_people: tuple[str, str]) -> None:
    heron, otter = address_people
    assert get_address(drill_app, heron) == ""
    assert set_address(drill_app, heron, "  Heron@School.Example ") == "heron@school.example"
    with pytest.raises(RosterError, match="someone else's"):
        set_address(drill_app, otter, "HERON@school.example")
    for typed in ("heron", "a b@school.example", "=a@b.org", f"{'x' * 300}@b.org", "a@b\x00.org", "😀"):
        with pytest.raises(RosterError, match="Enter a mail address such as"):
            set_address(drill_app, heron, typed)
    assert get_address(drill_app, heron) == "heron@school.example"
    assert set_address(drill_app, heron, "") == get_address(drill_app, heron) == ""
    assert set_address(drill_app, otter, "heron@school.example") == get_address(drill_app, otter)
    limits = Limits(schools=frozenset({"North"}), may_write=False)
    looking = replace(drill_app, store=replace(drill_app.store, limits=limits))
    with pytest.raises(AccessError):
        set_address(looking, heron, "heron@school.example")


def test_nobody_takes_over_an_account_that_may_do_more(drill_app: App, address_people: tuple[str, str]) -> None:
    make_trainee(drill_app, address_people[0], None, source="test")
    account = load_account(drill_app, address_people[0])
    with drill_app.store.write() as work:
        work.accounts.save(replace(account, roles=frozenset({Role.TRAINEE.value, Role.ADMIN.value})))
    with pytest.raises(RosterError, match="account with further roles"):
        set_address(drill_app, address_people[0], "mine@school.example")
    set_address(drill_app, address_people[1], "otter@school.example")

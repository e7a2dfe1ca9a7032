"""Rosters and everything about one person, on every kind of database."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sim.db.rows import PersonRow, TeamRow
from sim.db.store import Store, open_store
from tests.support.fake_clock import NOON


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def make_person(person_id: str, *, team_id: str = "t1") -> PersonRow:
    return PersonRow(
        person_id=person_id,
        team_id=team_id,
        name=person_id,
        created_at=NOON,
        left_at=None,
        external_id=f"id-{person_id}",
        email=f"{person_id}@x.example",
        group="waiting",
        roster_role="trainee",
        roster_source="csv",
    )


def add_teams(store: Store) -> None:
    with store.write() as work:
        for team_id in ("t1", "t2"):
            work.teams.add_team(TeamRow(team_id=team_id, name=team_id, is_demo=False, created_at=NOON))
        work.roster.add_people([make_person("ana"), make_person("ben"), make_person("cy", team_id="t2")])


def test_people_of_a_roster_come_back_numbered_and_may_swap_what_identifies_them(store: Store) -> None:
    add_teams(store)
    with store.read() as work:
        ana, ben, cy = work.teams.list_everybody()
    assert (ana.number, ben.number, cy.number) == (1, 2, 1)
    assert replace(ana, number=0) == make_person("ana")
    swapped = [
        replace(ana, email=ben.email, external_id=ben.external_id),
        replace(ben, email=ana.email, external_id=None),
    ]
    moved = replace(cy, team_id="t1", number=0)
    with store.write() as work:
        work.roster.save_people([*swapped, moved])
        work.roster.name_team("t1", external_id="s1", school="North")
    with store.read() as work:
        assert work.teams.list_everybody() == (*swapped, replace(moved, number=3))
        assert work.roster.find_by_email("ana@x.example") == swapped[1]
        assert work.roster.find_by_email("nobody@x.example") is None
        assert (work.teams.get_team("t1").external_id, work.teams.get_team("t1").school) == ("s1", "North")

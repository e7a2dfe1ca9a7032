"""A person's mail address by hand: kept in small letters, nobody else's, and never that of someone who may do more."""

from dataclasses import replace

import pytest

from sim.db.teams import Limits
from sim.errors import AccessError, RosterError
from sim.services.accounts.roster_accounts import make_trainee
from sim.services.accounts.viewer import Role
from sim.services.app.wiring import App
from sim.services.roster.address import get_address, set_address
from sim.services.team import team

BAD = ("heron", "a b@school.example", "=a@b.org", f"{'x' * 300}@b.org", "a@b\x00.org", "😀")


@pytest.fixture
def people(drill_app: App) -> tuple[str, str]:
    team_id = team.add_team(drill_app, "Front office", school="North")
    return team.add_person(drill_app, team_id, "Heron"), team.add_person(drill_app, team_id, "Otter")


def test_an_address_is_typed_corrected_and_removed(drill_app: App, people: tuple[str, str]) -> None:
    heron, otter = people
    assert get_address(drill_app, heron) == ""
    assert set_address(drill_app, heron, "  Heron@School.Example ") == "heron@school.example"
    with pytest.raises(RosterError, match="someone else's"):
        set_address(drill_app, otter, "HERON@school.example")
    assert set_address(drill_app, heron, "heron@school.example") == get_address(drill_app, heron)
    assert set_address(drill_app, heron, "") == get_address(drill_app, heron) == ""
    assert set_address(drill_app, otter, "heron@school.example") == get_address(drill_app, otter)


@pytest.mark.parametrize("typed", BAD)
def test_what_is_no_address_is_refused_and_changes_nothing(drill_app: App, people: tuple[str, str], typed: str) -> None:
    set_address(drill_app, people[0], "heron@school.example")
    with pytest.raises(RosterError, match="Enter a mail address such as"):
        set_address(drill_app, people[0], typed)
    assert get_address(drill_app, people[0]) == "heron@school.example"


def test_nobody_takes_over_an_account_that_may_do_more(drill_app: App, people: tuple[str, str]) -> None:
    make_trainee(drill_app, people[0], None, source="test")
    with drill_app.store.write() as work:
        account = work.accounts.find_by_person(people[0])
        assert account is not None
        work.accounts.save(replace(account, roles=frozenset({Role.TRAINEE.value, Role.ADMIN.value})))
    with pytest.raises(RosterError, match="account with further roles"):
        set_address(drill_app, people[0], "mine@school.example")
    set_address(drill_app, people[1], "otter@school.example")


def test_who_only_looks_changes_no_address(drill_app: App, people: tuple[str, str]) -> None:
    limits = Limits(schools=frozenset({"North"}), may_write=False)
    looking = replace(drill_app, store=replace(drill_app.store, limits=limits))
    with pytest.raises(AccessError):
        set_address(looking, people[0], "heron@school.example")

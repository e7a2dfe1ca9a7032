import pytest

from sim.drill.team_exercise import DUTIES, Duty, Role, list_duties, list_roles
from sim.errors import TaskError


@pytest.mark.parametrize("members", [2, 3, 4])
def test_every_duty_is_somebodys_once_whoever_is_missing(members: int) -> None:
    shared = [duty for role in list_roles(members) for duty in list_duties(role, members=members)]
    assert sorted(shared) == sorted(Duty)


def test_of_two_the_viewer_only_views() -> None:
    assert list_duties(Role.VIEWER, members=2) == frozenset()
    assert list_duties(Role.LEAD, members=2) == frozenset(Duty)


def test_of_four_each_has_what_the_role_is_there_for() -> None:
    assert all(list_duties(role, members=4) == DUTIES[role] for role in Role)


def test_whoever_takes_the_lead_decides_and_the_lost_one_no_longer_does() -> None:
    assert list_duties(Role.MAP, members=3, leading=Role.MAP) == {Duty.DECIDE, Duty.LINKS}
    assert list_duties(Role.LEAD, members=3, leading=Role.MAP) == {Duty.LOG, Duty.CALLS}


@pytest.mark.parametrize("members", [-1, 0, 1, 5])
def test_one_person_or_five_are_no_exercise(members: int) -> None:
    with pytest.raises(TaskError, match="2 to 4 people"):
        list_roles(members)

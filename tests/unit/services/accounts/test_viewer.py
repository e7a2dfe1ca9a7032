import pytest

from sim.errors import AccessError
from sim.services.accounts.viewer import AT_THIS_MACHINE, DUTIES, NOBODY, Duty, Role, Viewer, may, require


def make(*roles: Role) -> Viewer:
    return Viewer(account_id="a", person_id=None, name="Kim", role=roles[0], further=frozenset(roles[1:]))


def test_every_duty_belongs_to_somebody_and_every_role_has_some() -> None:
    assert set().union(*DUTIES.values()) == set(Duty)
    assert set(DUTIES) == set(Role)


def test_whoever_is_not_signed_in_may_do_nothing_of_these() -> None:
    assert not [duty for duty in Duty if may(NOBODY, duty)]


def test_at_the_machine_of_an_installation_without_accounts_everything_is_open() -> None:
    assert all(may(AT_THIS_MACHINE, duty) for duty in Duty)


def test_a_trainee_sees_own_results_only() -> None:
    assert [duty for duty in Duty if may(make(Role.TRAINEE), duty)] == [Duty.SEE_OWN]


def test_whoever_manages_accounts_does_not_see_results_by_that() -> None:
    assert not may(make(Role.ADMIN), Duty.TRAIN)
    assert not may(make(Role.ADMIN), Duty.READ_RECORD)
    assert not may(make(Role.TRAINER), Duty.MANAGE_ACCOUNTS)
    assert not may(make(Role.TRAINER), Duty.KEEP_RECORD)


def test_roles_add_up() -> None:
    both = make(Role.TRAINER, Role.RECORDS)
    assert both.roles == {Role.TRAINER, Role.RECORDS}
    assert may(both, Duty.TRAIN)
    assert may(both, Duty.KEEP_RECORD)


def test_what_is_missing_is_said() -> None:
    with pytest.raises(AccessError, match="ask your administrator"):
        require(make(Role.TRAINEE), Duty.TRAIN)
    with pytest.raises(AccessError, match="sign in first"):
        require(NOBODY, Duty.TRAIN)
    require(make(Role.TRAINER), Duty.TRAIN)

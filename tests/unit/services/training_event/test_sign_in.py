"""Signing in by the code on the screen: who it lets in, how they were known, and when it ends."""

from datetime import timedelta

import pytest

from sim.drill.session_day import Attendance
from sim.errors import AccessError, LedgerError
from sim.services.accounts.viewer import NOBODY, KnownBy, Role, Viewer
from sim.services.training_event.events import close_training
from sim.services.training_event.sign_in import (
    LASTS,
    OPENS,
    close_sign_in,
    get_sign_in,
    make_sign_in_code,
    open_sign_in,
    sign_in,
)
from sim.services.training_event.view import write_length
from tests.unit.services.training_event.conftest import BEGINS, Class


def open_code(group: Class) -> str:
    group.go_to(max(BEGINS, group.clock.read().wall))
    open_sign_in(group.app, group.training_id, by="T. Trainer")
    return make_sign_in_code(group.app, group.training).token


def sees(group: Class, name: str) -> Viewer:
    return Viewer(account_id="a1", person_id=group.people[name], name=name, role=Role.TRAINEE, known_by=KnownBy.PIN)


def test_nobody_signs_in_twice_or_as_someone_else(group: Class) -> None:
    token = open_code(group)
    sign_in(group.app, NOBODY, token, group.people["Ana"])
    with pytest.raises(LedgerError, match="just signed in with this name"):
        sign_in(group.app, NOBODY, token, group.people["Ana"])
    with pytest.raises(AccessError, match="signed in as Ben"):
        sign_in(group.app, sees(group, "Ben"), token, group.people["Cy"])
    with pytest.raises(LedgerError, match="not on the list"):
        sign_in(group.app, NOBODY, token, "stranger")


def test_a_code_ends_when_it_is_closed_replaced_or_old(group: Class) -> None:
    old = open_code(group)
    newer = open_code(group)
    with pytest.raises(AccessError, match="replaced by a newer one"):
        sign_in(group.app, NOBODY, old, group.people["Ana"])
    group.clock.pass_s(LASTS.total_seconds())
    with pytest.raises(AccessError, match="expired"):
        get_sign_in(group.app, NOBODY, newer)
    newest = open_code(group)
    close_sign_in(group.app, group.training_id)
    with pytest.raises(AccessError, match="is closed"):
        get_sign_in(group.app, NOBODY, newest)
    with pytest.raises(AccessError, match="not valid here"):
        get_sign_in(group.app, NOBODY, newest + "x")


def test_signing_in_opens_two_hours_before_and_never_once_the_training_is_closed(group: Class) -> None:
    group.go_to(BEGINS - OPENS - timedelta(minutes=1))
    with pytest.raises(LedgerError, match="two hours before"):
        open_sign_in(group.app, group.training_id)
    token = open_code(group)
    sign_in(group.app, NOBODY, token, group.people["Ana"])
    group.clock.pass_s(5400)
    close_training(group.app, group.training_id, minutes=80, by="T. Trainer", why_longer="on paper")
    assert write_length(group.training, BEGINS.tzinfo) == (  # type: ignore[arg-type]
        "80 min, entered by T. Trainer; sign-in was open 12:00 PM to 1:30 PM"
    )
    with pytest.raises(AccessError, match="expired"):
        get_sign_in(group.app, NOBODY, token)
    assert len(group.training.list_who(Attendance.ABSENT)) == 2

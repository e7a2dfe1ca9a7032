from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from sim.app.settings import MailSettings, Secured
from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console.scores import settle
from sim.db.ledger import NO_SUBJECTS, LedgerKind
from sim.db.programs import Requirement
from sim.db.teams import AccountRow, PersonRow
from sim.errors import AccessError, PlanError
from sim.features.program.mail import mail_again, queue_reminders, send_waiting, stop_mail
from sim.features.requirements.requirements import (
    end_requirement,
    list_requirements,
    list_standings,
    list_terms,
    list_told,
    make_lacking_table,
    make_school_table,
    queue_overdue,
    state_requirement,
)
from sim.features.team import given_drills, team
from sim.features.training.events import close_training, enter_training
from sim.features.training.sign_in import tick_off
from sim.rules.viewer import AT_THIS_MACHINE, Role, limit_app
from tests.support.fake_clock import NOON, FakeClock
from tests.support.given import begin, make_team
from tests.support.two_schools import District, make_district
from tests.unit.features.program.test_mail import HOME, Post, post, read
from tests.unit.features.training.conftest import make_plan

__all__ = ["post"]
YEARLY = Requirement(
    requirement_id="",
    number=0,
    stated_at=NOON,
    stated_by="",
    title="Each year",
    source="",
    drills=1,
    trainings=1,
    roles=frozenset(),
    due_on=date(2026, 10, 30),
    is_yearly=True,
    time_zone="America/New_York",
)


@pytest.fixture
def app(measuring_app: App) -> App:
    return measuring_app


def go_to(app: App, day: date, hour: int = 16) -> None:
    assert isinstance(app.clock, FakeClock)
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    app.clock.pass_s((moment - app.clock.read().wall).total_seconds())


def drill(app: App, person_id: str, phase: Phase = Phase.BEFORE) -> None:
    assert isinstance(app.clock, FakeClock)
    attempt_id = given_drills.create_attempt(app, person_id, phase)
    begin(app, attempt_id)
    app.clock.pass_s(4000)
    settle(app, attempt_id)


def train(app: App, team_id: str, *came: str, others: tuple[str, ...] = (), **more: object) -> None:
    assert isinstance(app.clock, FakeClock)
    plan = make_plan(team_id, begins_at=app.clock.read().wall, **more)
    made = enter_training(app, plan, person_ids=[*came, *others])
    app.clock.pass_s(3600)
    tick_off(app, made, list(came))
    close_training(app, made, minutes=60)


def tell(app: App, **where: str) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for each in list_standings(app, **where):  # type: ignore[arg-type]
        found.setdefault(each.person.name, []).append((each.lacks, each.until))
    return found


def test_nothing_required_is_nothing_overdue(app: App) -> None:
    make_team(app, "Heron")
    go_to(app, date(2030, 1, 1))
    assert list_standings(app) == () and queue_overdue(app) == 0
    assert make_school_table(()).rows == make_lacking_table(()).rows == ()


def test_what_counts_is_done_and_is_overdue_from_the_day_after(app: App) -> None:
    team_id, (heron, otter, _) = make_team(app, 'Heron "H" O\'Hara', "Otter", "Maple")
    team.add_team(app, "Nobody yet")
    drill(app, heron)
    train(app, team_id, heron, otter)
    state_requirement(app, AT_THIS_MACHINE, YEARLY)
    by = "by Oct 30, 2026"
    assert tell(app) == {
        'Heron "H" O\'Hara': [("", by)],
        "Otter": [("1 drill", by)],
        "Maple": [("1 drill, 1 training", by)],
    }
    assert make_school_table(list_standings(app)).rows == (("Front office", "Each year", by, "2 of 3"),)
    go_to(app, date(2026, 10, 31), hour=3)
    assert tell(app)["Otter"] == [("1 drill", by)], "in New York it is still the 30th"
    go_to(app, date(2026, 10, 31), hour=5)
    late = ("1 drill", "overdue since Oct 30, 2026")
    following = ("1 drill, 1 training", "by Oct 30, 2027")
    assert tell(app)["Otter"] == [late, following]
    team.remove_person(app, otter)
    assert set(tell(app)) == {'Heron "H" O\'Hara', "Maple"}, "who has left is asked for nothing"


def test_what_is_done_late_is_for_the_year_that_is_over_and_counts_once(app: App) -> None:
    team_id, (heron,) = make_team(app, "Heron")
    state_requirement(app, AT_THIS_MACHINE, YEARLY)
    go_to(app, date(2026, 11, 1), hour=20)  # clocks were set back that morning
    drill(app, heron)
    train(app, team_id, heron)
    assert tell(app)["Heron"] == [("", "by Oct 30, 2026"), ("1 drill, 1 training", "by Oct 30, 2027")]
    go_to(app, date(2028, 1, 1))
    assert tell(app)["Heron"] == [
        ("1 drill, 1 training", "overdue since Oct 30, 2027"),
        ("1 drill, 1 training", "by Oct 30, 2028"),
    ], "of years that are over only the last is asked for"


def test_who_came_later_or_has_another_role_is_not_asked(app: App) -> None:
    team_id, _ = make_team(app, "Heron")
    state_requirement(app, AT_THIS_MACHINE, YEARLY)
    state_requirement(app, AT_THIS_MACHINE, replace(YEARLY, title="Owners", roles=frozenset({Role.RECORDS.value})))
    go_to(app, date(2026, 10, 20))
    team.add_person(app, team_id, "Middle")
    go_to(app, date(2026, 11, 2))
    team.add_person(app, team_id, "Late")
    assert [until for _, until in tell(app)["Middle"]] == ["overdue since Oct 30, 2026", "by Oct 30, 2027"]
    assert [until for _, until in tell(app)["Late"]] == ["by Oct 30, 2027"]
    assert {each.requirement.title for each in list_standings(app)} == {"Each year"}
    with app.store.write() as work:
        (heron, *_) = work.people.list_all(team_id=team_id)
        work.people.save([replace(heron, roster_role="records")])
    assert {each.requirement.title for each in list_standings(app) if each.person.name == heron.name} == {
        "Each year",
        "Owners",
    }


def test_a_drill_that_does_not_count_is_not_done_and_says_why(app: App) -> None:
    team_id, (heron,) = make_team(app, "Heron")
    state_requirement(app, AT_THIS_MACHINE, replace(YEARLY, drills=2))
    train(app, team_id, heron)
    drill(app, heron)
    ((_, _, _, _, lacks, _),) = make_lacking_table(list_standings(app)).rows
    assert lacks.startswith("2 of 2 drills. Does not count: ") and "after the training" in lacks
    drill(app, heron, Phase.AFTER)
    assert tell(app)["Heron"][0][0] == "1 of 2 drills"


def test_a_training_made_up_is_one_training(app: App) -> None:
    team_id, (heron, otter) = make_team(app, "Heron", "Otter")
    state_requirement(app, AT_THIS_MACHINE, replace(YEARLY, drills=0, trainings=2))
    train(app, team_id, heron, others=(otter,))
    with app.store.read() as work:
        (missed,) = work.trainings.list_all()
    train(app, team_id, otter, makes_up=missed.training_id)
    assert {lacks for each in tell(app).values() for lacks, _ in each} == {"1 of 2 trainings"}


def test_days_are_checked_and_a_yearly_one_in_the_past_is_that_of_next_year(app: App) -> None:
    for wrong in (
        replace(YEARLY, due_on=date(2026, 9, 13), is_yearly=False),
        replace(YEARLY, due_on=date(2030, 1, 1)),
        replace(YEARLY, due_on=date(1990, 1, 1)),
        replace(YEARLY, drills=0, trainings=0),
        replace(YEARLY, drills=-1),
        replace(YEARLY, drills=51),
        replace(YEARLY, roles=frozenset({"janitor"})),
        replace(YEARLY, title="x" * 81),
        replace(YEARLY, time_zone="Mars/Olympus"),
    ):
        with pytest.raises(PlanError):
            state_requirement(app, AT_THIS_MACHINE, wrong)
    state_requirement(app, AT_THIS_MACHINE, replace(YEARLY, title="", due_on=date(2026, 6, 30)))
    with pytest.raises(PlanError, match="already"):
        state_requirement(app, AT_THIS_MACHINE, replace(YEARLY, title="1 DRILL and 1 training", drills=3))
    (stated,) = list_requirements(app)
    assert (stated.title, stated.due_on) == ("1 drill and 1 training", date(2027, 6, 30))
    leap = replace(stated, due_on=date(2028, 2, 29))
    assert [due for _, due in list_terms(leap, date(2031, 5, 1))][-2:] == [date(2031, 2, 28), date(2032, 2, 29)]


def test_of_two_who_change_one_the_second_is_told_and_an_ended_one_asks_nothing(app: App) -> None:
    make_team(app, "Heron")
    state_requirement(app, AT_THIS_MACHINE, YEARLY)
    (seen,) = list_requirements(app)
    go_to(app, date(2026, 11, 2))
    state_requirement(app, AT_THIS_MACHINE, replace(YEARLY, drills=2), before=seen)
    for act in (
        lambda: state_requirement(app, AT_THIS_MACHINE, YEARLY, before=seen),
        lambda: end_requirement(app, AT_THIS_MACHINE, seen),
    ):
        with pytest.raises(PlanError, match="Someone else has changed"):
            act()
    (now,) = list_requirements(app)
    assert (now.drills, now.due_on) == (2, YEARLY.due_on), "a day that has passed since may stay"
    end_requirement(app, AT_THIS_MACHINE, now)
    with pytest.raises(PlanError, match="Someone else has changed"):
        end_requirement(app, AT_THIS_MACHINE, now)
    assert list_standings(app) == ()
    with app.store.read() as work:
        noted = work.ledger.list_of(NO_SUBJECTS, kinds=(LedgerKind.REQUIREMENT_STATED,))
    assert [(each.data["drills"], each.data["is_ended"]) for each in noted] == [(1, False), (2, False), (2, True)]


@pytest.mark.usefixtures("quick_hash")
def test_each_sees_their_schools_and_only_who_is_for_all_states_it(app: App, clock: FakeClock) -> None:
    district: District = make_district(app, clock)
    state_requirement(app, district.admin, YEARLY)
    for role in (Role.TRAINER, Role.PRINCIPAL, Role.RECORDS):
        viewer = district.find(role)
        own = limit_app(app, viewer)
        assert {each.school for each in list_standings(own)} == {"North High"}
        with pytest.raises(AccessError):
            state_requirement(own, viewer, YEARLY)
        with pytest.raises(AccessError):
            end_requirement(own, viewer, list_requirements(own)[0])
    with app.store.write() as work:  # what was done at another school counts here, and is seen nowhere else
        moved = work.people.get(district.south.people[1])
        work.people.save([replace(moved, team_id=district.north.team_id, number=0)])
    own = limit_app(app, district.find(Role.TRAINER))
    assert tell(own)["South Ben"] == [("1 training", "by Oct 30, 2026")]


def add_account(app: App, name: str, role: Role, *schools: str) -> None:
    row = AccountRow(
        account_id=name.split("@", maxsplit=1)[0],
        sign_in_name=name,
        sign_in_key=name,
        display_name=name.split("@", maxsplit=1)[0].title(),
        secret_hash=None,
        roles=frozenset({role.value}),
        schools=frozenset(schools) or None,
        person_id=None,
        created_at=NOON,
    )
    with app.store.write() as work:
        work.accounts.add(row)


@pytest.fixture
def mailing(app: App, post: Post) -> Iterator[App]:
    mail = MailSettings(host="127.0.0.1", port=post.port, secured=Secured.PLAIN, sender="drills@example.org")
    for school in ("Lincoln", "Oak"):
        team.add_person(app, team.add_team(app, f"{school} office", school=school), f"{school} Heron")
    add_account(app, "both@school.example", Role.TRAINER)
    add_account(app, "oak@school.example", Role.TRAINER, "Oak")
    add_account(app, "lead@school.example", Role.PRINCIPAL, "Lincoln")
    add_account(app, "boss@school.example", Role.PRINCIPAL, "Oak")
    add_account(app, "nomail", Role.PRINCIPAL, "Oak")
    yield replace(app, settings=replace(app.settings, mail=mail, address=HOME))


def send(app: App, post: Post) -> dict[str, str]:
    post.letters.clear()
    for _ in range(2):
        queue_reminders(app, queue_overdue)
        app.clock.pass_s(1000)  # type: ignore[attr-defined]
        send_waiting(app)
    assert len({letter["To"] for letter in post.letters}) == len(post.letters), "each once"
    return {letter["To"].split("@")[0]: read(letter) for letter in post.letters}


def test_what_is_overdue_is_told_to_trainers_and_a_week_later_to_principals_each_once(mailing: App, post: Post) -> None:
    state_requirement(mailing, AT_THIS_MACHINE, YEARLY)
    go_to(mailing, date(2026, 10, 30), hour=15)
    assert send(mailing, post) == {}
    go_to(mailing, date(2026, 10, 31), hour=15)
    assert send(mailing, post) == {}, "a Saturday"
    go_to(mailing, date(2026, 11, 2), hour=15)
    found = send(mailing, post)
    assert set(found) == {"both", "oak"}
    assert (
        "Lincoln: 1 of 1 have not done it." in found["both"] and "Oak Heron, Oak: 1 drill, 1 training" in found["both"]
    )
    assert "Lincoln" not in found["oak"] and "From Nov 9, 2026 on" in found["oak"]
    go_to(mailing, date(2026, 11, 6), hour=15)
    assert send(mailing, post) == {}
    post.refused.add("boss@school.example")
    go_to(mailing, date(2026, 11, 9), hour=15)
    found = send(mailing, post)
    assert set(found) == {"lead"} and "Oak" not in found["lead"]
    post.refused.clear()
    go_to(mailing, date(2027, 3, 1), hour=15)
    assert send(mailing, post) == {}, "one that was refused is not tried again"
    go_to(mailing, date(2027, 11, 1), hour=15)
    assert set(send(mailing, post)) == {"both", "oak"}, "another year is overdue"


def test_without_mail_or_with_everything_done_nobody_is_told(mailing: App, post: Post) -> None:
    state_requirement(mailing, AT_THIS_MACHINE, replace(YEARLY, drills=0))
    for row in team.list_teams(mailing):
        with mailing.store.read() as work:
            people = [each.person_id for each in work.people.list_all(team_id=row.team_id)]
        train(mailing, row.team_id, *people)
    go_to(mailing, date(2026, 11, 2), hour=15)
    assert send(mailing, post) == {}
    (stated,) = list_requirements(mailing)
    state_requirement(mailing, AT_THIS_MACHINE, replace(YEARLY, drills=1), before=stated)
    assert queue_reminders(replace(mailing, settings=replace(mailing.settings, mail=None)), queue_overdue) == 0
    with mailing.store.read() as work:
        assert work.count_rows(Requirement) == 1
    assert set(send(mailing, post)) == {"both", "oak"}


def test_who_is_of_a_list_is_told_at_their_address_unless_they_want_no_mail(mailing: App, post: Post) -> None:
    state_requirement(mailing, AT_THIS_MACHINE, YEARLY)
    with mailing.store.write() as work:
        heron = work.people.list_all()[0]
        work.people.save([replace(heron, email="heron@school.example")])
        work.accounts.save(replace(work.accounts.get("both"), person_id=heron.person_id))
        work.accounts.save(replace(work.accounts.get("oak"), disabled_at=NOON))
    go_to(mailing, date(2026, 11, 2), hour=15)
    assert set(send(mailing, post)) == {"heron"}
    with mailing.store.write() as work:
        work.change(PersonRow, PersonRow.person_id == heron.person_id, mail_stopped_at=NOON)
    go_to(mailing, date(2026, 11, 9), hour=15)
    stop_mail(mailing, send(mailing, post)["boss"].partition("/mail/stop?t=")[2].split()[0])
    assert [each.account.account_id for each in list_told(mailing) if each.is_stopped] == ["both", "boss"]
    go_to(mailing, date(2027, 11, 8), hour=15)
    assert set(send(mailing, post)) == {"lead"}
    mail_again(mailing, "boss")
    assert set(send(mailing, post)) == {"boss"}

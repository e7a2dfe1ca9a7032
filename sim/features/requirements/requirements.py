"""What the district requires of whom and by when: stated, compared with what counts, told by mail once overdue."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from sim.app.wiring import App
from sim.db.ledger import LedgerKind
from sim.db.programs import Message, Requirement
from sim.db.teams import AccountRow, PersonRow, TeamRow
from sim.errors import PlanError
from sim.features.program.mail import find_address, is_daytime, queue
from sim.features.program.school_days import get_today, get_zone
from sim.ledger.record import find_trained_at
from sim.program.plan import BoardState, add_months, judge_board_state
from sim.rules.counts import list_recorded
from sim.rules.school_rights import name_school
from sim.rules.viewer import Duty, Role, Viewer, require
from sim.text.tables import TextTable, make_table, own_columns
from sim.text.times import write_plain_day
from sim.text.words import clean_typed, write_count

MOST_TITLE: Final = 80
MOST_SOURCE: Final = 200
MOST_TIMES: Final = 50
MOST_STATED: Final = 30
FARTHEST: Final = timedelta(days=731)
YEAR: Final = 12  # months
TO_PRINCIPAL: Final = timedelta(days=7)  # how long after the trainers the principals are told
MOST_NAMED: Final = 50
STAGES: Final = (Role.TRAINER, Role.PRINCIPAL)  # who is told, in this order


def list_requirements(app: App) -> tuple[Requirement, ...]:
    with app.store.read() as work:
        return work.list_rows(Requirement, Requirement.ended_at.is_(None))


def state_requirement(app: App, viewer: Viewer, typed: Requirement, *, before: Requirement | None = None) -> str:
    """State a requirement, or `before` anew as it was seen; return its id. Raises PlanError: it was changed since."""
    require(viewer, Duty.STATE_REQUIREMENTS)
    stated = replace(
        _check(typed, before, today=get_today(app, typed.time_zone)),
        requirement_id=secrets.token_urlsafe(12) if before is None else before.requirement_id,
        number=1 if before is None else before.number + 1,
        stated_at=app.clock.read().wall,
        stated_by=viewer.name,
    )
    others = [each for each in list_requirements(app) if each.requirement_id != stated.requirement_id]
    if len(others) >= MOST_STATED:
        raise PlanError(f"there are {MOST_STATED} requirements already", todo="end one first")
    if any(each.title.casefold() == stated.title.casefold() for each in others):
        raise PlanError(f"There is a requirement called {stated.title!r} already. Change that one, or name this one.")
    _keep(app, stated)
    return stated.requirement_id


def end_requirement(app: App, viewer: Viewer, requirement: Requirement) -> None:
    require(viewer, Duty.STATE_REQUIREMENTS)
    now = app.clock.read().wall
    changed = replace(requirement, number=requirement.number + 1, stated_at=now, stated_by=viewer.name, ended_at=now)
    _keep(app, changed)


def _keep(app: App, stated: Requirement) -> None:
    told = {name: getattr(stated, name) for name in ("requirement_id", "title", "source", "drills", "trainings")}
    told |= {
        "of": ", ".join(role for role in Role if role in stated.roles) or "everyone",
        "due": write_until(stated),
        "is_ended": stated.ended_at is not None,
    }
    with app.store.write() as work:
        known = work.by_key(Requirement, stated.requirement_id)
        if stated.number != (1 if known is None else known.number + 1) or (known is not None and known.ended_at):
            raise PlanError("Someone else has changed this requirement since you opened it. Reload the page and look.")
        work.put(stated)
        work.ledger.note(LedgerKind.REQUIREMENT_STATED, at=stated.stated_at, by=stated.stated_by, data=told)


def _check(wish: Requirement, before: Requirement | None, *, today: date) -> Requirement:
    title = clean_typed(wish.title, what="name", fault=PlanError, most=MOST_TITLE)
    source = clean_typed(wish.source, what="law or policy", fault=PlanError, most=MOST_SOURCE)
    wanted = {wish.drills, wish.trainings}
    if wanted == {0} or not wanted <= set(range(MOST_TIMES + 1)):
        raise PlanError(f"Choose at least one drill or training (up to {MOST_TIMES} of each).")
    if not wish.roles <= set(Role):
        raise PlanError("Choose roles of the list, or none for everyone.")
    due_on, is_new = wish.due_on, before is None or (wish.due_on, wish.is_yearly) != (before.due_on, before.is_yearly)
    if is_new and wish.is_yearly and today - FARTHEST < due_on < today:
        due_on = next(day for day in (add_months(wish.due_on, YEAR * n) for n in range(4)) if day >= today)
    if is_new and not today <= due_on <= today + FARTHEST:
        raise PlanError(
            f"{write_plain_day(due_on)} is over, or too far away", todo="choose a day from today on, within two years"
        )
    return replace(wish, title=title or write_what(wish), source=source, due_on=due_on)


def write_what(wish: Requirement) -> str:
    """Return what is to be done: "2 drills and 1 training"."""
    parts = ((wish.drills, "drill"), (wish.trainings, "training"))
    return " and ".join(write_count(number, name) for number, name in parts if number)


def write_until(requirement: Requirement) -> str:
    """Return until when: "by Jun 30 every year", "by Jun 30, 2027"."""
    day = requirement.due_on
    return f"by {day:%b} {day.day} every year" if requirement.is_yearly else f"by {write_plain_day(day)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    requirement: Requirement
    due_on: date
    person: PersonRow
    team: TeamRow
    state: BoardState
    lacks: str  # "1 of 2 drills, 1 training"; "" where it is done
    not_counted: str  # why the latest of what does not count does not, "" where it is done or there is none

    @property
    def school(self) -> str:
        return name_school(self.team)

    @property
    def until(self) -> str:
        day = write_plain_day(self.due_on)
        return f"overdue since {day}" if self.state is BoardState.OVERDUE else f"by {day}"


Terms = tuple[tuple[date, date], ...]


def list_terms(requirement: Requirement, today: date) -> Terms:
    """Return the first and last days of each term in which it is to be done, the present one last."""
    dues = [requirement.due_on]
    while requirement.is_yearly and dues[-1] < today:
        dues.append(add_months(requirement.due_on, YEAR * len(dues)))
    return tuple((add_months(due, -YEAR) + timedelta(days=1), due) for due in dues)


def list_standings(
    app: App, *, team_id: str | None = None, school: str | None = None, is_late: bool = False
) -> tuple[Standing, ...]:
    """Return how everyone asked stands, the overdue first, by school and team; of a team, a school, or all.

    With `is_late` only where the day has passed. A yearly one is overdue until the next is due, any other one until it
    is done or ended. What somebody did at another school before is theirs.
    """
    stated = [(each, get_today(app, each.time_zone)) for each in list_requirements(app)]
    asked = [(each, today, list_terms(each, today)) for each, today in stated]
    if not any(not is_late or due_on < today for _, today, terms in asked for _, due_on in terms):
        return ()
    with app.store.read() as work:
        teams = {
            team.team_id: team
            for team in work.teams.list_all()
            if not team.is_demo and team_id in (None, team.team_id) and school in (None, name_school(team))
        }
        people = [row for row in work.people.list_all(team_id=list(teams)) if row.left_at is None]
    first_on = min(terms[0][0] for _, _, terms in asked)
    since = datetime.combine(first_on - timedelta(days=1), time(), UTC)
    done = _load_done(app.unrestricted(), [row.person_id for row in people], since=since, team_id=team_id)
    found = (
        standing
        for person in people
        for each, today, terms in asked
        if not each.roles or each.roles & (done[person.person_id].roles | {person.roster_role or Role.TRAINEE.value})
        for standing in _judge(each, terms, today, person, team=teams[person.team_id], done=done[person.person_id])
        if not is_late or standing.due_on < today
    )
    return tuple(sorted(found, key=lambda each: (each.state is not BoardState.OVERDUE, each.school, each.team.name)))


@dataclass(slots=True)
class _Done:
    """What somebody did, each with when; `roles` are those of their account."""

    drills: list[datetime] = field(default_factory=list)
    trainings: set[datetime] = field(default_factory=set)  # one that makes up another is the same moment
    not_counted: list[tuple[datetime, str]] = field(default_factory=list)  # and why
    roles: frozenset[str] = frozenset()


def _load_done(app: App, person_ids: Sequence[str], *, since: datetime, team_id: str | None) -> dict[str, _Done]:
    done = {person_id: _Done() for person_id in person_ids}
    with app.store.read() as work:
        for result, why in list_recorded(app, work, person_ids, since=since, team_id=team_id):
            if why:
                done[result.person_id].not_counted.append((result.began_at, why))
            else:
                done[result.person_id].drills.append(result.began_at)
        trainings = work.trainings.list_all()
        for training, person_id in ((each, who.person_id) for each in trainings for who in each.attendees):
            if person_id in done and (at := find_trained_at(training, person_id, trainings, is_whole=True)):
                done[person_id].trainings.add(at)
        for account in work.accounts.list_all():
            if account.person_id in done:
                done[account.person_id].roles = account.roles
    return done


def _judge(
    requirement: Requirement, terms: Terms, today: date, person: PersonRow, *, team: TeamRow, done: _Done
) -> Iterator[Standing]:
    """Yield how somebody stands with the term that ended last, if any, and with the present one.

    What is done late, before the next term is over, is for the term that is over, and counts once.
    """
    zone = get_zone(requirement.time_zone)
    joined_on = (person.joined_at or person.created_at).astimezone(zone).date()
    wanted = {"drill": (requirement.drills, done.drills), "training": (requirement.trainings, done.trainings)}
    days = {name: sorted(at.astimezone(zone).date() for at in moments) for name, (_, moments) in wanted.items()}
    for (first_on, due_on), (_, late_on) in pairwise((*terms, (date.max, date.max))):
        if joined_on > due_on:
            continue
        lacks = []
        for name, (number, _) in wanted.items():
            own = [day for day in days[name] if first_on <= day <= late_on]
            days[name] = [*own[number:], *(day for day in days[name] if day > late_on)]
            if len(own) < number:
                lacks.append(f"{number - len(own)} of {number} {name}s" if number > 1 else f"1 {name}")
        why = [words for at, words in sorted(done.not_counted) if at.astimezone(zone).date() >= first_on]
        if (first_on, due_on) in terms[-2:]:
            yield Standing(
                requirement=requirement,
                due_on=due_on,
                person=person,
                team=team,
                state=judge_board_state(
                    due_from=first_on, due_to=due_on, joined_on=joined_on, is_done=not lacks, today=today
                ),
                lacks=", ".join(lacks),
                not_counted=why[-1] if lacks and why else "",
            )


def count_lacking(standings: Iterable[Standing]) -> tuple[tuple[Standing, str], ...]:
    """Return for each school, requirement and day how many have not done it, "3 of 8", with one of its standings."""
    groups: dict[tuple[str, str, date], list[Standing]] = {}
    for each in standings:
        groups.setdefault((each.school, each.requirement.requirement_id, each.due_on), []).append(each)
    return tuple((own[0], f"{sum(bool(each.lacks) for each in own)} of {len(own)}") for own in groups.values())


def make_school_table(standings: Iterable[Standing]) -> TextTable:
    return make_table(
        "requirements-by-school",
        count_lacking(standings),
        {
            **own_columns(School="school"),
            "Requirement": lambda each, _: each.requirement.title,
            **own_columns(Due="until"),
            "Not done": lambda _, counted: counted,
        },
    )


def make_lacking_table(standings: Iterable[Standing], *, is_of_team: bool = False) -> TextTable:
    """Return who still has to do what by when, without school and team where these are one team's."""
    where = {**own_columns(School="school"), "Team": lambda each: each.team.name}
    return make_table(
        "requirements",
        [(each,) for each in standings if each.lacks],
        {
            "Name": lambda each: each.person.name,
            **({} if is_of_team else where),
            "Requirement": lambda each: each.requirement.title,
            "Still to do": lambda each: f"{each.lacks}. {each.not_counted}".removesuffix(". "),
            **own_columns(Due="until"),
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    account: AccountRow
    role: Role
    address: str  # "" where no mail can go to them
    is_stopped: bool  # they turned it off


def list_told(app: App) -> tuple[Told, ...]:
    with app.store.read() as work:
        stopped = work.list_values(PersonRow.person_id, PersonRow.mail_stopped_at.is_not(None))
        return tuple(
            Told(
                account=each,
                role=role,
                address=find_address(work, each.person_id, each.account_id),
                is_stopped=each.mail_stopped_at is not None or each.person_id in stopped,
            )
            for role in STAGES
            for each in work.accounts.list_all()
            if role in each.roles and each.disabled_at is None
        )


def queue_overdue(app: App) -> int:
    """Queue mail of what is overdue, to each once: to trainers, and a week after them to principals; return how much.

    As reminders, only in the daytime of a school day.
    """
    late = [each for each in list_standings(app, is_late=True) if is_daytime(app, each.requirement.time_zone)]
    told, queued = list_told(app) if late else (), 0
    for requirement, due_on in dict.fromkeys((each.requirement, each.due_on) for each in late):
        key, today = f"overdue {requirement.requirement_id} {due_on}", get_today(app, requirement.time_zone)
        with app.store.read() as work:
            began = work.list_values(Message.queued_at, Message.key.startswith(f"{key} {STAGES[0]}", autoescape=True))
        first_on = min((at.astimezone(get_zone(requirement.time_zone)).date() for at in began), default=due_on)
        due = [each for each in late if (each.requirement, each.due_on) == (requirement, due_on)]
        for each in told:
            schools = each.account.schools
            own = [standing for standing in due if schools is None or standing.school in schools]
            if not each.address or each.is_stopped or not any(standing.lacks for standing in own):
                continue
            if each.role is STAGES[0]:
                next_step = f"From {write_plain_day(today + TO_PRINCIPAL)} on, principals are told of what is left."
            elif today < first_on + TO_PRINCIPAL:
                continue
            else:
                next_step = "The trainers were told before."
            queued += queue(
                app,
                each.account.person_id,
                account_id=each.account.account_id,
                key=f"{key} {each.role} {each.account.account_id}",
                subject=f"Overdue: {requirement.title}",
                lines=_write_lines(app, each.account.display_name, own, next_step),
            )
    return queued


def _write_lines(app: App, name: str, standings: Sequence[Standing], next_step: str) -> tuple[str, ...]:
    lacking = [each for each in standings if each.lacks]
    requirement, at = lacking[0].requirement, {each.school for each in lacking}
    named = [f"- {each.person.name}, {each.school}: {each.lacks}" for each in lacking]
    more, counts = len(named) - MOST_NAMED, count_lacking(standings)
    return (
        f"{name},",
        "",
        f"{requirement.title} ({write_what(requirement)}) was due by {write_plain_day(lacking[0].due_on)}.",
        *(f"{each.school}: {counted} have not done it." for each, counted in counts if each.school in at),
        "",
        *named[:MOST_NAMED],
        *([f"and {more} more"] if more > 0 else []),
        "",
        f"All of it: {app.settings.address}/records?team=all&view=requirements",
        next_step,
    )

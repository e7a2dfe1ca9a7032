"""Who of the roster somebody is that a learning system sends here, and putting new people on the team of a course."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from sim.app.asking import is_safe_url
from sim.app.wiring import App
from sim.attempt.attempt import ENDED, Mode
from sim.db.lti import CourseRow, PlatformRow, ResultRow
from sim.db.store import Transaction
from sim.db.teams import AccountRow, PersonRow, TeamRow
from sim.errors import AccessError, StoreError
from sim.features.accounts.manage import find_or_create
from sim.features.learning_systems.deep_link import GIVEN, check_practice
from sim.features.learning_systems.launch import LEARNER, Launch, has_role
from sim.features.team.entry import RosterSource
from sim.features.team.team import MAX_NAME, MAX_PEOPLE, check_name
from sim.ledger.record import note_people
from sim.rules.learner import Learner, create_drill
from sim.rules.sessions import open_session
from sim.rules.viewer import Role
from sim.text.words import fold_name

HOW: Final = "lti"
NEW_FOR: Final = timedelta(days=14)
MOST_SUBJECT_KEPT: Final = 200
MOST_ADDRESS: Final = 1000
_TRAINEE: Final = frozenset({Role.TRAINEE.value})


def make_identity(platform_id: str, subject: str) -> str:
    kept = subject if len(subject) <= MOST_SUBJECT_KEPT else hashlib.sha256(subject.encode()).hexdigest()
    return f"lti:{platform_id}|{kept}"


def make_team_id(course_id: str) -> str:
    return f"lti:{course_id}"


def is_kept_url(url: str) -> bool:
    return len(url) <= MOST_ADDRESS and is_safe_url(url)


def note_course(app: App, launch: Launch) -> CourseRow | None:
    if not launch.context_id:
        return None
    with app.store.write() as work:
        known = work.find_row(
            CourseRow, CourseRow.platform_id == launch.platform.platform_id, CourseRow.context_id == launch.context_id
        )
        row = CourseRow(
            course_id=known.course_id if known else secrets.token_urlsafe(12),
            platform_id=launch.platform.platform_id,
            context_id=launch.context_id,
            title=launch.context_title[:MAX_NAME] or launch.platform.name,
            members_url=launch.members_url if is_kept_url(launch.members_url) else "",
            seen_at=app.clock.read().wall,
        )
        work.put(row)
    return row


def sign_in_person(
    app: App, launch: Launch, course: CourseRow | None, *, instead_of: str = ""
) -> tuple[str, PersonRow]:
    """Sign in whom a learning system sends; return the secret for the cookie, and who of the roster it is.

    Known by an earlier launch, else, where the administrator trusts what it says of people, by the school's own id or
    the address; else put on the team of the course, where new people are taken in. A launch opens nothing but the
    accounts of trainees: whoever may do more signs in here.
    """
    identity = make_identity(launch.platform.platform_id, launch.subject)
    with app.exclusive("lti-people"):
        with app.store.read() as work:
            account = work.accounts.find_by_identity(identity)
            person = _find_person(work, launch, account, identity)
            account = account or (work.accounts.find(person_id=person.person_id) if person is not None else None)
        if person is None and account is None and launch.platform.takes_in:
            person = _take_in(app, launch, course, identity)
        if person is None:
            raise AccessError(
                "you are on no list here",
                expected="a person that your trainer has put on a team with the address that the learning system tells",
                todo="ask your trainer to add you",
            )
        if person.left_at is not None or (account is not None and account.disabled_at is not None):
            raise AccessError("you are no longer on a team here", todo="ask your trainer")
        if account is not None and not account.roles <= _TRAINEE:
            raise AccessError(
                "your account may do more here than a trainee's",
                expected="a sign-in here: a launch opens only accounts of trainees",
                todo="sign in to Sightline, then open the drill there",
            )
        roles = frozenset({Role.TRAINEE})
        account = find_or_create(app, identity, name=person.name, roles=roles, person_id=person.person_id)
    return open_session(app, account.account_id, how=HOW, instead_of=instead_of), person


def list_new(app: App, team_id: str) -> tuple[str, ...]:
    since = app.clock.read().wall - NEW_FOR
    with app.store.read() as work:
        people = work.people.list_all(team_id=team_id)
    new = [each for each in people if each.roster_source == RosterSource.LTI and each.created_at >= since]
    return tuple(each.name for each in sorted(new, key=lambda each: each.created_at, reverse=True) if not each.left_at)


def _find_person(work: Transaction, launch: Launch, account: AccountRow | None, identity: str) -> PersonRow | None:
    if account is not None:
        return work.people.get(account.person_id) if account.person_id is not None else None
    found = work.people.find(external_id=identity)
    if found is None and launch.platform.trusts_email:
        found = work.people.find(external_id=launch.sourced_id) if launch.sourced_id else None
        found = found or (work.people.find(email=launch.email) if launch.email else None)
        if found is not None and _is_of_another(work, found, launch.platform):
            return None
    return found


def _is_of_another(work: Transaction, person: PersonRow, platform: PlatformRow) -> bool:
    account = work.accounts.find(person_id=person.person_id)
    known = work.accounts.list_identities(account.account_id) if account is not None else ()
    return any(each.startswith(f"lti:{platform.platform_id}|") for each in known)


def _take_in(app: App, launch: Launch, course: CourseRow | None, identity: str) -> PersonRow:
    now = app.clock.read().wall
    with app.store.write() as work:
        known = course.course_id if course is not None else launch.platform.platform_id
        team = next((each for each in work.teams.list_all() if each.external_id == make_team_id(known)), None)
        if team is None:
            title = course.title if course is not None else launch.platform.name
            names = {fold_name(each.name) for each in work.teams.list_all()}
            team = TeamRow(
                team_id=secrets.token_urlsafe(12),
                name=_find_free(title, names),
                school=launch.platform.school,
                is_demo=False,
                created_at=now,
                external_id=make_team_id(known),
            )
            work.insert(team)
        people = work.people.list_all(team_id=team.team_id)
        if sum(each.left_at is None for each in people) >= MAX_PEOPLE:
            raise StoreError(f"the team has {MAX_PEOPLE} people already", todo="ask your trainer")
        email = launch.email if launch.platform.trusts_email and "@" in launch.email else ""
        try:
            name = check_name(launch.name[:MAX_NAME], what="person")
        except StoreError:
            name = "Course member"
        person = PersonRow(
            person_id=secrets.token_urlsafe(12),
            team_id=team.team_id,
            name=_find_free(name, {fold_name(each.name) for each in people}),
            created_at=now,
            left_at=None,
            external_id=identity,
            email=email[:254] if email and work.people.find(email=email) is None else None,
            roster_source=RosterSource.LTI.value,
        )
        work.people.add(person)
        note_people(work, [person], at=now)
    return person


def _find_free(name: str, taken: Collection[str]) -> str:
    wanted, number = name, 1
    while fold_name(wanted) in taken:
        number += 1
        wanted = f"{name[: MAX_NAME - 5]} {number}"
    return wanted


def enter(app: App, launch: Launch, *, instead_of: str = "") -> tuple[str, str]:
    if not launch.drill:
        raise AccessError(
            "this link names no drill",
            expected="a custom parameter such as drill=given",
            todo="ask the person who made the link to choose a drill for it",
        )
    if launch.drill != GIVEN:
        check_practice(app, launch.drill)
    cookie, person = sign_in_person(app, launch, note_course(app, launch), instead_of=instead_of)
    attempt_id = _find_attempt(app, person, launch.drill)
    if is_kept_url(launch.line_item) and has_role(launch.roles, LEARNER):
        with app.store.write() as work:
            if work.by_key(ResultRow, attempt_id) is None:
                work.put(
                    ResultRow(
                        attempt_id=attempt_id,
                        platform_id=launch.platform.platform_id,
                        subject=launch.subject,
                        line_item=launch.line_item,
                        created_at=app.clock.read().wall,
                    )
                )
    return cookie, f"drill?{urlencode({'attempt': attempt_id})}"


def _find_attempt(app: App, person: PersonRow, drill: str) -> str:
    with app.store.read() as work:
        own = work.attempts.list_all(person_id=person.person_id)
    for row in own:
        is_meant = row.mode is Mode.ASSESSMENT if drill == GIVEN else row.mode is Mode.PRACTICE and row.form_id == drill
        if is_meant and row.timing.state not in ENDED:
            return row.timing.attempt_id
    if drill == GIVEN:
        raise AccessError("no drill is waiting for you", todo="ask your trainer whether you have done all of them")
    return create_drill(app, Learner(person_id=person.person_id, browser_sha256=None), form_id=drill)

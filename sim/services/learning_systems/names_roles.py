"""The people of a course, as the learning system lists them (Names and Role Provisioning Services 2.0)."""

from typing import Any, Final

from sim.db.lti import CourseRow, PlatformRow
from sim.errors import AccessError, RosterError
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.asking import OutsideError, ask, find_next
from sim.services.app.wiring import App
from sim.services.learning_systems.claims import LEARNER, NAMES_SCOPE, has_role
from sim.services.learning_systems.people import make_identity, make_team_id
from sim.services.learning_systems.service_token import get_token
from sim.services.roster.entry import (
    Entry,
    Roster,
    RosterSource,
    TeamName,
    WrongRow,
    read_email,
    read_external_id,
    read_name,
)

MEMBERS_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_PAGES: Final = 200
GONE: Final = ("Inactive", "Deleted")


def list_courses(app: App, viewer: Viewer) -> tuple[CourseRow, ...]:
    """Return the courses whose people can be read, by title. Raises AccessError."""
    require(viewer, Duty.IMPORT_ROSTER)
    with app.store.read() as work:
        return tuple(each for each in work.lti.list_courses() if each.members_url)


def read_course(app: App, viewer: Viewer, course_id: str) -> Roster:
    """Return the learners of a course as a roster, all pages of it or none; instructors are not brought in."""
    require(viewer, Duty.IMPORT_ROSTER)
    with app.store.read() as work:
        course = next((each for each in work.lti.list_courses() if each.course_id == course_id), None)
        if course is None:
            raise AccessError("this course is not known here any more", todo="reload the page")
        platform = work.lti.get_platform(course.platform_id)
    members = _fetch(app, platform, course)
    team = TeamName(name=course.title, school=platform.school, external_id=make_team_id(course.course_id))
    entries: list[Entry] = []
    wrong: list[WrongRow] = []
    passed = 0
    for number, member in enumerate(members, 1):
        roles = member.get("roles")
        if not has_role(frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(), LEARNER):
            passed += 1
            continue
        place = f"{course.title}, person {number}"
        try:
            entries.append(_read_member(member, platform, team, place=place))
        except RosterError as error:
            wrong.append(WrongRow(place=place, problem=error.on_screen))
    return Roster(
        name=course.title,
        source=RosterSource.LTI,
        is_whole=False,
        entries=tuple(entries),
        wrong=tuple(wrong),
        notes=(f"{passed:,} instructors and others of the course were not read.",) if passed else (),
        keeps_teams=True,
    )


def _fetch(app: App, platform: PlatformRow, course: CourseRow) -> list[dict[str, Any]]:
    token = get_token(app, platform, NAMES_SCOPE)
    headers = {"Authorization": f"Bearer {token}", "Accept": MEMBERS_TYPE}
    url, members, seen = course.members_url, list[dict[str, Any]](), set[str]()
    while url and url not in seen and len(seen) < MOST_PAGES:
        seen.add(url)
        answer = ask(url, what=platform.name, headers=headers)
        found = answer.data.get("members") if answer.is_good and isinstance(answer.data, dict) else None
        if not isinstance(found, list):
            raise OutsideError(
                f"{platform.name} answered {answer.status} in place of page {len(seen)} of the people of the course",
                todo="try again later; nothing was changed",
            )
        members += [each for each in found if isinstance(each, dict)]
        url = find_next(answer.link, base=url)
    if url:
        raise OutsideError(f"{platform.name} lists more than {MOST_PAGES} pages of people", todo="ask its vendor")
    return members


def _read_member(member: dict[str, Any], platform: PlatformRow, team: TeamName, *, place: str) -> Entry:
    """Return one person; without a school's id and a trusted address known by the learning system's own id."""
    subject = member.get("user_id")
    if not isinstance(subject, str) or not subject:
        raise RosterError("the learning system gives no id of this person")
    told = _get(member, "email") if platform.trusts_email else ""
    email = read_email(told) if told else None
    known = _get(member, "lis_person_sourcedid") if platform.trusts_email else ""
    external_id = read_external_id(known) if known else None
    if external_id is None and email is None:
        external_id = make_identity(platform.platform_id, subject)
    if _get(member, "status") in GONE:
        return Entry(place=place, external_id=external_id, email=email, has_left=True)
    name = _get(member, "name") or f"{_get(member, 'given_name')} {_get(member, 'family_name')}"
    return Entry(
        place=place, name=read_name(name.strip(), what="name"), email=email, external_id=external_id, team=team
    )


def _get(member: dict[str, Any], name: str) -> str:
    text = member.get(name)
    return " ".join(text.split()) if isinstance(text, str) else ""

"""Telling learning systems that drills are done (Assignment and Grade Services 2.0), by a queue that tries again.

Practice: passed or not, by the pass rule, and the best counts. Measured drills: done, and nothing else; how well is a
personnel figure that stays here.
"""

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from sim.app.asking import Answer, OutsideError, ask, find_next
from sim.app.wiring import App
from sim.attempt.attempt import ENDED, AttemptState, Mode
from sim.db.attempts import AttemptRow
from sim.db.columns import MOST_SAID
from sim.db.lti import CourseRow, PlatformRow, ResultRow
from sim.db.store import Transaction
from sim.errors import AccessError, RosterError, SimError
from sim.features.learning_systems.launch import LEARNER, NAMES_SCOPE, SCORE_SCOPE, get_token, has_role
from sim.features.learning_systems.people import make_identity, make_team_id
from sim.features.learning_systems.platforms import WAITS
from sim.features.team.entry import (
    Entry,
    Roster,
    RosterSource,
    TeamName,
    WrongRow,
    read_email,
    read_external_id,
    read_name,
)
from sim.rules.viewer import Duty, Viewer, require
from sim.text.times import write_utc

BATCH: Final = 50
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=6)
GIVEN_UP_AFTER: Final = timedelta(days=30)
TRY_AGAIN: Final = frozenset({401, 408, 425, 429})
"""Answers, besides those from 500 on, after which the same may be taken later."""
SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
_log = logging.getLogger("sightline.lti")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    score: float
    comment: str


def push(app: App) -> int:
    now = app.clock.read().wall
    with app.store.read() as work:
        if not _list_waiting(work, at=now, most=1):
            return 0
    with app.store.hold("lti", waits=False) as is_ours:
        if not is_ours:
            return 0
        with app.store.read() as work:
            waiting = _list_waiting(work, at=now, most=BATCH)
        away: set[str] = set()
        return sum(_tell(app, row, away) for row in waiting)


def _list_waiting(work: Transaction, *, at: datetime, most: int) -> tuple[ResultRow, ...]:
    is_due = ResultRow.next_at.is_(None) | (ResultRow.next_at <= at)
    return work.list_rows(ResultRow, *WAITS, is_due, order_by=(ResultRow.created_at, ResultRow.attempt_id), most=most)


def judge(row: AttemptRow) -> Grade | None:
    """Return what is told of an ended attempt; None while it has no score yet, and for one that was given up."""
    if row.timing.state not in ENDED or row.timing.state is AttemptState.ABANDONED or row.score_json is None:
        return None
    if row.mode is Mode.ASSESSMENT:
        return Grade(score=1.0, comment="Done")
    is_passed = json.loads(row.score_json).get("passed") is True
    return Grade(score=float(is_passed), comment="Passed" if is_passed else "Not passed yet")


def _tell(app: App, row: ResultRow, away: set[str]) -> bool:
    now = app.clock.read().wall
    with app.store.read() as work:
        attempt = work.attempts.get(row.attempt_id)
        platform = work.lti.get(row.platform_id)
        own = (ResultRow.platform_id == row.platform_id, ResultRow.subject == row.subject)
        told = (ResultRow.line_item == row.line_item, ResultRow.done_at.is_not(None), ResultRow.refused == "")
        best = work.find_highest(ResultRow.score, *own, *told)
    if attempt.timing.state is AttemptState.ABANDONED:
        _save(app, replace(row, done_at=now))
        return False
    grade = judge(attempt)
    if grade is None or platform.platform_id in away:
        return False
    if best is not None and best >= grade.score:
        _save(app, replace(row, done_at=now, score=grade.score))
        return False
    try:
        answer = _post(app, platform, row, grade, at=now)
    except OutsideError as error:
        away.add(platform.platform_id)
        _put_off(app, row, error.on_screen, now=now)
        return False
    if answer.is_good:
        with app.store.write() as work:
            work.put(replace(row, done_at=now, score=grade.score))
            work.lti.change_one(platform.platform_id, sent_count=PlatformRow.sent_count + 1, sent_at=now, failure="")
        return True
    said = f"{platform.name} answered {answer.status} to a result."
    if answer.status in TRY_AGAIN or answer.status >= 500:
        _put_off(app, row, said, now=now)
    else:
        with app.store.write() as work:
            work.put(replace(row, done_at=now, refused=said))
            work.lti.change_one(platform.platform_id, failed_at=now, failure=said[:MOST_SAID])
    return False


def _put_off(app: App, row: ResultRow, why: str, *, now: datetime) -> None:
    """Try again later, twice as late each time; after a month no more."""
    is_over = now - row.created_at > GIVEN_UP_AFTER
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.tries, 10))
    later = replace(row, tries=row.tries + 1, next_at=now + wait, done_at=now if is_over else None)
    with app.store.write() as work:
        work.put(replace(later, refused=why[:200]) if is_over else later)
        work.lti.change_one(row.platform_id, failed_at=now, failure=why[:MOST_SAID])
    _log.warning("a result was not taken by a learning system: %s", why)


def _save(app: App, row: ResultRow) -> None:
    with app.store.write() as work:
        work.put(row)


def _post(app: App, platform: PlatformRow, row: ResultRow, grade: Grade, *, at: datetime) -> Answer:
    body = {
        "userId": row.subject,
        "scoreGiven": grade.score,
        "scoreMaximum": 1,
        "comment": grade.comment,
        "timestamp": write_utc(at),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }
    answer = Answer(status=0)
    for is_fresh in (False, True):
        try:
            token = get_token(app, platform, SCORE_SCOPE, is_fresh=is_fresh)
        except OutsideError:
            raise
        except SimError as error:
            raise OutsideError(str(error)) from error
        # `/scores` stands at the end of its path, before any query
        parts = urlsplit(row.line_item)
        answer = ask(
            urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/scores")),
            what=platform.name,
            body=json.dumps(body).encode("utf-8"),
            headers={"Authorization": f"Bearer {token}", "Content-Type": SCORE_TYPE},
        )
        if answer.status != 401:
            break
    return answer


MEMBERS_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_PAGES: Final = 200
GONE: Final = ("Inactive", "Deleted")


def list_courses(app: App, viewer: Viewer) -> tuple[CourseRow, ...]:
    require(viewer, Duty.IMPORT_ROSTER)
    with app.store.read() as work:
        return tuple(each for each in work.list_rows(CourseRow) if each.members_url)


def read_course(app: App, viewer: Viewer, course_id: str) -> Roster:
    """Return the learners of a course as a roster, all pages of it or none; instructors are not brought in."""
    require(viewer, Duty.IMPORT_ROSTER)
    with app.store.read() as work:
        course = work.by_key(CourseRow, course_id)
        if course is None:
            raise AccessError("this course is not known here any more", todo="reload the page")
        platform = work.lti.get(course.platform_id)
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

"""Learning systems (LTI 1.3, cmi5) in the database. Every function works inside the transaction it is given."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from sim.db import tables
from sim.errors import StoreError

_PLATFORM = tables.lti_platform.c
_NONCE = tables.lti_nonce.c
_COURSE = tables.lti_course.c
_RESULT = tables.lti_result.c
_SESSION = tables.cmi5_session.c
MOST_FAILURE = 300
MOST_REFUSED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRow:
    platform_id: str
    name: str
    # issuer, client_id: what its messages say that they are from, and for
    issuer: str
    client_id: str
    deployments: tuple[str, ...]  # ids of the places in it that are let in
    # auth_url, token_url, keys_url: where a launch is asked for, a token for its services, and its public keys
    auth_url: str
    token_url: str
    keys_url: str
    created_at: datetime
    token_audience: str = ""  # whom the question for a token is for, "" for its address
    trusts_email: bool = False  # people are known by the address it tells, the first time
    takes_in: bool = False  # who is on no list here is put on the team of the course
    school: str = ""  # of such people's teams
    # sent_count, sent_at, failed_at, failure: how sending results went
    sent_count: int = 0
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRow:
    course_id: str
    platform_id: str
    context_id: str
    title: str
    members_url: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One drill that a learning system is to be told the result of, see `LtiResultColumns`."""

    attempt_id: str
    platform_id: str
    subject: str
    line_item: str
    created_at: datetime
    tries: int = 0
    next_at: datetime | None = None
    done_at: datetime | None = None
    score: float | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cmi5Row:
    """One launch by cmi5, see `Cmi5SessionColumns`; actor and context are JSON."""

    session_id: str
    attempt_id: str
    once: str
    endpoint: str
    token: str
    actor: str
    activity: str
    context: str
    is_judged: bool
    begun_at: datetime
    tries: int = 0
    next_at: datetime | None = None
    done_at: datetime | None = None
    has_completed: bool = False
    has_passed: bool = False
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LtiTable:
    """Learning systems, on one open transaction."""

    connection: Connection

    def list_platforms(self) -> tuple[PlatformRow, ...]:
        chosen = select(tables.lti_platform).order_by(_PLATFORM.name, _PLATFORM.platform_id)
        return tuple(_to_platform(dict(found)) for found in self.connection.execute(chosen).mappings())

    def get_platform(self, platform_id: str) -> PlatformRow:
        """Return one. Raises StoreError: there is none of that id."""
        for found in self.list_platforms():
            if found.platform_id == platform_id:
                return found
        raise StoreError("this learning system is not known here any more", todo="reload the page")

    def save_platform(self, row: PlatformRow) -> None:
        """Store one, new or changed. Raises StoreError: another one has the same issuer and client id."""
        same = [each for each in self.list_platforms() if (each.issuer, each.client_id) == (row.issuer, row.client_id)]
        if any(each.platform_id != row.platform_id for each in same):
            raise StoreError("a learning system with this issuer and client id is here already", todo="change that one")
        values = {**asdict(row), "deployments": "\n".join(row.deployments)}
        chosen = update(tables.lti_platform).where(_PLATFORM.platform_id == row.platform_id)
        if not self.connection.execute(chosen.values(**values)).rowcount:
            self.connection.execute(insert(tables.lti_platform).values(**values))

    def remove_platform(self, platform_id: str) -> None:
        """Delete one with its courses and with what was to be sent to it."""
        self.connection.execute(delete(tables.lti_platform).where(_PLATFORM.platform_id == platform_id))

    def use_nonce(self, nonce_sha256: str, *, at: datetime) -> bool:
        """Note that a launch was taken; return whether it is the first time, also against other processes."""
        try:
            with self.connection.begin_nested():
                self.connection.execute(insert(tables.lti_nonce).values(nonce_sha256=nonce_sha256, used_at=at))
        except IntegrityError:
            return False
        return True

    def forget_nonces(self, *, before: datetime) -> None:
        """Forget launches so old that their messages are refused for their age."""
        self.connection.execute(delete(tables.lti_nonce).where(_NONCE.used_at < before))

    def find_course(self, platform_id: str, context_id: str) -> CourseRow | None:
        chosen = (_COURSE.platform_id == platform_id) & (_COURSE.context_id == context_id)
        found = self.connection.execute(select(tables.lti_course).where(chosen)).mappings().first()
        return None if found is None else CourseRow(**found)

    def list_courses(self) -> tuple[CourseRow, ...]:
        chosen = select(tables.lti_course).order_by(_COURSE.title, _COURSE.course_id)
        return tuple(CourseRow(**found) for found in self.connection.execute(chosen).mappings())

    def save_course(self, row: CourseRow) -> None:
        """Store a course, new or seen again."""
        chosen = update(tables.lti_course).where(_COURSE.course_id == row.course_id)
        if not self.connection.execute(chosen.values(**asdict(row))).rowcount:
            self.connection.execute(insert(tables.lti_course).values(**asdict(row)))

    def save_result(self, row: ResultRow) -> None:
        """Store what is to be told of a drill, new or changed."""
        chosen = update(tables.lti_result).where(_RESULT.attempt_id == row.attempt_id)
        if not self.connection.execute(chosen.values(**asdict(row))).rowcount:
            self.connection.execute(insert(tables.lti_result).values(**asdict(row)))

    def find_result(self, attempt_id: str) -> ResultRow | None:
        """Return what is told of a drill, None where nothing is."""
        chosen = select(tables.lti_result).where(_RESULT.attempt_id == attempt_id)
        found = self.connection.execute(chosen).mappings().first()
        return None if found is None else ResultRow(**found)

    def list_waiting(self, *, at: datetime, most: int) -> tuple[ResultRow, ...]:
        """Return ended drills whose result was not told and that are not put off beyond a moment, the oldest first."""
        attempt = tables.attempt.c
        joined = tables.lti_result.join(tables.attempt, attempt.attempt_id == _RESULT.attempt_id)
        chosen = (
            select(tables.lti_result)
            .select_from(joined)
            .where(_RESULT.done_at.is_(None), attempt.ended_at.is_not(None))
            .where(_RESULT.next_at.is_(None) | (_RESULT.next_at <= at))
            .order_by(_RESULT.created_at, _RESULT.attempt_id)
            .limit(most)
        )
        return tuple(ResultRow(**found) for found in self.connection.execute(chosen).mappings())

    def find_best(self, platform_id: str, subject: str, line_item: str) -> float | None:
        """Return the best that was told of a person in a column of the grade book; None for nothing."""
        chosen = select(func.max(_RESULT.score)).where(
            _RESULT.platform_id == platform_id,
            _RESULT.subject == subject,
            _RESULT.line_item == line_item,
            _RESULT.done_at.is_not(None),
            _RESULT.refused == "",
        )
        return self.connection.scalar(chosen)

    def count_results(self, platform_id: str) -> tuple[int, int]:
        """Return how many ended drills wait to be told, and how many were refused."""
        attempt = tables.attempt.c
        joined = tables.lti_result.join(tables.attempt, attempt.attempt_id == _RESULT.attempt_id)
        chosen = select(func.count()).select_from(joined).where(_RESULT.platform_id == platform_id)
        waiting = chosen.where(_RESULT.done_at.is_(None), attempt.ended_at.is_not(None))
        refused = chosen.where(_RESULT.refused != "")
        return self.connection.scalar(waiting) or 0, self.connection.scalar(refused) or 0

    def note_sent(self, platform_id: str, *, at: datetime) -> None:
        """Note that a result was taken."""
        chosen = update(tables.lti_platform).where(_PLATFORM.platform_id == platform_id)
        values: dict[str, Any] = {"sent_count": _PLATFORM.sent_count + 1, "sent_at": at, "failure": ""}
        self.connection.execute(chosen.values(**values))

    def note_failure(self, platform_id: str, failure: str, *, at: datetime) -> None:
        """Note why one was not taken."""
        chosen = update(tables.lti_platform).where(_PLATFORM.platform_id == platform_id)
        self.connection.execute(chosen.values(failed_at=at, failure=failure[:MOST_FAILURE]))

    def save_session(self, row: Cmi5Row) -> None:
        """Store a launch by cmi5, new or changed."""
        chosen = update(tables.cmi5_session).where(_SESSION.session_id == row.session_id)
        if not self.connection.execute(chosen.values(**asdict(row))).rowcount:
            self.connection.execute(insert(tables.cmi5_session).values(**asdict(row)))

    def list_open_sessions(self, *, at: datetime, most: int) -> tuple[Cmi5Row, ...]:
        """Return launches by cmi5 whose drill has ended or is gone, and that are not put off beyond a moment."""
        attempt = tables.attempt.c
        joined = tables.cmi5_session.outerjoin(tables.attempt, attempt.attempt_id == _SESSION.attempt_id)
        chosen = (
            select(tables.cmi5_session)
            .select_from(joined)
            .where(_SESSION.done_at.is_(None), attempt.ended_at.is_not(None) | attempt.attempt_id.is_(None))
            .where(_SESSION.next_at.is_(None) | (_SESSION.next_at <= at))
            .order_by(_SESSION.begun_at, _SESSION.session_id)
            .limit(most)
        )
        return tuple(Cmi5Row(**found) for found in self.connection.execute(chosen).mappings())

    def list_told(self, once: str) -> tuple[Cmi5Row, ...]:
        """Return the launches of the same learner, registration and drill whose end was told."""
        chosen = select(tables.cmi5_session).where(_SESSION.once == once, _SESSION.done_at.is_not(None))
        return tuple(Cmi5Row(**found) for found in self.connection.execute(chosen).mappings())

    def forget_sessions(self, *, before: datetime) -> None:
        """Forget launches by cmi5 that began before a moment."""
        self.connection.execute(delete(tables.cmi5_session).where(_SESSION.begun_at < before))


def _to_platform(found: dict[str, Any]) -> PlatformRow:
    return PlatformRow(**{**found, "deployments": tuple(found["deployments"].splitlines())})

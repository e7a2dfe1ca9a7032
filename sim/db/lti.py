"""Learning systems (LTI 1.3, cmi5) in the database."""

from datetime import datetime
from functools import partial

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.exc import IntegrityError

from sim.db.attempts import AttemptRow
from sim.db.columns import MOST_FAILURE, MOST_REFUSED, PRACTICE, Col, Row, cascade, column, several, told
from sim.db.rows import RowsOf
from sim.errors import StoreError


class PlatformRow(
    Row,
    table="lti_platform",
    of="",
    sorted_by="name platform_id",
    unknown=partial(StoreError, "this learning system is not known here any more", todo="reload the page"),
    constraints=(UniqueConstraint("issuer", "client_id", name="uq_lti_platform_issuer_client_id"),),
):
    """Learning systems."""

    platform_id: Col[str] = column(32, primary_key=True)
    name: Col[str] = column(80)
    # issuer, client_id: what its messages say that they are from, and for
    issuer: Col[str] = column(255)
    client_id: Col[str] = column(255)
    # ids of the places in it that are let in
    deployments: Col[tuple[str, ...]] = column(several(tuple, between="\n"))
    # auth_url, token_url, keys_url: where a launch is asked for, a token for its services, and its public keys
    auth_url: Col[str] = column(1000)
    token_url: Col[str] = column(1000)
    token_audience: Col[str] = column(1000, default="")  # whom the question for a token is for, "" for its address
    keys_url: Col[str] = column(1000)
    trusts_email: Col[bool] = column(default=False)  # people are known by the address it tells, the first time
    takes_in: Col[bool] = column(default=False)  # who is on no list here is put on the team of the course
    school: Col[str] = column(80, default="")  # of such people's teams
    created_at: Col[datetime] = column()
    # sent_count, sent_at, failed_at, failure: how sending results went
    sent_count: Col[int] = column(default=0)
    sent_at: Col[datetime | None] = column(default=None)
    failed_at: Col[datetime | None] = column(default=None)
    failure: Col[str] = column(MOST_FAILURE, default="")  # "" once it worked again


class NonceRow(Row, table="lti_nonce", of=""):
    """Launches that were taken."""

    nonce_sha256: Col[str] = column(64, primary_key=True)  # of what makes it unlike any other: none is taken twice
    used_at: Col[datetime] = column(index=True)


class CourseRow(Row, table="lti_course", of="", sorted_by="title course_id"):
    """Courses of learning systems."""

    course_id: Col[str] = column(32, primary_key=True)
    platform_id: Col[str] = column(32, cascade("lti_platform.platform_id"), index=True)
    context_id: Col[str] = column(255)
    title: Col[str] = column(120)
    members_url: Col[str] = column(1000)  # "" where it tells no names
    seen_at: Col[datetime] = column()


class ResultRow(Row, table="lti_result", of="attempt", kept=PRACTICE):
    """Results for a learning system. Which drills were opened from the school's learning system (LTI), so that it is
    told that they are done: passed or not for practice, done for measured drills, and nothing else.
    """

    attempt_id: Col[str] = column(64, cascade("attempt.attempt_id"), primary_key=True)
    platform_id: Col[str] = column(32, cascade("lti_platform.platform_id"), index=True)
    subject: Col[str] = told("the learning system's id of the person", 255)
    line_item: Col[str] = column(1000)
    created_at: Col[datetime] = told("when opened from there")
    tries: Col[int] = column(default=0)
    next_at: Col[datetime | None] = column(default=None)
    done_at: Col[datetime | None] = told("when it was told", default=None, index=True)
    score: Col[float | None] = told("what it was told, 0 or 1", default=None)  # or need not be told
    # for good, "" while it may take it
    refused: Col[str] = told("why it did not take it", MOST_REFUSED, default="")


class Cmi5Row(Row, table="cmi5_session", of="attempt", kept="a year; the account until it was told, a week at most"):
    """Drills opened from a course package (cmi5). Who opened a drill from a learning system that has only course
    packages, until that system was told how it ended. Such drills are nobody's here.
    """

    # One launch by cmi5. Once its learning system was told how it ended, actor, token and context are "".
    session_id: Col[str] = column(32, primary_key=True)
    attempt_id: Col[str] = column(64, index=True)
    # tells the same learner, course registration and drill from every other one: what is told once in it
    once: Col[str] = column(64, index=True)
    endpoint: Col[str] = column(1000)
    token: Col[str] = column()
    actor: Col[str] = told("the learning system's account of the person, until it was told")  # JSON
    activity: Col[str] = column(1000)
    context: Col[str] = column()  # JSON
    is_judged: Col[bool] = column()
    begun_at: Col[datetime] = told("when opened")
    tries: Col[int] = column(default=0)
    next_at: Col[datetime | None] = column(default=None)
    done_at: Col[datetime | None] = told("when it was told", default=None, index=True)
    has_completed: Col[bool] = told("that it was told of a completed drill", default=False)
    has_passed: Col[bool] = told("that it was told of a passed drill", default=False)
    failure: Col[str] = column(MOST_FAILURE, default="")


class LtiTable(RowsOf[PlatformRow]):
    def save(self, row: PlatformRow) -> None:
        """Store one, new or changed. Raises StoreError: another one has the same issuer and client id."""
        same = self.find(issuer=row.issuer, client_id=row.client_id)
        if same is not None and same.platform_id != row.platform_id:
            raise StoreError("a learning system with this issuer and client id is here already", todo="change that one")
        self.put(row)

    def use_nonce(self, nonce_sha256: str, *, at: datetime) -> bool:
        """Note that a launch was taken; return whether it is the first time, also against other processes."""
        try:
            with self.connection.begin_nested():
                self.insert(NonceRow(nonce_sha256=nonce_sha256, used_at=at))
        except IntegrityError:
            return False
        return True

    def list_waiting(self, *, at: datetime, most: int) -> tuple[ResultRow, ...]:
        """Return ended drills whose result was not told and that are not put off beyond a moment, the oldest first."""
        waits = (_WAITS, _HAS_ENDED, ResultRow.next_at.is_(None) | (ResultRow.next_at <= at))
        return self.list_rows(ResultRow, *waits, order_by=(ResultRow.created_at, ResultRow.attempt_id), most=most)

    def count_results(self, platform_id: str) -> tuple[int, int]:
        own = ResultRow.platform_id == platform_id
        return self.count_rows(ResultRow, own, _HAS_ENDED, _WAITS), self.count_rows(
            ResultRow, own, ResultRow.refused != ""
        )

    def list_open_sessions(self, *, at: datetime, most: int) -> tuple[Cmi5Row, ...]:
        """Return launches by cmi5 whose drill has ended or is gone, and that are not put off beyond a moment."""
        joined = select(Cmi5Row.table).outerjoin(AttemptRow.table, AttemptRow.attempt_id == Cmi5Row.attempt_id)
        is_over = AttemptRow.ended_at.is_not(None) | AttemptRow.attempt_id.is_(None)
        waits = (Cmi5Row.done_at.is_(None), is_over, Cmi5Row.next_at.is_(None) | (Cmi5Row.next_at <= at))
        return self.read(Cmi5Row, joined.where(*waits).order_by(Cmi5Row.begun_at, Cmi5Row.session_id).limit(most))


_WAITS = ResultRow.done_at.is_(None)
_HAS_ENDED = ResultRow.attempt_id.in_(select(AttemptRow.attempt_id).where(AttemptRow.ended_at.is_not(None)))

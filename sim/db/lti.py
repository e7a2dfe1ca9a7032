"""Learning systems (LTI 1.3, cmi5) in the database."""

from datetime import datetime
from functools import partial

from sqlalchemy import Index

from sim.db.columns import MOST_SAID, PRACTICE, Col, Row, cascade, column, several, told
from sim.errors import StoreError


class PlatformRow(Row, table="lti_platform", of="", sorted_by="name platform_id"):
    """Learning systems."""

    unknown = partial(StoreError, "this learning system is not known here any more", todo="reload the page")
    platform_id: Col[str] = column(32, primary_key=True)
    name: Col[str] = column(80)
    issuer: Col[str] = column(255)
    client_id: Col[str] = column(255)
    deployments: Col[tuple[str, ...]] = column(several(tuple, between="\n"))  # ids of the places in it that are let in
    auth_url: Col[str] = column(1000)
    token_url: Col[str] = column(1000)
    token_audience: Col[str] = column(1000, default="")  # whom the question for a token is for, "" for its address
    keys_url: Col[str] = column(1000)
    trusts_email: Col[bool] = column(default=False)  # people are known by the address it tells, the first time
    takes_in: Col[bool] = column(default=False)  # who is on no list here is put on the team of the course
    school: Col[str] = column(80, default="")  # of such people's teams
    created_at: Col[datetime] = column()
    sent_count: Col[int] = column(default=0)
    sent_at: Col[datetime | None] = column(default=None)
    failed_at: Col[datetime | None] = column(default=None)
    failure: Col[str] = column(MOST_SAID, default="")  # "" once it worked again


Index("uq_lti_platform_issuer_client_id", PlatformRow.issuer, PlatformRow.client_id, unique=True)


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
    refused: Col[str] = told("why it did not take it", MOST_SAID, default="")  # for good


class Cmi5Row(Row, table="cmi5_session", of="attempt", kept="a year; the account until it was told, a week at most"):
    """Drills opened from a course package (cmi5). Who opened a drill from a learning system that has only course
    packages, until that system was told how it ended. Such drills are nobody's here.
    """

    session_id: Col[str] = column(32, primary_key=True)
    attempt_id: Col[str] = column(64, index=True)
    once: Col[str] = column(64, index=True)  # of learner, course registration and drill: what is told once in it
    endpoint: Col[str] = column(1000)
    token: Col[str] = column()  # token, actor, context: "" once its learning system was told how it ended
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
    failure: Col[str] = column(MOST_SAID, default="")

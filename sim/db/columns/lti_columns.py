"""The columns of learning systems: LTI 1.3 platforms, their courses and results they are told; launches by cmi5."""

from datetime import datetime

from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, Named, String, Text, TypedColumns, UniqueConstraint

from sim.db.columns.utc import UtcDateTime


class LtiPlatformColumns(TypedColumns):
    """One learning system. `deployments` has an id a line; `school` is that of people who come in by it.

    `failed_at` and `failure` say how sending results went last, "" once it worked again.
    """

    platform_id = Column(String(32), primary_key=True)
    name = Column(String(80), nullable=False)
    issuer = Column(String(255), nullable=False)
    client_id = Column(String(255), nullable=False)
    deployments = Column(Text, nullable=False)
    auth_url = Column(String(1000), nullable=False)
    token_url = Column(String(1000), nullable=False)
    token_audience = Column(String(1000), nullable=False, server_default="")
    keys_url = Column(String(1000), nullable=False)
    trusts_email = Column(Boolean, nullable=False)
    takes_in = Column(Boolean, nullable=False)
    school = Column(String(80), nullable=False, server_default="")
    created_at = Column(UtcDateTime, nullable=False)
    sent_count = Column(Integer, nullable=False, server_default="0")
    sent_at: Named[datetime | None] = Column(UtcDateTime)
    failed_at: Named[datetime | None] = Column(UtcDateTime)
    failure = Column(String(300), nullable=False, server_default="")


LTI_PLATFORM_ONCE = UniqueConstraint("issuer", "client_id", name="uq_lti_platform_issuer_client_id")


class LtiNonceColumns(TypedColumns):
    """One launch that was taken: the hash of what makes it unlike any other, so that none is taken twice."""

    nonce_sha256 = Column(String(64), primary_key=True)
    used_at = Column(UtcDateTime, nullable=False, index=True)


class LtiCourseColumns(TypedColumns):
    """One course of a learning system that somebody was sent here from. `members_url` is "" where it tells no names."""

    course_id = Column(String(32), primary_key=True)
    platform_id = Column(
        String(32), ForeignKey("lti_platform.platform_id", ondelete="CASCADE"), nullable=False, index=True
    )
    context_id = Column(String(255), nullable=False)
    title = Column(String(120), nullable=False)
    members_url = Column(String(1000), nullable=False)
    seen_at = Column(UtcDateTime, nullable=False)


class LtiResultColumns(TypedColumns):
    """One drill that a learning system is told the result of. `subject` is its id of the person.

    `score` is what was sent or need not be, 0 to 1; `refused` why it will never be taken, "" while it may.
    """

    attempt_id = Column(String(64), ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True)
    platform_id = Column(
        String(32), ForeignKey("lti_platform.platform_id", ondelete="CASCADE"), nullable=False, index=True
    )
    subject = Column(String(255), nullable=False)
    line_item = Column(String(1000), nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    tries = Column(Integer, nullable=False, server_default="0")
    next_at: Named[datetime | None] = Column(UtcDateTime)
    done_at: Named[datetime | None] = Column(UtcDateTime, index=True)
    score: Named[float | None] = Column(Double)
    refused = Column(String(200), nullable=False, server_default="")


class Cmi5SessionColumns(TypedColumns):
    """One launch by cmi5, until its learning system was told how it ended; then actor, token and context are "".

    `once` tells the same learner, course registration and drill from every other one: what is told once in it.
    """

    session_id = Column(String(32), primary_key=True)
    attempt_id = Column(String(64), nullable=False, index=True)
    once = Column(String(64), nullable=False, index=True)
    endpoint = Column(String(1000), nullable=False)
    token = Column(Text, nullable=False)
    actor = Column(Text, nullable=False)
    activity = Column(String(1000), nullable=False)
    context = Column(Text, nullable=False)
    is_judged = Column(Boolean, nullable=False)
    begun_at = Column(UtcDateTime, nullable=False)
    tries = Column(Integer, nullable=False, server_default="0")
    next_at: Named[datetime | None] = Column(UtcDateTime)
    done_at: Named[datetime | None] = Column(UtcDateTime, index=True)
    has_completed = Column(Boolean, nullable=False)
    has_passed = Column(Boolean, nullable=False)
    failure = Column(String(300), nullable=False, server_default="")

"""UTC wall times that keep their zone in every database."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Integer,
    Named,
    String,
    Text,
    TypedColumns,
    TypeDecorator,
    UniqueConstraint,
)

from sim.text.words import LONGEST


class UtcDateTime(TypeDecorator[datetime]):
    """Stores UTC, gives back UTC with its zone. A time without zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC on the way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], datetime | None] | None:
        """Read SQLite's text in one step, zone and all: a district has 40,000 times to read."""
        return _read_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Put the zone back on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _read_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


Profile = String(16).with_variant(String(LONGEST), "postgresql")
"""SQLite holds no text to a length, so what was made there with 16 stays."""


class LinkColumns(TypedColumns):
    """One link to a record, a drill or a team exercise. The signature that makes it work is stored nowhere."""

    link_id = Column(String(32), primary_key=True)
    kind = Column(String(16), nullable=False)
    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False, index=True)
    attempt_id: Named[str | None] = Column(String(64), ForeignKey("attempt.attempt_id", ondelete="CASCADE"), index=True)
    issued_by = Column(String(120), nullable=False)
    issued_at = Column(UtcDateTime, nullable=False)
    expires_at = Column(UtcDateTime, nullable=False)
    ended_at: Named[datetime | None] = Column(UtcDateTime)


class MailMessageColumns(TypedColumns):
    """One message. `key` says what it is about, so that nobody is sent the same twice; once sent its body is "".

    `refused` is why the mail server will never take it, "" while it may.
    """

    message_id = Column(String(32), primary_key=True)
    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False, index=True)
    key = Column(String(160), nullable=False, unique=True)
    subject = Column(String(200), nullable=False)
    body = Column(Text, nullable=False)
    queued_at = Column(UtcDateTime, nullable=False)
    sent_at: Named[datetime | None] = Column(UtcDateTime)
    refused = Column(String(200), nullable=False, server_default="")


class MailStateColumns(TypedColumns):
    """How sending through a mail server went; `queued_up_to` is when reminders were looked for last."""

    server = Column(String(300), primary_key=True)
    sent_count = Column(Integer, nullable=False, server_default="0")
    sent_at: Named[datetime | None] = Column(UtcDateTime)
    failed_at: Named[datetime | None] = Column(UtcDateTime)
    failure = Column(String(300), nullable=False, server_default="")
    queued_up_to: Named[datetime | None] = Column(UtcDateTime)


class MailStopColumns(TypedColumns):
    """Somebody who wants no reminders by mail."""

    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True)
    stopped_at = Column(UtcDateTime, nullable=False)


class DayOffColumns(TypedColumns):
    """Days without drills that someone entered: one, or from one to another, both counted."""

    day_off_id = Column(String(32), primary_key=True)
    first_on: Named[date] = Column(Date, nullable=False)
    last_on: Named[date] = Column(Date, nullable=False)
    name = Column(String(120), nullable=False)


class LedgerEntryColumns(TypedColumns):
    """One entry of the training record's ledger. The database refuses to change or delete one."""

    number = Column(Integer, primary_key=True, autoincrement=False)
    kind = Column(String(40), nullable=False)
    at = Column(String(27), nullable=False, index=True)
    content_sha256 = Column(String(64), nullable=False)
    previous_sha256 = Column(String(64), nullable=False)
    sha256 = Column(String(64), nullable=False)


class LedgerContentColumns(TypedColumns):
    """What an entry says, as canonical JSON, and by what it is found. It can be deleted once a removal names it.

    The ids are no foreign keys: the record outlives what it is about.
    """

    number = Column(Integer, ForeignKey("ledger_entry.number"), primary_key=True, autoincrement=False)
    body = Column(Text, nullable=False)
    team_id: Named[str | None] = Column(String(32), index=True)
    session_id: Named[str | None] = Column(String(32), index=True)
    person_id: Named[str | None] = Column(String(32), index=True)
    attempt_id: Named[str | None] = Column(String(64), index=True)


class LedgerRemovalColumns(TypedColumns):
    """That the content of entry `number` may be deleted, as entry `by_number` says. Never changed."""

    number = Column(Integer, ForeignKey("ledger_entry.number"), primary_key=True, autoincrement=False)
    by_number = Column(Integer, ForeignKey("ledger_entry.number"), nullable=False)


class LegalHoldColumns(TypedColumns):
    """One legal hold: while it is not released, nothing about a person, team or session is deleted."""

    hold_id = Column(String(32), primary_key=True)
    scope = Column(String(16), nullable=False)
    subject_id = Column(String(32), nullable=False, index=True)
    reason = Column(String(300), nullable=False)
    placed_by = Column(String(120), nullable=False)
    placed_at = Column(UtcDateTime, nullable=False)
    released_at: Named[datetime | None] = Column(UtcDateTime)
    released_by = Column(String(120), nullable=False, server_default="")
    release_reason = Column(String(300), nullable=False, server_default="")


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


class SessionColumns(TypedColumns):
    """One session day of a team: what drill, how it is given, and how far it is.

    `link_number` counts up when the links given out so far are to work no more; `makes_up` is the session whose absent
    people this one is for; `planned_at` is when it is to begin, none for one that was opened for at once. `starts_at`
    is when a countdown ends, `paused_at` since when its clocks stand still, `paused_s` for how long they have so far.
    `recording_id` and `form_id` are what was chosen for it, for those who are invited later too. `voided_at` is when it
    was voided, as nobody began a drill in it, and `void_reason` why.
    """

    session_id = Column(String(32), primary_key=True)
    team_id = Column(String(32), ForeignKey("team.team_id", ondelete="CASCADE"), nullable=False, index=True)
    step_id: Named[str | None] = Column(String(32), ForeignKey("program_step.step_id", ondelete="SET NULL"), index=True)
    makes_up: Named[str | None] = Column(String(32), ForeignKey("session.session_id", ondelete="SET NULL"))
    kind = Column(String(16), nullable=False)
    starting = Column(String(16), nullable=False)
    profile = Column(Profile, nullable=False)
    options = Column(String(120), nullable=False)
    place = Column(String(120), nullable=False)
    code = Column(String(16), nullable=False, index=True)
    link_number = Column(Integer, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    expires_at = Column(UtcDateTime, nullable=False)
    briefing_at: Named[datetime | None] = Column(UtcDateTime)
    started_at: Named[datetime | None] = Column(UtcDateTime)
    ended_at: Named[datetime | None] = Column(UtcDateTime)
    planned_at: Named[datetime | None] = Column(UtcDateTime)
    starts_at: Named[datetime | None] = Column(UtcDateTime)
    paused_at: Named[datetime | None] = Column(UtcDateTime)
    paused_s = Column(Double, nullable=False, server_default="0")
    recording_id: Named[str | None] = Column(String(80))
    form_id: Named[str | None] = Column(String(80))
    voided_at: Named[datetime | None] = Column(UtcDateTime)
    void_reason = Column(String(200), nullable=False, server_default="")


class SessionPersonColumns(TypedColumns):
    """One person invited to a session. `seat` counts up whenever their name is freed; earlier seats then end."""

    session_id = Column(String(32), ForeignKey("session.session_id", ondelete="CASCADE"), primary_key=True)
    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True)
    attendance = Column(String(16), nullable=False)
    extra_time = Column(Double, nullable=False)
    seat = Column(Integer, nullable=False)
    return_code = Column(String(16), nullable=False)
    attempt_id: Named[str | None] = Column(
        String(64), ForeignKey("attempt.attempt_id", ondelete="SET NULL"), index=True
    )
    joined_at: Named[datetime | None] = Column(UtcDateTime)
    seen_at: Named[datetime | None] = Column(UtcDateTime)


class AttendanceChangeColumns(TypedColumns):
    """One change of somebody's attendance after the fact, or by a make-up; never altered."""

    session_id = Column(String(32), primary_key=True)
    person_id = Column(String(32), primary_key=True)
    number = Column(Integer, primary_key=True, autoincrement=False)
    was = Column(String(16), nullable=False)
    became = Column(String(16), nullable=False)
    reason = Column(String(200), nullable=False)
    changed_at = Column(UtcDateTime, nullable=False)


class HelpColumns(TypedColumns):
    """One call for help during an attempt. `elapsed_s` is the attempt's own time at it."""

    attempt_id = Column(String(64), ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True)
    number = Column(Integer, primary_key=True, autoincrement=False)
    asked_at = Column(UtcDateTime, nullable=False)
    elapsed_s = Column(Double, nullable=False)
    answered_at: Named[datetime | None] = Column(UtcDateTime)


class AccountColumns(TypedColumns):
    """One account. `sign_in_key` is the sign-in name as it is compared; `roles` has blanks between, `schools` lines.

    `secret_source` says who chose the PIN or passphrase, "" where that is not known.
    """

    account_id = Column(String(32), primary_key=True)
    sign_in_name = Column(String(120), nullable=False)
    sign_in_key = Column(String(240), nullable=False, unique=True)
    display_name = Column(String(120), nullable=False)
    secret_hash: Named[str | None] = Column(String(200))
    secret_source = Column(String(16), nullable=False, server_default="")
    roles = Column(String(80), nullable=False)
    schools: Named[str | None] = Column(Text)
    person_id: Named[str | None] = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), unique=True)
    created_at = Column(UtcDateTime, nullable=False)
    disabled_at: Named[datetime | None] = Column(UtcDateTime)


class AccountIdentityColumns(TypedColumns):
    """Who an account is elsewhere: at a sign-in service, or in the school's roster."""

    external_id = Column(String(255), primary_key=True)
    account_id = Column(String(32), ForeignKey("account.account_id", ondelete="CASCADE"), nullable=False, index=True)


class AccountSessionColumns(TypedColumns):
    """One time of being signed in. Only a hash of the cookie's secret is kept."""

    secret_sha256 = Column(String(64), primary_key=True)
    account_id = Column(String(32), ForeignKey("account.account_id", ondelete="CASCADE"), nullable=False, index=True)
    how = Column(String(40), nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    used_at = Column(UtcDateTime, nullable=False)
    expires_at = Column(UtcDateTime, nullable=False)
    ended_at: Named[datetime | None] = Column(UtcDateTime)


class SignInFailureColumns(TypedColumns):
    """How often signing in failed lately for one name, kept as a hash, or one address; by both clocks of the server."""

    subject = Column(String(80), primary_key=True)
    count = Column(Integer, nullable=False)
    at = Column(UtcDateTime, nullable=False)
    steady_s = Column(Double, nullable=False)
    epoch = Column(String(32), nullable=False)


class AccountTotpColumns(TypedColumns):
    """The second step of signing in of an account; its key is worked out from `nonce` and the server's own.

    `confirmed_at` is none until a first code was typed; `last_step` is the latest one used, so that none is used twice;
    `recovery` has the hashes of recovery codes not used yet, blanks between.
    """

    account_id = Column(String(32), ForeignKey("account.account_id", ondelete="CASCADE"), primary_key=True)
    nonce = Column(String(64), nullable=False)
    confirmed_at: Named[datetime | None] = Column(UtcDateTime)
    last_step = Column(Integer, nullable=False, server_default="0")
    recovery = Column(Text, nullable=False, server_default="")

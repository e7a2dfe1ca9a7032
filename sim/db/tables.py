"""The tables as they are now: what a new database gets."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
)
from sqlalchemy import (
    event as sql_event,
)

from sim.db.columns import (
    LTI_PLATFORM_ONCE,
    AccountColumns,
    AccountIdentityColumns,
    AccountSessionColumns,
    AccountTotpColumns,
    AttendanceChangeColumns,
    Cmi5SessionColumns,
    DayOffColumns,
    HelpColumns,
    LedgerContentColumns,
    LedgerEntryColumns,
    LedgerRemovalColumns,
    LegalHoldColumns,
    LinkColumns,
    LtiCourseColumns,
    LtiNonceColumns,
    LtiPlatformColumns,
    LtiResultColumns,
    MailMessageColumns,
    MailStateColumns,
    MailStopColumns,
    Profile,
    SessionColumns,
    SessionPersonColumns,
    SignInFailureColumns,
    UtcDateTime,
)

REFUSAL = "the ledger is append-only"
_NEVER = ("ledger_entry", "ledger_removal")
_CONTENT = "ledger_content"


def guard_ledger(connection: Connection) -> None:
    """Make the triggers. Content may be deleted where its removal was written down first."""
    statements = _list_postgresql() if connection.dialect.name == "postgresql" else _list_sqlite()
    for statement in statements:
        connection.exec_driver_sql(statement)


def _list_sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        *(f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} {refuse}" for name in (*_NEVER, _CONTENT)),
        *(f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} {refuse}" for name in _NEVER),
        f"CREATE TRIGGER {_CONTENT}_no_delete BEFORE DELETE ON {_CONTENT} "
        f"WHEN NOT EXISTS (SELECT 1 FROM ledger_removal WHERE ledger_removal.number = OLD.number) {refuse}",
    ]


def _list_postgresql() -> list[str]:
    each_row, each_statement = (f"FOR EACH {what} EXECUTE FUNCTION" for what in ("ROW", "STATEMENT"))
    return [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        "CREATE OR REPLACE FUNCTION ledger_check_removal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NOT EXISTS (SELECT 1 FROM ledger_removal WHERE ledger_removal.number = OLD.number) THEN "
        f"RAISE EXCEPTION '{REFUSAL}'; END IF; RETURN OLD; END $$",
        *(
            f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE ON {name} {each_row} ledger_refuse()"
            for name in _NEVER
        ),
        f"CREATE TRIGGER {_CONTENT}_no_update BEFORE UPDATE ON {_CONTENT} {each_row} ledger_refuse()",
        f"CREATE TRIGGER {_CONTENT}_no_delete BEFORE DELETE ON {_CONTENT} {each_row} ledger_check_removal()",
        *(
            f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} {each_statement} ledger_refuse()"
            for name in (*_NEVER, _CONTENT)
        ),
    ]


metadata = MetaData()


class TeamColumns(TypedColumns):
    """One team. A demo team is fiction and can be removed whole. Without a `school` its own name is the school.

    `external_id` is the id that roster files know it by; `last_number` the highest number a person of it was given;
    `chosen_by` how its people were chosen, one of `sim.columns.CHOSEN_BY`, "" while nobody has said.
    """

    team_id = Column(String(32), primary_key=True)
    name = Column(String(120), nullable=False)
    school = Column(String(120), nullable=False, server_default="")
    is_demo = Column(Boolean, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    external_id: Named[str | None] = Column(String(255), unique=True, index=True)
    last_number = Column(Integer, nullable=False, server_default="0")
    chosen_by = Column(String(32), nullable=False, server_default="")


class PersonColumns(TypedColumns):
    """One person of a team. Anyone who has left keeps the results made before `left_at`.

    `number` makes the pseudonym and is never given twice in a team. `external_id` and `email` are what roster files and
    sign-ins know somebody by; `roster_source` is the kind of file that keeps them, "" for somebody typed in.
    `joined_at` is when they came onto this team, empty where that was when they came onto the list.
    """

    person_id = Column(String(32), primary_key=True)
    team_id = Column(String(32), ForeignKey("team.team_id", ondelete="CASCADE"), nullable=False, index=True)
    name = Column(String(120), nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    left_at: Named[datetime | None] = Column(UtcDateTime)
    number = Column(Integer, nullable=False, server_default="0")
    external_id: Named[str | None] = Column(String(255), unique=True, index=True)
    email: Named[str | None] = Column(String(254), unique=True, index=True)
    training_group = Column(String(16), nullable=False, server_default="")
    roster_role = Column(String(16), nullable=False, server_default="")
    roster_source = Column(String(16), nullable=False, server_default="")
    joined_at: Named[datetime | None] = Column(UtcDateTime)


class AttemptColumns(TypedColumns):
    """One attempt: what it is on, how its clock stands, and its result once scored.

    `form_version` and `truth_sha256` say exactly what was asked and judged against; `metric_versions` by which rules.
    The measures are those of `score_json`, so that many attempts are read without opening it. `ended_pauses` is a list,
    in JSON, of drill time and length in seconds.
    """

    attempt_id = Column(String(64), primary_key=True)
    person_id: Named[str | None] = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), index=True)
    form_id = Column(String(80), nullable=False)
    form_version = Column(String(80), nullable=False)
    recording_id = Column(String(80), nullable=False)
    truth_sha256 = Column(String(64), nullable=False)
    mode = Column(String(16), nullable=False)
    phase: Named[str | None] = Column(String(16))
    profile = Column(Profile, nullable=False, server_default="classic")
    options = Column(String(120), nullable=False, server_default="")
    is_demo = Column(Boolean, nullable=False)
    state = Column(String(16), nullable=False, index=True)
    limit_s = Column(Double, nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    briefed_at: Named[datetime | None] = Column(UtcDateTime)
    released_at: Named[datetime | None] = Column(UtcDateTime)
    ended_at: Named[datetime | None] = Column(UtcDateTime)
    mark_wall: Named[datetime | None] = Column(UtcDateTime)
    mark_steady_s: Named[float | None] = Column(Double)
    mark_epoch: Named[str | None] = Column(String(32))
    mark_elapsed_s: Named[float | None] = Column(Double)
    used_s: Named[float | None] = Column(Double)
    sealed = Column(Boolean, nullable=False)
    leader_tab: Named[str | None] = Column(String(36))
    score_json: Named[str | None] = Column(Text)
    metric_versions: Named[str | None] = Column(Text)
    stall_s: Named[float | None] = Column(Double)
    step_id: Named[str | None] = Column(String(32), ForeignKey("program_step.step_id"), index=True)
    extra_time = Column(Double, nullable=False, server_default="1.0")
    device: Named[str | None] = Column(String(16))
    passed: Named[bool | None] = Column(Boolean)
    idf1: Named[float | None] = Column(Double)
    appearance_recall: Named[float | None] = Column(Double)
    appearance_precision: Named[float | None] = Column(Double)
    wrong_person_s: Named[float | None] = Column(Double)
    unheard_s: Named[float | None] = Column(Double)
    late_events: Named[int | None] = Column(Integer)
    mark_tabs: Named[int | None] = Column(Integer)
    known_by: Named[str | None] = Column(String(16))
    paused_at: Named[datetime | None] = Column(UtcDateTime)
    paused_s = Column(Double, nullable=False, server_default="0")
    ended_pauses = Column(Text, nullable=False, server_default="[]")
    paused_actions = Column(Integer, nullable=False, server_default="0")


class TabColumns(TypedColumns):
    """One browser tab of an attempt. `acked_seq` is the highest number below which its events are complete.

    `heard_s` and `since_s` as in `sim.drill.arrivals.HeardTab`, pauses included; `stored` and `stored_bytes` are its
    events and the bytes of their payloads.
    """

    attempt_id = Column(String(64), ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True)
    tab_id = Column(String(36), primary_key=True)
    acked_seq = Column(Integer, nullable=False)
    heard_s: Named[float | None] = Column(Double)
    since_s: Named[float | None] = Column(Double)
    stored = Column(Integer, nullable=False, server_default="0")
    stored_bytes = Column(Integer, nullable=False, server_default="0")


class SilenceColumns(TypedColumns):
    """One time in which nothing was heard of a tab, as `sim.drill.arrivals.Silence`."""

    attempt_id = Column(String(64), ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True)
    tab_id = Column(String(36), primary_key=True)
    from_s = Column(Double, primary_key=True)
    to_s = Column(Double, nullable=False)
    late = Column(Integer, nullable=False)
    is_offline = Column(Boolean, nullable=False)


class EventColumns(TypedColumns):
    """One event as it came in. `arrived_s` is the server's elapsed time at arrival; only `counted` ones are scored.

    `earliest_s` is the earliest time at which it can have been made; None for events of older versions.
    """

    attempt_id = Column(String(64), ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True)
    tab_id = Column(String(36), primary_key=True)
    seq = Column(Integer, primary_key=True, autoincrement=False)
    kind = Column(String(16), nullable=False)
    t_client_ms = Column(Double, nullable=False)
    payload = Column(Text, nullable=False)
    arrived_at = Column(UtcDateTime, nullable=False)
    arrived_s = Column(Double, nullable=False)
    counted = Column(Boolean, nullable=False)
    earliest_s: Named[float | None] = Column(Double)


class LearnerAttemptColumns(TypedColumns):
    """What is known of a practice attempt besides: the browser it was begun in, and the lesson it belongs to.

    Of a browser only a hash of its key is kept, and that only where nobody was signed in: their attempts have a person.
    """

    attempt_id = Column(String(64), ForeignKey("attempt.attempt_id", ondelete="CASCADE"), primary_key=True)
    browser_sha256: Named[str | None] = Column(String(64), index=True)
    lesson_id: Named[str | None] = Column(String(80), index=True)
    is_helped = Column(Boolean, nullable=False)
    is_easier = Column(Boolean, nullable=False)


class ExerciseColumns(TypedColumns):
    """One team exercise.

    `leading` is the role that decides; `score_json` the team's score, once computed.
    """

    exercise_id = Column(String(32), primary_key=True)
    team_id = Column(String(32), ForeignKey("team.team_id", ondelete="CASCADE"), nullable=False, index=True)
    form_id = Column(String(80), nullable=False)
    leading = Column(String(16), nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    score_json: Named[str | None] = Column(Text)


class ExerciseMemberColumns(TypedColumns):
    """One member of an exercise: a role, a person, and an attempt that has their events."""

    exercise_id = Column(String(32), ForeignKey("exercise.exercise_id", ondelete="CASCADE"), primary_key=True)
    role = Column(String(16), primary_key=True)
    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False, index=True)
    attempt_id = Column(String(64), ForeignKey("attempt.attempt_id", ondelete="CASCADE"), nullable=False, unique=True)
    seen_at: Named[datetime | None] = Column(UtcDateTime)
    camera_id: Named[str | None] = Column(String(80))


class ExerciseFeedColumns(TypedColumns):
    """One thing that a member has shared, numbered within the exercise. The event itself is in the member's log."""

    exercise_id = Column(String(32), ForeignKey("exercise.exercise_id", ondelete="CASCADE"), primary_key=True)
    number = Column(Integer, primary_key=True, autoincrement=False)
    role = Column(String(16), nullable=False)
    kind = Column(String(16), nullable=False)
    at_s = Column(Double, nullable=False)
    payload = Column(Text, nullable=False)


class ProgramColumns(TypedColumns):
    """One training program of a team: what its drills are given with, and when the training is.

    Days are those of `time_zone`, the school's. `request_key` makes a plan sent twice one program;
    `calendar_number` is raised to make the calendar addresses given out so far invalid. `waiting_seed` is what the
    order of people was drawn with where lots decided who is trained first. `margin` is the fall in match up to which
    accuracy counts as held, `smallest` the smallest share of time worth having, `compare_on` the day of the comparison,
    empty for the day after the last drill after the training is due. With a `second_recording_id` everybody's drills
    before are on one of both recordings, and those after on the other.
    """

    program_id = Column(String(32), primary_key=True)
    team_id = Column(String(32), ForeignKey("team.team_id", ondelete="CASCADE"), nullable=False, index=True)
    aim = Column(String(300), nullable=False)
    recording_id = Column(String(80), nullable=False)
    second_recording_id = Column(String(80), nullable=False, server_default="")
    profile = Column(Profile, nullable=False)
    options = Column(String(120), nullable=False)
    time_zone = Column(String(64), nullable=False)
    training_on: Named[date | None] = Column(Date)
    training_at = Column(String(5), nullable=False)
    request_key = Column(String(64), nullable=False, unique=True)
    calendar_number = Column(Integer, nullable=False)
    waiting_seed: Named[int | None] = Column(Integer)
    margin = Column(Double, nullable=False, server_default="0.05")
    smallest = Column(Double, nullable=False, server_default="0.3")
    compare_on: Named[date | None] = Column(Date)
    created_at = Column(UtcDateTime, nullable=False)
    closed_at: Named[datetime | None] = Column(UtcDateTime)


class LookColumns(TypedColumns):
    """That a team's comparison was looked at with drills it was not looked at with before; `key` stands for them."""

    team_id = Column(String(32), ForeignKey("team.team_id", ondelete="CASCADE"), primary_key=True)
    key = Column(String(64), primary_key=True)
    at = Column(UtcDateTime, nullable=False)


class ProgramStepColumns(TypedColumns):
    """One step of a program: the `number`-th of its kind, due from one day of the school to another, both counted."""

    step_id = Column(String(32), primary_key=True)
    program_id = Column(String(32), ForeignKey("program.program_id", ondelete="CASCADE"), nullable=False, index=True)
    kind = Column(String(16), nullable=False)
    number = Column(Integer, nullable=False)
    due_from = Column(Date, nullable=False)
    due_to = Column(Date, nullable=False)
    dropped_at: Named[datetime | None] = Column(UtcDateTime)


class ProgramPlaceColumns(TypedColumns):
    """Which place in the order of forms a person has in a program; it is taken once and never changes."""

    program_id = Column(String(32), ForeignKey("program.program_id", ondelete="CASCADE"), primary_key=True)
    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True)
    place = Column(Integer, nullable=False)


class ProgramChangeColumns(TypedColumns):
    """One change of a program, in words, in the order they were made."""

    change_id = Column(Integer, primary_key=True)
    program_id = Column(String(32), ForeignKey("program.program_id", ondelete="CASCADE"), nullable=False, index=True)
    changed_at = Column(UtcDateTime, nullable=False)
    words = Column(String(400), nullable=False)


class ExposureColumns(TypedColumns):
    """The first time that somebody was given a form: nobody is measured on one twice. `how` and `reason` say why it."""

    person_id = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True)
    form_id = Column(String(80), primary_key=True)
    attempt_id: Named[str | None] = Column(
        String(64), ForeignKey("attempt.attempt_id", ondelete="SET NULL"), index=True
    )
    given_at = Column(UtcDateTime, nullable=False)
    how = Column(String(16), nullable=False)
    reason = Column(String(300), nullable=False)


team = Table("team", metadata, TeamColumns)
person = Table("person", metadata, PersonColumns)
attempt = Table("attempt", metadata, AttemptColumns)
tab = Table("attempt_tab", metadata, TabColumns)
silence = Table("attempt_silence", metadata, SilenceColumns)
event = Table("attempt_event", metadata, EventColumns)
learner_attempt = Table("learner_attempt", metadata, LearnerAttemptColumns)
exercise = Table("exercise", metadata, ExerciseColumns)
exercise_member = Table("exercise_member", metadata, ExerciseMemberColumns)
exercise_feed = Table("exercise_feed", metadata, ExerciseFeedColumns)
program = Table("program", metadata, ProgramColumns)
look = Table("comparison_look", metadata, LookColumns)
program_step = Table("program_step", metadata, ProgramStepColumns)
program_place = Table("program_place", metadata, ProgramPlaceColumns)
program_change = Table("program_change", metadata, ProgramChangeColumns)
exposure = Table("exposure", metadata, ExposureColumns)
session = Table("session", metadata, SessionColumns)
session_person = Table("session_person", metadata, SessionPersonColumns)
attendance_change = Table(
    "attendance_change",
    metadata,
    AttendanceChangeColumns,
    ForeignKeyConstraint(
        ["session_id", "person_id"], ["session_person.session_id", "session_person.person_id"], ondelete="CASCADE"
    ),
)
attempt_help = Table("attempt_help", metadata, HelpColumns)
account = Table("account", metadata, AccountColumns)
account_identity = Table("account_identity", metadata, AccountIdentityColumns)
account_session = Table("account_session", metadata, AccountSessionColumns)
sign_in_failure = Table("sign_in_failure", metadata, SignInFailureColumns)
ledger_entry = Table("ledger_entry", metadata, LedgerEntryColumns)
ledger_content = Table("ledger_content", metadata, LedgerContentColumns)
ledger_removal = Table("ledger_removal", metadata, LedgerRemovalColumns)
link = Table("link", metadata, LinkColumns)
legal_hold = Table("legal_hold", metadata, LegalHoldColumns)
mail_message = Table("mail_message", metadata, MailMessageColumns)
mail_state = Table("mail_state", metadata, MailStateColumns)
mail_stop = Table("mail_stop", metadata, MailStopColumns)
day_off = Table("day_off", metadata, DayOffColumns)
account_totp = Table("account_totp", metadata, AccountTotpColumns)
lti_platform = Table("lti_platform", metadata, LtiPlatformColumns, LTI_PLATFORM_ONCE)
lti_nonce = Table("lti_nonce", metadata, LtiNonceColumns)
lti_course = Table("lti_course", metadata, LtiCourseColumns)
lti_result = Table("lti_result", metadata, LtiResultColumns)
cmi5_session = Table("cmi5_session", metadata, Cmi5SessionColumns)

sql_event.listen(metadata, "after_create", lambda _, connection, **__: guard_ledger(connection))

"""The columns of session days, of who was invited, of corrected attendance and of calls for help."""

from datetime import datetime

from sqlalchemy import Column, Double, ForeignKey, Integer, Named, String, TypedColumns

from sim.db.columns.profile import Profile
from sim.db.columns.utc import UtcDateTime


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

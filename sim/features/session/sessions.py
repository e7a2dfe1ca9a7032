"""A team's sessions in a list, and one person's details, which only the trainer opens and changes."""

from dataclasses import dataclass, replace
from datetime import datetime

from sim.app.signed import write_code
from sim.app.wiring import App
from sim.attempt.attempt import Attempt, AttemptState, Mode
from sim.attempt.options import NO_OPTIONS, Options
from sim.attempt.profile import ProfileName
from sim.console import familiarization
from sim.db.attempts import HelpRow
from sim.db.programs import StepRow
from sim.db.sessions import InvitedRow, SessionRow
from sim.db.store import Transaction
from sim.errors import SessionError
from sim.features.program.school_days import get_today
from sim.features.session.attendance import settle_expired
from sim.features.session.joining import make_seat_token
from sim.features.session.opening import find_usual_extra_time
from sim.features.team.given_drills import AttemptCard, list_attempts
from sim.program.guide_steps import StepKind
from sim.program.session_day import Attendance, SessionKind, check_extra_time, is_ahead, is_over

SESSION_KINDS = frozenset(StepKind(kind.value) for kind in SessionKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCard:
    """One session in a list. `absent` have still to make it up; `is_ahead` while it is planned for later."""

    session: SessionRow
    is_over: bool
    is_ahead: bool
    invited: int
    came: int
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    invited: InvitedRow
    name: str
    can_change_time: bool  # their clock has not started
    seat_token: str | None  # their own way in, None while the name is free
    attempt: Attempt | None  # where their drill stands, None before it
    calls: tuple[HelpRow, ...]  # when they asked for help, and the answers


def list_sessions(app: App, team_id: str) -> tuple[SessionCard, ...]:
    """Return a team's sessions, the newest first, those whose day is over ended. Raises StoreError: unknown team."""
    with app.store.read() as work:
        work.teams.get(team_id)
        rows = work.sessions.list_all(team_id=team_id)
    cards = []
    for row in (settle_expired(app, each.session_id) for each in rows):
        with app.store.read() as work:
            invited = work.sessions.list_invited(row.session_id)
        came = [each for each in invited if each.attendance is Attendance.PRESENT]
        cards.append(
            SessionCard(
                session=row,
                is_over=is_over(row.day, app.clock.read().wall),
                is_ahead=is_ahead(row.day, app.clock.read().wall),
                invited=len(invited),
                came=len(came),
                absent=tuple(each.person_id for each in invited if each.attendance is Attendance.ABSENT),
            )
        )
    return tuple(cards)


def list_invitable(app: App, team_id: str) -> dict[str, tuple[str, float]]:
    """Return everybody who can be invited: name, and the factor on the limit that they had last."""
    with app.store.read() as work:
        work.teams.get(team_id)
        people = [person for person in work.people.list_all(team_id=team_id) if person.left_at is None]
        return {each.person_id: (each.name, find_usual_extra_time(work, each.person_id)) for each in people}


def get_details(app: App, session_id: str, person_id: str) -> Details:
    with app.store.read() as work:
        invited = work.sessions.get_invited(session_id, person_id)
        name = work.people.list_names([person_id])[person_id]
        attempt = work.attempts.find_all([invited.attempt_id or ""]).get(invited.attempt_id or "")
        calls = work.list_rows(HelpRow, HelpRow.attempt_id == invited.attempt_id)
    return Details(
        invited=invited,
        name=name,
        can_change_time=attempt is None or attempt.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED),
        seat_token=make_seat_token(app, session_id, person_id),
        attempt=attempt.timing if attempt is not None else None,
        calls=calls,
    )


def list_results(app: App, session_id: str) -> tuple[AttemptCard, ...]:
    """Return the drills of a session, scored where they have ended; none of familiarization. Raises SessionError."""
    with app.store.read() as work:
        work.sessions.get(session_id)
        invited = work.sessions.list_invited(session_id)
        people = [work.people.find(person_id=each.person_id) for each in invited]
    given = {each.attempt_id for each in invited}
    team_ids = sorted({person.team_id for person in people if person is not None})
    return tuple(card for team_id in team_ids for card in list_attempts(app, team_id) if card.row.attempt_id in given)


def get_spoken_code(app: App, session_id: str) -> str:
    with app.store.read() as work:
        return write_code(work.sessions.get(session_id).code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    kind: SessionKind = SessionKind.BEFORE
    profile: ProfileName = ProfileName.CLASSIC
    options: Options = NO_OPTIONS
    person_ids: tuple[str, ...] = ()  # who is invited; empty for everybody
    # makes_up, makes_up_at: the session that it makes up, and when that was
    makes_up: str | None = None
    makes_up_at: datetime | None = None
    step_id: str | None = None  # the step of a program that it is for


def suggest(app: App, team_id: str, *, makes_up: str | None, step_id: str | None) -> Suggestion:
    """Return how a new session of a team begins: as the one it makes up, as a step, the one due, or as the latest."""
    with app.store.read() as work:
        rows = work.sessions.list_all(team_id=team_id)
        earlier = next((row for row in rows if row.session_id == makes_up), None)
        if earlier is not None:
            absent = [
                each.person_id
                for each in work.sessions.list_invited(earlier.session_id)
                if each.attendance is Attendance.ABSENT
            ]
            return Suggestion(
                kind=earlier.day.kind,
                profile=earlier.profile,
                options=earlier.options,
                person_ids=tuple(absent),
                makes_up=earlier.session_id,
                makes_up_at=earlier.begins_at,
                step_id=earlier.step_id,
            )
        step = work.steps.get(step_id) if step_id is not None else _find_due(app, work, team_id)
        if step is not None:
            program = work.programs.get(step.program_id)
            if program.team_id == team_id and step.kind in SESSION_KINDS:
                return Suggestion(
                    kind=SessionKind(step.kind.value),
                    profile=program.profile,
                    options=program.options,
                    step_id=step.step_id,
                )
    if rows:
        return Suggestion(kind=rows[0].day.kind, profile=rows[0].profile, options=rows[0].options)
    return Suggestion()


def _find_due(app: App, work: Transaction, team_id: str) -> StepRow | None:
    programs = [row for row in work.programs.list_all(team_id=team_id) if row.closed_at is None]
    today = {row.program_id: get_today(app, row.time_zone) for row in programs}
    due = [
        step
        for step in work.programs.list_steps(list(today))
        if step.kind in SESSION_KINDS
        and step.dropped_at is None
        and step.due_from <= today[step.program_id] <= step.due_to
    ]
    return due[-1] if due else None


def set_extra_time(app: App, session_id: str, person_id: str, factor: float) -> float:
    """Set the factor on somebody's limit, taken over by a drill that they were given already; return it."""
    check_extra_time(factor)
    with app.store.write() as work:
        invited = work.sessions.get_invited(session_id, person_id)
        if invited.attempt_id is not None:
            attempt = work.attempts.get(invited.attempt_id)
            if attempt.timing.state not in (AttemptState.ASSIGNED, AttemptState.BRIEFED):
                raise SessionError(
                    "the time of this drill cannot be changed: its clock has started",
                    todo="set it for the next session",
                )
            is_familiar = attempt.mode is Mode.FAMILIARIZATION
            limit_s = familiarization.LIMIT_S if is_familiar else app.catalog.get_form(attempt.form_id).form.limit_s
            timing = replace(attempt.timing, limit_s=limit_s * factor)
            work.save_row(replace(attempt, timing=timing, extra_time=factor))
        work.save_row(replace(invited, extra_time=factor))
    return factor

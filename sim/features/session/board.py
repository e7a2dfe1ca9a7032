"""The trainer's live board: who is where. No result, no truth, and nothing that tells who has extended time."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sim.app.signed import write_code
from sim.app.wiring import App
from sim.attempt.attempt import (
    ENDED,
    Attempt,
    AttemptState,
    Instant,
    Mode,
    compute_elapsed_s,
    compute_usual_limit_s,
    tick,
)
from sim.attempt.options import NO_OPTIONS, Options, ProfileName
from sim.console import familiarization
from sim.console.attempts import load_steps_done
from sim.db.attempts import AttemptRow, HelpRow
from sim.db.programs import StepRow
from sim.db.sessions import InvitedRow, SessionRow
from sim.db.store import Transaction
from sim.errors import SessionError
from sim.features.program.school_days import get_today
from sim.features.session.attendance import settle_expired
from sim.features.session.joining import make_seat_token
from sim.features.session.opening import find_session_wait, find_usual_extra_time
from sim.features.team.given_drills import AttemptCard, list_attempts
from sim.program.plan import StepKind, StepsDone
from sim.program.session_day import (
    Attendance,
    SessionKind,
    can_reopen,
    check_extra_time,
    count_left_s,
    is_ahead,
    is_over,
    is_there,
)
from sim.rules.readiness import Readiness


class Stage(StrEnum):
    AWAY = "away"
    WAITING = "waiting"
    BRIEFING = "briefing"
    DRILL = "drill"
    FINISHED = "finished"
    TIMED_OUT = "timed out"
    GIVEN_UP = "given up"


_BEGUN = frozenset({Stage.DRILL, Stage.FINISHED, Stage.GIVEN_UP})
STAGE_OF = {
    AttemptState.ASSIGNED: Stage.WAITING,
    AttemptState.BRIEFED: Stage.BRIEFING,
    AttemptState.RUNNING: Stage.DRILL,
    AttemptState.SUBMITTED: Stage.FINISHED,
    AttemptState.TIMED_OUT: Stage.TIMED_OUT,
    AttemptState.ABANDONED: Stage.GIVEN_UP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    person_id: str
    name: str
    # where they are; once the drill's usual limit has passed, that the time is up, also of anyone who has a longer one
    # and works on
    stage: Stage
    # in the drill, seconds since their start, up to the usual limit; else None. Times of those who have ended are
    # results, and not here.
    used_s: float | None
    # seconds since the last sign of life of their page while they wait, read or search; None when unknown
    quiet_s: float | None
    is_there: bool  # that was just now
    help_at: datetime | None  # when they asked for help that is not answered yet
    attendance: Attendance  # whether they came
    is_paused: bool = False  # their clock stands still
    paused_actions: int = 0  # actions of theirs that came while it stood still
    is_at_work: bool = False  # their clock has begun and has not ended
    attempt_id: str = ""  # their drill, once they have one, until it has ended
    partly: str = ""  # of a guided drill that was handed in before its last step: "1 of 18 steps"
    late_min: int = 0  # how many minutes late they joined, 0 for in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    session: SessionRow
    team: str  # as it is called now
    # is_briefed, is_started, is_over: how far it is
    is_briefed: bool
    is_started: bool
    is_over: bool
    is_ahead: bool  # it is planned for later: nobody can join yet
    rows: tuple[BoardRow, ...]  # everybody invited, by name
    all_ended: bool  # somebody has begun, and nobody who has joined has still to end
    starts_in_s: float | None = None  # seconds of a countdown that are left, None without one
    can_reopen: bool = False  # it has ended and can be opened again
    # how the footage stands that its drills wait for, None where they wait for none or all have theirs
    wait: Readiness | None = None

    def count(self, *stages: Stage) -> int:
        return sum(row.stage in stages for row in self.rows)


def get_board(app: App, session_id: str) -> Board:
    row = settle_expired(app, session_id)
    now = app.clock.read()
    with app.store.read() as work:
        team = work.teams.get(row.team_id)
        invited = work.sessions.list_invited(session_id)
        names = work.people.list_names([each.person_id for each in invited])
        given = [each.attempt_id for each in invited if each.attempt_id is not None]
        attempts = work.attempts.find_all(given)
        handed_in = [each for each in attempts.values() if each.timing.state is AttemptState.SUBMITTED]
        guided = {each.timing.attempt_id: each.profile for each in handed_in if each.mode is Mode.FAMILIARIZATION}
        steps = load_steps_done(work, guided)
        calls = work.list_rows(HelpRow, HelpRow.attempt_id.in_(given))
    rows = [
        _make_row(
            each,
            row,
            steps=steps.get(each.attempt_id or ""),
            name=names[each.person_id],
            attempt=attempts.get(each.attempt_id or ""),
            calls=[call for call in calls if call.attempt_id == each.attempt_id],
            now=now,
        )
        for each in invited
    ]
    is_waiting = not is_over(row.day, now.wall) and len(given) < len(invited)
    wait = find_session_wait(app, row) if is_waiting else None
    return _make_board(row, team=team.name, rows=rows, now=now.wall, wait=wait)


def _make_board(row: SessionRow, *, team: str, rows: list[BoardRow], now: datetime, wait: Readiness | None) -> Board:
    ended = [each for each in rows if each.stage in (Stage.FINISHED, Stage.TIMED_OUT, Stage.GIVEN_UP)]
    under_way = [each for each in rows if each.stage in (Stage.WAITING, Stage.BRIEFING, Stage.DRILL)]
    over = is_over(row.day, now)
    at_work = [each for each in rows if each.is_at_work]
    still = at_work if over else [*under_way, *at_work]
    return Board(
        session=row,
        team=team,
        is_briefed=row.day.briefing_at is not None,
        is_started=row.day.started_at is not None,
        is_over=over,
        is_ahead=is_ahead(row.day, now),
        rows=tuple(sorted(rows, key=lambda each: (each.name.casefold(), each.person_id))),
        all_ended=bool(ended) and not still,
        starts_in_s=count_left_s(row.day, now),
        can_reopen=over and row.voided_at is None and can_reopen(row.day, now),
        wait=wait,
    )


def _make_row(
    invited: InvitedRow,
    session: SessionRow,
    *,
    name: str,
    attempt: AttemptRow | None,
    steps: StepsDone | None,
    calls: list[HelpRow],
    now: Instant,
) -> BoardRow:
    stage = Stage.WAITING if invited.joined_at is not None else Stage.AWAY
    used_s, is_at_work = None, False
    if attempt is not None:
        timing = tick(attempt.timing, now)
        if stage is Stage.WAITING or timing.state in ENDED or timing.state is AttemptState.RUNNING:
            stage = STAGE_OF[timing.state]
        usual_s, elapsed_s = compute_usual_limit_s(timing, attempt.extra_time), compute_elapsed_s(timing, now)
        if timing.state is AttemptState.RUNNING:
            is_at_work, used_s = True, elapsed_s
        if stage in _BEGUN and (elapsed_s if timing.used_s is None else timing.used_s) >= usual_s:
            stage, used_s = Stage.TIMED_OUT, None
    open_call = next((call for call in calls if call.answered_at is None), None)
    watched = stage in (Stage.WAITING, Stage.BRIEFING, Stage.DRILL)
    quiet_s = None
    if watched and invited.seen_at is not None:
        quiet_s = max(0.0, (now.wall - invited.seen_at).total_seconds())
    return BoardRow(
        person_id=invited.person_id,
        name=name,
        stage=stage,
        used_s=used_s,
        quiet_s=quiet_s,
        is_there=watched and is_there(invited.seen_at, now.wall),
        help_at=open_call.asked_at if open_call is not None and is_at_work else None,
        attendance=invited.attendance,
        is_paused=attempt is not None and attempt.timing.paused_at is not None,
        paused_actions=0 if attempt is None else attempt.paused_actions,
        is_at_work=is_at_work,
        attempt_id="" if attempt is None or attempt.timing.state in ENDED else attempt.timing.attempt_id,
        partly="" if steps is None or steps.is_whole else str(steps),
        late_min=session.count_late_minutes(invited),
    )


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
        cards.append(
            SessionCard(
                session=row,
                is_over=is_over(row.day, app.clock.read().wall),
                is_ahead=is_ahead(row.day, app.clock.read().wall),
                invited=len(invited),
                came=sum(each.attendance is Attendance.PRESENT for each in invited),
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
        attempt = work.attempts.find_all([invited.attempt_id or ""]).get(invited.attempt_id or "")
        calls = work.list_rows(HelpRow, HelpRow.attempt_id == invited.attempt_id)
    return Details(
        invited=invited,
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

"""Where somebody who has joined is now, and the way into the drill: the same from any page and any device."""

from contextlib import suppress
from dataclasses import dataclass, replace

from sim.db.sessions import InvitedRow, SessionRow
from sim.drill.attempt import RELEASED
from sim.drill.session_day import Place, Starting, count_left_s, find_place, get_phase
from sim.errors import AccessError, PlanError, SessionError
from sim.services.accounts.drill_access import LINK_SHOWS_RESULT
from sim.services.app.codes import write_code
from sim.services.app.session_links import read_seat
from sim.services.app.wiring import App
from sim.services.attempt import familiarization
from sim.services.library.readiness import Readiness
from sim.services.program.give import give_step
from sim.services.session_day.joining import find_device_of
from sim.services.session_day.opening import find_session_wait
from sim.services.session_day.running import start_due
from sim.services.team import given_drills


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """What somebody who has joined sees outside the drill: nothing of the task."""

    place: Place  # where they belong
    name: str
    # team, room: which session, and where it is held
    team: str
    room: str
    return_code: str  # what they come back with on another device
    together: bool  # the trainer starts everybody
    is_paused: bool = False  # the trainer has paused the session
    starts_in_s: float | None = None  # seconds of a countdown that are left, None without one
    wait: Readiness | None = None  # how the footage stands that their drill waits for, None where it waits for none


def get_seat(app: App, token: str) -> SeatView:
    """Return where the holder of a seat belongs, and note that their page is open."""
    grant = read_seat(app.access.secret, token)
    start_due(app, grant.session_id)
    now = app.clock.read().wall
    with app.store.write() as work:
        row, invited = work.sessions.get(grant.session_id), work.sessions.get_invited(grant.session_id, grant.person_id)
        _check_seat(invited, grant.seat)
        if now >= row.day.expires_at + LINK_SHOWS_RESULT:
            raise AccessError("this link has expired", todo="ask your trainer for your results, or sign in")
        work.sessions.note_seen(session_id=grant.session_id, person_id=grant.person_id, at=now)
        attempt = work.attempts.get(invited.attempt_id).timing.state if invited.attempt_id is not None else None
        person, team = work.teams.get_person(grant.person_id), work.teams.get_team(row.team_id)
    place = find_place(row.day, now, attempt=attempt)
    wait = find_session_wait(app, row) if attempt is None and place is Place.DRILL else None
    if wait is not None:
        place = Place.WAITING
    return SeatView(
        place=place,
        name=person.name,
        team=team.name,
        room=row.place,
        return_code=write_code(invited.return_code),
        together=row.day.starting is Starting.TOGETHER,
        is_paused=row.day.paused_at is not None,
        starts_in_s=count_left_s(row.day, now),
        wait=wait,
    )


def find_wanted_device(app: App, token: str) -> str:
    """Return what the drill of a seat has to be done on to be compared, "" where nothing is measured."""
    grant = read_seat(app.access.secret, token)
    with app.store.read() as work:
        row = work.sessions.get(grant.session_id)
    return find_device_of(app, row)


def enter_drill(app: App, token: str) -> str:
    """Return the drill of the holder of a seat who belongs there; it is given to them the first time."""
    grant = read_seat(app.access.secret, token)
    with app.exclusive(f"give {grant.session_id} {grant.person_id}"):
        if get_seat(app, token).place is not Place.DRILL:
            raise SessionError("the drill is not open now", todo="wait for the trainer")
        with app.store.read() as work:
            row, invited = (
                work.sessions.get(grant.session_id),
                work.sessions.get_invited(grant.session_id, grant.person_id),
            )
        if invited.attempt_id is not None:
            return invited.attempt_id
        attempt_id = _give(app, row, invited)
        with app.store.write() as work:
            newest = work.sessions.get_invited(row.session_id, invited.person_id)
            if newest.attempt_id is not None:
                return newest.attempt_id
            work.sessions.save_invited(replace(newest, attempt_id=attempt_id))
    return attempt_id


def _give(app: App, row: SessionRow, invited: InvitedRow) -> str:
    phase, factor = get_phase(row.day.kind), invited.extra_time
    with app.store.read() as work:
        is_moved = work.teams.get_person(invited.person_id).team_id != row.team_id
    if phase is None:
        attempt_id = _give_familiarization(app, row, invited.person_id)
        _fit(app, attempt_id, row, extra_time=factor, usual_s=familiarization.LIMIT_S)
        familiarization.start(app, attempt_id)
        return attempt_id
    attempt_id = given_drills.create_attempt(
        app,
        invited.person_id,
        phase,
        profile=row.profile,
        options=row.options,
        extra_time=factor,
        step_id=None if is_moved else row.step_id,  # a program's steps are for its own team
    )
    _fit(app, attempt_id, row, extra_time=factor)
    return attempt_id


def _give_familiarization(app: App, row: SessionRow, person_id: str) -> str:
    """Give the one of the program's step; a person who has done that step goes through another with the others."""
    if row.step_id is not None:
        with suppress(PlanError):
            return give_step(app, row.step_id, person_id)
    return familiarization.give(app, person_id=person_id, profile=row.profile)


def _fit(app: App, attempt_id: str, row: SessionRow, *, extra_time: float, usual_s: float | None = None) -> None:
    """A drill not begun is done here as this session has it, given before or now; its usual limit is its form's."""
    with app.store.write() as work:
        attempt = work.attempts.get(attempt_id)
        if attempt.timing.state in RELEASED:
            return
        limit_s = app.catalog.get_form(attempt.form_id).form.limit_s if usual_s is None else usual_s
        work.attempts.save(
            replace(
                attempt,
                profile=row.profile,
                options=row.options,
                extra_time=extra_time,
                timing=replace(attempt.timing, limit_s=limit_s * extra_time),
            )
        )


def _check_seat(invited: InvitedRow, seat: int) -> None:
    if invited.joined_at is None or invited.seat != seat:
        raise AccessError("your name was freed by the trainer", todo="open the link of the session and choose it again")

"""The crew before, while and after it works: who is there, how it starts, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sim.drill.attempt import AttemptState, Mode, begin, brief, tick
from sim.drill.crew import Role
from sim.errors import AccessError
from sim.records.crews import CrewRow, MemberRow
from sim.records.store import Work
from sim.services.app.links.crew_links import Invitation
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.crew_presence import get_duties, is_here, is_note_due
from sim.services.attempt.crew_words import ROLE_NAMES, describe_role
from sim.services.attempt.views import BriefingView


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One member as the others see them.

    Attributes:
        role: stored value.
        role_name, person: in words.
        tasks: what the role does here, a sentence each.
        is_here: their page is open.
    """

    role: str
    role_name: str
    person: str
    tasks: tuple[str, ...]
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    """A crew as one of its members finds it.

    Attributes:
        state: of the crew: before the start "assigned", then as of an attempt.
        attempt_id: the member's own part.
        role: the member's own.
        may_start: this member starts the drill.
        members: all, by role.
        briefing: who is sought and what is asked.
    """

    crew_id: str
    state: AttemptState
    attempt_id: str
    role: str
    may_start: bool
    members: tuple[MemberView, ...]
    briefing: BriefingView


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLine:
    """One team drill in the trainer's list. `members`: of each the role and the person's name."""

    crew_id: str
    title: str
    made_at: datetime
    state: AttemptState
    is_over: bool
    members: tuple[tuple[Role, str], ...]
    here: int


def enter(app: App, invitation: Invitation) -> RoomView:
    """Return the crew as this member finds it, and note that they are there.

    Raises:
        AccessError: the crew is gone, or has not this role.
        AttemptError, StoreError, TaskError, RecordingError: the form or the recording is not to be had.
    """
    now = app.clock.read()
    with app.store.write() as work:
        crew, members = load_crew(work, invitation.crew_id)
        own = find_own(members, invitation.role)
        if is_note_due(own, now=now.wall):
            work.crews.note_seen(own.attempt_id, at=now.wall)
        state = tick(work.attempts.get(own.attempt_id).timing, now).state
        shown = _describe_members(work, crew, members, now=now.wall, own=own)
    is_open = state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
    return RoomView(
        crew_id=crew.crew_id,
        state=AttemptState.ASSIGNED if is_open else state,
        attempt_id=own.attempt_id,
        role=own.role.value,
        may_start=own.role is Role.LEAD and is_open,
        members=shown,
        briefing=attempts.get_briefing(app, own.attempt_id),
    )


def start(app: App, invitation: Invitation) -> None:
    """Start the clock of every part at one moment, no matter who is there; a second call changes nothing.

    Raises:
        AccessError: not the lead's link, or the crew is gone.
        AttemptError: a part was given up.
        RecordingError: as `attempts.read_truths`.
    """
    if invitation.role is not Role.LEAD:
        raise AccessError("only the lead starts the drill", todo="wait for the lead")
    with app.store.read() as work:
        _, members = load_crew(work, invitation.crew_id)
    attempts.read_truths(app, [member.attempt_id for member in members])
    with app.store.write() as work:
        # read once it is our turn to write: waiting for other processes takes nobody's time
        now = app.clock.read()
        _, members = load_crew(work, invitation.crew_id)
        for member in members:
            row = work.attempts.get(member.attempt_id)
            timing = begin(brief(tick(row.timing, now), now), now)
            work.attempts.save(replace(row, timing=timing))


def list_crews(app: App, team_id: str) -> tuple[CrewLine, ...]:
    """Return a team's drills for its trainer, the newest first."""
    now = app.clock.read()
    lines = []
    titles = {known.form.form_id: known.form.title for known in app.catalogue.list_forms()}
    with app.store.read() as work:
        names = {person.person_id: person.name for person in work.teams.list_people(team_id)}
        for crew in work.crews.list_of_team(team_id):
            members = work.crews.list_members(crew.crew_id)
            state = tick(work.attempts.get(members[0].attempt_id).timing, now).state
            lines.append(
                CrewLine(
                    crew_id=crew.crew_id,
                    title=titles.get(crew.form_id, crew.form_id),
                    made_at=crew.created_at,
                    state=state,
                    is_over=state in (AttemptState.SUBMITTED, AttemptState.TIMED_OUT),
                    members=tuple((member.role, names.get(member.person_id, "")) for member in members),
                    here=sum(is_here(member, now=now.wall) for member in members),
                )
            )
    return tuple(lines)


def load_crew(work: Work, crew_id: str) -> tuple[CrewRow, tuple[MemberRow, ...]]:
    """Return a crew with its members. Raises StoreError: there is none."""
    return work.crews.get(crew_id), work.crews.list_members(crew_id)


def find_own(members: Sequence[MemberRow], role: Role) -> MemberRow:
    """Return the member of that role. Raises AccessError: the crew has none."""
    for member in members:
        if member.role is role:
            return member
    raise AccessError("this team drill has no such role", todo="ask for a new link")


def is_part(app: App, attempt_id: str) -> bool:
    """Return whether an attempt is a part of a team drill. Raises UnknownAttemptError."""
    with app.store.read() as work:
        return work.attempts.get(attempt_id).mode is Mode.CREW


def _describe_members(
    work: Work, crew: CrewRow, members: Sequence[MemberRow], *, now: datetime, own: MemberRow
) -> tuple[MemberView, ...]:
    names = {person.person_id: person.name for person in work.teams.list_people(crew.team_id)}
    return tuple(
        MemberView(
            role=member.role.value,
            role_name=ROLE_NAMES[member.role],
            person=names.get(member.person_id, ""),
            tasks=describe_role(member.role, get_duties(crew, members, member.role)),
            is_here=member is own or is_here(member, now=now),
        )
        for member in members
    )

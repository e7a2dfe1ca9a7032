"""A team exercise as its members' attempts see it; nothing that a member is told here is of truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sim.app.wiring import App
from sim.attempt.attempt import ENDED, AttemptState, Instant, compute_elapsed_s, compute_remaining_s, submit, tick
from sim.attempt.events import Event, EventKind, Focus, View
from sim.attempt.team_exercise import Duty, Role, list_duties
from sim.db.attempts import AttemptRow, ExerciseRow, FeedEntry, MemberRow, StoredEvent
from sim.db.store import Transaction
from sim.errors import AnswerError, AttemptError

ROLE_NAMES = MappingProxyType({Role.LEAD: "Lead", Role.VIEWER: "Viewer", Role.MAP: "Map", Role.RADIO: "Radio"})
ROLE_TASKS = MappingProxyType(
    {
        Role.LEAD: "Decides, and submits the answer for everyone.",
        Role.VIEWER: "Watches the main picture and the wall, and marks the student.",
        Role.MAP: "Works on the floor plan: says which camera comes next, and asks for it to be looked at.",
        Role.RADIO: "Keeps the log that all read, and answers calls.",
    }
)
DUTY_TASKS = MappingProxyType(
    {
        Duty.LINKS: "Has the links to the next camera.",
        Duty.LOG: "Keeps the log that all read.",
        Duty.CALLS: "Answers calls.",
    }
)
"""What falls to somebody who stands in for a role that is not there."""


def describe_role(role: Role, duties: frozenset[Duty]) -> tuple[str, ...]:
    extra = () if role in (Role.MAP, Role.RADIO) else tuple(DUTY_TASKS[each] for each in DUTY_TASKS if each in duties)
    return (ROLE_TASKS[role], *extra)


# Who of an exercise is there, and what falls to whom now.
HERE_WITHIN = timedelta(seconds=12)
"""Anyone whose page has asked for news within this time is there: pages ask every 2 s, consoles every second."""
LOST_AFTER = timedelta(seconds=20)
"""How long nothing was heard of the lead before another may take the lead."""


def is_note_due(member: MemberRow, *, now: datetime) -> bool:
    """Return whether it is time to note again that a member's page is open: each time is a write."""
    return member.seen_at is None or not timedelta(0) <= now - member.seen_at < timedelta(seconds=4)


def is_here(member: MemberRow, *, now: datetime) -> bool:
    return member.seen_at is not None and now - member.seen_at <= HERE_WITHIN


def may_take_lead(exercise: ExerciseRow, members: Sequence[MemberRow], role: Role, *, now: datetime) -> bool:
    """Return whether a role may take the lead: nothing was heard of the lead for a while, and it is another."""
    leading = next(member for member in members if member.role is exercise.leading)
    is_lost = leading.seen_at is None or now - leading.seen_at > LOST_AFTER
    return is_lost and leading.role is not role


def get_duties(exercise: ExerciseRow, members: Sequence[MemberRow], role: Role) -> frozenset[Duty]:
    return list_duties(role, members=len(members), leading=exercise.leading)


ASKS_A_MINUTE = 240
MOST_NUMBER = 1_000_000


def read_since(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_NUMBER)) and int(text) <= MOST_NUMBER):
        raise AnswerError("since: not a number", expected="0, or the number of the last answer")
    return int(text)


def get_news(app: App, attempt_id: str, *, since: int) -> dict[str, Any]:
    """Return what is new in a member's exercise, and how it stands: plain JSON, with the keys below.

    `entries` [{number, role, kind, at_ms, payload}] are those after `since`, at most 500; `number` is the last of
    them, to be asked on from. `members` [{role, is_here, camera_id}]; `leading` is the role that decides, `may_lead`
    whether this member may take the lead, `duties` what this member does; `state`, `elapsed_ms` and `remaining_ms` are
    of the attempt. The member is noted as there.

    Raises:
        UnknownAttemptError: unknown attempt.
        AttemptError: it is no part of a team exercise.
        RateLimitError: asked more than 240 times in a minute.
    """
    now = app.clock.read()
    app.rate_limit.note(f"exercise {attempt_id}", now_s=now.steady_s, most=ASKS_A_MINUTE)
    with app.store.read() as work:
        timing = tick(work.attempts.get(attempt_id).timing, now)
        own = work.find_row(MemberRow, MemberRow.attempt_id == attempt_id)
        if own is None:
            raise AttemptError("this drill is not a team exercise", todo="open it by its own page")
        exercise = work.exercises.get(own.exercise_id)
        members = work.exercises.list_members(own.exercise_id)
        later = (FeedEntry.exercise_id == own.exercise_id, FeedEntry.number > since)
        entries = work.list_rows(FeedEntry, *later, most=500)
    if timing.state not in ENDED and is_note_due(own, now=now.wall):
        with app.store.write() as work:
            work.change(MemberRow, MemberRow.attempt_id == attempt_id, seen_at=now.wall)
    elapsed_s = (timing.used_s or 0.0) if timing.state in ENDED else compute_elapsed_s(timing, now)
    return {
        "number": entries[-1].number if entries else since,
        "entries": [
            {
                "number": entry.number,
                "role": entry.role.value,
                "kind": entry.kind,
                "at_ms": round(entry.at_s * 1000.0),
                "payload": dict(entry.payload),
            }
            for entry in entries
        ],
        "members": [
            {
                "role": member.role.value,
                "is_here": member.role is own.role or is_here(member, now=now.wall),
                "camera_id": member.camera_id,
            }
            for member in members
        ],
        "leading": exercise.leading.value,
        "may_lead": may_take_lead(exercise, members, own.role, now=now.wall),
        "duties": sorted(duty.value for duty in get_duties(exercise, members, own.role)),
        "state": timing.state.value,
        "elapsed_ms": int(elapsed_s * 1000),
        "remaining_ms": int(compute_remaining_s(timing, now) * 1000),
    }


def describe_exercise(app: App, row: AttemptRow) -> dict[str, Any] | None:
    with app.store.read() as work:
        own = work.find_row(MemberRow, MemberRow.attempt_id == row.timing.attempt_id)
        if own is None:
            return None
        exercise = work.exercises.get(own.exercise_id)
        members = work.exercises.list_members(own.exercise_id)
        names = work.people.list_names([member.person_id for member in members])
    return {
        "role": own.role.value,
        "duties": sorted(duty.value for duty in get_duties(exercise, members, own.role)),
        "members": [
            {"role": each.role.value, "label": ROLE_NAMES[each.role], "name": names[each.person_id]} for each in members
        ],
    }


def has_links(exercise: dict[str, Any] | None) -> bool:
    """Return whether a console has the links to the next camera: in an exercise only the one on that duty."""
    return exercise is None or Duty.LINKS.value in exercise["duties"]


# What a member's events do to the exercise: which count, which the others are shown, and that one hand-in ends all.
MOST_SHARED = 5000
"""Entries of one exercise's feed; later ones are kept in the logs and scored, but no longer shown to the others."""
SHARED: Mapping[EventKind, tuple[str, ...]] = MappingProxyType(
    {
        EventKind.MARK: ("mark_id", "camera_id", "frame", "t_s", "x", "y"),
        EventKind.UNMARK: ("mark_id",),
        EventKind.STRIKE: ("role", "mark_id", "struck"),
        EventKind.ASK: ("ask_id", "camera_id", "at_site_s", "to", "about"),
        EventKind.TAKE: ("ask_id",),
        EventKind.ENTRY: ("text",),
        EventKind.LEAD: (),
    }
)
"""What of each kind of event the others are shown; other kinds are nobody else's business."""
NEEDED = MappingProxyType({EventKind.SUBMIT: Duty.DECIDE, EventKind.STRIKE: Duty.DECIDE, EventKind.ENTRY: Duty.LOG})
"""Kinds of events that count only from the person who has the duty."""


@dataclass(slots=True, kw_only=True)
class ExercisePost:
    exercise: ExerciseRow  # as the events so far have left it
    own: MemberRow  # whose post it is
    members: tuple[MemberRow, ...]

    def allows(self, event: Event, *, now: Instant) -> bool:
        """Return whether an event counts for this member, and let it change who leads."""
        if event.kind is EventKind.LEAD:
            if not may_take_lead(self.exercise, self.members, self.own.role, now=now.wall):
                return False
            self.exercise = replace(self.exercise, leading=self.own.role)
            return True
        needed = NEEDED.get(event.kind)
        duties = list_duties(self.own.role, members=len(self.members), leading=self.exercise.leading)
        return needed is None or needed in duties


def find_post(work: Transaction, attempt_id: str) -> ExercisePost | None:
    """Return the exercise that an attempt is a part of, locked; None for an attempt of one person alone."""
    own = work.find_row(MemberRow, MemberRow.attempt_id == attempt_id)
    if own is None:
        return None
    exercise = work.exercises.get(own.exercise_id)
    return ExercisePost(exercise=exercise, own=own, members=work.exercises.list_members(own.exercise_id))


def share(work: Transaction, post: ExercisePost, fresh: Sequence[StoredEvent]) -> None:
    work.save_row(post.exercise)
    number = work.find_highest(FeedEntry.number, FeedEntry.exercise_id == post.exercise.exercise_id) or 0
    camera_id = post.own.camera_id
    for stored in fresh:
        event = stored.event
        if not stored.counted:
            continue
        match event.act:
            case Focus():
                camera_id = event.act.camera_id
            case View(name="grid"):
                camera_id = None
            case _:
                pass
        if event.kind not in SHARED or number >= MOST_SHARED:
            continue
        number += 1
        work.insert(
            FeedEntry(
                exercise_id=post.exercise.exercise_id,
                number=number,
                role=post.own.role,
                kind=event.kind.value,
                at_s=stored.arrived_s,
                payload={name: event.payload.get(name) for name in SHARED[event.kind]},
            )
        )
    if camera_id != post.own.camera_id:
        work.change(MemberRow, MemberRow.attempt_id == post.own.attempt_id, camera_id=camera_id)


def end_all(work: Transaction, post: ExercisePost, row: AttemptRow, *, now: Instant) -> None:
    """End every other part together with the one that was handed in, with the same time."""
    if row.timing.state is not AttemptState.SUBMITTED:
        return
    used_s = row.timing.used_s or 0.0
    for member in post.members:
        if member is post.own:
            continue
        other = work.attempts.get(member.attempt_id)
        timing = tick(other.timing, now)
        if timing.state in ENDED and timing.sealed:
            continue
        try:
            timing = submit(timing, now, came_s=used_s, complete_s=used_s)
        except AttemptError:
            continue
        work.save_row(replace(other, timing=replace(timing, used_s=used_s)))

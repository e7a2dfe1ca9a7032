"""What a member's events do to the exercise: which count, which the others are shown, and that one hand-in ends all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from sim.db.exercises import ExerciseRow, FeedEntry, MemberRow
from sim.db.rows import AttemptRow, StoredEvent
from sim.db.store import Transaction
from sim.drill.attempt import ENDED, AttemptState, submit, tick
from sim.drill.event import Event, EventKind
from sim.drill.instant import Instant
from sim.drill.team_exercise import Duty, list_duties
from sim.errors import AttemptError
from sim.services.attempt.exercise_presence import may_take_lead

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
    """One post of a member, while it is taken in."""

    exercise: ExerciseRow  # as the events so far have left it
    own: MemberRow  # whose post it is
    members: tuple[MemberRow, ...]

    def allows(self, event: Event, *, now: Instant) -> bool:
        """Return whether an event counts for this member, and let it change who leads."""
        if event.kind is EventKind.LEAD:
            return self._take_lead(now)
        needed = NEEDED.get(event.kind)
        duties = list_duties(self.own.role, members=len(self.members), leading=self.exercise.leading)
        return needed is None or needed in duties

    def _take_lead(self, now: Instant) -> bool:
        if not may_take_lead(self.exercise, self.members, self.own.role, now=now.wall):
            return False
        self.exercise = replace(self.exercise, leading=self.own.role)
        return True


def find_post(work: Transaction, attempt_id: str) -> ExercisePost | None:
    """Return the exercise that an attempt is a part of, locked; None for an attempt of one person alone."""
    own = work.exercises.find_member(attempt_id)
    if own is None:
        return None
    exercise = work.exercises.get(own.exercise_id)
    members = work.exercises.list_members(own.exercise_id)
    return ExercisePost(exercise=exercise, own=own, members=members)


def share(work: Transaction, post: ExercisePost, fresh: Sequence[StoredEvent]) -> None:
    """Give what counts of a post to the exercise's feed, and keep who leads and which camera this member has."""
    work.exercises.save(post.exercise)
    number = work.exercises.count_feed(post.exercise.exercise_id)
    camera_id = post.own.camera_id
    for stored in fresh:
        event = stored.event
        if not stored.counted:
            continue
        if event.kind is EventKind.FOCUS:
            camera_id = str(event.payload["camera_id"])
        elif event.is_grid:
            camera_id = None
        if event.kind not in SHARED or number >= MOST_SHARED:
            continue
        number += 1
        payload = {name: event.payload.get(name) for name in SHARED[event.kind]}
        work.exercises.add_to_feed(
            post.exercise.exercise_id,
            FeedEntry(
                number=number,
                role=post.own.role,
                kind=event.kind.value,
                at_s=stored.arrived_s,
                payload=payload,
            ),
        )
    if camera_id != post.own.camera_id:
        work.exercises.note_camera(post.own.attempt_id, camera_id)


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
        work.attempts.save(replace(other, timing=replace(timing, used_s=used_s)))

"""Who of an exercise is there, and what falls to whom now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sim.db.exercises import ExerciseRow, MemberRow
from sim.drill.team_exercise import Duty, Role, list_duties

HERE_WITHIN = timedelta(seconds=12)
"""Anyone whose page has asked for news within this time is there: pages ask every 2 s, consoles every second."""
LOST_AFTER = timedelta(seconds=20)
"""How long nothing was heard of the lead before another may take the lead."""
NOTE_EVERY = timedelta(seconds=4)


def is_note_due(member: MemberRow, *, now: datetime) -> bool:
    """Return whether it is time to note again that a member's page is open: each time is a write."""
    return member.seen_at is None or not timedelta(0) <= now - member.seen_at < NOTE_EVERY


def is_here(member: MemberRow, *, now: datetime) -> bool:
    """Return whether a member's page is open."""
    return member.seen_at is not None and now - member.seen_at <= HERE_WITHIN


def may_take_lead(exercise: ExerciseRow, members: Sequence[MemberRow], role: Role, *, now: datetime) -> bool:
    """Return whether a role may take the lead: nothing was heard of the lead for a while, and it is another."""
    leading = next(member for member in members if member.role is exercise.leading)
    is_lost = leading.seen_at is None or now - leading.seen_at > LOST_AFTER
    return is_lost and leading.role is not role


def get_duties(exercise: ExerciseRow, members: Sequence[MemberRow], role: Role) -> frozenset[Duty]:
    """Return what a role does in this exercise now."""
    return list_duties(role, members=len(members), leading=exercise.leading)

"""Team exercises: who does what when two to four people work on one incident together.

An exercise has one lead and a viewer; the third is the map, the fourth the radio. What a role that is not there would
do falls to the lead. See docs/decisions/027.
"""

from enum import StrEnum

from sim.errors import TaskError

LEAST_MEMBERS = 2
MOST_MEMBERS = 4


class Role(StrEnum):
    LEAD = "lead"
    VIEWER = "viewer"
    MAP = "map"
    RADIO = "radio"


class Duty(StrEnum):
    """What not everybody may do. Searching, marking and asking each other is for all."""

    DECIDE = "decide"
    LINKS = "links"
    LOG = "log"
    CALLS = "calls"


ROLES = (Role.LEAD, Role.VIEWER, Role.MAP, Role.RADIO)
"""In the order in which they are filled."""

DUTIES = {
    Role.LEAD: frozenset({Duty.DECIDE}),
    Role.VIEWER: frozenset[Duty](),
    Role.MAP: frozenset({Duty.LINKS}),
    Role.RADIO: frozenset({Duty.LOG, Duty.CALLS}),
}
"""What each role is there for."""


def list_roles(members: int) -> tuple[Role, ...]:
    """Return the roles of an exercise of that many people: 3 gives lead, viewer, map."""
    if not LEAST_MEMBERS <= members <= MOST_MEMBERS:
        raise TaskError(
            f"a team exercise cannot be done by {members}",
            expected=f"{LEAST_MEMBERS} to {MOST_MEMBERS} people",
            todo="choose as many people as there are to be roles",
        )
    return ROLES[:members]


def list_duties(role: Role, *, members: int, leading: Role = Role.LEAD) -> frozenset[Duty]:
    """Return what a role does in an exercise of that many people while `leading` leads it.

    Of two, the lead has the links, the log and the calls as well, so that the viewer need never look away. Anyone who
    has taken the lead decides besides what is their own, and the lead who was lost no longer decides.
    """
    missing = [each for each in ROLES if each not in list_roles(members)]
    own = DUTIES[role] - {Duty.DECIDE}
    if role is Role.LEAD:
        own = own.union(*(DUTIES[each] for each in missing))
    return own | {Duty.DECIDE} if role is leading else own

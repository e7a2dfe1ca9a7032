"""Roles of an exercise in words."""

from types import MappingProxyType

from sim.drill.team_exercise import Duty, Role

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
    """Return what somebody of that role and duties does, a sentence each."""
    extra = () if role in (Role.MAP, Role.RADIO) else tuple(DUTY_TASKS[each] for each in DUTY_TASKS if each in duties)
    return (ROLE_TASKS[role], *extra)

"""Words of the page Give."""

from types import MappingProxyType
from typing import Final

from sim.drill.attempt import Phase

TITLE: Final = "Give drills"
LEAD: Final = "Give several people a drill at once. Everyone gets one that they have not seen."
NO_TEAM: Final = "Make a team first, and put its people on it. Then give them drills here."
TO_TEAM: Final = "Make a team"
NOBODY: Final = "Nobody is on this team yet. Add its people first."
TO_PEOPLE: Final = "Go to its people"
PHASE: Final = "Which side of the training"
PHASES: Final = MappingProxyType({Phase.BEFORE: "Before training", Phase.AFTER: "After training"})
MORE: Final = "Console and options"
CONSOLE: Final = "Console"
ALL: Final = "Everyone who has none waiting ({count})"
WHO: Final = "Who"
WAITING: Final = (
    "1 person has one waiting, and is left out.",
    "{count} people have one waiting, and are left out.",
)
SOME_WILL_NOT: Final = "Some of these drills will not count in the comparison:"
WILL_NOT: Final = "{name}: {why}"
GIVE: Final = ("Give 1 person a drill", "Give {count} people a drill")
GIVEN: Final = (
    "1 person has a drill now. Its link is under Team, People.",
    "{count} people have a drill now. Their links are under Team, People.",
)
REFUSED: Final = "{name} was given none: {problem}"

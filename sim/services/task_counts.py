"""What counts in a drill, as the briefing tells it, by task type."""

from collections.abc import Mapping
from types import MappingProxyType

_TIME = "How long you took. The clock does not stop when you pause or reload."

TASK_COUNTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "trace": (
            "How many of the student's stretches on camera you marked.",
            "That you marked nobody else.",
            "Where the student was last seen.",
            _TIME,
        ),
        "locate": (
            "That your mark is on the student.",
            "How near it is to the last time a camera shows them.",
            "The place.",
            _TIME,
        ),
        "origin": (
            "The door.",
            "How many of the student's stretches on camera you marked.",
            "That you marked nobody else.",
            _TIME,
        ),
        "encounter": ("That your mark is on the other person.", "How near it is to the moment.", _TIME),
        "event": ("The camera.", "The moment.", "The place in the picture.", _TIME),
        "alarm": ("Who it was.", "Whether the check was completed.", "Where they are at the end.", _TIME),
        "screening": ("Checks rightly called complete or not complete.", "How long you took for each.", _TIME),
        "pull-up": ("Cameras that show the place called out.", "How long each call took.", _TIME),
        "export": (
            "That every stretch of the student on camera is in a clip.",
            "That the clips begin and end with them.",
            "That it is said why, for whom and where to.",
            _TIME,
        ),
        "setup": ("The cameras of the view.", "The fault found.", _TIME),
    }
)

"""What counts in a drill, as the briefing tells it, by task type."""

from collections.abc import Mapping
from types import MappingProxyType

_TIME = "How long you took. The clock does not stop when you pause or reload."

TASK_COUNTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "trace": (
            "How many of the student's appearances you marked.",
            "That you marked no one else.",
            "The student's last location.",
            _TIME,
        ),
        "locate": (
            "That your mark is on the student.",
            "How near it is to the last time a camera shows them.",
            "The location.",
            _TIME,
        ),
        "origin": (
            "The entrance.",
            "How many of the student's appearances you marked.",
            "That you marked no one else.",
            _TIME,
        ),
        "encounter": ("That your mark is on the other person.", "How near it is to the moment.", _TIME),
        "event": ("The camera.", "The moment.", "The spot in the picture.", _TIME),
        "alarm": ("Who it was.", "Whether the check was completed.", "Where they are at the end.", _TIME),
        "screening": ("Checks correctly called complete or incomplete.", "How long you took for each.", _TIME),
        "pull-up": ("Cameras that show the location called out.", "How long each call took.", _TIME),
        "export": (
            "That every appearance of the student is in a clip.",
            "That the clips begin and end with them.",
            "That you say why, for whom, and where to.",
            _TIME,
        ),
        "setup": ("The cameras of the view.", "The fault found.", _TIME),
    }
)

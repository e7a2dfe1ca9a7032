"""What the task types are called where people read them."""

from collections.abc import Mapping
from types import MappingProxyType

TASK_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "trace": "Trace a student",
        "locate": "Where is the student now",
        "origin": "Which door they came in by",
        "encounter": "Who met the student",
        "event": "What happened, where and when",
        "alarm": "Who set off the detector",
        "screening": "Was the check complete",
        "pull-up": "Pull up the right camera",
        "export": "Cut the evidence",
        "setup": "Set up a view",
    }
)

"""One file a task type: what it asks, how it judges, what it says, and its simulated searcher.

A new type is a file and a line in `_TYPES`; one of over 450 lines is a folder.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sim.errors import TaskError
from sim.tasks.alarm import AlarmType
from sim.tasks.common.task_type import TaskType
from sim.tasks.encounter import EncounterType
from sim.tasks.event import EventType
from sim.tasks.export import ExportType
from sim.tasks.locate import LocateType
from sim.tasks.origin import OriginType
from sim.tasks.pull_up import PullUpType
from sim.tasks.screening import ScreeningType
from sim.tasks.setup import SetupType
from sim.tasks.trace import TraceType

_TYPES: tuple[TaskType, ...] = (
    TraceType(),
    LocateType(),
    OriginType(),
    EncounterType(),
    EventType(),
    AlarmType(),
    ScreeningType(),
    PullUpType(),
    ExportType(),
    SetupType(),
)

TASK_TYPES: Mapping[str, TaskType] = MappingProxyType({task_type.name: task_type for task_type in _TYPES})


def get_task_type(name: str) -> TaskType:
    """Return the task type of that name, or raise TaskError naming those that exist."""
    try:
        return TASK_TYPES[name]
    except KeyError:
        raise TaskError(f"task type {name!r} does not exist", expected=f"one of {', '.join(TASK_TYPES)}") from None


def name_task_type(name: str) -> str:
    """Return what a type is called where people read it; of one that no longer exists the name that tables have."""
    return TASK_TYPES[name].title if name in TASK_TYPES else name

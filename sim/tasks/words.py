"""What a result means, in sentences: one writer for each task type."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from sim.errors import TaskError
from sim.scoring.judged import Judged
from sim.scoring.part import PartView
from sim.tasks.alarm.sentences import AlarmWords
from sim.tasks.common.advice import Advice
from sim.tasks.common.base import Task
from sim.tasks.encounter.sentences import EncounterWords
from sim.tasks.event.sentences import EventWords
from sim.tasks.export.sentences import ExportWords
from sim.tasks.locate.sentences import LocateWords
from sim.tasks.origin.sentences import OriginWords
from sim.tasks.pull_up.sentences import PullUpWords
from sim.tasks.screening.sentences import ScreeningWords
from sim.tasks.setup.sentences import SetupWords
from sim.tasks.trace.sentences import TRACE_WORDS


class TaskWords(Protocol):
    """Words for the results of one task type. `names` are the cameras' right names by camera_id."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value, in the order shown."""
        ...

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        ...

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practise next."""
        ...


TASK_WORDS: Mapping[str, TaskWords] = MappingProxyType(
    {
        "trace": TRACE_WORDS,
        "locate": LocateWords(),
        "origin": OriginWords(),
        "encounter": EncounterWords(),
        "event": EventWords(),
        "alarm": AlarmWords(),
        "screening": ScreeningWords(),
        "pull-up": PullUpWords(),
        "setup": SetupWords(),
        "export": ExportWords(),
    }
)


def get_task_words(task_type: str) -> TaskWords:
    """Return the writer of a task type, or raise TaskError naming those that exist."""
    try:
        return TASK_WORDS[task_type]
    except KeyError:
        raise TaskError(f"no words for task type {task_type!r}", expected=f"one of {', '.join(TASK_WORDS)}") from None

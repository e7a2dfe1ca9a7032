"""What writes the result of a task in sentences."""

from collections.abc import Mapping
from typing import Protocol

from sim.scoring.judged import Judged
from sim.scoring.moments import Moment
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice
from sim.tasks.common.base import Task
from sim.tasks.common.moment_facts import MomentFacts
from sim.tasks.common.moment_text import MomentText


class TaskWords(Protocol):
    """Words for the results of one task type. `names` are the cameras' right names by camera_id."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value, in the order shown."""
        ...

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        ...

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practice next."""
        ...

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText: ...

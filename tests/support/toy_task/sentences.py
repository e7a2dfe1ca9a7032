"""The result in sentences."""

from collections.abc import Mapping

from sim.tasks.busiest.moments import BusiestMoment

from sim.scoring.judged import Judged, PartView
from sim.scoring.moments import Moment
from sim.tasks.common.base import Task
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.task_words import Advice, MomentFacts, MomentText, judge_part, list_time_parts, write_missing


class BusiestWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        line = judge_part(score.card, "right_busiest", "The camera", right="It shows the most.", wrong="Another does.")
        return (*line, *list_time_parts(score.card))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        return write_missing(score.card, {"right_busiest": "named another camera"}) or "Correct. You know the crowd."

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one thing to practice next."""
        return (Advice("Count on the wall first."),)

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        """Return a moment of the debrief in words."""
        if isinstance(moment, BusiestMoment):
            return MomentText(title="another camera shows more", text=f"It is {facts.name_camera(moment.right)}.")
        return tell_search_moment(facts, moment)


BUSIEST_WORDS = BusiestWords()

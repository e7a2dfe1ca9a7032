"""The result of a pull-up task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.judged import Judged
from sim.scoring.moments import Moment
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice, advise_next
from sim.tasks.common.base import Task
from sim.tasks.common.moment_facts import MomentFacts, join_cameras
from sim.tasks.common.moment_text import MomentText
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.part_lines import list_time_parts, make_part, write_missing
from sim.tasks.pull_up.judge import PASS_SHARE
from sim.tasks.pull_up.moments import CallMoment
from sim.text.counts import write_count

MOST_NAMED = 3


class PullUpWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score, len(task.params["places"])))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        calls = len(task.params["places"])
        answered = round(float(score.card.values["right_share"] or 0.0) * calls)
        found = f"found a correct camera for {answered} of {write_count(calls, 'call')} (goal: {PASS_SHARE:.0%})"
        return (
            write_missing(score.card, {"right_share": found}) or "Correct. You know which camera shows which location."
        )

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practice next."""
        if float(score.card.values["right_share"] or 0.0) < 1.0:
            return (Advice("Go through the map floor by floor and open every camera once, saying its location aloud."),)
        if score.card.values.get("wrong_openings"):
            return (Advice("Type part of a camera's name to find it: that is quicker than trying."),)
        return advise_next(score.card, Advice("Try it on a phone."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_call(facts, moment) if isinstance(moment, CallMoment) else tell_search_moment(facts, moment)


PULL_UP_WORDS = PullUpWords()


def _list_parts(score: Judged, calls: int) -> Iterator[PartView]:
    values = score.card.values
    share = float(values["right_share"] or 0.0)
    sentence = f"You confirmed a camera that shows the location for {round(share * calls)} of {calls} calls."
    yield make_part(
        "right_share",
        "Correct calls",
        f"{round(share * calls)} of {calls}",
        sentence,
        good=share >= PASS_SHARE,
    )
    each_s = values.get("median_call_s")
    if each_s is not None:
        sentence = f"Half of the correct calls took {each_s:.1f} seconds or less."
        yield make_part("median_call_s", "Time for a call", f"{each_s:.1f} s", sentence, good=None)
    wrong = values.get("wrong_openings")
    if wrong is not None:
        sentence = "Cameras opened that do not show the location called out."
        yield make_part("wrong_openings", "Wrong cameras opened", str(wrong), sentence, good=None)
    yield from list_time_parts(score.card)


def tell_call(facts: MomentFacts, moment: CallMoment) -> MomentText:
    """Return a call that was answered wrongly, with the cameras that show the place."""
    place = next((item.label for item in facts.form.items if item.key == moment.place), facts.name_place(moment.place))
    right = join_cameras(facts, moment.right[:MOST_NAMED])
    shows = f"{place} is shown by {right}."
    if moment.given is None:
        return MomentText(title=f"{place}: you confirmed no camera", text=shows)
    return MomentText(
        title=f"{place}: you confirmed {facts.name_camera(moment.given)}",
        text=f"It does not show that location. {shows}",
    )

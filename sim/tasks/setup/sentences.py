"""The result of a setup task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.judged import Judged
from sim.scoring.moments import Moment, MomentKind
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice, advise_next
from sim.tasks.common.base import Task
from sim.tasks.common.moment_facts import MomentFacts, join_cameras
from sim.tasks.common.moment_text import MomentText
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.part_lines import judge_part, list_time_parts, make_part, write_missing
from sim.tasks.setup.judge import FAULT
from sim.tasks.setup.moments import ViewMoment
from sim.truth.events import FaultKind

_COMPARE_CLOCKS = "Compare the clock in each picture with the clock of the console."
_COMPARE_NAMES = "Compare each camera's name with the place it shows."
_MISSING = {
    "view_right": "did not show the cameras of the route in walking order",
    "fault_right": "missed the faulty camera",
}


class SetupWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        return write_missing(score.card, _MISSING) or "Correct. The view is set up."

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practice next."""
        if score.card.values.get("view_similarity") != 1.0:
            return (Advice("Trace the route on the map and note each camera that covers it."),)
        if score.card.values.get("fault_right") is False:
            is_name = task.params.get("fault") == FaultKind.WRONG_NAME
            return (Advice(_COMPARE_NAMES if is_name else _COMPARE_CLOCKS),)
        return advise_next(score.card, Advice("Set up one view for each route you would search first."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_view(facts, moment) if isinstance(moment, ViewMoment) else tell_search_moment(facts, moment)


SETUP_WORDS = SetupWords()


def _list_parts(score: Judged) -> Iterator[PartView]:
    similarity = float(score.card.values["view_similarity"] or 0.0)
    sentence = "How much of the route's cameras, in walking order, the view shows."
    yield make_part("view_similarity", "View", f"{similarity:.0%}", sentence, good=similarity == 1.0)
    yield from judge_part(
        score.card,
        "fault_right",
        "Faulty camera",
        right="This is the camera that needs repair.",
        wrong="Another camera needs repair.",
        unanswered="" if score.answer.choices.get(FAULT) else "You named no camera.",
    )
    yield from list_time_parts(score.card)


def tell_view(facts: MomentFacts, moment: ViewMoment) -> MomentText:
    """Return one line of a view's checklist that is not met."""
    chain = f"In walking order, the route is {join_cameras(facts, moment.chain)}."
    camera = facts.name_camera(moment.camera_id)
    match moment.kind:
        case MomentKind.NOT_IN_VIEW:
            place = moment.chain.index(moment.camera_id) + 1
            text = f"It is number {place} of {len(moment.chain)} on the route. {chain}"
            return MomentText(title=f"{camera} is missing from the view", text=text)
        case MomentKind.NOT_ON_WAY:
            return MomentText(title=f"{camera} is not needed in the view", text=chain)
        case MomentKind.ORDER:
            given = f"Yours was {join_cameras(facts, moment.given)}."
            return MomentText(title="the cameras are not in walking order", text=f"{chain} {given}")
        case _:
            named = f"You named {join_cameras(facts, moment.given)}." if moment.given else "You named no camera."
            return MomentText(title=f"{camera} is the camera that needs repair", text=named)

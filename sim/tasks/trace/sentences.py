"""A score in sentences that a principal understands."""

from collections.abc import Mapping

from sim.scoring.case import TraceCase
from sim.scoring.judged import Judged
from sim.scoring.losses import find_losses
from sim.scoring.moments import Moment
from sim.scoring.part import PartView
from sim.scoring.score_card import PASS_LEG_RECALL, ScoreCard
from sim.tasks.common.advice import Advice, Trains, advise_next
from sim.tasks.common.base import Task
from sim.tasks.common.moment_facts import MomentFacts
from sim.tasks.common.moment_text import MomentText
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.part_lines import write_missing
from sim.tasks.common.path_sentences import get_case, list_trace_failures, read_number, write_parts, write_success


def write_verdict(card: ScoreCard, case: TraceCase) -> str:
    """Return the verdict in one sentence: which parts of the pass rule were met."""
    if card.passed and not case.legs:
        return "Correct. The student doesn't appear on any camera in this time, and you marked no one."
    if card.passed:
        return f"{write_success(case)}, marked no one else, named the last location, and finished in time."
    lacking = write_missing(card, {**list_trace_failures(case), "final_place": "missed the last location"})
    return lacking or "Nothing was wrong, but the time is not known."


FIRST_SIGHTING = (
    "Start at the place where the student was last seen, or at an entrance, and look at all cameras at that moment "
    "before you move on in time."
)


def write_advice(card: ScoreCard, case: TraceCase) -> tuple[Advice, ...]:
    """Return one or two things to practice next, the most telling first."""
    values = card.values
    advice: list[Advice] = []
    if case.claims.others:
        advice.append(
            Advice(
                "Before you mark, compare two things besides the top: shoes, bag, hair, pants.",
                trains=Trains.LOOK_ALIKES,
            )
        )
    is_nothing = len(case.legs) > 0 and not case.claims.target
    if is_nothing:
        advice.append(Advice(FIRST_SIGHTING))
    is_lost = not is_nothing and case.legs and read_number(values.get("appearance_recall")) < PASS_LEG_RECALL
    if is_lost or find_losses(case):
        advice.append(
            Advice(
                "After each mark, check the map for the next cameras.",
                trains=Trains.NEXT_CAMERA,
            )
        )
    if values.get("final_place") is False:
        advice.append(
            Advice(
                "Before you submit, follow the student to their last appearance and give that location.",
                trains=Trains.LAST_PLACE,
            )
        )
    if values.get("finished") is False:
        advice.append(Advice("Scan at double speed or faster, and slow down only where the student may come by."))
    if values.get("rewatch_share") is not None and read_number(values.get("rewatch_share")) > 0.3:
        advice.append(Advice("Mark as soon as you are sure: much of what you watched you had watched before."))
    harder = Advice("Try another one, and aim for the same result in less time.")
    return tuple(advice[:2]) or advise_next(card, harder)


class _TraceWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return write_parts(score.card, get_case(score, task))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        return write_verdict(score.card, get_case(score, task))

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        return write_advice(score.card, get_case(score, task))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_search_moment(facts, moment)


TRACE_WORDS = _TraceWords()

"""The calls of a drill given with interruptions, in the debrief's words."""

from collections.abc import Iterator, Sequence

from sim.drill.interruptions import Call
from sim.scoring.interruption import TimedCall
from sim.scoring.part import PartView
from sim.scoring.score_card import ScoreCard
from sim.services.debrief.view import CallView
from sim.tasks.common.task_words import make_part
from sim.text.tables import write_time
from sim.text.words import write_count


def make_call_views(calls: Sequence[Call], became: Sequence[TimedCall]) -> tuple[CallView, ...]:
    """Return a line for each call that came before the hand-in, in the order they came."""
    asked = {call.call_id: call for call in calls}
    return tuple(_make_view(asked[timed.call_id], timed) for timed in became if timed.call_id in asked)


def _make_view(call: Call, timed: TimedCall) -> CallView:
    labels = {reply.value: reply.label for reply in call.replies}
    outcome = "No answer"
    if timed.answer_s is not None:
        outcome = f"{'Correct' if timed.is_right else 'Incorrect'}, after {timed.answer_s:.0f} s"
    return CallView(
        at=write_time(timed.came_s),
        caller=f"{call.caller}, by {call.channel.value}",
        question=call.question,
        reply=labels.get(timed.value or "", "Nothing"),
        right=labels[call.right],
        outcome=outcome,
        back_after="–" if timed.recovery_s is None else f"after {timed.recovery_s:.0f} s",
    )


def list_call_parts(card: ScoreCard) -> Iterator[PartView]:
    """Yield the lines of the score card about the calls; nothing for a drill that had none."""
    calls, answered, right = (card.values.get(key) for key in ("calls", "calls_answered", "calls_right"))
    if not calls or answered is None or right is None:
        return
    yield make_part(
        "calls_right",
        "Correct calls",
        f"{right:.0f} of {calls:.0f}",
        f"You answered {answered:.0f} of {write_count(round(calls), 'call')} while you searched.",
        good=right == calls,
    )
    answer_s, recovery_s = card.values.get("answer_time_s"), card.values.get("recovery_time_s")
    if answer_s is not None:
        yield make_part(
            "answer_time_s",
            "Time to answer",
            f"{answer_s:.0f} s",
            "From the call to your answer, on average.",
            good=None,
        )
    if recovery_s is not None:
        sentence = "From the end of a call to your next step in the search, on average."
        yield make_part("recovery_time_s", "Back to the search", f"{recovery_s:.1f} s", sentence, good=None)

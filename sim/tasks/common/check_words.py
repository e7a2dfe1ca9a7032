"""Checks at the detector in words: the verdicts offered, what staff did, and what was left out."""

from collections.abc import Mapping

from sim.scoring.check_moments import VerdictMoment
from sim.scoring.moments import MomentKind
from sim.scoring.screening_alarms import Verdict
from sim.tasks.common.answer_form import Option
from sim.tasks.common.task_words import MomentFacts, MomentText, join_sentences
from sim.truth.events import Event

VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.COMPLETE: "completed",
    Verdict.NOT_COMPLETE: "not completed",
    Verdict.CANNOT_TELL: "one that cannot be told",
}


def tell_verdict(facts: MomentFacts, moment: VerdictMoment) -> MomentText:
    name = "the check" if moment.number is None else f"alarm {moment.number}"
    if moment.kind is MomentKind.RIGHT_CHECK:
        return MomentText(title=f"{name}: you noticed that it was not completed", text=write_check(moment.alarm))
    right = VERDICT_WORDS[moment.right]
    if moment.given is None:
        return MomentText(title=f"{name}: you gave no verdict", text=f"It was {right}. {write_check(moment.alarm)}")
    said = (
        "you said it cannot be told"
        if moment.given is Verdict.CANNOT_TELL
        else (f"you called it {VERDICT_WORDS[moment.given]}")
    )
    return MomentText(title=f"{name}: {said}", text=join_sentences(f"It was {right}.", write_check(moment.alarm)))


def write_check(alarm: Event) -> str:
    """Return what staff did: the wand, and how many compartments of the bag; as far as truth says."""
    if not alarm.shown:
        return "No camera shows it, so no one can say whether it was completed."
    wand, total, searched = (alarm.detail.get(key) for key in ("wand", "compartments", "searched"))
    said = []
    if isinstance(wand, bool):
        said.append("The wand was used." if wand else "The wand was not used.")
    if isinstance(total, int) and isinstance(searched, int) and total > 0:
        said.append(_write_bag(total, searched))
    return " ".join(said)


def _write_bag(total: int, searched: int) -> str:
    if searched >= total:
        return f"All {total} compartments of the bag were opened." if total > 1 else "The bag was opened."
    if searched == 0:
        return f"None of the bag's {total} compartments was opened." if total > 1 else "The bag was not opened."
    left = total - searched
    were = "was" if left == 1 else "were"
    return (
        f"{searched} of {total} compartments of the bag were opened: {left} {were} not, before the student walked on."
    )


VERDICT_OPTIONS = (
    Option(value=Verdict.COMPLETE.value, label="Completed"),
    Option(value=Verdict.NOT_COMPLETE.value, label="Not completed"),
    Option(value=Verdict.CANNOT_TELL.value, label="Cannot tell"),
)

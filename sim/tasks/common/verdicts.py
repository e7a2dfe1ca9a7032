"""The verdicts on a check in words, as answer forms offer them."""

from sim.scoring.screening_alarms import Verdict
from sim.tasks.common.answer_form import Option

VERDICT_OPTIONS = (
    Option(value=Verdict.COMPLETE.value, label="Completed"),
    Option(value=Verdict.NOT_COMPLETE.value, label="Not completed"),
    Option(value=Verdict.CANNOT_TELL.value, label="Cannot tell"),
)

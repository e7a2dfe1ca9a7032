"""The debrief's table of calls that came in during the search."""

from collections.abc import Sequence

from sim.services.debrief.view import CallView
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_quiet, draw_table


def draw_calls(calls: Sequence[CallView]) -> None:
    draw_quiet(wording.DEBRIEF_CALLS_NOTE)
    header = ("Call", "Question", "You said", "Right", "Outcome", "Searching again")
    rows = [
        (f"{call.at}, {call.caller}", call.question, call.reply, call.right, call.outcome, call.back_after)
        for call in calls
    ]
    draw_table(header, rows, label=wording.DEBRIEF_CALLS)

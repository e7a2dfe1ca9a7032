"""The debrief of a measured drill while others are still to be measured on its footage: the score without the answer.

Anyone who is done first could otherwise tell the others where the student goes.
"""

from dataclasses import dataclass

from sim.app.wiring import App
from sim.features.debrief.debrief import DebriefView, get_debrief
from sim.features.debrief.map import MapMark
from sim.rules.held import TELLS_NOTHING, list_held, sees_answers
from sim.rules.viewer import Viewer
from sim.scoring.score_card import PartView
from sim.text.times import write_day


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDebriefView:
    """What a trainee sees meanwhile."""

    title: str
    passed: bool
    verdict: str
    until: str  # when the rest is shown, in a sentence
    parts: tuple[PartView, ...]  # the measures without their sentences, which may say what would have been right
    marks: tuple[MapMark, ...]  # the trainee's own, which say no more than what the trainee did
    rest: DebriefView  # of the whole debrief, for how the drill was done


def find_held_debrief(app: App, viewer: Viewer, attempt_id: str) -> HeldDebriefView | None:
    """Return what of a debrief may be shown to a viewer now; None when that is all of it."""
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    until = None if sees_answers(app, viewer, row.person_id) else list_held(app, [row]).get(attempt_id)
    if until is None:
        return None
    view = get_debrief(app, attempt_id)
    return HeldDebriefView(
        title=view.title,
        passed=view.passed,
        verdict="You passed this drill." if view.passed else "You have not passed this drill yet.",
        until=(
            "The student's route, the moments you missed and the pictures are shown here once everyone on your team "
            f"has done their drills on this footage, or on {write_day(until.date())} at the latest."
        ),
        parts=tuple(
            PartView(key=part.key, label=part.label, value=part.value, sentence="", good=part.good)
            for part in view.parts
            if part.key in TELLS_NOTHING
        ),
        marks=() if view.map is None else view.map.marks_listed,
        rest=view,
    )

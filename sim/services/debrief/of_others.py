"""What those see of a debrief whose time is not told to them: how it went, and nothing that shows how long it took.

Who only looks at a team's results, as a principal, is not told who has extended time: neither by a time, nor by what a
search did after the drill's usual limit. So nobody's drill is shown to them in full that ran out of time.
"""

import json
from dataclasses import dataclass
from typing import Final

from sim.drill.attempt import AttemptState, find_told_s
from sim.services.accounts.viewer import Duty, Viewer, may
from sim.services.app.wiring import App
from sim.services.attempt.scores import SCORED, settle

ENDINGS: Final = {
    AttemptState.SUBMITTED: "finished within the time allowed",
    AttemptState.TIMED_OUT: "ran out of time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortDebrief:
    """How a drill went, without its time: `passed` is None without a result."""

    title: str
    person_id: str
    passed: bool | None
    ending: str


def find_short_debrief(app: App, viewer: Viewer, attempt_id: str) -> ShortDebrief | None:
    """Return what a viewer sees of an ended drill instead of its debrief and its replay; None where they see these."""
    if may(viewer, Duty.TRAIN) or not may(viewer, Duty.SEE_TEAMS):
        return None
    row = settle(app, attempt_id)
    is_own = row.person_id is None or row.person_id == viewer.person_id
    if is_own or row.timing.state not in SCORED or find_told_s(row.timing, row.extra_time) is not None:
        return None
    return ShortDebrief(
        title=app.catalog.get_form(row.form_id).form.title,
        person_id=row.person_id or "",
        passed=None if row.score_json is None else bool(json.loads(row.score_json)["passed"]),
        ending=ENDINGS[row.timing.state],
    )

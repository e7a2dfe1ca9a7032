"""Play the toy task in a copy of the project: `python -m tests.support.play_toy RECORDING FOLDER` prints JSON."""

import json
import sys
from pathlib import Path
from typing import Any

from sim.app.wiring import App
from sim.attempt.events import EventKind
from sim.console import attempts
from sim.features.debrief.debrief import get_debrief
from sim.footage.recording.open import open_recording
from sim.tasks.common.simulated_user import PERFECT
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import play_by_acts, play_by_skill
from tests.support.tiny_app import lay_out_library, make_tiny_app

TOY = "busiest"


def main() -> None:
    recording, folder = open_recording(Path(sys.argv[1])), Path(sys.argv[2])
    clock = FakeClock()
    app = make_tiny_app(folder / "data", lay_out_library(folder / "library", recording, others=2), clock)
    forms = [known.form for known in app.catalog.list_forms() if known.form.type == TOY]
    attempt_id = attempts.create_practice(app, form_id=forms[0].form_id)
    briefing = attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)
    console = attempts.get_console(app, attempt_id)
    wrong = [(20.0, EventKind.SUBMIT, {"final_zone": None, "not_on_camera": False, "note": ""})]
    said = {
        "forms": [form.title for form in forms],
        "briefing": [briefing.title, briefing.pass_rule, list(briefing.counts)],
        "fields": [field["label"] for field in console.data["task"]["answer_form"]["fields"]],
        "right": describe(app, play_by_skill(app, clock, forms[0].form_id, PERFECT)),
        "wrong": describe(app, play_by_acts(app, clock, forms[0].form_id, wrong)),
    }
    app.close()
    print(json.dumps(said))


def describe(app: App, attempt_id: str) -> dict[str, Any]:
    view = get_debrief(app, attempt_id)
    return {
        "passed": view.passed,
        "verdict": view.verdict,
        "parts": [part.label for part in view.parts],
        "moments": [moment.title for moment in view.moments.moments],
        "practice": [drill.form_title for drill in (view.following, *view.practice) if drill is not None],
    }


if __name__ == "__main__":
    main()

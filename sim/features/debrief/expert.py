"""An expert on the same drill: how much they found, in what time, and their search to be watched.

The search is a simulation that sees what a person could, see `sim.expert`; it is shown only after one's own.
"""

from collections.abc import Sequence

from sim.app.catalog import Catalog
from sim.app.expert_search import Expert, ExpertResult, find_unfair, make_expert
from sim.app.forms import make_version
from sim.app.wiring import App
from sim.console.console_data import ConsoleView, number_cameras
from sim.console.scores import make_replay, open_replay
from sim.errors import AttemptError
from sim.expert.run import EXPERT_VERSION, can_play
from sim.footage.recording.open import load_people
from sim.forms.forms import Form
from sim.tasks.trace import TRACE


def find_expert(catalog: Catalog, form: Form) -> ExpertResult | None:
    if not can_play(form.type):
        return None
    key = ("expert", EXPERT_VERSION, make_version(form), catalog.get_truth_sha256(form.recording_id))
    return catalog.keep(key, lambda: _seat_expert(catalog, form).search(form.task, limit_s=form.limit_s))


def write_expert_time(app: App, form: Form) -> str | None:
    result = find_expert(app.catalog, form)
    if result is None or not result.passed:
        return None
    minutes, seconds = divmod(round(result.par_s), 60)
    return f"{minutes}:{seconds:02}"


def get_expert_replay(app: App, attempt_id: str, *, is_told: bool) -> ConsoleView:
    row = open_replay(app, attempt_id)
    if not is_told:
        raise AttemptError(
            "the expert's search cannot be watched yet: others are still measured on this footage",
            todo="look at the debrief; it says when the rest is shown",
        )
    form = app.catalog.get_form(row.form_id).form
    result = find_expert(app.catalog, form)
    if result is None:
        raise AttemptError("there is no expert's search of such drills", todo="go back to the debrief")
    run = result.run
    return make_replay(app, row, run.events, used_ms=run.used_s * 1000.0, captions=run.captions)


def list_all_forms(catalog: Catalog) -> tuple[Form, ...]:
    listed = (known.form for known in catalog.list_forms())
    return (*listed, *(known.form for known in catalog.get_course().tries.values()))


def find_unfair_form(catalog: Catalog, form: Form) -> str | None:
    return find_unfair(form.task, catalog.get_truth(form.recording_id, form.cameras), find_expert(catalog, form))


def write_expert_table(catalog: Catalog, forms: Sequence[Form]) -> str:
    lines = [f"{'form':<42}{'passed':>7}{'par':>7}{'limit':>7}{'found':>9}"]
    traces = []
    for form in forms:
        result = find_expert(catalog, form)
        if result is None:
            continue
        found, there = result.found
        passed = "yes" if result.passed else "no"
        line = f"{form.form_id:<42}{passed:>7}{result.par_s:>6.0f}s{form.limit_s:>6.0f}s{f'{found} of {there}':>9}"
        lines.append(f"{line}  {find_unfair_form(catalog, form) or ''}".rstrip())
        if form.type == TRACE:
            traces.append(result.passed)
    lines.append(f"The expert passes {sum(traces)} of {len(traces)} traces in time.")
    return "\n".join(lines)


def _seat_expert(catalog: Catalog, form: Form) -> Expert:
    def seat() -> Expert:
        recording = catalog.get_recording(form.recording_id)
        return make_expert(
            catalog.get_truth(form.recording_id, form.cameras),
            load_people(recording),
            catalog.get_site(form.recording_id, form.cameras),
            numbers=number_cameras(form, recording.manifest),
        )

    return catalog.keep(("expert's seat", form.recording_id, form.cameras), seat)

"""An expert on the same drill: how much they found, in what time, and their search to be watched.

The search is a simulation that sees what a person could, see `sim.drill.expert`; it is shown only after one's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.drill.expert.eyes import make_scene
from sim.drill.expert.plan_sense import PlanSense, make_plan_sense
from sim.drill.expert.run import EXPERT_VERSION, ExpertRun, can_play, run_expert
from sim.drill.forms import Form
from sim.errors import AttemptError
from sim.footage.recording.open import load_people
from sim.services.app.catalog import Catalog
from sim.services.app.forms import make_version
from sim.services.app.score import AttemptScore, score_attempt
from sim.services.app.wiring import App
from sim.services.attempt.console_data import ConsoleView, number_cameras
from sim.services.attempt.scores import make_replay, open_replay
from sim.tasks import get_task_type
from sim.tasks.trace import TRACE


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertResult:
    run: ExpertRun
    score: AttemptScore

    @property
    def passed(self) -> bool:
        return self.score.card.passed is True

    @property
    def found(self) -> tuple[int, int]:
        return _count_found(self.score)

    @property
    def par_s(self) -> float:
        """Drill seconds that the expert took."""
        return self.run.used_s


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertView:
    """The expert beside one's own search, each as a line: "found 6 of 6 in 3:10"."""

    expert: str
    own: str


def find_expert(catalog: Catalog, form: Form) -> ExpertResult | None:
    """Return the expert's search of a form, made once and kept; None for a type of task that the expert does not
    play.
    """
    if not can_play(form.type):
        return None
    key = ("expert", EXPERT_VERSION, make_version(form), catalog.get_truth_sha256(form.recording_id))
    return catalog.keep(key, lambda: _search(catalog, form))


def make_expert_view(app: App, form: Form, score: AttemptScore) -> ExpertView | None:
    """Return the expert beside one's own search; None where the expert does not play, or did not pass either."""
    result = find_expert(app.catalog, form)
    if result is None or not result.passed:
        return None
    return ExpertView(
        expert=_write_line(form, result.score, result.par_s),
        own=_write_line(form, score, score.replay.log.used_s),
    )


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


def write_expert_table(catalog: Catalog, forms: Sequence[Form]) -> str:
    """Return lines of text: of each form whether the expert passed in time, par and appearances found; then a count."""
    lines = [f"{'form':<42}{'passed':>7}{'par':>7}{'limit':>7}{'found':>9}"]
    traces = []
    for form in forms:
        result = find_expert(catalog, form)
        if result is None:
            continue
        found, there = result.found
        passed = "yes" if result.passed else "no"
        lines.append(
            f"{form.form_id:<42}{passed:>7}{result.par_s:>6.0f}s{form.limit_s:>6.0f}s{f'{found} of {there}':>9}"
        )
        if form.type == TRACE:
            traces.append(result.passed)
    lines.append(f"The expert passes {sum(traces)} of {len(traces)} traces in time.")
    return "\n".join(lines)


def _search(catalog: Catalog, form: Form) -> ExpertResult:
    index = catalog.get_truth(form.recording_id, form.cameras)
    scene = make_scene(index, load_people(catalog.get_recording(form.recording_id)))
    run = run_expert(form.task, scene, _get_sense(catalog, form), limit_s=form.limit_s)
    score = score_attempt(form.task, index, run.events, used_s=run.used_s, finished=run.finished, limit_s=form.limit_s)
    return ExpertResult(run=run, score=score)


def _get_sense(catalog: Catalog, form: Form) -> PlanSense:
    key = ("plan sense", form.recording_id, form.cameras)

    def read() -> PlanSense:
        manifest = catalog.get_recording(form.recording_id).manifest
        return make_plan_sense(catalog.get_site(form.recording_id, form.cameras), number_cameras(form, manifest))

    return catalog.keep(key, read)


def _write_line(form: Form, score: AttemptScore, used_s: float) -> str:
    minutes, seconds = divmod(round(used_s), 60)
    clock = f"{minutes}:{seconds:02}"
    found, there = _count_found(score)
    if get_task_type(form.type).make_answer_form(form.task).most_marks == 1 or there == 0:
        return f"{'correct' if score.card.passed else 'not passed'} in {clock}"
    return f"found {found} of {there} in {clock}"


def _count_found(score: AttemptScore) -> tuple[int, int]:
    case = score.case
    return (0, 0) if case is None else (len(case.claims.target), len(case.legs))

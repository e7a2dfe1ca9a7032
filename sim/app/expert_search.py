"""The expert on a task, scored; and the one rule of what may be asked, which every form and try of a lesson meets."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sim.app.score import AttemptScore, score_attempt
from sim.errors import TaskError
from sim.expert.eyes import Scene, make_scene
from sim.expert.plan_sense import PlanSense, make_plan_sense
from sim.expert.run import ExpertRun, can_play, run_expert
from sim.forms.form_order import is_in_plain_sight
from sim.scoring.use_metrics import find_made_times
from sim.site.model import Site
from sim.tasks import get_task_type
from sim.tasks.common.task import Task
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window

LATEST_SHARE = 0.7
"""Share of the limit within which the expert has to have claimed all that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertResult:
    task: Task
    run: ExpertRun
    score: AttemptScore

    @property
    def passed(self) -> bool:
        return self.score.card.passed is True

    @property
    def found(self) -> tuple[int, int]:
        """Appearances of the student claimed, and all there are; 0 and 0 where they are not asked for."""
        case = self.score.case
        return (0, 0) if case is None else (len(case.claims.target), len(case.legs))

    @property
    def par_s(self) -> float:
        return self.run.used_s

    def find_claimed_s(self) -> float | None:
        """Return the drill second of the mark, or answer, with which all of T was claimed; None: never."""
        case = self.score.case
        if case is None or not case.legs:
            return self.par_s
        made_s, marks = find_made_times(self.score.replay.log), case.answer.marks
        if get_task_type(self.task.type).make_answer_form(self.task).most_marks == 1:
            return made_s[marks[-1]] if marks else None
        claims = list(zip(case.claims.appearance.tolist(), marks, strict=True))
        first_s = [min((made_s[mark] for number, mark in claims if number == leg), default=None) for leg in case.legs]
        return None if None in first_s else max(at_s for at_s in first_s if at_s is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    index: TruthIndex
    scene: Scene
    sense: PlanSense

    def search(self, task: Task, *, limit_s: float) -> ExpertResult:
        run = run_expert(task, self.scene, self.sense, limit_s=limit_s)
        score = score_attempt(task, self.index, run.events, used_s=run.used_s, finished=run.finished, limit_s=limit_s)
        return ExpertResult(task=task, run=run, score=score)

    def is_fair(self, task: Task, *, limit_s: float) -> bool:
        try:
            get_task_type(task.type).check_task(task, self.index)
        except TaskError:
            return False
        result = self.search(task, limit_s=limit_s) if can_play(task.type) else None
        return find_unfair(task, self.index, result) is None


def find_unfair(task: Task, index: TruthIndex, result: ExpertResult | None) -> str | None:
    """Return in words why a task may not be asked, None where it may.

    `index` is that of its cameras, `result` the expert's search of it under its limit, None of what the expert does not
    play. The sighting it starts from shows the student in plain sight; whoever is sought from place to place moves; and
    the expert, who sees no more than a person can, claims all of T and nobody else, the last of it within 70 % of the
    limit. Clips are cut at the end of a search: for them passing is enough.
    """
    task_type = get_task_type(task.type)
    if task.target is not None and task.known is not None and not is_in_plain_sight(index, task.person, task.known):
        return "the last sighting does not show the student in plain sight"
    if task_type.follows is not None and task.target is not None and not _moves(task, index):
        return "the student stays in one place"
    if result is None:
        return None
    claimed_s = result.find_claimed_s()
    if not result.passed or claimed_s is None:
        return f"the expert does not find it all: {result.found[0]} of {result.found[1]}"
    limit_s = result.score.replay.log.limit_s
    if result.score.case is not None and claimed_s > LATEST_SHARE * limit_s:
        return f"the expert takes {claimed_s:.0f} s of {limit_s:.0f} s to find it all"
    return None


def _moves(task: Task, index: TruthIndex) -> bool:
    """Return whether somebody is seen on two cameras, or last in another place than first; so for nobody there."""
    window, rows, zones = cut_window(index, task.window_s), index.appearance_rows, index.table.rows["zone"].to_numpy()
    legs = window.find_target(task.person)
    if not legs or len({index.appearances[leg].camera_id for leg in legs}) > 1:
        return True
    first, last = rows.table_row[rows.low[legs[0]]], window.last_table_row[legs[-1]]
    return str(zones[first]) != str(zones[last])


def make_expert(index: TruthIndex, people: pd.DataFrame, site: Site, *, numbers: Mapping[str, int]) -> Expert:
    """Seat the expert; `site` has the cameras of `index` alone, and `numbers` is what the console calls each."""
    return Expert(index=index, scene=make_scene(index, people), sense=make_plan_sense(site, numbers))

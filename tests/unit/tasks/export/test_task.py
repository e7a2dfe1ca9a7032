"""Whose evidence can be cut, and how searchers cut it badly."""

from dataclasses import replace

import numpy as np
import pytest

from sim.drill.event import Event, EventKind
from sim.errors import TaskError
from sim.services.app.score import score_attempt
from sim.tasks.common.base import Task
from sim.tasks.common.simulated_user import PERFECT, Skill, StepKind
from sim.tasks.export.judge import CUSTODY
from sim.tasks.export.task import EXPORT_TYPE
from sim.truth.index import make_truth_index
from tests.support.trace_tables import WORKED_STAYS, Stay, make_table, make_worked_table

WHOLE = (0.0, 60.0)
INDEX = make_truth_index(make_worked_table(), people_ids=frozenset({"P009"}))
TASK = Task(type="export", target="P001", window_s=WHOLE)


def test_only_people_with_two_appearances_none_too_short_can_be_cut_out() -> None:
    assert EXPORT_TYPE.make_tasks(INDEX, WHOLE) == (TASK,)
    short = [*WORKED_STAYS, Stay(camera_id="CAM-03", person_id="P001", first=450, last=469)]
    assert EXPORT_TYPE.make_tasks(make_truth_index(make_table(short)), WHOLE) == ()
    assert EXPORT_TYPE.make_tasks(INDEX, (10.0, 29.0)) == ()


def test_somebody_on_no_camera_is_refused() -> None:
    for task in (replace(TASK, target="P009"), replace(TASK, window_s=(45.0, 60.0))):
        with pytest.raises(TaskError, match="is on no camera between"):
            EXPORT_TYPE.check_task(task, INDEX)


def test_custody_asks_why_who_and_where_to() -> None:
    form = EXPORT_TYPE.make_answer_form(TASK)
    assert (form.clips, form.marks.value) == (True, "none")
    assert [field.key for field in form.fields] == ["reason", "requested-by", "goes-to"]
    assert all(len({option.value for option in field.options}) == len(field.options) > 1 for field in form.fields)
    assert set(CUSTODY) == {field.key for field in form.fields}


def score_searcher(skill: Skill, seed: int) -> dict[str, object]:
    steps = EXPORT_TYPE.search(TASK, INDEX, rng=np.random.default_rng(seed), skill=skill)
    events = [_make_event(seq, step) for seq, step in enumerate(steps, start=1) if step.kind in _PAYLOADS]
    return dict(score_attempt(TASK, INDEX, events, used_s=60.0, finished=True, limit_s=90.0).card.values)


_PAYLOADS = {
    StepKind.CLIP: lambda s: {
        "clip_id": str(s.clip_number),
        "camera_id": s.camera_id,
        "from_s": s.from_s,
        "to_s": s.t_s,
    },
    StepKind.CHOICE: lambda s: {"key": s.key, "value": s.value},
}


def _make_event(seq: int, step) -> Event:
    return Event(
        tab_id="5b0d5a76-3f0e-4a51-9d5e-0d2b8f7c1a11",
        seq=seq,
        t_client_ms=1000.0 * step.at_s,
        kind=EventKind(step.kind.value),
        payload=_PAYLOADS[step.kind](step),
    )


@pytest.mark.parametrize(
    ("change", "spoiled"),
    [
        ({}, set()),
        ({"miss_share": 1.0}, {"mean_iou", "cut_share", "outside_share"}),
        ({"follow_share": 1.0}, {"mean_iou", "cut_share", "surplus_clips"}),
        ({"place_share": 0.0}, {"mean_iou", "custody_complete"}),
    ],
)
def test_searchers_err_the_way_their_skill_says(change: dict[str, float], spoiled: set[str]) -> None:
    values = score_searcher(replace(PERFECT, **change), 3)
    right = score_searcher(PERFECT, 3)
    assert (right["mean_iou"], right["custody_complete"]) == (1.0, True)
    assert spoiled <= {key for key in right if values[key] != right[key]} <= spoiled | {"cut_share"}


def test_in_a_drill_clips_that_cannot_be_are_left_out_and_there_is_no_trace_to_show() -> None:
    wrong = {"clip_id": "x", "camera_id": "CAM-77", "from_s": 0.0, "to_s": 5.0}
    right = {"clip_id": "y", "camera_id": "CAM-01", "from_s": 0.0, "to_s": 9.9}
    events = [
        Event(
            tab_id="5b0d5a76-3f0e-4a51-9d5e-0d2b8f7c1a11",
            seq=seq,
            t_client_ms=1.0 * seq,
            kind=EventKind.CLIP,
            payload=payload,
        )
        for seq, payload in enumerate((wrong, right), start=1)
    ]
    score = score_attempt(TASK, INDEX, events, used_s=60.0, finished=True, limit_s=90.0)
    assert score.card.values["cut_share"] == pytest.approx(1 / 3)
    assert score.card.values["surplus_clips"] == 0
    assert score.case is None

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.drill.replay import replay
from sim.drill.simulated import simulate
from sim.scoring.metric import MetricValue
from sim.tasks.common.base import Task
from sim.tasks.common.flaw import mark_clearest
from sim.tasks.common.simulated_user import FOLLOWER, NOVICE, PERFECT, SKILLS, SLOW, TRAINED, Skill, StepKind
from sim.tasks.trace import TRACE_TYPE, search_trace
from sim.truth.index import TruthIndex, make_truth_index
from sim.truth.window import cut_window
from tests.support.trace_tables import OTHER_BOX, Stay, make_random_table, make_table, make_worked_table

TASK = Task(type="trace", target="P001", window_s=(0.0, 60.0))
SMALL, TALL = (100.0, 100.0, 120.0, 140.0), (500.0, 100.0, 540.0, 240.0)


def test_the_clearest_row_is_tall_and_not_hidden() -> None:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=9, box_xyxy=SMALL),
        Stay(camera_id="CAM-01", person_id="P001", first=10, last=19, box_xyxy=TALL),
        Stay(camera_id="CAM-01", person_id="P001", first=20, last=29, box_xyxy=(500, 80, 540, 260), visible=0.3),
    ]
    mark = mark_clearest(cut_window(make_truth_index(make_table(stays)), (0.0, 60.0)), 0)
    assert mark.t_s == 1.0
    assert TALL[0] < mark.x * 960 < TALL[2]
    assert TALL[1] < mark.y * 540 < TALL[3]
    late = mark_clearest(cut_window(make_truth_index(make_table(stays)), (2.5, 60.0)), 0)
    assert 2.5 <= late.t_s <= 2.9


def test_a_follower_marks_the_look_alike_when_one_is_near() -> None:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=99),
        Stay(camera_id="CAM-01", person_id="P002", first=0, last=99, box_xyxy=OTHER_BOX),
        Stay(camera_id="CAM-03", person_id="P003", first=0, last=99),
    ]
    index = make_truth_index(make_table(stays))
    skill = replace(FOLLOWER, follow_share=1.0, detours=0.0)

    def find_cameras(look_alikes: tuple[str, ...]) -> set[str | None]:
        seeds = [
            search_trace(TASK, index, rng=np.random.default_rng(n), skill=skill, look_alikes=look_alikes)
            for n in range(5)
        ]
        return {step.camera_id for steps in seeds for step in steps if step.kind is StepKind.MARK}

    assert find_cameras(("P003",)) == {"CAM-03"}
    assert find_cameras(()) == {"CAM-01"}


def test_time_only_goes_forward_and_the_seed_decides() -> None:
    index = make_truth_index(make_worked_table())
    steps = search_trace(TASK, index, rng=np.random.default_rng(7), skill=NOVICE)
    times = [step.at_s for step in steps]
    assert times == sorted(times)
    assert steps == search_trace(TASK, index, rng=np.random.default_rng(7), skill=NOVICE)
    assert steps != search_trace(TASK, index, rng=np.random.default_rng(8), skill=NOVICE)


def test_an_absent_target_is_reported_as_such() -> None:
    index = make_truth_index(make_worked_table(), people_ids=frozenset({"P009"}))
    absent = replace(TASK, target="P009")
    steps = search_trace(absent, index, rng=np.random.default_rng(0), skill=PERFECT)
    assert [(s.not_on_camera, s.final_zone) for s in steps if s.kind is StepKind.SUBMIT] == [(True, None)]
    card = TRACE_TYPE.score(absent, TRACE_TYPE.answer_perfectly(absent, index), index)
    assert card.values["absence_right"] is True


@pytest.mark.parametrize("change", [{"miss_share": 1.1}, {"follow_share": -0.1}, {"pace_s": 0.0}, {"detours": -1.0}])
def test_impossible_skills_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        Skill(**{**{f: getattr(PERFECT, f) for f in Skill.__slots__}, **change})


@cache
def make_play_index() -> TruthIndex:
    return make_truth_index(make_random_table(np.random.default_rng(3), frames=600))


def play(skill: Skill, seed: int) -> dict[str, MetricValue]:
    index = make_play_index()
    task = Task(type="trace", target="P001", window_s=(0.0, 60.0))
    rng = np.random.default_rng(seed)
    events = simulate(task, index, rng=rng, skill=skill, limit_s=4000.0, look_alikes=("P002",))
    folded = replay(events, used_s=events[-1].t_client_ms / 1000.0, finished=True, limit_s=4000.0)
    return dict(TRACE_TYPE.score(task, folded.answer, index, log=folded.log).values)


def test_searchers_miss_follow_and_dawdle_as_much_as_their_skill_says() -> None:
    keys = ("idf1", "appearance_recall", "wrong_person_s", "completion_time_s")
    means = {
        skill.name: {key: float(np.mean([float(play(skill, seed)[key] or 0) for seed in range(12)])) for key in keys}
        for skill in SKILLS
    }
    assert means[NOVICE.name]["appearance_recall"] < means[TRAINED.name]["appearance_recall"] < 1.0
    assert means[FOLLOWER.name]["wrong_person_s"] > means[TRAINED.name]["wrong_person_s"] > 0
    assert means[SLOW.name]["idf1"] == 1.0
    assert means[SLOW.name]["completion_time_s"] > 3 * means[PERFECT.name]["completion_time_s"]

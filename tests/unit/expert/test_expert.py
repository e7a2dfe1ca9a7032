"""The expert sees no more than a person: what no open picture shows changes nothing, and the plan does the rest."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.app.score import load_truth_index, score_attempt
from sim.attempt.events import EventKind
from sim.errors import TaskError
from sim.expert.attention import Watched
from sim.expert.eyes import LEAST_PX, MISREAD, TRAITS, OpenPicture, Scene, SeenPerson, look, make_scene
from sim.expert.plan_sense import PlanSense, make_plan_sense
from sim.expert.run import ExpertRun, run_expert
from sim.footage.recording.open import Recording, load_people, open_recording
from sim.tasks.common.task import Task
from sim.truth.index import TruthIndex, make_truth_index
from sim.truth.table import make_truth_table
from tests.support.shipped_forms import FORMS
from tests.support.story_truth import SHIPPED, load_story_index
from tests.support.trace_tables import Stay, make_people, make_table

LIMIT_S = 300.0
Spied = tuple[ExpertRun, set[tuple[str, int]]]


def read_plan(recording: Recording) -> PlanSense:
    cameras = recording.site.cameras
    return make_plan_sense(recording.site, {camera.camera_id: n for n, camera in enumerate(cameras, start=1)})


@pytest.fixture(scope="module")
def tiny_truth(tiny_recording: Recording) -> tuple[TruthIndex, pd.DataFrame, PlanSense]:
    return load_truth_index(tiny_recording), load_people(tiny_recording), read_plan(tiny_recording)


@pytest.fixture(scope="module")
def shipped_truth() -> tuple[TruthIndex, pd.DataFrame, PlanSense]:
    recording = open_recording(SHIPPED)
    return load_story_index(), load_people(recording), read_plan(recording)


def spy(task: Task, index: TruthIndex, people: pd.DataFrame, sense: PlanSense, *, seed: int, limit_s: float) -> Spied:
    opened: set[tuple[str, int]] = set()

    def watch(scene: Scene, picture: OpenPicture, **given: object) -> tuple[SeenPerson, ...]:
        opened.add((picture.camera_id, min(int(picture.t_s * index.table.fps + 0.5), index.table.frame_count - 1)))
        return look(scene, picture, **given)  # type: ignore[arg-type]

    run = run_expert(task, make_scene(index, people), sense, limit_s=limit_s, seed=seed, eyes=watch)
    return run, opened


def change_unseen(index: TruthIndex, opened: set[tuple[str, int]], rng: np.random.Generator) -> TruthIndex:
    rows = index.table.rows
    is_open = np.array(
        [(camera, frame) in opened for camera, frame in zip(rows["camera_id"], rows["frame"], strict=True)]
    )
    kept = rows[is_open]
    other = rows[~is_open].sample(frac=0.4, random_state=int(rng.integers(1 << 30))).copy()
    shift = rng.uniform(-80, 80, len(other)).astype(np.float32)
    other["x1"], other["x2"] = other["x1"] + shift, other["x2"] + shift
    other["zone"] = rng.permutation(other["zone"].to_numpy())
    table = make_truth_table(
        pd.concat([kept, other]),
        fps=index.table.fps,
        duration_s=index.table.duration_s,
        picture_wh=index.table.picture_wh,
        floor_zones=index.table.floor_zones,
    )
    return make_truth_index(table, people_ids=frozenset(index.person_ids), site=index.site, events=index.events)


def forget_silhouettes(index: TruthIndex) -> TruthIndex:
    return make_truth_index(index.table, people_ids=frozenset(index.person_ids), site=index.site, events=index.events)


def check_blind(
    task: Task, index: TruthIndex, people: pd.DataFrame, sense: PlanSense, *, seed: int, limit_s: float
) -> None:
    bare = forget_silhouettes(index)
    run, opened = spy(task, bare, people, sense, seed=seed, limit_s=limit_s)
    assert opened
    changed = change_unseen(bare, opened, np.random.default_rng(seed))
    assert len(changed.table.rows) < len(bare.table.rows)
    again, looked = spy(task, changed, people, sense, seed=seed, limit_s=limit_s)
    assert looked == opened
    assert again == run


@pytest.mark.parametrize("task_type", ["trace", "locate", "origin", "export"])
def test_what_no_open_picture_shows_changes_nothing(
    task_type: str, tiny_truth: tuple[TruthIndex, pd.DataFrame, PlanSense]
) -> None:
    index, people, sense = tiny_truth
    for seed, person in enumerate(index.person_ids):
        task = Task(type=task_type, target=person, window_s=(0.0, index.table.duration_s))
        check_blind(task, index, people, sense, seed=seed, limit_s=LIMIT_S)


def test_nor_on_the_shipped_recording(shipped_truth: tuple[TruthIndex, pd.DataFrame, PlanSense]) -> None:
    form = next(form for form in FORMS.forms if form.form_id == f"{SHIPPED.name}-practice-2")
    assert form.known is not None
    index, people, sense = shipped_truth
    check_blind(form.task, index, people, sense, seed=5, limit_s=form.limit_s)


def test_a_change_in_an_open_picture_does_change_the_search(
    tiny_truth: tuple[TruthIndex, pd.DataFrame, PlanSense],
) -> None:
    index, people, sense = tiny_truth
    task = Task(type="trace", target=index.person_ids[0], window_s=(0.0, index.table.duration_s))
    run, _ = spy(task, forget_silhouettes(index), people, sense, seed=0, limit_s=LIMIT_S)
    rows = index.table.rows[index.table.rows["person_id"] != index.person_ids[0]]
    table = make_truth_table(
        rows, fps=index.table.fps, duration_s=index.table.duration_s, picture_wh=index.table.picture_wh
    )
    gone = make_truth_index(table, people_ids=frozenset(index.person_ids), site=index.site, events=index.events)
    without, _ = spy(task, gone, people, sense, seed=0, limit_s=LIMIT_S)
    assert without != run


def test_small_people_are_not_noticed_and_clothes_are_read_with_the_stated_error() -> None:
    tall, small = (400.0, 100.0, 480.0, 340.0), (600.0, 200.0, 602.0, 206.0)
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=9, box_xyxy=tall),
        Stay(camera_id="CAM-01", person_id="P002", first=0, last=9, box_xyxy=small),
        Stay(camera_id="CAM-02", person_id="P003", first=0, last=9),
    ]
    people = make_people({"P001": {}, "P002": {}, "P003": {}})
    scene = make_scene(make_truth_index(make_table(stays)), people)
    rng = np.random.default_rng(1)
    picture = OpenPicture(camera_id="CAM-01", t_s=0.5, shown_px=960.0)
    seen = [look(scene, picture, described=scene.describe("P001"), rng=rng) for _ in range(2000)]
    assert {each.blob for people_seen in seen for each in people_seen} == {"P001"}
    assert LEAST_PX > 206 - 200
    reads = np.array([people_seen[0].reads for people_seen in seen])
    assert (reads == -1).mean() == pytest.approx(MISREAD, abs=0.005)
    assert (reads != 0).mean() > 0.999
    tiny = replace(picture, shown_px=70.0)
    reads = np.array([look(scene, tiny, described=scene.describe("P001"), rng=rng)[0].reads for _ in range(300)])
    assert (reads[:, 6] == 0).mean() > 0.9, "hardly any shoes on somebody shown 17 px tall"


def test_captions_and_events_fit_the_drill_and_say_the_next_cameras(
    shipped_truth: tuple[TruthIndex, pd.DataFrame, PlanSense],
) -> None:
    form = next(form for form in FORMS.practice if form.type == "trace" and form.known is not None)
    assert form.known is not None
    number = int(str(form.known.camera_id).removeprefix("CAM-"))
    index, people, sense = shipped_truth
    run = run_expert(form.task, make_scene(index, people), sense, limit_s=form.limit_s)
    assert run.captions[0].text == f"Start where they were last seen: camera {number}."
    assert any("it is nearer" in caption.text or "comes next" in caption.text for caption in run.captions)
    times = [caption.at_s for caption in run.captions]
    assert times == sorted(times)
    assert times[-1] <= run.used_s <= form.limit_s
    assert [event.kind for event in run.events][-1] is EventKind.SUBMIT
    score = score_attempt(form.task, index, run.events, used_s=run.used_s, finished=run.finished, limit_s=form.limit_s)
    assert score.card.passed
    assert run == run_expert(form.task, make_scene(index, people), sense, limit_s=form.limit_s)


def test_the_expert_refuses_what_it_does_not_play(tiny_truth: tuple[TruthIndex, pd.DataFrame, PlanSense]) -> None:
    index, people, sense = tiny_truth
    task = Task(type="alarm", window_s=(0.0, 10.0))
    with pytest.raises(TaskError, match=r"does not play alarm tasks.*trace"):
        run_expert(task, make_scene(index, people), sense, limit_s=LIMIT_S)


def test_the_eyes_see_what_is_worn_at_that_moment(shipped_truth: tuple[TruthIndex, pd.DataFrame, PlanSense]) -> None:
    index, people, _ = shipped_truth
    scene = make_scene(index, people)
    (swap,) = [event for event in index.events if event.kind == "jacket-swap" and len(event.person_ids) == 2]
    (given,) = [event for event in index.events if event.kind == "hand-over"]
    codes = np.array([index.get_person_code(person) for person in (*swap.person_ids, *given.person_ids)])
    before = scene.find_worn(codes, min(swap.start_s, given.start_s) - 1.0)
    after = scene.find_worn(codes, max(swap.end_s, given.end_s) + 1.0)
    tops, bags = [TRAITS.index("top_colour"), TRAITS.index("top_kind")], [TRAITS.index("bag_kind")]
    assert (after[:2, tops] == before[[1, 0]][:, tops]).all()
    assert (before[0, tops] != before[1, tops]).any()
    assert (after[3, bags] == before[2, bags]).all()
    assert (after[2, bags] != before[2, bags]).all()
    rest = [place for place in range(len(TRAITS)) if place not in {*tops, *bags, TRAITS.index("bag_colour")}]
    assert (after[:, rest] == before[:, rest]).all()
    assert (scene.describe(swap.person_ids[0]) == before[0]).all(), "the briefing tells what was worn at first"


def test_headwear_and_hair_are_seen_as_the_briefing_tells_them() -> None:
    told = {
        "P001": "grey hoodie, blue jeans, white shoes, black backpack, black cap, short brown hair",
        "P002": "grey hoodie, blue jeans, white shoes, black backpack, short brown hair, glasses",
        "P003": "grey hoodie, blue jeans, white shoes, black backpack, brown hair in a bun, lanyard",
        "P004": "grey hoodie, blue jeans, white shoes, black backpack, hood up",
    }
    stays = [Stay(camera_id="CAM-01", person_id=person, first=0, last=9) for person in told]
    people = make_people({person: {"descriptor": words} for person, words in told.items()})
    scene = make_scene(make_truth_index(make_table(stays)), people)
    head, hair = (scene.clothes[:, TRAITS.index(trait)] for trait in ("headwear", "hair_style"))
    assert head[1] == head[2]
    assert len({*head.tolist()}) == 3
    assert hair[0] == hair[1]
    assert len({*hair.tolist()}) == 3


def test_a_place_is_pulled_up_on_the_camera_that_covers_it_by_the_plan(
    tiny_truth: tuple[TruthIndex, pd.DataFrame, PlanSense],
) -> None:
    index, people, sense = tiny_truth
    places = {space.zone_id: space.name for space in sense.site.spaces}
    task = Task(type="pull-up", window_s=(0.0, 10.0), params={"places": places})
    run = run_expert(task, make_scene(index, people), sense, limit_s=LIMIT_S)
    chosen = {event.payload["key"]: event.payload["value"] for event in run.events if event.kind is EventKind.CHOICE}
    assert chosen["lobby"] == "CAM-01"
    assert set(chosen.values()) <= set(index.camera_ids)
    assert run.finished
    point = sense.find_nearest(3.0, 2.0, "f1")
    walks = sense.list_next(point)
    assert walks[0] == (0.0, "CAM-01")
    assert [camera for _, camera in walks] == ["CAM-01", "CAM-02", "CAM-03", "CAM-04"]
    assert sense.find_zone("CAM-01", 0.5, 0.5) == "lobby"


def watch(**reads: int) -> Watched:
    watched = Watched(last_s=0.0)
    for _ in range(2):
        watched.add(np.array([reads.get(trait, 1) for trait in TRAITS], dtype=np.int8), 0.0)
    return watched

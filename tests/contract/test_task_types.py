"""One body over every task type: tasks, answers and logs, bad ones too, and what each planted error is told by."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest

from sim.app.catalog import write_right_names
from sim.app.score import AttemptScore, score_attempt
from sim.attempt.events import Event, EventKind
from sim.attempt.replay import replay
from sim.errors import AnswerError, TaskError
from sim.expert.run import simulate
from sim.features.debrief.facts import BOX_WORDS, DebriefFacts
from sim.footage.recording.open import load_people, open_recording
from sim.scoring.evidence import Answer, Mark
from sim.scoring.mark import NOBODY, resolve_marks
from sim.scoring.moments import Moment, MomentKind
from sim.scoring.score_card import Better, Judged, Metric, MetricValue, ScoreCard, is_full
from sim.tasks import TASK_TYPES
from sim.tasks.common.simulated_user import NOVICE, PERFECT, SKILLS, SLOW, Skill
from sim.tasks.common.sought import make_absent_tasks
from sim.tasks.common.task import Task, parse_answer
from sim.tasks.common.task_type import ABSENT_RULE, TaskType
from sim.truth.index import make_truth_index
from sim.truth.worn_clothes import read_first_worn
from tests.support.planted_page import BEGIN, END, PAGE, write_table
from tests.support.story_truth import SHIPPED, load_story_index, make_empty_index
from tests.support.task_files import format_answer_file, format_task_file

INDEX = load_story_index()
WINDOW_S = (0.0, INDEX.table.duration_s)
EVERY = pytest.mark.parametrize("task_type", [pytest.param(each, id=name) for name, each in TASK_TYPES.items()])
FIRST_HALF_S = (0.0, 150.0)
LIMIT_S = 4000.0
PERSON_ID = re.compile(r"\bP\d{3}\b")


def is_worse(metric: Metric, before: MetricValue, after: MetricValue) -> bool:
    if after is None or before is None:
        return after is None and before is not None
    return after < before if metric.better is Better.HIGHER else after > before


def list_tasks(task_type: TaskType, *, most: int = 6) -> tuple[Task, ...]:
    tasks = task_type.make_tasks(INDEX, WINDOW_S)
    assert tasks, "the story index must support every task type"
    return (*tasks[:: max(1, len(tasks) // most)], *list_absent_tasks(task_type)[:2])


def list_absent_tasks(task_type: TaskType) -> tuple[Task, ...]:
    return make_absent_tasks(task_type, INDEX, FIRST_HALF_S) if task_type.can_be_absent else ()


def play(task_type: TaskType, task: Task, skill: Skill, seed: int) -> ScoreCard:
    rng = np.random.default_rng(seed)
    events = simulate(task, INDEX, rng=rng, skill=skill, limit_s=LIMIT_S)
    used_s = events[-1].t_client_ms / 1000.0
    folded = replay(events, used_s=used_s, finished=True, limit_s=LIMIT_S)
    return task_type.score(task, folded.answer, INDEX, log=folded.log)


def list_answer_keys(task_type: TaskType) -> set[str]:
    return {m.key for m in task_type.metrics if not m.needs_log and m.better is not Better.NEITHER}


def average(values: list[MetricValue]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return float(np.mean(known)) if known else None


def measures_answer(metric: Metric, values: dict[str, MetricValue]) -> bool:
    return not metric.needs_log and metric.better is not Better.NEITHER and values.get(metric.key) is not None


@EVERY
def test_the_tasks_it_makes_are_answerable_and_give_nothing_away(task_type: TaskType) -> None:
    for task in list_tasks(task_type):
        task_type.check_task(task, INDEX)
        assert task.type == task_type.name
        shown = json.dumps([task_type.make_question(task), task_type.make_answer_form(task).as_data()])
        assert not PERSON_ID.search(shown)


@EVERY
def test_a_recording_without_what_it_asks_about_makes_no_task(task_type: TaskType) -> None:
    empty = make_empty_index()
    assert task_type.make_tasks(empty, (0.0, 60.0)) == ()
    task = replace(list_tasks(task_type, most=1)[0], window_s=(0.0, 30.0))
    with pytest.raises(TaskError):
        task_type.check_task(task, empty)
    with pytest.raises(TaskError):
        score_attempt(task, empty, [], used_s=9.0, finished=True, limit_s=LIMIT_S)


@EVERY
def test_a_recording_whose_events_and_site_are_not_known_supports_only_what_sightings_tell(task_type: TaskType) -> None:
    bare = make_truth_index(INDEX.table)
    assert bool(task_type.make_tasks(bare, WINDOW_S)) == (task_type.name in {"trace", "locate", "export"})
    task = list_tasks(task_type, most=1)[0]
    if task_type.name in {"trace", "locate", "export", "pull-up"}:
        task_type.check_task(task, bare)
        return
    with pytest.raises(TaskError):
        task_type.check_task(task, bare)
    with pytest.raises(TaskError):
        task_type.score(task, Answer(), bare)


@EVERY
def test_the_answer_from_truth_gets_full_marks(task_type: TaskType) -> None:
    judged: set[str] = set()
    for task in list_tasks(task_type):
        card = task_type.score(task, task_type.answer_perfectly(task, INDEX), INDEX)
        values = dict(card.values)
        short = [m.key for m in task_type.metrics if measures_answer(m, values) and not is_full(m, values[m.key])]
        assert short == [], (task, values)
        assert card.passed is not False
        judged |= {metric.key for metric in task_type.metrics if measures_answer(metric, values)}
    assert judged == list_answer_keys(task_type)


@EVERY
def test_each_planted_error_lowers_only_its_own_sub_scores(task_type: TaskType) -> None:
    hurt: dict[str, set[str]] = {}
    said: dict[str, frozenset[str]] = {}
    for task in list_tasks(task_type, most=8):
        right = dict(task_type.score(task, task_type.answer_perfectly(task, INDEX), INDEX).values)
        for flaw in task_type.answer_wrongly(task, INDEX):
            wrong = dict(task_type.score(task, flaw.answer, INDEX).values)
            changed = {m.key for m in task_type.metrics if right.get(m.key) != wrong.get(m.key)}
            assert changed <= flaw.hurts, (flaw.name, task)
            directed = [m for m in task_type.metrics if m.key in changed and m.better is not Better.NEITHER]
            assert [m.key for m in directed if is_worse(m, right[m.key], wrong[m.key])], (flaw.name, task)
            assert [
                m.key for m in directed if is_worse(m, wrong[m.key], right[m.key]) and right[m.key] is not None
            ] == []
            hurt.setdefault(flaw.name, set()).update(changed)
            said[flaw.name] = flaw.hurts & {m.key for m in task_type.metrics}
    assert hurt == said, "a flaw names a measure that it never changes"
    assert len(hurt) >= 2
    assert set().union(*hurt.values()) >= list_answer_keys(task_type), "no flaw hurts this measure"


@EVERY
def test_searchers_err_the_way_they_are_made(task_type: TaskType) -> None:
    tasks = list_tasks(task_type, most=3)
    cards = {
        skill.name: [play(task_type, task, skill, seed) for task in tasks for seed in range(2)] for skill in SKILLS
    }
    passed = {name: np.mean([card.passed is True for card in some]) for name, some in cards.items()}
    times = {name: np.mean([float(c.values["completion_time_s"] or 0) for c in some]) for name, some in cards.items()}
    assert passed[PERFECT.name] == 1.0
    assert passed[NOVICE.name] < passed[PERFECT.name]
    assert times[SLOW.name] > 2 * times[PERFECT.name]
    directed = [m for m in task_type.metrics if not m.needs_log and m.better is not Better.NEITHER]
    means = {
        name: {m.key: average([card.values.get(m.key) for card in some]) for m in directed}
        for name, some in cards.items()
    }
    full, novice = means[PERFECT.name], means[NOVICE.name]
    assert [m.key for m in directed if is_worse(m, novice[m.key], full[m.key]) and full[m.key] is not None] == []
    assert [m.key for m in directed if is_worse(m, full[m.key], novice[m.key])], "in expectation a novice does worse"


@EVERY
def test_files_are_read_and_wrong_ones_named(task_type: TaskType) -> None:
    task = list_tasks(task_type)[0]
    data = {"type": task.type, "window_s": list(task.window_s), **task.params}
    if task.target is not None:
        data["target"] = task.target
    assert task_type.parse_task(json.dumps(data), source="t.json") == task
    answer = parse_answer('{"marks": [{"camera_id": "CAM-01", "t_s": 1, "x": 0, "y": 1}]}', source="a.json")
    assert answer == Answer(marks=(Mark(camera_id="CAM-01", t_s=1.0, x=0.0, y=1.0),))
    assert task_type.parse_task(format_task_file(task), source="t.json") == task
    perfect = task_type.answer_perfectly(task, INDEX)
    assert parse_answer(format_answer_file(perfect), source="a.json") == perfect
    for text, words in (
        ("", "t.json: "),
        ("[]", "t.json: "),
        (json.dumps({key: value for key, value in data.items() if key != "window_s"}), "t.json, window_s"),
        (json.dumps({**data, "window_s": [0, "1"]}), "t.json, window_s.1"),
        (json.dumps({**data, "x": 1}), "t.json, x"),
    ):
        with pytest.raises(TaskError, match=words):
            task_type.parse_task(text, source="t.json")
    for text, words in (
        ("no", "a.json: Invalid JSON"),
        ("{}", "a.json, marks"),
        ('{"marks": [{"camera_id": "CAM-01", "t_s": 1, "x": 0}]}', r"a.json, marks.0.y"),
        ('{"marks": [{"camera_id": "CAM-01", "t_s": "1", "x": 0, "y": 0}]}', r"a.json, marks.0.t_s"),
        ('{"marks": [], "not_on_camera": 1}', "a.json, not_on_camera"),
        ('{"marks": [], "choices": {"a": 1}}', "a.json, choices.a"),
    ):
        with pytest.raises(AnswerError, match=words):
            parse_answer(text, source="a.json")


@EVERY
def test_unknown_people_and_times_that_are_no_numbers_are_refused(task_type: TaskType) -> None:
    task = list_tasks(task_type)[0]
    if task.target is not None:
        with pytest.raises(TaskError, match="P777"):
            task_type.check_task(replace(task, target="P777"), INDEX)
        with pytest.raises(TaskError, match="needs a person"):
            task_type.check_task(replace(task, target=None), INDEX)
    with pytest.raises(TaskError, match="window_s"):
        task_type.check_task(replace(task, window_s=(-5.0, 10.0)), INDEX)
    answer = Answer(marks=(Mark(camera_id="CAM-01", t_s=float("nan"), x=0.0, y=0.0),))
    with pytest.raises(AnswerError, match="t_s is nan"):
        task_type.score(task, answer, INDEX)


@EVERY
def test_who_is_on_no_camera_is_asked_about_only_where_the_hand_in_can_say_so(task_type: TaskType) -> None:
    task = list_tasks(task_type)[0]
    assert task_type.make_answer_form(task).asks_absent is task_type.can_be_absent
    assert (ABSENT_RULE in task_type.pass_rule) is task_type.can_be_absent
    if not task_type.can_be_absent:
        with pytest.raises(TaskError, match="no absent person"):
            make_absent_tasks(task_type, INDEX, FIRST_HALF_S)
        if task.target is not None:
            people = frozenset({*INDEX.person_ids, "P900"})
            known = make_truth_index(INDEX.table, people_ids=people, events=INDEX.events, site=INDEX.site)
            with pytest.raises(TaskError, match="P900"):
                task_type.check_task(replace(task, target="P900"), known)
    if task_type.can_be_absent:
        answer = Answer(not_on_camera=True)
        case = task_type.make_case(task, answer, INDEX)
        said_so = Judged(card=task_type.make_card(case), case=case, answer=answer)
        cameras = {leg.camera_id for leg in INDEX.find_appearances(task.person)}
        verdict = task_type.write_verdict(said_so, task)
        assert verdict.startswith("Not yet. You said they were on no camera. They were on "), verdict
        assert int(verdict.split()[-2]) <= len(cameras)
        (advice,) = task_type.write_advice(said_so, task)
        assert "before you say" in advice.sentence.lower()
    rows = INDEX.table.rows
    for absent in list_absent_tasks(task_type):
        assert not ((rows["person_id"] == absent.person) & (rows["t_s"] <= FIRST_HALF_S[1])).any()
        right = task_type.score(absent, Answer(not_on_camera=True), INDEX)
        assert (right.values["absence_right"], right.passed) == (True, None)
        spot = Mark(camera_id="CAM-01", t_s=absent.window_s[0], x=0.5, y=0.5)
        for wrong in (Answer(), Answer(final_zone="lobby"), Answer(not_on_camera=True, marks=(spot,))):
            assert task_type.score(absent, wrong, INDEX).passed is False
        assert task_type.make_question(absent) == task_type.make_question(task)
        assert task_type.make_answer_form(absent) == task_type.make_answer_form(task)


@pytest.mark.slow
def test_the_table_of_planted_errors_is_what_its_command_prints() -> None:
    printed = PAGE.read_text(encoding="utf-8").partition(BEGIN + "\n")[2].partition("\n" + END)[0]
    assert printed == write_table(INDEX), "run `python -m tests.support.planted_page`"


NOON = datetime(2026, 9, 14, 12, 0, 0, tzinfo=UTC)


@cache
def get_task(task_type: TaskType) -> Task:
    return task_type.make_tasks(INDEX, WINDOW_S)[0]


@cache
def get_log(task_type: TaskType) -> tuple[Event, ...]:
    return simulate(get_task(task_type), INDEX, rng=np.random.default_rng(9), skill=PERFECT, limit_s=LIMIT_S)


def score(task_type: TaskType, events: Sequence[Event]) -> AttemptScore:
    return score_attempt(get_task(task_type), INDEX, events, used_s=500.0, finished=True, limit_s=LIMIT_S)


def judge(task_type: TaskType, answer: Answer) -> dict[str, object]:
    data = task_type.score(get_task(task_type), answer, INDEX).as_data()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    return data


def pick_marks(task: Task, count: int) -> tuple[Mark, ...]:
    rng = np.random.default_rng(3)
    cameras = rng.choice(list(INDEX.camera_ids), count).tolist()
    times, xs, ys = rng.uniform(*task.window_s, count), rng.random(count), rng.random(count)
    return tuple(
        Mark(camera_id=camera, t_s=float(t_s), x=float(x), y=float(y))
        for camera, t_s, x, y in zip(cameras, times, xs, ys, strict=True)
    )


def move_off(mark: Mark) -> Mark:
    others = [replace(mark, camera_id=camera) for camera in INDEX.camera_ids if camera != mark.camera_id]
    return next(each for each in others if int(resolve_marks(INDEX, (each,)).person[0]) == NOBODY)


@EVERY
def test_ten_thousand_marks_are_judged_and_repeating_them_changes_nothing(task_type: TaskType) -> None:
    perfect = task_type.answer_perfectly(get_task(task_type), INDEX)
    many = replace(perfect, marks=pick_marks(get_task(task_type), 10_000))
    data = judge(task_type, many)
    if perfect.marks:
        assert data["passed"] is False
    else:
        assert data == judge(task_type, perfect), "a type that asks for no marks must not judge them"
    again = judge(task_type, replace(many, marks=many.marks * 2))
    assert {key for key in data if data[key] != again[key]} <= {"appearance_precision"}


@EVERY
def test_every_mark_on_the_wrong_camera_is_no_pass(task_type: TaskType) -> None:
    perfect = task_type.answer_perfectly(get_task(task_type), INDEX)
    wrong = replace(perfect, marks=tuple(move_off(mark) for mark in perfect.marks))
    if not perfect.marks:
        wrong = replace(perfect, marks=tuple(move_off(mark) for mark in pick_marks(get_task(task_type), 5)))
        assert judge(task_type, wrong) == judge(task_type, perfect)
        return
    data = judge(task_type, wrong)
    assert data["passed"] is False
    assert data.get("appearance_recall", 0.0) == 0.0
    assert not data.get("right_person")


@EVERY
def test_doubled_marks_and_clips(task_type: TaskType) -> None:
    perfect = task_type.answer_perfectly(get_task(task_type), INDEX)
    once = judge(task_type, perfect)
    twice = judge(task_type, replace(perfect, marks=perfect.marks * 2, clips=perfect.clips * 2))
    changed = {key for key in once if once[key] != twice[key]}
    assert changed == ({"surplus_clips"} if perfect.clips else set())
    assert twice.get("surplus_clips", len(perfect.clips)) == len(perfect.clips)


@EVERY
def test_missing_events_leave_a_defined_result(task_type: TaskType) -> None:
    events = get_log(task_type)
    rng = np.random.default_rng(2)
    for _ in range(5):
        some = [event for event in events if rng.random() < 0.6]
        json.dumps(score(task_type, some).card.as_data(), allow_nan=False)
    nothing = score(task_type, [])
    assert nothing.card.passed is False
    assert nothing.replay.answer == Answer()


SAYS_IT_WAS_GIVEN = re.compile(r"Your mark|than you said|[Aa]nother (entrance|camera)|misjudged|seen elsewhere")
FOR_WHO_PASSED = re.compile(r"harder|shorter limit|less time|on a phone|more appearances|many others|view for each")


@EVERY
def test_an_empty_answer_is_told_as_none(task_type: TaskType) -> None:
    for task in list_some_tasks(task_type):
        assert any(not moment.is_good for moment in task_type.find_moments(task, Answer(), INDEX))
        score = score_attempt(task, INDEX, [], used_s=240.0, finished=False, limit_s=240.0)
        said = [task_type.write_verdict(score, task), *(part.sentence for part in task_type.write_parts(score, task))]
        assert not [sentence for sentence in said if SAYS_IT_WAS_GIVEN.search(sentence)]


@EVERY
def test_who_did_not_pass_is_not_sent_to_something_harder(task_type: TaskType) -> None:
    for task in task_type.make_tasks(INDEX, WINDOW_S)[:4]:
        done = simulate(task, INDEX, rng=np.random.default_rng(1), skill=PERFECT, limit_s=6000.0, look_alikes=())
        for events in ([], [event for event in done if event.kind is not EventKind.SUBMIT]):
            score = score_attempt(task, INDEX, events, used_s=6000.0, finished=False, limit_s=6000.0)
            assert score.card.passed is False
            advice = [each.sentence for each in task_type.write_advice(score, task)]
            assert advice
            assert not [sentence for sentence in advice if FOR_WHO_PASSED.search(sentence)]


RECORDING = open_recording(SHIPPED)

NAMED_BY: Mapping[str, frozenset[MomentKind]] = {
    "a leg missed": frozenset({MomentKind.MISSED, MomentKind.LOST}),
    "someone else marked": frozenset({MomentKind.WRONG_PERSON}),
    "absence not said": frozenset({MomentKind.NOT_ABSENT}),
    "someone marked for one who is absent": frozenset({MomentKind.WRONG_PERSON}),
    "wrong place": frozenset({MomentKind.WRONG_PLACE}),
    "nobody at the spot marked": frozenset({MomentKind.NOBODY}),
    "wrong door": frozenset({MomentKind.WRONG_DOOR}),
    "no door": frozenset({MomentKind.WRONG_DOOR}),
    "marked too early": frozenset({MomentKind.NOT_LAST}),
    "nobody marked": frozenset({MomentKind.NO_MARK}),
    "no mark": frozenset({MomentKind.NO_MARK}),
    "the same student marked": frozenset({MomentKind.WRONG_PERSON}),
    "far from the moment": frozenset({MomentKind.FAR_OFF}),
    "wrong time": frozenset({MomentKind.WRONG_TIME}),
    "wrong point": frozenset({MomentKind.WRONG_POINT}),
    "judged complete": frozenset({MomentKind.WRONG_VERDICT}),
    "judged not-complete": frozenset({MomentKind.WRONG_VERDICT}),
    "judged cannot-tell": frozenset({MomentKind.WRONG_VERDICT}),
    "let go": frozenset({MomentKind.WRONG_VERDICT}),
    "flagged": frozenset({MomentKind.WRONG_VERDICT}),
    "undecided": frozenset({MomentKind.WRONG_VERDICT}),
    "wrong camera": frozenset({MomentKind.WRONG_CALL, MomentKind.WRONG_CAMERA, MomentKind.WRONG_FAULT}),
    "no camera": frozenset({MomentKind.WRONG_CALL}),
    "an appearance not cut": frozenset({MomentKind.NOT_CUT}),
    "a clip cut short": frozenset({MomentKind.BAD_ENDS}),
    "someone else cut out": frozenset({MomentKind.SURPLUS}),
    "custody not noted": frozenset({MomentKind.CUSTODY}),
    "a camera missing": frozenset({MomentKind.NOT_IN_VIEW}),
    "order wrong": frozenset({MomentKind.ORDER}),
}
"""By which kinds a planted error is told; a new one needs its line here, and a moment."""

WITHOUT_FRAME = frozenset({MomentKind.CUSTODY, MomentKind.ORDER, MomentKind.NOT_ABSENT})


def list_some_tasks(task_type: TaskType) -> tuple[Task, ...]:
    tasks = task_type.make_tasks(INDEX, WINDOW_S)
    return tasks[:: max(1, len(tasks) // 6)]


def make_facts(task: Task, task_type: TaskType) -> DebriefFacts:
    return DebriefFacts(
        index=INDEX,
        start=datetime(2026, 10, 14, 8, 0),
        cameras=write_right_names(RECORDING),
        first_worn=read_first_worn(load_people(RECORDING)),
        look_alikes=lambda _: (),
        get_links=dict,
        task_type=task_type,
        form=task_type.make_answer_form(task),
    )


def check_frames(moment: Moment) -> None:
    for scene in moment.scenes:
        assert 0 <= scene.frame < INDEX.table.frame_count
        width, height = INDEX.table.picture_wh[scene.camera_id]
        for boxed in scene.boxes:
            x1, y1, x2, y2 = boxed.box_xyxy
            assert max(x1, 0) < min(x2, width)
            assert max(y1, 0) < min(y2, height)
            assert BOX_WORDS[boxed.role]


@EVERY
def test_each_planted_error_is_told_and_shown(task_type: TaskType) -> None:
    met: set[str] = set()
    for task in list_some_tasks(task_type):
        facts = make_facts(task, task_type)
        for flaw in task_type.answer_wrongly(task, INDEX):
            moments = task_type.find_moments(task, flaw.answer, INDEX)
            telling = [moment for moment in moments if moment.kind in NAMED_BY[flaw.name]]
            assert telling, (flaw.name, task)
            assert any(moment.scenes or moment.kind in WITHOUT_FRAME for moment in telling), (flaw.name, task)
            for moment in moments:
                check_frames(moment)
                told = task_type.tell_moment(facts, moment)
                assert told.title
                assert told.title[-1] not in ".?!"
                assert not PERSON_ID.search(told.title + told.text), "people have no names in the debrief"
            met.add(flaw.name)
    assert len(met) >= 2

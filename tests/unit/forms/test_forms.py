import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.app.catalog import LessonFiles, load_course, load_lesson
from sim.app.score import load_truth_index
from sim.attempt.attempt import Phase
from sim.attempt.options import ProfileName
from sim.errors import NewerSchemaError, TaskError
from sim.footage.recording.open import Recording
from sim.forms.difficulty import (
    OUTFIT_WEIGHTS,
    compute_difficulty,
    compute_index,
    compute_outfit_distances,
    compute_still_share,
    find_look_alikes,
)
from sim.forms.form_order import assign_form, make_latin_row
from sim.forms.forms import FormSet, check_try
from sim.forms.parallel import choose_parallel, choose_practice, choose_within, find_candidates, make_forms
from sim.program.plan import FAR_S, STEPS, StepsDone, count_steps, list_steps
from sim.tasks.common.task import Task
from sim.truth.index import make_truth_index
from tests.support.guide_log import WHOLE_GUIDE_ACTS
from tests.support.trace_tables import OTHER_BOX, WORKED_STAYS, Stay, make_people, make_table, make_walkers_table

WINDOW = (0.0, 60.0)
COLOURS = ("grey", "red", "black", "green", "white")


def _dress(number: int) -> dict[str, str]:
    way = number // 5
    return {
        "top_colour": COLOURS[number % 5],
        "top_kind": ("hoodie", "T-shirt")[way % 2],
        "bottom_colour": COLOURS[way % 5],
        "bag_kind": ("none", "backpack", "shoulder bag")[way % 3],
        "shoe_colour": COLOURS[way % 4],
        "hair_colour": COLOURS[number % 5],
    }


EVERYBODY = make_people({f"P{n:03}": _dress(n) for n in range(1, 32)} | {"P030": {"role": "staff"}})
WALKERS = make_truth_index(make_walkers_table(np.random.default_rng(5)))
CANDIDATES = find_candidates(WALKERS, EVERYBODY, window_s=WINDOW, min_legs=4)


def make_set(count: int = 6) -> FormSet:
    chosen = choose_parallel(CANDIDATES, count=count, margin=3.0)
    practice = choose_practice(CANDIDATES, chosen, count=1)
    return FormSet(
        schema_version=1,
        recording_id="rec",
        truth_sha256="0" * 64,
        difficulty_version=1,
        margin=3.0,
        spread=1.0,
        forms=make_forms(chosen, practice, recording_id="rec", limit_s=480.0, practice_limit_s=360.0),
    )


def test_parallel_forms_differ_in_person_route_and_place_but_not_in_difficulty() -> None:
    assert "P030" not in {c.task.target for c in CANDIDATES}, "staff"
    assert len(CANDIDATES) > 8
    assert all(c.difficulty.legs >= 4 and c.difficulty.faint_legs * 5 <= c.difficulty.legs for c in CANDIDATES)
    chosen = choose_parallel(CANDIDATES, count=6, margin=3.0)
    assert len({c.task.target for c in chosen}) == 6
    assert len({c.route for c in chosen}) == 6
    assert len({c.final_zone for c in chosen}) == 4, "the table has four zones"
    indices = [c.difficulty.index for c in chosen]
    assert max(indices) - min(indices) < 3.0


def test_people_with_many_faint_legs_are_not_sought() -> None:
    clear = [Stay(camera_id="CAM-01", person_id="P001", first=n * 90, last=n * 90 + 30) for n in range(4)]
    faint = Stay(camera_id="CAM-02", person_id="P001", first=595, last=640)
    for stays, expected in (([*clear, faint], ["P001"]), ([*clear[1:], faint], [])):
        index = make_truth_index(make_table(stays, duration_s=70.0))
        found = find_candidates(index, make_people({"P001": {}}), window_s=WINDOW, min_legs=4)
        assert [c.task.target for c in found] == expected


def test_two_people_on_one_route_are_not_both_chosen_nor_somebody_beside_a_look_alike() -> None:
    twin = replace(CANDIDATES[0], task=replace(CANDIDATES[0].task, target="P099"))
    assert len({c.route for c in choose_parallel((twin, *CANDIDATES), count=6, margin=3.0)}) == 6
    with pytest.raises(TaskError, match="no 2 of 2"):
        choose_parallel((twin, CANDIDATES[0]), count=2, margin=3.0)
    with pytest.raises(TaskError, match=r"no 6 of \d+ candidates.*wider margin"):
        choose_parallel(CANDIDATES, count=6, margin=1e-6)
    chosen = choose_parallel(CANDIDATES, count=4, margin=3.0)
    shared = [replace(c, look_alikes=frozenset({chosen[1].task.target})) for c in CANDIDATES]
    again = choose_parallel(shared, count=4, margin=3.0)
    assert chosen[1].task.target not in {c.task.target for c in again}
    easiest = next(c for c in CANDIDATES if c not in chosen)
    watched = (replace(chosen[0], look_alikes=frozenset({easiest.task.target})), *chosen[1:])
    practice = choose_practice(CANDIDATES, watched, count=3)
    assert not {c.task.target for c in practice} & {easiest.task.target, *(c.task.target for c in chosen)}
    assert len(practice) == 3


def test_a_range_of_difficulty_is_kept_or_said_to_be_missed() -> None:
    indices = [c.difficulty.index for c in CANDIDATES]
    middle = sum(indices) / len(indices)
    choice = choose_within(CANDIDATES, low=middle, high=1e9, count=3, margin=3.0)
    assert choice.is_met
    assert all(c.difficulty.index >= middle for c in choice.chosen)
    beyond = choose_within(CANDIDATES, low=max(indices) + 5, high=1e9, count=3, margin=3.0)
    assert (beyond.is_met, [c.difficulty.index for c in beyond.chosen]) == (False, [max(indices)])
    with pytest.raises(TaskError, match="nobody in the recording"):
        choose_within((), low=0, high=1, count=1, margin=3.0)


def test_names_and_titles_say_nothing_of_the_answer_and_are_stable() -> None:
    forms = make_set().forms
    assert forms == make_set().forms
    assert [f.title for f in forms] == ["Practice 1", *(f"Trace {letter}" for letter in "ABCDEF")]
    for form in forms:
        assert form.target not in form.form_id + form.title + form.question
        assert form.task.target == form.target
    targets = [f.target for f in forms if f.use == "parallel"]
    indices = [f.difficulty.index for f in forms if f.use == "parallel"]
    assert targets != sorted(targets)
    assert indices != sorted(indices)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"margin": 1e-9}, "parallel forms differ by"),
        ({"recording_id": "other"}, "another recording"),
        ({"forms": ()}, "at least 1"),
        ({"truth_sha256": "x"}, "pattern"),
    ],
)
def test_contradictions_in_a_form_file_are_refused(change: dict[str, object], words: str) -> None:
    data = make_set().model_dump()
    with pytest.raises(ValueError, match=words):
        FormSet.model_validate(data | change)
    data["forms"] = [*data["forms"], data["forms"][1] | {"form_id": "again"}]
    with pytest.raises(ValueError, match="same person"):
        FormSet.model_validate(data)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 12])
def test_latin_rows_put_every_form_equally_often_in_every_place(count: int) -> None:
    rows = count if count % 2 == 0 else 2 * count
    table = np.array([make_latin_row(count, row) for row in range(rows)])
    assert all(sorted(row) == list(range(count)) for row in table.tolist())
    for place in range(count):
        assert set(Counter(table[:, place].tolist()).values()) == {rows // count}
    followers = Counter((int(a), int(b)) for row in table for a, b in pairwise(row))
    assert len(set(followers.values())) <= 1, "every form follows every other equally often"
    assert make_latin_row(count, rows) == make_latin_row(count, 0)
    assert make_latin_row(4, 0) == (0, 1, 3, 2), "as the docstring says"


def test_nobody_gets_a_form_twice_and_phases_are_balanced() -> None:
    forms = make_set().forms
    given: Counter[tuple[Phase, str]] = Counter()
    for person in range(6):
        seen: list[str] = []
        for phase in (Phase.BEFORE, Phase.BEFORE, Phase.AFTER, Phase.AFTER, Phase.RETENTION, Phase.RETENTION):
            form = assign_form(forms, seen=seen, person_number=person, phase=phase)
            assert form is not None
            assert form.use == "parallel"
            assert form.form_id not in seen
            seen.append(form.form_id)
            given[phase, form.form_id] += 1
        assert assign_form(forms, seen=seen, person_number=person, phase=Phase.AFTER) is None
    assert set(given.values()) == {2}
    assert len(given) == 18
    last = assign_form(forms, seen=seen[:-1], person_number=5, phase=Phase.BEFORE)
    assert last is not None
    assert last.form_id == seen[-1], "a used-up phase takes the last unseen form"


PEOPLE = make_people(
    {
        "P001": {},
        "P002": {"shoe_colour": "black"},
        "P003": {"top_colour": "red", "top_kind": "shirt", "bottom_colour": "black"},
        "P004": {"top_colour": "red", "hair_colour": "black", "look_alike_of": "P001"},
    }
)


def test_index_of_the_docstring_and_outfits_differ_by_the_weighted_share_of_traits() -> None:
    scene: dict[str, Any] = {
        "people_per_frame": 8.0,
        "footage_minutes": 40.0,
        "clock_faults": 0,
        "reference": "3 photos",
    }
    index = compute_index(legs=6, faint_legs=1, longest_blind_gap_s=30.0, look_alikes=2, nearest_outfit=0.25, **scene)
    assert index == pytest.approx(17.0, abs=1e-9)
    assert sum(OUTFIT_WEIGHTS.values()) == 12.0
    distances = compute_outfit_distances(PEOPLE, "P001")
    assert distances == pytest.approx({"P002": 1 / 12, "P003": 7 / 12, "P004": 4 / 12})
    assert find_look_alikes(PEOPLE, "P001") == ("P002", "P004")
    assert find_look_alikes(PEOPLE, "P004") == ("P001",)


def test_difficulty_is_measured_from_truth() -> None:
    stays = [
        *WORKED_STAYS,
        Stay(camera_id="CAM-03", person_id="P001", first=500, last=540),
        Stay(camera_id="CAM-02", person_id="P001", first=450, last=459),
        Stay(camera_id="CAM-03", person_id="P003", first=0, last=300, box_xyxy=OTHER_BOX),
    ]
    index = make_truth_index(make_table(stays), people_ids=frozenset({"P004"}))
    found = compute_difficulty(Task(type="trace", target="P001", window_s=(0.0, 50.5)), index, PEOPLE)
    assert (found.legs, found.faint_legs, found.look_alikes) == (4, 1, 1), "0.9 s are a glimpse and no leg"
    assert found.longest_blind_gap_s == pytest.approx(10.1)
    assert found.nearest_outfit == pytest.approx(1 / 12, abs=1e-6)
    assert found.people_per_frame == pytest.approx((100 + 160 + 100 + 6) / 306, abs=1e-6)
    assert found.footage_minutes == pytest.approx(2.525)
    assert found.clock_faults == 0
    parts = found.model_dump(exclude={"index"})
    assert found.index == pytest.approx(compute_index(**parts), abs=1e-5)


def test_unknown_people_and_references_are_refused() -> None:
    index = make_truth_index(make_table(WORKED_STAYS))
    with pytest.raises(TaskError, match="'P001' has no outfit"):
        compute_difficulty(Task(type="trace", target="P001", window_s=(0.0, 9.0)), index, make_people({"P002": {}}))
    with pytest.raises(TaskError, match="'sketch' is unknown"):
        compute_difficulty(Task(type="trace", target="P001", window_s=(0.0, 9.0)), index, PEOPLE, reference="sketch")


def test_who_stands_in_view_is_told_from_who_walks() -> None:
    stands = Stay(camera_id="CAM-01", person_id="P001", first=0, last=200)
    table = make_table([stands, Stay(camera_id="CAM-02", person_id="P002", first=0, last=200)])
    walks = (table.rows["person_id"] == "P002").to_numpy()
    table.rows.loc[~walks, ["floor_x_m", "floor_y_m"]] = np.float32(1.0)
    table.rows.loc[walks, "floor_x_m"] = np.arange(walks.sum(), dtype=np.float32) / 8
    index = make_truth_index(table)
    assert compute_still_share(index, "P001", window_s=(0.0, 60.0)) == pytest.approx(20 / 60)
    assert compute_still_share(index, "P002", window_s=(0.0, 60.0)) == 0.0
    with pytest.raises(TaskError):
        compute_still_share(index, "P999", window_s=(0.0, 60.0))


def make_data(**changes: Any) -> dict[str, Any]:
    head = {"type": "trace", "window_s": [0.0, 20.0], "limit_s": 120.0}
    tries = [
        head | {"try_id": "a", "target": "P001"},
        head | {"try_id": "b", "target": "P002"},
        head | {"try_id": "c", "target": "P003", "is_easier": True},
    ]
    data = {
        "schema_version": 1,
        "lesson_id": "first",
        "number": 1,
        "title": "First",
        "rule": "A rule.",
        "steps": ["A step."],
        "recording_id": "tiny",
        "tries": tries,
    }
    return data | changes


def write(folder: Path, data: object, name: str = "01.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def change_try(**changes: Any) -> list[dict[str, Any]]:
    tries = make_data()["tries"]
    return [tries[0] | changes, *tries[1:]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tries": change_try(type="juggle")}, r"01\.yaml, tries\.0: .*'juggle' does not exist, expected one of trace"),
        ({"tries": change_try(limit_s=1000.0)}, r"01\.yaml, tries\.0\.limit_s: .*300"),
        ({"tries": change_try(try_id="b")}, r"01\.yaml: .*try_id is used twice"),
        ({"tries": change_try(target="P002")}, r"01\.yaml: .*two ask the same, expected another student"),
        ({"tries": change_try(is_easier=True)[:1] * 3}, r"01\.yaml: "),
        ({"tries": make_data()["tries"][:2]}, r"01\.yaml, tries: .*at least 3"),
        ({"rule": ""}, r"01\.yaml, rule: "),
        ({"rule_of_thumb": "x"}, r"01\.yaml, rule_of_thumb: "),
        ({"number": 0}, r"01\.yaml, number: "),
        ({"schema_version": 2}, "schema_version 2"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises((TaskError, NewerSchemaError), match=said):
        load_lesson(write(tmp_path, make_data(**changes)))


def test_a_wrong_file_is_left_out_and_told_the_others_stay(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, make_data(), "01.yaml"),
        write(tmp_path, make_data(lesson_id="second"), "02.yaml"),
        write(tmp_path, [1, 2], "03.yaml"),
    ]
    course = load_course(paths)
    assert [known.lesson.lesson_id for known in course.lessons] == ["first"]
    assert "the same number: 1" in course.problems[0]
    assert "03.yaml holds no mapping" in course.problems[1]
    assert sorted(course.tries) == ["lesson-first-a", "lesson-first-b", "lesson-first-c"]
    files = LessonFiles([tmp_path])
    assert files.read().lessons == course.lessons
    assert files.read() is files.read()
    write(tmp_path, make_data(title="Another"))
    assert files.read().lessons[0].lesson.title == "Another", "a changed file is read again"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": "P999"}, r"01\.yaml, tries\.0 \(a\)\.target: there is no student 'P999' in tiny.*Expected: one of"),
        ({"cameras": ["CAM-01", "CAM-77"]}, r"01\.yaml, tries\.0 \(a\): .*CAM-77.*Expected:"),
        ({"known": {"t_s": 1.0, "camera_id": "CAM-77"}}, r"01\.yaml, tries\.0 \(a\): there is no camera 'CAM-77'"),
    ],
)
def test_a_missing_student_or_camera_is_told(
    tmp_path: Path, tiny_recording: Recording, changes: dict[str, Any], said: str
) -> None:
    lesson = load_lesson(write(tmp_path, make_data(tries=change_try(**changes))))
    with pytest.raises(TaskError, match=said):
        check_try(lesson, lesson.tries[0], load_truth_index(tiny_recording), source="01.yaml")


SCRIPT = Path("sim/ui/console/js/guide.js")


def test_a_whole_log_does_every_step_of_the_console_and_one_without_a_plan_has_no_step_for_it() -> None:
    assert count_steps(WHOLE_GUIDE_ACTS, profile=ProfileName.CLASSIC) == StepsDone(done=18, of=18)
    assert count_steps(WHOLE_GUIDE_ACTS, profile=ProfileName.CLASSIC).is_whole
    for left_out in range(len(WHOLE_GUIDE_ACTS)):
        log = WHOLE_GUIDE_ACTS[:left_out] + WHOLE_GUIDE_ACTS[left_out + 1 :]
        assert not count_steps(log, profile=ProfileName.CLASSIC).is_whole, WHOLE_GUIDE_ACTS[left_out]
    assert count_steps(WHOLE_GUIDE_ACTS[-1:], profile=ProfileName.CLASSIC) == StepsDone(done=1, of=18)
    text = SCRIPT.read_text(encoding="utf-8")
    assert re.findall(r'^    \{ name: "(\w+)"', text, re.MULTILINE) == list(STEPS)
    assert f"FAR_S = {FAR_S:g};" in text
    assert "plan" not in list_steps(ProfileName.MINIMAL)
    assert count_steps(WHOLE_GUIDE_ACTS, profile=ProfileName.MINIMAL).is_whole

"""Moments in words on the shipped recording: what exactly is said of a check, a clip, a call, a meeting, a mark."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from sim.footage.recording.open import load_people, open_recording
from sim.scoring.evidence import Answer, Clip
from sim.services.app.camera_names import write_right_names
from sim.services.debrief.facts import DebriefFacts
from sim.tasks import get_task_type
from sim.tasks.common.base import Task
from sim.tasks.common.check_words import write_check
from sim.truth.events import Event, Shown
from sim.truth.worn_clothes import read_first_worn
from tests.support.story_truth import SHIPPED, load_story_index

INDEX = load_story_index()
RECORDING = open_recording(SHIPPED)
PEOPLE = load_people(RECORDING)
WHOLE = (0.0, 300.0)


def tell(task: Task, answer: Answer) -> list[tuple[str, str]]:
    task_type = get_task_type(task.type)
    facts = DebriefFacts(
        index=INDEX,
        start=datetime(2026, 10, 14, 8, 0),
        cameras=write_right_names(RECORDING),
        first_worn=read_first_worn(PEOPLE),
        look_alikes=lambda person: ("P066",) if person == "P007" else (),
        get_links=dict,
        task_type=task_type,
        form=task_type.make_answer_form(task),
    )
    told = [task_type.words.tell_moment(facts, moment) for moment in task_type.find_moments(task, answer, INDEX)]
    return [(each.title, each.text) for each in told]


def perfect(task: Task) -> Answer:
    return get_task_type(task.type).answer_perfectly(task, INDEX)


def make_task(task_type: str, *, target: str | None = None) -> Task:
    return next(
        each for each in get_task_type(task_type).make_tasks(INDEX, WHOLE) if target is None or each.target == target
    )


def test_a_look_alike_is_named_with_what_is_alike_and_what_differs() -> None:
    task = make_task("trace", target="P007")
    other = perfect(make_task("trace", target="P066")).marks[0]
    right = perfect(task)
    (told,) = [each for each in tell(task, replace(right, marks=(*right.marks, other))) if "look-alike" in each[0]]
    assert told[0] == "you followed a look-alike"
    assert told[1].startswith("Same charcoal hoodie and black backpack, other jeans (light blue, the student's are")


def test_being_sure_of_a_wrong_mark_and_unsure_of_a_right_one_is_said() -> None:
    task = make_task("trace", target="P007")
    right = perfect(task)
    other = replace(perfect(make_task("trace", target="P066")).marks[0], confidence=3)
    marks = tuple(replace(mark, confidence=1) for mark in right.marks)
    texts = dict(tell(task, replace(right, marks=(*marks, other))))
    assert texts["your first correct mark"] == "You were not sure of it, and it was correct."
    assert texts["you followed a look-alike"].endswith("You were sure of it.")


def test_a_misjudged_check_says_which_part_of_it_was_left_out() -> None:
    task = make_task("screening")
    choices = dict.fromkeys(perfect(task).choices, "complete")
    assert tell(task, Answer(choices=choices)) == [
        (
            "alarm 2: you called it completed",
            "It was not completed. The wand was used. 1 of 3 compartments of the bag were opened: 2 were not, before "
            "the student walked on.",
        ),
        (
            "alarm 4: you called it completed",
            "It was not completed. The wand was not used. All 2 compartments of the bag were opened.",
        ),
    ]


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({"wand": True, "compartments": 1, "searched": 0}, "The wand was used. The bag was not opened."),
        ({"wand": False, "compartments": 2, "searched": 0}, "None of the bag's 2 compartments was opened."),
        ({"wand": True, "compartments": 2, "searched": 1}, "opened: 1 was not, before the student walked on."),
        ({"compartments": 0, "searched": 0}, ""),
        ({}, ""),
    ],
)
def test_of_a_check_only_what_truth_knows_is_said(detail: Mapping[str, object], words: str) -> None:
    event = Event(
        event_id="a",
        kind="screening-alarm",
        start_s=1.0,
        end_s=9.0,
        person_ids=("P001",),
        camera_id="",
        floor="1",
        zone="checkpoint",
        at_m=None,
        shown=(Shown(camera_id="CAM-01", shown_s=2.0, box_xyxy=(0.0, 0.0, 9.0, 9.0)),),
        detail=detail,
    )
    assert words in write_check(event)
    assert (write_check(event) == "") == (words == "")
    assert write_check(replace(event, shown=())).startswith("No camera shows it")


def test_a_clip_says_its_ends_beside_the_true_ones() -> None:
    task = make_task("export", target="P016")
    right = perfect(task)
    first, *rest = right.clips
    short = replace(first, from_s=first.from_s + 3.0, to_s=first.to_s - 5.0)
    stranger = Clip(camera_id="CAM-01", from_s=first.from_s, to_s=first.to_s)
    told = dict(tell(task, replace(right, clips=(short, *rest, stranger))))
    assert "the clip begins 3 s too late and ends 5 s too early" in told
    text = told["the clip begins 3 s too late and ends 5 s too early"]
    assert text == (
        "You cut 8:01:50 AM to 8:02:06 AM. The student comes into view at 8:01:47 AM and leaves it at 8:02:11 AM."
    )
    assert told["an extra clip"].endswith("The student is not in it.")
    missing = dict(tell(task, replace(right, clips=tuple(rest), choices={})))
    assert missing["this appearance was not cut out"].startswith("The student comes into view at 8:01:47 AM")
    assert missing["the export is not fully documented"].startswith("Not answered: Why is this footage exported?")


def test_a_second_clip_of_the_same_appearance_is_said_to_be_one() -> None:
    task = make_task("export", target="P016")
    right = perfect(task)
    worse = replace(right.clips[0], to_s=right.clips[0].to_s - 1.0)
    (told,) = tell(task, replace(right, clips=(*right.clips, worse)))
    assert told[1].endswith("Another clip fits this appearance better.")


def test_a_wrong_call_names_the_cameras_that_show_the_place() -> None:
    task = make_task("pull-up")
    answer = perfect(task)
    place, right = next(iter(answer.choices.items()))
    ((title, text),) = tell(task, Answer(choices={**answer.choices, place: "CAM-16"}))
    assert title.endswith(": you confirmed CAM-16 Loading door")
    assert f"is shown by {right} " in text


def test_the_student_marked_instead_of_whom_they_met_is_said() -> None:
    task = make_task("encounter", target="P035")
    flaws = {flaw.name: flaw.answer for flaw in get_task_type("encounter").answer_wrongly(task, INDEX)}
    ((title, text),) = tell(task, flaws["the same student marked"])
    assert title == "you marked the student, not the person they met"
    assert "The meeting was 8:02:15 AM to 8:02:40 AM" in text


def test_an_event_says_when_where_and_on_which_camera() -> None:
    task = next(each for each in get_task_type("event").make_tasks(INDEX, WHOLE) if "loading" in str(each.params))
    ((title, text),) = tell(task, Answer())
    assert title == "you marked nothing"
    assert text == (
        "It happened from 8:03:26 AM to 8:03:33 AM. It is visible on CAM-16 Loading door. Location: Loading."
    )


def test_another_door_and_another_place_are_named() -> None:
    task = make_task("origin")
    answer = perfect(task)
    wrong = next(flaw for flaw in get_task_type("origin").answer_wrongly(task, INDEX) if flaw.name == "wrong door")
    told = dict(tell(task, wrong.answer))
    assert told["they used another entrance"].startswith("They used ")
    assert " You said " in told["they used another entrance"]
    assert "you did not say which entrance they used" in dict(tell(task, replace(answer, choices={})))


def test_a_student_who_is_on_no_camera_is_said_to_be_on_none() -> None:
    task = Task(type="trace", target="P007", window_s=(0.0, 5.0))
    assert tell(task, Answer()) == [
        (
            "the student doesn't appear on any camera in this time",
            "The correct answer is to say so and to mark no one.",
        )
    ]
    assert tell(task, Answer(not_on_camera=True)) == []

"""Moments in words on the shipped recording: what exactly is said of a check, a clip, a call, a meeting, a mark."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from sim.footage.recording.open import load_people, open_recording
from sim.scoring.evidence import Answer, Clip
from sim.services.app.camera_names import write_right_names
from sim.services.debrief.facts import DebriefFacts
from sim.tasks import get_task_type
from sim.tasks.common.base import Task
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
        look_alikes=lambda person: tuple(PEOPLE.loc[PEOPLE["look_alike_of"] == person, "person_id"]),
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


@cache
def find_look_alikes() -> tuple[str, str]:
    """Return a student and their look-alike in the same top and other legwear, both of whom can be traced."""
    people = PEOPLE.set_index("person_id")
    traced = {task.target for task in get_task_type("trace").make_tasks(INDEX, WHOLE)}
    for look_alike, sought in people["look_alike_of"].items():
        if {look_alike, sought} <= traced:
            one, other = people.loc[str(sought)], people.loc[str(look_alike)]
            is_alike = (one[["top_kind", "top_colour"]] == other[["top_kind", "top_colour"]]).all()
            if (
                is_alike
                and one["bottom_kind"] == other["bottom_kind"]
                and one["bottom_colour"] != other["bottom_colour"]
            ):
                return str(sought), str(look_alike)
    raise AssertionError("no two look alike but for the colour of their legwear")


def find_clip_task() -> Task:
    """Return a task to cut somebody out whose first stretch lasts ten seconds, in which CAM-01 does not show them."""
    for task in get_task_type("export").make_tasks(INDEX, WHOLE):
        clips = perfect(task).clips
        first_s, last_s = clips[0].from_s, clips[0].to_s
        at_the_front = [c for c in clips if c.camera_id == "CAM-01" and c.from_s <= last_s and c.to_s >= first_s]
        if last_s - first_s >= 10.0 and not at_the_front:
            return task
    raise AssertionError("nobody is in the picture for ten seconds")


def say(t_s: float) -> str:
    """Return a time as clocks show it: seconds that are over count not yet."""
    return f"8:{int(t_s) // 60:02d}:{int(t_s) % 60:02d} AM"


def test_a_look_alike_is_named_with_what_is_alike_and_what_differs() -> None:
    sought, look_alike = find_look_alikes()
    people = PEOPLE.set_index("person_id")
    one, two = people.loc[sought], people.loc[look_alike]
    task = make_task("trace", target=sought)
    other = perfect(make_task("trace", target=look_alike)).marks[0]
    right = perfect(task)
    (told,) = [each for each in tell(task, replace(right, marks=(*right.marks, other))) if "look-alike" in each[0]]
    assert told[0] == "you followed a look-alike"
    assert told[1].startswith(f"Same {one['top_colour']} {one['top_kind']}")
    other_legs = f"other {one['bottom_kind']} ({two['bottom_colour']}, the student's are {one['bottom_colour']})"
    assert other_legs in told[1]


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


def test_a_clip_says_its_ends_beside_the_true_ones() -> None:
    task = find_clip_task()
    right = perfect(task)
    first, *rest = right.clips
    short = replace(first, from_s=first.from_s + 3.0, to_s=first.to_s - 5.0)
    stranger = Clip(camera_id="CAM-01", from_s=first.from_s, to_s=first.to_s)
    told = dict(tell(task, replace(right, clips=(short, *rest, stranger))))
    assert "the clip begins 3 s too late and ends 5 s too early" in told
    text = told["the clip begins 3 s too late and ends 5 s too early"]
    assert text == (
        f"You cut {say(short.from_s)} to {say(short.to_s)}. "
        f"The student comes into view at {say(first.from_s)} and leaves it at {say(first.to_s)}."
    )
    assert told["an extra clip"].endswith("The student is not in it.")
    missing = dict(tell(task, replace(right, clips=tuple(rest), choices={})))
    assert missing["this appearance was not cut out"].startswith(f"The student comes into view at {say(first.from_s)}")
    assert missing["the export is not fully documented"].startswith("Not answered: Why is this footage exported?")

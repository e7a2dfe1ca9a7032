from dataclasses import replace
from datetime import datetime

import pytest

from sim.app.catalog import write_right_names
from sim.app.wiring import App
from sim.features.debrief.debrief import get_debrief
from sim.features.debrief.facts import DebriefFacts, describe_likeness, describe_unlike
from sim.footage.recording.open import load_people, open_recording
from sim.scoring.evidence import Answer, Clip
from sim.tasks import get_task_type
from sim.tasks.common.simulated_user import FOLLOWER, NOVICE, PERFECT, SLOW, Skill
from sim.tasks.common.task import Task
from sim.truth.events import Event
from sim.truth.worn_clothes import NO_BAG, Item, Worn, find_worn, read_first_worn
from tests.support.fake_clock import FakeClock
from tests.support.played_attempt import play_by_skill
from tests.support.story_truth import SHIPPED, load_story_index
from tests.support.trace_tables import make_event, make_people

PEOPLE = make_people(
    {
        "P001": {"descriptor": "Student, grey hoodie, blue jeans, black shoes, black backpack", "shoe_colour": "black"},
        "P002": {"descriptor": "Student, grey hoodie, blue jeans, white shoes, black backpack, black cap, glasses"},
        "P003": {
            "descriptor": "Student, red jacket, khaki skirt, white shoes, short brown hair",
            "top_kind": "jacket",
            "top_colour": "red",
            "bottom_kind": "skirt",
            "bottom_colour": "khaki",
            "bag_kind": "none",
            "bag_colour": "none",
        },
        "P004": {
            "role": "staff",
            "descriptor": "Staff, grey hoodie, black jeans, white shoes, black backpack",
            "bottom_colour": "black",
        },
        "P005": {"descriptor": "Student, red hoodie, blue jeans, black shoes, short red hair", "top_colour": "red"},
        "P006": {"descriptor": "Student, red hoodie, blue jeans, black shoes, black hijab", "top_colour": "red"},
    }
)
FIRST = read_first_worn(PEOPLE)


def compare(sought: str, marked: str) -> str:
    return describe_likeness(FIRST[sought], FIRST[marked])


def test_same_hoodie_other_shoes() -> None:
    assert compare("P001", "P002") == (
        "Same grey hoodie and blue jeans, other shoes (white, the student's are black), a black cap and glasses."
    )
    assert compare("P002", "P001") == (
        "Same grey hoodie and blue jeans, other shoes (black, the student's are white), "
        "the student has a black cap and glasses."
    )


def test_before_a_measured_drill_only_the_student_is_described() -> None:
    assert describe_unlike(FIRST["P001"], FIRST["P002"]) == "Someone else. The student has black shoes."
    assert describe_unlike(FIRST["P001"], FIRST["P004"]) == "Someone else. The student has blue jeans, black shoes."
    assert describe_unlike(FIRST["P003"], FIRST["P001"]) == (
        "Someone else. The student has a red jacket, a khaki skirt, no bag."
    )
    assert describe_unlike(FIRST["P001"], FIRST["P001"]) == "Someone else."


def wear(event: Event, person: str, t_s: float) -> Worn:
    worn = find_worn(FIRST, (event,), person, t_s)
    assert worn is not None
    return worn


def test_tops_swapped_are_exchanged_and_unknown_while_it_lasts() -> None:
    swap = make_event("jacket-swap", "P001", "P003", start_s=10.0, end_s=20.0)
    assert wear(swap, "P001", 9.0) == FIRST["P001"]
    assert (wear(swap, "P001", 15.0).top, wear(swap, "P001", 15.0).has_changed) == (None, True)
    assert wear(swap, "P001", 21.0).top == Item(kind="jacket", colour="red")
    assert wear(swap, "P003", 21.0).top == Item(kind="hoodie", colour="grey")
    told = describe_likeness(wear(swap, "P001", 21.0), wear(swap, "P002", 21.0))
    assert "grey hoodie, the student wears a red jacket" in told
    assert told.endswith("the student had changed tops by then.")


def test_after_one_person_has_changed_alone_nothing_is_claimed_of_the_top() -> None:
    change = make_event("jacket-swap", "P001", start_s=10.0, end_s=20.0)
    worn = wear(change, "P001", 30.0)
    assert (worn.top, worn.has_changed) == (None, True)
    assert "hoodie" not in describe_likeness(worn, FIRST["P002"])


def test_bags_follow_the_events() -> None:
    given = make_event("hand-over", "P001", "P003", start_s=10.0, end_s=20.0)
    assert wear(given, "P001", 15.0).bag is None
    assert wear(given, "P001", 30.0).bag == NO_BAG
    assert wear(given, "P003", 30.0).bag == Item(kind="backpack", colour="black")
    assert wear(make_event("bag-left", "P001", start_s=10.0, end_s=20.0), "P001", 30.0).bag == NO_BAG
    assert wear(make_event("bag-found", "P004", start_s=10.0, end_s=20.0), "P004", 30.0).bag is None
    assert wear(make_event("meeting", "P001", "P003", start_s=10.0, end_s=20.0), "P001", 30.0) == FIRST["P001"]


def test_everybody_of_the_shipped_recording_can_be_read() -> None:
    first = read_first_worn(load_people(open_recording(SHIPPED)))
    index = load_story_index()
    for person in first:
        worn = find_worn(first, index.events, person, index.table.duration_s)
        assert worn is not None
        assert all(word and "shoes" not in word for word in worn.extras)


INDEX = load_story_index()
RECORDING = open_recording(SHIPPED)
PEOPLE_WORDS = load_people(RECORDING)
WHOLE = (0.0, 300.0)


def make_facts(task: Task) -> DebriefFacts:
    task_type = get_task_type(task.type)
    return DebriefFacts(
        index=INDEX,
        start=datetime(2026, 10, 14, 8, 0),
        cameras=write_right_names(RECORDING),
        first_worn=read_first_worn(PEOPLE_WORDS),
        look_alikes=lambda person: tuple(PEOPLE_WORDS.loc[PEOPLE_WORDS["look_alike_of"] == person, "person_id"]),
        get_links=dict,
        task_type=task_type,
        form=task_type.make_answer_form(task),
    )


def tell(task: Task, answer: Answer) -> list[tuple[str, str]]:
    facts, task_type = make_facts(task), get_task_type(task.type)
    told = [task_type.tell_moment(facts, moment) for moment in task_type.find_moments(task, answer, INDEX)]
    return [(each.title, each.text) for each in told]


def perfect(task: Task) -> Answer:
    return get_task_type(task.type).answer_perfectly(task, INDEX)


def make_task(task_type: str, *, target: str | None = None) -> Task:
    return next(
        each for each in get_task_type(task_type).make_tasks(INDEX, WHOLE) if target is None or each.target == target
    )


def say(t_s: float) -> str:
    return f"8:{int(t_s) // 60:02d}:{int(t_s) % 60:02d} AM"


def test_a_look_alike_is_named_with_what_is_alike() -> None:
    traced = {task.target for task in get_task_type("trace").make_tasks(INDEX, WHOLE)}
    look_alikes = PEOPLE_WORDS.set_index("person_id")["look_alike_of"].items()
    sought, look_alike = next((str(of), str(one)) for one, of in look_alikes if {one, of} <= traced)
    task = make_task("trace", target=sought)
    other = perfect(make_task("trace", target=look_alike)).marks[0]
    right = perfect(task)
    (told,) = [each for each in tell(task, replace(right, marks=(*right.marks, other))) if "look-alike" in each[0]]
    assert told[0] == "you followed a look-alike"
    assert told[1].startswith("Same ") and "the student's " in told[1]


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
    task = get_task_type("export").make_tasks(INDEX, WHOLE)[0]
    right = perfect(task)
    first, *rest = right.clips
    short = replace(first, from_s=first.from_s + 3.0, to_s=first.to_s - 5.0)
    cameras = {each.camera_id for each in right.clips}
    elsewhere = next(camera for camera in INDEX.camera_ids if camera not in cameras)
    stranger = Clip(camera_id=elsewhere, from_s=first.from_s, to_s=first.to_s)
    told = dict(tell(task, replace(right, clips=(short, *rest, stranger))))
    assert told["the clip begins 3 s too late and ends 5 s too early"] == (
        f"You cut {say(short.from_s)} to {say(short.to_s)}. "
        f"The student comes into view at {say(first.from_s)} and leaves it at {say(first.to_s)}."
    )
    assert told["an extra clip"].endswith("The student is not in it.")
    missing = dict(tell(task, replace(right, clips=tuple(rest), choices={})))
    assert missing["this appearance was not cut out"].startswith(f"The student comes into view at {say(first.from_s)}")
    assert missing["the export is not fully documented"].startswith("Not answered: Why is this footage exported?")


def test_the_student_s_time_is_outlined_where_truth_has_it(drill_app: App, clock: FakeClock) -> None:
    view = get_debrief(drill_app, play_by_skill(drill_app, clock, "tiny-trace-a", PERFECT)).cameras
    form = drill_app.catalog.get_form("tiny-trace-a").form
    truth = drill_app.catalog.get_truth("tiny")
    own = [each for each in truth.appearances if each.person_id == form.target]
    length = form.window_s[1] - form.window_s[0]
    expected = sorted((a.camera_id, a.start_s / length, a.end_s / length) for a in own)
    outlined = [(row.camera_id, *span) for row in view.rows for span in row.student]
    assert [place[0] for place in outlined] == [place[0] for place in expected]
    assert [share for place in outlined for share in place[1:]] == pytest.approx(
        [share for place in expected for share in place[1:]]
    )
    assert view.left_out == len(truth.camera_ids) - len(view.rows)
    assert view.has_appeared


def read_seconds(time: str) -> int:
    words = time.split()
    units = {"s": 1, "min": 60, "minute": 60, "minutes": 60}
    return sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))


@pytest.mark.parametrize("skill", [PERFECT, NOVICE, FOLLOWER, SLOW], ids=lambda skill: skill.name)
def test_the_lines_add_up_to_the_time_used(drill_app: App, clock: FakeClock, skill: Skill) -> None:
    view = get_debrief(drill_app, play_by_skill(drill_app, clock, "tiny-trace-a", skill)).time
    assert sum(read_seconds(line.time) for line in view.lines) == read_seconds(view.total)
    assert sum(line.percent for line in view.lines) == 100
    assert sum(line.share for line in view.lines) == pytest.approx(1.0)


def test_a_camera_whose_own_clock_is_wrong_says_so_beside_its_time() -> None:
    faults = [event for event in INDEX.events if event.kind == "clock-offset"]
    wrong = {event.camera_id: float(str(event.detail["offset_s"])) for event in faults}
    assert wrong
    facts = make_facts(make_task("trace"))
    for camera_id, name in facts.cameras.items():
        place, shown = f"{camera_id} {name}, {say(100.0)}", wrong.get(camera_id)
        own = "" if shown is None else f" (its own clock shows {say(100.0 + shown)})"
        assert facts.write_place(camera_id, 100.0) == place + own

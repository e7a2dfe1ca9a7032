"""Names of likeness and difference, computed from descriptors, and clothes that change during the recording."""

from sim.footage.recording.open import load_people, open_recording
from sim.services.debrief.likeness_words import describe_likeness, describe_unlike
from sim.truth.events import Event
from sim.truth.worn_clothes import NO_BAG, Item, Worn, find_worn, read_first_worn
from tests.support.story_truth import SHIPPED, load_story_index
from tests.support.trace_tables import make_people

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
    """Neither what the two share nor what the other one wears, nor what kind of person that is."""
    assert describe_unlike(FIRST["P001"], FIRST["P002"]) == "Someone else. The student has black shoes."
    assert describe_unlike(FIRST["P001"], FIRST["P004"]) == "Someone else. The student has blue jeans, black shoes."
    assert describe_unlike(FIRST["P003"], FIRST["P001"]) == (
        "Someone else. The student has a red jacket, a khaki skirt, no bag."
    )
    assert describe_unlike(FIRST["P001"], FIRST["P001"]) == "Someone else."


def make_event(kind: str, *people: str) -> Event:
    return Event(
        event_id="e",
        kind=kind,
        start_s=10.0,
        end_s=20.0,
        person_ids=people,
        camera_id="",
        floor="1",
        zone="hall-a",
        at_m=None,
        shown=(),
        detail={},
    )


def wear(event: Event, person: str, t_s: float) -> Worn:
    worn = find_worn(FIRST, (event,), person, t_s)
    assert worn is not None
    return worn


def test_tops_swapped_are_exchanged_and_unknown_while_it_lasts() -> None:
    swap = make_event("jacket-swap", "P001", "P003")
    assert wear(swap, "P001", 9.0) == FIRST["P001"]
    assert (wear(swap, "P001", 15.0).top, wear(swap, "P001", 15.0).has_changed) == (None, True)
    assert wear(swap, "P001", 21.0).top == Item(kind="jacket", colour="red")
    assert wear(swap, "P003", 21.0).top == Item(kind="hoodie", colour="grey")
    told = describe_likeness(wear(swap, "P001", 21.0), wear(swap, "P002", 21.0))
    assert "grey hoodie, the student wears a red jacket" in told
    assert told.endswith("the student had changed tops by then.")


def test_after_one_person_has_changed_alone_nothing_is_claimed_of_the_top() -> None:
    change = make_event("jacket-swap", "P001")
    worn = wear(change, "P001", 30.0)
    assert (worn.top, worn.has_changed) == (None, True)
    assert "hoodie" not in describe_likeness(worn, FIRST["P002"])


def test_bags_follow_the_events() -> None:
    given = make_event("hand-over", "P001", "P003")
    assert wear(given, "P001", 15.0).bag is None
    assert wear(given, "P001", 30.0).bag == NO_BAG
    assert wear(given, "P003", 30.0).bag == Item(kind="backpack", colour="black")
    assert wear(make_event("bag-left", "P001"), "P001", 30.0).bag == NO_BAG
    assert wear(make_event("bag-found", "P004"), "P004", 30.0).bag is None
    assert wear(make_event("meeting", "P001", "P003"), "P001", 30.0) == FIRST["P001"]


def test_everybody_of_the_shipped_recording_can_be_read() -> None:
    first = read_first_worn(load_people(open_recording(SHIPPED)))
    index = load_story_index()
    for person in first:
        worn = find_worn(first, index.events, person, index.table.duration_s)
        assert worn is not None
        assert all(word and "shoes" not in word for word in worn.extras)

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from sim.attempt.similar_people import (
    DRILL_QUALITY,
    LIKENESS_SCALE,
    MOST_SUGGESTIONS,
    Place,
    SearchQuality,
    SimilarGroups,
    compute_core_size,
    draw_groups,
    find_place,
    make_search_key,
)
from sim.errors import TaskError
from sim.truth.index import make_truth_index
from sim.truth.window import TruthWindow, cut_window
from tests.support.trace_tables import Stay, make_random_table, make_table

MOST_LISTED = MOST_SUGGESTIONS + 2
"""Right and wrong entries are each rounded up at most."""
DISTANCES = {"P002": 0.08, "P003": 0.4, "P004": 0.7}
SECRET = b"a server's secret"


def make_window(*, others: int = 3, again: int = 3, duration_s: float = 70.0) -> TruthWindow:
    stays = [Stay(camera_id="CAM-01", person_id="P001", first=0, last=30)]
    stays += [Stay(camera_id="CAM-02", person_id="P001", first=90 * n, last=90 * n + 30) for n in range(again)]
    stays += [
        Stay(camera_id="CAM-03", person_id=f"P{2 + other:03}", first=90 * n, last=90 * n + 30)
        for other in range(others)
        for n in range(3)
    ]
    return cut_window(make_truth_index(make_table(stays, duration_s=duration_s)), (0.0, duration_s))


def draw(
    window: TruthWindow,
    attempt: object,
    *,
    quality: SearchQuality = DRILL_QUALITY,
    target: str | None = "P001",
    secret: bytes = SECRET,
) -> SimilarGroups:
    key = make_search_key(secret, attempt_id=str(attempt))
    return draw_groups(window, target=target, get_distances=lambda _: DISTANCES, quality=quality, key=key)


def list_places(window: TruthWindow, person_id: str = "P001") -> list[Place]:
    return [
        Place(person_id=person_id, camera_id=window.index.appearances[number].camera_id, appearance=number)
        for number in window.find_target(person_id)
    ]


def list_answers(window: TruthWindow, *, attempts: int, quality: SearchQuality = DRILL_QUALITY) -> Iterator[list[str]]:
    for attempt in range(attempts):
        groups = draw(window, attempt, quality=quality)
        for number in window.find_target("P001"):
            listed = groups.members[groups.group_of[number]]
            yield [window.index.appearances[other].person_id for other in listed if other != number]


def test_the_same_attempt_has_the_same_answers_and_another_or_another_secret_others() -> None:
    window = make_window()
    place = list_places(window)[0]
    assert draw(window, 4).members == draw(window, 4).members
    assert draw(window, 4).list_for(place) == draw(window, 4).list_for(place)
    assert len({draw(window, attempt).list_for(place) for attempt in range(20)}) > 10
    assert len({draw(window, 4, secret=bytes([n])).list_for(place) for n in range(8)}) > 4


def test_every_appearance_is_in_one_group_and_answers_are_groups() -> None:
    window = make_window(others=8, again=5)
    for attempt in range(30):
        groups = draw(window, attempt)
        everything = sorted(number for numbers in groups.members for number in numbers)
        assert everything == np.flatnonzero(window.rows > 0).tolist()
        for number, group in groups.group_of.items():
            appearance = window.index.appearances[number]
            place = Place(person_id=appearance.person_id, camera_id=appearance.camera_id, appearance=number)
            listed = [each.appearance for each in groups.list_for(place)]
            assert listed == [other for other in groups.members[group] if other != number]


def test_two_lists_do_not_say_whether_it_is_the_same_person() -> None:
    window = make_window(others=8, again=5)
    same = right = 0
    for attempt in range(400):
        groups = draw(window, attempt)
        people = [window.index.appearances[number].person_id for number in groups.members[groups.core_of["P001"]]]
        same += len([(a, b) for a in people for b in people if a == "P001"]) - people.count("P001")
        right += people.count("P001") * (people.count("P001") - 1)
    assert right / same == pytest.approx(DRILL_QUALITY.precision, abs=0.03)


def test_a_glimpse_is_taken_for_the_person_as_often_as_a_suggestion_is_right() -> None:
    window = make_window(others=8)
    glimpse = Place(person_id="P001", camera_id="CAM-03", appearance=None)
    own = 0
    for attempt in range(500):
        groups = draw(window, attempt)
        found = groups.list_for(glimpse)
        own += tuple(each.appearance for each in found) == groups.members[groups.core_of["P001"]]
    assert groups.list_for(glimpse) == found
    assert own / 500 == pytest.approx(DRILL_QUALITY.precision, abs=0.05)


def test_a_box_is_about_the_appearance_it_is_on_or_the_one_within_two_seconds() -> None:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=30),
        Stay(camera_id="CAM-01", person_id="P001", first=81, last=111),
        Stay(camera_id="CAM-02", person_id="P001", first=300, last=330),
    ]
    window = cut_window(make_truth_index(make_table(stays)), (0.0, 20.0))

    def find(camera_id: str, t_s: float) -> int | None:
        return find_place(window, person_id="P001", camera_id=camera_id, t_s=t_s).appearance

    assert [find("CAM-01", t_s) for t_s in (1.0, 4.9, 5.5, 6.2, 11.0, 13.2)] == [0, 0, None, 1, 1, None]
    assert find("CAM-02", 31.0) is None


def test_a_suggestion_is_the_moment_that_shows_most_of_the_person() -> None:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=30),
        Stay(camera_id="CAM-02", person_id="P001", first=100, last=104, visible=0.5),
        Stay(camera_id="CAM-02", person_id="P001", first=105, last=107, box_xyxy=(400.0, 180.0, 440.0, 330.0)),
        Stay(camera_id="CAM-02", person_id="P001", first=108, last=130),
        Stay(camera_id="CAM-02", person_id="P001", first=131, last=133, box_xyxy=(0.0, 180.0, 12.0, 330.0)),
    ]
    perfect = SearchQuality(precision=1.0, recall=1.0)
    window = cut_window(make_truth_index(make_table(stays)), (0.0, 60.0))
    (found,) = draw(window, 1, quality=perfect).list_for(list_places(window)[0])
    assert (found.frame, found.t_s, found.box_px) == (105, 10.5, (400.0, 180.0, 440.0, 330.0))
    assert window.index.appearances[found.appearance].person_id == "P001"
    shorter = cut_window(window.index, (1.0, 60.0))
    later = cut_window(window.index, (10.8, 60.0))
    assert draw(shorter, 1, quality=perfect).list_for(list_places(shorter)[0])[0].frame == 105
    glimpse = Place(person_id="P001", camera_id="CAM-01", appearance=None)
    (inside,) = draw(later, 1, quality=perfect).list_for(glimpse)
    assert inside.frame == 108


@pytest.mark.parametrize("again", [1, 2, 3, 7])
@pytest.mark.parametrize(
    "quality", [DRILL_QUALITY, SearchQuality(precision=0.45, recall=0.35)], ids=["as in drills", "poor"]
)
def test_set_values_hold_for_people_with_few_appearances(again: int, quality: SearchQuality) -> None:
    lists = list(list_answers(make_window(again=again, others=8), attempts=1000, quality=quality))
    right = sum(found.count("P001") for found in lists)
    listed = sum(map(len, lists))
    assert right / (again * len(lists)) == pytest.approx(quality.recall, abs=0.03)
    assert right / listed == pytest.approx(quality.precision, abs=0.03)


def test_somebody_who_is_nowhere_else_gets_wrong_suggestions_at_times_and_a_perfect_search_none() -> None:
    window = make_window(again=0)
    lists = list(list_answers(window, attempts=600))
    assert not any("P001" in found for found in lists)
    wrong = DRILL_QUALITY.recall * (1 - DRILL_QUALITY.precision) / DRILL_QUALITY.precision
    assert sum(map(len, lists)) / len(lists) == pytest.approx(wrong, abs=0.05)
    window = make_window(again=5)
    for found in list_answers(window, attempts=3, quality=SearchQuality(precision=1.0, recall=1.0)):
        assert found == ["P001"] * 5


def test_other_people_come_by_their_clothes() -> None:
    window = make_window(again=2)
    wrong = Counter(
        person_id for found in list_answers(window, attempts=800) for person_id in found if person_id != "P001"
    )
    assert wrong["P002"] > 10 * wrong["P003"] > 0
    assert wrong["P003"] > wrong["P004"]
    assert np.exp((0.40 - 0.08) / LIKENESS_SCALE) == pytest.approx(55, abs=1)


def test_a_wrong_one_stands_above_a_right_one_in_a_quarter_of_the_pairs() -> None:
    window = make_window(again=3)
    quality = SearchQuality(precision=0.5, recall=1.0)
    above = below = 0
    for attempt in range(800):
        groups = draw(window, attempt, quality=quality)
        core = groups.members[groups.core_of["P001"]]
        marks = [window.index.appearances[number].person_id == "P001" for number in core]
        above += sum(not a and b for place, a in enumerate(marks) for b in marks[place:])
        below += sum(a and not b for place, a in enumerate(marks) for b in marks[place:])
    expected = norm.cdf(-1 / np.sqrt(2))
    assert expected == pytest.approx(0.24, abs=0.002)
    assert above / (above + below) == pytest.approx(expected, abs=0.025)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1), precision=st.floats(0.01, 1.0), recall=st.floats(0.0, 1.0), low=st.integers(0, 20)
)
def test_a_list_holds_each_appearance_of_the_window_once(seed: int, precision: float, recall: float, low: int) -> None:
    rng = np.random.default_rng(seed)
    index = make_truth_index(make_random_table(rng, cameras=3, people=4, frames=300), people_ids=frozenset({"P001"}))
    window = cut_window(index, (low, low + 10.0))
    groups = draw(window, seed, quality=SearchQuality(precision=precision, recall=recall))
    asked_for = [n for n in np.flatnonzero(window.rows > 0).tolist() if not index.appearances[n].is_glimpse]
    assert sorted(n for numbers in groups.members for n in numbers) == asked_for
    for person_id in index.person_ids:
        for place in list_places(window, person_id):
            found = groups.list_for(place)
            assert len({each.appearance for each in found}) == len(found) <= MOST_LISTED
            for each in found:
                appearance = index.appearances[each.appearance]
                assert each.camera_id == appearance.camera_id
                assert appearance.first_frame <= each.frame <= appearance.last_frame
                assert low <= each.t_s <= low + 10


def test_a_very_long_list_is_cut_on_both_sides_alike() -> None:
    stays = [Stay(camera_id="CAM-01", person_id="P001", first=0, last=30)]
    for person in ("P001", "P002"):
        stays += [Stay(camera_id="CAM-02", person_id=person, first=90 * n, last=90 * n + 30) for n in range(200)]
    window = cut_window(make_truth_index(make_table(stays, duration_s=1800.0)), (0.0, 1800.0))
    for attempt in range(10):
        groups = draw(window, attempt)
        assert 70 <= len(groups.members[groups.core_of["P001"]]) <= MOST_LISTED


def test_the_worked_size_of_a_core() -> None:
    size = compute_core_size(7, DRILL_QUALITY)
    assert (size.low, size.more_share) == (6, pytest.approx(0.3))
    assert size.wrong_alone == pytest.approx(0.343, abs=0.001)
    assert compute_core_size(2, DRILL_QUALITY).wrong == pytest.approx(0.343, abs=0.001)
    assert compute_core_size(1, DRILL_QUALITY).wrong == pytest.approx(0.343, abs=0.001)
    for precision, recall in ((0.0, 0.5), (1.1, 0.5), (float("nan"), 0.5), (0.5, -0.1), (0.5, 2)):
        with pytest.raises(TaskError, match="is none"):
            SearchQuality(precision=precision, recall=recall)

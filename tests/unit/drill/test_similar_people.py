"""The simulated appearance search: what it returns, how often it is wrong, and that it is always the same."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from sim.drill.similar_people import (
    DRILL_QUALITY,
    LIKENESS_SCALE,
    MOST_LISTED,
    SearchQuality,
    Suggestion,
    list_findable,
    make_search_rng,
    suggest,
)
from sim.errors import TaskError
from sim.truth.index import make_truth_index
from sim.truth.window import TruthWindow, cut_window
from tests.support.trace_tables import Stay, make_random_table, make_table

DISTANCES = {"P002": 0.08, "P003": 0.4, "P004": 0.7}


def make_window(*, others: int = 3, again: int = 3, duration_s: float = 60.0) -> TruthWindow:
    """P001 on CAM-01 at the start and `again` times on CAM-02; P002 and so on each three times on CAM-03."""
    stays = [Stay(camera_id="CAM-01", person_id="P001", first=0, last=20)]
    stays += [Stay(camera_id="CAM-02", person_id="P001", first=40 * n, last=40 * n + 10) for n in range(again)]
    stays += [
        Stay(camera_id="CAM-03", person_id=f"P{2 + other:03}", first=60 * n, last=60 * n + 10)
        for other in range(others)
        for n in range(3)
    ]
    return cut_window(make_truth_index(make_table(stays, duration_s=duration_s)), (0.0, duration_s))


def ask(
    window: TruthWindow, number: int, *, quality: SearchQuality = DRILL_QUALITY, attempt_id: str = "a"
) -> tuple[Suggestion, ...]:
    return suggest(
        window,
        person_id="P001",
        camera_id="CAM-01",
        t_s=1.0,
        distances=DISTANCES,
        quality=quality,
        rng=make_search_rng(attempt_id=attempt_id, person_id="P001", number=number),
    )


def test_the_same_question_has_the_same_answer_and_another_number_another() -> None:
    window = make_window()
    assert ask(window, 4) == ask(window, 4)
    assert len({ask(window, number) for number in range(20)}) > 10
    assert len({ask(window, 4, attempt_id=name) for name in "abcdefgh"}) > 4


def test_what_the_box_was_drawn_on_is_never_suggested() -> None:
    window = make_window()
    findable = list_findable(window, person_id="P001", camera_id="CAM-01", t_s=1.0)
    assert [window.index.appearances[n].camera_id for n in findable] == ["CAM-02"] * 3
    for number in range(50):
        assert all(each.camera_id != "CAM-01" for each in ask(window, number))


def test_a_suggestion_is_the_moment_that_shows_most_of_the_person() -> None:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=20),
        Stay(camera_id="CAM-02", person_id="P001", first=100, last=104, visible=0.5),
        Stay(camera_id="CAM-02", person_id="P001", first=105, last=107, box_xyxy=(400.0, 180.0, 440.0, 330.0)),
        Stay(camera_id="CAM-02", person_id="P001", first=108, last=112),
        Stay(camera_id="CAM-02", person_id="P001", first=113, last=115, box_xyxy=(0.0, 180.0, 12.0, 330.0)),
    ]
    window = cut_window(make_truth_index(make_table(stays)), (0.0, 60.0))
    (found,) = ask(window, 1, quality=SearchQuality(precision=1.0, recall=1.0))
    assert (found.frame, found.t_s, found.box_px, found.is_right) == (105, 10.5, (400.0, 180.0, 440.0, 330.0), True)
    shorter = cut_window(window.index, (10.8, 60.0))
    (inside,) = ask(shorter, 1, quality=SearchQuality(precision=1.0, recall=1.0))
    assert inside.frame == 108


@pytest.mark.parametrize("again", [1, 2, 3, 7])
@pytest.mark.parametrize(
    "quality", [DRILL_QUALITY, SearchQuality(precision=0.45, recall=0.35)], ids=["as in drills", "poor"]
)
def test_set_values_hold_for_people_with_few_appearances(again: int, quality: SearchQuality) -> None:
    window = make_window(again=again, others=8)
    lists = [ask(window, number, quality=quality) for number in range(1000)]
    right = sum(each.is_right for found in lists for each in found)
    listed = sum(map(len, lists))
    assert right / (again * len(lists)) == pytest.approx(quality.recall, abs=0.03)
    assert right / listed == pytest.approx(quality.precision, abs=0.03)


def test_somebody_who_is_nowhere_else_still_gets_wrong_suggestions_at_times() -> None:
    window = make_window(again=0)
    lists = [ask(window, number) for number in range(600)]
    assert not any(each.is_right for found in lists for each in found)
    wrong = DRILL_QUALITY.recall * (1 - DRILL_QUALITY.precision) / DRILL_QUALITY.precision
    assert sum(map(len, lists)) / len(lists) == pytest.approx(wrong, abs=0.05)


def test_other_people_come_by_their_clothes() -> None:
    window = make_window(again=2)
    wrong = Counter(
        window.index.appearances[each.appearance].person_id
        for number in range(1200)
        for each in ask(window, number)
        if not each.is_right
    )
    assert wrong["P002"] > 10 * wrong["P003"] > 0
    assert wrong["P003"] > wrong["P004"]
    assert np.exp((0.40 - 0.08) / LIKENESS_SCALE) == pytest.approx(55, abs=1)


def test_a_wrong_one_stands_above_a_right_one_in_a_quarter_of_the_pairs() -> None:
    window = make_window(again=3)
    quality = SearchQuality(precision=0.5, recall=1.0)
    above = below = 0
    for number in range(800):
        marks = [each.is_right for each in ask(window, number, quality=quality)]
        above += sum(not a and b for place, a in enumerate(marks) for b in marks[place:])
        below += sum(a and not b for place, a in enumerate(marks) for b in marks[place:])
    expected = norm.cdf(-1 / np.sqrt(2))
    assert expected == pytest.approx(0.24, abs=0.002)
    assert above / (above + below) == pytest.approx(expected, abs=0.025)


def test_a_perfect_search_finds_all_and_nothing_else() -> None:
    found = ask(make_window(again=5), 1, quality=SearchQuality(precision=1.0, recall=1.0))
    assert len(found) == 5
    assert all(each.is_right for each in found)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    precision=st.floats(0.01, 1.0),
    recall=st.floats(0.0, 1.0),
    low=st.integers(0, 20),
)
def test_a_list_holds_each_appearance_of_the_window_once(seed: int, precision: float, recall: float, low: int) -> None:
    rng = np.random.default_rng(seed)
    index = make_truth_index(make_random_table(rng, cameras=3, people=4, frames=300), people_ids=frozenset({"P001"}))
    window = cut_window(index, (low, low + 10.0))
    found = suggest(
        window,
        person_id="P001",
        camera_id="CAM-01",
        t_s=low,
        distances=DISTANCES,
        quality=SearchQuality(precision=precision, recall=recall),
        rng=rng,
    )
    numbers = [each.appearance for each in found]
    assert len(set(numbers)) == len(numbers) <= MOST_LISTED
    right = {each.appearance for each in found if each.is_right}
    assert right <= set(list_findable(window, person_id="P001", camera_id="CAM-01", t_s=low).tolist())
    for each in found:
        appearance = index.appearances[each.appearance]
        assert each.camera_id == appearance.camera_id
        assert appearance.first_frame <= each.frame <= appearance.last_frame
        assert low <= each.t_s <= low + 10
        assert each.is_right == (appearance.person_id == "P001")


def test_a_very_long_list_is_cut_on_both_sides_alike() -> None:
    stays = [Stay(camera_id="CAM-01", person_id="P001", first=0, last=20)]
    for person in ("P001", "P002"):
        stays += [Stay(camera_id="CAM-02", person_id=person, first=30 * n, last=30 * n + 2) for n in range(200)]
    window = cut_window(make_truth_index(make_table(stays, duration_s=600.0)), (0.0, 600.0))
    lists = [ask(window, number) for number in range(30)]
    assert all(98 <= len(found) <= MOST_LISTED for found in lists)
    right = sum(each.is_right for found in lists for each in found)
    assert right / sum(map(len, lists)) == pytest.approx(DRILL_QUALITY.precision, abs=0.01)


@pytest.mark.parametrize(("precision", "recall"), [(0.0, 0.5), (1.1, 0.5), (float("nan"), 0.5), (0.5, -0.1), (0.5, 2)])
def test_a_quality_that_is_none_is_refused(precision: float, recall: float) -> None:
    with pytest.raises(TaskError, match="is none"):
        SearchQuality(precision=precision, recall=recall)

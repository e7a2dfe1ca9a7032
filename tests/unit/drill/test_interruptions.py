from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from sim.drill.interruptions import CALL_S, QUIET_END_S, Call, make_calls
from sim.site.model import Site, load_site
from tests.support.tiny_site import make_tiny_site

SITES = Path(__file__).parents[3] / "scenarios" / "sites"
FORMS = [f"form-{number}" for number in range(40)]


@cache
def get_site(name: str) -> Site:
    return load_site(SITES / name)


def make(form_id: str, *, site: str = "maple-ridge", limit_s: float = 480.0, has_plan: bool = True) -> tuple[Call, ...]:
    loaded = get_site(site)
    names = {camera.camera_id: camera.name for camera in loaded.cameras}
    return make_calls(form_id, limit_s=limit_s, site=loaded, camera_names=names, has_plan=has_plan)


def test_a_form_has_the_same_calls_for_everybody_and_another_form_has_others() -> None:
    assert make("form-1") == make("form-1")
    assert make("form-1") != make("form-2")


@pytest.mark.parametrize("limit_s", [60.0, 120.0, 300.0, 480.0, 1200.0])
def test_calls_come_one_after_the_other_and_leave_the_end_quiet(limit_s: float) -> None:
    for form_id in FORMS:
        times = [call.at_s for call in make(form_id, limit_s=limit_s)]
        assert len(times) <= 4
        assert all(25.0 <= at_s <= limit_s - QUIET_END_S for at_s in times)
        assert all(later - earlier > CALL_S for earlier, later in pairwise(times))
    assert len(make("form-1", limit_s=480.0)) == 4
    assert make("form-1", limit_s=60.0) == ()


@pytest.mark.parametrize("site", ["maple-ridge", "birch-elementary", "lincoln-high"])
def test_every_call_has_one_right_reply_among_different_ones(site: str) -> None:
    for form_id in FORMS:
        for call in make(form_id, site=site):
            values = [reply.value for reply in call.replies]
            assert values.count(call.right) == 1
            assert len({reply.label for reply in call.replies}) == len(values) >= 2


def test_right_replies_are_what_the_site_says() -> None:
    site = get_site("maple-ridge")
    floors = {space.name: space.floor for space in site.spaces}
    names = {camera.camera_id: camera.name for camera in site.cameras}
    kinds = set()
    for call in (call for form_id in FORMS for call in make(form_id)):
        if call.question.startswith("Which floor is "):
            kinds.add("floor")
            assert call.right == floors[call.question.removeprefix("Which floor is ").removesuffix(" on?")]
        elif call.question.startswith("Which number has "):
            kinds.add("camera")
            assert names[call.right] == call.question.removeprefix("Which number has ").removesuffix("?")
        else:
            kinds.add("bus")
            bus, late = call.right.split("-")
            assert f"Bus {bus} is running {late} minutes late" in call.message
            assert call.from_memory
    assert kinds == {"floor", "camera", "bus"}


def test_without_a_plan_nobody_is_asked_about_floors() -> None:
    questions = {call.question for form_id in FORMS for call in make(form_id, has_plan=False)}
    assert not any("floor" in question for question in questions)


def test_a_camera_with_a_wrong_name_is_not_asked_about_or_offered() -> None:
    site = get_site("maple-ridge")
    names = {camera.camera_id: camera.name for camera in site.cameras if camera.camera_id != "CAM-05"}
    for form_id in FORMS:
        for call in make_calls(form_id, limit_s=480.0, site=site, camera_names=names, has_plan=True):
            assert "CAM-05" not in [reply.value for reply in call.replies]


def test_a_small_site_on_one_floor_still_has_calls() -> None:
    site = make_tiny_site()
    calls = make_calls("form-1", limit_s=480.0, site=site, camera_names={}, has_plan=True)
    assert len(calls) == 4
    assert all(call.from_memory for call in calls)

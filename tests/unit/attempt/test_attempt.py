import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.app.settings import PROJECT
from sim.attempt import arrivals, options
from sim.attempt import attempt as timing
from sim.attempt.events import ACTS, Event, EventKind, Open, View, read_act
from sim.attempt.options import PROFILES, Device, ProfileName, find_device, get_profile, join_devices, read_profile
from sim.checked import check
from sim.columns import CONSOLE_PROFILES, DEVICES, DRILL_OPTIONS
from sim.console.console_profiles import CONSOLE_SCHEMA, KEYED, NAMED, ConsoleFile, make_profile
from sim.errors import AttemptError, SimError, TaskError
from sim.forms.forms import find_first_moment_s
from sim.program.plan import list_steps
from sim.tasks import TASK_TYPES
from sim.text.words import LONGEST, order_console, say_console
from tests.support.fake_clock import FakeClock

LIMIT_S = 300.0


def make_assigned(clock: FakeClock) -> timing.Attempt:
    return timing.Attempt(
        attempt_id="a1", state=timing.AttemptState.ASSIGNED, limit_s=LIMIT_S, created_at=clock.read().wall
    )


def make_running(clock: FakeClock) -> timing.Attempt:
    return timing.begin(timing.brief(make_assigned(clock), clock.read()), clock.read())


def test_goes_from_assigned_to_submitted_with_its_times() -> None:
    clock = FakeClock()
    with pytest.raises(AttemptError, match="cannot start: it is assigned"):
        timing.begin(make_assigned(clock), clock.read())
    assert timing.compute_remaining_s(make_assigned(clock), clock.read()) == LIMIT_S
    attempt = timing.brief(make_assigned(clock), clock.pass_s(5))
    assert attempt.state is timing.AttemptState.BRIEFED
    attempt = timing.begin(attempt, clock.pass_s(20))
    assert attempt.state is timing.AttemptState.RUNNING
    assert timing.begin(attempt, clock.pass_s(10)) == timing.brief(attempt, clock.read()) == attempt, (
        "the clock is never set back"
    )
    with pytest.raises(AttemptError, match="has not ended"):
        timing.seal(attempt)
    attempt = timing.submit(attempt, clock.pass_s(31.6), came_s=41.4, complete_s=41.5)
    assert (attempt.state, attempt.used_s, attempt.sealed) == (timing.AttemptState.SUBMITTED, 41.5, True)
    assert (attempt.ended_at, timing.compute_remaining_s(attempt, clock.read())) == (clock.read().wall, 0.0)


def test_abandoning_ends_it_and_an_ended_attempt_stays() -> None:
    clock = FakeClock()
    gone = timing.abandon(make_running(clock), clock.pass_s(20))
    assert (gone.state, gone.used_s, gone.sealed) == (timing.AttemptState.ABANDONED, 20.0, True)
    assert timing.abandon(gone, clock.pass_s(5)) == gone
    assert timing.abandon(make_running(clock), clock.pass_s(400)).state is timing.AttemptState.TIMED_OUT
    never = timing.abandon(make_assigned(clock), clock.read())
    assert (never.state, never.used_s) == (timing.AttemptState.ABANDONED, None)
    with pytest.raises(AttemptError, match="abandoned"):
        timing.begin(never, clock.read())


def test_a_clock_that_is_stopped_stands_still_and_runs_on_from_there() -> None:
    clock = FakeClock()
    stopped = timing.pause(make_running(clock), clock.pass_s(100))
    assert timing.pause(stopped, clock.pass_s(500)) is stopped
    assert timing.tick(stopped, clock.pass_s(10 * LIMIT_S)) is stopped
    assert (timing.compute_elapsed_s(stopped, clock.read()), timing.compute_remaining_s(stopped, clock.read())) == (
        100.0,
        200.0,
    )
    again = timing.resume(stopped, clock.read())
    assert (again.paused_at, again.paused_s, timing.compute_elapsed_s(again, clock.read())) == (None, 3500.0, 100.0)
    assert timing.resume(again, clock.pass_s(5)) is again
    second = timing.resume(timing.pause(again, clock.pass_s(15)), clock.pass_s(60))
    assert (second.paused_s, timing.compute_elapsed_s(second, clock.read())) == (3560.0, 120.0)
    ended = timing.submit(second, clock.pass_s(30), came_s=150.0, complete_s=150.0)
    assert (ended.used_s, ended.paused_s, ended.paused_at) == (150.0, 3560.0, None)


def test_only_a_clock_that_runs_can_be_stopped_and_giving_up_ends_the_pause() -> None:
    clock = FakeClock()
    assert timing.pause(make_assigned(clock), clock.read()).paused_at is None
    timed_out = timing.pause(make_running(clock), clock.pass_s(LIMIT_S))
    assert (timed_out.state, timed_out.paused_at) == (timing.AttemptState.TIMED_OUT, None)
    given_up = timing.abandon(timing.pause(make_running(clock), clock.pass_s(20)), clock.pass_s(90))
    assert (given_up.state, given_up.used_s, given_up.paused_at, given_up.paused_s) == (
        timing.AttemptState.ABANDONED,
        20.0,
        None,
        90.0,
    )


MARK = {"mark_id": "a", "camera_id": "CAM-01", "frame": 3, "t_s": 0.3, "x": 0.5, "y": 1}


@pytest.mark.parametrize("value", [None, "1.0", True, float("nan"), float("inf"), [1.0], 10**400])
def test_what_is_scored_is_refused_and_what_is_not_is_left_out(value: object) -> None:
    with pytest.raises(ValidationError):
        read_act(EventKind.MARK, {**MARK, "x": value})
    assert read_act(EventKind.UNMARK, {"mark_id": "a", "t_s": value}).t_s is None
    shown = read_act(EventKind.VIEW, {"name": "timeline", "from_s": value, "to_s": 4, "cameras": ["CAM-01", value]})
    assert isinstance(shown, View)
    assert (shown.name, shown.from_s, shown.to_s) == ("timeline", None, 4.0)
    assert shown.cameras is None or value == "1.0"


def test_options_are_stored_in_one_order_read_back_and_told_in_words() -> None:
    assert tuple(sorted(option.value for option in options.DrillOption)) == DRILL_OPTIONS, "comparisons know every one"
    assert set(options.OPTION_CARDS) == set(options.DrillOption)
    both = options.read_options(["interruptions", "appearance-search", "interruptions"])
    assert options.write_options(both) == "appearance-search interruptions"
    assert options.read_options(options.write_options(both).split()) == both
    assert (options.write_options(frozenset()), options.read_options([])) == ("", frozenset())
    assert options.describe_options(frozenset()) == ""
    assert options.describe_options(frozenset(options.DrillOption)) == "with interruptions, appearance search and hints"


@pytest.mark.parametrize(
    ("width", "height", "touch", "device"),
    [
        (1366, 768, False, Device.COMPUTER),
        (500, 400, False, Device.COMPUTER),
        (390, 844, True, Device.PHONE),
        (844, 390, True, Device.PHONE),
        (599.9, 1000, True, Device.PHONE),
        (600, 1000, True, Device.TABLET),
        (1180, 820, True, Device.TABLET),
        (None, 820, True, None),
        (1180, 820, "yes", None),
        (float("nan"), 820, True, None),
        (True, 820, True, None),
    ],
)
def test_the_window_and_the_pointer_tell_the_kind(width: object, height: object, touch: object, device: object) -> None:
    assert find_device(Open.model_validate({"width": width, "height": height, "touch": touch})) is device


@pytest.mark.parametrize(
    ("screen", "touch", "device"),
    [
        (390, True, Device.PHONE),
        (768, True, Device.TABLET),
        (None, True, Device.TABLET),
        ("390", True, Device.TABLET),
        (390, False, Device.COMPUTER),
    ],
)
def test_a_phone_that_asks_for_the_site_of_computers_is_a_phone(screen: object, touch: bool, device: Device) -> None:
    """Its window says 980 x 2120 and its user agent a computer; only what one points with and the screen stay."""
    assert find_device(Open.model_validate({"width": 980, "height": 2120, "touch": touch, "screen": screen})) is device


def test_two_kinds_in_one_drill_are_mixed_and_stay_so() -> None:
    assert tuple(Device) == DEVICES, "comparisons know every kind"
    assert join_devices(None, Device.PHONE) is Device.PHONE
    assert join_devices(Device.PHONE, None) is Device.PHONE
    assert join_devices(Device.PHONE, Device.PHONE) is Device.PHONE
    assert join_devices(Device.PHONE, Device.COMPUTER) is Device.MIXED
    assert join_devices(Device.MIXED, Device.COMPUTER) is Device.MIXED


@pytest.mark.parametrize("task_type", sorted(TASK_TYPES))
def test_a_search_backward_begins_at_the_end_and_every_other_at_the_start(task_type: str) -> None:
    assert find_first_moment_s(task_type, (0.0, 117.0)) == (117.0 if task_type == "origin" else 0.0)


WHOLE: dict[str, Any] = {
    "schema_version": 1,
    "title": "Front desk",
    "summary": "Two skips & nothing backward.",
    "speeds": [0.5, 1, 2],
    "skips_s": [5, 30],
    "tiles": 9,
    "links": False,
    "keys": {"togglePlay": "P", "pinTime": "Home", "pause": "&"},
    "buttons": {"bookmark": "Flag"},
}


def read(**changes: object) -> ConsoleFile:
    return check(ConsoleFile, WHOLE | changes, source="desk.yaml", newest=CONSOLE_SCHEMA, fault=TaskError, todo="mend")


def test_a_console_of_a_file_is_stored_with_everything_it_offers() -> None:
    profile = make_profile("desk", read())
    stored = ProfileName(profile.name.value)
    assert get_profile(stored) == profile
    assert (profile.title, profile.summary) == ("Front desk", "Two skips & nothing backward.")
    assert (profile.speeds, profile.jumps_s, profile.tiles) == ((0.5, 1.0, 2.0), (5, 30), 9)
    assert (profile.sync, profile.map, profile.links, profile.search) == (True, True, False, True)
    assert dict(profile.keys) == {"togglePlay": "p", "pinTime": "Home", "pause": "&"}
    assert dict(profile.buttons) == {"bookmark": "Flag"}
    assert " " not in stored
    assert "backwards" not in list_steps(stored)


def test_a_changed_file_is_another_console() -> None:
    first, second = make_profile("desk", read()), make_profile("desk", read(reverse=[1, 2]))
    assert first.name != second.name
    assert second.speeds[:2] == (-1.0, -2.0)
    assert say_console(first.name) != say_console(second.name)
    assert re.fullmatch(r"desk \(settings [0-9a-f]{4}\)", say_console(first.name))
    assert sorted([second.name, "phone", "classic"], key=order_console) == ["classic", "phone", second.name]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema_version": 2}, "schema_version 2"),
        ({"tiles": 5}, "tiles"),
        ({"speed": [1]}, "speed: Extra"),
        ({"speeds": [0.5, 2]}, "1 is missing"),
        ({"speeds": [2, 1]}, "the smallest first"),
        ({"speeds": [1, 17]}, "speeds.1"),
        ({"reverse": [-1]}, "reverse.0"),
        ({"skips_s": [1, 5, 10]}, "skips_s"),
        ({"skips_s": [5, 5]}, "each once"),
        ({"title": "**Loud**"}, "title"),
        ({"title": ""}, "title"),
        ({"keys": {"fly": "x"}}, "no action 'fly'"),
        ({"keys": {"escape": "x"}}, "no action 'escape'"),
        ({"keys": {"undo": "F5"}}, "'F5' is no key"),
        ({"keys": {"undo": " "}}, "is no key"),
        ({"keys": {"undo": "q", "pause": "Q"}}, "'Q' is also the key of undo"),
        ({"buttons": {"togglePlay": "Go"}}, "no action 'togglePlay'"),
        ({"buttons": {"bookmark": "<b>"}}, "buttons.bookmark"),
        ({"buttons": {"bookmark": 7}}, "buttons.bookmark"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key_that_is_wrong(changes: dict[str, object], said: str) -> None:
    with pytest.raises(SimError, match=re.escape(said)) as refused:
        read(**changes)
    assert "desk.yaml" in str(refused.value)


def test_a_console_that_says_more_than_can_be_stored_is_refused() -> None:
    file = read(buttons=dict.fromkeys(sorted(NAMED), "A very long name of a button, really"))
    with pytest.raises(TaskError, match=f"at most {LONGEST}"):
        make_profile("desk", file)


@pytest.mark.parametrize(
    "name", ["desk?title=A", "desk?" + "x" * LONGEST, "Desk?title=A&summary=B", "desk?title= A", "desk"]
)
def test_a_stored_console_that_says_nothing_is_refused(name: str) -> None:
    with pytest.raises(TaskError):
        get_profile(read_profile(name))


def test_actions_are_those_of_the_console() -> None:
    table = (Path(PROJECT) / "sim" / "ui" / "console" / "js" / "keys.js").read_text(encoding="utf-8")
    actions = set(re.findall(r'action: "(\w+)" \}', table))
    assert actions - {"escape"} == KEYED
    assert actions >= NAMED
    assert all(not profile.keys for profile in PROFILES.values())
    assert tuple(name.value for name in PROFILES) == CONSOLE_PROFILES, "comparisons know every one"


@pytest.mark.parametrize("name", ["", "Classic", "nonsense", "x" * 500])
def test_an_unknown_profile_is_refused_by_name(name: str) -> None:
    with pytest.raises(TaskError, match="classic, cloud, minimal, phone") as refused:
        read_profile(name)
    assert len(str(refused.value)) < 300


SPANS = st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(0.0, 500.0)), max_size=4)


@given(spans=SPANS, earlier_s=st.floats(0.0, 2000.0), more_s=st.floats(0.0, 500.0))
def test_drill_time_never_falls_and_never_runs_faster(
    spans: list[tuple[float, float]], earlier_s: float, more_s: float
) -> None:
    begins_s = itertools.accumulate(apart_s for apart_s, _ in spans)
    ended = (arrivals.Pause(at_s=at_s, stood_s=stood_s) for at_s, (_, stood_s) in zip(begins_s, spans, strict=True))
    pauses = arrivals.Pauses(ended=tuple(ended))
    assert -1e-6 <= (pauses.to_drill_s(earlier_s + more_s) - pauses.to_drill_s(earlier_s)) <= more_s + 1e-6
    assert pauses.to_real_s(pauses.to_drill_s(earlier_s), told_s=earlier_s) == pytest.approx(earlier_s, abs=1e-6)
    assert arrivals.NO_PAUSES.to_drill_s(earlier_s) == earlier_s


def test_a_page_that_comes_goes_or_plays_on_is_no_action_for_console_and_server_alike() -> None:
    text = (Path(__file__).parents[3] / "sim/ui/console/js/attempt_api.js").read_text(encoding="utf-8")
    listed = text.split("const ALWAYS = new Set([")[1].split("])")[0]
    assert {name.strip().strip('"') for name in listed.split(",")} == {kind.value for kind in arrivals.ALWAYS}
    tick = Event.read(
        tab_id="t", seq=1, t_client_ms=0.0, kind=EventKind.PLAY, payload={"t_s": 1.0, "speed": 1.0, "tick": True}
    )
    assert not arrivals.is_action(tick)
    for kind in EventKind:
        event = Event(tab_id="t", seq=1, t_client_ms=0.0, act=ACTS[kind].model_construct(), payload={})
        assert arrivals.is_action(event) is (kind not in arrivals.ALWAYS)
    assert not arrivals.ALWAYS & {EventKind.MARK, EventKind.SUBMIT, EventKind.PLAY, EventKind.NOTE}

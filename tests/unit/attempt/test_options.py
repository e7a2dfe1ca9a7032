import pytest

from sim.attempt.device import Device, find_device, join_devices
from sim.attempt.events import Open
from sim.attempt.options import (
    OPTION_CARDS,
    DrillOption,
    describe_options,
    read_options,
    write_options,
)
from sim.columns import DEVICES, DRILL_OPTIONS
from sim.errors import TaskError
from sim.forms.forms import find_first_moment_s
from sim.tasks import TASK_TYPES


def test_options_are_stored_in_one_order_read_back_and_told_in_words() -> None:
    assert tuple(sorted(option.value for option in DrillOption)) == DRILL_OPTIONS, "comparisons know every one"
    assert set(OPTION_CARDS) == set(DrillOption)
    both = read_options(["interruptions", "appearance-search", "interruptions"])
    assert write_options(both) == "appearance-search interruptions"
    assert read_options(write_options(both).split()) == both
    assert (write_options(frozenset()), read_options([])) == ("", frozenset())
    assert describe_options(frozenset()) == ""
    assert describe_options(frozenset(DrillOption)) == "with interruptions, appearance search and hints"


@pytest.mark.parametrize("name", ["", "Hints", "nonsense", "x" * 500])
def test_an_unknown_option_is_refused_by_name(name: str) -> None:
    with pytest.raises(TaskError, match="appearance-search, hints, interruptions") as refused:
        read_options(["hints", name])
    assert len(str(refused.value)) < 300


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

import pytest

from sim.columns import DEVICES
from sim.drill.device import Device, find_device, join_devices


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
    assert find_device({"width": width, "height": height, "touch": touch}) is device


def test_two_kinds_in_one_drill_are_mixed_and_stay_so() -> None:
    assert join_devices(None, Device.PHONE) is Device.PHONE
    assert join_devices(Device.PHONE, None) is Device.PHONE
    assert join_devices(Device.PHONE, Device.PHONE) is Device.PHONE
    assert join_devices(Device.PHONE, Device.COMPUTER) is Device.MIXED
    assert join_devices(Device.MIXED, Device.COMPUTER) is Device.MIXED


def test_columns_and_kinds_are_the_same() -> None:
    assert tuple(Device) == DEVICES

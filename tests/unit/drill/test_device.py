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
    assert find_device({"width": 980, "height": 2120, "touch": touch, "screen": screen}) is device


def test_two_kinds_in_one_drill_are_mixed_and_stay_so() -> None:
    assert join_devices(None, Device.PHONE) is Device.PHONE
    assert join_devices(Device.PHONE, None) is Device.PHONE
    assert join_devices(Device.PHONE, Device.PHONE) is Device.PHONE
    assert join_devices(Device.PHONE, Device.COMPUTER) is Device.MIXED
    assert join_devices(Device.MIXED, Device.COMPUTER) is Device.MIXED


def test_columns_and_kinds_are_the_same() -> None:
    assert tuple(Device) == DEVICES

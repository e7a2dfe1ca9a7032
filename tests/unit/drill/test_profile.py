import pytest

from sim.columns import CONSOLE_PROFILES
from sim.drill.profile import PROFILES, ProfileName, read_profile
from sim.errors import TaskError


def test_comparisons_know_every_profile() -> None:
    assert tuple(name.value for name in PROFILES) == CONSOLE_PROFILES


def test_the_cloud_console_jumps_ten_seconds_plays_up_to_three_times_and_shows_four() -> None:
    cloud = PROFILES[ProfileName.CLOUD]
    assert (cloud.jumps_s, min(cloud.speeds), max(cloud.speeds), cloud.tiles) == ((10,), 0.25, 3.0, 4)


def test_the_minimal_console_has_no_sync_no_map_and_no_links() -> None:
    minimal = PROFILES[ProfileName.MINIMAL]
    assert (minimal.sync, minimal.map, minimal.links) == (False, False, False)


def test_the_classic_console_has_everything_the_others_have() -> None:
    classic = PROFILES[ProfileName.CLASSIC]
    assert (classic.sync, classic.map, classic.links) == (True, True, True)
    for profile in PROFILES.values():
        assert set(profile.jumps_s) <= set(classic.jumps_s)
        assert profile.tiles <= classic.tiles


@pytest.mark.parametrize("name", ["", "Classic", "nonsense", "x" * 500])
def test_an_unknown_profile_is_refused_by_name(name: str) -> None:
    with pytest.raises(TaskError, match="classic, cloud, minimal, phone") as refused:
        read_profile(name)
    assert len(str(refused.value)) < 300

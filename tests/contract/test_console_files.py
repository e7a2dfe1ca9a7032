"""The consoles that come with the program as files: each can be read, chosen, given and told from every other."""

import pytest

from sim.app.settings import PROJECT
from sim.attempt.options import PROFILES, get_profile
from sim.console.console_profiles import FoundConsole, describe_profile, find_consoles, get_card

FILES = tuple(find_consoles([PROJECT / "scenarios" / "consoles"]))


@pytest.mark.parametrize("found", FILES, ids=lambda found: found.path.stem)
def test_a_console_of_a_file_is_whole(found: FoundConsole) -> None:
    profile = found.profile
    assert profile is not None, found
    assert get_profile(profile.name) == profile
    assert get_card(profile.name).title not in [each.title for each in PROFILES.values()]
    described = describe_profile(profile.name)
    assert set(described) == set(describe_profile(next(iter(PROFILES))))
    assert 1.0 in described["speeds"]
    taken = list(described["keys"].values())
    assert len(taken) == len(set(taken))

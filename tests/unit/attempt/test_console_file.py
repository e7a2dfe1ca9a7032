import re
from pathlib import Path
from typing import Any

import pytest

from sim.app.settings import PROJECT
from sim.attempt.console_file import CONSOLE_SCHEMA, KEYED, NAMED, ConsoleFile, make_profile
from sim.attempt.profile import PROFILES, ProfileName, get_profile, read_profile
from sim.checked import check
from sim.columns import CONSOLE_PROFILES
from sim.errors import SimError, TaskError
from sim.program.guide_steps import list_steps
from sim.text.words import LONGEST, order_console, say_console

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


def test_the_classic_console_has_everything_the_others_have() -> None:
    assert tuple(name.value for name in PROFILES) == CONSOLE_PROFILES, "comparisons know every one"
    classic, minimal = PROFILES[ProfileName.CLASSIC], PROFILES[ProfileName.MINIMAL]
    assert (minimal.sync, minimal.map, minimal.links) == (False, False, False)
    assert (classic.sync, classic.map, classic.links) == (True, True, True)
    for profile in PROFILES.values():
        assert set(profile.jumps_s) <= set(classic.jumps_s)
        assert profile.tiles <= classic.tiles


@pytest.mark.parametrize("name", ["", "Classic", "nonsense", "x" * 500])
def test_an_unknown_profile_is_refused_by_name(name: str) -> None:
    with pytest.raises(TaskError, match="classic, cloud, minimal, phone") as refused:
        read_profile(name)
    assert len(str(refused.value)) < 300

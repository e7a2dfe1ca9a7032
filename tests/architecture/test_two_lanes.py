"""The tests' order under two processes names files that are there: a renamed one would quietly lose its place."""

from pathlib import Path

import pytest

from sim.services.app.wiring import PROJECT
from tests.check import choose_folder
from tests.support.two_lanes import BROWSER, SLOW_FILES, compute_place


def test_the_slow_files_and_the_browser_tests_are_where_the_lanes_look_for_them() -> None:
    assert [file for file in SLOW_FILES if not (PROJECT / file).is_file()] == []
    assert list((PROJECT / BROWSER).glob("test_*.py"))


def test_slow_files_come_first_in_their_order() -> None:
    tests = [f"{file}::test" for file in ("tests/unit/drill/test_forms.py", *reversed(SLOW_FILES))]
    assert sorted(tests, key=compute_place) == [*(f"{file}::test" for file in SLOW_FILES), tests[0]]


def test_files_of_tests_go_to_memory_only_where_there_is_room_and_nobody_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.check.ROOM_BYTES", 1)
    assert choose_folder({}, tmp_path) == tmp_path
    assert choose_folder({"TMPDIR": "/elsewhere"}, tmp_path) is None
    assert choose_folder({}, tmp_path / "nowhere") is None
    monkeypatch.setattr("tests.check.ROOM_BYTES", 2**70)
    assert choose_folder({}, tmp_path) is None

"""The order of the tests and of the checks before them; a renamed slow file would quietly lose its place."""

import sys
from pathlib import Path

import pytest

from sim.app.settings import PROJECT
from tests.check import BROWSER, run_steps
from tests.support.slow_first import SLOW_FILES
from tests.system_packages import ENGINES, SERVERS, list_missing


def test_the_slow_files_and_the_browser_tests_are_where_they_are_looked_for() -> None:
    assert [file for file in SLOW_FILES if not (PROJECT / file).is_file()] == []
    assert all(list((PROJECT / folder).glob("test_*.py")) for folder in BROWSER)


def test_what_is_not_on_the_system_is_named_by_its_package(tmp_path: Path) -> None:
    assert list_missing(tmp_path) == [*SERVERS, *ENGINES]
    for place in ("usr/lib/postgresql/18/bin/initdb", "usr/bin/firefox", "usr/lib/any/gstreamer-1.0/libgstlibav.so"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).touch()
    left = [name for name in (*SERVERS, *ENGINES) if name not in ("postgresql", "firefox-esr", "gstreamer1.0-libav")]
    assert list_missing(tmp_path) == left


def say(word: str, code: int = 0) -> list[str]:
    return [sys.executable, "-c", f"import sys; print('{word}'); sys.exit({code})"]


def test_what_reads_the_code_is_told_in_order_and_when_one_fails_the_tests_do_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = tmp_path / "began"
    tests = [sys.executable, "-c", f"open({str(began)!r}, 'w').close(); raise SystemExit(5)"]
    code, times = run_steps([("first", say("one", 3)), ("second", say("two"))], [("tests", tests)])
    told = capsys.readouterr().out.splitlines()
    assert code == 3
    assert [line.partition(" in ")[0] for line in told] == [
        *("== first", "one", "== first failed (exit code 3)"),
        *("== second", "two", "== second passed"),
    ]
    assert [time.split()[0] for time in times] == ["first", "second"]
    assert not began.exists()
    more = tmp_path / "more"
    others = [sys.executable, "-c", f"open({str(more)!r}, 'w').close()"]
    code, times = run_steps([("second", say("two"))], [("tests", tests), ("browser tests", others)])
    assert code == 5, "also when those that come after it pass"
    assert began.exists() and more.exists()
    assert len(times) == 3

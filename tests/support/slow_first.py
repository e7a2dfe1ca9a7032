"""The order of the tests under pytest-xdist: slow files first, so that none is left over for one process at the end.

What is loaded when the tests have been found stays to the end, so nobody looks for garbage in it.
"""

import gc

import pytest

SLOW_FILES = (
    "tests/browser/test_term.py",
    "tests/engines/test_engines.py",
    "tests/browser/test_barriers.py",
    "tests/browser/test_console_marks.py",
    "tests/browser/test_console_player.py",
    "tests/browser/test_own_school.py",
    "tests/browser/own_clips/test_marks.py",
    "tests/browser/own_clips/test_walk_to_drill.py",
    "tests/unit/features/own_clips/test_nothing_unblurred.py",
    "tests/browser/test_school_sign_in.py",
    "tests/browser/test_team_exercise.py",
    "tests/browser/test_session_day.py",
    "tests/picture/test_clicks.py",
    "tests/unit/tools/validity/test_validity.py",
    "tests/contract/test_expert_passes.py",
    "tests/unit/site/test_fit.py",
    "tests/unit/features/library/test_recordings.py",
    "tests/unit/footage/people/test_dressing.py",
    "tests/unit/footage/build/test_build.py",
    "tests/unit/crowd/test_make_crowd.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        places = {file: place for place, file in enumerate(SLOW_FILES)}
        items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()

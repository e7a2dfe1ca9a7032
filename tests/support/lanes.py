"""How the tests share four processes under `pytest -n 4`.

Three processes take the files of browser tests, which wait half of their time, the fourth all others; who is done first
helps with what is left. Other tests give way to the browsers, whose videos have to keep time.

What is loaded when the tests have been found stays to the end, so nobody looks for garbage in it.
"""

import gc
import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling
    from xdist.workermanage import WorkerController

BROWSER_PROCESSES = ("gw0", "gw1", "gw2")
BROWSER = ("tests/browser/", "tests/engines/")
SLOW_FILES = (
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
"""Begun first, so that none of them is left over for one process at the end."""
NICENESS = 10


def get_file(nodeid: str) -> str:
    return nodeid.split("::", maxsplit=1)[0]


def is_in_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_in_worker(config):
        places = {file: place for place, file in enumerate(SLOW_FILES)}
        items.sort(key=lambda item: places.get(get_file(item.nodeid), len(places)))


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if is_in_worker(item.config) and hasattr(os, "nice") and not item.nodeid.startswith(BROWSER):
        os.nice(max(0, NICENESS - os.nice(0)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadScopeScheduling":
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415

    class Lanes(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return get_file(nodeid)

        def _assign_work_unit(self, node: "WorkerController") -> None:
            is_of_browsers = node.gateway.id in BROWSER_PROCESSES
            own = next((file for file in self.workqueue if file.startswith(BROWSER) is is_of_browsers), None)
            if own is not None:
                self.workqueue.move_to_end(own, last=False)
            super()._assign_work_unit(node)

    config.option.loadscopereorder = False
    return Lanes(config, log)

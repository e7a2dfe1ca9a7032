"""Modules are loaded beside the page, and only those that are missing."""

import importlib.util
import sys
import threading

import pytest

from sim.ui.page.load_ahead import load_ahead


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == "load-ahead":
            thread.join(60.0)


def test_what_the_next_page_needs_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    load_ahead("colorsys", "json")
    wait()
    loaded = sys.modules["colorsys"]
    load_ahead("colorsys")
    wait()
    assert sys.modules["colorsys"] is loaded


def test_the_pages_of_results_are_named_as_they_are() -> None:
    for name in ("sim.ui.team.district", "sim.ui.team.team_results"):
        assert importlib.util.find_spec(name) is not None

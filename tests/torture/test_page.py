"""Tallies, and the page that is written of them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sim.errors import SimError
from sim.services.torture.page import write_page
from sim.services.torture.registry import TRIALS
from sim.services.torture.run import Tally, read_tallies
from sim.services.torture.trial import Outcome


def test_runs_are_joined_and_losses_and_what_was_left_out_are_said(tmp_path: Path) -> None:
    tally = Tally(trial=TRIALS[0])
    tally.add(Outcome(saw="200 saved", acknowledged=7, lost=1))
    tally.add(Outcome(saw="503 | later", acknowledged=3, wrong=("odd",)))
    skipped = Tally(trial=TRIALS[1], skipped="no such disk here")
    for name, found in (("a.json", [tally]), ("b.json", [tally, skipped])):
        (tmp_path / name).write_text(json.dumps({"trials": [each.describe() for each in found]}))
    joined = read_tallies([tmp_path / "a.json", tmp_path / "b.json"], TRIALS)
    assert [(each.tries, each.acknowledged, each.lost, each.is_good) for each in joined] == [
        (4, 20, 2, False),
        (0, 0, 0, True),
    ]
    page = write_page(joined, at=datetime(2026, 11, 25, tzinfo=UTC))
    assert "4 tries, 20 events acknowledged, **2 lost, 0 doubled**" in page
    assert "**WRONG: odd** 503 \\| later" in page
    assert "not tried here: no such disk here" in page
    assert TRIALS[5].name in page.split("Not tried in this run: ")[1].splitlines()[0]


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "letter.json").write_text("[]")
    with pytest.raises(SimError, match=r"letter\.json"):
        read_tallies([tmp_path / "letter.json"], TRIALS)

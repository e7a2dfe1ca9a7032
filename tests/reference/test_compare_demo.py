"""`python -m sim compare` on a demo team's export against ratio and interval computed from the file by scipy alone."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.__main__ import main
from sim.services.app.wiring import App
from sim.services.team import team
from tests.support.team_comparison import compare_team


@pytest.fixture
def export(demo_app: App, tmp_path: Path) -> Path:
    (card,) = team.list_teams(demo_app)
    path = tmp_path / "attempts.csv"
    path.write_bytes(compare_team(demo_app, card.team_id).export_csv)
    return path


def test_ratio_and_interval_equal_scipy(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(export)]) == 0
    found = json.loads(capsys.readouterr().out)["time"]["ratio"]
    times: dict[str, dict[str, float]] = {}
    with export.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["finished"] == "True":
                times.setdefault(row["person_id"], {})[row["phase"]] = float(row["elapsed_s"])
    both = [sides for sides in times.values() if len(sides) == 2]
    logs = np.log([sides["after"] / sides["before"] for sides in both])
    expected = stats.ttest_1samp(logs, 0.0)
    low, high = expected.confidence_interval(0.95)
    assert found["n"] == len(both) >= 6
    assert found["estimate"] == pytest.approx(stats.gmean(np.exp(logs)), abs=1e-9)
    assert found["interval"] == pytest.approx([np.exp(low), np.exp(high)], abs=1e-9)
    assert found["p"] == pytest.approx(expected.pvalue, abs=1e-9)
